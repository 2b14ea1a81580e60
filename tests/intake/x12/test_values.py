from datetime import date, time

import pytest

from assets.intake.x12.values import Clock, Days, Scaled, at, component, time_of_day


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("-6173.5", -617350),
        (".5", 50),
        ("100.", 10000),
        ("+3", 300),
        ("1.005", 101),
        ("", None),
        ("1,000", None),
        ("1E3", None),
        ("12a", None),
        ("\u0661", None),
        ("-", None),
        ("1234567890123456", None),
        ("123456789012345", 12345678901234500),
    ],
)
def test_amounts_are_exact_cents_or_nothing(text, cents):
    assert Scaled(2)[text] == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260228", date(2026, 2, 28)),
        ("260228", date(2026, 2, 28)),
        ("991231", date(1999, 12, 31)),
        ("202602010830", date(2026, 2, 1)),
        ("20260229", None),
        ("10010101", None),
        ("2026", None),
        ("BAD_DATE", None),
    ],
)
def test_dates_are_days_of_our_time_or_nothing(text, day):
    assert Days()[text] == day


def test_a_span_has_two_ends():
    assert Days().span("20260201-20260205") == (date(2026, 2, 1), date(2026, 2, 5))
    assert Days().span("20260201") == (date(2026, 2, 1), date(2026, 2, 1))
    assert Days().span("20260201-") == (date(2026, 2, 1), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0905", (time(9, 5), True)),
        ("102530", (time(10, 25, 30), True)),
        ("10253099", (time(10, 25, 30), True)),
        ("102497", (time(0), False)),
        ("", (time(0), True)),
        ("9:05", (time(0), False)),
    ],
)
def test_times_of_day_are_read_or_said_to_be_unreadable(text, value):
    assert time_of_day(text) == value


def test_a_clock_needs_a_date():
    assert Clock("America/Chicago").moment("", "0905") == (None, False)


def test_elements_that_are_absent_are_empty_and_components_nothing():
    assert at(["CLM", " A "], 1) == "A"
    assert at(["CLM"], 5) == ""
    assert component(["HC", ""], 2) is None
    assert component(["HC"], 4) is None
