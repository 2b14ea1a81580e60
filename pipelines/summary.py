"""What a load did, summed up from the warehouse's own bookkeeping.

Belongs here: the sums and sentences of one load. Does not belong here: the state of the whole (`status.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.counted import many
from assets.intake.shelf import CHANGED
from assets.warehouse import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assets.settings import Settings


def load_lines(settings: Settings, days: list[date], runs: list[str]) -> Iterator[str]:
    """Yield what a load of these delivery days did, a sentence a line: the account of files, late ones, what they restated."""
    with open_warehouse(settings.warehouse_path, read_only=True) as connection:
        files = connection.execute(
            """
            select status, count(*), sum(coalesce(records, 0)), sum(coalesce(loaded, 0)), sum(coalesce(rejected, 0)), sum(coalesce(footers, 0))
            from intake.files where delivery_date between ? and ? group by status order by status
            """,
            [days[0], days[-1]],
        ).fetchall()
        late = connection.execute(
            """
            select path, covers_date, delivery_date from intake.files
            where delivery_date between ? and ? and status = 'loaded' and date_diff('day', covers_date, delivery_date) > 1
            and feed not in ('staff', 'production_history') order by delivery_date, path
            """,
            [days[0], days[-1]],
        ).fetchall()
        changed = connection.execute(
            """
            select path, status from intake.files
            where delivery_date between ? and ? and status <> 'loaded' and contains(reason, ?) order by delivery_date, path
            """,
            [days[0], days[-1], CHANGED],
        ).fetchall()
        restated = connection.execute(
            """
            select table_name, min(event_from), max(event_to) from ops.batches
            where list_contains($runs, run_id) and table_name like 'ledger.%' and rows_removed > 0 and event_from < $first
            group by table_name order by table_name
            """,
            {"runs": runs, "first": days[0]},
        ).fetchall()
    for status, number, records, loaded, rejected, footers in files:
        if status == "loaded":
            yield (
                f"  {many(number, 'file')}: {many(records, 'record')} = {loaded:,} loaded + {rejected:,} rejected + "
                f"{many(footers, 'footer')}"
            )
        else:
            yield f"  {number:,} {status}"
    if any(status in {"unusable", "unknown", "held"} or rejected for status, *_, rejected, _ in files):
        yield "  what was not loaded, and why: rcmbench rejects"
    for path, status in changed:
        yield f"  {status}: {path}: {CHANGED}"
    for path, covers, delivered in late[:10]:
        yield f"  late: {path} covers {covers}, delivered {delivered}; that day is restated"
    for table, first, last in restated:
        yield f"  restated: {table}, {first} to {last}"
