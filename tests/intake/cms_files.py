"""Relative value files as CMS lays them out, with invented values: what the tests of their reader share.

The header lines are those of the January 2025 and July 2026 tables, blanks and all; every other line is invented.
"""

import io

import xlsxwriter

_TITLE = ",,{year} National Physician Fee Schedule Relative Value File {month} Release" + "," * 28
_HEAD_2025 = (
    ",, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,",
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED",
    ",,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS",
    (
        ",,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,"
        "ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
    ),
    (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,"
        "SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
    ),
)
_HEAD_2026 = (
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,",
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED",
    ",,,,FOR,,,NON-FAC,,FACILITY,,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS",
    (
        ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,"
        "PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
    ),
    (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,"
        "SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
    ),
)
TEXT = "SECRET WORDS"
"""Stands where CMS prints a licensed description; it must get nowhere."""
SHOWN = f"{TEXT}, with a comma"
"""The same in a table, where a comma brings quotes with it."""

GOOD = (
    "X1234",
    "26",
    "A",
    "1.25",
    "2.50",
    "NA",
    "0.75",
    "",
    "0.10",
    "3.85",
    "2.10",
    "1",
    "090",
    ".10",
    ".80",
    ".10",
    "21000",
)
"""Code, modifier, status, work, practice expense and NA twice, malpractice, totals, PC/TC, days, shares, five indicators."""


def good(code, modifier="", work="1.25"):
    return (code, modifier, "A", work, *GOOD[4:])


def cells(row, year=2025, factor="32.3465"):
    """Return the cells of a data line of the table."""
    code, mod, status, work, nf, na_nf, f, na_f, mp, total_nf, total_f, pctc, days, pre, intra, post, five = (
        row
    )
    price = ["9"] if year >= 2026 else []
    shares = [f"0{share}" for share in (pre, intra, post)]
    return [
        code, mod, SHOWN, status, "", work, nf, na_nf, f, na_f, mp, total_nf, total_f, pctc, days, *shares,
        *five, *price, "", factor, "09", "0", "99", "0.00", "0.00", "0.00",
    ]  # fmt: skip


def head(year=2025, month="January"):
    """Return the lines above the data."""
    stacked = _HEAD_2026 if year >= 2026 else _HEAD_2025
    return [
        _TITLE.format(year=year, month=month),
        ',,"A notice, invented"' + "," * 28,
        ",,Another notice" + "," * 28,
        ",, " + "," * 28,
        ",,RELEASED 12/23/2024" + "," * 28,
        *stacked,
    ]


def table(*rows, year=2025, month="January", factor="32.3465", end="\r\n"):
    """Return a table as CSV."""
    lines = [
        ",".join(f'"{cell}"' if "," in cell else cell for cell in cells(row, year, factor)) for row in rows
    ]
    return end.join((*head(year, month), *lines, "")).encode()


def line(row, year=2025, factor="32.3465"):
    """Return a line of the fixed-width file."""
    code, mod, status, work, nf, na_nf, f, na_f, mp, total_nf, total_f, pctc, days, pre, intra, post, five = (
        row
    )
    price = "9" if year >= 2026 else " "
    return (
        f"{code:5}{mod:2}{TEXT:50}{status} {work:>6} {nf:>6}{na_nf:2} {f:>6}{na_f:2} {mp:>5} {total_nf:>6}{total_f:>6}{pctc}{days}"
        f"{pre}{intra}{post}{five}{price}{'':6}{'':5}{factor:>8} 090 99      0.00   0.00   0.00"
    )


def fixed(*rows, year=2025, factor="32.3465", headers=7, trailer=""):
    """Return a fixed-width file."""
    above = [f"HDR {'A NOTICE, INVENTED':46}"] * headers
    return "\n".join(
        (*above, *(line(row, year, factor) for row in rows), *([trailer] if trailer else []), "")
    ).encode()


def workbook(*rows, year=2025, month="January", factor="32.3465", last=False):
    """Return a workbook in which what looks like a number is one, the codes too, as in those of CMS; with an empty last row."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("PPRRVU")
    lines = [text.replace('"A notice, invented"', "A notice").split(",") for text in head(year, month)] + [
        cells(row, year, factor) for row in rows
    ]
    lines += [[" "] * 31] * last
    for i, row in enumerate(lines):
        for j, cell in enumerate(row):
            number = (
                i >= len(head(year, month))
                and cell.replace(".", "", 1).isdigit()
                and not (j < 2 and cell[0] == "0")
            )
            (sheet.write_number(i, j, float(cell)) if number else sheet.write_string(i, j, cell))
    book.close()
    return buffer.getvalue()
