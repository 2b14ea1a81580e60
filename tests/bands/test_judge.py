"""One simulated office from end to end: the bands recover the truth, and the judge tells good from bad."""

import numpy as np
import pytest

from assets.bands.frame import validate_observations
from assets.sample.worlds import make_world, thresholds
from assets.sample.worlds_people import ramp_curve
from assets.sample.worlds_shapes import SHAPES
from benchmarks.judge import BANDS, WORST, table, worst
from benchmarks.judge_methods import Outcome, department, histogram_bands, oracle
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
    collect(tally, world, made, oracle(world))
    found = scores(tally)
    assert found["gamers"] <= 10
    assert found["strong"] > 70
    assert abs(found["noise acc"]) < 8


def test_the_judge_sees_that_an_average_is_unfair(office):
    world, made = office
    naive, ours = Tally(), Tally()
    collect(ours, world, made, oracle(world))
    collect(naive, world, department(world), oracle(world))
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
    collect(tally, world, perfect, oracle(world))
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
    found = worst(
        {("plain", "m"): plain, ("gaming", "m"): gaming, ("small", "m"): dict.fromkeys(WORST, 99.0)}
    )
    assert found == {("worst", "m"): dict.fromkeys(WORST, -3.0)}
    found = worst({("plain", "m"): plain | {"strong": 90.0}, ("gaming", "m"): gaming | {"strong": 80.0}})
    assert found["worst", "m"]["strong"] == 80.0
