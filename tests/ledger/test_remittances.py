"""The same payment with another head, worked out by hand."""

from decimal import Decimal

import pytest

CLAIMS = (("a", 100, 80), ("b", 50, 0))


def payment(office, remit_id, delivered="2026-03-10", claims=CLAIMS, **more):
    row = {
        "payer_id": "P1",
        "trace": "T1",
        "amount": sum(paid for _, _, paid in claims),
        "credit_debit": "C",
        "payment_date": "2026-03-10",
    }
    place = {"file_id": f"file of {remit_id}", "delivery_date": delivered}
    office.add("remits", remit_id=remit_id, **place, **{**row, **more})
    for number, (pcn, charge, paid) in enumerate(claims, 1):
        shared = {"remit_claim_id": f"{remit_id}-{number}", "pcn": pcn, **place}
        shared["payment_date"] = more.get("payment_date", row["payment_date"])
        office.add(
            "remit_claims",
            remit_id=remit_id,
            status_code="1",
            charge=charge,
            paid=paid,
            payer_id="P1",
            **shared,
        )
        office.add("remit_lines", line_no=1, charge=charge, paid=paid, **shared)
        if not paid:
            office.add("remit_adjustments", line_no=1, group_code="CO", carc="50", amount=charge, **shared)


def counted(office):
    return {row["remit_id"]: row["counted_as"] for row in office.build("ledger.remittances")}


def test_a_payment_that_comes_again_with_another_head_counts_once_and_as_the_first(office):
    payment(office, "x", delivered="2026-03-12")
    payment(office, "y", delivered="2026-03-11")
    assert counted(office) == {"x": "y", "y": "y"}
    judged = office.build("ledger.adjudications")
    assert sorted(row["remit_claim_id"] for row in judged) == ["y-1", "y-2"]
    assert sum(row["paid"] for row in judged) == Decimal(80)
    assert [row["remit_claim_id"] for row in office.build("ledger.denials")] == ["y-2"]


@pytest.mark.parametrize(
    "other",
    [
        {"payer_id": "P2"},
        {"trace": "T2"},
        {"payment_date": "2026-03-11"},
        {"credit_debit": "D"},
        {"claims": (("a", 100, 80), ("c", 50, 0))},
        {"claims": (("a", 100, 0), ("b", 50, 80))},
        {"claims": CLAIMS[:1]},
    ],
)
def test_a_payment_that_differs_in_anything_that_matters_is_another_one(office, other):
    payment(office, "x")
    payment(office, "y", **other)
    assert counted(office) == {"x": "x", "y": "y"}
    assert len(office.build("ledger.adjudications")) == 2 + len(other.get("claims", CLAIMS))


def test_payments_without_claims_are_left_alone(office):
    payment(office, "x", claims=())
    payment(office, "y", claims=())
    assert counted(office) == {"x": "x", "y": "y"}


def test_the_same_remittance_delivered_twice_is_one_row_and_counts(office):
    payment(office, "x")
    payment(office, "x", delivered="2026-03-15")
    assert counted(office) == {"x": "x"}
    assert len(office.build("ledger.adjudications")) == 2
