"""Turnarounds that arrive, change and close in any order end where a full rebuild ends, and a close disturbs no earlier week."""

import random
from datetime import date, timedelta

import pytest

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

FIRST, WEEKS = date(2026, 1, 5), 9


MODELS = needed(["measures.durations"])
OWN = sorted(name for name in MODELS if "duration" in name or name.endswith(("_times", "_lags", "_stays")))


@pytest.fixture
def runner(office):
    return Increments(office, MODELS)


def facts_of(office, rng):
    """Return deliveries about every kind of turnaround, as calls that may come in any order."""
    facts = []
    for number in range(24):
        start = FIRST + timedelta(days=rng.randrange(7 * WEEKS - 10))
        at, end = f"{start} 10:00", f"{start + timedelta(days=rng.randrange(9))} 15:00"
        pcn, person = f"c{number % 20}", f"s{number % 3}"
        facts += [
            row(office, table, **values) for table, values in told_of(number, pcn, person, start, at, end)
        ]
    for person in range(3):
        role = {"staff_id": f"s{person}", "role": "coder", "role_start": FIRST, "valid_from": FIRST}
        facts.append(row(office, "staff", **role))
    rng.shuffle(facts)
    return facts


def row(office, table, **values):
    return lambda: office.add(table, **values)


def told_of(number, pcn, person, start, at, end):
    """Return the rows, some of them two states, that tell of one case of each kind."""
    query = {"query_id": f"q{number}", "encounter_id": "e", "provider_npi": "n", "sent_at": at}
    denial = {"denial_id": f"d{number}", "pcn": pcn, "denied_on": start, "assigned_to": person}
    deposit = {"deposit_id": f"p{number}", "bank_amount": 50, "received_on": start, "posted_complete_at": at}
    paid = {"txn_id": f"t{number}", "amount": 50, "method": "era_manual", "posted_at": at}
    stay = {"queue": "Q", "item_id": f"i{number % 10}"}
    account = {"pcn": pcn, "opened_at": at}
    given = {"assignment_id": f"a{number}", "pcn": pcn, "staff_id": person, "assigned_at": at}
    entry = {"pcn": pcn, "encounter_id": "e", "service_date": start, "entered_by": person}
    yield "queries", {**query, "updated_at": at}
    yield "queries", {**query, "answered_at": end, "updated_at": end}
    yield "denial_worklist", {**denial, "updated_at": at}
    yield "denial_worklist", {**denial, "resolved_at": end, "updated_at": end}
    yield "appeals", {"appeal_id": f"l{number}", "denial_id": f"d{number}", "filed_at": at, "updated_at": at}
    yield "deposits", {**deposit, "reconciled_at": end, "updated_at": end}
    yield "payments", {**paid, "deposit_id": f"p{number}"}
    yield "payments", {**paid, "deposit_id": f"p{(number + 1) % 24}", "delivery_date": end[:10]}
    yield "queue_events", {**stay, "event_id": f"v{number}", "event": "in", "occurred_at": at}
    yield "queue_events", {**stay, "event_id": f"w{number}", "event": "out", "occurred_at": end}
    yield "charge_entries", {**entry, "doc_final_at": at, "entered_at": end}
    yield "claims", {
        "submission_id": f"m{number}", "pcn": pcn, "claim_type": "P", "frequency_code": "1", "payer_seq": "P", "payer_id": "P1",
        "charge": 10, "n_lines": 1, "service_from": start, "submitted_at": end,
    }  # fmt: skip
    yield "accounts", {**account, "closed_at": end if number % 2 else None, "updated_at": end}
    yield "assignments", {**given, "ended_at": end if number % 3 else None, "updated_at": end}


def test_deliveries_in_any_order_end_where_a_full_rebuild_ends(office, runner):
    facts = facts_of(office, random.Random(5))
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, OWN, OWN)


def test_a_close_disturbs_no_week_before_its_own(office, runner):
    opened, closed = FIRST + timedelta(days=10), FIRST + timedelta(days=50)
    state = {"query_id": "q1", "encounter_id": "e", "sent_at": f"{opened} 10:00"}
    others = [
        row(
            office,
            "queries",
            query_id=f"o{n}",
            encounter_id="e",
            sent_at=f"{FIRST + timedelta(days=n)} 10:00",
            updated_at=f"{FIRST + timedelta(days=n)} 10:00",
        )
        for n in range(60)
    ]
    runner.deliver([row(office, "queries", **state, updated_at=f"{opened} 10:00"), *others])
    runner.deliver(
        [row(office, "queries", **state, answered_at=f"{closed} 10:00", updated_at=f"{closed} 10:00")]
    )
    logged = office.connection.execute(
        "select distinct value from ops.changes where table_name = 'ledger.duration_days' and column_name = 'happened_on' "
        "and batch = (select max(batch) from ops.changes where table_name = 'ledger.duration_days')"
    ).fetchall()
    assert logged == [(str(closed),)]
