"""Steps of history: one of a single role is found and taken out, what all roles share is season and stays."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from assets.bands.calendar import fit_calendar
from assets.bands.config import BandConfig
from assets.bands.earlier import find_earlier, without_earlier

CONFIG = BandConfig()
JUMP = date(2025, 11, 10)
ROLES = ("coder", "charge_entry", "payment_posting", "ar_follow_up")


def jump(day):
    return 1.15 if day >= JUMP else 1.0


def rush(day):
    return 1.12 if day.month in {11, 12} else 1.0


@pytest.fixture(scope="module")
def make(office, arrays):
    """Return the rows of four roles of six people, whose paces are given; the usual one is even."""

    def rows(**paces):
        frames = [
            office(
                np.exp(np.linspace(-0.3, 0.3, 6)).tolist(), role=role, prefix=role, noise=5 + n, per_hour=40.0,
                pace=paces.get(role, paces.get("everybody", lambda _: 1.0)),
            )
            for n, role in enumerate(ROLES)
        ]  # fmt: skip
        return arrays(pl.concat(frames))

    return rows


def calendar(rows):
    return fit_calendar(rows, np.ones(rows.day.size), CONFIG)


def december(rows):
    """Return the coders' season of December, which lies after the step."""
    return calendar(rows).season[rows.roles.index("coder"), 11]


def test_a_step_of_one_role_is_found_and_no_longer_passes_for_season(make):
    rows = make(coder=jump)
    (found,) = find_earlier(rows, calendar(rows), CONFIG)
    assert rows.roles[found.role] == "coder"
    assert abs(found.day - (JUMP - date(1970, 1, 1)).days) <= 5
    assert np.expm1(found.size) == pytest.approx(0.15, abs=0.03)
    output = without_earlier(rows, (found,))
    changed = ~rows.inside & (rows.role == found.role) & (rows.day < found.day)
    assert output[changed] == pytest.approx(rows.output[changed] * np.exp(found.size))
    assert (output[~changed] == rows.output[~changed]).all()
    assert december(rows) > 1.025
    assert december(replace(rows, output=output)) == pytest.approx(1.0, abs=0.015)


def test_what_all_roles_share_is_season(make):
    rows = make(everybody=rush)
    assert find_earlier(rows, calendar(rows), CONFIG) == ()
    assert calendar(rows).season[0, 10] > 1.07


def test_even_work_has_no_step(make):
    rows = make()
    assert find_earlier(rows, calendar(rows), CONFIG) == ()


def test_with_one_role_a_step_cannot_be_told_from_season(office, arrays, team):
    rows = arrays(office(team, pace=jump, per_hour=15.0, noise=1))
    assert find_earlier(rows, calendar(rows), CONFIG) == ()
