"""The records of an export as columns of cell texts, whatever the file format: what the format readers hand to `tabular`.

Belongs here: sorting records into rows, footers, repeated headers and ragged rejects. Does not belong here: file formats
and the types of cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from assets.intake.records import Flag, Reject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.intake.headers import Header
    from assets.intake.sources import Source


class Unusable(Exception):  # noqa: N818  (it names the file's state)
    """No record of the file can be read; the text says why, in words that may be shown."""


@dataclass
class Grid:
    """Columns of texts by contract name, equally long, with the number of each record, counted from 1 below the header.

    `records` is the independent count: it must equal the rows here + `rejects` + `footers`.
    """

    columns: dict[str, pl.Series]
    row_no: list[int]
    records: int
    footers: int = 0
    rejects: list[Reject] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


@dataclass
class Collector:
    """Takes records one by one and keeps those that have a cell for every header."""

    table: str
    header: Header
    source: Source
    rows: list[list[str]] = field(default_factory=list)
    row_no: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    footers: int = 0
    repeated: int = 0
    trimmed: int = 0

    def collect(self, records: Iterable[tuple[int, list[str] | None]]) -> None:
        """Sort records: (line of the file, counted from 1; cells, or None where the quoting is broken)."""
        width, first = len(self.header.cells), self.header.cells[0]
        is_footer = footer_pattern(self.source.footer).match
        for number, (line, cells) in enumerate(records, start=1):
            if cells is None:
                self._reject(number, f"a quote opened on line {line} is not closed properly")
            elif is_footer(cells[0]):
                self.footers += 1
            elif (
                cells[0].strip() == first
                and tuple(cell.strip() for cell in cells[:width]) == self.header.cells
            ):
                self.repeated += 1
            elif len(cells) == width:
                self.rows.append(cells)
                self.row_no.append(number)
            elif len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                self.trimmed += 1
                self.rows.append(cells[:width])
                self.row_no.append(number)
            else:
                self._reject(number, f"line {line} has {len(cells)} cells, the header has {width}")

    def _reject(self, number: int, reason: str) -> None:
        self.rejects.append(Reject(self.table, reason, row_no=number))

    def grid(self, records: int) -> Grid:
        """Return what was collected, with the independent count of the records."""
        flags = list(self.header.flags)
        if self.footers:
            flags.append(Flag("FOOTER", f"{self.footers} records begin like a footer and are not data"))
        if self.repeated:
            flags.append(
                Flag("REPEATED_HEADER", f"the header is repeated {self.repeated} times among the records")
            )
        if self.trimmed:
            flags.append(
                Flag("TRAILING_CELLS", f"{self.trimmed} records have empty cells beyond the last header")
            )
        turned = list(zip(*self.rows, strict=True)) or [()] * len(self.header.cells)
        columns = {
            name: pl.Series(name, turned[i], dtype=pl.String) for name, i in self.header.positions.items()
        }
        return Grid(columns, self.row_no, records, self.footers + self.repeated, self.rejects, flags)


def footer_pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for cells that begin with one of the prefixes, as whole words, any case."""
    ends = (re.escape(prefix) + (r"(?!\w)" if prefix[-1:].isalnum() else "") for prefix in prefixes if prefix)
    return re.compile(rf"\s*(?:{'|'.join(ends) or '(?!)'})", re.IGNORECASE)
