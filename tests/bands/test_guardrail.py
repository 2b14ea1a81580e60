"""The guardrail: rises need proof, falls need none, nothing moves further than the limit, and the order stays."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.bands.guardrail import CONFIRMED, NOTHING, USUAL, Standing, guarded, held_near
from assets.bands.tables import BANDS_SCHEMA

LEVELS = ("acceptable", "strong", "exceptional")


def bands(cells, width=0.02):
    """Return bands from (complexity, stage) -> acceptable; strong and exceptional follow 20 % and 40 % above."""
    rows = []
    for (complexity, stage), value in cells.items():
        row = dict.fromkeys(BANDS_SCHEMA) | {"role": "coder", "complexity": complexity, "stage": stage}
        for level, factor in zip(LEVELS, (1.0, 1.2, 1.4), strict=True):
            row[level] = None if value is None else value * factor
            row[f"{level}_low"] = None if value is None else value * factor * (1 - width)
            row[f"{level}_high"] = None if value is None else value * factor * (1 + width)
        rows.append(row)
    return pl.DataFrame(rows, schema=BANDS_SCHEMA)


def standing(cells):
    values = {("coder", c, s): (v, v * 1.2, v * 1.4) for (c, s), v in cells.items()}
    return Standing({"coder": "v1"}, values)


@pytest.mark.parametrize(
    ("old", "measured", "low", "limit", "value", "reason"),
    [
        (10.0, 10.3, 10.1, USUAL, 10.3, ""),
        (10.0, 10.3, 9.9, USUAL, 10.0, "rise not proven"),
        (10.0, 12.0, 11.0, USUAL, 10.51, "change limited to 5%"),
        (10.0, 9.8, 9.0, USUAL, 9.8, ""),
        (10.0, 8.0, 7.0, USUAL, 9.512, "change limited to 5%"),
        (10.0, 12.0, 11.0, CONFIRMED, 11.62, "change limited to 15%"),
        (10.0, 11.0, 9.0, CONFIRMED, 10.0, "rise not proven"),
        (10.0, 10.0, 9.0, USUAL, 10.0, ""),
    ],
)
def test_a_band_follows_the_one_in_force(old, measured, low, limit, value, reason):
    assert held_near(old, measured, low, limit) == (value, reason)


@given(old=st.floats(0.5, 50), factor=st.floats(0.3, 3), low=st.floats(0.5, 1.0))
@settings(max_examples=60, deadline=None)
def test_no_band_moves_further_than_the_limit_and_none_rises_without_proof(old, factor, low):
    measured = old * factor
    value, _ = held_near(old, measured, measured * low, USUAL)
    assert abs(math.log(value / old)) <= USUAL + 1e-3
    if value > old:
        assert measured * low > old


def test_without_anything_in_force_bands_are_what_was_measured():
    (row,) = guarded(bands({("low", "366+"): 10.0}), NOTHING).to_dicts()
    assert (row["acceptable"], row["acceptable_uncapped"], row["acceptable_previous"]) == (10.0, 10.0, None)
    assert (row["is_capped"], row["cap_reason"], row["previous_version_id"]) == (False, "", None)


def test_nobody_in_the_first_year_is_asked_for_more_than_later_and_nobody_for_more_on_harder_work_also_at_first():
    cells = {
        ("low", "181-365"): 10.0,
        ("low", "366+"): 10.2,
        ("medium", "181-365"): 8.1,
        ("medium", "366+"): 8.0,
    }
    rows = guarded(bands(cells | {("high", "181-365"): 7.0, ("high", "366+"): 8.05}), NOTHING).to_dicts()
    found = {(row["complexity"], row["stage"]): row for row in rows}
    assert [found[cell]["acceptable"] for cell in cells] == [10.0, 10.2, 8.0, 8.0]
    assert found["high", "366+"]["acceptable"] == 8.0
    lowered = found["medium", "181-365"]
    assert (lowered["acceptable_uncapped"], lowered["is_capped"]) == (8.1, True)
    assert "acceptable: kept in order" in lowered["cap_reason"]


def test_the_measured_value_is_stored_beside_the_held_one_with_the_reason():
    (row,) = guarded(bands({("low", "366+"): 8.0}), standing({("low", "366+"): 10.0})).to_dicts()
    assert (row["acceptable"], row["acceptable_uncapped"], row["acceptable_previous"]) == (9.512, 8.0, 10.0)
    assert (row["is_capped"], row["previous_version_id"]) == (True, "v1")
    assert "acceptable: change limited to 5%" in row["cap_reason"]


def test_a_confirmed_change_of_level_allows_more():
    cells = {("low", "366+"): 10.0}
    (row,) = guarded(bands({("low", "366+"): 8.8}), standing(cells), {"coder"}).to_dicts()
    assert (row["acceptable"], row["is_capped"]) == (8.8, False)


def test_a_band_that_is_withheld_stays_without_a_value():
    (row,) = guarded(bands({("low", "366+"): None}), standing({("low", "366+"): 10.0})).to_dicts()
    assert (row["acceptable"], row["acceptable_previous"], row["is_capped"]) == (None, None, False)


@given(
    st.dictionaries(
        st.sampled_from([(c, s) for c in ("low", "medium", "high") for s in ("0-90", "366+")]),
        st.floats(0.85, 1.2), min_size=6, max_size=6,
    )
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_held_bands_keep_their_order_and_the_limit(factors):
    old = {
        (c, s): v * w
        for c, v in (("low", 12.0), ("medium", 11.0), ("high", 10.8))
        for s, w in (("0-90", 0.97), ("366+", 1.0))
    }
    # What was measured is in order too: take the running extremes of the noisy values.
    new = {key: old[key] * factors[key] for key in old}
    for c in ("low", "medium", "high"):
        new[c, "0-90"] = min(new[c, "0-90"], new[c, "366+"])
    for s in ("0-90", "366+"):
        new["medium", s] = min(new["low", s], new["medium", s])
        new["high", s] = min(new["medium", s], new["high", s])
    found = {(r["complexity"], r["stage"]): r for r in guarded(bands(new), standing(old)).to_dicts()}
    for (complexity, stage), row in found.items():
        assert row["acceptable"] <= row["strong"] <= row["exceptional"]
        for level in LEVELS:
            assert abs(math.log(row[level] / row[f"{level}_previous"])) <= USUAL + 1e-3
            assert row[level] <= found[complexity, "366+"][level]
            harder = {"low": "medium", "medium": "high"}.get(complexity)
            assert harder is None or found[harder, stage][level] <= row[level]
