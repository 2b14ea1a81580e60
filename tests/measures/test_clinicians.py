"""Clinicians: what the golden rooms do not show, and that restating only what changed ends where a rebuild ends."""

import random
from datetime import date, timedelta

import pytest

from tests.ledger.increments import EVER, Increments, assert_stands_as_rebuilt, needed

FIRST = date(2026, 3, 2)
OURS = (
    *("ledger.services", "ledger.clinician_days", "ledger.slots", "measures.wrvu", "measures.wrvu_years"),
    *("measures.specialty_gap", "measures.encounters", "measures.fill_rate", "measures.encounter_divergence"),
    *("measures.undercoding", "measures.em_level_mix", "measures.clinician_time", "measures.cost_per_rvu"),
    *("measures.collections_per_wrvu", "measures.by_clinician"),
)


def clinician(office, npi, specialty="palliative care", **more):
    row = {"clinician_type": "physician", "fte": 1, "clinical_fte": 1, "valid_from": "2026-01-01", **more}
    office.add("providers", provider_npi=npi, specialty=specialty, **row)


def day_of(office, npi, day, visits, work=1.0):
    """One worked day: that many visits, each of that much work."""
    office.add("provider_days", provider_npi=npi, work_date=day, worked_share=1, clinical_min=400)
    for number in range(visits):
        visit = {
            "encounter_id": f"{npi}{day}{number}",
            "person_key": "p",
            "visit_date": day,
            "status": "completed",
        }
        office.add("encounters", provider_npi=npi, updated_at=f"{day} 18:00", **visit)
    pcn = f"{npi}{day}"
    office.submit(pcn, f"{day} 20:00", service_from=day, rendering_npi=npi, submission_id=pcn, member_key=pcn)
    office.add(
        "claim_lines", submission_id=pcn, pcn=pcn, line_no=1, procedure_code="99213", units=visits * work,
        service_from=day, submitted_at=f"{day} 20:00",
    )  # fmt: skip


def quarter_of(office, **clinicians):
    """Fill two weeks with the visits and the work per visit of each clinician; return their diagnoses."""
    office.configure(divergence_min_days=10)
    office.add(
        "fee_schedule", release="2026A", schedule_year=2026, procedure_code="99213", work_rvu=1,
        effective_from="2026-01-01",
    )  # fmt: skip
    for npi, (visits, work) in clinicians.items():
        clinician(office, npi)
        for number in range(10):
            # One more or less by turns, so that there is chance to be allowed for.
            day_of(office, npi, FIRST + timedelta(days=number), visits + (-1) ** number, work)
    rows = office.build("measures.encounter_divergence")
    return {row["provider_npi"]: (row["diagnosis"], row["reason"]) for row in rows}


def test_a_quarter_is_held_against_the_median_of_enough_peers(office):
    peers = {f"p{number}": (10, 1.5) for number in range(3)}
    found = quarter_of(office, **peers, idle=(4, 1.5), light=(10, 0.5), small=(4, 0.5), near=(8, 1.5))
    assert {found[name] for name in peers} == {("neither", None)}
    assert found["idle"] == ("schedule_fill", None)
    assert found["light"] == ("undercoding_or_light_mix", None)
    assert found["small"] == ("both", None)
    assert found["near"] == (None, "an interval crosses its threshold")


def test_a_quarter_without_enough_peers_or_days_is_not_judged(office):
    found = quarter_of(office, a=(10, 1.5), b=(2, 1.5))
    assert set(found.values()) == {(None, "too few peers and no loaded median")}
    office.configure(divergence_min_days=11)
    rows = office.run("measures.encounter_divergence", *EVER).to_pylist()
    assert {row["reason"] for row in rows} == {"fewer days than divergence_min_days"}


def test_a_short_stretch_gives_the_rate_of_a_long_one(office):
    """Twelve weeks at one pace tell the same yearly rate as one of them, and say how many days they rest on."""
    office.add(
        "fee_schedule", release="2026A", schedule_year=2026, procedure_code="99213", work_rvu=1,
        effective_from="2026-01-01",
    )  # fmt: skip
    clinician(office, "a", clinical_fte=0.5)
    for number in range(84):
        day_of(office, "a", FIRST + timedelta(days=number), 2)
    rows = {
        str(r["measured_on"]): r
        for r in office.build("measures.wrvu_years")
        if r["definition_id"].endswith("actual")
    }
    assert {month: (r["n_days"], r["value"], r["is_whole_year"]) for month, r in rows.items()} == {
        "2026-03-01": (30, 1460.0, False),
        "2026-04-01": (60, 1460.0, False),
        "2026-05-01": (84, 1460.0, False),
    }
    assert rows["2026-03-01"]["low"] is None
    assert rows["2026-05-01"]["low"] == rows["2026-05-01"]["high"] == 1460.0


