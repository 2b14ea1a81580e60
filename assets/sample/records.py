"""The records that the office keeps about itself: roster, shifts, incidents, receivables, audits, the work log.

Belongs here: rows that describe people and balances at a day's end. Does not belong here: rows that work itself leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from assets.sample.payers import CARC_CATEGORY
from assets.sample.people import FOREVER, Shift
from assets.sample.season import day_of, iso, next_workday
from assets.sample.world import QUEUE_NAMES
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.desk import Touch
    from assets.sample.traces import Step
    from assets.sample.world import World


_AGAIN = {"patient": 0.4, "denial": 0.6}
"""Share of the audits that a second auditor repeats, by kind of item."""
_DISSENT = 0.12


@dataclass(slots=True)
class Grade:
    """What an auditor found; empty where the kind of item is not graded in that way."""

    reviewed: str = ""
    correct: str = ""
    assigned: str = ""
    audited: str = ""
    score: int = 0


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
            "shifts", shift.person.staff_id, iso(world.today), world.at(shift.start), world.at(shift.leaves),
            str(480 + shift.overtime_min), str(shift.leave_min), str(shift.meeting_min), str(shift.training_min),
            str(shift.overtime_min),
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
    """Export every account whose books are not at zero, credits included, at the end of a Monday."""
    if day_of(world.today).weekday() != 0:
        return
    today = iso(world.today)
    unposted = (c for pcn, c in world.receivables.unposted.items() if pcn not in world.accounts)
    for claim in chain(world.accounts.values(), unposted):
        decision = claim.adjudication
        ours = decision is not None and not decision.denied and decision.patient > 0
        if claim.owed:
            world.rows.add(
                "ar_snapshots", today, claim.pcn, claim.payer.code, "self_pay" if ours else claim.payer.payer_class,
                usd(claim.owed), iso(claim.service), iso(claim.billed) if claim.billed else "", "false" if claim.billed else "true",
            )  # fmt: skip


def export_work_log(world: World, steps: list[Step]) -> None:
    """Export today's steps, given in the order in which they began."""
    for step in steps:
        world.rows.add(
            "work_log", world.number("T"), step.staff_id, step.item_type, step.item_id, step.claim.pcn, step.action,
            step.disposition, QUEUE_NAMES[step.touch.item.role], step.system, world.at(step.start), world.at(step.end), "false",
            *step.why,
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
    """Export the audits of the week on its last working day; a second auditor looks at a share of them again."""
    if next_workday(world.today) - world.today < 3 or not world.audited:
        return
    rng = world.rng
    for touch in world.audited:
        error, item = touch.person.error, touch.item
        grade = Grade()
        if item.kind == "encounter":
            n = len(item.claim.diagnoses) + len(item.claim.lines)
            wrong = sum(rng.random() < min(0.045 * error, 0.5) for _ in range(n))
            grade.reviewed, grade.correct = str(n), str(n - wrong)
        elif item.claim.denial is not None:
            grade.assigned = item.claim.denial.category
            grade.audited = "registration" if rng.random() < min(0.07 * error, 0.5) else grade.assigned
        if item.kind == "patient":
            grade.score = min(max(round(rng.gauss(91 - 4 * error, 4)), 40), 100)
        at = 57_600 + rng.randint(0, 3000)
        _audit(world, touch, grade, (world.number("AUD"), world.people[0].staff_id, at))
        if world.aside.random() < _AGAIN.get(item.kind, 0.0):
            second = world.people[len(world.people) // 2].staff_id
            at = 61_000 + world.aside.randint(0, 3000)
            _audit(world, touch, _second_opinion(world, grade), (world.number("AUR"), second, at))
    world.audited = []


def _second_opinion(world: World, first: Grade) -> Grade:
    """Return what another auditor finds in the same item."""
    again, rng = Grade(assigned=first.assigned, audited=first.audited), world.aside
    if first.audited and rng.random() < _DISSENT:
        others = sorted({*CARC_CATEGORY.values()} - {first.audited})
        again.audited = first.assigned if first.audited != first.assigned else rng.choice(others)
    if first.score:
        again.score = min(max(first.score + round(rng.gauss(0, 3)), 40), 100)
    return again


def _audit(world: World, touch: Touch, grade: Grade, by: tuple[str, str, int]) -> None:
    """Export an audit; `by` is its number, the auditor and the second of the day."""
    (number, auditor, second), item = by, touch.item
    rubric = (
        "" if item.kind == "encounter" else "R1" if world.today < (world.first + world.last) // 2 else "R2"
    )
    world.rows.add(
        "audits", number, {"patient": "note"}.get(item.kind, item.kind), item.item_id, touch.person.staff_id, auditor,
        world.at(second), grade.reviewed, grade.correct, grade.assigned, grade.audited,
        str(grade.score) if grade.score else "", rubric,
    )  # fmt: skip
