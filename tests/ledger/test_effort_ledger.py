"""What the effort measures stand on: which touches count, whose time is whose, accounts, follow-ups, queues, rework."""

from datetime import date
from decimal import Decimal

import pytest

DAY = "2026-03-10"


def touches(office):
    rows = sorted(office.build("ledger.touches"), key=lambda row: row["touch_id"])
    return {row["touch_id"]: row for row in rows}


def done(office, number, start, end, **more):
    office.touch(number, start, end, **{"disposition_code": "pending", **more})


@pytest.mark.parametrize(
    ("start", "is_repeat"), [("09:10", True), ("09:25", True), ("09:26", False), ("09:05", True)]
)
def test_a_touch_within_the_gap_after_the_end_of_one_s_own_repeats_it(office, start, is_repeat):
    done(office, "t1", f"{DAY} 09:00", f"{DAY} 09:10")
    done(office, "t2", f"{DAY} {start}", f"{DAY} 09:30", disposition_code="completed")
    rows = touches(office)
    assert (rows["t1"]["is_touch"], rows["t2"]["is_repeat"], rows["t2"]["is_touch"]) == (
        True,
        is_repeat,
        not is_repeat,
    )
    assert rows["t2"]["is_completed"]


@pytest.mark.parametrize(
    "other", [{"staff_id": "s2"}, {"item_id": "i2"}, {"action_code": "call"}, {"item_type": "denial"}]
)
def test_another_person_item_or_action_repeats_nothing(office, other):
    done(office, "t1", f"{DAY} 09:00", f"{DAY} 09:10")
    done(office, "t2", f"{DAY} 09:11", f"{DAY} 09:12", **other)
    assert [row["is_touch"] for row in touches(office).values()] == [True, True]


def test_repeats_chain_and_the_gap_is_a_parameter(office):
    for number, minute in enumerate((0, 12, 24, 50)):
        done(office, f"t{number}", f"{DAY} 09:{minute:02}", f"{DAY} 09:{minute:02}")
    assert [row["is_repeat"] for row in touches(office).values()] == [False, True, True, False]
    office.configure(touch_gap_min=5)
    assert not any(row["is_repeat"] for row in touches(office).values())


def test_an_entry_without_a_disposition_is_no_touch_and_hides_none(office):
    done(office, "t1", f"{DAY} 09:00", f"{DAY} 09:05", disposition_code=None)
    done(office, "t2", f"{DAY} 09:06", f"{DAY} 09:10")
    done(office, "t3", f"{DAY} 09:11", f"{DAY} 09:12", disposition_code=None)
    assert {n: (row["is_touch"], row["is_repeat"]) for n, row in touches(office).items()} == {
        "t1": (False, False),
        "t2": (True, False),
        "t3": (False, False),
    }


def test_a_touch_repeated_over_midnight_is_known_when_only_the_next_day_is_built(office):
    done(office, "t1", f"{DAY} 23:50", f"{DAY} 23:58")
    done(office, "t2", "2026-03-11 00:05", "2026-03-11 00:10")
    touches(office)
    (row,) = office.run("ledger.touches", date(2026, 3, 11), date(2026, 3, 11)).to_pylist()
    assert (row["touch_id"], row["is_repeat"]) == ("t2", True)


def test_the_night_in_which_the_clock_jumps_has_an_hour_less(office):
    # 8 March 2026: two o'clock is three o'clock.
    office.touch("t1", "2026-03-07 23:30", "2026-03-08 04:00", system="pm")
    office.add(
        "friction", friction_id="f", system="pm", started_at="2026-03-08 01:30", ended_at="2026-03-08 03:30"
    )
    night = {"start_at": "2026-03-07 22:00", "end_at": "2026-03-08 06:00", "paid_min": 420}
    office.add("shifts", staff_id="s1", shift_date="2026-03-07", **night)
    row = touches(office)["t1"]
    assert (row["span_s"], row["friction_s"], row["handled_s"]) == (12600, 3600, 3600)
    (shift,) = office.build("ledger.staff_days")
    assert (shift["friction_min"], shift["productive_min"], shift["worked_min"]) == (60, 360, 150)


