"""The day loop: what happens from morning to night, and in which order.

Belongs here: the order of a day and who handles what. Does not belong here: the handling (`front.py`, `remits.py` and their sisters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample import assignments, clearing, denials, followup, front, records, remits
from assets.sample.activity import export_activity
from assets.sample.desk import Touch, shifts_by_role
from assets.sample.people import ROLES, Shift, make_shift
from assets.sample.references import renew_references
from assets.sample.season import is_workday
from assets.sample.traces import steps_of_the_day
from assets.sample.waiting import export_waiting, stay_longer

if TYPE_CHECKING:
    from assets.sample.world import Task, World


def live(world: World) -> None:
    """Live through `world.today`; fills `world.rows` and `world.files`."""
    _morning(world)
    shifts = [s for s in (make_shift(p, world.today, world.rng) for p in world.people) if s is not None]
    records.export_roster(world)
    records.export_incidents(world)
    renew_references(world)
    if is_workday(world.today):
        _work(world, shifts)
        remits.reconcile(world)
        records.export_audits(world)
    clearing.send(world)
    records.export_receivables(world)
    world.receivables.export(world)
    world.books.close_month(world)


def _morning(world: World) -> None:
    """Yesterday's results reach the queues; acknowledgements, remittances and what was planned for today arrive."""
    for item in world.tomorrow:
        world.queues[item.role].put(item)
    world.tomorrow = []
    for task in world.agenda.pop(world.today, []):
        _due(world, task)
    clearing.hear_back(world)
    remits.receive(world)
    front.arrive(world, world.today - 1)
    for person in world.people:
        if any(period.first == world.today for period in person.periods):
            assignments.release(world, person.staff_id)
            for item in world.desk.release(person):
                world.queues[item.role].put(item)


def _due(world: World, task: Task) -> None:
    """Handle something that was planned for today."""
    claim, detail = task.claim, task.detail
    match task.what, detail:
        case "follow_up", int():
            followup.chase(world, claim, detail)
        case "bill_patient", int():
            followup.bill(world, claim, detail)
        case "bill_again", int():
            followup.bill_again(world, claim, detail)
        case "patient_pays", int():
            followup.pay(world, claim, detail)
        case "answer", tuple():
            front.answered(world, detail)
        case "appeal_returned", None:
            denials.appeal_returned(world, claim)
        case "appeal_decision", None:
            denials.appeal_decided(world, claim)
        case "second_appeal_decision", None:
            denials.second_appeal_decided(world, claim)
        case _:
            _payment_due(world, task)


def _payment_due(world: World, task: Task) -> None:
    """Handle what was planned for a payment."""
    claim, detail = task.claim, task.detail
    match task.what, detail:
        case "exception", tuple():
            remits.exception_closed(world, claim, detail[0], detail[1])
        case "exception_late", tuple():
            remits.exception_closed_late(world, claim, detail[0], detail[1])
        case "refund", int():
            world.receivables.refunded(world, claim, detail)
        case _:
            raise ValueError(f"nobody handles {task.what}")


def _work(world: World, shifts: list[Shift]) -> None:
    """Let the staff work; what it finished goes on its way."""
    desk = world.desk
    desk.touches, desk.finished = [], []
    present = shifts_by_role(shifts, world.today)
    for role in ROLES:
        desk.work(role, world.today, present.get(role, []), world.queues[role])
    assignments.assign(world, desk.touches)
    for touch in desk.finished:
        _finish(world, touch)
    stay_longer(world, shifts, desk.touches)
    world.books.worked(shifts)
    records.export_shifts(world, shifts)
    steps = steps_of_the_day(world, desk.touches)
    records.export_work_log(world, steps)
    world.friction_claims.export(world, steps)
    records.sample_for_audit(world, desk.finished)
    export_activity(world, shifts, desk.touches, steps)
    export_waiting(world, shifts, steps)


def _finish(world: World, touch: Touch) -> None:
    """Pass a finished item on by the role and the action."""
    item = touch.item
    if touch.action == "query":
        front.queried(world, touch)
        return
    world.queue_event(item, "out", touch.end, "worked")
    match item.role, touch.action:
        case _, "fix_edit":
            front.edit_fixed(world, touch)
        case "coder", _:
            front.coded(world, touch)
        case "charge_entry", "fix_reject":
            clearing.resend(world, item.claim, item.claim.frequency)
        case "charge_entry", _:
            front.entered(world, touch)
        case "payment_posting", _:
            remits.posted(world, touch)
        case "ar_follow_up", _:
            followup.chased(world, touch)
        case "denial_management", _:
            denials.worked(world, touch)
        case _:
            followup.billed(world, touch)
