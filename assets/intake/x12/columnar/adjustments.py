"""CAS segments by columns: the triplets of `x12/adjustments.py`, of many segments at once.

Belongs here: triplets of an 835 and of an 837 alike. Does not belong here: the loop that they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets

_REASONS = range(2, 20, 3)


class Adjustments:
    """Triplets: `segments` and `k` say which, `at` where in the segment the reason stands, then amounts and quantities."""

    def __init__(self, sets: Sets, cas: NDArray[np.int64]) -> None:
        found = []
        for k, position in enumerate(_REASONS, 1):
            longer = cas[sets.tokens.counts[cas] > position]
            there = longer[sets.filled(longer, position) | sets.filled(longer, position + 1)]
            found.append((there, np.full(len(there), k), np.full(len(there), position)))
        self.segments, self.k, self.at = (np.concatenate([each[i] for each in found]) for i in range(3))
        self.reasons = sets.tokens.element(self.segments, self.at)
        self.amounts = sets.money(self.segments, self.at + 1)
        self.quantities = sets.quantity(self.segments, self.at + 2)
        whole = self.amounts.known & (self.reasons[1] > self.reasons[0]) & sets.filled(self.segments, 1)
        sets.demand(self.segments, whole)
