"""Archives: which files a gzip or zip holds, unpacked one at a time and within bounds.

Belongs here: bounded decompression, and what makes an archive unusable. Does not belong here: what the files are
(`identify.py`).
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from assets.intake.content import BLOCK, Content
from assets.intake.identify import base_name

if TYPE_CHECKING:
    from collections.abc import Iterator

GREATEST_RATIO = 200
RATIO_FLOOR = 16 * 2**20
GREATEST_MEMBERS = 10_000
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ArchiveError(ValueError):
    """An archive cannot be unpacked; the text is a sentence that may be shown."""


class ArchiveTooLarge(ArchiveError):  # noqa: N818  (it names the archive's state)
    """An archive unpacks to more than the limit, or by a ratio that only a decompression bomb has."""


class Archive:
    """A delivered file as what is in it: the members of a zip, the one of a gzip, else the file itself (a workbook too).

    `names` are in the archive's order. Raises ArchiveError for encrypted archives, damaged ones, and too many members.
    """

    def __init__(self, content: Content) -> None:
        self.base = base_name(content.name)
        self._content = content.renamed(self.base)
        self._zip: zipfile.ZipFile | None = None
        self._gzip = content.head(2) == _GZIP
        self.names = [self.base]
        if self._gzip:
            self.names = [self.base[:-3] if self.base.casefold().endswith(".gz") else self.base]
        elif content.head(4) in _ZIP and not _is_workbook(content):
            with self._readable("zip"):
                self._zip = zipfile.ZipFile(content.open())
                self.names = self._listed(self._zip)

    @property
    def packed(self) -> bool:
        """Whether it is an archive at all."""
        return self._gzip or self._zip is not None

    def read(self, name: str, limit: int) -> Content:
        """Return one member, of at most `limit` bytes. Raises ArchiveError, and KeyError for a name that is not there."""
        if name not in self.names:
            raise KeyError(name)
        if not self.packed:
            return self._content
        if self._zip is None:
            with self._readable("gzip"), self._content.open() as file, gzip.GzipFile(fileobj=file) as stream:
                found = Content.spooled(name, self._bounded(stream, self._content.size, limit))
        else:
            with self._readable("zip"), self._zip.open(name) as stream:
                packed = self._zip.getinfo(name).compress_size
                found = Content.spooled(name, self._bounded(stream, packed, limit))
        if found.head(2) == _GZIP or (found.head(4) in _ZIP and not _is_workbook(found)):
            raise ArchiveError(
                f"{self.base} holds another archive, {base_name(name)}: nested archives are not unpacked"
            )
        return found

    def _listed(self, archive: zipfile.ZipFile) -> list[str]:
        members = [m for m in archive.infolist() if not m.is_dir() and not _is_clutter(m.filename)]
        if len(members) > GREATEST_MEMBERS:
            raise ArchiveTooLarge(f"{self.base} holds more than {GREATEST_MEMBERS} files")
        if any(member.flag_bits & 1 for member in members):
            raise ArchiveError(f"{self.base} is encrypted")
        names = [member.filename for member in members]
        if len(set(names)) < len(names):
            raise ArchiveError(f"{self.base} holds several files of one name")
        return names

    @contextmanager
    def _readable(self, kind: str) -> Iterator[None]:
        try:
            yield
        except ArchiveError:
            raise
        except (
            OSError,
            EOFError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            sentence = f"{self.base} is a damaged or incomplete gzip file"
            if kind == "zip":
                sentence = f"{self.base} is a damaged zip file or of a kind that cannot be unpacked"
            raise ArchiveError(sentence) from None

    def _bounded(self, stream: _Readable, packed: int, limit: int) -> Iterator[bytes]:
        """Yield a stream's blocks to its end, but never more than one block beyond the limits."""
        size = 0
        while block := stream.read(BLOCK):
            size += len(block)
            if size > limit:
                raise ArchiveTooLarge(f"{self.base} unpacks to more than the limit of files in the inbox")
            if size > RATIO_FLOOR and size > GREATEST_RATIO * max(packed, 1):
                raise ArchiveTooLarge(
                    f"{self.base} unpacks to more than {GREATEST_RATIO} times its size, as decompression bombs do"
                )
            yield block


def unpack(content: Content, *, limit_bytes: int) -> Iterator[Content]:
    """Yield the files in a gzip or zip archive, one at a time in its order; any other file, a workbook too, as it is.

    Raises ArchiveTooLarge beyond `limit_bytes` in total or 200 times the packed size, and ArchiveError for damaged,
    encrypted or nested archives, when it comes to them: nothing that came before counts then.
    """
    archive, left = Archive(content), limit_bytes
    for name in archive.names:
        found = archive.read(name, left)
        left -= found.size
        yield found


def _is_clutter(member: str) -> bool:
    return member.startswith(_CLUTTER[0]) or base_name(member) in _CLUTTER


def _is_workbook(content: Content) -> bool:
    try:
        with content.open() as stream, zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names or "mimetype" in names
