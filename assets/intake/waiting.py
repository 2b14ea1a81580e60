"""Which files of a feed a load has to do with: those that wait, loaded ones whose rows have to go, and those that stand again.

Belongs here: these questions to intake.files. Does not belong here: the load (`load.py`) and the contest (`standing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.contracts import FEEDS
from assets.intake.deliveries import known_files
from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.standing import settle
from assets.slices import transaction

if TYPE_CHECKING:
    from datetime import date

    import duckdb


def pending_files(connection: duckdb.DuckDBPyConnection, feed: str, days: set[date]) -> list[FileRow]:
    """Return the files of a feed that wait to be loaded, of these delivery days, in order."""
    names = ", ".join(FILE_COLUMNS)
    rows = connection.execute(
        f"select {names} from intake.files where feed = ? and status = 'pending' order by delivery_date, path",
        [feed],
    ).fetchall()
    return [row for row in (FileRow(*values) for values in rows) if row.delivery_date in days]


def superseded_files(connection: duckdb.DuckDBPyConnection, feed: str, arriving: list[str]) -> list[FileRow]:
    """Return the files whose rows have to go because the file that replaces them is loaded, or (`arriving`) about to be.

    Where a file of several feeds is replaced by one without this feed, the replacement is loaded elsewhere.
    """
    names = ", ".join(FILE_COLUMNS)
    rows = connection.execute(
        f"""
        select {names} from intake.files as f
        where f.feed = $feed and f.status in ('superseded', 'duplicate') and f.loaded > 0 and (
            list_contains($arriving, coalesce(f.superseded_by, f.file_id))
            or exists (
                select 1 from intake.files as g
                where g.file_id = coalesce(f.superseded_by, f.file_id)
                and (g.status = 'loaded' or (g.status = 'pending' and g.feed <> f.feed))
            )
        )
        """,
        {"feed": feed, "arriving": arriving},
    ).fetchall()
    return [FileRow(*values) for values in rows]


def stand_again(connection: duckdb.DuckDBPyConnection, feed: str) -> list[FileRow]:
    """Let snapshots stand again that stood back for one that could not be loaded, and return those that are to be loaded."""
    before = known_files(connection)
    changed = [
        row for row in set(settle(before)) - set(before) if row.feed == feed and row.snapshot_of is not None
    ]
    with transaction(connection):
        for row in changed:
            connection.execute(
                "update intake.files set status = ?, superseded_by = ?, reason = ? "
                "where delivery_date = ? and path = ? and file_id = ?",
                [row.status, row.superseded_by, row.reason, row.delivery_date, row.path, row.file_id],
            )
    return sorted((row for row in changed if row.status == "pending"), key=lambda row: row.age)


def strayed_files(connection: duckdb.DuckDBPyConnection, feed: str) -> list[str]:
    """Return the ids of files that have rows in an export's table, and belong to another feed since their source changed."""
    if len(FEEDS[feed]) > 1:
        return []
    rows = connection.execute(
        f"""
        select distinct f.file_id from intake.files as f
        where f.feed <> $feed and f.status in ('loaded', 'pending')
        and f.file_id in (select file_id from intake.{FEEDS[feed][0].name})
        and f.file_id not in (select file_id from intake.files where feed = $feed) order by f.file_id
        """,
        {"feed": feed},
    ).fetchall()
    return [file_id for (file_id,) in rows]
