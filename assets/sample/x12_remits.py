"""835 remittances of the sample office's payers.

Belongs here: the segments of a payment and its claims. Does not belong here: what is decided (`adjudication.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.payers import BILLING_NPI, Payer
from assets.sample.season import compact, iso
from assets.sample.x12 import Transaction, usd

if TYPE_CHECKING:
    from assets.sample.adjudication import Adjudication, Adjustment
    from assets.sample.claims import Claim


@dataclass(slots=True)
class Remitted:
    """A claim in a remittance with its decision; `reference` is the payer's claim number."""

    claim: Claim
    decision: Adjudication
    reference: str
    received: int


@dataclass(slots=True)
class Payment:
    """One 835 transaction set, in cents; `provider_adjustment` (reason, amount) takes money away when positive."""

    payer: Payer
    trace: str
    ordinal: int
    claims: list[Remitted]
    provider_adjustment: tuple[str, int] | None = None

    @property
    def amount(self) -> int:
        """Return what arrives at the bank: claims paid less the provider-level adjustment."""
        taken = self.provider_adjustment[1] if self.provider_adjustment else 0
        return sum(item.decision.paid for item in self.claims) - taken


def remittance(payment: Payment, control: str) -> Transaction:
    """Return the 835 of a payment."""
    payer, day = payment.payer, compact(payment.ordinal)
    handling, method = ("I", "ACH*CCP") if payment.amount > 0 else ("H", "NON*")
    named = payer.code in {"SPA01", "SPC03", "SPE05"}
    out = [
        f"BPR*{handling}*{usd(payment.amount)}*C*{method}*01*000000000*DA*0000001*1{payer.code}0000**01*000000000*DA*0000002*{day}",
        f"TRN*1*{payment.trace}*1{payer.code}0000",
        f"DTM*405*{day}",
        f"N1*PR*{payer.name}*XV*{payer.code}" if named else f"N1*PR*{payer.name}",
        "N3*2 SAMPLE PLAZA",
        "N4*SAMPLETOWN*IL*606010000",
    ]
    if not named:
        out.append(f"REF*2U*{payer.code}")
    out += ("PER*BL*SAMPLE SUPPORT*TE*5555550199", f"N1*PE*SAMPLE CLINIC*XX*{BILLING_NPI}", "LX*1")
    for item in payment.claims:
        _claim(out, item)
    if payment.provider_adjustment:
        reason, amount = payment.provider_adjustment
        out.append(f"PLB*{BILLING_NPI}*{iso(payment.ordinal)[:4]}1231*{reason}:{payment.trace}*{usd(amount)}")
    return Transaction(out, control)


def _cas(adjustments: tuple[Adjustment, ...]) -> list[str]:
    """Return CAS segments: one per group, its reasons as triplets."""
    groups: dict[str, list[str]] = {}
    for group, carc, amount in adjustments:
        if amount:
            groups.setdefault(group, []).append(f"{carc}*{usd(amount)}")
    return [f"CAS*{group}*{'**'.join(triplets)}" for group, triplets in groups.items()]


def _claim(out: list[str], item: Remitted) -> None:
    claim, decision = item.claim, item.decision
    day = compact(claim.service)
    patient = "" if decision.status == "22" else usd(decision.patient)
    place = "11" if claim.setting != "outpatient" else "13"
    tail = f"*{claim.frequency}**{claim.drg}" if claim.drg else f"*{claim.frequency}"
    out.append(
        f"CLP*{claim.pcn}*{decision.status}*{usd(decision.charge)}*{usd(decision.paid)}*{patient}*{claim.payer.filing}"
        f"*{item.reference}*{place}{tail}"
    )
    if decision.adjustments:
        out += _cas(decision.adjustments)
    out.append(f"NM1*QC*1*SYNTHETIC*PATIENT{claim.patient}****MI*{claim.member}")
    out.append(f"NM1*82*1*SAMPLE*PROVIDER{claim.npi[5:9]}****XX*{claim.npi}")
    if decision.remark:
        out.append(
            f"MOA***{decision.remark}" if claim.setting != "inpatient" else f"MIA*0****{decision.remark}"
        )
    out.append(f"DTM*232*{day}")
    out.append(f"DTM*233*{day}")
    out.append(f"DTM*050*{compact(item.received)}")
    for i, (pay, line) in enumerate(zip(decision.lines, claim.lines, strict=False), 1):
        code, revenue, _, units = line
        service = f"HC:{code}" if code else f"NU:{revenue}"
        quantity = f"*{revenue if code else ''}*{units}" if revenue or units != 1 else ""
        out.append(f"SVC*{service}*{usd(pay.charge)}*{usd(pay.paid)}{quantity}")
        out.append(f"DTM*472*{day}")
        out += _cas(pay.adjustments)
        out.append(f"REF*6R*{claim.pcn}L{i}")
        if pay.allowed > 0:
            out.append(f"AMT*B6*{usd(pay.allowed)}")
        if pay.remark:
            out.append(f"LQ*HE*{pay.remark}")