def test_a_session_over_midnight_stays_with_the_shift_in_which_it_began(office):
    night = {"start_at": f"{DAY} 22:00", "end_at": "2026-03-11 02:00", "paid_min": 240}
    office.add("shifts", staff_id="s1", shift_date=DAY, **night)
    row = {"source": "log", "staff_id": "s1", "kind": "app", "app": "pm"}
    office.add("activity", started_at=f"{DAY} 23:00", ended_at="2026-03-11 00:00", active_s=3600, **row)
    office.add(
        "activity",
        started_at="2026-03-11 00:00",
        ended_at="2026-03-11 01:00",
        active_s=3600,
        began_on=DAY,
        **row,
    )
    (shift,) = office.build("ledger.staff_days")
    assert (shift["worked_min"], shift["active_min"], shift["overtime_min"]) == (120, 120, 0)


def test_the_cap_cuts_what_is_handled_and_keeps_what_was_active(office):
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 11:00")
    office.add("friction", friction_id="f", system="pm", started_at=f"{DAY} 09:00", ended_at=f"{DAY} 09:30")
    row = touches(office)["t1"]
    assert (row["active_s"], row["friction_s"], row["handled_s"]) == (7200, 1800, 3600)


def test_the_payer_of_a_touch_is_the_one_first_billed(office):
    office.submit("c1", "2026-03-02 09:00", payer_id="P7")
    office.submit("c1", "2026-03-05 09:00", payer_id="P8")
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:10", pcn="c1")
    office.touch("t2", f"{DAY} 10:00", f"{DAY} 10:10", pcn="c2", item_id="c2")
    rows = touches(office)
    assert (rows["t1"]["payer_id"], rows["t1"]["first_submitted_on"]) == ("P7", date(2026, 3, 2))
    assert (rows["t2"]["payer_id"], rows["t2"]["first_submitted_on"]) == ("unknown", None)


def account(office, pcn="c1", closed=None, updated="2026-03-01 09:00", **more):
    row = {"opened_at": "2026-03-01 09:00", "closed_at": closed, "updated_at": updated}
    office.add("accounts", pcn=pcn, **{**row, **more})


def test_the_last_state_of_an_account_holds_and_touches_count_up_to_its_closing(office):
    account(office)
    account(office, closed="2026-03-12 09:00", updated="2026-03-12 09:00")
    for number, day in enumerate(("2026-02-27", "2026-03-03", "2026-03-12", "2026-03-13")):
        done(
            office, f"t{number}", f"{day} 10:00", f"{day} 10:05", item_type="account", item_id="c1", pcn="c1"
        )
    done(office, "t9", "2026-03-03 10:06", "2026-03-03 10:07", item_type="account", item_id="c1", pcn="c1")
    (row,) = office.build("ledger.accounts")
    assert (row["closed_on"], row["n_touches"], row["first_told_on"]) == (
        date(2026, 3, 12),
        2,
        date(2026, 3, 1),
    )


def test_a_visit_named_without_its_claim_is_a_touch_of_the_account_that_bills_it(office):
    account(office)
    entry = {"encounter_id": "e1", "pcn": "c1", "entered_by": "s2", "entered_at": "2026-03-02 09:00"}
    office.add("charge_entries", service_date="2026-03-01", **entry)
    office.submit("c1", "2026-03-04 09:00")
    done(office, "t1", "2026-03-02 08:00", "2026-03-02 08:10", item_type="encounter", item_id="e1")
    (row,) = office.build("ledger.accounts")
    assert (row["n_touches"], row["n_touches_after_submission"]) == (1, 0)


def answers(office, days, payer="P1", first=date(2026, 1, 5)):
    for number, after in enumerate(days):
        pcn = f"{payer}{number}"
        office.submit(pcn, f"{first} 09:00", payer_id=payer)
        judged = date.fromordinal(first.toordinal() + after)
        office.remit(pcn, judged.isoformat(), pcn=pcn, lines=[(100, 80)], paid=80)


