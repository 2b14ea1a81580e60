"""Touches: whose, on what, and how much of the time in them was active or hampered."""

from datetime import date

import pytest

DAY = "2026-03-10"


def touches(office):
    return {row["touch_id"]: row for row in office.build("ledger.touches")}


def active(office, start, end, seconds, **more):
    row = {"source": "log", "staff_id": "s1", "app": "pm", "kind": "app"}
    office.add("activity", started_at=start, ended_at=end, active_s=seconds, **{**row, **more})


def incident(office, number, start, end, system="pm", **more):
    office.add("friction", friction_id=number, system=system, started_at=start, ended_at=end, **more)


def test_bots_and_entries_that_end_before_they_begin_are_no_touches(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    office.touch("t2", f"{DAY} 09:00", f"{DAY} 09:10", is_automated=True)
    office.touch("t3", f"{DAY} 09:10", f"{DAY} 09:00")
    assert list(touches(office)) == ["t1"]


def test_a_touch_of_a_person_without_activity_is_active_all_along(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    active(office, f"{DAY} 09:00", f"{DAY} 10:00", 60, staff_id="s2")
    row = touches(office)["t1"]
    assert (row["span_s"], row["active_s"]) == (600, 600)


def test_a_touch_beside_all_activity_of_its_person_has_none(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    active(office, f"{DAY} 11:00", f"{DAY} 12:00", 3600)
    assert touches(office)["t1"]["active_s"] == 0


def test_activity_counts_by_its_overlap_and_its_active_share(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    active(office, f"{DAY} 08:55", f"{DAY} 09:05", 300)  # 300 s inside, half of them active
    active(office, f"{DAY} 09:05", f"{DAY} 09:15", 600)  # 300 s inside, all active
    assert touches(office)["t1"]["active_s"] == 450


def test_a_web_page_inside_a_program_and_time_away_count_once_and_not_at_all(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    active(office, f"{DAY} 09:00", f"{DAY} 09:08", 480, app="browser")
    active(office, f"{DAY} 09:01", f"{DAY} 09:09", 480, app="portal", kind="web")
    active(office, f"{DAY} 09:00", f"{DAY} 09:10", 600, app="afk", kind="afk")
    assert touches(office)["t1"]["active_s"] == 540


def test_a_touch_over_midnight_belongs_to_the_day_on_which_it_began(office):
    office.touch("t1", f"{DAY} 23:50", "2026-03-11 00:20")
    active(office, f"{DAY} 23:40", "2026-03-11 00:30", 1500)  # half active
    row = touches(office)["t1"]
    assert (row["worked_on"], row["active_s"]) == (date(2026, 3, 10), 900)


def test_activity_that_midnight_cut_counts_for_a_touch_over_midnight(office):
    office.touch("t1", f"{DAY} 23:50", "2026-03-11 00:20")
    active(office, f"{DAY} 23:40", "2026-03-11 00:00", 600)
    active(office, "2026-03-11 00:00", "2026-03-11 00:30", 1800, began_on=DAY)
    assert touches(office)["t1"]["active_s"] == 300 + 1200


def test_the_total_of_a_day_says_nothing_about_a_touch_and_the_sum_of_an_hour_does(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    office.touch("t2", f"{DAY} 09:00", f"{DAY} 09:10", staff_id="s2")
    active(office, f"{DAY} 00:00", "2026-03-11 00:00", 3600, grain="day", kind="daily_total")
    active(office, f"{DAY} 09:00", f"{DAY} 10:00", 1800, grain="hour", staff_id="s2")
    rows = touches(office)
    assert (rows["t1"]["active_s"], rows["t2"]["active_s"]) == (600, 300)


def test_a_person_who_was_only_away_from_a_tracked_computer_is_not_tracked(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    active(office, f"{DAY} 00:00", f"{DAY} 12:00", 0, kind="afk", app=None)
    assert touches(office)["t1"]["active_s"] == 600


def test_overlapping_incidents_count_once_and_only_for_the_system_worked_in(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:20")
    active(office, f"{DAY} 09:00", f"{DAY} 10:00", 1800)  # half active: 600 s
    incident(office, "f1", f"{DAY} 08:50", f"{DAY} 09:06")
    incident(office, "f2", f"{DAY} 09:04", f"{DAY} 09:10")
    incident(office, "f3", f"{DAY} 09:05", f"{DAY} 09:07")
    incident(office, "f4", f"{DAY} 09:00", f"{DAY} 09:20", system="ehr")
    row = touches(office)["t1"]
    assert (row["active_s"], row["friction_s"]) == (600, 300)


def test_an_incident_overnight_hampers_the_next_morning(office):
    office.touch("t1", "2026-03-11 08:00", "2026-03-11 08:20")
    incident(office, "f1", f"{DAY} 22:00", "2026-03-11 08:10")
    assert touches(office)["t1"]["friction_s"] == 600


def test_an_open_incident_counts_for_a_day_until_its_end_is_delivered(office):
    office.touch("t1", "2026-03-11 08:00", "2026-03-11 08:20")
    office.touch("t2", "2026-03-12 08:00", "2026-03-12 08:20")
    incident(office, "f1", f"{DAY} 22:00", None)
    rows = touches(office)
    assert (rows["t1"]["friction_s"], rows["t2"]["friction_s"]) == (1200, 0)
    incident(office, "f1", f"{DAY} 22:00", f"{DAY} 23:00", delivery_date="2026-03-12")
    office.build("ledger.friction_days")
    assert touches(office)["t1"]["friction_s"] == 0


def test_a_change_of_role_splits_the_days(office):
    office.add("staff", staff_id="s1", role="coder", role_start="2025-03-11", valid_from="2025-03-11")
    office.add("staff", staff_id="s1", role="charge_entry", role_start="2026-03-11", valid_from="2026-03-11")
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10")
    office.touch("t2", "2026-03-11 09:00", "2026-03-11 09:10")
    office.touch("t3", "2026-03-11 09:00", "2026-03-11 09:10", staff_id="nobody")
    rows = touches(office)
    assert [rows[t]["role"] for t in ("t1", "t2", "t3")] == ["coder", "charge_entry", "unknown"]
    assert [rows[t]["tenure_days"] for t in ("t1", "t2", "t3")] == [364, 0, None]


def test_a_period_ends_where_the_next_one_begins(office):
    office.add("staff", staff_id="s1", role="coder", role_start="2025-01-01", valid_from="2025-01-01")
    office.add(
        "staff",
        staff_id="s1",
        role="coder",
        role_start="2025-01-01",
        valid_from="2025-06-01",
        valid_to="2025-12-31",
    )
    office.add("staff", staff_id="s1", role="charge_entry", role_start="2025-09-01", valid_from="2025-09-01")
    ends = {row["valid_from"].isoformat(): row["valid_to"] for row in office.build("ledger.staff_roles")}
    assert ends == {"2025-01-01": date(2025, 5, 31), "2025-06-01": date(2025, 8, 31), "2025-09-01": None}


@pytest.mark.parametrize("named", [{"pcn": "c1"}, {"item_type": "encounter", "item_id": "e1"}])
def test_work_before_the_claim_went_out_takes_its_complexity_and_its_day_is_known_to_need_it(office, named):
    office.touch("t1", "2026-03-02 09:00", "2026-03-02 09:10", **named)
    office.touch("t2", "2026-03-02 09:00", "2026-03-02 09:10", pcn="c9")
    entry = {"encounter_id": "e1", "pcn": "c1", "entered_by": "s2", "entered_at": "2026-03-03 09:00"}
    office.add("charge_entries", service_date="2026-03-01", **entry)
    office.submit("c1", "2026-03-05 18:00", n_lines=6)
    rows = touches(office)
    assert (rows["t1"]["complexity"], rows["t2"]["complexity"]) == ("high", "medium")
    assert {row["worked_on"] for row in office.build("ledger.claim_work")} == {date(2026, 3, 2)}


def test_completed_and_repeated_work_are_told_apart(office):
    said = {
        "t1": ("enter", "completed"),
        "t2": ("enter", "reopened"),
        "t3": ("fix_edit", "completed"),
        "t4": ("enter", None),
    }
    for touch, (action, disposition) in said.items():
        office.touch(touch, f"{DAY} 09:00", f"{DAY} 09:10", action_code=action, disposition_code=disposition)
    rows = touches(office)
    assert [rows[t]["is_completed"] for t in said] == [True, False, True, False]
    assert [rows[t]["is_rework"] for t in said] == [False, True, True, False]


def test_of_two_auditors_of_the_same_work_the_first_one_counts(office):
    audit = {"item_type": "denial", "item_id": "d1", "staff_id": "s1", "assigned_category": "coding"}
    for name, day, found in (("a2", 12, "eligibility"), ("a1", 11, "coding")):
        office.add(
            "audits",
            audit_id=name,
            auditor_id=name,
            audited_category=found,
            audited_at=f"2026-03-{day} 09:00",
            **audit,
        )
    (row,) = office.build("ledger.audited_work")
    assert (row["audit_id"], row["n_units"], row["n_right"]) == ("a1", 1, 1)


def test_an_audit_is_dated_like_the_last_finish_before_it(office):
    office.add("staff", staff_id="s1", role="coder", role_start="2025-03-11", valid_from="2025-03-11")
    for touch, day in (("t1", "2026-03-02"), ("t2", "2026-03-04"), ("t3", "2026-03-20")):
        done = {"item_type": "encounter", "item_id": "e1", "disposition_code": "completed"}
        office.touch(touch, f"{day} 09:00", f"{day} 09:10", **done)
    audit = {"item_type": "encounter", "item_id": "e1", "staff_id": "s1", "audited_at": "2026-03-10 09:00"}
    office.add("audits", audit_id="a1", n_reviewed=20, n_correct=19, **audit)
    office.add("audits", audit_id="a2", assigned_category="coding", audited_category="eligibility", **audit)
    office.add("audits", audit_id="a3", **{**audit, "item_id": "e2"})
    rows = {row["audit_id"]: row for row in office.build("ledger.audited_work")}
    assert [(rows[a]["n_units"], rows[a]["n_right"]) for a in ("a1", "a2", "a3")] == [
        (20, 19),
        (1, 0),
        (0, 0),
    ]
    assert (rows["a1"]["worked_on"], rows["a1"]["role"], rows["a3"]["worked_on"]) == (
        date(2026, 3, 4),
        "coder",
        None,
    )
