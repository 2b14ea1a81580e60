"""The reading of one X12 file: each transaction to its reader, what is rejected whole, and the account of it all.

Belongs here: what the plain and the columnar road share. Does not belong here: finding transactions, or reading any one family.
"""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from assets.counted import many
from assets.intake.contracts import FEEDS, TABLES
from assets.intake.records import Balance, Flag, Hide, Parsed, Tables
from assets.intake.records import Transaction as Delivered
from assets.intake.x12.acknowledgements import read_acknowledgements, read_receipts
from assets.intake.x12.claims import claim_type, read_claims
from assets.intake.x12.count import tally
from assets.intake.x12.desk import Desk
from assets.intake.x12.envelope import Interchange, Transaction, bad_segment
from assets.intake.x12.frames import frame
from assets.intake.x12.remits import read_remits
from assets.intake.x12.statuses import is_277ca
from assets.intake.x12.values import at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETS = {"837": "claims", "835": "remit_claims"} | dict.fromkeys(("997", "999", "277"), "acknowledgements")
"""ST01 to the table whose rows are the set's records."""
FEED = {"claims": "837", "remit_claims": "835", "acknowledgements": "ack"}


def kind_of(transaction: Transaction, segments: Sequence[list[str]]) -> str:
    """Return what a transaction is: 837P, 835, 277CA ..., ST01 of a set that is not read here, X12 if that is no set at all."""
    if transaction.set_id == "837":
        return "837" + claim_type(transaction.version, list(segments))
    if transaction.set_id == "277":
        header = next((segment for segment in segments if segment[0] == "BHT"), [])
        return "277CA" if is_277ca(transaction.version, header) else "277"
    # Of a damaged file any element can stand there, a name too.
    return transaction.set_id if len(transaction.set_id) == 3 and transaction.set_id.isdigit() else "X12"


def _counted(kind: str) -> str:
    return "acknowledgements" if kind == "TA1" else SETS.get(kind[:3], "claims")


