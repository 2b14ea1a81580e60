"""What a source declares of its columns, as it is read: formats, constants, what is skipped, ignored, required or absent."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.cells import Reading, Unreadable, read_moment
from assets.intake.columns import clean, read_columns
from assets.intake.contracts import TABLES
from assets.intake.contracts.model import moment
from tests.intake.exporting import COMPACT, SHIFTS, codes_of, read, rows_of, source_of

LINE = "D1,P,1,2026-03-02,2026-03-02 09:00"


def _one(column, cell, form, header=COMPACT, table="deposits"):
    names = header.split(",")
    cells = dict(zip(names, LINE.split(","), strict=True))
    cells[column] = f'"{cell}"'
    return read(
        f"{header}\n{','.join(cells.values())}\n",
        source=source_of(table, formats={column: form} if form else {}),
    )


@pytest.mark.parametrize(
    ("column", "cell", "form", "value"),
    [
        ("received_on", "46026", "excel_serial", date(2026, 1, 4)),
        ("received_on", "2026-01-04", "excel_serial", date(2026, 1, 4)),
        ("received_on", "13.02.26", "%d.%m.%y", date(2026, 2, 13)),
        ("received_on", "01.02.69", "%d.%m.%y", date(1969, 2, 1)),
        ("received_on", "01.02.68", "%d.%m.%y", date(2068, 2, 1)),
        ("received_on", "3-Mar-2026", ("%d-%b-%Y", "%d.%m.%Y"), date(2026, 3, 3)),
        ("updated_at", "46026.375", "excel_serial", datetime(2026, 1, 4, 15, tzinfo=UTC)),
        ("updated_at", "1772463600", "epoch_seconds", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        (
            "updated_at",
            "1772463600250",
            "epoch_milliseconds",
            datetime(2026, 3, 2, 15, 0, 0, 250_000, tzinfo=UTC),
        ),
        ("updated_at", "02/03/2026 9:00 AM", "%d/%m/%Y %I:%M %p", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("bank_amount", "1.234,50", "decimal_comma", Decimal("1234.50")),
        ("bank_amount", "(0,5)", "decimal_comma", Decimal("-0.50")),
        ("bank_amount", "12550", "cents", Decimal("125.50")),
    ],
)
def test_a_declared_format_is_read(column, cell, form, value):
    parsed = _one(column, cell, form)
    assert parsed.rejects == []
    assert rows_of(parsed)[column].to_list() == [value]


@pytest.mark.parametrize(
    ("column", "cell", "form"),
    [
        ("received_on", "46026", ()),
        ("received_on", "12", "excel_serial"),
        ("received_on", "03/02/2026", "%d.%m.%Y"),
        ("updated_at", "03/02/2026 14:00", "%d.%m.%Y %H:%M"),
        ("updated_at", "99999999999999", "epoch_seconds"),
        ("bank_amount", "1.234,50", ()),
        ("bank_amount", "1,234.50", "decimal_comma"),
        ("bank_amount", "1.23", "decimal_comma"),
        ("bank_amount", "1.5", "cents"),
    ],
)
def test_what_was_not_declared_is_a_reject_and_never_a_guess(column, cell, form):
    parsed = _one(column, cell, form)
    assert [reject.column for reject in parsed.rejects] == [column]


@pytest.mark.parametrize(
    ("cell", "form", "minutes"),
    [("1:30", "h:mm", 90), ("90:00", "m:ss", 90), ("1.5", "decimal_hours", 90), ("90", "decimal_minutes", 90),
     ("5400", "seconds", 90), ("1:30:00", "h:mm", 90)],
)  # fmt: skip
def test_durations_are_read_in_the_declared_unit(cell, form, minutes):
    text = f"staff_id,shift_date,start_at,end_at,paid_min\nu,2026-03-02,2026-03-02 08:00,2026-03-02 16:00,{cell}\n"
    parsed = read(text, SHIFTS, source_of("shifts", formats={"paid_min": form}))
    assert rows_of(parsed)["paid_min"].to_list() == [Decimal(minutes)]


def test_a_format_of_one_column_leaves_the_others_alone():
    source = source_of("deposits", formats={"received_on": "%d/%m/%Y"})
    parsed = read(f"{COMPACT}\nD1,P,1,02/03/2026,03/02/2026 09:00\n", source=source)
    assert rows_of(parsed)["received_on"].to_list() == [date(2026, 3, 2)]
    assert rows_of(parsed)["updated_at"].to_list() == [datetime(2026, 3, 2, 15, tzinfo=UTC)]


def test_a_constant_fills_a_column_that_the_file_does_not_have():
    header = COMPACT.replace("bank_amount,", "")
    source = source_of("deposits", constants={"bank_amount": "7", "trace": "0007"})
    parsed = read(f"{header}\nD1,P,2026-03-02,2026-03-02 09:00\n", source=source)
    assert rows_of(parsed)["bank_amount"].to_list() == [Decimal(7)]
    assert rows_of(parsed)["trace"].to_list() == ["0007"]
    assert "trace" not in repr(parsed.flags)


def test_a_constant_wins_over_a_column_which_is_then_named():
    parsed = read(f"{COMPACT}\n{LINE}\n", source=source_of("deposits", constants={"payer_id": "Q"}))
    assert rows_of(parsed)["payer_id"].to_list() == ["Q"]
    assert "EXTRA_COLUMN" in codes_of(parsed)


def test_ignored_and_absent_columns_are_not_flagged_and_others_are():
    source = source_of("deposits", ignore=("Patient Name",), absent=("trace", "plb_amount"))
    parsed = read(f"{COMPACT},patient-name,Comment\n{LINE},x,y\n", source=source)
    flagged = " ".join(flag.message for flag in parsed.flags)
    assert "Comment" in flagged
    assert "reconciled_at" in flagged
    assert not {"patient-name", "trace", "plb_amount"} & set(flagged.replace("'", " ").split())


def test_a_column_that_the_source_requires_must_be_there_and_filled():
    source = source_of("deposits", required=("payer_id",))
    assert [
        r.column for r in read(f"{COMPACT}\nD1,,1,2026-03-02,2026-03-02 09:00\n", source=source).rejects
    ] == ["payer_id"]
    header = COMPACT.replace("payer_id,", "")
    assert "required columns not found: payer_id" in (
        read(f"{header}\nD1,1,2026-03-02,x\n", source=source).unusable or ""
    )


@pytest.mark.parametrize("quote", ["", '"'])
def test_records_that_the_source_skips_are_counted_and_not_read(quote):
    source = source_of("deposits", skip_where={"Type": "^(CHARGE|VOID)$", "payer_id": "^Sub"})
    rows = [
        LINE + ",PAY",
        LINE + f",{quote}CHARGE{quote}",
        LINE.replace(",P,", ",Subtotal,") + ",PAY",
        LINE + ",VOIDED",
    ]
    parsed = read(f"{COMPACT},Type\n" + "\n".join(rows), source=source)
    assert (parsed.records, parsed.loaded, parsed.footers) == (4, 2, 2)
    assert "EXTRA_COLUMN" not in codes_of(parsed)


def test_a_column_to_skip_by_that_is_not_there_makes_the_file_unusable():
    source = source_of("deposits", skip_where={"Type": "x"})
    assert "skip_where names 'Type', and the file has 0 such columns" in (
        read(f"{COMPACT}\n{LINE}\n", source=source).unusable or ""
    )


def test_a_header_may_hold_line_breaks():
    parsed = read(
        'deposit_id,payer_id,"Bank\nAmount",received_on,"updated\n_at"\n' + LINE + "\n" + LINE + ",x\n"
    )
    assert parsed.loaded == 1
    assert parsed.rejects[0].reason == "line 5 has 6 cells, the header has 5"


def test_a_header_far_below_is_named_with_its_line():
    assert "stands on line 52: only the first 50 lines" in (
        read("x\n" * 51 + f"{COMPACT}\n{LINE}\n").unusable or ""
    )


_FORMS = (
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y%m%d %H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%y %H:%M",
    "%d-%b-%Y %H:%M",
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(_FORMS), st.integers(0, 2**32), st.booleans())
def test_many_cells_of_a_declared_format_are_read_like_each_by_itself(form, seed, short):
    chance = random.Random(seed)
    cells = []
    for _ in range(60):
        year = datetime.fromisoformat(f"{chance.choice([1969, 2026, 2040])}-01-01")
        wall = year + timedelta(seconds=chance.randrange(366 * 86_400))
        cell = wall.strftime(form)
        cells.append(re.sub(r"(?<!\d)0(?=\d)", "", cell) if short and chance.random() < 0.5 else cell)
    cells += [
        "13/13/2026 10:00",
        "1/2/2026 0:30 AM",
        "1/2/2026 13:00 PM",
        "2026-03-02 09:00",
        "03/08/2026 2:30 AM",
        "x",
    ]
    how = Reading(ZoneInfo("America/Chicago"), datetime_formats=(form,))
    texts = clean(pl.DataFrame({"updated_at": cells}))
    typed = read_columns(texts, [moment("updated_at", "")], how, lambda _, value: value)["updated_at"]
    for i, cell in enumerate(cells):
        try:
            expected = read_moment(cell, how)
        except Unreadable:
            assert typed.values[i] is None, cell
            assert i in typed.bad, cell
        else:
            assert typed.values[i] == expected, cell


PAID = "txn_id,amount,method,posted_at\n1,5.00,{},2026-03-02 09:00\n"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ERA", "era_auto"),
        (" era ", "era_auto"),
        ("Paper EOB", "eob_manual"),
        ("Cash", "Cash"),
        ("n/k", None),
    ],
)
def test_words_of_the_source_become_words_of_the_contract(theirs, ours):
    words = {"method": {"era": "era_auto", "PAPER eob": "eob_manual", "N/K": ""}}
    parsed = read(PAID.format(theirs), TABLES["payments"], source_of("payments", values=words))
    if ours is None:
        assert [reject.column for reject in parsed.rejects] == ["method"]
    else:
        assert rows_of(parsed)["method"].to_list() == [ours]


def test_words_may_be_of_any_type():
    words = {"amount": {"none": "0"}}
    parsed = read(
        PAID.replace("5.00", "None").format("x"), TABLES["payments"], source_of("payments", values=words)
    )
    assert rows_of(parsed)["amount"].to_list() == [Decimal("0.00")]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"colour": {"a": "b"}}, "values: payments has no columns colour"),
        ({"method": "era_auto"}, "values: must be a table of tables of texts: method"),
        ({"method": {"era": 1}}, "values: must be a table of tables of texts: method"),
    ],
)
def test_words_that_cannot_be_used_are_refused(words, why):
    with pytest.raises(ValueError, match=why):
        source_of("payments", values=words)
