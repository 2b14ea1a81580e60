"""Delimited text: encodings, line ends, broken quotes, and that no record is ever lost in silence."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake.delimited import read_records
from assets.intake.recount import count_records
from tests.intake.exporting import (
    COMPACT,
    GOOD,
    HEADER,
    codes_of,
    read,
    rows_of,
)


@pytest.mark.parametrize(
    ("encoding", "flags"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["ENCODING"]),
        ("utf-16-le", ["ENCODING"]),
        ("utf-16-be", ["ENCODING"]),
    ],
)
def test_byte_order_marks_and_utf_16_are_understood(encoding, flags):
    parsed = read(f"{HEADER}\n{GOOD.replace('P9', 'Pé')}\n".encode(encoding))
    assert rows_of(parsed)["payer_id"].to_list() == ["Pé"]
    assert codes_of(parsed) == flags


def test_a_file_that_is_not_utf_8_is_read_as_cp1252_and_flagged():
    parsed = read(f"{HEADER}\n{GOOD.replace('P9', 'Caf€')}\n".encode("cp1252"))
    assert rows_of(parsed)["payer_id"].to_list() == ["Caf€"]
    assert codes_of(parsed) == ["ENCODING"]


def test_bytes_that_no_encoding_has_are_replaced_and_counted():
    parsed = read(f"{HEADER}\n{GOOD}\n".encode().replace(b"P9", b"P\x81"))
    assert "1 character could not be decoded" in parsed.flags[0].message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_a_line_end(end):
    assert read(end.join([HEADER, GOOD, GOOD])).loaded == 2


def test_line_ends_may_be_mixed_and_stand_inside_quotes():
    parsed = read(f'{HEADER}\r\nD1,"a\nb",,1,,2026-03-02,,,2026-03-02 09:00\r\n{GOOD}\n')
    assert rows_of(parsed)["payer_id"].to_list() == ["a\nb", "P9"]
    assert rows_of(parsed)["row_no"].to_list() == [1, 2]


def test_a_unicode_line_separator_is_no_line_end():
    assert rows_of(read(f"{HEADER}\n{GOOD.replace('P9', 'a b')}\n"))["payer_id"].to_list() == ["a b"]


def test_nul_bytes_are_dropped_and_flagged():
    parsed = read(f"{HEADER}\n{GOOD.replace('P9', 'P' + chr(0) + '9')}\n")
    assert rows_of(parsed)["payer_id"].to_list() == ["P9"]
    assert codes_of(parsed) == ["NUL_BYTES"]


def test_short_and_long_rows_are_rejects_and_the_rest_loads():
    parsed = read(f"{HEADER}\n{GOOD}\nD2,P9,1\n{GOOD},extra\n{GOOD}\n")
    assert rows_of(parsed)["row_no"].to_list() == [1, 4]
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [
        (2, "line 3 has 3 cells, the header has 9"),
        (3, "line 4 has 10 cells, the header has 9"),
    ]


def test_empty_cells_beyond_the_header_are_harmless():
    parsed = read(f"{HEADER}\n{GOOD},,\n")
    assert parsed.loaded == 1
    assert codes_of(parsed) == ["TRAILING_CELLS"]


def test_a_truncated_last_row_is_a_reject():
    parsed = read(f"{HEADER}\n{GOOD}\nD2,P9,001")
    assert (parsed.loaded, parsed.rejected) == (1, 1)


def test_an_unclosed_quote_rejects_its_line_and_swallows_no_other():
    parsed = read(
        f'{HEADER}\n{GOOD}\nD2,"P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00\n' + f"{GOOD}\n" * 300
    )
    assert (parsed.records, parsed.loaded) == (302, 301)
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [
        (2, "a quote opened on line 3 is not closed properly")
    ]


def test_two_unclosed_quotes_do_not_swallow_the_lines_between():
    bad = 'D2,"P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00'
    closing = 'D3,P9",00100,125.50,,2026-03-02,,,2026-03-02 09:00:00'
    parsed = read(f"{HEADER}\n{bad}\n{GOOD}\n{GOOD}\n{closing}\n{GOOD}")
    assert [r.row_no for r in parsed.rejects] == [1, 4]
    assert rows_of(parsed)["row_no"].to_list() == [2, 3, 5]


def test_text_after_a_closing_quote_is_a_reject():
    parsed = read(f'{HEADER}\nD1,"P"9,00100,125.50,,2026-03-02,,,2026-03-02 09:00\n{GOOD}\n')
    assert (parsed.loaded, parsed.rejected) == (1, 1)


def test_a_quote_inside_a_cell_is_a_character():
    assert rows_of(read(f"{HEADER}\n{GOOD.replace('P9', 'P' + chr(34) + '9')}\n"))["payer_id"].to_list() == [
        'P"9'
    ]


def test_blank_lines_and_lines_of_delimiters_are_no_records():
    parsed = read(f"\n{HEADER}\n\n{GOOD}\n  \n,,,,,,,,\n{GOOD}\n\n")
    assert parsed.records == 2
    assert rows_of(parsed)["row_no"].to_list() == [1, 2]


_CSVISH = st.text(alphabet='",\n\ra1 \0é', max_size=120)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CSVISH, st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_whatever_stands_below_the_header_reconciles(body, encoding):
    data = f"{COMPACT}\n{body}\nD1,P,1,2026-03-02,2026-03-02 09:00\n".encode(encoding, errors="replace")
    parsed = read(data)
    assert parsed.unusable is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='",\na', max_size=60), st.integers(1, 4))
def test_the_two_counts_of_records_agree_on_any_text(text, width):
    read = list(read_records(text.split("\n"), ",", width))
    assert len(read) == count_records(text, ",", width)


def _quoted(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='x",\n ', max_size=6), min_size=3, max_size=3), max_size=8))
def test_a_legal_file_never_loses_its_step(rows):
    text, good = _quoted([*rows, ["", "", ""], ["end", "of", "file"]]), ["end", "of", "file"]
    records = list(read_records(text.split("\n"), ",", 3))
    assert records[-1][1] == good
    assert len(records) == count_records(text, ",", 3)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='x",\n ', max_size=6), min_size=3, max_size=3), max_size=8))
def test_what_the_csv_module_writes_is_read_back_or_rejected_and_never_changed(rows):
    read = read_records(_quoted(rows).split("\n"), ",", 3)
    got = [cells for _, cells in read if cells is not None and len(cells) == 3]
    inner = [line.split(",") for row in rows for cell in row for line in cell.split("\n")[1:-1]]
    assert all(cells in rows or cells in inner for cells in got)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\xff\xfe", HEADER.encode() + b"\n"]),
)
def test_no_bytes_make_the_reader_raise(body, start):
    read(start + body)
