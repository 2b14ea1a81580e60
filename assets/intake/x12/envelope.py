"""The envelope of X12: interchanges, groups and transaction sets, with the ordinal of every segment in the file.

Belongs here: cutting a file into transactions, and what the envelope itself gets wrong (counts, control numbers,
missing trailers). Does not belong here: the meaning of a segment inside a transaction.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from assets.intake.records import Flag
from assets.intake.x12.delimiters import Delimiters, Start, body_of, spoken, starts
from assets.intake.x12.values import BLANK, at

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENVELOPE = frozenset({"ISA", "ISB", "ISE", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_HEADS = frozenset(name[:2] for name in _ENVELOPE)
_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")


@dataclass
class Group:
    """A functional group: GS01, GS04, GS05, GS06 and GS08."""

    functional: str = ""
    date: str = ""
    time: str = ""
    control: str = ""
    version: str = ""
    transactions: int = 0


@dataclass
class Transaction:
    """A transaction set from ST to SE. `first` and `last` are the ordinals of its first and last segment in the file."""

    number: int
    set_id: str
    control: str
    version: str
    first: int
    interchange: Interchange = field(repr=False)
    group: Group
    raw: list[str] = field(repr=False)
    closed: bool = False

    @property
    def last(self) -> int:
        """Return the ordinal of the last segment."""
        return self.first + len(self.raw) - 1

    @property
    def place(self) -> str:
        """Say where the transaction stands."""
        return f"transaction {self.number} (segments {self.first} to {self.last})"

    @property
    def component(self) -> str:
        """Return the component separator."""
        return self.interchange.delimiters.component

    @cached_property
    def body_hash(self) -> str:
        """Return 16 hexadecimal digits over the segments between ST and SE: equal for the same content in any envelope.

        They are written with `*`, `:` and line feeds first, so that other delimiters do not matter either.
        """
        body = "\n".join(self.raw[1 : -1 if self.closed else None])
        used = self.interchange.delimiters
        if (used.element, used.component) != ("*", ":"):
            body = body.translate({ord(used.element): "*", ord(used.component): ":"})
        return hashlib.blake2b(body.encode(), digest_size=8).hexdigest()

    def segments(self) -> list[list[str]]:
        """Return the segments, each a list of elements that begins with the segment id; the ordinals run from `first`."""
        element = self.interchange.delimiters.element
        return [segment.split(element) for segment in self.raw]


@dataclass
class Interchange:
    """An interchange. `body` is its text without line breaks; `receipts` are TA1s and `stray` what is outside any ST."""

    number: int
    delimiters: Delimiters
    body: str = field(repr=False)
    isa: list[str] = field(default_factory=list, repr=False)
    transactions: list[Transaction] = field(default_factory=list)
    receipts: list[tuple[int, list[str]]] = field(default_factory=list, repr=False)
    stray: list[tuple[int, list[str]]] = field(default_factory=list, repr=False)
    groups: list[Group] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    @property
    def control(self) -> str:
        """Return ISA13."""
        return at(self.isa, 13)


@dataclass(frozen=True)
class Unreadable:
    """A stretch of the file that no delimiters open: bytes before the first ISA, or an interchange with a broken one."""

    text: str = field(repr=False)
    preamble: bool


def bad_segment(segments: list[list[str]]) -> int | None:
    """Return the index of the first segment whose id is no segment id, or None."""
    names = {segment[0] for segment in segments}
    bad = {name for name in names if not _SEGMENT_ID.fullmatch(name)}
    return next((i for i, segment in enumerate(segments) if segment[0] in bad), None) if bad else None


def interchanges(text: str) -> Iterator[Interchange | Unreadable]:
    """Yield the interchanges of a file in order, and the stretches that are none."""
    found: list[Start] = list(starts(text))
    if not any(start.delimiters for start in found):
        return
    if text[: found[0].position].strip(BLANK):
        yield Unreadable(text[: found[0].position], preamble=True)
    ordinal, number, transactions = 0, 0, 0
    for start, following in zip(found, [*found[1:], None], strict=True):
        chunk = text[start.position : following.position if following else len(text)]
        if start.delimiters is None:
            yield Unreadable(chunk, preamble=False)
            continue
        number += 1
        walker = _Walker(number, start.delimiters, chunk, ordinal, transactions)
        ordinal, transactions = walker.walk()
        yield walker.interchange


class _Walker:
    """Walks the segments of one interchange once and files them under groups and transactions."""

    def __init__(
        self, number: int, delimiters: Delimiters, chunk: str, ordinal: int, transactions: int
    ) -> None:
        body = body_of(chunk, delimiters)
        self.interchange = Interchange(number, spoken(body, delimiters), body)
        self._ordinal = ordinal
        self._transactions = transactions
        self._group: Group | None = None
        self._open: Transaction | None = None
        self._ended = False
        if self.interchange.delimiters != delimiters:
            self._flag(
                "COMPONENT_SEPARATOR", "composites use another separator than ISA16 declares", ordinal + 1
            )

    def walk(self) -> tuple[int, int]:
        """Fill the interchange; return the last segment ordinal and the last transaction number used."""
        element, terminator = self.interchange.delimiters.element, self.interchange.delimiters.terminator
        raw = [kept for piece in self.interchange.body.split(terminator) if (kept := piece.strip(BLANK))]
        base = self._ordinal + 1
        begun = 0
        for i, text in enumerate(raw):
            if text[:2] not in _HEADS:
                if self._open is None:
                    self.interchange.stray.append((base + i, text.split(element)))
                continue
            segment = text.split(element)
            if segment[0] not in _ENVELOPE:
                if self._open is None:
                    self.interchange.stray.append((base + i, segment))
                continue
            if segment[0] in {"ST", "GS", "GE", "IEA"} and self._open is not None:
                self._close(raw[begun:i], closed=False)
            if segment[0] == "SE" and self._open is not None:
                self._trailer(segment, raw[begun : i + 1])
            elif segment[0] == "ST":
                begun = i
                self._begin(segment, base + i)
            else:
                self._envelope(segment, base + i)
        if self._open is not None:
            self._close(raw[begun:], closed=False)
        self._finish(base + len(raw) - 1)
        return base + len(raw) - 1, self._transactions

    def _envelope(self, segment: list[str], ordinal: int) -> None:
        match segment[0]:
            case "ISA":
                self.interchange.isa = self.interchange.isa or segment
            case "TA1":
                self.interchange.receipts.append((ordinal, segment))
            case "GS":
                self._end_group(None, ordinal)
                self._group = Group(
                    at(segment, 1), at(segment, 4), at(segment, 5), at(segment, 6), at(segment, 8)
                )
                self.interchange.groups.append(self._group)
            case "GE":
                self._end_group(segment, ordinal)
            case "IEA":
                self._end_interchange(segment, ordinal)
            case "SE":
                self._flag("ORPHAN_SE", "SE without an open transaction", ordinal)
            case _:
                pass

    def _begin(self, segment: list[str], ordinal: int) -> None:
        self._transactions += 1
        if self._group is None:
            self._flag("NO_GROUP", "transaction outside a group", ordinal)
            self._group = Group()
            self.interchange.groups.append(self._group)
        self._group.transactions += 1
        version = at(segment, 3) or self._group.version
        self._open = Transaction(
            self._transactions,
            at(segment, 1),
            at(segment, 2),
            version,
            ordinal,
            self.interchange,
            self._group,
            [],
        )

    def _close(self, raw: list[str], *, closed: bool) -> None:
        if self._open is not None:
            self._open.raw, self._open.closed = raw, closed
            self.interchange.transactions.append(self._open)
        self._open = None

    def _trailer(self, segment: list[str], raw: list[str]) -> None:
        transaction = self._open
        self._close(raw, closed=True)
        if transaction is None:
            return
        if at(segment, 1).lstrip("0") != str(len(raw)):
            self._flag(
                "SE_COUNT", f"SE01 is not the number of segments of {transaction.place}", transaction.last
            )
        if at(segment, 2) != transaction.control:
            self._flag("SE_CONTROL", f"SE02 differs from ST02 in {transaction.place}", transaction.last)

    def _end_group(self, segment: list[str] | None, ordinal: int) -> None:
        group, self._group = self._group, None
        if segment is None:
            if group is not None:
                self._flag("GE_MISSING", "group without GE", ordinal)
        elif group is None:
            self._flag("ORPHAN_GE", "GE without an open group", ordinal)
        else:
            if at(segment, 1).lstrip("0") != str(group.transactions).lstrip("0"):
                self._flag("GE_COUNT", "GE01 is not the number of transactions of its group", ordinal)
            if at(segment, 2) != group.control:
                self._flag("GE_CONTROL", "GE02 differs from GS06", ordinal)

    def _end_interchange(self, segment: list[str], ordinal: int) -> None:
        self._end_group(None, ordinal)
        self._ended = True
        if at(segment, 1).lstrip("0") != (str(len(self.interchange.groups)).lstrip("0")):
            self._flag("IEA_COUNT", "IEA01 is not the number of groups of its interchange", ordinal)
        if at(segment, 2) != self.interchange.control:
            self._flag("IEA_CONTROL", "IEA02 differs from ISA13", ordinal)

    def _finish(self, ordinal: int) -> None:
        self._end_group(None, ordinal)
        if not self._ended:
            self._flag("IEA_MISSING", f"interchange {self.interchange.number} has no IEA", ordinal)

    def _flag(self, code: str, message: str, ordinal: int) -> None:
        self.interchange.flags.append(Flag(code, message, self._transactions, ordinal))
