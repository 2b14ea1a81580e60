"""Companion bands as rows of a version: computed, held near those in force, named by measure.

Belongs here: which measures have a band by default, and bringing estimate, status and guardrail together.
Does not belong here: estimates (`ratio_fit.py`, `ratio_bands.py`), storing (`versions.py`).
Pure: no connection and no clock.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.attain import LEVELS
from assets.bands.guardrail import Cell, Standing, Values, guarded
from assets.bands.quantile import four_digits
from assets.bands.ratio_bands import ratio_bands
from assets.bands.ratio_frame import Companion
from assets.bands.stored import COMPANION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assets.bands.calibrate import Calibration
    from assets.bands.config import BandConfig
    from assets.bands.ratio_season import Season

COMPANIONS: tuple[Companion, ...] = (
    Companion("touches_per_finish", "down", "ratio", "touches per finish"),
    Companion("active_handling_time", "down", "ratio", "minutes per finish"),
    Companion("rework_share", "down", "ratio", "reworked per finish", gated=False),
    Companion("edit_rate.claims", "down", "share", "share of claims", gated=False),
    Companion("first_pass_by_person.coding_edit", "up", "share", "share of charts", gated=False),
    Companion("specificity.audited", "up", "share", "share of codes audited", gated=False),
    Companion("in_time.charges_entered", "up", "share", "share of claims"),
    Companion("in_time.payments_posted", "up", "share", "share of payments"),
    Companion("in_time.denials_first_worked", "up", "share", "share of denials"),
    Companion("in_time.denials_closed", "up", "share", "share of denials"),
)
"""Few touches, little time and being in time can be bought with haste and count only with quality, so they are `gated`; rework, edits
and accuracy are quality itself."""

_MARK = "\x1f"
_MOST = 1e9
"""Pace of zero, and of a whole from which nothing is missing: harder than anything else."""


def companion_bands(  # noqa: PLR0913
    frame: pl.DataFrame,
    result: Calibration,
    *,
    as_of: date,
    version_id: str,
    gate: str,
    before: Standing,
    seasons: Mapping[tuple[str, str], Season],
    config: BandConfig,
    companions: Sequence[Companion] = COMPANIONS,
) -> pl.DataFrame:
    """Return the rows of bands.companions for a version, with the columns of `stored.COMPANION_COLUMNS`.

    `before` is what is in force: its cells are keyed by measure and role joined (`cell_role`); `seasons` come from `ratio_seasons`.
    Raises FrameError, and ValueError for a measure of output.
    """
    if output := [c.definition_id for c in companions if c.sign > 0]:
        raise ValueError(f"{', '.join(output)}: more of a ratio is output, which has bands of its own")
    fitted = result.fitted
    qualified = {
        pair for pair, good in zip(fitted.rows.people, fitted.contributes.tolist(), strict=True) if good
    }
    bands = ratio_bands(
        frame, as_of=as_of, companions=companions, qualified=qualified, seasons=seasons, config=config
    )
    held = kept_near(bands, before, {c.definition_id: c for c in companions})
    meets = pl.col("status") == "adopted"
    return held.with_columns(
        reasons=pl.when(meets & pl.lit(bool(gate))).then(pl.lit(gate)).otherwise(pl.col("reasons")),
        status=pl.when(meets).then(pl.lit("held" if gate else "proposed")).otherwise(pl.col("status")),
        version_id=pl.lit(version_id),
        as_of=pl.lit(as_of),
        effective_from=pl.lit(as_of + timedelta(days=1)),
    ).select(list(COMPANION_COLUMNS))


def cell_role(definition_id: str, role: str) -> str:
    """Return the name under which a measure's cells of a role stand in a Standing."""
    return f"{definition_id}{_MARK}{role}"


def pace(value: float | None, *, rest: bool) -> float | None:
    """Return a value on the scale on which more is harder: one over it, or over what is missing to the whole."""
    base = None if value is None else (1 - value if rest else value)
    return None if base is None or base <= 0 else 1 / base


def kept_near(bands: pl.DataFrame, before: Standing, companions: Mapping[str, Companion]) -> pl.DataFrame:
    """Return the bands with the guardrail and the order of output, which work on values of which more is harder.

    `bands` follows RATIO_BANDS_SCHEMA; the columns that are added are those of `guardrail.guarded`, on the measure's own scale.
    """
    rest = {name: companion.counts_the_rest for name, companion in companions.items()}
    rows = []
    for row in bands.iter_rows(named=True):
        name = row["definition_id"]
        # A proof is wanted on the side of those who do worse: where less is better, that is the upper limit.
        ends = (
            {"": "", "_low": "_low", "_high": "_high"}
            if rest[name]
            else {"": "", "_low": "_high", "_high": "_low"}
        )
        turned = {
            f"{level}{end}": _pace_or_most(row[f"{level}{other}"], rest=rest[name])
            for level in LEVELS
            for end, other in ends.items()
        }
        rows.append({**row, **turned, "role": cell_role(name, row["role"])})
    # Hard work may well fail less often than easy work does, or be done in time more often.
    held = guarded(pl.DataFrame(rows, schema=bands.schema), _turned(before, rest), harder_asks_less=False)
    back = []
    for row, was in zip(held.iter_rows(named=True), bands.iter_rows(named=True), strict=True):
        own = {
            f"{level}{end}": _own_scale(row[f"{level}{end}"], rest=rest[was["definition_id"]])
            for level in LEVELS
            for end in ("", "_uncapped", "_previous")
        }
        # What the guardrail left alone stays to the last digit, and zero has no pace.
        for level in LEVELS:
            own[f"{level}_uncapped"] = was[level]
            if row[level] == row[f"{level}_uncapped"]:
                own[level] = was[level]
        back.append({**row, **was, **own})
    return pl.DataFrame(back, schema=held.schema)


def _pace_or_most(value: float | None, *, rest: bool) -> float | None:
    return None if value is None else pace(value, rest=rest) or _MOST


def _own_scale(value: float | None, *, rest: bool) -> float | None:
    if value is None:
        return None
    base = 1 / value
    if not rest:
        return four_digits(base)
    if base >= 1:
        return 0.0
    # Close to the whole four digits of the share would swallow a move of 5 % of what is missing: they are those of the smaller part.
    return round(1 - base, 3 - math.floor(math.log10(min(base, 1 - base))))


def _turned(before: Standing, rest: Mapping[str, bool]) -> Standing:
    values: dict[Cell, Values] = {}
    for (role, complexity, stage), (a, s, e) in before.values.items():
        turn = rest.get(role.split(_MARK, maxsplit=1)[0], False)
        values[role, complexity, stage] = (pace(a, rest=turn), pace(s, rest=turn), pace(e, rest=turn))
    return Standing(before.versions, values)
