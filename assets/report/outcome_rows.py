"""The published outcomes as the pages ask for them: over time, newest, and the newest that is complete.

Belongs here: choosing rows of `outcomes`. Does not belong here: what is said about them (`outcomes.py`, `receivables.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report.blocks import Named, Table
from assets.report.charts import Point
from assets.report.figures import newest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.report.figures import Figure, Registry
    from assets.report.read import Published

Row = dict[str, Any]


class Outcomes:
    """The rows of outcomes as the sections ask for them."""

    def __init__(self, published: Published, registry: Registry) -> None:
        self._rows = published.rows("outcomes")
        self._registry = registry
        self._by_kind: dict[tuple[str, str, str], list[Row]] = {}
        for row in sorted(self._rows, key=lambda row: (row["period"], row["group_id"])):
            self._by_kind.setdefault(
                (row["definition_id"], row["period_kind"], row["group_kind"]), []
            ).append(row)

    def named(self, prefix: str) -> list[str]:
        """Return the definitions whose id begins so."""
        return sorted({row["definition_id"] for row in self._rows if row["definition_id"].startswith(prefix)})

    def of(self, name: str, period_kind: str, group_kind: str = "all") -> list[Row]:
        """Return the rows of a definition in the order of time."""
        return self._by_kind.get((name, period_kind, group_kind), [])

    def points(
        self, names: Iterable[str], period_kind: str, label: dict[str, str] | None = None
    ) -> tuple[Point, ...]:
        """Return definitions as series over time."""
        return tuple(
            Point(
                row["period"],
                (label or {}).get(name, self._registry[name].name),
                row["value"],
                self._registry.figure(row),
            )
            for name in names
            for row in self.of(name, period_kind)
        )

    def weekly(self, names: Iterable[str], label: dict[str, str] | None = None) -> tuple[Point, ...]:
        """Return stocks as series, one day of each week: the last on which they were taken."""
        points: dict[tuple[str, tuple[int, int]], Point] = {}
        for point in self.points(names, "as_of", label):
            week = point.place.isocalendar()[:2] if not isinstance(point.place, str) else (0, 0)
            points[point.series, week] = point
        return tuple(points.values())

    def figure_of(self, name: str, *, shown: bool = False) -> Figure | None:
        """Return the newest figure of the whole office: of 90 days, else the state of the newest day."""
        for kind in ("90_days", "as_of"):
            rows = newest(self.of(name, kind), shown=shown)
            if rows:
                return self._registry.figure(rows[0])
        return None

    def rest(self, told: set[str]) -> list[Row]:
        """Return the newest row of every definition that no section has told."""
        rows = [
            row for row in self._rows
            if row["group_kind"] == "all" and row["period_kind"] in {"90_days", "as_of"} and row["definition_id"] not in told
        ]  # fmt: skip
        return sorted(newest(rows), key=lambda row: self._registry[row["definition_id"]].name)


def latest(outcomes: Outcomes, registry: Registry, names: Iterable[str], caption: str) -> Table:
    """Return definitions with their newest figure, and where that is withheld the newest that is not."""
    rows = []
    for name in names:
        figure, shown = outcomes.figure_of(name), outcomes.figure_of(name, shown=True)
        if figure is None:
            continue
        # The complete one has a period of its own, so it says it.
        before: Any = (
            replace(shown, n=f"{shown.n}; {shown.window}") if shown and not figure.text else "\N{EN DASH}"
        )
        rows.append((Named(registry[name], registry[name].direction), figure, figure.window, before))
    heads = ("Measure", "Value", "Period", "Newest that is complete")
    if all(row[3] == "\N{EN DASH}" for row in rows):
        return Table(caption, heads[:3], tuple(row[:3] for row in rows))
    return Table(caption, heads, tuple(rows))


def short(name: str) -> str:
    """Return a name for a chart without what only its definition has to say."""
    return (
        name.removesuffix(" (HFMA-aligned)")
        .replace("Front-end", "front-end")
        .replace("First-pass", "first-pass")
        .replace("Clean", "clean")
    )
