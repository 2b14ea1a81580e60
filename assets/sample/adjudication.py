"""What a payer decides about a claim, in amounts that balance.

Belongs here: allowed, paid, adjustments and reasons, as an 835 tells them. Does not belong here: writing an 835 (`x12_remits.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.eligibility import reason
from assets.sample.payers import CARC_REMARK

if TYPE_CHECKING:
    import random

    from assets.sample.claims import Claim

Adjustment = tuple[str, str, int]
"""Group, reason (CARC) and amount in cents."""


@dataclass(slots=True)
class LinePay:
    """A paid or denied service line, in cents: charge - paid = sum of the adjustments."""

    charge: int
    allowed: int
    paid: int
    adjustments: tuple[Adjustment, ...]
    remark: str = ""


@dataclass(slots=True)
class Adjudication:
    """A decision: `denied` is the charge refused for `carc`; without lines the decision stands at claim level."""

    status: str
    charge: int
    paid: int
    patient: int
    lines: tuple[LinePay, ...]
    adjustments: tuple[Adjustment, ...]
    denied: int = 0
    carc: str = ""
    remark: str = ""

    def reversed(self) -> Adjudication:
        """Return the reversal (CLP02 22): every amount negated."""
        lines = tuple(
            LinePay(-x.charge, -x.allowed, -x.paid, tuple((g, c, -a) for g, c, a in x.adjustments))
            for x in self.lines
        )
        claim = tuple((g, c, -a) for g, c, a in self.adjustments)
        return Adjudication("22", -self.charge, -self.paid, -self.patient, lines, claim)


def adjudicate(claim: Claim, rng: random.Random) -> Adjudication:
    """Decide about a claim by the payer's habits, the complexity and the errors of those who made the claim."""
    carc, whole = "", False
    if not claim.surely_paid and rng.random() < denial_chance(claim):
        codes = [code for code, _ in claim.payer.carcs]
        carc = rng.choices(codes, [weight for _, weight in claim.payer.carcs])[0]
        carc = reason(claim, carc)
        whole = len(claim.lines) == 1 or claim.setting == "inpatient" or rng.random() < 0.6
    cut = 0.75 + 0.5 * rng.random()
    share = "PR", rng.choices(("", "3", "2", "1"), (55, 20, 20, 5))[0]
    if claim.setting == "inpatient":
        return _at_claim_level(claim, carc, cut, share[1])
    return _by_line(claim, (carc, whole), cut, share[1], rng)


def denial_chance(claim: Claim) -> float:
    """Return the chance that something on the claim is denied."""
    people = (claim.coder.error if claim.coder else 1.0, claim.clerk.error if claim.clerk else 1.0)
    chance = (
        claim.payer.denial_rate
        * (0.8, 1.0, 1.45)[claim.complexity]
        * (0.4 + 0.3 * people[0] + 0.3 * people[1])
    )
    return min(chance * (1.0 if claim.version == 1 else 1.3), 0.8)


def _patient_part(allowed: int, kind: str) -> int:
    if kind == "3":
        return min(allowed, 3000)
    return {"": 0, "2": allowed // 5, "1": allowed}[kind]


def _group(carc: str) -> str:
    return "PR" if carc == "204" else "PI" if carc == "109" else "CO"


def _at_claim_level(claim: Claim, carc: str, cut: float, kind: str) -> Adjudication:
    charge = claim.charge
    if carc:
        refused: Adjustment = (_group(carc), carc, charge)
        return Adjudication("4", charge, 0, 0, (), (refused,), charge, carc, CARC_REMARK.get(carc, ""))
    allowed = int(charge * claim.payer.allowed * cut)
    patient = _patient_part(allowed, kind)
    rows = [("CO", "45", charge - allowed)]
    if patient:
        rows.append(("PR", kind, patient))
    return Adjudication("1", charge, allowed - patient, patient, (), tuple(rows))


def _by_line(
    claim: Claim, denial: tuple[str, bool], cut: float, kind: str, rng: random.Random
) -> Adjudication:
    carc, whole = denial
    victim = int(rng.random() * len(claim.lines))
    pays: list[LinePay] = []
    patient = denied = 0
    for i, (_, _, charge, _) in enumerate(claim.lines):
        if carc and (whole or i == victim):
            pays.append(LinePay(charge, 0, 0, ((_group(carc), carc, charge),), CARC_REMARK.get(carc, "")))
            denied += charge
            continue
        allowed = int(charge * claim.payer.allowed * cut)
        part = _patient_part(allowed, kind) if kind != "3" or i == 0 else 0
        patient += part
        rows: list[Adjustment] = [("CO", "45", charge - allowed)]
        if part:
            rows.append(("PR", kind, part))
        pays.append(LinePay(charge, allowed, allowed - part, tuple(rows)))
    paid = sum(line.paid for line in pays)
    claim_rows: tuple[Adjustment, ...] = ()
    if claim.payer.payer_class == "medicare" and paid > 5000:
        sequester = paid // 50
        paid, claim_rows = paid - sequester, (("CO", "253", sequester),)
    status = (
        "4" if whole and carc and rng.random() < 0.7 else "19" if not carc and rng.random() < 0.02 else "1"
    )
    return Adjudication(status, claim.charge, paid, patient, tuple(pays), claim_rows, denied, carc)
