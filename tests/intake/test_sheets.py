"""Workbooks and Parquet files: cells by type, damaged files, and files that would fill the memory."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
import xlsxwriter

from tests.intake.exporting import (
    GOOD,
    HEADER,
    SHIFTS,
    codes_of,
    read,
    rows_of,
    source_of,
)


def _workbook(*sheets, **options):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss", **options}
    )
    duration = book.add_format({"num_format": "[h]:mm:ss"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, timedelta):
                    sheet.write_datetime(i, j, cell, duration)
                elif cell is not None:
                    sheet.write(i, j, cell)
    book.close()
    return stream.getvalue()


def test_a_workbook_reads_like_the_same_table_in_csv():
    rows = [
        ["Deposit list"],
        [],
        HEADER.split(","),
        ["D1", 10004.0, "00100", 125.5, None, datetime(2026, 3, 2), None, None, datetime(2026, 3, 2, 9)],  # noqa: DTZ001
        [None] * 9,
        [10005, "P", 7, 0.1 + 0.2, "$5", 46083, None, None, 46083.375],
        ["Total", None, None, 125.8],
    ]
    parsed = read(_workbook(("Deposits", rows)))
    frame = rows_of(parsed)
    assert frame["deposit_id"].to_list() == ["D1", "10005"]
    assert frame["payer_id"].to_list() == ["10004", "P"]
    assert frame["trace"].to_list() == ["00100", "7"]
    assert frame["bank_amount"].to_list() == [Decimal("125.50"), Decimal("0.30")]
    assert frame["received_on"].to_list() == [date(2026, 3, 2)] * 2
    assert frame["updated_at"].to_list() == [datetime(2026, 3, 2, 15, tzinfo=UTC)] * 2
    assert frame["row_no"].to_list() == [1, 2]
    assert (parsed.records, parsed.footers) == (3, 1)


def test_durations_of_a_workbook_keep_their_days():
    header = ["staff_id", "shift_date", "start_at", "end_at", "paid_min"]
    row = ["u1", datetime(2026, 3, 2), datetime(2026, 3, 2, 8), datetime(2026, 3, 3, 20), timedelta(hours=36)]  # noqa: DTZ001
    assert rows_of(read(_workbook(("S", [header, row])), SHIFTS))["paid_min"].to_list() == [Decimal(2160)]


def test_identifiers_of_over_fifteen_digits_are_flagged():
    row = ["D1", "P", 1234567890123456789, "2026-03-02", "2026-03-02 09:00"]
    header = ["deposit_id", "payer_id", "trace", "received_on", "updated_at"]
    parsed = read(_workbook(("S", [[*header, "bank_amount"], [*row, 5]])))
    assert "LONG_NUMBER" in codes_of(parsed)


def test_the_first_sheet_with_a_header_is_read_and_the_others_are_named():
    data = _workbook(
        ("Cover", [["Office 1"]]),
        ("Data", [HEADER.split(","), GOOD.split(",")]),
        ("More", [HEADER.split(","), GOOD.split(",")]),
    )
    parsed = read(data)
    assert parsed.loaded == 1
    assert [f.message for f in parsed.flags] == [
        "sheet 'Cover' holds cells and was not read",
        "sheet 'More' holds cells and was not read",
    ]
    assert "'Nope'; its visible sheets are: Cover, Data, More" in (
        read(data, source=source_of("deposits", sheet="Nope")).unusable or ""
    )


def test_a_stray_cell_far_away_does_not_fill_the_memory():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert "spans 1048576 rows and 16384 columns" in (read(stream.getvalue()).unusable or "")


def test_a_damaged_workbook_is_unusable():
    data = _workbook(("S", [HEADER.split(","), GOOD.split(",")]))
    assert "damaged" in (read(data[: len(data) // 2]).unusable or "")


def _parquet(**columns):
    stream = io.BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    return stream.getvalue()


def test_a_parquet_file_is_cast_to_the_contract():
    data = _parquet(
        deposit_id=[101, 102],
        bank_amount=[0.1 + 0.2, 5.0],
        received_on=[date(2026, 3, 2), None],
        updated_at=pl.Series(
            [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (15, 16)], dtype=pl.Datetime("ns", "UTC")
        ).dt.convert_time_zone("America/New_York"),
    )
    parsed = read(data)
    row = rows_of(parsed).row(0, named=True)
    assert (row["deposit_id"], row["bank_amount"], row["received_on"]) == (
        "101",
        Decimal("0.30"),
        date(2026, 3, 2),
    )
    assert row["updated_at"] == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert [(r.row_no, r.column, r.reason) for r in parsed.rejects] == [
        (2, "received_on", "a required cell is empty")
    ]


def test_a_parquet_type_that_cannot_become_the_contract_s_makes_the_file_unusable():
    moment = [datetime(2026, 3, 2)]  # noqa: DTZ001
    data = _parquet(deposit_id=["1"], bank_amount=[[1, 2]], received_on=[date(2026, 3, 2)], updated_at=moment)
    assert "the column 'bank_amount' has the type List, which cannot become DECIMAL(18,2)" in (
        read(data).unusable or ""
    )
    assert read(data[:40]).unusable


@pytest.mark.parametrize("start", range(0, 1600, 40))
def test_a_parquet_file_with_flipped_bytes_never_ends_the_process(start):
    days = [date(2026, 3, 2)] * 2
    data = bytearray(
        _parquet(deposit_id=["1", "2"], bank_amount=[1.0, 2.0], received_on=days, updated_at=days)
    )
    for i in range(start, min(start + 40, len(data)), 7):
        data[i] ^= 0xFF
    read(bytes(data))


def _with_formulas(fill, *, hidden=False):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    first, sheet = book.add_worksheet("Old"), book.add_worksheet("Now")
    first.write_row(0, 0, HEADER.split(","))
    first.write_row(1, 0, GOOD.split(","))
    if hidden:
        sheet.activate()
        first.hide()
    fill(sheet)
    book.close()
    return stream.getvalue()


def test_titles_in_merged_cells_above_the_header_do_no_harm():
    def fill(sheet):
        sheet.merge_range(0, 0, 1, 8, "Deposits of the week")
        sheet.merge_range(2, 0, 2, 3, "Bank")
        sheet.write_row(3, 0, HEADER.split(","))
        sheet.write_row(4, 0, GOOD.split(","))

    parsed = read(_with_formulas(fill), source=source_of("deposits", sheet="Now"))
    assert (parsed.records, parsed.loaded) == (1, 1)


def test_a_hidden_sheet_is_read_only_when_it_is_named():
    def fill(sheet):
        sheet.write_row(0, 0, HEADER.split(","))
        for i in (1, 2):
            sheet.write_row(i, 0, GOOD.split(","))

    data = _with_formulas(fill, hidden=True)
    assert read(data).loaded == 2
    assert read(data, source=source_of("deposits", sheet="Old")).loaded == 1


def test_a_formula_counts_with_its_value_and_an_error_is_a_reject():
    def fill(sheet):
        sheet.write_row(0, 0, HEADER.split(","))
        for i, (formula, value) in enumerate((("=1+1", 2), ("=1/0", "#DIV/0!")), start=1):
            sheet.write_row(i, 0, GOOD.split(","))
            sheet.write_formula(i, 3, formula, None, value)

    parsed = read(_with_formulas(fill), source=source_of("deposits", sheet="Now"))
    assert rows_of(parsed)["bank_amount"].to_list() == [Decimal(2)]
    assert [(r.row_no, r.column) for r in parsed.rejects] == [(2, "bank_amount")]


def test_bare_numbers_in_a_column_of_dates_are_flagged_unless_declared():
    row = ["D1", "P", "1", 5, None, 46083, None, None, "2026-03-02 09:00"]
    data = _workbook(("S", [HEADER.split(","), row]))
    assert "received_on: 1 cell is a bare number" in "".join(flag.message for flag in read(data).flags)
    declared = read(data, source=source_of("deposits", formats={"received_on": "excel_serial"}))
    assert rows_of(declared)["received_on"].to_list() == [date(2026, 3, 2)]
    assert "EXCEL_SERIAL" not in codes_of(declared)


def test_records_to_skip_and_constants_hold_for_parquet_too():
    data = _parquet(
        deposit_id=["1", "2", None],
        type=["PAY", "VOID", None],
        received_on=[date(2026, 3, 2)] * 3,
        updated_at=[date(2026, 3, 2)] * 3,
    )
    source = source_of("deposits", skip_where={"type": "^VOID$"}, constants={"bank_amount": "1"})
    parsed = read(data, source=source)
    assert (parsed.records, parsed.loaded, parsed.footers, parsed.rejected) == (3, 1, 1, 1)
    assert rows_of(parsed)["row_no"].to_list() == [1]
