"""What a delivered file is: X12, an export of a known feed, an ActivityWatch export, or unknown; and unpacking of archives.

Belongs here: the decision, by content first and by file name second, and bounded decompression. Does not belong here:
the sources (`sources.py`) and reading the records.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, Protocol

from assets.intake.x12.read import identify_x12

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.intake.sources import Source

Kind = Literal["x12", "export", "activitywatch", "unknown"]

GREATEST_RATIO = 200
RATIO_FLOOR = 16 * 2**20
GREATEST_MEMBERS = 10_000
_CHUNK = 2**20
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ArchiveError(ValueError):
    """An archive cannot be unpacked; the text is a sentence that may be shown."""


class ArchiveTooLarge(ArchiveError):  # noqa: N818  (it names the archive's state)
    """An archive unpacks to more than the limit, or by a ratio that only a decompression bomb has."""


@dataclass(frozen=True)
class Identified:
    """What a file is; `feed` is a contract's feed; `reason` says why a file is unknown."""

    kind: Kind
    feed: str = ""
    source: Source | None = None
    reason: str = ""


def identify(name: str, data: bytes, sources: Iterable[Source]) -> Identified:
    """Return what a file (already unpacked) is: X12 by its content, everything else by the first source that matches its name."""
    kind = identify_x12(data)
    if kind is not None:
        feed = "837" if kind.startswith("837") else "835" if kind.startswith("835") else "ack"
        return Identified("x12", feed)
    base = base_name(name)
    tried = tuple(sources)
    source = next((source for source in tried if source.matches(base)), None)
    if source is not None and source.feed == "activity" and _is_json(base, data):
        return Identified("activitywatch", source.feed, source)
    if source is not None:
        return Identified("export", source.feed, source)
    return Identified(
        "unknown",
        reason="no X12 envelope in the content, and no source has a pattern that fits the file name",
    )


def base_name(name: str) -> str:
    """Return the last part of a path, with either kind of slash."""
    return PurePosixPath(name.replace("\\", "/")).name


def _is_json(base: str, data: bytes) -> bool:
    return base.casefold().removesuffix(".gz").endswith(".json") or data[:200].lstrip(
        b"\xef\xbb\xbf \t\r\n"
    ).startswith(b"{")


def unpack(name: str, data: bytes, *, limit_bytes: int) -> list[tuple[str, bytes]]:
    """Return the files in a gzip or zip archive, in the archive's order; any other file, a workbook too, as it is.

    Raises ArchiveTooLarge beyond `limit_bytes` in total or 200 times the packed size, and ArchiveError for damaged,
    encrypted or nested archives.
    """
    base = base_name(name)
    if data.startswith(_GZIP):
        plain = base[:-3] if base.casefold().endswith(".gz") else base
        found = [(plain, _gunzip(base, data, limit_bytes))]
    elif data.startswith(_ZIP) and not _is_workbook(data):
        found = _unzip(base, data, limit_bytes)
    else:
        return [(base, data)]
    for inner, content in found:
        if content.startswith(_GZIP) or (content.startswith(_ZIP) and not _is_workbook(content)):
            raise ArchiveError(
                f"{base} holds another archive, {base_name(inner)}: nested archives are not unpacked"
            )
    return found


def _gunzip(base: str, data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _bounded(stream, base, len(data), limit)
    except (OSError, EOFError, zlib.error):
        raise ArchiveError(f"{base} is a damaged or incomplete gzip file") from None


def _unzip(base: str, data: bytes, limit: int) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    left = limit
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                item for item in archive.infolist() if not item.is_dir() and not _is_clutter(item.filename)
            ]
            if len(members) > GREATEST_MEMBERS:
                raise ArchiveTooLarge(f"{base} holds more than {GREATEST_MEMBERS} files")
            for item in members:
                if item.flag_bits & 1:
                    raise ArchiveError(f"{base} is encrypted")
                with archive.open(item) as stream:
                    content = _bounded(stream, base, item.compress_size, left)
                left -= len(content)
                found.append((item.filename, content))
        if len(dict(found)) < len(found):
            raise ArchiveError(f"{base} holds several files of one name")
    except (
        OSError,
        EOFError,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"{base} is a damaged zip file or of a kind that cannot be unpacked") from None
    return found


def _bounded(stream: _Readable, base: str, packed: int, limit: int) -> bytes:
    """Read a stream to its end, but never more than one chunk beyond the limits."""
    content = bytearray()
    while chunk := stream.read(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise ArchiveTooLarge(f"{base} unpacks to more than the limit of files in the inbox")
        if len(content) > RATIO_FLOOR and len(content) > GREATEST_RATIO * max(packed, 1):
            raise ArchiveTooLarge(
                f"{base} unpacks to more than {GREATEST_RATIO} times its size, as decompression bombs do"
            )
    return bytes(content)


def _is_clutter(member: str) -> bool:
    return member.startswith(_CLUTTER[0]) or base_name(member) in _CLUTTER


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names or "mimetype" in names
