"""Effort per person, role, complexity and day, and the frame that calibration reads, worked out by hand."""

from datetime import date

import polars as pl

from assets.bands.frame import SCHEMA, validate_observations

DAY = "2026-03-10"


def staff(office, person="s1", role="charge_entry"):
    office.add(
        "staff", staff_id=person, role=role, system_id="pm", role_start="2026-01-09", valid_from="2026-01-09"
    )


def work(office):
    """Put in ten minutes on i1 (completed twice), ten on i2 (reopened), ten on i3 (an edit fixed), twenty on i4 (pending)."""
    staff(office)
    said = [
        ("t1", "i1", "enter", "completed"),
        ("t2", "i1", "enter", "completed"),
        ("t3", "i2", "enter", "reopened"),
    ]
    said += [("t4", "i3", "fix_edit", "completed"), ("t5", "i4", "enter", "pending")]
    for number, (touch, item, action, disposition) in enumerate(said):
        start, end = f"{DAY} 09:{number * 5:02}", f"{DAY} 09:{number * 5 + (10 if number == 4 else 5):02}"
        office.touch(touch, start, end, item_id=item, action_code=action, disposition_code=disposition)


def only(rows, definition=None):
    (row,) = [row for row in rows if definition in {None, row["definition_id"]}]
    return row["definition_id"], row["numerator"], row["denominator"], row["value"]


def test_touches_rework_and_time_are_counted_against_the_items_completed(office):
    work(office)
    office.add("friction", friction_id="f1", system="pm", started_at=f"{DAY} 09:00", ended_at=f"{DAY} 09:04")
    touches, handling = office.build("measures.touches"), office.build("measures.handling_time")
    assert only(touches, "touches_per_finish") == ("touches_per_finish", 4, 2, 2.0)
    assert only(touches, "avoidable_touch_share") == ("avoidable_touch_share", 1, 5, 0.2)
    assert only(office.build("measures.rework")) == ("rework_share", 2, 2, 1.0)
    assert only(handling, "active_handling_time") == ("active_handling_time", 26, 2, 13.0)


