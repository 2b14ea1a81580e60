"""Values of X12 elements: text, exact amounts, dates and local times, each parsed once and remembered.

Belongs here: turning the text of one element into a value. Amounts are whole numbers of the last decimal place (cents,
thousandths) and moments are microseconds since 1970 UTC, because integers add and load fast and exactly.
Does not belong here: knowing which segment an element came from, or what a missing value means.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BLANK = " \t\r\n\x00\x1a"
"""Characters around segments and elements that carry nothing (0x1A ended files under DOS)."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_YEARS = range(1900, 2100)


def at(segment: list[str], position: int) -> str:
    """Return the element at the position (1 is the first after the segment id), trimmed; '' when absent."""
    return segment[position].strip(BLANK) if position < len(segment) else ""


def component(composite: list[str], position: int) -> str | None:
    """Return the component at the position from 1, or None when it is absent or empty."""
    return (composite[position - 1].strip(BLANK) or None) if position <= len(composite) else None


class Scaled(dict[str, "int | None"]):
    """Text to a whole number of the last of `places` decimals; None for text that is empty or no number."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, text: str) -> int | None:
        value: int | None = None
        if text.isascii() and _NUMBER.fullmatch(text):
            scaled = Decimal(text).scaleb(self._places).to_integral_value(ROUND_HALF_UP)
            value = int(scaled)
        self[text] = value
        return value


class Days(dict[str, "date | None"]):
    """CCYYMMDD (or YYMMDD, or the date part of CCYYMMDDHHMM) to a date of 1900 to 2099; None for anything else."""

    def __missing__(self, text: str) -> date | None:
        value: date | None = None
        if text.isascii() and text.isdigit() and len(text) in {6, 8, 12, 14}:
            digits = text if len(text) > 6 else f"{'20' if int(text[:2]) < 70 else '19'}{text}"
            try:
                value = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
            except ValueError:
                value = None
            if value is not None and value.year not in _YEARS:
                value = None
        self[text] = value
        return value

    def span(self, text: str) -> tuple[date | None, date | None]:
        """Return both ends of CCYYMMDD-CCYYMMDD; a single date is both ends."""
        first, dash, last = text.partition("-")
        start = self[first.strip(BLANK)]
        return start, (self[last.strip(BLANK)] if dash else start)


class Clock:
    """Local dates and times of the office to moments."""

    def __init__(self, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        self._days = Days()
        self._known: dict[tuple[str, str], tuple[int | None, bool]] = {}

    def moment(self, day_text: str, time_text: str) -> tuple[int | None, bool]:
        """Return microseconds since 1970 UTC, and whether the time was readable.

        Without a usable time the moment is midnight. A local time that occurs twice or not at all (daylight saving)
        gives the earliest of its two readings.
        """
        key = (day_text, time_text)
        if key not in self._known:
            self._known[key] = self._moment(day_text, time_text)
        return self._known[key]

    def _moment(self, day_text: str, time_text: str) -> tuple[int | None, bool]:
        day = self._days[day_text]
        if day is None:
            return None, False
        of_day, readable = time_of_day(time_text)
        readings = (datetime.combine(day, of_day, self._zone).replace(fold=fold) for fold in (0, 1))
        earliest = min(reading.astimezone(UTC) for reading in readings)
        return (earliest - _EPOCH) // _MICROSECOND, readable


def time_of_day(text: str) -> tuple[time, bool]:
    """Return HHMM, HHMMSS or HHMMSSDD as a time; midnight and False when it is none of them. Hundredths are dropped."""
    if not (text.isascii() and text.isdigit() and len(text) in {4, 6, 7, 8}):
        return time(0), not text
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0)), True
    except ValueError:
        return time(0), False
