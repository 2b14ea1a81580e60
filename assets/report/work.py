"""What is told of a role's work, always of enough people: where time goes, complexity, season, ramp, fairness, and everything else.

Belongs here: sections made from `effort` and `fairness`. Does not belong here: bands (`bands.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Named, Section, Table, Text
from assets.report.charts import Drawn, Point, intervals, ordered_lines, stacked
from assets.report.figures import newest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.report.blocks import Chart
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
TIME_PARTS = {
    "time_share.active": "Active", "time_share.waiting": "Waiting", "time_share.friction": "Friction", "time_share.idle": "Idle or away",
}  # fmt: skip
BESIDE_TIME = (
    "portal_time.share", "portal_time.per_visit", "portal_switches", "portals_used", "waiting_share.payer", "waiting_share.provider",
    "waiting_share.system", "friction_minutes.per_shift", "documentation_time.share", "handling_removed.idle",
    "handling_removed.friction", "handling_removed.over_cap",
)  # fmt: skip
ASSIGNED = (
    "assignment_mix.low",
    "assignment_mix.medium",
    "assignment_mix.high",
    "assignment_mix.self_assigned",
)
CODED = (
    "complexity_mix.low",
    "complexity_mix.medium",
    "complexity_mix.high",
    "complexity_mix.expected_minutes",
)
FAIR = (
    "floor_attainment.granted", "overtime_in_band.share_of_days", "overtime_in_band.hours_needed", "gaming_flags.tier_skew",
    "override_denials.share",
)  # fmt: skip


def _periods(rows: Iterable[Row]) -> list[tuple[str, Any]]:
    """Return the periods of rows in the order of time, the three together last."""
    return sorted(
        {(row["period_kind"], row["period"]) for row in rows}, key=lambda p: (p[0] != "month", p[1], p[0])
    )


def time_section(role: str, published: Published, registry: Registry) -> Section:
    """Return where the paid time of a role goes: the closed months, the last three together, and what is told of portals and waiting."""
    rows = published.rows("effort", role=role)
    parts = [row for row in rows if row["definition_id"] in TIME_PARTS and row["period_kind"] != "as_of"]
    blocks: list[Any] = []
    if any(row["value"] is not None for row in parts):
        found = {(row["definition_id"], row["period_kind"], row["period"]): row for row in parts}
        points = tuple(
            Point(words.period(kind, day), name, row["value"], registry.figure(row))
            for kind, day in _periods(parts)
            for definition, name in TIME_PARTS.items()
            if (row := found.get((definition, kind, day)))
        )
        how = "Shares of the shifts' paid minutes. Friction is time under a logged outage or slowness; it is never held against anybody."
        definitions = tuple(registry[name] for name in TIME_PARTS)
        blocks.append(
            stacked(Drawn("time-chart", "Where the time goes", how, points, "share", definitions, "Period"))
        )
    blocks.append(
        measures_table(
            "Portals, waiting and friction, last three months",
            _wanted(rows, BESIDE_TIME, "3_months"),
            registry,
        )
    )
    return Section("time", "Where time goes", tuple(blocks))


def mix_section(role: str, published: Published, registry: Registry) -> Section:
    """Return the complexity of the work: hours per complexity and month, and who was given what."""
    rows = published.rows("effort", role=role)
    output = f"output_per_hour.{role}"
    hours = [
        row for row in rows if row["definition_id"] == output and row["period_kind"] == "month" and row["value"] is not None
    ]  # fmt: skip
    blocks: list[Any] = []
    if hours:
        hours.sort(key=lambda row: (row["period"], words.complexity_order(row["complexity"])))
        points = tuple(
            Point(words.month(row["period"]), words.complexity(row["complexity"]), float(row["denominator"]))
            for row in hours
        )
        how = "Productive hours on work of each complexity: the denominators of output per hour. Hidden cells are left out and are no zero."
        drawn = Drawn("mix-chart", "Hours by complexity", how, points, "hours", (registry[output],), "Month")
        blocks.append(stacked(drawn))
    wanted = _wanted(rows, (*ASSIGNED, *CODED), "3_months")
    blocks.append(measures_table("Who is given which work, last three months", wanted, registry))
    return Section("mix", "Complexity of the work", tuple(blocks))


def _wanted(rows: Iterable[Row], names: tuple[str, ...], kind: str) -> list[Row]:
    found = [row for row in rows if row["definition_id"] in names and row["period_kind"] == kind]
    return sorted(
        found, key=lambda row: (names.index(row["definition_id"]), words.complexity_order(row["complexity"]))
    )


def season_section(role: str, published: Published, registry: Registry) -> Section:
    """Return the seasonal index of a role's output."""
    name = f"output_per_hour.{role}"
    rows = published.rows("fairness", definition_id="seasonal_index.month", role=role)
    rows = sorted((row for row in rows if row["subject"] == name), key=lambda row: row["period"])
    title = "Season"
    if not any(row["value"] is not None for row in rows):
        why = rows[0]["reason"] if rows else "no month is published"
        return Section("season", title, (Text(f"The seasonal index of output is not known: {why}."),))
    definition = registry["seasonal_index.month"]
    points = tuple(
        Point(words.month_name(row["period"]), "Seasonal index", row["value"], registry.figure(row))
        for row in rows
    )
    how = "Output of the month over its trend; 1 is an average month. Bands have the season taken out, so nobody is held to a busy month."
    drawn = Drawn(
        "season-chart", "Seasonal index of output", how, points, definition.unit, (definition,), "Month"
    )
    return Section("season", title, (ordered_lines(drawn, base_line=1),))


