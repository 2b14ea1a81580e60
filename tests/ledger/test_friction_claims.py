"""A person's claim that a system was down: who it helps, from when, how long, and that late acceptance mends old days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

DAY = date(2026, 3, 10)
SUITE = Path(__file__).parents[2] / "expectations" / "measures" / "friction_claims.yml"


def claim(office, number="c1", start="10:00", end="11:00", **more):
    """Put in a state of a claim of s1 on pm."""
    row = {"staff_id": "s1", "system": "pm", "kind": "outage", "status": "accepted", "decided_by": "lead"}
    ended = {"ended_at": f"{DAY} {end}"} if end else {}
    row |= {"started_at": f"{DAY} {start}", **ended, "updated_at": f"{DAY + timedelta(days=1)} 09:00", **more}
    office.add("friction_claims", claim_id=number, **row)


def working(office, *people, system="pm", day=DAY):
    """Let people work in a system from 10:00 to 10:40, in a shift from 8:00 to 16:00."""
    for person in people:
        office.touch(f"{person}{day}", f"{day} 10:00", f"{day} 10:40", staff_id=person, system=system)
        shift = {"start_at": f"{day} 08:00", "end_at": f"{day} 16:00", "paid_min": 480}
        office.add("shifts", staff_id=person, shift_date=day, **shift)


def friction(office):
    """Return the hampered seconds of everybody's touches, and the minutes of everybody's shifts."""
    touches = {row["staff_id"]: row["friction_s"] for row in office.build("ledger.touches")}
    return touches, {row["staff_id"]: row["friction_min"] for row in office.build("ledger.staff_days")}


def test_an_accepted_claim_helps_the_person_who_made_it_and_nobody_else(office):
    working(office, "s1", "s2")
    claim(office)
    assert friction(office) == ({"s1": 2400, "s2": 0}, {"s1": 60, "s2": 0})


def test_claims_of_two_people_on_the_same_time_stay_personal(office):
    working(office, "s1", "s2", "s3")
    claim(office, "c1", "10:00", "10:30")
    claim(office, "c2", "10:20", "11:00", staff_id="s2")
    assert friction(office) == ({"s1": 1800, "s2": 1200, "s3": 0}, {"s1": 30, "s2": 40, "s3": 0})


@pytest.mark.parametrize(
    "given",
    [
        {"status": "claimed"},
        {"status": "rejected"},
        {"status": None},
        {"decided_by": "s1"},
        {"system": "ehr"},
    ],
    ids=["claimed", "rejected", "nothing said", "accepted by the claimant", "another system"],
)
def test_what_nobody_else_accepted_takes_no_time_off(office, given):
    working(office, "s1")
    claim(office, **given)
    assert friction(office) == ({"s1": 0}, {"s1": 0})


def test_a_claim_and_a_logged_incident_that_overlap_count_once(office):
    working(office, "s1", "s2")
    incident = {"started_at": f"{DAY} 10:20", "ended_at": f"{DAY} 11:30"}
    office.add("friction", friction_id="c1", system="pm", **incident)
    claim(office, "c1", "10:00", "10:30")
    assert friction(office) == ({"s1": 2400, "s2": 1200}, {"s1": 90, "s2": 70})


def test_the_last_state_holds_whatever_came_last(office):
    later = f"{DAY + timedelta(days=20)} 09:00"
    working(office, "s1")
    claim(office, status="rejected", updated_at=later, delivery_date=DAY)
    claim(office, status="accepted", delivery_date=DAY + timedelta(days=30))
    (row,) = office.build("ledger.friction_claims")
    assert (row["status"], row["started_on"]) == ("rejected", DAY)
    assert friction(office)[0] == {"s1": 0}


@pytest.mark.parametrize(("end", "hours"), [(None, 24), (f"{DAY + timedelta(days=30)} 09:00", 168)])
def test_a_claim_without_an_end_and_a_very_long_one_are_cut_as_incidents_are(office, end, hours):
    claim(office, end=None, **({"ended_at": end} if end else {}))
    rows = office.build("ledger.friction_days")
    assert {row["ended_at"] - row["started_at"] for row in rows} == {timedelta(hours=hours)}
    assert max(row["affected_on"] for row in rows) >= DAY + timedelta(hours=hours)
    assert {(row["friction_id"], row["staff_id"]) for row in rows} == {("claim:c1", "s1")}


def test_a_claim_accepted_weeks_later_and_then_moved_restates_the_days_it_is_about(office):
    ours = ("ledger.touches", "ledger.staff_days", "measures.friction_claims", "measures.friction_minutes")
    models = needed(ours)
    runner, moved = Increments(office, models), DAY + timedelta(days=2)
    roster = {"role": "coder", "role_start": DAY - timedelta(days=9), "valid_from": DAY - timedelta(days=9)}
    runner.deliver(
        [
            lambda: [office.add("staff", staff_id=person, **roster) for person in ("s1", "s2")],
            lambda: [working(office, "s1", "s2", day=day) for day in (DAY, moved)],
            lambda: claim(office, status="claimed", decided_by=None),
        ]
    )

    def hampered():
        rows = office.connection.execute(
            "select staff_id, worked_on, friction_s from ledger.touches where friction_s > 0"
        ).fetchall()
        minutes = (
            "select staff_id, work_date, friction_min * 60 from ledger.staff_days where friction_min > 0"
        )
        return rows, office.connection.execute(minutes).fetchall()

    assert hampered() == ([], [])
    accepted = f"{DAY + timedelta(days=42)} 09:00"
    runner.deliver([lambda: claim(office, updated_at=accepted)])
    assert hampered() == ([("s1", DAY, 2400)], [("s1", DAY, 3600)])
    assert_stands_as_rebuilt(office, models)
    corrected = {"started_at": f"{moved} 10:00", "ended_at": f"{moved} 10:10"}
    runner.deliver([lambda: claim(office, updated_at=f"{DAY + timedelta(days=50)} 09:00", **corrected)])
    assert hampered() == ([("s1", moved, 600)], [("s1", moved, 600)])
    assert_stands_as_rebuilt(office, models)
    rejected = {**corrected, "status": "rejected", "updated_at": f"{DAY + timedelta(days=60)} 09:00"}
    runner.deliver([lambda: claim(office, **rejected)])
    assert hampered() == ([], [])
    assert_stands_as_rebuilt(office, models)


@pytest.mark.parametrize(("end", "found"), [("12:00", 0), ("12:01", 1)])
def test_claims_of_more_than_a_quarter_of_a_day_are_warned_about_and_taken_off_all_the_same(
    office, end, found
):
    working(office, "s1")
    claim(office, end=end)
    rules = yaml.safe_load(SUITE.read_text(encoding="utf-8"))["expectations"]
    (rule,) = [r for r in rules if r["name"] == "claims_excuse_a_small_part_of_a_day"]
    office.build("measures.friction_claims")
    query = rule["with"]["unexpected_rows_query"].format(batch="measures.friction_claims")
    assert len(office.connection.execute(query).fetchall()) == found
    assert not rule["blocking"]
    assert friction(office)[1]["s1"] == 120 + found


def test_how_much_of_a_day_may_be_claimed_is_a_parameter(office):
    office.configure(friction_claim_max_share=0.5)
    working(office, "s1")
    claim(office)
    (row,) = [r for r in office.build("measures.friction_claims") if r["definition_id"].endswith("share")]
    assert (row["numerator"], row["denominator"], row["max_share"]) == (60, 480, 0.5)
