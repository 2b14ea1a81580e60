"""999 and 277CA acknowledgements of the sample office's batches.

Belongs here: the segments of an acknowledgement. Does not belong here: who gets rejected (`front.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.payers import BILLING_NPI
from assets.sample.season import compact
from assets.sample.x12 import CLEARINGHOUSE, OFFICE, Kind, Transaction, usd

if TYPE_CHECKING:
    from assets.sample.claims import Claim


@dataclass(slots=True)
class SentClaim:
    """A claim as it was sent: the claim itself moves on before the acknowledgement is written."""

    claim: Claim
    charge: int
    version: int
    reject: str = ""


@dataclass(slots=True)
class SentBatch:
    """A transaction set that went out; `refused` by the clearinghouse's syntax check, with all its claims."""

    control: str
    reference: str
    claims: list[SentClaim]
    refused: bool = False


@dataclass(slots=True)
class SentFile:
    """An 837 file that went out: kind of claim, group control number, batches."""

    kind: Kind
    group: int
    ordinal: int
    batches: list[SentBatch] = field(default_factory=list)


def functional(sent: SentFile, control: str) -> Transaction:
    """Return the 999 of a file."""
    out = [f"AK1*HC*{sent.group}*{sent.kind.guide}"]
    refused = 0
    for batch in sent.batches:
        out.append(f"AK2*837*{batch.control}*{sent.kind.guide}")
        if batch.refused:
            refused += 1
            out += ("IK3*NM1*12*2010*8", "IK4*9*67*1", "IK5*R*5")
        else:
            out.append("IK5*A")
    total = len(sent.batches)
    outcome = "A" if not refused else "R" if refused == total else "P"
    out.append(f"AK9*{outcome}*{total}*{total}*{total - refused}")
    return Transaction(out, control)


def claim_level(batch: SentBatch, control: str, ordinal: int) -> Transaction:
    """Return the 277CA of a batch: one status per claim, tied to it by its patient control number."""
    day = compact(ordinal)
    total = sum(sent.charge for sent in batch.claims)
    out = [
        f"BHT*0085*08*{batch.reference}A*{day}*0610*TH",
        "HL*1**20*1",
        f"NM1*AY*2*SAMPLE CLEARINGHOUSE*****46*{CLEARINGHOUSE}",
        f"TRN*1*{batch.reference}A",
        f"DTP*050*D8*{day}",
        f"DTP*009*D8*{day}",
        "HL*2*1*21*1",
        f"NM1*41*2*SAMPLE OFFICE*****46*{OFFICE}",
        f"TRN*2*{batch.reference}",
        f"STC*A1:19:PR*{day}*WQ*{usd(total)}",
        f"QTY*90*{sum(not sent.reject for sent in batch.claims)}",
        "HL*3*2*19*1",
        f"NM1*85*2*SAMPLE CLINIC*****XX*{BILLING_NPI}",
        "TRN*1*0",
    ]
    for level, sent in enumerate(batch.claims, 4):
        claim = sent.claim
        status = f"{sent.reject}*{day}*U" if sent.reject else f"A2:20:PR*{day}*WQ"
        out += (
            f"HL*{level}*3*PT",
            f"NM1*QC*1*SYNTHETIC*PATIENT{claim.patient}****MI*{claim.member}",
            f"TRN*2*{claim.pcn}",
            f"STC*{status}*{usd(sent.charge)}",
        )
        if not sent.reject:
            out.append(f"REF*1K*{claim.payer.code}{claim.number:09d}{sent.version}")
        out.append(f"REF*D9*CH{claim.number:09d}{sent.version:02d}")
        out.append(f"DTP*472*D8*{compact(claim.service)}")
    return Transaction(out, control)
