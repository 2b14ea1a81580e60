"""The funnel of appeals: requests counted once, open ones beside the share, young cohorts withheld."""

from datetime import date

import pytest

FIRST = date(2026, 3, 2)


def appeals_of(office, *said):
    """Put in denials of one day and appeals (denial, level, decision, recovered); '' as decision leaves one open."""
    for number in sorted({case for case, *_ in said}):
        office.add(
            "denial_worklist", denial_id=number, pcn=number, payer_id="P1", carc="50", denied_on=FIRST, outcome="open",
            amount=100, updated_at="2026-03-02 06:00",
        )  # fmt: skip
    for n, (case, level, decision, recovered) in enumerate(said):
        decided = {"decision": decision, "decided_at": "2026-03-20 09:00"} if decision else {}
        office.add(
            "appeals", appeal_id=f"A{n}", denial_id=case, level=level, filed_at="2026-03-05 09:00", recovered_amount=recovered,
            updated_at="2026-03-20 09:00", **decided,
        )  # fmt: skip
    return {(row["definition_id"], row["level"]): row for row in office.build("measures.appeal_progression")}


def test_two_appeals_of_one_level_are_one_request_and_a_part_won_is_won_once(office):
    rows = appeals_of(
        office,
        ("D1", 1, "partial", 10),
        ("D1", 1, "upheld", 0),
        ("D2", 1, "upheld", 0),
        ("D2", 2, "overturned", 40),
    )
    levels = {
        level: (row["numerator"], row["denominator"])
        for (name, level), row in rows.items()
        if name == "overturn_rate.appealed"
    }
    assert levels == {1: (1, 2), 2: (1, 1)}
    denied = rows["overturn_rate.denied", 0]
    assert (denied["numerator"], denied["denominator"], denied["reason"]) == (2, 2, None)
    assert rows["overturn_rate.denied_dollars", 0]["value"] == pytest.approx(50 / 200)


def test_an_undecided_appeal_is_neither_won_nor_lost_and_stands_beside_the_share(office):
    rows = appeals_of(office, ("D1", 1, "overturned", 10), ("D2", 1, "", 0))
    won = rows["overturn_rate.appealed", 1]
    assert (won["numerator"], won["denominator"], won["n_cohort"], won["n_open"]) == (1, 1, 2, 1)
    withheld = rows["overturn_rate.denied", 0]
    assert (withheld["numerator"], withheld["value"], withheld["matured_share"]) == (None, None, 0.5)


def test_a_cohort_is_shown_as_soon_as_the_configured_share_has_matured(office):
    office.configure(matured_share=0.5)
    shown = appeals_of(office, ("D1", 1, "overturned", 10), ("D2", 1, "", 0))["overturn_rate.denied", 0]
    assert (shown["numerator"], shown["denominator"], shown["n_open"], shown["reason"]) == (1, 1, 1, None)
