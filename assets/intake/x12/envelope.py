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

ENVELOPE = frozenset({"ISA", "ISB", "ISE", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_HEADS = frozenset(name[:2] for name in ENVELOPE)
_CLOSING = frozenset({"ST", "GS", "GE", "IEA"})
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
    """A transaction set from ST to SE. `first` and `last` are the ordinals of its first and last segment in the file.

    `raw` holds its segments as text; the columnar reader fills it only where it is wanted.
    """

    number: int
    set_id: str
    control: str
    version: str
    first: int
    interchange: Interchange = field(repr=False)
    group: Group
    raw: list[str] = field(repr=False)
    closed: bool = False
    length: int = 0

    @property
    def last(self) -> int:
        """Return the ordinal of the last segment."""
        return self.first + self.length - 1

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
        body = body_of(chunk, start.delimiters)
        walker = Walker(number, start.delimiters, spoken(body, start.delimiters), ordinal, transactions)
        walker.interchange.body = body
        ordinal = _walk(walker, body, ordinal)
        transactions = walker.transactions
        yield walker.interchange


def _walk(walker: Walker, body: str, ordinal: int) -> int:
    """Take the walker through the interchange; return the ordinal of its last segment."""
    interchange = walker.interchange
    element, terminator = interchange.delimiters.element, interchange.delimiters.terminator
    raw = [kept for piece in body.split(terminator) if (kept := piece.strip(BLANK))]
    base = ordinal + 1
    for i, text in enumerate(raw, base):
        if text[:2] in _HEADS:
            segment = text.split(element)
            if segment[0] in ENVELOPE:
                walker.step(segment, i)
                continue
        if walker.open is None:
            interchange.stray.append((i, text.split(element)))
    walker.finish(ordinal + len(raw))
    for transaction in interchange.transactions:
        first = transaction.first - base
        transaction.raw = raw[first : first + transaction.length]
    return ordinal + len(raw)


class Walker:
    """Files the segments of one interchange under groups and transactions, given the envelope's own segments in order.

    It never sees the segments between them: ordinals tell how many there are.
    """

    def __init__(
        self, number: int, declared: Delimiters, used: Delimiters, ordinal: int, transactions: int
    ) -> None:
        self.interchange = Interchange(number, used, "")
        self.transactions = transactions
        self.open: Transaction | None = None
        self._group: Group | None = None
        self._ended = False
        if used != declared:
            self._flag(
                "COMPONENT_SEPARATOR", "composites use another separator than ISA16 declares", ordinal + 1
            )

    def step(self, segment: list[str], ordinal: int) -> None:
        """Take a segment of the envelope."""
        name = segment[0]
        if name in _CLOSING:
            self.leave(ordinal - 1)
        if name == "SE" and self.open is not None:
            self._trailer(segment, ordinal)
        elif name == "ST":
            self._begin(segment, ordinal)
        else:
            self._envelope(segment, ordinal)

    def leave(self, last: int) -> None:
        """End the transaction that is open, if any, without SE; `last` is the ordinal of its last segment."""
        if self.open is not None:
            self._close(last, closed=False)

    def finish(self, last: int) -> None:
        """End the interchange, of which `last` is the ordinal of the last segment."""
        self.leave(last)
        self._end_group(None, last)
        if not self._ended:
            self._flag("IEA_MISSING", f"interchange {self.interchange.number} has no IEA", last)

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
        self.transactions += 1
        if self._group is None:
            self._flag("NO_GROUP", "transaction outside a group", ordinal)
            self._group = Group()
            self.interchange.groups.append(self._group)
        self._group.transactions += 1
        version = at(segment, 3) or self._group.version
        self.open = Transaction(
            self.transactions,
            at(segment, 1),
            at(segment, 2),
            version,
            ordinal,
            self.interchange,
            self._group,
            [],
        )

    def _close(self, last: int, *, closed: bool) -> None:
        transaction, self.open = self.open, None
        if transaction is not None:
            transaction.closed, transaction.length = closed, last - transaction.first + 1
            self.interchange.transactions.append(transaction)

    def _trailer(self, segment: list[str], ordinal: int) -> None:
        transaction = self.open
        self._close(ordinal, closed=True)
        if transaction is None:
            return
        if at(segment, 1).lstrip("0") != str(transaction.length):
            self._flag("SE_COUNT", f"SE01 is not the number of segments of {transaction.place}", ordinal)
        if at(segment, 2) != transaction.control:
            self._flag("SE_CONTROL", f"SE02 differs from ST02 in {transaction.place}", ordinal)

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

    def _flag(self, code: str, message: str, ordinal: int) -> None:
        self.interchange.flags.append(Flag(code, message, self.transactions, ordinal))
