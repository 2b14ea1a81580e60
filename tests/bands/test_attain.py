"""What a person reached: against equal work, at the person's own tenure, and only when there is enough to say."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from assets.bands.attain import attainment
from assets.bands.calibrate import calibrate
from assets.bands.config import DEFAULT


def share(held):
    return 1.0 if held >= 180 else 0.5 + 0.5 * held / 180


@pytest.fixture(scope="module")
def result(office, team, as_of):
    """Twelve seniors, six who went through the ramp last year, one new hire, one who came last week, one who games."""
    frame = pl.concat(
        [
            office(team, checks=20, failures=0.04),
            office(
                [0.8, 0.9, 1.0, 1.0, 1.1, 1.25],
                tenure=400,
                share=share,
                prefix="past",
                checks=20,
                failures=0.04,
            ),
            office([1.15], tenure=80, share=share, prefix="new", checks=20, failures=0.04),
            office([1.3], window=4, history=0, hours=1.0, prefix="week", checks=20, failures=0.04),
            office([1.6], prefix="game", checks=20, failures=0.2),
        ]
    )
    return calibrate(frame, as_of=as_of)


def person(result, worker):
    return result.attainment.row(by_predicate=pl.col("worker_id") == worker, named=True)


def test_the_index_is_output_over_what_the_hours_ask_for(result, team):
    acceptable = np.exp(result.log_bands[result.fitted.rows.roles.index("coder"), 1, 0])
    for number in (0, 5, 11):
        assert person(result, f"w{number:02d}")["index"] == pytest.approx(
            team[number] * 200 / acceptable, rel=0.02
        )


def test_levels_and_probability_follow_the_index(result):
    slow, fast = person(result, "w00"), person(result, "w11")
    assert (slow["reached"], fast["reached"]) == ("below acceptable", "exceptional")
    assert slow["probability"] < 0.01
    assert fast["probability"] > 0.99
    assert fast["quality"] == "passed"


def test_a_new_hire_is_judged_by_the_ramp_of_each_day(result):
    new = person(result, "new00")
    acceptable = np.exp(result.log_bands[result.fitted.rows.roles.index("coder"), 1, 0])
    assert new["index"] == pytest.approx(1.15 * 200 / acceptable, rel=0.04)
    assert new["status"] == "measured"


def test_one_week_is_not_yet_enough(result):
    week = person(result, "week00")
    assert week["status"] == "not yet enough data"
    assert (week["index"], week["probability"], week["reached"]) == (None, None, None)


def test_gaming_shows_as_failed_quality_and_sets_no_band(result, office, team, as_of):
    assert person(result, "game00")["quality"] == "failed"
    without = result.fitted.rows.people
    assert ("coder", "game00") in without
    places = result.fitted.rows.people.index(("coder", "game00"))
    assert not result.fitted.contributes[places]


def test_without_a_band_nothing_is_judged(result):
    none = np.full_like(result.log_bands, np.nan)
    judged = attainment(result.fitted, none, DEFAULT)
    assert set(judged["status"]) <= {"no band", "not yet enough data"}
    assert judged["index"].null_count() == judged.height


def test_people_can_be_judged_by_bands_of_another_version(result):
    higher = attainment(result.fitted, result.log_bands + np.log(2), DEFAULT)
    mine = higher.row(by_predicate=pl.col("worker_id") == "w05", named=True)
    assert mine["index"] == pytest.approx(person(result, "w05")["index"] / 2, rel=1e-3)


def test_no_band_of_the_role_says_no_band(office, team, as_of):
    few = calibrate(office(team[:3], history=0), as_of=as_of, config=replace(DEFAULT, min_hours=5.0))
    assert set(few.attainment["status"]) == {"no band"}
    assert set(few.attainment["quality"]) == {"unknown"}
