"""Deliveries: what lies in the inbox, what is known of it, and what each file is.

Belongs here: finding files, giving each its delivery day, content hash, kind and standing (new, duplicate, superseded).
Does not belong here: reading what is in them (`load.py`).

The file's content hash is its identity. The same bytes delivered again are a duplicate, whatever the name; under
names of several sources the one counts that reads them best (`misnamed.py`). An export
that covers the same feed and date as an earlier one, with other content, supersedes it. A file that holds transactions of
several feeds is a row per feed, each with an identity of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assets.intake.archives import Archive, ArchiveError
from assets.intake.cms.members import once
from assets.intake.content import BLOCK, Content, content_id, part_id
from assets.intake.dated import folder_day
from assets.intake.files import FILE_COLUMNS, FileRow, holders
from assets.intake.fingerprint import fingerprint
from assets.intake.identify import HEAD, base_name, identify
from assets.intake.misnamed import without_misnamed
from assets.intake.sources import Source, covers_date, named_day, source_of
from assets.intake.standing import settle
from assets.intake.walk import files_below
from assets.intake.x12.read import feeds_in
from assets.progress import report
from assets.slices import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from assets.settings import Settings


@dataclass(frozen=True)
class Found:
    """A file in the inbox: its path relative to it, its delivery day, size and modification time.

    `path` is text that can be stored; it differs from `place` where a name is no valid UTF-8. With a `reason` it is something
    that cannot be read as a file, or a folder that cannot be read.
    """

    path: str
    delivery_date: date
    size: int
    mtime_ns: int
    place: Path
    reason: str | None = None


def scan(inbox: Path, time_zone: str, sources: Sequence[Source] = ()) -> list[Found]:
    """Return what lies below the inbox (`files_below`), by delivery day and path. Hidden and half-written files are skipped.

    The delivery day is that of a folder, else of the name (as the `sources` read it), else of the file's time.
    """
    zone = ZoneInfo(time_zone)
    found = []
    for entry in files_below(inbox):
        relative = entry.place.relative_to(inbox)
        day = (
            folder_day(relative / "file" if entry.is_folder else relative)
            or named_day(entry.place.name, sources)
            or datetime.fromtimestamp(entry.mtime, UTC).astimezone(zone).date()
        )
        shown = relative.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        found.append(Found(shown, day, entry.size, entry.mtime_ns, entry.place, entry.reason))
    return sorted(found, key=lambda f: (f.delivery_date, f.path))


def pending_days(
    connection: duckdb.DuckDBPyConnection, found: Iterable[Found], sources: Sequence[Source] = ()
) -> list[date]:
    """Return the delivery days that hold a file not yet taken in: new, changed, half loaded, held, or gone since.

    So do days with a file that nothing knew and one of the `sources` knows now, and with a file that was unusable and has not
    been read with these sources, or this version of the readers.
    """
    seen = {
        (path, size, mtime)
        for path, size, mtime in connection.execute("select path, bytes, mtime_ns from ops.seen").fetchall()
    }
    files = list(found)
    days = {f.delivery_date for f in files if (f.path, f.size, f.mtime_ns) not in seen}
    on_disk = {f.path for f in files}
    known = _read_before(connection, fingerprint(sources)) if sources else on_disk
    rows = connection.execute(
        "select distinct delivery_date, path, status from intake.files where status in ('pending', 'held', 'unusable', 'unknown', 'not_needed')"
    ).fetchall()
    for day, path, status in rows:
        file = next((holder for holder in holders(path) if holder in on_disk), None)
        anew = file is not None and file not in known
        if status in {"unknown", "not_needed"}:
            anew = anew and any(source.matches(base_name(path.rpartition("!")[2])) for source in sources)
        if status in {"pending", "held"} or file is None or anew:
            days.add(day)
    return sorted(days)


def _read_before(connection: duckdb.DuckDBPyConnection, mark: str) -> set[str]:
    """Return the files that were last looked at with the same sources and readers."""
    if "read_with" not in dict(columns_of(connection, "ops.seen")):
        return set()
    return {
        p for (p,) in connection.execute("select path from ops.seen where read_with = ?", [mark]).fetchall()
    }


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
    stored = known_files(connection)
    before = [_seen_by(sources, row) for row in stored]
    loaded = {(row.age, row.file_id): row.loaded for row in before if row.loaded}
    fresh: dict[tuple[date, str], FileRow] = {}
    for number, item in enumerate(found, start=1):
        for row in rows_of(settings, sources, item):
            # What was loaded from these bytes is remembered: if another file takes their place now, the rows have to go.
            fresh[row.age] = replace(row, loaded=loaded.get((row.age, row.file_id)))
        report("reading file names", number, len(found))
    places: dict[tuple[date, str], list[FileRow]] = {}
    for row in fresh.values():
        places.setdefault(row.place, []).append(row)
    after = [
        _kept(row, _successor(row, fresh, places), gone=row.delivery_date in wanted)
        for row in before
        if row.age not in fresh or fresh[row.age].file_id != row.file_id
    ]
    known = [row for row in after if row is not None] + list(fresh.values())
    standing = settle(without_misnamed(settings, sources, known, fresh.values()))
    unchanged = {row for row in stored if row.delivery_date not in wanted}
    return [row for row in standing if row not in unchanged]


def _seen_by(sources: Sequence[Source], row: FileRow) -> FileRow:
    """Return a known file as the sources of today see it: a source may have become one of snapshots since."""
    name = base_name(row.path.rpartition("!")[2])
    source = source_of(name.removesuffix(".gz"), sources) if row.kind in {"export", "activitywatch"} else None
    # The path of an archive with one member does not say that member's name: what was found then holds.
    if source is None or source.feed != row.feed:
        return row
    return replace(row, snapshot_of=source.snapshot_of)


def _successor(
    row: FileRow, fresh: dict[tuple[date, str], FileRow], places: dict[tuple[date, str], list[FileRow]]
) -> FileRow | None:
    """Return what now stands in the place of a known file: the same path, else the part of its feed, else any part."""
    here = places.get(row.place, [])
    return fresh.get(row.age) or next((new for new in here if new.feed == row.feed), next(iter(here), None))


def _kept(row: FileRow, newer: FileRow | None, *, gone: bool) -> FileRow | None:
    if newer is not None:
        # The same place with other bytes: what was loaded from the old bytes has to go.
        return replace(row, status="superseded", superseded_by=newer.file_id) if row.loaded else None
    # A file that left the inbox is remembered when it was loaded, and forgotten when nothing came of it.
    return None if gone and row.status in {"pending", "held", "unusable", "unknown", "not_needed"} else row


def rows_of(settings: Settings, sources: tuple[Source, ...], item: Found) -> list[FileRow]:
    """Return what a file in the inbox is: a row, or one per member of an archive and per feed of a mixed file."""
    name = Path(item.path).name
    blank = FileRow(
        content_id(item.path.encode()),
        item.path,
        item.delivery_date,
        covers_date(name),
        "unknown",
        None,
        item.size,
        "unknown",
    )
    if item.reason is not None:
        return [replace(blank, status="unusable", reason=item.reason)]
    try:
        str(item.place).encode()
        whole = Content.at(item.place, name)
    except UnicodeEncodeError:
        reason = "the file's name is not valid UTF-8; rename it"
        return [replace(blank, status="unusable", reason=reason)]
    except OSError as error:
        return [replace(blank, status="unusable", reason=f"the file cannot be read: {error.strerror}")]
    blank = replace(blank, file_id=whole.file_id)
    rows: list[FileRow] = []
    try:
        archive = Archive(whole)
        left = settings.intake.unpacked_mb * 1_000_000
        for member in archive.names:
            content = archive.read(member, left)
            left -= content.size
            path = item.path if len(archive.names) == 1 else f"{item.path}!{member}"
            day = covers_date(member) or covers_date(name)
            rows += _identified(replace(blank, path=path, covers_date=day), content, sources)
    except ArchiveError as error:
        return [replace(blank, status="unusable", reason=str(error))]
    return once(rows)


def _identified(blank: FileRow, content: Content, sources: tuple[Source, ...]) -> list[FileRow]:
    known = identify(content.name, content.head(HEAD), sources)
    row = replace(
        blank,
        file_id=content.file_id,
        kind=known.kind,
        feed=known.feed or None,
        bytes=content.size,
        status="pending" if known.feed else known.kind,
        reason=known.reason or None,
    )
    if known.feed and content.size < HEAD and not content.head(HEAD).strip():
        # All empty files have the same bytes: as duplicates of each other none would say of itself that it is empty.
        row = replace(
            row, status="unusable", records=0, loaded=0, rejected=0, footers=0, reason="the file is empty"
        )
    if known.source is not None:
        day = known.source.covers(content.name) or row.covers_date
        row = replace(row, covers_date=day, snapshot_of=known.source.snapshot_of)
    if known.kind != "x12":
        return [row]
    with content.open() as stream:
        feeds = feeds_in(stream)
    if len(feeds) < 2:
        return [replace(row, feed=feeds[0] if feeds else row.feed)]
    feeds += tuple(sorted(_strays(content) - set(feeds)))
    return [
        replace(row, file_id=part_id(content.file_id, feed), path=f"{row.path}!{feed}", feed=feed)
        for feed in feeds
    ]


def _strays(content: Content) -> set[str]:
    """Return the feeds of claims, adjudications and statuses in a mixed file, also of those outside any transaction of theirs.

    No part would count them; so their feed gets a row, whose rejects name them.
    """
    element = re.escape(content.head(4)[3:])
    # An STC that says nothing is no record.
    names = rb"(CLM|CLP|AK9|IK5|AK5|CTX(?=.CLM01)|STC(?=" + element + rb"+[A-Za-z0-9]))"
    segment = re.compile(rb"[^A-Za-z0-9\s" + element + rb"]\s*" + names + element)
    found: set[bytes] = set()
    tail = b""
    with content.open() as stream:
        while block := stream.read(BLOCK):
            found.update(segment.findall(tail + block))
            tail = block[-64:]
    return {{b"CLM": "837", b"CLP": "835"}.get(name, "ack") for name in found}


def known_files(connection: duckdb.DuckDBPyConnection) -> list[FileRow]:
    """Return every row of intake.files."""
    names = ", ".join(FILE_COLUMNS)
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {names} from intake.files order by delivery_date, path"
    ).fetchall()
    return [FileRow(*row) for row in rows]
