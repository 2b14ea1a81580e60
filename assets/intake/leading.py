"""The header and the leading records of a file of which nothing is declared yet.

Belongs here: finding what looks like a header, in text, workbooks and Parquet. Does not belong here: what its columns are.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from assets.intake.contracts import EXPORTS
from assets.intake.delimited import normalise, read_records
from assets.intake.grid import Unusable
from assets.intake.headers import SEARCHED, plain, shown
from assets.intake.heading import DELIMITERS, cells_at, leading_lines
from assets.intake.sheets import cell_text, opened, readable, visible_sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLED = 2000
_KNOWN = {plain(s) for table in EXPORTS for c in table.columns for s in (c.name, *c.aliases)}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Leading:
    """The header's cells, its line (from 1), the leading records below it, and how they were found."""

    headers: list[str]
    line: int
    records: list[list[str]]
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def full(self) -> int:
        """How many of the records are as wide as the header."""
        return sum(len(row) == len(self.headers) for row in self.records)

    def cells(self, position: int) -> list[str]:
        """Return the distinct filled cells of a column, among records as wide as the header."""
        width = len(self.headers)
        found = (row[position].strip() for row in self.records if len(row) == width)
        return list(dict.fromkeys(cell for cell in found if cell))


def leading(data: bytes) -> Leading:
    """Return the header and up to 2,000 records; raises Unusable when nothing looks like a header."""
    if not data or data.isspace():
        raise Unusable("the file is empty")
    if data.startswith(_WORKBOOKS):
        return _of_workbook(data)
    if data.startswith(b"PAR1"):
        return _of_parquet(data)
    return _of_text(data)


def _score(cells: Sequence[str]) -> float:
    """Return how much a row looks like a header: its known names count most, then texts that are all different."""
    filled = [shown(cell) for cell in cells if cell.strip()]
    if len(filled) < 2 or any(not any(letter.isalpha() for letter in cell) for cell in filled):
        return 0.0
    if len(set(filled)) < len(filled) - 1:
        return 0.0
    return len(filled) + 3.0 * sum(plain(cell) in _KNOWN for cell in filled)


def _best(rows: list[list[str]]) -> tuple[float, int]:
    """Return the greatest score and its row, the first one of equals."""
    scores = [_score(row) for row in rows[:SEARCHED]]
    best = max(scores, default=0.0)
    return best, scores.index(best) if best else 0


def _trimmed(cells: Sequence[str]) -> list[str]:
    headers = [cell.strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return headers


def _of_text(data: bytes) -> Leading:
    text, _ = normalise(data)
    lines = leading_lines(text, SAMPLED + SEARCHED)
    found: tuple[float, int, str] = (0.0, 0, ",")
    for delimiter in DELIMITERS:
        rows = [cells_at(lines, i, delimiter)[0] for i in range(min(SEARCHED, len(lines)))]
        score, line = _best(rows)
        if score > found[0]:
            found = (score, line, delimiter)
    score, line, delimiter = found
    if not score:
        raise Unusable(f"nothing in the first {SEARCHED} lines looks like a header")
    cells, taken = cells_at(lines, line, delimiter)
    headers = _trimmed(cells)
    records = [
        row[: len(headers)] if not any(row[len(headers) :]) else row
        for _, row in read_records(lines[line + taken :], delimiter, len(headers))
        if row is not None
    ]
    return Leading(headers, line + 1, records, delimiter)


def _of_workbook(data: bytes) -> Leading:
    found: list[tuple[float, str, int, list[list[str]]]] = []
    with opened(data) as book:
        for name in visible_sheets(book):
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=SAMPLED)
            texts = [[cell_text(cell) for cell in row] for row in rows]
            score, line = _best(texts)
            if score:
                found.append((score, name, line, texts))
    if not found:
        raise Unusable(f"nothing in the first {SEARCHED} rows of a visible sheet looks like a header")
    _, name, line, texts = max(found, key=lambda one: one[0])
    headers = _trimmed(texts[line])
    records = [row[: len(headers)] for row in texts[line + 1 :] if any(row)]
    others = tuple(one[1] for one in found)
    return Leading(headers, line + 1, records, sheet=name, sheets=others)


def _of_parquet(data: bytes) -> Leading:
    with readable("Parquet file"):
        file = pq.ParquetFile(io.BytesIO(data))
        batch = next(file.iter_batches(SAMPLED), None)
        frame = pl.DataFrame(batch) if batch is not None else pl.DataFrame()
        texts = [["" if cell is None else cell_text(cell) for cell in row] for row in frame.iter_rows()]
        return Leading(list(file.schema_arrow.names), 1, texts)