def ramp_section(role: str, published: Published, registry: Registry) -> Section:
    """Return how new people come to full speed."""
    rows = published.rows("fairness", definition_id="experience.ramp", role=role)
    definition = registry["experience.ramp"]
    title = "Ramp of new people"
    if not any(row["value"] is not None for row in rows):
        why = sorted({row["reason"] or "" for row in rows} - {""})
        text = f"The ramp is not shown: {'; '.join(why) or 'no version has estimated it'}."
        return Section("ramp", title, (Text(text),))
    split = [(*row["subject"].split(" ", 1), row) for row in rows]
    split.sort(key=lambda found: (words.stage_order(found[1]), words.complexity_order(found[0])))
    points = tuple(
        Point(
            words.stage(stage),
            words.complexity(complexity),
            row["value"],
            registry.figure(row),
            row["low"],
            row["high"],
        )
        for complexity, stage, row in split
    )
    how = "Share of full speed that people usually have at that time in the role, with its interval. One that reaches 100 % may be no ramp at all."
    drawn = Drawn("ramp-chart", title, how, points, definition.unit, (definition,), "Days in the role")
    return Section("ramp", title, (ordered_lines(drawn, base_line=1),))


def fairness_section(role: str, published: Published, registry: Registry) -> Section:
    """Return quality floors and fairness of a role: of teams of five or more, never of persons."""
    rows = [row for row in published.rows("fairness", role=role) if row["definition_id"] in FAIR]
    rows = newest(rows, shown=True) or newest(rows)
    rows.sort(key=lambda row: (FAIR.index(row["definition_id"]), words.complexity_order(row["subject"])))
    told = tuple(
        (
            Named(registry[row["definition_id"]], _subject(row)),
            registry.figure(row),
            words.period(row["period_kind"], row["period"]),
        )
        for row in rows
    )
    text = (
        "A band counts for people only together with quality. Here stands how many were granted it, whether it took overtime, and "
        "whether work was divided evenly. A flag is a reason to look, and never a verdict."
    )
    empty = "Nothing is told of this role: it takes five people or more."
    table = Table(
        "Quality floor, overtime and division of the work", ("Measure", "Value", "Period"), told, empty
    )
    return Section("fairness", "Quality floor and fairness", (Text(text), table))


def _subject(row: Row) -> str:
    match row["subject_kind"]:
        case "complexity":
            return f"{row['subject']} complexity"
        case "warning":
            return f"warning {row['subject']}"
        case _:
            return ""


def other_section(role: str, published: Published, registry: Registry) -> Section:
    """Return every other measure of a role, over the last three closed months."""
    told = {*TIME_PARTS, *BESIDE_TIME, *ASSIGNED, *CODED}
    rows = [row for row in published.rows("effort", role=role) if row["definition_id"] not in told]
    mine = sorted(
        newest([row for row in rows if row["period_kind"] == "3_months"]),
        key=lambda row: (registry[row["definition_id"]].name, words.complexity_order(row["complexity"])),
    )
    table = measures_table("Everything measured, last three months", mine, registry)
    return Section("measures", "Everything else that is measured", (table,))


def measures_table(caption: str, rows: list[Row], registry: Registry) -> Table:
    """Return measures with a column per complexity where there are several; each number with its n and people."""
    by_name: dict[str, dict[str, Row]] = {}
    for row in rows:
        # A share of work of high complexity is about all of the work, though its rows carry the complexity.
        whole = row["complexity"] == "unknown" or row["definition_id"].endswith(f"_mix.{row['complexity']}")
        by_name.setdefault(row["definition_id"], {})["all" if whole else row["complexity"]] = row
    columns = sorted({name for found in by_name.values() for name in found}, key=_column_order)
    told = tuple(
        (
            Named(registry[name], words.unit_name(registry[name].unit)),
            *(registry.figure(found[column]) if column in found else "\N{EN DASH}" for column in columns),
        )
        for name, found in by_name.items()
    )
    return Table(caption, ("Measure", *(words.complexity(column) for column in columns)), told)


def _column_order(name: str) -> tuple[int, str]:
    return (-1, "") if name == "all" else words.complexity_order(name)


def links_chart(published: Published, registry: Registry) -> Chart | None:
    """Return the links of effort and outcome per team, where any is known."""
    rows = [
        row for row in published.rows("fairness") if row["definition_id"].startswith("effort_outcome_link.")
    ]
    if not any(row["value"] is not None for row in rows):
        return None
    points = tuple(
        Point(
            row["subject"],
            registry[row["definition_id"]].name,
            row["value"],
            registry.figure(row),
            row["low"],
            row["high"],
        )
        for row in rows
    )
    how = "Correlation of weekly series of a team, with its interval. It is no proof of a cause; an interval across zero says nothing."
    definitions = tuple(registry[name] for name in dict.fromkeys(row["definition_id"] for row in rows))
    return intervals(
        Drawn("links-chart", "Effort and outcome of teams", how, points, "correlation", definitions, "Team"),
        zero_line=True,
    )
