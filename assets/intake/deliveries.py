"""Deliveries: what lies in the inbox, what is known of it, and what each file is.

Belongs here: finding files, giving each its delivery day, content hash, kind and standing (new, duplicate, superseded).
Does not belong here: reading what is in them (`load.py`).

The file's content hash is its identity. The same bytes delivered again are a duplicate, whatever the name. An export
that covers the same feed and date as an earlier one, with other content, supersedes it.
"""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.identify import ArchiveError, identify, unpack
from assets.intake.sources import Source, covers_date
from assets.intake.standing import settle
from assets.progress import report

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import duckdb

    from assets.settings import Settings

_DAY_FOLDER = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})$")
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", "~")


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


def scan(inbox: Path, time_zone: str) -> list[Found]:
    """Return every finished file below the inbox, by delivery day and path. Hidden and half-written files are skipped."""
    zone = ZoneInfo(time_zone)
    found = []
    for path in inbox.rglob("*"):
        relative = path.relative_to(inbox)
        details = _details(path)
        if (
            details is None
            or any(part.startswith(".") for part in relative.parts)
            or path.name.endswith(_UNFINISHED)
        ):
            continue
        day = (
            _folder_day(relative)
            or covers_date(path.name)
            or datetime.fromtimestamp(details.st_mtime, UTC).astimezone(zone).date()
        )
        shown = relative.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        found.append(Found(shown, day, details.st_size, details.st_mtime_ns, path))
    return sorted(found, key=lambda f: (f.delivery_date, f.path))


def _details(path: Path) -> os.stat_result | None:
    """Return what the system knows of a file; None for a folder, and for what vanished or cannot be looked at."""
    try:
        details = path.stat()
    except OSError:
        return None
    return details if stat.S_ISREG(details.st_mode) else None


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
    found: Sequence[Found],
    wanted: set[date],
) -> list[FileRow]:
    """Return the rows of intake.files that change when the wanted days are taken in, without writing anything.

    `found` is what lies in the inbox for those days; each file is read and identified. Rows of files that left the
    inbox stay if they had been loaded.
    """
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
