"""How sure a score is: its standard error over offices, so that a miss can be told from chance.

Belongs here: resampling offices. Does not belong here: scores (`judge_scores.py`).
"""

from __future__ import annotations

import warnings
from dataclasses import fields

import numpy as np

from benchmarks.judge_scores import Tally, scores

_RESAMPLES = 200
_SEED = 20_260_101


def standard_errors(tally: Tally, resamples: int = _RESAMPLES) -> dict[str, float]:
    """Return the standard deviation of every score over resamples of the offices, NaN with fewer than three offices.

    The office is drawn and not the band or the person: bands of one role err together, and so do people under one calendar.
    """
    offices = len(tally.errors)
    if offices < 3:
        return dict.fromkeys(scores(tally), float("nan"))
    rng = np.random.default_rng(_SEED)
    drawn = [scores(_some(tally, rng.integers(0, offices, offices))) for _ in range(resamples)]
    with warnings.catch_warnings():
        # A score that no resample has is NaN, which is meant.
        warnings.simplefilter("ignore", RuntimeWarning)
        return {
            name: float(np.nanstd([one.get(name, np.nan) for one in drawn], ddof=1)) for name in scores(tally)
        }


def merged(parts: list[Tally]) -> Tally:
    """Return the tally of all offices of several tallies, in their order."""
    return Tally(**{f.name: [one for part in parts for one in getattr(part, f.name)] for f in fields(Tally)})


def _some(tally: Tally, at: np.typing.NDArray[np.int64]) -> Tally:
    lists = {f.name: getattr(tally, f.name) for f in fields(Tally)}
    return Tally(**{name: [have[i] for i in at.tolist()] if have else [] for name, have in lists.items()})
