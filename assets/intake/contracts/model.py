"""What a contract is: the columns that an intake table has, and what each one means.

Belongs here: the types of a contract and the columns that every intake table shares.
Does not belong here: the contracts themselves (`x12.py`, `exports.py`) and reading files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Hidden = Literal["staff", "patient", "member"]


@dataclass(frozen=True)
class Column:
    """A column of an intake table.

    `type` is a DuckDB type. `required` means that a row without it is rejected. `hide` names the kind of
    identifier that is replaced by a keyed pseudonym before the row leaves intake; such a column never holds clear text.
    `aliases` are the headers under which practice-management exports usually carry it.
    """

    name: str
    type: str
    doc: str
    required: bool = False
    hide: Hidden | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The contract of one intake table.

    `key` identifies the business fact (several deliveries of it may be stored; the ledger takes the last one).
    An `occasional` feed comes when there is something to tell: a day without it is not a day on which it is missing.
    `event` is the column whose calendar day, in the office's time zone, becomes `event_date`.
    """

    name: str
    doc: str
    key: tuple[str, ...]
    event: str
    columns: tuple[Column, ...]
    feed: str = ""
    snapshot: bool = False
    occasional: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the business columns, in contract order."""
        return tuple(column.name for column in self.columns)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Business columns, the provenance columns and, for exports, the hash of the row."""
        return (*self.columns, *PROVENANCE, *((ROW_HASH,) if self.hashed else ()))

    @property
    def hashed(self) -> bool:
        """Whether rows carry a hash: those of X12 are known by the body hash of their transaction instead."""
        return self.feed not in {"837", "ack", "835"}


PROVENANCE: tuple[Column, ...] = (
    Column("event_date", "DATE", "calendar day of the fact, in the office's time zone"),
    Column("delivery_date", "DATE", "day on which the file was delivered: the partition"),
    Column("file_id", "VARCHAR", "content hash of the file, see intake.files"),
    Column("txn_no", "INTEGER", "X12: ordinal of the transaction set in the file, from 1; other files: 0"),
    Column(
        "row_no", "BIGINT", "X12: ordinal of the segment in the file; exports: number of the record, from 1"
    ),
    Column("k", "INTEGER", "ordinal of the value inside the segment or record (a CAS triplet, say); else 0"),
)
ROW_HASH = Column("row_hash", "VARCHAR", "hash of the business columns: equal rows have equal hashes")


def text(name: str, doc: str, *aliases: str, required: bool = False, hide: Hidden | None = None) -> Column:
    """Return a text column; identifiers are always text, so that leading zeros survive."""
    return Column(name, "VARCHAR", doc, required, hide, aliases)


def money(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return a money column in US dollars."""
    return Column(name, "DECIMAL(18,2)", doc, required, None, aliases)


def day(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return a calendar date column."""
    return Column(name, "DATE", doc, required, None, aliases)


def moment(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return a point in time; exports without a zone are read in the office's zone."""
    return Column(name, "TIMESTAMPTZ", doc, required, None, aliases)


def whole(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return a whole-number column."""
    return Column(name, "BIGINT", doc, required, None, aliases)


def number(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return an exact decimal column with three places (units, minutes, hours)."""
    return Column(name, "DECIMAL(18,3)", doc, required, None, aliases)


def factor(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return an exact decimal column with four places: a factor by which amounts are made."""
    return Column(name, "DECIMAL(18,4)", doc, required, None, aliases)


def flag(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    """Return a yes/no column."""
    return Column(name, "BOOLEAN", doc, required, None, aliases)
