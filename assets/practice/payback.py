"""What a plan does to cash, month by month: breakeven, payback, the largest hole, and which input moves them most.

    breakeven visits = (fixed cost - payments by member) / (net revenue per visit by payer mix - variable cost per visit)

with the members of the last month; no visits are needed where payments by member carry the fixed cost. Payback is the first month at the end of which cumulative cash is not below zero.
Belongs here: the computation, in Decimal. Does not belong here: the plan (`scenario.py`), printing it, storing it.
Pure: neither Dagster nor a database connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from assets.practice.scenario import varied

if TYPE_CHECKING:
    from assets.practice.scenario import Payer, Scenario

_CENT, _FINE = Decimal("0.01"), Decimal("0.0001")
_DAYS_OF_A_MONTH = 30
ZERO = Decimal(0)


@dataclass(frozen=True)
class Month:
    """One month; month 0 is the time before the opening. Visits in visits, everything else in USD.

    `earned` is what the month's visits will bring, `by_member` what its members will, `collected` what arrived of either.
    """

    number: int
    begins_on: date
    booked: Decimal
    visits: Decimal
    earned: Decimal
    by_member: Decimal
    collected: Decimal
    fixed: Decimal
    variable: Decimal
    start_up: Decimal
    cash: Decimal
    cumulative: Decimal


@dataclass(frozen=True)
class Projection:
    """What follows from a plan.

    `contribution` is net revenue less variable cost of one visit; `room_limit` the completed visits a month that the rooms allow.
    `breakeven` (visits a month) is None when no number of visits would do; `payback` (month) is None when it lies beyond
    the horizon; `hole` is the largest amount by which cumulative cash lies below zero, and `hole_month` the month of it.
    """

    months: tuple[Month, ...]
    contribution: Decimal
    room_limit: Decimal
    breakeven: Decimal | None
    breakeven_day: Decimal | None
    payback: int | None
    hole: Decimal
    hole_month: int | None
    remarks: tuple[str, ...]

    @property
    def final(self) -> Decimal:
        """Cumulative cash at the end of the horizon."""
        return self.months[-1].cumulative


@dataclass(frozen=True)
class Swing:
    """What one input does at its low and its high value, everything else as planned."""

    key: str
    low: Decimal
    high: Decimal
    at_low: Projection
    at_high: Projection

    @property
    def width(self) -> Decimal:
        """How far it moves cumulative cash at the end of the horizon."""
        return abs(self.at_high.final - self.at_low.final)


def project(plan: Scenario) -> Projection:
    """Return what follows from a plan."""
    months = _months(plan)
    contribution = contribution_per_visit(plan)
    to_earn = max(fixed_per_month(plan) - _by_member(plan, plan.horizon_months), ZERO)
    breakeven = ZERO if to_earn == 0 else to_earn / contribution if contribution > 0 else None
    payback = next((m.number for m in months[1:] if m.cumulative >= 0), None)
    deepest = min(months, key=lambda m: (m.cumulative, m.number))
    below = deepest.cumulative < 0
    return Projection(
        months=months,
        contribution=contribution.quantize(_FINE),
        room_limit=_room_limit(plan).quantize(_FINE),
        breakeven=None if breakeven is None else breakeven.quantize(_FINE),
        breakeven_day=None
        if breakeven is None
        else (breakeven / plan.visits.working_days_month).quantize(_FINE),
        payback=payback,
        hole=-deepest.cumulative if below else ZERO,
        hole_month=deepest.number if below else None,
        remarks=tuple(_remarks(plan, months, contribution, breakeven, payback)),
    )


def tornado(plan: Scenario) -> list[Swing]:
    """Return the inputs of the plan's sensitivity, the one that moves cash most first."""
    swings = [
        Swing(key, low, high, project(varied(plan, key, low)), project(varied(plan, key, high)))
        for key, (low, high) in plan.sensitivity.items()
    ]
    return sorted(swings, key=lambda swing: (-swing.width, swing.key))


def contribution_per_visit(plan: Scenario) -> Decimal:
    """Return what one visit brings by payer mix, less what it costs; a capitated visit brings nothing, USD."""
    revenue = sum((payer.share * (payer.net_per_visit or ZERO) for payer in plan.payers), ZERO)
    return revenue - plan.costs.variable_per_visit


