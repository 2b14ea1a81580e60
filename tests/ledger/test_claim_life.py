"""The life of a claim read top down, what the office's logs say of claims, repeats, and the rates of all that."""

from datetime import date

import pytest

ENVELOPE = {"interchange_control": "31", "group_control": "31", "txn_control": "0001", "batch_id": "B1"}
SET = {"acknowledged_control": "31", "acknowledged_txn": "0001"}


def send(office, pcn="c1", at="2026-03-02 19:30", **more):
    office.submit(
        pcn, at, **{**ENVELOPE, "file_id": f"sent-{at[:10]}", "submission_id": f"{pcn}-{at}", **more}
    )


def life(office, pcn="c1"):
    rows = [row for row in office.build("ledger.claim_events") if row["pcn"] == pcn]
    return sorted(rows, key=lambda row: row["step"])


def events(office, pcn="c1"):
    return [row["event"] for row in life(office, pcn)]


def test_the_life_of_a_claim_reads_from_top_to_bottom_with_its_places(office):
    office.remit("r1", "2026-03-20", pcn="c1", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    office.remit("r2", "2026-03-27", pcn="c1", status="22", charge=-100, lines=[(-100, 0)])
    office.remit("r3", "2026-03-27", pcn="c1", paid=80, lines=[(100, 80)])
    office.answer("rejected", "2026-03-03 06:10", pcn="c1")
    office.answer(at="2026-03-03 05:45", kind="999", level="transaction", **SET)
    send(office, at="2026-03-04 19:30", txn_control="0002", batch_id="B2")
    office.answer(at="2026-03-05 06:10", pcn="c1", payer_claim_id="ICN1")
    send(office)
    rows = life(office)
    first, second = "c1-2026-03-02 19:30", "c1-2026-03-04 19:30"
    assert [(row["step"], row["source"], row["event"], row["submission_id"]) for row in rows] == [
        (1, "837", "submitted", first),
        (2, "999", "file_accepted", first),
        (3, "277CA", "claim_rejected", first),
        (4, "837", "submitted", second),
        (5, "277CA", "claim_accepted", second),
        (6, "835", "denied", second),
        (7, "835", "reversed", second),
        (8, "835", "paid", second),
    ]
    assert all(row["file_id"] and row["row_no"] for row in rows)
    assert (rows[4]["payer_claim_id"], rows[7]["amount"], rows[7]["remit_claim_id"]) == ("ICN1", 80, "r3")


def test_an_answer_to_a_whole_file_is_told_once_per_claim_unless_something_wider_refuses(office):
    send(office)
    send(office, "c2", txn_no=2, txn_control="0002")
    wider = {"acknowledged_control": "31"}
    office.answer(kind="TA1", level="interchange", **wider)
    office.answer(kind="999", level="group", **wider)
    office.answer("rejected", kind="999", level="transaction", **SET)
    assert events(office) == ["submitted", "file_rejected"]
    assert events(office, "c2") == ["submitted"]


def test_a_group_is_the_answer_where_no_transaction_is_answered(office):
    send(office)
    office.answer(kind="997", level="group", acknowledged_control="31")
    assert events(office) == ["submitted", "file_accepted"]


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "TA1", "level": "interchange", "acknowledged_control": "31"},
        {"kind": "277CA", "level": "provider", "batch_id": "B1"},
        {"kind": "277CA", "level": "receiver", "batch_id": "B1"},
    ],
)
def test_a_refusal_of_the_interchange_or_the_batch_refuses_every_claim_in_it(office, answer):
    send(office)
    send(office, "c2")
    office.answer("rejected", **answer)
    assert events(office) == events(office, "c2") == ["submitted", "file_rejected"]


def test_the_same_answer_in_three_codes_or_two_files_is_one_event(office):
    send(office)
    for file_id, k in (("a1", 1), ("a1", 2), ("a2", 1)):
        office.answer(pcn="c1", file_id=file_id, k=k)
        office.answer(kind="999", level="transaction", file_id=file_id, k=k, at="2026-03-03 05:00", **SET)
    assert events(office) == ["submitted", "file_accepted", "claim_accepted"]


def test_an_answer_that_tells_the_day_only_stands_after_what_it_answers(office):
    send(office)
    office.answer(pcn="c1", at="2026-03-02 00:00")
    assert events(office) == ["submitted", "claim_accepted"]


def test_what_answers_no_submission_stands_under_its_own_number(office):
    office.answer(pcn="x1")
    office.remit("r1", pcn="x1", paid=100)
    assert [(row["event"], row["match"], row["submission_id"]) for row in life(office, "x1")] == [
        ("claim_accepted", "none", None),
        ("paid", "none", None),
    ]


def test_a_payment_without_a_claim_number_stands_in_the_life_of_the_claim_that_it_pays(office):
    send(office, charge=100)
    office.answer(pcn="c1", payer_claim_id="ICN1")
    office.remit("r1", pcn="0", payer_claim_id="ICN1", charge=100, paid=100)
    assert events(office) == ["submitted", "claim_accepted", "paid"]


