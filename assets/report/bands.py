"""Bands as the report shows them: the chart, the table, companion bands, and what the version says of itself.

Belongs here: sections made from `bands`, `companion_bands`, `daily_targets` and `drift`. Does not belong here: past versions
(`history.py`) and what is told of the work itself (`work.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Facts, Fold, Level, Link, Plain, Section, Table, Text
from assets.report.charts import Drawn, Point, intervals, ordered_lines
from assets.report.figures import Figure, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.report.blocks import Chart
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
STATUS: dict[str, tuple[str, Level]] = {
    "adopted": ("In force", "fine"), "proposed": ("Proposed, waits for a decision", "look"), "provisional": ("Provisional, no target", "look"),
    "learning": ("Learning", "look"), "withheld": ("Withheld", "look"), "held": ("Held", "act"), "rejected": ("Rejected", "act"),
}  # fmt: skip
READING = (
    "Half of the people whose quality is good enough reach acceptable, a quarter reach strong, one in ten reaches exceptional. "
    "The line through a mark is the 90 % interval: if it is wide, the band is uncertain."
)


def sorted_bands(rows: Iterable[Row]) -> list[Row]:
    """Return bands by role, complexity and stage, in the order in which they are read."""
    return sorted(
        rows,
        key=lambda row: (
            words.role_order(row["role"]),
            words.complexity_order(row["complexity"]),
            words.stage_order(row["stage"]),
        ),
    )


def version_file(version_id: str) -> str:
    """Return the page of a version."""
    return f"version-{version_id}.html"


def badge(row: Row, *, past: bool = False) -> Badge:
    """Return the status of a band with its reasons; of a version that may be past, whether it was adopted."""
    text, level = STATUS.get(row["status"], (row["status"].capitalize(), "look"))
    if past and row["status"] == "adopted":
        text = "Adopted"
    notes = [row["reasons"] or "", "held near the one before" if row["is_capped"] else ""]
    return Badge(text, level, "; ".join(note for note in notes if note))


def level_figure(row: Row, level: str) -> Figure:
    """Return a level of a band with its interval, window and class of people; without a value the status says why."""
    value = row[level]
    return Figure(
        definition=row["definition_id"],
        text="" if value is None else words.measured(value, row["unit"]),
        window=f"{words.day(row['window_from'])} to {words.day(row['window_to'])}",
        interval=words.interval(row[f"{level}_low"], row[f"{level}_high"], row["unit"]),
        people=words.people(row["contributors"]),
        reason="" if value is not None else reason(row["reasons"] or row["status"]),
        value=value,
    )


def work_of(row: Row) -> str:
    """Return which work and which experience a band is about."""
    return f"{words.complexity(row['complexity'])}, {words.stage(row['stage'])}"


def seniors(rows: Iterable[Row]) -> list[Row]:
    """Return the bands of the last stage, which is where people stay."""
    rows = list(rows)
    last = max((words.stage_order(row["stage"]) for row in rows), default=0)
    return [row for row in rows if words.stage_order(row["stage"]) == last]


def band_chart(chart_id: str, title: str, rows: list[Row], registry: Registry) -> Chart:
    """Return the chart of bands: a line per complexity and stage, a mark per level."""
    points = tuple(
        Point(work_of(row), level.capitalize(), row[level], level_figure(row, level), row[f"{level}_low"], row[f"{level}_high"])
        for row in rows
        for level in words.LEVELS
    )  # fmt: skip
    definitions = tuple(registry[name] for name in dict.fromkeys(row["definition_id"] for row in rows))
    return intervals(
        Drawn(chart_id, title, READING, points, rows[0]["unit"], definitions, place="Work and experience")
    )


def band_table(
    caption: str, rows: list[Row], *, targets: dict[tuple[str, str], Row] | None = None, past: bool = False
) -> Table:
    """Return bands as a table: a row per complexity and stage."""
    heads = ("Work and experience", *(level.capitalize() for level in words.LEVELS))
    heads += ("Acceptable per day", "Status") if targets is not None else ("Status",)
    told = []
    for row in rows:
        # The class of people is that of the row: said once, at its head.
        levels = (replace(level_figure(row, level), people="") for level in words.LEVELS)
        cells: list[Any] = [Plain(work_of(row), words.people(row["contributors"])), *levels]
        if targets is not None:
            target = targets.get((row["complexity"], row["stage"]))
            cells.append(_daily(target) if target else "No target")
        told.append((*cells, badge(row, past=past)))
    return Table(caption, heads, tuple(told))


def _daily(target: Row) -> Figure:
    return Figure(
        definition=target["definition_id"],
        text=words.number(target["acceptable"]),
        value=float(target["acceptable"]),
    )


def role_facts(rows: list[Row]) -> Facts:
    """Return what holds for the bands of a role as a whole: version, window, decision, people."""
    first = rows[0]
    classes = sorted({words.people(row["contributors"]) for row in rows})
    season = "known from the year before" if first["has_prior_year"] else "unknown: there is no prior year"
    decided = (
        f"{words.day(first['effective_from'])}, decided by {first['decided_by']}"
        if first["effective_from"]
        else "not in force"
    )
    return Facts(
        (
            ("In force from", decided),
            ("Window", f"{words.day(first['window_from'])} to {words.day(first['window_to'])}"),
            ("People it rests on", ", ".join(classes)),
            ("Season", season),
            ("Unit", first["unit"]),
            ("Version", Link(first["version_id"], version_file(first["version_id"]))),
        )
    )


def bands_section(role: str, published: Published, registry: Registry) -> Section:
    """Return the section of a role's bands."""
    rows = sorted_bands(published.rows("bands", role=role))
    if not rows:
        return Section("bands", "Bands", (Text("No calibration has told anything of this role yet."),))
    targets = {(t["complexity"], t["stage"]): t for t in published.rows("daily_targets", role=role)}
    blocks: list[Any] = [role_facts(rows)]
    if all(row["acceptable"] is None for row in rows):
        why = sorted({row["reasons"] or row["status"] for row in rows})
        blocks.append(Text(f"No band is shown: {'; '.join(why)}. Nobody of this role is judged by one."))
    else:
        blocks.append(band_chart("bands-chart", f"Bands of {words.role_within(role)}", rows, registry))
        unit = rows[0]["unit"]
        caption = f"Bands in {unit}, by complexity of the work and days in the role"
        if targets:
            hours = words.number(next(iter(targets.values()))["productive_hours"])
            caption += f"; acceptable also as the work of a standard day with {hours} productive hours"
        blocks.append(band_table(caption, rows, targets=targets))
    return Section("bands", "Bands in force" if rows[0]["effective_from"] else "Bands", tuple(blocks))


