"""The habits of a column of cells: in which format its dates and numbers are written.

Belongs here: telling a format from many cells, and saying when they do not tell. Does not belong here: reading by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assets.intake.cells import Reading, Unreadable, read_day, read_decimal, read_moment
from assets.intake.declared import EXCEL_SERIAL, keywords_of

if TYPE_CHECKING:
    from assets.intake.contracts import Column

_DAYS = (
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%Y%m%d",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%b %d, %Y",
    "%b %d %Y",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", "T%H:%M:%S", " %H:%M:%S.%f")
_SERIAL = re.compile(r"[3-6]\d{4}(\.\d+)?")
_COMMA = re.compile(r"[-(]?\$?\d{1,3}(\.?\d{3})*,\d{1,2}[-)]?")
_SHORT_CLOCK = re.compile(r"\d{1,3}:[0-5]\d")


@dataclass(frozen=True)
class Habit:
    """What cells say of their column: the format to declare, if any, and a question where they leave something open."""

    form: str = ""
    question: str = ""


def habit_of(column: Column, cells: list[str]) -> Habit:
    """Return the habit of a column's cells (stripped, not empty)."""
    if not cells or column.type in {"VARCHAR", "BOOLEAN"}:
        return Habit()
    if column.type in {"DATE", "TIMESTAMPTZ"}:
        return _dates(column, cells)
    return _numbers(column, cells)


def _dates(column: Column, cells: list[str]) -> Habit:
    if all(_SERIAL.fullmatch(cell) for cell in cells):
        return Habit(question=f'numbers such as spreadsheets use for days? then: "{EXCEL_SERIAL}"')
    clocks = _CLOCKS if column.type == "TIMESTAMPTZ" or any(":" in cell for cell in cells) else _CLOCKS[:1]
    fitting = [day + clock for clock in clocks for day in _DAYS if _fits(day + clock, cells)]
    if not fitting:
        return Habit() if _reads(column, cells) else _mixed(cells)
    orders = {"%d" if form.index("%d") < form.index("%m") else "%m" for form in fitting if "%m" in form}
    if len(orders) > 1:
        choice = " or ".join(f'"{form}"' for form in fitting[:2])
        return Habit(
            question=f"day first or month first? No day in it is after the twelfth. Declare {choice}"
        )
    return Habit() if _reads(column, cells) else Habit(form=fitting[0])


def _mixed(cells: list[str]) -> Habit:
    halves = [[int(part) for part in re.split(r"[/.-]", cell)[:2] if part.isdigit()] for cell in cells]
    pairs = [half for half in halves if len(half) == 2]
    if any(a > 12 >= b for a, b in pairs) and any(b > 12 >= a for a, b in pairs):
        return Habit(
            question="days first and months first are mixed: one order must be declared, the others are rejected"
        )
    return Habit(question="no known format reads all of these cells; declare one, the others are rejected")


def _fits(form: str, cells: list[str]) -> bool:
    try:
        return all(1990 <= datetime.strptime(cell, form).year <= 2100 for cell in cells)  # noqa: DTZ007
    except ValueError:
        return False


def _reads(column: Column, cells: list[str]) -> bool:
    """Whether the cells are read without any declaration."""
    how = Reading(ZoneInfo("UTC"))
    reader = read_day if column.type == "DATE" else read_moment
    try:
        for cell in cells:
            reader(cell, how)
    except Unreadable:
        return False
    return True


def _numbers(column: Column, cells: list[str]) -> Habit:
    keywords = keywords_of(column.name, column.type)
    if "decimal_comma" in keywords and any("," in cell for cell in cells):
        plain = all(_COMMA.fullmatch(cell) or cell.lstrip("-").isdigit() for cell in cells)
        if plain:
            return Habit(form="decimal_comma")
    if "h:mm" in keywords and all(_SHORT_CLOCK.fullmatch(cell) for cell in cells):
        return Habit(question='hours and minutes, or minutes and seconds? Declare "h:mm" or "m:ss"')
    try:
        for cell in cells:
            read_decimal(cell, currency=True)
    except Unreadable:
        if ":" not in "".join(cells):
            return Habit(question="some cells are no numbers: is this the right column?")
    return Habit()


def date_in_name(name: str) -> tuple[int, int, str, str] | None:
    """Return the stretch of a file name that is a date, its pattern, and the strptime format; None without one."""
    for shape, form in (
        (r"\d{8}", "%Y%m%d"),
        (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"),
        (r"\d{4}_\d{2}_\d{2}", "%Y_%m_%d"),
        (r"\d{2}-\d{2}-\d{4}", "%m-%d-%Y"),
        (r"\d{2}_\d{2}_\d{4}", "%m_%d_%Y"),
        (r"\d{2}\.\d{2}\.\d{4}", "%d.%m.%Y"),
        (r"\d{8}", "%m%d%Y"),
        (r"\d{8}", "%d%m%Y"),
        (r"\d{6}", "%y%m%d"),
    ):
        for found in re.finditer(rf"(?<!\d){shape}(?!\d)", name):
            try:
                day = datetime.strptime(found[0], form).replace(tzinfo=UTC)
            except ValueError:
                continue
            if 1990 <= day.year <= 2100:
                return found.start(), found.end(), shape, form
    return None
