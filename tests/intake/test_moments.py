"""The road for times of fixed places: what it reads is what the plain reader reads, and what it is unsure of it leaves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake import quick
from assets.intake.cells import Reading, Unreadable, read_moment
from assets.intake.columns import read_columns
from assets.intake.contracts import TABLES
from assets.intake.moments import read_fixed

ZONES = ("America/Chicago", "UTC", "Australia/Lord_Howe", "Asia/Kolkata")


def _plainly(text, zone):
    try:
        return read_moment(text, Reading(ZoneInfo(zone)))
    except Unreadable:
        return None


def _same(texts, zone, between=" "):
    found = read_fixed(pl.Series("c", texts, dtype=pl.String), ZoneInfo(zone), between)
    assert (found.name, found.dtype) == ("c", pl.Datetime("us", "UTC"))
    for text, value in zip(texts, found, strict=True):
        assert value is None or value == _plainly(text, zone)
    return found


_TEXTS = st.one_of(
    st.datetimes(datetime(1968, 1, 1), datetime(2039, 1, 1)).map(lambda t: str(t.replace(microsecond=0))),  # noqa: DTZ001
    st.from_regex(r"\A20[0-9]{2}-[0-2][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9]\Z"),
    st.sampled_from(
        [None, "2026-03-02", "2026-03-02 14:05", "2026-03-02 14:05:0\u00e9", "x" * 19, "2026-02-29 10:00:00"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TEXTS, max_size=8), st.sampled_from(ZONES), st.sampled_from(" T"))
def test_what_is_read_is_what_the_plain_reader_reads(texts, zone, between):
    _same(texts, zone, between)


@pytest.mark.parametrize("zone", ZONES)
def test_around_changes_of_the_clock_nothing_is_read_wrong_and_the_rest_of_the_day_is_read(zone):
    start = datetime(2026, 1, 1, 0, 7, 5, tzinfo=UTC)
    texts = [f"{start + timedelta(minutes=30 * i):%Y-%m-%d %H:%M:%S}" for i in range(365 * 48)]
    found = _same(texts, zone)
    assert found.null_count() <= 16


def test_days_and_times_that_do_not_exist_are_left():
    texts = [
        "2026-02-29 10:00:00",
        "2026-13-01 10:00:00",
        "2026-01-00 10:00:00",
        "2026-01-01 24:00:00",
        "2026-01-01 10:60:00",
    ]
    assert _same([*texts, "2028-02-29 23:59:59"], "UTC").is_null().to_list() == [True] * 5 + [False]


def test_a_column_of_nothing_else_is_left_whole():
    assert _same(["a", None, "2026-03-02"], "UTC").null_count() == 3
    assert _same([], "UTC").len() == 0


def test_a_column_is_read_alike_with_and_without_this_road(monkeypatch):
    column = next(c for c in TABLES["work_log"].columns if c.name == "started_at")
    texts = [
        "2026-03-02 14:05:09",
        None,
        "2026-03-08 02:30:00",
        "2026-11-01 01:30:00",
        "2026-03-02",
        "nothing",
    ]
    cells = pl.DataFrame({column.name: texts})
    found = []
    for worth in (1, 1000):
        monkeypatch.setattr(quick, "WORTH_IT", worth)
        typed = read_columns(cells, [column], Reading(ZoneInfo("America/Chicago")), lambda _, value: value)
        found.append((typed[column.name].values.to_list(), typed[column.name].bad, typed[column.name].notes))
    assert found[0] == found[1]
    assert set(found[0][1]) >= {5}
    assert found[0][2][0][0] == "DATE_ONLY"