class Reading:
    """Collects what is read of one file; `part` hands over what has come together since the last part."""

    def __init__(self, hide: Hide, time_zone: str, feed: str | None) -> None:
        self.feed = feed
        self.desk = Desk(hide, time_zone)
        self.kinds: Counter[str] = Counter()
        self.usable = False
        self._frames: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)
        self._delivered: list[Delivered] = []
        self._records: Counter[str] = Counter()
        self._records_of_part: Counter[str] = Counter()
        self._seen: dict[tuple[str, ...], str] = {}
        self._others: list[str] = []

    def encoded_as(self, encoding: str | None) -> None:
        """Note that the file was not plain UTF-8."""
        if encoding is not None:
            code = "BYTE_ORDER_MARK" if encoding.startswith("utf") else "NOT_UTF8"
            self.desk.flags.append(Flag(code, f"read as {encoding}"))

    def count(self, records: Counter[str]) -> None:
        """Add records that were counted without reading them."""
        self._records.update(records)
        self._records_of_part.update(records)

    def unreadable(self, records: Counter[str], *, preamble: bool) -> None:
        """Reject what stands in a stretch of the file that no delimiters open."""
        code, message = "BAD_ISA", "an interchange whose ISA gives no usable delimiters"
        if preamble:
            code, message = "BYTES_BEFORE_ISA", "text before the first ISA"
        self.desk.flags.append(Flag(code, message))
        self.count(records)
        self.desk.reject_all(self._wanted(records), f"{code}: {message}", 0, 0)

    def receipts(self, interchange: Interchange) -> None:
        """Read the TA1 segments of an interchange."""
        if self.feed in {None, "ack"}:
            self.kinds["TA1"] += len(interchange.receipts)
            read_receipts(interchange, self.desk)

    def outside(self, segments: int, first: int, records: Counter[str]) -> None:
        """Reject what stands in an interchange outside any transaction."""
        message = f"{many(segments, 'segment')} outside any transaction, the first at segment {first}"
        self.desk.flags.append(Flag("OUTSIDE_ST", message, 0, first))
        self.desk.reject_all(self._wanted(records), "OUTSIDE_ST: outside any transaction", 0, first)

    def is_wanted(self, set_id: str) -> bool:
        """Tell whether transactions of the set are to be read; those of sets that nobody reads always are, to say so."""
        table = SETS.get(set_id)
        return self.feed is None or table is None or FEED[table] == self.feed

    def transaction(self, transaction: Transaction) -> None:
        """Read a transaction segment by segment, or reject it."""
        self.desk.txn = transaction
        segments = transaction.segments()
        table = SETS.get(transaction.set_id)
        counts = tally(segments, transaction.component)
        if not self.is_wanted(transaction.set_id):
            self._reject_foreign(counts, table)
            return
        kind = kind_of(transaction, segments)
        problem = _problem(transaction, segments)
        if table is None:
            problem = f"UNSUPPORTED: {transaction.place} is of a set that is not read"
            self.desk.flag("UNSUPPORTED", problem, transaction.first)
            self._others.append(kind)
        else:
            self.kinds[kind] += 1
        self._deliver(transaction, kind, counts.total(), problem)
        if problem is not None:
            if table is not None:
                counts.setdefault(table, 0)
            self.desk.reject_all(self._wanted(counts), problem, transaction.number, transaction.first)
            return
        self._controls(transaction)
        self._reject_foreign(counts, table)
        if table == "claims":
            read_claims(segments, self.desk)
        elif table == "remit_claims":
            refused = read_remits(segments, self.desk)
            if refused is not None:
                self._delivered[-1] = replace(self._delivered[-1], outcome="rejected", reason=refused)
        else:
            read_acknowledgements(segments, self.desk, kind)

    def admit(self, transaction: Transaction, kind: str, records: int) -> None:
        """Note a sound transaction whose rows come by `add`."""
        self.kinds[kind] += 1
        self._deliver(transaction, kind, records, None)
        self.desk.txn = transaction
        self._controls(transaction)

    def add(self, frames: dict[str, pl.DataFrame]) -> None:
        """Add rows."""
        for name, found in frames.items():
            if found.height:
                self._frames[name].append(found)

    def part(self, *, last: bool = True) -> Parsed:
        """Return what has come together since the last part, and begin the next one."""
        desk = self.desk
        if not self.kinds.total():
            kind = self._others[0] if self._others else "X12"
            records = +self._wanted(self._records_of_part)
            parsed = Parsed(kind, tuple(records) or (_counted(kind),), rejects=desk.rejects, flags=desk.flags)
            parsed.transactions, parsed.records = self._delivered, records.total()
            parsed.unusable = "NO_ISA: no ISA segment with usable delimiters"
            if self.usable:
                parsed.unusable = (
                    "UNSUPPORTED: no set that is read here" if self._others else "EMPTY: no transaction set"
                )
            if records and self.usable and not self._others:
                parsed.unusable += f"; records outside of any: {records.total()}"
            return parsed
        kind = self.kinds.most_common(1)[0][0]
        if last and sum(1 for number in self.kinds.values() if number) > 1:
            desk.flags.append(Flag("MIXED_KINDS", "the file holds " + ", ".join(sorted(+self.kinds))))
        # Records of a family that has no transaction here (a claim outside any, say) still have to be told of.
        counted = tuple(t for t in FEED if FEED[t] == self.feed or (self.feed is None and self._records[t]))
        parsed = Parsed(
            kind,
            counted or (_counted(kind),),
            self._tables(),
            desk.rejects,
            desk.flags,
            sum(self._records_of_part[table] for table in counted),
            transactions=self._delivered,
            balances=[Balance(level, **counts) for level, counts in sorted(desk.balances.items())],
        )
        desk.clear()
        self._frames, self._delivered, self._records_of_part = defaultdict(list), [], Counter()
        return parsed

    def _tables(self) -> Tables:
        feeds = dict.fromkeys(FEED[_counted(found)] for found in sorted(+self.kinds))
        names = [table.name for feed in feeds for table in FEEDS[feed]]
        rows = {name: self.desk.rows[name] for name in names if name not in self._frames}
        frames = {}
        for name, found in self._frames.items():
            plain = self.desk.rows[name]
            whole = [*found, frame(TABLES[name], plain)] if plain else found
            frames[name] = pl.concat(whole, rechunk=False) if len(whole) > 1 else whole[0]
        return Tables(frames, rows, build=lambda name, found: frame(TABLES[name], found))

    def _wanted(self, records: Counter[str]) -> Counter[str]:
        return Counter({t: n for t, n in records.items() if self.feed is None or FEED[t] == self.feed})

    def _reject_foreign(self, records: Counter[str], table: str | None) -> None:
        """Reject the records of other sets in a transaction."""
        txn = self.desk.txn
        foreign = Counter({name: number for name, number in self._wanted(records).items() if name != table})
        if foreign:
            reason = f"UNEXPECTED: a record of another set in {txn.place}"
            self.desk.reject_all(foreign, reason, txn.number, txn.first)

    def _deliver(self, transaction: Transaction, kind: str, records: int, problem: str | None) -> None:
        isa = transaction.interchange.isa
        self._delivered.append(
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

    def _controls(self, transaction: Transaction) -> None:
        """Flag a transaction whose control numbers were used before in the file; it is loaded all the same."""
        isa = transaction.interchange.isa
        key = (at(isa, 6), at(isa, 8), at(isa, 13), transaction.group.control, transaction.control)
        digest = transaction.body_hash
        known = self._seen.get(key)
        self._seen.setdefault(key, digest)
        if known is not None:
            code = "DUPLICATE_TXN" if known == digest else "CONTROL_REUSE"
            body = "the same body" if known == digest else "another body"
            message = f"{transaction.place} repeats the control numbers of an earlier one with {body}"
            self.desk.flag(code, message, transaction.first)


def _problem(transaction: Transaction, segments: list[list[str]]) -> str | None:
    """Say why a transaction is rejected whole, if it is."""
    if not transaction.closed:
        return f"TRUNCATED: {transaction.place} has no SE"
    bad = bad_segment(segments)
    if bad is not None:
        return (
            f"BAD_SEGMENT: {transaction.place} has an invalid segment id at segment {transaction.first + bad}"
        )
    return None


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the cycle collector out of a parse that makes millions of objects and no garbage: it nearly halves the speed."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
