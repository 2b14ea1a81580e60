"""Stretches of activity: of each person's day the finest data, and no second twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = "2026-03-10"
NEXT = "2026-03-11"


def add(office, start, end, seconds, **more):
    row = {"source": "log", "staff_id": "s1", "app": "pm", "kind": "app"}
    office.add("activity", started_at=start, ended_at=end, active_s=seconds, **{**row, **more})


def stretches(office):
    return office.build("ledger.active_stretches")


def seconds_of(rows, person="s1", day=DAY):
    """Return the active seconds of a person's day, as staff_days sums them."""
    return sum(
        (row["ended_at"].timestamp() - row["started_at"].timestamp()) * float(row["active_share"])
        for row in rows
        if row["staff_id"] == person and str(row["started_on"]) == day
    )


def total(office, seconds, **more):
    add(office, f"{DAY} 00:00", f"{NEXT} 00:00", seconds, grain="day", **{"kind": "daily_total", **more})


def hour(office, clock, seconds, **more):
    add(office, f"{DAY} {clock}:00", f"{DAY} {clock + 1}:00", seconds, grain="hour", **more)


def test_two_computers_at_once_are_one_person(office):
    add(office, f"{DAY} 09:00", f"{DAY} 10:00", 3600)
    add(office, f"{DAY} 09:30", f"{DAY} 10:30", 3600, source="activitywatch")
    assert seconds_of(stretches(office)) == 5400


def test_times_win_over_hours_and_hours_over_days(office):
    total(office, 9000)
    assert seconds_of(stretches(office)) == pytest.approx(9000, abs=0.1)
    hour(office, 9, 1800)
    assert seconds_of(stretches(office)) == pytest.approx(1800, abs=0.1)
    add(office, f"{DAY} 13:00", f"{DAY} 13:10", 300)
    rows = stretches(office)
    assert (seconds_of(rows), [row["grain"] for row in rows]) == (300, ["event"])


def test_a_day_s_total_wins_over_its_programs_and_they_over_its_tasks(office):
    total(office, 1000, kind="task", task_code="t")
    assert seconds_of(stretches(office)) == pytest.approx(1000, abs=0.1)
    total(office, 2000, kind="web", site="portal")
    total(office, 2500, kind="app")
    assert seconds_of(stretches(office)) == pytest.approx(4500, abs=0.1)
    total(office, 3000, source="flowace")
    assert seconds_of(stretches(office)) == pytest.approx(3000, abs=0.1)


def test_what_a_tracker_saw_wins_over_what_a_person_said(office):
    add(office, f"{DAY} 09:00", f"{DAY} 12:00", 10_800, kind="task", task_code="t", app=None)
    assert seconds_of(stretches(office)) == 10_800
    add(office, f"{DAY} 10:00", f"{DAY} 11:00", 600)
    assert seconds_of(stretches(office)) == pytest.approx(600, abs=0.1)


def test_another_day_and_another_person_keep_what_they_have(office):
    total(office, 9000)
    total(office, 4000, staff_id="s2")
    add(office, f"{NEXT} 09:00", f"{NEXT} 10:00", 60)
    rows = stretches(office)
    assert seconds_of(rows) == pytest.approx(9000, abs=0.1)
    assert seconds_of(rows, "s2") == pytest.approx(4000, abs=0.1)
    assert seconds_of(rows, day=NEXT) == pytest.approx(60, abs=0.1)


def test_activities_of_one_hour_share_it_and_never_exceed_it(office):
    hour(office, 9, 1200, app="a")
    hour(office, 9, 600, app="b")
    hour(office, 10, 3000, app="a")
    hour(office, 10, 3000, app="b")
    rows = stretches(office)
    assert seconds_of(rows) == pytest.approx(1800 + 3600, abs=0.1)


def test_shares_of_a_full_hour_never_add_up_to_more_than_all_of_it(office):
    for number in range(7):
        hour(office, 9, 1100 + number, app=f"a{number}")
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 10:00")
    assert sum(row["active_share"] for row in stretches(office)) <= 1
    (touch,) = office.build("ledger.touches")
    assert 3599.9 < touch["active_s"] <= touch["span_s"]


def test_fractions_of_seconds_are_not_lost(office):
    base = datetime(2026, 3, 10, 15, tzinfo=UTC)
    for number in range(100):
        at = base + timedelta(seconds=1.7 * number)
        add(office, at, at + timedelta(seconds=1.7), 1.7)
    minutes = {"paid_min": 480, "start_at": f"{DAY} 08:00", "end_at": f"{DAY} 16:00"}
    office.add("shifts", staff_id="s1", shift_date=DAY, **minutes)
    (row,) = office.build("ledger.staff_days")
    assert float(row["active_min"]) * 60 == pytest.approx(170, abs=0.1)


