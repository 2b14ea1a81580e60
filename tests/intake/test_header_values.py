"""A header line that a record was joined to: nothing of the record is shown, and the file does not pass as an empty one."""

import io

import polars as pl
import pytest
import xlsxwriter

from tests.intake.exporting import GOOD, HEADER, read, source_of


def _text(cells):
    return ",".join(cells) + "\n" + GOOD + "\n"


def _workbook(cells):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Sheet1").write_row(0, 0, cells)
    return stream.getvalue()


def _parquet(cells):
    stream = io.BytesIO()
    pl.DataFrame({name: ["x"] for name in cells}).write_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", [_text, _workbook, _parquet])
def test_of_a_first_row_that_is_no_header_only_names_of_columns_are_told(kind):
    words = ("Payer", "Amount", "Received", "ROE JANE")
    said = read(kind(words)).unusable
    assert "required columns not found: deposit_id" in said
    assert "known: Payer, Amount, Received; 1 other cell is not shown" in said
    assert "ROE" not in said


def test_columns_of_a_parquet_file_that_are_none_of_the_table_s_are_counted_only():
    assert "known: none; 2 other cells are not shown" in read(_parquet(("ROE JANE", "Main Street"))).unusable


def test_a_file_with_the_same_header_twice_is_told_without_its_other_cells():
    said = read(f"{HEADER},bank_amount,ROE JANE\n{GOOD},5,x\n").unusable
    assert ("several headers" in said, "ROE" in said) == (True, False)


@pytest.mark.parametrize("end", ["", "\x1d", "\x0b", " "])
def test_a_record_joined_to_the_header_makes_the_file_unusable_and_is_not_shown(end):
    lines = (f"{HEADER},memo", f"{GOOD},x", f"{GOOD.replace('D1', 'JANE ROE')},x")
    parsed = read(end.join((*lines, "")))
    assert "line end" in parsed.unusable
    assert parsed.flags == []
    assert not [
        cell for cell in ("D1", "125.50", "JANE ROE", "00100", "2026-03-02") if cell in parsed.unusable
    ]


@pytest.mark.parametrize(
    "value", ["2026-03-02", "3/2/2026", "12.50", "$1,200.00", "(3.00)", "2026-03-02 09:00"]
)
def test_a_header_that_reads_like_a_value_is_one_unless_the_source_ignores_it(value):
    text = f'{HEADER},"{value}"\n{GOOD},x\n'
    assert "line end" in read(text).unusable
    assert read(text, source=source_of("deposits", ignore=(value,))).loaded == 1


@pytest.mark.parametrize("name", ["2026", "0-30", "31-60", "Level 2", "Week 10", "Q1/26", "v1.2"])
def test_headers_with_digits_are_headers(name):
    assert read(f"{HEADER},{name}\n{GOOD},x\n").loaded == 1


def test_of_a_header_with_a_long_number_only_the_shape_is_shown():
    flags = read(f"{HEADER},Roe1964\tX 12,Level 2\n{GOOD},x,y\n").flags
    assert [flag.message.split("'")[1] for flag in flags if flag.code == "EXTRA_COLUMN"] == [
        "AAA9999 A 99",
        "Level 2",
    ]
