"""837 professional and institutional claims of the sample office.

Belongs here: the segments of a claim and of its batch. Does not belong here: which claims are sent when (`front.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.payers import BILLING_NPI
from assets.sample.season import compact
from assets.sample.x12 import CLEARINGHOUSE, OFFICE, Transaction, usd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.sample.claims import Claim


def batch(claims: Iterable[Claim], reference: str, control: str, ordinal: int, clock: str) -> Transaction:
    """Return an 837 transaction set: one billing provider, one subscriber loop per claim."""
    out = [
        f"BHT*0019*00*{reference}*{compact(ordinal)}*{clock}*CH",
        f"NM1*41*2*SAMPLE OFFICE*****46*{OFFICE}",
        "PER*IC*SAMPLE CONTACT*TE*5555550100",
        f"NM1*40*2*SAMPLE CLEARINGHOUSE*****46*{CLEARINGHOUSE}",
        "HL*1**20*1",
        f"NM1*85*2*SAMPLE CLINIC*****XX*{BILLING_NPI}",
        "N3*1 SAMPLE STREET",
        "N4*SAMPLETOWN*IL*606010000",
        "REF*EI*000000000",
    ]
    level = 1
    for claim in claims:
        level = _subscriber(out, claim, level)
        _claim(out, claim)
    return Transaction(out, control)


def _subscriber(out: list[str], claim: Claim, level: int) -> int:
    """Add the hierarchy above a claim and return the last level used; one patient in eight is a dependent."""
    dependent = claim.patient % 8 == 0
    payer, street = claim.payer, claim.patient % 900 + 1
    out += (
        f"HL*{level + 1}*1*22*{int(dependent)}",
        f"SBR*P*{'' if dependent else '18'}*******{payer.filing}",
        f"NM1*IL*1*SYNTHETIC*{'HOLDER' if dependent else 'PATIENT'}{claim.patient}****MI*{claim.member}",
    )
    person = (
        f"N3*{street} SAMPLE AVENUE",
        "N4*SAMPLETOWN*IL*606010000",
        f"DMG*D8*{1940 + claim.patient % 75}{claim.patient % 12 + 1:02d}{claim.patient % 28 + 1:02d}*{'FM'[claim.patient % 2]}",
    )
    if not dependent:
        out += person
    out.append(f"NM1*PR*2*{payer.name}*****PI*{payer.code}")
    if not dependent:
        return level + 1
    out += (
        f"HL*{level + 2}*{level + 1}*23*0",
        "PAT*19",
        f"NM1*QC*1*SYNTHETIC*PATIENT{claim.patient}",
        *person,
    )
    return level + 2


def _claim(out: list[str], claim: Claim) -> None:
    day = compact(claim.service)
    references = [f"REF*F8*{claim.payer_ref}"] if claim.frequency == "7" else []
    references.append(f"REF*D9*{claim.clearing_ref}")
    if claim.kind == "P":
        out.append(f"CLM*{claim.pcn}*{usd(claim.charge)}***11:B:{claim.frequency}*Y*A*Y*Y")
        out += references
        first, *rest = claim.diagnoses
        out.append("*".join((f"HI*ABK:{first}", *(f"ABF:{code}" for code in rest))))
        out.append(f"NM1*82*1*SAMPLE*PROVIDER{claim.npi[5:9]}****XX*{claim.npi}")
    else:
        _institutional(out, claim, references, day)
    for i, (code, revenue, charge, units) in enumerate(claim.lines, 1):
        out.append(f"LX*{i}")
        if revenue:
            procedure = f"HC:{code}" if code else ""
            out.append(f"SV2*{revenue}*{procedure}*{usd(charge)}*UN*{units}")
        else:
            modifier = ":25" if code.startswith("992") and len(claim.lines) > 2 else ""
            out.append(f"SV1*HC:{code}{modifier}*{usd(charge)}*UN*{units}***1")
        out.append(f"DTP*472*D8*{day}")
        out.append(f"REF*6R*{claim.pcn}L{i}")


def _institutional(out: list[str], claim: Claim, references: list[str], day: str) -> None:
    inpatient = claim.setting == "inpatient"
    admitted = compact(claim.service - 3) if inpatient else day
    out.append(
        f"CLM*{claim.pcn}*{usd(claim.charge)}***{'11' if inpatient else '13'}:A:{claim.frequency}**A*Y*Y"
    )
    out.append(f"DTP*434*RD8*{admitted}-{day}")
    if inpatient:
        out.append(f"DTP*435*DT*{admitted}0900")
    out.append("CL1*1*9*01")
    out += references
    first, *rest = claim.diagnoses
    out.append(f"HI*ABK:{first}")
    if claim.drg:
        out.append(f"HI*DR:{claim.drg}")
    if rest:
        out.append("*".join(("HI", *(f"ABF:{code}" for code in rest))))
    out.append(f"NM1*71*1*SAMPLE*PROVIDER{claim.npi[5:9]}****XX*{claim.npi}")
