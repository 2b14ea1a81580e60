"""The text of one cell, turned into a value: amounts, numbers, yes/no, dates and times as exports write them.

Belongs here: the spellings that are read and the ones that are refused. Does not belong here: whole columns (`columns.py`)
and files. Every reader takes a stripped, non-empty string and raises `Unreadable`, whose sentence never repeats the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2100
US_DATE = "%m/%d/%Y"
FLAGS = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")

_EXACT = Context(prec=60)
_PLAIN = r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+"
_AMOUNT = re.compile(rf"(?P<number>{_PLAIN})(?P<exponent>[eE][-+]?\d{{1,2}})?", re.ASCII)
_COMMA_NUMBER = re.compile(
    r"[-+(]?\s*\$?\s*(?:\d+|\d{1,3}(?:[.\N{NO-BREAK SPACE}]\d{3})+)(?:,\d*)?\s*[-)]?", re.ASCII
)
_AROUND_SIGNS = re.compile(r"\s*([-+$()])\s*")
_DURATION = re.compile(r"(\d{1,5}):([0-5]\d):([0-5]\d)", re.ASCII)
_SHORT_DURATION = re.compile(r"(\d{1,5}):([0-5]\d)", re.ASCII)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (serial numbers of spreadsheets carry no zone)
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_466
"""Before serial 61 spreadsheets count a 29 February 1900 that never was; the last is the end of the year 9999."""
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
_ISO = re.compile(
    rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[T ]{_CLOCK} ?(Z|[-+]\d{{2}}(?::?\d{{2}})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_US = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?: {_CLOCK}(?: ?([AP])M)?)?", re.ASCII | re.IGNORECASE)


class Unreadable(ValueError):  # noqa: N818  (it names the cell's state)
    """The cell does not hold a value of its column's type; the text says why, without the cell's content."""


@dataclass(frozen=True)
class Reading:
    """How the dates of a source are read: its declared formats, and the zone of times that carry none.

    Without declared formats a date is ISO or month/day/year. With them it is ISO or one of them: the order of day
    and month is a property of the source, never guessed from a value.
    """

    zone: ZoneInfo
    date_formats: tuple[str, ...] = ()
    datetime_formats: tuple[str, ...] = ()

    @property
    def us_dates(self) -> bool:
        """Month/day/year is read as a date."""
        return US_DATE in self.date_formats or not (self.date_formats or self.datetime_formats)

    @property
    def us_moments(self) -> bool:
        """Month/day/year is read as the date of a time."""
        return self.us_dates and not self.datetime_formats


def read_decimal(text: str, *, currency: bool) -> Decimal:
    """Return an exact amount: `1,234.56`, `(123.45)`, `123.45-`, `1.2E+03`; with `currency` also `$` and the dash for zero."""
    body = _AROUND_SIGNS.sub(r"\1", text)
    if currency and body.startswith("$("):
        body = body[1:]
    negative = False
    if body.startswith("(") and body.endswith(")"):
        body, negative = body[1:-1], True
    sign = re.fullmatch(r"([-+]?)(\$?)([-+]?)(.*?)(-?)", body, re.DOTALL)
    if (
        sign is None
        or (sign[2] and not currency)
        or [sign[1], sign[3], sign[5], "(" if negative else ""].count("") < 3
    ):
        raise Unreadable("not an amount" if currency else "not a number")
    if currency and body.replace("$", "") == "-":  # how spreadsheets show zero in their accounting format
        return Decimal(0)
    found = _AMOUNT.fullmatch(sign[4])
    if found is None:
        raise Unreadable("not an amount" if currency else "not a number")
    value = _EXACT.create_decimal(found["number"].replace(",", "") + (found["exponent"] or ""))
    return value.copy_negate() if negative or "-" in {sign[1], sign[3], sign[5]} else value


def fit(value: Decimal, places: int) -> Decimal:
    """Return the value rounded half-even to `places`; raises `Unreadable` when it does not fit eighteen digits."""
    if abs(value) >= Decimal(10) ** (18 - places):
        raise Unreadable("out of range: more than eighteen digits")
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    if abs(rounded) >= Decimal(10) ** (18 - places):
        raise Unreadable("out of range: more than eighteen digits")
    return rounded or abs(rounded)


def read_whole(text: str) -> int:
    """Return a whole number; `1,000` and `12.0` are whole, `12.5` is not."""
    value = read_decimal(text, currency=False)
    if value != value.to_integral_value():
        raise Unreadable("not a whole number")
    if abs(value) >= 2**63:
        raise Unreadable("out of range: more than a 64-bit whole number")
    return int(value)


def read_flag(text: str) -> bool:
    """Return yes or no."""
    try:
        return FLAGS[text.lower()]
    except KeyError:
        raise Unreadable("not one of y, n, yes, no, true, false, 1, 0") from None


def read_seconds(text: str) -> int | None:
    """Return the seconds of an `H:MM:SS` duration, hours unbounded; None for any other spelling (H:MM is ambiguous)."""
    found = _DURATION.fullmatch(text)
    return None if found is None else int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def read_duration(text: str, unit: str) -> Decimal:
    """Return the seconds of a duration in a declared unit; `unit` is a keyword of `declared.DURATIONS`."""
    if unit in {"h:mm", "m:ss"}:
        if (seconds := read_seconds(text)) is not None:
            return Decimal(seconds)
        found = _SHORT_DURATION.fullmatch(text)
        if found is None:
            raise Unreadable(f"not a duration as {unit}")
        return Decimal(int(found[1]) * 60 + int(found[2])) * (60 if unit == "h:mm" else 1)
    number = read_decimal(text, currency=False)
    return number * {"decimal_hours": 3600, "decimal_minutes": 60, "seconds": 1}[unit]


def swap_comma(text: str) -> str:
    """Return a number of the decimal-comma habit as one with a point; a text that is not one cannot be read."""
    if _COMMA_NUMBER.fullmatch(text) is None:
        raise Unreadable("not a number with a decimal comma")
    return text.replace(".", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")


def read_serial(text: str) -> datetime:
    """Return the wall-clock time of a spreadsheet's serial number, to the second."""
    days = read_decimal(text, currency=False)
    if not FIRST_SERIAL <= days < LAST_SERIAL:
        raise Unreadable("not a spreadsheet's serial number of a day")
    return _guarded(_EPOCH + timedelta(seconds=int((days * 86400).to_integral_value())))


