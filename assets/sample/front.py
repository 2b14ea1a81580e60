"""The front half of the office: visits, coding, charge entry, the scrubber.

Belongs here: everything before a claim leaves the office. Does not belong here: sending it (`clearing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.adjudication import denial_chance
from assets.sample.desk import Item, Touch
from assets.sample.payers import EDITS
from assets.sample.season import iso, stamp, volume_index
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.world import World

_EDIT_RATE = 0.09
_RISKY = 0.16  # chance of a denial from which on a person always has to decide about a warning
_NO_EDIT = ("", "", "")
_MORNING = 6 * 3600 + 1800


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of the scrubber that stopped a claim."""

    event_id: str
    code: str
    family: str
    fired_at: str


def arrive(world: World, seen_on: int) -> None:
    """Yesterday's visits reach the coders in the morning."""
    rng = world.rng
    mean = world.claims_per_day * volume_index(seen_on)
    for _ in range(max(round(rng.gauss(mean, (0.3 * mean) ** 0.5)), 0)):
        claim = world.factory.make(seen_on - int(rng.expovariate(0.9)), world.factory.payer())
        claim.noted = (seen_on, rng.randint(30_000, 80_000))
        world.claims_made += 1
        world.settle(claim, claim.charge)
        # The coder's suite is not known before somebody picks the chart: the desk replaces "ehr" by the person's system.
        world.enqueue(
            Item("coder", "encounter", claim.encounter, claim, "code", "ehr"), rng.randint(21_600, _MORNING)
        )


def enter_queue(world: World, claim: Claim, second: int) -> None:
    """Hand a coded visit to charge entry."""
    world.enqueue(Item("charge_entry", "claim", claim.pcn, claim, "enter", "pm"), second)


def coded(world: World, touch: Touch) -> None:
    """Pass a finished chart on to charge entry."""
    claim = touch.item.claim
    claim.coder = touch.person
    by = ("queue", "lead", "self")[claim.number % 7 % 3]
    world.rows.add(
        "coding", claim.encounter, claim.pcn, touch.person.staff_id, world.at(_MORNING), by, world.at(touch.end), claim.setting,
        claim.drg, str(len(claim.diagnoses) + len(claim.lines)),
    )  # fmt: skip
    enter_queue(world, claim, touch.end)


def queried(world: World, touch: Touch) -> None:
    """Note a question to the provider; the answer comes on the day on which the chart is resumed."""
    claim, sent = touch.item.claim, world.at(touch.end)
    row = (world.number("QRY"), claim.encounter, touch.person.staff_id, claim.npi, sent)
    world.rows.add("queries", *row, "", sent)
    world.plan(touch.item.resumes, "answer", claim, row)


def answered(world: World, row: tuple[str, ...]) -> None:
    """Note the provider's answer, early in the morning."""
    at = world.at(world.rng.randint(20_000, 24_000))
    world.rows.add("queries", *row, at, at)


def entered(world: World, touch: Touch) -> None:
    """Charges were entered; the scrubber looks at the claim at once."""
    claim = touch.item.claim
    claim.clerk = touch.person
    world.rows.add(
        "charge_entries", claim.encounter, claim.pcn, claim.npi, iso(claim.service), stamp(*claim.noted), touch.person.staff_id,
        world.at(touch.end), claim.payer.code, claim.payer.payer_class, str(len(claim.lines)), usd(claim.charge),
    )  # fmt: skip
    world.receivables.open(claim, world.at(touch.end))
    world.books.charged(claim)
    scrub(world, claim, touch.end)


def scrub(world: World, claim: Claim, second: int) -> None:
    """Run a claim through the scrubber: accepted, then released or stopped by an edit."""
    rng, second = world.rng, second + _delay(world)
    _event(world, claim, "accepted", _NO_EDIT, world.at(second))
    clerk = claim.clerk.error if claim.clerk else 1.0
    coder = claim.coder.error if claim.coder else 1.0
    chance = _EDIT_RATE * (0.7, 1.0, 1.5)[claim.complexity] * (0.5 * clerk + 0.5 * coder)
    if rng.random() >= min(chance, 0.6) or claim.version > 1:
        _event(world, claim, "released", _NO_EDIT, world.at(second + 20))
        world.ready.append(claim)
        return
    family = rng.choices(tuple(EDITS), (coder, clerk, clerk * 0.8, 0.3))[0]
    code, at = rng.choice(EDITS[family]), world.at(second + 5)
    if rng.random() < 0.2:
        _event(world, claim, "edit", (code, family, "warning"), at)
        _overridden(world, claim, (code, family), at)
        _event(world, claim, "released", _NO_EDIT, world.at(second + 20))
        world.ready.append(claim)
        return
    event_id = _event(world, claim, "edit", (code, family, "error"), at)
    role = "coder" if family == "coding" else "charge_entry"
    system = "ehr" if role == "coder" else "pm"
    world.enqueue(
        Item(role, "claim", claim.pcn, claim, "fix_edit", system, Edit(event_id, code, family, at)),
        second + 6,
    )


def _overridden(world: World, claim: Claim, edit: tuple[str, str], at: str) -> None:
    """Let a person release over a warning: the riskier the claim, the more likely somebody had to decide."""
    by = claim.coder if edit[1] == "coding" else claim.clerk
    if by is not None and world.aside.random() < (denial_chance(claim) / _RISKY) ** 2:
        world.rows.add(
            "scrubber_events", world.number("SO"), claim.pcn, str(claim.version), "overridden", *edit, "warning", at, by.staff_id,
            at, "false",
        )  # fmt: skip


def _delay(world: World) -> int:
    return world.rng.randint(20, 90)


def edit_fixed(world: World, touch: Touch) -> None:
    """Somebody fixed an edit: the event is exported again with its resolution, and the claim is released."""
    claim, edit = touch.item.claim, touch.item.detail
    if not isinstance(edit, Edit):
        msg = "a fix needs the edit that it fixes"
        raise TypeError(msg)
    world.rows.add(
        "scrubber_events", edit.event_id, claim.pcn, str(claim.version), "edit", edit.code, edit.family, "error", edit.fired_at,
        touch.person.staff_id, world.at(touch.end), "false",
    )  # fmt: skip
    _event(world, claim, "released", _NO_EDIT, world.at(touch.end + 15))
    world.ready.append(claim)


def _event(world: World, claim: Claim, event: str, edit: tuple[str, str, str], at: str) -> str:
    event_id = world.number("SE")
    automated = "false" if event == "edit" else "true"
    world.rows.add(
        "scrubber_events", event_id, claim.pcn, str(claim.version), event, *edit, at, "", "", automated
    )
    return event_id
