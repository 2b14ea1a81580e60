"""The page of outcomes: first pass, denials and the rest; variants side by side and never blended.

Belongs here: the page, and what it tells of first pass and denials. Does not belong here: receivables (`receivables.py`), turnarounds and
what else there is (`further.py`), people's work (`work.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Fold, Page, Section, Text
from assets.report.charts import Drawn, Point, bars, lines
from assets.report.figures import Figure, newest
from assets.report.further import others_section, references_section, turnarounds_section
from assets.report.outcome_rows import Outcomes, latest, short
from assets.report.receivables import AGED, DAYS, MOVEMENT, movement_section, receivables_section

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
DENIALS = "initial_denial_rate."
FUNNEL = (
    ("Edits", "clean_claim_rate.hfma"),
    ("Front end", "front_end_acceptance_rate.999_and_277ca"),
    ("Front end", "front_end_acceptance_rate.277ca"),
    ("Payer", "first_pass_yield.submitted"),
    ("Payer", "first_pass_yield.adjudicated"),
)


def outcomes_page(published: Published, registry: Registry) -> Page:
    """Return the page of outcomes."""
    outcomes = Outcomes(published, registry)
    told = {name for _, name in FUNNEL} | set(AGED) | set(MOVEMENT)
    told |= {*outcomes.named(DENIALS), *outcomes.named(DAYS)}
    sections = (
        _first_pass(outcomes, registry),
        _denials(outcomes, registry),
        _payers(outcomes, registry),
        receivables_section(outcomes, registry),
        movement_section(outcomes, registry),
        turnarounds_section(published, registry),
        others_section(published, outcomes, registry, told),
        references_section(published, registry),
    )
    return Page(
        "outcomes.html",
        "Outcomes",
        "How the revenue cycle does, for the office as a whole and per payer. Where the field counts in several ways, each way stands "
        "under a name of its own, and none of them is blended.",
        sections,
    )


def _first_pass(outcomes: Outcomes, registry: Registry) -> Section:
    text = (
        "Three gates that are often called by one name. A claim can pass the edits, be accepted at the front end and still be denied. "
        "Each gate has claims of its own below the line, so the bars are no shares of one another."
    )
    blocks: list[Any] = [Text(text)]
    points = []
    for gate, name in FUNNEL:
        figure = outcomes.figure_of(name, shown=True)
        if figure and figure.text:
            points.append(Point(f"{gate}: {short(registry[name].name)}", "Share", figure.value, figure))
    if points:
        how = "The newest 90 days whose cohort has matured; the period of each stands in the table."
        definitions = tuple(registry[name] for _, name in FUNNEL)
        drawn = Drawn(
            "funnel-chart", "First pass, gate by gate", how, tuple(points), "share", definitions, "Gate"
        )
        blocks.append(bars(drawn))
    blocks.append(latest(outcomes, registry, [name for _, name in FUNNEL], "First pass, newest 90 days"))
    return Section("first-pass", "First pass", tuple(blocks))


def _denials(outcomes: Outcomes, registry: Registry) -> Section:
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


def _payers(outcomes: Outcomes, registry: Registry) -> Section:
    text = "Which payers the denied claims come from, largest first; the share in brackets adds them up. Root causes per payer are not published."
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
