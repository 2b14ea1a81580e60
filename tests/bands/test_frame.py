"""The observation frame: what is refused, and that its hash follows the content only."""

from datetime import date

import polars as pl
import pytest

from assets.bands.frame import SCHEMA, FrameError, fingerprint, validate_observations


def test_a_good_frame_comes_back_in_the_order_of_the_contract(observations):
    frame = observations((1, 2)).select(reversed(SCHEMA)).with_columns(note=pl.lit("x"))
    assert list(validate_observations(frame).schema.items()) == list(SCHEMA.items())


def test_system_and_tenure_may_be_unknown(observations):
    frame = observations((1,)).with_columns(
        system_id=pl.lit(None, pl.String), tenure_days=pl.lit(None, pl.Int64)
    )
    assert validate_observations(frame).height == 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pl.col("units").cast(pl.Int32), "column units: type is Int32, expected Int64"),
        (pl.lit(None, pl.String).alias("role"), "column role: null in 40 of 40 rows"),
        (pl.lit(float("nan")).alias("active_min"), "column active_min: not a finite number in 40"),
        (pl.lit(-1.0).alias("friction_min"), "column friction_min: negative in 40"),
        (pl.lit(0.0).alias("case_weight"), "column case_weight: zero in 40"),
        (pl.lit("very high").alias("complexity"), "column complexity: none of low, medium, high in 40"),
        (pl.lit(3, pl.Int64).alias("edits"), "column edits: above edit_n in 40"),
        (pl.lit(date(2026, 3, 1)).alias("date"), "key repeated in 39 of 40 rows"),
    ],
)
def test_a_frame_that_breaks_the_contract_is_refused_by_column(observations, change, message):
    with pytest.raises(FrameError, match=message):
        validate_observations(observations((1,)).with_columns(change))


def test_a_missing_column_is_named_with_its_meaning(observations):
    with pytest.raises(FrameError, match=r"column units: missing \(pieces of work finished\)"):
        validate_observations(observations((1,)).drop("units"))


def test_an_error_never_shows_a_value(observations):
    frame = observations((1,)).with_columns(complexity=pl.lit("Jane Doe"))
    with pytest.raises(FrameError) as told:
        validate_observations(frame)
    assert "Jane" not in str(told.value)


def test_the_fingerprint_ignores_the_order_of_rows_and_columns(observations):
    frame = observations((1, 2, 3))
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=1).select(sorted(SCHEMA))
    assert fingerprint(frame) == fingerprint(shuffled)


@pytest.mark.parametrize("column", sorted(SCHEMA))
def test_one_changed_value_changes_the_fingerprint(observations, column):
    frame = observations((1, 2, 3))
    other = {
        "date": date(2020, 1, 1),
        "complexity": "high",
        "qa_ok": None,
    }
    first = pl.int_range(pl.len()) == 0
    if column in {"qa_ok", "edits", "denials", "reworks"}:
        frame = frame.with_columns(
            pl.lit(5, pl.Int64).alias(c) for c in ("qa_n", "edit_n", "adj_n", "rework_n")
        )
    kind = SCHEMA[column]
    value = other.get(column) or ("x" if kind == pl.String() else 1 if kind == pl.Int64() else 0.125)
    if column == "units":
        value = 77
    changed = frame.with_columns(
        pl.when(first).then(pl.lit(value, kind)).otherwise(pl.col(column)).alias(column)
    )
    assert fingerprint(frame) != fingerprint(changed)


def test_null_and_zero_are_different_content(observations):
    frame = observations((1,))
    zero, null = (frame.with_columns(pl.lit(v, pl.Int64).alias("tenure_days")) for v in (0, None))
    assert fingerprint(zero) != fingerprint(null)


def test_text_that_runs_together_is_told_apart(observations):
    def named(role, system):
        return observations((1,)).with_columns(role=pl.lit(role), system_id=pl.lit(system))

    assert fingerprint(named("ab", "c")) != fingerprint(named("a", "bc"))
    assert fingerprint(named("a", "")) != fingerprint(named("a", None).cast(dict(SCHEMA)))


def test_the_fingerprint_is_pinned_across_versions(observations):
    # A fixed number: a change of it means that every stored version would look like new input.
    assert fingerprint(observations((1, 2), days=2))[:16] == "40a5c1567326a616"
