"""A block of bytes cut into segments and elements by position, without a Python object for any of them.

Belongs here: where segments, elements and components begin and end, which segment stands where. Does not belong here: their
values (`values.py`) and what they mean. Everything is an array over segments or over elements; a span is a pair of
offsets into the block, and an absent element is an empty span. Offsets have 32 bits as long as they can: half the memory to
go through.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.values import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from assets.intake.x12.delimiters import Delimiters

Spans = tuple["NDArray[np.integer]", "NDArray[np.integer]"]

ENVELOPE = ("ISA", "ISB", "ISE", "TA1", "GS", "ST", "SE", "GE", "IEA")
NAMES = (
    *ENVELOPE,
    *("BPR", "TRN", "LX", "CLP", "SVC", "PLB", "CAS", "NM1", "MIA", "MOA", "DTM", "REF", "AMT", "LQ"),
    *("BHT", "HL", "SBR", "DMG", "CLM", "HI", "DTP", "SVD", "SV1", "SV2", "SV3"),
    *("STC", "CTX", "AK9", "IK5", "AK5"),
)
"""Segments that some reader looks at; any other counts as OTHER, and what is no segment id at all as BAD."""
ID = {name: number for number, name in enumerate(NAMES, 2)}
OTHER, BAD = 1, 0
_LONGEST_ID = 3
_SHIFTS = np.array([32, 24, 16, 8])
"""By how many bits a word of four bytes is moved so that its first 0 to 3 bytes remain."""
_BEYOND = 64
_PADDING = bytes(16)
_MOST = np.iinfo(np.int32).max - len(_PADDING)
_BLANKS = np.zeros(256, dtype=np.bool_)
_BLANKS[[ord(character) for character in BLANK]] = True


def _digits() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the place of each byte among A-Z, and among A-Z and 0-9; -1 for any other."""
    letters, all_ = np.full(256, -1, dtype=np.int32), np.full(256, -1, dtype=np.int32)
    letters[65:91] = all_[65:91] = np.arange(26)
    all_[48:58] = np.arange(26, 36)
    return letters, all_


_FIRST, _NEXT = _digits()


def _code(name: str) -> int:
    first, second, *third = name.encode()
    return int((_FIRST[first] * 36 + _NEXT[second]) * 37 + (_NEXT[third[0]] + 1 if third else 0))


_KINDS = np.full(26 * 36 * 37, OTHER, dtype=np.uint8)
for _name, _number in ID.items():
    _KINDS[_code(_name)] = _number


