"""A whole X12 file to typed frames: the one entrance that the loader uses.

Belongs here: sending each transaction to its reader, what is rejected whole, and the reconciliation.
Does not belong here: any one transaction family.
"""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assets.intake.contracts import FEEDS, TABLES
from assets.intake.records import Flag, Hide, Parsed, Tables
from assets.intake.records import Transaction as Delivered
from assets.intake.x12.acknowledgements import read_acknowledgements, read_receipts
from assets.intake.x12.claims import claim_type, read_claims
from assets.intake.x12.count import scan, scan_loosely, tally
from assets.intake.x12.delimiters import decode
from assets.intake.x12.desk import Desk
from assets.intake.x12.envelope import Interchange, Transaction, Unreadable, bad_segment, interchanges
from assets.intake.x12.frames import frame
from assets.intake.x12.remits import read_remits
from assets.intake.x12.statuses import is_277ca
from assets.intake.x12.values import at

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = 65536
_SETS = {"837": "claims", "835": "remit_claims"} | dict.fromkeys(("997", "999", "277"), "acknowledgements")
_FEED = {"claims": "837", "remit_claims": "835", "acknowledgements": "ack"}


def read_x12(data: bytes, *, hide: Hide, time_zone: str, feed: str | None = None) -> Parsed:
    """Return all rows, rejects and flags of a file, and the count of its records by another way.

    `kind` is that of most of its transactions; `time_zone` is the office's, since X12 times carry none. With a `feed` only
    that feed's transactions are read and counted. A file without a usable ISA, or with nothing in it that is read here,
    comes back `unusable` with the reason.
    """
    with _without_collection():
        return _File(data, hide, time_zone, feed).read()


def identify_x12(data: bytes) -> str | None:
    """Return the kind of the file's first transaction from its first 64 kB; None when it has no usable ISA.

    'TA1' for a file of interchange receipts only, 'X12' for empty interchanges, ST01 for a set that is not read here.
    """
    text, _ = decode(data[:_HEAD])
    kind = None
    for interchange in interchanges(text):
        if isinstance(interchange, Interchange):
            for transaction in interchange.transactions:
                return _kind(transaction, transaction.segments())
            kind = "TA1" if interchange.receipts else kind or "X12"
    return kind


def _kind(transaction: Transaction, segments: list[list[str]]) -> str:
    if transaction.set_id == "837":
        return "837" + claim_type(transaction.version, segments)
    if transaction.set_id == "277":
        header = next((segment for segment in segments if segment[0] == "BHT"), [])
        return "277CA" if is_277ca(transaction.version, header) else "277"
    return transaction.set_id


