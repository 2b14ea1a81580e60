"""Whatever order facts arrive in, restating only the slices that the headers name ends where a full rebuild ends."""

import random
from datetime import date, timedelta

import pytest

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

FIRST = date(2026, 3, 2)


def facts_of(office, rng):
    """Return what is known from the start, what arrives in any order, and what comes last, as calls."""
    start, later, last = [], [], []
    for person, role in (("s1", "coder"), ("s2", "charge_entry"), ("s3", "denial_management")):
        start.append(
            lambda p=person, r=role: office.add(
                "staff", staff_id=p, role=r, role_start=FIRST, valid_from=FIRST
            )
        )
    for number in range(14):
        pcn, visit, day = f"c{number}", f"e{number}", FIRST + timedelta(days=rng.randrange(8))
        coded, *worked, again = _work(office, rng, pcn, visit, day)
        last.append(again)
        start += [*_entry(office, pcn, visit, day), coded]
        later += _claim(office, rng, pcn, day) + worked
        audit = {
            "item_type": "encounter",
            "item_id": visit,
            "staff_id": "s1",
            "n_reviewed": 2,
            "n_correct": number % 3,
        }
        last.append(
            lambda a=audit, v=visit, d=day: office.add(
                "audits", audit_id=v, audited_at=d + timedelta(days=20), **a
            )
        )
    for number in range(8):
        day = FIRST + timedelta(days=number)
        for person in ("s1", "s2", "s3"):
            shift = {"start_at": f"{day} 08:00", "end_at": f"{day} 17:00", "paid_min": 480, "meeting_min": 30}
            later.append(lambda p=person, d=day, s=shift: office.add("shifts", staff_id=p, shift_date=d, **s))
            stretch = {
                "source": "log",
                "app": "pm",
                "started_at": f"{day} 09:00",
                "ended_at": f"{day} 23:59",
                "active_s": 9000,
            }
            said = {"claim_ref": f"c{number + 3}", **stretch}
            later.append(lambda p=person, s=said: office.add("activity", staff_id=p, **s))
        if number % 3 == 0:
            open_one = {"friction_id": f"f{number}", "system": "pm", "started_at": f"{day} 15:00"}
            closed = {
                **open_one,
                "ended_at": f"{day + timedelta(days=1)} 12:00",
                "delivery_date": "2026-03-28",
            }
            elsewhere = {**closed, "friction_id": f"g{number}", "system": "ehr"}
            claimed = {
                "claim_id": f"q{number}",
                "staff_id": "s2",
                "system": "ehr",
                "started_at": f"{day} 08:30",
            }
            claimed |= {"ended_at": f"{day} 10:45", "updated_at": f"{day} 17:00"}
            accepted = {**claimed, "status": "accepted", "updated_at": f"{day + timedelta(days=15)} 09:00"}
            later.append(lambda c=claimed: office.add("friction_claims", **c))
            last.append(lambda c=accepted: office.add("friction_claims", **c))
            later.append(lambda f=open_one: office.add("friction", **f))
            last += [
                lambda f=closed: office.add("friction", **f),
                lambda f=elsewhere: office.add("friction", **f),
            ]
        later.append(
            lambda d=day: office.add("ar_snapshots", as_of=d, pcn="a", balance=500, payer_class="other")
        )
        later += _payment_sent_twice(office, number, day)
    past = {"work_date": "2025-03-03", "role": "coder", "complexity": "low", "units": 3, "active_min": 60}
    later.append(lambda: office.add("production_history", staff_id="s1", **past))
    return start, later, last


def _entry(office, pcn, visit, day):
    entry = {"encounter_id": visit, "pcn": pcn, "entered_by": "s2", "service_date": day, "charge": 100}
    coded = {"encounter_id": visit, "coder_id": "s1", "finished_at": f"{day} 10:00"}
    return [
        lambda: office.add("charge_entries", entered_at=f"{day + timedelta(days=1)} 11:00", **entry),
        lambda: office.add("coding", **coded),
    ]


