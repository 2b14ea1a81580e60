"""The transactions of one family in a block, and which of them the columnar reader has to leave to the plain one.

Belongs here: which segment belongs to which transaction, places of rows, doubts. Does not belong here: any one family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.intake.x12.columnar.tokens import BAD, ENVELOPE, ID, OTHER, named
from assets.intake.x12.columnar.values import Values, amounts, days
from assets.intake.x12.columnar.values import text as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assets.intake.contracts import Table
    from assets.intake.x12.columnar.tokens import Spans, Tokens
    from assets.intake.x12.desk import Desk
    from assets.intake.x12.envelope import Transaction

_STATUSES = ("STC", "CTX", "AK9", "IK5", "AK5")
_OUTSIDE = tuple(name for name in ENVELOPE if name not in {"ST", "SE"})


class Sets:
    """Some transactions of a block. A transaction in doubt is `odd`: the plain reader gets it."""

    def __init__(
        self, tokens: Tokens, base: int, transactions: Sequence[Transaction], desk: Desk, foreign: str
    ) -> None:
        self.tokens = tokens
        self.base = base
        self.transactions = transactions
        self.desk = desk
        self.odd = np.zeros(len(transactions), dtype=np.bool_)
        self.numbers = np.array([each.number for each in transactions], dtype=np.int64)
        self.firsts = np.array([each.first - base for each in transactions], dtype=np.int64)
        lengths = np.array([each.length for each in transactions], dtype=np.int64)
        self.owner = np.full(len(tokens), -1, dtype=np.int64)
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        self.owner[np.repeat(self.firsts, lengths) + within] = np.repeat(
            np.arange(len(transactions)), lengths
        )
        owned = self.owner >= 0
        self._kinds = np.where(owned, tokens.kinds, OTHER)
        self.doubt(self.which(*_OUTSIDE, *_STATUSES, foreign))
        self.doubt(np.flatnonzero((tokens.kinds == BAD) & owned))

    def settle(self) -> bool:
        """Leave the odd transactions out from now on; return whether there were any more since the last time."""
        leaving = (self.owner >= 0) & self.odd[self.owner]
        self.owner[leaving], self._kinds[leaving] = -1, OTHER
        return bool(leaving.any())

    def which(self, *names: str) -> NDArray[np.int64]:
        """Return the segments of the names, in order."""
        return np.flatnonzero(self.of(*names))

    def of(self, *names: str) -> NDArray[np.bool_]:
        """Return which segments are of one of the names."""
        if len(names) == 1:
            found: NDArray[np.bool_] = self._kinds == ID[names[0]]
            return found
        return named(names)[self._kinds]

    def doubt(self, segments: NDArray[np.int64]) -> None:
        """Leave the transactions of the segments to the plain reader."""
        self.odd[self.owner[segments]] = True

    def element(self, segments: NDArray[np.int64], position: int) -> Spans:
        """Return an element of every segment; empty for segment -1."""
        return self.tokens.element(segments, position)

    def text(self, segments: NDArray[np.int64], position: int) -> pl.Series:
        """Return an element of every segment as text; null where it is empty."""
        return texts(self.tokens, self.element(segments, position))

    def codes(self, segments: NDArray[np.int64], position: int) -> NDArray[np.int64]:
        """Return an element of every segment as a number: see `tokens.code`."""
        return self.tokens.codes(self.element(segments, position))

    def filled(self, segments: NDArray[np.int64], position: int) -> NDArray[np.bool_]:
        """Return where an element is not empty."""
        starts, ends = self.element(segments, position)
        return ends > starts

    def money(self, segments: NDArray[np.int64], position: int | NDArray[np.int64]) -> Values:
        """Return amounts in cents; one that cannot be read is a reason for doubt."""
        return self._sure(
            amounts(self.tokens, self.tokens.element(segments, position), self.desk.money, 2), segments
        )

    def quantity(self, segments: NDArray[np.int64], position: int | NDArray[np.int64]) -> Values:
        """Return quantities in thousandths; one that cannot be read is a reason for doubt."""
        return self._sure(
            amounts(self.tokens, self.tokens.element(segments, position), self.desk.number, 3), segments
        )

    def days(self, segments: NDArray[np.int64], spans: Spans) -> tuple[Values, Values]:
        """Return both ends of dates or ranges; what cannot be read is a reason for doubt."""
        first, last = days(self.tokens, spans, self.desk.days)
        return self._sure(first, segments), self._sure(last, segments)

    def hidden(self, kind: str, values: pl.Series) -> pl.Series:
        """Return the pseudonyms of the values; null stays null."""
        return pl.Series(self.desk.pseudonyms(kind, values.to_list()), dtype=pl.String)

    def demand(self, segments: NDArray[np.int64], known: NDArray[np.bool_]) -> None:
        """Doubt the transactions of the segments for which something that is needed is not there."""
        self.doubt(segments[~known])

    def _sure(self, values: Values, segments: NDArray[np.int64]) -> Values:
        self.doubt(segments[values.unreadable])
        return values

    def places(self, segments: NDArray[np.int64], k: NDArray[np.int64] | None = None) -> dict[str, pl.Series]:
        """Return the columns that say where a row comes from."""
        ks = np.zeros(len(segments), dtype=np.int32) if k is None else k
        return {
            "txn_no": pl.Series(self.numbers[self.owner[segments]], dtype=pl.Int64).cast(pl.Int32),
            "row_no": pl.Series(segments + self.base),
            "k": pl.Series(ks).cast(pl.Int32),
        }

    def per_transaction(self, values: Sequence[str | None], segments: NDArray[np.int64]) -> pl.Series:
        """Return, for every segment, the text that belongs to its transaction."""
        return pl.Series(values, dtype=pl.String).gather(pl.Series(self.owner[segments]))


def last_of(places: NDArray[np.int64], values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return an array of the size with the last value for every place, and -1 where there is none."""
    found = np.full(size, -1, dtype=np.int64)
    # NumPy assigns in order, so that of several values for one place the last one stays.
    found[places] = values
    return found


def sums(places: NDArray[np.int64], values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return the exact sum of the values for every place."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, places, values)
    return found


def framed(table: Table, columns: dict[str, pl.Series]) -> pl.DataFrame:
    """Return the columns as a frame in the order of the contract."""
    return pl.DataFrame({name: columns[name] for name in (*table.column_names, "txn_no", "row_no", "k")})
