"""The life of a claim, worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from assets.sql_model import load_models

MODELS = load_models(stages=("ledger", "measures"))
CO_50 = [(1, "CO", "50", 100)]


def claim(office, pcn="c1"):
    (row,) = [row for row in office.build("ledger.claims") if row["pcn"] == pcn]
    return row


def scrub(office, event, at, pcn="c1", **more):
    office.add(
        "scrubber_events", event_id=f"{pcn}-{event}-{at}", pcn=pcn, event=event, occurred_at=at, **more
    )


def answer(office, outcome, at, kind="277CA", level="claim"):
    office.add("acknowledgements", kind=kind, level=level, outcome=outcome, pcn="c1", acknowledged_at=at)


@pytest.mark.parametrize(
    ("claim_type", "n_lines", "n_diagnoses", "complexity"),
    [
        ("P", 2, 4, "low"),
        ("P", 3, 4, "medium"),
        ("I", 1, 1, "medium"),
        ("P", 6, 1, "high"),
        ("P", 3, 5, "high"),
    ],
)
def test_complexity_has_a_point_for_each_thing_that_makes_work(
    office, claim_type, n_lines, n_diagnoses, complexity
):
    office.submit("c1", claim_type=claim_type, n_lines=n_lines, n_diagnoses=n_diagnoses)
    assert claim(office)["complexity"] == complexity


def test_complexity_and_payer_are_those_of_the_first_submission(office):
    office.submit("c1", "2026-03-05 10:00", frequency_code="7", n_lines=9, payer_id="P9")
    office.submit("c1", "2026-03-02 10:00")
    row = claim(office)
    assert (row["complexity"], row["payer_id"], row["n_submissions"]) == ("low", "P1", 2)
    assert (row["first_submitted_on"], row["is_reworked"], row["is_original"]) == (
        date(2026, 3, 2),
        True,
        True,
    )


def test_a_reversal_nets_what_was_paid_and_keeps_the_first_adjudication(office):
    office.submit("c1")
    office.remit("r1", "2026-03-10", pcn="c1", lines=[(100, 0)], adjustments=CO_50)
    office.remit("r2", "2026-03-20", pcn="c1", status="22", charge=-100, lines=[(-100, 0)])
    office.remit("r3", "2026-03-20", pcn="c1", paid=80, lines=[(100, 80)])
    office.remit("r4", "2026-03-25", pcn="c1", status="22", charge=-100, paid=-80, lines=[(-100, -80)])
    office.remit("r5", "2026-03-25", pcn="c1", paid=70, lines=[(100, 70)])
    row = claim(office)
    assert (row["first_remit_claim_id"], row["first_adjudicated_on"]) == ("r1", date(2026, 3, 10))
    assert (row["first_is_denied"], row["first_denied_charge"], row["paid"]) == (True, 100, Decimal("70.00"))
    assert (row["n_adjudications"], row["last_adjudicated_on"]) == (3, date(2026, 3, 25))


def test_the_primary_payer_judges_first_even_when_the_secondary_answers_before(office):
    office.submit("c1")
    office.remit(
        "r1", "2026-03-05", pcn="c1", status="2", lines=[(100, 0)], adjustments=[(1, "CO", "22", 100)]
    )
    office.remit("r2", "2026-03-10", pcn="c1", paid=80, lines=[(100, 80)])
    row = claim(office)
    assert (row["first_remit_claim_id"], row["first_is_denied"], row["is_primary"]) == ("r2", False, True)


@pytest.mark.parametrize(("status", "rank"), [("19", 1), ("20", 2), ("21", 3)])
def test_a_claim_processed_and_forwarded_is_adjudicated_by_the_payer_of_its_rank(office, status, rank):
    office.submit("c1")
    office.remit("r1", "2026-03-10", pcn="c1", status=status, lines=[(100, 0)], adjustments=CO_50)
    office.remit("r2", "2026-03-20", pcn="c1", status="22", charge=-100, lines=[(-100, 0)])
    row = claim(office)
    assert (row["first_remit_claim_id"], row["first_adjudicated_on"]) == ("r1", date(2026, 3, 10))
    assert (row["first_is_denied"], row["is_primary"]) == (True, rank == 1)
    assert {r["remit_claim_id"]: r["payer_rank"] for r in office.build("ledger.adjudications")}["r1"] == rank


@pytest.mark.parametrize("status", ["22", "23", "25"])
def test_what_no_payer_decided_is_no_first_adjudication(office, status):
    office.submit("c1")
    office.remit("r1", "2026-03-10", pcn="c1", status=status, lines=[(100, 0)], adjustments=CO_50)
    assert claim(office)["first_adjudicated_on"] is None


def test_claims_that_share_a_submission_number_in_one_file_stay_apart(office):
    reused = {"submission_id": "0123-1-987654-1", "at": "2026-03-02 10:00"}
    office.submit("c1", charge=500, txn_no=1, **reused)
    office.submit("c2", charge=70, n_lines=6, txn_no=2, **reused)
    office.submit("c2", charge=80, n_lines=6, txn_no=3, **reused)
    rows = {row["pcn"]: (row["charge"], row["complexity"]) for row in office.build("ledger.submissions")}
    assert rows == {"c1": (500, "low"), "c2": (80, "high")}
    assert len(office.build("ledger.submissions")) == 2
    assert (claim(office)["n_submissions"], claim(office, "c2")["n_submissions"]) == (1, 1)


def test_a_submission_number_used_again_on_another_day_is_another_submission_within_the_grain(office):
    for day in ("2026-03-02", "2026-03-09"):
        office.submit("c1", f"{day} 10:00", submission_id="0123-1-987654-1")
    rows = office.build("ledger.submissions")
    grain = MODELS["ledger.submissions"].grain
    assert len({tuple(row[name] for name in grain) for row in rows}) == len(rows) == 2
    assert claim(office)["n_submissions"] == 2


def test_each_claim_under_a_reused_submission_number_keeps_its_own_visit(office):
    for number in ("1", "2"):
        entry = {"encounter_id": f"e{number}", "pcn": f"c{number}", "entered_by": "s2", "charge": 90}
        office.add("charge_entries", service_date="2026-03-01", entered_at="2026-03-02 09:00", **entry)
        office.submit(f"c{number}", submission_id="0123-1-987654-1", txn_no=int(number))
    rows = {row["pcn"]: row["encounter_id"] for row in office.build("ledger.submissions")}
    assert rows == {"c1": "e1", "c2": "e2"}


def test_a_rejection_by_the_front_end_stays_the_first_answer_and_is_no_denial(office):
    office.submit("c1")
    answer(office, "accepted", "2026-03-02 12:00", kind="999", level="transaction")
    answer(office, "rejected", "2026-03-03 00:00")
    answer(office, "accepted", "2026-03-05 00:00")
    row = claim(office)
    assert (row["first_front_end_outcome"], row["first_acknowledged_on"]) == ("rejected", date(2026, 3, 3))
    assert (row["first_is_denied"], row["first_adjudicated_on"]) == (None, None)


def test_a_pending_answer_and_a_999_do_not_decide(office):
    office.submit("c1")
    answer(office, "accepted", "2026-03-02 12:00", kind="999")
    answer(office, "pending", "2026-03-03 00:00")
    assert claim(office)["first_front_end_outcome"] is None


def test_an_edit_that_a_machine_fixed_leaves_a_claim_clean_and_one_that_a_person_fixed_does_not(office):
    for pcn, automated in (("c1", True), ("c2", False)):
        scrub(office, "accepted", "2026-03-01 09:00", pcn)
        scrub(office, "edit", "2026-03-01 09:01", pcn, is_automated=automated, resolved_at="2026-03-01 10:00")
        scrub(office, "released", "2026-03-01 10:01", pcn)
    by_machine, by_hand = claim(office), claim(office, "c2")
    assert (by_machine["is_clean"], by_machine["n_human_edits"], by_machine["scrubbed_on"]) == (
        True,
        0,
        date(2026, 3, 1),
    )
    assert (by_hand["is_clean"], by_hand["n_human_edits"]) == (False, 1)


def test_a_claim_is_clean_once_it_is_released_and_not_while_it_waits(office):
    for pcn in ("c1", "c2"):
        scrub(office, "accepted", "2026-03-01 09:00", pcn)
    scrub(office, "released", "2026-03-02 09:00", "c2")
    waiting, released = claim(office), claim(office, "c2")
    assert (waiting["is_clean"], waiting["n_human_edits"]) == (False, 0)
    assert (released["is_clean"], released["scrubbed_on"]) == (True, date(2026, 3, 1))


def test_events_of_different_claims_and_kinds_under_one_number_stay_apart(office):
    for pcn in ("c1", "c2"):
        for event, at in (("accepted", "2026-03-01 09:00"), ("released", "2026-03-01 09:30")):
            office.add("scrubber_events", event_id="1", pcn=pcn, event=event, occurred_at=at)
    assert [claim(office, pcn)["is_clean"] for pcn in ("c1", "c2")] == [True, True]


def test_an_edit_after_the_release_does_not_soil_the_first_pass(office):
    scrub(office, "accepted", "2026-03-01 09:00")
    scrub(office, "released", "2026-03-01 09:30")
    scrub(office, "edit", "2026-03-20 09:00", is_automated=False)
    assert claim(office)["is_clean"] is True


def test_a_warning_that_nobody_acted_on_does_not_soil_a_claim_and_an_open_error_does(office):
    for pcn, severity in (("c1", "warning"), ("c2", "error")):
        scrub(office, "accepted", "2026-03-01 09:00", pcn)
        scrub(office, "edit", "2026-03-01 09:01", pcn, is_automated=False, severity=severity)
        scrub(office, "released", "2026-03-01 09:30", pcn)
    assert [claim(office, pcn)["is_clean"] for pcn in ("c1", "c2")] == [True, False]


def test_a_claim_that_the_scrubber_never_accepted_is_neither_clean_nor_not(office):
    office.submit("c1")
    assert claim(office)["is_clean"] is None


def test_a_remittance_without_a_claim_is_kept_and_marked(office):
    office.remit("r1", pcn="c1", charge=120, paid=100, lines=[(120, 100)])
    row = claim(office)
    assert (row["has_submission"], row["complexity"], row["charge"], row["payer_id"]) == (
        False,
        "medium",
        120,
        "P1",
    )


def test_an_appeal_that_arrives_late_makes_the_claim_reworked(office):
    office.submit("c1")
    assert claim(office)["is_reworked"] is False
    late = {"filed_at": "2026-04-01 09:00", "updated_at": "2026-05-20 09:00"}
    office.add("appeals", appeal_id="a1", denial_id="d1", pcn="c1", delivery_date="2026-07-01", **late)
    assert claim(office)["is_reworked"] is True


def test_the_coder_is_found_by_the_claim_number_or_else_by_the_visit(office):
    for number in ("1", "2"):
        entry = {"encounter_id": f"e{number}", "pcn": f"c{number}", "entered_by": "s2", "charge": 90}
        office.add("charge_entries", service_date="2026-03-01", entered_at="2026-03-02 09:00", **entry)
    office.add("coding", encounter_id="e1", coder_id="s7", finished_at="2026-03-01 15:00")
    office.add("coding", encounter_id="e2", pcn="c2", coder_id="s8", finished_at="2026-03-01 16:00")
    first, second = claim(office), claim(office, "c2")
    assert (first["coder_id"], first["coded_on"], first["charge_entered_by"]) == (
        "s7",
        date(2026, 3, 1),
        "s2",
    )
    assert (second["coder_id"], second["charge_entered_on"]) == ("s8", date(2026, 3, 2))


def test_only_the_keys_that_are_restated_come_back(office):
    office.submit("c1")
    office.submit("c2")
    office.build("ledger.claims")
    rows = office.run("ledger.claims", None, None, keys=["c1"]).to_pylist()
    assert [row["pcn"] for row in rows] == ["c1"]


def test_events_before_the_horizon_are_not_looked_for(office):
    office.submit("c1", "2024-01-05 10:00")
    office.build("ledger.claims")
    assert office.run("ledger.claims", None, None, horizon=date(2024, 1, 6), keys=["c1"]).num_rows == 0
