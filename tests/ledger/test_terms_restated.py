"""Terms and shares in time, restated by only the slices that changed, end where a full rebuild ends; what comes late changes little."""

import random
from datetime import date, timedelta

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed

FIRST = date(2026, 3, 2)
TERMS = ("ledger.lost_days", "ledger.entry_terms", "ledger.posting_terms", "ledger.denial_terms")
TABLES = (*TERMS, "ledger.matured_days", "measures.in_time")
MODELS = needed(["measures.in_time"])


def facts_of(office, rng):
    """Return deliveries about every kind of term, as calls that may come in any order."""
    facts = []
    for number in range(10):
        start = FIRST + timedelta(days=rng.randrange(12))
        told = list(told_of(number, f"s{number % 3}", start, start + timedelta(days=rng.randrange(9))))
        facts += [lambda t=table, v=values: office.add(t, **v) for table, values in told]
        facts.append(lambda n=number, s=start: office.submit(f"c{n}", f"{s} 18:00", frequency_code="7"))
        if number % 2:
            facts.append(
                lambda n=number, s=start: office.remit(f"r{n}", day=str(s + timedelta(days=4)), pcn=f"c{n}", paid=5, lines=[(100, 5)])
            )  # fmt: skip
        facts.append(
            lambda n=number, s=start: office.touch(
                f"t{n}",
                f"{s} 09:00",
                f"{s} 09:20",
                staff_id=f"s{n % 3}",
                item_type="payment",
                item_id=f"p{n}",
                pcn=f"c{n}",
            )
        )
    rng.shuffle(facts)
    return facts


def told_of(number, person, start, end):
    """Return the rows that tell of one case of each kind, of a person and of a shift that may be lost."""
    case = {"denial_id": f"d{number}", "pcn": f"c{number}", "denied_on": start}
    entry = {"pcn": f"c{number}", "encounter_id": f"e{number}", "service_date": start, "entered_by": person}
    query = {"query_id": f"q{number}", "encounter_id": f"e{number}", "sent_at": f"{start} 11:00"}
    paid = {"txn_id": f"p{number}", "amount": 5, "method": "era_manual", "posted_by": person}
    shift = {
        "staff_id": person,
        "shift_date": start,
        "start_at": f"{start} 08:00",
        "end_at": f"{start} 16:00",
        "paid_min": 480,
    }
    yield (
        "denial_worklist",
        {**case, "assigned_to": person if number % 2 else None, "updated_at": f"{start} 06:00"},
    )
    yield "denial_worklist", {**case, "assigned_to": person, "updated_at": f"{start} 10:00"}
    yield "denial_worklist", {**case, "assigned_to": "s1", "updated_at": f"{end} 15:00", "first_worked_at": f"{end} 14:00",
        "resolved_at": f"{end} 15:00" if number % 3 else None}  # fmt: skip
    yield "appeals", {"appeal_id": f"a{number}", "denial_id": f"d{number}", "filed_at": f"{start} 12:00", "updated_at": f"{end} 12:00",
        "decided_at": f"{end} 11:00", "decision": ("upheld", "overturned")[number % 2]}  # fmt: skip
    yield "charge_entries", {**entry, "doc_final_at": f"{start} 09:00", "entered_at": f"{end} 15:00"}
    yield "coding", {"encounter_id": f"e{number}", "coder_id": "k", "finished_at": f"{start} 13:00"}
    yield "queries", {**query, "answered_at": f"{start} 16:00", "updated_at": f"{start} 16:00"}
    yield "payments", {**paid, "received_on": start, "posted_at": f"{end} 10:00"}
    yield "shifts", {**shift, "leave_min": (0, 480)[number % 2]}
    yield "staff", {"staff_id": person, "role": "denial_management", "role_start": FIRST, "valid_from": FIRST}


def test_deliveries_in_any_order_end_where_a_full_rebuild_ends(office):
    office.configure(first_work_term_days=2, denial_term_days=3)
    facts, runner = facts_of(office, random.Random(7)), Increments(office, MODELS)
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, TABLES, TABLES)


def state(office, name, at, **more):
    row = {
        "denial_id": name,
        "pcn": name,
        "denied_on": FIRST,
        "assigned_to": "s1",
        "updated_at": f"2026-03-{at}",
    }
    return lambda: office.add("denial_worklist", **{**row, **more})


def closed(office):
    """Return the shares of denials closed in time: day, in time, due."""
    return office.connection.execute(
        "select day(measured_on), numerator, denominator from measures.in_time "
        "where definition_id = 'in_time.denials_closed' order by measured_on"
    ).fetchall()


def changes(office):
    """Return how often the shares were changed."""
    return office.connection.execute(
        "select count(*) from ops.batches where table_name = 'measures.in_time'"
    ).fetchone()


def test_a_term_ends_on_a_day_on_which_nothing_is_told_about_the_denial(office):
    office.configure(denial_term_days=5)
    runner, fourth = Increments(office, MODELS), {"denied_on": FIRST + timedelta(days=4)}
    runner.deliver([state(office, "D1", "02 08:00"), state(office, "D2", "06 08:00", **fourth)])
    assert closed(office) == []
    runner.deliver([state(office, "D3", "07 08:00", denied_on=FIRST + timedelta(days=5))])
    assert closed(office) == [(7, 0, 1)]
    # Closed within its term and told late, it was in time; closed later, it stays late.
    runner.deliver([state(office, "D1", "07 09:00", resolved_at="2026-03-07 09:00")])
    assert closed(office) == [(7, 1, 1)]
    runner.deliver([state(office, "D2", "20 09:00", resolved_at="2026-03-20 09:00", **fourth)])
    assert closed(office) == [(7, 1, 1), (11, 0, 1), (12, 0, 1)]
    done = changes(office)
    runner.deliver(
        [state(office, "D3", "20 08:00", denied_on=FIRST + timedelta(days=5), resolved_at="2026-03-19 09:00")]
    )
    assert changes(office) == done
    assert_stands_as_rebuilt(office, TABLES, ("measures.in_time",))
