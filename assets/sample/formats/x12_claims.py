"""Claims of the folder of formats: 837 professional, institutional and dental, also with other payers (COB).

Belongs here: the segments of an 837 and how many claims they hold. Does not belong here: remittances (`x12_answers.py`)
and envelopes. People, payers and numbers are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats.x12_envelope import CLOCK, DAY, Set

if TYPE_CHECKING:
    from assets.sample.formats.x12_envelope import Maker

PROFESSIONAL, INSTITUTIONAL, DENTAL = "005010X222A1", "005010X223A2", "005010X224A2"
PROFESSIONAL_4010 = "004010X098A1"
NPI = "1999999984"
_PROCEDURES = ("99213", "99214", "93000", "36415", "85025")


def usd(cents: int) -> str:
    """Return cents as X12 and exports write them."""
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def claims(  # noqa: PLR0913 - each is a choice of the file that is written
    maker: Maker,
    count: int,
    guide: str = PROFESSIONAL,
    *,
    other_payer: bool = False,
    family: str = "SYNTHETIC",
    most_lines: int = 3,
) -> Set:
    """Return an 837 with `count` claims, each with one to `most_lines` lines; one claim in four is a dependent's."""
    out = [
        f"BHT*0019*00*FMT{maker.number():06d}*{DAY}*{CLOCK}*CH",
        "NM1*41*2*SAMPLE OFFICE*****46*SAMPLEOFFICE",
        "PER*IC*SAMPLE CONTACT*TE*5555550100",
        "NM1*40*2*SAMPLE CLEARINGHOUSE*****46*SAMPLECLEAR",
        "HL*1**20*1",
        f"NM1*85*2*SAMPLE CLINIC*****XX*{NPI}",
        "N3*1 SAMPLE STREET",
        "N4*SAMPLETOWN*IL*606010000",
        "REF*EI*000000000",
    ]
    level = 1
    for i in range(count):
        level = _people(out, maker, level, family, dependent=i % 4 == 3)
        _claim(out, maker, guide, most_lines, other_payer=other_payer)
    return Set("837", guide, tuple(out), count)


def _people(out: list[str], maker: Maker, level: int, family: str, *, dependent: bool) -> int:
    number = maker.number()
    born = f"DMG*D8*{1940 + number % 70}{number % 12 + 1:02d}{number % 28 + 1:02d}*{'FM'[number % 2]}"
    out += (
        f"HL*{level + 1}*1*22*{int(dependent)}",
        f"SBR*P*{'' if dependent else '18'}*******CI",
        f"NM1*IL*1*{family}*PERSON{number}****MI*SYNM{number:06d}",
        "N3*2 SAMPLE AVENUE",
        "N4*SAMPLETOWN*IL*606010000",
        born,
        "NM1*PR*2*SAMPLE HEALTH*****PI*SPC01",
    )
    if not dependent:
        return level + 1
    out += (
        f"HL*{level + 2}*{level + 1}*23*0",
        "PAT*19",
        f"NM1*QC*1*{family}*CHILD{number}",
        "N3*2 SAMPLE AVENUE",
        born,
    )
    return level + 2


def _claim(out: list[str], maker: Maker, guide: str, most_lines: int, *, other_payer: bool) -> None:
    old = guide.startswith("004010")
    pcn, charges = (
        f"FMT{maker.number():06d}",
        [maker.cents() for _ in range(maker.random.randint(1, most_lines))],
    )
    place = "11:A:1**A*Y*Y" if guide == INSTITUTIONAL else "11:B:1*Y*A*Y*Y"
    out.append(f"CLM*{pcn}*{usd(sum(charges))}***{place}")
    if guide == INSTITUTIONAL:
        out += ("DTP*434*RD8*20260223-20260226", "DTP*435*DT*202602230900", "CL1*1*9*01")
    out.append(f"REF*D9*CLEAR{pcn}")
    if guide != DENTAL:
        out.append("HI*BK:4019*BF:25000" if old else "HI*ABK:I10*ABF:E119")
    out.append(f"NM1*{'71' if guide == INSTITUTIONAL else '82'}*1*SAMPLE*PROVIDER****XX*{NPI}")
    paid = [charge // 2 for charge in charges]
    if other_payer:
        out += (
            "SBR*S*18*******MB",
            f"AMT*D*{usd(sum(paid))}",
            "OI***Y***Y",
            "NM1*IL*1*SYNTHETIC*OTHER****MI*SYNM999999",
            "NM1*PR*2*SAMPLE OTHER PAYER*****PI*SPO02",
        )
    for i, charge in enumerate(charges, 1):
        procedure = _PROCEDURES[(i + len(pcn)) % len(_PROCEDURES)]
        out.append(f"LX*{i}")
        if guide == INSTITUTIONAL:
            out.append(f"SV2*0300*HC:{procedure}*{usd(charge)}*UN*1")
        elif guide == DENTAL:
            out.append(f"SV3*AD:D0{110 + i}*{usd(charge)}****1")
        else:
            out.append(f"SV1*HC:{procedure}*{usd(charge)}*UN*1***1")
        out += ("DTP*472*D8*20260226", f"REF*6R*{pcn}L{i}")
        if other_payer:
            out += (
                f"SVD*SPO02*{usd(paid[i - 1])}*HC:{procedure}**1",
                f"CAS*CO*45*{usd(charge - paid[i - 1])}",
                "DTP*573*D8*20260227",
            )
