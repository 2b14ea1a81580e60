"""Which upstream rows stand behind the rows at hand: the conditions of a walk back, as SQL on a row `t` and the rows `shown`.

Belongs here: what a header, a period or a calibration says about the rows that were read. Does not belong here: the walk
(`trace.py`). Pure: strings in, strings out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.lineage import Columns
    from assets.sql_model import Model, Upstream

REFERENCE = frozenset(
    {"measures.availability", "measures.definitions", "measures.definition_feeds", "ledger.parameters", "ledger.calendar",
     "ops.restating", "quality.results"}
)  # fmt: skip
"""What every number reads and none is made of: the registry, the configuration, the bookkeeping."""

CALIBRATED = {
    "bands.bands": "measures.production",
    "bands.attainment": "measures.production",
    "bands.attained_tiers": "measures.production",
    "bands.attained_quality": "measures.production",
    "bands.attained_days": "measures.production",
    "bands.companions": "measures.companions",
}
"""Tables that a calibration wrote, and the table whose rows of window and history it read."""


def restating(model: Model, upstream: Upstream) -> list[str]:
    """Return the condition that an upstream row restates the slices shown: what the header says, read backwards.

    Empty when any change restates everything, or when the model has no slices.
    """
    if upstream.column is None or model.slice_column is None:
        return []
    theirs, ours = f"cast(t.{upstream.column} as varchar)", f"cast({model.slice_column} as varchar)"
    if upstream.after:
        # A window that says how long it is reaches back no further than that.
        days = "window_days - 1" if "window_days" in model.columns else str(upstream.after)
        spans = f"select distinct {model.slice_column} as last_day, {days} as days from shown"
        within = f"t.{upstream.column} between s.last_day - s.days and s.last_day"
        return [f"exists (select 1 from ({spans}) as s where {within})"]
    if upstream.via_table:
        # The look-up table is asked by the model's own slice column, so both have it.
        there = f"cast(o.{model.slice_column} as varchar) in (select {ours} from shown)"
        return [
            f"{theirs} in (select cast(o.{upstream.via} as varchar) from {upstream.via_table} as o where {there})"
        ]
    if upstream.via:
        return [f"{theirs} in (select cast({upstream.via} as varchar) from shown)"]
    return [f"{theirs} in (select {ours} from shown)"]


def agreeing(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return the conditions that upstream columns hold what the pairs (own column, upstream column) say.

    Columns that go with one another only must agree in one row shown. Where one column goes with several, as in the branches of
    a union, any of them may agree.
    """
    groups: list[list[tuple[str, str]]] = []
    for pair in pairs:
        beside = [
            group for group in groups if any(own == pair[0] or their == pair[1] for own, their in group)
        ]
        groups = [g for g in groups if g not in beside] + [[pair, *(p for group in beside for p in group)]]
    alone = [f"s.{own} = t.{their}" for group in groups if len(group) == 1 for own, their in group]
    found = [f"exists (select 1 from shown as s where {' and '.join(alone)})"] if alone else []
    for group in groups:
        if len(group) > 1:
            either = " or ".join(f"t.{their} in (select {own} from shown)" for own, their in group)
            found.append(f"({either})")
    return found


def of_period(model: Model, columns: Columns) -> list[str]:
    """Return the condition that periods of published rows set: a month is its days, a window or a state is itself."""
    if "period_kind" not in model.columns:
        return []
    if "contributors" in model.columns and "window_days" in columns:
        return [
            "exists (select 1 from shown as s where s.period_kind = 'as_of' and s.period = t.as_of and t.window_days = 1)"
        ]
    if "contributors" in model.columns and "measured_on" in columns:
        first = "case s.period_kind when '3_months' then date_trunc('month', s.period) - interval '2 months' else s.period end"
        month = "date_trunc('month', t.measured_on)"
        kinds = "s.period_kind in ('month', '3_months')"
        return [f"exists (select 1 from shown as s where {kinds} and {month} between {first} and s.period)"]
    if "window_days" in columns and "as_of" in columns:
        days = "case s.period_kind when '30_days' then 30 when '90_days' then 90 when 'as_of' then 1 end"
        return [f"exists (select 1 from shown as s where s.period = t.as_of and t.window_days = {days})"]
    if "measured_on" in columns:
        month = "s.period_kind = 'month' and date_trunc('month', t.measured_on) = s.period"
        return [f"exists (select 1 from shown as s where {month})"]
    return []


def observed(table: str, columns: Columns) -> str:
    """Return the condition that a row of the observations was read for the versions and roles of a calibrated table."""
    source = CALIBRATED[table]
    parts = ["t.role = s.role", "t.work_date between coalesce(v.history_from, v.window_from) and v.window_to"]
    if "worker_id" in columns:
        parts.append("t.worker_id = s.worker_id")
    if source == "measures.companions":
        parts.append("t.definition_id = s.definition_id")
    else:
        parts.append("(t.source = 'log' or t.work_date < v.window_from)")
    versions = "shown as s inner join bands.versions as v on v.version_id = s.version_id"
    return f"exists (select 1 from {versions} where {' and '.join(parts)})"
