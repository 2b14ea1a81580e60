"""Sheets whose columns are periods: effort by role, outcomes of the office and of its groups, turnaround.

Belongs here: questions to `published.duckdb` whose answers are spread over periods or variants. Does not belong here: the other
sheets (`workbook_lists.py`), how sheets look (`sheets.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.published.sheets import Column, Listing, Number

if TYPE_CHECKING:
    import duckdb

KEY_FAMILIES = (
    "initial_denial_rate",
    "first_pass_yield",
    "clean_claim_rate",
    "net_collection_rate",
    "days_in_ar",
)
"""Families whose variants stand side by side: the variants of one name differ, and a number without its variant misleads."""

MONTHS = 13
"""Months that stand side by side: the newest and the same one a year before."""

PERIODS = {
    "3_months": "last 3 months",
    "90_days": "last 90 days",
    "30_days": "last 30 days",
    "month": "month",
    "as_of": "state",
}
BETTER = {"up": "more", "down": "less", "context": "neither: context"}


def effort(connection: duckdb.DuckDBPyConnection, role: str, name: str, colour: str) -> Listing:
    """Return what the work of a role took and brought, one row per measure and complexity."""
    heads, rows = _wide(connection, "effort", "t.role = $role", ("complexity",), {"role": role})
    return Listing(
        f"{name} effort",
        f"{name}: what the work took and brought",
        "Sums over everybody in the role, never a person. Empty: too few people, nothing to divide by, or a feed is missing.",
        [
            Column("Measure", 44, "wrap"), Column("Complexity", 11), Column("Unit", 22, "wrap"), Column("Better is", 11, "wrap"),
            *heads, Column("Why the newest is empty", 34, "wrap"), Column("Definition", 34),
        ],
        sorted(rows, key=lambda row: (row[-1], ["low", "medium", "high"].index(row[1]) if row[1] in {"low", "medium", "high"} else 3)),
        colour=colour,
        frozen_columns=2,
    )  # fmt: skip


def key_outcomes(connection: duckdb.DuckDBPyConnection) -> Listing:
    """Return the variants of the headline outcomes side by side, one row per period and group."""
    rows = connection.execute(
        """
        with newest as (
            select definition_id, max(period) as period from outcomes where period_kind = '90_days' group by definition_id
        ),

        stocks as (
            select *, strftime(period, '%Y-%m') as month
            from outcomes
            where period_kind = 'as_of'
            qualify row_number() over (partition by definition_id, group_kind, group_id, strftime(period, '%Y-%m')
                order by period desc) = 1
        ),

        said as (
            select definition_id, strftime(period, '%Y-%m') as period, group_kind, group_id, value
            from outcomes where period_kind = 'month'
            union all
            select definition_id, month, group_kind, group_id, value from stocks
            union all
            select o.definition_id, 'last 90 days', o.group_kind, o.group_id, o.value
            from outcomes as o
            inner join newest as n on n.definition_id = o.definition_id and n.period = o.period
            where o.period_kind = '90_days'
        )

        select definition_id, period, group_kind, group_id, value
        from said
        where split_part(definition_id, '.', 1) in (select unnest($families)) and group_kind in ('all', 'payer', 'payer_class')
        order by case group_kind when 'all' then 1 when 'payer_class' then 2 else 3 end, group_id, period desc, definition_id
        """,
        {"families": list(KEY_FAMILIES)},
    ).fetchall()
    named = _names(connection)
    found = {row[0] for row in rows}
    variants = sorted(found, key=lambda d: (KEY_FAMILIES.index(d.split(".")[0]), d))
    cells: dict[tuple[str, str, str], dict[str, float]] = {}
    for definition, period, kind, group, value in rows:
        cells.setdefault((period, kind, group), {})[definition] = value
    return Listing(
        "Key outcomes",
        "Denials, first pass and days in A/R: the variants side by side",
        "Variants of one name count different things and differ by design: never compare one variant with another office's "
        "other variant. States (days in A/R) stand at the last weekly close of the month.",
        [
            Column("Period", 13), Column("Group", 12), Column("Which", 14),
            *(Column(named.get(variant, (variant,))[0], 15) for variant in variants),
        ],
        [
            [period, kind, group, *(Number(of.get(v), named.get(v, ("", "", ""))[1]) for v in variants)]
            for (period, kind, group), of in cells.items()
        ],
        frozen_columns=3,
    )  # fmt: skip


def outcomes(connection: duckdb.DuckDBPyConnection) -> Listing:
    """Return the outcomes of the whole office, one row per definition."""
    heads, rows = _wide(connection, "outcomes", "t.group_kind = 'all'", (), {})
    return Listing(
        "Outcomes",
        "Outcomes of the whole office",
        "A value is the sum of the numerators over the sum of the denominators. Cohorts that have not matured show no number.",
        [
            Column("Measure", 48, "wrap"), Column("Unit", 20, "wrap"), Column("Better is", 11, "wrap"), *heads,
            Column("Why the newest is empty", 34, "wrap"), Column("Definition", 34),
        ],
        rows,
    )  # fmt: skip


def groups(connection: duckdb.DuckDBPyConnection) -> Listing:
    """Return the outcomes by payer, queue and the like, one row per definition and group."""
    heads, rows = _wide(connection, "outcomes", "t.group_kind <> 'all'", ("group_kind", "group_id"), {})
    return Listing(
        "Outcomes by group",
        "Outcomes by payer, payer class, queue and the like",
        "The same numbers as on the sheet before, per group. Filter the second column.",
        [
            Column("Measure", 48, "wrap"), Column("Group", 12), Column("Which", 18), Column("Unit", 20, "wrap"),
            Column("Better is", 11, "wrap"), *heads, Column("Why the newest is empty", 34, "wrap"), Column("Definition", 34),
        ],
        rows,
        frozen_columns=3,
    )  # fmt: skip


def durations(connection: duckdb.DuckDBPyConnection) -> Listing:
    """Return how long things took, one row per definition and group."""
    rows = connection.execute(
        """
        select coalesce(f.name, d.definition_id), d.group_kind, d.group_id, d.unit, d.n_cases, d.n_closed, d.n_open,
            d.median, d.p90, d.target, d.share_within_target, d.reason, d.period, d.definition_id
        from durations as d
        left join definitions as f on f.definition_id = d.definition_id
        where d.period_kind = '90_days'
        qualify d.period = max(d.period) over (partition by d.definition_id)
        order by d.definition_id, case d.group_kind when 'all' then 1 else 2 end, d.group_kind, d.group_id
        """
    ).fetchall()
    return Listing(
        "Turnaround",
        "How long things take: cases of the last 90 days",
        "Open cases are kept in: a median is empty while more than half are open.",
        [
            Column("Measure", 44, "wrap"), Column("Group", 10), Column("Which", 18), Column("Unit", 14), Column("Cases", 9),
            Column("Closed", 9), Column("Open", 9), Column("Median", 10), Column("Nine of ten within", 11), Column("Target", 9),
            Column("Within target", 10, "share"), Column("Why empty", 34, "wrap"), Column("Up to", 11, "date"), Column("Definition", 34),
        ],
        rows,
        frozen_columns=3,
    )  # fmt: skip


def _periods(
    connection: duckdb.DuckDBPyConnection, table: str, where: str, keys: str, values: dict[str, Any]
) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Return the periods (kind, month) that a sheet has as columns, and its rows, one value each."""
    rows = connection.execute(
        f"""
        with newest as (
            select definition_id, period_kind, max(period) as period
            from {table}
            where period_kind <> 'month'
            group by definition_id, period_kind
        )
        select {keys}, t.period_kind, strftime(t.period, '%Y-%m') as month, t.value, t.reason
        from {table} as t
        left join newest as n
            on n.definition_id = t.definition_id and n.period_kind = t.period_kind and n.period = t.period
        where ({where}) and (t.period_kind = 'month' or n.period is not null)
        order by {keys}, t.period_kind, t.period
        """,
        values,
    ).fetchall()
    # A period in which nothing of the sheet has a number would be an empty column.
    filled = {(row[-4], row[-3] if row[-4] == "month" else "") for row in rows if row[-2] is not None}
    months = sorted({month for kind, month in filled if kind == "month"}, reverse=True)[:MONTHS]
    windows = [(kind, "") for kind in ("3_months", "90_days", "30_days", "as_of")]
    return [p for p in [*windows, *(("month", month) for month in months)] if p in filled], rows


