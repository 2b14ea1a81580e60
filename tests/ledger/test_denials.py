"""What counts as denied, worked out by hand."""

from decimal import Decimal

import pytest


def denied(office):
    return {(row["remit_claim_id"], row["line_no"]): row for row in office.build("ledger.denials")}


def test_a_processed_claim_that_pays_nothing_with_co_50_is_denied(office):
    office.remit("a", status="1", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    row = denied(office)["a", 1]
    assert (row["carc"], row["category"], row["amount"]) == ("50", "medical_necessity", Decimal("100.00"))
    assert row["is_patient_liable"] is False


def test_status_4_alone_is_not_the_rule(office):
    office.remit("a", status="4", lines=[(100, 0)], adjustments=[(1, "CO", "45", 100)])
    assert denied(office) == {}


def test_a_line_that_went_to_the_deductible_is_not_denied(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "CO", "45", 40), (1, "PR", "1", 60)])
    assert denied(office) == {}


@pytest.mark.parametrize("carc", ["1", "2", "3", "45", "253", "23", "94", "18"])
def test_codes_of_shares_reductions_and_duplicates_never_deny(office, carc):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "CO", carc, 100)])
    assert denied(office) == {}


def test_a_code_that_the_map_does_not_know_denies_and_is_unmapped(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "PI", "Z99", 100)])
    assert denied(office)["a", 1]["category"] == "unmapped"


def test_a_non_covered_line_that_the_patient_owes_is_denied_and_marked(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "PR", "96", 100)])
    assert denied(office)["a", 1]["is_patient_liable"] is True


def test_a_line_with_a_share_of_the_patient_is_not_denied_even_when_it_carries_a_denial_code(office):
    for claim, share in (("a", "1"), ("b", "2"), ("c", "3")):
        office.remit(claim, lines=[(100, 0)], adjustments=[(1, "CO", "50", 70), (1, "PR", share, 30)])
    assert denied(office) == {}


def test_a_share_of_the_patient_on_one_line_leaves_the_others_denied(office):
    adjustments = [(1, "PR", "1", 100), (2, "CO", "50", 80)]
    office.remit("a", charge=180, lines=[(100, 0), (80, 0)], adjustments=adjustments)
    assert {key: row["amount"] for key, row in denied(office).items()} == {("a", 2): Decimal("80.00")}


def test_a_share_that_was_taken_back_on_the_line_is_none(office):
    adjustments = [(1, "CO", "50", 100), (1, "PR", "1", 30), (1, "PR", "1", -30)]
    office.remit("a", lines=[(100, 0)], adjustments=adjustments)
    assert denied(office)["a", 1]["carc"] == "50"


@pytest.mark.parametrize("status", ["19", "20", "21"])
def test_claims_that_were_processed_and_forwarded_deny(office, status):
    office.remit("a", status=status, lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    assert denied(office)["a", 1]["amount"] == Decimal("100.00")


@pytest.mark.parametrize("status", ["22", "23", "25"])
def test_reversals_predeterminations_and_claims_that_are_not_the_payers_do_not_deny(office, status):
    office.remit("a", status=status, lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    assert denied(office) == {}


def test_a_paid_line_and_a_line_without_charge_are_not_denied(office):
    office.remit("a", lines=[(100, 20), (0, 0)], adjustments=[(1, "CO", "97", 80), (2, "CO", "97", 0)])
    assert denied(office) == {}


def test_a_claim_without_lines_is_judged_as_line_zero(office):
    office.remit("a", charge=250, adjustments=[(0, "CO", "29", 250)])
    assert denied(office)["a", 0]["amount"] == Decimal("250.00")


def test_lines_without_adjustments_of_their_own_carry_those_of_the_claim(office):
    lines, adjustments = [(100, 0), (50, 0)], [(0, "CO", "29", 100), (2, "CO", "45", 50)]
    office.remit("a", lines=lines, adjustments=adjustments)
    assert list(denied(office)) == [("a", 1)]


def test_the_largest_adjustment_drives_and_the_lowest_code_breaks_a_tie(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "CO", "16", 30), (1, "CO", "197", 70)])
    office.remit("b", lines=[(100, 0)], adjustments=[(1, "CO", "16", 50), (1, "CO", "4", 50)])
    rows = denied(office)
    assert (rows["a", 1]["carc"], rows["b", 1]["carc"]) == ("197", "4")


def test_a_remittance_delivered_twice_counts_once_as_last_delivered(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    again = {
        "remit_claim_id": "a",
        "pcn": "a",
        "payment_date": "2026-03-10",
        "file_id": "f2",
        "delivery_date": "2026-03-12",
    }
    office.add("remit_claims", remit_id="r", status_code="1", charge=100, paid=0, payer_id="P1", **again)
    office.add("remit_lines", line_no=1, charge=100, paid=0, **again)
    office.add("remit_adjustments", line_no=1, group_code="CO", carc="97", amount=100, **again)
    assert [row["carc"] for row in denied(office).values()] == ["97"]


def test_an_adjudication_sums_its_denied_lines_and_its_contractual_part(office):
    lines, adjustments = [(100, 0), (50, 30)], [(1, "CO", "50", 100), (2, "CO", "45", 15), (0, "CO", "45", 5)]
    office.remit(
        "a", status="2", charge=150, paid=30, patient_responsibility=5, lines=lines, adjustments=adjustments
    )
    (row,) = office.build("ledger.adjudications")
    money = [
        row[name]
        for name in ("charge", "paid", "denied_charge", "contractual_amount", "patient_responsibility")
    ]
    assert money == [150, 30, 100, 20, 5]
    assert (row["n_lines"], row["n_denied_lines"], row["is_denied"], row["payer_rank"]) == (2, 1, True, 2)
