"""Effort measures, restated by only the slices that changed, end where a full rebuild ends."""

import random
from datetime import timedelta

from tests.ledger.increments import Increments, assert_stands_as_rebuilt, needed
from tests.ledger.test_restatement import FIRST, facts_of

OURS = (
    *("ledger.touches", "ledger.staff_days", "ledger.active_stretches", "ledger.accounts", "ledger.payer_responses"),
    *("ledger.followups", "ledger.open_accounts", "ledger.assigned_accounts", "ledger.queue_days"),
    *("ledger.reworked_claims", "measures.handling_time", "measures.handling_distribution", "measures.touches"),
    *("measures.account_touches", "measures.followup_intensity", "measures.followup_by_person", "measures.rework"),
    *("measures.rework_volume", "measures.rework_by_origin", "measures.exceptions", "measures.documentation_time"),
    *("measures.portal_time", "measures.queue_movement", "measures.littles_law", "measures.accounts_touched"),
    *("measures.time_shares", "measures.friction_minutes"),
)  # fmt: skip


def facts_of_following_up(office, rng):
    """Return what A/R people do and what the office keeps beside its logs, as calls."""
    first, facts = FIRST, []
    roles = (("s4", "ar_follow_up", first), ("s4", "coder", first + timedelta(days=12)))
    for person, role, start in roles:
        row = {"staff_id": person, "role": role, "role_start": start, "valid_from": start, "loaded_rate": 30}
        facts.append(lambda r=row: office.add("staff", **r))
    for number in range(14):
        pcn, opened = f"c{number}", first + timedelta(days=rng.randrange(8))
        for late, closed in enumerate((None, opened + timedelta(days=rng.randrange(3, 15)))):
            told = closed or opened
            row = {"pcn": pcn, "opened_at": f"{opened} 09:00", "updated_at": f"{told} 09:00"}
            row |= {"closed_at": f"{closed} 09:00"} if closed else {}
            facts.append(lambda r=row: office.add("accounts", **r))
            item = {
                "queue": "Q",
                "item_id": pcn,
                "event": ("in", "out")[late],
                "occurred_at": f"{told} 10:00",
            }
            facts.append(
                lambda i=item, n=late: office.add("queue_events", event_id=f"{i['item_id']}{n}", **i)
            )
            given = {"assignment_id": pcn, "pcn": pcn, "staff_id": "s4", "assigned_at": f"{opened} 12:00"}
            given |= {"updated_at": f"{told} 12:00"} | (
                {"ended_at": f"{told} 12:00"} if number % 2 and closed else {}
            )
            facts.append(lambda g=given: office.add("assignments", **g))
        for again in range(3):
            day = opened + timedelta(days=rng.randrange(14))
            said = {
                "staff_id": "s4",
                "item_type": "account",
                "item_id": pcn,
                "pcn": pcn,
                "action_code": "status_check",
            }
            said |= {
                "disposition_code": rng.choice(("pending", "completed")),
                "trigger": rng.choice(("due", "inbound", None)),
            }
            span = (
                (f"{day} 23:{45 + rng.randrange(10)}", f"{day} 23:56")
                if again
                else (f"{day} 00:02", f"{day} 00:10")
            )
            facts.append(lambda s=said, t=span, n=again: office.touch(f"{s['pcn']}f{n}", *t, **s))
        reopened = {
            "staff_id": "s2",
            "item_id": pcn,
            "pcn": pcn,
            "disposition_code": "reopened",
            "reason": "error",
        }
        span = (f"{opened + timedelta(days=4)} 15:00", f"{opened + timedelta(days=4)} 15:20")
        facts.append(lambda s=reopened, t=span: office.touch(f"{s['pcn']}re", *t, action_code="note", **s))
    for number in range(20):
        day = first + timedelta(days=number)
        shift = {"start_at": f"{day} 08:00", "end_at": f"{day} 23:59", "paid_min": 480}
        facts.append(lambda s=shift, d=day: office.add("shifts", staff_id="s4", shift_date=d, **s))
        visit = {"source": "log", "staff_id": "s4", "kind": "app", "app": "web", "active_s": 300}
        visit |= {"site": f"portal:P{number % 2}", "wait_reason": (None, "payer")[number % 2]}
        for hour in (9, 14):
            span = {"started_at": f"{day} {hour:02}:00", "ended_at": f"{day} {hour:02}:20"}
            facts.append(lambda v=visit, s=span: office.add("activity", **v, **s))
    return facts


def test_effort_in_any_order_ends_where_a_full_rebuild_ends(office):
    rng = random.Random(1)
    start, later, last = facts_of(office, rng)
    facts = [*start, *later, *last, *facts_of_following_up(office, rng)]
    rng.shuffle(facts)
    runner = Increments(office, needed(OURS))
    for part in range(3):
        runner.deliver(facts[part::3])
    assert_stands_as_rebuilt(office, OURS, OURS)
