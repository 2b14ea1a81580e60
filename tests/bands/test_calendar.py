"""The calendar: weekdays and seasons are recovered from history, and nothing else is taken for season."""

import math
from datetime import date

import numpy as np
import pytest

from assets.bands.calendar import fit_calendar
from assets.bands.config import BandConfig

WEEK = (1.1, 1.0, 1.0, 1.0, 0.9)
SEASON = np.array([1 + 0.1 * math.cos(month) for month in range(12)])
SEASON /= SEASON.mean()


def pace(day):
    return WEEK[day.weekday()] * SEASON[day.month - 1]


def fitted(rows, config=None):
    return fit_calendar(rows, np.ones(rows.day.size), config or BandConfig())


def coder(rows):
    return rows.roles.index("coder")


def test_weekdays_and_season_are_recovered(office, arrays, team):
    rows = arrays(office(team[:4], pace=pace))
    calendar = fitted(rows)
    assert calendar.known[coder(rows)]
    assert calendar.weekday[coder(rows), :5] == pytest.approx(WEEK, rel=0.005)
    assert calendar.season[coder(rows)] == pytest.approx(SEASON, rel=0.005)
    assert calendar.tilt == pytest.approx(np.ones((3, 12)), abs=0.005)


def test_a_change_inside_the_window_is_not_read_as_season(office, arrays, team):
    jump = date(2026, 2, 15)
    rows = arrays(office(team[:4], pace=lambda day: pace(day) * (1.2 if day >= jump else 1.0)))
    assert fitted(rows).season[coder(rows)] == pytest.approx(SEASON, rel=0.005)


def test_without_a_full_prior_year_there_is_no_season(office, arrays, team):
    rows = arrays(office(team[:4], pace=pace, history=300))
    calendar = fitted(rows)
    assert not calendar.known.any()
    assert (calendar.season == 1).all()
    assert calendar.weekday[coder(rows), :5] == pytest.approx(WEEK, rel=0.03)


def test_a_team_that_changes_is_not_taken_for_season(office, arrays):
    # Fast people who join late would look like a strong autumn if levels were not the workers' own.
    stay, join = office([0.8, 1.0], pace=pace), office([2.0, 2.2], pace=pace, tenure=500, prefix="late")
    late = join.filter(join["date"] >= date(2025, 9, 1))
    rows = arrays(stay.vstack(late))
    assert fitted(rows).season[coder(rows)] == pytest.approx(SEASON, rel=0.005)


def test_a_ramp_is_not_taken_for_season(office, arrays):
    seniors = office([0.9, 1.1, 1.0], pace=pace)
    learner = office([1.0], pace=pace, tenure=300, share=lambda t: min(1.0, 0.6 + t / 450), prefix="new")
    rows = arrays(seniors.vstack(learner))
    assert fitted(rows).season[coder(rows)] == pytest.approx(SEASON, rel=0.015)


def test_season_of_one_complexity_is_its_tilt(office, arrays, team):
    plain = office(team[:6], tiers=(1.5, 1.0, None))
    hard = office(team[:6], tiers=(None, None, 0.6), pace=lambda day: 0.9 if day.month == 2 else 1.0)
    rows = arrays(plain.vstack(hard))
    tilt = fitted(rows, BandConfig(tilt_prior=1.0)).tilt
    assert tilt[2, 1] / tilt[0, 1] == pytest.approx(0.9, abs=0.01)
    # Few observations are trusted half-way only.
    shrunk = fitted(rows).tilt
    assert 0.94 < shrunk[2, 1] / shrunk[0, 1] < 0.97
    assert tilt[:, 6] == pytest.approx(np.ones(3), abs=0.02)


def test_a_role_without_history_does_not_disturb_the_others(office, arrays, team):
    both = office(team[:4], pace=pace).vstack(office(team[:4], role="charge_entry", history=0, pace=pace))
    rows = arrays(both)
    calendar = fitted(rows)
    assert calendar.known.sum() == 1
    assert calendar.season[coder(rows)] == pytest.approx(SEASON, rel=0.005)
