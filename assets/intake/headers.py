"""Which column of a file is which column of the contract.

Belongs here: finding the header line and matching its names. Does not belong here: reading the records below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.intake.records import Flag, shape_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from assets.intake.contracts import Column, Table
    from assets.intake.sources import Source

SEARCHED = 50
KNOWN_SHARE = 0.6
_VALUE = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})(?:[ T].*)?|[-$(]*\d[\d,]*\.\d{2}[-)]?", re.ASCII | re.DOTALL
)


def plain(name: str) -> str:
    """Return a header without case, spaces and punctuation; `#` stays, since `Event #` and `Event` are two columns."""
    return re.sub(r"[^\w#]|_", "", name.casefold())


def shown(cell: str) -> str:
    """Return a header as it may stand in a sentence: on one line, not longer than a header is, and as a shape if it holds a number.

    A damaged file can have cells of records in its header line.
    """
    return shape_of(" ".join(cell.split())) if re.search(r"\d{3}", cell) else " ".join(cell.split())[:60]


def told_names(cells: Sequence[str], known: Container[str]) -> str:
    """Return which of the cells are known names of columns, and how many are not.

    What looks like a header may be a record with some such words in it, so no other cell is shown.
    """
    names = [" ".join(cell.split()) for cell in cells if cell and plain(cell) in known]
    others = sum(bool(cell) and plain(cell) not in known for cell in cells)
    if not others:
        return f"the file's headers are: {', '.join(names)}"
    cells_are, they_are = ("cell is", "it is a value") if others == 1 else ("cells are", "they are values")
    hidden = f"{others} other {cells_are} not shown: where there is no header line {they_are}"
    return f"of the file's headers these are known: {', '.join(names) or 'none'}; {hidden}"


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
    told: str = ""
    holds_values: bool = False

    @property
    def problem(self) -> str | None:
        """Why records below this header cannot be read, naming columns and what is `told` of the headers; None when they can."""
        if self.holds_values:
            # Its cells are not shown: they are those of a record, perhaps of all.
            return (
                "the header line holds dates or amounts as well: does a line end lack there, or are the line ends of an unknown "
                "kind? Headers that really read so can be named under ignore"
            )
        if self.missing:
            return f"required columns not found: {', '.join(self.missing)}; {self.told}"
        if self.ambiguous:
            return f"several headers have the same name for: {', '.join(self.ambiguous)}; {self.told}"
        return None


@dataclass
class Names:
    """Every spelling under which a contract column may appear; the source's aliases before the contract's own names.

    A column with a constant value is looked for under no name, and a header that the source ignores is none of a column.
    """

    table: Table
    source: Source
    ranks: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spelled = [(header, column) for header, column in self.source.aliases.items()]
        spelled += [(column.name, column.name) for column in self.table.columns]
        spelled += [(alias, column.name) for column in self.table.columns for alias in column.aliases]
        self._ignored = {plain(header) for header in (*self.source.ignore, *self.source.skip_where)}
        unwanted = {plain(header) for header in self.source.ignore}
        for rank, (spelling, column) in enumerate(spelled):
            if column not in self.source.constants and plain(spelling) not in unwanted:
                self.ranks.setdefault(plain(spelling), (rank, column))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be in the file: the contract's and the source's, without those that are constant."""
        needed = [c.name for c in self.table.columns if c.required or c.name in self.source.required]
        return tuple(name for name in needed if name not in self.source.constants)

    def find(self, rows: Sequence[list[str]]) -> Header | None:
        """Return the header among the leading rows: the first with every required column, else the one most like it.

        A row is like a header when 60 % of its cells are known; a title such as `Payment` above the header is too.
        """
        best: Header | None = None
        for line, cells in enumerate(rows[:SEARCHED]):
            stripped = [cell.strip() for cell in cells]
            filled = [cell for cell in stripped if cell]
            known = sum(plain(cell) in self.ranks or plain(cell) in self._ignored for cell in filled)
            if known and (known >= KNOWN_SHARE * len(filled) or self._has_required(filled)):
                header = self._match(line, stripped, known)
                if not header.missing:
                    return header
                best = header if best is None or known > best.known else best
        return best

    def find_below(self, rows: Sequence[list[str]]) -> int | None:
        """Return the index of the first row that has every required column, anywhere among the rows."""
        return next(
            (i for i, cells in enumerate(rows) if self.required and self._has_required(cells)),
            None,
        )

    def _has_required(self, cells: list[str]) -> bool:
        found = {self.ranks[plain(cell)][1] for cell in cells if plain(cell) in self.ranks}
        return found.issuperset(self.required)

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
            if cell and i not in positions.values() and plain(cell) not in self._ignored
        ]
        missing = tuple(name for name in self.required if name not in positions)
        flags += [
            Flag("MISSING_COLUMN", f"the file has no column for {column.name}")
            for column in self.table.columns
            if column.name not in positions and not self._expected_absent(column)
        ]
        holds_values = any(
            _VALUE.fullmatch(cell)
            for cell in cells
            if plain(cell) not in self._ignored and plain(cell) not in self.ranks
        )
        twice = tuple(sorted(ambiguous))
        told = self.told(cells)
        return Header(line, tuple(cells), positions, tuple(flags), missing, twice, known, told, holds_values)

    def told(self, cells: Sequence[str]) -> str:
        """Return what may be said of a line that is not the header it should be."""
        return told_names(cells, self.ranks.keys() | self._ignored)

    def _expected_absent(self, column: Column) -> bool:
        return column.required or column.name in self.source.absent or column.name in self.source.constants

    def _extra(self, cell: str, cells: list[str], positions: dict[str, int]) -> Flag:
        column = self.ranks.get(plain(cell), (0, ""))[1]
        if not column:
            return Flag("EXTRA_COLUMN", f"the column '{shown(cell)}' is not in the contract and was not read")
        used = cells[positions[column]]
        return Flag(
            "EXTRA_COLUMN", f"the column '{shown(cell)}' was not read: {column} is read from '{shown(used)}'"
        )
