"""One published number as the report shows it: value, definition, n, window, interval, people, or the reason why it is missing.

Belongs here: making a figure from a row. Does not belong here: where it stands (the modules of the pages) and how it looks (the
templates).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.report import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assets.report.read import Published

INTERVAL = "90 % interval"


@dataclass(frozen=True)
class Figure:
    """A number and everything that it must say of itself. Text is empty where the value is missing; then the reason says why."""

    definition: str
    text: str = ""
    n: str = ""
    window: str = ""
    interval: str = ""
    people: str = ""
    reason: str = ""
    value: float | None = None

    @property
    def said(self) -> str:
        """The same in one line, for a table that stands in for a chart."""
        notes = [
            self.n,
            f"{INTERVAL} {self.interval}" if self.interval else "",
            self.people,
        ]
        told = "; ".join(note for note in notes if note)
        return f"{self.text} ({told})" if self.text and told else self.text or f"Not shown: {self.reason}"


@dataclass(frozen=True)
class Definition:
    """A definition as a page names it. Unknown ones (of a table without the registry) are named by their id."""

    id: str
    name: str
    unit: str
    good: str
    method: str
    availability: str = "available"

    @property
    def direction(self) -> str:
        """Which way is better, in words."""
        return {"up": "more is better", "down": "less is better"}.get(
            self.good, "neither way is better by itself"
        )


class Registry:
    """The published definitions by id."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._known = {
            row["definition_id"]: Definition(
                row["definition_id"],
                row["name"],
                row["unit"],
                row["good"],
                row["method"],
                row["availability"] or "",
            )
            for row in rows
        }

    def __getitem__(self, definition_id: str) -> Definition:
        return self._known.get(definition_id) or Definition(
            definition_id, definition_id, "", "context", "statistic"
        )

    def __contains__(self, definition_id: object) -> bool:
        return definition_id in self._known

    def figure(self, row: Mapping[str, Any]) -> Figure:
        """Return the figure of a row of outcomes, effort or fairness."""
        definition = self[row["definition_id"]]
        value = row["value"]
        return Figure(
            definition=definition.id,
            text="" if value is None else words.measured(value, definition.unit),
            n=words.counted(row.get("numerator"), row.get("denominator"), definition.unit),
            window=words.period(row["period_kind"], row["period"]),
            interval=words.interval(row.get("low"), row.get("high"), definition.unit),
            people=words.people(row.get("contributors")),
            reason="" if value is not None else reason(row["reason"]),
            value=value,
        )


def registry(published: Published) -> Registry:
    """Return the published definitions."""
    return Registry(published.rows("definitions"))


def reason(told: str | None) -> str:
    """Return why a number is missing; a table that gives none says so."""
    return (told or "no reason is published").removeprefix("withheld: ")


def kind_of_reason(told: str) -> str:
    """Return the reason without the numbers of its cell, so that cells can be counted by it."""
    if re.match(r"\d+ % of the cohort has matured", told):
        return "too little of the cohort has matured"
    if re.match(r"\d+ of \d+ worked days seen", told):
        return "still learning: too few worked days seen"
    return told


def newest(rows: list[dict[str, Any]], *, shown: bool = False) -> list[dict[str, Any]]:
    """Return, per definition, the rows of its newest period; with `shown`, of the newest that shows any number."""
    last: dict[str, Any] = {}
    for row in rows:
        if not shown or row["value"] is not None:
            last[row["definition_id"]] = max(last.get(row["definition_id"], row["period"]), row["period"])
    return [row for row in rows if last.get(row["definition_id"]) == row["period"]]