def companions_section(role: str, published: Published, registry: Registry) -> Section:
    """Return the section of a role's companion bands: those of seniors, the others when asked for."""
    rows = sorted_bands(published.rows("companion_bands", role=role))
    title = "Bands beside output"
    if not rows:
        return Section("companions", title, (Text("No measure of this role has a band beside output yet."),))
    blocks: list[Any] = [
        Text(
            "Speed alone is no good work. These stand beside output and are read together with it, for people who are past their first year. "
            "Each has a season of its own. Where the logs of a year before tell it, the usual swing of months and weekdays is taken out, and the band holds for "
            "the mean of the year: a busy month may lie beside it without anybody having changed. Until then it is a range and no target, also where the season of output is known."
        )
    ]
    for name in sorted({row["definition_id"] for row in rows}):
        mine = [row for row in rows if row["definition_id"] == name]
        definition = registry[name]
        caption = f"{definition.name}, in {words.unit_name(mine[0]['unit'])}; {definition.direction}"
        shown = seniors(mine)
        blocks.append(band_table(caption, shown))
        others = [row for row in mine if row not in shown]
        if others and any(row["acceptable"] is not None for row in others):
            blocks.append(Fold(f"{definition.name} in the first year", (band_table(caption, others),)))
    return Section("companions", title, tuple(blocks))


def drift_section(role: str, published: Published) -> Section:
    """Return the section of drift: candidates of each week against the version in force."""
    rows = published.rows("drift", role=role)
    title = "Drift against the version in force"
    if not any(row["change"] is not None for row in rows):
        text = (
            "No candidate of a later week can be compared yet: the version in force is the newest, or the role shows no bands. A candidate "
            "is computed once a week and changes no band."
        )
        return Section("drift", title, (Text(text),))
    name = f"output_per_hour.{role}"
    points = tuple(
        Point(
            words.day(row["week"]), words.complexity(row["complexity"]), row["change"],
            Figure(name, words.change(row["change"]), interval=words.interval(row["change_low"], row["change_high"], "share"),
                   reason="" if row["change"] is not None else "the candidate's band is withheld", value=row["change"]),
            row["change_low"], row["change_high"],
        )
        for row in sorted(rows, key=lambda row: (row["week"], words.complexity_order(row["complexity"])))
    )  # fmt: skip
    how = "Change of the acceptable band of seniors if it were calibrated in that week. An interval that touches zero says that nothing is certain."
    chart = ordered_lines(
        Drawn("drift-chart", f"Drift of {words.role_within(role)}", how, points, "share", place="Week of"),
        base_line=0,
    )
    alarms = sorted({row["break_on"] for row in rows if row["alarm"] and row["break_on"]})
    told = (
        f"The level has certainly changed on {', '.join(words.day(found) for found in alarms)}: calibrate early."
        if alarms
        else ""
    )
    return Section("drift", title, (*((Text(told),) if told else ()), chart))
