"""Lists in an XLSX workbook: typed cells, formats by unit, frozen heads, filters, print set-up, text that stays text.

Belongs here: how a list looks and is written. Does not belong here: which lists there are (`workbook_lists.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from assets.measures.registry import is_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet read text as a formula when somebody edits it or saves the sheet as CSV."""

LINE = 16
"""Points that a line of text takes."""

HEAD_ROW = 3
"""Row of the heads, counted from 0: above stand the title, a sentence and an empty row."""

STATUS_COLOURS = {
    "adopted": ("#E2F0D9", "#24501A"),
    "proposed": ("#DDEBF7", "#1F4E79"),
    "provisional": ("#FFF2CC", "#6B4E00"),
    "learning": ("#EDEDED", "#404040"),
    "withheld": ("#EDEDED", "#404040"),
    "held": ("#FBE3D6", "#7A2E0B"),
    "rejected": ("#FBE3D6", "#7A2E0B"),
}
"""Status -> background and text; the contrast is at least 7 to 1, and the word itself stands in the cell."""

_LOOKS: dict[str, dict[str, Any]] = {
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "date": {"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"},
    "count": {"valign": "top", "num_format": "#,##0"},
    "number": {"valign": "top", "num_format": "#,##0.00"},
    "fraction": {"valign": "top", "num_format": "0.000"},
    "share": {"valign": "top", "num_format": "0.0%"},
    "money": {"valign": "top", "num_format": "#,##0.00"},
    "head": {
        "bold": True, "text_wrap": True, "valign": "top", "bg_color": "#1F3864", "font_color": "#FFFFFF", "bottom": 1,
    },
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3864"},
    "note": {"italic": True, "font_color": "#404040"},
    "warning": {"bold": True, "font_color": "#7A2E0B", "text_wrap": True, "valign": "top"},
    "fact": {"valign": "top", "align": "left", "num_format": "#,##0"},
    "label": {"bold": True, "valign": "top"},
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number whose unit decides how it is shown: one column may hold shares, days and dollars."""

    value: float | Decimal | None
    unit: str


@dataclass(frozen=True)
class Column:
    """A column: its head, its width in characters, and how its cells look unless they say so themselves."""

    head: str
    width: float
    look: str = "text"


@dataclass(frozen=True)
class Listing:
    """One sheet: title, one sentence of explanation, columns and rows."""

    name: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    colour: str = "#1F3864"
    frozen_columns: int = 1
    status_column: int | None = field(default=None)
    printed_columns: int | None = None


def look_of(unit: str) -> str:
    """Return how numbers of a unit look: shares as percentages, dollars with cents, the rest with two decimals."""
    if is_share(unit):
        return "share"
    return "money" if unit.startswith("USD") else "number"


def _lines(values: Sequence[Any], columns: Sequence[Column]) -> int:
    """Return how many lines a row needs: those of the longest text in a column that wraps, whose letters are narrower than digits."""
    texts = [
        (value, int(1.1 * column.width))
        for value, column in zip(values, columns, strict=True)
        if column.look == "wrap" and isinstance(value, str)
    ]
    return max((len(wrap(text[:LONGEST_TEXT], width)) for text, width in texts), default=1)


class Sheets:
    """A workbook that is being written; formats are made once each."""

    def __init__(self, workbook: xlsxwriter.Workbook, footer: str) -> None:
        self.workbook = workbook
        self.footer = footer
        self._formats: dict[tuple[str, bool], Any] = {}

    def look(self, name: str, *, quoted: bool = False) -> Any:
        """Return the format of a name; `quoted` adds the mark that keeps text text when it is edited."""
        key = (name, quoted)
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({**_LOOKS[name], "quote_prefix": quoted})
        return self._formats[key]

    def add(self, name: str, colour: str) -> Worksheet:
        """Return a new sheet set up for printing: landscape, as wide as the page, with page numbers."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_tab_color(colour)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        # An ampersand begins a code in headers and footers; doubled, it is an ampersand.
        sheet.set_footer(f"&L{self.footer.replace('&', '&&')}&C&A&RPage &P of &N")
        sheet.hide_gridlines(2)
        return sheet

    def write(self, listing: Listing) -> None:
        """Write a list. An empty one says so under its heads."""
        sheet = self.add(listing.name, listing.colour)
        self.cell(sheet, 0, 0, listing.title, "title")
        self.cell(sheet, 1, 0, listing.note, "note")
        for place, column in enumerate(listing.columns):
            sheet.set_column(place, place, column.width)
            self.cell(sheet, HEAD_ROW, place, column.head, "head")
        # Text wraps; a row that is not told its height keeps one line in some programs, and the next row is written over.
        sheet.set_row(HEAD_ROW, 2 * LINE)
        for row, values in enumerate(listing.rows, start=HEAD_ROW + 1):
            if (tall := _lines(values, listing.columns)) > 1:
                sheet.set_row(row, tall * LINE)
            for place, (value, column) in enumerate(zip(values, listing.columns, strict=True)):
                self.cell(sheet, row, place, value, column.look)
        if not listing.rows:
            self.cell(sheet, HEAD_ROW + 1, 0, "Nothing yet.", "text")
        last = HEAD_ROW + max(len(listing.rows), 1)
        sheet.freeze_panes(HEAD_ROW + 1, listing.frozen_columns)
        sheet.autofilter(HEAD_ROW, 0, last, len(listing.columns) - 1)
        sheet.repeat_rows(HEAD_ROW)
        sheet.print_area(0, 0, last, (listing.printed_columns or len(listing.columns)) - 1)
        if listing.status_column is not None:
            self._colour_status(sheet, listing.status_column, last)

    def cell(self, sheet: Worksheet, row: int, column: int, value: Any, look: str) -> None:
        """Write one cell by the type of its value; text is never a formula, a link or a number."""
        if isinstance(value, Number):
            look, value = look_of(value.unit), value.value
            if look == "number" and value is not None and 0 < abs(value) < 1:
                look = "fraction"
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str):
            text = value[:LONGEST_TEXT]
            sheet.write_string(row, column, text, self.look(look, quoted=text.startswith(RISKY)))
        elif isinstance(value, (date, datetime)):
            sheet.write_datetime(row, column, value, self.look("date"))
        elif isinstance(value, (int, float, Decimal)) and math.isfinite(value):
            plain = "count" if isinstance(value, int) else "number"
            sheet.write_number(row, column, value, self.look(plain if look in {"text", "wrap"} else look))
        else:
            sheet.write_blank(row, column, None, self.look(look))

    def _colour_status(self, sheet: Worksheet, column: int, last: int) -> None:
        for status, (background, text) in STATUS_COLOURS.items():
            sheet.conditional_format(
                HEAD_ROW + 1, column, last, column,
                {
                    "type": "cell", "criteria": "==", "value": f'"{status}"',
                    "format": self.workbook.add_format({"bg_color": background, "font_color": text}),
                },
            )  # fmt: skip
