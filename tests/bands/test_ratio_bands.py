"""Companion bands: fewer is better, parts of a whole, few people, and what the estimates are made of."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri

from assets.bands.config import BandConfig
from assets.bands.frame import FrameError
from assets.bands.histogram import Crowd, Shared
from assets.bands.ratio_bands import RATIO_BANDS_SCHEMA, carried, ratio_bands
from assets.bands.ratio_fit import RatioRows, fit_ratio, level_variance, posterior, spread
from assets.bands.ratio_frame import RATIO_SCHEMA, Companion, ratio_fingerprint, validate_ratios
from assets.bands.ratio_season import STILL

AS_OF = date(2026, 6, 30)
CONFIG = BandConfig(units={"coder": "charts per hour"}, bootstrap=100)
TOUCHES = Companion("t", "down", "ratio", "touches per finish", gated=False)
OUTPUT = Companion("t", "up", "ratio", "finishes per day", gated=False)
PASSES = Companion("p", "up", "share", "share", gated=False)
RATES = (1.4, 1.9, 2.7)


def work(
    multiples, rates=RATES, *, name="t", role="coder", days=64, each=15, tenure=900, seed=1, draw="poisson"
):
    """Return the frame of people whose numerator is that multiple of the rate, on `each` items per day and complexity."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, multiple in enumerate(multiples):
        for back in range(days):
            for tier, rate in zip(("low", "medium", "high"), rates, strict=True):
                mean = each * rate * multiple
                found = {
                    "poisson": lambda m=mean: rng.poisson(m),
                    "exact": lambda m=mean: m,
                    "passed": lambda m=mean: each - rng.binomial(each, m / each),
                }[draw]()
                day = AS_OF - timedelta(days=back)
                rows.append((name, day, f"w{number:02}", role, tier, tenure, float(found), float(each)))
    return pl.DataFrame(rows, schema=RATIO_SCHEMA, orient="row")


def people(number, sd=0.25):
    """Return multiples that are spread as a log-normal is, in mixed order."""
    places = np.random.default_rng(5).permutation(number)
    return np.exp(sd * ndtri((places + 0.5) / number))


def banded(frame, companion=TOUCHES, *, qualified=(), seasons=("coder",), config=CONFIG):
    return ratio_bands(
        frame,
        as_of=AS_OF,
        companions=[companion],
        qualified=qualified,
        seasons={(companion.definition_id, role): STILL for role in seasons},
        config=config,
    )


def seniors(bands):
    rows = bands.filter(pl.col("stage") == "366+")
    return {row["complexity"]: row for row in rows.iter_rows(named=True)}


def test_of_touches_fewer_are_better_and_the_truth_lies_inside_the_limits():
    found = seniors(banded(work(people(40))))
    for tier, rate in zip(("low", "medium", "high"), RATES, strict=True):
        row = found[tier]
        assert row["acceptable"] > row["strong"] > row["exceptional"]
        for level, p in (("acceptable", 0.5), ("strong", 0.75), ("exceptional", 0.9)):
            truth = rate * np.exp(-ndtri(p) * 0.25)
            assert row[f"{level}_low"] < truth < row[f"{level}_high"], (tier, level)
        assert row["status"] == "adopted"


def test_a_share_that_should_be_large_rises_and_stays_below_one():
    frame = work(people(30, 0.4), (0.05, 0.08, 0.15), name="p", draw="passed", each=25)
    found = seniors(banded(frame, PASSES))
    for row in found.values():
        assert 0 < row["acceptable"] < row["strong"] < row["exceptional"] < 1
        assert row["exceptional_low"] <= row["exceptional"] <= row["exceptional_high"] <= 1
    assert found["low"]["acceptable"] == pytest.approx(0.95, abs=0.012)


def test_a_share_of_which_nothing_is_missing_has_no_band():
    frame = work(people(12), (0.0, 0.05, 0.08), name="p", draw="passed", each=25)
    found = seniors(banded(frame.with_columns(numerator=pl.col("denominator")), PASSES))
    for row in found.values():
        assert (row["acceptable"], row["status"]) == (None, "withheld")
        assert "nothing to tell people apart by" in row["reasons"]


