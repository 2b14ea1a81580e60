"""Effort measures beyond the golden rooms: what adds up, what splits, and what must not be counted."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = "2026-03-10"


def rows_of(office, table, definition):
    return [row for row in office.build(table) if row["definition_id"] == definition]


def staff(office, person, role, start="2026-01-05", **more):
    office.add("staff", staff_id=person, role=role, role_start=start, valid_from=start, **more)


def shift(office, person="s1", day=DAY, **more):
    hours = {"start_at": f"{day} 08:00", "end_at": f"{day} 16:00", "paid_min": 480}
    office.add("shifts", staff_id=person, shift_date=day, **{**hours, **more})


def activity(office, start, end, seconds, **more):
    row = {"source": "log", "staff_id": "s1", "kind": "app", "app": "pm"}
    office.add("activity", started_at=start, ended_at=end, active_s=seconds, **{**row, **more})


minutes = st.integers(0, 600)
stretches = st.lists(
    st.tuples(minutes, st.integers(1, 120), st.floats(0, 1), st.sampled_from([None, "payer", "system"])),
    max_size=8,
)
incidents = st.lists(st.tuples(minutes, st.integers(1, 300)), max_size=4)
booked = st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stretches=stretches, incidents=incidents, booked=booked)
def test_the_four_shares_make_up_paid_time_whatever_overlaps(new_office, stretches, incidents, booked):
    office = new_office()
    leave, meeting, training = booked
    shift(office, leave_min=leave, meeting_min=meeting, training_min=training)
    staff(office, "s1", "ar_follow_up", system_id="pm")
    for number, (start, length, share, reason) in enumerate(stretches):
        span = [f"{DAY} {8 + m // 60:02}:{m % 60:02}" for m in (start, min(start + length, 900))]
        seconds = round((min(start + length, 900) - start) * 60 * share)
        activity(office, *span, seconds, app=f"a{number}", wait_reason=reason)
    for number, (start, length) in enumerate(incidents):
        span = [f"{DAY} {8 + m // 60:02}:{m % 60:02}" for m in (start, min(start + length, 900))]
        office.add("friction", friction_id=f"f{number}", system="pm", started_at=span[0], ended_at=span[1])
    shares = {row["definition_id"]: row for row in office.build("measures.time_shares")}
    four = [shares[f"time_share.{name}"] for name in ("active", "waiting", "idle", "friction")]
    assert sum(row["numerator"] for row in four) == 480
    assert min(row["numerator"] for row in four) >= 0
    reasons = [shares[f"waiting_share.{name}"]["numerator"] for name in ("payer", "provider", "system")]
    assert sum(reasons) == shares["time_share.waiting"]["numerator"]


@pytest.fixture(scope="module")
def new_office():
    """Return a function that makes an empty office; Hypothesis needs one per example."""
    from importlib import util
    from pathlib import Path

    path = Path(__file__).parents[1] / "ledger" / "conftest.py"
    spec = util.spec_from_file_location("ledger_conftest", path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    connections = []

    def make():
        connections.append(duckdb.connect())
        connections[-1].execute("set timezone = 'America/Chicago'; set threads = 1")
        return module.Office(connections[-1])

    yield make
    for connection in connections:
        connection.close()


def test_work_in_a_program_under_an_incident_is_friction_and_nothing_else(office):
    shift(office)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 10:00", system="pm")
    activity(office, f"{DAY} 09:00", f"{DAY} 10:00", 3600)
    office.add("friction", friction_id="f", system="pm", started_at=f"{DAY} 09:30", ended_at=f"{DAY} 10:30")
    shares = {row["definition_id"]: row["numerator"] for row in office.build("measures.time_shares")}
    assert (shares["time_share.active"], shares["time_share.friction"], shares["time_share.idle"]) == (
        30,
        60,
        390,
    )


def test_a_role_that_changes_in_the_middle_splits_every_number(office):
    staff(office, "s1", "coder")
    staff(office, "s1", "ar_follow_up", "2026-03-11")
    for day in (DAY, "2026-03-11"):
        shift(office, day=day)
        said = {
            "item_type": "account",
            "item_id": "c1",
            "action_code": "note",
            "disposition_code": "completed",
        }
        office.touch(f"t{day}", f"{day} 09:00", f"{day} 09:10", **said)
    for table in ("touches", "handling_time", "rework", "documentation_time", "time_shares"):
        roles = {(row["role"], row["measured_on"]) for row in office.build(f"measures.{table}")}
        assert roles == {("coder", date(2026, 3, 10)), ("ar_follow_up", date(2026, 3, 11))}, table
    assert {row["measured_on"] for row in office.build("measures.accounts_touched")} == {date(2026, 3, 11)}


def test_productive_hours_add_up_over_complexity_and_payer(office):
    staff(office, "s1", "ar_follow_up")
    shift(office, meeting_min=47)
    shift(office, day="2026-03-11")
    for number, (payer, n_lines) in enumerate([("P1", 1), ("P2", 9), ("P1", 9), ("P3", 2)]):
        pcn = f"c{number}"
        office.submit(pcn, "2026-02-02 09:00", payer_id=payer, n_lines=n_lines)
        span = (f"{DAY} {9 + number}:00", f"{DAY} {9 + number}:{7 + 11 * number:02}")
        said = {"item_type": "account", "item_id": pcn, "pcn": pcn, "disposition_code": "pending"}
        office.touch(f"t{number}", *span, action_code="status_check", **said)
    hours, accounts = defaultdict(Decimal), defaultdict(Decimal)
    for row in office.build("measures.accounts_touched"):
        hours[row["measured_on"]] += row["denominator"]
        accounts[row["measured_on"]] += row["numerator"]
    assert hours == {date(2026, 3, 10): Decimal("7.2167"), date(2026, 3, 11): 8}
    assert accounts == {date(2026, 3, 10): 4, date(2026, 3, 11): 0}


def test_an_account_that_was_only_opened_without_a_disposition_is_not_touched(office):
    staff(office, "s1", "ar_follow_up")
    shift(office)
    said = {"item_type": "account", "item_id": "c1", "action_code": "status_check"}
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", **said)
    (row,) = office.build("measures.accounts_touched")
    assert (row["numerator"], row["denominator"]) == (0, 8)


def test_a_day_without_a_tracker_says_nothing_about_portals(office):
    shift(office)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", system="portal:P1")
    assert office.build("measures.portal_time") == []


@pytest.mark.parametrize(
    ("between", "gap", "login"),
    [(None, 5, 5), (None, 6, 0), ("pm", 4, 0), ("other", 4, 4)],
    ids=["up to the limit", "beyond the limit", "with other work between", "with the sign-in between"],
)
def test_only_a_short_gap_right_between_two_portals_is_signing_in(office, between, gap, login):
    shift(office)
    activity(office, f"{DAY} 09:00", f"{DAY} 09:10", 600, app="web", site="portal:P1")
    activity(office, f"{DAY} 09:{10 + gap}", f"{DAY} 09:30", 0, app="web", site="portal:P2")
    if between:
        activity(office, f"{DAY} 09:11", f"{DAY} 09:12", 60, app=between, app_class=between)
    rows = {r["payer_id"]: r for r in rows_of(office, "measures.portal_time", "portal_time.per_visit")}
    assert (rows["P1"]["numerator"], rows["P2"]["numerator"]) == (10, login)
    (switches,) = rows_of(office, "measures.portal_time", "portal_switches")
    assert switches["numerator"] == 1


def test_an_incident_of_a_system_counts_for_every_shift_that_worked_in_it(office):
    for person in ("s1", "s2", "s3"):
        shift(office, person)
        system = "ehr" if person == "s3" else "pm"
        office.touch(f"t{person}", f"{DAY} 09:00", f"{DAY} 09:10", staff_id=person, system=system)
    for number, (start, end) in enumerate([("09:00", "09:30"), ("09:10", "09:40"), ("15:30", "18:00")]):
        office.add(
            "friction",
            friction_id=f"f{number}",
            system="pm",
            started_at=f"{DAY} {start}",
            ended_at=f"{DAY} {end}",
        )
    rows = {
        row["system"]: (row["numerator"], row["denominator"])
        for row in office.build("measures.friction_minutes")
    }
    assert rows == {"pm": (140, 2), "ehr": (0, 1)}


def test_without_the_rate_of_a_person_their_touches_have_no_cost_and_weigh_nothing(office):
    staff(office, "s1", "coder", loaded_rate=30)
    staff(office, "s2", "coder")
    for person in ("s1", "s2"):
        said = {"staff_id": person, "disposition_code": "completed", "item_id": person}
        office.touch(f"t{person}", f"{DAY} 09:00", f"{DAY} 09:20", **said)
    (row,) = rows_of(office, "measures.touches", "cost_per_touch")
    assert (row["staff_id"], row["numerator"], row["denominator"]) == ("s1", 10, 1)


def test_an_item_finished_again_counts_once_in_the_distribution_with_all_its_minutes(office):
    staff(office, "s1", "coder")
    for number, (day, minutes) in enumerate([("2026-03-09", 10), ("2026-03-10", 20)]):
        said = {"item_type": "encounter", "item_id": "e1", "disposition_code": "completed"}
        office.touch(f"t{number}", f"{day} 09:00", f"{day} 09:{minutes}", **said)
    (row,) = rows_of(office, "measures.handling_distribution", "handling_time_per_item.median")
    assert (row["n_items"], row["value"], row["measured_on"]) == (1, 30.0, date(2026, 3, 15))


def test_a_queue_that_loses_its_exits_disagrees_with_littles_law(office):
    def event(item, kind, day, hour):
        moment = f"{day} {hour:02}:00:00-05:00"
        office.add(
            "queue_events", event_id=f"{item}{kind}", queue="Q", item_id=item, event=kind, occurred_at=moment
        )

    for number in range(28):
        event(f"i{number}", "in", date(2026, 2, 2 + number) if number < 27 else date(2026, 3, 1), 9)
        if number >= 4:
            event(f"i{number}", "out", date(2026, 2, 2 + number) if number < 27 else date(2026, 3, 1), 15)
    row = next(row for row in office.build("measures.littles_law") if row["measured_on"] == date(2026, 3, 1))
    assert row["is_steady"]
    assert row["is_within"] is False


def test_a_queue_that_grows_is_shown_and_not_judged(office):
    for number in range(28):
        day = date(2026, 2, 1 + number)
        row = {"queue": "Q", "item_id": f"i{number}", "event": "in", "occurred_at": f"{day} 09:00:00-05:00"}
        office.add("queue_events", event_id=f"i{number}", **row)
    row = next(row for row in office.build("measures.littles_law") if row["measured_on"] == date(2026, 2, 28))
    assert (row["is_steady"], row["is_within"], row["value"]) == (False, None, None)
