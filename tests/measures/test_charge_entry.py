"""What charge entry enters, how clean and how early: the cases that the golden room leaves out."""

import pytest

DAY = "2026-03-02"


def enter(office, pcn, *, person="s1", at=f"{DAY} 10:00", **more):
    said = {"encounter_id": f"e{pcn}", "pcn": pcn, "entered_by": person, "service_date": "2026-03-01", **more}
    office.add("charge_entries", entered_at=at, **said)


def by(rows, definition, *names):
    return {
        tuple(row[name] for name in names): (row["numerator"], row["denominator"])
        for row in rows
        if row["definition_id"] == definition
    }


def test_claims_and_hours_add_up_over_payer_classes(office):
    office.add("staff", staff_id="s1", role="charge_entry", role_start="2020-01-01", valid_from="2020-01-01")
    office.add(
        "shifts", staff_id="s1", shift_date=DAY, start_at=f"{DAY} 08:00", end_at=f"{DAY} 17:00", paid_min=470
    )
    for number, payer_class in enumerate(("medicare", "commercial", None)):
        enter(office, f"c{number}", payer_class=payer_class, n_lines=number + 1)
        span = (f"{DAY} 09:{number}0", f"{DAY} 09:{number}7")
        office.touch(
            f"t{number}", *span, item_id=f"c{number}", pcn=f"c{number}", disposition_code="completed"
        )
    rows = office.build("measures.claims_entered")
    found = by(rows, "claims_entered.per_hour", "payer_class")
    assert set(found) == {("medicare",), ("commercial",), ("unknown",)}
    assert sum(n for n, _ in found.values()) == 3
    assert float(sum(d for _, d in found.values())) == 7.8333
    assert sum(n for n, _ in by(rows, "claims_entered.lines_per_hour", "payer_class").values()) == 6


def test_a_claim_entered_again_counts_once_for_the_last_who_entered_it(office):
    for person in ("s1", "s2"):
        office.add(
            "staff", staff_id=person, role="charge_entry", role_start="2020-01-01", valid_from="2020-01-01"
        )
        office.add(
            "shifts",
            staff_id=person,
            shift_date=DAY,
            start_at=f"{DAY} 08:00",
            end_at=f"{DAY} 16:00",
            paid_min=480,
        )
    enter(office, "c")
    enter(office, "c", person="s2", at=f"{DAY} 11:00")
    rows = [row for row in office.build("measures.claims_entered") if row["numerator"]]
    assert {row["staff_id"] for row in rows} == {"s2"}


def scrub(office, pcn, *families):
    event = {"pcn": pcn, "occurred_at": f"{DAY} 12:00"}
    office.add("scrubber_events", event_id=f"{pcn}a", event="accepted", **event)
    for number, family in enumerate(families):
        office.add("scrubber_events", event_id=f"{pcn}{number}", event="edit", edit_family=family, **event)


@pytest.mark.parametrize(
    ("families", "hit", "edits"),
    [(("charge",), 1, 1), (("registration", "charge"), 1, 2), (("coding", "payer"), 0, 0), ((), 0, 0)],
)
def test_edits_of_charges_and_registration_are_charge_entry_s(office, families, hit, edits):
    enter(office, "c")
    scrub(office, "c", *families)
    rows = office.build("measures.edit_rate")
    assert by(rows, "edit_rate.claims", "staff_id") == {("s1",): (hit, 1)}
    assert [row["value"] for row in rows if row["definition_id"] == "edit_rate.per_hundred"] == [100 * edits]


def test_without_a_scrubber_there_is_no_edit_rate_rather_than_none(office):
    enter(office, "c")
    assert office.build("measures.edit_rate") == []


def limit(office, days=None, payer="P1", first="2020-01-01", **more):
    office.add("filing_limits", payer_id=payer, limit_days=days or 365, effective_from=first, **more)


def left(office):
    """Return the days left of each payer's claim."""
    rows = by(office.build("measures.filing_margin"), "filing_margin.mean", "payer_id")
    return {payer: int(n) for (payer,), (n, _) in rows.items()}


