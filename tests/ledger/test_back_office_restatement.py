"""Posting, denial management and patient billing, restated by only the slices that changed, end where a full rebuild ends."""

import random
from datetime import date, timedelta

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed
from tests.ledger.test_back_office import appeal, denial, shift

FIRST = date(2026, 3, 2)
LEDGER = (
    *("ledger.item_hours", "ledger.payments", "ledger.variance_movements", "ledger.denial_cases", "ledger.appeal_states"),
    *("ledger.denial_work", "ledger.audit_findings", "ledger.calls", "ledger.contacts", "ledger.matured_days"),
    *("ledger.account_handlings", "ledger.handled_accounts"),
)  # fmt: skip
MEASURES = (
    *("measures.transactions_posted", "measures.payment_automation", "measures.payment_exceptions"),
    *("measures.poster_exceptions", "measures.open_variances", "measures.variance_resolution"),
    *("measures.denials_worked", "measures.appeal_progression", "measures.appeal_returns"),
    *("measures.root_cause_quality", "measures.audit_agreement", "measures.accounts_handled"),
    *("measures.note_quality", "measures.patient_resolution", "measures.call_time", "measures.call_distribution"),
)  # fmt: skip
STAFF = (("s1", "payment_posting"), ("s2", "denial_management"), ("s3", "patient_billing"))


def people(office, rng, days):
    """Return the roster and the shifts as calls."""
    facts = [
        lambda p=person, r=role: office.add("staff", staff_id=p, role=r, role_start=FIRST, valid_from=FIRST)
        for person, role in STAFF
    ]
    for day in days:
        for person, _ in STAFF:
            minutes = rng.choice((0, 300, 480))
            if minutes:
                facts.append(lambda p=person, d=day, m=minutes: shift(office, m, p, d))
    return facts


def payments(office, rng, days):
    """Return payments as calls: their touches, and exceptions resolved by a later delivery."""
    facts = []
    for number in range(14):
        txn, day, later = f"p{number}", rng.choice(days), rng.choice(days)
        row = {
            "txn_id": txn, "pcn": f"c{number % 5}", "payer_id": rng.choice(("P1", None)), "amount": 10, "n_lines": number,
            "method": rng.choice(("era_auto", "era_manual", "patient")), "received_on": min(day, later), "posted_by": "s1",
            "posted_at": f"{day} 10:00", "exception_reason": rng.choice((None, "variance", "no_match")), "variance_amount": -3,
        }  # fmt: skip
        resolved = {"exception_resolved_at": f"{later} 11:00", "delivery_date": "2026-04-01"}
        facts += [
            lambda r=row: office.add("payments", **r),
            lambda t=txn, d=day: office.touch(
                f"t{t}",
                f"{d} 09:00",
                f"{d} 09:20",
                item_type="payment",
                item_id=t,
                disposition_code="completed",
            ),
        ]
        if rng.random() < 0.5:
            facts.append(lambda r=row, m=resolved: office.add("payments", **r, **m))
    return facts


def denials(office, rng, days):
    """Return denials with their states, appeals, audits and touches as calls."""
    facts = []
    for number in range(8):
        case, claim, day, later = f"D{number}", f"c{number % 5}", rng.choice(days[:3]), rng.choice(days[3:])
        category = rng.choice(("coding", "other", None))
        row = {
            "pcn": claim,
            "carc": rng.choice(("16", "29", "50")),
            "category": category,
            "denied_on": day,
            "assigned_to": "s2",
        }
        worked = {
            "updated_at": f"{later} 09:00",
            "first_worked_at": f"{later} 09:00",
            "outcome": rng.choice(("open", "upheld")),
        }
        filed = {"denial_id": case, "filed_by": "s2", "filed_at": f"{day} 15:00", "level": 1 + number % 2}
        decided = {
            "decided_at": f"{later} 15:00",
            "decision": rng.choice(("partial", "upheld")),
            "recovered_amount": 7,
        }
        audit = {
            "item_type": "denial",
            "item_id": case,
            "staff_id": "s2",
            "assigned_category": "coding",
            "audited_category": rng.choice(("coding", "other")),
        }
        facts += [
            lambda c=case, r=row: denial(office, c, **r),
            lambda c=case, r=row, w=worked: denial(office, c, **r, **w),
            lambda c=case, f=filed, d=day: appeal(office, f"A{c}", **f, returned_for_docs_at=f"{d} 16:00"),
            lambda c=case, f=filed, d=decided, u=later: appeal(office, f"A{c}", **f, **d, updated_at=f"{u} 16:00"),
            lambda c=case, d=later: office.touch(
                f"t{c}", f"{d} 10:00", f"{d} 10:40", staff_id="s2", item_type="denial", item_id=c, action_code="appeal",
                disposition_code="completed",
            ),
            lambda c=case, a=audit, d=later: office.add(
                "audits", audit_id=f"U{c}", audited_at=f"{d} 17:00", **a
            ),
            lambda c=claim, d=day: office.remit(
                f"r{c}{d}", day=str(d), pcn=c, lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)]
            ),
        ]  # fmt: skip
    return facts