def late_in_some_weeks(*, together):
    """Return sixteen people who are late in two weeks of nine: all of them in the same ones, or everybody in weeks of their own."""
    frame = work(people(16, 0.2), (0.2, 0.2, 0.2), name="p", draw="passed", each=25, days=63)
    own = pl.lit(0) if together else pl.col("worker_id").str.slice(1).cast(pl.Int64)
    week = ((pl.lit(AS_OF) - pl.col("date")).dt.total_days() // 7 + own) % 9
    good = pl.when(week < 2).then("numerator").otherwise("denominator")
    return seniors(banded(frame.with_columns(numerator=good), PASSES))["medium"]


def test_weeks_that_are_bad_for_everybody_leave_the_level_less_sure():
    alone, together = (late_in_some_weeks(together=shared) for shared in (False, True))
    assert alone["acceptable"] == pytest.approx(together["acceptable"], abs=0.01)
    widths = [row["acceptable_high"] - row["acceptable_low"] for row in (alone, together)]
    assert widths[1] > 1.5 * widths[0]


def test_somebody_with_little_work_and_perfect_numbers_does_not_set_the_exceptional_band():
    rework = (0.03, 0.05, 0.08)
    crowd = work(people(12, 0.2), rework)
    star = work([0.0], rework, days=3, each=3).with_columns(worker_id=pl.lit("star"))
    before, after = seniors(banded(crowd)), seniors(banded(pl.concat([crowd, star])))
    for tier in ("low", "medium", "high"):
        assert abs(np.log(after[tier]["exceptional"] / before[tier]["exceptional"])) < 0.03


def test_only_numberwith_good_quality_set_the_band_of_a_gated_measure():
    gated = Companion("t", "down", "ratio", "touches per finish")
    honest = work(np.full(8, 1.0))
    hasty = work(np.full(24, 0.5), seed=2).with_columns(worker_id=pl.concat_str(pl.lit("h"), "worker_id"))
    both = pl.concat([honest, hasty])
    qualified = {("coder", f"w{n:02}") for n in range(8)}
    found = seniors(banded(both, gated, qualified=qualified))
    assert found["low"]["acceptable"] == pytest.approx(RATES[0], rel=0.04)
    assert seniors(banded(both))["low"]["acceptable"] < 0.8 * RATES[0]


def test_nobody_is_shown_below_five_numberand_one_person_moves_no_band():
    rows = banded(work(people(4)))
    assert set(rows["status"]) == {"withheld"}
    assert rows["acceptable"].null_count() == rows.height
    assert "fewer than 5 contributors" in rows["reasons"][0]
    lonely = work(np.array([*np.full(5, 1.0), 6.0]))
    assert all(
        "one worker moves" in row["reasons"] or row["acceptable"] is not None
        for row in banded(lonely).iter_rows(named=True)
    )


def test_without_a_prior_year_a_companion_band_is_a_range():
    assert {row["status"] for row in seniors(banded(work(people(20)), seasons=())).values()} == {
        "provisional"
    }


def test_new_numberare_held_against_new_people():
    old = work(people(20, 0.1))
    new = work(1.5 * people(10, 0.1), tenure=40, seed=3).with_columns(
        worker_id=pl.concat_str(pl.lit("n"), "worker_id")
    )
    rows = banded(pl.concat([old, new]))
    first = rows.filter((pl.col("stage") == "0-90") & (pl.col("complexity") == "low"))
    assert first["acceptable"][0] > 1.3 * seniors(rows)["low"]["acceptable"]
    assert seniors(rows)["low"]["acceptable"] == pytest.approx(RATES[0], rel=0.06)


def test_hard_work_is_nobodys_fault():
    frame = work(people(24, 0.2))
    # The first half works mostly hard cases: the bands stay where they are.
    number = pl.col("worker_id").str.slice(1).cast(pl.Int64)
    lopsided = frame.filter(
        ((number < 12) & (pl.col("complexity") == "high")) | (number >= 12) | (pl.col("date") == AS_OF)
    )
    for tier in ("low", "high"):
        even, uneven = seniors(banded(frame))[tier], seniors(banded(lopsided))[tier]
        assert abs(np.log(even["acceptable"] / uneven["acceptable"])) < 0.06


def test_the_order_of_rows_does_not_matter_and_the_fingerprint_follows_the_content():
    frame = work(people(8))
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=4)
    assert banded(frame).equals(banded(shuffled))
    assert ratio_fingerprint(frame) == ratio_fingerprint(shuffled)
    assert ratio_fingerprint(frame) != ratio_fingerprint(frame.with_columns(pl.col("numerator") + 1))
    assert dict(banded(frame).schema) == RATIO_BANDS_SCHEMA


