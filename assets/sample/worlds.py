"""Simulated offices with known truth: observation frames for judging bands, in several shapes.

Belongs here: putting people, climate and work together as a frame of the contract, with the truth beside it.
Does not belong here: parameters (`worlds_shapes.py`), draws (`worlds_people.py`, `worlds_work.py`), scores (benchmarks).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.sample.people import COMPLEXITIES, ROLES
from assets.sample.worlds_people import WINDOW, People, draw_people, true_bands
from assets.sample.worlds_shapes import FAILURE, LIMIT, METRICS, REFERENCE_MIX, SHAPES
from assets.sample.worlds_work import Climate, Work, draw_climate, draw_days, draw_work

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTILES = (0.5, 0.75, 0.9)
STAGES = (90, 180, 365, 10**6)
COUNTS = (("qa_n", "qa_ok"), ("edit_n", "edits"), ("adj_n", "denials"), ("rework_n", "reworks"))


@dataclass(frozen=True)
class World:
    """A simulated office.

    `observations` is a frame of the contract over 545 days: history, a window that ends at `as_of`, and the window after
    it, which ends at `next_as_of`. `bands` (roles, complexities, levels) are the true log bands of seniors at the end of
    the window, `multipliers` (stages, complexities) the true log stage multipliers; `people` and `names` go together.
    `due` (observations,): what a row lets a senior of rate 1 finish, by the true hours, calendar and ramp.
    """

    shape: str
    seed: int
    observations: pl.DataFrame
    as_of: date
    next_as_of: date
    bands: NDArray[np.float64]
    multipliers: NDArray[np.float64]
    people: People
    names: tuple[str, ...]
    shifted: NDArray[np.float64]
    due: NDArray[np.float64]


def thresholds() -> dict[str, float]:
    """Return the failure rates that the simulated offices tolerate, per metric, at the reference mix."""
    return {m: LIMIT * float(np.dot(FAILURE[m], REFERENCE_MIX)) for m in METRICS}


def make_world(shape: str, seed: int) -> World:
    """Simulate an office of a shape. The same shape and seed give the same office."""
    kind = SHAPES[shape]
    rng = np.random.default_rng([zlib.crc32(shape.encode()), seed])
    first = date(2024, 7, 1).toordinal() + int(rng.integers(0, 365))
    people = draw_people(kind, rng)
    climate = draw_climate(kind, first, rng)
    days = draw_days(kind, people, climate, first, rng)
    work = draw_work(kind, people, climate, days, rng)
    names = tuple(f"w{i:03d}" for i in range(people.role.size))
    bands, multipliers = _truth(shape)
    return World(
        shape=shape,
        seed=seed,
        observations=_frame(people, work, first, names),
        as_of=date.fromordinal(first + WINDOW + 89),
        next_as_of=date.fromordinal(first + WINDOW + 179),
        bands=bands,
        multipliers=multipliers,
        people=people,
        names=names,
        shifted=_shifts(climate),
        due=work.due,
    )


@cache
def _truth(shape: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return true_bands(SHAPES[shape], QUANTILES, STAGES)


def _shifts(climate: Climate) -> NDArray[np.float64]:
    """Return the change of log level inside the window per role; rates are those after it."""
    return climate.final


def _frame(people: People, work: Work, first: int, names: tuple[str, ...]) -> pl.DataFrame:
    quality = {}
    for m, (checked, found) in enumerate(COUNTS):
        failed = work.failures[:, m]
        quality[checked] = work.checks[:, m]
        quality[found] = work.checks[:, m] - failed if found == "qa_ok" else failed
    epoch = date(1970, 1, 1).toordinal()
    return pl.DataFrame(
        {
            "date": pl.Series((work.day + first - epoch).astype(np.int32)).cast(pl.Date),
            "worker_id": pl.Series(np.array(names)[work.who], dtype=pl.String),
            "role": pl.Series(np.array(ROLES)[people.role[work.who]], dtype=pl.String),
            "system_id": pl.Series(
                np.array(["ehr", "ehr:b", "ehr:c"])[people.system[work.who]], dtype=pl.String
            ),
            "complexity": pl.Series(np.array(COMPLEXITIES)[work.complexity], dtype=pl.String),
            "tenure_days": work.tenure,
            "units": work.units,
            "case_weight": work.weight,
            "active_min": work.active,
            "idle_min": np.round(0.1 * work.active, 1),
            "friction_min": work.friction,
            **quality,
        }
    )
