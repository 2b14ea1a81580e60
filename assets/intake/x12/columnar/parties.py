"""Who a claim of an 837 is about: billing provider, subscriber, payer and patient in force where its CLM stands.

Belongs here: the loops above a claim (2000A to 2010CA). A later HL of the same or a higher level ends what was said before.
Does not belong here: the claim's own loops (`claims.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.intake.x12.columnar.tokens import among, code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets

_NPI = [0, code("XX")]
_ABOVE = {"billing": ("20",), "subscriber": ("20", "22"), "patient": ("20", "22", "23")}


class Parties:
    """For every claim the segments that name its parties, -1 where nobody does. `outside` are segments in no claim."""

    def __init__(self, sets: Sets, claims: NDArray[np.int64], outside: NDArray[np.bool_]) -> None:
        self.sets = sets
        self._claims = claims
        names, levels = np.flatnonzero(sets.of("NM1") & outside), sets.which("HL")
        self._starts = sets.which("ST")
        self._names, self._roles = names, sets.codes(names, 1)
        self._levels, self._kinds = levels, sets.codes(levels, 3)
        bounds = {party: self._bound(kinds) for party, kinds in _ABOVE.items()}
        of_il, of_qc = self._described(outside)
        sbr = self._last(np.flatnonzero(sets.of("SBR") & outside))
        self.subscriber = _after(sbr, bounds["subscriber"])
        self.payer = _after(self._last(self._role("PR")), bounds["subscriber"])
        insured = _after(self._last(self._role("IL")), bounds["subscriber"])
        insured_born = _after(self._last(of_il), bounds["subscriber"])
        patient = _after(self._last(self._role("QC")), bounds["patient"])
        patient_born = _after(self._last(of_qc), np.where(patient >= 0, patient, len(sets.tokens)))
        billing = _after(self._last(self._role("85")), bounds["billing"])
        self.billing = np.where(among(sets.codes(billing, 8), _NPI), billing, -1)
        named = sets.filled(patient, 3) | sets.filled(patient, 4)
        self.member = insured
        self.person = np.where(named, patient, insured)
        self.born = np.where(named, patient_born, insured_born)

    def keys(self) -> tuple[pl.Series, pl.Series]:
        """Return the pseudonyms of members and of patients."""
        sets = self.sets
        last, first = sets.text(self.person, 3), sets.text(self.person, 4)
        whole = pl.concat_str(
            *(part.fill_null("") for part in (last, first, sets.text(self.born, 2))), separator="|"
        )
        people = pl.select(pl.when(last.is_not_null() | first.is_not_null()).then(whole)).to_series()
        return (
            sets.hidden("member", sets.text(self.member, 9)),
            sets.hidden("patient", people),
        )

    def _bound(self, kinds: tuple[str, ...]) -> NDArray[np.int64]:
        """Return, for every claim, the last HL of one of the kinds before it, else its transaction's ST."""
        levels = self._levels[among(self._kinds, [code(kind) for kind in kinds])]
        return self._last(np.union1d(self._starts, levels))

    def _role(self, role: str) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._names[self._roles == code(role)]
        return found

    def _last(self, segments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the last of the segments before every claim, -1 where there is none."""
        return _before(segments, self._claims)

    def _described(self, outside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the DMG segments that tell of a subscriber, and those that tell of a patient.

        A DMG belongs to the name right above it, unless a level began in between.
        """
        births = np.flatnonzero(self.sets.of("DMG") & outside)
        last_name = _before(self._names, births)
        told = last_name > _before(np.union1d(self._starts, self._levels), births)
        births, last_name = births[told], last_name[told]
        roles = self._roles[np.searchsorted(self._names, last_name)]
        return births[roles == code("IL")], births[roles == code("QC")]


def _before(segments: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the last of the segments before every place, -1 where there is none."""
    if not len(segments):
        return np.full(len(places), -1, dtype=np.int64)
    at = np.searchsorted(segments, places) - 1
    return np.where(at >= 0, segments[at], -1)


def _after(found: NDArray[np.int64], bound: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what was found after the bound; -1 for what stands before it."""
    return np.where(found > bound, found, -1)
