"""Durations as reports write them: decimal hours, minutes, seconds, H:MM or H:MM:SS.

Belongs here: the spellings, by what the source declares. Does not belong here: which column is a duration. Every reader
raises `Unreadable`, whose sentence never repeats the cell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.intake.activity import SECOND
from assets.intake.cells import Unreadable, read_decimal

if TYPE_CHECKING:
    import polars as pl

NOT_DECLARED = (
    'the durations can be read in several ways: say how they are written, with formats = { active_s = "decimal_hours" } (2.5 '
    'is two and a half hours) or formats = { active_s = "h:mm" } in the source'
)
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_UNITS = {"decimal_hours": 3600, "decimal_minutes": 60, "seconds": 1}
_PLAIN = r"^(\d{1,5}:[0-5]\d:[0-5]\d|0+([.:]0+)?)$"
_LONGEST_S = 10_000 * 3600


def is_ambiguous(cells: pl.DataFrame) -> bool:
    """Whether a cell needs the source's word: everything but H:MM:SS, nothing and zero does."""
    return any(bool((~cells[name].str.contains(_PLAIN)).any()) for name in cells.columns)


def duration_of(text: str, declared: str) -> int:
    """Return microseconds; raises `Unreadable` for another format than the declared one, and for less than nothing.

    `declared` is one of decimal_hours, decimal_minutes, seconds, h:mm and m:ss, or empty; H:MM:SS and zero are always read.
    """
    found = _CLOCK.fullmatch(text)
    if found is not None:
        first, second, third = int(found[1]), int(found[2]), found[3]
        if third is not None:
            return (first * 3600 + second * 60 + int(third)) * SECOND
        units = {"h:mm": (3600, 60), "m:ss": (60, 1)}.get(declared)
        if units is None and (first or second):
            raise Unreadable("not a duration as the source declares it")
        return (first * units[0] + second * units[1]) * SECOND if units else 0
    value = read_decimal(text, currency=False)
    unit = _UNITS.get(declared)
    if unit is None and value:
        raise Unreadable("not a duration as the source declares it")
    seconds = value * (unit or 0)
    if not 0 <= seconds <= _LONGEST_S:
        raise Unreadable("a duration lies between nothing and ten thousand hours")
    return int(seconds * SECOND)
