"""The time between and after the touches: waiting for somebody, and staying longer.

Belongs here: stretches of waiting in the activity log, overtime. Does not belong here: work on items (`desk.py`, `traces.py`).
Waiting lies in the pauses that the story has anyway, so that no touch gets longer by it.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.sample.desk import Touch
    from assets.sample.people import Shift
    from assets.sample.traces import Step
    from assets.sample.world import World

_SHORTEST, _LONGEST = 150, 1200  # seconds
_ON_PAYER = {"call": 0.8, "status_check": 0.7, "verify_eligibility": 0.5, "appeal": 0.35}
_ON_PROVIDER = {"query": 0.9, "clarify": 0.7, "obtain_records": 0.6, "code": 0.05}
_ON_SYSTEM = 0.06
_BUSY = 1500  # seconds before the end of the shift: who still works then is likely to stay
_STAYS = (0.03, 0.2)
"""Chance of overtime of somebody who ran out of work, and of somebody who did not."""


def stay_longer(world: World, shifts: list[Shift], touches: list[Touch]) -> None:
    """Let some people stay longer, more of them when there was work until the end."""
    last: dict[str, int] = {}
    for touch in touches:
        last[touch.staff_id] = max(last.get(touch.staff_id, 0), touch.end)
    for shift in shifts:
        busy = last.get(shift.person.staff_id, 0) > shift.end - _BUSY
        draw = world.aside.random()
        if not shift.leave_min and shift.person.staff_id in last and draw < _STAYS[busy]:
            shift.overtime_min = 15 * world.aside.randint(1, 5)


def export_waiting(world: World, shifts: list[Shift], steps: list[Step]) -> None:
    """Export the stretches in which people waited for a payer, a provider or a system: without active time."""
    blocks = {shift.person.staff_id: shift.blocks for shift in shifts}
    ordered = sorted(steps, key=lambda s: (s.staff_id, s.start))
    for staff_id, mine in groupby(ordered, key=lambda s: s.staff_id):
        for before, after in pairwise(mine):
            gap = after.start - before.end
            away = any(a < after.start and b > before.end for a, b in blocks[staff_id])
            if gap >= _SHORTEST and not away and (why := _waits_for(world, before, after.start)):
                length = min(int(gap * world.aside.uniform(0.45, 0.9)), _LONGEST)
                world.rows.add(
                    "activity", "log", staff_id, "app", "Waiting", "other", world.at(before.end + 3),
                    world.at(before.end + length), "0", "event", "", "", "", "", "", why,
                )  # fmt: skip


def _waits_for(world: World, before: Step, until: int) -> str:
    """Return payer, provider or system, or nothing for a pause that is just one."""
    incidents = world.desk.incidents.on(world.today, before.system)
    if any(o.start < until and o.end > before.end for o in incidents):
        return "system"
    draw = world.aside.random()
    role = before.touch.item.role
    if role in {"ar_follow_up", "denial_management", "charge_entry"} and draw < _ON_PAYER.get(
        before.action, 0.0
    ):
        return "payer"
    if draw < _ON_PROVIDER.get(before.action, 0.0):
        return "provider"
    return "system" if draw > 1 - _ON_SYSTEM else ""