def read_epoch(text: str, per_second: int) -> datetime:
    """Return the point in time of a count since 1970-01-01 UTC."""
    count = read_whole(text)
    try:
        return _guarded(datetime.fromtimestamp(count // per_second, UTC)) + timedelta(
            microseconds=count % per_second * (1_000_000 // per_second)
        )
    except (OverflowError, OSError, ValueError) as error:
        raise (
            error if isinstance(error, Unreadable) else Unreadable("the date or time does not exist")
        ) from None


def to_utc(local: datetime, how: Reading) -> datetime:
    """Return the point in time of a wall-clock time in the office's zone, by the rules of `read_moment`."""
    return _utc(local, how, None)


def read_day(text: str, how: Reading) -> date:
    """Return a calendar date; of a time its date in the office's zone."""
    if (found := _ISO.fullmatch(text)) or (how.us_dates and (found := _US.fullmatch(text))):
        local, offset = _assemble(found)
        if offset is not None:
            return _guarded(_utc(local, how, offset)).astimezone(how.zone).date()
        return _guarded(local).date()
    for pattern in (*how.date_formats, *how.datetime_formats):
        if (declared := _declared(text, pattern)) is not None:
            return (_guarded(declared) if declared.tzinfo is None else declared.astimezone(how.zone)).date()
    raise Unreadable("not a date in a format of this source")


def read_moment(text: str, how: Reading) -> datetime:
    """Return a point in time in UTC; a time without a zone is the office's, a date without a time its midnight.

    An hour that occurs twice is the earlier one; an hour that clocks skip is moved forward by the skip.
    """
    if (found := _ISO.fullmatch(text)) or (how.us_moments and (found := _US.fullmatch(text))):
        local, offset = _assemble(found)
        return _utc(_guarded(local), how, offset)
    for pattern in (*how.datetime_formats, *how.date_formats):
        if (declared := _declared(text, pattern)) is not None:
            return _utc(_guarded(declared), how, declared.tzinfo)
    raise Unreadable("not a date and time in a format of this source")


def _assemble(found: re.Match[str]) -> tuple[datetime, timezone | None]:
    """Return the wall-clock time and, where the text has one, its offset."""
    first, second, third, hour, minute, second_of, fraction, tail = found.groups()
    year, month, day_of = (first, second, third) if len(first) == 4 else (third, first, second)
    hours, tail = int(hour or 0), (tail or "").upper()
    if tail in {"A", "P"}:
        if not 1 <= hours <= 12:
            raise Unreadable("the hour does not exist on a twelve-hour clock")
        hours, tail = hours % 12 + (12 if tail == "P" else 0), ""
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        clock = time(hours, int(minute or 0), int(second_of or 0), micro)
        return datetime.combine(date(int(year), int(month), int(day_of)), clock), _offset(tail)
    except ValueError:
        raise Unreadable("the date or time does not exist") from None


def _offset(tail: str) -> timezone | None:
    if not tail:
        return None
    if tail == "Z":
        return UTC
    minutes = int(tail[1:3]) * 60 + int(tail[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if tail[0] == "-" else minutes))


def _declared(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return None


def _guarded(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Unreadable(f"the year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _utc(local: datetime, how: Reading, offset: tzinfo | None) -> datetime:
    try:
        return local.replace(tzinfo=offset or how.zone, fold=0).astimezone(UTC)
    except OverflowError:
        raise Unreadable("the date or time does not exist") from None
