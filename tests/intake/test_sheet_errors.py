"""Cells of a workbook that hold an error are told, not read as empty."""

import io

import xlsxwriter

from assets.intake.sheet_errors import errors_of
from tests.intake.exporting import COMPACT, read


def workbook(*sheets):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell.startswith("#"):
                    sheet.write_formula(i, j, f"={cell}", None, cell)
                else:
                    sheet.write(i, j, cell)
    book.close()
    return buffer.getvalue()


HEADER = [*COMPACT.split(","), "trace"]
GOOD = ["D1", "P9", "125.50", "2026-03-02", "2026-03-02 09:00:00", "T1"]


def test_errors_are_found_in_the_sheet_that_is_asked_for():
    data = workbook(("Notes & more", [["#REF!"]]), ("Export", [["a", "b"], ["c", "#N/A"], ["#DIV/0!", "d"]]))
    assert errors_of(data, "Export") == {(1, 1): "#N/A", (2, 0): "#DIV/0!"}
    assert errors_of(data, "Notes & more") == {(0, 0): "#REF!"}
    assert errors_of(data, "Other") == {}


def test_an_error_in_an_optional_cell_rejects_its_record():
    data = workbook(("Export", [HEADER, GOOD, [*GOOD[:5], "#N/A"]]))
    parsed = read(data)
    assert (parsed.records, parsed.loaded, parsed.rejected) == (2, 1, 1)
    assert parsed.rejects[0].column == "trace"
    assert "spreadsheet error" in parsed.rejects[0].reason


def test_an_error_in_an_amount_rejects_its_record():
    parsed = read(workbook(("Export", [HEADER, GOOD, ["D2", "P9", "#REF!", *GOOD[3:]]])))
    assert (parsed.loaded, parsed.rejects[0].column) == (1, "bank_amount")


def test_a_row_of_nothing_but_errors_is_no_record():
    parsed = read(workbook(("Export", [HEADER, GOOD, ["#N/A"] * 6])))
    assert (parsed.records, parsed.loaded, parsed.rejected) == (1, 1, 0)
