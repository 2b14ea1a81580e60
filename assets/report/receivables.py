"""What is told of receivables: days in A/R in every way, how much of it is old, and what becomes of it.

Belongs here: those sections of the page of outcomes. Does not belong here: denials and first pass (`outcomes.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.measures.registry import is_share
from assets.report import words
from assets.report.blocks import Section, Text
from assets.report.charts import Drawn, Point, lines, stacked
from assets.report.figures import Figure, newest
from assets.report.outcome_rows import latest, short

if TYPE_CHECKING:
    from assets.report.blocks import Chart
    from assets.report.figures import Registry
    from assets.report.outcome_rows import Outcomes

Row = dict[str, Any]
AGED = ("aged_ar.over_90_of_billed", "aged_ar.over_120_of_billed", "aged_ar.over_90_of_total")
DAYS = "days_in_ar."
MOVEMENT = {
    "aging_movement.paid": "Paid", "aging_movement.moved_to_patient": "Moved to the patient",
    "aging_movement.written_off": "Written off", "aging_movement.re_aged": "Aged anew",
}  # fmt: skip
GONE = "aging_movement.gone"
_DAYS_HOW = (
    "Receivables over average daily revenue, in every way that is in use. Gross and net should lie close together; where they do not, look at "
    "how credits and allowances are booked."
)
_AGED_HOW = "Share of the open dollars that is old, counted from the first bill; one day of each week."
_BUCKETS = ("unbilled", "0-30", "31-60", "61-90", "91-120", "120+")


def receivables_section(outcomes: Outcomes, registry: Registry) -> Section:
    """Return days in A/R in every way and how much of the receivables is old."""
    days = outcomes.named(DAYS)
    aged = [name for name in AGED if outcomes.of(name, "as_of")]
    charts = (
        _over_time("days-chart", "Days in A/R, variants", _DAYS_HOW, days, outcomes, registry),
        _over_time("aged-chart", "Aged A/R", _AGED_HOW, aged, outcomes, registry),
    )
    table = latest(outcomes, registry, [*days, *aged], "Receivables, newest day")
    return Section("receivables", "Receivables", (*(chart for chart in charts if chart), table))


def _over_time(  # noqa: PLR0913, PLR0917 - what a chart says, and where it is from
    chart_id: str, title: str, how: str, names: list[str], outcomes: Outcomes, registry: Registry
) -> Chart | None:
    beginning = title.partition(",")[0]
    labels = {
        name: words.sentence(short(registry[name].name).removeprefix(beginning).lstrip(" ,"))
        for name in names
    }
    points = outcomes.weekly(names, labels)
    if not points:
        return None
    definitions = tuple(registry[name] for name in names)
    drawn = Drawn(chart_id, title, how, points, definitions[0].unit, definitions)
    return lines(drawn, from_zero=is_share(drawn.unit))


def movement_section(outcomes: Outcomes, registry: Registry) -> Section:
    """Return what became of receivables of each age."""
    rows = [
        row
        for name in (*MOVEMENT, GONE)
        for row in newest(outcomes.of(name, "90_days", "bucket"), shown=True)
    ]
    found = {(row["definition_id"], row["group_id"]): row for row in rows}
    buckets = sorted(
        {row["group_id"] for row in rows},
        key=lambda name: (_BUCKETS.index(name) if name in _BUCKETS else len(_BUCKETS), name),
    )
    points: list[Point] = []
    for bucket in buckets:
        place = words.group("bucket", bucket)
        parts = [(label, found.get((name, bucket))) for name, label in MOVEMENT.items()]
        points += [
            Point(place, label, row["value"], registry.figure(row)) for label, row in parts if row is not None
        ]
        points += _remainder(place, found.get((GONE, bucket)), [row for _, row in parts])
    if not points:
        return Section("movement", "How receivables move", (Text("No movement between ages is published."),))
    definitions = tuple(registry[name] for name in (*MOVEMENT, GONE))
    drawn = Drawn(
        "movement-chart", "What became of receivables by age",
        f"From one snapshot to the next, of the dollars of each age; {words.period('90_days', rows[0]['period'])}. "
        "What is not in the bar stayed open or grew older.",
        tuple(points), "share", definitions, "Age",
    )  # fmt: skip
    return Section("movement", "How receivables move", (stacked(drawn),))


def _remainder(place: str, gone: Row | None, parts: list[Row | None]) -> list[Point]:
    """Return what left an age in none of the ways that have a definition; nothing unless every part is known."""
    known = [row["value"] for row in parts if row is not None and row["value"] is not None]
    if gone is None or gone["value"] is None or len(known) < len(MOVEMENT):
        return []
    # Shares of the same dollars; what is below a cent in a million is rounding.
    left = max(0.0, round(gone["value"] - sum(known), 8))
    figure = Figure(
        GONE, words.percent(left), window=words.period(gone["period_kind"], gone["period"]), value=left
    )
    return [Point(place, "Taken off by contract, or no posting says why", left, figure)]
