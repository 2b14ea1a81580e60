"""What a plan does to cash: by hand, and what must hold of every plan."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.practice.payback import project, tornado
from assets.practice.scenario import Scenario, read_scenario, varied
from tests.practice.plans import SENSITIVE, written


@pytest.fixture
def plan(tmp_path):
    return read_scenario(written(tmp_path))


def changed(plan, **parts):
    """Return the plan with keys of its sections replaced: costs={...}, visits={...}."""
    values = plan.model_dump()
    for section, keys in parts.items():
        values[section] = values[section] | keys if isinstance(keys, dict) else keys
    return Scenario.model_validate(values)


def test_the_plan_worked_out_by_hand(plan):
    """Fixed 4,000 x 1.2 / 12 + 600 / 12 + 50 = 500 a month; a visit leaves .8 x 60 - 10 = 38; members bring 120 a month.

    Month 1: 10 visits, 120 - 600 = -480. Month 2: 20 visits (the rooms allow no more), 480 + 120 - 700 = -100.
    From then on 960 + 120 - 700 = 380. So -1,000 - 480 - 100 = -1,580, and + 5 x 380 = 320 at the end of month 7.
    """
    found = project(plan)
    assert [m.cumulative for m in found.months] == [-1000, -1480, -1580, -1200, -820, -440, -60, 320, 700]
    assert [m.visits for m in found.months[:4]] == [0, 10, 20, 20]
    assert (found.contribution, found.breakeven, found.breakeven_day) == (38, 10, 1)
    assert (found.payback, found.hole, found.hole_month, found.final) == (7, 1580, 2, 700)
    assert found.remarks == ("the rooms limit the visits at the end of the horizon",)
    assert [m.begins_on for m in found.months[::7]] == [date(2026, 6, 1), date(2027, 1, 1)]


def test_breakeven_visits_bring_no_cash_and_cost_none_once_money_flows(plan):
    at = project(plan).breakeven
    months = project(changed(plan, visits={"ramp": (at,)})).months
    assert {m.cash for m in months[2:]} == {Decimal(0)}


def test_who_does_not_come_brings_nothing_and_still_blocks_the_room(plan):
    found = project(changed(plan, visits={"no_show_share": Decimal("0.25")}))
    assert [m.visits for m in found.months[:3]] == [0, Decimal("7.5"), 15]
    assert found.room_limit == 15


def test_money_that_takes_six_weeks_comes_half_a_month_apart(plan):
    late = [p.model_copy(update={"collections_lag_days": 45}) for p in plan.payers]
    found = project(plan.model_copy(update={"payers": tuple(late)}))
    assert [m.collected - m.by_member for m in found.months[:4]] == [0, 0, 240, 240 + 480]


def test_a_capitated_visit_brings_nothing_and_costs_what_it_costs(plan):
    capitated = varied(plan, "payers.Pays by visit.share", Decimal(0))
    found = project(capitated)
    assert (found.contribution, found.breakeven) == (-10, None)
    assert sum(m.earned for m in found.months) == 0
    assert "a visit brings no more than it costs" in found.remarks


def test_members_can_carry_the_fixed_cost_without_a_visit(plan):
    paid = [p.model_copy(update={"pmpm": Decimal(60)}) if p.pmpm else p for p in plan.payers]
    assert project(plan.model_copy(update={"payers": tuple(paid)})).breakeven == 0


def test_money_after_the_horizon_is_not_counted(plan):
    late = [p.model_copy(update={"collections_lag_days": 720}) for p in plan.payers]
    found = project(plan.model_copy(update={"payers": tuple(late)}))
    assert sum(m.collected for m in found.months) == 8 * 120


def test_rooms_that_are_too_small_for_breakeven_are_told(plan):
    assert (
        "the rooms do not allow as many visits as breakeven takes"
        in project(changed(plan, visits={"visits_per_room_day": Decimal("0.9")})).remarks
    )


def test_a_payback_that_does_not_last_is_told(plan):
    """Visits dry up after they have paid: the month is the first one all the same, with a remark."""
    found = project(changed(plan, visits={"ramp": (20,) * 6 + (0,)}, horizon_months=20))
    assert found.payback is not None
    assert "cumulative cash falls below zero again after the payback month" in found.remarks


def test_the_input_that_moves_cash_most_comes_first_with_its_low_and_high(tmp_path):
    swings = tornado(read_scenario(written(tmp_path, SENSITIVE)))
    assert [s.key for s in swings] == ["visits.ramp", "costs.start_up", "payers.Pays by visit.net_per_visit"]
    # Without visits eight months bring 8 x 120 and cost 1,000 + 8 x 500.
    assert (swings[0].at_low.final, swings[0].at_high.final) == (-4040, 700)
    assert (swings[1].at_low.payback, swings[1].at_high.payback) == (4, None)
    assert swings[2].width == 0


cents = st.integers(0, 10**7).map(lambda n: Decimal(n) / 100)
shares = st.integers(0, 100).map(lambda n: Decimal(n) / 100)
series = st.lists(st.integers(0, 500).map(Decimal), min_size=1, max_size=6)


@st.composite
def plans(draw):
    """Return any plan with one payer by visit and one by member."""
    by_visit = draw(shares)
    return Scenario.model_validate(
        {
            "name": "Any",
            "opens": date(2026, draw(st.integers(1, 12)), 1),
            "horizon_months": draw(st.integers(1, 40)),
            "costs": {
                "start_up": draw(cents),
                "salary_year": draw(cents),
                "other_fixed_month": draw(cents) / 10 + 1,
                "variable_per_visit": draw(cents) / 1000,
            },
            "visits": {"ramp": draw(series), "no_show_share": draw(shares), "rooms": 2, "visits_per_room_day": 8},
            "payers": [
                {"name": "a", "model": "value_based", "share": by_visit, "net_per_visit": draw(cents) / 100,
                 "collections_lag_days": draw(st.integers(0, 200)), "pmpm": draw(cents) / 10**5, "members": draw(series)},
                {"name": "b", "model": "capitation", "share": 1 - by_visit, "pmpm": draw(cents) / 10**5,
                 "members": draw(series), "pmpm_lag_days": draw(st.integers(0, 90))},
            ],
        }
    )  # fmt: skip


def months_to(found):
    return found.payback if found.payback is not None else 10**6


@settings(max_examples=60, deadline=None)
@given(
    plans(), st.sampled_from(["start_up", "salary_year", "other_fixed_month", "variable_per_visit"]), cents
)
def test_more_cost_never_pays_back_sooner_and_never_makes_the_hole_smaller(plan, key, more):
    dearer = varied(plan, f"costs.{key}", getattr(plan.costs, key) + more / 10**3)
    before, after = project(plan), project(dearer)
    assert months_to(after) >= months_to(before)
    assert after.hole >= before.hole
    assert after.final <= before.final


@settings(max_examples=60, deadline=None)
@given(plans(), cents)
def test_more_money_for_a_visit_never_pays_back_later(plan, more):
    price = plan.payers[0].net_per_visit + more / 1000
    assert months_to(project(varied(plan, "payers.a.net_per_visit", price))) <= months_to(project(plan))


@settings(max_examples=40, deadline=None)
@given(plans())
def test_without_visits_and_members_a_cost_is_never_paid_back(plan):
    empty = varied(plan, "visits.ramp", Decimal(0))
    for name in "ab":
        empty = varied(empty, f"payers.{name}.members", Decimal(0))
    found = project(empty)
    assert found.payback is None
    assert found.hole == -found.final > 0


@settings(max_examples=60, deadline=None)
@given(plans())
def test_cash_is_what_came_in_less_what_went_out_and_nothing_comes_in_unearned(plan):
    found = project(plan)
    money_in = sum(m.collected for m in found.months)
    money_out = sum(m.fixed + m.variable + m.start_up for m in found.months)
    assert found.final == money_in - money_out
    earned = collected = Decimal(0)
    for month in found.months:
        earned, collected = earned + month.earned + month.by_member, collected + month.collected
        assert collected <= earned
        assert month.visits <= found.room_limit
    assert found.hole == max(Decimal(0), *(-m.cumulative for m in found.months))


@settings(max_examples=20, deadline=None)
@given(plans())
def test_the_same_plan_gives_the_same_result(plan):
    assert project(plan) == project(Scenario.model_validate(plan.model_dump()))
