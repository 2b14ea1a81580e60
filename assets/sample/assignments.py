"""Who is to work which account: receivables and denials, from the morning of the first touch until the account moves on.

Belongs here: the beginning and the end of an assignment. Does not belong here: the work on the account (`followup.py`, `denials.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.desk import Touch
    from assets.sample.world import World

_MORNING = 23_460  # 06:31, when lists are handed out
_BY = ("queue", "queue", "queue", "lead", "self")
_ROLES = {"ar_follow_up": "account", "denial_management": "denial"}


@dataclass(slots=True, eq=False)
class Assignment:
    """An account in somebody's hands; `kind` is account or denial."""

    number: str
    staff_id: str
    kind: str
    by: str
    begun_at: str
    balance: int


def assign(world: World, touches: list[Touch]) -> None:
    """Assign the accounts that were touched today for the first time, or by somebody else than before."""
    for touch in sorted(touches, key=lambda t: (t.start, t.person.staff_id)):
        item = touch.item
        if _ROLES.get(item.role) == item.kind and _is_open(world, item.claim, item.kind):
            _hand_over(world, touch, item.kind)


def _is_open(world: World, claim: Claim, kind: str) -> bool:
    """Say whether there is anything left to do: a list may still name an account that the payer answered meanwhile."""
    if claim.account.closed_at or not claim.account.opened_at or claim.owed <= 0:
        return False
    if kind == "denial":
        return claim.denial is not None and claim.denial.outcome == "open"
    return claim.due == 0 or claim.due > world.today


def _hand_over(world: World, touch: Touch, kind: str) -> None:
    claim, staff_id = touch.item.claim, touch.person.staff_id
    old = claim.account.assignment
    if old is not None and (old.staff_id, old.kind) == (staff_id, kind):
        return
    morning = world.at(_MORNING)
    at = world.at(touch.start) if old is not None and old.begun_at >= morning else morning
    end(world, claim, at)
    new = Assignment(world.number("AS"), staff_id, kind, world.aside.choice(_BY), at, claim.owed)
    claim.account.assignment = new
    world.assigned.setdefault(staff_id, {})[claim.pcn] = claim
    _export(world, claim, new, "", at)


def end(world: World, claim: Claim, at: str, kind: str = "") -> None:
    """End the assignment of an account, or only one of a kind."""
    held = claim.account.assignment
    if held is None or (kind and held.kind != kind):
        return
    claim.account.assignment = None
    world.assigned[held.staff_id].pop(claim.pcn, None)
    at = max(at, held.begun_at)
    _export(world, claim, held, at, at)


def release(world: World, staff_id: str) -> None:
    """End every assignment of somebody who changes their role."""
    for claim in list(world.assigned.get(staff_id, {}).values()):
        end(world, claim, world.at(_MORNING - 60))


def _export(world: World, claim: Claim, held: Assignment, ended_at: str, updated_at: str) -> None:
    begun = (held.number, claim.pcn, held.staff_id, held.begun_at)
    world.rows.add("assignments", *begun, ended_at, usd(held.balance), held.by, updated_at)
