"""Which column of a file is which column of the contract.

Belongs here: finding the header line and matching its names. Does not belong here: reading the records below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.intake.records import Flag

if TYPE_CHECKING:
    from assets.intake.contracts import Table
    from assets.intake.sources import Source

SEARCHED = 50
KNOWN_SHARE = 0.6


def plain(name: str) -> str:
    """Return a header without case, spaces and punctuation; `#` stays, since `Event #` and `Event` are two columns."""
    return re.sub(r"[^\w#]|_", "", name.casefold())


@dataclass(frozen=True)
class Header:
    """A header line: its place (0-based), its cells, and the position of each contract column found in it."""

    line: int
    cells: tuple[str, ...]
    positions: dict[str, int]
    flags: tuple[Flag, ...] = ()
    missing: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    known: int = 0

    @property
    def problem(self) -> str | None:
        """Why records below this header cannot be read, naming columns and headers; None when they can."""
        seen = ", ".join(cell or "(empty)" for cell in self.cells)
        if self.missing:
            return f"required columns not found: {', '.join(self.missing)}; the file's headers are: {seen}"
        if self.ambiguous:
            return f"several headers have the same name for: {', '.join(self.ambiguous)}; the file's headers are: {seen}"
        return None


@dataclass
class Names:
    """Every spelling under which a contract column may appear; the source's aliases before the contract's own names."""

    table: Table
    source: Source
    ranks: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spelled = [(header, column) for header, column in self.source.aliases.items()]
        spelled += [(column.name, column.name) for column in self.table.columns]
        spelled += [(alias, column.name) for column in self.table.columns for alias in column.aliases]
        for rank, (spelling, column) in enumerate(spelled):
            self.ranks.setdefault(plain(spelling), (rank, column))

    def find(self, rows: list[list[str]]) -> Header | None:
        """Return the header among the leading rows: the first with every required column, else the one most like it.

        A row is like a header when 60 % of its cells are known; a title such as `Payment` above the header is too.
        """
        best: Header | None = None
        for line, cells in enumerate(rows[:SEARCHED]):
            stripped = [cell.strip() for cell in cells]
            filled = [cell for cell in stripped if cell]
            known = sum(plain(cell) in self.ranks for cell in filled)
            if known and (known >= KNOWN_SHARE * len(filled) or self._has_required(filled)):
                header = self._match(line, stripped, known)
                if not header.missing:
                    return header
                best = header if best is None or known > best.known else best
        return best

    def _has_required(self, cells: list[str]) -> bool:
        found = {self.ranks[plain(cell)][1] for cell in cells if plain(cell) in self.ranks}
        return all(column.name in found for column in self.table.columns if column.required)

    def _match(self, line: int, cells: list[str], known: int) -> Header:
        while cells and not cells[-1]:
            cells = cells[:-1]
        best: dict[str, tuple[int, int]] = {}
        ambiguous: set[str] = set()
        for position, cell in enumerate(cells):
            rank, column = self.ranks.get(plain(cell), (-1, ""))
            if not column:
                continue
            if column in best and best[column][0] == rank:
                ambiguous.add(column)
            if column not in best or rank < best[column][0]:
                best[column] = (rank, position)
        positions = {column: position for column, (_, position) in best.items()}
        flags = [
            self._extra(cell, cells, positions)
            for i, cell in enumerate(cells)
            if cell and i not in positions.values()
        ]
        absent = [column for column in self.table.columns if column.name not in positions]
        flags += [
            Flag("MISSING_COLUMN", f"the file has no column for {c.name}") for c in absent if not c.required
        ]
        missing = tuple(column.name for column in absent if column.required)
        return Header(line, tuple(cells), positions, tuple(flags), missing, tuple(sorted(ambiguous)), known)

    def _extra(self, cell: str, cells: list[str], positions: dict[str, int]) -> Flag:
        column = self.ranks.get(plain(cell), (0, ""))[1]
        if not column:
            return Flag("EXTRA_COLUMN", f"the column '{cell[:60]}' is not in the contract and was not read")
        used = cells[positions[column]]
        return Flag(
            "EXTRA_COLUMN", f"the column '{cell[:60]}' was not read: {column} is read from '{used[:60]}'"
        )