def followup(office, number="f1", day=DAY, **more):
    said = {"item_type": "account", "item_id": "c1", "pcn": "c1", "action_code": "status_check"}
    done(office, number, f"{day} 09:00", f"{day} 09:05", **{**said, **more})


def ar_people(office):
    office.add("staff", staff_id="s1", role="ar_follow_up", role_start="2026-01-05", valid_from="2026-01-05")


@pytest.mark.parametrize(
    ("days", "median"),
    [((10, 20, 30), 20), ((10, 20, 30, 40), 25), ((7, 7, 7), 7)],
    ids=["odd", "even", "tied"],
)
def test_a_payer_s_own_median_counts_from_enough_answers_on(office, days, median):
    office.configure(payer_response_min_n=3)
    answers(office, days)
    followup(office)
    (row,) = office.build("ledger.payer_responses")
    assert (row["n_answers"], row["expected_days"], row["is_own"]) == (len(days), median, True)
    office.configure(payer_response_min_n=5)
    (row,) = office.build("ledger.payer_responses")
    assert (row["expected_days"], row["is_own"], row["median_days"]) == (30, False, median)


def test_only_answers_known_before_the_day_count(office):
    office.configure(payer_response_min_n=1)
    answers(office, (10, 64))  # the second answer comes on the day itself
    followup(office)
    (row,) = office.build("ledger.payer_responses")
    assert (row["as_of"], row["n_answers"], row["expected_days"]) == (date(2026, 3, 10), 1, 10)


@pytest.mark.parametrize(
    ("sent", "more", "kind"),
    [
        ("2026-02-20", {}, "premature"),
        ("2026-02-20", {"trigger": "due", "due_on": DAY}, "premature"),
        ("2026-02-20", {"trigger": "inbound"}, "inbound"),
        ("2026-02-08", {"due_on": DAY}, "proactive"),
        ("2026-02-08", {"trigger": "due"}, "proactive"),
        ("2026-02-08", {"due_on": "2026-03-11"}, "unscheduled"),
        ("2026-02-08", {}, "unscheduled"),
    ],
)
def test_a_followup_is_of_one_kind(office, sent, more, kind):
    ar_people(office)
    office.submit("c1", f"{sent} 09:00")
    followup(office, **more)
    (row,) = office.build("ledger.followups")
    assert (row["kind"], row["is_avoidable"]) == (kind, kind == "premature")


def test_after_an_answer_no_followup_is_premature(office):
    ar_people(office)
    office.submit("c1", "2026-03-01 09:00")
    office.remit("r1", "2026-03-08", pcn="c1", lines=[(100, 0)])
    followup(office)
    (row,) = office.build("ledger.followups")
    assert (row["kind"], row["is_answered"]) == ("unscheduled", True)


@pytest.mark.parametrize(("answered", "is_avoidable"), [(None, True), ("2026-03-09", False)])
def test_still_pending_after_a_pending_followup_is_avoidable_unless_the_payer_answered_between(
    office, answered, is_avoidable
):
    ar_people(office)
    office.submit("c1", "2026-01-05 09:00")
    if answered:
        office.remit("r1", answered, pcn="c1", lines=[(100, 0)])
    followup(office, "f1", "2026-03-05")
    followup(office, "f2")
    rows = {row["touch_id"]: row["is_avoidable"] for row in office.build("ledger.followups")}
    assert rows == {"f1": False, "f2": is_avoidable}


def test_calls_to_patients_and_repeats_are_no_followups(office):
    ar_people(office)
    office.add(
        "staff", staff_id="s2", role="patient_billing", role_start="2026-01-05", valid_from="2026-01-05"
    )
    followup(office, "f1", staff_id="s2")
    followup(office, "f2", action_code="note")
    followup(office, "f3", item_type="patient")
    assert office.build("ledger.followups") == []


