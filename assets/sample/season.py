"""The calendar of the sample office: working days, the week's and the year's rhythm, and clock text.

Belongs here: what depends on the date alone. Does not belong here: people, claims or anything drawn at random.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

DOW_RATE = (1.03, 1.02, 1.0, 0.99, 0.96, 1.0, 1.0)
"""Speed of work by weekday, Monday first; the mean of Monday to Friday is 1."""

MONTH_RATE = (0.95, 0.98, 1.0, 1.02, 1.03, 1.03, 1.0, 0.98, 1.01, 1.03, 1.01, 0.96)
"""Speed of work by month; the mean over the year is 1."""

DOW_VOLUME = (1.08, 1.05, 1.0, 0.97, 0.90, 0.10, 0.06)
MONTH_VOLUME = (1.06, 1.03, 1.0, 0.99, 0.98, 0.96, 0.94, 0.97, 0.99, 1.01, 1.02, 1.05)
_FIXED_HOLIDAYS = {(1, 1), (7, 4), (12, 25)}

CLOCK: tuple[str, ...] = tuple(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400))
"""Clock text of every second of a day: formatting by look-up is several times faster than by arithmetic."""


@cache
def day_of(ordinal: int) -> date:
    """Return the date of a proleptic ordinal."""
    return date.fromordinal(ordinal)


@cache
def iso(ordinal: int) -> str:
    """Return YYYY-MM-DD."""
    return day_of(ordinal).isoformat()


@cache
def compact(ordinal: int) -> str:
    """Return YYYYMMDD."""
    return day_of(ordinal).strftime("%Y%m%d")


def stamp(ordinal: int, second: int) -> str:
    """Return local date and time as exports carry it: no zone."""
    return f"{iso(ordinal)} {CLOCK[second]}"


@cache
def is_workday(ordinal: int) -> bool:
    """Say whether the office is staffed: Monday to Friday, without the holidays of the United States."""
    day = day_of(ordinal)
    if day.weekday() > 4 or (day.month, day.day) in _FIXED_HOLIDAYS:
        return False
    last_monday_of_may = day.month == 5 and day.weekday() == 0 and (day + timedelta(days=7)).month == 6
    labor_day = day.month == 9 and day.weekday() == 0 and day.day <= 7
    thanksgiving = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    return not (last_monday_of_may or labor_day or thanksgiving)


@cache
def next_workday(ordinal: int, count: int = 1) -> int:
    """Return the `count`-th working day after a day."""
    while count > 0:
        ordinal += 1
        count -= is_workday(ordinal)
    return ordinal


@cache
def rate_index(ordinal: int) -> float:
    """Return how fast everybody works on a day: weekday index times season index."""
    day = day_of(ordinal)
    return DOW_RATE[day.weekday()] * MONTH_RATE[day.month - 1]


@cache
def volume_index(ordinal: int) -> float:
    """Return how many patients come on a day, relative to an ordinary weekday."""
    day = day_of(ordinal)
    return DOW_VOLUME[day.weekday()] * MONTH_VOLUME[day.month - 1]


@cache
def utc_offset(ordinal: int) -> int:
    """Return the seconds to add to Chicago clock time to get UTC (daylight saving by the rule since 2007)."""
    day = day_of(ordinal)
    march = date(day.year, 3, 8)
    begins = march + timedelta(days=(6 - march.weekday()) % 7)
    november = date(day.year, 11, 1)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    return 5 * 3600 if begins <= day < ends else 6 * 3600