def _wide(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    where: str,
    keys: tuple[str, ...],
    values: dict[str, Any],
) -> tuple[list[Column], list[list[Any]]]:
    """Return the columns and rows of a list with one row per definition and group, and one column per period."""
    grouped = ", ".join(f"t.{key}" for key in ("definition_id", *keys))
    periods, found = _periods(connection, table, where, grouped, values)
    named = _names(connection)
    cells: dict[tuple[Any, ...], dict[tuple[str, str], tuple[Any, Any]]] = {}
    width = 1 + len(keys)
    for row in found:
        kind, month, value, reason = row[width:]
        period = (kind, month if kind == "month" else "")
        cells.setdefault(row[:width], {})[period] = (value, reason)
    rows = []
    for key, of_period in cells.items():
        name, unit, good = named.get(key[0], (key[0], "", "context"))
        newest = of_period[max(of_period, key=_recency)]
        rows.append(
            [
                name, *key[1:], unit, BETTER.get(good, good),
                *(Number(of_period.get(period, (None, None))[0], unit) for period in periods),
                newest[1], key[0],
            ]
        )  # fmt: skip
    heads = [Column(month if kind == "month" else PERIODS[kind].capitalize(), 11) for kind, month in periods]
    return heads, rows


def _recency(period: tuple[str, str]) -> tuple[int, str]:
    kind, month = period
    return ("month", "as_of", "30_days", "90_days", "3_months").index(kind), month


def _names(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str, str]]:
    rows = connection.execute("select definition_id, name, unit, good from definitions").fetchall()
    return {definition: (name, unit, good) for definition, name, unit, good in rows}
