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
    clinician_seasons,
    grouped,
    payment_models,
)
from assets.bands.config import BandConfig
from assets.bands.frame import FrameError
from assets.bands.guardrail import NOTHING, Standing
from assets.sql_model import load_models
from benchmarks.judge_clinicians import judged
from benchmarks.judge_companions import SWING
from tests.bands.offices import rows_of, settings_with, warehouse_with

AS_OF = date(2026, 6, 30)
CONFIG = BandConfig(bootstrap=100)
WRVU, VISITS = (companion.definition_id for companion in OUTPUT)
VALUES = np.array([0.97, 1.3, 1.92, 2.8])
MIX = np.array([0.2, 0.4, 0.3, 0.1])
USUAL = 5.5
PAID, UNPAID, DARK = (6, 0, 0), (0, 6, 0), (0, 0, 6)


def practice(
    multiples,
    *,
    specialty="palliative",
    paid=PAID,
    seed=1,
    days=64,
    last=AS_OF,
    first=0,
    setting="clinic",
    every=1,
):
    """Return the frame of clinicians who see that multiple of the usual number of patients a day, each of some work RVU."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, multiple in enumerate(multiples, first):
        for back in range(0, days, every):
            share = 0.5 if rng.random() < 0.2 else 1.0
            visits = int(rng.poisson(USUAL * multiple * share))
            wrvu = float(rng.choice(VALUES, size=visits, p=MIX).sum())
            head = (last - timedelta(days=back), f"n{number:03}", specialty, setting, "physician", *paid)
            rows += [(WRVU, *head, wrvu, share), (VISITS, *head, float(visits), share)]
    return pl.DataFrame(rows, schema=FRAME_SCHEMA, orient="row")


def people(number, sd=0.25):
    places = np.random.default_rng(5).permutation(number)
    return np.exp(sd * ndtri((places + 0.5) / number))


def year_before(multiples, **how):
    """Return the frame of the year before the window, every fifth day of it, so that each month and weekday is there."""
    return practice(multiples, **{"days": 365, "last": AS_OF - timedelta(days=90), "every": 5} | how)


def swung(frame):
    """Return the frame with a tenth more work and visits in April to June, and a tenth less in the other months."""
    busy = pl.col("date").dt.month().is_in([4, 5, 6])
    return frame.with_columns(pl.col("numerator") * pl.when(busy).then(1.1).otherwise(0.9))


def seasons_of(frame):
    return clinician_seasons(grouped(frame, as_of=AS_OF, config=CONFIG), as_of=AS_OF, config=CONFIG)


def banded(frame, before=NOTHING, config=CONFIG):
    ratios = grouped(frame, as_of=AS_OF, config=config)
    seasons = seasons_of(frame)
    return clinician_bands(ratios, as_of=AS_OF, before=before, seasons=seasons, config=config)


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
    frame = pl.concat([practice(people(30), paid=paid), year_before(people(30), paid=paid)])
    row = of(banded(frame))
    assert (row["payment_model"], row["status"]) == (model, "provisional")
    assert row["reasons"] == row["statement"] == STATEMENTS[model]


def test_with_a_prior_year_a_band_paid_by_volume_is_proposed_and_never_more():
    frame = practice(people(30))
    row = of(banded(pl.concat([frame, year_before(people(30))])))
    assert (row["status"], row["reasons"]) == ("proposed", "")
    assert row["season"] == pytest.approx(1, abs=0.03)
    assert (of(banded(frame))["reasons"], of(banded(frame))["season"]) == (
        "season unknown: no prior year",
        None,
    )


def test_a_band_of_the_busy_months_is_that_of_the_mean_of_the_year():
    """April to June bring a tenth more than usual, the other months a tenth less: .95 in the mean of the year."""
    frame = swung(pl.concat([practice(people(40)), year_before(people(40))]))
    bands, left_in = banded(frame), banded(frame.filter(pl.col("date") > AS_OF - timedelta(days=90)))
    for measure, usual in ((WRVU, USUAL * float(VALUES @ MIX)), (VISITS, USUAL)):
        row, raw = of(bands, measure), of(left_in, measure)
        assert row["acceptable"] == pytest.approx(0.95 * usual, rel=0.03)
        assert raw["acceptable"] == pytest.approx(1.1 * usual, rel=0.03)
        assert row["season"] == pytest.approx(1.1 / 0.95, rel=0.03)
        assert row["acceptable_low"] < 0.95 * usual < row["acceptable_high"]


def test_the_same_season_a_year_before_is_no_prior_year():
    """Three months of it tell nothing of how they compare with the whole of the year."""
    then = practice(people(30), last=AS_OF - timedelta(days=365))
    assert of(banded(pl.concat([practice(people(30)), then])))["season"] is None


def test_each_measure_needs_a_prior_year_of_its_own():
    frame = pl.concat(
        [practice(people(30)), year_before(people(30)).filter(pl.col("definition_id") == VISITS)]
    )
    assert {name for name, _ in seasons_of(frame)} == {VISITS}
    assert (of(banded(frame), VISITS)["status"], of(banded(frame), WRVU)["status"]) == (
        "proposed",
        "provisional",
    )


def test_a_new_contract_leaves_a_group_its_history():
    """What a contract said before the window is not known, and that of the window holds for the same clinicians."""
    frame = pl.concat([practice(people(20)), year_before(people(20), paid=DARK)])
    assert of(banded(frame), payment_model="fee_for_service")["season"] is not None


def test_who_has_left_belongs_to_the_group_that_his_own_year_tells():
    gone = year_before(people(5), paid=UNPAID, first=50)
    roles = grouped(pl.concat([practice(people(6)), gone]), as_of=AS_OF, config=CONFIG)
    models = dict(
        roles.select("worker_id", pl.col("role").str.split("\x1f").list.last()).unique().iter_rows()
    )
    assert (models["n000"], models["n050"]) == ("fee_for_service", "capitation")


def test_the_season_of_a_capitated_panel_moves_no_other_group():
    paid = pl.concat([practice(people(12)), year_before(people(12))])
    panel = swung(
        pl.concat(
            [practice(people(12), paid=UNPAID, first=50), year_before(people(12), paid=UNPAID, first=50)]
        )
    )
    alone, beside = seasons_of(paid), seasons_of(pl.concat([paid, panel]))
    assert alone.keys() == beside.keys()
    assert all((alone[key].month == beside[key].month).all() for key in alone)


def test_a_group_with_little_work_leans_on_the_season_of_the_others():
    """On four clinicians' every fifteenth day chance weighs more than the season, which all groups show together."""
    few = swung(
        pl.concat(
            [
                practice(people(4), specialty="cardiology", first=50),
                year_before(people(4), specialty="cardiology", first=50, every=7),
            ]
        )
    )
    many = swung(pl.concat([practice(people(40)), year_before(people(40))]))

    def crest(seasons):
        return next(
            s.month[4] / s.month[10]
            for (name, role), s in seasons.items()
            if name == VISITS and role.startswith("card")
        )

    alone, beside = crest(seasons_of(few)), crest(seasons_of(pl.concat([few, many])))
    assert abs(np.log(beside / (1.1 / 0.9))) < abs(np.log(alone / (1.1 / 0.9)))


