"""Calibration: who counts, what is shown, and that the same input gives the same answer."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.bands.calibrate import BANDS_SCHEMA, LEVELS, calibrate, contributors_class
from assets.bands.config import DEFAULT
from assets.bands.frame import FrameError

FIVE = (10, 20, 30, 40, 80)


def cell(result, role="coder", complexity="low"):
    return result.bands.row(
        by_predicate=(pl.col("role") == role) & (pl.col("complexity") == complexity), named=True
    )


def counted(result, reason):
    return result.diagnostics.filter(pl.col("reason") == reason)["rows"].sum()


def test_bands_are_the_quantiles_of_worker_rates(observations, as_of):
    band = cell(calibrate(observations(FIVE), as_of=as_of))
    assert [band[level] for level in LEVELS] == [30, 40, 64]
    assert band["unit"] == "charts per hour"
    assert band["definition_id"] == "output_per_hour.coder"
    assert (band["status"], band["contributors"], band["n_days"]) == ("provisional", "5-10", 40)
    assert band["reasons"] == "plain quantiles: no ramp, season or quality gate yet"


def test_another_triple_of_quantiles_gives_other_bands(observations, as_of):
    config = replace(DEFAULT, quantiles=(0.25, 0.5, 0.75))
    band = cell(calibrate(observations(FIVE), as_of=as_of, config=config))
    assert [band[level] for level in LEVELS] == [20, 30, 40]


def test_every_role_and_complexity_is_present_in_order(observations, as_of):
    bands = calibrate(observations(FIVE), as_of=as_of).bands
    assert bands.schema == BANDS_SCHEMA
    expected = [(role, tier) for role in sorted(DEFAULT.units) for tier in ("low", "medium", "high")]
    assert list(bands.select("role", "complexity").iter_rows()) == expected


def test_an_empty_frame_gives_learning_bands_without_values(observations, as_of):
    result = calibrate(observations(()), as_of=as_of)
    assert set(result.bands["status"]) == {"learning"}
    assert result.bands.select(LEVELS).null_count().row(0) == (18, 18, 18)
    assert result.attainment.is_empty()
    assert result.diagnostics.is_empty()


def test_a_worker_counts_once_however_many_days_she_worked(observations, as_of):
    slow = observations((10,), days=60, prefix="many")
    others = observations((20, 30, 40, 80), days=31)
    assert cell(calibrate(pl.concat([slow, others]), as_of=as_of))["acceptable"] == 30


def test_a_worker_rate_is_a_ratio_of_sums_not_a_mean_of_days(observations, as_of):
    long_days = observations((80,) * 5, days=15, active=120.0)
    short_days = observations((20,) * 5, days=30, active=60.0, last=as_of - timedelta(days=15))
    # 15 * 80 + 30 * 20 units in 30 + 30 hours; the mean of daily rates would be 26.67.
    assert cell(calibrate(pl.concat([long_days, short_days]), as_of=as_of))["acceptable"] == 30


def test_removing_friction_raises_the_rate(observations, as_of):
    plain = cell(calibrate(observations(FIVE), as_of=as_of))
    freed = cell(calibrate(observations(FIVE, friction=15.0), as_of=as_of))
    assert freed["acceptable"] == pytest.approx(plain["acceptable"] / 0.75)


def test_idle_minutes_do_not_touch_the_rate(observations, as_of):
    idle = observations(FIVE).with_columns(idle_min=pl.lit(300.0))
    assert cell(calibrate(idle, as_of=as_of))["acceptable"] == 30


def test_case_weight_scales_the_output(observations, as_of):
    assert cell(calibrate(observations(FIVE, weight=1.5), as_of=as_of))["acceptable"] == 45


def test_four_workers_are_withheld(observations, as_of):
    band = cell(calibrate(observations(FIVE[:4]), as_of=as_of))
    assert (band["status"], band["reasons"], band["contributors"]) == (
        "withheld",
        "fewer than 5 contributors",
        "<5",
    )
    assert all(band[name] is None for name, kind in BANDS_SCHEMA.items() if kind == pl.Float64())


def test_a_worker_below_the_minimum_hours_does_not_contribute(observations, as_of):
    barely = observations((1000,), days=5, prefix="new")
    short = observations((1000,), days=4, prefix="new")
    with_five_hours = calibrate(pl.concat([observations(FIVE), barely]), as_of=as_of)
    with_four_hours = calibrate(pl.concat([observations(FIVE), short]), as_of=as_of)
    assert cell(with_five_hours)["acceptable"] == 35
    assert cell(with_four_hours)["acceptable"] == 30
    assert counted(with_four_hours, "worker has too few hours in the cell") == 4
    assert counted(with_five_hours, "worker has too few hours in the cell") == 0


@pytest.mark.parametrize(("active", "kept"), [(8.9, 0), (9.0, 200)])
def test_a_segment_shorter_than_nine_minutes_is_dropped(observations, as_of, active, kept):
    result = calibrate(observations(FIVE, active=active), as_of=as_of)
    assert counted(result, "segment too short once friction is removed") == 200 - kept
    assert counted(result, "used") == kept


def test_time_wholly_under_friction_gives_no_rate(observations, as_of):
    config = replace(DEFAULT, min_segment_hours=0.0)
    result = calibrate(observations(FIVE, friction=60.0), as_of=as_of, config=config)
    assert cell(result)["acceptable"] is None
    assert set(result.attainment["index"]) == {None}
    assert set(result.attainment["status"]) == {"not enough data"}


def test_the_window_holds_ninety_days_and_ends_on_the_as_of_date(observations, as_of):
    frame = pl.concat(
        [observations(FIVE, days=92), observations(FIVE, days=3, last=as_of + timedelta(days=3))]
    )
    result = calibrate(frame, as_of=as_of)
    assert cell(result)["n_days"] == 90
    assert counted(result, "outside the window") == 5 * (2 + 3)
    assert DEFAULT.window(as_of) == (date(2026, 1, 1), as_of)


@pytest.mark.parametrize(("days", "status"), [(29, "learning"), (30, "provisional")])
def test_thirty_worked_days_end_the_learning(observations, as_of, days, status):
    band = cell(calibrate(observations(FIVE, days=days), as_of=as_of))
    assert band["status"] == status
    assert (band["acceptable"] is None) == (status == "learning")


def test_learning_and_too_few_workers_are_both_told(observations, as_of):
    band = cell(calibrate(observations(FIVE[:2], days=10), as_of=as_of))
    assert band["reasons"] == "10 of 30 worked days seen; fewer than 5 contributors"


def test_bands_and_limits_rise_from_acceptable_to_exceptional(observations, as_of):
    rates = np.exp(np.random.default_rng(3).normal(3, 0.4, 23)).astype(int).tolist()
    band = cell(calibrate(observations(rates), as_of=as_of))
    for suffix in ("", "_low", "_high"):
        values = [band[f"{level}{suffix}"] for level in LEVELS]
        assert values == sorted(values)
    for level in LEVELS:
        assert band[f"{level}_low"] <= band[level] <= band[f"{level}_high"]
    assert band["contributors"] == ">20"


def test_other_pseudonyms_for_the_same_people_give_the_same_bands(observations, as_of):
    frame = observations(range(11, 40, 3))
    names = frame["worker_id"].unique().sort().to_list()
    renamed = frame.with_columns(
        pl.col("worker_id").replace_strict(dict(zip(names, names[::-1], strict=True)))
    )
    assert not renamed.equals(frame)
    assert_frame_equal(calibrate(renamed, as_of=as_of).bands, calibrate(frame, as_of=as_of).bands)


def test_shuffled_rows_give_the_same_result(observations, as_of):
    frame = pl.concat([observations(range(11, 40, 3), weight=1.1), observations(FIVE, complexity="high")])
    once, again = (
        calibrate(f, as_of=as_of) for f in (frame, frame.sample(fraction=1.0, shuffle=True, seed=7))
    )
    for part in ("bands", "attainment", "diagnostics"):
        assert_frame_equal(getattr(once, part), getattr(again, part), check_exact=True)


def test_attainment_compares_output_with_what_the_hours_ask_for(observations, as_of):
    frame = pl.concat([observations(FIVE), observations((6, 6, 6, 6, 12), complexity="high")])
    result = calibrate(frame, as_of=as_of)
    indices = dict(result.attainment.select("worker_id", "index").iter_rows())
    # Acceptable is 30 on low and 6 on high work, so one hour of each asks for 36.
    assert indices == {"w0": 0.4444, "w1": 0.7222, "w2": 1.0, "w3": 1.278, "w4": 2.556}
    assert set(result.attainment["status"]) == {"measured"}


def test_attainment_says_when_there_is_too_little_or_nothing_to_compare(observations, as_of):
    frame = pl.concat(
        [
            observations(FIVE),
            observations((50,), days=2, prefix="new"),
            observations((7,), role="charge_entry", prefix="alone"),
        ]
    )
    status = dict(calibrate(frame, as_of=as_of).attainment.select("worker_id", "status").iter_rows())
    assert status["new0"] == "not enough data"
    assert status["alone0"] == "no band"
    assert status["w0"] == "measured"


def test_diagnostics_account_for_every_row(observations, as_of):
    frame = pl.concat(
        [
            observations(FIVE, days=95),
            observations((9,), role="janitor", prefix="other"),
            observations((9,), active=3.0, prefix="brief"),
            observations((9,), days=2, prefix="new"),
        ]
    )
    result = calibrate(frame, as_of=as_of)
    assert result.diagnostics["rows"].sum() == frame.height
    assert counted(result, "role not in the configuration") == 40
    assert "janitor" not in set(result.attainment["role"])


def test_contributors_are_told_in_classes_only():
    sizes = (0, 4, 5, 10, 11, 20, 21)
    assert [contributors_class(n) for n in sizes] == ["<5", "<5", "5-10", "5-10", "11-20", "11-20", ">20"]


def test_a_broken_frame_is_refused(observations, as_of):
    with pytest.raises(FrameError, match="units"):
        calibrate(observations(FIVE).drop("units"), as_of=as_of)


def test_calibration_needs_neither_dagster_nor_duckdb():
    code = (
        "import sys, assets.bands.calibrate; "
        "sys.exit(' '.join(m for m in ('dagster', 'duckdb') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
