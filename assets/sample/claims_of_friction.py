"""People who say that a system was down although nobody logged it: they claim, and somebody else decides days later.

Belongs here: who claims what, and how it is decided. Does not belong here: the outages themselves (`outages.py`).
Every claim is about a true outage that nobody logged; what is drawn here is drawn apart from the story and changes nothing else.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.season import next_workday, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.sample.outages import Outage
    from assets.sample.traces import Step
    from assets.sample.world import World

_CLAIMANTS = 3
_FATES = ("accepted", "accepted", "rejected", "accepted", "claimed")
"""How the claims end, one after the other; the fifth is never decided."""
_STEP = 300  # people remember five minutes, not seconds
_TOO_LONG = 3600  # a claim that is rejected asks for an hour more than there was
_TOLD_AT = 64_000
_DECIDED_AT = 36_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of a person: the cells from its number to its end, and how it will be decided."""

    staff_id: str
    cells: tuple[str, ...]
    fate: str


@dataclass
class FrictionClaims:
    """The claims that wait for a decision, by the day of it."""

    waiting: defaultdict[int, list[Claimed]] = field(default_factory=lambda: defaultdict(list))
    made: int = 0

    def export(self, world: World, steps: Iterable[Step]) -> None:
        """Deliver the decisions of today, and the claims that people make after an outage of today that nobody logged."""
        for claim in self.waiting.pop(world.today, []):
            decider = next(p.staff_id for p in world.people if p.staff_id != claim.staff_id)
            at = world.at(_DECIDED_AT)
            world.rows.add("friction_claims", *claim.cells, claim.fate, decider, at, at)
        found = list(steps)
        for outage in world.desk.incidents.every:
            if outage.ordinal == world.today and not outage.logged:
                self._claim(world, outage, found)

    def _claim(self, world: World, outage: Outage, steps: list[Step]) -> None:
        """Let some of the people who worked in the system meanwhile say so."""
        rng = random.Random(f"{outage.friction_id}-{outage.ordinal}-{outage.start}")
        hampered = sorted(
            {
                s.staff_id
                for s in steps
                if s.system == outage.system and s.start < outage.end and s.end > outage.start
            }
        )
        for staff_id in rng.sample(hampered, min(_CLAIMANTS, len(hampered))):
            fate = _FATES[self.made % len(_FATES)]
            self.made += 1
            start = outage.start - outage.start % _STEP
            end = outage.end - outage.end % -_STEP + (_TOO_LONG if fate == "rejected" else 0)
            span = (stamp(outage.ordinal, start), stamp(outage.ordinal, end))
            claim = Claimed(
                staff_id, (f"FC{self.made:05d}", staff_id, outage.system, outage.kind, *span), fate
            )
            world.rows.add("friction_claims", *claim.cells, "claimed", "", "", world.at(_TOLD_AT))
            if fate != "claimed":
                self.waiting[next_workday(world.today, rng.randint(1, 8))].append(claim)
