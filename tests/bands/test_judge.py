"""One simulated office from end to end: the bands recover the truth, and the judge tells good from bad."""

from dataclasses import replace

import numpy as np
import pytest

from assets.bands.frame import validate_observations
from assets.sample.worlds import make_world, thresholds
from assets.sample.worlds_people import ramp_curve
from assets.sample.worlds_shapes import SHAPES
from benchmarks.judge import BANDS, WORST, table, worst
from benchmarks.judge_bounds import make_oracle
from benchmarks.judge_errors import merged, standard_errors
from benchmarks.judge_methods import Outcome, department, histogram_bands, true_hours
from benchmarks.judge_scores import Tally, collect, scores


@pytest.fixture(scope="module")
def world():
    return make_world("small", 3)


@pytest.fixture(scope="module")
def office():
    world = make_world("plain", 3)
    return world, histogram_bands(world)


def test_bands_of_a_plain_office_recover_the_truth(office):
    world, made = office
    errors = made.bands - world.bands
    assert np.sqrt(np.mean(errors[..., 0] ** 2)) < 0.09
    assert np.sqrt(np.mean(errors[..., 2] ** 2)) < 0.14
    assert abs(errors.mean()) < 0.05
    covered = (made.low <= world.bands) & (world.bands <= made.high)
    assert covered.mean() > 0.7
    assert made.adopted.all()


def test_gaming_is_not_credited_and_skill_is(office):
    world, made = office
    tally = Tally()
    collect(tally, world, made, make_oracle(world))
    found = scores(tally)
    assert found["gamers"] <= 10
    assert found["strong"] > 70
    assert abs(found["noise acc"]) < 8


def test_the_judge_sees_that_an_average_is_unfair(office):
    world, made = office
    naive, ours = Tally(), Tally()
    collect(ours, world, made, make_oracle(world))
    collect(naive, world, department(world), make_oracle(world))
    good, bad = scores(ours), scores(naive)
    assert bad["rmse acc"] > 3 * good["rmse acc"]
    assert bad["gamers"] > 50
    assert bad["mix"] < good["mix"] - 15


def test_the_truth_itself_scores_without_error(office):
    world, _ = office
    people = len(world.names)
    index = (
        world.people.mix[:, :, None] * (world.people.log_rate[:, :, None] - world.bands[world.people.role])
    ).sum(axis=1)
    reached = np.stack([(index >= 0) * 1.0] * 2)
    perfect = Outcome(
        world.bands,
        world.bands,
        world.bands,
        reached,
        world.people.qualified,
        world.bands,
        np.ones(6, dtype=bool),
    )
    assert index.shape == (people, 3)
    tally = Tally()
    collect(tally, world, perfect, make_oracle(world))
    found = scores(tally)
    assert (found["rmse acc"], found["gamers"], found["noise acc"], found["false"]) == (0, 0, 0, 0)
    assert (found["strong"], found["cover exc"]) == (100, 100)
    assert abs(found["mix"]) < 8
    assert "| plain | truth |" in table({("plain", "truth"): found}, BANDS)


def test_a_world_is_a_frame_of_the_contract_and_the_same_again(world):
    assert validate_observations(world.observations).height == world.observations.height
    assert make_world("small", 3).observations.equals(world.observations)
    assert not make_world("small", 4).observations.equals(world.observations)


def test_gamers_are_faster_and_truly_fail(world):
    gaming = make_world("gaming", 2).people
    assert gaming.gamer.mean() == pytest.approx(0.18, abs=0.08)
    assert gaming.qualified[gaming.gamer].mean() < 0.1
    assert gaming.qualified[~gaming.gamer].mean() > 0.88
    assert (gaming.boost[gaming.gamer] > 0.19).all()


