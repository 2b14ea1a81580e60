"""The people under the practice's contracts, and what happens to them: months, stays, visits to emergency departments, risk.

Belongs here: the story of each member, drawn once. Does not belong here: exporting it month by month (`panels.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from assets.sample.payers import DRGS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

BACK = 365
"""Days before the first one that the contracts' history reaches."""
_KINDS = (("acute", 78), ("observation", 10), ("rehab", 4), ("psychiatric", 3), ("snf", 5))
_ENDS = (
    ("home", 60),
    ("home_health", 15),
    ("snf", 12),
    ("transfer", 4),
    ("against_advice", 2),
    ("hospice", 4),
    ("died", 3),
)
_HIGH = 4.0
"""How much oftener a member of high risk is admitted or seen in an emergency department."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with a panel, and its hidden truth: stays and visits per thousand and year, readmissions, costs a month.

    `services` are visits to the practice per member and month, `inside` is the share of the payer's visits that are of members.
    """

    contract_id: str
    payer: str
    services: float
    inside: float
    stays: float
    emergencies: float
    readmitted: float
    intensive: float
    cost: float
    own_cost: float
    rate: float


PANELS = (
    Contract("K-SPA01", "SPA01", 0.55, 0.92, 260, 420, 0.15, 0.13, 1_040.0, 142.0, 8.0),
    Contract("K-SPE05", "SPE05", 0.36, 0.97, 220, 400, 0.15, 0.14, 950.0, 94.0, 920.0),
)
"""A value layer over a fee-for-service chassis, and a capitation for all care; both of old people. Which ranges this aims at stands in docs/quick-start.md."""


@dataclass(slots=True)
class Stay:
    """A stay in a hospital; `of` is the stay after which it is an unplanned return."""

    number: str
    admitted: int
    discharged: int
    kind: str
    planned: bool
    intensive: bool
    disposition: str
    drg: str
    of: str = ""


@dataclass(slots=True)
class Member:
    """A member from `joined` to `left`, both ordinals and inclusive; who stays leaves after the last day of the sample."""

    contract: Contract
    number: int
    npi: str
    joined: int
    left: int
    high: bool
    tier: str = ""
    died: bool = False
    stays: list[Stay] = field(default_factory=list)
    emergencies: list[tuple[str, int, bool]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return the member number, as claims carry it."""
        return f"SYN{self.number:08d}"

    def here(self, first: int, last: int) -> bool:
        """Say whether the member is one on any day of a span."""
        return self.joined <= last and self.left >= first


def make_members(  # noqa: PLR0913  (who, of which contract; when; by what)
    people: Sequence[int], npis: list[str], contract: Contract, *, first: int, last: int, rng: random.Random
) -> list[Member]:
    """Draw the members of a contract and their stories, from a year before the first day to the last."""
    numbers = count(1)
    return [
        _member(who, npis[i % len(npis)], contract, first, last, rng, numbers) for i, who in enumerate(people)
    ]


def _member(  # noqa: PLR0913, PLR0917  (who, of which contract; when; by what)
    who: int, npi: str, contract: Contract, first: int, last: int, rng: random.Random, numbers: Iterator[int]
) -> Member:
    span = last + BACK - first
    joined = first - BACK if rng.random() < 0.85 else first - BACK + rng.randrange(span)
    left = last + BACK if rng.random() < 0.9 else rng.randint(joined, last)
    member = Member(contract, who, npi, joined, left, rng.random() < 0.12)
    oftener = _HIGH if member.high else 1.0
    # What the few of high risk have more, the others have less: the rate of the contract stays what it is.
    level = oftener / (1 + 0.12 * (_HIGH - 1))
    day = joined + rng.expovariate(contract.stays * level / 365_000)
    while day <= min(member.left, last):
        stay = _stay(contract, int(day), rng, f"{contract.payer}{next(numbers):06d}")
        # Who has left the panel may be admitted elsewhere; the payer of the contract does not hear of it.
        back = [one for one in _returns(contract, stay, rng, numbers) if one.admitted <= member.left]
        stays = [stay, *back]
        member.stays += stays
        if any(one.disposition == "died" for one in stays):
            member.died, member.left = True, min(member.left, stays[-1].discharged)
        day = stays[-1].discharged + 1 + rng.expovariate(contract.stays * level / 365_000)
    for stay in member.stays:
        if stay.kind == "acute" and not stay.planned and rng.random() < 0.6:
            member.emergencies.append((f"ED{contract.payer}{next(numbers):06d}", stay.admitted, True))
    day = joined + rng.expovariate(contract.emergencies * level / 365_000)
    while day <= min(member.left, last):
        member.emergencies.append((f"ED{contract.payer}{next(numbers):06d}", int(day), False))
        day += 1 + rng.expovariate(contract.emergencies * level / 365_000)
    return member


def _stay(contract: Contract, admitted: int, rng: random.Random, number: str) -> Stay:
    kind = rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0]
    planned = kind == "acute" and rng.random() < 0.12
    end = rng.choices([e for e, _ in _ENDS], [w for _, w in _ENDS])[0]
    length = 1 + int(rng.expovariate(0.25))
    return Stay(
        number, admitted, admitted + length, kind, planned, kind == "acute" and rng.random() < contract.intensive, end,
        rng.choice(DRGS),
    )  # fmt: skip


def _returns(contract: Contract, stay: Stay, rng: random.Random, numbers: Iterator[int]) -> list[Stay]:
    """Return the unplanned stay within thirty days after an acute one, where there is one."""
    if (
        stay.kind != "acute"
        or stay.disposition in {"died", "transfer"}
        or rng.random() >= contract.readmitted
    ):
        return []
    back = _stay(contract, stay.discharged + rng.randint(1, 29), rng, f"{contract.payer}{next(numbers):06d}")
    back.kind, back.planned, back.of = "acute", False, stay.number
    return [back]
