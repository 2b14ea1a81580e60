"""What no method can beat: bands and credit by somebody who knows what is hidden, from the same staff and the same days.

Belongs here: the oracles. Does not belong here: methods (`judge_methods.py`), scores (`judge_scores.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import betainc

from assets.sample.people import COMPLEXITIES, ROLES
from assets.sample.worlds import QUANTILES, World
from assets.sample.worlds_people import SPAN, WINDOW

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WINDOW_END = WINDOW + 90


@dataclass(frozen=True)
class Oracle:
    """What is said by somebody who knows every person's true skill, quality, hours, ramp and the calendar.

    `bands` (roles, complexities, levels): Harrell-Davis log quantiles of the true rates of the truly qualified staff of the first window;
    `again`: of the second. `mean` (roles, complexities): their mean, all that anybody could use who also knew the shape of the
    population. `reached` (windows, people, levels): 1 where the output of a window is what the first bands ask of it, so that only the
    person's own good and bad days and the chance of counts are left; NaN without work.
    """

    bands: Floats
    again: Floats
    mean: Floats
    reached: Floats


def make_oracle(world: World) -> Oracle:
    """Return what the oracle says of an office."""
    bands = oracle(world)
    return Oracle(
        bands=bands,
        again=oracle(world, WINDOW_END, SPAN),
        mean=np.stack([rates.mean(axis=0) for rates in _rates(world, WINDOW, WINDOW_END)]),
        reached=np.stack([_reached(world, bands, last) for last in (world.as_of, world.next_as_of)]),
    )


def oracle(world: World, since: int = WINDOW, until: int = WINDOW_END) -> Floats:
    """Return Harrell-Davis log quantiles of the true rates of the truly qualified staff: no method sees more than these people."""
    out = np.full((len(ROLES), 3, len(QUANTILES)), np.nan)
    for r, rates in enumerate(_rates(world, since, until)):
        values = np.sort(rates, axis=0)
        n = values.shape[0]
        for k, p in enumerate(QUANTILES):
            edges = betainc((n + 1) * p, (n + 1) * (1 - p), np.arange(n + 1) / n)
            out[r, :, k] = np.diff(edges) @ values
    return out


def _rates(world: World, since: int, until: int) -> list[Floats]:
    """Return per role the true log rates (people, complexities) of the qualified staff between two days of the simulation."""
    people = world.people
    there = (people.start < until) & (people.end > since) & people.qualified
    return [people.log_rate[there & (people.role == r)] for r in range(len(ROLES))]


def _reached(world: World, bands: Floats, last: date) -> Floats:
    """Return who reached each level in the 90 days up to a date, by true hours, calendar and ramp."""
    sums = (
        world.observations.select("date", "worker_id", "role", "complexity", "units", "case_weight")
        .with_columns(due=world.due)
        .filter(pl.col("date").is_between(last - timedelta(days=89), last) & pl.col("due").is_not_nan())
        .group_by("role", "complexity", "worker_id")
        .agg((pl.col("units") * pl.col("case_weight")).sum(), pl.col("due").sum())
        .sort("role", "complexity", "worker_id")
    )
    place = {name: i for i, name in enumerate(world.names)}
    output, asked = np.zeros(len(world.names)), np.zeros((len(world.names), bands.shape[-1]))
    for role, tier, worker, done, due in sums.iter_rows():
        output[place[worker]] += done
        asked[place[worker]] += due * np.exp(bands[ROLES.index(role), COMPLEXITIES.index(tier)])
    return np.where(asked > 0, (output[:, None] >= asked) * 1.0, np.nan)