def fixed_per_month(plan: Scenario) -> Decimal:
    """Return the fixed cost of a month: salaries with benefits, staff and the rest, USD to the cent."""
    costs = plan.costs
    salaries = costs.salary_year * costs.clinicians * (1 + costs.benefits_share)
    return ((salaries + costs.staff_year) / 12 + costs.other_fixed_month).quantize(_CENT)


def _capacity(plan: Scenario) -> Decimal:
    """Return how many visits can be booked in a month: a visit that is missed has blocked its room."""
    visits = plan.visits
    return visits.rooms * visits.visits_per_room_day * visits.working_days_month


def _room_limit(plan: Scenario) -> Decimal:
    """Return how many visits can be completed in a month."""
    return _capacity(plan) * (1 - plan.visits.no_show_share)


def _months(plan: Scenario) -> tuple[Month, ...]:
    horizon, costs = plan.horizon_months, plan.costs
    capacity, fixed = _capacity(plan), fixed_per_month(plan)
    start_up = costs.start_up.quantize(_CENT)
    collected = [ZERO] * (horizon + 1)
    out = [
        Month(
            0,
            _later(plan.opens, -1),
            ZERO,
            ZERO,
            ZERO,
            ZERO,
            ZERO,
            ZERO,
            ZERO,
            start_up,
            -start_up,
            -start_up,
        )
    ]
    for number in range(1, horizon + 1):
        booked = min(_at(plan.visits.ramp, number), capacity)
        visits = (booked * (1 - plan.visits.no_show_share)).quantize(_FINE)
        earned = [(visits * p.share * (p.net_per_visit or ZERO)).quantize(_CENT) for p in plan.payers]
        members = [_of_members(p, number) for p in plan.payers]
        for payer, by_visit, by_member in zip(plan.payers, earned, members, strict=True):
            _pay(collected, number, by_visit, payer.collections_lag_days)
            _pay(collected, number, by_member, payer.pmpm_lag_days)
        variable = (visits * costs.variable_per_visit).quantize(_CENT)
        # Money of a month arrives in it or later, so this month's is complete now.
        cash = collected[number] - fixed - variable
        out.append(
            Month(
                number=number,
                begins_on=_later(plan.opens, number - 1),
                booked=booked.quantize(_FINE),
                visits=visits,
                earned=sum(earned, ZERO),
                by_member=sum(members, ZERO),
                collected=collected[number],
                fixed=fixed,
                variable=variable,
                start_up=ZERO,
                cash=cash,
                cumulative=out[-1].cumulative + cash,
            )
        )
    return tuple(out)


def _pay(collected: list[Decimal], number: int, amount: Decimal, lag_days: int) -> None:
    """Put an amount into the months in which it arrives; what arrives after the horizon is lost to view."""
    whole, rest = divmod(lag_days, _DAYS_OF_A_MONTH)
    late = (amount * rest / _DAYS_OF_A_MONTH).quantize(_CENT)
    for month, part in ((number + whole, amount - late), (number + whole + 1, late)):
        if month < len(collected):
            collected[month] += part


def _of_members(payer: Payer, number: int) -> Decimal:
    if payer.pmpm is None or payer.members is None:
        return ZERO
    return (payer.pmpm * _at(payer.members, number)).quantize(_CENT)


def _by_member(plan: Scenario, number: int) -> Decimal:
    return sum((_of_members(payer, number) for payer in plan.payers), ZERO)


def _at(series: tuple[Decimal, ...], number: int) -> Decimal:
    return series[min(number, len(series)) - 1]


def _later(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def _remarks(
    plan: Scenario,
    months: tuple[Month, ...],
    contribution: Decimal,
    breakeven: Decimal | None,
    payback: int | None,
) -> list[str]:
    out = []
    if contribution <= 0:
        out.append("a visit brings no more than it costs")
    if breakeven is not None and breakeven > _room_limit(plan):
        out.append("the rooms do not allow as many visits as breakeven takes")
    if _at(plan.visits.ramp, plan.horizon_months) > _capacity(plan):
        out.append("the rooms limit the visits at the end of the horizon")
    if payback is not None and any(m.cumulative < 0 for m in months[payback:]):
        out.append("cumulative cash falls below zero again after the payback month")
    return out
