"""The judge: scores our bands, and what offices use today, on simulated offices whose truth is known.

    python -m benchmarks.judge --seeds 101-140 --shapes plain,gaming

Seeds 1 to 20 are for tuning, 101 to 140 for reporting; nothing is ever tuned on the latter.
Every number is followed by its standard error over offices. The last table says what no method can beat.
Belongs here: the loop and the tables. Does not belong here: methods, scores, offices.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from assets.sample.worlds import make_world
from assets.sample.worlds_shapes import SHAPES
from benchmarks.judge_bounds import make_oracle
from benchmarks.judge_errors import merged, standard_errors
from benchmarks.judge_methods import METHODS
from benchmarks.judge_scores import Tally, collect, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

Table = dict[tuple[str, str], dict[str, float]]

BANDS = (
    "bias acc", "bias str", "bias exc", "luck acc", "luck str", "luck exc", "rmse acc", "rmse str", "rmse exc",
    "ratio acc", "ratio str", "ratio exc",
)  # fmt: skip
TRUST = (
    "cover acc", "cover str", "cover exc", "noise acc", "noise str", "noise exc", "adopted", "false", "published",
    "found", "alarms", "rmse 0-90", "rmse 91-180",
)  # fmt: skip
WORST = (
    "bias acc",
    "bias exc",
    "rmse acc",
    "noise acc",
    "gamers",
    "strong",
    "mix",
    "credit mix",
    "tenure",
    "friction",
    "season",
)
PEOPLE = ("gamers", "strong", "mix", "credit mix", "tenure", "friction", "season")
BOUNDS = (
    "rmse acc, oracle", "rmse acc, mean", "noise acc, oracle", "noise str, oracle", "noise exc, oracle", "strong, oracle",
    "strong, exact", "mix, exact", "tenure, exact", "friction, exact", "season, exact",
)  # fmt: skip
_NONE = float("nan")
TRUE_HOURS = "true hours"
"""Told only of offices in which work goes on during outages; elsewhere the log is right."""


def judge(
    shapes: Sequence[str], seeds: Sequence[int], methods: Sequence[str], workers: int = 1
) -> tuple[Table, Table]:
    """Return the scores per shape and method, and their standard errors. More workers give the same numbers sooner."""
    found: Table = {}
    errors: Table = {}
    # Forked processes would inherit the locks of Polars's threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for shape in shapes:
            mine = [m for m in methods if m != TRUE_HOURS or SHAPES[shape].leak]
            run = pool.map if workers > 1 else map
            offices = list(run(partial(_office, shape, mine), seeds))
            for method in mine:
                tally = merged([office[method] for office in offices])
                found[shape, method], errors[shape, method] = scores(tally), standard_errors(tally)
    return found, errors


def _office(shape: str, methods: Sequence[str], seed: int) -> dict[str, Tally]:
    world = make_world(shape, seed)
    oracle = make_oracle(world)
    tallies = {method: Tally() for method in methods}
    for method, tally in tallies.items():
        collect(tally, world, METHODS[method](world), oracle)
    return tallies


def worst(found: Table, errors: Table | None = None) -> tuple[Table, Table]:
    """Return per method the worst score over the offices with the usual head count, and that score's standard error.

    The lowest where high is good. The worst of eight is partly the unluckiest of eight.
    """
    large = {key: values for key, values in found.items() if SHAPES[key[0]].people == SHAPES["plain"].people}
    out: Table = {}
    out_errors: Table = {}
    for method in dict.fromkeys(method for _, method in large if method != TRUE_HOURS):
        mine = [key for key in large if key[1] == method]
        where = {
            column: min(mine, key=lambda key: large[key][column])
            if column == "strong"
            else max(mine, key=lambda key: abs(large[key][column]))
            for column in WORST
        }
        out["worst", method] = {column: large[key][column] for column, key in where.items()}
        if errors:
            out_errors["worst", method] = {column: errors[key][column] for column, key in where.items()}
    return out, out_errors


def table(found: Table, columns: Sequence[str], errors: Table | None = None) -> str:
    """Return a Markdown table: one line per shape and method, every number with its standard error where there is one."""
    lines = [f"| office | method | {' | '.join(columns)} |", f"|---|---|{'---|' * len(columns)}"]
    for key, values in found.items():
        sure = (errors or {}).get(key, {})
        cells = [_cell(name, values.get(name, _NONE), sure.get(name, _NONE)) for name in columns]
        lines.append(f"| {' | '.join([*key, *cells])} |")
    return "\n".join(lines)


def _cell(column: str, value: float, error: float) -> str:
    if value != value:  # noqa: PLR0124
        return "\N{EN DASH}"
    digits = 2 if column.startswith("ratio") else 1
    return f"{value:.{digits}f}" + (f" \N{PLUS-MINUS SIGN} {error:.{digits}f}" if error == error else "")  # noqa: PLR0124


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> None:
    """Parse the command line, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--workers", type=int, default=1, help="offices at once")
    given = parser.parse_args()
    methods = given.methods.split(",")
    found, errors = judge(given.shapes.split(","), _seeds(given.seeds), methods, given.workers)
    print("\n\n".join(table(found, columns, errors) for columns in (BANDS, TRUST, PEOPLE)))
    bounds = {(shape, "oracle"): values for (shape, method), values in found.items() if method == methods[0]}
    bound_errors = {
        (shape, "oracle"): values for (shape, method), values in errors.items() if method == methods[0]
    }
    print("\n" + table(bounds, BOUNDS, bound_errors))
    most, most_errors = worst(found, errors)
    print("\n" + table(most, WORST, most_errors))


if __name__ == "__main__":
    main()