def test_sites_of_one_class_in_one_hour_add_up(office):
    hour(office, 9, 600, app=None, kind="web", site="other")
    hour(office, 9, 300, app=None, kind="web", site="other")
    rows = stretches(office)
    assert (len(rows), seconds_of(rows)) == (1, pytest.approx(900, abs=0.1))


def test_the_latest_export_of_an_hour_replaces_all_of_it(office):
    hour(office, 9, 600, app="a", delivery_date=NEXT)
    hour(office, 9, 300, app="b", delivery_date=NEXT)
    hour(office, 9, 900, app="a", delivery_date="2026-03-12", file_id="f2")
    assert seconds_of(stretches(office)) == pytest.approx(900, abs=0.1)


def test_of_two_trackers_that_only_sum_up_one_counts(office):
    hour(office, 9, 600, source="rescuetime")
    hour(office, 10, 900, source="flowace")
    assert {row["source"] for row in stretches(office)} == {"flowace"}


def test_time_away_stays_and_wins_nothing(office):
    total(office, 9000)
    add(office, f"{DAY} 09:00", f"{DAY} 12:00", 0, kind="afk", app=None)
    rows = stretches(office)
    assert len(rows) == 2
    assert seconds_of(rows) == pytest.approx(9000, abs=0.1)


def test_of_one_stretch_delivered_twice_the_later_and_then_the_longer_counts(office):
    add(office, f"{DAY} 09:00", f"{DAY} 10:00", 3600)
    add(office, f"{DAY} 09:00", f"{DAY} 09:00", 0)
    assert seconds_of(stretches(office)) == 3600
    add(office, f"{DAY} 09:00", f"{DAY} 09:20", 1200, delivery_date="2026-03-12")
    assert seconds_of(stretches(office)) == 1200


def test_a_page_at_the_second_its_window_began_is_another_stretch(office):
    add(office, f"{DAY} 09:00", f"{DAY} 09:00", 0, app="chrome")
    add(office, f"{DAY} 09:00", f"{DAY} 09:10", 600, app="chrome", kind="web", site="portal")
    rows = stretches(office)
    assert (len(rows), seconds_of(rows)) == (2, 600)


def test_what_midnight_cut_counts_on_both_days(office):
    add(office, f"{DAY} 23:00", f"{NEXT} 00:00", 3600)
    add(office, f"{NEXT} 00:00", f"{NEXT} 01:00", 1800, began_on=DAY)
    rows = stretches(office)
    assert (seconds_of(rows), seconds_of(rows, day=NEXT)) == (3600, 1800)
    assert {row["began_on"] for row in rows} == {date(2026, 3, 10)}


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_a_day_on_which_clocks_change_is_as_long_as_it_was(office, day, hours):
    following = (datetime.fromisoformat(day) + timedelta(days=1)).date()
    add(office, f"{day} 00:00", f"{following} 00:00", 90_000)
    assert seconds_of(stretches(office), day=day) == hours * 3600
    minutes = {"paid_min": 480, "start_at": f"{day} 08:00", "end_at": f"{day} 16:00"}
    office.add("shifts", staff_id="s1", shift_date=day, **minutes)
    (row,) = office.build("ledger.staff_days")
    assert row["active_min"] == hours * 60


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.integers(-3, 30),
        st.integers(0, 2400),
        st.sampled_from(["app", "web", "task", "afk", "daily_total"]),
        st.sampled_from(["event", "event", "hour", "day"]),
        st.sampled_from(["log", "rescuetime"]),
        st.sampled_from(["a", "b", None]),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS)
def test_active_time_never_exceeds_the_time_that_there_was(office, rows):
    office.connection.execute("delete from intake.activity")
    base = datetime(2026, 3, 10, 14, tzinfo=UTC)
    covered = set()
    for start, minutes, seconds, kind, grain, source, app in rows:
        first, last = base + timedelta(minutes=start), base + timedelta(minutes=start + minutes)
        if grain != "event":
            first, last = base, base + timedelta(hours=1 if grain == "hour" else 24)
        add(office, first, last, seconds, kind=kind, grain=grain, source=source, app=app)
        covered |= {first + timedelta(minutes=i) for i in range(int((last - first) / timedelta(minutes=1)))}
    found = stretches(office)
    assert seconds_of(found) <= 60 * len(covered) + 1
    keys = ("source", "staff_id", "grain", "kind", "began_at", "app", "site", "task_code")
    assert len({tuple(row[key] for key in keys) for row in found}) == len(found)
    assert len({row["grain"] for row in found if row["kind"] != "afk"}) <= 1
    assert all(0 <= row["active_share"] <= 1 for row in found)
