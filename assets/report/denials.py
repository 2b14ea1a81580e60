"""What is told of denials: the rate in every way, the root causes, and the payers they come from.

Belongs here: those sections of the page of outcomes. Does not belong here: first pass (`outcomes.py`), what denials cost in people's time
(`work.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Fold, Section, Table, Text
from assets.report.charts import Drawn, Point, bars, lines
from assets.report.figures import Figure, newest, reason
from assets.report.outcome_rows import latest, short

if TYPE_CHECKING:
    from assets.report.blocks import Chart
    from assets.report.figures import Registry
    from assets.report.outcome_rows import Outcomes
    from assets.report.read import Published

Row = dict[str, Any]
DENIALS = "initial_denial_rate."
UNMAPPED = ("unmapped_denials.lines", "unmapped_denials.dollars")
CAUSES = (
    ("denial_causes.lines", "denied lines", "causes-lines"),
    ("denial_causes.dollars", "denied charges in USD", "causes-dollars"),
)


def denials_section(outcomes: Outcomes, registry: Registry) -> Section:
    """Return the initial denial rate in every way, newest and by month."""
    names = outcomes.named(DENIALS)
    if not names:
        return Section("denials", "Initial denials", (Text("No denial rate is published."),))
    found = [(name, outcomes.figure_of(name, shown=True)) for name in names]
    points = tuple(
        Point(_variant(registry[name].name), "Share", figure.value, figure)
        for name, figure in found
        if figure and figure.text
    )
    definitions = tuple(registry[name] for name in names)
    how = "The newest complete 90 days, counted in every way that is in use. Never compare one variant with another office's other variant."
    drawn = Drawn(
        "denials-chart",
        "Initial denial rate, variants side by side",
        how,
        points,
        "share",
        definitions,
        "Variant",
    )
    trend = Drawn(
        "denials-trend", "Initial denial rate by month", "Months whose claims have not matured are withheld.",
        outcomes.points(names, "month", {name: _variant(registry[name].name) for name in names}), "share", definitions, "Month", words.month,
    )  # fmt: skip
    blocks = (
        *((bars(drawn),) if points else ()),
        *((lines(trend),) if any(point.value is not None for point in trend.points) else ()),
        Fold(
            "The variants in full",
            (latest(outcomes, registry, names, "Initial denial rate, newest 90 days"),),
        ),
    )
    return Section("denials", "Initial denials", blocks)


def _variant(name: str) -> str:
    return words.sentence(short(name).removeprefix("Initial denial rate").lstrip(" ,")) or name


def causes_section(published: Published, outcomes: Outcomes, registry: Registry) -> Section:
    """Return what the denials of the last 90 days were denied for, in lines and in dollars, largest first."""
    title = "Denials by root cause"
    rows = published.rows("denial_causes")
    if not rows:
        return Section("causes", title, (Text("No denials by root cause are published."),))
    blocks: list[Any] = [
        Text(
            "What the denied lines were denied for, by the reason code that weighs most. The first few causes are where prevention pays; "
            "the share in brackets adds them up. Every denial counts, so this is wider than the initial denial rate."
        )
    ]
    for name, unit, chart_id in CAUSES:
        mine = sorted((row for row in rows if row["definition_id"] == name), key=lambda row: row["place"])
        shown = [row for row in mine if row["numerator"] is not None]
        if shown:
            blocks.append(_pareto(chart_id, name, unit, shown, registry))
        elif mine:
            blocks.append(Text(f"{registry[name].name} are not shown: {reason(mine[0]['reason'])}."))
    if any(row["root_cause"] == "other" and row["numerator"] is not None for row in rows):
        n = max(row["n_causes"] for row in rows if row["root_cause"] == "other")
        blocks.append(
            Text(
                f"{words.plural(n, 'cause')} of few lines are told together, so that no single case is told."
            )
        )
    blocks.append(_unmapped(outcomes, registry))
    return Section("causes", title, tuple(blocks))


def _pareto(chart_id: str, name: str, unit: str, rows: list[Row], registry: Registry) -> Chart:
    notes = {
        words.cause(row["root_cause"]): f" ({words.percent(row['cumulative_share'], 2)})" for row in rows
    }
    points = tuple(
        Point(words.cause(row["root_cause"]), unit.capitalize(), float(row["numerator"]), _of_cause(row, registry))
        for row in rows
    )  # fmt: skip
    how = f"{words.sentence(words.period(rows[0]['period_kind'], rows[0]['period']))}. In brackets: this cause and the larger ones together."
    drawn = Drawn(chart_id, f"Root causes by {unit}", how, points, unit, (registry[name],), "Root cause")
    return bars(drawn, notes)


def _of_cause(row: Row, registry: Registry) -> Figure:
    share = registry.figure(row)
    so_far = f"{words.percent(row['cumulative_share'])} up to here"
    return replace(share, text=words.number(row["numerator"]), n=f"{share.text} of {words.number(row['denominator'])}; {so_far}")  # fmt: skip


def _unmapped(outcomes: Outcomes, registry: Registry) -> Any:
    table = latest(outcomes, registry, UNMAPPED, "How far the causes can be trusted: denials whose code no rule knows")  # fmt: skip
    return table if table.rows else Text("How many denials have no root cause is not published.")


def payers_section(outcomes: Outcomes, registry: Registry) -> Section:
    """Return which payers the denied claims and dollars come from, and how many of their denials have no root cause."""
    text = "Which payers the denied claims come from, largest first; the share in brackets adds them up."
    blocks: list[Any] = [Text(text)]
    for name, unit, chart_id in (
        (f"{DENIALS}claims", "denied claims", "payers-claims"),
        (f"{DENIALS}dollars", "denied charges in USD", "payers-dollars"),
    ):
        rows = [
            row
            for row in newest(outcomes.of(name, "90_days", "payer"), shown=True)
            if row["numerator"] is not None
        ]
        rows.sort(key=lambda row: (-row["numerator"], row["group_id"]))
        total = sum(float(row["numerator"]) for row in rows)
        if not total:
            continue
        so_far, notes = 0.0, {}
        for row in rows:
            so_far += float(row["numerator"])
            notes[row["group_id"]] = f" ({words.percent(so_far / total, 2)})"
        points = tuple(
            Point(row["group_id"], unit.capitalize(), float(row["numerator"]), _of_payer(row, registry))
            for row in rows
        )
        how = f"{words.sentence(words.period('90_days', rows[0]['period']))}. The table also gives each payer's own rate."
        drawn = Drawn(chart_id, f"Payers by {unit}", how, points, unit, (registry[name],), "Payer")
        blocks.append(bars(drawn, notes))
    unmapped = _unmapped_by_payer(outcomes, registry)
    if unmapped.rows:
        blocks.append(Fold("Denials without a root cause, by payer", (unmapped,)))
    if len(blocks) == 1:
        blocks.append(Text("No denials by payer are published."))
    return Section("payers", "Denials by payer", tuple(blocks))


def _of_payer(row: Row, registry: Registry) -> Figure:
    rate = registry.figure(row)
    return Figure(
        rate.definition,
        words.number(row["numerator"]),
        f"rate {rate.text}, {rate.n}",
        rate.window,
        value=float(row["numerator"]),
    )


def _unmapped_by_payer(outcomes: Outcomes, registry: Registry) -> Table:
    found: dict[str, dict[str, Row]] = {}
    for name in UNMAPPED:
        for row in newest(outcomes.of(name, "90_days", "payer"), shown=True):
            found.setdefault(row["group_id"], {})[name] = row
    rows = tuple(
        (payer, *(registry.figure(mine[name]) if name in mine else "\N{EN DASH}" for name in UNMAPPED))
        for payer, mine in sorted(found.items())
    )
    period = next((row["period"] for mine in found.values() for row in mine.values()), None)
    caption = (
        f"Denials without a root cause, {words.period('90_days', period)}"
        if period
        else "Denials without a root cause"
    )
    return Table(caption, ("Payer", "Of the denied lines", "Of the denied charges"), rows)
