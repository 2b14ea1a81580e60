"""Loading a feed: files of some days become staged rows, are checked, and are swapped in.

Belongs here: reading each file with the reader of its kind, the account of its records, checking and publishing a chunk
of days, and holding back the days that fail. Does not belong here: which days (`deliveries.py`), how rows are staged
(`staging.py`) or Dagster (`assets.py`).

Write, audit, publish: rows, rejects, flags, the file's own account and the quality results change in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.intake.contracts import FEEDS, Table
from assets.intake.deliveries import content_id
from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.identify import ArchiveError, identify, unpack
from assets.intake.read import read_file
from assets.intake.records import Hide, Parsed
from assets.intake.staging import stage, stage_accounts
from assets.progress import report
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import Swap, swap, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import polars as pl

    from assets.intake.sources import Source
    from assets.settings import Settings


@dataclass
class Context:
    """What a load needs besides the files: connection, settings, sources, pseudonymiser, examiner and run."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    sources: tuple[Source, ...]
    hide: Hide
    examiner: Examiner
    run_id: str
    tracked: dict[str, set[str]]


@dataclass
class FeedReport:
    """What a load did: swaps per table, verdicts, files not loaded with the reason, and counts."""

    swaps: list[Swap] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    files: int = 0
    rejected: int = 0


@dataclass
class Chunk:
    """Files that are staged together, with what was read from them."""

    files: list[FileRow] = field(default_factory=list)
    parsed: dict[str, Parsed] = field(default_factory=dict)

    @property
    def span(self) -> tuple[date, date]:
        """First and last delivery day."""
        days = [row.delivery_date for row in self.files]
        return min(days), max(days)

    def loaded(self, table: str) -> list[tuple[FileRow, pl.DataFrame]]:
        """Return what the usable files hold for a table."""
        usable = [row for row in self.files if row.status == "loaded"]
        tables = [(row, self.parsed[row.file_id].tables.get(table)) for row in usable]
        return [(row, frame) for row, frame in tables if frame is not None and frame.height]


def load_feed(context: Context, feed: str, days: Iterable[date]) -> FeedReport:
    """Load every pending file of a feed that was delivered on the given days. Files that fail are held, the rest is loaded."""
    result = FeedReport()
    files = _pending(context.connection, feed, set(days))
    chunks = _chunks(files, context.settings)
    done = 0
    for files_of_chunk in chunks or [[]]:
        chunk = _read(context, files_of_chunk, done, len(files))
        done += len(files_of_chunk)
        _load(context, feed, chunk, result)
    result.files = len(files)
    return result


def _load(context: Context, feed: str, chunk: Chunk, result: FeedReport) -> None:
    """Publish a chunk; where it fails publish its days, and where a day fails its files, so that only the bad one is held."""
    parts = _parts(chunk)
    if not _publish(context, feed, chunk, result, last=not parts):
        for part in parts:
            _load(context, feed, part, result)


def _parts(chunk: Chunk) -> list[Chunk]:
    days = sorted({row.delivery_date for row in chunk.files})
    if len(days) > 1:
        split = [[row for row in chunk.files if row.delivery_date == day] for day in days]
    else:
        split = [[row] for row in chunk.files] if len(chunk.files) > 1 else []
    return [Chunk(files, {row.file_id: chunk.parsed[row.file_id] for row in files}) for files in split]


def _pending(connection: duckdb.DuckDBPyConnection, feed: str, days: set[date]) -> list[FileRow]:
    names = ", ".join(FILE_COLUMNS)
    rows = connection.execute(
        f"select {names} from intake.files where feed = ? and status = 'pending' order by delivery_date, path",
        [feed],
    ).fetchall()
    return [row for row in (FileRow(*values) for values in rows) if row.delivery_date in days]


def _chunks(files: list[FileRow], settings: Settings) -> list[list[FileRow]]:
    chunks: list[list[FileRow]] = []
    size = 0
    for row in files:
        current = chunks[-1] if chunks else []
        too_long = bool(current) and row.delivery_date - current[0].delivery_date >= timedelta(
            days=settings.intake.chunk_days
        )
        too_big = size + row.bytes > settings.intake.chunk_mb * 1_000_000
        # A day is never split: its slice is swapped in whole.
        new_day = not current or row.delivery_date != current[-1].delivery_date
        if not current or (new_day and (too_long or too_big)):
            chunks.append([row])
            size = row.bytes
        else:
            current.append(row)
            size += row.bytes
    return chunks


def _read(context: Context, files: list[FileRow], done: int, total: int) -> Chunk:
    chunk = Chunk()
    for number, row in enumerate(files, start=1):
        parsed = _parse(context, row)
        chunk.parsed[row.file_id] = parsed
        chunk.files.append(_account(row, parsed))
        report(f"loading {row.feed}", done + number, total)
    return chunk


