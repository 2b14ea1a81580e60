"""The habits of a column of cells: in which format its dates and numbers are written.

Belongs here: telling a format from many cells, and saying when they do not tell. Does not belong here: reading by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
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
_SERIAL = re.compile(r"([2-5]\d{4}(\.\d+)?|60000)")
_EPOCH = re.compile(r"\d{10}|\d{13}")
_COMMA = re.compile(r"[-(]?\$?\d{1,3}(\.?\d{3})*,\d{1,2}[-)]?")
_SHORT_CLOCK = re.compile(r"\d{1,3}:[0-5]\d")


@dataclass(frozen=True)
class Habit:
    """What cells say of their column: the format to declare, if any, else a question.

    `perhaps` is a format that would read all of the cells, if the question is answered with yes.
    """

    form: str = ""
    question: str = ""
    perhaps: str = ""


def habit_of(column: Column, cells: list[str]) -> Habit:
    """Return the habit of a column's cells (stripped, not empty)."""
    if not cells or column.type in {"VARCHAR", "BOOLEAN"}:
        return Habit()
    if column.type in {"DATE", "TIMESTAMPTZ"}:
        return _dates(column, cells)
    return _numbers(column, cells)


def _dates(column: Column, cells: list[str]) -> Habit:
    if all(_SERIAL.fullmatch(cell) for cell in cells):
        return Habit(question="are these numbers days as spreadsheets count them?", perhaps=EXCEL_SERIAL)
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


def can_be(column: Column, cells: list[str]) -> bool:
    """Whether at least half of the cells (stripped, not empty) can be read as the column's type, in some format."""
    if not cells or column.type == "BOOLEAN":
        return True
    if column.type == "VARCHAR":
        return not column.name.endswith("_npi") or 2 * sum(map(_is_npi, cells)) >= len(cells)
    test = _can_be_a_day if column.type in {"DATE", "TIMESTAMPTZ"} else _can_be_a_number
    return 2 * sum(test(column, cell) for cell in cells) >= len(cells)


def _can_be_a_day(column: Column, cell: str) -> bool:
    """Whether a cell may be a date; unknown formats count, since they can be declared, but amounts and words do not."""
    if _SERIAL.fullmatch(cell) or (column.type == "TIMESTAMPTZ" and _EPOCH.fullmatch(cell)):
        return True
    if _reads(column, [cell]) or any(_fits(form, [cell]) for form in _DAYS):
        return True
    return not _is_decimal(cell) and not _COMMA.fullmatch(cell) and len(re.findall(r"\d+", cell)) >= 2


def _can_be_a_number(column: Column, cell: str) -> bool:
    timed = "h:mm" in keywords_of(column.name, column.type) and re.fullmatch(r"[\d:.]+", cell)
    return bool(timed) or _is_decimal(cell) or _COMMA.fullmatch(cell) is not None


def _is_npi(cell: str) -> bool:
    return re.fullmatch(r"[0-9]{10}", cell) is not None


def _is_decimal(cell: str) -> bool:
    try:
        read_decimal(cell, currency=True)
    except Unreadable:
        return False
    return True
