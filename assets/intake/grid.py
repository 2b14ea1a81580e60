"""The records of an export as columns of cell texts, whatever the file format: what the format readers hand to `tabular`.

Belongs here: sorting records into rows, footers, repeated headers and ragged rejects. Does not belong here: file formats
and the types of cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from assets.counted import many
from assets.intake.headers import plain, shown
from assets.intake.records import Flag, Reject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.intake.headers import Header
    from assets.intake.sources import Source

_NUMBER = ""
"""Name of the column that holds the number of the record, while parts are gathered."""


class Unusable(Exception):  # noqa: N818  (it names the file's state)
    """No record of the file can be read; the text says why, in words that may be shown."""


@dataclass
class Grid:
    """Columns of texts by contract name, equally long, with the number of each record, counted from 1 below the header.

    `records` is the independent count: it must equal the rows here + `rejects` + `footers`. `flags` may be added to.
    Columns in `trimmed` are known to hold no cell with outer blanks.
    """

    columns: dict[str, pl.Series]
    row_no: pl.Series
    records: int
    footers: int = 0
    rejects: list[Reject] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    trimmed: frozenset[str] = frozenset()


@dataclass
class Collector:
    """Takes records, one by one or many at once, and keeps those that have a cell for every header."""

    table: str
    header: Header
    source: Source
    rows: list[list[str]] = field(default_factory=list)
    row_no: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    number: int = 0
    footers: int = 0
    repeated: int = 0
    trimmed: int = 0
    _parts: list[pl.DataFrame] = field(default_factory=list)
    _blank: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._is_footer = Footers(self.source, self.header)

    def collect(self, records: Iterable[tuple[int, list[str] | None]]) -> None:
        """Sort records: (line of the file, counted from 1; cells, or None where the quoting is broken)."""
        width, first = len(self.header.cells), self.header.cells[0]
        number = self.number
        for number, (line, cells) in enumerate(records, start=self.number + 1):
            if cells is None:
                self._reject(number, f"a quote opened on line {line} is not closed properly")
            elif self._is_footer.matches(cells):
                self.footers += 1
            elif cells[0].strip() == first and self._is_header(cells):
                self.repeated += 1
            elif len(cells) == width:
                self.rows.append(cells)
                self.row_no.append(number)
            elif len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                self.trimmed += 1
                self.rows.append(cells[:width])
                self.row_no.append(number)
            else:
                self._reject(number, f"line {line} has {many(len(cells), 'cell')}, the header has {width}")
        self.number = number

    def collect_frame(self, frame: pl.DataFrame, blank: Iterable[str]) -> None:
        """Sort records that all have the same cells, `width` or more, with nothing but blanks in those beyond the header.

        `blank` are the columns that may hold outer blanks.
        """
        self._gather()
        self._blank.update(name for name, i in self.header.positions.items() if str(i) in set(blank))
        frame = frame.with_columns(
            pl.int_range(self.number + 1, self.number + 1 + pl.len(), dtype=pl.Int64).alias(_NUMBER)
        )
        self.number += frame.height
        first = self.header.cells[0]
        odd = self._is_footer.perhaps(frame) | frame["0"].str.contains(first, literal=True)
        dropped: list[int] = []
        for i in odd.arg_true():
            cells = list(frame.row(i)[:-1])
            if self._is_footer.matches(cells):
                self.footers += 1
            elif cells[0].strip() == first and self._is_header(cells):
                self.repeated += 1
            else:
                continue
            dropped.append(i)
        if dropped:
            kept = pl.repeat(True, frame.height, eager=True).scatter(dropped, False)
            frame = frame.filter(kept)
        if len(frame.columns) - 1 > len(self.header.cells):
            self.trimmed += frame.height
        self._parts.append(
            frame.select(_NUMBER, *(pl.col(str(i)).alias(name) for name, i in self.header.positions.items()))
        )

    def _is_header(self, cells: list[str]) -> bool:
        return tuple(cell.strip() for cell in cells[: len(self.header.cells)]) == self.header.cells

    def _reject(self, number: int, reason: str) -> None:
        self.rejects.append(Reject(self.table, reason, row_no=number))

    def _gather(self) -> None:
        """Turn the rows taken one by one into columns, so that parts stay in the order of the file."""
        if not self.rows:
            return
        self._blank.update(self.header.positions)
        turned = list(zip(*self.rows, strict=True))
        columns = {
            name: pl.Series(name, turned[i], dtype=pl.String) for name, i in self.header.positions.items()
        }
        self._parts.append(pl.DataFrame({_NUMBER: pl.Series(self.row_no, dtype=pl.Int64), **columns}))
        self.rows, self.row_no = [], []

    def grid(self, records: int) -> Grid:
        """Return what was collected, with the independent count of the records."""
        self._gather()
        flags = list(self.header.flags)
        if self.footers:
            flags.append(
                Flag(
                    "FOOTER",
                    f"{many(self.footers, 'record begins', 'records begin')} like a footer, or {'is' if self.footers == 1 else 'are'} skipped by the source: no data",
                )
            )
        if self.repeated:
            flags.append(
                Flag(
                    "REPEATED_HEADER",
                    f"the header is repeated {many(self.repeated, 'time')} among the records",
                )
            )
        if self.trimmed:
            flags.append(
                Flag(
                    "TRAILING_CELLS",
                    f"{many(self.trimmed, 'record has', 'records have')} empty cells beyond the last header",
                )
            )
        empty = pl.DataFrame(
            schema={_NUMBER: pl.Int64(), **dict.fromkeys(self.header.positions, pl.String())}
        )
        whole = pl.concat(self._parts) if self._parts else empty
        columns = {name: whole[name] for name in self.header.positions}
        footers, trimmed = self.footers + self.repeated, frozenset(columns) - self._blank
        return Grid(columns, whole[_NUMBER], records, footers, self.rejects, flags, trimmed)


class Footers:
    """Which records are totals and the like, by what their source declares."""

    def __init__(self, source: Source, header: Header) -> None:
        self._prefix = footer_pattern(source.footer)
        self._where = [
            (_position(column, header), re.compile(expression))
            for column, expression in source.skip_where.items()
        ]
        starts = "|".join(re.escape(prefix) for prefix in source.footer if prefix)
        self._perhaps = rf"(?i)^\s*(?:{starts})" if starts else None

    def matches(self, cells: list[str]) -> bool:
        """Whether the record is a footer; a record that is too short has no cell to look at."""
        if self._prefix.match(cells[0]):
            return True
        return bool(self._where) and any(
            i < len(cells) and pattern.search(cells[i].strip()) for i, pattern in self._where
        )

    def perhaps(self, frame: pl.DataFrame) -> pl.Series:
        """Mark the rows that `matches` has to look at."""
        skipped = self.skipped(frame)
        return skipped | frame["0"].str.contains(self._perhaps) if self._perhaps else skipped

    def skipped(self, frame: pl.DataFrame) -> pl.Series:
        """Mark the rows whose cell matches an expression; columns are named by position, and empty cells may be null."""
        found = pl.repeat(False, frame.height, eager=True)
        for position, pattern in self._where:
            cells = frame[str(position)]
            texts = [
                text for text in cells.unique(maintain_order=True) if pattern.search((text or "").strip())
            ]
            found |= cells.is_in(texts, nulls_equal=True)
        return found


def footers_of(source: Source, header: Header) -> list[int]:
    """Return the positions of the columns that tell which records to skip."""
    return list(dict.fromkeys(_position(column, header) for column in source.skip_where))


def _position(column: str, header: Header) -> int:
    """Return where the cells of a contract column or of a header stand."""
    if column in header.positions:
        return header.positions[column]
    here = [i for i, cell in enumerate(header.cells) if plain(cell) == plain(column)]
    if len(here) != 1:
        raise Unusable(f"skip_where names '{shown(column)}', and the file has {len(here)} such columns")
    return here[0]


def footer_pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for cells that begin with one of the prefixes, as whole words, any case."""
    ends = (re.escape(prefix) + (r"(?!\w)" if prefix[-1:].isalnum() else "") for prefix in prefixes if prefix)
    return re.compile(rf"\s*(?:{'|'.join(ends) or '(?!)'})", re.IGNORECASE)
