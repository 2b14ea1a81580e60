"""What was not loaded and why: every file that is not in, and every rejected record with its file, for people and scripts.

Belongs here: the questions about rejects. Does not belong here: printing (`show_intake.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.intake.contracts import EXPORTS, FEEDS
from assets.slices import columns_of
from assets.warehouse import GLANCE_PATIENCE, open_warehouse

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from assets.settings import Settings

COUNTED = ("claims", "remit_claims", "acknowledgements", *(table.name for table in EXPORTS))
"""Tables of which a row is a record; a rejected row of another one (a line, an adjustment) belongs to a record."""

_OWNERS = [f"{feed} {table.name}" for feed, tables in FEEDS.items() for table in tables]

_CHOSEN = """
-- Files of the same bytes have the same file_id, so why a whole file is not loaded is asked of its own row. A file that stood back
-- for another one is told where that one did not get in either, and a reject of a row belongs to the file whose feed has its table.
with waiting as (
    select * from intake.files where status in ('pending', 'held', 'unusable', 'unknown')
), stood_back as (
    select f.* from intake.files as f
    where f.status in ('duplicate', 'superseded') and coalesce(f.loaded, 0) = 0
    and exists (select 1 from waiting as w where w.file_id = coalesce(f.superseded_by, f.file_id))
    and not exists (select 1 from intake.files as g where g.status = 'loaded' and g.file_id = coalesce(f.superseded_by, f.file_id))
), kept_out as (
    select path, feed, status, file_id, delivery_date, records, coalesce(reason, 'waits for the next run') as reason
    from (from waiting union all from stood_back)
), whole as (
    -- Records that were rejected one by one are listed so; the rest of the file's stand for it.
    select path, feed, status, file_id, delivery_date, '' as table_name, 0 as txn_no, 0 as row_no, '' as column_name, reason, '' as shape,
           case when k.records is not null then coalesce(r.records, 0) end as records
    from kept_out as k
    left join (
        select file_id, delivery_date, reason, max(records) as records from intake.rejects where table_name = '' group by all
    ) as r using (file_id, delivery_date, reason)
), place as (
    select f.*, r.table_name
    from (select distinct file_id, delivery_date, table_name from intake.rejects where table_name <> '') as r
    join intake.files as f using (file_id, delivery_date)
    qualify row_number() over (
        partition by file_id, delivery_date, table_name
        order by not list_contains($owners, concat(f.feed, ' ', r.table_name)), f.status = 'duplicate', f.status <> 'loaded', f.path
    ) = 1
), placed as (
    from whole
    union all
    select f.path, f.feed, f.status, r.*
    from intake.rejects as r
    join place as f on f.file_id = r.file_id and f.delivery_date = r.delivery_date and f.table_name = r.table_name
), chosen as (
    select f.*, (f.table_name = '' or list_contains($counted, f.table_name)) as is_record
    from placed as f
    where f.delivery_date between coalesce($first, date '1900-01-01') and coalesce($last, date '2999-12-31')
    and ($file is null or f.path glob $file or f.path glob concat('*/', $file) or f.path glob concat($file, '!*')
         or f.path glob concat('*/', $file, '!*') or f.path glob concat('*!', $file))
    and ($feed is null or f.feed = $feed)
    and ($reason is null or contains(lower(f.reason), lower($reason)))
)
"""


@dataclass(frozen=True)
class Wanted:
    """Which rejects: delivery days, a glob on path or file name, a feed, a text within the reason; None is any."""

    first: date | None = None
    last: date | None = None
    file: str | None = None
    feed: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.feed is not None and self.feed not in FEEDS:
            raise ValueError(f"no feed is called '{self.feed}'; feeds: {', '.join(FEEDS)}")
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"--from {self.first} lies after --to {self.last}")


def rejects_of(settings: Settings, wanted: Wanted, limit: int | None) -> dict[str, Any]:
    """Return the sums, the groups (file, reason, column) and the first `limit` of each, as plain values without row values.

    `files` are not loaded as a whole; `records` are those that were rejected, `kept_out` of them in files that are not loaded;
    `rows` are rejected rows of other tables, whose records are loaded. The records of a file that nothing could count are None.
    """
    told: dict[str, Any] = {"rejects": 0, "files": 0, "records": 0, "kept_out": 0, "rows": 0, "groups": 0}
    told |= {"summary": [], "listed": []}
    if not settings.warehouse_path.exists():
        return told
    with open_warehouse(settings.warehouse_path, read_only=True, patience=GLANCE_PATIENCE) as connection:
        if not columns_of(connection, "intake.rejects"):
            return told
        values = {**vars(wanted), "counted": list(COUNTED), "owners": _OWNERS}
        sums = """
            select count(*) as rejects, count(*) filter (table_name = '') as files,
                   cast(coalesce(sum(records) filter (is_record), 0) as bigint) as records,
                   cast(coalesce(sum(records) filter (is_record and status <> 'loaded'), 0) as bigint) as kept_out,
                   cast(coalesce(sum(records) filter (not is_record), 0) as bigint) as rows,
                   count(distinct (path, delivery_date, table_name, reason, column_name)) as groups
            from chosen
        """
        (told,) = _rows(connection, sums, values, None)
        groups = """
            select path, feed, status, delivery_date, table_name as "table", reason, column_name as "column", is_record,
                   count(*) as rejects, cast(sum(records) as bigint) as records
            from chosen group by all order by delivery_date, path, records desc, "table", reason, "column"
        """
        listed = """
            select path, delivery_date, table_name as "table", txn_no, row_no, column_name as "column", reason, shape, records, is_record
            from chosen order by delivery_date, path, txn_no, row_no, "table", "column", reason
        """
        told["summary"] = _rows(connection, groups, values, limit)
        told["listed"] = _rows(connection, listed, values, limit)
    return told


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any], limit: int | None
) -> list[dict[str, Any]]:
    ending = "" if limit is None else f" limit {int(limit)}"
    result = connection.execute(_CHOSEN + sql + ending, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
