"""The observations as arrays: what the steps of the method compute with.

Belongs here: turning the frame into arrays of codes and numbers, and the reasons why a row does not count.
Does not belong here: the frame's contract (`frame.py`) and any statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.config import RAMP_EDGES
from assets.bands.frame import COMPLEXITIES, KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

USED, OUTSIDE, UNKNOWN_ROLE, TOO_SHORT, CLOCK, TYPO, ODD_DAY = range(7)
REASONS = (
    "used",
    "outside window and history",
    "role not in the configuration",
    "segment too short once friction is removed",
    "clock left running",
    "units far from what was expected",
    "day far from the worker's other days",
)
METRICS = ("first_pass", "edits", "denials", "reworks")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Rows:
    """Observations of known roles in history and window, sorted by date, worker, role and complexity; arrays over rows.

    `person` is a code into `people`, the (role, worker) pairs in order; `role` into `roles`, `system` into the
    systems in order (-1 unknown), `complexity` 0 to 2, `day` days since 1970, `month` 0 to 11, `weekday` 0 to 6, `bin` the tenure bin.
    `hours` are free of friction, `lost` those under logged friction, `worked` those in which work went on (`leak.py`); `output` is units times case weight, `inside` says whether the row is in the window.
    `checks` and `failures` are (rows, metrics). `reason` is an index into REASONS.
    """

    person: Ints
    role: Ints
    system: Ints
    complexity: Ints
    day: Ints
    month: Ints
    weekday: Ints
    tenure: Ints
    bin: Ints
    hours: Floats
    lost: Floats
    worked: Floats
    units: Floats
    output: Floats
    inside: Flags
    checks: Floats
    failures: Floats
    reason: NDArray[np.int8]
    roles: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]

    @property
    def person_role(self) -> Ints:
        """Return the role of every person."""
        return np.array([self.roles.index(role) for role, _ in self.people], dtype=np.int64)


def tenure_bin(tenure: Ints) -> Ints:
    """Return the tenure bin of days in the role: 0 to 7 on the ramp, 8 for seniors and for unknown tenure."""
    return np.searchsorted(np.array(RAMP_EDGES), tenure, side="right").astype(np.int64)


def first_of_history(as_of: date, config: BandConfig) -> date:
    """Return the first day that may enter a calibration."""
    return config.window(as_of)[0] - timedelta(days=config.history_days)


def make_rows(frame: pl.DataFrame, as_of: date, config: BandConfig) -> tuple[Rows, pl.DataFrame]:
    """Return the rows that may count, and what was left out before: role, complexity, worker_id, reason.

    `frame` is a validated frame of the contract. The order of its rows does not matter.
    """
    first, last = config.window(as_of)
    judged = frame.with_columns(
        reason=pl.when(~pl.col("date").is_between(first_of_history(as_of, config), last))
        .then(OUTSIDE)
        .when(~pl.col("role").is_in(list(config.units)))
        .then(UNKNOWN_ROLE)
        .otherwise(USED)
        .cast(pl.Int8)
    )
    kept = judged.filter(pl.col("reason") == USED).sort(KEY)
    left = judged.filter(pl.col("reason") != USED).select("role", "complexity", "worker_id", "reason")
    return _arrays(kept, tuple(sorted(config.units)), (first - _EPOCH).days, config), left


def _arrays(kept: pl.DataFrame, roles: tuple[str, ...], window_from: int, config: BandConfig) -> Rows:
    people = kept.select("role", "worker_id").unique().sort("role", "worker_id")
    systems = kept.select("system_id").drop_nulls().unique().sort("system_id")["system_id"].to_list()
    person = kept.select("role", "worker_id").join(
        people.with_row_index("code"), on=["role", "worker_id"], how="left", maintain_order="left"
    )["code"]
    day = kept["date"].to_physical().cast(pl.Int64).to_numpy()
    hours = (kept["active_min"] - kept["friction_min"]).clip(lower_bound=0).to_numpy() / 60
    units = kept["units"].cast(pl.Float64).to_numpy()
    tenure = kept["tenure_days"].fill_null(10**6).to_numpy()
    checked = kept.select("qa_n", "edit_n", "adj_n", "rework_n").cast(pl.Float64).to_numpy()
    failed = (
        kept.select(pl.col("qa_n") - pl.col("qa_ok"), "edits", "denials", "reworks")
        .cast(pl.Float64)
        .to_numpy()
    )
    short = (hours < config.min_segment_hours) | (hours == 0)
    return Rows(
        person=person.cast(pl.Int64).to_numpy(),
        role=_codes(kept["role"], roles),
        system=_codes(kept["system_id"], systems),
        complexity=_codes(kept["complexity"], COMPLEXITIES),
        day=day,
        month=kept["date"].dt.month().cast(pl.Int64).to_numpy() - 1,
        weekday=(day + 3) % 7,
        tenure=tenure,
        bin=tenure_bin(tenure),
        hours=hours,
        lost=kept.select(pl.min_horizontal("active_min", "friction_min")).to_series().to_numpy() / 60,
        worked=hours,
        units=units,
        output=units * kept["case_weight"].to_numpy(),
        inside=day >= window_from,
        checks=checked.reshape(-1, len(METRICS)),
        failures=failed.reshape(-1, len(METRICS)),
        reason=np.where(short, TOO_SHORT, USED).astype(np.int8),
        roles=roles,
        people=tuple(people.iter_rows()),
        systems=tuple(systems),
    )


def _codes(column: pl.Series, values: tuple[str, ...] | list[str]) -> Ints:
    """Return the place of every value in `values`, -1 where it is null."""
    coded = column.replace_strict(list(values), list(range(len(values))), default=-1, return_dtype=pl.Int64)
    return coded.fill_null(-1).to_numpy()


def groups(*codes: Ints) -> tuple[Ints, Ints]:
    """Return the group of every row and the first row of every group, for rows alike in all codes (not negative)."""
    key = codes[0].astype(np.int64)
    for code in codes[1:]:
        key = key * (int(code.max(initial=0)) + 1) + code
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return inverse.astype(np.int64), first.astype(np.int64)


def summed(group: Ints, values: Floats, size: int) -> Floats:
    """Return the sums of `values` per group, (size,), added in the order of the rows."""
    return np.bincount(group, weights=values, minlength=size).astype(np.float64)


def ratio(over: Floats, under: Floats, empty: float = 1.0) -> Floats:
    """Return over / under, and `empty` where there is nothing underneath."""
    return np.divide(over, under, out=np.full_like(over, empty), where=under > 0)
