"""Contracts and panels, restated by only the slices that changed, end where a full rebuild ends."""

import random
from datetime import date, timedelta

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

OURS = (
    *("ledger.contract_layers", "ledger.payer_models", "ledger.claim_models", "ledger.panel_members", "ledger.stays"),
    *("ledger.contract_months", "ledger.contract_receipts", "measures.payment_model_share", "measures.panel_use"),
    *("measures.readmissions", "measures.pmpm", "measures.risk_stratification", "measures.contract_quality"),
    *("measures.billable_encounters", "measures.missed_billing", "measures.by_contract"),
)  # fmt: skip


def facts_of_the_panels(office, rng):
    """Return calls that put in contracts, rosters, stays and visits, some of them delivered twice with other content."""
    facts = []
    for number, (contract, layer, model, since) in enumerate(
        [
            ("C1", "chassis", "fee_for_service", "2026-01-01"),
            ("C1", "value", "value_based", "2026-03-04"),
            ("C1", "chassis", "capitation", "2026-03-07"),
            ("C2", "chassis", "capitation", "2026-01-01"),
        ]
    ):
        row = {"contract_id": contract, "layer": layer, "model": model, "valid_from": since}
        payer = "P1" if contract == "C1" else "P2"
        facts.append(
            lambda r=row, p=payer, n=number: office.add("payer_contracts", payer_id=p, file_id=f"k{n}", **r)
        )
    for number in range(8):
        pcn, day, payer = f"c{number}", date(2026, 3, 1) + timedelta(days=number), f"P{1 + number % 2}"
        claim = {
            "submission_id": f"s{pcn}",
            "service_from": day,
            "member_key": f"m{number % 4}",
            "payer_id": payer,
        }
        line = {"submission_id": f"s{pcn}", "pcn": pcn, "procedure_code": "99497", "service_from": day}
        paid = {
            "txn_id": f"t{pcn}",
            "pcn": pcn,
            "payer_id": payer,
            "method": "era_auto",
            "amount": 10 + number,
        }
        facts += [
            lambda p=pcn, c=claim, d=day: office.submit(p, f"{d} 18:00", file_id=f"sent{p}", **c),
            lambda r=line, d=day: office.add(
                "claim_lines", line_no=1, submitted_at=f"{d} 18:00", file_id=f"lines{d}", **r
            ),
            lambda r=paid, d=day: office.add("payments", posted_at=f"{d} 18:00", file_id=f"paid{d}", **r),
        ]
    for number in range(30):
        contract, person = rng.choice(("C1", "C2")), f"m{rng.randrange(4)}"
        day = date(2026, 2, 20) + timedelta(days=rng.randrange(30))
        month, held = day.replace(day=1), {"contract_id": contract, "person_key": person}
        sent = {"delivery_date": day + timedelta(days=rng.randrange(9)), "file_id": f"panel{number}"}
        late = f"{day + timedelta(days=number % 3)} 17:00"
        seen = {
            "encounter_id": f"e{number % 20}",
            "person_key": person,
            "payer_id": rng.choice(("P1", "P2")),
            "visit_date": day,
        }
        seen |= {
            "documented_at": late,
            "updated_at": late,
            "tags": rng.choice((None, "acp", "ccm:tcm")),
            "is_billable": number % 2,
        }
        stay = {
            "admission_id": f"a{number % 15}",
            "admitted_on": day,
            "discharged_on": day + timedelta(days=number % 4),
        }
        facts += [
            lambda h=held, m=month, s=sent, n=number: office.add("member_months", month=m, share=n % 3 / 2, **h, **s),
            lambda a=stay, h=held, s=sent: office.add("admissions", kind="acute", **a, **h, **s),
            lambda v=seen, s=sent: office.add("encounters", provider_npi="n1", status="completed", setting="home", **v, **s),
            lambda h=held, d=day, s=sent: office.add("ed_visits", ed_visit_id=f"d{d}", visited_on=d, **h, **s),
            lambda h=held, d=day, s=sent: office.add("risk_tiers", tier="high", assigned_on=d, **h, **s),
        ]  # fmt: skip
        facts += [
            lambda c=contract, m=month, s=sent, n=number: office.add(
                "capitation_payments", contract_id=c, month=m, kind="capitation", amount=n, **s
            ),
            lambda c=contract, m=month, s=sent, n=number: office.add(
                "quality_results",
                contract_id=c,
                measure="q",
                period=m,
                numerator=n,
                denominator=40,
                target=0.5,
                **s,
            ),
        ]
    return facts


def test_facts_of_the_panels_in_any_order_end_where_a_full_rebuild_ends(office):
    rng = random.Random(11)
    facts = facts_of_the_panels(office, rng)
    rng.shuffle(facts)
    runner = Increments(office, needed(OURS))
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, OURS, OURS)