def test_days_left_count_from_the_through_date_for_institutional_claims_only(office):
    days_of_90, year = {"days": 90}, {"is_calendar_year": True}
    cases = [
        ("P", days_of_90, "2026-01-01", "2026-01-20", "2026-03-02", 30),
        ("I", days_of_90, "2026-01-01", "2026-01-20", "2026-03-02", 49),
        ("P", year, "2024-02-29", "2024-02-29", "2025-02-28", 0),
        ("P", year, "2024-02-29", "2024-02-29", "2025-03-01", -1),
        ("P", year, "2024-02-28", "2024-02-29", "2025-02-28", 0),
        ("I", year, "2024-02-28", "2024-02-29", "2025-02-28", 0),
        ("P", year, "2023-03-01", "2023-03-01", "2024-02-29", 1),
    ]
    for number, (kind, rule, first, through, sent, _) in enumerate(cases):
        limit(office, payer=f"P{number}", **rule)
        service = {"service_from": first, "service_to": through}
        office.submit(f"c{number}", f"{sent} 10:00", claim_type=kind, payer_id=f"P{number}", **service)
    assert left(office) == {f"P{number}": days for number, (*_, days) in enumerate(cases)}


def test_the_limit_of_the_claim_type_goes_before_and_only_that_of_the_day_counts(office):
    limit(office, 90)
    limit(office, 180, claim_type="P", effective_to="2026-01-31")
    limit(office, 30, claim_type="I")
    limit(office, 10, payer="P2", first="2026-02-01")
    office.submit("old", "2026-02-10 10:00", service_from="2026-01-31", payer_id="P1")
    office.submit("none", "2026-02-10 10:00", service_from="2026-01-31", payer_id="P2")
    assert left(office) == {"P1": 170}
    office.submit("new", "2026-02-10 10:00", service_from="2026-02-01", payer_id="P2")
    for table in ("submissions", "claims", "first_passes"):
        office.build(f"ledger.{table}")
    assert left(office)["P2"] == 1


def test_the_first_submission_counts_and_a_replacement_does_not(office):
    limit(office, 30)
    office.submit("c", "2026-03-02 10:00", service_from="2026-03-01")
    office.submit("c", "2026-05-02 10:00", service_from="2026-03-01", frequency_code="7")
    office.submit("d", "2026-05-02 10:00", service_from="2026-03-01", frequency_code="7")
    rows = office.build("measures.filing_margin")
    assert by(rows, "filing_margin.late", "measured_on").popitem()[1] == (0, 1)


@pytest.mark.parametrize(("target", "in_time"), [(3, 1), (4, 2)])
def test_the_target_is_the_office_s_and_needs_no_limit(office, target, in_time):
    for pcn, first in (("c", "2026-02-27"), ("d", "2026-02-26")):
        office.submit(pcn, service_from=first)
    office.configure(submission_target_days=target)
    rows = office.build("measures.filing_margin")
    assert by(rows, "filing_margin.within_target", "payer_id") == {("P1",): (in_time, 2)}
    assert {row["definition_id"] for row in rows} == {"filing_margin.within_target"}


def test_a_claim_of_which_nobody_knows_who_entered_it_counts_for_its_payer_and_nobody(office):
    office.submit("c", service_from="2026-02-27")
    assert [row["staff_id"] for row in office.build("measures.filing_margin")] == [None]


def test_what_people_s_claims_did_at_the_front_end_adds_up_to_what_the_office_s_did(office):
    answers = {
        "c0": ("rejected", "accepted"),
        "c1": ("accepted",),
        "c2": ("pending",),
        "c3": (),
        "c4": ("pending", "accepted"),
    }
    for number, (pcn, said) in enumerate(answers.items()):
        enter(office, pcn, person=f"s{number % 2}")
        office.submit(pcn, submission_id=pcn)
        for day, outcome in enumerate(said, 3):
            office.answer(outcome, f"2026-03-0{day} 06:00", pcn=pcn)
    ours = by(
        office.build("measures.first_pass_by_person"), "first_pass_by_person.front_end", "staff_id"
    ).values()
    (whole,) = by(
        office.build("measures.front_end_acceptance_rate"), "front_end_acceptance_rate.277ca", "payer_id"
    ).values()
    assert (sum(n for n, _ in ours), sum(d for _, d in ours)) == whole == (2, 3)
