"""Remittances by columns: the rows of regular 835 transactions, equal to those of `x12/remits.py`.

Belongs here: which loop every segment of an 835 stands in, and the values of its claims and lines.
Does not belong here: the frames (`remit_frames.py`), and the payment itself, which the plain reader's own code reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.columnar.adjustments import Adjustments
from assets.intake.x12.columnar.sets import last_of, sums
from assets.intake.x12.columnar.tokens import ID, among, code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets
    from assets.intake.x12.columnar.values import Values

BEGINS = frozenset(code(each) for each in ("472", "150", "232"))
ENDS = frozenset(code(each) for each in ("472", "151", "233"))
_CLAIM_LEVEL = [code("232"), code("233")]
_DATED = [code(each) for each in ("232", "233", "472", "150", "151", "050")]


class Loops:
    """The claims and services of the transactions. A level is a claim itself or one of its services, in file order."""

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        kinds = sets.tokens.kinds
        index = np.arange(len(kinds), dtype=sets.tokens.starts.dtype)
        last = np.maximum.accumulate(np.where(sets.of("ST", "LX", "CLP", "PLB"), index, 0))
        self.inside = (kinds[last] == ID["CLP"]) & (sets.owner >= 0)
        services = sets.of("SVC")
        sets.doubt(np.flatnonzero(services & ~self.inside))
        is_level = sets.of("CLP") | (services & self.inside)
        self.levels = np.flatnonzero(is_level)
        self.claim_levels = np.flatnonzero(kinds[self.levels] == ID["CLP"])
        self.service_levels = np.flatnonzero(kinds[self.levels] == ID["SVC"])
        self.claims, self.services = self.levels[self.claim_levels], self.levels[self.service_levels]
        self.level_of = np.cumsum(is_level) - 1
        self.claim_of = np.cumsum(sets.of("CLP")) - 1
        self.numbers = np.arange(len(self.levels)) - self.claim_levels[self.claim_of[self.levels]]

    def within(self, *names: str) -> NDArray[np.int64]:
        """Return the segments of the names that stand in a claim."""
        return np.flatnonzero(self.sets.of(*names) & self.inside)


class RemitValues:
    """All that is read of claims, lines and what belongs to them; raises doubts on the way."""

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        self.loops = loops = Loops(sets)
        claims, services = loops.claims, loops.services
        for position in (1, 2):
            sets.demand(claims, sets.filled(claims, position))
        self.charge, self.paid = (self._needed(claims, position) for position in (3, 4))
        self.patient = sets.money(claims, 5)
        self.line_charge, self.line_paid = (self._needed(services, position) for position in (2, 3))
        self.units = sets.quantity(services, 5)
        self._names()
        self._dates()
        self._details()
        self.adjustments = Adjustments(sets, loops.within("CAS"))
        self._remarks()
        self._provider()

    def _needed(self, segments: NDArray[np.int64], position: int) -> Values:
        values = self.sets.money(segments, position)
        self.sets.demand(segments, values.known)
        return values

    def _names(self) -> None:
        sets, size = self.sets, len(self.loops.claims)
        names = self.loops.within("NM1")
        roles, claims = sets.codes(names, 1), self.loops.claim_of[names]
        is_npi = among(sets.codes(names, 8), [0, code("XX")])
        wanted = (roles == code("QC"), roles == code("IL"), (roles == code("82")) & is_npi)
        self.patients, self.insured, self.rendering = (
            last_of(claims[which], names[which], size) for which in wanted
        )

    def _dates(self) -> None:
        sets, loops = self.sets, self.loops
        dtm = loops.within("DTM")
        qualifiers = sets.codes(dtm, 1)
        dated = among(qualifiers, _DATED)
        dtm, qualifiers = dtm[dated], qualifiers[dated]
        (starts, ends), (starts_6, ends_6) = sets.element(dtm, 2), sets.element(dtm, 6)
        empty = ends <= starts
        first, last = sets.days(dtm, (np.where(empty, starts_6, starts), np.where(empty, ends_6, ends)))
        rows, claims = np.arange(len(dtm)), loops.claim_of[dtm]
        at_claim = among(qualifiers, _CLAIM_LEVEL)
        levels = np.where(at_claim, loops.claim_levels[claims], loops.level_of[dtm])
        received = qualifiers == code("050")
        self.received = first.at(last_of(claims[received], rows[received], len(loops.claims)))
        begins = among(qualifiers, list(BEGINS)) & first.known
        ends_at = among(qualifiers, list(ENDS)) & last.known
        self.begin = first.at(last_of(levels[begins], rows[begins], len(loops.levels)))
        self.end = last.at(last_of(levels[ends_at], rows[ends_at], len(loops.levels)))

    def _details(self) -> None:
        sets, size = self.sets, len(self.loops.levels)
        references, money = self.loops.within("REF"), self.loops.within("AMT")
        references = references[sets.codes(references, 1) == code("6R")]
        self.controls = last_of(self.loops.level_of[references], references, size)
        money = money[sets.codes(money, 1) == code("B6")]
        allowed = sets.money(money, 2)
        self.allowed = allowed.at(last_of(self.loops.level_of[money], np.arange(len(money)), size))

    def _remarks(self) -> None:
        """Collect remark codes: the segment, the element and the level of each."""
        sets, loops = self.sets, self.loops
        found = []
        for name, positions in (("LQ", (2,)), ("MIA", (5, 20, 21, 22, 23)), ("MOA", (3, 4, 5, 6, 7))):
            segments = loops.within(name)
            for position in positions:
                there = segments[sets.filled(segments, position)]
                levels = loops.level_of[there]
                if name != "LQ":
                    levels = loops.claim_levels[loops.claim_of[there]]
                found.append((there, np.full(len(there), position), levels))
        self.remarks, self.remark_at, self.remark_levels = (
            np.concatenate([each[i] for each in found]) for i in range(3)
        )

    def _provider(self) -> None:
        """Collect the pairs of PLB segments: the segment, the place of the pair and its amount."""
        sets = self.sets
        plb = sets.which("PLB")
        self.fiscal_plb, (self.fiscal, _) = plb, sets.days(plb, sets.element(plb, 2))
        found = []
        for position in range(3, 15, 2):
            there = plb[sets.filled(plb, position) | sets.filled(plb, position + 1)]
            found.append((there, np.full(len(there), position)))
        self.pairs, self.pair_at = (np.concatenate([each[i] for each in found]) for i in range(2))
        self.provider_paid = sets.money(self.pairs, self.pair_at + 1)
        composite = sets.tokens.element(self.pairs, self.pair_at)
        self.reasons, self.references = (sets.tokens.component(composite, part) for part in (1, 2))
        sets.demand(self.pairs, self.provider_paid.known & (self.reasons[1] > self.reasons[0]))

    def differences(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return charge less payment less adjustments in cents, of the lines and of the claims."""
        loops, moved = self.loops, self.adjustments
        adjusted = sums(loops.level_of[moved.segments], moved.amounts.values, len(loops.levels))
        lines = self.line_charge.values - self.line_paid.values - adjusted[loops.service_levels]
        in_claim = sums(loops.claim_of[loops.levels], adjusted, len(loops.claims))
        return lines, self.charge.values - self.paid.values - in_claim
