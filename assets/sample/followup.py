"""Following up: payers that do not answer, and patients who owe.

Belongs here: receivables follow-up, statements, telephone calls. Does not belong here: denials (`denials.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.clearing import resend
from assets.sample.desk import Item, Touch
from assets.sample.remits import patient_pays
from assets.sample.season import next_workday

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.world import World

_DAWN = 23_000
_REASONS = ("statement", "payment_plan", "coverage", "dispute")
_SMALL, _CHARITY = 1500, 0.12
_AGAIN = 0.09
_OUTCOMES = ("resolved", "promised", "callback", "abandoned")


def chase(world: World, claim: Claim, version: int) -> None:
    """Put an unanswered claim on the follow-up list, unless it moved on meanwhile."""
    if claim.version == version and (claim.due == 0 or claim.due > world.today):
        action = "call" if world.rng.random() < 0.35 else "status_check"
        item = Item(
            "ar_follow_up", "account", claim.pcn, claim, action, f"portal:{claim.payer.code}", version
        )
        world.enqueue(item, _DAWN)


def chased(world: World, touch: Touch) -> None:
    """Somebody asked the payer; a claim that the payer never had is sent again."""
    claim = touch.item.claim
    if touch.item.action == "call":
        _call(world, touch, "outbound", "status")
    if claim.due == 0 and claim.version == touch.item.detail:
        resend(world, claim, claim.frequency)


def bill(world: World, claim: Claim, amount: int) -> None:
    """Put a patient's balance on the list of patient billing."""
    if claim.balance >= amount:
        action = world.rng.choices(("statement", "call", "plan"), (5, 4, 1))[0]
        world.enqueue(Item("patient_billing", "patient", claim.pcn, claim, action, "pm", (amount, 1)), _DAWN)


def bill_again(world: World, claim: Claim, amount: int) -> None:
    """Call about a balance that is still open after some weeks."""
    if claim.balance >= amount:
        world.enqueue(Item("patient_billing", "patient", claim.pcn, claim, "call", "pm", (amount, 2)), _DAWN)


def billed(world: World, touch: Touch) -> None:
    """Somebody dealt with a patient's balance: it is paid, comes back, or is given up after the second round."""
    claim, detail, rng = touch.item.claim, touch.item.detail, world.rng
    if touch.item.action == "call":
        _call(world, touch, "inbound" if rng.random() < 0.5 else "outbound", rng.choice(_REASONS))
    if touch.item.action == "plan":
        world.receivables.plan(claim, world.at(touch.end))
    if not isinstance(detail, tuple):
        return
    amount, turn = detail
    if rng.random() < 0.5:
        world.plan_workdays(rng.randint(3, 15), "patient_pays", claim, amount)
    elif turn == 1:
        world.plan_workdays(rng.randint(12, 18), "bill_again", claim, amount)
    else:
        by = touch.person.staff_id, world.at(touch.end)
        world.settle(claim, max(claim.balance - amount, 0), _given_up(world, amount), by)


def _given_up(world: World, amount: int) -> str:
    """Return the class under which a patient's balance is written off."""
    if amount < _SMALL:
        return "small_balance"
    return "charity" if world.aside.random() < _CHARITY else "bad_debt"


def pay(world: World, claim: Claim, amount: int) -> None:
    """Let a patient pay, if the balance is still there."""
    if claim.balance >= amount:
        patient_pays(world, claim, amount)


def _call(world: World, touch: Touch, direction: str, reason: str) -> None:
    rng, length, claim, person = world.rng, touch.end - touch.start, touch.item.claim, touch.person
    talk, hold = int(length * (0.4 + 0.2 * rng.random())), int(length * 0.12 * rng.random())
    wrap = int(length * 0.15 * rng.random())
    outcome = rng.choices(_OUTCOMES, (60, 18, 17, 5))[0]
    world.rows.add(
        "calls", world.number("CL"), person.staff_id, claim.pcn, direction, world.at(touch.start), str(talk), str(hold),
        str(wrap), reason, outcome,
    )  # fmt: skip
    if touch.item.role != "patient_billing":
        return
    if direction == "inbound":
        world.inbound.add((person.staff_id, touch.start))
    if reason == "payment_plan" and outcome in {"resolved", "promised"}:
        world.receivables.plan(claim, world.at(touch.end))
    # Whoever notes badly what was said is called again about it within the week.
    again = _AGAIN * min(person.error, 3.0) * (2.0 if outcome == "callback" else 1.0)
    if world.aside.random() < again:
        world.repeats[next_workday(world.today, world.aside.randint(1, 4))].append(claim)
