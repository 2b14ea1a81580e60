"""Deliveries: what lies in the inbox, what is known of it, and what each file is.

Belongs here: finding files, giving each its delivery day, content hash, kind and standing (new, duplicate, superseded).
Does not belong here: reading what is in them (`load.py`).

The file's content hash is its identity. The same bytes delivered again are a duplicate, whatever the name. An export
that covers the same feed and date as an earlier one, with other content, supersedes it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assets.intake.identify import ArchiveError, identify, unpack
from assets.intake.sources import Source, covers_date, revision_stem
from assets.progress import report

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from assets.settings import Settings

_DAY_FOLDER = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})$")
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", "~")

FILE_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "content hash: the file's identity"),
    "path": ("VARCHAR", "place in the inbox; a member of an archive stands after '!'"),
    "delivery_date": (
        "DATE",
        "day on which it was delivered: the folder's name, else the date in the file's name",
    ),
    "covers_date": ("DATE", "date in the file's name"),
    "kind": ("VARCHAR", "837P, 835, 999, export, activitywatch, unknown ..."),
    "feed": ("VARCHAR", "the feed that it belongs to; empty when unknown"),
    "bytes": ("BIGINT", "size"),
    "status": ("VARCHAR", "pending, loaded, duplicate, superseded, held, unusable or unknown"),
    "records": ("BIGINT", "records in the file, counted independently of the reader"),
    "loaded": ("BIGINT", "records that became rows"),
    "rejected": ("BIGINT", "records that were rejected, see intake.rejects"),
    "footers": ("BIGINT", "declared footer records"),
    "flags": ("BIGINT", "oddities that did not stop the load, see intake.flags"),
    "reason": ("VARCHAR", "why it is not loaded"),
    "superseded_by": ("VARCHAR", "file_id of the file that replaces it"),
}


@dataclass(frozen=True)
class Found:
    """A file in the inbox: its path relative to it, its delivery day, size and modification time.

    `path` is text that can be stored; it differs from `place` where a name is no valid UTF-8.
    """

    path: str
    delivery_date: date
    size: int
    mtime_ns: int
    place: Path


@dataclass(frozen=True)
class FileRow:
    """A row of intake.files."""

    file_id: str
    path: str
    delivery_date: date
    covers_date: date | None
    kind: str
    feed: str | None
    bytes: int
    status: str
    records: int | None = None
    loaded: int | None = None
    rejected: int | None = None
    footers: int | None = None
    flags: int | None = None
    reason: str | None = None
    superseded_by: str | None = None

    @property
    def age(self) -> tuple[date, str]:
        """Order of delivery."""
        return self.delivery_date, self.path


def scan(inbox: Path, time_zone: str) -> list[Found]:
    """Return every finished file below the inbox, by delivery day and path. Hidden and half-written files are skipped."""
    zone = ZoneInfo(time_zone)
    found = []
    for path in inbox.rglob("*"):
        relative = path.relative_to(inbox)
        if (
            not path.is_file()
            or any(part.startswith(".") for part in relative.parts)
            or path.name.endswith(_UNFINISHED)
        ):
            continue
        details = path.stat()
        day = (
            _folder_day(relative)
            or covers_date(path.name)
            or datetime.fromtimestamp(details.st_mtime, UTC).astimezone(zone).date()
        )
        shown = relative.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        found.append(Found(shown, day, details.st_size, details.st_mtime_ns, path))
    return sorted(found, key=lambda f: (f.delivery_date, f.path))


def _folder_day(relative: Path) -> date | None:
    for part in relative.parts[:-1]:
        match = _DAY_FOLDER.match(part)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def pending_days(connection: duckdb.DuckDBPyConnection, found: Iterable[Found]) -> list[date]:
    """Return the delivery days that hold a file not yet taken in: new, changed, half loaded, held, or gone since."""
    seen = {
        (path, size, mtime)
        for path, size, mtime in connection.execute("select path, bytes, mtime_ns from ops.seen").fetchall()
    }
    files = list(found)
    days = {f.delivery_date for f in files if (f.path, f.size, f.mtime_ns) not in seen}
    on_disk = {f.path for f in files}
    rows = connection.execute(
        "select distinct delivery_date, path, status from intake.files where status in ('pending', 'held', 'unusable', 'unknown')"
    ).fetchall()
    for day, path, status in rows:
        if status in {"pending", "held"} or path.split("!")[0] not in on_disk:
            days.add(day)
    return sorted(days)


def register(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    sources: tuple[Source, ...],
    days: Iterable[date],
) -> list[FileRow]:
    """Return the rows of intake.files that change when the given days are taken in, without writing anything.

    Every file on disk is read and identified; rows of files that left the inbox stay if they had been loaded.
    """
    wanted = set(days)
    found = [f for f in scan(settings.inbox, settings.office.time_zone) if f.delivery_date in wanted]
    before = known_files(connection)
    fresh: dict[tuple[date, str], FileRow] = {}
    for number, item in enumerate(found, start=1):
        for row in _rows_of(settings, sources, item):
            fresh[row.age] = row
        report("reading file names", number, len(found))
    after = [
        _kept(row, fresh, gone=row.delivery_date in wanted)
        for row in before
        if row.age not in fresh or fresh[row.age].file_id != row.file_id
    ]
    standing = settle([row for row in after if row is not None] + list(fresh.values()))
    unchanged = {row for row in before if row.delivery_date not in wanted}
    return [row for row in standing if row not in unchanged]


def _kept(row: FileRow, fresh: dict[tuple[date, str], FileRow], *, gone: bool) -> FileRow | None:
    newer = fresh.get(row.age)
    if newer is not None:
        # The same path with other bytes: what was loaded from the old bytes has to go.
        return replace(row, status="superseded", superseded_by=newer.file_id) if row.loaded else None
    # A file that left the inbox is remembered when it was loaded, and forgotten when nothing came of it.
    return None if gone and row.status in {"pending", "held", "unusable", "unknown"} else row


def _rows_of(settings: Settings, sources: tuple[Source, ...], item: Found) -> Iterable[FileRow]:
    name = Path(item.path).name
    data, trouble = _bytes_of(item)
    blank = FileRow(
        content_id(data or item.path.encode()),
        item.path,
        item.delivery_date,
        covers_date(name),
        "unknown",
        None,
        item.size,
        "unknown",
    )
    if trouble:
        yield replace(blank, status="unusable", reason=trouble)
        return
    try:
        members = unpack(name, data, limit_bytes=settings.intake.unpacked_mb * 1_000_000)
    except ArchiveError as error:
        yield replace(blank, status="unusable", reason=str(error))
        return
    for member, content in members:
        known = identify(member, content, sources)
        yield replace(
            blank,
            file_id=content_id(content),
            path=item.path if len(members) == 1 else f"{item.path}!{member}",
            covers_date=covers_date(member) or covers_date(name),
            kind=known.kind,
            feed=known.feed or None,
            bytes=len(content),
            status="pending" if known.feed else "unknown",
            reason=known.reason or None,
        )


def _bytes_of(item: Found) -> tuple[bytes, str | None]:
    """Return the file's bytes, and what is wrong where it cannot be used."""
    try:
        str(item.place).encode()
        return item.place.read_bytes(), None
    except UnicodeEncodeError:
        return b"", "the file's name is not valid UTF-8; rename it"
    except OSError as error:
        return b"", f"the file cannot be read: {error.strerror}"


