"""Outcome metrics: facts of claims, money and receivables in any order end where a full rebuild ends."""

import random
from datetime import date, timedelta

import pytest

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

OUTCOMES = (
    "measures.initial_denial_rate",
    "measures.initial_denial_rate_monthly",
    "measures.unmapped_denials",
    "measures.front_end_acceptance_rate",
    "measures.first_pass_yield",
    "measures.days_in_ar_agreement",
    "measures.aged_ar",
    "measures.aging_movement",
    "measures.aging_transitions",
    "measures.net_collection_rate",
    "measures.resolution",
    "measures.cost",
    "measures.reference_values",
)
FIRST = date(2026, 3, 2)


def at(day, hour="12:00"):
    return f"{day} {hour}"


def life_of_a_claim(office, rng, number):
    pcn, out = f"c{number}", FIRST + timedelta(days=number % 9)
    judged, posted = out + timedelta(days=10 + number % 5), out + timedelta(days=15 + number % 7)
    charge, paid = 100 * rng.randrange(1, 9), 70 * (number % 3)
    carc = ("50", "16", "Z9", "45")[number % 4]
    adjustments = [(1, "CO", carc, charge)] if not paid else [(1, "CO", "45", charge - paid)]
    icn = {"pcn": pcn, "payer_claim_id": f"icn{number}"}
    account = {"pcn": pcn, "payer_id": "P1", "opened_at": at(out), "updated_at": at(out)}
    closed = {
        **account,
        "closed_at": at(posted),
        "close_reason": ("paid", "corrected", "written_off_denial")[number % 3],
        "updated_at": at(posted),
    }
    given = {
        "assignment_id": f"a{number}",
        "pcn": pcn,
        "staff_id": "s1",
        "assigned_at": at(out),
        "opening_balance": charge,
    }
    kind = ("contractual", "denial", "transfer_to_patient")[number % 3]
    adjusted = {"adjustment_id": f"j{number}", "pcn": pcn, "adjustment_class": kind, "amount": 20}
    sent = {"group_control": str(number % 3), "txn_control": "1", "batch_id": f"b{number % 4}"}
    facts = [
        lambda: office.submit(pcn, at(out), charge=charge, service_from=out, file_id=f"out{number}", **sent),
        lambda: office.answer(("accepted", "rejected")[number % 2], at(out + timedelta(days=1)), pcn=pcn),
        lambda: office.answer(
            "rejected", at(out + timedelta(days=1)), level="receiver", batch_id=f"b{number % 4}"
        ),
        lambda: office.remit(
            f"r{number}", str(judged), charge=charge, paid=paid, lines=[(charge, paid)],
            adjustments=adjustments, **icn,
        ),
        lambda: office.add(
            "remit_remarks", remit_claim_id=f"r{number}", pcn=pcn, line_no=1, source="LQ", qualifier="HE",
            code=("N290", "MA130")[number % 2], payment_date=judged,
        ),
        lambda: office.remit(f"v{number}", str(posted), status="22", charge=-charge, paid=-paid, **icn),
        lambda: office.add("payments", txn_id=f"t{number}", pcn=pcn, amount=paid, posted_at=at(posted)),
        lambda: office.add("account_adjustments", posted_at=at(posted), **adjusted),
        lambda: office.add("accounts", **account),
        lambda: office.add("accounts", **closed),
        lambda: office.add("assignments", updated_at=at(out), **given),
        lambda: office.add("assignments", updated_at=at(posted), ended_at=at(posted), **given),
        lambda: office.add(
            "charge_entries", encounter_id=pcn, pcn=pcn, entered_by="s2", entered_at=at(out), charge=charge,
            service_date=out, payer_class="medicare",
        ),
    ]  # fmt: skip
    for week in range(4):
        day, left = FIRST + timedelta(days=14 * week), charge - paid * (week > 1)
        facts.append(
            lambda d=day, b=left: office.add(
                "ar_snapshots",
                as_of=d,
                pcn=pcn,
                payer_id="P1",
                payer_class="medicare",
                balance=b,
                billed_on=out,
            )
        )
    return facts


def deliveries_of(office, rng):
    """Return deliveries of facts: most in any order, then each kind by itself, so that nothing else restates what it touches."""
    lives = [life_of_a_claim(office, rng, number) for number in range(12)]
    alone = [[lives[(kind + ahead) % 12][kind] for ahead in (0, 1, 2, 5)] for kind in range(len(lives[0]))]
    held = {id(fact) for facts in alone for fact in facts}
    together = [fact for life in lives for fact in life if id(fact) not in held]
    # Old enough an assignment and young enough a last one, so that every age is reached.
    late = {"assigned_at": "2026-07-01 12:00", "updated_at": "2026-07-01 12:00", "opening_balance": 5}
    together.append(lambda: office.add("assignments", assignment_id="late", pcn="c1", staff_id="s1", **late))
    rng.shuffle(together)
    book = {"gross_charges": 3100, "contractual_adjustments": 100, "npsr": 2000, "cash": 1500, "rcm_cost": 60}
    since = {"effective_from": FIRST}
    alone += [
        [lambda: office.add("staff", staff_id="s1", role="ar_follow_up", role_start=FIRST, valid_from=FIRST)],
        [lambda: office.add("financials", period="2026-03-01", payer_class="medicare", **book)],
        [lambda: office.add("client_fees", client_id="C", period="2026-03-01", fee=10, cost=7)],
        [lambda: office.add("denial_codes", carc="Z9", category="coding", is_denial=True, **since)],
        [lambda: office.add("reference_values", metric="m", source="us", year=2025, value=1, **since)],
    ]
    rng.shuffle(alone)
    return [together[::2], together[1::2], *alone]


@pytest.mark.parametrize("seed", [1])
def test_outcomes_restated_in_any_order_end_where_a_full_rebuild_ends(office, seed):
    models = needed(OUTCOMES)
    runner = Increments(office, models)
    for facts in deliveries_of(office, random.Random(seed)):
        runner.deliver(facts)
    assert_stands_as_rebuilt(office, models, [name for name in models if name.startswith("measures.")])
