"""Bands of clinicians' output: true quantiles of a simulated practice, payment models, few people, versions."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri

from assets.bands.clinician_versions import recalibrate_clinicians
from assets.bands.clinicians import (
    FRAME_SCHEMA,
    OUTPUT,
    STATEMENTS,
    cell_of,
    clinician_bands,
    grouped,
    payment_models,
)
from assets.bands.config import BandConfig
from assets.bands.frame import FrameError
from assets.bands.guardrail import NOTHING, Standing
from assets.sql_model import load_models
from tests.bands.offices import rows_of, settings_with, warehouse_with

AS_OF = date(2026, 6, 30)
CONFIG = BandConfig(bootstrap=100)
WRVU, VISITS = (companion.definition_id for companion in OUTPUT)
VALUES = np.array([0.97, 1.3, 1.92, 2.8])
MIX = np.array([0.2, 0.4, 0.3, 0.1])
USUAL = 5.5
PAID, UNPAID, DARK = (6, 0, 0), (0, 6, 0), (0, 0, 6)


def practice(
    multiples, *, specialty="palliative", paid=PAID, seed=1, days=64, last=AS_OF, first=0, setting="clinic"
):
    """Return the frame of clinicians who see that multiple of the usual number of patients a day, each of some work RVU."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, multiple in enumerate(multiples, first):
        for back in range(days):
            share = 0.5 if rng.random() < 0.2 else 1.0
            visits = int(rng.poisson(USUAL * multiple * share))
            wrvu = float(rng.choice(VALUES, size=visits, p=MIX).sum())
            head = (last - timedelta(days=back), f"n{number:03}", specialty, setting, "physician", *paid)
            rows += [(WRVU, *head, wrvu, share), (VISITS, *head, float(visits), share)]
    return pl.DataFrame(rows, schema=FRAME_SCHEMA, orient="row")


def people(number, sd=0.25):
    places = np.random.default_rng(5).permutation(number)
    return np.exp(sd * ndtri((places + 0.5) / number))


def banded(frame, before=NOTHING, config=CONFIG):
    return clinician_bands(frame, as_of=AS_OF, before=before, config=config)


def of(bands, measure=WRVU, **where):
    found = bands.filter(pl.col("definition_id") == measure, *(pl.col(k) == v for k, v in where.items()))
    assert found.height == 1
    return found.row(0, named=True)


def test_the_bands_are_quantiles_of_the_true_output_and_rise():
    """Work RVU a day are visits a day times the mean value of a visit."""
    bands = banded(practice(people(40)))
    assert bands.height == 2
    for measure, usual in ((WRVU, USUAL * float(VALUES @ MIX)), (VISITS, USUAL)):
        row = of(bands, measure)
        assert row["acceptable"] < row["strong"] < row["exceptional"]
        for level, p in (("acceptable", 0.5), ("strong", 0.75), ("exceptional", 0.9)):
            truth = usual * np.exp(ndtri(p) * 0.25)
            assert row[f"{level}_low"] < truth < row[f"{level}_high"], (measure, level)
        assert (row["status"], row["payment_model"], row["contributors"]) == (
            "provisional",
            "fee_for_service",
            ">20",
        )


def test_over_many_practices_the_limits_hold_the_truth_about_as_often_as_they_say():
    """People are drawn at random here, so luck in who works in the practice is part of every error; 90 % are promised."""
    inside, errors = [], []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        row = of(banded(practice(np.exp(rng.normal(0, 0.25, 20)), seed=seed + 100)), VISITS)
        for level, p in (("acceptable", 0.5), ("strong", 0.75)):
            truth = USUAL * np.exp(ndtri(p) * 0.25)
            inside.append(row[f"{level}_low"] < truth < row[f"{level}_high"])
            errors.append(np.log(row[level] / truth))
    assert np.mean(inside) > 0.8
    assert abs(np.mean(errors)) < 0.05


def test_half_a_day_counts_as_half():
    whole = practice(people(20), seed=3)
    halved = whole.with_columns(pl.col("numerator") / 2, pl.col("denominator") / 2)
    assert of(banded(whole))["acceptable"] == pytest.approx(of(banded(halved))["acceptable"], rel=0.02)


