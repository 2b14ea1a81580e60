"""Loading a feed: files of some days become staged rows, are checked, and are swapped in.

Belongs here: reading each file with the reader of its kind, the account of its records, checking and publishing a chunk
of days, and holding back the files that fail. Does not belong here: which days (`deliveries.py`), how rows are staged
(`staging.py`) or Dagster (`assets.py`).

Write, audit, publish: rows, rejects, flags, the file's own account and the quality results change in one transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.intake.account import Account
from assets.intake.contracts import FEEDS
from assets.intake.identify import HEAD, identify
from assets.intake.read import read_file
from assets.intake.records import Hide, Parsed
from assets.intake.released import may_be_released, waived
from assets.intake.shelf import Shelf, Unavailable
from assets.intake.staging import Stage, stage_accounts
from assets.intake.tables import ACCOUNT_ORDER
from assets.intake.waiting import pending_files, stand_again, strayed_files, superseded_files
from assets.progress import report
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import Swap, swap, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

    from assets.intake.contracts import Table
    from assets.intake.files import FileRow
    from assets.intake.sources import Source
    from assets.settings import Settings


@dataclass
class Context:
    """What a load needs besides the files: connection, settings, sources, pseudonymiser, examiner and run.

    `released` says which expectations were waived for which file, by hand.
    """

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    sources: tuple[Source, ...]
    hide: Hide
    examiner: Examiner
    run_id: str
    tracked: dict[str, set[str]]
    released: Mapping[str, frozenset[str]] = field(default_factory=dict)


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
    """Files that are staged together. Of what was read from them only the sums are at hand."""

    stage: Stage
    files: list[FileRow] = field(default_factory=list)
    alone: dict[str, int] = field(default_factory=dict)
    """Records of each file that were rejected one by one."""

    @property
    def span(self) -> tuple[date, date]:
        """First and last delivery day."""
        days = [row.delivery_date for row in self.files]
        return min(days), max(days)


def load_feed(context: Context, feed: str, days: Iterable[date]) -> FeedReport:
    """Load every pending file of a feed that was delivered on the given days. Files that fail are held, the rest is loaded."""
    result = FeedReport()
    files = pending_files(context.connection, feed, set(days))
    with _bounded(context.connection):
        _load_files(context, feed, files, result)
        # Where the latest snapshot cannot be loaded, the one before it is what is known.
        while result.held and (files := stand_again(context.connection, feed)):
            _load_files(context, feed, files, result)
    return result


def _load_files(context: Context, feed: str, files: list[FileRow], result: FeedReport) -> None:
    done = 0
    for files_of_chunk in _chunks(files, context.settings) or [[]]:
        chunk = _read(context, feed, files_of_chunk, done, len(files))
        done += len(files_of_chunk)
        _load(context, feed, chunk, result)
        chunk.stage.drop()
    result.files += len(files)


@contextmanager
def _bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep DuckDB's memory flat while files of any size pass through it; by itself it takes most of the machine's."""
    set_before, threads = connection.execute(
        "select current_setting('memory_limit'), current_setting('threads')"
    ).fetchall()[0]
    number, unit = str(set_before).split()
    enough = max(1, int(threads) / 8)
    if unit in {"GiB", "TiB"} and float(number) * (1024 if unit == "TiB" else 1) > enough:
        connection.execute(f"set memory_limit = '{enough}GiB'")
    try:
        yield
    finally:
        connection.execute("reset memory_limit")


def _load(context: Context, feed: str, chunk: Chunk, result: FeedReport) -> None:
    """Publish a chunk; where it fails publish its halves, so that in the end only the bad file is held."""
    halves = _halves(chunk.files)
    if not _publish(context, feed, chunk, result, last=not halves):
        for half in halves:
            chunk.stage.show(half)
            _load(context, feed, Chunk(chunk.stage, half, chunk.alone), result)


