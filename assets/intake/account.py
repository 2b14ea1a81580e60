"""The account of a file: records = loaded + rejected + footers, summed over the parts in which it was read.

Belongs here: the sums, and what they make of the file's row. Does not belong here: reading (`read.py`) and staging.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assets.counted import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.files import FileRow
    from assets.intake.records import Balance, Parsed


@dataclass
class Account:
    """What the parts of a file add up to. Rejected rows of tables that are not counted (lines, say) are no records.

    With `tables`, rows of any other table do not count as loaded: they are staged nowhere.
    """

    tables: frozenset[str] | None = None
    records: int = 0
    loaded: int = 0
    rejected: int = 0
    footers: int = 0
    flags: int = 0
    unusable: str | None = None
    kind: str = "unknown"
    balances: dict[str, list[int]] = field(default_factory=dict)

    def add(self, part: Parsed) -> None:
        """Add a part. One unusable part makes the whole file unusable; the first reason counts."""
        self.records += part.records
        staged = [name for name in part.counted if self.tables is None or name in self.tables]
        self.loaded += sum(map(part.tables.height, staged)) - part.split
        self.rejected += part.rejected
        self.footers += part.footers
        self.flags += len(part.flags)
        self.unusable = self.unusable or part.unusable
        # A part speaks of the file as far as it has been read; one that only says what went wrong knows no kind.
        self.kind = part.kind if part.counted or self.kind == "unknown" else self.kind
        for balance in part.balances:
            self._balance(balance)

    def _balance(self, balance: Balance) -> None:
        known = self.balances.setdefault(balance.level, [0, 0, 0, 0])
        for place, number in enumerate(
            (balance.checked, balance.unbalanced, balance.unchecked, balance.difference)
        ):
            known[place] += number

    @property
    def adds_up(self) -> bool:
        """Whether every record is somewhere."""
        return self.records == self.loaded + self.rejected + self.footers

    @property
    def sentence(self) -> str:
        """The account in numbers."""
        return (
            f"{many(self.records, 'record')} in the file, but {self.loaded} loaded + {self.rejected} rejected + "
            f"{many(self.footers, 'footer')}"
        )

    def balance_rows(self) -> Iterator[tuple[str, int, int, int, Decimal]]:
        """Yield level, checked, unbalanced, unchecked and the difference in USD."""
        for level, (checked, unbalanced, unchecked, cents) in sorted(self.balances.items()):
            yield level, checked, unbalanced, unchecked, Decimal(cents) / 100

    def settled(self, row: FileRow) -> FileRow:
        """Return the file's row with its account: loaded, unusable, or held because records are missing or too many."""
        if self.unusable:
            return replace(
                row,
                status="unusable",
                records=max(self.records, self.rejected),
                loaded=0,
                rejected=max(self.records, self.rejected),
                footers=0,
                flags=self.flags,
                reason=self.unusable,
            )
        counted = replace(
            row,
            kind=self.kind if row.feed in {"837", "835", "ack"} else row.kind,
            status="loaded",
            records=self.records,
            loaded=self.loaded,
            rejected=self.rejected,
            footers=self.footers,
            flags=self.flags,
        )
        return counted if self.adds_up else replace(counted, status="held", loaded=0, reason=self.sentence)
