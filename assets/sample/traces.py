"""What the work log says about a day's touches: the steps inside each, why it was begun, and whose error it mends.

Belongs here: cutting touches into the steps that a log knows, triggers, due dates, reasons. Does not belong here: the touches
themselves (`desk.py`). Cutting moves no time: the steps of a touch fill exactly the time of the touch, and only its last
step carries how it ended, so that the true pace of everybody stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assets.sample.eligibility import is_verified
from assets.sample.front import Edit
from assets.sample.season import is_workday, iso, next_workday

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.desk import Item, Touch
    from assets.sample.world import World

_SHORTEST = 150  # seconds of a touch that has more than one step
_LEAST = 30
_STEPS = {
    "coder": (0.06, ("clarify", "note")),
    "charge_entry": (0.04, ("clarify",)),
    "ar_follow_up": (0.3, ("note",)),
    "denial_management": (0.4, ("obtain_records", "note", "attach", "clarify")),
    "patient_billing": (0.2, ("note", "clarify")),
}
"""By role: share of touches that begin with a step of clarifying or documenting, and which ones."""
_PUT_ASIDE = {
    "denial_management": (0.7, ("obtain_records", "obtain_records", "clarify")),
    "ar_follow_up": (0.35, ("note",)),
    "patient_billing": (0.4, ("note",)),
    "charge_entry": (0.25, ("clarify",)),
}
"""By role: share of the touches put aside that were spent on documents, and which actions that is."""
_EARLY_WAIT = 18  # days of a payer's mean answer beyond which the first follow-up at this office comes early
_ASKED = 0.06  # share of the follow-ups that somebody asked for
_REASONS = ("error", "error", "error", "missing_document", "payer", "other")
_CODED = frozenset({"4", "11", "97"})


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the work log: a touch or a part of one, `active` seconds of it without idle moments."""

    touch: Touch
    item_type: str
    item_id: str
    claim: Claim
    action: str
    disposition: str
    system: str
    start: int
    end: int
    active: int
    why: tuple[str, str, str, str] = ("", "", "", "")

    @property
    def staff_id(self) -> str:
        """Return who worked."""
        return self.touch.person.staff_id


def steps_of_the_day(world: World, touches: list[Touch]) -> list[Step]:
    """Return the entries of the log in the order in which they began."""
    waiting = world.repeats.pop(world.today, [])  # who finds nobody free today gives up
    steps: list[Step] = []
    for touch in sorted(touches, key=lambda t: (t.start, t.person.staff_id)):
        steps += _steps(world, touch, waiting)
    world.inbound.clear()
    return steps


def _steps(world: World, touch: Touch, waiting: list[Claim]) -> list[Step]:
    item, rng = touch.item, world.aside
    whole = Step(
        touch, item.kind, item.item_id, item.claim, _action(world, touch), touch.disposition, touch.system, touch.start,
        touch.end, touch.active, _why(world, touch),
    )  # fmt: skip
    if touch.end - touch.start < _SHORTEST or touch.disposition == "reopened":
        return [whole]
    enters = item.role == "charge_entry" and touch.action == "enter" and touch.disposition == "completed"
    if enters and is_verified(item.claim, touch.person, world.today):
        item.claim.verified = True
        first = _begin(whole, 0.15 + 0.12 * rng.random(), "verify_eligibility")
        return [replace(first, system=f"portal:{item.claim.payer.code}"), _rest(whole, first)]
    if waiting and item.role == "patient_billing" and touch.action in {"statement", "plan"}:
        return _with_a_call(world, whole, waiting.pop())
    share, actions = _STEPS.get(item.role, (0.0, ("note",)))
    if touch.disposition == "completed" and rng.random() < share:
        first = _begin(whole, 0.12 + 0.16 * rng.random(), rng.choice(actions))
        return [first, _rest(whole, first)]
    return [whole]


