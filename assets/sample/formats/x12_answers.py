"""What payers and clearinghouses send in the folder of formats: 835, 999, 997, TA1, 277CA and 277.

Belongs here: the segments of an answer and how many records they hold. Does not belong here: claims (`x12_claims.py`)
and envelopes. An 835 balances at every level unless it is said to be damaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats.x12_claims import NPI, PROFESSIONAL, usd
from assets.sample.formats.x12_envelope import DAY, Set

if TYPE_CHECKING:
    from assets.sample.formats.x12_envelope import Maker

REMITTANCE, REMITTANCE_4010 = "005010X221A1", "004010X091A1"


def remittance(maker: Maker, count: int, guide: str = REMITTANCE, *, full: bool = False) -> Set:
    """Return an 835 of `count` simple claims; a `full` one also has what is rare, and four claims more.

    That is: a reversal with its correction, a CAS with six triplets, MIA and MOA remarks, a denial and a PLB.
    """
    blocks = [_paid(maker) for _ in range(count)]
    if full:
        blocks += [*_reversed(maker), _inpatient(maker), _denied(maker)]
    taken = 12_50 if full else 0
    total = sum(paid for paid, _ in blocks) - taken
    out = [
        f"BPR*I*{usd(total)}*C*ACH*CCP*01*000000000*DA*0000001*1512345678**01*000000000*DA*0000002*{DAY}",
        f"TRN*1*FMTEFT{maker.number():06d}*1512345678",
        f"DTM*405*{DAY}",
        "N1*PR*SAMPLE HEALTH*XV*SPC01",
        "N3*2 SAMPLE PLAZA",
        "N4*SAMPLETOWN*IL*606010000",
        f"N1*PE*SAMPLE CLINIC*XX*{NPI}",
        "LX*1",
        *(segment for _, segments in blocks for segment in segments),
    ]
    if full:
        out.append(f"PLB*{NPI}*20261231*WO:FMTREF*10.00*CS*2.50")
    return Set("835", guide, tuple(out), len(blocks))


def _names(number: int) -> tuple[str, ...]:
    return (
        f"NM1*QC*1*SYNTHETIC*PERSON{number}****MI*SYNM{number:06d}",
        f"NM1*82*1*SAMPLE*PROVIDER****XX*{NPI}",
    )


def _paid(maker: Maker) -> tuple[int, list[str]]:
    """Return what is paid in cents, and a claim of two lines: written down by contract, the first with a copay."""
    number, first, second = maker.number(), maker.cents(), maker.cents()
    paid = (first - 15_00, second - 5_00)
    return sum(paid), [
        f"CLP*FMT{number:06d}*1*{usd(first + second)}*{usd(sum(paid))}*10.00*12*ICN{number:06d}*11*1",
        *_names(number),
        "DTM*232*20260220",
        "DTM*233*20260220",
        "DTM*050*20260224",
        f"SVC*HC:99213*{usd(first)}*{usd(paid[0])}",
        "DTM*472*20260220",
        "CAS*CO*45*5.00",
        "CAS*PR*3*10.00",
        f"REF*6R*FMT{number:06d}L1",
        f"AMT*B6*{usd(first - 5_00)}",
        f"SVC*HC:36415*{usd(second)}*{usd(paid[1])}**2",
        "DTM*472*20260220",
        "CAS*CO*45*5.00",
        f"REF*6R*FMT{number:06d}L2",
    ]


def _reversed(maker: Maker) -> list[tuple[int, list[str]]]:
    """Return a payment taken back and the correction, whose line gives six reasons in one CAS."""
    number, charge, paid = maker.number(), 500_00, 300_00
    back = [
        f"CLP*FMT{number:06d}*22*{usd(-charge)}*{usd(-paid)}**12*ICN{number:06d}*11*1",
        "CAS*CO*45*-200.00",
        *_names(number),
        "DTM*232*20260120",
    ]
    triplets = "45*100.00**253*6.00**1*40.00**2*30.00**3*20.00*1*97*4.00"
    again = [
        f"CLP*FMT{number:06d}*1*{usd(charge)}*{usd(paid)}*90.00*12*ICN{number:06d}R*11*1",
        *_names(number),
        "MOA***MA01*N130",
        "DTM*232*20260120",
        f"SVC*HC:99214*{usd(charge)}*{usd(paid)}",
        "DTM*472*20260120",
        f"CAS*PI*{triplets}",
        "LQ*HE*N19",
    ]
    return [(-paid, back), (paid, again)]


def _inpatient(maker: Maker) -> tuple[int, list[str]]:
    number = maker.number()
    return 900_00, [
        f"CLP*FMT{number:06d}*1*1200.00*900.00**12*ICN{number:06d}*11*1**340",
        "CAS*CO*45*300.00",
        *_names(number),
        "MIA*0****MA01",
        "DTM*232*20260210",
        "DTM*233*20260214",
    ]


def _denied(maker: Maker) -> tuple[int, list[str]]:
    number, charge = maker.number(), maker.cents()
    return 0, [
        f"CLP*FMT{number:06d}*4*{usd(charge)}*0.00**12*ICN{number:06d}*11*1",
        *_names(number),
        "DTM*232*20251001",
        f"SVC*HC:99213*{usd(charge)}*0.00",
        "DTM*472*20251001",
        f"CAS*CO*29*{usd(charge)}",
        "LQ*HE*N211",
    ]


def syntax(sets: int, refused: int = 0) -> Set:
    """Return a 999 on `sets` transaction sets, the last `refused` of them rejected for one claim each."""
    out = [f"AK1*HC*77*{PROFESSIONAL}"]
    for i in range(1, sets + 1):
        out.append(f"AK2*837*{i:04d}*{PROFESSIONAL}")
        if i > sets - refused:
            out += ("IK3*CLM*22**8", f"CTX*CLM01:FMT9{i:05d}", "IK4*2*782*1", "IK5*R*5")
        else:
            out.append("IK5*A")
    out.append(f"AK9*{'P' if refused else 'A'}*{sets}*{sets}*{sets - refused}")
    return Set("999", "005010X231A1", tuple(out), sets + refused + 1)


def old_syntax() -> Set:
    """Return a 997 that accepts one set and refuses another."""
    out = (
        "AK1*HC*78",
        "AK2*837*0001",
        "AK5*A",
        "AK2*837*0002",
        "AK3*NM1*12**8",
        "AK4*9**1",
        "AK5*R*5",
        "AK9*P*2*2*1",
    )
    return Set("997", "004010", out, 3)


def receipt(code: str = "A") -> str:
    """Return a TA1 segment."""
    return f"TA1*500000077*260301*0900*{code}*{'000' if code == 'A' else '024'}"


def statuses(maker: Maker, count: int) -> Set:
    """Return a 277CA: the batch received, and a status for each of `count` claims, the last of them rejected thrice over."""
    out = [
        f"BHT*0085*08*FMT{maker.number():06d}*{DAY}*1200*TH",
        "HL*1**20*1",
        "NM1*AY*2*SAMPLE CLEARINGHOUSE*****46*SAMPLECLEAR",
        "TRN*1*FMTTRACE",
        "HL*2*1*21*1",
        "NM1*41*2*SAMPLE OFFICE*****46*SAMPLEOFFICE",
        "TRN*2*FMTBATCH",
        f"STC*A1:19:PR*{DAY}*WQ*350.50",
        "HL*3*2*19*1",
        f"NM1*85*2*SAMPLE CLINIC*****XX*{NPI}",
        "TRN*1*0",
    ]
    for level in range(4, 4 + count):
        number, last = maker.number(), level == 3 + count
        status = f"A7:562:85*{DAY}*U*90.00******A7:164:IL*A3:21" if last else f"A2:20:PR*{DAY}*WQ*90.00"
        out += (
            f"HL*{level}*3*PT",
            f"NM1*QC*1*SYNTHETIC*PERSON{number}****MI*SYNM{number:06d}",
            f"TRN*2*FMT{number:06d}",
            f"STC*{status}",
            "DTP*472*D8*20260220",
        )
    return Set("277", "005010X214", tuple(out), 1 + count + 2)


def inquiry(maker: Maker) -> Set:
    """Return a 277 that answers a status request about one claim: paid."""
    number = maker.number()
    out = (
        f"BHT*0010*08*FMT{number:06d}*{DAY}*1200*DG",
        "HL*1**20*1",
        "NM1*PR*2*SAMPLE HEALTH*****PI*SPC01",
        "HL*2*1*21*1",
        "NM1*41*2*SAMPLE OFFICE*****46*SAMPLEOFFICE",
        "HL*3*2*19*1",
        f"NM1*1P*2*SAMPLE CLINIC*****XX*{NPI}",
        "HL*4*3*22*0",
        f"NM1*IL*1*SYNTHETIC*PERSON{number}****MI*SYNM{number:06d}",
        f"TRN*2*FMTTRACE{number}",
        f"STC*F1:65*{DAY}**90.00*80.00",
        f"REF*1K*ICN{number:06d}",
        f"REF*EJ*FMT{number:06d}",
        "DTP*472*D8*20260220",
    )
    return Set("277", "005010X212", out, 1)
