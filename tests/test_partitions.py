"""Days as partitions, and many days as few ranges."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assets.partitions import delivery_days, ranges
from assets.settings import load_settings

DAYS = st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 31)))


def test_days_in_a_row_are_one_range_whatever_their_order():
    assert ranges([date(2026, 3, 3), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 2)]) == [
        (date(2026, 3, 1), date(2026, 3, 3))
    ]


def test_no_days_are_no_ranges():
    assert ranges([]) == []


def test_the_smallest_gaps_are_closed_first():
    days = [date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 20)]
    assert ranges(days, most=2) == [
        (date(2026, 3, 1), date(2026, 3, 3)),
        (date(2026, 3, 20), date(2026, 3, 20)),
    ]
    assert ranges(days, most=1) == [(date(2026, 3, 1), date(2026, 3, 20))]


@given(DAYS, st.integers(1, 6))
def test_every_day_lies_in_a_range_and_every_range_ends_at_a_day(days, most):
    found = ranges(days, most=most)
    assert len(found) <= most
    assert all(any(a <= day <= b for a, b in found) for day in days)
    assert {edge for span in found for edge in span} <= set(days)
    assert all(before[1] + timedelta(days=1) < after[0] for before, after in pairwise(found))


def test_today_is_a_partition_and_tomorrow_is_not():
    settings = load_settings()
    partitions = delivery_days(settings)
    noon = datetime(2026, 3, 5, 18, tzinfo=UTC)
    keys = partitions.get_partition_keys(current_time=noon)
    assert (keys[0], keys[-1]) == (settings.intake.first_day.isoformat(), "2026-03-05")
