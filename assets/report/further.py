"""What else is told of outcomes: turnarounds, everything that no section of its own tells, and values of others.

Belongs here: those sections of the page of outcomes. Does not belong here: denials and first pass (`outcomes.py`), receivables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Fold, Link, Named, Note, Notes, Section, Table, Text
from assets.report.figures import Figure, reason
from assets.report.work import links_chart

if TYPE_CHECKING:
    from assets.report.blocks import Chart
    from assets.report.figures import Registry
    from assets.report.outcome_rows import Outcomes
    from assets.report.read import Published

Row = dict[str, Any]


def turnarounds_section(published: Published, registry: Registry) -> Section:
    """Return how long things take, open cases kept in."""
    rows = published.rows("durations", period_kind="90_days", group_kind="all")
    last = max((row["period"] for row in rows), default=None)
    told = []
    for row in sorted(
        (row for row in rows if row["period"] == last), key=lambda row: registry[row["definition_id"]].name
    ):
        within = row["share_within_target"]
        target = (
            f"{words.with_unit(row['target'], row['unit'])}: {words.percent(within)}"
            if row["target"] is not None and within is not None
            else "\N{EN DASH}"
        )
        told.append((Named(registry[row["definition_id"]], row["unit"]), _time(row, "median"), _time(row, "p90"), target,
                     f"{words.plural(row['n_cases'], 'case')}, {words.number(row['n_open'])} open"))  # fmt: skip
    text = "Open cases are kept in, so that what was never finished does not look fast."
    caption = f"Turnarounds, {words.period('90_days', last)}" if last else "Turnarounds"
    heads = (
        "Turnaround",
        "Half are done within",
        "Nine of ten are done within",
        "Done within target",
        "Cases",
    )
    return Section("turnarounds", "How long things take", (Text(text), Table(caption, heads, tuple(told))))


def _time(row: Row, name: str) -> Figure:
    value = row[name]
    why = reason(row["reason"]) if value is None else ""
    return Figure(
        row["definition_id"], "" if value is None else words.with_unit(value, row["unit"]), f"n {words.number(row['n_cases'])}" if value is not None else "",
        words.period(row["period_kind"], row["period"]), reason=why, value=value,
    )  # fmt: skip


def others_section(published: Published, outcomes: Outcomes, registry: Registry, told: set[str]) -> Section:
    """Return every outcome that no section has told, and the links of effort and outcome."""
    rows = outcomes.rest(told)
    table = Table(
        "Every other outcome, newest 90 days or newest day", ("Measure", "Value", "Period"),
        tuple((Named(registry[row["definition_id"]], words.unit_name(registry[row["definition_id"]].unit)), registry.figure(row), words.period(row["period_kind"], row["period"])) for row in rows),
    )  # fmt: skip
    chart: Chart | None = links_chart(published, registry)
    return Section("others", "Everything else", (*((chart,) if chart else ()), table))


def references_section(published: Published, registry: Registry) -> Section:
    """Return what others have published, with its source and what keeps it from being compared."""
    rows = published.rows("reference_values")
    text = "What others have published, with what keeps it from being compared. It is never a band, and nobody is measured against it."
    rows.sort(key=lambda row: (registry[row["metric"]].name, row["group_id"], row["year"], row["source"]))
    told = [
        (
            Named(registry[row["metric"]], row["group_id"]),
            _told(row, registry[row["metric"]].unit),
            f"{row['source']}, {row['year'] or 'year not told'}",
            row["caveat"],
        )
        for row in rows
    ]
    table = Table(
        "Values of others", ("Measure", "Value", "Source", "What keeps it from being compared"), tuple(told)
    )
    note = f"{registry['reference_values.cited'].name}: what they are"
    link = (
        Notes((Note("look", "Never a target.", Link(note, "definitions.html#reference_values.cited")),), ""),
    )
    known = "reference_values.cited" in registry
    fold = Fold(f"{words.plural(len(rows), 'value')} of others", (*(link if known else ()), table))
    return Section("references", "Values of others", (Text(text), fold))


def _told(row: Row, unit: str) -> str:
    """Return a published value, its range, or both."""
    low, high = (words.measured(row[name], unit) if row[name] is not None else "" for name in ("low", "high"))
    span = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
    if row["value"] is None:
        return span
    return words.measured(row["value"], unit) + (f" ({span})" if span else "")