def test_open_accounts_come_from_snapshots_until_accounts_are_told(office):
    for day, pcns in (("2026-03-02", ("a", "b", "z")), ("2026-03-04", ("a",))):
        for pcn in pcns:
            office.add("ar_snapshots", as_of=day, pcn=pcn, payer_id="P1", balance=0 if pcn == "z" else 10)
    account(office, "c1", payer_id="P1", opened_at="2026-02-01 09:00", updated_at="2026-03-06 09:00")
    account(office, "c2", payer_id="P1", opened_at="2026-03-06 09:00", updated_at="2026-03-06 09:00")
    account(office, "c2", "2026-03-08 10:00", "2026-03-08 10:00", payer_id="P1", opened_at="2026-03-06 09:00")
    rows = {row["day"].day: (row["n_open"], row["basis"]) for row in office.build("ledger.open_accounts")}
    assert rows == {
        2: (2, "ar_snapshots"),
        3: (2, "ar_snapshots"),
        4: (1, "ar_snapshots"),
        6: (2, "accounts"),
        7: (2, "accounts"),
        8: (1, "accounts"),
    }


def test_an_assignment_that_lasts_counts_every_day_and_one_that_ended_until_then(office):
    account(office, "c1", "2026-03-05 09:00", "2026-03-05 09:00")
    for number, (pcn, ended) in enumerate([("c1", None), ("c2", "2026-03-04 12:00"), ("c3", None)]):
        row = {"pcn": pcn, "staff_id": "s1", "assigned_at": "2026-03-02 09:00", "ended_at": ended}
        office.add("assignments", assignment_id=f"a{number}", updated_at="2026-03-06 09:00", **row)
    rows = {row["day"].day: row["n_open"] for row in office.build("ledger.assigned_accounts")}
    assert rows == {2: 3, 3: 3, 4: 2, 5: 1, 6: 1}


def test_the_day_of_a_queue_counts_what_is_left_at_the_office_s_midnight(office):
    def event(item, kind, moment):
        row = {"queue": "Q", "item_id": item, "event": kind, "sla_hours": 10 if kind == "in" else None}
        office.add("queue_events", event_id=f"{item}{kind}", occurred_at=moment, **row)

    event("a", "in", "2026-03-02 20:00:00-05:00")
    event("a", "out", "2026-03-03 08:00:00-05:00")
    event("b", "in", "2026-03-02 06:00:00-05:00")
    first, second = sorted(office.build("ledger.queue_days"), key=lambda row: row["day"])
    assert (first["entries"], first["exits"], first["backlog"], first["backlog_past_sla"]) == (2, 0, 2, 1)
    assert (first["oldest_h"], first["item_s"]) == (18, (4 + 18) * 3600)
    assert (second["exits"], second["exits_past_sla"], second["dwell_s"], second["backlog"]) == (
        1,
        1,
        12 * 3600,
        1,
    )
    assert second["oldest_h"] == 42


def test_rework_goes_back_to_what_the_log_says_before_what_the_denial_suggests(office):
    office.submit("c1", "2026-03-02 09:00")
    office.submit("c1", "2026-03-20 09:00", frequency_code="7")
    office.remit("r1", "2026-03-10", pcn="c1", lines=[(100, 0)], adjustments=[(1, "CO", "27", 100)])
    office.add("coding", encounter_id="e1", pcn="c1", coder_id="k1", finished_at="2026-03-01 09:00")
    (row,) = office.build("ledger.reworked_claims")
    assert (row["origin_role"], row["origin_staff_id"]) == ("charge_entry", None)
    said = {"pcn": "c1", "disposition_code": "reopened", "reason": "error", "origin_role": "coder"}
    office.touch("t1", "2026-03-11 09:00", "2026-03-11 09:30", **said)
    touches(office)
    (row,) = office.build("ledger.reworked_claims")
    assert (row["origin_role"], row["origin_staff_id"], row["rework_cost"]) == ("coder", "k1", Decimal(0))


def test_an_item_reopened_for_another_reason_is_no_rework_of_the_claim(office):
    office.submit("c1", "2026-03-02 09:00")
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 09:30", pcn="c1", disposition_code="reopened", reason="payer")
    (row,) = office.build("ledger.reworked_claims")
    assert (row["is_reworked"], row["origin_role"], row["rework_cost"]) == (False, None, None)
