"""Changes of level: a real one is found and taken out, noise is not, and without a known season nothing is rescaled."""

from datetime import date

import numpy as np
import pytest

from assets.bands.calendar import fit_calendar
from assets.bands.config import BandConfig
from assets.bands.regime import best_split, find_breaks, rescale

CONFIG = BandConfig()
JUMP = date(2026, 2, 16)


def breaks(rows):
    return find_breaks(rows, fit_calendar(rows, np.ones(rows.day.size), CONFIG), CONFIG)


def jump(day):
    return 1.15 if day >= JUMP else 1.0


def test_a_change_of_level_is_found_on_its_day_with_its_size(office, arrays, team):
    rows = arrays(office(team, pace=jump, per_hour=15.0, noise=1))
    (found,) = breaks(rows)
    assert rows.roles[found.role] == "coder"
    assert abs(found.day - (JUMP - date(1970, 1, 1)).days) <= 3
    assert np.expm1(found.size) == pytest.approx(0.15, abs=0.02)
    assert (found.rescaled, found.young, found.again) == (True, False, False)
    output = rescale(rows, (found,))
    before = rows.inside & (rows.day < found.day)
    assert output[before] == pytest.approx(rows.output[before] * np.exp(found.size))
    assert (output[~before] == rows.output[~before]).all()


def test_noise_is_no_change_of_level(office, arrays, team):
    assert breaks(arrays(office(team, per_hour=15.0, noise=4))) == ()


def test_without_history_a_change_is_told_but_not_taken_out(office, arrays, team):
    (found,) = breaks(arrays(office(team, pace=jump, per_hour=15.0, noise=1, history=0)))
    assert not found.rescaled


def test_a_change_of_the_last_days_is_too_young(office, arrays, team):
    late = date(2026, 3, 19)
    (found,) = breaks(
        arrays(office(team, pace=lambda day: 1.2 if day >= late else 1.0, per_hour=15.0, noise=1))
    )
    assert found.young


@pytest.mark.parametrize("carry", [0.0, 0.4])
def test_false_alarms_are_rare_even_when_days_follow_each_other(carry):
    rng = np.random.default_rng(8)
    alarms = 0
    for _ in range(150):
        swing = rng.normal(0, 0.03, 63)
        for day in range(1, 63):
            swing[day] += carry * swing[day - 1]
        alarms += abs(best_split(swing, 8)[1]) > CONFIG.break_rescale
    assert alarms <= 6


def test_a_split_can_be_judged_by_the_days_near_it_alone():
    slow_wave = 0.06 * np.sin(2 * np.pi * np.arange(250) / 250)
    swing = slow_wave + np.random.default_rng(3).normal(0, 0.02, 250)
    assert abs(best_split(swing, 8)[2]) > 0.075 > abs(best_split(swing, 8, near=30)[2])
    at, score, size = best_split(swing + 0.1 * (np.arange(250) >= 180), 8, near=30)
    assert abs(at - 180) <= 2
    assert score > CONFIG.break_rescale
    assert size == pytest.approx(0.1, abs=0.03)


def test_a_short_series_has_no_split():
    assert best_split(np.zeros(15), 8) is None
