"""A large file in parts: blocks of bytes to the columnar readers, and odd transactions to the plain ones.

Belongs here: the envelope over blocks, and which transaction goes where. Does not belong here: cutting the blocks
(`blocks.py`) or reading a family (`remits.py`, `claims.py`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.columnar.blocks import Block, Chunk, Unreadable, blocks
from assets.intake.x12.columnar.families import FAMILIES, Family
from assets.intake.x12.columnar.sets import Sets
from assets.intake.x12.columnar.tokens import ENVELOPE, ID, Tokens
from assets.intake.x12.count import scan_bytes, tally
from assets.intake.x12.envelope import Transaction, Walker
from assets.intake.x12.reading import Reading, without_collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.records import Parsed
    from assets.intake.x12.columnar.survey import Survey
    from assets.intake.x12.delimiters import Delimiters

BLOCK = 4 << 20


@dataclass
class _Outside:
    """Segments of an interchange outside any transaction: how many, the ordinal of the first, records among them."""

    segments: int = 0
    first: int = 0
    records: Counter[str] = field(default_factory=Counter)


class Route:
    """Takes the blocks of one file through the readers; envelope and ordinals carry over from block to block."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._walker: Walker | None = None
        self._outside = _Outside()
        self._ordinal = 0
        self._interchanges = 0
        self._transactions = 0
        self._received = 0

    def parts(self, found: Survey, size: int = BLOCK) -> Iterator[Parsed]:
        """Yield the file in parts; the last one is the only one when nothing could be read."""
        read = False
        for each in blocks(found, size):
            if read and self.reading.kinds.total():
                yield self.reading.part(last=False)
            if isinstance(each, Unreadable):
                self.reading.unreadable(each.records, preamble=each.preamble)
            else:
                with without_collection():
                    self._block(each)
            read = True
        yield self.reading.part()

    def _block(self, block: Block) -> None:
        self.reading.usable = True
        data = b"".join(chunk.data for chunk in block.chunks)
        self.reading.count(scan_bytes(data, block.delimiters))
        tokens = Tokens(data, block.delimiters)
        base = self._ordinal + 1
        offsets = np.cumsum([0, *(len(chunk.data) for chunk in block.chunks)])
        bounds = np.searchsorted(tokens.starts, offsets)
        enveloping = np.flatnonzero(tokens.of(*ENVELOPE))
        transactions: list[Transaction] = []
        for chunk, first, last in zip(block.chunks, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            inside = enveloping[np.searchsorted(enveloping, first) : np.searchsorted(enveloping, last)]
            found = self._chunk(chunk, tokens, base, (first, last), inside.tolist())
            transactions += found
        self._ordinal += len(tokens)
        self._read(tokens, base, transactions)

    def _chunk(
        self, chunk: Chunk, tokens: Tokens, base: int, bounds: tuple[int, int], enveloping: list[int]
    ) -> list[Transaction]:
        """Take the walker through a chunk; return the transactions in it."""
        if chunk.begins:
            self._begin(chunk, base + bounds[0] - 1)
        walker, last = self._walker, base + bounds[1] - 1
        assert walker is not None  # noqa: S101 - the first chunk of an interchange has made one
        for i in enveloping:
            walker.step(tokens.split(i), base + i)
        # What follows is an ST or nothing, and either ends an open transaction.
        walker.leave(last)
        transactions = walker.interchange.transactions[:]
        walker.interchange.transactions.clear()
        self._stray(tokens, base, bounds, transactions)
        if chunk.ends:
            walker.finish(last)
        self._transactions = walker.transactions
        self._account(walker, ended=chunk.ends)
        return transactions

    def _begin(self, chunk: Chunk, ordinal: int) -> None:
        declared, used = chunk.stretch.declared, chunk.stretch.used
        assert declared is not None  # noqa: S101 - a chunk lies in an interchange with delimiters
        assert used is not None  # noqa: S101
        self._interchanges += 1
        self._walker = Walker(self._interchanges, declared, used, ordinal, self._transactions)
        self._outside = _Outside()

    def _stray(
        self, tokens: Tokens, base: int, bounds: tuple[int, int], transactions: list[Transaction]
    ) -> None:
        first, last = bounds
        covered = np.zeros(last - first + 1, dtype=np.int64)
        begins = np.array([each.first for each in transactions], dtype=np.int64) - base - first
        ends = np.array([each.last for each in transactions], dtype=np.int64) + 1 - base - first
        np.add.at(covered, begins, 1)
        np.add.at(covered, ends, -1)
        enveloping = tokens.of(*ENVELOPE)[first:last]
        stray = np.flatnonzero((np.cumsum(covered)[:-1] == 0) & ~enveloping)
        if len(stray):
            self._outside.first = self._outside.first or base + first + int(stray[0])
            self._outside.segments += len(stray)
            split = [tokens.split(first + i) for i in stray.tolist()]
            self._outside.records.update(tally(split, tokens.delimiters.component))

    def _account(self, walker: Walker, *, ended: bool) -> None:
        """Hand over flags and receipts; a receipt takes its date from the first group, so it waits for one."""
        interchange = walker.interchange
        self.reading.desk.flags.extend(interchange.flags)
        interchange.flags.clear()
        if ended or interchange.groups:
            self.reading.receipts(interchange)
            interchange.receipts.clear()
        if ended and self._outside.segments:
            outside = self._outside
            self.reading.outside(outside.segments, outside.first, outside.records)

    def _read(self, tokens: Tokens, base: int, transactions: list[Transaction]) -> None:
        """Read the transactions of a block: by columns what is regular, the others one by one."""
        taken: dict[int, tuple[str, int]] = {}
        hashed = _Bodies(tokens, base)
        for set_id, family in FAMILIES.items():
            mine = [each for each in transactions if each.set_id == set_id and each.closed]
            if mine and self.reading.is_wanted(set_id):
                hashed.fill(mine)
                taken.update(self._read_family(tokens, base, mine, family))
        for transaction in transactions:
            if transaction.number in taken:
                self.reading.admit(transaction, *taken[transaction.number])
            elif self._is_needed(transaction, tokens, base):
                first = transaction.first - base
                transaction.raw = tokens.texts(first, first + transaction.length - 1)
                self.reading.transaction(transaction)

    def _read_family(
        self, tokens: Tokens, base: int, transactions: list[Transaction], family: Family
    ) -> dict[int, tuple[str, int]]:
        """Add the rows of the regular transactions; return their kinds and records by number."""
        sets = Sets(tokens, base, transactions, self.reading.desk, family.foreign)
        found = family.read(sets)
        self.reading.add(found.frames())
        records = np.bincount(sets.owner[sets.which(family.record)], minlength=len(transactions))
        return {
            each.number: (family.kind(sets, i), int(records[i]))
            for i, each in enumerate(transactions)
            if not sets.odd[i]
        }

    def _is_needed(self, transaction: Transaction, tokens: Tokens, base: int) -> bool:
        """Tell whether a transaction has to be read: not one of another feed that holds nothing of this one."""
        if self.reading.is_wanted(transaction.set_id):
            return True
        first = transaction.first - base
        kinds = tokens.kinds[first : first + transaction.length]
        return bool(
            np.isin(kinds, [ID[name] for name in ("CLM", "CLP", "STC", "CTX", "AK9", "IK5", "AK5")]).any()
        )


class _Bodies:
    """Hashes the bodies of transactions where they lie."""

    def __init__(self, tokens: Tokens, base: int) -> None:
        self.tokens = tokens
        self.base = base
        self.table = _standard(tokens.delimiters)

    def fill(self, transactions: list[Transaction]) -> None:
        """Give every transaction the `body_hash` that it would compute from its segments."""
        tokens = self.tokens
        for transaction in transactions:
            first = transaction.first - self.base
            last = first + transaction.length - 1
            if tokens.clean:
                body = tokens.data[
                    tokens.ends[first] + 1 : max(tokens.ends[last - 1], tokens.ends[first] + 1)
                ]
            else:
                body = self.tokens.delimiters.terminator.join(tokens.texts(first, last)[1:-1]).encode()
            digest = hashlib.blake2b(body.translate(self.table), digest_size=8)
            transaction.body_hash = digest.hexdigest()


def _standard(used: Delimiters) -> bytes:
    """Return the table that puts `*`, `:` and line feeds in place of the delimiters."""
    given = (used.element + used.component + used.terminator).encode()
    return bytes.maketrans(given, b"*:\n")
