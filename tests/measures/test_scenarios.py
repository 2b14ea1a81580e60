"""Saved plans as tables: the months are those of the computation, and the answers in SQL are its answers."""

from decimal import Decimal

import pytest

from assets.measures.scenarios import SCENARIOS, scenario_rows
from assets.practice.payback import project
from assets.practice.scenario import EXAMPLE_PATH, read_scenario
from assets.settings import Settings, load_settings
from tests.practice.plans import PLAN, written

VARIANTS = {
    "plan": PLAN,
    "dear": PLAN.replace("start_up = 1000", "start_up = 100000"),
    "capitated": PLAN.replace("share = 0.8", "share = 0").replace("share = 0.2\npmpm", "share = 1\npmpm"),
    "members": PLAN.replace("pmpm = 12", "pmpm = 600"),
    "cramped": PLAN.replace("visits_per_room_day = 2", "visits_per_room_day = 0.5"),
    "fades": PLAN.replace("ramp = [10, 30]", "ramp = [20, 20, 20, 20, 20, 20, 20, 0]").replace(
        "= 8\n", "= 40\n"
    ),
    "example": EXAMPLE_PATH.read_text(encoding="utf-8"),
}


def saved(folder, plans):
    """Return settings of an office with these plans in its folder."""
    for name, text in plans.items():
        written(folder, text, f"{name}.toml")
    return Settings(practice={"scenarios": folder})


def test_the_sql_answers_what_the_computation_answers(office, tmp_path):
    office.refer(SCENARIOS, scenario_rows(saved(tmp_path, VARIANTS)))
    rows = office.build("measures.scenario_results")
    found = {(row["scenario"], row["definition_id"]): row["value"] for row in rows}
    for name in VARIANTS:
        said = project(read_scenario(tmp_path / f"{name}.toml"))
        breakeven = found[name, "whatif.breakeven_visits"]
        assert breakeven == (
            None if said.breakeven is None else pytest.approx(float(said.breakeven), abs=1e-4)
        ), name
        assert found[name, "whatif.payback_month"] == said.payback, name
        assert found[name, "whatif.largest_hole"] == float(said.hole), name
    assert len(rows) == 3 * len(VARIANTS)


def test_a_file_that_is_no_plan_is_a_row_that_says_why_and_keeps_no_other_out(tmp_path):
    rows = scenario_rows(
        saved(tmp_path, {"a": PLAN, "b": PLAN.replace("rooms = 1", "rooms = 0"), "c": "= nonsense"})
    )
    problems = dict(rows.filter(rows["problem"].is_not_null()).select("scenario", "problem").iter_rows())
    assert problems["b"] == "visits.rooms: Input should be greater than 0"
    assert problems["c"].startswith("is no TOML")
    assert rows.filter(rows["scenario"] == "a").height == 9
    assert str(tmp_path) not in str(problems)


def test_the_plans_are_read_in_the_order_of_their_names_and_twice_alike(tmp_path):
    settings = saved(tmp_path, {"b": PLAN, "a": PLAN})
    rows = scenario_rows(settings)
    assert rows["scenario"].unique(maintain_order=True).to_list() == ["a", "b"]
    assert rows.equals(scenario_rows(settings))


def test_without_a_folder_there_are_no_plans_and_no_answers(office, tmp_path):
    rows = scenario_rows(Settings(practice={"scenarios": tmp_path / "absent"}))
    assert rows.height == 0
    assert rows.columns == list(SCENARIOS.columns)
    assert office.build("measures.scenario_results") == []


def test_the_folder_of_the_plans_lies_beside_the_configuration(tmp_path):
    config = tmp_path / "rcmbench.toml"
    config.write_text("", encoding="utf-8")
    assert load_settings(config).practice.scenarios == tmp_path / "scenarios"
    config.write_text('[practice]\nscenarios = "plans"\n', encoding="utf-8")
    assert load_settings(config).practice.scenarios == tmp_path / "plans"


def test_the_sum_of_the_months_cash_is_the_cumulative_to_the_cent(tmp_path):
    rows = scenario_rows(saved(tmp_path, {"example": VARIANTS["example"]}))
    assert rows["cash"].sum() == rows["cumulative"][-1]
    assert rows["cash"].sum() == rows["cash"].sum().quantize(Decimal("0.01"))
