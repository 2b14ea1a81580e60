"""Who a claim of an 837 is about: billing provider, subscriber, payer and patient in force where its CLM stands.

Belongs here: the loops above a claim (2000A to 2010CA). A later HL of the same or a higher level ends what was said before.
Does not belong here: the claim's own loops (`claims.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.intake.x12.columnar.tokens import code
from assets.intake.x12.columnar.values import mapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets

_NPI = [0, code("XX")]
_ABOVE = {"billing": ("20",), "subscriber": ("20", "22"), "patient": ("20", "22", "23")}


class Parties:
    """For every claim the segments that name its parties, -1 where nobody does. `outside` are segments in no claim."""

    def __init__(self, sets: Sets, claims: NDArray[np.int64], outside: NDArray[np.bool_]) -> None:
        self.sets = sets
        self._index = np.arange(len(sets.tokens))
        self._claims = claims
        names, levels = np.flatnonzero(sets.of("NM1") & outside), sets.which("HL")
        self._starts = sets.of("ST")
        self._names, self._roles = names, sets.codes(names, 1)
        self._levels, self._kinds = levels, sets.codes(levels, 3)
        bounds = {party: self._bound(kinds) for party, kinds in _ABOVE.items()}
        of_il, of_qc = self._described(outside)
        sbr = self._last(sets.of("SBR") & outside)
        self.subscriber = _after(sbr, bounds["subscriber"])
        self.payer = _after(self._last(self._role("PR")), bounds["subscriber"])
        insured = _after(self._last(self._role("IL")), bounds["subscriber"])
        insured_born = _after(self._last(of_il), bounds["subscriber"])
        patient = _after(self._last(self._role("QC")), bounds["patient"])
        patient_born = _after(self._last(of_qc), np.where(patient >= 0, patient, len(self._index)))
        billing = _after(self._last(self._role("85")), bounds["billing"])
        self.billing = np.where(np.isin(sets.codes(billing, 8), _NPI), billing, -1)
        named = sets.filled(patient, 3) | sets.filled(patient, 4)
        self.member = insured
        self.person = np.where(named, patient, insured)
        self.born = np.where(named, patient_born, insured_born)

    def keys(self) -> tuple[pl.Series, pl.Series]:
        """Return the pseudonyms of members and of patients."""
        sets, desk = self.sets, self.sets.desk
        last, first = sets.text(self.person, 3), sets.text(self.person, 4)
        whole = pl.concat_str(
            *(part.fill_null("") for part in (last, first, sets.text(self.born, 2))), separator="|"
        )
        people = pl.select(pl.when(last.is_not_null() | first.is_not_null()).then(whole)).to_series()
        return (
            mapped(sets.text(self.member, 9), lambda found: desk.pseudonym("member", found)),
            mapped(people, lambda found: desk.pseudonym("patient", found.upper())),
        )

    def _bound(self, kinds: tuple[str, ...]) -> NDArray[np.int64]:
        """Return, for every claim, the last HL of one of the kinds before it, else its transaction's ST."""
        mask = self._starts.copy()
        mask[self._levels[np.isin(self._kinds, [code(kind) for kind in kinds])]] = True
        return self._last(mask)

    def _role(self, role: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._index), dtype=np.bool_)
        mask[self._names[self._roles == code(role)]] = True
        return mask

    def _last(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the last segment of the mask before every claim, -1 where there is none."""
        return self._running(mask)[self._claims]

    def _running(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.maximum.accumulate(np.where(mask, self._index, -1))

    def _described(self, outside: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the DMG segments that tell of a subscriber, and those that tell of a patient.

        A DMG belongs to the name right above it, unless a level began in between.
        """
        ends, named = self._starts.copy(), np.zeros(len(self._index), dtype=np.bool_)
        ends[self._levels] = True
        named[self._names] = True
        last_name, last_end = self._running(named), self._running(ends)
        birth = self.sets.of("DMG") & outside & (last_name > last_end)
        found = []
        for role in ("IL", "QC"):
            is_role = self._role(role)
            found.append(birth & is_role[np.maximum(last_name, 0)])
        return found[0], found[1]


def _after(found: NDArray[np.int64], bound: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what was found after the bound; -1 for what stands before it."""
    return np.where(found > bound, found, -1)
