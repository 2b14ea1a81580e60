"""The contracts month by month: who was a member, what was paid and what it cost, how the measures came out, who is at risk.

Belongs here: the rows of contracts and their panels. Does not belong here: the members' stories (`members.py`).
The year before the first day is delivered on the first day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.sample.payers import PAYERS
from assets.sample.practice.members import BACK, PANELS, Contract, Member
from assets.sample.season import day_of, iso

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

    from assets.sample.practice.clinicians import Group
    from assets.sample.world import World

_MEASURES = (
    ("follow_up_after_discharge", "quality", 0.68, 0.65, "up"), ("advance_care_plan", "evidence_based_practice", 0.41, 0.45, "up"),
    ("experience_top_box", "satisfaction", 0.77, 0.74, "up"), ("uncontrolled_pain", "quality", 0.16, 0.18, "down"),
)  # fmt: skip
"""Measure, family, true share, target, and which way is good."""
_CALLED = 0.012
"""Chance that a member of high risk is called on a day: one in four in a month."""


@dataclass
class Panels:
    """What is told of the members of each contract; `members` are patients of the practice."""

    rng: random.Random
    members: list[Member]
    _met: dict[str, bool] = field(default_factory=dict)
    _shares: dict[str, float] = field(default_factory=dict)

    def live(self, world: World, group: Group) -> None:
        """Tell what came to be known today."""
        opening = world.today == world.first
        if opening:
            _export_contracts(world)
        for month in _months(world, opening=opening):
            self._month(world, month)
        begin = world.first - BACK if opening else world.today
        self._events(world, begin, world.today)
        self._contacts(world, group)

    def _month(self, world: World, month: date) -> None:
        """Tell a month: members and fees of it, costs of the one before, and after a quarter its measures."""
        first, last = month.toordinal(), _after(month).toordinal() - 1
        for contract in PANELS:
            here = [m for m in self.members if m.contract is contract and m.here(first, last)]
            shares = 0.0
            for member in here:
                days = min(member.left, last) - max(member.joined, first) + 1
                share = days / (last - first + 1)
                shares += share
                world.rows.add(
                    "member_months",
                    contract.contract_id,
                    member.key,
                    iso(first),
                    f"{share:.3f}" if share < 1 else "",
                    member.npi,
                )
            self._money(world, contract, month, shares)
            if month.month in {1, 4, 7, 10}:
                self._measures(world, contract, month, len(here))
                self._tiers(world, here, max(first, world.first - BACK))

    def _money(self, world: World, contract: Contract, month: date, shares: float) -> None:
        start, capitated = month.isoformat(), contract is PANELS[1]
        kind = "capitation" if capitated else "care_management"
        world.rows.add(
            "capitation_payments", contract.contract_id, start, kind, f"{contract.rate * shares:.2f}"
        )
        if month.month in {3, 6, 9, 12}:
            met = self._met.get(contract.contract_id, True)
            extra = ("quality_bonus" if met else "penalty") if capitated else "shared_savings"
            amount = self.rng.uniform(6, 14) * shares * (-1 if extra == "penalty" else 1)
            world.rows.add("capitation_payments", contract.contract_id, start, extra, f"{amount:.2f}")
        before, cared_for = _before(month).isoformat(), self._shares.get(contract.contract_id, 0.0)
        self._shares[contract.contract_id] = shares
        if cared_for:
            for scope, cost in (("own_services", contract.own_cost), ("total_cost_of_care", contract.cost)):
                amount = cost * cared_for * self.rng.uniform(0.97, 1.03)
                world.rows.add("member_costs", contract.contract_id, before, scope, f"{amount:.2f}")

    def _measures(self, world: World, contract: Contract, month: date, n_members: int) -> None:
        period = _before(_before(_before(month)))
        version, n_met = str(period.year), 0
        for measure, family, share, target, good in _MEASURES:
            n = max(n_members // 4, 5)
            hits = sum(self.rng.random() < share for _ in range(n))
            n_met += hits >= target * n if good == "up" else hits <= target * n
            world.rows.add(
                "quality_results", contract.contract_id, measure, version, family, period.isoformat(), str(hits), str(n),
                f"{target:.2f}", good,
            )  # fmt: skip

        # Three of four measures at their target bring the next bonus, fewer a penalty.
        self._met[contract.contract_id] = n_met > len(_MEASURES) / 2

    def _tiers(self, world: World, here: Iterable[Member], day: int) -> None:
        """Assign tiers at the begin of a quarter: most members get one, and those of high risk mostly the right one."""
        for member in here:
            if self.rng.random() < (0.2 if member.tier else 0.6):
                draw = self.rng.random()
                sure = draw < (0.8 if member.high else 0.03)
                member.tier = (
                    "high" if sure else "rising" if (draw < 0.9 and member.high) or draw < 0.25 else "low"
                )
                world.rows.add(
                    "risk_tiers",
                    member.contract.contract_id,
                    member.key,
                    member.tier,
                    iso(max(day, member.joined)),
                )

    def _events(self, world: World, begin: int, end: int) -> None:
        """Tell the stays that ended, and the visits to emergency departments, the day before: from `begin` to `end`."""
        for member in self.members:
            contract = member.contract.contract_id
            for stay in member.stays:
                if begin <= stay.discharged + 1 <= end:
                    world.rows.add(
                        "admissions", stay.number, contract, member.key, iso(stay.admitted), iso(stay.discharged), stay.kind,
                        _flag(stay.planned), _flag(stay.intensive), stay.disposition, stay.drg,
                    )  # fmt: skip
            for number, day, admitted in member.emergencies:
                if begin <= day + 1 <= end:
                    world.rows.add("ed_visits", number, contract, member.key, iso(day), _flag(admitted))

    def _contacts(self, world: World, group: Group) -> None:
        """Tell the calls to members of high risk: care management, which no claim pays."""
        for member in self.members:
            if (
                member.tier == "high"
                and member.here(world.today, world.today)
                and self.rng.random() < _CALLED
            ):
                npi = member.npi
                if group.works(group.of(npi), world.today):
                    at = world.at(62_000)
                    world.rows.add(
                        "encounters", world.number("ENC-CARE-"), npi, member.key, member.contract.payer, iso(world.today), "completed",
                        "telehealth", "false", "", "15", at, at,
                    )  # fmt: skip


def _export_contracts(world: World) -> None:
    since = iso(world.first - 800)
    value, capitated = (contract.contract_id for contract in PANELS)
    for payer in PAYERS:
        contract = f"K-{payer.code}"
        model = "capitation" if contract == capitated else "fee_for_service"
        scope = "total_cost_of_care" if contract == capitated else "own_services"
        world.rows.add(
            "payer_contracts", contract, "chassis", payer.code, f"PLAN {payer.code}", model, scope, since, ""
        )
        if contract == value:
            world.rows.add(
                "payer_contracts",
                contract,
                "value",
                payer.code,
                f"PLAN {payer.code}",
                "value_based",
                "total_cost_of_care",
                since,
                "",
            )


def _months(world: World, *, opening: bool) -> Iterator[date]:
    """Yield the months that begin today; on the first day all of the year before, and the one that runs."""
    today = day_of(world.today)
    if not opening:
        if today.day == 1:
            yield today
        return
    month = day_of(world.first - BACK).replace(day=1)
    while month <= today:
        yield month
        month = _after(month)


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _flag(value: bool) -> str:
    return "true" if value else "false"