def test_errors_on_both_sides_are_told_where_there_are_none(office):
    office.add(
        "fee_schedule", release="2026A", schedule_year=2026, procedure_code="99213", work_rvu=1,
        effective_from="2026-01-01",
    )  # fmt: skip
    audit = {
        "encounter_id": "v",
        "billed_code": "99213",
        "documented_code": "99213",
        "audited_at": "2026-03-02 10:00",
    }
    for number in range(20):
        office.add("em_audits", audit_id=f"u{number}", provider_npi="a", **audit)
    rows = {row["definition_id"]: row for row in office.build("measures.undercoding")}
    for side in ("undercoding_rate.audited", "overcoding_rate.audited"):
        assert rows[side]["value"] == 0
        assert rows[side]["low"] == pytest.approx(0, abs=1e-12)
        assert 0.05 < rows[side]["high"] < 0.15
    assert "em_dollar_effect.audited" not in rows


def facts_of(office, rng):
    """Return what a practice tells of two clinicians, as calls; some of it is told again with other content."""
    facts = []
    for release, since, work in (("2026A", "2026-01-01", 1), ("2026B", "2026-04-01", 2)):
        row = {
            "release": release,
            "schedule_year": 2026,
            "effective_from": since,
            "work_rvu": work,
            "total_nonfacility": 3,
        }
        facts += [
            lambda r=row, c=code: office.add("fee_schedule", procedure_code=c, conversion_factor=32, **r)
            for code in ("99213", "99214")
        ]
    for npi in ("a", "b"):
        facts.append(lambda n=npi: clinician(office, n))
        for number in range(4):
            day = FIRST + timedelta(days=7 * number)
            visits = rng.randrange(1, 4)
            facts.append(lambda n=npi, d=day, v=visits: day_of(office, n, d, v))
            slot = {
                "slot_id": f"{npi}{number}",
                "provider_npi": npi,
                "starts_at": f"{day} 09:00",
                "is_bookable": True,
            }
            for status, told in (("open", day - timedelta(days=3)), ("completed", day)):
                facts.append(
                    lambda s=slot, t=status, u=told: office.add(
                        "slots", status=t, updated_at=f"{u} 10:00", **s
                    )
                )
            spent = {
                "provider_npi": npi,
                "category": "inbox",
                "started_at": f"{day} 17:00",
                "minutes": number,
            }
            facts.append(lambda s=spent: office.add("provider_time", **s))
            audit = {"audit_id": f"{npi}{number}", "encounter_id": f"{npi}{day}0", "provider_npi": npi}
            codes = {"billed_code": "99213", "documented_code": ("99213", "99214")[number % 2]}
            facts.append(
                lambda a=audit | codes, d=day: office.add(
                    "em_audits", audited_at=f"{d + timedelta(days=9)} 10:00", **a
                )
            )
            paid = {"txn_id": f"{npi}{number}", "pcn": f"{npi}{day}", "amount": 50}
            facts.append(
                lambda p=paid, d=day: office.add("payments", posted_at=f"{d + timedelta(days=20)} 10:00", **p)
            )
    rng.shuffle(facts)
    pcn, day = f"a{FIRST}", FIRST + timedelta(days=30)
    more = {"service_from": FIRST, "rendering_npi": "a", "member_key": pcn, "frequency_code": "8"}
    void = [lambda: office.submit(pcn, f"{day} 10:00", submission_id="void", **more)]
    moved = [lambda: clinician(office, "b", "oncology", valid_from="2026-03-20")]
    books = [lambda: office.add("financials", period="2026-03-01", operating_cost=100, fixed_cost=40)]
    median = {"metric": "wrvu.actual", "group_id": "oncology", "value": 9, "source": "us", "year": 2025}
    books += [lambda: office.add("reference_values", effective_from=FIRST, **median)]
    return [facts[::3], facts[1::3], facts[2::3], void, moved, books]


def test_clinicians_restated_in_any_order_end_where_a_full_rebuild_ends(office):
    office.configure(maturity_days=5, wrvu_min_days=5, divergence_min_days=3, divergence_min_peers=1)
    runner = Increments(office, needed(OURS))
    for facts in facts_of(office, random.Random(3)):
        runner.deliver(facts)
    assert_stands_as_rebuilt(office, OURS, OURS)
