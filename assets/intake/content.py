"""The bytes of a delivered file, wherever they lie: in memory when they are few, else on disk.

Belongs here: reading, hashing and spooling in blocks, so that a file of any size needs little memory. Does not belong
here: archives (`archives.py`) and what the bytes mean (`identify.py`).
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed import ReadableBuffer, WriteableBuffer

SMALL = 16 * 2**20
"""Bytes up to which a file is kept in memory."""

BLOCK = 2**20


class Content:
    """A file's name, size, content hash and bytes. `file_id` is 16 hexadecimal digits of blake2b over the bytes.

    A large file is not held: `open` reads it from disk anew each time. A member of an archive that is larger than `SMALL`
    lies in an unnamed temporary file that goes with the last reference to it.
    """

    def __init__(
        self, name: str, size: int, file_id: str, *, data: bytes | None = None, source: _Source | None = None
    ) -> None:
        self.name, self.size, self.file_id = name, size, file_id
        self._data, self._source = data, source

    @classmethod
    def of(cls, name: str, data: bytes) -> Content:
        """Return the content of bytes in memory."""
        return cls(name, len(data), content_id(data), data=data)

    @classmethod
    def at(cls, path: Path, name: str | None = None) -> Content:
        """Return the content of a file on disk, read once to be hashed. Raises OSError when it cannot be read."""
        source = _OnDisk(path)
        if source.size <= SMALL:
            return cls.of(name or path.name, path.read_bytes())
        return cls(name or path.name, source.size, _hashed(_blocks(path)), source=source)

    @classmethod
    def spooled(cls, name: str, blocks: Iterable[bytes]) -> Content:
        """Return the content that arrives in blocks: kept in memory up to `SMALL`, else written to a temporary file."""
        digest, size, held = hashlib.blake2b(digest_size=8), 0, bytearray()
        spool: _Spool | None = None
        for block in blocks:
            digest.update(block)
            size += len(block)
            if spool is not None:
                spool.write(block)
                continue
            held += block
            if size > SMALL:
                spool, held = _Spool(held), bytearray()
        data = bytes(held) if spool is None else None
        return cls(name, size, digest.hexdigest(), data=data, source=spool)

    def renamed(self, name: str) -> Content:
        """Return the same bytes under another name."""
        return Content(name, self.size, self.file_id, data=self._data, source=self._source)

    def head(self, count: int) -> bytes:
        """Return the first `count` bytes."""
        if self._data is not None:
            return self._data[:count]
        with self.open() as stream:
            return stream.read(count)

    def read(self) -> bytes:
        """Return all bytes; of a large file they are read for this call only."""
        if self._data is not None:
            return self._data
        with self.open() as stream:
            return stream.read()

    def open(self) -> BinaryIO:
        """Return a stream of its own at the beginning, which can seek."""
        if self._source is None:
            return io.BytesIO(self._data or b"")
        return self._source.open()

    @property
    def unchanged(self) -> bool:
        """Whether a file on disk is still the one that was hashed, as far as its size and time tell."""
        return self._source is None or self._source.unchanged


def content_id(data: bytes) -> str:
    """Return the content hash that identifies a file: 16 hexadecimal digits of blake2b."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def part_id(file_id: str, feed: str) -> str:
    """Return the identity of one feed's part of a file that holds several."""
    return content_id(f"{file_id}!{feed}".encode())


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def _hashed(blocks: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


class _Source:
    """Where the bytes of a large file lie."""

    unchanged = True

    def open(self) -> BinaryIO:
        raise NotImplementedError


class _OnDisk(_Source):
    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = self._details()

    @property
    def size(self) -> int:
        return self._known[0]

    def _details(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_size, found.st_mtime_ns

    @property
    def unchanged(self) -> bool:  # type: ignore[override]
        try:
            return self._details() == self._known
        except OSError:
            return False

    def open(self) -> BinaryIO:
        return self.path.open("rb")


class _Spool(_Source):
    """An unnamed temporary file, which the system removes even when the process is killed."""

    def __init__(self, begun: ReadableBuffer) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the spool
        self.write(begun)

    def write(self, block: ReadableBuffer) -> None:
        view = memoryview(block)
        while view:
            view = view[self._file.write(view) or 0 :]

    def open(self) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(_Window(self), BLOCK))

    def fileno(self) -> int:
        return self._file.fileno()

    def __del__(self) -> None:
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()


class _Window(io.RawIOBase):
    """A reader of a spool with a place of its own: streams of one descriptor would share theirs."""

    def __init__(self, spool: _Spool) -> None:
        self._spool, self._at = spool, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._spool.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        self._at = (os.fstat(self.fileno()).st_size if begin is None else begin) + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = os.pread(self.fileno(), len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
