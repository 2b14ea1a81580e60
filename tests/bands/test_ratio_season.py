"""The season of companion measures: found in the prior year, taken out of the window, and never made up."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from assets.bands.config import BandConfig
from assets.bands.ratio_bands import ratio_bands
from assets.bands.ratio_frame import RATIO_SCHEMA, Companion
from assets.bands.ratio_season import STILL, month_of, ratio_seasons, season_findings
from benchmarks.judge_companions import judged
from benchmarks.ratio_office import KINDS

AS_OF = date(2026, 6, 30)
CONFIG = BandConfig(units={"coder": "charts", "poster": "payments"}, bootstrap=50)
TOUCHES = Companion("t", "down", "ratio", "touches per finish", gated=False)
PASSES = Companion("t", "up", "share", "share of charts", gated=False)
WEEK = (1.1, 1.0, 1.0, 1.0, 0.9)
MONTHS = np.array([1 + 0.2 * math.cos(2 * math.pi * (month - 4) / 12) for month in range(12)])
EACH, RATE = 40.0, 0.2


def swing(day):
    return MONTHS[day.month - 1] * WEEK[day.weekday()]


def year(factor=swing, *, days=455, role="coder", draw=None, people=8, every=1):
    """Return a year and a window of people whose numerator is a fifth of the items times the factor of the day."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(people):
        for back in range(0, days, every):
            day = AS_OF - timedelta(days=back)
            if day.weekday() < 5:
                mean = EACH * RATE * (0.9 + 0.2 * number / people) * factor(day)
                found = float(rng.poisson(mean)) if draw else mean
                rows.append(("t", day, f"w{number}", role, "low", 900, found, EACH))
    return pl.DataFrame(rows, schema=RATIO_SCHEMA, orient="row")


def seasons_of(frame, companion=TOUCHES):
    return ratio_seasons(frame, as_of=AS_OF, companions=[companion], config=CONFIG)


def banded(frame, seasons, companion=TOUCHES):
    rows = ratio_bands(
        frame, as_of=AS_OF, companions=[companion], qualified=(), seasons=seasons, config=CONFIG
    )
    return rows.filter((pl.col("complexity") == "low") & (pl.col("stage") == "366+")).row(0, named=True)


@pytest.fixture(scope="module")
def swinging():
    return year()


def test_weekdays_and_months_are_found_about_the_mean_of_the_year(swinging):
    season = seasons_of(swinging)["t", "coder"]
    assert season.month / season.month[0] == pytest.approx(MONTHS / MONTHS[0], rel=0.01)
    assert season.weekday[:5] / season.weekday[1] == pytest.approx(WEEK, rel=0.01)
    days = pl.date_range(date(2025, 7, 1), AS_OF, eager=True).to_physical().cast(pl.Int64).to_numpy()
    work = days[(days + 3) % 7 < 5]
    assert season.of(work).mean() == pytest.approx(1, abs=0.01)


def test_a_band_of_the_busy_months_is_that_of_the_mean_of_the_year(swinging):
    """The window is April to June, in which 15 % more is usual; a whole year asks for a fifth of the items."""
    before = swinging.filter(pl.col("date") <= AS_OF - timedelta(days=90))
    truth = float(before["numerator"].sum() / before["denominator"].sum())
    neutral, raw = banded(swinging, seasons_of(swinging)), banded(swinging, {("t", "coder"): STILL})
    assert neutral["acceptable"] == pytest.approx(truth, rel=0.02)
    assert raw["acceptable"] > 1.1 * truth
    assert (neutral["status"], neutral["reasons"]) == ("adopted", "")
    assert neutral["acceptable_low"] < truth < neutral["acceptable_high"]


def test_of_a_share_that_should_be_large_the_season_is_in_what_is_missing(swinging):
    passed = swinging.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
    less = banded(swinging, seasons_of(swinging))
    more = banded(passed, seasons_of(passed, PASSES), PASSES)
    assert 1 - more["acceptable"] == pytest.approx(less["acceptable"], rel=0.001)


def test_without_a_prior_year_nothing_is_taken_out_and_the_band_is_a_range(swinging):
    window = swinging.filter(pl.col("date") > AS_OF - timedelta(days=90))
    short = swinging.filter(pl.col("date") > AS_OF - timedelta(days=400))
    assert seasons_of(window) == seasons_of(short) == {}
    assert banded(window, {}) == banded(short, {})
    assert banded(window, {})["acceptable"] == banded(window, {("t", "coder"): STILL})["acceptable"]
    assert (banded(window, {})["status"], banded(window, {})["reasons"]) == (
        "provisional",
        "season unknown: no prior year",
    )


