"""The header of a delimited text: where it stands, and which delimiter separates its cells.

Belongs here: looking at the first lines of a text. Does not belong here: which name is which column (`headers.py`).
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from assets.intake.grid import Unusable
from assets.intake.headers import SEARCHED, Header, Names

if TYPE_CHECKING:
    from assets.intake.contracts import Table
    from assets.intake.sources import Source

DELIMITERS = (",", ";", "\t", "|")
_TALLEST = 20
"""Lines that one header may take, where its cells hold line breaks."""
_LOOKED_BELOW = 2000


def find_header(text: bytes, table: Table, source: Source) -> tuple[Header, str, int]:
    """Return the header, the delimiter under which most of its cells are known, and where the text below it begins.

    Raises Unusable when the first lines hold none; one that stands further down is named.
    """
    names = Names(table, source)
    lines = leading_lines(text, SEARCHED + _TALLEST)
    tried = (source.delimiter,) if source.delimiter else DELIMITERS
    found: list[tuple[Header, str, int]] = []
    for delimiter in tried:
        rows = [cells_at(lines, i, delimiter) for i in range(min(SEARCHED, len(lines)))]
        header = names.find([cells for cells, _ in rows])
        if header is not None:
            found.append((header, delimiter, header.line + rows[header.line][1]))
    if not found:
        raise Unusable(_not_found(text, names, tried))
    header, delimiter, taken = max(found, key=lambda one: one[0].known)
    begins = 0
    for _ in range(taken):
        begins = text.find(b"\n", begins) + 1 or len(text)
    return header, delimiter, begins


def _not_found(text: bytes, names: Names, delimiters: tuple[str, ...]) -> str:
    lines = leading_lines(text, _LOOKED_BELOW)
    for delimiter in delimiters:
        deep = names.find_below([cells_at(lines, i, delimiter)[0] for i in range(SEARCHED, len(lines))])
        if deep is not None:
            return f"the header of {names.table.name} stands on line {SEARCHED + deep + 1}: only the first {SEARCHED} lines are searched"
    required = ", ".join(names.required)
    return f"no header of {names.table.name} in the first {SEARCHED} lines; looked for columns such as {required}"


def leading_lines(text: bytes, count: int) -> list[str]:
    """Return the first lines of a text."""
    end = 0
    for _ in range(count):
        end = text.find(b"\n", end) + 1
        if not end:
            return text.decode().split("\n")
    return text[: end - 1].decode().split("\n")


def cells_at(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the line, leniently, and how many lines they take: a quoted header may hold line breaks."""
    taken = 1
    if '"' in lines[start]:
        reader = csv.reader(
            [f"{line}\n" for line in lines[start : start + _TALLEST]], delimiter=delimiter, strict=True
        )
        try:
            return next(reader, []), reader.line_num
        except csv.Error:
            taken = 1
    try:
        return next(csv.reader([lines[start]], delimiter=delimiter), []), taken
    except csv.Error:
        return [], taken
