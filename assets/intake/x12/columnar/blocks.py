"""A surveyed file in blocks of a few megabytes that are cut only before a transaction or between interchanges.

Belongs here: cutting, and putting small interchanges with equal delimiters together. Does not belong here: what is in a block.
A transaction is never cut: one that is larger than a block makes the block larger.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from assets.intake.x12.columnar.survey import READ, clean
from assets.intake.x12.count import scan_loosely
from assets.intake.x12.values import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.x12.columnar.survey import Stretch, Survey
    from assets.intake.x12.delimiters import Delimiters

_CONTEXT = 8


@dataclass(frozen=True)
class Chunk:
    """Some whole transactions of an interchange, or all of it; every chunk ends with the terminator."""

    stretch: Stretch
    data: bytes
    begins: bool
    ends: bool


@dataclass
class Block:
    """Chunks with equal delimiters, read together."""

    delimiters: Delimiters
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True)
class Unreadable:
    """What was counted in a stretch without usable delimiters."""

    records: Counter[str]
    preamble: bool


def blocks(found: Survey, size: int) -> Iterator[Block | Unreadable]:
    """Yield the file in order, in blocks of about `size` bytes."""
    open_: Block | None = None
    for stretch in found.stretches:
        if stretch.used is None:
            if open_ is not None:
                yield open_
                open_ = None
            yield Unreadable(_count(found, stretch), stretch.preamble)
            continue
        for chunk in _chunks(found, stretch, stretch.used, size):
            if open_ is not None and (
                open_.delimiters != stretch.used or open_.size + len(chunk.data) > size
            ):
                yield open_
                open_ = None
            open_ = open_ or Block(stretch.used)
            open_.chunks.append(chunk)
            open_.size += len(chunk.data)
    if open_ is not None:
        yield open_


def _chunks(found: Survey, stretch: Stretch, used: Delimiters, size: int) -> Iterator[Chunk]:
    terminator = used.terminator.encode()
    pending = bytearray()
    searched, begins = 0, True
    for body in clean(found.stream, stretch.first, stretch.last, used.terminator, size):
        pending += body
        if len(pending) >= size:
            cut = _last_transaction(pending, used, searched)
            searched = max(0, len(pending) - _CONTEXT)
            if cut:
                yield Chunk(stretch, bytes(pending[:cut]), begins, ends=False)
                del pending[:cut]
                searched, begins = 0, False
    if not pending.endswith(terminator):
        pending += terminator
    yield Chunk(stretch, bytes(pending), begins, ends=True)


def _last_transaction(body: bytearray, used: Delimiters, searched: int) -> int:
    """Return where the last ST begins (after the terminator before it); 0 when there is none after `searched`."""
    terminator, element = used.terminator.encode(), used.element.encode()
    cut = body.rfind(terminator + b"ST" + element, searched)
    if cut >= 0:
        return cut + 1
    last = 0
    for match in _spaced(terminator, element).finditer(body, searched):
        last = match.start() + 1
    return last


@lru_cache(maxsize=16)
def _spaced(terminator: bytes, element: bytes) -> re.Pattern[bytes]:
    blank = re.escape(BLANK).encode()
    return re.compile(re.escape(terminator) + b"[" + blank + b"]+ST" + re.escape(element))


def _count(found: Survey, stretch: Stretch) -> Counter[str]:
    """Count what looks like claims, as `scan_loosely` does in the whole text of the stretch."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    counts: Counter[str] = Counter()
    position, text = stretch.first, ""
    while position < stretch.last:
        found.stream.seek(position)
        block = found.stream.read(min(READ, stretch.last - position))
        position += len(block)
        text += decoder.decode(block, final=position >= stretch.last)
        # Cut where no segment id can be: the pattern looks at one character on either side of three letters.
        cut = len(text) if position >= stretch.last else _quiet(text)
        counts.update(scan_loosely(text[:cut]))
        text = text[cut:]
    return counts


def _quiet(text: str) -> int:
    """Return a place after a line break or blank, at which a text can be cut without changing what is counted."""
    return max(text.rfind(" "), text.rfind("\n")) + 1