def test_a_frame_that_breaks_the_contract_is_named_without_values():
    frame = work([1.0], days=1)
    for broken, said in (
        (frame.drop("role"), "column role: missing"),
        (frame.with_columns(pl.lit(1).alias("numerator")), "column numerator: type is"),
        (frame.with_columns(-pl.col("numerator")), "column numerator: negative"),
        (frame.with_columns(pl.lit(None, dtype=pl.String()).alias("role")), "column role: null in 3"),
        (frame.with_columns(complexity=pl.lit("odd")), "column complexity: none of"),
        (pl.concat([frame, frame]), "key repeated"),
    ):
        with pytest.raises(FrameError, match=said):
            validate_ratios(broken)


def test_of_output_more_is_better_and_the_truth_lies_inside_the_limits():
    found = seniors(banded(work(people(40)), OUTPUT))
    for tier, rate in zip(("low", "medium", "high"), RATES, strict=True):
        row = found[tier]
        assert row["acceptable"] < row["strong"] < row["exceptional"]
        for level, p in (("acceptable", 0.5), ("strong", 0.75), ("exceptional", 0.9)):
            truth = rate * np.exp(ndtri(p) * 0.25)
            assert row[f"{level}_low"] < truth < row[f"{level}_high"], (tier, level)


def test_fewer_and_more_of_the_same_ratio_meet_in_the_middle():
    frame = work(people(40))
    less, more = seniors(banded(frame)), seniors(banded(frame, OUTPUT))
    for tier in ("low", "medium", "high"):
        assert less[tier]["acceptable"] == pytest.approx(more[tier]["acceptable"], rel=0.03)
        assert less[tier]["exceptional"] < more[tier]["acceptable"] < more[tier]["exceptional"]


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="good must be down or up"):
        Companion("x", "left", "ratio", "u")


def rows_of(found, exposure, workers):
    size = found.size
    zero = np.zeros(size, dtype=np.int64)
    return RatioRows(
        np.arange(size) % workers, zero, zero + 3, np.arange(size) // workers, found, exposure, workers, 4
    )


def test_dispersion_is_one_for_counts_and_the_mean_parcel_for_minutes():
    rng = np.random.default_rng(8)
    everybody = np.ones(10, dtype=np.bool_)
    counts = rows_of(rng.poisson(20, 1000).astype(float), np.full(1000, 10.0), 10)
    minutes = rows_of(rng.gamma(4, 5, 1000), np.full(1000, 2.0), 10)
    assert fit_ratio(counts, everybody).phi == pytest.approx(1, abs=0.25)
    assert fit_ratio(minutes, everybody).phi == pytest.approx(5, abs=1.2)


def test_the_spread_of_numberis_found_beyond_chance_and_little_work_leaves_the_posterior_at_the_usual():
    multiples = people(60, 0.3)
    rows = rows_of(np.tile(multiples * 50, 20), np.full(1200, 50.0), 60)
    fit = fit_ratio(rows, np.ones(60, dtype=np.bool_))
    (variance,) = spread([(fit, np.arange(60))]).role
    assert variance == pytest.approx(0.09, rel=0.35)
    skill, error = posterior(fit, variance)
    assert np.corrcoef(skill, np.log(multiples))[0, 1] > 0.99
    assert (error < variance).all()
    assert level_variance(fit, np.arange(60), skill) >= 0
    assert level_variance(fit, np.arange(1), skill) == np.inf


