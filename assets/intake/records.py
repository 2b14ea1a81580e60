"""What every reader returns: typed frames, rejects with place and reason, flags and an independent count.

Belongs here: the types that readers and the loader share. Does not belong here: reading or loading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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


@dataclass
class Parsed:
    """What a reader made of one file.

    `tables` hold the business columns of the contract plus txn_no, row_no and k, in the contract's types.
    `records` counts the file's records independently of the parse; it must equal loaded + rejected + `footers`,
    where loaded is the height of `counted` (the table that holds one row per record).
    """

    kind: str
    counted: str
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    records: int = 0
    footers: int = 0
    unusable: str | None = None

    @property
    def loaded(self) -> int:
        """Records that became rows of the counted table."""
        frame = self.tables.get(self.counted)
        return 0 if frame is None else frame.height

    @property
    def rejected(self) -> int:
        """Records that were rejected."""
        return sum(reject.records for reject in self.rejects if reject.table == self.counted)


def shape_of(value: object) -> str:
    """Return the value with letters as A and digits as 9, cut to 40 characters: safe to store and show."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", str(value)))[:40]