def test_a_capitated_panel_has_no_volume_band_and_says_why():
    bands = banded(pl.concat([practice(people(12)), practice(people(12), paid=UNPAID, seed=2, first=50)]))
    for measure in (WRVU, VISITS):
        row = of(bands, measure, payment_model="capitation")
        assert (row["status"], row["reasons"]) == ("withheld", "capitated: volume is no goal")
        assert all(row[f"{level}{end}"] is None for level in ("acceptable", "strong", "exceptional")
                   for end in ("", "_low", "_high", "_uncapped", "_previous"))  # fmt: skip
        assert of(bands, measure, payment_model="fee_for_service")["acceptable"] is not None


def test_the_work_of_capitated_clinicians_moves_no_band_of_the_others():
    paid = practice(people(12))
    busy = practice(3 * people(12), paid=UNPAID, seed=2, first=50)
    alone, beside = of(banded(paid)), of(banded(pl.concat([paid, busy])), payment_model="fee_for_service")
    assert alone["acceptable"] == pytest.approx(beside["acceptable"], rel=1e-3)


@pytest.mark.parametrize(
    ("paid", "model"),
    [
        ((10, 0, 0), "fee_for_service"),
        ((19, 2, 0), "fee_for_service"),
        ((9, 1, 0), "mixed"),
        ((5, 5, 0), "mixed"),
        ((4, 5, 0), "capitation"),
        ((5, 0, 5), "fee_for_service"),
        ((5, 0, 6), "unknown"),
        ((0, 0, 0), "unknown"),
    ],
)
def test_a_panel_is_what_most_of_its_visits_are(paid, model):
    assert payment_models(practice([1.0], paid=paid))["payment_model"].to_list() == [model]


def test_a_day_counts_once_for_the_payment_model_however_many_measures_it_has():
    one = practice([1.0], days=1, paid=(9, 1, 0))
    other = practice([1.0], days=9, paid=(10, 0, 0), last=AS_OF - timedelta(days=1)).filter(
        pl.col("definition_id") == VISITS
    )
    assert payment_models(pl.concat([one, other]))["payment_model"].to_list() == ["fee_for_service"]


@pytest.mark.parametrize(("paid", "model"), [((7, 3, 0), "mixed"), (DARK, "unknown")])
def test_what_is_not_surely_paid_by_volume_is_a_range_and_never_proposed(paid, model):
    year = timedelta(days=365)
    frame = pl.concat([practice(people(30), paid=paid), practice(people(30), paid=paid, last=AS_OF - year)])
    row = of(banded(frame))
    assert (row["payment_model"], row["status"]) == (model, "provisional")
    assert row["reasons"] == row["statement"] == STATEMENTS[model]


def test_with_a_prior_year_a_band_paid_by_volume_is_proposed_and_never_more():
    year = timedelta(days=365)
    frame = practice(people(30))
    row = of(banded(pl.concat([frame, practice(people(30), last=AS_OF - year)])))
    assert (row["status"], row["reasons"]) == ("proposed", "")
    assert of(banded(frame))["reasons"] == "season unknown: no prior year"


def test_fewer_than_five_clinicians_show_nothing():
    bands = banded(
        pl.concat([practice(people(20)), practice(people(4), specialty="cardiology", seed=2, first=50)])
    )
    row = of(bands, specialty="cardiology")
    assert (row["status"], row["contributors"], row["acceptable"]) == ("withheld", "<5", None)
    assert row["acceptable_low"] is row["acceptable_uncapped"] is None


def test_specialties_and_settings_are_held_against_their_own():
    clinic, home = practice(people(20)), practice(0.6 * people(20), setting="home", seed=2, first=50)
    bands = banded(pl.concat([clinic, home]))
    assert of(bands, VISITS, setting="home")["acceptable"] == pytest.approx(0.6 * USUAL, rel=0.08)
    assert of(bands, VISITS, setting="clinic")["acceptable"] == pytest.approx(USUAL, rel=0.08)


