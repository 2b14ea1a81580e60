"""Which feeds a file of X12 holds, by a look at its ST segments only.

Belongs here: that one question, asked before a file is read. Does not belong here: what a transaction is in detail
(`reading.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from assets.intake.x12.columnar.survey import READ, clean, surveyed
from assets.intake.x12.delimiters import decode
from assets.intake.x12.envelope import Interchange, interchanges
from assets.intake.x12.reading import FEED, SETS
from assets.intake.x12.values import BLANK

if TYPE_CHECKING:
    from assets.intake.x12.columnar.survey import Stretch, Survey
    from assets.intake.x12.delimiters import Delimiters

_SMALL = 1 << 16
_LONGEST = 64


def feeds_in(stream: BinaryIO) -> tuple[str, ...]:
    """Return which of '837', '835' and 'ack' occur in a file, as transaction sets or (for 'ack') as TA1 segments.

    The stream must be seekable; memory does not grow with it.
    """
    sets = set[str]()
    if stream.seek(0, 2) >= _SMALL:
        with surveyed(stream) as found:
            if found.is_ascii:
                sets.update(*(_sets_of(found, stretch) for stretch in found.stretches if stretch.used))
                return _feeds(sets)
    stream.seek(0)
    for each in interchanges(decode(stream.read())[0]):
        if isinstance(each, Interchange):
            sets.update(transaction.set_id for transaction in each.transactions)
            sets.update("999" for _ in each.receipts)
    return _feeds(sets)


def _feeds(sets: set[str]) -> tuple[str, ...]:
    named = {FEED[SETS[set_id]] for set_id in sets if set_id in SETS}
    return tuple(feed for feed in FEED.values() if feed in named)


def _sets_of(found: Survey, stretch: Stretch) -> set[str]:
    """Return the sets of one interchange."""
    sets: set[str] = set()
    if stretch.used is not None:
        tail = b""
        for body in clean(found.stream, stretch.first, stretch.last, stretch.used.terminator, READ):
            sets |= _sets(tail + body, stretch.used)
            tail = _open_segment(tail + body, stretch.used)
    return sets


def _open_segment(body: bytes, used: Delimiters) -> bytes:
    """Return the terminator and what follows, as far as it can matter: the segment may go on in the next block."""
    begun = max(body.rstrip(BLANK.encode()).rfind(used.terminator.encode()), 0)
    return body[begun : begun + _LONGEST]


def _sets(body: bytes, used: Delimiters) -> set[str]:
    """Return ST01 of every ST, and 999 for a TA1."""
    buffer = np.frombuffer(body + b"\0" * 8, dtype=np.uint8)
    after = np.flatnonzero(buffer[: len(body)] == ord(used.terminator)) + 1
    first, second, third = (buffer[after + i] for i in range(3))
    is_st = (first == ord("S")) & (second == ord("T")) & (third == ord(used.element))
    set_ids = buffer[after[is_st][:, None] + np.arange(3, 7)]
    if ((first <= ord(" ")) & (after < len(body))).any() or (set_ids <= ord(" ")).any():
        return {(match[1] or b"999").decode() for match in _pattern(used).finditer(body)}
    ends = [ord(used.element), ord(used.terminator)]
    set_ids = np.unique(set_ids[np.isin(set_ids[:, 3], ends)], axis=0)
    receipt = (first == ord("T")) & (second == ord("A")) & (third == ord("1"))
    received = np.isin(buffer[after[receipt] + 3], ends).any()
    return {row[:3].tobytes().decode(errors="replace") for row in set_ids} | ({"999"} if received else set())


@lru_cache(maxsize=16)
def _pattern(used: Delimiters) -> re.Pattern[bytes]:
    element, terminator = re.escape(used.element), re.escape(used.terminator)
    blank = f"[{re.escape(BLANK)}]*"
    end = f"(?:{element}|{blank}{terminator}|{blank}\\Z)"
    return re.compile(
        f"{terminator}{blank}(?:ST{element}{blank}(837|835|997|999|277){end}|TA1{end})".encode()
    )
