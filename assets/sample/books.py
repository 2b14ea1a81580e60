"""What the bookkeeper reports: each month by payer class, and what each client of the billing company paid and cost.

Belongs here: sums of a month and the day on which it is closed. Does not belong here: single accounts (`accounts.py`).
Gross charges are those entered, contractual adjustments, bad debt and cash those posted in the month, so that the books
agree with the feeds of the same days. Months before the first day are worked out from the size of the office.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.payers import PAYERS, PROVIDER_NPIS
from assets.sample.season import day_of, is_workday, iso, next_workday, volume_index
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.sample.claims import Claim
    from assets.sample.people import Shift
    from assets.sample.world import World

_MONTHS_BEFORE = 6
_CLOSED_AFTER = 4  # working days of the following month
_CLIENTS = {"CLIENT-A": 42_00, "CLIENT-B": 38_00, "CLIENT-C": 33_00}
"""Clients of the billing company, and the fee for each claim in cents."""
_PATIENT_SHARE = 0.085  # of what is allowed, as the simulation pays it
_LOST = 0.45  # of what is denied at first, never paid
_OPERATING = 0.62  # operating cost of the practice as a share of net revenue
_FIXED = 0.44  # fixed part of it


@dataclass(slots=True)
class Sums:
    """A month of one payer class or client, in cents."""

    gross: int = 0
    contractual: int = 0
    cash: int = 0
    bad_debt: int = 0
    claims: int = 0


@dataclass
class Books:
    """The month that is open, and the one that waits to be closed."""

    classes: defaultdict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    clients: defaultdict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    wages: int = 0
    waiting: list[tuple[int, list[tuple[str, tuple[str, ...]]]]] = field(default_factory=list)

    def charged(self, claim: Claim) -> None:
        """Take in the charges of a claim."""
        for sums in (self.classes[claim.payer.payer_class], self.clients[client_of(claim)]):
            sums.gross += claim.charge
            sums.claims += 1

    def adjusted(self, claim: Claim, why: str, amount: int) -> None:
        """Take in an adjustment."""
        if why == "contractual":
            self.classes[claim.payer.payer_class].contractual += amount
        elif why in {"bad_debt", "small_balance"}:
            self.classes["self_pay"].bad_debt += amount

    def cash(self, claim: Claim, amount: int, *, by_patient: bool) -> None:
        """Take in a payment that was posted."""
        self.classes["self_pay" if by_patient else claim.payer.payer_class].cash += amount
        self.clients[client_of(claim)].cash += amount

    def worked(self, shifts: Iterable[Shift]) -> None:
        """Take in the wages of a day."""
        self.wages += sum(s.person.pay_cents * (480 + s.overtime_min) // 60 for s in shifts)

    def open(self, world: World) -> None:
        """Work out the months before the first day, and the days of the first month before it."""
        self.classes.clear()
        self.clients.clear()
        self.wages = 0
        first = day_of(world.first).replace(day=1).toordinal()
        prices = _prices(world)
        starts = [first]
        for _ in range(_MONTHS_BEFORE):
            starts.append(day_of(starts[-1] - 1).replace(day=1).toordinal())
        for start, after in zip(reversed(starts[1:]), reversed(starts[:-1]), strict=True):
            self._expect(world, prices, range(start, after))
            self._keep(start, after)
        self._expect(world, prices, range(first, world.first))

    def _expect(self, world: World, prices: dict[str, float], days: range) -> None:
        """Add what an office of this size takes in on days that are not simulated."""
        claims = world.claims_per_day * sum(map(volume_index, days))
        weights = sum(p.weight for p in PAYERS)
        for payer in PAYERS:
            n = claims * payer.weight / weights * world.aside.uniform(0.97, 1.03)
            gross = n * prices[payer.payer_class]
            lost = gross * payer.denial_rate * _LOST
            allowed = (gross - lost) * payer.allowed
            sums = self.classes[payer.payer_class]
            sums.gross += round(gross)
            sums.claims += round(n)
            sums.contractual += round(gross - lost - allowed)
            sums.cash += round(allowed * (1 - _PATIENT_SHARE))
            self.classes["self_pay"].cash += round(allowed * _PATIENT_SHARE * 0.75)
            self.classes["self_pay"].bad_debt += round(allowed * _PATIENT_SHARE * 0.22)
            for client in _CLIENTS:
                self.clients[client].cash += round(allowed * 0.98 / len(_CLIENTS))
                self.clients[client].claims += round(n / len(_CLIENTS))
        staff = [p for p in world.people if p.hired < world.first]
        self.wages += sum(p.pay_cents * 8 for p in staff) * sum(map(is_workday, days))

    def close_month(self, world: World) -> None:
        """Set the month aside on its last day, and deliver on a working day what is ready."""
        tomorrow = day_of(world.today + 1)
        if tomorrow.day == 1:
            self._keep(day_of(world.today).replace(day=1).toordinal(), world.today + 1)
        while self.waiting and self.waiting[0][0] <= world.today:
            for feed, cells in self.waiting.pop(0)[1]:
                world.rows.add(feed, *cells)

    def _keep(self, start: int, after: int) -> None:
        """Close the books of a month that began on `start`; they are delivered some working days after its end."""
        rows: list[tuple[str, tuple[str, ...]]] = []
        gross = sum(s.gross for s in self.classes.values()) or 1
        claims = sum(s.claims for s in self.clients.values()) or 1
        for name, s in sorted(self.classes.items()):
            cost = self.wages * s.gross // gross
            npsr = s.gross - s.contractual
            operating = max(round(npsr * _OPERATING), 0)
            costs = (cost, operating, round(operating * _FIXED))
            money = (s.gross, s.contractual, npsr, s.cash, s.bad_debt, *costs)
            rows.append(("financials", (iso(start), name, *map(usd, money))))
        for name, s in sorted(self.clients.items()):
            cost = self.wages * s.claims // claims
            amounts = (s.claims * _CLIENTS[name], cost, s.cash)
            rows.append(("client_fees", (name, iso(start), *map(usd, amounts))))
        self.waiting.append((next_workday(after - 1, _CLOSED_AFTER), rows))
        self.classes.clear()
        self.clients.clear()
        self.wages = 0


def client_of(claim: Claim) -> str:
    """Return the client for whose provider a claim is billed."""
    return tuple(_CLIENTS)[PROVIDER_NPIS.index(claim.npi) % len(_CLIENTS)]


def _prices(world: World) -> dict[str, float]:
    """Return the mean charge of a claim by payer class, from the claims that are open on the first day."""
    total: defaultdict[str, list[int]] = defaultdict(list)
    for claim in world.accounts.values():
        total[claim.payer.payer_class].append(claim.charge)
    every = [charge for charges in total.values() for charge in charges] or [60_000]
    mean = sum(every) / len(every)
    return {p.payer_class: sum(c) / len(c) if (c := total[p.payer_class]) else mean for p in PAYERS}
