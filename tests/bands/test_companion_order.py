"""Companion bands beside those in force: newcomers are never asked for more than seniors, more is asked only with proof, each way round."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.bands.companions import cell_role, kept_near, pace
from assets.bands.guardrail import NOTHING, USUAL, Standing
from assets.bands.ratio_bands import RATIO_BANDS_SCHEMA
from assets.bands.ratio_frame import Companion
from tests.bands.test_ratio_bands import PASSES, TOUCHES, banded, people, work

LEVELS = ("acceptable", "strong", "exceptional")
EDITS = Companion("e", "down", "share", "share", gated=False)
MEASURES = {companion.definition_id: companion for companion in (TOUCHES, EDITS, PASSES)}
STAGES = ("0-90", "91-180", "366+")


def bands(measure, cells, width=0.02):
    """Return the bands of a measure from stage -> acceptable, strong and exceptional; limits by share of what is counted."""
    rest = MEASURES[measure].counts_the_rest
    rows = []
    for stage, values in cells.items():
        row = dict.fromkeys(RATIO_BANDS_SCHEMA)
        row |= {"definition_id": measure, "role": "coder", "complexity": "low", "stage": stage}
        for level, value in zip(LEVELS, values, strict=True):
            half = width * (1 - value if rest else value)
            row |= {level: value, f"{level}_low": value - half, f"{level}_high": value + half}
        rows.append(row)
    return pl.DataFrame(rows, schema=RATIO_BANDS_SCHEMA)


def in_force(measure, cells):
    role = cell_role(measure, "coder")
    return Standing({role: "v1"}, {(role, "low", stage): values for stage, values in cells.items()})


def kept(measure, cells, before=None, width=0.02):
    found = kept_near(
        bands(measure, cells, width), in_force(measure, before) if before else NOTHING, MEASURES
    )
    return {row["stage"]: row for row in found.iter_rows(named=True)}


def hardness(measure, value):
    return pace(value, rest=MEASURES[measure].counts_the_rest)


OUT_OF_ORDER = {
    "t": {"0-90": (1.3, 1.1, 0.9), "91-180": (1.5, 1.2, 1.0), "366+": (1.4, 1.25, 1.1)},
    "e": {"0-90": (0.05, 0.04, 0.03), "91-180": (0.07, 0.05, 0.04), "366+": (0.06, 0.055, 0.05)},
    "p": {"0-90": (0.96, 0.97, 0.98), "91-180": (0.93, 0.965, 0.97), "366+": (0.95, 0.955, 0.96)},
}


@pytest.mark.parametrize("measure", OUT_OF_ORDER)
@pytest.mark.parametrize("first", [True, False], ids=["first version", "later version"])
def test_newcomers_are_asked_for_no_more_than_seniors_whether_less_is_better_or_more(measure, first):
    cells = OUT_OF_ORDER[measure]
    found = kept(measure, cells, None if first else cells)
    senior = cells["366+"]
    assert tuple(found["366+"][level] for level in LEVELS) == senior
    assert tuple(found["0-90"][level] for level in LEVELS) == (
        cells["91-180"][0],
        *senior[1:],
    )
    assert found["91-180"]["acceptable"] == cells["91-180"][0]
    assert tuple(found["0-90"][f"{level}_uncapped"] for level in LEVELS) == cells["0-90"]
    assert "acceptable: kept in order" in found["0-90"]["cap_reason"]
    assert (found["0-90"]["is_capped"], found["366+"]["is_capped"]) == (True, False)


@pytest.mark.parametrize(
    ("companion", "rates", "draw"),
    [(TOUCHES, (1.4, 1.9, 2.7), "exact"), (PASSES, (0.1, 0.15, 0.2), "passed")],
)
def test_newcomers_who_do_better_than_seniors_set_themselves_no_harder_band(companion, rates, draw):
    name = companion.definition_id
    old = work(people(20), rates, name=name, draw=draw, each=25)
    new = work(0.7 * people(9), rates, name=name, draw=draw, each=25, tenure=60)
    new = new.with_columns(worker_id=pl.concat_str(pl.lit("new"), "worker_id"))
    measured = banded(pl.concat([old, new]), companion)
    found = kept_near(measured, NOTHING, MEASURES)
    by_cell = {(row["complexity"], row["stage"]): row for row in found.iter_rows(named=True)}
    for tier in ("low", "medium", "high"):
        newcomers, seniors = by_cell[tier, "0-90"], by_cell[tier, "366+"]
        for level in LEVELS:
            assert hardness(name, newcomers[f"{level}_uncapped"]) > hardness(name, seniors[level])
            assert newcomers[level] == seniors[level]


@pytest.mark.parametrize("measure", ["t", "e", "p"])
def test_hard_work_that_fails_less_often_than_easy_work_keeps_a_band_of_its_own(measure):
    easy = bands(measure, {"366+": OUT_OF_ORDER[measure]["91-180"]})
    hard = bands(measure, {"366+": OUT_OF_ORDER[measure]["0-90"]}).with_columns(complexity=pl.lit("medium"))
    assert not kept_near(pl.concat([easy, hard]), NOTHING, MEASURES)["is_capped"].any()


def test_a_share_of_which_more_is_asked_needs_the_proof_of_its_lower_limit():
    """Of a share that should be large the lower limit is the proof, as it is of output; of touches it is the upper one."""
    before, measured = {"366+": (0.95, 0.96, 0.97)}, {"366+": (0.955, 0.965, 0.975)}
    unproven, proven = kept("p", measured, before, width=0.2), kept("p", measured, before, width=0.02)
    assert tuple(unproven["366+"][level] for level in LEVELS) == before["366+"]
    assert "acceptable: rise not proven" in unproven["366+"]["cap_reason"]
    assert 0.95 < proven["366+"]["acceptable"] < 0.955


def test_a_whole_is_asked_of_nobody_when_later_ones_are_asked_for_less():
    """Of 0.99996 four digits leave the whole, which nothing stands above."""
    cells = {"0-90": (0.97, 0.98, 1.0), "366+": (0.95, 0.96, 0.97)}
    assert kept("p", cells)["0-90"]["exceptional"] == 0.97
    assert kept("p", {"366+": (0.95, 0.96, 1.0)})["366+"]["exceptional"] == 1.0
    held = kept("p", {"366+": (0.95, 0.96, 1.0)}, {"366+": (0.95, 0.96, 0.97)})
    assert 0.97 < held["366+"]["exceptional"] < 0.972


def test_a_share_close_to_the_whole_can_still_fall():
    """A twentieth of what is missing to 0.9995 is less than its last digit."""
    value, before = 0.98, 0.9995
    for _ in range(3):
        after = kept("p", {"366+": (value, value, value)}, {"366+": (before,) * 3})["366+"]["acceptable"]
        assert (1 - after) / (1 - before) == pytest.approx(math.exp(USUAL), rel=1e-3)
        before = after


@st.composite
def versions(draw):
    """Return a measure with bands in order and the next ones, which are what chance made of them."""
    measure = draw(st.sampled_from(list(MEASURES)))
    base = 1.4 if measure == "t" else 0.06

    def cells(noise):
        out = {}
        for stage, ramp in zip(STAGES, (1.2, 1.1, 1.0), strict=True):
            values = sorted((base * ramp * q * draw(noise) for q in (1.0, 0.8, 0.7)), reverse=True)
            out[stage] = tuple(1 - v if MEASURES[measure].counts_the_rest else v for v in values)
        return out

    return measure, cells(st.just(1.0)), cells(st.floats(0.7, 1.4)), draw(st.sampled_from([0.01, 0.1]))


@given(versions())
@settings(max_examples=60, deadline=None)
def test_whatever_was_measured_stages_are_in_order_and_nothing_moves_further_or_up_without_proof(drawn):
    measure, before, cells, width = drawn
    for found in (kept(measure, cells, width=width), kept(measure, cells, before, width)):
        hard = np.array([[hardness(measure, found[stage][level]) for level in LEVELS] for stage in STAGES])
        assert (np.diff(hard, axis=0) >= -1e-3 * hard[:-1]).all()
        assert (np.diff(hard, axis=1) >= -1e-3 * hard[:, :-1]).all()
    ends = "low" if MEASURES[measure].counts_the_rest else "high"
    for stage, row in found.items():
        for level in LEVELS:
            old = hardness(measure, row[f"{level}_previous"])
            moved = math.log(hardness(measure, row[level]) / old)
            assert abs(moved) <= USUAL + 2e-3, (stage, level)
            if moved > 2e-3:
                assert hardness(measure, row[f"{level}_{ends}"]) > old
