"""How CMS lays out the relative value file: the columns of its table and the positions of its fixed-width lines.

Belongs here: what each release calls its columns and where they stand. Does not belong here: reading (`lines.py`) and what a
release is called (`release.py`).

The table has one header cell per column stacked over five lines, and several columns share the last one ("RVU", "TOTAL"), so
that no name finds a column: it is read by its place, once every stacked name has been found as expected. The layouts are those
of the January 2023, January 2025 and July 2026 tables and of the January 2025, October 2025 and April 2026 text files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STACKED = 5
"""Lines of the header: four with the upper parts of the names, and the one that begins with HCPCS."""

_DESCRIPTION = "DESCRIPTION"
_BEFORE = (
    ("HCPCS", "procedure_code"), ("MOD", "modifier"), (_DESCRIPTION, ""), ("STATUS CODE", "status_code"),
    ("NOT USED FOR MEDICARE PAYMENT", ""), ("WORK RVU", "work_rvu"), ("NON-FAC PE RVU", "pe_rvu_nonfacility"),
    ("NON-FAC NA INDICATOR", ""), ("FACILITY PE RVU", "pe_rvu_facility"), ("FACILITY NA INDICATOR", ""), ("MP RVU", "mp_rvu"),
    ("NON-FACILITY TOTAL", "total_nonfacility"), ("FACILITY TOTAL", "total_facility"), ("PCTC IND", "pctc_indicator"),
    ("GLOB DAYS", "global_days"), ("PRE OP", "preoperative_share"), ("INTRA OP", "intraoperative_share"),
    ("POST OP", "postoperative_share"), ("MULT PROC", "multiple_procedure"), ("BILAT SURG", "bilateral"),
    ("ASST SURG", "assistant"), ("CO- SURG", "co_surgeons"), ("TEAM SURG", "team_surgery"),
)  # fmt: skip
_PRICING = (("PRIC IND", ""),)
_AFTER = (
    ("ENDO BASE", "endoscopic_base"), ("CONV FACTOR", "conversion_factor"), ("PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES", ""),
    ("CALCULATION FLAG", ""), ("DIAGNOSTIC IMAGING FAMILY INDICATOR", ""),
    ("NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT", ""), ("FACILITY PE USED FOR OPPS PAYMENT AMOUNT", ""),
    ("MP USED FOR OPPS PAYMENT AMOUNT", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """The columns of the table in the releases of some years: (name stacked over the header lines, contract column or nothing)."""

    years: str
    columns: tuple[tuple[str, str], ...]

    @property
    def positions(self) -> dict[str, int]:
        """Return the place of each column of the contract."""
        return {column: place for place, (_, column) in enumerate(self.columns) if column}


LAYOUTS = (
    Layout("2023 to 2025", (*_BEFORE, *_AFTER)),
    Layout("2026", (*_BEFORE, *_PRICING, *_AFTER)),
)

FIXED = {
    "procedure_code": (0, 5), "modifier": (5, 7), "status_code": (57, 58), "work_rvu": (59, 65), "pe_rvu_nonfacility": (66, 72),
    "pe_rvu_facility": (75, 81), "mp_rvu": (84, 89), "total_nonfacility": (90, 96), "total_facility": (96, 102),
    "pctc_indicator": (102, 103), "global_days": (103, 106), "preoperative_share": (106, 109),
    "intraoperative_share": (109, 112), "postoperative_share": (112, 115), "multiple_procedure": (115, 116),
    "bilateral": (116, 117), "assistant": (117, 118), "co_surgeons": (118, 119), "team_surgery": (119, 120),
    "endoscopic_base": (127, 132), "conversion_factor": (132, 140),
}  # fmt: skip
"""Where a column stands in a line of the text file, as a half-open range from 0; the same in the releases of 2024 to 2026."""

POINTS = (62, 69, 78, 86, 93, 99, 106, 109, 112, 135)
"""Where every data line of the text file has a decimal point: what tells a line of this layout from any other."""


def plain(name: str) -> str:
    """Return a name in capitals without blanks and punctuation: releases differ in both."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def stacked(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return the name of each column: the cells above each other, from the top; the lines may be of different lengths."""
    width = max(len(line) for line in lines)
    return [
        " ".join(cell for line in lines if place < len(line) and (cell := line[place].strip()))
        for place in range(width)
    ]


def layout_of(names: Sequence[str]) -> Layout | None:
    """Return the layout of which every column stands at its place.

    The column of the descriptions is known by the end of its name: above it stand the title and the copyright.
    """
    given = _plain(names)
    return next((layout for layout in LAYOUTS if not _unlike(given, layout)), None)


def layout_of_last_line(names: Sequence[str]) -> Layout | None:
    """Return the layout of which every name ends with the one at its place: what is left when the upper lines were cut away.

    Some of these names are alike (OP, SURG), so that an exchange of two such columns would not be seen; another number of
    columns, or any other order, is.
    """
    given = _plain(names)
    return next((layout for layout in LAYOUTS if _ends_alike(given, layout)), None)


def _plain(names: Sequence[str]) -> list[str]:
    """Return the names for comparison, without the empty ones at the end."""
    given = [plain(name) for name in names]
    while given and not given[-1]:
        given.pop()
    return given


def _ends_alike(given: Sequence[str], layout: Layout) -> bool:
    return len(given) == len(layout.columns) and all(
        name and plain(whole).endswith(name) for name, (whole, _) in zip(given, layout.columns, strict=True)
    )


def difference(names: Sequence[str]) -> tuple[int, str, Layout]:
    """Return what is expected at the first place at which the names leave the layout that they are most like."""
    given = [plain(name) for name in names]
    layout = min(LAYOUTS, key=lambda layout: len(_unlike(given, layout)))
    place = (_unlike(given, layout) or [0])[0]
    wanted = layout.columns[place][0] if place < len(layout.columns) else ""
    return place, wanted, layout


def told_name(name: str) -> str:
    """Return a name as it may stand in a sentence: quoted where each of its words is one of a known release, else not at all."""
    words = {word for layout in LAYOUTS for wanted, _ in layout.columns for word in wanted.split()}
    return (
        f"'{name}'"
        if all(word in words for word in name.upper().split())
        else "something that no release has"
    )


def _unlike(given: Sequence[str], layout: Layout) -> list[int]:
    """Return the places at which the names are not those of a layout."""
    return [
        place
        for place in range(max(len(given), len(layout.columns)))
        if not _same(
            given[place] if place < len(given) else None,
            layout.columns[place][0] if place < len(layout.columns) else None,
        )
    ]


def _same(given: str | None, wanted: str | None) -> bool:
    if given is None or wanted is None:
        return not given and not wanted
    return given.endswith(_DESCRIPTION) if wanted == _DESCRIPTION else given == plain(wanted)
