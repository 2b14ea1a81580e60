"""Denials: the worklist, corrected claims, appeals, write-offs.

Belongs here: the life of a denial from the payer's decision to its end. Does not belong here: the decision itself (`adjudication.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.assignments import end
from assets.sample.clearing import await_payer, resend
from assets.sample.desk import Item, Touch
from assets.sample.payers import CARC_ACTION, CARC_CATEGORY
from assets.sample.people import COMPLEXITIES
from assets.sample.season import iso, next_workday
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.adjudication import Adjudication
    from assets.sample.claims import Claim
    from assets.sample.world import World

_OVERTURNED = 0.52
_RETURNED = 0.1
_SECOND, _PARTLY, _TOO_LATE = 0.3, 0.15, 0.03
APPEAL_DAYS = {"SPA01": 120, "SPB02": 180, "SPC03": 90, "SPD04": 60, "SPE05": 60, "SPF06": 90}
"""Days from the denial within which a payer takes an appeal."""
_DAWN = 22_800


@dataclass(slots=True)
class Appeal:
    """An appeal as exported; empty text while it has not happened."""

    appeal_id: str
    filed_by: str
    filed_at: str
    deadline_on: str
    level: int = 1
    returned_at: str = ""
    decision: str = ""


@dataclass(slots=True)
class Denial:
    """A denial as exported; `action` is what the team does next about it."""

    denial_id: str
    carc: str
    amount: int
    denied_on: int
    action: str
    category: str
    owner: str = ""
    first_worked_at: str = ""
    outcome: str = "open"
    appeal: Appeal | None = None


def decided(world: World, claim: Claim, decision: Adjudication) -> None:
    """Take a payer's decision into the books: denial opened, overturned or upheld; the patient's part billed."""
    if decision.denied:
        _denied(world, claim, decision)
    elif claim.denial is not None and claim.denial.outcome == "open":
        _close(world, claim, "overturned" if claim.denial.appeal else "corrected", _DAWN)
    if decision.patient:
        world.plan_workdays(2, "bill_patient", claim, decision.patient)
    end(world, claim, world.at(_DAWN), "account")
    world.settle(claim, decision.denied + decision.patient)


def _denied(world: World, claim: Claim, decision: Adjudication) -> None:
    carc = decision.carc
    if claim.denial is None:
        action = CARC_ACTION.get(carc, "appeal")
        claim.denial = Denial(
            world.number("DN"), carc, decision.denied, world.today, action, CARC_CATEGORY[carc]
        )
    elif claim.denial.outcome == "open":
        claim.denial.action = "appeal" if claim.denial.appeal is None and world.rng.random() < 0.6 else "note"
    else:
        return
    _export(world, claim, claim.denial, "", world.at(_DAWN))
    _enqueue(world, claim, claim.denial.action, _DAWN)


def _enqueue(world: World, claim: Claim, action: str, second: int) -> None:
    denial = claim.denial
    if denial is not None:
        system = f"portal:{claim.payer.code}"
        world.enqueue(Item("denial_management", "denial", denial.denial_id, claim, action, system), second)


def worked(world: World, touch: Touch) -> None:
    """Somebody finished a step of a denial."""
    claim, denial = touch.item.claim, touch.item.claim.denial
    if denial is None or denial.outcome != "open":
        return
    denial.owner = touch.person.staff_id
    denial.first_worked_at = denial.first_worked_at or world.at(touch.start)
    if world.rng.random() < 0.05 * touch.person.error:
        denial.category = "other"
    if touch.item.action == "correct":
        resend(world, claim, "7")
    elif touch.item.action == "appeal":
        _file(world, claim, denial, touch)
    elif touch.item.action == "attach":
        world.plan_workdays(world.rng.randint(8, 20), "appeal_decision", claim)
    elif _is_worth_a_second(world, denial):
        _file_again(world, claim, denial, touch)
    else:
        _give_up(world, claim, denial, touch.person.staff_id, touch.end)
        return
    _export(world, claim, denial, "", world.at(touch.end))


def _give_up(world: World, claim: Claim, denial: Denial, by: str, second: int) -> None:
    """Close a denial that nobody fights any more, and write it off."""
    _close(world, claim, "upheld" if denial.appeal else "written_off", second)
    why = "timely_filing" if denial.carc == "29" else "denial"
    world.settle(claim, max(claim.balance - denial.amount, 0), why, (by, world.at(second)))


def _is_worth_a_second(world: World, denial: Denial) -> bool:
    """Say whether an appeal that the payer turned down goes to the second level."""
    first = denial.appeal
    if first is None or first.decision != "upheld" or first.level > 1:
        return False
    return world.aside.random() < _SECOND


def _file_again(world: World, claim: Claim, denial: Denial, touch: Touch) -> None:
    """Appeal at the second level. In this office that never wins: a payment would come with a remittance."""
    at = world.at(touch.end)
    denial.appeal = Appeal(world.number("APS"), touch.person.staff_id, at, iso(world.today + 60), level=2)
    _export_appeal(world, claim, denial, at)
    days = next_workday(world.today, world.aside.randint(15, 45))
    world.plan(days, "second_appeal_decision", claim)


def second_appeal_decided(world: World, claim: Claim) -> None:
    """Hear the decision of the second level, and write the denial off in the name of who filed."""
    denial = claim.denial
    if denial is None or denial.appeal is None or denial.outcome != "open":
        return
    denial.appeal.decision = world.aside.choice(("upheld", "upheld", "upheld", "dismissed"))
    _export_appeal(world, claim, denial, world.at(_DAWN), decided_at=world.at(_DAWN))
    _give_up(world, claim, denial, denial.appeal.filed_by, _DAWN)


def _file(world: World, claim: Claim, denial: Denial, touch: Touch) -> None:
    at = world.at(touch.end)
    limit = denial.denied_on + APPEAL_DAYS[claim.payer.code]
    if world.aside.random() < _TOO_LATE:
        limit = min(limit, world.today - 1)  # an old contract gives fewer days than anybody remembered
    denial.appeal = Appeal(world.number("APL"), touch.person.staff_id, at, iso(limit))
    _export_appeal(world, claim, denial, at)
    if world.rng.random() < _RETURNED * touch.person.error:
        world.plan_workdays(world.rng.randint(4, 10), "appeal_returned", claim)
    else:
        world.plan_workdays(world.rng.randint(12, 28), "appeal_decision", claim)


def appeal_returned(world: World, claim: Claim) -> None:
    """Take the appeal back on the list: the payer wants documents."""
    denial = claim.denial
    if denial is not None and denial.appeal is not None:
        denial.appeal.returned_at = world.at(_DAWN)
        _export_appeal(world, claim, denial, world.at(_DAWN))
        _enqueue(world, claim, "attach", _DAWN)


def appeal_decided(world: World, claim: Claim) -> None:
    """Hear the payer's decision: overturned claims are paid with one of the next remittances."""
    denial = claim.denial
    if denial is None or denial.appeal is None or denial.outcome != "open":
        return
    won = world.rng.random() < _OVERTURNED
    partly = won and world.aside.random() < _PARTLY
    denial.appeal.decision = "partial" if partly else "overturned" if won else "upheld"
    _export_appeal(world, claim, denial, world.at(_DAWN), decided_at=world.at(_DAWN))
    if won:
        claim.surely_paid = True
        claim.version += 1
        await_payer(world, claim)
    else:
        _enqueue(world, claim, "note", _DAWN)


