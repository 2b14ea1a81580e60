"""Turnarounds case by case: what opens and closes one, in calendar and in business time."""

from datetime import date

import pytest

MONDAY = "2026-03-02"


def case(rows, definition_id, case_id):
    (row,) = [r for r in rows if (r["definition_id"], r["case_id"]) == (definition_id, case_id)]
    return row


def entered(office, pcn="c1", **more):
    row = {"pcn": pcn, "encounter_id": f"e-{pcn}", "service_date": MONDAY, "entered_by": "s1"}
    office.add("charge_entries", **{**row, "entered_at": f"{MONDAY} 12:00:00-05", **more})


def business_hours(office, signed, entry):
    entered(office, doc_final_at=signed, entered_at=entry)
    row = case(office.build("ledger.durations"), "entry_lag.business_hours", "c1")
    return float(row["duration"])


@pytest.mark.parametrize(
    ("signed", "entry", "hours"),
    [
        ("2026-03-02 09:00:00-05", "2026-03-02 11:30:00-05", 2.5),
        ("2026-03-02 18:00:00-05", "2026-03-03 08:00:00-05", 0),
        ("2026-03-02 16:30:00-05", "2026-03-03 08:30:00-05", 1),
        ("2026-03-06 16:00:00-05", "2026-03-09 09:00:00-04", 2),
        ("2026-03-07 10:00:00-05", "2026-03-08 10:00:00-04", 0),
        ("2026-03-02 06:00:00-05", "2026-03-03 20:00:00-05", 18),
    ],
)
def test_nights_weekends_and_early_hours_are_no_business_hours(office, signed, entry, hours):
    assert business_hours(office, signed, entry) == hours


def test_a_day_with_the_clock_put_forward_has_twenty_three_hours(office):
    entered(office, doc_final_at="2026-03-07 12:00:00-05", entered_at="2026-03-08 12:00:00-04")
    assert case(office.build("ledger.durations"), "entry_lag.hours", "c1")["duration"] == 23


def test_a_moment_before_midnight_belongs_to_the_offices_day_and_not_to_the_databases(office):
    office.connection.execute("set timezone = 'UTC'")
    at = "2026-03-02 23:30:00-05"
    office.add("queries", query_id="q1", encounter_id="e", sent_at=at, updated_at=at)
    assert case(office.build("ledger.durations"), "query_response.hours", "q1")["opened_on"] == date(
        2026, 3, 2
    )


def test_a_query_is_the_providers_time_and_no_coders(office):
    at = "2026-03-02 09:00:00-05"
    office.add(
        "queries",
        query_id="q1",
        encounter_id="e",
        coder_id="s1",
        provider_npi="n1",
        sent_at=at,
        updated_at=at,
    )
    row = case(office.build("ledger.durations"), "query_response.hours", "q1")
    assert (row["staff_id"], row["provider_id"], row["closed_at"], row["duration"]) == (
        None,
        "n1",
        None,
        None,
    )


def test_the_last_state_of_a_query_holds_in_whatever_order_the_states_arrive(office):
    sent, answered = "2026-03-02 09:00:00-05", "2026-03-03 09:00:00-05"
    office.add(
        "queries", query_id="q1", encounter_id="e", sent_at=sent, answered_at=answered, updated_at=answered
    )
    office.add(
        "queries", query_id="q1", encounter_id="e", sent_at=sent, updated_at=sent, delivery_date="2026-03-09"
    )
    assert case(office.build("ledger.durations"), "query_response.hours", "q1")["duration"] == 24


@pytest.mark.parametrize(("kind", "days"), [("I", 3), ("P", 6)])
def test_part_a_counts_from_the_last_day_of_service_and_part_b_from_the_first(office, kind, days):
    office.submit(
        "c1", "2026-03-08 10:00", claim_type=kind, service_from="2026-03-02", service_to="2026-03-05"
    )
    assert case(office.build("ledger.durations"), "submission_timeliness.days", "c1")["duration"] == days


def test_a_claim_that_was_entered_and_not_sent_is_open(office):
    entered(office)
    row = case(office.build("ledger.durations"), "submission_timeliness.days", "c1")
    assert (row["closed_on"], row["opened_on"], row["staff_id"]) == (None, date(2026, 3, 2), "s1")


