"""Where a person's paid time went."""

DAY = "2026-03-10"


def shift(office, **more):
    minutes = {"paid_min": 480, "leave_min": 60, "meeting_min": 30, "training_min": 15}
    office.add(
        "shifts",
        staff_id="s1",
        shift_date=DAY,
        start_at=f"{DAY} 08:00",
        end_at=f"{DAY} 16:00",
        **{**minutes, **more},
    )


def incident(office, number, start, end, system="pm"):
    office.add("friction", friction_id=number, system=system, started_at=start, ended_at=end)


def staff_day(office):
    (row,) = office.build("ledger.staff_days")
    return row


def test_overlapping_incidents_count_once_and_are_clipped_to_the_shift(office):
    shift(office)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", system="pm")
    office.touch("t2", f"{DAY} 09:10", f"{DAY} 09:20", system="ehr")
    incident(office, "f1", f"{DAY} 07:30", f"{DAY} 08:20")  # 20 minutes of the shift
    incident(office, "f2", f"{DAY} 08:10", f"{DAY} 08:30", system="ehr")  # 10 more
    incident(office, "f3", f"{DAY} 15:55", f"{DAY} 18:00")  # 5 more
    incident(office, "f4", f"{DAY} 10:00", f"{DAY} 11:00", system="clearinghouse")  # not worked in
    row = staff_day(office)
    assert (row["friction_min"], row["productive_min"]) == (35, 480 - 60 - 30 - 15 - 35)


def test_without_a_touch_the_system_of_the_roster_counts(office):
    shift(office)
    office.add(
        "staff",
        staff_id="s1",
        role="coder",
        system_id="ehr",
        role_start="2025-01-01",
        valid_from="2025-01-01",
    )
    incident(office, "f1", f"{DAY} 09:00", f"{DAY} 10:00", system="ehr")
    row = staff_day(office)
    assert (row["friction_min"], row["role"]) == (60, "coder")


def test_productive_time_never_falls_below_zero(office):
    shift(office, leave_min=480)
    assert staff_day(office)["productive_min"] == 0


def test_what_is_neither_active_nor_booked_is_idle(office):
    shift(office)
    stretch = {"source": "log", "staff_id": "s1", "kind": "app"}
    office.add(
        "activity", app="pm", started_at=f"{DAY} 09:00", ended_at=f"{DAY} 11:00", active_s=3600, **stretch
    )
    office.add(
        "activity", app="web", started_at=f"{DAY} 10:00", ended_at=f"{DAY} 12:00", active_s=7200, **stretch
    )
    row = staff_day(office)
    assert (row["active_min"], row["idle_min"]) == (120, 375 - 120)


def test_without_a_tracker_the_work_log_says_what_was_active(office):
    shift(office, leave_min=None, meeting_min=None, training_min=None)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:30")
    row = staff_day(office)
    assert (row["active_min"], row["idle_min"], row["leave_min"]) == (30, 450, 0)


def test_who_was_only_away_from_a_tracked_computer_was_not_tracked(office):
    shift(office, leave_min=None, meeting_min=None, training_min=None)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:30")
    away = {"source": "log", "staff_id": "s1", "kind": "afk", "active_s": 0}
    office.add("activity", started_at=f"{DAY} 00:00", ended_at=f"{DAY} 12:00", **away)
    assert staff_day(office)["active_min"] == 30
