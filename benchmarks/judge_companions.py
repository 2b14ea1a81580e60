"""The judge of companion bands: counts, minutes and parts of a whole, from people whose true multiples are known.

    python -m benchmarks.judge_companions --seeds 101-130

Six roles; a quarter of the people is new and slower by a step; weeks follow each other; everybody has a mix of their own. The truth is
the quantile of the population, so luck in who works here is part of every error.
Belongs here: the simulation, the scores and their table. Does not belong here: output bands (`judge.py`).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri

from assets.bands.attain import LEVELS
from assets.bands.config import BandConfig
from assets.bands.frame import COMPLEXITIES
from assets.bands.ratio_bands import ratio_bands
from assets.bands.ratio_frame import RATIO_SCHEMA, Companion

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = date(2026, 6, 30)
ROLES = tuple(f"role {n}" for n in range(6))
CONFIG = BandConfig(units=dict.fromkeys(ROLES, "items"))
STEPS = ((90, 1.25), (180, 1.1))
WEEK_SD, WEEK_MEMORY = 0.1, 0.6


@dataclass(frozen=True)
class Kind:
    """What is measured: usual rate per complexity, spread of people (log), how a day's numerator is drawn."""

    rates: tuple[float, float, float]
    spread: float
    draw: str
    good: str = "down"

    @property
    def counts_the_rest(self) -> bool:
        """Whether what is drawn is missing to the whole."""
        return self.good == "up" and self.draw == "part"

    @property
    def sign(self) -> int:
        """1 where a larger multiple of what is drawn is better."""
        return 1 if self.good == "up" and self.draw != "part" else -1


KINDS = {
    "touches per finish": Kind((1.3, 1.8, 2.6), 0.20, "count"),
    "minutes per finish": Kind((6.0, 10.0, 18.0), 0.25, "minutes"),
    "share with an edit": Kind((0.03, 0.06, 0.12), 0.40, "part"),
    "share accepted": Kind((0.05, 0.08, 0.15), 0.40, "part", "up"),
    "work RVU per hour": Kind((3.0, 2.4, 2.0), 0.25, "work", "up"),
}


def office(kind: Kind, people: int, seed: int) -> pl.DataFrame:
    """Return the frame of an office with that many people per role."""
    rng = np.random.default_rng(seed)
    rows = [row for role in ROLES for n in range(people) for row in _person(rng, kind, role, f"w{n:03}")]
    return pl.DataFrame(rows, schema=RATIO_SCHEMA, orient="row")


def _person(rng: np.random.Generator, kind: Kind, role: str, name: str) -> Iterator[tuple[object, ...]]:
    multiple, mix = np.exp(rng.normal(0, kind.spread)), rng.dirichlet([4, 4, 3])
    first = int(rng.integers(0, 300)) if rng.random() < 0.25 else 1000
    week = 0.0
    mean = np.exp(WEEK_SD**2 / (1 - WEEK_MEMORY**2) / 2)
    for back in reversed(range(90)):
        day = AS_OF - timedelta(days=back)
        if day.weekday() == 0:
            week = WEEK_MEMORY * week + float(rng.normal(0, WEEK_SD))
        if day.weekday() > 4:
            continue
        tenure = first + 89 - back
        step = next((value for last, value in STEPS if tenure <= last), 1.0)
        for tier, rate, share in zip(COMPLEXITIES, kind.rates, mix.tolist(), strict=True):
            items = int(rng.poisson(25 * share))
            if items:
                # Somebody new needs more of everything but does less of it.
                usual = rate * multiple * step**-kind.sign * np.exp(week) / mean
                found = _drawn(rng, kind, items, float(usual))
                number = items - found if kind.counts_the_rest else found
                yield "m", day, name, role, tier, tenure, float(number), float(items)


def _drawn(rng: np.random.Generator, kind: Kind, items: int, usual: float) -> float:
    if kind.draw == "count":
        return float(rng.poisson(items * usual))
    if kind.draw == "minutes":
        return float(rng.gamma(items * usual / 3, 3))
    if kind.draw == "work":
        return float(rng.gamma(items * usual / 1.5, 1.5))
    return float(rng.binomial(items, min(usual, 1.0)))


def judged(kind: Kind, people: int, seeds: list[int]) -> dict[str, float]:
    """Return bias and rmse of log bands in %, share of intervals that hold the truth and of bands shown, per level."""
    companion = Companion("m", kind.good, "share" if kind.draw == "part" else "ratio", "u", gated=False)
    found: list[list[tuple[float, bool]]] = [[] for _ in LEVELS]
    cells = shown = 0
    for seed in seeds:
        bands = ratio_bands(
            office(kind, people, seed),
            as_of=AS_OF,
            companions=[companion],
            qualified=[],
            seasons=ROLES,
            config=CONFIG,
        )
        for row in bands.filter(pl.col("stage") == "366+").iter_rows(named=True):
            cells += 1
            shown += row["acceptable"] is not None
            rate = kind.rates[COMPLEXITIES.index(row["complexity"])]
            for k, (level, p) in enumerate(zip(LEVELS, CONFIG.quantiles, strict=True)):
                if row[level] is not None:
                    truth = rate * np.exp(kind.sign * ndtri(p) * kind.spread)
                    ends = [row[level], row[f"{level}_low"], row[f"{level}_high"]]
                    value, low, high = [1 - v for v in ends] if kind.counts_the_rest else ends
                    low, high = min(low, high), max(low, high)
                    found[k].append((float(np.log(value / truth)), bool(low <= truth <= high)))
    out = {"shown": 100 * shown / cells}
    for level, mine in zip(LEVELS, found, strict=True):
        errors = np.array([error for error, _ in mine])
        short = level[:3]
        out[f"bias {short}"] = 100 * float(errors.mean())
        out[f"rmse {short}"] = 100 * float(np.sqrt((errors**2).mean()))
        out[f"cover {short}"] = 100 * float(np.mean([inside for _, inside in mine]))
    return out


def main() -> None:
    """Print the table of docs/method.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101-130", help="first and last seed, joined by a hyphen")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    columns = [f"{what} {level[:3]}" for what in ("bias", "rmse", "cover") for level in LEVELS] + ["shown"]
    print(f"| measure | people per role | {' | '.join(columns)} |")
    print("|---|---|" + "---|" * len(columns))
    for name, kind in KINDS.items():
        for people in (40, 10):
            scores = judged(kind, people, list(range(first, last + 1)))
            print(f"| {name} | {people} | {' | '.join(f'{scores[c]:.1f}' for c in columns)} |")


if __name__ == "__main__":
    main()
