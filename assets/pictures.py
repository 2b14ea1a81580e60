"""Pictures for Dagster's pages: the bands of a version, and the drift of the weeks since.

Belongs here: two small charts as SVG inside Markdown. Does not belong here: the charts of the report (`report/charts.py`), which move,
and what stands in the tables.

Both show published quantities only: values of cells that are withheld are null in the tables already.
"""

from __future__ import annotations

import base64
import json
import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.words import COMPLEXITIES, LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

# Okabe and Ito's colours, and a shape each: told apart without seeing colours, too.
COLOURS, SHAPES = ("#0072B2", "#E69F00", "#CC79A7"), ("circle", "square", "diamond")
INTERVAL = {"type": "rule", "strokeWidth": 2, "opacity": 0.55}
POINT = {"type": "point", "filled": True, "size": 40, "opacity": 1}
# An image has no parts that a screen reader could visit; its title is the alternative text.
CONFIG = {
    "aria": False,
    "facet": {"spacing": 12},
    "axis": {"tickCount": 6},
    "title": {"anchor": "start", "fontSize": 12},
}
WEEKS = 26
NOTHING_DRAWN = "Nothing to draw yet: no value stands."


def bands_picture(bands: pl.DataFrame) -> str:
    """Return the bands of a version as Markdown with an image: three levels with their 90 % intervals per role and complexity.

    Of the stages the one with the most cells that have values is drawn; the table beside the picture has all of them.
    """
    rows = [row for row in bands.iter_rows(named=True) if row["acceptable"] is not None]
    if not rows:
        return NOTHING_DRAWN
    stages = [row["stage"] for row in rows]
    # Of equals the last, which is that of the people longest in their role.
    stage = max(reversed(dict.fromkeys(stages)), key=stages.count)
    values = [
        {
            "role": f"{words.role(row['role'])} ({row['unit']})", "complexity": row["complexity"], "level": level,
            "value": row[level], "low": row[f"{level}_low"], "high": row[f"{level}_high"],
        }
        for row in rows if row["stage"] == stage for level in LEVELS if row[level] is not None
    ]  # fmt: skip
    place = {"y": _field("complexity", COMPLEXITIES), "yOffset": _field("level", LEVELS)}
    interval = {"x": _value("low", "per friction-free active hour"), "x2": {"field": "high"}}
    cell = {
        "width": 420,
        "height": {"step": 8},
        "encoding": place | _told_apart("color", "level", LEVELS),
        "layer": [
            {"mark": INTERVAL, "encoding": interval},
            {"mark": POINT, "encoding": {"x": _value("value"), **_told_apart("shape", "level", LEVELS)}},
        ],
    }
    apart = {"scale": {"x": "independent", "y": "independent"}}
    spec = {"data": {"values": values}, "facet": {"row": _headed("role")}, "resolve": apart, "spec": cell}
    return _image(spec, f"Bands per role and complexity, {stage} days in the role, with 90 % intervals")


def drift_picture(rows: Sequence[dict[str, Any]]) -> str:
    """Return the newest weeks of bands.drift as Markdown with an image: the candidate's change per role and complexity, with its interval.

    A row has week, role, complexity, and change, change_low and change_high, which are logarithms of a ratio.
    """
    newest = sorted({row["week"] for row in rows})[-WEEKS:]
    told = [row for row in rows if row["change"] is not None and row["week"] in newest]
    if not told:
        return NOTHING_DRAWN
    shares = {"value": "change", "low": "change_low", "high": "change_high"}
    values = [
        {"week": row["week"].isoformat(), "role": words.role(row["role"]), "complexity": row["complexity"]}
        | {name: math.expm1(row[column]) for name, column in shares.items() if row[column] is not None}
        for row in told
    ]
    week = {"field": "week", "type": "ordinal", "title": "week that begins on", "axis": {"labelAngle": -45}}
    place = {"x": week, "xOffset": _field("complexity", COMPLEXITIES)}
    coloured = _told_apart("color", "complexity", COMPLEXITIES)
    shaped = _told_apart("shape", "complexity", COMPLEXITIES)
    interval = {"y": _value("low", "change", ".0%"), "y2": {"field": "high"}}
    cell = {
        "width": max(160, 42 * len({row["week"] for row in told})),
        "height": 90,
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"y": {"datum": 0}}},
            {"mark": INTERVAL, "encoding": place | coloured | interval},
            {"mark": POINT, "encoding": place | coloured | shaped | {"y": _value("value", form=".0%")}},
        ],
    }
    spec = {"data": {"values": values}, "facet": {"row": _headed("role")}, "spec": cell}
    return _image(spec, "Change of the acceptable band against the version in force, with 90 % intervals")


def _field(name: str, order: Sequence[str]) -> dict[str, Any]:
    return {"field": name, "type": "nominal", "sort": list(order), "title": None}


def _value(name: str, title: str | None = None, form: str = "") -> dict[str, Any]:
    axis = {"format": form} if form else {}
    return {"field": name, "type": "quantitative", "title": title, "scale": {"zero": False}, "axis": axis}


def _headed(name: str) -> dict[str, Any]:
    header = {"labelAngle": 0, "labelOrient": "top", "labelAnchor": "start", "labelFontWeight": "bold"}
    return {"field": name, "type": "nominal", "title": None, "header": header}


def _told_apart(channel: str, name: str, domain: Sequence[str]) -> dict[str, Any]:
    scale = {"domain": list(domain), "range": list(COLOURS if channel == "color" else SHAPES)}
    legend = {"title": None, "orient": "top"}
    return {channel: {"field": name, "type": "nominal", "legend": legend, "scale": scale}}


def _image(spec: dict[str, Any], title: str) -> str:
    svg: str = import_module("vl_convert").vegalite_to_svg(
        json.dumps(spec | {"title": title, "config": CONFIG})
    )  # 90 MB
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
