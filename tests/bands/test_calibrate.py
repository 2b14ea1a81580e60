"""Calibration from end to end: who counts, what is shown, and that the same input gives the same answer."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.bands.attain import LEVELS
from assets.bands.calibrate import calibrate
from assets.bands.config import DEFAULT
from assets.bands.frame import FrameError
from assets.bands.tables import BANDS_SCHEMA, VALUES

CONFIG = replace(DEFAULT, waive_quality=("coder",))


def cell(result, role="coder", complexity="low", stage="366+"):
    return result.bands.row(
        by_predicate=(pl.col("role") == role)
        & (pl.col("complexity") == complexity)
        & (pl.col("stage") == stage),
        named=True,
    )


def counted(result, reason):
    exclusions = result.diagnostics.exclusions
    return exclusions.filter(pl.col("reason") == reason)["rows"].sum()


@pytest.fixture(scope="module")
def full(office, team, as_of):
    """A year of history and a window of twelve coders, calm and without noise."""
    frame = office(team)
    return frame, calibrate(frame, as_of=as_of, config=CONFIG)


def test_a_calm_office_gets_the_quantiles_of_its_skills(full, team):
    for complexity, rate in (("low", 300), ("medium", 200), ("high", 120)):
        band = cell(full[1], complexity=complexity)
        assert band["acceptable"] == pytest.approx(rate, rel=0.01)
        spread = float(np.std(np.log(team), ddof=1))
        assert np.log(band["strong"] / rate) == pytest.approx(0.674 * spread, rel=0.15)
        assert np.log(band["exceptional"] / rate) == pytest.approx(1.282 * spread, rel=0.15)
        assert (band["status"], band["reasons"], band["contributors"]) == ("adopted", "", "11-20")
        assert (band["unit"], band["definition_id"]) == ("charts per hour", "output_per_hour.coder")


def test_every_role_complexity_and_stage_is_present_in_order(full):
    bands = full[1].bands
    assert bands.schema == BANDS_SCHEMA
    stages = ("0-90", "91-180", "181-365", "366+")
    expected = [(r, c, s) for r in sorted(DEFAULT.units) for c in ("low", "medium", "high") for s in stages]
    assert list(bands.select("role", "complexity", "stage").iter_rows()) == expected
    assert set(bands.filter(pl.col("role") != "coder")["status"]) == {"learning"}


def test_limits_enclose_and_everything_is_in_order(full):
    shown = full[1].bands.filter(pl.col("acceptable").is_not_null())
    assert shown.height == 12
    for band in shown.iter_rows(named=True):
        for suffix in ("", "_low", "_high"):
            values = [band[f"{level}{suffix}"] for level in LEVELS]
            assert values == sorted(values)
        assert all(band[f"{level}_low"] < band[level] < band[f"{level}_high"] for level in LEVELS)
    for stage in ("0-90", "366+"):
        by_tier = [cell(full[1], complexity=c, stage=stage)["acceptable"] for c in ("low", "medium", "high")]
        assert by_tier == sorted(by_tier, reverse=True)
    by_stage = [cell(full[1], stage=s)["acceptable"] for s in ("0-90", "91-180", "181-365", "366+")]
    assert by_stage == sorted(by_stage)


def test_shuffled_rows_and_other_runs_give_the_same_bytes(office, team, as_of):
    frame = office(team[:7], history=30, per_hour=12.0, noise=3, checks=5, failures=0.04)
    once, again = (
        calibrate(f, as_of=as_of) for f in (frame, frame.sample(fraction=1.0, shuffle=True, seed=7))
    )
    assert_frame_equal(once.bands, again.bands, check_exact=True)
    assert_frame_equal(once.attainment, again.attainment, check_exact=True)
    for name in (
        "exclusions",
        "calendar",
        "outages",
        "friction",
        "ramp",
        "breaks",
        "earlier",
        "quality",
        "roles",
        "shared",
    ):
        assert_frame_equal(
            getattr(once.diagnostics, name), getattr(again.diagnostics, name), check_exact=True
        )


def test_without_a_prior_year_bands_are_provisional_wide_and_say_why(full, office, team, as_of):
    young = cell(calibrate(office(team, history=0), as_of=as_of, config=CONFIG))
    assert (young["status"], young["reasons"]) == ("provisional", "season unknown: no prior year")
    known = cell(full[1])
    assert young["acceptable_high"] / young["acceptable"] > known["acceptable_high"] / known["acceptable"]
    assert young["acceptable"] == pytest.approx(known["acceptable"], rel=0.02)


def test_a_role_without_quality_data_is_not_adopted_unless_waived(full, as_of):
    band = cell(calibrate(full[0], as_of=as_of))
    assert (band["status"], band["reasons"]) == ("provisional", "no quality data")


def test_four_workers_are_withheld(office, team, as_of):
    band = cell(calibrate(office(team[:4], history=0), as_of=as_of))
    assert (band["status"], band["reasons"], band["contributors"]) == (
        "withheld",
        "fewer than 5 contributors",
        "<5",
    )
    assert all(band[name] is None for name in VALUES)


def test_a_complexity_that_few_work_is_withheld_alone(office, team, as_of):
    most = office(team[:6], history=0, tiers=(1.5, 1.0, None))
    few = office(team[:4], history=0, tiers=(None, None, 0.6))
    result = calibrate(most.vstack(few), as_of=as_of)
    assert cell(result, complexity="low")["status"] == "provisional"
    assert cell(result, complexity="high")["status"] == "withheld"


def test_the_first_thirty_worked_days_show_nothing(observations, as_of):
    for days, status in ((29, "learning"), (30, "provisional")):
        band = cell(calibrate(observations((16, 18, 20, 22, 24, 26), days=days), as_of=as_of))
        assert band["status"] == status
        assert (band["acceptable"] is None) == (status == "learning")


def test_an_empty_frame_gives_learning_bands_without_values(observations, as_of):
    result = calibrate(observations(()), as_of=as_of)
    assert set(result.bands["status"]) == {"learning"}
    assert result.bands["acceptable"].null_count() == 72
    assert result.attainment.is_empty()
    assert result.diagnostics.exclusions.is_empty()


def test_friction_and_idle_time_are_no_exposure(observations, as_of):
    rates = (16, 18, 20, 22, 24, 26)
    plain = cell(calibrate(observations(rates), as_of=as_of))["acceptable"]
    freed = cell(calibrate(observations(rates, friction=15.0), as_of=as_of))["acceptable"]
    idle = observations(rates).with_columns(idle_min=pl.lit(300.0))
    assert freed == pytest.approx(plain / 0.75, rel=0.002)
    assert cell(calibrate(idle, as_of=as_of))["acceptable"] == plain


def test_case_weight_scales_the_output(observations, as_of):
    rates = (16, 18, 20, 22, 24, 26)
    plain, heavy = (
        cell(calibrate(observations(rates, weight=w), as_of=as_of))["acceptable"] for w in (1.0, 1.5)
    )
    assert heavy == pytest.approx(1.5 * plain, rel=0.005)


def test_every_row_falls_under_one_reason(observations, as_of):
    frame = pl.concat(
        [
            observations((20, 30, 40), days=480),
            observations((9,), role="janitor", prefix="other"),
            observations((9,), active=3.0, prefix="brief"),
            observations((9,), last=as_of + timedelta(days=40), prefix="future"),
        ]
    )
    result = calibrate(frame, as_of=as_of)
    assert result.diagnostics.exclusions["rows"].sum() == frame.height
    assert counted(result, "outside window and history") == 3 * (480 - 455) + 40
    assert counted(result, "role not in the configuration") == 40
    assert counted(result, "segment too short once friction is removed") == 40
    assert "janitor" not in set(result.attainment["role"])


def test_later_rows_do_not_change_what_stood(office, team, as_of):
    frame = office(team[:6], history=0)
    later = frame.filter(pl.col("date") > date(2026, 3, 1)).with_columns(
        date=pl.col("date") + timedelta(days=40)
    )
    once, again = (
        calibrate(frame, as_of=as_of),
        calibrate(frame.vstack(later.filter(pl.col("date") > as_of)), as_of=as_of),
    )
    assert_frame_equal(once.bands, again.bands, check_exact=True)


def test_a_broken_frame_is_refused(observations, as_of):
    with pytest.raises(FrameError, match="units"):
        calibrate(observations((1, 2)).drop("units"), as_of=as_of)


def test_calibration_needs_neither_dagster_nor_duckdb():
    code = (
        "import sys, assets.bands.calibrate; "
        "sys.exit(' '.join(m for m in ('dagster', 'duckdb') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_extraordinary_worker_hides_the_levels_that_he_makes(office, as_of):
    crowd = np.exp(np.linspace(-0.25, 0.25, 7)).tolist()
    calm = cell(calibrate(office(crowd, history=0), as_of=as_of))
    star = cell(calibrate(office([*crowd[:-1], 3.0], history=0), as_of=as_of))
    assert calm["exceptional"] is not None
    assert star["exceptional"] is None
    assert star["exceptional_low"] is None
    assert star["acceptable"] is None or "one worker moves" in star["reasons"]
    if star["acceptable"] is not None:
        assert star["acceptable"] < 1.15 * calm["acceptable"]


def test_diagnostics_show_what_the_steps_found(full):
    found = full[1].diagnostics
    (coder,) = found.roles.filter(pl.col("role") == "coder").iter_rows(named=True)
    assert (coder["contributors"], coder["workers"], coder["bridges"]) == (12, 12, 12)
    assert coder["low"] + coder["medium"] + coder["high"] == pytest.approx(1, abs=0.001)
    assert found.calendar.height == 6 * (7 + 12) + 3 * 12
    assert found.breaks.is_empty()
    assert found.outages.is_empty()
    assert not found.quality["proven"].any()
    assert found.quality["limit"].null_count() == found.quality.height
    senior = found.ramp.filter((pl.col("role") == "coder") & (pl.col("stage") == "366+"))
    assert senior["multiplier"].to_list() == [1, 1, 1]
