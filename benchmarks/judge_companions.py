"""The judge of companion bands: counts, minutes and parts of a whole, from people whose true multiples are known.

    python -m benchmarks.judge_companions --seeds 101-130

The offices are those of `ratio_office.py`. The truth is the quantile of the population at the mean of the year, so luck in who works
here is part of every error.
Belongs here: the scores and their tables. Does not belong here: the simulation (`ratio_office.py`), output bands (`judge.py`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri

from assets.bands.attain import LEVELS
from assets.bands.config import BandConfig
from assets.bands.frame import COMPLEXITIES
from assets.bands.ratio_bands import ratio_bands
from assets.bands.ratio_frame import Companion
from assets.bands.ratio_season import STILL, ratio_seasons
from benchmarks.ratio_office import AS_OF, KINDS, ROLES, Kind, office

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assets.bands.ratio_season import Season

CONFIG = BandConfig(units=dict.fromkeys(ROLES, "items"))
SWING, _FEW = 0.15, 0.05
SWUNG = ("touches per finish", "minutes per finish", "share with an edit")
"""What is judged with a season, too: a measure of each way of drawing."""
NO_SEASON: Mapping[tuple[str, str], Season] = {("m", role): STILL for role in ROLES}
COLUMNS = [*(f"{what} {level[:3]}" for what in ("bias", "rmse", "cover", "shown") for level in LEVELS)]


def companion_of(kind: Kind) -> Companion:
    """Return the measure of a kind, in which everybody counts."""
    return Companion("m", kind.good, "share" if kind.draw == "part" else "ratio", "u", gated=False)


def judged(
    kind: Kind, people: int, seeds: list[int], swing: float | None = None, *, taken_out: bool = True
) -> dict[str, float]:
    """Return the scores of offices of a kind; see `scored`.

    With a `swing` the offices have a prior year and a window in their busy season, which is taken out or not.
    """
    companion = companion_of(kind)
    frames = (office(kind, people, seed, swing) for seed in seeds)
    if swing is None or not taken_out:
        return scored(kind, ((frame, NO_SEASON) for frame in frames))
    return scored(
        kind,
        (
            (frame, ratio_seasons(frame, as_of=AS_OF, companions=[companion], config=CONFIG))
            for frame in frames
        ),
    )


def scored(
    kind: Kind, offices: Iterable[tuple[pl.DataFrame, Mapping[tuple[str, str], Season]]]
) -> dict[str, float]:
    """Return bias and rmse of log bands in %, share of intervals that hold the truth and of bands shown, per level.

    An office is its frame and its seasons. A level that is hardly ever shown has no score.
    """
    found: list[list[tuple[float, bool]]] = [[] for _ in LEVELS]
    cells = 0
    for frame, seasons in offices:
        bands = ratio_bands(
            frame.filter(pl.col("date") >= CONFIG.window(AS_OF)[0]),
            as_of=AS_OF,
            companions=[companion_of(kind)],
            qualified=[],
            seasons=seasons,
            config=CONFIG,
        )
        for row in bands.filter(pl.col("stage") == "366+").iter_rows(named=True):
            cells += 1
            rate = kind.rates[COMPLEXITIES.index(row["complexity"])]
            for k, (level, p) in enumerate(zip(LEVELS, CONFIG.quantiles, strict=True)):
                if row[level] is not None:
                    truth = rate * np.exp(kind.sign * ndtri(p) * kind.spread)
                    ends = [row[level], row[f"{level}_low"], row[f"{level}_high"]]
                    value, low, high = [1 - v for v in ends] if kind.counts_the_rest else ends
                    low, high = min(low, high), max(low, high)
                    found[k].append((float(np.log(value / truth)), bool(low <= truth <= high)))
    return summary(found, cells)


def summary(found: list[list[tuple[float, bool]]], cells: int) -> dict[str, float]:
    """Return the scores per level from the errors on the log scale, whether the interval held the truth, and the number of bands asked for."""
    out = {}
    for level, mine in zip(LEVELS, found, strict=True):
        short = level[:3]
        out[f"shown {short}"] = 100 * len(mine) / cells
        if len(mine) < _FEW * cells:
            continue
        errors = np.array([error for error, _ in mine])
        out[f"bias {short}"] = 100 * float(errors.mean())
        out[f"rmse {short}"] = 100 * float(np.sqrt((errors**2).mean()))
        out[f"cover {short}"] = 100 * float(np.mean([inside for _, inside in mine]))
    return out


def main() -> None:
    """Print the tables of docs/method.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101-130", help="first and last seed, joined by a hyphen")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    seeds = list(range(first, last + 1))
    _table(tuple(KINDS), seeds, (("none", None, True),))
    print()
    _table(
        SWUNG,
        seeds,
        (("left in", SWING, False), ("taken out", SWING, True), ("sought, none there", 0.0, True)),
    )


def _table(
    names: tuple[str, ...], seeds: list[int], variants: tuple[tuple[str, float | None, bool], ...]
) -> None:
    """Print a table: a row per measure, number of people and variant (its name, the swing, whether the season is taken out)."""
    print(f"| measure | people per role | season | {' | '.join(COLUMNS)} |")
    print("|---|---|---|" + "---|" * len(COLUMNS))
    for name in names:
        for people in (40, 10):
            for said, swing, taken_out in variants:
                scores = judged(KINDS[name], people, seeds, swing, taken_out=taken_out)
                print(f"| {name} | {people} | {said} | {score_cells(scores)} |", flush=True)


def score_cells(scores: dict[str, float]) -> str:
    """Return the cells of a row of the table; a dash where there is no score."""
    return " | ".join(f"{scores[c]:.1f}" if c in scores else "\N{EN DASH}" for c in COLUMNS)


if __name__ == "__main__":
    main()
