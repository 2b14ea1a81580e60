"""What a table shows of itself in Dagster: how full its columns are, without a value; or some rows of what is published.

Belongs here: both as Markdown, each from one query whose cost does not grow with the table. Does not belong here: pictures
(`pictures.py`), and what is told of a table before it is built (`explained.py`).

Tables before `published` hold claims and people. Of them Dagster is told how many rows there are, how full each column is, of which
order the number of its different values is, and the first and last day of the columns that say when things happened. A published
table holds aggregates under the suppression rule, and a few of its rows tell more than any description.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb

from assets.counted import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROWS = "dagster/row_count"
PROFILE, PREVIEW = "columns at a glance", "some rows"
PROFILED = 10_000
"""Rows from which a sample is looked at in place of the table: then the largest one takes some ten milliseconds."""
PREVIEWED, LONGEST = 8, 60
MISSING = "\N{EN DASH}"
WHEN = ("event_date", "delivery_date", "as_of")
"""Columns that say when things happened, beside the days of a table's grain. The days of others, such as a hiring, are one person's."""
_ORDERS = ((1, "1"), (9, "a few"), (99, "tens"), (999, "hundreds"), (9_999, "thousands"))


def at_a_glance(
    connection: duckdb.DuckDBPyConnection, table: str, days: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the number of rows and the profile of a table as metadata; a table that is not there has no rows.

    `days` names the columns of its grain; those of type DATE are told with their first and last day.
    """
    try:
        # duckdb_columns() would walk through every table of the warehouse, which takes longer than all the rest.
        described = connection.execute(f"select * from {table} limit 0").description or []
    except duckdb.CatalogException:
        return {ROWS: 0}  # a first build that its suite keeps out leaves no table behind
    columns = [(name, str(kind)) for name, kind, *_ in described]
    row = connection.execute(f"select count(*) from {table}").fetchone()
    rows = int(row[0]) if row else 0
    told: dict[str, Any] = {ROWS: rows}
    if rows:
        told[PROFILE] = dg.MetadataValue.md(profile(connection, table, columns, rows, {*days, *WHEN}))
    return told


def profile_on_newest_day(
    context: dg.AssetExecutionContext, table: str, told: dict[str, Any]
) -> dict[str, Any]:
    """Return what a table with partitions shows without its profile, which the newest day of the run alone carries.

    A backfill of a year is an event per table and day: the same profile on each would be most of Dagster's log.
    """
    if PROFILE in told:
        profiled = {PROFILE: told[PROFILE]}
        context.add_asset_metadata(profiled, dg.AssetKey(table.split(".")), max(context.partition_keys))
    return {name: value for name, value in told.items() if name != PROFILE}


def profile(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: int,
    days: Iterable[str] = (),
) -> str:
    """Return a Markdown table: per column how full it is, of which order the number of its values is, and its span of days."""
    sample = f" tablesample system({100 * PROFILED / rows:.6f}%) repeatable (1)" if rows > PROFILED else ""
    counts = ", ".join(f'count("{name}"), approx_count_distinct("{name}")' for name, _ in columns)
    looked, *found = connection.execute(f"select count(*), {counts} from {table}{sample}").fetchone() or [0]
    dated = [name for name, kind in columns if kind == "DATE" and name in set(days)]
    spans = _spans(connection, table, dated)
    lines = [f"Of {'a sample of ' if sample else ''}{many(looked, 'row')}:\n"]
    lines += ["| column | filled | different values | first day | last day |", "|---|---|---|---|---|"]
    for place, (name, _) in enumerate(columns):
        filled, values = found[2 * place], found[2 * place + 1]
        span = " | ".join(spans.get(name, ("", "")))
        lines.append(
            f"| {name} | {_share(filled, looked)} | {_order(values) if filled else MISSING} | {span} |"
        )
    return "\n".join(lines)


def _spans(
    connection: duckdb.DuckDBPyConnection, table: str, dated: Sequence[str]
) -> dict[str, tuple[str, str]]:
    if not dated:
        return {}
    wanted = ", ".join(f'min("{name}"), max("{name}")' for name in dated)
    found = connection.execute(f"select {wanted} from {table}").fetchone() or ()
    return {
        name: (str(found[2 * i]), str(found[2 * i + 1]))
        for i, name in enumerate(dated)
        if found[2 * i] is not None
    }


def _share(part: int, whole: int) -> str:
    if part in {0, whole}:
        return "all" if part else "none"
    return f"{min(max(part / whole, 0.01), 0.99):.0%}"


def _order(values: int) -> str:
    return next((word for most, word in _ORDERS if values <= most), "more")


def preview(connection: duckdb.DuckDBPyConnection, table: str, order_by: Iterable[str]) -> str:
    """Return a few rows of a table of aggregates as Markdown, those with the most values first.

    Never to be asked of a table with rows about claims or people.
    """
    names = [name for name, *_ in connection.execute(f"select * from {table} limit 0").description or ()]
    # The first rows of the bands are often withheld ones, which show nothing.
    gaps = " + ".join(f'cast("{name}" is null as integer)' for name in names)
    rows = connection.execute(
        f"select * from {table} order by {gaps}, {', '.join(order_by)} limit {PREVIEWED}"
    ).fetchall()
    if not rows:
        return "No rows yet."
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(value: object) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, date | Decimal | int):
        return str(value)
    text = " ".join(str(value).split())
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}")


def plain(text: str) -> str:
    """Return text that Markdown shows as it stands: NM1*82 would begin italics, and a bar a new cell."""
    for mark in ("\\", "*", "|", "<", "`", "["):
        text = text.replace(mark, f"\\{mark}")
    return text
