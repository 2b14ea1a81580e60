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
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18)
_PAIRS = _DIGITS[::2]
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
    # One row per place: numbers of two digits fit into bytes, and bytes that follow each other are fast.
    places = np.ascontiguousarray(text.T)
    good = np.ones(len(text), dtype=bool)
    for place, sign in ((4, "-"), (7, "-"), (10, between), (13, ":"), (16, ":")):
        good &= places[place] == ord(sign)
    digits = places - np.uint8(ord("0"))
    for place in _DIGITS:
        good &= digits[place] <= 9
    century, year, month, day, hour, minute, second = (
        digits[place] * np.uint8(10) + digits[place + 1] for place in _PAIRS
    )
    good &= (century >= _FIRST // 100) & (century <= _LAST // 100)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    index = (century.astype(np.int32) - _FIRST // 100) * 1_000_000 + year.astype(np.int32) * 10_000
    index += month.astype(np.int32) * 100 + day
    days = _days()[np.where(good, index, 0)]
    good &= days != _NO_DAY
    if not good.any():
        return pl.repeat(None, len(text), dtype=pl.Datetime("us", "UTC"), eager=True)
    hours = days * 24 + hour
    if not good.all():
        hours[~good] = hours[good.argmax()]
    micros = _in_utc(hours, zone, good)
    micros += (minute.astype(np.int32) * 60 + second).astype(np.int64) * 1_000_000
    values = pl.Series(micros).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return values if good.all() else values.set(pl.Series(~good), None)


@lru_cache(maxsize=1)
def _days() -> NDArray[np.int32]:
    """Return the day since 1970 of every century, year, month and day, two digits of the index each; -1 where there is none."""
    table = np.full((_LAST // 100 - _FIRST // 100 + 1) * 1_000_000, _NO_DAY, dtype=np.int32)
    day = first = date(_FIRST, 1, 1)
    while day.year <= _LAST:
        index = (day.year - _FIRST // 100 * 100) * 10_000 + day.month * 100 + day.day
        table[index] = (day - first).days
        day += timedelta(days=1)
    return table


def _in_utc(hours: NDArray[np.int32], zone: ZoneInfo, good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return when wall-clock hours begin in UTC, in microseconds, and clear `good` for those in which the clocks change."""
    first = int(hours.min())
    seen = np.zeros(int(hours.max()) - first + 1, dtype=bool)
    seen[hours - first] = True
    begin = np.flatnonzero(seen) + first
    ahead = _ahead(begin, zone)
    same = (ahead == _ahead(begin + 1, zone)).fill_null(value=False)
    table, steady = np.zeros(len(seen), dtype=np.int64), np.zeros(len(seen), dtype=bool)
    table[begin - first] = begin * _HOUR - ahead.fill_null(0).to_numpy()
    steady[begin - first] = same.to_numpy()
    hours = hours - first
    good &= steady[hours]
    return table[hours]


def _ahead(hours: NDArray[np.int64], zone: ZoneInfo) -> pl.Series:
    wall = pl.Series(hours * _HOUR).cast(pl.Datetime("us"))
    there = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return wall.cast(pl.Int64) - there.dt.convert_time_zone("UTC").cast(pl.Int64)