def named(names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return a table that is true for the kinds of the names."""
    wanted = np.zeros(256, dtype=np.bool_)
    wanted[[ID[name] for name in names]] = True
    return wanted


class Tokens:
    """The segments of a block; every segment ends with the terminator, the last one too."""

    def __init__(self, data: bytes, delimiters: Delimiters) -> None:
        self.data = data + _PADDING
        """The block, and something after it, so that words can be read at every place."""
        self.delimiters = delimiters
        self.buffer = np.frombuffer(self.data, dtype=np.uint8, count=len(data))
        self._last = len(data) - 1
        self._offset: type[np.signedinteger] = np.int32 if len(data) <= _MOST else np.int64
        element, terminator = ord(delimiters.element), ord(delimiters.terminator)
        self._marks = self._where((self.buffer == element) | (self.buffer == terminator))
        ends = self._where(self.buffer[self._marks] == terminator)
        first, starts = np.zeros_like(ends), np.zeros_like(ends)
        first[1:] = ends[:-1] + 1
        starts[1:] = self._marks[ends[:-1]] + 1
        blanks = self._edge_blanks()
        self._tight = False
        id_starts, id_ends = starts.copy(), self._marks[first]
        # Only an ISA has blanks beside its delimiters, as a rule: one look at each of these segments is enough.
        blank = np.unique(np.searchsorted(starts, blanks, side="right") - 1)
        id_starts[blank], id_ends[blank] = self.trim((starts[blank], id_ends[blank]))
        around = (
            _BLANKS[self.buffer[starts[blank]]]
            | _BLANKS[self.buffer[np.maximum(self._marks[ends[blank]] - 1, starts[blank])]]
        )
        kept = (id_ends > id_starts) | (ends > first)
        all_kept = bool(kept.all())
        if not all_kept:
            first, starts, ends = first[kept], starts[kept], ends[kept]
            id_starts, id_ends = id_starts[kept], id_ends[kept]
        self._first = first
        self.counts: NDArray[np.integer] = ends - first + 1
        """Elements per segment, its id included."""
        self._asked: NDArray[np.int64] | None = None
        self._asked_first, self._asked_counts = first, self.counts
        self.starts: NDArray[np.integer] = starts
        self.ends: NDArray[np.integer] = self._marks[ends]
        # Blanks before or after a segment do not belong to it; inside it they belong to the id.
        self.kinds = self._kinds(id_starts, np.where(self.counts > 1, self._marks[first], id_ends))
        self.clean = all_kept and not around.any()
        """Whether no segment is empty or has blanks around it."""
        # An ISA is padded, and only the envelope looks into it.
        places = self.kinds[np.searchsorted(self.starts, blanks, side="right") - 1]
        self._tight = self.clean and bool((places == ID["ISA"]).all())

    def _where(self, found: NDArray[np.bool_]) -> NDArray[np.integer]:
        return np.flatnonzero(found).astype(self._offset)

    def words(self, places: NDArray[np.integer], kind: str) -> NDArray[np.unsignedinteger]:
        """Return the 4 or 8 bytes from every place on as a number of the kind, '>u4' say, in the machine's order."""
        # Every byte begins a word: one gather fetches them all, without a copy of the buffer.
        size = int(kind[-1])
        overlapping = np.ndarray((len(self.data) - size + 1,), dtype=kind, buffer=self.data, strides=(1,))
        found: NDArray[np.unsignedinteger] = overlapping[places].astype(f"=u{size}", copy=False)
        return found

    def _edge_blanks(self) -> NDArray[np.int64]:
        """Return the blanks that stand beside a delimiter."""
        low = np.flatnonzero(self.buffer <= ord(" "))
        low = low[_BLANKS[self.buffer[low]]]
        delimiting = np.zeros(256, dtype=np.bool_)
        used = self.delimiters
        delimiting[[ord(used.element), ord(used.terminator), ord(used.component)]] = True
        before, after = self.buffer[np.maximum(low - 1, 0)], self.buffer[np.minimum(low + 1, self._last)]
        beside: NDArray[np.int64] = low[delimiting[before] | delimiting[after] | (low == 0)]
        return beside

    def __len__(self) -> int:
        return len(self.starts)

    def _kinds(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        lengths = ends - starts
        heads = self.words(starts, "<u4").view(np.uint8).reshape(-1, 4)
        first, second, third = _FIRST[heads[:, 0]], _NEXT[heads[:, 1]], _NEXT[heads[:, 2]]
        short, long = lengths == _LONGEST_ID - 1, lengths == _LONGEST_ID
        good = (first >= 0) & (second >= 0) & (short | (long & (third >= 0)))
        place = (first * 36 + second) * 37 + np.where(long, third + 1, 0)
        return np.where(good, _KINDS[np.where(good, place, 0)], BAD).astype(np.uint8)

    def trim(self, spans: Spans) -> Spans:
        """Return the spans without the blanks at their ends."""
        if self._tight:
            return spans
        starts, ends = spans[0].copy(), spans[1].copy()
        for at_end in (False, True):
            where = np.flatnonzero(ends > starts)
            while len(where):
                byte = self.buffer[ends[where] - 1 if at_end else starts[where]]
                where = where[_BLANKS[byte]]
                if at_end:
                    ends[where] -= 1
                else:
                    starts[where] += 1
                where = where[ends[where] > starts[where]]
        return starts, ends

    def of(self, *names: str) -> NDArray[np.bool_]:
        """Return which segments are of one of the names."""
        return named(names)[self.kinds]

    def element(self, segments: NDArray[np.int64], position: int | NDArray[np.int64]) -> Spans:
        """Return the element at a position (from 1) of each segment, trimmed; empty where absent or for segment -1."""
        if segments is not self._asked:
            # Most often the next question is about another element of the same segments.
            self._asked = segments
            self._asked_first = self._first[segments]
            self._asked_counts = np.where(segments >= 0, self.counts[segments], 0)
        there = self._asked_counts > position
        before = self._asked_first + (position - 1)
        if there.all():
            return self.trim((self._marks[before] + 1, self._marks[before + 1]))
        before = np.where(there, before, 0)
        starts, ends = self._marks[before] + 1, self._marks[before + there]
        return self.trim((np.minimum(starts, ends), ends))

    @cached_property
    def _separators(self) -> NDArray[np.integer]:
        beyond = np.full(_BEYOND, len(self.buffer), dtype=self._offset)
        return np.concatenate([self._where(self.buffer == ord(self.delimiters.component)), beyond])

    def component(self, spans: Spans, position: int) -> Spans:
        """Return the component at a position (from 1) of each composite, trimmed; empty where it is absent."""
        starts, ends = spans
        at = np.searchsorted(self._separators[:-_BEYOND], starts)
        if position > 1:
            before = self._separators[at + position - 2]
            starts = np.where(before < ends, before + 1, ends)
        return self.trim((starts, np.maximum(np.minimum(self._separators[at + position - 1], ends), starts)))

    def split(self, segment: int) -> list[str]:
        """Return the elements of one segment as text, the id first."""
        return self.text(segment).split(self.delimiters.element)

    def text(self, segment: int) -> str:
        """Return one segment as text, without blanks around it."""
        return self.data[self.starts[segment] : self.ends[segment]].decode().strip(BLANK)

    def texts(self, first: int, last: int) -> list[str]:
        """Return the segments from the first to the last as text, without blanks around them."""
        stretch = self.data[self.starts[first] : self.ends[last]].decode()
        return [kept for piece in stretch.split(self.delimiters.terminator) if (kept := piece.strip(BLANK))]

    def codes(self, spans: Spans) -> NDArray[np.int64]:
        """Return texts of up to 3 bytes as numbers that `code` gives too; -1 for longer ones, 0 for empty ones."""
        starts, ends = spans
        lengths = ends - starts
        kept = np.clip(lengths, 0, _LONGEST_ID)
        value = self.words(starts, ">u4").astype(np.int64) >> _SHIFTS[kept]
        return np.where(lengths > _LONGEST_ID, -1, value)


def among(codes: NDArray[np.integer], wanted: Iterable[int]) -> NDArray[np.bool_]:
    """Return which of the codes are one of a few wanted ones."""
    found = np.zeros(len(codes), dtype=np.bool_)
    for each in wanted:
        found |= codes == each
    return found


def code(text: str) -> int:
    """Return a text of up to 3 ASCII characters as the number that `Tokens.codes` gives to it."""
    return int.from_bytes(text.encode(), "big")
