"""The page of outcomes: first pass, denials and the rest; variants side by side and never blended.

Belongs here: the page, and what it tells of first pass. Does not belong here: denials (`denials.py`), receivables (`receivables.py`),
turnarounds and what else there is (`further.py`), people's work (`work.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report.blocks import Page, Section, Text
from assets.report.charts import Drawn, Point, bars
from assets.report.denials import DENIALS, UNMAPPED, causes_section, denials_section, payers_section
from assets.report.further import others_section, references_section, turnarounds_section
from assets.report.outcome_rows import Outcomes, latest, short
from assets.report.receivables import AGED, DAYS, MOVEMENT, movement_section, receivables_section

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

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
    told |= {*outcomes.named(DENIALS), *outcomes.named(DAYS), *UNMAPPED}
    sections = (
        _first_pass(outcomes, registry),
        denials_section(outcomes, registry),
        causes_section(published, outcomes, registry),
        payers_section(outcomes, registry),
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