def test_work_that_completes_nothing_has_no_value_but_keeps_its_numerator(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", disposition_code="pending")
    touches = office.build("measures.touches")
    assert only(touches, "touches_per_finish") == ("touches_per_finish", 1, 0, None)


def production(office):
    office.build("measures.production")
    frame = pl.from_arrow(office.connection.execute("select * from measures.production").to_arrow_table())
    validate_observations(frame.rename({"work_date": "date"}))
    assert set(frame.columns) == {*SCHEMA, "work_date", "source"} - {"date"}
    return frame.sort("work_date", "worker_id", "role", "complexity").to_dicts()


def test_production_has_units_time_and_rework_of_the_day(office):
    work(office)
    shift = {"start_at": f"{DAY} 08:00", "end_at": f"{DAY} 16:00", "paid_min": 480}
    office.add("shifts", staff_id="s1", shift_date=DAY, **shift)
    (row,) = production(office)
    assert (row["units"], row["active_min"], row["idle_min"], row["friction_min"]) == (2, 30.0, 450.0, 0.0)
    assert (row["rework_n"], row["reworks"], row["tenure_days"], row["system_id"]) == (3, 1, 60, "pm")
    assert (row["source"], row["case_weight"], row["work_date"]) == ("log", 1.0, date(2026, 3, 10))


def test_idle_time_is_split_by_share_of_active_time(office):
    staff(office)
    office.submit("c1", n_lines=6)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:30", pcn="c1")
    office.touch("t2", f"{DAY} 09:30", f"{DAY} 09:40")
    shift = {"start_at": f"{DAY} 08:00", "end_at": f"{DAY} 09:40", "paid_min": 100}
    office.add("shifts", staff_id="s1", shift_date=DAY, **shift)
    assert {row["complexity"]: row["idle_min"] for row in production(office)} == {
        "high": 45.0,
        "medium": 15.0,
    }


def test_quality_stands_on_the_day_of_the_work_however_late_it_is_known(office):
    staff(office)
    staff(office, "s2", "coder")
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", pcn="c1", disposition_code="completed")
    coded = {
        "item_type": "encounter",
        "item_id": "e1",
        "action_code": "code",
        "disposition_code": "completed",
    }
    office.touch("t2", "2026-03-09 09:00", "2026-03-09 09:10", staff_id="s2", pcn="c1", **coded)
    entry = {"encounter_id": "e1", "pcn": "c1", "entered_by": "s1", "entered_at": f"{DAY} 09:10"}
    office.add("charge_entries", service_date="2026-03-08", **entry)
    office.add("coding", encounter_id="e1", coder_id="s2", finished_at="2026-03-09 09:10")
    office.add("scrubber_events", event_id="x1", pcn="c1", event="accepted", occurred_at="2026-03-11 09:00")
    edit = {"event": "edit", "occurred_at": "2026-03-11 09:00", "is_automated": False}
    office.add("scrubber_events", event_id="x2", pcn="c1", **edit)
    office.submit("c1", "2026-03-12 09:00")
    office.remit("r1", "2026-04-20", pcn="c1", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    audit = {"item_type": "encounter", "item_id": "e1", "staff_id": "s2", "n_reviewed": 4, "n_correct": 3}
    office.add("audits", audit_id="a1", audited_at="2026-03-30 09:00", **audit)
    counts = ("qa_n", "qa_ok", "edit_n", "edits", "adj_n", "denials")
    found = {row["role"]: [row[name] for name in counts] for row in production(office)}
    assert found == {"coder": [4, 3, 1, 1, 1, 1], "charge_entry": [0, 0, 1, 1, 1, 1]}
    assert {row["complexity"] for row in production(office)} == {"low"}


def test_a_claim_still_in_the_scrubber_is_no_edit_of_the_person_who_entered_it(office):
    staff(office)
    for number in ("1", "2"):
        office.touch(f"t{number}", f"{DAY} 09:00", f"{DAY} 09:10", pcn=f"c{number}", item_id=f"c{number}")
        entry = {"encounter_id": f"e{number}", "pcn": f"c{number}", "entered_by": "s1"}
        office.add("charge_entries", service_date="2026-03-08", entered_at=f"{DAY} 09:10", **entry)
        accepted = {"event": "accepted", "occurred_at": f"{DAY} 10:00"}
        office.add("scrubber_events", event_id=f"a{number}", pcn=f"c{number}", **accepted)
    edit = {"event": "edit", "occurred_at": f"{DAY} 10:00", "is_automated": False}
    office.add("scrubber_events", event_id="e2", pcn="c2", **edit)
    (row,) = production(office)
    assert (row["edit_n"], row["edits"]) == (2, 1)


def test_two_people_who_finish_one_item_on_one_day_are_a_finish_each(office):
    for person in ("s1", "s2"):
        staff(office, person)
        said = {"staff_id": person, "disposition_code": "completed"}
        office.touch(f"{person}a", f"{DAY} 09:00", f"{DAY} 09:10", **said)
        office.touch(f"{person}b", f"{DAY} 10:00", f"{DAY} 10:10", **said)
    for name, definition in (
        ("measures.touches", "touches_per_finish"),
        ("measures.rework", "rework_share"),
        ("measures.handling_time", "active_handling_time"),
    ):
        rows = [row for row in office.build(name) if row["definition_id"] == definition]
        assert [row["denominator"] for row in rows] == [1, 1]


def test_history_fills_the_days_that_the_log_does_not_know(office):
    staff(office)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", disposition_code="completed")
    past = {"staff_id": "s1", "role": "charge_entry", "complexity": "low", "units": 40, "active_min": 300}
    office.add("production_history", work_date="2025-03-10", friction_min=12, **past)
    office.add("production_history", work_date=DAY, **past)
    first, second = production(office)
    assert (first["source"], first["units"], first["friction_min"], first["tenure_days"]) == (
        "history",
        40,
        12.0,
        0,
    )
    assert (second["source"], second["units"], second["complexity"]) == ("log", 1, "medium")
