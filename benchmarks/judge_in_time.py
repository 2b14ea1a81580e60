"""The judge of bands of shares in time: items of one day share their fate, which the judge of companion bands does not know.

    python -m benchmarks.judge_in_time --seeds 101-130

The offices are those of `ratio_office.py`, the scores those of `judge_companions.py`. One day in five is bad, and everything late is late on such a day: the person's own bad
days, or those of the whole role, as when a system is down. The share that is late in the long run is the same in all three rows.
Belongs here: bad days and their table. Does not belong here: the offices themselves.
"""

from __future__ import annotations

import argparse

import numpy as np
import polars as pl

from benchmarks.judge_companions import COLUMNS, NO_SEASON, score_cells, scored
from benchmarks.ratio_office import Kind, office

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


def main() -> None:
    """Print the table of docs/method.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101-130", help="first and last seed, joined by a hyphen")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    print(f"| late are | people per role | {' | '.join(COLUMNS)} |")
    print("|---|---|" + "---|" * len(COLUMNS))
    for name, keys in WHOSE.items():
        for people in (40, 10):
            offices = ((in_time(people, seed, keys), NO_SEASON) for seed in range(first, last + 1))
            scores = scored(Kind(LATE, SPREAD, "part", "up"), offices)
            print(f"| {name} | {people} | {score_cells(scores)} |", flush=True)


if __name__ == "__main__":
    main()