def _halves(files: list[FileRow]) -> list[list[FileRow]]:
    """Return the files in two parts, cut between days if there are several; nothing for a single file."""
    days = sorted({row.delivery_date for row in files})
    if len(days) > 1:
        cut = days[len(days) // 2]
        return [[f for f in files if f.delivery_date < cut], [f for f in files if f.delivery_date >= cut]]
    middle = len(files) // 2
    return [files[:middle], files[middle:]] if middle else []


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


def _read(context: Context, feed: str, files: list[FileRow], done: int, total: int) -> Chunk:
    """Read the files into the staging tables; those that turn out not to be loaded leave no rows there."""
    chunk = Chunk(Stage(context.connection, FEEDS[feed], context.settings.office.time_zone))
    shelf = Shelf(context.settings)
    for number, row in enumerate(files, start=1):
        account = Account(tables=frozenset(table.name for table in FEEDS[feed]))
        for part in _parts(context, shelf, row):
            account.add(part)
            chunk.stage.add(row, part)
        chunk.stage.close(row, account)
        chunk.alone[row.file_id] = account.rejected
        chunk.files.append(account.settled(row))
        report(f"loading {row.feed}", done + number, total)
    chunk.stage.flush()
    chunk.stage.discard(row for row in chunk.files if row.status != "loaded")
    return chunk


def _parts(context: Context, shelf: Shelf, row: FileRow) -> Iterator[Parsed]:
    try:
        content, feed = shelf.fetch(row)
    except Unavailable as error:
        yield Parsed("unknown", (), unusable=str(error))
        return
    known = identify(content.name, content.head(HEAD), context.sources)
    zone = context.settings.office.time_zone
    yield from read_file(content, known, hide=context.hide, time_zone=zone, feed=feed)


def _publish(context: Context, feed: str, chunk: Chunk, result: FeedReport, *, last: bool) -> bool:
    """Check what is staged and swap it in. Return False when the chunk fails and is not the `last` to be tried."""
    connection = context.connection
    arriving = [row.file_id for row in chunk.files if row.status == "loaded"]
    stale, strayed = superseded_files(connection, feed, arriving), strayed_files(connection, feed)
    if not chunk.files and not stale and not strayed:
        return True
    tables = FEEDS[feed]
    verdicts = (
        [context.examiner.examine(suite_of(f"intake.{table.name}")) for table in tables]
        if chunk.files
        else []
    )
    failed = [outcome for verdict in verdicts for outcome in verdict.blocking]
    if failed and not last:
        return False
    names = sorted({f"{o.table}: {o.expectation.name}" for o in failed})
    if failed and may_be_released(names, context.released.get(chunk.files[0].file_id, frozenset())):
        verdicts = [waived(verdict) for verdict in verdicts]
        chunk.files = [replace(row, reason=f"released: {', '.join(names)}") for row in chunk.files]
        failed = []
    if failed:
        reason = f"held: {', '.join(names)}"
        chunk.files = [replace(row, status="held", loaded=0, reason=reason) for row in chunk.files]
        # Nothing is swapped in, so what was to be replaced keeps its rows and its account.
        stale = []
    for row in chunk.files:
        if row.status in {"held", "unusable"}:
            result.held[row.path] = row.reason or row.status
    stage_accounts(connection, chunk.files, stale, chunk.alone)
    with transaction(connection):
        swaps = _swap_all(context, tables, strayed, failed=bool(failed))
        record(connection, verdicts, run_id=context.run_id, span=chunk.span if chunk.files else (None, None))
    result.swaps += swaps
    result.verdicts += verdicts
    result.rejected += sum(row.rejected or 0 for row in chunk.files)
    return True


def _swap_all(
    context: Context, tables: Sequence[Table], strayed: Sequence[str], *, failed: bool
) -> list[Swap]:
    """Swap in the feed's tables, unless they failed, and the account of the files. Return what became of the tables."""
    here = (
        "file_id in (select file_id from staging.intake__scope) "
        "and delivery_date between (select min(delivery_date) from staging.intake__scope) "
        "and (select max(delivery_date) from staging.intake__scope)"
    )
    these = (
        "(delivery_date, path, file_id) in (select (delivery_date, path, file_id) from staging.intake__files)"
    )
    # The account of a misnamed file is that of its copy as soon as the copy is loaded.
    own = (
        f"{here} and (file_id, delivery_date) not in (select (file_id, delivery_date) from intake.files "
        "where status = 'loaded' and (delivery_date, path) not in (select (delivery_date, path) from staging.intake__files))"
    )
    # Content hashes are hexadecimal, so they may stand in the text of the condition.
    gone = ", ".join(f"'{file_id}'" for file_id in strayed)
    rows = f"(({here}) or file_id in ({gone}))" if gone else here
    names = [] if failed else [f"intake.{table.name}" for table in tables]
    wanted = [
        *(
            (name, rows, "event_date", ("delivery_date", "file_id", "txn_no", "row_no", "k"))
            for name in names
        ),
        ("intake.files", these, "delivery_date", ("delivery_date", "path", "file_id")),
        *((name, own, "delivery_date", order) for name, order in ACCOUNT_ORDER.items()),
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
