"""Numbers, units, dates and names in words: how everything in the report is written.

Belongs here: rounding, units, plain names of roles, stages, periods and groups. Does not belong here: which number is shown where.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assets.measures.registry import is_share

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

DIGITS = 4
LEVELS = ("acceptable", "strong", "exceptional")
COMPLEXITIES = ("low", "medium", "high")
_ROLES = {
    "coder": "Coding", "charge_entry": "Charge entry", "payment_posting": "Payment posting",
    "denial_management": "Denial management", "ar_follow_up": "A/R follow-up", "patient_billing": "Patient billing",
}  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_MONTHS_OF_1000_YEARS = 12_000
_LARGE = ((1e9, "billion"), (1e6, "million"))
_UNKNOWN = "not told"
_PERIODS = {
    "30_days": "30 days to", "3_months": "three months to", "90_days": "90 days to", "as_of": "state of", "window": "window of the bands to",
    "series": "weeks up to that of", "period": "the contract's period from",
}  # fmt: skip

Number = float | int
"""What is written; decimals of the database are taken too."""


def rounded(value: Number | Decimal, digits: int = DIGITS) -> float:
    """Return the value with so many significant digits; zero stays zero and has no sign."""
    number = float(value)
    if number == 0 or not math.isfinite(number):
        return 0.0
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def number(value: Number | Decimal, digits: int = DIGITS) -> str:
    """Return a number with at most four significant digits: 0.1061, 41.61, 25,880, 4.406 million."""
    short = rounded(value, digits)
    for size, word in _LARGE:
        if abs(short) >= size:
            return f"{_plain(rounded(short / size, digits), digits)} {word}"
    return _plain(short, digits)


def _plain(short: float, digits: int) -> str:
    decimals = 0 if short == 0 else max(0, digits - 1 - math.floor(math.log10(abs(short))))
    text = f"{short:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "\N{MINUS SIGN}")


def percent(share: Number | Decimal, digits: int = 3) -> str:
    """Return a share as percent, three digits: 12.2 %."""
    return f"{number(100 * float(share), digits)}\N{NO-BREAK SPACE}%"


def change(share: Number | None) -> str:
    """Return a change as percent with its sign: +2.1 %; nothing that is known is said in words."""
    if share is None:
        return _UNKNOWN
    text = percent(share, 3)
    return f"+{text}" if rounded(share) > 0 else text


def measured(value: Number | Decimal, unit: str) -> str:
    """Return a value without its unit, but shares as percent, since those are never read otherwise."""
    return percent(value) if is_share(unit) else number(value)


def with_unit(value: Number | Decimal, unit: str) -> str:
    """Return a value with its unit in words: 41.6 days, 12.2 %."""
    return percent(value) if is_share(unit) else f"{number(value)} {unit}"


def unit_name(unit: str) -> str:
    """Return the unit for a column head."""
    if unit == "difference of shares":
        return "percentage points over 100"
    return f"percent{unit.removeprefix('share')}" if is_share(unit) else unit


def counted(numerator: Number | Decimal | None, denominator: Number | Decimal | None, unit: str) -> str:
    """Return what a value rests on: '3,163 of 25,940' for shares, '318 visits in 8,477 member-months' for rates per 1,000 member-years.

    Else 'numerator over denominator'.
    """
    if denominator is None:
        return ""
    below = number(denominator)
    if numerator is None:
        return f"n {below}"
    what, _, rate = unit.partition(" per ")
    if rate == "1,000 member-years":
        return f"{number(numerator / _MONTHS_OF_1000_YEARS)} {what} in {below} member-months"
    word = "of" if is_share(unit) else "over"
    return f"{number(numerator)} {word} {below}"


def interval(low: Number | None, high: Number | None, unit: str = "") -> str:
    """Return an interval in words: '2.84 to 3.9'; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{measured(low, unit)} to {measured(high, unit)}"


def people(contributors: str | None) -> str:
    """Return a class of a number of people in words."""
    classes = {
        "<5": "fewer than 5 people",
        "1": "1 person",
        ">20": "more than 20 people",
        "the office": "the office as a whole",
    }
    return (
        classes.get(contributors or "", f"{contributors} people".replace("-", "\N{EN DASH}"))
        if contributors
        else ""
    )


def day(value: date | None) -> str:
    """Return a day: 29 June 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if value else _UNKNOWN


def month(value: date) -> str:
    """Return a month: June 2026."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def month_name(value: date) -> str:
    """Return a month of the year: June."""
    return _MONTHS[value.month - 1]


def quarter(value: date) -> str:
    """Return a quarter: quarter 2 of 2026."""
    return f"quarter {(value.month + 2) // 3} of {value.year}"


def cause(name: str) -> str:
    """Return a root cause of denials in words."""
    known = {"unmapped": "Without a root cause", "other": "Small causes together"}
    return known.get(name, name.replace("_", " ").capitalize())


def period(kind: str, value: date) -> str:
    """Return a period of the published tables in words."""
    if kind == "month":
        return month(value)
    if kind == "month of the year":
        return month_name(value)
    if kind == "quarter":
        return quarter(value)
    before = _PERIODS.get(kind, f"{kind.replace('_', ' ')},")
    return f"{before} {day(value)}"


def role(name: str) -> str:
    """Return the name of a role; one that an office made up is written as it is."""
    return _ROLES.get(name, name.replace("_", " ").capitalize())


def role_within(name: str) -> str:
    """Return the name of a role within a sentence: 'charge entry', but 'A/R follow-up'."""
    text = role(name)
    return text if text[1:2].isupper() or "/" in text[:3] else text[:1].lower() + text[1:]


def role_order(name: str) -> tuple[int, str]:
    """Return the place of a role: along the life of a claim, then others by name."""
    known = list(_ROLES)
    return (known.index(name) if name in known else len(known), name)


def complexity_order(name: str) -> tuple[int, str]:
    """Return the place of a complexity: low, medium, high, then others."""
    return (COMPLEXITIES.index(name) if name in COMPLEXITIES else len(COMPLEXITIES), name)


def complexity(name: str) -> str:
    """Return the name of a complexity for a table."""
    return {"all": "All work", "unknown": "All work"}.get(name, name.capitalize())


def stage(name: str) -> str:
    """Return a stage of experience in words: 0-90 becomes 'day 0 to 90'."""
    if name == "all":
        return "all stages"
    first, _, last = name.partition("-")
    return f"day {first} to {last}" if last else f"day {name.removesuffix('+')} and later"


def stage_order(name: str) -> int:
    """Return the place of a stage: by its first day."""
    first = name.partition("-")[0].removesuffix("+")
    return int(first) if first.isdigit() else -1


def group(kind: str, name: str) -> str:
    """Return a group in words."""
    if name == "all":
        return "All"
    if kind == "bucket":
        return {"unbilled": "Not billed yet", "120+": "More than 120 days"}.get(
            name, f"{name.replace('-', ' to ')} days"
        )
    if kind == "level":
        return "Before any appeal" if name == "0" else f"Appeal level {name}"
    return name if kind in {"payer", "client"} else name.replace("_", " ").capitalize()


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning, and the rest as it was."""
    return text[:1].upper() + text[1:]


def plural(n: int, one: str, many: str = "") -> str:
    """Return a count with its noun: '1 file', '3 files'."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"
