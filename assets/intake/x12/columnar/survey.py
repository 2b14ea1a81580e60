"""A first look through a large file: its encoding, where its interchanges lie and which delimiters each of them uses.

Belongs here: what has to be known of the whole file before any of it can be read in blocks. It takes a small part of the
time of reading. Does not belong here: the blocks (`blocks.py`).
"""

from __future__ import annotations

import codecs
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from assets.intake.x12.delimiters import START, WINDOW, Delimiters, Start, service_pattern, start_at
from assets.intake.x12.values import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator

READ = 1 << 20
_MARGIN = 8192
_BEFORE = 12
_WIDEST = 4
_START = re.compile(START.encode())


@dataclass(frozen=True)
class Stretch:
    """The bytes from `first` to before `last`: an interchange, or something without usable delimiters (`used` None)."""

    first: int
    last: int
    declared: Delimiters | None = None
    used: Delimiters | None = None
    preamble: bool = False


@dataclass(frozen=True)
class Survey:
    """The file as UTF-8 (the stream itself or a temporary copy), its encoding when it was another, and its stretches."""

    stream: BinaryIO
    encoding: str | None
    stretches: list[Stretch]

    @property
    def is_ascii(self) -> bool:
        """Whether every delimiter is a single byte, on which the columnar road relies."""
        used = [each.used for each in self.stretches if each.used is not None]
        return all((one.element + one.component + one.terminator).isascii() for one in used)


@contextmanager
def surveyed(stream: BinaryIO) -> Iterator[Survey]:
    """Look through a stream that can be rewound; what had to be copied goes with the context."""
    found = survey(stream)
    try:
        yield found
    finally:
        if found.stream is not stream:
            found.stream.close()


def survey(stream: BinaryIO) -> Survey:
    """Look through a stream that can be rewound; the caller closes the survey's stream if it is another one."""
    text, offset, encoding = _as_utf8(stream)
    starts = list(_starts(text, offset))
    size = text.seek(0, 2)
    if not any(start.delimiters for start in starts):
        return Survey(text, encoding, [])
    stretches = []
    if _has_text(text, offset, starts[0].position):
        stretches.append(Stretch(offset, starts[0].position, preamble=True))
    ends = [*(start.position for start in starts[1:]), size]
    for start, end in zip(starts, ends, strict=True):
        declared = start.delimiters
        used = _spoken(text, start.position, end, declared) if declared else None
        stretches.append(Stretch(start.position, end, declared, used))
    return Survey(text, encoding, stretches)


def _as_utf8(stream: BinaryIO) -> tuple[BinaryIO, int, str | None]:
    """Return the text as UTF-8, the offset at which it begins and the encoding that `decode` names for the same bytes."""
    stream.seek(0)
    head = stream.read(_WIDEST)
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            return _transcoded(stream, "utf-16", "replace"), 0, "utf-16"
    marked = head.startswith(codecs.BOM_UTF8)
    if _is_utf8(stream):
        return stream, len(codecs.BOM_UTF8) if marked else 0, "utf-8-sig" if marked else None
    if marked:
        return _transcoded(stream, "utf-8-sig", "replace"), 0, "utf-8-sig"
    try:
        return _transcoded(stream, "cp1252", "strict"), 0, "cp1252"
    except UnicodeDecodeError:
        return _transcoded(stream, "latin-1", "strict"), 0, "latin-1"


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while block := stream.read(READ):
            # ASCII between whole characters needs no decoding, and that is what nearly every block is.
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(stream: BinaryIO, encoding: str, errors: str) -> BinaryIO:
    """Return an unnamed temporary file with the text as UTF-8, so that memory does not grow with the file."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    stream.seek(0)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is read as long as the survey lives
    try:
        while block := stream.read(READ):
            copy.write(decoder.decode(block).encode())
        copy.write(decoder.decode(b"", final=True).encode())
    except UnicodeDecodeError:
        copy.close()
        raise
    return copy


def _starts(stream: BinaryIO, offset: int) -> Iterator[Start]:
    """Yield what `delimiters.starts` yields for the whole text, with positions in bytes."""
    stream.seek(offset)
    buffer, begin, search = b"", offset, offset
    while True:
        block = stream.read(READ)
        buffer += block
        safe = len(buffer) - (_MARGIN if block else 0)
        while (match := _START.search(buffer, max(0, search - begin))) and match.start() < safe:
            search = begin + match.end()
            before = buffer[max(0, match.start() - _BEFORE) : match.start()].decode(errors="replace")[-3:]
            window = buffer[match.start() : match.end() + WINDOW * _WIDEST].decode(errors="replace")
            letters = match.end() - match.start()
            start = start_at(begin + match.start(), before, window[: letters + WINDOW], letters)
            if start is not None:
                yield start
        if not block:
            return
        search = max(search, begin + safe)
        kept = max(0, safe - _BEFORE)
        buffer, begin = buffer[kept:], begin + kept


def _has_text(stream: BinaryIO, first: int, last: int) -> bool:
    blanks = BLANK.encode()
    stream.seek(first)
    while first < last:
        block = stream.read(min(READ, last - first))
        if block.strip(blanks):
            return True
        first += len(block)
    return False


def _spoken(stream: BinaryIO, first: int, last: int, declared: Delimiters) -> Delimiters:
    """Return what `delimiters.spoken` returns for the interchange, which is mostly known after its first kilobytes."""
    if not (declared.element + declared.terminator).isascii():
        return declared
    pattern = re.compile(service_pattern(declared).encode())
    terminator = declared.terminator.encode()
    tail, size = b"", READ // 16
    for body in clean(stream, first, last, declared.terminator, size):
        found = pattern.search(tail + body)
        if found:
            component = found[1].decode(errors="replace")
            return replace(declared, component=component)
        # The pattern begins with a terminator: what follows the last one may match together with the next block.
        tail += body
        cut = tail.rstrip(b" \r\n" + terminator).rfind(terminator)
        tail = tail[max(cut, 0) :]
    return declared


def clean(stream: BinaryIO, first: int, last: int, terminator: str, size: int) -> Iterator[bytes]:
    """Yield an interchange's bytes as `delimiters.body_of` returns its text, in blocks of about the size."""
    position, held = first, b""
    while position < last:
        stream.seek(position)
        block = stream.read(min(size, last - position))
        if not block:
            return
        position += len(block)
        if terminator != "\n":
            yield block.translate(None, b"\r\n")
            continue
        block = held + block
        # A CR at the end may be the first half of a line break.
        held = b"\r" if block.endswith(b"\r") and position < last else b""
        block = block[: len(block) - len(held)]
        yield block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block