def test_where_nothing_was_found_there_is_no_band_and_no_limit_that_is_no_number():
    rows = banded(work(people(12), (0.0, 0.0, 0.0), draw="exact"))
    assert set(rows["status"]) == {"withheld"}
    assert set(rows["reasons"]) == {"nothing to tell people apart by"}
    assert rows["acceptable"].null_count() == rows["acceptable_high"].null_count() == rows.height
    few = banded(work(people(4), (0.0, 0.0, 0.0), draw="exact"))
    assert set(few["reasons"]) == {"fewer than 5 contributors"}


def test_somebody_new_says_less_about_the_level_and_nothing_about_the_spread():
    """The ramp has taken from new people what it learnt from them, so they look more alike than they are."""
    rng = np.random.default_rng(2)
    multiples = np.exp(rng.normal(0, 0.4, 30))
    stage = np.where(np.arange(30) < 8, np.arange(30) % 2, 3)
    rows = RatioRows(
        np.arange(600) % 30,
        np.zeros(600, dtype=np.int64),
        stage[np.arange(600) % 30],
        np.arange(600) // 30,
        np.tile(50 * multiples, 20),
        np.full(600, 50.0),
        30,
        4,
    )
    everybody = np.ones(30, dtype=np.bool_)
    fit = fit_ratio(rows, everybody)
    assert (fit.weight[stage < 3] < 0.5).all()
    assert (fit.weight[stage == 3] == 1).all()
    assert fit.past.tolist() == (stage == 3).astype(float).tolist()
    seniors_only = spread([(fit, np.flatnonzero(stage == 3))])
    assert spread([(fit, np.arange(30))]).role == pytest.approx(seniors_only.role, rel=1e-6)


def test_the_spread_rests_on_those_of_whom_much_is_known():
    """Sixty people of five finds each are worth less than as many of five hundred, and are drawn to each other."""
    multiples = people(60, 0.3)
    known = []
    for each in (0.25, 25.0):
        drawn = np.random.default_rng(4).poisson(np.tile(multiples * each, 20)).astype(float)
        rows = rows_of(drawn, np.full(1200, each), 60)
        fit = fit_ratio(rows, np.ones(60, dtype=np.bool_))
        known.append(spread([(fit, np.arange(60))]))
    assert known[0].people < 0.5 * known[1].people <= 30.1
    assert known[1].shared == pytest.approx(0.09, rel=0.2)


def test_numberwho_do_not_differ_are_not_told_apart():
    drawn = np.random.default_rng(4).poisson(20.0, 1200).astype(float)
    fit = fit_ratio(rows_of(drawn, np.full(1200, 20.0), 60), np.ones(60, dtype=np.bool_))
    assert spread([(fit, np.arange(60))]).shared < 0.002


def test_ten_numberwho_differ_much_show_no_exceptional_and_forty_do():
    """One in ten of ten people is one person: the level is missing, with its reason, and not just too mild."""
    rng = np.random.default_rng(6)
    ten = np.exp(0.2 * ndtri((np.arange(10) + 0.5) / 10))
    forty = np.exp(rng.normal(0, 0.5, 40))
    few, alike, many = (
        seniors(banded(work(multiples)))["low"] for multiples in (ten**2.5, ten, forty)
    )  # fmt: skip
    assert few["acceptable"] is not None
    assert few["exceptional"] is few["exceptional_low"] is None
    assert "too few people to tell" in few["reasons"] or "one worker moves" in few["reasons"]
    assert few["status"] == "provisional"
    assert None not in {alike["exceptional"], many["exceptional"]}


@pytest.mark.parametrize(
    ("number", "sd", "levels"), [(10, 0.2, 3), (10, 0.45, 2), (5, 0.45, 1), (16, 0.45, 3), (40, 0.45, 3)]
)
def test_how_many_levels_so_many_numbercarry_does_not_depend_on_who_they_are(number, sd, levels):
    shared = Shared(sd**2, 0.0, np.ones(3), ndtri(np.array([0.5, 0.75, 0.9])), 60.0)
    some = Crowd(np.zeros(number), np.full(number, 0.01), np.ones(number))
    others = Crowd(np.linspace(-3, 3, number), np.full(number, 0.01), np.ones(number))
    assert carried(some, shared, CONFIG) == carried(others, shared, CONFIG) == levels
