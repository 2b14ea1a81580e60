"""Workbooks and Parquet files of the folder of formats.

Belongs here: cells with types: text identifiers, real dates, spreadsheet errors. Does not belong here: delimited text
(`exports.py`). Files are the same bytes each time: their creation times are fixed.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from assets.sample.formats.tables import LATER, Table, charges, deposits, made, payments

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.sample.formats.made import Made
    from assets.sample.formats.x12_envelope import Maker

_CREATED = datetime(2026, 3, 2)  # noqa: DTZ001 - a workbook's times carry no zone
_DAYS = frozenset({"received_on", "service_date"})
_MONEY = frozenset({"amount", "bank_amount", "plb_amount", "variance_amount", "charge"})


def workbooks(maker: Maker) -> list[Made]:
    """Return workbooks and Parquet files, sound and damaged."""
    return [*_sheets(maker), *_parquet(maker)]


def _typed(name: str, cell: str) -> object:
    """Return a cell as a spreadsheet holds it: dates as dates, amounts as numbers, identifiers as text."""
    if not cell or cell.startswith("#"):
        return cell
    if name in _DAYS:
        return datetime.fromisoformat(cell)
    if name.endswith("_at"):
        return datetime.fromisoformat(cell)
    return float(cell) if name in _MONEY else int(cell) if name == "n_lines" else cell


def _workbook(
    table: Table, more: Callable[[xlsxwriter.Workbook], None] | None = None, skip: int = 0
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    book.set_properties({"created": _CREATED, "author": "rcmbench sample"})
    sheet = book.add_worksheet("Export")
    for i, row in enumerate((table.header, *table.rows)):
        for j, cell in enumerate(row):
            value = cell if i == 0 else _typed(table.header[j], cell)
            if isinstance(value, datetime):
                sheet.write_datetime(i + skip, j, value)
            elif isinstance(value, str) and value.startswith("#"):
                sheet.write_formula(i + skip, j, f"={value}", None, value)
            elif isinstance(value, str):
                sheet.write_string(i + skip, j, value)
            else:
                sheet.write_number(i + skip, j, value)
    if skip:
        sheet.write_string(0, 0, "Sample Office, an invented export")
    if more is not None:
        more(book)
    book.close()
    return buffer.getvalue()


def _notes(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("Notes").write_string(0, 0, "Nothing to load here.")


def _sheets(maker: Maker) -> list[Made]:
    wrong = charges(maker, 4).changed("encounter_id", {1: "#REF!"}).changed("payer_class", {3: "#N/A"})
    book = _workbook(payments(maker, 3))
    return [
        made(
            "deposits_20260302.xlsx",
            "XLSX: identifiers as text, dates as dates",
            t := deposits(maker, 4),
            _workbook(t),
        ),
        made(
            "payments_titles.xlsx",
            "XLSX with a title above the header",
            t := payments(maker, 3),
            _workbook(t, skip=3),
        ),
        made(
            "payments_sheets.xlsx",
            "XLSX with a second sheet",
            t := payments(maker, 3),
            _workbook(t, _notes),
            flags=["EXTRA_SHEET"],
        ),
        made(
            "charge_entries_errors.xlsx",
            "XLSX with spreadsheet errors",
            wrong,
            _workbook(wrong),
            wrong="two records",
            rejected=2,
            day=LATER,
        ),
        made(
            "payments_damaged.xlsx",
            "XLSX that is cut, and so no workbook any more",
            Table("", (), ()),
            book[: len(book) // 2],
            wrong="cut",
            status="unusable",
            day=LATER,
        ),
    ]


def _arrow(table: Table) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for i, name in enumerate(table.header):
        cells = [row[i] or None for row in table.rows]
        if name in _DAYS:
            columns[name] = pa.array([date.fromisoformat(cell) for cell in cells if cell], pa.date32())
        elif name.endswith("_at"):
            columns[name] = pa.array(
                [datetime.fromisoformat(cell) for cell in cells if cell], pa.timestamp("us")
            )
        elif name in _MONEY:
            columns[name] = pa.array([Decimal(cell) for cell in cells if cell], pa.decimal128(18, 2))
        elif name == "n_lines":
            columns[name] = pa.array([int(cell) for cell in cells if cell], pa.int64())
        else:
            columns[name] = pa.array(cells, pa.string())
    return pa.table(columns)


def _parquet_bytes(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _parquet(maker: Maker) -> list[Made]:
    table, other, cut = payments(maker, 5), deposits(maker, 3), payments(maker, 3)
    arrow = _arrow(other)
    place = arrow.schema.get_field_index("bank_amount")
    lists = arrow.set_column(place, "bank_amount", pa.array([[1], [2], [3]], pa.list_(pa.int64())))
    return [
        made(
            "payments_20260303.parquet", "Parquet with types", table, _parquet_bytes(_arrow(table)), day=LATER
        ),
        made(
            "deposits_types.parquet",
            "Parquet with lists for amounts",
            other,
            _parquet_bytes(lists),
            wrong="a type that cannot become an amount",
            status="unusable",
            day=LATER,
        ),
        made(
            "payments_damaged.parquet",
            "Parquet that is cut",
            cut,
            _parquet_bytes(_arrow(cut))[:-30],
            wrong="cut",
            status="unusable",
            day=LATER,
        ),
    ]