def settle(rows: list[FileRow]) -> list[FileRow]:
    """Decide among files that compete: the first delivery of the same bytes and the last revision of an export stand.

    A file that stood back for another one stands again when that one is gone.
    """
    present = {row.file_id: row for row in rows}
    ordered = sorted((_unbound(row, present) for row in rows), key=lambda row: row.age)
    first: dict[str, FileRow] = {}
    settled = []
    for row in ordered:
        original = row if row.status in {"unknown", "unusable"} else first.setdefault(row.file_id, row)
        if original is not row and row.status in {"pending", "held", "loaded"}:
            reason = f"same content as {original.path}, delivered {original.delivery_date}"
            settled.append(replace(row, status="duplicate", reason=reason, superseded_by=None))
        else:
            settled.append(row)
    latest: dict[tuple[str, str, date], FileRow] = {}
    for row in settled:
        if _revisable(row):
            latest[_subject(row)] = max(latest.get(_subject(row), row), row, key=_revision)
    return [_superseded(row, latest) for row in settled]


def _unbound(row: FileRow, present: dict[str, FileRow]) -> FileRow:
    """Return the row as it stands by itself, for the contest to be held again."""
    winner = present.get(row.superseded_by or "")
    if row.status == "superseded" and winner is not None and winner.age == row.age:
        return row  # other bytes in the same place: nothing can bring the old ones back
    if row.status in {"duplicate", "superseded"}:
        status = "loaded" if row.loaded else "pending"
        return replace(row, status=status, superseded_by=None, reason=None)
    return row


def _revisable(row: FileRow) -> bool:
    return row.kind in {"export", "activitywatch"} and row.status in {"pending", "held", "loaded"}


def _subject(row: FileRow) -> tuple[str, str, date]:
    # Without a date in its name a file covers the day of its delivery: tomorrow's file of that name is another one.
    stem, _ = revision_stem(Path(row.path.split("!")[-1]).name)
    return row.feed or "", stem.lower(), row.covers_date or row.delivery_date


def _revision(row: FileRow) -> tuple[int, date, str]:
    return revision_stem(Path(row.path.split("!")[-1]).name)[1], *row.age


def _superseded(row: FileRow, latest: dict[tuple[str, str, date], FileRow]) -> FileRow:
    if not _revisable(row):
        return row
    winner = latest[_subject(row)]
    if winner is row:
        return row
    return replace(
        row, status="superseded", superseded_by=winner.file_id, reason=f"replaced by {winner.path}"
    )


def content_id(data: bytes) -> str:
    """Return the content hash that identifies a file: 16 hexadecimal digits of blake2b."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def known_files(connection: duckdb.DuckDBPyConnection) -> list[FileRow]:
    """Return every row of intake.files."""
    names = ", ".join(FILE_COLUMNS)
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {names} from intake.files order by delivery_date, path"
    ).fetchall()
    return [FileRow(*row) for row in rows]
