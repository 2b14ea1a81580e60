"""The lines of the relative value file: table (CSV), workbook (XLSX) or fixed-width text, as columns of cell texts.

Belongs here: from bytes to the cells of the layout, with every data line counted. Does not belong here: what the cells mean
(`read.py`). The descriptions stand in no position that is read, so that none of them gets anywhere.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.counted import many
from assets.intake.cms.layouts import (
    FIXED,
    POINTS,
    STACKED,
    difference,
    layout_of,
    layout_of_last_line,
    plain,
    stacked,
    told_name,
)
from assets.intake.delimited import normalise
from assets.intake.grid import Collector, Grid, Unusable
from assets.intake.headers import Header
from assets.intake.records import Flag, Reject
from assets.intake.sheets import cell_text, opened
from assets.intake.tabular import read_below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.intake.sources import Source

TABLE = "fee_schedule"
_SEARCHED = 50
_WORKBOOK = b"PK\x03\x04"
_FIRST = re.compile(rb'"?\s*HCPCS\s*"?\s*,', re.IGNORECASE)
_EXPECTED = (
    "expected a header of CMS's relative value file, whose last line begins with HCPCS, MOD, DESCRIPTION"
)

_CUT = Flag(
    "HEADER_CUT",
    "the header has its last line only; its columns were read by the order that CMS prints them in, which fits",
)


def read_lines(data: bytes, source: Source, name: str) -> tuple[Grid, list[str]]:
    """Return the data lines as a grid and the lines above the header as titles; raises `Unusable` for an unknown header."""
    if not data or data.isspace():
        raise Unusable("the file is empty")
    if data.startswith(_WORKBOOK):
        return _workbook(data, source)
    text, flags = normalise(data)
    head = text.split(b"\n", _SEARCHED)[:_SEARCHED]
    table = any(_FIRST.match(line) for line in head)
    fixed = not table and (head[0].startswith(b"HDR") or name.casefold().removesuffix(".gz").endswith(".txt"))
    grid, titles = (_fixed(text), []) if fixed else _table(text, source)
    grid.flags[:0] = flags
    return grid, titles


def _table(text: bytes, source: Source) -> tuple[Grid, list[str]]:
    lines = text.split(b"\n", _SEARCHED)[:_SEARCHED]
    rows = [next(csv.reader([line.decode()]), []) for line in lines]
    header = _header(rows)
    begins = sum(len(line) + 1 for line in lines[: header.line + 1])
    collector = Collector(TABLE, header, source)
    return read_below(text[begins:], collector, ",", header.line + 1), _titles_of(rows[: header.line])


def _workbook(data: bytes, source: Source) -> tuple[Grid, list[str]]:
    """Return the lines of the declared sheet, else of the first one with the header."""
    with opened(data) as book:
        names = [source.sheet] if source.sheet is not None else book.sheet_names
        problem = Unusable("the workbook has no sheet")
        for name in names:
            if name not in book.sheet_names:
                raise Unusable(
                    f"the workbook has no sheet '{name}'; its sheets are: {', '.join(book.sheet_names)}"
                )
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            texts = [[cell_text(cell) for cell in row] for row in rows[:_SEARCHED]]
            try:
                header = _header(texts)
            except Unusable as reason:
                problem = reason
                continue
            # A pass of its own, cell by cell: the count does not come from the rows that are loaded.
            count = sum(map(_filled, sheet.iter_rows())) - sum(map(_filled, rows[: header.line + 1]))
            return _sheet(rows, header, source, count), _titles_of(texts[: header.line])
        raise problem


def _sheet(rows: Sequence[list[Any]], header: Header, source: Source, count: int) -> Grid:
    collector = Collector(TABLE, header, source)
    below = enumerate(rows[header.line + 1 :], start=header.line + 2)
    collector.collect((line, [cell_text(cell) for cell in row]) for line, row in below if _filled(row))
    return collector.grid(count)


def _filled(row: Sequence[Any]) -> bool:
    return any(cell is not None and cell_text(cell).strip() for cell in row)


def _header(rows: Sequence[Sequence[str]]) -> Header:
    """Return the header, its stacked names verified; raises `Unusable` with what was found and what was expected."""
    line = next(
        (i for i, row in enumerate(rows) if [plain(cell) for cell in row[:2]] == ["HCPCS", "MOD"]), None
    )
    if line is None:
        # Where the header is cut off the first line is a row, and its text is licensed: it is counted and not told.
        first = next((row for row in rows if any(cell.strip() for cell in row)), [])
        filled = sum(bool(cell.strip()) for cell in first)
        raise Unusable(f"{_EXPECTED}; found none, the first line with text has {many(filled, 'filled cell')}")
    names = stacked(rows[max(line - STACKED + 1, 0) : line + 1])
    layout = layout_of(names)
    flags: tuple[Flag, ...] = ()
    if layout is None and not _titles_of(rows[:line]):
        layout, flags = layout_of_last_line(rows[line]), (_CUT,)
    if layout is None:
        place, wanted, like = difference(names)
        found = told_name(names[place]) if place < len(names) and names[place] else "nothing"
        raise Unusable(
            f"the header is not that of a known release: column {place + 1} is called {found}, expected '{wanted or 'nothing'}' as "
            f"in {like.years}; names are read over the {STACKED} lines of the header"
        )
    cells = tuple(cell.strip() for cell in rows[line][: len(layout.columns)])
    return Header(line, cells, layout.positions, flags)


def _titles_of(above: Sequence[Sequence[str]]) -> list[str]:
    """Return the filled cells above the last line of the header."""
    return [cell for row in above for cell in row if cell.strip()]


def _fixed(text: bytes) -> Grid:
    """Return the lines of the fixed-width file; lines HDR stand above the data and TRL below, where there are any."""
    lines = [line for line in text.decode().split("\n") if line.strip()]
    above = next((i for i, line in enumerate(lines) if not line.startswith("HDR")), len(lines))
    data = [(i, line) for i, line in enumerate(lines[above:], start=1) if not line.startswith(("HDR", "TRL"))]
    fitting = [(i, line) for i, line in data if _fits(line)]
    if data and not fitting:
        places = ", ".join(str(point + 1) for point in POINTS)
        found = ", ".join(str(m.start() + 1) for m in re.finditer(r"\.", data[0][1]))
        raise Unusable(
            f"no line is one of CMS's fixed-width file: expected decimal points at positions {places}; the first data line has "
            f"{f'them at {found}' if found else 'none'}"
        )
    kept = {i for i, _ in fitting}
    rejects = [
        Reject(TABLE, "the line is not laid out as the others: its decimal points stand elsewhere", row_no=i)
        for i, _ in data
        if i not in kept
    ]
    whole = pl.Series("", [line for _, line in fitting], dtype=pl.String)
    columns = {name: whole.str.slice(first, end - first).alias(name) for name, (first, end) in FIXED.items()}
    footers = len(lines) - above - len(data)
    # Counted by another road than the one on which the lines were taken.
    header = re.match(rb"(?:\s*HDR[^\n]*(?:\n|\Z))*", text)
    count = len(re.findall(rb"^[^\n]*[^\s][^\n]*$", text[header.end() if header else 0 :], re.MULTILINE))
    flags = (
        [Flag("FOOTER", f"{many(footers, 'line')} of kind HDR or TRL among or below the data")]
        if footers
        else []
    )
    row_no = pl.Series("row_no", [i for i, _ in fitting], dtype=pl.Int64)
    return Grid(columns, row_no, count, footers, rejects, flags)


def _fits(line: str) -> bool:
    return len(line) > POINTS[-1] and all(line[point] == "." for point in POINTS)
