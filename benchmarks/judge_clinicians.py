"""The judge of clinicians' bands: practices with a season whose true output at the mean of the year is known.

    python -m benchmarks.judge_clinicians --seeds 101-130

A practice has four groups. Visits of a day are Poisson, each of some work RVU; some days are half days, weeks follow each other, some
clinicians came during the year before. The season is that of `ratio_office.py`: a wave with its crest in the window, weekdays, groups
that swing differently, months that are not those of the year before. The truth is the quantile of the population that clinicians were
drawn from, so luck in who works here is part of every error.
Belongs here: the simulation and the table. Does not belong here: the scores (`judge_companions.py`).
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri

from assets.bands.attain import LEVELS
from assets.bands.clinicians import FRAME_SCHEMA, OUTPUT, clinician_bands, clinician_seasons, grouped
from assets.bands.config import BandConfig
from assets.bands.guardrail import NOTHING
from assets.bands.ratio_season import STILL
from benchmarks.judge_companions import COLUMNS, SWING, score_cells, summary
from benchmarks.ratio_office import AS_OF, WINDOW, YEAR, of_the_day, weeks

if TYPE_CHECKING:
    from assets.bands.ratio_season import Seasons

CONFIG = BandConfig()
GROUPS = {"family_medicine": 16.0, "cardiology": 12.0, "psychiatry": 9.0, "palliative": 5.5}
"""Visits of a usual clinician on a whole day."""
VALUES, MIX = np.array([0.97, 1.3, 1.92, 2.6]), np.array([0.2, 0.4, 0.3, 0.1])
"""Work RVU of a visit, and how often they come."""
WRVU, VISITS = (companion.definition_id for companion in OUTPUT)
SPREAD, NEW, HALF_DAYS = 0.25, 0.25, 0.2
VARIANTS = (
    ("unknown", SWING, "no prior year"),
    ("left in", SWING, "still"),
    ("taken out", SWING, "learnt"),
    ("sought, none there", 0.0, "learnt"),
)


def practice(people: int, seed: int, swing: float) -> pl.DataFrame:
    """Return the frame of a practice with that many clinicians per group: the window and the year before it."""
    rng = np.random.default_rng(seed)
    return pl.concat(
        [
            _group(rng, people, group, usual, first * people, swing)
            for first, (group, usual) in enumerate(GROUPS.items())
        ]
    )


def _group(  # noqa: PLR0913, PLR0917
    rng: np.random.Generator, people: int, group: str, usual: float, first: int, swing: float
) -> pl.DataFrame:
    days = WINDOW + YEAR
    dates = [AS_OF - timedelta(days=days - 1 - n) for n in range(days)]
    weekday = np.array([day.weekday() for day in dates])
    multiple = np.exp(rng.normal(0, SPREAD, people))
    began = np.where(rng.random(people) < NEW, rng.integers(0, YEAR, people), 0)
    share = np.where(rng.random((people, days)) < HALF_DAYS, 0.5, 1.0)
    factor = np.exp(weeks(rng, people, weekday)) * of_the_day(rng, dates, weekday, swing)[None, :]
    visits = rng.poisson(usual * multiple[:, None] * share * factor)
    who, when = np.nonzero((weekday[None, :] < 5) & (np.arange(days)[None, :] >= began[:, None]))
    seen = visits[who, when]
    parts = {VISITS: seen.astype(np.float64), WRVU: rng.multinomial(seen, MIX) @ VALUES}
    return pl.concat(
        [
            pl.DataFrame(
                {"day": when, "who": who + first, "numerator": values, "denominator": share[who, when]}
            )
            .select(
                pl.lit(name).alias("definition_id"),
                (pl.lit(dates[0]) + pl.duration(days="day")).alias("date"),
                pl.format("n{}", pl.col("who").cast(pl.String).str.zfill(3)).alias("provider_npi"),
                pl.lit(group).alias("specialty"),
                pl.lit("clinic").alias("setting"),
                pl.lit("physician").alias("clinician_type"),
                pl.lit(1, pl.Int64).alias("n_by_volume"),
                pl.lit(0, pl.Int64).alias("n_not_by_volume"),
                pl.lit(0, pl.Int64).alias("n_untold"),
                "numerator",
                "denominator",
            )
            .select(list(FRAME_SCHEMA))
            for name, values in parts.items()
        ]
    )


def judged(people: int, seeds: list[int], swing: float, season: str) -> dict[str, dict[str, float]]:
    """Return the scores of practices per measure, see `judge_companions.summary`.

    `season`: `learnt` from the prior year, `still` (as if there were none), or `no prior year` (unknown).
    """
    found: dict[str, list[list[tuple[float, bool]]]] = {name: [[] for _ in LEVELS] for name in (VISITS, WRVU)}
    cells = dict.fromkeys(found, 0)
    for seed in seeds:
        ratios = grouped(practice(people, seed, swing), as_of=AS_OF, config=CONFIG)
        bands = clinician_bands(
            ratios, as_of=AS_OF, before=NOTHING, seasons=_seasons(ratios, season), config=CONFIG
        )
        for row in bands.iter_rows(named=True):
            name = row["definition_id"]
            cells[name] += 1
            usual = GROUPS[row["specialty"]] * (float(VALUES @ MIX) if name == WRVU else 1.0)
            for k, (level, p) in enumerate(zip(LEVELS, CONFIG.quantiles, strict=True)):
                if row[level] is not None:
                    truth = usual * float(np.exp(ndtri(p) * SPREAD))
                    inside = bool(row[f"{level}_low"] <= truth <= row[f"{level}_high"])
                    found[name][k].append((float(np.log(row[level] / truth)), inside))
    return {name: summary(levels, cells[name]) for name, levels in found.items()}


def _seasons(ratios: pl.DataFrame, season: str) -> Seasons:
    if season == "learnt":
        return clinician_seasons(ratios, as_of=AS_OF, config=CONFIG)
    groups = ratios["role"].unique().sort().to_list()
    return {(name, group): STILL for name in (VISITS, WRVU) for group in groups} if season == "still" else {}


def main() -> None:
    """Print the table of docs/method.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101-130", help="first and last seed, joined by a hyphen")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    seeds = list(range(first, last + 1))
    print(f"| measure | clinicians per group | season | {' | '.join(COLUMNS)} |")
    print("|---|---|---|" + "---|" * len(COLUMNS))
    names = {companion.definition_id: companion.unit for companion in OUTPUT}
    for people in (40, 12):
        for said, swing, season in VARIANTS:
            for name, scores in judged(people, seeds, swing, season).items():
                print(f"| {names[name]} | {people} | {said} | {score_cells(scores)} |", flush=True)


if __name__ == "__main__":
    main()
