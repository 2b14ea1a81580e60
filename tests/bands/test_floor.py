"""What is behind a person's index and quality agrees with them: per complexity, per day and per metric."""

import numpy as np
import polars as pl
import pytest

from assets.bands.attain import attainment
from assets.bands.calibrate import calibrate
from assets.bands.config import DEFAULT
from assets.bands.floor import attained_days, attained_quality, attained_tiers


@pytest.fixture(scope="module")
def result(office, team, as_of):
    """Twelve seniors with good quality, one who games, one who came last week."""
    frame = pl.concat(
        [
            office(team, checks=20, failures=0.04),
            office([1.6], prefix="game", checks=20, failures=0.3),
            office([1.3], window=4, history=0, hours=0.2, prefix="week", checks=20, failures=0.04),
        ]
    )
    return calibrate(frame, as_of=as_of)


@pytest.fixture(scope="module")
def index(result):
    found = attainment(result.fitted, result.log_bands, DEFAULT)
    return {row["worker_id"]: row for row in found.iter_rows(named=True)}


def test_days_add_up_to_the_index(result, index):
    days = attained_days(result.fitted, result.log_bands)
    sums = days.group_by("worker_id").agg(pl.col("output").sum(), pl.col("asked").sum())
    for worker, output, asked in sums.iter_rows():
        if index[worker]["index"] is not None:
            assert output / asked == pytest.approx(index[worker]["index"], rel=0.001)
    assert days.select("role", "worker_id", "work_date").is_duplicated().sum() == 0


def test_complexities_surround_the_index_and_lie_inside_their_intervals(result, index):
    tiers = attained_tiers(result.fitted, result.log_bands, DEFAULT).filter(pl.col("state") == "measured")
    assert tiers.height > 0
    assert tiers.filter(
        (pl.col("attained_low") >= pl.col("attained")) | (pl.col("attained_high") <= pl.col("attained"))
    ).is_empty()
    for (worker,), mine in tiers.group_by("worker_id"):
        if index[worker]["index"] is not None and mine.height == 3:
            assert mine["attained"].min() <= index[worker]["index"] * 1.001
            assert mine["attained"].max() >= index[worker]["index"] * 0.999


def test_few_hours_on_a_complexity_say_nothing(result):
    tiers = attained_tiers(result.fitted, result.log_bands, DEFAULT)
    mine = tiers.filter(pl.col("worker_id").str.starts_with("week"))
    assert mine.height == 3
    assert set(mine["state"]) == {"not yet enough data"}
    assert (
        mine.select(pl.col("attained", "attained_low", "attained_high", "probability").is_null().all()).row(0)
        == (True,) * 4
    )


def test_the_worst_metric_is_the_gate_s_verdict_and_the_one_of_the_record(result, index):
    quality = attained_quality(result.fitted, DEFAULT)
    for code, (role, worker) in enumerate(result.fitted.rows.people):
        mine = quality.filter((pl.col("worker_id") == worker) & (pl.col("role") == role))
        judged = mine["probability"].drop_nulls()
        if judged.len() and worker in index:
            assert judged.min() == pytest.approx(result.fitted.gate.probability[code], rel=0.001)
            words = {"passed": {"met"}, "failed": {"failed"}, "not proven": {"not proven"}}[
                index[worker]["quality"]
            ]
            assert set(mine.filter(pl.col("probability") == judged.min())["verdict"]) <= words


def test_who_games_fails_with_an_interval_above_the_limit_and_metrics_without_checks_accuse_nobody(result):
    quality = attained_quality(result.fitted, DEFAULT)
    game = quality.filter((pl.col("worker_id") == "game00") & (pl.col("verdict") == "failed"))
    assert game.height > 0
    assert (game["multiple_low"] > game["largest"]).all()
    nothing = quality.filter(pl.col("metric").is_in(["edits", "denials"]))
    assert set(nothing["verdict"]) == {"no data"}
    assert nothing["probability"].drop_nulls().len() == 0


def test_without_a_band_there_is_nothing_to_be_asked(result):
    none = np.full_like(result.log_bands, np.nan)
    assert attained_days(result.fitted, none).is_empty()
    assert attained_tiers(result.fitted, none, DEFAULT).is_empty()


def test_the_ramp_has_an_interval_that_holds_it(result):
    ramp = result.diagnostics.ramp
    assert (ramp["low"] <= ramp["multiplier"]).all()
    assert (ramp["multiplier"] <= ramp["high"]).all()
    early = ramp.filter((pl.col("role") == "coder") & (pl.col("stage") == "0-90"))
    assert (early["low"] < early["multiplier"]).all()