def test_a_month_without_work_leaves_the_season_unknown(swinging):
    gap = swinging.filter(~pl.col("date").is_between(date(2025, 8, 1), date(2025, 8, 31)))
    assert seasons_of(gap) == {}


def test_audits_of_once_a_week_are_enough():
    assert ("t", "coder") in seasons_of(year(every=7))


def test_a_change_inside_the_window_is_no_season(swinging):
    inside = pl.col("date") > AS_OF - timedelta(days=90)
    doubled = swinging.with_columns(
        numerator=pl.when(inside).then(2 * pl.col("numerator")).otherwise("numerator")
    )
    before, after = seasons_of(swinging)["t", "coder"], seasons_of(doubled)["t", "coder"]
    assert np.array_equal(before.month, after.month)
    assert np.array_equal(before.weekday, after.weekday)


def test_somebody_slow_who_comes_in_spring_is_no_season():
    steady = year(lambda _: 1.0)
    late = year(lambda _: 2.0, people=3).filter(pl.col("date") > date(2026, 1, 31))
    late = late.with_columns(worker_id=pl.concat_str(pl.lit("late"), "worker_id"))
    season = seasons_of(pl.concat([steady, late]))["t", "coder"]
    assert season.month == pytest.approx(np.ones(12), abs=0.005)


def test_chance_is_not_taken_for_season():
    """Raw months of eight people scatter by 2 %; what is kept of them is less, and most of it is said to be in doubt."""
    found = seasons_of(year(lambda _: 1.0, draw="poisson"))["t", "coder"]
    assert np.abs(found.month - 1).max() < 0.02
    assert np.std(np.log(found.month)) < 0.012


def test_a_role_with_little_work_leans_on_the_season_of_the_others():
    def flat(_day):
        return 1.0

    big = year(people=12)
    small = year(flat, people=1, draw="poisson", every=3).with_columns(role=pl.lit("poster"))
    alone = seasons_of(small)["t", "poster"]
    beside = seasons_of(pl.concat([big, small]))["t", "poster"]
    assert np.ptp(np.log(alone.month)) < np.ptp(np.log(beside.month))


def test_a_year_in_which_nothing_was_found_has_factors_of_one():
    """Nobody reworked anything, in two roles: there is nothing to learn, and nothing that is no number."""
    none = year(lambda _: 0.0, people=2, every=3)
    both = pl.concat([none, none.with_columns(role=pl.lit("poster"))])
    for season in seasons_of(both).values():
        assert (season.month == 1).all()
        assert (season.weekday == 1).all()
        assert np.isfinite(season.error).all()


def test_a_year_without_any_items_is_no_year():
    idle = pl.col("date") <= AS_OF - timedelta(days=90)
    frame = year(people=2).with_columns(
        denominator=pl.when(idle).then(0.0).otherwise("denominator"), numerator=pl.lit(1.0)
    )
    assert seasons_of(frame) == {}


def test_the_order_of_the_rows_does_not_matter():
    frame = year(draw="poisson", people=4)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=4)
    one, other = seasons_of(frame), seasons_of(shuffled)
    for key, season in one.items():
        assert season.month.tobytes() == other[key].month.tobytes()
        assert season.weekday.tobytes() == other[key].weekday.tobytes()
    assert season_findings(one) == season_findings(other)
    assert banded(frame, one) == banded(shuffled, other)


def test_the_doubt_about_a_season_widens_the_interval(swinging):
    known = seasons_of(swinging)
    sure = {key: type(season)(season.weekday, season.month, np.zeros(12)) for key, season in known.items()}
    wide, narrow = banded(swinging, known), banded(swinging, sure)
    assert wide["acceptable"] == narrow["acceptable"]
    assert wide["acceptable_high"] > narrow["acceptable_high"]


def test_days_fall_into_their_month():
    days = np.array([0, 31, 364, 365, 20633])
    assert month_of(days).tolist() == [0, 1, 11, 0, 5]


def test_the_judge_sees_the_season_that_is_left_in_and_the_one_that_is_taken_out():
    left = judged(KINDS["touches per finish"], 8, [1], 0.15, taken_out=False)
    taken = judged(KINDS["touches per finish"], 8, [1], 0.15)
    assert left["bias acc"] > taken["bias acc"] + 9
    assert abs(taken["bias acc"]) < 7