def test_numbers_in_the_offices_logs_are_held_against_claims(office):
    office.submit("sent")
    office.remit("r1", pcn="paper")
    office.add(
        "charge_entries",
        encounter_id="e1",
        pcn="entered",
        entered_by="s1",
        service_date="2026-03-01",
        entered_at="2026-03-01 09:00",
    )
    office.add("coding", encounter_id="e2", pcn="coded", coder_id="s1", finished_at="2026-03-01 09:00")
    for number, pcn in enumerate(["sent", "sent", "paper", "entered", "coded", "typo", None]):
        office.touch(f"t{number}", "2026-03-03 09:00", "2026-03-03 09:10", pcn=pcn)
    stretch = {"source": "log", "staff_id": "s1", "app": "pm", "active_s": 60}
    for pcn in ("sent", "c9"):
        office.add(
            "activity", started_at="2026-03-03 09:00", ended_at="2026-03-03 09:10", claim_ref=pcn, **stretch
        )
    rows = {(row["source"], row["pcn"]): row for row in office.build("ledger.claim_references")}
    assert {key: (row["rule"], row["n_rows"]) for key, row in rows.items()} == {
        ("work_log", "sent"): ("submission", 2),
        ("work_log", "paper"): ("remittance", 1),
        ("work_log", "entered"): ("charge_entry", 1),
        ("work_log", "coded"): ("coding", 1),
        ("work_log", "typo"): ("unknown_pcn", 1),
        ("activity", "sent"): ("submission", 1),
        ("activity", "c9"): ("unknown_pcn", 1),
    }


def test_every_source_of_references_counts(office):
    at = "2026-03-03 09:00"
    office.add("queue_events", event_id="q", queue="a", item_id="i", pcn="c1", event="in", occurred_at=at)
    office.add("denial_worklist", denial_id="d", pcn="c1", denied_on="2026-03-01", updated_at=at)
    office.add("appeals", appeal_id="a", denial_id="d", pcn="c1", updated_at=at)
    office.add("payments", txn_id="t", pcn="c1", amount=1, method="patient", posted_at=at)
    office.add("calls", call_id="k", staff_id="s", pcn="c1", started_at=at)
    rows = office.build("ledger.claim_references")
    assert {row["source"] for row in rows} == {
        "queue_events",
        "denial_worklist",
        "appeals",
        "payments",
        "calls",
    }


def verdicts(office):
    rows = office.build("ledger.repeated_transactions")
    return {(row["file_id"], row["txn_no"]): (row["verdict"], row["before_file_id"]) for row in rows}


def test_repeats_are_told_from_each_other(office):
    office.transaction("f2", "body", numbers="1", day="2026-03-02")
    office.transaction("f1", "body", numbers="1", day="2026-03-03")
    office.transaction("f3", "body", numbers="2", day="2026-03-04")
    office.transaction("f4", "another", numbers="1", day="2026-03-05")
    office.transaction("f5", "third", numbers="1", day="2026-03-05", sender="SOMEBODY ELSE")
    assert verdicts(office) == {
        ("f2", 1): ("first", None),
        ("f1", 1): ("delivered_again", "f2"),
        ("f3", 1): ("sent_again", "f2"),
        ("f4", 1): ("control_numbers_reused", "f2"),
        ("f5", 1): ("first", None),
    }


def test_a_set_that_stands_twice_in_one_file_is_a_repeat_of_its_first_place(office):
    office.transaction("f1", "body", numbers="1", txn_no=1)
    office.transaction("f1", "body", numbers="1", txn_no=2)
    assert verdicts(office) == {("f1", 1): ("first", None), ("f1", 2): ("delivered_again", "f1")}


def rates(office):
    rows = office.build("ledger.match_rates")
    return {(r["link"], r["rule"]): (r["n_rows"], r["matched"], r["ambiguous"], r["unmatched"]) for r in rows}


def test_every_row_is_counted_as_matched_ambiguous_or_unmatched(office):
    send(office)
    send(office, at="2026-03-02 20:30", txn_no=2, batch_id="B2", txn_control="0002")
    office.answer(kind="999", level="transaction", **SET)
    office.answer(kind="999", level="group", acknowledged_control="77")
    office.answer(pcn="c1")
    office.answer(pcn="typo")
    office.remit("r1", pcn="paper", status="22", charge=-100, paid=-50)
    office.touch("t1", "2026-03-03 09:00", "2026-03-03 09:10", pcn="typo")
    assert rates(office) == {
        ("999 to batch", "group_control+txn_control"): (1, 1, 0, 0),
        ("999 to batch", "unknown_control"): (1, 0, 0, 1),
        ("277CA to claim", "pcn"): (1, 0, 1, 0),
        ("277CA to claim", "unknown_pcn"): (1, 0, 0, 1),
        ("835 to claim", "unknown_pcn"): (1, 0, 0, 1),
        ("reversal to adjudication", "no_such_adjudication"): (1, 0, 0, 1),
        ("work_log to claim", "unknown_pcn"): (1, 0, 0, 1),
        ("claim to 999", "answered"): (1, 1, 0, 0),
        ("claim to 999", "unanswered"): (1, 0, 0, 1),
        ("claim to 277CA", "answered"): (1, 1, 0, 0),
        ("claim to 277CA", "unanswered"): (1, 0, 0, 1),
        ("claim to 835", "unanswered"): (2, 0, 0, 2),
    }


def test_a_refused_claim_waits_for_no_further_answer(office):
    send(office, "c1")
    send(office, "c2", txn_no=2, txn_control="0002")
    office.answer("rejected", kind="999", level="transaction", **SET)
    office.answer("rejected", pcn="c2")
    found = rates(office)
    assert found["claim to 277CA", "answered"] == (1, 1, 0, 0)
    assert not {key for key in found if key[0] == "claim to 835" or key == ("claim to 277CA", "unanswered")}


def test_rates_stand_on_the_day_of_the_answer_and_of_the_going_out(office):
    send(office, at="2026-03-02 19:30")
    office.answer(kind="999", level="transaction", at="2026-03-05 06:00", **SET)
    days = {row["link"]: row["measured_on"] for row in office.build("ledger.match_rates")}
    assert (days["999 to batch"], days["claim to 999"]) == (date(2026, 3, 5), date(2026, 3, 2))
