"""The office on the morning of the first day: claims already at the payers, charts already coded, the size of the work.

Belongs here: what a warm-up would have left behind. Does not belong here: the days themselves (`flow.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample import clearing, front, remits
from assets.sample.adjudication import adjudicate
from assets.sample.people import BASE_MINUTES, ROLES, Person
from assets.sample.season import is_workday, next_workday, stamp, volume_index

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.payers import Payer
    from assets.sample.world import World

_LOOK_BACK = 48
_SEED_DAYS = 4
_LARGE = 5000
_OWING_SHARE = 0.9
_TARGET = 0.7
_ITEMS = dict(zip(ROLES, (0.98, 1.0, 0.83, 0.58, 0.2, 0.72), strict=True))
"""Items per role and claim, measured on the default size."""
_PRESENT_MINUTES = 425.0
_LONGEST = 1.6


def work_scale(people: list[Person], first: int, days: int, claims_per_day: int) -> dict[str, float]:
    """Return the factor on each role's minutes at which the team is seven tenths busy; never above 1.6."""
    middle = first + days // 2
    scale = {}
    for role in ROLES:
        speeds = [
            p.speed(middle) for p in people for period in [p.period(middle)] if period and period.role == role
        ]
        load = claims_per_day * _ITEMS[role] * BASE_MINUTES[role]
        scale[role] = min(_TARGET * sum(speeds) * _PRESENT_MINUTES / load, _LONGEST) if speeds else 1.0
    return scale


def open_office(world: World) -> None:
    """Fill the office as if it had been running: backlog at the payers, denials, charts of the days before."""
    staff = {role: _seniors(world, role) for role in ("coder", "charge_entry")}
    _backlog(world, staff)
    for day in range(world.first - _SEED_DAYS, world.first):
        remits.open_decisions(world, day)
    for seen_on in range(world.first - 3, world.first - 1):
        front.arrive(world, seen_on)
    for _ in range(round(world.claims_per_day * 0.9)):
        claim = _claim(world, world.first - 4, world.factory.payer(), staff)
        claim.clerk = None
        claim.noted = (world.first - 4, 50_000)
        world.settle(claim, claim.charge)
        front.enter_queue(world, claim, 21_000)


def _seniors(world: World, role: str) -> list[Person]:
    found = [p for p in world.people if p.periods[0].role == role and p.hired < world.first]
    return found or world.people[:1]


def _claim(world: World, service: int, payer: Payer, staff: dict[str, list[Person]]) -> Claim:
    rng, claim = world.rng, world.factory.make(service, payer)
    claim.coder, claim.clerk = rng.choice(staff["coder"]), rng.choice(staff["charge_entry"])
    world.claims_made += 1
    return claim


def _backlog(world: World, staff: dict[str, list[Person]]) -> None:
    """Draw the claims sent before the first day that still matter, and write them as opening files.

    A very large office keeps only those that are decided within the sample, so that memory stays bounded.
    """
    horizon = world.last if world.claims_per_day > _LARGE else world.last + 60
    by_day: dict[int, list[Claim]] = {}
    for day in filter(is_workday, range(world.first - _LOOK_BACK, world.first)):
        for _ in range(round(world.claims_per_day * max(volume_index(day), 0.5))):
            payer = world.factory.payer()
            due = clearing.payer_day(world, payer, day)
            if due > horizon:
                continue
            reminder = 0 if due >= world.first - _SEED_DAYS else _reminder(world, due)
            if reminder >= 0:
                claim = _claim(world, day - 4, payer, staff)
                claim.billed, claim.sent, claim.due = day, day, due
                if (_owing if reminder else _undecided)(world, claim, reminder):
                    by_day.setdefault(day, []).append(claim)
    clearing.write_backlog(world, by_day)


def _undecided(world: World, claim: Claim, _reminder: int) -> bool:
    """Leave a claim with its payer."""
    _open_account(world, claim)
    world.settle(claim, claim.charge)
    world.due[claim.due, claim.payer.code].append(claim)
    clearing.plan_follow_up(world, claim, claim.sent)
    return True


def _open_account(world: World, claim: Claim) -> None:
    """Open the account on the afternoon of the day on which the claim went out."""
    world.receivables.open(claim, stamp(claim.billed, 60_000 + claim.number % 3600))


def _reminder(world: World, due: int) -> int:
    """Draw when the patient of a claim decided on a day hears or pays next; -1 when that lies outside the sample."""
    if world.rng.random() > _OWING_SHARE:
        return -1
    day = next_workday(next_workday(due, 2), world.rng.randint(3, 18))
    return day if world.first <= day <= world.last else -1


def _owing(world: World, claim: Claim, reminder: int) -> bool:
    """Leave the patient's part of a decided claim open; False when the patient owes nothing."""
    decision = adjudicate(claim, world.rng)
    if decision.denied or not decision.patient:
        return False
    claim.adjudication = decision
    claim.payer_ref = f"{claim.payer.code}{claim.number:09d}1"
    _open_account(world, claim)
    world.settle(claim, decision.patient)
    what = "patient_pays" if world.rng.random() < 0.5 else "bill_again"
    world.plan(reminder, what, claim, decision.patient)
    return True
