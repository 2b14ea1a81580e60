"""How numbers are written: four significant digits at most, units and reasons in words."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (0.106131, "0.1061"), (41.61222, "41.61"), (25876, "25,880"), (4406225.86, "4.406 million"),
        (1.6e9, "1.6 billion"), (10.0, "10"), (Decimal("3163.0000"), "3,163"), (-0.25, "\N{MINUS SIGN}0.25"), (999999.9, "1 million"), (0.00831, "0.00831"),
    ],
)  # fmt: skip
def test_a_number_has_four_significant_digits_at_most(value, text):
    assert words.number(value) == text


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-9))
def test_every_number_keeps_its_first_four_digits_and_no_more(value):
    text = words.number(value)
    digits = re.sub(r"\D", "", text.split(" ")[0]).strip("0")
    assert len(digits) <= 4
    size = {"million": 1e6, "billion": 1e9}.get(text.partition(" ")[2], 1)
    read = float(text.split(" ")[0].replace(",", "").replace("\N{MINUS SIGN}", "-")) * size
    assert read == pytest.approx(value, rel=6e-4)


def test_a_share_is_written_as_percent_and_says_so():
    assert words.measured(0.121930534, "share") == "12.2\N{NO-BREAK SPACE}%"
    assert words.measured(0.7, "share of full speed") == "70\N{NO-BREAK SPACE}%"
    assert words.unit_name("share of full speed") == "percent of full speed"
    assert words.with_unit(41.61222, "days") == "41.61 days"


def test_n_says_what_is_a_part_of_what():
    assert words.counted(3163, 25941, "share") == "3,163 of 25,940"
    assert words.counted(1406, 356.6, "charts per hour") == "1,406 over 356.6"
    said = words.counted(3816000, 8477, "visits per 1,000 member-years")
    assert said == "318 visits in 8,477 member-months"
    assert words.counted(None, None, "share") == ""


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("month", "June 2026"),
        ("90_days", "90 days to 29 June 2026"),
        ("as_of", "state of 29 June 2026"),
        ("month of the year", "June"),
        ("quarter", "quarter 2 of 2026"),
        ("period", "the contract's period from 29 June 2026"),
    ],
)
def test_periods_are_told_in_words(kind, told):
    assert words.period(kind, date(2026, 6, 29)) == told


def test_roles_stand_in_the_order_of_a_claim_and_unknown_ones_behind():
    found = sorted(["zebra", "patient_billing", "coder", "ar_follow_up"], key=words.role_order)
    assert found == ["coder", "ar_follow_up", "patient_billing", "zebra"]
    assert words.role("zebra_team") == "Zebra team"
    assert (words.role_within("coder"), words.role_within("ar_follow_up")) == ("coding", "A/R follow-up")


def test_stages_and_people_are_told_in_words():
    assert words.stage("0-90") == "day 0 to 90"
    assert words.stage("366+") == "day 366 and later"
    assert words.people("<5") == "fewer than 5 people"
    assert words.people(None) == ""
