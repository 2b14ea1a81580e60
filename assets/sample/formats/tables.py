"""Invented exports before they are written: payments, deposits and charge entries as tables of text.

Belongs here: the rows, and turning a table into a file with its line in the account. Does not belong here: which files
there are (`exports.py`, `exports_damaged.py`, `workbooks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assets.sample.formats.made import Line, Made
from assets.sample.formats.x12_claims import usd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.sample.formats.x12_envelope import Maker

DAY, LATER, LAST = "2026-03-02", "2026-03-03", "2026-03-05"
PAYMENTS = [
    "txn_id",
    "deposit_id",
    "pcn",
    "payer_id",
    "amount",
    "method",
    "n_lines",
    "received_on",
    "posted_by",
    "posted_at",
    "exception_reason",
    "variance_amount",
    "exception_resolved_at",
]
DEPOSITS = [
    "deposit_id",
    "payer_id",
    "trace",
    "bank_amount",
    "plb_amount",
    "received_on",
    "posted_complete_at",
    "reconciled_at",
    "updated_at",
]
CHARGES = [
    "encounter_id",
    "pcn",
    "provider_npi",
    "service_date",
    "doc_final_at",
    "entered_by",
    "entered_at",
    "payer_id",
    "payer_class",
    "n_lines",
    "charge",
]


@dataclass(frozen=True)
class Table:
    """An export before it is written: the feed, the header and the rows, all of them text."""

    feed: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def changed(self, column: str, values: dict[int, str]) -> Table:
        """Return the table with other cells in a column, by row."""
        at = self.header.index(column)
        rows = [(*row[:at], values.get(i, row[at]), *row[at + 1 :]) for i, row in enumerate(self.rows)]
        return replace(self, rows=tuple(rows))

    def only(self, columns: Sequence[str]) -> Table:
        """Return the table with these columns in this order."""
        places = [self.header.index(column) for column in columns]
        return Table(self.feed, tuple(columns), tuple(tuple(row[i] for i in places) for row in self.rows))

    def renamed(self, names: dict[str, str]) -> Table:
        """Return the table under other headers."""
        return replace(self, header=tuple(names.get(name, name) for name in self.header))

    def text(self, delimiter: str = ",", end: str = "\n") -> str:
        """Return header and rows as delimited text; a cell is quoted where it must be."""
        return "".join(
            f"{delimiter.join(_quoted(cell, delimiter) for cell in row)}{end}"
            for row in (self.header, *self.rows)
        )


def _quoted(cell: str, delimiter: str) -> str:
    return (
        '"' + cell.replace('"', '""') + '"'
        if any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
        else cell
    )


def payments(maker: Maker, count: int) -> Table:
    """Return payments posted by three invented people."""
    rows = []
    for _ in range(count):
        n = maker.number()
        clock = f"2026-03-02 {8 + n % 9:02d}:{n % 60:02d}:00"
        amount = usd(maker.cents())
        what = (f"FMTT{n:06d}", "FMTD1", f"FMT{n:06d}", "SPC01", amount, "eob_manual", "2", "2026-02-27")
        rows.append((*what, f"sample.poster{n % 3}", clock, "variance", "-1.50", clock))
    return Table("payments", tuple(PAYMENTS), tuple(rows))


def deposits(maker: Maker, count: int) -> Table:
    """Return deposits that were posted and agreed with the bank on one day; traces begin with zeros."""
    rows = []
    for _ in range(count):
        n = maker.number()
        what = (f"{n:08d}", "SPC01", f"000{n:06d}", usd(maker.cents()), "0.00", "2026-02-27")
        rows.append((*what, "2026-03-02 10:00:00", "2026-03-02 11:00:00", "2026-03-02 11:00:00"))
    return Table("deposits", tuple(DEPOSITS), tuple(rows))


def charges(maker: Maker, count: int) -> Table:
    """Return charge entries of two invented people."""
    rows = []
    for _ in range(count):
        n = maker.number()
        what = (f"FMTE{n:06d}", f"FMT{n:06d}", "1999999984", "2026-02-26", "2026-02-27 09:00:00")
        who = (f"sample.entry{n % 2}", "2026-03-02 09:30:00", "SPC01", "commercial", "2")
        rows.append((*what, *who, usd(maker.cents())))
    return Table("charge_entries", tuple(CHARGES), tuple(rows))


def made(  # noqa: PLR0913 - what a file is, and how it must end
    name: str,
    what: str,
    table: Table,
    content: str | bytes | None = None,
    *,
    wrong: str = "",
    status: str = "loaded",
    rejected: int = 0,
    footers: int = 0,
    extra: int = 0,
    flags: Sequence[str] = (),
    day: str = DAY,
) -> Made:
    """Return a file of a table; `extra` records (footers among them) stand in the text beyond the table's rows."""
    content = table.text() if content is None else content
    data = content if isinstance(content, bytes) else content.encode()
    line = Line(
        what,
        table.feed,
        wrong,
        status,
        len(table.rows) + extra,
        rejected=rejected,
        footers=footers,
        flags=tuple(flags),
    )
    return Made(f"{day}/{name}" if day else name, data, (line,))
