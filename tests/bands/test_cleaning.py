"""Cleaning: what is left out, why, and that it is the same upwards and downwards."""

from dataclasses import replace

import numpy as np
import polars as pl

from assets.bands.calendar import fit_calendar
from assets.bands.cleaning import clocks, oddities
from assets.bands.config import BandConfig
from assets.bands.rows import CLOCK, ODD_DAY, TYPO, USED

CONFIG = BandConfig()


def changed(frame, index, **columns):
    """Return the frame with the first row of worker w00's `index`-th last day changed."""
    days = frame["date"].unique().sort(descending=True)
    here = (pl.col("worker_id") == "w00") & (pl.col("date") == days[index])
    return frame.with_columns(
        **{name: pl.when(here).then(value).otherwise(pl.col(name)) for name, value in columns.items()}
    )


def judged(rows):
    expected = fit_calendar(rows, np.ones(rows.day.size), CONFIG).expected
    return oddities(rows, rows.reason, expected, CONFIG)


def test_a_clock_left_running_takes_out_the_whole_day(office, arrays, team):
    frame = changed(office(team[:3], history=0), 5, active_min=300.0)
    reasons = clocks(arrays(frame), CONFIG)
    assert (reasons == CLOCK).sum() == 3
    assert set(reasons) == {USED, CLOCK}


def test_long_days_are_judged_by_the_worker_and_not_by_the_team(office, arrays):
    long, short = office([1.0], history=0, hours=3.0, prefix="a"), office([1.0, 1.1], history=0, hours=1.0)
    assert set(clocks(arrays(long.vstack(short)), CONFIG)) == {USED}


def test_a_slipped_digit_is_a_typo_in_both_directions(office, arrays, team):
    frame = office(team[:4], tiers=(1.5, 1.0, None), history=60, per_hour=100.0, noise=3)
    up = changed(frame, 4, units=pl.when(pl.col("complexity") == "low").then(3000).otherwise("units"))
    down = changed(frame, 4, units=pl.when(pl.col("complexity") == "low").then(2).otherwise("units"))
    for slipped in (up, down):
        rows = arrays(slipped)
        reasons = judged(rows)
        assert (reasons == TYPO).sum() == 1
        assert rows.units[reasons == TYPO][0] in {3000, 2}


def test_an_ordinary_office_loses_almost_nothing_and_as_much_above_as_below(office, arrays, team):
    rng = np.random.default_rng(5)
    # Days of 16 % scatter, as a gamma distribution has them.
    days = {}
    frame = office(team, history=365, per_hour=20.0)
    factors = [
        days.setdefault(key, rng.gamma(39, 1 / 39)) for key in frame.select("worker_id", "date").iter_rows()
    ]
    rows = arrays(frame.with_columns(units=pl.Series(rng.poisson(frame["units"].to_numpy() * factors))))
    expected = fit_calendar(rows, np.ones(rows.day.size), CONFIG).expected
    out = oddities(rows, rows.reason, expected, replace(CONFIG, day_z=2.0)) == ODD_DAY
    assert 0.02 < out.mean() < 0.08
    above = (rows.output > expected)[out].mean()
    assert 0.4 < above < 0.6
    assert (judged(rows) != USED).mean() < 0.002


def test_a_day_far_from_all_others_is_left_out(office, arrays, team):
    frame = office(team, history=60, per_hour=20.0, noise=3)
    rows = arrays(changed(frame, 7, units=(pl.col("units") * 1.9).cast(pl.Int64)))
    reasons = judged(rows)
    hit = (rows.person == 0) & (rows.day == np.unique(rows.day)[-8])
    assert set(reasons[hit]) <= {ODD_DAY, TYPO}
    assert ODD_DAY in set(reasons[hit])


def test_what_was_left_out_before_keeps_its_reason(office, arrays, team):
    rows = arrays(office(team[:3], history=0))
    start = np.where(np.arange(rows.day.size) == 0, CLOCK, USED).astype(np.int8)
    expected = fit_calendar(rows, np.ones(rows.day.size), CONFIG).expected
    assert oddities(rows, start, expected, CONFIG)[0] == CLOCK
