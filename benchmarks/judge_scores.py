"""Scores of a method over simulated offices: accuracy, honesty of intervals, credit, fairness, stability.

Belongs here: the definition of every score. Does not belong here: methods (`judge_methods.py`), printing (`judge.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from assets.sample.worlds_people import SPAN, WINDOW
from assets.sample.worlds_work import BAD_SYSTEM
from benchmarks.judge_bounds import WINDOW_END

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.sample.worlds import World
    from benchmarks.judge_bounds import Oracle
    from benchmarks.judge_methods import Outcome

    Floats = NDArray[np.float64]

_NEW, _SENIOR = 180, 365
_STRATUM = 0.05
_LARGE = 0.10
_FALSE = 0.15
"""An adopted acceptable band that is off by more than this share is false."""


@dataclass
class Tally:
    """What is collected over the offices of one shape for one method; every list has one array per office."""

    errors: list[Floats] = field(default_factory=list)
    covered: list[Floats] = field(default_factory=list)
    oracle: list[Floats] = field(default_factory=list)
    mean: list[Floats] = field(default_factory=list)
    change: list[Floats] = field(default_factory=list)
    oracle_change: list[Floats] = field(default_factory=list)
    stages: list[Floats] = field(default_factory=list)
    adopted: list[Floats] = field(default_factory=list)
    people: list[Floats] = field(default_factory=list)
    breaks: list[Floats] = field(default_factory=list)


def collect(tally: Tally, world: World, outcome: Outcome, oracle: Oracle) -> None:
    """Add one office to a tally."""
    errors = outcome.bands - world.bands
    tally.errors.append(errors)
    tally.oracle.append(oracle.bands - world.bands)
    tally.mean.append(oracle.mean - world.bands[..., 0])
    tally.covered.append(
        np.where(
            np.isfinite(outcome.low), (outcome.low <= world.bands) & (world.bands <= outcome.high), np.nan
        )
    )
    tally.change.append(outcome.again - outcome.bands)
    tally.oracle_change.append(oracle.again - oracle.bands)
    adopted = outcome.adopted.astype(np.float64)
    tally.adopted.append(np.stack([adopted, adopted * (np.abs(errors[:, 1, 0]) > _FALSE)], axis=1))
    if outcome.stages is not None:
        truth = world.bands[:, :, None, :] + world.multipliers.T[None, :, :, None]
        tally.stages.append((outcome.stages - truth)[:, :, :2, 0])
    if outcome.breaks is not None:
        tally.breaks.append(np.stack([np.abs(world.shifted), outcome.breaks], axis=1))
    tally.people.append(_people(world, outcome, oracle))


COLUMNS = (
    "truth",
    "strong",
    "gamer",
    "qualified",
    "hard",
    "tenure",
    "bad",
    "first",
    "second",
    "got_strong",
    "passed",
    "both",
    "oracle",
    "exact_first",
    "exact_second",
    "exact_strong",
)


def _people(world: World, outcome: Outcome, oracle: Oracle) -> Floats:
    """Return one row per person of the window: true log index against acceptable and strong, groups, and what was said."""
    p = world.people
    there = (p.start < WINDOW_END - 10) & (p.end > WINDOW + 10)
    gap = p.log_rate[:, :, None] - world.bands[p.role]
    truth = (p.mix[:, :, None] * gap).sum(axis=1)
    columns = [
        truth[:, 0], truth[:, 1], p.gamer, p.qualified, p.hard, WINDOW_END - 45 - p.start, p.system == BAD_SYSTEM,
        outcome.reached[0, :, 0], outcome.reached[1, :, 0], outcome.reached[0, :, 1], outcome.passed,
        (p.end >= SPAN) & (p.start < WINDOW),
        (p.mix * (p.log_rate - oracle.bands[p.role][:, :, 1])).sum(axis=1) >= 0,
        oracle.reached[0, :, 0], oracle.reached[1, :, 0], oracle.reached[0, :, 1],
    ]  # fmt: skip
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)[there]


def scores(tally: Tally) -> dict[str, float]:
    """Return the scores of a method in one shape, in percent and percentage points, NaN where they do not apply."""
    errors, covered, oracle = np.stack(tally.errors), np.stack(tally.covered), np.stack(tally.oracle)
    rmse, bound = _rms(errors), _rms(oracle)
    change, bound_change = np.abs(np.stack(tally.change)), np.abs(np.stack(tally.oracle_change))
    out: dict[str, float] = {}
    for k, level in enumerate(("acc", "str", "exc")):
        out[f"bias {level}"] = 100 * float(np.nanmean(errors[..., k]))
        out[f"luck {level}"] = 100 * float(np.nanmean(oracle[..., k]))
        out[f"rmse {level}"] = 100 * rmse[k]
        out[f"rmse {level}, oracle"] = 100 * bound[k]
        out[f"ratio {level}"] = rmse[k] / bound[k]
        out[f"cover {level}"] = (
            100 * float(np.nanmean(covered[..., k])) if np.isfinite(covered).any() else np.nan
        )
        out[f"noise {level}"] = 100 * float(np.nanquantile(change[..., k], 0.95))
        out[f"noise {level}, oracle"] = 100 * float(np.quantile(bound_change[..., k], 0.95))
    # The population's mean and its median differ by a constant that the shape gives: who knew it would have this error left.
    if len(tally.mean) > 1:
        out["rmse acc, mean"] = 100 * float(np.sqrt(np.stack(tally.mean).var(axis=0, ddof=1).mean()))
    adopted = np.concatenate(tally.adopted)
    out["adopted"], out["false"] = (100 * float(x) for x in adopted.mean(axis=0))
    out["published"] = 100 * float(np.isfinite(errors[..., 0]).mean())
    if tally.breaks:
        size, seen = np.concatenate(tally.breaks).T
        out["found"] = 100 * float(seen[size >= _LARGE].mean()) if (size >= _LARGE).any() else np.nan
        out["alarms"] = 100 * float(seen[size == 0].mean())
    if tally.stages:
        ramps = np.stack(tally.stages)
        out["rmse 0-90"], out["rmse 91-180"] = (
            100 * float(np.sqrt(np.nanmean(ramps[..., s] ** 2))) for s in (0, 1)
        )
        out["bias 0-90"], out["bias 91-180"] = (100 * float(np.nanmean(ramps[..., s])) for s in (0, 1))
    return out | _credit(dict(zip(COLUMNS, np.concatenate(tally.people).T, strict=True)))


def _rms(errors: Floats) -> Floats:
    return np.asarray(np.sqrt(np.nanmean(errors**2, axis=(0, 1, 2))))


def _credit(p: dict[str, Floats]) -> dict[str, float]:
    judged = np.isfinite(p["first"])
    # Somebody whose errors stay within the limits does not game, whatever the intention.
    gamers = (p["gamer"] == 1) & (p["qualified"] == 0) & judged
    honest = (p["gamer"] == 0) & (p["qualified"] == 1) & judged
    strong = honest & (p["strong"] >= 0)
    got = p["first"] * p["passed"]
    return {
        "gamers": 100 * float(np.mean(got[gamers])) if gamers.any() else np.nan,
        "strong": 100 * float(np.mean((p["got_strong"] * p["passed"])[strong])),
        "strong, oracle": 100 * float(np.mean(p["oracle"][strong])),
        "strong, exact": 100 * float(np.nanmean(p["exact_strong"][strong])),
        **_fair(p, honest, p["first"], p["second"], ""),
        **_fair(p, honest & np.isfinite(p["exact_first"]), p["exact_first"], p["exact_second"], ", exact"),
        "credit mix": 100 * _gap(p, honest & (p["tenure"] > _SENIOR), p["hard"] == 2, p["hard"] == 0, got),
    }


def _fair(
    p: dict[str, Floats], who: NDArray[np.bool_], first: Floats, second: Floats, suffix: str
) -> dict[str, float]:
    """Return the differences in the chance of reaching acceptable between groups, and from one window to the next, in points."""
    senior = who & (p["tenure"] > _SENIOR)
    both = senior & (p["both"] == 1) & np.isfinite(second)
    gaps = {
        "mix": _gap(p, senior, p["hard"] == 2, p["hard"] == 0, first),
        "tenure": _gap(p, who, p["tenure"] < _NEW, p["tenure"] > _SENIOR, first),
        "friction": _gap(p, senior, p["bad"] == 1, p["bad"] == 0, first),
        "season": float(np.mean(second[both] - first[both])),
    }
    return {name + suffix: 100 * value for name, value in gaps.items()}


def _gap(
    p: dict[str, Floats],
    who: NDArray[np.bool_],
    one: NDArray[np.bool_],
    other: NDArray[np.bool_],
    got: Floats,
) -> float:
    """Return the difference in the chance of credit between two groups within strata of equal true skill."""
    stratum = np.floor(np.clip(p["truth"], -0.5, 0.5) / _STRATUM).astype(int)
    total, weights = 0.0, 0.0
    for s in np.unique(stratum):
        a, b = who & one & (stratum == s), who & other & (stratum == s)
        if a.any() and b.any():
            weight = a.sum() * b.sum() / (a.sum() + b.sum())
            total += weight * (got[a].mean() - got[b].mean())
            weights += weight
    return float(total / weights) if weights else np.nan
