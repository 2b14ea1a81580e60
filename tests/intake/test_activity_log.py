"""Plain activity logs: what they may leave out, where they are cut, and what of them is not kept."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from assets.intake.activity_log import read_log
from assets.intake.sources import Source
from assets.intake.tracking import Tracking

HEADER = "staff_id,app,started_at,ended_at,active_s"


def _hide(kind, value):
    return None if value is None else f"{kind}-{sum(value.encode()) % 997}"


def _read(*lines, header=HEADER, **tracker):
    data = "\n".join((header, *lines, "")).encode()
    source = Source("activity", ".", tracker=tracker)
    parsed = read_log(
        data, source, Tracking.of(tracker), name="a.csv", hide=_hide, time_zone="America/Chicago"
    )
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def _rows(parsed):
    return parsed.tables["activity"]


def _codes(parsed):
    return [flag.code for flag in parsed.flags]


def test_a_log_of_five_columns_is_enough():
    parsed = _read("s1,EXCEL.EXE,2026-03-02 09:00,2026-03-02 10:00,1800")
    row = _rows(parsed).row(0, named=True)
    assert (row["source"], row["kind"], row["grain"], row["app_class"]) == ("log", "app", "event", "office")
    assert "MISSING_COLUMN" not in [flag.code for flag in parsed.flags if "app_class" not in flag.message]


def test_what_a_log_says_itself_is_kept():
    header = f"{HEADER},source,kind,grain,site,task_code,claim_ref,work_queue"
    parsed = _read(
        "s1,,2026-03-02 09:00,2026-03-02 10:00,1800,mine,TASK,Event,portal:P1,appeals,C1,denials",
        header=header,
    )
    row = _rows(parsed).row(0, named=True)
    names = ("source", "kind", "grain", "site", "app_class", "task_code", "claim_ref", "work_queue")
    assert tuple(row[name] for name in names) == (
        "mine", "task", "event", "portal:P1", "portal", "appeals", "C1", "denials",
    )  # fmt: skip


def test_waiting_keeps_its_reason_on_both_sides_of_midnight_and_no_address():
    lines = [
        "s1,Phone,2026-03-02 23:00,2026-03-03 01:00,0,payer",
        "s1,Phone,2026-03-03 09:00,2026-03-03 10:00,0,https://portal.example/claim?name=Roe",
        "s1,EXCEL.EXE,2026-03-03 11:00,2026-03-03 12:00,60,",
    ]
    assert _rows(_read(*lines, header=f"{HEADER},wait_reason"))["wait_reason"].to_list() == [
        "payer",
        "payer",
        None,
        None,
    ]
    assert "MISSING_COLUMN" not in {
        flag.code for flag in _read(lines[0][:-6]).flags if "wait" in flag.message
    }


def test_a_kind_that_nobody_knows_is_flagged_and_not_kept():
    lines = [f"s1,x,2026-03-02 09:00,2026-03-02 10:00,60,{kind}" for kind in ("Roe", "AFK", "")]
    parsed = _read(*lines, header=f"{HEADER},kind")
    assert _rows(parsed)["kind"].to_list() == ["app", "afk", "app"]
    assert [flag.message[:1] for flag in parsed.flags if flag.code == "UNKNOWN_KIND"] == ["1"]


def test_addresses_become_classes_wherever_they_stand():
    parsed = _read(
        "s1,https://portal.example/claim?name=Roe,2026-03-02 09:00,2026-03-02 10:00,60,",
        "s1,mail.google.com,2026-03-02 10:00,2026-03-02 11:00,60,",
        r"s1,C:\Users\Roe\EXCEL.EXE,2026-03-02 11:00,2026-03-02 12:00,60,",
        "s1,chrome,2026-03-02 12:00,2026-03-02 13:00,60,https://claim.md/Roe",
        "s1,chrome,2026-03-02 13:00,2026-03-02 14:00,60,Roe Jane - chart",
        header=f"{HEADER},URL",
        sites={"portal.example": "portal:P1"},
    )
    frame = _rows(parsed)
    assert frame.select("kind", "app", "app_class", "site").rows() == [
        ("web", None, "portal", "portal:P1"),
        ("web", None, "mail", "mail"),
        ("app", "EXCEL.EXE", "office", None),
        ("web", "chrome", "clearinghouse", "clearinghouse"),
        ("web", "chrome", "other", "other"),
    ]
    held = io.BytesIO()
    frame.write_ipc(held)
    assert b"Roe" not in held.getvalue() + repr(parsed).encode()


def test_an_address_among_tasks_and_queues_is_not_kept():
    line = "s1,x,2026-03-02 09:00,2026-03-02 10:00,60,https://x.example/roe,denials"
    parsed = _read(line, header=f"{HEADER},task_code,work_queue")
    assert _rows(parsed).select("task_code", "work_queue").rows() == [(None, "denials")]
    assert "ADDRESS_DROPPED" in _codes(parsed)


def test_a_stretch_across_midnight_is_cut_and_its_active_time_divided():
    parsed = _read("s1,x,2026-03-02 23:30,2026-03-03 01:00,1000", "s1,x,2026-03-02 23:00,2026-03-03 00:00,60")
    rows = _rows(parsed).select("row_no", "k", "active_s", "began_on").rows()
    assert rows == [
        (1, 0, Decimal("333.333"), None),
        (1, 1, Decimal("666.667"), date(2026, 3, 2)),
        (2, 0, Decimal(60), None),
    ]
    assert (parsed.records, parsed.loaded) == (2, 2)


def test_the_hour_that_clocks_skip_is_not_counted_and_the_one_they_repeat_is():
    parsed = _read(
        "s1,x,2026-03-08 01:50,2026-03-08 03:10,60",
        "s1,x,2026-11-01 00:30,2026-11-01 02:30,60",
        "s1,x,2026-11-01 01:50,2026-11-01 01:10,60",
    )
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes()
    assert _rows(parsed).select(length)["ended_at"].to_list() == [20, 180, 20]
    assert _codes(parsed)[-1] == "REPEATED_HOUR"


def test_a_stretch_that_ends_before_it_begins_stays_and_is_flagged():
    parsed = _read("s1,x,2026-03-02 10:00,2026-03-02 09:00,60")
    assert _rows(parsed)["ended_at"].to_list() == [datetime(2026, 3, 2, 15, tzinfo=UTC)]
    assert "CLOCK_BACK" in _codes(parsed)


def test_more_active_time_than_there_was_is_flagged():
    parsed = _read("s1,x,2026-03-02 09:00,2026-03-02 09:01,3600")
    assert "MORE_ACTIVE_THAN_LONG" in _codes(parsed)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("s1,x,2026-03-02 09:00,2026-03-10 09:01,1,event", "ended_at"),
        ("s1,x,2026-03-02 09:00,2026-03-02 09:01,-1,event", "active_s"),
        ("s1,x,2026-03-02 09:00,2026-03-02 09:01,1,week", "grain"),
    ],
)
def test_what_cannot_be_meant_is_rejected_with_its_column(line, column):
    good = "s1,x,2026-03-02 09:00,2026-03-02 09:01,1,"
    parsed = _read(line, good, header=f"{HEADER},grain")
    assert [(reject.row_no, reject.column) for reject in parsed.rejects] == [(1, column)]
    assert parsed.loaded == 1


def test_a_sum_of_an_hour_or_a_day_is_as_long_as_that():
    parsed = _read(
        "s1,,2026-11-01,2026-11-01,20000,day", "s1,x,2026-03-02 09:00,2026-03-02 09:00,600,hour",
        header=f"{HEADER},grain",
    )  # fmt: skip
    frame = _rows(parsed)
    length = frame.select((pl.col("ended_at") - pl.col("started_at")).dt.total_hours())["ended_at"]
    assert length.to_list() == [25, 1]
    assert frame["kind"].to_list() == ["daily_total", "app"]
