"""Exports: every hazard of CSV, XLSX and Parquet files, and that no record is ever lost in silence."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake.columns import TYPES
from assets.intake.contracts import EXPORTS, TABLES
from assets.intake.delimited import count_records, read_records
from assets.intake.headers import plain
from assets.intake.sources import DEFAULT_SOURCES, Source
from assets.intake.tabular import read_table

SYNTHEA = Path(__file__).parents[3] / "shared" / "samples" / "synthea"
DEPOSITS = TABLES["deposits"]
SHIFTS = TABLES["shifts"]
HEADER = (
    "deposit_id,payer_id,trace,bank_amount,plb_amount,received_on,posted_complete_at,reconciled_at,updated_at"
)
GOOD = "D1,P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00"
COMPACT = "deposit_id,payer_id,bank_amount,received_on,updated_at"


def _source(feed, **settings_):
    return Source(feed, ".", **settings_)


def _hide(kind, value):
    return None if value is None else f"{kind}-{len(value)}-{sum(value.encode()) % 997}"


def _read(data, table=DEPOSITS, source=None):
    data = data.encode() if isinstance(data, str) else data
    parsed = read_table(
        data, table, source or _source(table.feed), name="f.csv", hide=_hide, time_zone="America/Chicago"
    )
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def _rows(parsed):
    return parsed.tables[parsed.counted]


def _codes(parsed):
    return [flag.code for flag in parsed.flags]


def test_a_plain_file_has_the_contract_s_columns_and_types():
    parsed = _read(f"{HEADER}\n{GOOD}\n")
    frame = _rows(parsed)
    assert frame.columns == [*DEPOSITS.column_names, "txn_no", "row_no", "k"]
    assert list(frame.dtypes[:-3]) == [TYPES[column.type] for column in DEPOSITS.columns]
    assert frame.dtypes[-3:] == [pl.Int32, pl.Int64, pl.Int32]
    row = frame.row(0, named=True)
    assert row["trace"] == "00100"
    assert row["bank_amount"] == Decimal("125.50")
    assert row["received_on"] == date(2026, 3, 2)
    assert row["updated_at"] == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert (row["txn_no"], row["row_no"], row["k"]) == (0, 1, 0)
    assert parsed.flags == []


def test_columns_are_matched_by_name_in_any_order_and_by_any_alias():
    parsed = _read(
        "Last Updated;CHECK/EFT #;Deposit Date;AMOUNT;deposit-id;Payer\n2026-03-02 09:00;77;3/2/2026;$1,000.10;D1;P\n"
    )
    row = _rows(parsed).row(0, named=True)
    assert (row["deposit_id"], row["trace"], row["bank_amount"]) == ("D1", "77", Decimal("1000.10"))
    assert set(_codes(parsed)) == {"MISSING_COLUMN"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(delimiter):
    assert _read(f"{HEADER}\n{GOOD}".replace(",", delimiter)).loaded == 1


def test_a_declared_delimiter_is_used():
    assert _read(f"{HEADER}\n{GOOD}".replace(",", "^"), source=_source("deposits", delimiter="^")).loaded == 1


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
    parsed = _read(f"{HEADER}\n{GOOD.replace('P9', 'Pé')}\n".encode(encoding))
    assert _rows(parsed)["payer_id"].to_list() == ["Pé"]
    assert _codes(parsed) == flags


def test_a_file_that_is_not_utf_8_is_read_as_cp1252_and_flagged():
    parsed = _read(f"{HEADER}\n{GOOD.replace('P9', 'Caf€')}\n".encode("cp1252"))
    assert _rows(parsed)["payer_id"].to_list() == ["Caf€"]
    assert _codes(parsed) == ["ENCODING"]


def test_bytes_that_no_encoding_has_are_replaced_and_counted():
    parsed = _read(f"{HEADER}\n{GOOD}\n".encode().replace(b"P9", b"P\x81"))
    assert "1 characters could not be decoded" in parsed.flags[0].message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_a_line_end(end):
    assert _read(end.join([HEADER, GOOD, GOOD])).loaded == 2


def test_line_ends_may_be_mixed_and_stand_inside_quotes():
    parsed = _read(f'{HEADER}\r\nD1,"a\nb",,1,,2026-03-02,,,2026-03-02 09:00\r\n{GOOD}\n')
    assert _rows(parsed)["payer_id"].to_list() == ["a\nb", "P9"]
    assert _rows(parsed)["row_no"].to_list() == [1, 2]


def test_a_unicode_line_separator_is_no_line_end():
    assert _rows(_read(f"{HEADER}\n{GOOD.replace('P9', 'a b')}\n"))["payer_id"].to_list() == ["a b"]


def test_nul_bytes_are_dropped_and_flagged():
    parsed = _read(f"{HEADER}\n{GOOD.replace('P9', 'P' + chr(0) + '9')}\n")
    assert _rows(parsed)["payer_id"].to_list() == ["P9"]
    assert _codes(parsed) == ["NUL_BYTES"]


def test_short_and_long_rows_are_rejects_and_the_rest_loads():
    parsed = _read(f"{HEADER}\n{GOOD}\nD2,P9,1\n{GOOD},extra\n{GOOD}\n")
    assert _rows(parsed)["row_no"].to_list() == [1, 4]
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [
        (2, "line 3 has 3 cells, the header has 9"),
        (3, "line 4 has 10 cells, the header has 9"),
    ]


def test_empty_cells_beyond_the_header_are_harmless():
    parsed = _read(f"{HEADER}\n{GOOD},,\n")
    assert parsed.loaded == 1
    assert _codes(parsed) == ["TRAILING_CELLS"]


def test_a_truncated_last_row_is_a_reject():
    parsed = _read(f"{HEADER}\n{GOOD}\nD2,P9,001")
    assert (parsed.loaded, parsed.rejected) == (1, 1)


def test_an_unclosed_quote_rejects_its_line_and_swallows_no_other():
    parsed = _read(
        f'{HEADER}\n{GOOD}\nD2,"P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00\n' + f"{GOOD}\n" * 300
    )
    assert (parsed.records, parsed.loaded) == (302, 301)
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [
        (2, "a quote opened on line 3 is not closed properly")
    ]


def test_two_unclosed_quotes_do_not_swallow_the_lines_between():
    bad = 'D2,"P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00'
    closing = 'D3,P9",00100,125.50,,2026-03-02,,,2026-03-02 09:00:00'
    parsed = _read(f"{HEADER}\n{bad}\n{GOOD}\n{GOOD}\n{closing}\n{GOOD}")
    assert [r.row_no for r in parsed.rejects] == [1, 4]
    assert _rows(parsed)["row_no"].to_list() == [2, 3, 5]


def test_text_after_a_closing_quote_is_a_reject():
    parsed = _read(f'{HEADER}\nD1,"P"9,00100,125.50,,2026-03-02,,,2026-03-02 09:00\n{GOOD}\n')
    assert (parsed.loaded, parsed.rejected) == (1, 1)


def test_a_quote_inside_a_cell_is_a_character():
    assert _rows(_read(f"{HEADER}\n{GOOD.replace('P9', 'P' + chr(34) + '9')}\n"))["payer_id"].to_list() == [
        'P"9'
    ]


def test_blank_lines_and_lines_of_delimiters_are_no_records():
    parsed = _read(f"\n{HEADER}\n\n{GOOD}\n  \n,,,,,,,,\n{GOOD}\n\n")
    assert parsed.records == 2
    assert _rows(parsed)["row_no"].to_list() == [1, 2]


def test_lines_above_the_header_are_skipped():
    parsed = _read(f'Deposit report\n"Printed for office 1, March"\n\n{HEADER}\n{GOOD}\n')
    assert (parsed.records, parsed.loaded) == (1, 1)


def test_footers_and_repeated_headers_are_counted_not_loaded():
    parsed = _read(f"{HEADER}\n{GOOD}\n{HEADER}\n{GOOD}\nTotal,,,251.00\nGrand total: 2\n")
    assert (parsed.records, parsed.loaded, parsed.footers, parsed.rejects) == (5, 2, 3, [])
    assert sorted(_codes(parsed)) == ["FOOTER", "REPEATED_HEADER"]


def test_a_footer_is_a_whole_word():
    assert _read(f"{HEADER}\n{GOOD.replace('D1', 'Totality')}\n").loaded == 1


def test_a_source_declares_its_own_footers():
    source = _source("deposits", footer=("Rows:",))
    parsed = _read(f"{HEADER}\n{GOOD}\nRows:1\nTotal,,\n", source=source)
    assert (parsed.footers, parsed.rejected) == (1, 1)


def test_an_unknown_column_is_named_and_not_read():
    parsed = _read(f"{HEADER},Comment\n{GOOD},hello\n")
    assert [(f.code, f.message) for f in parsed.flags] == [
        ("EXTRA_COLUMN", "the column 'Comment' is not in the contract and was not read")
    ]


def test_of_two_spellings_of_a_column_the_contract_s_own_name_is_read():
    parsed = _read(
        "deposit_id,Amount,bank_amount,received_on,updated_at\nD1,7,8,2026-03-02,2026-03-02 09:00\n"
    )
    assert _rows(parsed)["bank_amount"].to_list() == [Decimal(8)]
    assert (
        parsed.flags[0].message == "the column 'Amount' was not read: bank_amount is read from 'bank_amount'"
    )


def test_a_missing_required_column_makes_the_file_unusable_and_names_both_sides():
    parsed = _read("deposit_id,payer_id,trace,received_on\nD1,P,1,2026-03-02\n")
    assert parsed.unusable == (
        "f.csv: required columns not found: bank_amount, updated_at; the file's headers are: deposit_id, payer_id, trace, received_on"
    )
    assert parsed.tables == {}


def test_the_same_header_twice_makes_the_file_unusable():
    assert "several headers have the same name for: bank_amount" in (
        _read(f"{HEADER},bank_amount\n{GOOD},5\n").unusable or ""
    )


@pytest.mark.parametrize("data", ["", "  \n", "\0\0", "nothing here\n1,2,3\n", "x" * 100_000])
def test_a_file_without_a_header_is_unusable(data):
    assert _read(data).unusable


def test_a_file_with_a_header_only_is_a_day_without_records():
    parsed = _read(HEADER)
    assert (parsed.unusable, parsed.records, _rows(parsed).height) == (None, 0, 0)


def test_a_header_below_the_first_fifty_lines_is_not_looked_for():
    assert _read("x\n" * 50 + f"{HEADER}\n{GOOD}\n").unusable
    assert _read("x\n" * 49 + f"{HEADER}\n{GOOD}\n").loaded == 1


def test_a_bad_cell_rejects_its_record_with_column_reason_and_shape_only():
    bad = "D2,P9,1,12x.50,,2026-03-02,,,2026-03-02 09:00"
    parsed = _read(f"{HEADER}\n{GOOD}\n{bad}\nD3,P9,1,,,2026-03-02,,,2026-03-02 09:00\n")
    assert [(r.row_no, r.column, r.reason, r.shape) for r in parsed.rejects] == [
        (2, "bank_amount", "not an amount", "99A.99"),
        (3, "bank_amount", "a required cell is empty", ""),
    ]


def test_a_bad_cell_in_an_optional_column_rejects_too():
    assert _read(f"{HEADER}\n{GOOD.replace(',,2026', ',zero,2026')}\n").rejects[0].column == "plb_amount"


def test_a_record_with_two_bad_cells_is_one_reject():
    parsed = _read(f"{HEADER}\nD2,P9,1,a,b,c,,,d\n")
    assert (len(parsed.rejects), parsed.rejected) == (1, 1)


def test_an_unambiguous_date_does_not_change_how_the_others_are_read():
    parsed = _read(f"{COMPACT}\nD1,P,1,13/02/2026,2026-03-02 09:00\nD2,P,1,03/02/2026,2026-03-02 09:00\n")
    assert _rows(parsed)["received_on"].to_list() == [date(2026, 3, 2)]
    assert parsed.rejects[0].column == "received_on"


def test_people_are_pseudonyms_in_rows_and_shapes_in_rejects():
    text = "staff_id,shift_date,start_at,end_at,paid_min\njane.roe,2026-03-02,2026-03-02 08:00,2026-03-02 16:00,480\n"
    parsed = _read(text + "john.doe,2026-03-02,jane.roe,2026-03-02 16:00,480\n", SHIFTS)
    assert _rows(parsed)["staff_id"].to_list() == [_hide("staff", "jane.roe")]
    assert parsed.rejects[0].shape == "AAAA.AAA"
    assert "jane" not in repr(parsed)
    assert "john" not in repr(parsed)


def test_the_same_bytes_give_the_same_rows():
    data = f"{HEADER}\n{GOOD}\nD2,P9,1,a,b,c,,,d\n"
    one, two = _read(data), _read(data)
    assert _rows(one).equals(_rows(two))
    assert (one.rejects, one.flags) == (two.rejects, two.flags)


@pytest.mark.parametrize("table", EXPORTS, ids=lambda table: table.name)
def test_no_spelling_stands_for_two_columns_of_a_contract(table):
    spellings = {
        plain(spelling): column.name
        for column in table.columns
        for spelling in (*column.aliases, column.name)
    }
    for column in table.columns:
        assert spellings[plain(column.name)] == column.name
        for alias in column.aliases:
            assert spellings[plain(alias)] == column.name, alias


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
    parsed = _read(_workbook(("Deposits", rows)))
    frame = _rows(parsed)
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
    assert _rows(_read(_workbook(("S", [header, row])), SHIFTS))["paid_min"].to_list() == [Decimal(2160)]


def test_identifiers_of_over_fifteen_digits_are_flagged():
    row = ["D1", "P", 1234567890123456789, "2026-03-02", "2026-03-02 09:00"]
    header = ["deposit_id", "payer_id", "trace", "received_on", "updated_at"]
    parsed = _read(_workbook(("S", [[*header, "bank_amount"], [*row, 5]])))
    assert "LONG_NUMBER" in _codes(parsed)


def test_the_first_sheet_with_a_header_is_read_and_the_others_are_named():
    data = _workbook(
        ("Cover", [["Office 1"]]),
        ("Data", [HEADER.split(","), GOOD.split(",")]),
        ("More", [HEADER.split(","), GOOD.split(",")]),
    )
    parsed = _read(data)
    assert parsed.loaded == 1
    assert [f.message for f in parsed.flags] == [
        "sheet 'Cover' holds cells and was not read",
        "sheet 'More' holds cells and was not read",
    ]
    assert "'Nope'; its visible sheets are: Cover, Data, More" in (
        _read(data, source=_source("deposits", sheet="Nope")).unusable or ""
    )


def test_a_stray_cell_far_away_does_not_fill_the_memory():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert "spans 1048576 rows and 16384 columns" in (_read(stream.getvalue()).unusable or "")


@pytest.mark.parametrize("start", range(0, 1600, 40))
def test_a_parquet_file_with_flipped_bytes_never_ends_the_process(start):
    days = [date(2026, 3, 2)] * 2
    data = bytearray(
        _parquet(deposit_id=["1", "2"], bank_amount=[1.0, 2.0], received_on=days, updated_at=days)
    )
    for i in range(start, min(start + 40, len(data)), 7):
        data[i] ^= 0xFF
    _read(bytes(data))


def test_a_damaged_workbook_is_unusable():
    data = _workbook(("S", [HEADER.split(","), GOOD.split(",")]))
    assert "damaged" in (_read(data[: len(data) // 2]).unusable or "")


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
    parsed = _read(data)
    row = _rows(parsed).row(0, named=True)
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
        _read(data).unusable or ""
    )
    assert _read(data[:40]).unusable


_CSVISH = st.text(alphabet='",\n\ra1 \0é', max_size=120)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CSVISH, st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_whatever_stands_below_the_header_reconciles(body, encoding):
    data = f"{COMPACT}\n{body}\nD1,P,1,2026-03-02,2026-03-02 09:00\n".encode(encoding, errors="replace")
    parsed = _read(data)
    assert parsed.unusable is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='",\na', max_size=60), st.integers(1, 4))
def test_the_two_counts_of_records_agree_on_any_text(text, width):
    read = list(read_records(text.split("\n"), ",", width))
    assert len(read) == count_records(text, ",", width)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='x",\n ', max_size=6), min_size=3, max_size=3), max_size=8))
def test_a_legal_file_never_loses_its_step(rows):
    text, good = _quoted([*rows, ["", "", ""], ["end", "of", "file"]]), ["end", "of", "file"]
    records = list(read_records(text.split("\n"), ",", 3))
    assert records[-1][1] == good
    assert len(records) == count_records(text, ",", 3)


def _quoted(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


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
    _read(start + body)


@pytest.mark.skipif(not SYNTHEA.exists(), reason="the public samples are not here")
def test_a_real_export_of_another_shape_is_read_through_a_declared_source():
    source = _source(
        "payments",
        aliases={
            "ID": "txn_id",
            "CLAIMID": "pcn",
            "AMOUNT": "amount",
            "TYPE": "method",
            "FROMDATE": "posted_at",
            "TODATE": "received_on",
        },
    )
    data = (SYNTHEA / "claims_transactions.csv").read_bytes()
    parsed = read_table(
        data, TABLES["payments"], source, name="t.csv", hide=_hide, time_zone="America/Chicago"
    )
    with io.StringIO(data.decode()) as stream:
        rows = list(csv.DictReader(stream))
    paid = [row for row in rows if row["AMOUNT"]]
    assert 0 < len(paid) < len(rows)
    assert (parsed.records, parsed.loaded, parsed.rejected) == (len(rows), len(paid), len(rows) - len(paid))
    assert {(r.column, r.reason) for r in parsed.rejects} == {("amount", "a required cell is empty")}
    assert _rows(parsed)["amount"].sum() == sum(Decimal(row["AMOUNT"]) for row in paid)
    assert _rows(parsed)["posted_at"][0].isoformat() == paid[0]["FROMDATE"].replace("Z", "+00:00")


def test_every_export_feed_has_a_source():
    assert {source.feed for source in DEFAULT_SOURCES} == {table.feed for table in EXPORTS}
