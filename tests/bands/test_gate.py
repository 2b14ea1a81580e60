"""The quality gate: bad work is no credit, hard work is no fault, and silence is no verdict."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from assets.bands.config import BandConfig
from assets.bands.gate import best_quarter, fit_gate
from assets.bands.rows import METRICS

CONFIG = BandConfig()
AUDITS, REWORKS = METRICS.index("first_pass"), METRICS.index("reworks")


def part(office, skills, prefix, *, failures, **more):
    return office(skills, history=0, checks=100, failures=failures, prefix=prefix, **more)


def test_somebody_who_fails_three_times_as_often_does_not_pass(office, arrays):
    honest = part(office, [1.0] * 9, "h", failures=0.04)
    rows = arrays(honest.vstack(part(office, [1.5], "g", failures=0.12)))
    gate = fit_gate(rows, CONFIG)
    assert rows.people[0] == ("coder", "g00")
    assert gate.probability[0] < 0.1
    assert gate.probability[1:].min() > 0.95


def test_hard_work_that_fails_more_often_is_not_held_against_those_who_do_it(office, arrays):
    easy = part(office, [1.0] * 6, "easy", failures=0.04, tiers=(1.5, 1.0, None))
    hard = part(office, [1.0] * 6, "hard", failures=0.04, tiers=(None, 1.0, 0.4))
    rows = arrays(easy.vstack(hard))
    gate = fit_gate(rows, CONFIG)
    raw = rows.failures[:, AUDITS][rows.person >= 6].sum() / rows.checks[:, AUDITS][rows.person >= 6].sum()
    # The raw rate of the second half is close to the limit; their chances to pass are not lower for it.
    assert raw > 0.065
    assert gate.probability[6:].min() == pytest.approx(gate.probability[:6].min(), abs=0.05)


def test_new_hires_are_measured_by_new_hires_unless_they_game(office, arrays):
    seniors = part(office, [1.0] * 8, "s", failures=0.04)
    new = part(office, [1.0] * 4, "n", failures=0.065, tenure=100)
    gaming = part(office, [1.0], "x", failures=0.16, tenure=100)
    rows = arrays(seniors.vstack(new).vstack(gaming))
    chance = dict(zip([worker for _, worker in rows.people], fit_gate(rows, CONFIG).probability, strict=True))
    assert min(chance[f"n{i:02d}"] for i in range(4)) > 0.9
    assert chance["x00"] < 0.1


def test_without_checks_nothing_is_proven_and_nobody_is_accused(office, arrays):
    gate = fit_gate(arrays(office([1.0] * 5, history=0)), CONFIG)
    assert not gate.proven.any()
    assert (gate.probability == 1).all()


def test_a_handful_of_checks_accuses_nobody(office, arrays):
    frame = office([1.0] * 6, history=0)
    first = (
        (pl.col("worker_id") == "w00")
        & (pl.col("date") == pl.date(2026, 3, 2))
        & (pl.col("complexity") == "low")
    )
    few = frame.with_columns(qa_n=pl.when(first).then(4).otherwise(0), qa_ok=pl.lit(0, pl.Int64))
    gate = fit_gate(arrays(few.with_columns(pl.col("qa_n").cast(pl.Int64))), CONFIG)
    assert not gate.proven.any()
    assert (gate.probability == 1).all()


def test_a_generous_threshold_is_no_licence(office, arrays):
    generous = replace(CONFIG, thresholds=dict.fromkeys(METRICS, 0.5))
    honest = part(office, [1.0] * 9, "h", failures=0.02)
    rows = arrays(honest.vstack(part(office, [1.5], "g", failures=0.10)))
    gate = fit_gate(rows, generous)
    assert gate.probability[0] < 0.1
    assert gate.probability[1:].min() > 0.95


def test_history_is_not_held_against_anybody(office, arrays):
    past = office([1.0] * 6, checks=100, failures=0.3, history=100)
    now = past.with_columns(
        qa_ok=pl.when(pl.col("date") > pl.date(2025, 12, 20)).then(pl.col("qa_n")).otherwise("qa_ok"),
        reworks=pl.when(pl.col("date") > pl.date(2025, 12, 20)).then(0).otherwise("reworks"),
    )
    assert fit_gate(arrays(now), CONFIG).probability.min() > 0.9


def test_a_tighter_limit_of_a_role_fails_it(office, arrays):
    rows = arrays(part(office, [1.0] * 8, "w", failures=0.04))
    strict = replace(CONFIG, thresholds=CONFIG.thresholds | {"coder/first_pass": 0.02})
    assert fit_gate(rows, CONFIG).probability.min() > 0.9
    assert fit_gate(rows, strict).probability.max() < 0.1


def test_the_best_quarter_must_meet_the_limits_together(office, arrays):
    honest = part(office, [1.0] * 6, "h", failures=0.04)
    rows = arrays(honest.vstack(part(office, [1.0] * 2, "g", failures=0.10)))
    gate = fit_gate(rows, CONFIG)
    everybody, role = np.arange(8), rows.roles.index("coder")
    assert [worker for _, worker in rows.people][:2] == ["g00", "g01"]
    assert best_quarter(gate, everybody, np.array([9.0, 9.0, 1, 1, 1, 1, 1, 1]), role) < 0.5
    assert best_quarter(gate, everybody, np.array([1.0, 1.0, 1, 1, 1, 1, 9, 9]), role) > 0.9
    assert best_quarter(gate, everybody[:0], np.array([]), role) == 0
