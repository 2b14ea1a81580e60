"""The guardrail: how far a band may move from the one in force.

Belongs here: limits on change, the proof that a rise needs, and keeping the order of bands. Does not belong here: where the
values in force come from (`decisions.py`).

In a stable world a band moves by 5 % from quarter to quarter by noise alone (its 95th percentile, measured on simulated
offices), so a move is limited to that, and to 15 % when somebody has confirmed a change of level. A rise asks more of people
and needs proof: its lower limit lies above the band in force. A fall is relief and needs none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.attain import LEVELS
from assets.bands.frame import COMPLEXITIES
from assets.bands.quantile import four_digits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

USUAL, CONFIRMED = 0.05, 0.15
"""Largest change of a band on the log scale per calibration: usually, and with a confirmed change of level."""

Cell = tuple[str, str, str]
"""Role, complexity and stage."""

Values = tuple[float | None, float | None, float | None]
"""Acceptable, strong and exceptional; None where a level is withheld."""


@dataclass(frozen=True)
class Standing:
    """What is in force: per role the version, per cell its three bands."""

    versions: Mapping[str, str]
    values: Mapping[Cell, Values]


NOTHING = Standing({}, {})


def guarded(
    bands: pl.DataFrame, standing: Standing, confirmed: Collection[str] = (), *, harder_asks_less: bool = True
) -> pl.DataFrame:
    """Return the bands with their values held near those in force, and beside them what was measured.

    Added columns: per level `_uncapped` and `_previous`, `is_capped`, `cap_reason`, `previous_version_id`. `confirmed` are roles
    with a confirmed change of level; `harder_asks_less`: whether the order holds over complexities, too, and not over stages alone.
    """
    rows = [dict(row) for row in bands.iter_rows(named=True)]
    for row in rows:
        _hold(row, standing, CONFIRMED if row["role"] in confirmed else USUAL)
    _order(rows, harder_asks_less=harder_asks_less)
    for row in rows:
        row["is_capped"] = any(row[level] != row[f"{level}_uncapped"] for level in LEVELS)
        row["cap_reason"] = "; ".join(dict.fromkeys(row["cap_reason"]))
    added = {f"{level}{end}": pl.Float64() for level in LEVELS for end in ("_uncapped", "_previous")}
    texts = {"is_capped": pl.Boolean(), "cap_reason": pl.String(), "previous_version_id": pl.String()}
    return pl.DataFrame(rows, schema={**bands.schema, **added, **texts})


def _hold(row: dict[str, object], standing: Standing, limit: float) -> None:
    before = standing.values.get((str(row["role"]), str(row["complexity"]), str(row["stage"])))
    reasons: list[str] = []
    row["previous_version_id"] = standing.versions.get(str(row["role"]))
    for place, level in enumerate(LEVELS):
        measured, low = row[level], row[f"{level}_low"]
        # A cell that shows nothing shows nothing of what it was either.
        old = before[place] if before and measured is not None else None
        row[f"{level}_uncapped"], row[f"{level}_previous"] = measured, old
        if isinstance(measured, float) and isinstance(low, float) and old is not None:
            row[level], reason = held_near(old, measured, low, limit)
            reasons += [f"{level}: {reason}"] if reason else []
    row["cap_reason"] = reasons


def held_near(old: float, measured: float, low: float, limit: float) -> tuple[float, str]:
    """Return the value that may follow `old`, and why it is not the measured one; empty when it is."""
    change = math.log(measured / old)
    if change > 0 and low <= old:
        return old, "rise not proven"
    if abs(change) <= limit:
        return measured, ""
    return four_digits(old * math.exp(math.copysign(limit, change))), f"change limited to {limit:.0%}"


def _order(rows: list[dict[str, object]], *, harder_asks_less: bool) -> None:
    """Lower what stands out of order: bands rise, harder work and fewer days in the role ask for less.

    What was measured may be out of order by chance, such as a ramp that is over early. Lowering needs no proof. It cannot break
    the limit either, because a held band follows held ones only: they were in order, and everything fell by the limit at most.
    """
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    by_cell = {(row["role"], row["complexity"], row["stage"]): row for row in rows}
    for role in dict.fromkeys(row["role"] for row in rows):
        for c, complexity in enumerate(COMPLEXITIES):
            for s in reversed(range(len(stages))):
                row = by_cell.get((role, complexity, stages[s]))
                easier = (
                    by_cell.get((role, COMPLEXITIES[c - 1], stages[s])) if c and harder_asks_less else None
                )
                later = by_cell.get((role, complexity, stages[s + 1])) if s + 1 < len(stages) else None
                for place in reversed(range(len(LEVELS))) if row is not None else ():
                    above = [(row, LEVELS[place + 1])] if row and place + 1 < len(LEVELS) else []
                    others = [(other, LEVELS[place]) for other in (easier, later) if other is not None]
                    _at_most(row or {}, LEVELS[place], [*above, *others])


def _at_most(row: dict[str, object], level: str, bounds: list[tuple[dict[str, object], str]]) -> None:
    held = row[f"{level}_previous"] is not None
    known = [
        bound
        for other, name in bounds
        if isinstance(bound := other[name], float) and (not held or other[f"{name}_previous"] is not None)
    ]
    value = row[level]
    if isinstance(value, float) and known and value > min(known):
        row[level] = min(known)
        reasons = row["cap_reason"]
        row["cap_reason"] = [*(reasons if isinstance(reasons, list) else []), f"{level}: kept in order"]
