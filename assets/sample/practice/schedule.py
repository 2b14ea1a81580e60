"""A fee schedule in the layout in which CMS publishes its relative value file. The codes are bare, every value is invented.

Belongs here: the file. Does not belong here: reading one (`assets/intake/cms`).
From 2026 on the work of what is not paid by time is worth 2.5 % less, and the table has one column more.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from assets.sample.season import day_of

if TYPE_CHECKING:
    from assets.sample.world import World

_FACTORS = {False: "31.5000", True: "31.7500"}
_LESS = Decimal("0.975")
_CENT = Decimal("0.01")
_TIMED = "timed"
_VALUES = (
    ("99202", "", "0.94", "1.20", "0.42", "0.09", "0", _TIMED), ("99203", "", "1.61", "1.58", "0.69", "0.15", "0", _TIMED),
    ("99204", "", "2.61", "2.11", "1.14", "0.24", "0", _TIMED), ("99205", "", "3.52", "2.74", "1.55", "0.31", "0", _TIMED),
    ("99212", "", "0.71", "0.90", "0.30", "0.06", "0", _TIMED), ("99213", "", "1.32", "1.35", "0.57", "0.10", "0", _TIMED),
    ("99214", "", "1.94", "1.81", "0.83", "0.15", "0", _TIMED), ("99215", "", "2.82", "2.41", "1.25", "0.20", "0", _TIMED),
    ("99284", "", "2.76", "0.00", "0.58", "0.27", "0", ""), ("99395", "", "1.76", "1.50", "0.68", "0.12", "0", _TIMED),
    ("99487", "", "1.80", "1.99", "0.74", "0.12", "0", _TIMED), ("99490", "", "1.02", "0.81", "0.42", "0.06", "0", _TIMED),
    ("99495", "", "2.80", "3.01", "1.20", "0.18", "0", _TIMED), ("99496", "", "3.81", "3.86", "1.65", "0.26", "0", _TIMED),
    ("99497", "", "1.52", "0.82", "0.63", "0.11", "0", _TIMED), ("99498", "", "1.42", "0.62", "0.60", "0.10", "0", _TIMED),
    ("11102", "", "0.68", "2.24", "0.40", "0.05", "0", ""), ("20610", "", "0.80", "0.96", "0.42", "0.12", "0", ""),
    ("36415", "", "0.00", "0.24", "0.24", "0.01", "9", ""), ("47562", "", "10.60", "6.90", "6.90", "2.68", "0", ""),
    ("70450", "", "0.86", "2.40", "2.40", "0.06", "1", ""), ("70450", "26", "0.86", "0.34", "0.34", "0.04", "1", ""),
    ("70450", "TC", "0.00", "2.06", "2.06", "0.02", "1", ""), ("71046", "", "0.22", "0.62", "0.62", "0.02", "1", ""),
    ("71046", "26", "0.22", "0.08", "0.08", "0.01", "1", ""), ("71046", "TC", "0.00", "0.54", "0.54", "0.01", "1", ""),
    ("80053", "", "0.00", "0.00", "0.00", "0.00", "9", ""), ("81002", "", "0.00", "0.00", "0.00", "0.00", "9", ""),
    ("85025", "", "0.00", "0.00", "0.00", "0.00", "9", ""), ("90471", "", "0.18", "0.48", "0.48", "0.01", "5", ""),
    ("93000", "", "0.18", "0.26", "0.26", "0.02", "4", ""), ("93005", "", "0.00", "0.18", "0.18", "0.01", "3", ""),
    ("96372", "", "0.18", "0.26", "0.26", "0.01", "5", ""), ("97110", "", "0.46", "0.42", "0.42", "0.02", "7", _TIMED),
    ("J1885", "", "0.00", "0.00", "0.00", "0.00", "9", ""),
)  # fmt: skip
"""Code, modifier, work, practice expense outside and inside facilities, malpractice, PC/TC indicator, whether paid by time."""
_STATUS = {"80053": "X", "81002": "X", "85025": "X", "36415": "X", "J1885": "E"}
_SURGERY = {"47562": ("090", "0.09", "0.81", "0.10", "2"), "20610": ("000", "0.00", "0.00", "0.00", "2")}
_NONE = ("XXX", "0.00", "0.00", "0.00", "0")
_NEW = 23
"""Place of the column that came in 2026."""
_STACKED = (
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,",
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED",
    ",,,,FOR,,,NON-FAC,,FACILITY,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS",
    (
        ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,"
        "ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
    ),
    (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,"
        "SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
    ),
)
_INSERTED = ("", "", "", "PRIC", "IND")


def export_schedule(world: World) -> None:
    """Deliver the releases of last year and this one on the first day, and a new one on each first of January."""
    day = day_of(world.today)
    if world.today == world.first:
        world.files += [schedule(day.year - 1), schedule(day.year)]
    elif (day.month, day.day) == (1, 1):
        world.files.append(schedule(day.year))


def schedule(year: int) -> tuple[str, str]:
    """Return name and text of the January release of a year."""
    later = year >= 2026
    name = f"PPRRVU{year}_Jan_nonQPP.csv" if later else f"PPRRVU{year % 100:02d}_JAN.csv"
    titles = (
        f"{year} National Physician Fee Schedule Relative Value File January Release", "SYNTHETIC: every value is invented",
        "Laid out as CMS lays out its file; not a publication of CMS", "", "RELEASED BY THE SAMPLE OFFICE",
    )  # fmt: skip
    width = 32 if later else 31
    lines = [",".join(("", "", title, *[""] * (width - 3))) for title in titles]
    for text, inserted in zip(_STACKED, _INSERTED, strict=True):
        cells = text.split(",")
        lines.append(",".join((*cells[:_NEW], *([inserted] if later else []), *cells[_NEW:])))
    lines += [",".join(_line(row, later=later)) for row in _VALUES]
    return name, "\n".join((*lines, ""))


def work(code: str, modifier: str, *, later: bool) -> Decimal:
    """Return the work value of a code; hidden tests compare with it."""
    row = next(row for row in _VALUES if row[:2] == (code, modifier))
    return _work(row, later=later)


def _work(row: tuple[str, ...], *, later: bool) -> Decimal:
    factor = _LESS if later and row[7] != _TIMED else Decimal(1)
    return (Decimal(row[2]) * factor).quantize(_CENT, ROUND_HALF_UP)


def _line(row: tuple[str, ...], *, later: bool) -> list[str]:
    code, modifier, _, outside, inside, malpractice, pctc, _ = row
    value = _work(row, later=later)
    totals = [str(value + Decimal(expense) + Decimal(malpractice)) for expense in (outside, inside)]
    days, pre, intra, post, multiple = _SURGERY.get(code, _NONE)
    return [
        code, modifier, "INVENTED", _STATUS.get(code, "A"), "", str(value), outside, "", inside, "", malpractice, *totals, pctc,
        days, pre, intra, post, multiple, "0", "0", "0", "0", *(["9"] if later else []), "", _FACTORS[later], "09", "0", "99",
        "0.00", "0.00", "0.00",
    ]  # fmt: skip
