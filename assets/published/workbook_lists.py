"""What stands in the workbook: its lists, each one question to `published.duckdb`.

Belongs here: which sheets there are, their columns and rows. Does not belong here: how they look (`sheets.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.published.sheets import Column, Listing, Number
from assets.published.workbook_periods import BETTER, durations, effort, groups, key_outcomes, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

ROLE_NAMES = {
    "coder": "Coding",
    "charge_entry": "Charge entry",
    "payment_posting": "Payment posting",
    "denial_management": "Denial management",
    "ar_follow_up": "A-R follow-up",
    "patient_billing": "Patient billing",
}
"""Billing role -> name of its sheet; Excel forbids the slash of A/R in it."""

COLOURS = {
    "coder": "#2E75B6", "charge_entry": "#548235", "payment_posting": "#BF8F00", "denial_management": "#C55A11",
    "ar_follow_up": "#7030A0", "patient_billing": "#3A7D7C",
}  # fmt: skip

_TIERS = "case {0}complexity when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 4 end"
_STAGES = "try_cast(regexp_extract(stage, '^[0-9]+') as integer)"


def listings(connection: duckdb.DuckDBPyConnection) -> Iterator[Listing]:
    """Yield the sheets behind the cover, in their order."""
    for role, name in ROLE_NAMES.items():
        yield _bands(connection, role, name)
        yield effort(connection, role, name, COLOURS[role])
    yield key_outcomes(connection)
    yield outcomes(connection)
    yield groups(connection)
    yield durations(connection)
    yield _feedback(connection)
    yield _data_quality(connection)
    yield _definitions(connection)


def _bands(connection: duckdb.DuckDBPyConnection, role: str, name: str) -> Listing:
    values = ", ".join(
        f"{limit}, {limit}_low, {limit}_high" for limit in ("acceptable", "strong", "exceptional")
    )
    rows = connection.execute(
        f"""
        with every as (
            select 1 as place, 'Bands of output' as kind, definition_id, role, complexity, stage, unit, 'up' as good,
                {values}, status, reasons, contributors, effective_from, as_of, version_id
            from bands
            union all
            select 2, 'Companion bands', c.definition_id, c.role, c.complexity, c.stage, c.unit, c.good, {values},
                c.status, c.reasons, c.contributors, b.effective_from, c.as_of, c.version_id
            from companion_bands as c
            left join (select role, min(effective_from) as effective_from from bands group by role) as b on b.role = c.role
        )
        select e.kind, coalesce(d.name, e.definition_id), e.complexity, e.stage, e.unit, e.good, {values}, e.status,
            e.reasons, e.contributors, e.effective_from, e.as_of, e.version_id, e.definition_id
        from every as e
        left join definitions as d on d.definition_id = e.definition_id
        where e.role = $role
        order by e.place, e.definition_id, {_TIERS.format("e.")}, {_STAGES}, stage
        """,
        {"role": role},
    ).fetchall()
    return Listing(
        name,
        f"{name}: bands",
        "Only 'adopted' bands are targets. Low and high are the ends of the 90 % interval of what was measured; per hour free "
        "of logged friction. For companion bands where less is better, strong is the smaller number.",
        [
            Column("What", 17), Column("Measure", 44, "wrap"), Column("Complexity", 11), Column("Days in role", 9),
            Column("Unit", 18, "wrap"), Column("Better is", 9, "wrap"),
            *(Column(f"{limit}{end}", 10, "number") for limit in ("Acceptable", "Strong", "Exceptional") for end in ("", " low", " high")),
            Column("Status", 11), Column("Why", 48, "wrap"), Column("People", 8), Column("In force from", 11, "date"),
            Column("Computed for", 11, "date"), Column("Version", 14), Column("Definition", 32),
        ],
        [_band_row(row) for row in rows],
        colour=COLOURS[role],
        frozen_columns=4,
        status_column=15,
        printed_columns=18,
    )  # fmt: skip


def _band_row(row: tuple[Any, ...]) -> list[Any]:
    unit = row[4]
    return [*row[:5], BETTER.get(row[5], row[5]), *(Number(value, unit) for value in row[6:15]), *row[15:]]


def _feedback(connection: duckdb.DuckDBPyConnection) -> Listing:
    rows = connection.execute(
        """
        select version_id, role, kind, entries, people, reason
        from feedback
        order by version_id desc, role, case kind when 'dispute' then 1 when 'comment' then 2 when 'approval' then 3 else 4 end
        """
    ).fetchall()
    return Listing(
        "Feedback",
        "What people say of the bands",
        "How many people commented on a version, disputed or approved it; never who, and never what was written. Empty: too few people.",
        [
            Column("Version", 16), Column("Role", 22), Column("Kind", 14), Column("Entries", 10, "count"), Column("People", 10, "count"),
            Column("Why empty", 34, "wrap"),
        ],
        [[version, ROLE_NAMES.get(role, role), *rest] for version, role, *rest in rows],
        frozen_columns=3,
    )  # fmt: skip


def _data_quality(connection: duckdb.DuckDBPyConnection) -> Listing:
    rows = connection.execute(
        """
        select strftime(delivery_date, '%Y-%m'), feed, sum(files)::bigint, sum(loaded_files)::bigint, sum(pending_files)::bigint,
            sum(held_files)::bigint, sum(unusable_files)::bigint, sum(repeated_files)::bigint, sum(records)::bigint,
            sum(loaded)::bigint, sum(rejected)::bigint, sum(flags)::bigint, sum(rejected)::double / nullif(sum(records), 0)
        from data_quality
        group by 1, 2
        order by 1 desc, 2
        """
    ).fetchall()
    heads = (
        "Files", "Loaded", "Waiting", "Held", "Unusable", "Repeated", "Records", "Records loaded", "Rejected", "Flags",
    )  # fmt: skip
    return Listing(
        "Data quality",
        "What was delivered and what became of it",
        "Per month of delivery and feed. Held files were kept out by an expectation; rejected records are listed by 'rcmbench rejects'.",
        [
            Column("Month", 10), Column("Feed", 24), *(Column(head, 11, "count") for head in heads),
            Column("Rejected share", 10, "share"),
        ],
        rows,
        frozen_columns=2,
    )  # fmt: skip


def _definitions(connection: duckdb.DuckDBPyConnection) -> Listing:
    rows = connection.execute(
        """
        select definition_id, name, role, meaning, numerator, denominator, exclusions, unit, good, method, parameters, grain,
            feeds, availability, catalogue, version
        from definitions
        order by definition_id
        """
    ).fetchall()
    widths = {
        "Meaning": 70, "Numerator": 44, "Denominator": 44, "Exclusions": 44, "Name": 34, "Definition": 34, "Feeds": 26,
        "Availability": 26, "Parameters": 22, "Unit": 18, "Grain": 22,
    }  # fmt: skip
    heads = (
        "Definition", "Name", "Role", "Meaning", "Numerator", "Denominator", "Exclusions", "Unit", "Better is", "Method",
        "Parameters", "Grain", "Feeds", "Availability", "Catalogue", "Version",
    )  # fmt: skip
    return Listing(
        "Definitions",
        "What every number means",
        "The definition behind each number of the other sheets, with what it must not be used for.",
        [Column(head, widths.get(head, 12), "wrap") for head in heads],
        [[*row[:8], BETTER.get(row[8], row[8]), *row[9:]] for row in rows],
    )
