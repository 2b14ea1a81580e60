"""The saved plans of the practice as a table: what each would do to cash, month by month.

Belongs here: finding the plans, and the rows of `measures.scenarios`. Does not belong here: the computation (`assets/practice`),
or the answers that follow from the months (`sql/measures/scenario_results.sql`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from assets.practice.payback import project
from assets.practice.scenario import ScenarioError, read_scenario
from assets.reference import Reference

if TYPE_CHECKING:
    from pathlib import Path

    from assets.settings import Settings

_MONEY = "DECIMAL(18,4)"
COLUMNS: dict[str, tuple[str, str]] = {
    "scenario": ("VARCHAR", "name of the plan's file, without its ending"),
    "month": ("BIGINT", "months from the opening, 1 is the first; 0 is the time before"),
    "name": ("VARCHAR", "name that the plan has"),
    "kind": ("VARCHAR", "provider or service_line"),
    "opens_on": ("DATE", "first day of the month in which it opens"),
    "begins_on": ("DATE", "first day of the month"),
    "booked_visits": (_MONEY, "visits booked, as far as there is room"),
    "visits": (_MONEY, "of those, completed"),
    "room_limit": (_MONEY, "completed visits a month that the rooms allow"),
    "earned": (_MONEY, "USD that the month's visits will bring"),
    "paid_by_member": (_MONEY, "USD that the month's members will bring"),
    "collected": (_MONEY, "USD that arrived in the month, of this or earlier months"),
    "fixed_cost": (_MONEY, "fixed cost of the month, USD"),
    "variable_cost": (_MONEY, "cost of the month's visits, USD"),
    "start_up_cost": (_MONEY, "cost before the opening, USD"),
    "cash": (_MONEY, "collected less costs, USD"),
    "cumulative": (_MONEY, "cash of all months up to this one, USD"),
    "contribution_per_visit": (_MONEY, "net revenue of a visit by payer mix less its variable cost, USD"),
    "problem": ("VARCHAR", "why the plan could not be computed: key and reason; null when it was"),
}
_KINDS: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(), "BIGINT": pl.Int64(), "DATE": pl.Date(), _MONEY: pl.Decimal(18, 4),
}  # fmt: skip
SCHEMA = {name: _KINDS[kind] for name, (kind, _) in COLUMNS.items()}
Row = dict[str, str | int | date | Decimal | None]


def scenario_rows(settings: Settings) -> pl.DataFrame:
    """Return one row per plan and month, in the order of the files' names.

    A file that is no plan has one row that says why: it must not keep the office's day from being loaded.
    """
    folder = settings.practice.scenarios
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    rows = [row for path in files for row in _rows_of(path)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _rows_of(path: Path) -> list[Row]:
    empty: Row = dict.fromkeys(COLUMNS)
    head: Row = {**empty, "scenario": path.stem, "month": 0}
    try:
        plan = read_scenario(path)
    except ScenarioError as error:
        # Where the file lies is nobody's business but its name.
        return [head | {"problem": str(error).replace(f"{path}: ", "").replace("\n", "; ")}]
    result = project(plan)
    head |= {"name": plan.name, "kind": plan.kind, "opens_on": plan.opens}
    head |= {"room_limit": result.room_limit, "contribution_per_visit": result.contribution}
    return [
        head
        | {
            "month": month.number,
            "begins_on": month.begins_on,
            "booked_visits": month.booked,
            "visits": month.visits,
            "earned": month.earned,
            "paid_by_member": month.by_member,
            "collected": month.collected,
            "fixed_cost": month.fixed,
            "variable_cost": month.variable,
            "start_up_cost": month.start_up,
            "cash": month.cash,
            "cumulative": month.cumulative,
        }
        for month in result.months
    ]


SCENARIOS = Reference(
    table="measures.scenarios",
    doc="One row per saved plan and month: visits, money and cumulative cash that the plan would bring.",
    columns=COLUMNS,
    key=("scenario", "month"),
    rows=scenario_rows,
)