def test_a_band_is_held_near_the_one_of_the_version_before():
    frame, group = practice(people(30)), ("palliative", "clinic", "physician", "fee_for_service")
    free = of(banded(frame), VISITS)
    role, low, stage = cell_of(VISITS, group, CONFIG)
    before = Standing({role: "earlier"}, {(role, low, stage): (1.0, 1.5, 2.0)})
    held = of(banded(frame, before), VISITS)
    assert (held["acceptable"], held["acceptable_previous"]) == (pytest.approx(1.05, abs=0.01), 1.0)
    assert held["acceptable_uncapped"] == free["acceptable"]
    assert (held["is_capped"], held["previous_version_id"]) == (True, "earlier")
    assert not of(banded(frame, before), WRVU)["is_capped"]


def test_the_order_of_the_rows_does_not_matter():
    frame = practice(people(8))
    assert banded(frame).equals(banded(frame.sample(fraction=1.0, shuffle=True, seed=4)))


def test_a_day_that_stands_twice_is_refused_without_values():
    frame = practice([1.0] * 6, days=3)
    with pytest.raises(FrameError, match="key repeated"):
        banded(pl.concat([frame, frame]))


def test_nothing_in_the_window_is_no_band():
    old = practice(people(6), last=AS_OF - timedelta(days=200))
    assert grouped(old, as_of=AS_OF, config=CONFIG).height == 0
    assert banded(old).height == 0


def test_the_measures_are_those_that_the_frame_has():
    sql = load_models(stages=("measures",))["measures.clinician_days"].sql
    assert all(f"('{companion.definition_id}')" in sql for companion in OUTPUT)
    assert sql.count("('") == len(OUTPUT)


@pytest.fixture
def stored(tmp_path):
    """A warehouse with clinicians and a calibration to follow."""
    with warehouse_with() as connection:
        follow(connection, AS_OF)
        measured(connection, practice(people(12)))
        yield connection, settings_with(tmp_path)


def follow(connection, as_of):
    from assets.bands.stored import create_bands

    create_bands(connection)
    connection.execute(
        "insert into bands.versions (version_id, as_of, known_at) values (?, ?, ?)",
        [str(as_of), as_of, as_of],
    )


def measured(connection, frame):
    connection.register("frame", frame.rename({"date": "measured_on"}).to_arrow())
    connection.execute("create or replace table measures.clinician_days as select * from frame")
    connection.unregister("frame")


def test_the_same_clinicians_are_the_same_version_and_are_stored_once(stored):
    connection, settings = stored
    first = recalibrate_clinicians(connection, settings, run_id="r")
    rows = rows_of(connection, "bands.clinicians")
    again = recalibrate_clinicians(connection, settings, run_id="r")
    assert (first.is_new, again.is_new, again.version_id) == (True, False, first.version_id)
    assert rows_of(connection, "bands.clinicians") == rows
    assert {row["version_id"] for row in rows} == {first.version_id}
    assert first.verdict.passed


def test_other_observations_are_another_version_beside_the_one_that_stands(stored):
    connection, settings = stored
    first = recalibrate_clinicians(connection, settings, run_id="r")
    rows = rows_of(connection, "bands.clinicians")
    measured(connection, practice(people(12), seed=9))
    second = recalibrate_clinicians(connection, settings, run_id="r")
    assert second.is_new
    assert second.version_id != first.version_id
    assert [
        row for row in rows_of(connection, "bands.clinicians") if row["version_id"] == first.version_id
    ] == rows


def test_the_version_of_an_earlier_day_holds_the_next_one_near(stored):
    connection, settings = stored
    first = recalibrate_clinicians(connection, settings, run_id="r")
    later = AS_OF + timedelta(days=90)
    follow(connection, later)
    measured(connection, practice(2 * people(12), last=later))
    second = recalibrate_clinicians(connection, settings, run_id="r")
    rows = [row for row in rows_of(connection, "bands.clinicians") if row["version_id"] == second.version_id]
    assert {row["previous_version_id"] for row in rows} == {first.version_id}
    assert all(row["is_capped"] and row["acceptable"] < 1.06 * row["acceptable_previous"] for row in rows)


def test_without_a_calibration_or_clinicians_nothing_is_stored(tmp_path):
    settings = settings_with(tmp_path)
    with warehouse_with() as connection:
        assert recalibrate_clinicians(connection, settings, run_id="r").version_id is None
        follow(connection, AS_OF)
        assert recalibrate_clinicians(connection, settings, run_id="r").version_id is None
        assert rows_of(connection, "bands.clinicians") == []
