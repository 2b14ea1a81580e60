"""The judge of bands of shares in time: items of one day share their fate, which the judge of companion bands does not know.

    python -m benchmarks.judge_in_time --seeds 101-130

The offices are those of `judge_companions.py`. One day in five is bad, and everything late is late on such a day: the person's own bad
days, or those of the whole role, as when a system is down. The share that is late in the long run is the same in all three rows.
Belongs here: bad days, the scores and their table. Does not belong here: the offices themselves.
"""

from __future__ import annotations

import argparse

import numpy as np
import polars as pl
from scipy.special import ndtri

from assets.bands.attain import LEVELS
from assets.bands.frame import COMPLEXITIES
from assets.bands.ratio_bands import ratio_bands
from assets.bands.ratio_frame import Companion
from benchmarks.judge_companions import AS_OF, CONFIG, ROLES, Kind, office

LATE = (0.02, 0.04, 0.08)
SPREAD = 0.4
BAD = 0.2
WHOSE: dict[str, tuple[str, ...]] = {
    "every day alike": (),
    "bad days of a person": ("role", "worker_id", "date"),
    "bad days of a role": ("role", "date"),
}


def in_time(people: int, seed: int, keys: tuple[str, ...]) -> pl.DataFrame:
    """Return the frame of an office in which what is late clumps on bad days; `keys` say whose days are bad together."""
    more = 1 / BAD if keys else 1.0
    low, medium, high = (rate * more for rate in LATE)
    frame = office(Kind((low, medium, high), SPREAD, "part", "up"), people, seed)
    if not keys:
        return frame
    days = frame.select(keys).unique().sort(keys)
    drawn = np.random.default_rng(seed).random(days.height) < BAD
    bad = frame.join(days.with_columns(pl.Series("is_bad", drawn)), on=list(keys), maintain_order="left")
    number = pl.when("is_bad").then("numerator").otherwise("denominator").alias("numerator")
    return bad.with_columns(number).drop("is_bad")


def scores(people: int, keys: tuple[str, ...], seeds: list[int]) -> list[float]:
    """Return bias and rmse of the log of what is late in %, and the share of intervals that hold the truth, per level; shown in %."""
    companion = Companion("m", "up", "share", "u", gated=False)
    found: dict[str, list[tuple[float, bool]]] = {level: [] for level in LEVELS}
    cells = 0
    for seed in seeds:
        bands = ratio_bands(
            in_time(people, seed, keys), as_of=AS_OF, companions=[companion], qualified=[], seasons=ROLES, config=CONFIG
        )  # fmt: skip
        for row in bands.filter(pl.col("stage") == "366+").iter_rows(named=True):
            cells += 1
            rate = LATE[COMPLEXITIES.index(row["complexity"])]
            for level, p in zip(LEVELS, CONFIG.quantiles, strict=True):
                if row[level] is not None:
                    truth = rate * np.exp(-ndtri(p) * SPREAD)
                    inside = row[f"{level}_low"] <= 1 - truth <= row[f"{level}_high"]
                    found[level].append((float(np.log((1 - row[level]) / truth)), inside))
    errors = [np.array([error for error, _ in found[level]]) for level in LEVELS]
    return [
        *(100 * float(e.mean()) for e in errors),
        *(100 * float(np.sqrt((e**2).mean())) for e in errors),
        *(100 * float(np.mean([inside for _, inside in found[level]])) for level in LEVELS),
        100 * len(found[LEVELS[0]]) / cells,
    ]


def main() -> None:
    """Print the table of docs/method.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101-130", help="first and last seed, joined by a hyphen")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    columns = [f"{what} {level[:3]}" for what in ("bias", "rmse", "cover") for level in LEVELS] + ["shown"]
    print(f"| late are | people per role | {' | '.join(columns)} |")
    print("|---|---|" + "---|" * len(columns))
    for name, keys in WHOSE.items():
        for people in (40, 10):
            row = scores(people, keys, list(range(first, last + 1)))
            print(f"| {name} | {people} | {' | '.join(f'{value:.1f}' for value in row)} |")


if __name__ == "__main__":
    main()
