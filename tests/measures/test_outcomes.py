"""Rates and days, worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

CO_50 = [(1, "CO", "50", 100)]


def by(rows, *names):
    return {
        tuple(row[name] for name in names): (row["numerator"], row["denominator"], row["value"])
        for row in rows
    }


def denial_rate(office):
    return by(office.build("measures.initial_denial_rate"), "definition_id")


def test_the_initial_denial_rate_counts_claims_and_dollars_at_the_first_adjudication(office):
    for pcn in ("c1", "c2", "c3", "c4"):
        office.submit(pcn)
    office.remit("r1", pcn="c1", charge=300, lines=[(100, 0), (200, 150)], adjustments=CO_50)
    office.remit("r2", pcn="c2", lines=[(100, 80)], paid=80)
    office.remit("r3", pcn="c3", lines=[(100, 0)], adjustments=[(1, "CO", "18", 100)])
    rates = denial_rate(office)
    assert rates[("initial_denial_rate.claims",)] == (1, 3, pytest.approx(1 / 3))
    assert rates[("initial_denial_rate.dollars",)] == (100, 500, 0.2)


def test_secondary_payers_replacements_and_later_denials_stay_out(office):
    office.submit("c1")
    office.remit("r1", pcn="c1", status="2", lines=[(100, 0)], adjustments=[(1, "CO", "22", 100)])
    office.submit("c2", frequency_code="7")
    office.remit("r2", pcn="c2", lines=[(100, 0)], adjustments=CO_50)
    office.submit("c3")
    office.remit("r3", "2026-03-10", pcn="c3", lines=[(100, 80)], paid=80)
    office.remit("r4", "2026-03-20", pcn="c3", lines=[(100, 0)], adjustments=CO_50)
    assert denial_rate(office)[("initial_denial_rate.claims",)] == (0, 1, 0.0)


def test_a_day_without_an_adjudication_has_no_rate_rather_than_zero(office):
    office.submit("c1")
    office.add(
        "acknowledgements",
        kind="277CA",
        level="claim",
        outcome="rejected",
        pcn="c1",
        acknowledged_at="2026-03-03",
    )
    assert office.build("measures.initial_denial_rate") == []


def test_charges_of_zero_give_no_dollar_rate(office):
    office.submit("c1", charge=0)
    office.remit("r1", pcn="c1", charge=0, lines=[(0, 0)])
    assert denial_rate(office)[("initial_denial_rate.dollars",)] == (0, 0, None)


def test_the_clean_claim_rate_counts_claims_on_the_day_of_acceptance(office):
    for pcn, fixed_by_hand in (("c1", True), ("c2", False)):
        office.submit(pcn)
        scrub = {"pcn": pcn, "event": "accepted", "occurred_at": "2026-03-01 09:00"}
        office.add("scrubber_events", event_id=f"{pcn}a", **scrub)
        edit = {
            **scrub,
            "event": "edit",
            "occurred_at": "2026-03-02 09:00",
            "is_automated": not fixed_by_hand,
        }
        office.add("scrubber_events", event_id=f"{pcn}b", **edit)
        released = {**scrub, "event": "released", "occurred_at": "2026-03-02 10:00"}
        office.add("scrubber_events", event_id=f"{pcn}c", **released)
    rows = by(office.build("measures.clean_claim_rate"), "definition_id", "payer_id", "measured_on")
    assert rows == {("clean_claim_rate.hfma", "P1", date(2026, 3, 1)): (1, 2, 0.5)}


def test_a_claim_that_is_not_released_yet_stands_in_the_denominator_only(office):
    for pcn in ("c1", "c2", "c3", "c4"):
        office.submit(pcn)
        scrub = {"pcn": pcn, "occurred_at": "2026-03-01 09:00"}
        office.add("scrubber_events", event_id=f"{pcn}a", event="accepted", **scrub)
        if pcn != "c4":
            office.add("scrubber_events", event_id=f"{pcn}b", event="released", **scrub)
    rejected = {"kind": "277CA", "level": "claim", "outcome": "rejected", "acknowledged_at": "2026-03-03"}
    office.add("acknowledgements", pcn="c1", **rejected)
    assert only_value(office.build("measures.clean_claim_rate")) == (3, 4, 0.75)


def only_value(rows):
    (row,) = rows
    return row["numerator"], row["denominator"], row["value"]


def test_a_forwarded_denial_counts_and_one_under_the_deductible_does_not(office):
    for pcn in ("c1", "c2"):
        office.submit(pcn)
    office.remit("r1", pcn="c1", status="19", lines=[(100, 0)], adjustments=CO_50)
    shared = [(1, "CO", "50", 60), (1, "PR", "1", 40)]
    office.remit("r2", pcn="c2", lines=[(100, 0)], adjustments=shared)
    rates = denial_rate(office)
    assert rates[("initial_denial_rate.claims",)] == (1, 2, 0.5)
    assert rates[("initial_denial_rate.dollars",)] == (100, 200, 0.5)


def charges(office, days, last=date(2026, 3, 31), amount=100, payer_class="medicare"):
    for number in range(days):
        day = (last - timedelta(days=number)).isoformat()
        entry = {"encounter_id": "e", "pcn": f"{payer_class}{number}", "entered_by": "s", "service_date": day}
        office.add(
            "charge_entries", entered_at=f"{day} 09:00", charge=amount, payer_class=payer_class, **entry
        )


def balances(office, *amounts, payer_class="medicare"):
    for number, amount in enumerate(amounts):
        office.add(
            "ar_snapshots", as_of="2026-03-31", pcn=f"a{number}", balance=amount, payer_class=payer_class
        )


def test_days_in_ar_leave_credits_out_and_average_over_ninety_days(office):
    charges(office, 120)
    balances(office, 3000, 1000, -500)
    rows = by(office.build("measures.days_in_ar"), "payer_class", "as_of")
    assert rows == {("medicare", date(2026, 3, 31)): (4000, 100, 40.0)}


@pytest.mark.parametrize(("days", "average", "value"), [(28, 100, 40.0), (27, None, None)])
def test_fewer_charge_days_are_averaged_over_what_there_is_but_not_below_four_weeks(
    office, days, average, value
):
    charges(office, days)
    balances(office, 4000)
    assert list(by(office.build("measures.days_in_ar"), "as_of").values()) == [(4000, average, value)]


def test_a_class_with_charges_and_nothing_open_stays_in_the_sum(office):
    charges(office, 90, payer_class="medicare")
    charges(office, 90, amount=50, payer_class="commercial")
    balances(office, 3000)
    rows = by(office.build("measures.days_in_ar"), "payer_class")
    assert rows["commercial",] == (0, 50, 0.0)
    assert sum(n for n, _, _ in rows.values()) / sum(d for _, d, _ in rows.values()) == Decimal(20)
