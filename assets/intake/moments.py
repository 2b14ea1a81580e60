"""Times as databases write them, `2026-03-02 14:05:09`, a whole column at once: digits of fixed places, and a table of days.

Belongs here: that one spelling, with a blank or a T. Does not belong here: other spellings (`quick.py`, `cells.py`); what
is left null here goes to them, so that this is a subset of what they read, with the same result.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

WORTH_IT = 10_000
"""Cells from which the fixed cost of this road is paid for."""
_WIDTH = 19
_DIGITS = {
    "year": (0, 4),
    "month": (5, 7),
    "day": (8, 10),
    "hour": (11, 13),
    "minute": (14, 16),
    "second": (17, 19),
}
_FIRST, _LAST = 1970, 2036
_NO_DAY = -1
_HOUR = 3_600_000_000


def read_fixed(cells: pl.Series, zone: ZoneInfo, between: str) -> pl.Series:
    """Return the cells as points in time in UTC, of wall-clock times of the zone with `between` between date and time of day.

    Null for every other cell, and for those whose hour the clocks change in.
    """
    fits = (cells.str.len_bytes() == _WIDTH).fill_null(value=False)
    whole = fits.all()
    taken = cells if whole else cells.filter(fits)
    found = _micros(_matrix(taken), zone, between)
    if whole:
        return found.alias(cells.name)
    places = fits.arg_true()
    return pl.repeat(None, len(cells), dtype=found.dtype, eager=True).scatter(places, found).alias(cells.name)


def _matrix(cells: pl.Series) -> NDArray[np.uint8]:
    """Return the bytes of cells of one length, a row for each."""
    array = cells.cast(pl.Binary).to_arrow()
    data = array.buffers()[2]
    if data is None:
        return np.zeros((0, _WIDTH), dtype=np.uint8)
    begin = array.offset * _WIDTH
    flat = np.frombuffer(data, dtype=np.uint8)
    return flat[begin : begin + len(cells) * _WIDTH].reshape(-1, _WIDTH)


def _micros(text: NDArray[np.uint8], zone: ZoneInfo, between: str) -> pl.Series:
    good = np.ones(len(text), dtype=bool)
    for place, sign in ((4, "-"), (7, "-"), (10, between), (13, ":"), (16, ":")):
        good &= text[:, place] == ord(sign)
    part = {name: _number(text, *span, good) for name, span in _DIGITS.items()}
    good &= (part["year"] >= _FIRST) & (part["year"] <= _LAST)
    good &= (part["hour"] < 24) & (part["minute"] < 60) & (part["second"] < 60)
    index = ((part["year"] - _FIRST) * 100 + part["month"]) * 100 + part["day"]
    days = _days()[np.where(good, index, 0)]
    good &= days != _NO_DAY
    hours = days * 24 + part["hour"]
    if not good.any():
        return pl.repeat(None, len(text), dtype=pl.Datetime("us", "UTC"), eager=True)
    hours[~good] = hours[good.argmax()]
    offsets, steady = _offsets(hours, zone)
    seconds = part["minute"] * 60 + part["second"]
    micros = hours * _HOUR + seconds * np.int64(1_000_000) - offsets
    good &= steady
    values = pl.Series(micros).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return values if good.all() else values.set(pl.Series(~good), None)


def _number(text: NDArray[np.uint8], begin: int, end: int, good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the number that the digits from `begin` to `end` make, and clear `good` where one is no digit."""
    value = np.zeros(len(text), dtype=np.int64)
    for place in range(begin, end):
        digit = text[:, place] - np.uint8(ord("0"))
        good &= digit <= 9
        value *= 10
        value += digit
    return value


@lru_cache(maxsize=1)
def _days() -> NDArray[np.int64]:
    """Return the day since 1970 of every year, month and day, each two digits of the index; -1 for those that do not exist."""
    table = np.full((_LAST - _FIRST + 1) * 10_000, _NO_DAY, dtype=np.int64)
    day = first = date(_FIRST, 1, 1)
    while day.year <= _LAST:
        table[((day.year - _FIRST) * 100 + day.month) * 100 + day.day] = (day - first).days
        day += timedelta(days=1)
    return table


def _offsets(hours: NDArray[np.int64], zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return how far the zone is ahead of UTC in each wall-clock hour, in microseconds, and whether that holds all hour long."""
    first = int(hours.min())
    seen = np.zeros(int(hours.max()) - first + 1, dtype=bool)
    seen[hours - first] = True
    begin = np.flatnonzero(seen) + first
    at_begin, at_end = _ahead(begin, zone), _ahead(begin + 1, zone)
    same = (at_begin == at_end).fill_null(value=False)
    table, steady = np.zeros(len(seen), dtype=np.int64), np.zeros(len(seen), dtype=bool)
    table[begin - first] = at_begin.fill_null(0).to_numpy()
    steady[begin - first] = same.to_numpy()
    return table[hours - first], steady[hours - first]


def _ahead(hours: NDArray[np.int64], zone: ZoneInfo) -> pl.Series:
    wall = pl.Series(hours * _HOUR).cast(pl.Datetime("us"))
    there = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return wall.cast(pl.Int64) - there.dt.convert_time_zone("UTC").cast(pl.Int64)