def test_only_the_first_submission_counts_and_a_claim_that_begins_as_a_replacement_does_not(office):
    office.submit("c1", "2026-03-04 10:00", service_from=MONDAY)
    office.submit("c1", "2026-03-20 10:00", service_from=MONDAY, frequency_code="7")
    office.submit("c2", "2026-03-20 10:00", service_from=MONDAY, frequency_code="7")
    office.submit("c3", "2026-03-20 10:00", service_from=MONDAY, payer_seq="S")
    rows = [r for r in office.build("ledger.durations") if r["definition_id"] == "submission_timeliness.days"]
    assert [(r["case_id"], r["duration"]) for r in rows] == [("c1", 2)]


def test_an_entry_before_its_note_is_kept_and_marked(office):
    entered(office, doc_final_at="2026-03-02 13:00:00-05")
    row = case(office.build("ledger.durations"), "entry_lag.hours", "c1")
    assert (row["duration"], row["is_backwards"]) == (-1, True)
    assert office.build("ledger.entry_lags")[0]["is_before_the_note"]


def test_the_wait_for_the_note_is_the_providers(office):
    entered(
        office, provider_npi="n1", doc_final_at="2026-03-04 09:00:00-05", entered_at="2026-03-05 09:00:00-05"
    )
    row = case(office.build("ledger.durations"), "documentation_lag.days", "c1")
    assert (row["staff_id"], row["provider_id"], row["duration"], row["cohort_on"]) == (
        None,
        "n1",
        2,
        date(2026, 3, 5),
    )


def deposit(office, bank, plb, *amounts, said="2026-03-05 12:00"):
    office.add(
        "deposits", deposit_id="d1", bank_amount=bank, plb_amount=plb, received_on=MONDAY, reconciled_at=said,
        posted_complete_at="2026-03-04 12:00", updated_at="2026-03-05 12:00",
    )  # fmt: skip
    for number, amount in enumerate(amounts):
        office.add(
            "payments",
            txn_id=f"t{number}",
            deposit_id="d1",
            amount=amount,
            method="era_manual",
            posted_at="2026-03-04 11:00",
        )


@pytest.mark.parametrize(
    ("bank", "plb", "amounts", "days"),
    [
        ("100.00", "0", ("60.00", "40.00"), 1),
        ("100.00", "0", ("60.00", "40.01"), 1),
        ("100.00", "0", ("60.00", "40.02"), None),
        ("80.00", "20.00", ("60.00", "40.00"), 1),
        ("120.00", "-20.00", ("60.00", "40.00"), 1),
        ("100.00", "0", (), None),
    ],
)
def test_a_deposit_is_reconciled_only_when_postings_adjustments_and_bank_agree(
    office, bank, plb, amounts, days
):
    deposit(office, bank, plb, *amounts)
    row = case(office.build("ledger.durations"), "reconciliation.from_posting", "d1")
    assert row["duration"] == days


def test_a_deposit_that_agrees_and_that_nobody_reconciled_is_open(office):
    deposit(office, "100.00", "0", "100.00", said=None)
    assert case(office.build("ledger.durations"), "reconciliation.from_receipt", "d1")["duration"] is None


def test_a_deposit_cannot_be_reconciled_before_its_last_payment_was_posted(office):
    deposit(office, "100.00", "0", "60.00")
    office.add(
        "payments",
        txn_id="late",
        deposit_id="d1",
        amount="40.00",
        method="era_manual",
        posted_at="2026-03-09 11:00",
    )
    assert case(office.build("ledger.durations"), "reconciliation.from_receipt", "d1")["duration"] == 7


def test_a_payment_moved_to_another_deposit_counts_there_alone(office):
    deposit(office, "60.00", "0", "60.00", "40.00")
    office.add(
        "payments",
        txn_id="t1",
        deposit_id="d2",
        amount="40.00",
        method="era_manual",
        posted_at="2026-03-04 11:00",
        delivery_date="2026-03-06",
    )
    assert case(office.build("ledger.durations"), "reconciliation.from_posting", "d1")["duration"] == 1


def test_a_denial_resolved_without_an_appeal_is_watched_until_it_was_resolved(office):
    office.add(
        "denial_worklist", denial_id="d1", pcn="c1", carc="50", denied_on=MONDAY, resolved_at="2026-03-06 12:00",
        updated_at="2026-03-06 12:00",
    )  # fmt: skip
    row = case(office.build("ledger.durations"), "denial_turnaround.first_appeal", "d1")
    assert (row["closed_on"], row["left_on"]) == (None, date(2026, 3, 6))


