"""RescueTime exports: whose they are, how long an interval is, and what is dropped."""

import io
from datetime import UTC, datetime

import polars as pl
import pytest

from assets.intake.identify import identify
from assets.intake.sources import DEFAULT_SOURCES, Source
from assets.intake.trackers import read_activity

HEADER = "Date,Time Spent (seconds),Number of People,Activity,Category,Productivity"


def _hide(kind, value):
    return None if value is None else f"{kind}-{sum(value.encode()) % 997}"


def _read(*lines, name="rescuetime_pc-07_20260302.csv", header=HEADER, pattern=None, **tracker):
    if pattern or tracker:
        pattern = pattern or "^rescuetime_(?P<staff>[^_]+)"
        source = Source("activity", pattern, tracker={"name": "rescuetime", **tracker})
    else:
        source = next(source for source in DEFAULT_SOURCES if source.matches(name))
    data = "\n".join((header, *lines, "")).encode()
    parsed = read_activity(data, source, name=name, hide=_hide, time_zone="America/Chicago")
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def _rows(parsed):
    return parsed.tables["activity"]


def test_activities_of_one_hour_share_it():
    parsed = _read(
        "2026-03-02T09:00:00,1200,1,Microsoft Excel,Business,1",
        "2026-03-02T09:00:00,600,1,www.availity.com,Business,2",
        "2026-03-02T10:00:00,60,1,shop.example,Shopping,-2",
    )
    frame = _rows(parsed)
    assert frame.select("kind", "app", "app_class", "site", "grain").rows() == [
        ("app", "Microsoft Excel", "office", None, "hour"),
        ("web", None, "portal", "portal", "hour"),
        ("web", None, "other", "other", "hour"),
    ]
    assert frame["started_at"][0] == frame["started_at"][1] == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert frame["ended_at"][0] == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert frame["active_s"].to_list() == [1200, 600, 60]
    assert set(frame["staff_id"]) == {_hide("staff", "pc-07")}
    assert parsed.flags == []


@pytest.mark.parametrize(
    ("times", "grain", "minutes"),
    [
        (["2026-03-02", "2026-03-03"], "day", 24 * 60),
        (["2026-03-02T00:00:00", "2026-03-02T01:00:00"], "hour", 60),
        (["2026-03-02T09:00:00", "2026-03-02T09:05:00"], "hour", 5),
    ],
)
def test_the_interval_is_read_from_the_times(times, grain, minutes):
    frame = _rows(_read(*(f"{time},60,1,x,y,0" for time in times)))
    length = frame.select((pl.col("ended_at") - pl.col("started_at")).dt.total_minutes())["ended_at"]
    assert (set(frame["grain"]), set(length)) == ({grain}, {minutes})


def test_a_declared_interval_holds_for_times_that_look_like_another():
    assert set(_rows(_read("2026-03-02T00:00:00,60,1,x,y,0", interval="hour"))["grain"]) == {"hour"}


def test_the_hour_that_clocks_repeat_holds_two_hours():
    parsed = _read("2026-11-01T01:00:00,7000,1,x,y,0", "2026-11-01T03:00:00,60,1,x,y,0")
    assert parsed.flags == []


def test_more_seconds_than_an_hour_has_are_flagged():
    parsed = _read("2026-03-02T09:00:00,2000,1,x,y,0", "2026-03-02T09:00:00,2000,1,z,y,0")
    assert [(flag.code, flag.message[:1]) for flag in parsed.flags] == [("MORE_ACTIVE_THAN_LONG", "1")]
    assert parsed.loaded == 2


@pytest.mark.parametrize("name", ["rescuetime_20260302.csv", "rescuetime-2026-03-02.csv", "RescueTime.csv"])
def test_a_file_of_nobody_says_what_to_configure(name):
    parsed = _read("2026-03-02T09:00:00,1200,1,x,y,1", name=name)
    assert "(?P<staff>...)" in parsed.unusable
    assert parsed.records == 1


def test_the_pattern_of_a_source_says_whose_file_it_is():
    parsed = _read("2026-03-02T09:00:00,1200,1,x,y,1", name="E17 March.csv", pattern=r"^(?P<staff>\w+) March")
    assert set(_rows(parsed)["staff_id"]) == {_hide("staff", "E17")}


def test_a_source_of_one_person_says_who_it_is():
    source = Source("activity", "^mine", tracker={"name": "rescuetime"}, constants={"staff_id": "E17"})
    data = f"{HEADER}\n2026-03-02T09:00:00,1200,1,x,y,1\n".encode()
    parsed = read_activity(data, source, name="mine.csv", hide=_hide, time_zone="America/Chicago")
    assert set(_rows(parsed)["staff_id"]) == {_hide("staff", "E17")}


def test_negative_time_and_time_of_several_people_is_rejected():
    parsed = _read("2026-03-02T09:00:00,-5,1,x,y,1", "2026-03-02T09:00:00,5,2,x,y,1", "x,5,1,x,y,1")
    assert [(reject.row_no, reject.column) for reject in parsed.rejects] == [
        (1, "active_s"),
        (2, "people"),
        (3, "started_at"),
    ]


def test_documents_categories_and_hosts_are_not_kept():
    parsed = _read(
        "2026-03-02T09:00:00,5,1,roe.example,Roe Jane - chart,Roe & Sons,1",
        "Roe,5,1,x,Roe,Roe,1",
        header="Date,Time Spent (seconds),Number of People,Activity,Document,Category,Productivity",
    )
    held = io.BytesIO()
    _rows(parsed).write_ipc(held)
    assert not any(word in held.getvalue() + repr(parsed).encode() for word in (b"Roe", b"roe"))


def test_files_are_known_by_their_names():
    for name in ("rescuetime_pc-07_20260302.csv", "RescueTime-export.csv", "flowace_daily_20260302.csv"):
        known = identify(name, b"x", DEFAULT_SOURCES)
        assert (known.kind, known.feed) == ("export", "activity")
        assert known.source.tracker["name"] == name.casefold()[: len(known.source.tracker["name"])]
