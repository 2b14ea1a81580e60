"""Calibration: from the observation frame to bands, each worker's attainment, and what was left out and why.

The order of the steps; each step is explained where it is done, the whole in docs/method.md.
Belongs here: the order. Does not belong here: statistics, reading the frame, storing versions, publishing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.attain import LEVELS, attainment
from assets.bands.calendar import Calendar, fit_calendar
from assets.bands.cleaning import clocks, oddities
from assets.bands.config import DEFAULT, BandConfig
from assets.bands.earlier import find_earlier, without_earlier
from assets.bands.findings import Diagnostics, diagnostics
from assets.bands.frame import fingerprint, validate_observations
from assets.bands.gate import Gate, fit_gate
from assets.bands.leak import Leak, find_leaks, worked
from assets.bands.outages import find_outages
from assets.bands.regime import Break, find_breaks, rescale
from assets.bands.rows import USED, Rows, first_of_history, make_rows, summed
from assets.bands.skill import Skill, block_variance, fit_skill, make_cells
from assets.bands.tables import BANDS_SCHEMA, band_table

if TYPE_CHECKING:
    from datetime import date

    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags

__all__ = ["BANDS_SCHEMA", "LEVELS", "Calibration", "Fitted", "calibrate"]


@dataclass(frozen=True)
class Fitted:
    """What the steps estimated, as arrays: for judging people against other bands (`attain.attainment`) and for tests.

    `earlier`: steps of history, taken out of it; `output` (rows,) at the level after a break; `seen`, `hours`, `contributes` (people,) in the window.
    """

    rows: Rows
    calendar: Calendar
    leaks: tuple[Leak, ...]
    earlier: tuple[Break, ...]
    breaks: tuple[Break, ...]
    output: Floats
    block: Floats
    gate: Gate
    skill: Skill
    seen: Flags
    hours: Floats
    contributes: Flags


@dataclass(frozen=True)
class Calibration:
    """What a calibration returns.

    `bands`: one row per role of the configuration, complexity and stage, always all of them. Values are units of work per
    friction-free hour with 90 % limits, to four significant digits, or null.
    `attainment`: one row per role and worker seen in the window, see `attain.attainment`.
    `diagnostics`: frames that show what the steps found.
    `fitted`: what they estimated. `log_bands` (roles, complexities, levels): seniors, NaN where none may be shown.
    """

    bands: pl.DataFrame
    attainment: pl.DataFrame
    diagnostics: Diagnostics
    fitted: Fitted
    log_bands: Floats


def calibrate(observations: pl.DataFrame, *, as_of: date, config: BandConfig = DEFAULT) -> Calibration:
    """Compute bands from the window that ends at `as_of`, inclusive, and the history before it.

    The unit of inference is the worker. The same content gives the same result, whatever the order of the rows.
    Raises FrameError when `observations` breaks the contract of `frame.py`.
    """
    frame = validate_observations(observations)
    rows, left = make_rows(frame, as_of, config)
    fitted = fit(rows, config)
    # The seed follows the content, so that nobody can choose the resamples; what came later must not change them.
    known = frame.filter(pl.col("date").is_between(first_of_history(as_of, config), as_of))
    seed = np.frombuffer(bytes.fromhex(fingerprint(known)), dtype=np.uint32).tolist()
    bands, log_bands = band_table(fitted, seed, config)
    return Calibration(
        bands=bands,
        attainment=attainment(fitted, log_bands, config),
        diagnostics=diagnostics(fitted, left, config),
        fitted=fitted,
        log_bands=log_bands,
    )


def fit(rows: Rows, config: BandConfig) -> Fitted:
    """Run the steps up to the skills: cleaning and calendar in turns, breaks, quality, skills."""
    rows = replace(rows, reason=clocks(rows, config))
    start, clear = rows.reason, np.ones(rows.day.size)
    calendar = fit_calendar(rows, clear, config)
    outages: tuple[tuple[int, int, float], ...] = ()
    leaks: tuple[Leak, ...] = ()
    for _ in range(config.rounds - 1):
        rows = replace(rows, reason=oddities(rows, start, calendar.expected, config))
        leaks = find_leaks(rows, calendar, config)
        rows = replace(rows, worked=worked(rows, leaks))
        clear, outages = find_outages(rows, calendar, config)
        calendar = fit_calendar(rows, clear, config)
    earlier = find_earlier(rows, calendar, config)
    if earlier:
        rows = replace(rows, output=without_earlier(rows, earlier))
        calendar = fit_calendar(rows, clear, config)
    calendar = replace(calendar, outages=outages)
    breaks = find_breaks(rows, calendar, config)
    output = rescale(rows, breaks)
    gate = fit_gate(rows, config)
    block = block_variance(rows, calendar, len(rows.roles))
    seen, hours = _present(rows)
    contributes = (hours >= config.min_hours) & (gate.probability >= config.gate_pass)
    cells = make_cells(rows, output, calendar, block, config)
    skill = fit_skill(cells, len(rows.roles), contributes.astype(np.float64), config)
    return Fitted(
        rows, calendar, leaks, earlier, breaks, output, block, gate, skill, seen, hours, contributes
    )


def _present(rows: Rows) -> tuple[Flags, Floats]:
    """Return who was seen in the window, and their hours in use."""
    people = len(rows.people)
    seen = np.bincount(rows.person[rows.inside], minlength=people) > 0
    used = rows.inside & (rows.reason == USED)
    return seen, summed(rows.person[used], rows.hours[used], people)
