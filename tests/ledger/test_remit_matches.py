"""Which submission a payer judged, what a reversal takes back and what a replacement replaces."""

from datetime import date

import pytest


def matches(office):
    return {row["remit_claim_id"]: row for row in office.build("ledger.remit_matches")}


def replacement(office):
    (row,) = office.build("ledger.replacements")
    return row


def test_a_claim_sent_once_is_matched_by_its_number(office):
    office.submit("c1", submission_id="s1")
    office.remit("r1", pcn="c1")
    row = matches(office)["r1"]
    assert (row["submission_id"], row["rule"], row["match"]) == ("s1", "pcn+payer_rank", "one")


def test_a_remittance_of_a_claim_that_never_went_out_stays_and_is_unmatched(office):
    office.submit("c1", "2026-03-20 10:00")
    office.remit("r1", pcn="paper")
    office.remit("r2", "2026-03-10", pcn="c1")
    rows = matches(office)
    assert [(rows[r]["rule"], rows[r]["match"], rows[r]["submission_id"]) for r in ("r1", "r2")] == [
        ("unknown_pcn", "none", None)
    ] * 2


def test_each_payer_judges_the_submission_of_its_own_rank(office):
    office.submit("c1", "2026-03-02 10:00", submission_id="primary")
    office.submit("c1", "2026-03-15 10:00", submission_id="secondary", payer_seq="S", payer_id="P2")
    office.remit("late", "2026-03-20", pcn="c1", status="1")
    office.remit("second", "2026-03-25", pcn="c1", status="2")
    rows = matches(office)
    assert (rows["late"]["submission_id"], rows["second"]["submission_id"]) == ("primary", "secondary")


def test_a_secondary_payer_that_got_the_claim_from_the_primary_answers_the_only_submission(office):
    office.submit("c1", submission_id="primary")
    office.remit("crossed_over", pcn="c1", status="2")
    row = matches(office)["crossed_over"]
    assert (row["submission_id"], row["rule"], row["match"]) == ("primary", "pcn", "one")


@pytest.mark.parametrize(
    ("frequency", "judged"), [("1", "original"), ("7", "replacing"), (None, "replacing")]
)
def test_of_original_and_replacement_the_frequency_decides_and_else_the_last_before_the_payment(
    office, frequency, judged
):
    office.submit("c1", "2026-03-02 10:00", submission_id="original")
    office.submit("c1", "2026-03-08 10:00", submission_id="replacing", frequency_code="7")
    office.submit("c1", "2026-03-20 10:00", submission_id="too_late", frequency_code="7")
    office.remit("r1", "2026-03-10", pcn="c1", frequency_code=frequency)
    row = matches(office)["r1"]
    assert (row["submission_id"], row["match"]) == (judged, "nearest" if frequency is None else "one")


def test_the_payers_number_that_the_front_end_told_wins_over_everything_else(office):
    office.submit("c1", "2026-03-02 10:00", submission_id="first")
    office.submit("c1", "2026-03-08 10:00", submission_id="second", batch_id="B2")
    office.answer(pcn="c1", at="2026-03-03 06:00", payer_claim_id="ICN1")
    office.remit("r1", "2026-03-20", pcn="c1", payer_claim_id="ICN1")
    row = matches(office)["r1"]
    assert (row["submission_id"], row["rule"], row["match"]) == ("first", "pcn+payer_claim_id", "one")


def test_a_payer_that_returns_no_claim_number_is_matched_by_its_own(office):
    office.submit("c1", submission_id="s1", charge=100)
    office.answer(pcn="c1", payer_claim_id="ICN1")
    office.remit("r1", pcn="0", payer_claim_id="ICN1", charge=100)
    office.remit("r2", pcn="0", payer_claim_id="ICN1", charge=55)
    rows = matches(office)
    assert (rows["r1"]["submission_id"], rows["r1"]["rule"], rows["r1"]["claim_pcn"]) == (
        "s1",
        "payer_claim_id",
        "c1",
    )
    assert (rows["r2"]["match"], rows["r2"]["claim_pcn"]) == ("none", "0")


def test_a_number_used_by_two_patients_is_told_apart_by_service_date_and_member(office):
    old = {"service_from": "2024-02-01", "member_key": "m1"}
    new = {"service_from": "2026-03-01", "member_key": "m2"}
    office.submit("c1", "2024-02-02 10:00", submission_id="old", **old)
    office.submit("c1", "2026-03-02 10:00", submission_id="new", **new)
    office.submit("c2", "2024-02-02 10:00", submission_id="only_old", **old)
    office.remit("late_for_old", "2026-03-10", pcn="c1", **old)
    office.remit("for_new", "2026-03-10", pcn="c1", **new)
    office.remit("for_nothing", "2026-03-10", pcn="c2", **new)
    rows = matches(office)
    assert [rows[r]["submission_id"] for r in ("late_for_old", "for_new")] == ["old", "new"]
    assert (rows["for_nothing"]["match"], rows["for_nothing"]["rule"]) == ("none", "pcn_of_another_claim")


