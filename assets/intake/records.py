"""What every reader returns: typed frames, rejects with place and reason, flags and an independent count.

Belongs here: the types that readers and the loader share. Does not belong here: reading or loading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Hide = Callable[[str, str | None], str | None]
"""Pseudonymise: (kind of identifier, clear value) -> pseudonym; empty values stay None."""


@dataclass(frozen=True)
class Reject:
    """A record that was not loaded, with its place and the reason.

    `row_no` is the segment ordinal (X12) or record number (exports). `shape` is the value with every letter turned
    to A and every digit to 9: enough to recognise a format, not a person.
    """

    table: str
    reason: str
    txn_no: int = 0
    row_no: int = 0
    column: str = ""
    shape: str = ""
    records: int = 1


@dataclass(frozen=True)
class Flag:
    """Something odd that did not stop the load: a code, a place and a sentence without row values."""

    code: str
    message: str
    txn_no: int = 0
    row_no: int = 0


@dataclass(frozen=True)
class Transaction:
    """An X12 transaction set as it was delivered: a row of intake.transactions.

    `sender` and `receiver` are ISA06 and ISA08. `body_hash` is 16 hexadecimal digits of blake2b over the segments between ST
    and SE, each without blanks around it, joined by line feeds. `records` were counted, and loaded unless `outcome` is
    rejected.
    """

    txn_no: int
    kind: str
    sender: str
    receiver: str
    interchange_control: str
    group_control: str
    txn_control: str
    version: str
    first_segment: int
    last_segment: int
    body_hash: str
    records: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Balance:
    """How often the amounts of one level of a file add up: a row of intake.balances.

    `difference` is the sum of the absolute differences in cents; what could not be added up is `unchecked`.
    """

    level: str
    checked: int
    unbalanced: int
    unchecked: int
    difference: int


class Tables(Mapping[str, "pl.DataFrame"]):
    """Frames by table name. Rows of a small file stay rows until somebody asks: a frame costs more than reading it."""

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame] | None = None,
        rows: Mapping[str, list[tuple[Any, ...]]] | None = None,
        build: Callable[[str, list[tuple[Any, ...]]], pl.DataFrame] | None = None,
    ) -> None:
        self._frames = dict(frames or {})
        self.rows = dict(rows or {})
        self._build = build

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._frames and name in self.rows and self._build is not None:
            self._frames[name] = self._build(name, self.rows[name])
        return self._frames[name]

    def __setitem__(self, name: str, frame: pl.DataFrame) -> None:
        self._frames[name] = frame

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.rows, *self._frames)))

    def __len__(self) -> int:
        return len(set(self.rows) | set(self._frames))

    def height(self, name: str) -> int:
        """Return how many rows a table has; 0 when there is none of the name."""
        if name in self.rows:
            return len(self.rows[name])
        return self._frames[name].height if name in self._frames else 0


@dataclass
class Parsed:
    """What a reader made of one file, or of one part of a large one; the account of a file is the sum of its parts.

    `tables` hold the business columns of the contract plus txn_no, row_no and k, in the contract's types.
    `records` counts the records independently of the parse; it must equal loaded + rejected + `footers`, where loaded
    is the height of the `counted` tables (each holds one row per record) less `split`, the rows beyond the first of a record
    that was cut: an activity across midnight, say.
    """

    kind: str
    counted: tuple[str, ...]
    tables: Tables = field(default_factory=Tables)
    rejects: list[Reject] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    records: int = 0
    footers: int = 0
    unusable: str | None = None
    transactions: list[Transaction] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)
    split: int = 0

    @property
    def loaded(self) -> int:
        """Records that became rows of a counted table."""
        return sum(self.tables.height(name) for name in self.counted) - self.split

    @property
    def rejected(self) -> int:
        """Records that were rejected."""
        return sum(reject.records for reject in self.rejects if reject.table in self.counted)


def shape_of(value: object) -> str:
    """Return the value with letters as A and digits as 9, cut to 40 characters: safe to store and show."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", str(value)))[:40]
