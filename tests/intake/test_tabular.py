"""Exports: headers, footers, rejects and flags, and a public export of another shape."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets.intake.columns import TYPES
from assets.intake.contracts import EXPORTS, TABLES
from assets.intake.headers import plain
from assets.intake.sources import DEFAULT_SOURCES
from assets.intake.tabular import read_table
from tests.intake.exporting import (
    COMPACT,
    DEPOSITS,
    GOOD,
    HEADER,
    SHIFTS,
    codes_of,
    hide,
    read,
    rows_of,
    source_of,
)

SYNTHEA = Path(__file__).parents[3] / "shared" / "samples" / "synthea"


def test_a_plain_file_has_the_contract_s_columns_and_types():
    parsed = read(f"{HEADER}\n{GOOD}\n")
    frame = rows_of(parsed)
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
    parsed = read(
        "Last Updated;CHECK/EFT #;Deposit Date;AMOUNT;deposit-id;Payer\n2026-03-02 09:00;77;3/2/2026;$1,000.10;D1;P\n"
    )
    row = rows_of(parsed).row(0, named=True)
    assert (row["deposit_id"], row["trace"], row["bank_amount"]) == ("D1", "77", Decimal("1000.10"))
    assert set(codes_of(parsed)) == {"MISSING_COLUMN"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(delimiter):
    assert read(f"{HEADER}\n{GOOD}".replace(",", delimiter)).loaded == 1


def test_a_declared_delimiter_is_used():
    assert (
        read(f"{HEADER}\n{GOOD}".replace(",", "^"), source=source_of("deposits", delimiter="^")).loaded == 1
    )


def test_lines_above_the_header_are_skipped():
    parsed = read(f'Deposit report\n"Printed for office 1, March"\n\n{HEADER}\n{GOOD}\n')
    assert (parsed.records, parsed.loaded) == (1, 1)


def test_a_title_that_is_also_a_column_s_name_is_no_header():
    assert read(f"Amount\n{HEADER}\n{GOOD}\n").loaded == 1


def test_a_few_known_columns_among_many_are_a_header_when_the_required_ones_are_there():
    many = ",".join(f"Field {i}" for i in range(30))
    parsed = read(f"{many},{COMPACT}\n{',' * 30}D1,P,1,2026-03-02,2026-03-02 09:00\n")
    assert parsed.loaded == 1
    assert codes_of(parsed).count("EXTRA_COLUMN") == 30


def test_footers_and_repeated_headers_are_counted_not_loaded():
    parsed = read(f"{HEADER}\n{GOOD}\n{HEADER}\n{GOOD}\nTotal,,,251.00\nGrand total: 2\n")
    assert (parsed.records, parsed.loaded, parsed.footers, parsed.rejects) == (5, 2, 3, [])
    assert sorted(codes_of(parsed)) == ["FOOTER", "REPEATED_HEADER"]


def test_a_footer_is_a_whole_word():
    assert read(f"{HEADER}\n{GOOD.replace('D1', 'Totality')}\n").loaded == 1


def test_a_source_declares_its_own_footers():
    source = source_of("deposits", footer=("Rows:",))
    parsed = read(f"{HEADER}\n{GOOD}\nRows:1\nTotal,,\n", source=source)
    assert (parsed.footers, parsed.rejected) == (1, 1)


def test_an_unknown_column_is_named_and_not_read():
    parsed = read(f"{HEADER},Comment\n{GOOD},hello\n")
    assert [(f.code, f.message) for f in parsed.flags] == [
        ("EXTRA_COLUMN", "the column 'Comment' is not in the contract and was not read")
    ]


def test_of_two_spellings_of_a_column_the_contract_s_own_name_is_read():
    parsed = read(
        "deposit_id,Amount,bank_amount,received_on,updated_at\nD1,7,8,2026-03-02,2026-03-02 09:00\n"
    )
    assert rows_of(parsed)["bank_amount"].to_list() == [Decimal(8)]
    assert (
        parsed.flags[0].message == "the column 'Amount' was not read: bank_amount is read from 'bank_amount'"
    )


def test_a_missing_required_column_makes_the_file_unusable_and_names_both_sides():
    parsed = read("deposit_id,payer_id,trace,received_on\nD1,P,1,2026-03-02\n")
    assert parsed.unusable == (
        "f.csv: required columns not found: bank_amount, updated_at; the file's headers are: deposit_id, payer_id, trace, received_on"
    )
    assert parsed.tables == {}


def test_the_same_header_twice_makes_the_file_unusable():
    assert "several headers have the same name for: bank_amount" in (
        read(f"{HEADER},bank_amount\n{GOOD},5\n").unusable or ""
    )


@pytest.mark.parametrize("data", ["", "  \n", "\0\0", "nothing here\n1,2,3\n", "x" * 100_000])
def test_a_file_without_a_header_is_unusable(data):
    assert read(data).unusable


def test_a_file_with_a_header_only_is_a_day_without_records():
    parsed = read(HEADER)
    assert (parsed.unusable, parsed.records, rows_of(parsed).height) == (None, 0, 0)


def test_a_header_below_the_first_fifty_lines_is_not_looked_for():
    assert read("x\n" * 50 + f"{HEADER}\n{GOOD}\n").unusable
    assert read("x\n" * 49 + f"{HEADER}\n{GOOD}\n").loaded == 1


def test_a_bad_cell_rejects_its_record_with_column_reason_and_shape_only():
    bad = "D2,P9,1,12x.50,,2026-03-02,,,2026-03-02 09:00"
    parsed = read(f"{HEADER}\n{GOOD}\n{bad}\nD3,P9,1,,,2026-03-02,,,2026-03-02 09:00\n")
    assert [(r.row_no, r.column, r.reason, r.shape) for r in parsed.rejects] == [
        (2, "bank_amount", "not an amount", "99A.99"),
        (3, "bank_amount", "a required cell is empty", ""),
    ]


def test_a_bad_cell_in_an_optional_column_rejects_too():
    assert read(f"{HEADER}\n{GOOD.replace(',,2026', ',zero,2026')}\n").rejects[0].column == "plb_amount"


def test_a_record_with_two_bad_cells_is_one_reject():
    parsed = read(f"{HEADER}\nD2,P9,1,a,b,c,,,d\n")
    assert (len(parsed.rejects), parsed.rejected) == (1, 1)


def test_an_unambiguous_date_does_not_change_how_the_others_are_read():
    parsed = read(f"{COMPACT}\nD1,P,1,13/02/2026,2026-03-02 09:00\nD2,P,1,03/02/2026,2026-03-02 09:00\n")
    assert rows_of(parsed)["received_on"].to_list() == [date(2026, 3, 2)]
    assert parsed.rejects[0].column == "received_on"


def test_people_are_pseudonyms_in_rows_and_shapes_in_rejects():
    text = "staff_id,shift_date,start_at,end_at,paid_min\njane.roe,2026-03-02,2026-03-02 08:00,2026-03-02 16:00,480\n"
    parsed = read(text + "john.doe,2026-03-02,jane.roe,2026-03-02 16:00,480\n", SHIFTS)
    assert rows_of(parsed)["staff_id"].to_list() == [hide("staff", "jane.roe")]
    assert parsed.rejects[0].shape == "AAAA.AAA"
    assert "jane" not in repr(parsed)
    assert "john" not in repr(parsed)


def test_the_same_bytes_give_the_same_rows():
    data = f"{HEADER}\n{GOOD}\nD2,P9,1,a,b,c,,,d\n"
    one, two = read(data), read(data)
    assert rows_of(one).equals(rows_of(two))
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


@pytest.mark.skipif(not SYNTHEA.exists(), reason="the public samples are not here")
def test_a_real_export_of_another_shape_is_read_through_a_declared_source():
    source = source_of(
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
        data, TABLES["payments"], source, name="t.csv", hide=hide, time_zone="America/Chicago"
    )
    with io.StringIO(data.decode()) as stream:
        rows = list(csv.DictReader(stream))
    paid = [row for row in rows if row["AMOUNT"]]
    assert 0 < len(paid) < len(rows)
    assert (parsed.records, parsed.loaded, parsed.rejected) == (len(rows), len(paid), len(rows) - len(paid))
    assert {(r.column, r.reason) for r in parsed.rejects} == {("amount", "a required cell is empty")}
    assert rows_of(parsed)["amount"].sum() == sum(Decimal(row["AMOUNT"]) for row in paid)
    assert rows_of(parsed)["posted_at"][0].isoformat() == paid[0]["FROMDATE"].replace("Z", "+00:00")


def test_every_export_feed_has_a_source():
    assert {source.feed for source in DEFAULT_SOURCES} == {table.feed for table in EXPORTS}
