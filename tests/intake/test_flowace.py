"""Flowace-style reports: which one a file is, how durations are read, and which total is active time."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.cells import Unreadable
from assets.intake.durations import duration_of
from assets.intake.sources import Source
from assets.intake.trackers import read_activity

DAILY = "Employee,Date,Logged Hours,Active Hours,Away Hours,Idle Hours,Productive Hours"
USAGE = "Employee Email,Date,App/URL,Work Category,Listing,Time Spent"
TASKS = "Employee,Date,Client,Project,Task,Task Hours"
DETAIL = "Employee,Task,Start Time,End Time,Duration,Application"


def _hide(kind, value):
    return None if value is None else f"{kind}-{sum(value.encode()) % 997}"


def _read(header, *lines, name="flowace_20260302.csv", declared="h:mm", **tracker):
    formats = {"active_s": declared} if declared else {}
    source = Source("activity", "^flowace", formats=formats, tracker={"name": "flowace", **tracker})
    data = "\n".join((header, *lines, "")).encode()
    parsed = read_activity(data, source, name=name, hide=_hide, time_zone="America/Chicago")
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def _rows(parsed):
    return parsed.tables["activity"]


def _codes(parsed):
    return [flag.code for flag in parsed.flags]


def test_active_time_of_a_daily_total_is_the_time_at_the_computer():
    parsed = _read(DAILY, "E1,2026-03-02,8:00,6:30,1:00,0:30,5:00")
    row = _rows(parsed).row(0, named=True)
    assert (row["kind"], row["grain"], row["active_s"]) == ("daily_total", "day", 6.5 * 3600)
    assert (row["started_at"], row["ended_at"]) == (
        datetime(2026, 3, 2, 6, tzinfo=UTC),
        datetime(2026, 3, 3, 6, tzinfo=UTC),
    )
    assert row["staff_id"] == _hide("staff", "E1")
    assert parsed.flags == []


def test_decimal_hours_are_read_when_they_are_declared():
    parsed = _read(DAILY, "E1,2026-03-02,8.5,6.25,1.25,1.00,5", declared="decimal_hours")
    assert _rows(parsed)["active_s"].to_list() == [Decimal(22500)]


@pytest.mark.parametrize("cell", ["2.5", "2:30", "2"])
def test_durations_that_can_be_read_in_several_ways_are_refused_with_what_to_add(cell):
    parsed = _read(DAILY, f"E1,2026-03-02,,{cell},,,", declared="")
    assert 'active_s = "h:mm"' in parsed.unusable
    assert parsed.records == 1


def test_hours_minutes_and_seconds_speak_for_themselves():
    parsed = _read(DAILY, "E1,2026-03-02,,2:30:15,0,0.00,", declared="")
    assert _rows(parsed)["active_s"].to_list() == [9015]


def test_a_cell_in_another_format_is_a_reject_with_its_column_and_shape():
    parsed = _read(
        DAILY, "E1,2026-03-02,8:00,6.5,1:00,0:30,", "E2,2026-03-02,x,1:00,,,", "E3,2026-03-02,,1:00,,,"
    )
    assert [(r.row_no, r.column, r.shape) for r in parsed.rejects] == [
        (1, "active_s", "9.9"),
        (2, "logged_time", "A"),
    ]
    assert parsed.loaded == 1


def test_a_total_that_does_not_add_up_and_one_beyond_the_day_are_flagged():
    parsed = _read(DAILY, "E1,2026-03-02,8:00,6:30,3:00,0:30,", "E2,2026-03-02,,26:00,,,")
    assert _codes(parsed) == ["UNEVEN_TOTAL", "MORE_ACTIVE_THAN_LONG"]


def test_a_report_of_the_shift_only_says_so():
    assert _codes(_read(DAILY, "E1,2026-03-02,,1:00,,,", shift_scope="shift")) == ["SHIFT_SCOPE"]


def test_time_per_program_and_page_keeps_no_address():
    parsed = _read(
        USAGE,
        "roe@x.example,2026-03-02,https://www.availity.com/roe?name=Roe,Work,Productive,1:00",
        "roe@x.example,2026-03-02,shop.example/roe,Other,Neutral,0:30",
        "roe@x.example,2026-03-02,EXCEL.EXE,Work,Productive,2:00",
    )
    frame = _rows(parsed)
    assert frame.select("kind", "app", "app_class", "site", "grain").rows() == [
        ("web", None, "portal", "portal", "day"),
        ("web", None, "other", "other", "day"),
        ("app", "EXCEL.EXE", "office", None, "day"),
    ]
    held = io.BytesIO()
    frame.write_ipc(held)
    words = (b"roe", b"Roe", b"x.example", b"http", b"shop.example")
    assert not any(word in held.getvalue() + repr(parsed).encode() for word in words)


def test_time_per_task_is_of_the_task():
    parsed = _read(TASKS, "E1,2026-03-02,Clinic,Denials,Appeals C1234,1:30", claim_pattern=r"C\d+")
    row = _rows(parsed).row(0, named=True)
    assert (row["kind"], row["task_code"], row["claim_ref"]) == ("task", "Appeals C1234", "C1234")


def test_a_report_without_days_takes_the_one_day_of_its_name_and_never_one_of_two():
    header, line = "Employee,App/URL,Time Spent", "E1,EXCEL.EXE,1:00"
    assert _rows(_read(header, line))["started_at"].to_list() == [datetime(2026, 3, 2, 6, tzinfo=UTC)]
    for name in ("flowace_2026-03-01_2026-03-31.csv", "flowace_march.csv"):
        assert "which day it is of" in _read(header, line, name=name).unusable


def test_entries_of_the_detailed_log_have_their_times_and_are_cut_at_midnight():
    parsed = _read(
        DETAIL,
        "E1,Appeals,2026-03-02 09:00,2026-03-02 10:00,0:50,EXCEL.EXE",
        "E1,Appeals,2026-03-02 23:30,2026-03-03 00:30,,",
        "E1,Appeals,2026-03-02 11:00,2026-03-02 10:00,,",
    )
    frame = _rows(parsed)
    assert frame.select("row_no", "k", "kind", "grain", "active_s").rows() == [
        (1, 0, "app", "event", Decimal(3000)),
        (2, 0, "task", "event", Decimal(1800)),
        (2, 1, "task", "event", Decimal(1800)),
    ]
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [(3, "the entry ends before it begins")]


def test_a_day_of_twenty_five_hours_is_that_long():
    frame = _rows(_read(DAILY, "E1,2026-11-01,,1:00,,,"))
    assert frame.select(pl.col("ended_at") - pl.col("started_at")).item().total_seconds() == 25 * 3600


def test_another_table_is_unusable_and_its_other_headers_are_counted_only():
    parsed = _read("Employee,Date,Birthday", "Roe,2026-03-02,1970-01-01")
    assert "1 other cell is not shown" in parsed.unusable
    assert "Workforce Efficiency" in parsed.unusable
    assert "Roe" not in parsed.unusable


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99_999), st.integers(0, 59))
def test_hours_and_minutes_are_what_they_say(hours, minutes):
    assert duration_of(f"{hours}:{minutes:02d}", "h:mm") == (hours * 3600 + minutes * 60) * 10**6
    assert duration_of(f"{hours}:{minutes:02d}", "m:ss") == (hours * 60 + minutes) * 10**6


@pytest.mark.parametrize(
    ("text", "declared"),
    [("-1", "decimal_hours"), ("1:75", "h:mm"), ("1.5", "h:mm"), ("1:30", "decimal_hours"), ("x", "h:mm"), ("20000", "decimal_hours")],
)  # fmt: skip
def test_a_duration_that_is_none_is_refused(text, declared):
    with pytest.raises(Unreadable):
        duration_of(text, declared)
