"""The story holds together: claims before remittances, people in the roster, work inside shifts."""

from collections import Counter
from datetime import datetime

from assets.intake.contracts import TABLES


def first_sent(office):
    out = {}
    for day, pcn, *_ in office.submissions:
        out[pcn] = min(day, out.get(pcn, day))
    return out


def test_every_remitted_claim_was_sent_on_an_earlier_delivery(office):
    sent = first_sent(office)
    backlog = {s[1] for _, segments in office.x12("837*b.x12") for s in segments if s[0] == "CLM"}
    checked = 0
    for path, segments in office.x12("835_*.x12"):
        for s in segments:
            if s[0] == "CLP":
                assert s[1] in backlog or sent[s[1]] < path.parent.name
                checked += s[1] not in backlog
    assert checked > 200


def test_every_sent_claim_beyond_the_backlog_was_entered_by_charge_entry(office):
    backlog = {s[1] for _, segments in office.x12("837*b.x12") for s in segments if s[0] == "CLM"}
    entered = {row["pcn"] for row in office.rows("charge_entries")}
    damaged = {m["file"] for m in office.mess if m["what"].startswith("late")}
    assert damaged
    assert {pcn for _, pcn, *_ in office.submissions} - backlog <= entered


def test_entered_lines_are_the_lines_on_the_claim(office):
    lines = {pcn: n for _, pcn, _, n, _ in office.submissions}
    compared = 0
    for row in office.rows("charge_entries"):
        if row["pcn"] in lines:
            assert int(row["n_lines"]) == lines[row["pcn"]]
            compared += 1
    assert compared > 1000


def test_everybody_in_the_logs_is_in_the_roster(office):
    known = {row["staff_id"] for row in office.rows("staff")}
    assert len(known) == 24
    for feed in (
        "work_log",
        "charge_entries",
        "coding",
        "calls",
        "payments",
        "appeals",
        "activity",
        "shifts",
    ):
        column = next(c.name for c in TABLES[feed].columns if c.hide == "staff")
        people = {row[column] for row in office.rows(feed)} - {"", "BOT01"}
        assert people, feed
        assert people <= known, feed


def test_nobody_works_outside_their_shift_or_on_two_things_at_once(office):
    last = {}
    for row in office.human_touches:
        day = row["started_at"][:10]
        shift = office.shifts[row["staff_id"], day]
        assert shift["start_at"] <= row["started_at"] <= row["ended_at"] <= shift["end_at"]
        assert last.get(row["staff_id"], "") <= row["started_at"]
        last[row["staff_id"]] = row["ended_at"]


def test_the_steps_of_a_touch_finish_nothing_twice(office):
    """Cutting a touch into steps adds no unit: whatever is verified, noted or obtained first is only put aside."""
    first = {"verify_eligibility", "obtain_records", "clarify"}
    steps = [row for row in office.human_touches if row["action_code"] in first]
    assert len(steps) > 200
    assert {row["disposition_code"] for row in steps} == {"pending"}


def test_people_work_in_the_queue_of_the_role_that_they_hold_on_the_day(office):
    queues = {}
    for row in office.human_touches:
        role = office.role(row["staff_id"], row["started_at"][:10])
        assert queues.setdefault(row["queue"], role) == role
    assert len(queues) == 6


def test_denied_claims_reach_the_worklist_with_their_reason(office):
    worklist = {row["pcn"]: row for row in office.rows("denial_worklist")}
    outcomes = Counter(row["outcome"] for row in office.rows("denial_worklist"))
    for _, segments in office.x12("835_*.x12"):
        for s in segments:
            if s[0] == "CLP" and s[2] == "4":
                assert s[1] in worklist
    assert all(outcomes[o] for o in ("open", "corrected", "written_off", "overturned", "upheld")), outcomes


def test_the_worklist_tier_is_the_complexity_of_the_claim(office):
    rows = [row for row in office.rows("denial_worklist") if row["pcn"] in office.complexity]
    assert len(rows) > 100
    assert all(row["tier"] == office.complexity[row["pcn"]] for row in rows)
    assert set(Counter(office.complexity.values())) == {"low", "medium", "high"}


def test_activity_is_never_longer_than_its_span(office):
    rows = list(office.rows("activity"))
    for row in rows:
        clock = [
            int(row[c][11:13]) * 3600 + int(row[c][14:16]) * 60 + int(row[c][17:])
            for c in ("started_at", "ended_at")
        ]
        assert 0 <= int(row["active_s"]) <= clock[1] - clock[0]
    worked = [r for r in rows if not r["wait_reason"]]
    assert not {office.role(r["staff_id"], r["started_at"][:10]) for r in worked} & {"coder"}


def test_queues_are_left_only_by_what_entered_them_and_do_not_grow_without_end(office):
    entered, left = Counter(), Counter()
    for row in office.rows("queue_events"):
        (entered if row["event"] == "in" else left)[row["queue"], row["item_id"]] += 1
    assert all(entered[key] >= n for key, n in left.items())
    waiting = sum(entered.values()) - sum(left.values())
    assert waiting < 0.05 * sum(entered.values())


def test_somebody_is_hired_and_somebody_changes_role_in_mid_period(office):
    rows = list(office.rows("staff"))
    assert any(row["hire_date"] > "2026-03-02" for row in rows)
    changed = {row["staff_id"] for row in rows if row["valid_to"]}
    assert len(changed) == 1
    assert len({row["role"] for row in rows if row["staff_id"] in changed}) == 2


def test_weekends_bring_payers_files_but_no_work(office):
    saturdays = [p for p in office.files("*") if p.parent.name == "2026-03-14"]
    names = {p.name.split("_")[0] for p in saturdays}
    assert "277CA" in names
    assert not names & {"coding", "calls", "shifts", "activity"}


def test_history_covers_the_year_before_the_first_day(office):
    days = [row["work_date"] for row in office.rows("production_history")]
    assert min(days) >= "2025-03-02"
    assert min(days) <= "2025-03-05"
    assert max(days) == "2026-02-27"


def test_every_team_is_busy_but_not_drowned(full_office):
    office = full_office
    worked, paid = Counter(), Counter()
    for row in office.human_touches:
        begin, end = (datetime.fromisoformat(row[c]) for c in ("started_at", "ended_at"))
        role = office.role(row["staff_id"], row["started_at"][:10])
        worked[role] += (end - begin).total_seconds() / 60
    for (staff_id, day), row in office.shifts.items():
        away = sum(int(row[c]) for c in ("leave_min", "meeting_min", "training_min"))
        paid[office.role(staff_id, day)] += int(row["paid_min"]) - away
    assert len(paid) == 6
    assert all(0.4 < worked[role] / paid[role] < 0.9 for role in paid), {r: worked[r] / paid[r] for r in paid}