def _counted(kind: str) -> str:
    return "acknowledgements" if kind == "TA1" else _SETS.get(kind[:3], "claims")


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the cycle collector out of a parse that makes millions of objects and no garbage: it nearly halves the speed."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _File:
    """The reading of one file."""

    def __init__(self, data: bytes, hide: Hide, time_zone: str, feed: str | None) -> None:
        self.text, self.encoding = decode(data)
        self.feed = feed
        self.delivered: list[Delivered] = []
        self.desk = Desk(hide, time_zone)
        self.kinds: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.seen: dict[tuple[str, ...], str] = {}
        self.usable = False
        self.others: list[str] = []

    def read(self) -> Parsed:
        if self.encoding is not None:
            code = "BYTE_ORDER_MARK" if self.encoding.startswith("utf") else "NOT_UTF8"
            self.desk.flags.append(Flag(code, f"read as {self.encoding}"))
        for stretch in interchanges(self.text):
            if isinstance(stretch, Unreadable):
                self._unreadable(stretch)
            else:
                self._interchange(stretch)
        return self._parsed()

    def _unreadable(self, stretch: Unreadable) -> None:
        code, message = "BAD_ISA", "an interchange whose ISA gives no usable delimiters"
        if stretch.preamble:
            code, message = "BYTES_BEFORE_ISA", "text before the first ISA"
        self.desk.flags.append(Flag(code, message))
        counts = scan_loosely(stretch.text)
        self.records.update(counts)
        self.desk.reject_all(counts, f"{code}: {message}", 0, 0)

    def _interchange(self, interchange: Interchange) -> None:
        self.usable = True
        self.desk.flags.extend(interchange.flags)
        self.records.update(scan(interchange.body, interchange.delimiters))
        self.kinds["TA1"] += len(interchange.receipts)
        read_receipts(interchange, self.desk)
        if interchange.stray:
            first = interchange.stray[0][0]
            message = (
                f"{len(interchange.stray)} segments outside any transaction, the first at segment {first}"
            )
            self.desk.flags.append(Flag("OUTSIDE_ST", message, 0, first))
            counts = tally([segment for _, segment in interchange.stray], interchange.delimiters.component)
            self.desk.reject_all(counts, "OUTSIDE_ST: outside any transaction", 0, first)
        for transaction in interchange.transactions:
            self._transaction(transaction)

    def _transaction(self, transaction: Transaction) -> None:
        self.desk.txn = transaction
        segments = transaction.segments()
        kind = _kind(transaction, segments)
        table = _SETS.get(transaction.set_id)
        if self.feed is not None and table is not None and _FEED[table] != self.feed:
            return
        problem = self._problem(transaction, segments)
        if table is None:
            problem = f"UNSUPPORTED: {transaction.place} is of a set that is not read"
            self.desk.flag("UNSUPPORTED", problem, transaction.first)
            self.others.append(kind)
        else:
            self.kinds[kind] += 1
        counts = tally(segments, transaction.component)
        self._deliver(transaction, kind, counts.total(), problem)
        if problem is not None:
            if table is not None:
                counts.setdefault(table, 0)
            self.desk.reject_all(counts, problem, transaction.number, transaction.first)
            return
        self._controls(transaction)
        foreign = Counter({name: number for name, number in counts.items() if name != table})
        reason = f"UNEXPECTED: a record of another set in {transaction.place}"
        self.desk.reject_all(foreign, reason, transaction.number, transaction.first)
        if table == "claims":
            read_claims(segments, self.desk)
        elif table == "remit_claims":
            read_remits(segments, self.desk)
        else:
            read_acknowledgements(segments, self.desk, kind)

    def _deliver(self, transaction: Transaction, kind: str, records: int, problem: str | None) -> None:
        isa = transaction.interchange.isa
        self.delivered.append(
            Delivered(
                transaction.number,
                kind,
                at(isa, 6),
                at(isa, 8),
                at(isa, 13),
                transaction.group.control,
                transaction.control,
                transaction.version,
                transaction.first,
                transaction.last,
                transaction.body_hash,
                records,
                "loaded" if problem is None else "rejected",
                problem or "",
            )
        )

    @staticmethod
    def _problem(transaction: Transaction, segments: list[list[str]]) -> str | None:
        if not transaction.closed:
            return f"TRUNCATED: {transaction.place} has no SE"
        bad = bad_segment(segments)
        if bad is not None:
            return f"BAD_SEGMENT: {transaction.place} has an invalid segment id at segment {transaction.first + bad}"
        return None

    def _controls(self, transaction: Transaction) -> None:
        """Flag a transaction whose control numbers were used before in the file; it is loaded all the same."""
        isa = transaction.interchange.isa
        key = (at(isa, 6), at(isa, 8), at(isa, 13), transaction.group.control, transaction.control)
        digest = transaction.body_hash
        known = self.seen.get(key)
        self.seen.setdefault(key, digest)
        if known is not None:
            code = "DUPLICATE_TXN" if known == digest else "CONTROL_REUSE"
            body = "the same body" if known == digest else "another body"
            message = f"{transaction.place} repeats the control numbers of an earlier one with {body}"
            self.desk.flag(code, message, transaction.first)

    def _parsed(self) -> Parsed:
        if not self.kinds.total():
            kind = self.others[0] if self.others else "X12"
            parsed = Parsed(kind, (_counted(kind),), rejects=self.desk.rejects, flags=self.desk.flags)
            parsed.transactions = self.delivered
            parsed.unusable = "NO_ISA: no ISA segment with usable delimiters"
            if self.usable:
                parsed.unusable = (
                    "UNSUPPORTED: no set that is read here" if self.others else "EMPTY: no transaction set"
                )
            return parsed
        kind = self.kinds.most_common(1)[0][0]
        if sum(1 for number in self.kinds.values() if number) > 1:
            self.desk.flags.append(Flag("MIXED_KINDS", "the file holds " + ", ".join(sorted(+self.kinds))))
        feeds = dict.fromkeys(_FEED[_counted(found)] for found in sorted(+self.kinds))
        # Records of a family that has no transaction here (a claim outside any, say) still have to be told of.
        counted = tuple(t for t in _FEED if _FEED[t] == self.feed or (self.feed is None and self.records[t]))
        rows = {t.name: self.desk.rows[t.name] for feed in feeds for t in FEEDS[feed]}
        return Parsed(
            kind,
            counted or (_counted(kind),),
            Tables(rows=rows, build=lambda name, found: frame(TABLES[name], found)),
            self.desk.rejects,
            self.desk.flags,
            sum(self.records[table] for table in counted),
            transactions=self.delivered,
        )
