"""The file of a plan: what is wrong with it is named by file, key and reason."""

import tomllib
from decimal import Decimal

import pytest

from assets.practice.scenario import (
    EXAMPLE_PATH,
    Costs,
    Payer,
    Scenario,
    ScenarioError,
    Visits,
    read_scenario,
    varied,
)
from tests.practice.plans import PLAN, SENSITIVE, written


def refused(folder, text):
    path = written(folder, text)
    with pytest.raises(ScenarioError) as error:
        read_scenario(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start_up = 1000", "start_up = -1", "costs.start_up: Input should be greater than or equal to 0"),
        ("start_up = 1000", "start_up = nan", "costs.start_up: "),
        ("start_up = 1000", "start_up = true", "costs.start_up: must be a number"),
        ("start_up = 1000", "startup = 1000", "costs.startup: Extra inputs are not permitted"),
        ("variable_per_visit = 10\n", "", "costs.variable_per_visit: Field required"),
        ("ramp = [10, 30]", "ramp = []", "visits.ramp: "),
        ("rooms = 1", "rooms = 0", "visits.rooms: Input should be greater than 0"),
        ("opens = 2026-07-01", "opens = 2026-07-02", "opens: must be the first day of a month"),
        ("horizon_months = 8", "horizon_months = 121", "horizon_months: "),
        ("share = 0.8", "share = 0.7", "payers: the shares add up to 0.9, not to 1"),
        ('name = "Pays by member"', 'name = "Pays by visit"', "payers: two payers have the same name"),
        ("net_per_visit = 60\n", "", "payers.1: net_per_visit: is missing; fee_for_service pays by visit"),
        ("pmpm = 12\n", "", "payers.2: pmpm and members: capitation needs both"),
        ("pmpm = 12\n", "pmpm = 12\nnet_per_visit = 5\n", "payers.2: net_per_visit: a capitated visit brings nothing"),
        ("net_per_visit = 60\n", "net_per_visit = 60\npmpm = 1\n", "payers.1: pmpm and members: fee_for_service pays"),
        ('"capitation"', '"barter"', "payers.2.model: "),
        ("[costs]", "[costs", "is no TOML: "),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_key_and_reason(tmp_path, old, new, said):
    assert old in PLAN
    assert refused(tmp_path, PLAN.replace(old, new, 1)).startswith(said)


def test_every_fault_of_a_file_is_told_at_once(tmp_path):
    text = PLAN.replace("start_up = 1000", "start_up = -1").replace("rooms = 1", "rooms = 0")
    assert len(refused(tmp_path, text).splitlines()) == 2


def test_a_value_is_not_repeated_in_an_error(tmp_path):
    assert "98765" not in refused(tmp_path, PLAN.replace("horizon_months = 8", "horizon_months = 98765"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"absent\.toml: cannot be read: No such file"):
        read_scenario(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"costs.beer" = [1, 2]', "sensitivity.costs.beer: is no input of the plan"),
        ('"rooms" = [1, 2]', "sensitivity.rooms: is no input of the plan"),
        ('"payers.Nobody.share" = [0, 1]', "sensitivity.payers.Nobody.share: is no input of the plan"),
        ('"payers.Pays by visit.model" = [0, 1]', "sensitivity.payers.Pays by visit.model: is no input"),
        ('"payers.Pays by visit.pmpm" = [0, 1]', "sensitivity.payers.Pays by visit.pmpm: is no input"),
        ('"visits.rooms" = [2, 1]', "sensitivity.visits.rooms: the low value is above the high one"),
        ('"visits.rooms" = [0, 1]', "sensitivity.visits.rooms: visits.rooms: Input should be greater than 0"),
        ('"visits.rooms" = [1]', "sensitivity.visits.rooms.2: Field required"),
    ],
)
def test_a_sensitivity_that_is_none_is_named(tmp_path, line, said):
    assert refused(tmp_path, f"{PLAN}\n[sensitivity]\n{line}\n").startswith(said)


def test_a_changed_share_leaves_the_others_their_proportions(tmp_path):
    third = '\n[[payers]]\nname = "Third"\nmodel = "fee_for_service"\nshare = 0.2\nnet_per_visit = 1\n'
    plan = read_scenario(written(tmp_path, PLAN.replace("share = 0.8", "share = 0.6") + third))
    shares = [payer.share for payer in varied(plan, "payers.Pays by visit.share", Decimal("0.2")).payers]
    assert shares == [Decimal("0.2"), Decimal("0.4"), Decimal("0.4")]


def test_a_series_is_changed_by_a_factor_and_a_number_replaced(tmp_path):
    plan = read_scenario(written(tmp_path, SENSITIVE))
    assert varied(plan, "visits.ramp", Decimal("0.5")).visits.ramp == (5, 15)
    assert varied(plan, "costs.start_up", Decimal(7)).costs.start_up == 7


def test_the_example_can_be_computed_and_explains_every_key():
    plan = read_scenario(EXAMPLE_PATH)
    assert plan.sensitivity
    text = EXAMPLE_PATH.read_text(encoding="utf-8")
    explained = {
        line.split(" = ")[0] for line in text.splitlines() if " = " in line and not line.startswith("#")
    }
    keys = {key for part in (Scenario, Costs, Visits, Payer) for key in part.model_fields}
    assert keys - {"costs", "visits", "payers", "sensitivity"} <= explained
    assert set(tomllib.loads(text)) == set(Scenario.model_fields)
    assert all(field.description for part in (Scenario, Costs, Visits, Payer) for name, field in part.model_fields.items()
               if name not in {"costs", "visits", "payers"})  # fmt: skip
