"""Why bands changed: each cause, alone, is told as itself, and the parts add up to the change."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from assets.bands.config import DEFAULT
from assets.bands.difference import PARTS, Side, _shares, _with_mix, explain
from assets.bands.guardrail import NOTHING
from assets.bands.making import make_version
from assets.bands.ratio_frame import RATIO_SCHEMA

CONFIG = replace(DEFAULT, waive_quality=("coder",), bootstrap=50)
SENIOR = pl.col("stage") == "366+"


def side(frame, as_of, config=CONFIG, standing=NOTHING):
    made = make_version(
        frame, pl.DataFrame(schema=RATIO_SCHEMA), as_of=as_of, config=config, standing=standing
    )
    return Side(made.bands, made.calibration.fitted, config)


def largest(told):
    """Return the name of the part that weighs most, over the cells of seniors."""
    means = {name: abs(told.filter(SENIOR)[name].mean() or 0.0) for name in (*PARTS, "rest")}
    return max(means, key=means.get)


def adds_up(told):
    total = told.select(pl.sum_horizontal(*PARTS, "rest", "guardrail") - pl.col("change")).to_series()
    return total.abs().max() < 1e-9


def mean(told, name):
    return told.filter(SENIOR)[name].mean()


@pytest.fixture(scope="module")
def team():
    return np.exp(np.linspace(-0.3, 0.3, 9)).tolist()


@pytest.fixture(scope="module")
def calm(office, team, as_of):
    """Nine coders, a year and a window without season."""
    frame = office(team)
    return frame, side(frame, as_of)


def test_a_version_beside_itself_has_not_changed(calm):
    told = explain(calm[1], calm[1])
    assert told.height == 12
    assert (
        told.select(pl.max_horizontal(pl.col(*PARTS, "rest", "guardrail", "change").abs())).to_series().max()
        < 1e-9
    )


def test_a_season_that_has_become_known_is_told_as_season(office, team, as_of):
    frame = office(team, pace=lambda day: 1.15 if day.month <= 3 else 1.0)
    first = as_of - timedelta(days=89)
    told = explain(side(frame.filter(pl.col("date") >= first), as_of), side(frame, as_of))
    assert mean(told, "change") == pytest.approx(-np.log(1.15 / 1.0375), abs=0.02)
    assert mean(told, "season") == pytest.approx(mean(told, "change"), abs=0.01)
    assert largest(told) == "season"
    assert adds_up(told)


def test_somebody_who_left_is_told_as_people(calm, as_of):
    frame, before = calm
    told = explain(before, side(frame.filter(pl.col("worker_id") != "w08"), as_of))
    assert mean(told, "change") < -0.02
    assert mean(told, "people") == pytest.approx(mean(told, "change"), abs=0.02)
    assert largest(told) == "people"
    assert adds_up(told)


def test_somebody_who_joined_is_told_as_people(calm, as_of):
    frame, after = calm
    told = explain(side(frame.filter(pl.col("worker_id") != "w00"), as_of), after)
    assert mean(told, "change") < -0.02
    assert largest(told) == "people"


def test_everybody_becoming_faster_is_told_as_pace(calm, as_of):
    frame, before = calm
    faster = frame.with_columns(units=(pl.col("units") * 1.1).round().cast(pl.Int64))
    told = explain(before, side(faster, as_of))
    assert mean(told, "pace") == pytest.approx(np.log(1.1), abs=0.01)
    assert largest(told) == "pace"


def test_somebody_whom_the_gate_shut_out_is_told_as_quality(office, team, as_of):
    frame = office(team, checks=40, failures=0.03)
    bad = (pl.col("worker_id") == "w08") & (pl.col("date") > as_of - timedelta(days=90))
    worse = frame.with_columns(qa_ok=pl.when(bad).then(pl.col("qa_ok") - 20).otherwise(pl.col("qa_ok")))
    told = explain(side(frame, as_of), side(worse, as_of))
    assert mean(told, "change") < -0.02
    assert largest(told) == "quality"


def test_harder_work_alone_moves_no_band(calm, as_of):
    frame, before = calm
    more = (pl.col("complexity") == "high") & (pl.col("date") > as_of - timedelta(days=90))
    longer = frame.with_columns(
        *(pl.when(more).then(pl.col(n) * 2).otherwise(pl.col(n)).alias(n) for n in ("units", "active_min"))
    )
    after = side(longer, as_of, replace(CONFIG, clock_factor=5.0))
    told = explain(before, after)
    assert abs(mean(told, "change")) < 0.01
    assert abs(mean(told, "mix")) < 0.01
    assert _shares(after.fitted)[2, 2] > 1.4 * _shares(before.fitted)[2, 2]
    weighted = _with_mix(after.fitted, before.fitted, after.config)
    np.testing.assert_allclose(_shares(weighted), _shares(before.fitted))


def test_versions_with_other_stages_cannot_be_compared(calm, as_of):
    other = side(calm[0], as_of, replace(CONFIG, stages=(60, 365)))
    with pytest.raises(ValueError, match="other roles or stages"):
        explain(calm[1], other)
