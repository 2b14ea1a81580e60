"""Outages that nobody logged are found when many people dip together, and proposed with their size."""

from datetime import date

import numpy as np
import pytest

from assets.bands.calendar import fit_calendar
from assets.bands.config import BandConfig
from assets.bands.outages import find_outages

DOWN = date(2026, 2, 11)


def found(rows):
    config = BandConfig()
    calendar = fit_calendar(rows, np.ones(rows.day.size), config)
    clear, outages = find_outages(rows, calendar, config)
    return clear, [(rows.systems[s], np.datetime64(day, "D").item(), factor) for s, day, factor in outages]


def dip(day):
    return 0.6 if day == DOWN else 1.0


def test_a_day_on_which_a_whole_system_dips_is_an_outage(office, arrays, team):
    calm = office(team, per_hour=12.0, noise=2, prefix="calm", system="other", history=200)
    rows = arrays(office(team, pace=dip, per_hour=12.0, noise=1, history=200).vstack(calm))
    clear, outages = found(rows)
    assert [(system, day) for system, day, _ in outages if day == DOWN] == [("ehr", DOWN)]
    (factor,) = (factor for _, day, factor in outages if day == DOWN)
    assert factor == pytest.approx(0.6, abs=0.06)
    there = (rows.day == (DOWN - date(1970, 1, 1)).days) & (rows.system == 0)
    assert (clear[there] == factor).all()
    assert len(outages) <= 3


def test_seven_people_are_too_few_to_call_it_an_outage(office, arrays, team):
    _, outages = found(arrays(office(team[:7], pace=dip, per_hour=12.0, noise=1, history=200)))
    assert outages == []


def test_a_slow_drift_is_not_an_outage(office, arrays, team):
    start = date(2025, 10, 1)
    slow = office(team, pace=lambda day: 1 - 0.002 * max((day - start).days, 0), history=200)
    assert found(arrays(slow))[1] == []
