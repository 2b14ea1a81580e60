"""Which rule decides what a denial is and where it comes from, and what can be appealed."""

from datetime import date

import pytest


def refused(office, claim="a", carc="16", group="CO", remarks=(), day="2026-03-10", **more):
    """Put in a claim of one unpaid line with one adjustment and remark codes, (line, code)."""
    office.remit(claim, day, lines=[(100, 0)], adjustments=[(1, group, carc, 100)], **more)
    for line_no, code in remarks:
        office.add(
            "remit_remarks", remit_claim_id=claim, pcn=claim, line_no=line_no, source="LQ", qualifier="HE", code=code,
            payment_date=day,
        )  # fmt: skip


def rule(office, carc, category, *, is_denial=True, since="2026-01-01", **more):
    office.add(
        "denial_codes", carc=carc, category=category, is_denial=is_denial, effective_from=since, **more
    )


def denied(office):
    return {row["remit_claim_id"]: row for row in office.build("ledger.denials")}


@pytest.mark.parametrize(
    ("remark", "cause"),
    [
        ("N290", "credentialing"),
        ("M76", "coding"),
        ("MA04", "coordination_of_benefits"),
        ("N382", "eligibility"),
        ("M62", "authorisation"),
        ("M127", "documentation"),
        ("N999", "missing_information"),
    ],
)
def test_16_gets_its_root_cause_from_its_remark(office, remark, cause):
    refused(office, remarks=[(1, remark)])
    row = denied(office)["a"]
    assert (row["category"], row["rarc"]) == (cause, remark if remark != "N999" else None)


def test_a_remark_of_the_claim_holds_for_its_lines_and_one_of_another_line_does_not(office):
    refused(office, "a", remarks=[(0, "M76")])
    refused(office, "b", remarks=[(2, "M76")])
    assert {claim: row["category"] for claim, row in denied(office).items()} == {
        "a": "coding",
        "b": "missing_information",
    }


def test_a_remark_does_not_change_a_code_that_means_something_by_itself(office):
    refused(office, carc="197", remarks=[(1, "M76")])
    assert denied(office)["a"]["category"] == "authorisation"


def test_the_offices_own_rule_goes_before_the_built_in_one(office):
    rule(office, "16", "front_desk")
    refused(office, remarks=[(1, "M76")])
    row = denied(office)["a"]
    assert (row["category"], row["rule_origin"]) == ("front_desk", "office")


def test_the_most_specific_rule_of_the_office_wins(office):
    rule(office, "16", "code")
    rule(office, "16", "code_and_group", group_code="CO")
    rule(office, "16", "code_and_remark", rarc="M76")
    rule(office, "16", "all_three", rarc="M76", group_code="CO")
    refused(office, "a", group="PI")
    refused(office, "b", group="CO")
    refused(office, "c", group="PI", remarks=[(1, "M76")])
    refused(office, "d", group="CO", remarks=[(1, "M76")])
    assert {claim: row["category"] for claim, row in denied(office).items()} == {
        "a": "code",
        "b": "code_and_group",
        "c": "code_and_remark",
        "d": "all_three",
    }


def test_a_rule_holds_from_its_first_day_to_the_day_before_the_next(office):
    rule(office, "Q1", "first", since="2026-01-01")
    rule(office, "Q1", "second", since="2026-03-10")
    rule(office, "Q2", "ended", since="2026-01-01", effective_to="2026-03-09")
    refused(office, "a", "Q1", day="2026-03-09")
    refused(office, "b", "Q1", day="2026-03-10")
    refused(office, "c", "Q2", day="2026-03-10")
    refused(office, "d", "Q1", day="2025-12-31")
    assert {claim: row["category"] for claim, row in denied(office).items()} == {
        "a": "first",
        "b": "second",
        "c": "unmapped",
        "d": "unmapped",
    }
    ends = {
        r["category"]: r["effective_to"]
        for r in office.build("ledger.denial_rules")
        if r["origin"] == "office"
    }
    assert ends == {"first": date(2026, 3, 9), "second": None, "ended": date(2026, 3, 9)}


def test_an_office_can_say_that_a_code_does_not_deny(office):
    rule(office, "96", "not_ours", is_denial=False, group_code="PR")
    refused(office, "a", "96", group="PR")
    refused(office, "b", "96", group="CO")
    assert list(denied(office)) == ["b"]


def test_amounts_under_one_code_that_cancel_out_do_not_deny(office):
    office.remit(
        "a", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100), (1, "CO", "50", -100), (1, "CO", "45", 100)]
    )
    assert denied(office) == {}


@pytest.mark.parametrize(
    ("carc", "remark", "appealable"),
    [
        ("50", None, True),
        ("29", None, False),
        ("16", "MA130", False),
        ("50", "MA130", False),
        ("16", "N290", True),
    ],
)
def test_late_filings_and_unprocessable_claims_cannot_be_appealed(office, carc, remark, appealable):
    refused(office, carc=carc, remarks=[(1, remark)] if remark else [])
    assert denied(office)["a"]["is_appealable"] is appealable


def test_a_remark_delivered_with_an_earlier_delivery_does_not_count(office):
    refused(office, remarks=[(1, "M76")])
    again = {"remit_claim_id": "a", "pcn": "a", "payment_date": "2026-03-10", "file_id": "f2"}
    again["delivery_date"] = "2026-03-12"
    office.add("remit_claims", remit_id="r", status_code="1", charge=100, paid=0, payer_id="P1", **again)
    office.add("remit_lines", line_no=1, charge=100, paid=0, **again)
    office.add("remit_adjustments", line_no=1, group_code="CO", carc="16", amount=100, **again)
    assert denied(office)["a"]["category"] == "missing_information"


def test_contractual_adjustments_are_the_payers_own_and_what_the_office_calls_so(office):
    rule(office, "X5", "contractual", is_denial=False)
    office.remit(
        "a", paid=40, lines=[(100, 40)],
        adjustments=[(1, "CO", "45", 20), (1, "CO", "253", 1), (1, "CO", "X5", 5), (1, "OA", "23", 9), (1, "PR", "2", 25)],
    )  # fmt: skip
    (row,) = office.build("ledger.adjudications")
    assert row["contractual_amount"] == 26


def test_lines_that_allow_nothing_and_duplicates_are_marked(office):
    office.remit("a", charge=300, paid=50, lines=[(100, 0), (100, 50), (100, 0)],
                 adjustments=[(1, "CO", "18", 100), (2, "CO", "45", 50), (3, "PR", "96", 100)])  # fmt: skip
    office.remit("b", charge=100)
    rows = {r["remit_claim_id"]: r for r in office.build("ledger.adjudications")}
    names = ("n_charged_lines", "n_denied_lines", "n_unallowed_lines", "is_duplicate")
    assert tuple(rows["a"][n] for n in names) == (3, 1, 1, True)
    assert tuple(rows["b"][n] for n in names) == (1, 0, 1, False)