def _parse(context: Context, row: FileRow) -> Parsed:
    """Read one file. A reader that fails is our fault, and still must not lose the rest: the file is unusable."""
    path, _, member = row.path.partition("!")
    name = Path(member or path).name
    limit = context.settings.intake.unpacked_mb * 1_000_000
    try:
        contents = dict(
            unpack(Path(path).name, (context.settings.inbox / path).read_bytes(), limit_bytes=limit)
        )
    except OSError as error:
        return Parsed("unknown", (), unusable=f"the file cannot be read: {error.strerror}")
    except ArchiveError:
        contents = {}
    data = contents.get(member) if member else next(iter(contents.values()), None)
    if data is None or content_id(data) != row.file_id:
        return Parsed("unknown", (), unusable="the file changed while it was being loaded; run again")
    known = identify(name, data, context.sources)
    return read_file(name, data, known, hide=context.hide, time_zone=context.settings.office.time_zone)


def _account(row: FileRow, parsed: Parsed) -> FileRow:
    if parsed.unusable:
        return replace(
            row,
            status="unusable",
            records=parsed.records,
            loaded=0,
            rejected=parsed.records,
            footers=0,
            reason=parsed.unusable,
        )
    counted = replace(
        row,
        kind=parsed.kind if row.feed in {"837", "835", "ack"} else row.kind,
        status="loaded",
        records=parsed.records,
        loaded=parsed.loaded,
        rejected=parsed.rejected,
        footers=parsed.footers,
        flags=len(parsed.flags),
    )
    if parsed.records != parsed.loaded + parsed.rejected + parsed.footers:
        reason = (
            f"{parsed.records} records in the file, but {parsed.loaded} loaded + {parsed.rejected} rejected + "
            f"{parsed.footers} footers"
        )
        return replace(counted, status="held", loaded=0, reason=reason)
    return counted


def _publish(context: Context, feed: str, chunk: Chunk, result: FeedReport, *, last: bool) -> bool:
    """Stage, check and swap in. Return False when the chunk fails and is not the `last` to be tried."""
    connection = context.connection
    stale = _superseded(connection, feed, chunk)
    if not chunk.files and not stale:
        return True
    tables = FEEDS[feed]
    for table in tables:
        stage(connection, table, chunk.loaded(table.name), context.settings.office.time_zone)
    verdicts = (
        [context.examiner.examine(suite_of(f"intake.{table.name}")) for table in tables]
        if chunk.files
        else []
    )
    failed = [outcome for verdict in verdicts for outcome in verdict.blocking]
    if failed and not last:
        return False
    if failed:
        names = ", ".join(sorted({f"{o.table}: {o.expectation.name}" for o in failed}))
        chunk.files = [replace(row, status="held", loaded=0, reason=f"held: {names}") for row in chunk.files]
        # Nothing is swapped in, so what was to be replaced keeps its rows and its account.
        stale = []
    for row in chunk.files:
        if row.status in {"held", "unusable"}:
            result.held[row.path] = row.reason or row.status
    stage_accounts(connection, chunk.files, chunk.parsed, stale)
    with transaction(connection):
        swaps = _swap_all(context, tables, failed=bool(failed))
        record(connection, verdicts, run_id=context.run_id, span=chunk.span if chunk.files else (None, None))
    result.swaps += swaps
    result.verdicts += verdicts
    result.rejected += sum(row.rejected or 0 for row in chunk.files)
    return True


def _superseded(connection: duckdb.DuckDBPyConnection, feed: str, chunk: Chunk) -> list[FileRow]:
    """Return the files whose rows have to go because the file that replaces them is loaded, or is about to be."""
    names = ", ".join(FILE_COLUMNS)
    rows = connection.execute(
        f"""
        select {names} from intake.files as f
        where f.feed = $feed and f.status in ('superseded', 'duplicate') and f.loaded > 0 and (
            list_contains($arriving, coalesce(f.superseded_by, f.file_id))
            or exists (
                select 1 from intake.files as g
                where g.file_id = coalesce(f.superseded_by, f.file_id) and g.status = 'loaded'
            )
        )
        """,
        {"feed": feed, "arriving": [row.file_id for row in chunk.files if row.status == "loaded"]},
    ).fetchall()
    return [FileRow(*values) for values in rows]


def _swap_all(context: Context, tables: tuple[Table, ...], *, failed: bool) -> list[Swap]:
    """Swap in the feed's tables, unless they failed, and the account of the files. Return what became of the tables."""
    here = (
        "file_id in (select file_id from staging.intake__scope) "
        "and delivery_date between (select min(delivery_date) from staging.intake__scope) "
        "and (select max(delivery_date) from staging.intake__scope)"
    )
    these = (
        "(delivery_date, path, file_id) in (select (delivery_date, path, file_id) from staging.intake__files)"
    )
    names = [] if failed else [f"intake.{table.name}" for table in tables]
    wanted = [
        *(
            (name, here, "event_date", ("delivery_date", "file_id", "txn_no", "row_no", "k"))
            for name in names
        ),
        ("intake.files", these, "delivery_date", ("delivery_date", "path", "file_id")),
        (
            "intake.rejects",
            here,
            "delivery_date",
            ("delivery_date", "file_id", "table_name", "row_no", "column_name", "reason"),
        ),
        ("intake.flags", here, "delivery_date", ("delivery_date", "file_id", "row_no", "code")),
    ]
    done = [
        swap(
            context.connection,
            name,
            scope,
            order_by=order,
            tracked=context.tracked.get(name, ()),
            event_column=event,
            run_id=context.run_id,
        )
        for name, scope, event, order in wanted
    ]
    return done[: len(names)]
