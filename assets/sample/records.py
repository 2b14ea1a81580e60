"""The records that the office keeps about itself: roster, shifts, incidents, receivables, audits, the work log.

Belongs here: rows that describe people and balances at a day's end. Does not belong here: rows that work itself leaves behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.people import FOREVER, Shift
from assets.sample.season import day_of, iso, next_workday
from assets.sample.world import QUEUE_NAMES
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.desk import Touch
    from assets.sample.world import World


def export_roster(world: World) -> None:
    """Export the whole roster on the first day, on the first of a month, and whenever it changed."""
    known = [
        (person, period)
        for person in world.people
        for period in person.periods
        if period.first <= world.today
    ]
    changed = any(period.first == world.today for _, period in known)
    if not (changed or world.today == world.first or day_of(world.today).day == 1):
        return
    for person, period in known:
        ended = period.last < min(world.today, FOREVER)
        world.rows.add(
            "staff", person.staff_id, period.role, QUEUE_NAMES[period.role], person.site, person.suite, iso(person.hired),
            iso(period.role_start), "1.0", usd(person.pay_cents), iso(period.first), iso(period.last) if ended else "",
        )  # fmt: skip


def export_shifts(world: World, shifts: list[Shift]) -> None:
    """Export today's shifts."""
    for shift in shifts:
        world.rows.add(
            "shifts", shift.person.staff_id, iso(world.today), world.at(shift.start), world.at(shift.end), "480",
            str(shift.leave_min), str(shift.meeting_min), str(shift.training_min), "0",
        )  # fmt: skip


def export_incidents(world: World) -> None:
    """Export today's incidents, as far as somebody logged them."""
    for outage in world.desk.incidents.every:
        if outage.ordinal == world.today and outage.logged:
            world.rows.add(
                "friction", outage.friction_id, outage.system, outage.kind, world.at(outage.start), world.at(outage.end),
                outage.reported_by,
            )  # fmt: skip


def export_receivables(world: World) -> None:
    """Export every open account on Mondays."""
    if day_of(world.today).weekday() != 0:
        return
    today = iso(world.today)
    for claim in world.accounts.values():
        ours = claim.adjudication is not None and not claim.adjudication.denied
        world.rows.add(
            "ar_snapshots", today, claim.pcn, claim.payer.code, "self_pay" if ours else claim.payer.payer_class,
            usd(claim.balance), iso(claim.service), iso(claim.billed) if claim.billed else "", "false" if claim.billed else "true",
        )  # fmt: skip


def export_work_log(world: World, touches: list[Touch]) -> None:
    """Export today's touches in the order in which they began."""
    for touch in sorted(touches, key=lambda t: (t.start, t.person.staff_id)):
        item = touch.item
        world.rows.add(
            "work_log", world.number("T"), touch.person.staff_id, item.kind, item.item_id, item.claim.pcn, touch.action,
            touch.disposition, QUEUE_NAMES[item.role], touch.system, world.at(touch.start), world.at(touch.end), "false",
            "", "", "", "",
        )  # fmt: skip


def sample_for_audit(world: World, finished: list[Touch]) -> None:
    """Set some of today's finished work aside for the audit of the week."""
    fit = [
        t
        for t in finished
        if t.disposition == "completed" and t.item.kind in {"encounter", "denial", "patient"}
    ]
    world.audited += world.rng.sample(fit, min(len(fit), max(len(world.people) // 4, 3)))


def export_audits(world: World) -> None:
    """Export the audits of the week on its last working day."""
    if next_workday(world.today) - world.today < 3 or not world.audited:
        return
    rng = world.rng
    auditor = world.people[0].staff_id
    for touch in world.audited:
        error, item = touch.person.error, touch.item
        reviewed, correct, assigned, audited, score = "", "", "", "", ""
        if item.kind == "encounter":
            n = len(item.claim.diagnoses) + len(item.claim.lines)
            wrong = sum(rng.random() < min(0.045 * error, 0.5) for _ in range(n))
            reviewed, correct = str(n), str(n - wrong)
        elif item.claim.denial is not None:
            assigned = item.claim.denial.category
            audited = "registration" if rng.random() < min(0.07 * error, 0.5) else assigned
        if item.kind == "patient":
            score = str(min(max(round(rng.gauss(91 - 4 * error, 4)), 40), 100))
        world.rows.add(
            "audits", world.number("AUD"), {"patient": "note"}.get(item.kind, item.kind), item.item_id, touch.person.staff_id,
            auditor, world.at(57_600 + rng.randint(0, 3000)), reviewed, correct, assigned, audited, score, "",
        )  # fmt: skip
    world.audited = []
