"""The patients of the practice: one population, from which claims, visits, members and stays are drawn.

Belongs here: who belongs to which payer, who of them is under a contract with a panel, and whose visit something is. Does not belong
here: the members' stories (`members.py`) and what is told of them (`panels.py`).
A person has one payer for good. Who is drawn comes from generators of its own, so that the office's own story stays what it was.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.payers import PAYERS
from assets.sample.practice.clinicians import PALLIATIVE
from assets.sample.practice.members import PANELS, Contract, Member, make_members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.sample.payers import Payer
    from assets.sample.practice.clinicians import Group

_VISITS = 0.45
"""Visits of a patient without a panel, a month."""
_MONTH = 22.0
"""A month's visits in those of an ordinary weekday, weekends included."""
_ACTIVE = 0.87
"""Share of all who are ever members that is one on a day."""
_LAPSED = 0.01
"""Share of the members' visits that are of somebody whose membership has ended: the card is still in the wallet."""
_WALLET = 90
"""Days for which it is."""
_OFTENER = 3
"""How much oftener a member of high risk is seen."""
_LEAST, _MOST = 12, 20_000
"""Members of a panel; above the most of it a very large office sees ever more people outside, so that memory stays bounded."""
_TRIES = 200
_NUMBERS = 10_000_000
"""Numbers kept for the people of each payer; members have the lowest."""


@dataclass
class Patients:
    """The patients of an office with some `claims_per_day` that is simulated from `first` to `last`, both ordinals."""

    group: Group
    claims_per_day: int
    first: int
    last: int
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        seed = self.group.seed
        self._rng = random.Random(f"{seed}-patients")
        stories = random.Random(f"{seed}-panels")
        npis = [c.npi for c in self.group.everybody if c.kind == "physician" and c.specialty != PALLIATIVE]
        self._first_number = {payer.code: i * _NUMBERS for i, payer in enumerate(PAYERS, 1)}
        self._visits = {p.code: max(self.claims_per_day * p.weight * _MONTH, 1.0) for p in PAYERS}
        self._by_need: dict[str, list[Member]] = {}
        self._inside: dict[str, float] = {}
        for contract in PANELS:
            self._enrol(contract, npis, stories)

    def whose(self, payer: Payer, day: int, rng: random.Random | None = None) -> int:
        """Return the number of the person whose visit of a day it is; most visits under a panel are of people who are members then."""
        rng, code = rng or self._rng, payer.code
        if rng.random() < self._inside.get(code, 0.0):
            lapsed = rng.random() < _LAPSED
            found = next((m for m in _some(self._by_need[code], rng) if _fits(m, day, lapsed=lapsed)), None)
            if found:
                return found.number
        outside = round(self._visits[code] * (1 - self._inside.get(code, 0.0)) / _VISITS)
        panel = _MOST if code in self._inside else 0
        return self._first_number[code] + panel + rng.randrange(min(max(outside, _LEAST), _NUMBERS - panel))

    def anybody(self, day: int, rng: random.Random) -> int:
        """Return the number of a patient of any payer."""
        return self.whose(rng.choices(PAYERS, [p.weight for p in PAYERS])[0], day, rng)

    def _enrol(self, contract: Contract, npis: list[str], stories: random.Random) -> None:
        """Make a panel as large as its visits ask for."""
        visits, each = self._visits[contract.payer], contract.services * _ACTIVE
        size = min(max(round(visits * contract.inside / each), _LEAST), _MOST)
        begin = self._first_number[contract.payer]
        numbers = range(begin, begin + size)
        mine = make_members(numbers, npis, contract, first=self.first, last=self.last, rng=stories)
        self.members += mine
        self._by_need[contract.payer] = [m for m in mine for _ in range(_OFTENER if m.high else 1)]
        self._inside[contract.payer] = min(contract.inside, size * each / visits)


def _some(members: list[Member], rng: random.Random) -> Iterable[Member]:
    return (members[int(rng.random() * len(members))] for _ in range(_TRIES))


def _fits(member: Member, day: int, *, lapsed: bool) -> bool:
    if lapsed:
        return member.left < day <= member.left + _WALLET and not member.died
    return member.here(day, day)
