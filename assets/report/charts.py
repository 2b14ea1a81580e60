"""Charts as Vega-Lite specifications, made with Altair from the points that also stand in the table beside them.

Belongs here: the few shapes of charts that the report knows. Does not belong here: colours (`static/charts.js` takes them from the
style sheet, so that they follow light and dark) and what is drawn (the modules of the pages).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import altair as alt

from assets.measures.registry import is_share
from assets.report import words
from assets.report.blocks import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assets.report.figures import Definition, Figure

Place = date | str
ROW = 22
"""Height in pixels of one line of a chart with lines of text at its side."""
_HEIGHT = 240
_PERCENT = ".3~%"


@dataclass(frozen=True)
class Point:
    """A number at a place (a day, or a name) of a series; value, low and high as they are drawn; the figure says them in full."""

    place: Place
    series: str
    value: float | None
    figure: Figure | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Drawn:
    """What a chart is to show, whatever its shape: title, how to read it, its points, and the unit of the values."""

    id: str
    title: str
    how: str
    points: tuple[Point, ...]
    unit: str
    definitions: tuple[Definition, ...] = ()
    place: str = "Day"
    say: Callable[[date], str] = words.day


def _axis(drawn: Drawn, **more: Any) -> alt.Axis:
    if is_share(drawn.unit):
        return alt.Axis(format=_PERCENT, **more)
    return alt.Axis(**more)


def _days(drawn: Drawn) -> alt.Axis:
    """Return the axis of days; where every place is a month, months are its ticks, about six of them."""
    days = [
        point.place for point in drawn.points if isinstance(point.place, date) and point.value is not None
    ]
    if not days or any(day.day != 1 for day in days):
        return alt.Axis(labelOverlap="greedy", tickCount=6, grid=False)
    first, last = min(days), max(days)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    ticks = alt.TimeIntervalStep(interval="month", step=-(-months // 6))
    return alt.Axis(labelOverlap="greedy", tickCount=ticks, format="%b %Y", grid=False)


def _title(drawn: Drawn) -> str:
    # The labels of a share carry the sign already.
    return "" if is_share(drawn.unit) else words.sentence(drawn.unit)


def _names(points: Iterable[Point], name: str) -> list[str]:
    return list(dict.fromkeys(str(getattr(point, name)) for point in points))


def _data(rows: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _values(drawn: Drawn, say: Callable[[Place], str]) -> alt.Data:
    rows = []
    for point in drawn.points:
        if point.value is None:
            continue
        row: dict[str, Any] = {
            "place": point.place.isoformat() if isinstance(point.place, date) else point.place,
            "series": point.series,
            "value": words.rounded(point.value),
            "said": f"{say(point.place)}, {point.series}: {point.figure.said if point.figure else words.with_unit(point.value, drawn.unit)}",
        }
        if point.low is not None and point.high is not None:
            row |= {"low": words.rounded(point.low), "high": words.rounded(point.high)}
        rows.append(row)
    return _data(rows)


def _finished(drawn: Drawn, chart: alt.TopLevelMixin, say: Callable[[Place], str]) -> Chart:
    # The tests hold every specification against the schema; each run would pay a second for it again.
    spec = chart.to_dict(validate=False)
    # The address of the schema would be the only one in the site, and a default size is no help on a phone.
    for name in ("$schema", "config"):
        spec.pop(name, None)
    return Chart(drawn.id, drawn.title, drawn.how, spec, as_table(drawn, say), drawn.definitions)


def as_table(drawn: Drawn, say: Callable[[Place], str]) -> Table:
    """Return the same numbers as a table: places down, series across."""
    series = _names(drawn.points, "series")
    cells = {(point.place, point.series): point for point in drawn.points}
    rows = [
        (say(place), *(_cell(cells.get((place, name)), drawn.unit) for name in series))
        for place in dict.fromkeys(point.place for point in drawn.points)
    ]
    caption = f"{drawn.title}, in {words.unit_name(drawn.unit)}"
    return Table(caption, (drawn.place, *series), tuple(rows))


def _cell(point: Point | None, unit: str) -> Any:
    if point is None:
        return "\N{EN DASH}"
    if point.figure is not None:
        return point.figure
    return "\N{EN DASH}" if point.value is None else words.measured(point.value, unit)


def _colour(drawn: Drawn, *, legend: bool = True, colours: tuple[str, ...] = ()) -> alt.Color:
    shown = alt.Legend(title=None, orient="top") if legend else None
    domain = _names(drawn.points, "series")
    scale = alt.Scale(domain=domain, range=list(colours)) if colours else alt.Scale(domain=domain)
    return alt.Color("series:N", scale=scale, legend=shown)


def _shape(drawn: Drawn) -> alt.Shape:
    # The same domain as that of the colour makes one legend of both: whoever sees no colour tells the series by their marks.
    domain = _names(drawn.points, "series")
    return alt.Shape("series:N", scale=alt.Scale(domain=domain), legend=alt.Legend(title=None, orient="top"))


def lines(drawn: Drawn, *, from_zero: bool = False) -> Chart:
    """Return series over days: a line and marks each."""

    def say(place: Place) -> str:
        return drawn.say(place) if isinstance(place, date) else place

    several = len(_names(drawn.points, "series")) > 1
    base = alt.Chart(_values(drawn, say)).encode(
        # A day without a time is midnight UTC: in any other zone its tick would stand beside its mark.
        x=alt.X("place:T", title=None, axis=_days(drawn), scale=alt.Scale(type="utc")),
        y=alt.Y(
            "value:Q",
            title=_title(drawn),
            axis=_axis(drawn, tickCount=5),
            scale=alt.Scale(zero=from_zero, padding=0 if from_zero else 8),
        ),
        color=_colour(drawn, legend=several),
        tooltip="said:N",
    )
    marks = base.mark_point(filled=True, size=34, opacity=1)
    if several:
        marks = marks.encode(shape=_shape(drawn))
    return _finished(
        drawn, alt.layer(base.mark_line(), marks).properties(width="container", height=_HEIGHT), say
    )


def ordered_lines(drawn: Drawn, *, base_line: float | None = None) -> Chart:
    """Return series over named places in their order (months of the year, stages), with intervals where there are any."""
    order = _names(drawn.points, "place")
    several = len(_names(drawn.points, "series")) > 1
    base = alt.Chart(_values(drawn, str)).encode(
        x=alt.X("place:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
        y=alt.Y(
            "value:Q",
            title=_title(drawn),
            axis=_axis(drawn, tickCount=5),
            scale=alt.Scale(zero=False, padding=8),
        ),
        color=_colour(drawn, legend=several),
        tooltip="said:N",
    )
    marks = base.mark_point(filled=True, size=44, opacity=1)
    if several:
        marks = marks.encode(
            shape=_shape(drawn), xOffset=alt.XOffset("series:N", sort=_names(drawn.points, "series"))
        )
        base = base.encode(xOffset=alt.XOffset("series:N", sort=_names(drawn.points, "series")))
    layers: list[Any] = [marks]
    if any(point.low is not None for point in drawn.points):
        layers.insert(
            0,
            base.mark_rule(strokeWidth=2, opacity=0.6).encode(
                y=alt.Y("low:Q", title=_title(drawn)), y2="high:Q"
            ),
        )
    elif not several:
        layers.insert(0, base.mark_line())
    if base_line is not None:
        rule = alt.Chart(_data([{"at": base_line}])).mark_rule(strokeDash=[4, 4], opacity=0.7)
        layers.insert(0, rule.encode(y=alt.Y("at:Q", title=_title(drawn))))
    return _finished(drawn, alt.layer(*layers).properties(width="container", height=_HEIGHT), str)


def intervals(drawn: Drawn, *, zero_line: bool = False) -> Chart:
    """Return values with their intervals, a line of the chart per place, the series above one another."""
    order, series = _names(drawn.points, "place"), _names(drawn.points, "series")
    base = alt.Chart(_values(drawn, str)).encode(
        y=alt.Y("place:N", sort=order, title=None, axis=alt.Axis(grid=True)),
        yOffset=alt.YOffset("series:N", sort=series),
        color=_colour(drawn),
        tooltip="said:N",
    )
    rules = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", title=_title(drawn), axis=_axis(drawn), scale=alt.Scale(zero=False)), x2="high:Q"
    )
    layers: list[Any] = [
        rules,
        base.mark_point(filled=True, size=60, opacity=1).encode(x="value:Q", shape=_shape(drawn)),
    ]
    if zero_line:
        rule = alt.Chart(_data([{"at": 0}])).mark_rule(strokeDash=[4, 4], opacity=0.7)
        layers.insert(0, rule.encode(x=alt.X("at:Q", title=_title(drawn))))
    height = max(120, len(order) * max(26, 11 * len(series)))
    return _finished(drawn, alt.layer(*layers).properties(width="container", height=height), str)


def bars(drawn: Drawn, notes: dict[str, str] | None = None) -> Chart:
    """Return one bar per place with its number written at its end, and after it what `notes` says of the place."""
    order = _names(drawn.points, "place")
    data = _values(drawn, str)
    for row in data.values:
        row["label"] = words.measured(row["value"], drawn.unit) + (notes or {}).get(row["place"], "")
    # The label needs room at the right end of the longest bar.
    largest = max((point.value or 0 for point in drawn.points), default=0)
    reach = largest * (1.55 if notes else 1.3)
    whole = is_share(drawn.unit) and largest > 0.5
    base = alt.Chart(data).encode(
        y=alt.Y("place:N", sort=order, title=None),
        x=alt.X(
            "value:Q", title=_title(drawn), axis=_axis(drawn, **({"values": [0, 0.25, 0.5, 0.75, 1]} if whole else {"tickCount": 5})),
            scale=alt.Scale(domain=[0, words.rounded(reach)]) if reach else alt.Undefined,
        ),
        tooltip="said:N",
    )  # fmt: skip
    text = base.mark_text(align="left", dx=5).encode(text="label:N")
    height = max(70, len(order) * (ROW + 8))
    return _finished(
        drawn, alt.layer(base.mark_bar(), text).properties(width="container", height=height), str
    )


def stacked(drawn: Drawn, colours: tuple[str, ...] = ()) -> Chart:
    """Return a bar per place that is made of the series; `colours` are names of the style sheet's, where the series have a meaning."""
    order, series = _names(drawn.points, "place"), _names(drawn.points, "series")
    data = _values(drawn, str)
    for row in data.values:
        row["order"] = series.index(row["series"])
    chart = alt.Chart(data).mark_bar().encode(
        y=alt.Y("place:N", sort=order, title=None),
        x=alt.X("value:Q", title=_title(drawn), axis=_axis(drawn, tickCount=5), stack="zero"),
        color=_colour(drawn, colours=colours),
        order=alt.Order("order:Q"),
        tooltip="said:N",
    )  # fmt: skip
    height = max(80, len(order) * (ROW + 8))
    return _finished(drawn, chart.properties(width="container", height=height), str)
