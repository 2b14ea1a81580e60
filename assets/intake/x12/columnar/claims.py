"""Claims by columns: the loops and values of regular 837 transactions, equal to those of `x12/claims.py`.

Belongs here: which loop every segment of an 837 stands in, and the values of its claims, lines and diagnoses.
Does not belong here: parties (`parties.py`), other payers (`other_payers.py`) and the frames (`claim_frames.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.intake.x12.claim_rows import DIAGNOSES
from assets.intake.x12.claims import VERSIONS, claim_type
from assets.intake.x12.columnar.other_payers import OtherPayers
from assets.intake.x12.columnar.parties import Parties
from assets.intake.x12.columnar.sets import last_of, sums
from assets.intake.x12.columnar.tokens import ID, NAMES, among, code, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.sets import Sets
    from assets.intake.x12.columnar.tokens import Spans
    from assets.intake.x12.columnar.values import Values

SERVICES = ("SV1", "SV2", "SV3")
_PLACES = {
    "procedure": (1, 2, 1),
    "charge": (2, 3, 2),
    "unit": (3, 4, 0),
    "quantity": (4, 5, 6),
    "place": (5, 0, 0),
    "pointers": (7, 0, 0),
}
"""Where SV1, SV2 and SV3 keep what; 0 is nowhere."""
_DATED = ("434", "472", "435")
_PRINCIPAL = [code("ABK"), code("BK")]
_LONGEST_NUMBER = 9


def claim_kind(sets: Sets, i: int) -> str:
    """Return 837P, 837I or 837D for a transaction."""
    transaction, first = sets.transactions[i], int(sets.firsts[i])
    kinds = sets.tokens.kinds[first : first + transaction.length]
    found = []
    if not any(guide in transaction.version for guide in VERSIONS):
        services = np.flatnonzero(named(SERVICES)[kinds])
        found = [[NAMES[kinds[services[0]] - 2]]] if len(services) else []
    return "837" + claim_type(transaction.version, found)


class ClaimLoops:
    """Where every segment stands. `context` is the CLM, SBR, LX or SVD whose loop is open there."""

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        kinds = sets.tokens.kinds
        owned = sets.owner >= 0
        index = np.arange(len(kinds), dtype=sets.tokens.starts.dtype)
        last = np.maximum.accumulate(np.where(sets.of("ST", "HL", "CLM"), index, 0))
        self.inside = (kinds[last] == ID["CLM"]) & owned
        self.outside = ~self.inside & owned
        self.context = np.maximum.accumulate(
            np.where(sets.of("ST", "HL", "CLM", "SBR", "LX", "SVD"), index, 0)
        )
        self.loop = np.where(self.inside, kinds[self.context], 0)
        is_claim, is_line = sets.of("CLM"), sets.of("LX") & self.inside
        self.claims, self.lines = np.flatnonzero(is_claim), np.flatnonzero(is_line)
        self.claim_of = np.cumsum(is_claim) - 1
        self.line_of = np.cumsum(is_line) - 1

    def within(self, *names: str, loop: tuple[str, ...] = ()) -> NDArray[np.int64]:
        """Return the segments of the names that stand in a claim, or in one of the loops only."""
        found = np.flatnonzero(self.sets.of(*names) & self.inside)
        return found[among(self.loop[found], [ID[name] for name in loop])] if loop else found


class ClaimValues:
    """All that is read of claims, their lines and diagnoses; raises doubts on the way."""

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        self.loops = loops = ClaimLoops(sets)
        self.kinds = np.array([claim_kind(sets, i) for i in range(len(sets.transactions))], dtype=np.str_)
        claims = loops.claims
        sets.demand(claims, sets.filled(claims, 1))
        self.charge = sets.money(claims, 2)
        sets.demand(claims, self.charge.known)
        self.parties = Parties(sets, claims, loops.outside)
        self._lines()
        self._own()
        self._dates()
        self._diagnoses()
        self.others = OtherPayers(sets, loops)

    def service(self, what: str) -> Spans:
        """Return what the service segments of the lines keep."""
        places = self._places(what)
        return self.sets.tokens.element(np.where(places > 0, self.services, -1), places)

    def _places(self, what: str) -> NDArray[np.int64]:
        return np.array(_PLACES[what])[self.service_kinds]

    def _lines(self) -> None:
        sets, loops = self.sets, self.loops
        services = sets.which(*SERVICES)
        in_line = among(loops.loop[services], [ID["LX"], ID["SVD"]])
        sets.doubt(services[~in_line])
        services = services[in_line]
        own = np.bincount(loops.line_of[services], minlength=len(loops.lines))
        sets.demand(loops.lines, own == 1)
        self.services = last_of(loops.line_of[services], services, len(loops.lines))
        self.service_kinds = np.clip(sets.tokens.kinds[self.services].astype(np.int64) - ID["SV1"], 0, 2)
        places = self._places("quantity")
        self.line_charge = sets.money(self.services, self._places("charge"))
        self.units = sets.quantity(np.where(places > 0, self.services, -1), places)
        self.numbers, readable = _line_numbers(sets, loops.lines)
        claims = loops.claim_of[loops.lines]
        rising = np.ones(len(loops.lines), dtype=np.bool_)
        rising[1:] = (np.diff(self.numbers) > 0) | (np.diff(claims) > 0)
        sets.demand(loops.lines, rising & readable)
        references = loops.within("REF", loop=("LX",))
        references = references[sets.codes(references, 1) == code("6R")]
        self.controls = last_of(loops.line_of[references], references, len(loops.lines))

    def _own(self) -> None:
        """Take what the claim's own loop says: references and the rendering (institutional: attending) provider."""
        sets, loops, size = self.sets, self.loops, len(self.loops.claims)
        references = loops.within("REF", loop=("CLM",))
        qualifiers, claims = sets.codes(references, 1), loops.claim_of[references]
        self.original, self.clearinghouse = (
            last_of(claims[qualifiers == code(which)], references[qualifiers == code(which)], size)
            for which in ("F8", "D9")
        )
        names = loops.within("NM1", loop=("CLM",))
        role = np.where(self.kinds[sets.owner[names]] == "837I", code("71"), code("82"))
        names = names[sets.codes(names, 1) == role]
        rendering = last_of(loops.claim_of[names], names, size)
        self.rendering = np.where(among(sets.codes(rendering, 8), [0, code("XX")]), rendering, -1)

    def _dates(self) -> None:
        sets, loops = self.sets, self.loops
        dtp = loops.within("DTP", loop=("CLM", "LX", "SVD"))
        qualifiers = sets.codes(dtp, 1)
        dated = among(qualifiers, [code(each) for each in _DATED])
        dtp, qualifiers = dtp[dated], qualifiers[dated]
        first, last = sets.days(dtp, sets.element(dtp, 3))
        rows, loop, size = np.arange(len(dtp)), loops.loop[dtp], len(loops.claims)
        chosen = []
        for which in _DATED:
            mine = np.flatnonzero((loop == ID["CLM"]) & (qualifiers == code(which)))[::-1]
            # In reverse: the first one of a claim is what stays.
            chosen.append(last_of(loops.claim_of[dtp[mine]], rows[mine], size))
        statement, service, admitted = chosen
        of_claim = np.where(statement >= 0, statement, service)
        self.begin, self.end, self.admitted = first.at(of_claim), last.at(of_claim), first.at(admitted)
        mine = np.flatnonzero((loop == ID["LX"]) & (qualifiers == code("472")))
        of_line = last_of(loops.line_of[dtp[mine]], rows[mine], len(loops.lines))
        self.line_begin, self.line_end = first.at(of_line), last.at(of_line)

    def _diagnoses(self) -> None:
        """Collect diagnosis codes: the HI segment, the element, qualifier and code of each, and its number in the claim."""
        loops, tokens, size = self.loops, self.sets.tokens, len(self.loops.claims)
        health = loops.within("HI")
        counts = tokens.counts[health] - 1
        segments = np.repeat(health, counts)
        at = np.arange(len(segments)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
        composites = tokens.element(segments, at)
        qualifiers, codes = (tokens.component(composites, part) for part in (1, 2))
        names, filled, claims = tokens.codes(qualifiers), codes[1] > codes[0], loops.claim_of[segments]
        drg = np.flatnonzero((names == code("DR")) & filled)[::-1]
        self.drg_at = last_of(claims[drg], drg, size)
        principal = np.flatnonzero(among(names, _PRINCIPAL) & filled)[::-1]
        self.principal_at = last_of(claims[principal], principal, size)
        self.health_codes = codes
        kept = np.flatnonzero(among(names, [code(each) for each in DIAGNOSES]))
        codeless = kept[~filled[kept]]
        self.codeless = list(zip(segments[codeless].tolist(), at[codeless].tolist(), strict=True))
        kept = kept[filled[kept]]
        self.diagnoses, self.diagnosis_at, self.diagnosis_claims = segments[kept], at[kept], claims[kept]
        self.qualifiers, self.codes = ((s[kept], e[kept]) for s, e in (qualifiers, codes))
        self.n_diagnoses = np.bincount(self.diagnosis_claims, minlength=size)
        before = np.cumsum(self.n_diagnoses) - self.n_diagnoses
        self.diagnosis_numbers = np.arange(len(kept)) - before[self.diagnosis_claims] + 1

    def differences(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the claims' charges less those of their lines in cents, and where all of these are known."""
        loops, charges = self.loops, self.line_charge
        claims, size = loops.claim_of[loops.lines], len(loops.claims)
        known = np.bincount(claims[charges.known], minlength=size)
        lines = np.bincount(claims, minlength=size)
        return self.charge.values - sums(claims, charges.values, size), (lines > 0) & (known == lines)

    def line_values(self) -> tuple[Values, Values]:
        """Return the first and the last day of the lines; a line with one day has it as both."""
        return self.line_begin, self.line_end.otherwise(self.line_begin)


def _line_numbers(sets: Sets, lines: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return LX01 as a number, and where it is one of at most nine figures."""
    starts, ends = sets.element(lines, 1)
    lengths, buffer = ends - starts, sets.tokens.buffer
    numbers = np.zeros(len(lines), dtype=np.int64)
    readable = (lengths > 0) & (lengths <= _LONGEST_NUMBER)
    for i in range(min(int(lengths.max(initial=0)), _LONGEST_NUMBER)):
        figure = buffer[np.minimum(starts + i, len(buffer) - 1)] - np.uint8(48)
        inside = lengths > i
        readable &= ~inside | (figure < 10)
        numbers = np.where(inside, numbers * 10 + figure, numbers)
    return numbers, readable