def _claim(office, rng, pcn, day):
    out = day + timedelta(days=2)
    n_lines, denied = rng.randrange(1, 9), rng.random() < 0.5
    scrub = {"pcn": pcn, "occurred_at": f"{out} 08:00"}
    number = int(pcn[1:])
    envelope = {
        "group_control": str(number % 4),
        "txn_control": str(number % 2),
        "batch_id": f"b{number // 2}",
    }
    submitted = {
        "submission_id": pcn,
        "at": f"{out} 18:00",
        "file_id": f"out{pcn}",
        "clearinghouse_id": f"d{pcn}",
        **envelope,
    }
    # A replacement may go out under another number; a remittance, an acknowledgement or the claim number ties it back.
    again = {
        "submission_id": f"{pcn}v2",
        "at": f"{out + timedelta(days=20)} 18:00",
        "frequency_code": "7",
        "original_ref": (f"icn{pcn}", f"ack{pcn}", None)[number % 3],
        "file_id": f"again{pcn}",
    }
    lines, adjustments = [(100, 0 if denied else 90)], [(1, "CO", "50", 100)] if denied else []
    judged, corrected = str(out + timedelta(days=14)), str(out + timedelta(days=25))
    icn = {"payer_claim_id": f"icn{pcn}"}
    appeal = {"denial_id": pcn, "filed_at": f"{judged} 10:00", "updated_at": f"{judged} 10:00"}
    return [
        lambda: office.submit(pcn, n_lines=n_lines, **submitted),
        lambda: office.submit(pcn, n_lines=9 - n_lines, delivery_date="2026-04-20", **submitted),
        lambda: office.add("scrubber_events", event_id=f"{pcn}a", event="accepted", **scrub),
        lambda: office.add("scrubber_events", event_id=f"{pcn}b", event="edit", is_automated=denied, **scrub),
        lambda: office.add("scrubber_events", event_id=f"{pcn}c", event="released", **scrub),
        lambda: office.submit(f"n{number}" if denied else pcn, **again),
        lambda: office.answer(pcn=pcn, at=out, payer_claim_id=f"icn{pcn}"),
        lambda: office.answer(pcn=pcn, at=out + timedelta(days=2), payer_claim_id=f"ack{pcn}"),
        lambda: office.answer(
            pcn=f"x{number}", at=out + timedelta(days=1), clearinghouse_id=f"d{pcn}", amount=100
        ),
        lambda: office.answer(
            kind="999",
            level="transaction",
            at=out + timedelta(days=number % 3),
            acknowledged_control=envelope["group_control"],
            acknowledged_txn=envelope["txn_control"],
        ),
        lambda: office.answer(
            "rejected", level="receiver", at=out + timedelta(days=1), batch_id=envelope["batch_id"]
        ),
        lambda: office.remit(f"{pcn}r1", judged, pcn=pcn, lines=lines, adjustments=adjustments, **icn),
        lambda: office.remit(
            f"{pcn}r2", corrected, pcn=pcn, status="22", charge=-100, lines=[(-100, 0)], **icn
        ),
        lambda: office.remit(
            f"{pcn}r3", corrected, pcn=("0" if denied else pcn), paid=70, lines=[(100, 70)], **icn
        ),
        # Each on a day of its own, so that only its content or its numbers lead from one to the other.
        lambda: office.transaction(
            f"out{pcn}",
            f"body{number // 3}",
            day=str(FIRST + timedelta(days=3 * number)),
            numbers=str(number % 4),
        ),
        lambda: office.add("appeals", appeal_id=pcn, pcn=pcn, **appeal),
    ]


def _payment_sent_twice(office, number, day):
    """Return a payment and the same with another head, each before or after its own claim, as calls."""
    facts = []
    for head, delivered in (("x", day + timedelta(days=2)), ("y", day + timedelta(days=1))):
        place = {"file_id": f"{head}{number}", "payment_date": day, "delivery_date": delivered}
        remit = {"remit_id": f"{head}{number}", "payer_id": "P1", "trace": "T", "amount": 80}
        claim = {"remit_claim_id": f"{head}{number}-1", "pcn": f"c{number}", "charge": 100, "paid": 80}
        facts += [
            lambda r=remit, at=place: office.add("remits", **r, **at),
            lambda c=claim, r=remit, at=place: office.add(
                "remit_claims", remit_id=r["remit_id"], payer_id="P1", status_code="1", **c, **at
            ),
        ]
    return facts


def _work(office, rng, pcn, visit, day):
    minute = rng.randrange(60)
    said = rng.choice(["completed", "pending"])
    coded = {"staff_id": "s1", "item_type": "encounter", "item_id": visit, "disposition_code": "completed"}
    entered = {"staff_id": "s2", "item_id": pcn, "pcn": pcn}
    next_day, weeks_later = day + timedelta(days=1), day + timedelta(days=18)
    again = {"disposition_code": "reopened", "delivery_date": "2026-04-20", "system": "ehr", **entered}
    denial = {
        "staff_id": "s3",
        "item_type": "denial",
        "item_id": pcn,
        "pcn": pcn,
        "disposition_code": "completed",
    }
    span, overnight = (
        (f"{next_day} 10:{minute:02}", f"{next_day} 11:00"),
        (f"{weeks_later} 23:50", f"{weeks_later} 23:59"),
    )
    return [
        lambda: office.touch(f"{pcn}t1", f"{day} 09:{minute:02}", f"{day} 10:00", **coded),
        lambda: office.touch(f"{pcn}t2", *span, disposition_code=said, **entered),
        lambda: office.touch(f"{pcn}t3", *overnight, **denial),
        lambda: office.touch(f"{pcn}t2", *span, **again),
    ]


FED = {
    "ledger": {
        "active_stretches", "adjudications", "assigned_work", "audited_work", "batch_acknowledgements", "charts",
        "claim_acknowledgements", "claim_events", "claim_references", "claim_starts", "claim_work", "claims", "denials",
        "first_passes", "friction_days", "item_hours", "match_rates", "remit_matches", "remittances", "repeated_transactions",
        "replacements", "sent_batches", "staff_days", "submissions", "touches",
    },
    "measures": {
        "assignment_mix", "assignment_skew", "availability", "baseline", "by_group", "by_staff", "clean_claim_rate", "companions",
        "days_in_ar", "denial_causes", "effort_outcome_link", "experience", "friction_claims", "gaming_flags", "group_windows",
        "handling_time", "initial_denial_rate", "production", "quality", "rework", "staff_windows", "time_shares", "touches",
    },
}  # fmt: skip
"""Models that have rows here; those of other feeds have restatement tests of their own."""


@pytest.mark.parametrize("seed", [1])
def test_facts_in_any_order_end_where_a_full_rebuild_ends(office, seed):
    rng = random.Random(seed)
    start, later, last = facts_of(office, rng)
    facts = [*start, *later, *last]
    rng.shuffle(facts)
    fed = {f"{stage}.{stem}" for stage, stems in FED.items() for stem in stems}
    models = needed(fed)
    runner = Increments(office, models)
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, models, fed)