def test_a_reversal_takes_back_the_last_adjudication_under_the_payers_number(office):
    office.submit("c1", submission_id="s1")
    icn = {"pcn": "c1", "payer_claim_id": "ICN1"}
    office.remit("r1", "2026-03-10", paid=80, **icn)
    office.remit("r2", "2026-03-20", status="22", charge=-100, paid=-80, **icn)
    office.remit("r3", "2026-03-20", paid=70, **icn)
    office.remit("r4", "2026-03-25", status="22", charge=-100, paid=-70, **icn)
    rows = matches(office)
    assert [rows[r]["takes_back"] for r in ("r1", "r2", "r3", "r4")] == [None, "r1", None, "r3"]
    assert rows["r2"]["takes_back_rule"] == "payer_claim_id+amount"
    assert [rows[r]["event"] for r in ("r1", "r2", "r3")] == ["paid", "reversed", "paid"]


def test_a_reversal_under_another_number_is_found_by_its_amounts_and_else_takes_back_nothing(office):
    office.remit("r1", "2026-03-10", pcn="c1", payer_claim_id="ICN1", paid=80)
    again = {"pcn": "c1", "status": "22", "charge": -100, "payer_claim_id": "ICN2"}
    office.remit("r2", "2026-03-20", paid=-80, **again)
    office.remit("r3", "2026-03-20", paid=-33, **again)
    rows = matches(office)
    assert (rows["r2"]["takes_back"], rows["r2"]["takes_back_rule"]) == ("r1", "amount")
    assert (rows["r3"]["takes_back"], rows["r3"]["takes_back_rule"]) == (None, "no_such_adjudication")


def test_a_reversal_answers_the_submission_that_is_taken_back_and_not_the_replacement(office):
    office.submit("c1", "2026-03-02 10:00", submission_id="original")
    office.submit(
        "c1", "2026-03-15 10:00", submission_id="replacing", frequency_code="7", original_ref="ICN1"
    )
    office.remit("r1", "2026-03-10", pcn="c1", payer_claim_id="ICN1", paid=80)
    office.remit("r2", "2026-03-20", pcn="c1", payer_claim_id="ICN1", status="22", charge=-100, paid=-80)
    office.submit("c2", "2026-03-02 10:00", submission_id="original2")
    office.submit("c2", "2026-03-15 10:00", submission_id="r2", frequency_code="7", original_ref="ICN5")
    office.remit("unseen", "2026-03-20", pcn="c2", payer_claim_id="ICN5", status="22", charge=-100, paid=-80)
    rows = matches(office)
    assert (rows["r2"]["submission_id"], rows["unseen"]["submission_id"]) == ("original", "original2")


@pytest.mark.parametrize(
    ("adjudicated", "acknowledged", "number", "rule"),
    [
        ("other", False, "ICN1", "original_ref_of_a_remittance"),
        (None, True, "ICN1", "original_ref_of_an_acknowledgement"),
        ("c1", False, "ICN7", "pcn"),
        (None, False, "ICN7", "unknown_original_ref"),
        (None, False, None, "nothing_named"),
    ],
)
def test_a_replacement_is_linked_by_the_payers_number_and_else_by_its_own(
    office, adjudicated, acknowledged, number, rule
):
    office.submit("other", "2026-03-01 10:00", submission_id="first")
    office.submit("c1", "2026-03-20 10:00", frequency_code="7", original_ref=number)
    if adjudicated:
        office.remit("r1", "2026-03-10", pcn=adjudicated, payer_claim_id="ICN1")
    if acknowledged:
        office.answer(pcn="other", payer_claim_id="ICN1")
    row = replacement(office)
    assert (row["rule"], row["match"] == "none") == (rule, adjudicated is None and not acknowledged)
    assert row["replaced_remit_claim_id"] == ("r1" if adjudicated else None)
    assert row["replaced_submission_id"] == ("first" if acknowledged else None)
    assert row["replaced_pcn"] == (adjudicated or ("other" if acknowledged else None))


def test_only_what_was_adjudicated_before_can_be_replaced(office):
    office.submit("c1", "2026-03-20 10:00", frequency_code="7", original_ref="ICN1")
    office.remit("r1", "2026-03-21", pcn="c1", payer_claim_id="ICN1")
    assert replacement(office)["match"] == "none"
    office.remit("r0", "2026-03-19", pcn="c1", payer_claim_id="ICN1")
    for table in ("denials", "adjudications"):
        office.connection.execute(f"drop table ledger.{table}")
    row = replacement(office)
    assert (row["replaced_remit_claim_id"], row["replaced_on"]) == ("r0", date(2026, 3, 19))