def _close(world: World, claim: Claim, outcome: str, second: int) -> None:
    if claim.denial is not None:
        claim.denial.outcome = outcome
        end(world, claim, world.at(second), "denial")
        _export(world, claim, claim.denial, world.at(second), world.at(second))


def _export(world: World, claim: Claim, denial: Denial, resolved_at: str, updated_at: str) -> None:
    world.rows.add(
        "denial_worklist", denial.denial_id, claim.pcn, claim.payer.code, denial.carc, denial.category,
        COMPLEXITIES[claim.complexity], denial.owner, iso(denial.denied_on), denial.first_worked_at, resolved_at, denial.outcome,
        usd(denial.amount), updated_at,
    )  # fmt: skip


def _export_appeal(world: World, claim: Claim, denial: Denial, updated_at: str, decided_at: str = "") -> None:
    appeal = denial.appeal
    if appeal is None:
        return
    share = {"overturned": 1.0, "partial": 0.75}.get(appeal.decision, 0.0)
    recovered = usd(int(denial.amount * claim.payer.allowed * share)) if share else ""
    world.rows.add(
        "appeals", appeal.appeal_id, denial.denial_id, claim.pcn, str(appeal.level), appeal.filed_by, appeal.filed_at,
        appeal.deadline_on, decided_at, appeal.decision, recovered, appeal.returned_at, updated_at,
    )  # fmt: skip