def test_a_group_that_shows_nothing_shows_no_season():
    frame = pl.concat([practice(people(4)), year_before(people(4))])
    row = of(banded(frame))
    assert (row["status"], row["season"]) == ("withheld", None)


def test_the_judge_sees_the_season_that_is_left_in_and_the_one_that_is_taken_out():
    left, taken = (judged(12, [1], SWING, how)[VISITS] for how in ("still", "learnt"))
    assert left["bias acc"] > taken["bias acc"] + 9
    assert abs(taken["bias acc"]) < 7


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
    assert all(verdict.passed for verdict in first.verdicts)


def test_a_version_tells_the_season_that_it_took_out_by_group(stored):
    connection, settings = stored
    young = recalibrate_clinicians(connection, settings, run_id="r")
    assert rows_of(connection, "bands.findings") == []
    measured(connection, pl.concat([practice(people(12)), year_before(people(12))]))
    old = recalibrate_clinicians(connection, settings, run_id="r")
    assert all(verdict.passed for verdict in old.verdicts)
    told = rows_of(connection, "bands.findings")
    assert {(r["version_id"], r["finding"], r["role"], r["name"]) for r in told} == {
        (old.version_id, "clinician_season", None, "factor")
    }
    assert len(told) == 2 * (7 + 12)
    assert told[0]["subject"] == (
        f"definition_id={VISITS} kind=weekday period=1 specialty=palliative setting=clinic "
        "clinician_type=physician payment_model=fee_for_service"
    )
    seasons = {r["version_id"]: r["season"] for r in rows_of(connection, "bands.clinicians")}
    assert seasons[young.version_id] is None
    assert 0.9 < seasons[old.version_id] < 1.1


def test_another_prior_year_is_another_version(stored):
    connection, settings = stored
    versions = set()
    for seed in (3, 4):
        measured(connection, pl.concat([practice(people(12)), year_before(people(12), seed=seed)]))
        versions.add(recalibrate_clinicians(connection, settings, run_id="r").version_id)
    assert len(versions) == 2


def test_the_findings_of_clinicians_make_nothing_anew(stored):
    """What reads the findings of a calibration would else be told to be stale by rows that it does not look at."""
    connection, settings = stored
    measured(connection, pl.concat([practice(people(12)), year_before(people(12))]))
    recalibrate_clinicians(connection, settings, run_id="r")
    changed = {table for (table,) in connection.execute("select table_name from ops.changes").fetchall()}
    assert "bands.clinicians" in changed
    assert "bands.findings" not in changed


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
