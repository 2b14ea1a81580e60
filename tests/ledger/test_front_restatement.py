"""Coding and charge entry, restated by only the slices that changed, end where a full rebuild ends."""

import random
from datetime import timedelta

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed
from tests.ledger.test_restatement import FIRST, facts_of

OURS = (
    *("ledger.complexity_rules", "ledger.submissions", "ledger.first_passes", "ledger.charts", "ledger.production_hours"),
    *("measures.charts_coded", "measures.claims_entered", "measures.complexity_mix", "measures.complexity_denials"),
    *("measures.edit_rate", "measures.filing_margin", "measures.first_pass_by_person", "measures.specificity"),
)  # fmt: skip


def facts_of_the_front(office, rng):
    """Return what only the front of the office keeps, as calls: rules, limits, codes, lines, diagnoses."""
    facts = []
    for kind, value, points, first in (
        ("procedure", "70010-79999", 1, "2026-03-06"),
        ("payer", "P1", 0, "2026-03-04"),
        ("lines", "4", 1, "2026-03-08"),
        ("procedure", "70010-79999", 2, "2026-03-09"),
    ):
        row = {"kind": kind, "value": value, "points": points, "effective_from": first}
        facts.append(lambda r=row: office.add("complexity_points", **r))
    limits = ({"limit_days": 5}, {"limit_days": 400, "claim_type": "P"})
    facts += [
        lambda r=row: office.add("filing_limits", payer_id="P1", effective_from="2020-01-01", **r)
        for row in limits
    ]
    for code, text in (("A01", "Invented, unspecified"), ("A02", "Invented"), ("B01", "Invented NOS")):
        row = {"code": code, "fiscal_year": 2026, "description": text, "effective_from": "2025-10-01"}
        facts.append(lambda r=row: office.add("diagnosis_codes", **r))
    for number in range(14):
        pcn, day = f"c{number}", FIRST + timedelta(days=rng.randrange(8))
        more = {"submission_id": f"s{pcn}", "file_id": f"front{pcn}", "service_from": day, "service_to": day}
        place = {
            "submission_id": f"s{pcn}",
            "pcn": pcn,
            "file_id": f"front{pcn}",
            "submitted_at": f"{day} 12:00",
        }
        procedure, code = rng.choice(("70450", "99213")), rng.choice(("A01", "A02", "B01"))
        edit = {
            "event_id": f"f{pcn}",
            "pcn": pcn,
            "event": "edit",
            "edit_family": rng.choice(("coding", "charge")),
        }
        coded = {"encounter_id": f"e{number}", "coder_id": rng.choice(("s1", "s4")), "assigned_by": "self"}
        facts += [
            lambda p=pcn, d=day, m=more: office.submit(p, f"{d} 12:00", **m),
            lambda p=place, c=procedure: office.add("claim_lines", line_no=1, procedure_code=c, **p),
            lambda p=place, c=code: office.add("claim_diagnoses", ordinal=1, qualifier="ABK", code=c, **p),
            lambda e=edit, d=day: office.add("scrubber_events", occurred_at=f"{d} 08:00", **e),
            lambda c=coded, d=day: office.add(
                "coding", finished_at=f"{d} 15:00", delivery_date="2026-04-01", setting="inpatient", **c
            ),
        ]
    return facts


def test_facts_of_the_front_in_any_order_end_where_a_full_rebuild_ends(office):
    rng = random.Random(7)
    start, later, last = facts_of(office, rng)
    facts = [*start, *later, *last, *facts_of_the_front(office, rng)]
    rng.shuffle(facts)
    runner = Increments(office, needed(OURS))
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, OURS, OURS)
