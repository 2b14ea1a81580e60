"""Coordination of benefits by columns: loops 2320, 2330 and 2430 of regular 837 transactions, as in `x12/other_payers.py`.

Belongs here: the values of other payers, their payments and adjustments. Does not belong here: the frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.columnar.adjustments import Adjustments
from assets.intake.x12.columnar.sets import last_of
from assets.intake.x12.columnar.tokens import ID, among, code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.claims import ClaimLoops
    from assets.intake.x12.columnar.sets import Sets
    from assets.intake.x12.columnar.values import Values

AMOUNTS = {"D": "paid", "EAF": "liability", "A8": "non_covered"}


class OtherPayers:
    """SBR and SVD loops in claims; `payer_of` and `payment_of` say which of them a segment stands in."""

    def __init__(self, sets: Sets, loops: ClaimLoops) -> None:
        self.sets = sets
        self.loops = loops
        self.payers, self.payments = loops.within("SBR"), sets.which("SVD")
        self.payer_of, self.payment_of = (
            _ordinals(found, len(sets.tokens)) for found in (self.payers, self.payments)
        )
        # An SVD belongs to the line that is open before it; a line ends at the SBR or CLM that follows.
        openers = sets.which("ST", "HL", "CLM", "SBR", "LX")
        opened = openers[np.searchsorted(openers, self.payments) - 1]
        in_line = loops.inside[self.payments] & (sets.tokens.kinds[opened] == ID["LX"])
        sets.doubt(self.payments[~in_line])
        self.payment_lines = np.where(in_line, loops.line_of[self.payments], -1)
        cas = sets.which("CAS")
        in_loop = among(loops.loop[cas], [ID["SBR"], ID["SVD"]])
        sets.doubt(cas[~in_loop])
        self.adjustments = Adjustments(sets, cas[in_loop])
        first = np.searchsorted(self.payers, loops.claims)
        self.numbers = np.arange(len(self.payers)) - first[loops.claim_of[self.payers]] + 1
        self._names()
        self._dates()
        self._amounts()
        self.paid = sets.money(self.payments, 2)
        sets.demand(self.payments, self.paid.known)
        self.units = sets.quantity(self.payments, 5)

    def _names(self) -> None:
        """Take names and references; a reference belongs to the name above it in the same loop."""
        sets, loops, size = self.sets, self.loops, len(self.payers)
        names = loops.within("NM1", loop=("SBR",))
        roles = sets.codes(names, 1)
        self.names, self.insured = (
            last_of(self.payer_of[names[roles == role]], names[roles == role], size)
            for role in (code("PR"), code("IL"))
        )
        references = loops.within("REF", loop=("SBR",))
        references = references[sets.codes(references, 1) == code("F8")]
        above = np.searchsorted(names, references) - 1
        named = np.where(above >= 0, names[np.maximum(above, 0)] if len(names) else -1, -1)
        role = np.where(above >= 0, roles[np.maximum(above, 0)] if len(names) else 0, 0)
        references = references[(named > loops.context[references]) & (role == code("PR"))]
        self.references = last_of(self.payer_of[references], references, size)

    def _dates(self) -> None:
        sets, loops = self.sets, self.loops
        dtp = loops.within("DTP", loop=("SBR", "SVD"))
        dtp = dtp[sets.codes(dtp, 1) == code("573")]
        first, _ = sets.days(dtp, sets.element(dtp, 3))
        rows, of_payer = np.arange(len(dtp)), loops.loop[dtp] == ID["SBR"]
        self.adjudicated = first.at(last_of(self.payer_of[dtp[of_payer]], rows[of_payer], len(self.payers)))
        self.line_adjudicated = first.at(
            last_of(self.payment_of[dtp[~of_payer]], rows[~of_payer], len(self.payments))
        )

    def _amounts(self) -> None:
        sets, loops = self.sets, self.loops
        amt = loops.within("AMT", loop=("SBR", "SVD"))
        kinds, of_payer = sets.codes(amt, 1), loops.loop[amt] == ID["SBR"]
        wanted = (of_payer & among(kinds, [code(kind) for kind in AMOUNTS])) | (kinds == code("EAF"))
        amt, kinds, of_payer = amt[wanted], kinds[wanted], of_payer[wanted]
        found, rows = sets.money(amt, 2), np.arange(len(amt))
        self.amounts: dict[str, Values] = {}
        for kind, name in AMOUNTS.items():
            mine = of_payer & (kinds == code(kind))
            self.amounts[name] = found.at(last_of(self.payer_of[amt[mine]], rows[mine], len(self.payers)))
        self.liability = found.at(
            last_of(self.payment_of[amt[~of_payer]], rows[~of_payer], len(self.payments))
        )

    def adjusted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return, for every adjustment, the payer and the payment that it belongs to; -1 for the one that it does not."""
        segments = self.adjustments.segments
        of_payer = self.loops.loop[segments] == ID["SBR"]
        return np.where(of_payer, self.payer_of[segments], -1), np.where(
            of_payer, -1, self.payment_of[segments]
        )


def _ordinals(found: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return, for every segment, which of the found ones is the last up to it; -1 where there is none."""
    if not len(found):
        # Most files know no other payers, and pay nothing for them.
        return np.broadcast_to(np.int64(-1), size)
    is_found = np.zeros(size, dtype=np.int64)
    is_found[found] = 1
    return np.cumsum(is_found) - 1
