"""What the name of a file says of its day, when nothing is declared of it: every reading that gives a plausible date.

Belongs here: dates and months in a name, and the expression that fits tomorrow's name too. Does not belong here: reading a name
by a declared pattern (`sources.py`) and what is proposed of it (`propose.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_YEAR = 2015
"""Exports that somebody loads today are not older; without such a bound most six digits are a date in three ways."""
_TOGETHER = (
    (r"\d{8}", ("%Y%m%d", "%m%d%Y", "%d%m%Y")),
    (r"\d{6}", ("%m%d%y", "%d%m%y", "%y%m%d")),
)
_APART = (
    (r"\d{4}S\d{1,2}S\d{1,2}", ("%YS%mS%d",)),
    (r"\d{1,2}S\d{1,2}S\d{4}", ("%mS%dS%Y", "%dS%mS%Y")),
    (r"\d{2}S\d{2}S\d{2}", ("%mS%dS%y", "%dS%mS%y", "%yS%mS%d")),
)
_SEPARATORS = ("-", "_", ".", " ")
_LONG = "january|february|march|april|june|july|august|september|october|november|december"
_MONTH = rf"(?:{_LONG}|may|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_BETWEEN = r"[ _.,'-]{0,2}"
_SPELLED = re.compile(
    rf"(?<![a-z0-9])(?:(?:\d{{4}}|\d{{1,2}}){_BETWEEN})?{_MONTH}{_BETWEEN}(?:\d{{1,2}}{_BETWEEN})?(?:\d{{4}}|\d{{2}})(?!\d)"
    rf"|(?<!\d)\d{{4}}{_BETWEEN}{_MONTH}(?![a-z])|(?<![a-z])(?:{_LONG})(?![a-z])",
    re.IGNORECASE,
)
"""A month in words beside a year or a day, or its whole name; `May` and `Mar` alone are often something else."""


@dataclass(frozen=True)
class DatedName:
    """Where a name holds a date, the expression of such a stretch, and the strptime formats that read it plausibly."""

    start: int
    end: int
    shape: str
    forms: tuple[str, ...]


def date_in_name(name: str, today: date | None = None) -> DatedName | None:
    """Return the date in a name with all of its plausible readings, or None.

    A reading is plausible from 2015 until a year after `today` (the file's modification time; without it there is no end).
    Where none is, a date with a year of four digits between 1990 and 2100 counts too.
    """
    last = date(2100, 12, 31)
    if today and today.year >= FIRST_YEAR:  # a copy may have lost its time: then it says nothing
        last = date(today.year + 1, today.month, min(today.day, 28))
    for first, until, years in (
        (date(FIRST_YEAR, 1, 1), last, "yY"),
        (date(1990, 1, 1), date(2100, 12, 31), "Y"),
    ):
        for shape, forms in _shapes():
            usable = [form for form in forms if any(f"%{year}" in form for year in years)]
            for found in re.finditer(rf"(?<!\d){shape}(?!\d)", name):
                read = tuple(form for form in usable if _plausible(found[0], form, first, until))
                if read:
                    return DatedName(found.start(), found.end(), shape, read)
    return None


def _shapes() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield expressions and their formats: the ones that are least often something else come first."""
    yield _TOGETHER[0]
    for shape, forms in _APART:
        for mark in _SEPARATORS:
            yield shape.replace("S", re.escape(mark)), tuple(form.replace("S", mark) for form in forms)
    yield _TOGETHER[1]


def _plausible(text: str, form: str, first: date, last: date) -> bool:
    try:
        return first <= datetime.strptime(text, form).date() <= last  # noqa: DTZ007
    except ValueError:
        return False


def with_any_month(text: str) -> tuple[str, bool]:
    """Return an expression for a stretch of a name in which months in words may be others, and whether there are any."""
    out, at = "", 0
    for found in _SPELLED.finditer(text):
        out += re.escape(text[at : found.start()])
        out += "".join(
            "[A-Za-z]+" if part[0].isalpha() else r"\d+" if part[0].isdigit() else re.escape(part)
            for part in re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]+", found[0])
        )
        at = found.end()
    return out + re.escape(text[at:]), at > 0