def test_an_untimely_claim_cannot_be_appealed_and_waits_for_no_appeal(office):
    office.add(
        "denial_worklist",
        denial_id="d1",
        pcn="c1",
        carc="29",
        denied_on=MONDAY,
        updated_at="2026-03-06 12:00",
    )
    told = {row["definition_id"] for row in office.build("ledger.durations")}
    assert told == {"denial_turnaround.resolved", "denial_turnaround.first_worked"}


def move(office, number, event, at, queue="Q", item="i1"):
    office.add(
        "queue_events",
        event_id=f"v{number}",
        queue=queue,
        item_id=item,
        event=event,
        occurred_at=f"2026-03-02 {at}",
    )


def test_an_item_that_comes_back_begins_a_stay_of_its_own(office):
    for number, (event, at) in enumerate(
        [("in", "08:00"), ("out", "09:00"), ("in", "10:00"), ("out", "12:00"), ("in", "13:00")]
    ):
        move(office, number, event, at)
    rows = sorted(office.build("ledger.durations"), key=lambda row: row["case_id"])
    assert [(row["case_id"], row["duration"]) for row in rows] == [("v0", 1), ("v2", 2), ("v4", None)]


def test_a_repeated_entry_belongs_to_the_stay_and_an_exit_alone_to_none(office):
    moves = [("out", "07:00"), ("in", "08:00"), ("in", "08:30"), ("out", "10:00"), ("out", "11:00")]
    for number, (event, at) in enumerate(moves):
        move(office, number, event, at)
    move(office, 9, "in", "08:00", queue="R")
    stays = {row["stay_id"]: row["left_at"] is None for row in office.build("ledger.queue_stays")}
    assert stays == {"v1": False, "v9": True}
    assert case(office.build("ledger.durations"), "queue_dwell.hours", "v1")["duration"] == 2


def account(office, closed, pcn="c1"):
    office.add("accounts", pcn=pcn, opened_at=MONDAY, closed_at=closed, updated_at=closed or MONDAY)


def test_an_account_opened_again_is_open(office):
    office.submit("c1", "2026-03-02 10:00", service_from=MONDAY)
    account(office, "2026-03-05 12:00")
    office.add("accounts", pcn="c1", opened_at=MONDAY, closed_at=None, updated_at="2026-03-09 12:00")
    assert case(office.build("ledger.durations"), "days_in_ar.cycle_time", "c1")["closed_on"] is None


@pytest.mark.parametrize(
    ("ended", "closed", "days", "left"),
    [
        (None, "2026-03-06 12:00", 4, None),
        ("2026-03-04 12:00", "2026-03-06 12:00", None, date(2026, 3, 4)),
        ("2026-03-06 12:00", "2026-03-06 12:00", 4, None),
        ("2026-03-04 12:00", None, None, date(2026, 3, 4)),
    ],
)
def test_an_account_closed_after_the_assignment_ended_is_not_credited_to_it(
    office, ended, closed, days, left
):
    account(office, closed)
    office.add(
        "assignments", assignment_id="a1", pcn="c1", staff_id="s1", assigned_at="2026-03-02 12:00", ended_at=ended,
        updated_at="2026-03-02 12:00",
    )  # fmt: skip
    row = case(office.build("ledger.durations"), "assignment_turnaround.closed", "a1")
    assert (row["duration"], row["left_on"]) == (days, left)


def test_a_role_is_that_of_the_day_on_which_the_case_began(office):
    for role, since in (("coder", "2026-01-01"), ("denial_management", "2026-03-05")):
        office.add("staff", staff_id="s1", role=role, role_start=since, valid_from=since)
    for number, denied in enumerate(("2026-03-04", "2026-03-05")):
        office.add(
            "denial_worklist",
            denial_id=f"d{number}",
            pcn="c",
            denied_on=denied,
            assigned_to="s1",
            updated_at="2026-03-06 12:00",
        )
    rows = office.build("ledger.durations")
    assert [case(rows, "denial_turnaround.resolved", f"d{n}")["role"] for n in (0, 1)] == [
        "coder",
        "denial_management",
    ]
