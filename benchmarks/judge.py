"""The judge: scores our bands, and what offices use today, on simulated offices whose truth is known.

    python -m benchmarks.judge --seeds 101-140 --shapes plain,gaming

Seeds 1 to 20 are for tuning, 101 to 140 for reporting; nothing is ever tuned on the latter.
Belongs here: the loop and the tables. Does not belong here: methods, scores, offices.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from assets.sample.worlds import make_world
from assets.sample.worlds_shapes import SHAPES
from benchmarks.judge_methods import METHODS, oracle
from benchmarks.judge_scores import Tally, collect, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

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
PEOPLE = ("gamers", "strong", "strong, oracle", "mix", "credit mix", "tenure", "friction", "season")


def judge(
    shapes: Sequence[str], seeds: Sequence[int], methods: Sequence[str]
) -> dict[tuple[str, str], dict[str, float]]:
    """Return the scores per shape and method."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for shape in shapes:
        tallies = {method: Tally() for method in methods}
        for seed in seeds:
            world = make_world(shape, seed)
            bound = oracle(world)
            for method in methods:
                collect(tallies[method], world, METHODS[method](world), bound)
        found |= {(shape, method): scores(tally) for method, tally in tallies.items()}
    return found


def worst(found: dict[tuple[str, str], dict[str, float]]) -> dict[tuple[str, str], dict[str, float]]:
    """Return per method the worst score over the offices with the usual head count: the lowest where high is good."""
    large = {key: values for key, values in found.items() if SHAPES[key[0]].people == SHAPES["plain"].people}
    out: dict[tuple[str, str], dict[str, float]] = {}
    for method in dict.fromkeys(method for _, method in large):
        mine = [values for (_, name), values in large.items() if name == method]
        out["worst", method] = {
            column: min(v[column] for v in mine)
            if column == "strong"
            else max((v[column] for v in mine), key=abs)
            for column in WORST
        }
    return out


def table(found: dict[tuple[str, str], dict[str, float]], columns: Sequence[str]) -> str:
    """Return a Markdown table: one line per shape and method."""
    lines = [f"| office | method | {' | '.join(columns)} |", f"|---|---|{'---|' * len(columns)}"]
    for (shape, method), values in found.items():
        cells = [_cell(column, values.get(column, float("nan"))) for column in columns]
        lines.append(f"| {shape} | {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(column: str, value: float) -> str:
    if value != value:  # noqa: PLR0124
        return "\N{EN DASH}"
    return f"{value:.2f}" if column.startswith("ratio") else f"{value:.1f}"


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> None:
    """Parse the command line, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--methods", default=",".join(METHODS))
    given = parser.parse_args()
    found = judge(given.shapes.split(","), _seeds(given.seeds), given.methods.split(","))
    print("\n\n".join(table(found, columns) for columns in (BANDS, TRUST, PEOPLE)))
    print("\n" + table(worst(found), WORST))


if __name__ == "__main__":
    main()