def _begin(whole: Step, share: float, action: str) -> Step:
    """Return the first step of a touch; the item is not finished with it."""
    length = max(round((whole.end - whole.start) * share), _LEAST)
    active = whole.active * length // (whole.end - whole.start)
    return replace(
        whole,
        action=action,
        disposition="pending",
        end=whole.start + length,
        active=active,
        why=(*whole.why[:2], "", ""),
    )


def _rest(whole: Step, first: Step) -> Step:
    return replace(whole, start=first.end, active=whole.active - first.active)


def _with_a_call(world: World, whole: Step, claim: Claim) -> list[Step]:
    """Let a patient call again in the midst of other work: the answer of some days ago did not settle it."""
    first = replace(_begin(whole, 0.3, "call"), item_id=claim.pcn, claim=claim, why=("inbound", "", "", ""))
    rng, length = world.aside, first.end - first.start
    talk, wrap = int(length * (0.6 + 0.2 * rng.random())), int(length * 0.15 * rng.random())
    world.rows.add(
        "calls", world.number("CR"), first.staff_id, claim.pcn, "inbound", world.at(first.start), str(talk),
        str(int(length * 0.05)), str(wrap), rng.choice(("statement", "dispute", "coverage")), "resolved",
    )  # fmt: skip
    return [first, _rest(whole, first)]


def _action(world: World, touch: Touch) -> str:
    """Return the action as the log names it: of the touches put aside, many went into getting documents."""
    share, actions = _PUT_ASIDE.get(touch.item.role, (0.0, ("note",)))
    if touch.disposition == "pending" and touch.action != "query" and world.aside.random() < share:
        return world.aside.choice(actions)
    return touch.action


def _why(world: World, touch: Touch) -> tuple[str, str, str, str]:
    """Return trigger, due day, reason and origin role."""
    item = touch.item
    if touch.disposition == "reopened":
        reason = world.aside.choice(_REASONS)
        return "reopened", "", reason, _origin(world, item, reason)
    reason, origin = _mended(touch)
    if item.kind == "account" and item.role == "ar_follow_up":
        return (*_follow_up(world, item.claim), reason, origin)
    if (touch.person.staff_id, touch.start) in world.inbound or item.action == "attach":
        return "inbound", "", reason, origin
    if item.resumes and item.resumes <= world.today:
        return "due", iso(item.resumes), reason, origin
    return "assigned", "", reason, origin


def _follow_up(world: World, claim: Claim) -> tuple[str, str]:
    """Return why a claim is followed up: most when due, some before, more so where the payer is known to be slow."""
    age = 32 if world.today >= claim.sent + 32 else 18
    due = claim.sent + age
    due = due if is_workday(due) else next_workday(due)
    draw = (claim.number * 2_654_435_761 + age) % 1000 / 1000
    early = 0.35 if claim.payer.lag[0] > _EARLY_WAIT else 0.12
    if draw < early:
        # The office had put it down for later than its own routine: whoever opens it before that is early.
        due = next_workday(due, 4 + claim.number % 6)
    elif draw > 1 - _ASKED:
        return "inbound", ""
    return ("early" if world.today < due else "due"), iso(due)


def _mended(touch: Touch) -> tuple[str, str]:
    """Return the reason and the origin of work that mends something."""
    item, detail, denial = touch.item, touch.item.detail, touch.item.claim.denial
    if item.action == "fix_edit" and isinstance(detail, Edit):
        origin = {"coding": "coder", "charge": "charge_entry", "registration": "charge_entry"}.get(
            detail.family, ""
        )
        return ("error", origin) if origin else ("payer", "")
    if item.action == "fix_reject":
        return "error", "charge_entry"
    if item.action == "correct" and denial is not None:
        return "error", "coder" if denial.carc in _CODED else "charge_entry"
    if item.action == "attach":
        return "missing_document", "denial_management"
    return "", ""


def _origin(world: World, item: Item, reason: str) -> str:
    """Return in which step what a reopened item suffers from arose."""
    if reason == "error":
        return item.role if world.aside.random() < 0.7 else "charge_entry"
    return "coder" if reason == "missing_document" else ""
