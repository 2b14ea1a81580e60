"""The histogram: as wide as true skills are, wherever estimates are noisy."""

import numpy as np
import pytest
from scipy.special import ndtri

from assets.bands.config import BandConfig
from assets.bands.histogram import Crowd, Shared, offsets, pooled_shape
from assets.bands.interval import influence, multiplier, resampled_error, spread_variance

CONFIG = BandConfig()
NORMAL = ndtri(np.array(CONFIG.quantiles))


def crowd(n, sd, error=1e-4):
    skill = sd * ndtri((np.arange(n) + 0.5) / n)
    return Crowd(skill, np.full(n, error), np.ones(n))


def shared(spread, own=1e-6, shape=NORMAL, people=240):
    return Shared(spread, own, np.ones(3), shape, people)


def estimate(people, common):
    return offsets(people, people.weight[None, :], common, CONFIG)[0, 1]


def test_exact_skills_give_their_own_quantiles():
    assert estimate(crowd(300, 0.3), shared(0.09)) == pytest.approx(0.3 * NORMAL, abs=0.006)


def test_shrunken_estimates_are_spread_again_to_the_true_spread():
    # Half of the variance of .09 was shrunk away and is known as error: the bands must not move together.
    shrunk = crowd(300, np.sqrt(0.045), error=0.045)
    assert estimate(shrunk, shared(0.09)) == pytest.approx(0.3 * NORMAL, abs=0.008)


def test_a_lopsided_team_gets_lopsided_bands():
    skill = np.sort(np.random.default_rng(1).gamma(2.0, 0.2, 400))
    people = Crowd(skill - skill.mean(), np.full(400, 1e-4), np.ones(400))
    shape = pooled_shape([people], 0.08, 1e-6, CONFIG)
    found = estimate(people, shared(float(skill.var()), shape=shape, people=400))
    assert found == pytest.approx(np.quantile(people.skill, CONFIG.quantiles), abs=0.02)
    assert found[0] < -0.02


def test_few_people_lean_on_the_spread_of_the_firm():
    narrow = crowd(6, 0.05)
    wide, alone = estimate(narrow, shared(0.09)), estimate(narrow, shared(0.0025))
    assert wide[2] - wide[0] > 3 * (alone[2] - alone[0])


def test_who_does_not_pass_does_not_count():
    people = crowd(40, 0.3)
    with_gamers = Crowd(
        np.append(people.skill, [2.0] * 8),
        np.append(people.error, [1e-4] * 8),
        np.append(people.weight, [0.0] * 8),
    )
    assert estimate(with_gamers, shared(0.09)) == pytest.approx(estimate(people, shared(0.09)), abs=1e-9)


def test_kernels_carry_the_spread_per_complexity():
    plain, special = (
        estimate(crowd(200, 0.3), shared(0.09)),
        estimate(crowd(200, 0.3), shared(0.09, own=0.04)),
    )
    assert special[2] == pytest.approx(plain[2] * np.sqrt(0.13) / 0.3, rel=0.03)


def test_pooled_shape_of_few_people_is_normal():
    assert pooled_shape([crowd(3, 0.3)], 0.09, 1e-6, CONFIG) == pytest.approx(NORMAL, abs=0.03)
    assert pooled_shape([], 0.09, 1e-6, CONFIG) == pytest.approx(NORMAL)


def test_resampling_gives_the_error_of_a_mean_and_more_in_the_tail():
    error = resampled_error(crowd(36, 0.3), shared(0.09), [1], CONFIG)[1]
    assert error[0] == pytest.approx(0.3 / 6, rel=0.25)
    assert error[2] > error[0]
    assert (resampled_error(crowd(36, 0.3), shared(0.09), [1], CONFIG)[1] == error).all()


def test_one_worker_moves_a_small_team_more():
    few, many = (influence(crowd(n, 0.3), shared(0.09), CONFIG) for n in (6, 30))
    assert all(a > 2 * b > 0 for a, b in zip(few, many, strict=True))
    assert set(influence(crowd(2, 0.3), shared(0.09), CONFIG)) == {float("inf")}


def test_a_borrowed_spread_widens_small_teams_and_tails_only():
    small, large = (spread_variance(crowd(n, 0.3), shared(0.09), CONFIG)[1] for n in (6, 200))
    assert small[0] == pytest.approx(0, abs=1e-12)
    assert small[2] > small[1] > 0
    assert small[2] > 20 * large[2]


def test_limits_widen_as_contributors_get_few():
    assert multiplier(1000) == pytest.approx(1.645, abs=0.01)
    assert multiplier(5) == pytest.approx(2.132 * np.sqrt(5 / 4), abs=0.01)
    assert multiplier(1.0) == float("inf")
