"""Cells: every spelling that is read, and every one that is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.cells import (
    Reading,
    Unreadable,
    fit,
    read_day,
    read_decimal,
    read_flag,
    read_moment,
    read_seconds,
    read_whole,
)
from assets.intake.columns import clean, read_columns
from assets.intake.contracts.model import day, flag, moment, money, number, text, whole

CHICAGO = Reading(ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("123.45", "123.45"),
        ("$1,234.56", "1234.56"),
        ("$ 1,234.56", "1234.56"),
        ("(123.45)", "-123.45"),
        ("($1,234.56)", "-1234.56"),
        ("$(12.00)", "-12.00"),
        ("123.45-", "-123.45"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("1,000", "1000"),
        ("1.2E+03", "1200"),
        (".5", "0.5"),
        ("-", "0"),
        ("$ -", "0"),
        ("1,00", None),
        ("1.234,56", None),
        ("1 2", None),
        ("--5", None),
        ("(-5)", None),
        ("-5-", None),
        ("12 USD", None),
        ("", None),
        ("NaN", None),
        ("inf", None),
        ("٣", None),
    ],
)
def test_an_amount_is_exact_or_refused(cell, value):
    if value is None:
        with pytest.raises(Unreadable):
            read_decimal(cell, currency=True)
    else:
        assert read_decimal(cell, currency=True) == Decimal(value)


def test_a_plain_number_has_no_currency_sign_and_no_dash_for_zero():
    assert read_decimal("7.125", currency=False) == Decimal("7.125")
    for cell in ("$7", "-"):
        with pytest.raises(Unreadable):
            read_decimal(cell, currency=False)


@pytest.mark.parametrize("cell", ["1e99", "99999999999999999", "9999999999999999.999"])
def test_an_amount_of_more_than_eighteen_digits_is_refused(cell):
    with pytest.raises(Unreadable, match="eighteen digits"):
        fit(read_decimal(cell, currency=True), 2)


def test_whole_numbers_may_carry_separators_and_a_zero_fraction_but_no_other():
    assert [read_whole(cell) for cell in ("12", "1,000", "12.0", "-3", "9223372036854775807")] == [
        12,
        1000,
        12,
        -3,
        2**63 - 1,
    ]
    for cell in ("12.5", "9223372036854775808", "1e30", "x"):
        with pytest.raises(Unreadable):
            read_whole(cell)


def test_flags_have_eight_spellings_in_any_case():
    assert [read_flag(cell) for cell in ("Y", "yes", "TRUE", "1")] == [True] * 4
    assert [read_flag(cell) for cell in ("n", "No", "false", "0")] == [False] * 4
    with pytest.raises(Unreadable):
        read_flag("maybe")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("03/02/2026", date(2026, 3, 2)),
        ("3/2/2026", date(2026, 3, 2)),
        ("2026-03-02 00:00:00", date(2026, 3, 2)),
        ("2026-03-02T03:00:00Z", date(2026, 3, 1)),
        ("13/02/2026", None),
        ("3/2/26", None),
        ("0026-03-02", None),
        ("1899-12-31", None),
        ("2101-01-01", None),
        ("2026-02-30", None),
        ("20260302", None),
        ("46026", None),
    ],
)
def test_dates_are_iso_or_month_day_year_between_1900_and_2100(cell, value):
    if value is None:
        with pytest.raises(Unreadable):
            read_day(cell, CHICAGO)
    else:
        assert read_day(cell, CHICAGO) == value


def test_a_declared_order_is_the_only_order():
    european = Reading(ZoneInfo("America/Chicago"), date_formats=("%d/%m/%Y",))
    assert read_day("13/02/2026", european) == date(2026, 2, 13)
    assert read_day("03/02/2026", european) == date(2026, 2, 3)
    with pytest.raises(Unreadable):
        read_day("02/13/2026", european)


def test_two_digit_years_are_read_where_declared():
    assert read_day("3/2/26", Reading(ZoneInfo("UTC"), date_formats=("%m/%d/%y",))) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("cell", "hour", "minute", "second"),
    [
        ("2026-03-02 14:05:09", 20, 5, 9),
        ("2026-03-02T14:05", 20, 5, 0),
        ("2026-03-02T14:05:09Z", 14, 5, 9),
        ("2026-03-02 14:05:09-0500", 19, 5, 9),
        ("2026-03-02T14:05:09.000+01:00", 13, 5, 9),
        ("03/02/2026 14:05", 20, 5, 0),
        ("3/2/2026 2:05 PM", 20, 5, 0),
        ("3/2/2026 2:05:09 pm", 20, 5, 9),
        ("03/02/2026 12:00 AM", 6, 0, 0),
        ("03/02/2026 12:30 PM", 18, 30, 0),
        ("2026-03-02", 6, 0, 0),
    ],
)
def test_local_times_become_utc(cell, hour, minute, second):
    assert read_moment(cell, CHICAGO) == datetime(2026, 3, 2, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell", ["2026-03-02 25:00", "3/2/2026 13:00 PM", "3/2/2026 0:30 AM", "2026-03-02 14:05 +99:00", "14:05"]
)
def test_times_that_do_not_exist_are_refused(cell):
    with pytest.raises(Unreadable):
        read_moment(cell, CHICAGO)


def test_the_hour_that_occurs_twice_is_the_earlier_one():
    assert read_moment("2026-11-01 01:30:00", CHICAGO) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_the_hour_that_clocks_skip_moves_forward():
    found = read_moment("2026-03-08 02:30:00", CHICAGO)
    assert found.astimezone(CHICAGO.zone).isoformat() == "2026-03-08T03:30:00-05:00"


def test_durations_have_three_parts_and_any_number_of_hours():
    assert [read_seconds(cell) for cell in ("36:00:00", "0:01:05", "1:30")] == [129_600, 65, None]


def _cleaned(column, cells):
    return clean(pl.DataFrame({column.name: cells}, schema={column.name: pl.String}))


def _read(column, cells, how=CHICAGO):
    texts = _cleaned(column, cells)
    return read_columns(texts, [column], how, lambda kind, v: v and f"{kind}:{len(v)}")[column.name]


def test_columns_of_minutes_read_durations_as_minutes():
    typed = _read(number("paid_min", ""), ["480", "8:00:00", "1:30"])
    assert typed.values.to_list() == [Decimal(480), Decimal(480), None]
    assert list(typed.bad) == [2]


def test_spaces_are_stripped_and_empty_is_null():
    typed = _read(text("queue", ""), ["  a b ", "", "   ", None])
    assert typed.values.to_list() == ["a b", None, None, None]
    assert not typed.bad


def test_an_empty_required_cell_and_a_spreadsheet_error_are_bad():
    typed = _read(text("pcn", "", required=True), ["A", " ", "#N/A"])
    assert typed.bad == {1: "a required cell is empty", 2: "the cell holds a spreadsheet error"}


def test_identifiers_keep_their_zeros_and_hidden_ones_are_pseudonyms():
    assert _read(text("pcn", ""), ["00100"]).values.to_list() == ["00100"]
    assert _read(text("staff_id", "", hide="staff"), ["jdoe", ""]).values.to_list() == ["staff:4", None]


def test_an_amount_with_more_than_two_decimals_is_rounded_and_said_so():
    typed = _read(money("amount", ""), ["1.005", "2.50", "1.0050"])
    assert typed.values.to_list() == [Decimal("1.00"), Decimal("2.50"), Decimal("1.00")]
    assert [code for code, _ in typed.notes] == ["ROUNDED"]


def test_identifiers_that_a_spreadsheet_rounded_are_flagged():
    assert [code for code, _ in _read(text("pcn", ""), ["1.23457E+17"]).notes] == ["MANGLED_ID"]


def test_a_name_in_a_column_of_npis_is_left_empty_and_only_counted():
    typed = _read(text("provider_npi", ""), ["1888000010", "Zz Yy", "188800001", None])
    assert typed.values.to_list() == ["1888000010", None, None, None]
    assert typed.bad == {}
    assert typed.notes == [("NOT_AN_NPI", "provider_npi: 2 cells not of ten digits left empty")]


_MOMENTS = st.datetimes(datetime(1895, 1, 1), datetime(2105, 1, 1)).map(lambda v: v.replace(microsecond=0))  # noqa: DTZ001
_STYLES = st.sampled_from(
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(_MOMENTS, _STYLES), min_size=1, max_size=40))
def test_fast_and_slow_readings_of_times_agree(pairs):
    cells = [value.strftime(style).zfill(10) for value, style in pairs]
    _agree(moment("posted_at", ""), cells, lambda cell: read_moment(cell, CHICAGO))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.from_regex(
            r"-?[0-9]{0,19}(\.[0-9]{0,3})?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[12][0-9]{3}-[01][0-9]-[0-3][0-9]",
            fullmatch=True,
        )
        | st.text(max_size=8),
        min_size=1,
        max_size=30,
    )
)
def test_fast_and_slow_readings_of_other_columns_agree(cells):
    _agree(day("denied_on", ""), cells, lambda cell: read_day(cell, CHICAGO))
    _agree(money("amount", ""), cells, lambda cell: fit(read_decimal(cell, currency=True), 2))
    _agree(number("score", ""), cells, lambda cell: fit(read_decimal(cell, currency=False), 3))
    _agree(whole("n_lines", ""), cells, read_whole)
    _agree(flag("is_dnfb", ""), cells, read_flag)


def _agree(column, cells, slow):
    typed = _read(column, cells)
    for i, cell in enumerate(_cleaned(column, cells)[column.name]):
        if cell is None:
            assert typed.values[i] is None
            continue
        try:
            expected = slow(cell)
        except Unreadable:
            assert typed.values[i] is None, cell
            assert i in typed.bad
        else:
            assert typed.values[i] == expected, cell
            assert i not in typed.bad


def test_every_hour_of_the_clock_changes_reads_alike_fast_and_slow():
    starts = [datetime.fromisoformat(f"2026-{month}-01") for month in ("03", "11")]
    hours = [start + timedelta(minutes=30 * i) for start in starts for i in range(480)]
    _agree(
        moment("posted_at", ""),
        [hour.isoformat(sep=" ") for hour in hours],
        lambda cell: read_moment(cell, CHICAGO),
    )