def patients(office, rng, days):
    """Return calls, accounts, plans, instalments and audited notes as calls."""
    facts = []
    for number in range(12):
        account, day = f"a{number % 4}", rng.choice(days)
        call = {
            "pcn": account, "direction": rng.choice(("inbound", "outbound")), "talk_s": 60 * number, "wrap_s": rng.choice((None, 30)),
            "outcome": rng.choice(("resolved", "callback")), "started_at": f"{day} 1{number % 8}:00",
        }  # fmt: skip
        note = {
            "item_type": "note",
            "item_id": account,
            "staff_id": "s3",
            "score": rng.choice((70, 90)),
            "rubric_version": "v1",
        }
        state = {
            "opened_at": "2026-02-02 09:00",
            "plan_started_at": f"{days[0]} 09:00",
            "updated_at": f"{day} 08:00",
        }
        facts += [
            lambda n=number, c=call: office.add("calls", call_id=f"k{n}", staff_id="s3", **c),
            lambda n=number, a=note, d=day: office.add("audits", audit_id=f"N{n}", auditor_id=f"u{n % 3}", audited_at=f"{d} 18:00", **a),
            lambda a=account, s=state, c=f"{day} 07:00" if number % 2 else None: office.add("accounts", pcn=a, closed_at=c, **s),
            lambda n=number, a=account, d=day: office.touch(
                f"tk{n}", f"{d} 11:00", f"{d} 11:{10 + n}", staff_id="s3", item_type="patient", item_id=a, pcn=a,
                disposition_code=("completed", "pending")[n % 2],
            ),
            lambda n=number, a=account, d=day: office.add(
                "payments", txn_id=f"i{n}", pcn=a, method="patient", amount=5, posted_by="s1", posted_at=f"{d} 08:00"
            ),
        ]  # fmt: skip
    return facts


def early_and_late(office, days):
    """Return what stands early, and what comes last and alone, because it must change rows of days long taken in."""
    early = [
        lambda: denial(office, "D9", pcn="c9", carc=None, category=None, denied_on=days[0]),
        lambda: denial(office, "D10", pcn="c10", carc="50", denied_on=days[0]),
        *(
            lambda n=n: office.touch(
                f"t{n}", f"{days[n - 8]} 14:00", f"{days[n - 8]} 14:30", staff_id="s2", item_type="denial", item_id=f"D{n}",
                action_code="call", disposition_code="pending",
            )
            for n in (9, 10)
        ),
        lambda: appeal(office, "A10", denial_id="D10", filed_by="s2", filed_at=f"{days[1]} 08:00"),
        lambda: office.add("calls", call_id="k92", staff_id="s3", pcn="b9", outcome="resolved", started_at=f"{days[-1]} 09:00"),
        lambda: office.add("calls", call_id="k90", staff_id="s3", pcn="a9", outcome="resolved", started_at=f"{days[0]} 09:00"),
        lambda: office.add(
            "accounts", pcn="a9", opened_at="2026-02-02 09:00", plan_started_at=f"{days[0]} 09:00", updated_at=f"{days[0]} 09:00"
        ),
    ]  # fmt: skip
    last = days[-1] + timedelta(days=6)
    late = [
        lambda: office.remit("r9", day=str(days[0]), pcn="c9", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)]),
        lambda: office.add("calls", call_id="k91", staff_id="s3", pcn="z", started_at=f"{last} 09:00"),
        lambda: office.add(
            "payments", txn_id="i9", pcn="a9", method="patient", amount=5, received_on=days[1], posted_at=f"{last} 09:00"
        ),
        lambda: appeal(
            office, "A10", denial_id="D10", filed_by="s2", filed_at=f"{days[1]} 08:00", updated_at=f"{last} 09:00",
            returned_for_docs_at=f"{days[2]} 13:00",
        ),
    ]  # fmt: skip
    return early, late


def test_facts_of_the_back_office_in_any_order_end_where_a_full_rebuild_ends(office):
    office.configure(repeat_contact_days=2, instalment_days=1)
    rng, days = random.Random(1), [FIRST + timedelta(days=n) for n in range(8)]
    early, late = early_and_late(office, days)
    facts = [
        fact for make in (people, payments, denials, patients) for fact in make(office, rng, days)
    ] + early
    rng.shuffle(facts)
    runner = Increments(office, needed(MEASURES))
    for delivered in (facts[0::2], facts[1::2], late):
        runner.deliver(delivered)
    assert_stands_as_rebuilt(office, (*LEDGER, *MEASURES), (*LEDGER, *MEASURES))