def test_bands_of_the_truth_rise_with_the_level_and_fall_with_complexity(world):
    assert (np.diff(world.bands, axis=2) > 0).all()
    assert (np.diff(world.bands, axis=1) < 0).all()
    assert (np.diff(world.multipliers, axis=0) > 0).all()
    assert world.multipliers[-1] == pytest.approx(np.zeros(3))


def test_a_ramp_begins_below_and_ends_at_full_speed():
    curve = ramp_curve(np.array([0.6]), np.array([200.0]), np.array([0, 50, 100, 200, 500]))
    assert curve[0] == pytest.approx(0.6)
    assert (np.diff(curve) >= 0).all()
    assert curve[-1] == pytest.approx(1.0)


def test_every_shape_differs_from_the_plain_one():
    assert len(set(SHAPES.values())) == len(SHAPES) == 9
    assert all(0 < limit < 0.3 for limit in thresholds().values())


def test_the_worst_office_is_the_one_that_is_furthest_off():
    plain, gaming = (dict.fromkeys(WORST, value) for value in (2.0, -3.0))
    found = {("plain", "m"): plain, ("gaming", "m"): gaming, ("small", "m"): dict.fromkeys(WORST, 99.0)}
    errors = {key: dict.fromkeys(WORST, float(n)) for n, key in enumerate(found)}
    most, sure = worst(found | {("broken", "true hours"): gaming}, errors)
    assert most == {("worst", "m"): dict.fromkeys(WORST, -3.0)}
    assert sure == {("worst", "m"): dict.fromkeys(WORST, 1.0)}
    found = {("plain", "m"): plain | {"strong": 90.0}, ("gaming", "m"): gaming | {"strong": 80.0}}
    assert worst(found)[0]["worst", "m"]["strong"] == 80.0


def test_the_oracle_judges_output_by_true_hours_calendar_and_ramp(office):
    world, _ = office
    made = make_oracle(world)
    reached = made.reached[0, :, 0]
    index = (world.people.mix * (world.people.log_rate - made.bands[world.people.role][:, :, 0])).sum(axis=1)
    index = index + np.log1p(world.people.boost)
    clear = np.isfinite(reached) & (np.abs(index) > 0.2) & (world.people.start < 365)
    assert clear.sum() > 50
    # Only a person's own weeks stand between skill and output: nobody who is clearly above or below is judged otherwise.
    assert ((index > 0) == (reached == 1))[clear].mean() > 0.97
    assert np.abs(made.again - made.bands).max() < 0.2
    assert np.isnan(reached[world.people.end <= 365]).all()


def test_a_standard_error_is_that_of_the_mean_over_offices(office):
    world, made = office
    oracle = make_oracle(world)
    shifts = np.linspace(-0.1, 0.1, 12)
    parts = []
    for shift in shifts:
        tally = Tally()
        collect(tally, world, replace(made, bands=made.bands + shift), oracle)
        parts.append(tally)
    tally = merged(parts)
    found, errors = scores(tally), standard_errors(tally)
    assert errors["bias acc"] == pytest.approx(100 * shifts.std() / np.sqrt(12), rel=0.2)
    assert errors["noise acc, oracle"] == pytest.approx(0, abs=1e-9)
    assert found.keys() >= errors.keys()
    shown = table({("plain", "ours"): found}, ("bias acc",), {("plain", "ours"): errors})
    assert f"{found['bias acc']:.1f} ± {errors['bias acc']:.1f}" in shown
    assert np.isnan(standard_errors(merged(parts[:2]))["bias acc"])


def test_knowing_in_which_minutes_work_went_on_gives_back_only_those(world):
    leaky = make_world("broken", 3)
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.judge_methods.histogram_bands", seen.append)
        true_hours(leaky)
        true_hours(world)
    friction = [w.observations["friction_min"].sum() for w in (leaky, world)]
    assert seen[0].observations["friction_min"].sum() == pytest.approx(0.75 * friction[0])
    assert seen[1].observations["friction_min"].sum() == pytest.approx(friction[1])
