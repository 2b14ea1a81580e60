"""The usual spellings of values as Polars expressions: a whole column at once, null where unsure.

Belongs here: a subset of what `cells.py` reads, with the same result. Does not belong here: deciding that a cell is unreadable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from assets.intake.cells import FIRST_YEAR, FLAGS, LAST_YEAR, Reading
from assets.intake.moments import WORTH_IT, read_fixed

if TYPE_CHECKING:
    from assets.intake.contracts import Column

TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "DECIMAL(18,2)": pl.Decimal(18, 2),
    "DECIMAL(18,3)": pl.Decimal(18, 3),
    "DECIMAL(18,4)": pl.Decimal(18, 4),
    "DATE": pl.Date(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "BOOLEAN": pl.Boolean(),
}
DATE_ONLY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})$"
_PLAIN = {
    "DECIMAL(18,2)": r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$",
    "DECIMAL(18,3)": r"^-?[0-9]{1,14}(\.[0-9]{1,3})?$",
    "DECIMAL(18,4)": r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$",
    "BIGINT": r"^-?[0-9]{1,18}$",
}
# Directives that Python and Polars read alike from plain ASCII; two-digit years they do not.
_DIRECTIVES = {
    "%Y": "[0-9]{4}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-5][0-9]",
    "%p": "[AaPp][Mm]",
}
_ISO_DAY, _US_DAY = "%Y-%m-%d", "%m/%d/%Y"
_ISO_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_FIXED = {"%Y-%m-%d %H:%M:%S": " ", "%Y-%m-%dT%H:%M:%S": "T"}
"""Formats that have a road of their own (`moments.py`), with what stands between date and time of day."""
_US_MOMENTS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p")
_ZONED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_SAMPLED = 5


def _pattern(form: str) -> str | None:
    """Return the regular expression of a strptime format; None when one of its directives is not known here."""
    parts = re.split(r"(%.)", form)
    if any(part.startswith("%") and part not in _DIRECTIVES for part in parts):
        return None
    # Declared ISO days are fixed in width: `cells` reads no others without a declaration.
    return "^" + "".join(_DIRECTIVES.get(part, re.escape(part)) for part in parts) + "$"


def _forms(column: Column, how: Reading) -> dict[str, str]:
    """Return the formats of a date or time column that expressions can read, with their patterns, in the order of `cells`."""
    if column.type == "DATE":
        usual = [_ISO_DAY, *((_US_DAY,) if how.us_dates else ())]
        declared = how.date_formats
    else:
        usual = [*_ISO_MOMENTS, *(_US_MOMENTS if how.us_moments else ())]
        declared = how.datetime_formats
    found = {form: _pattern(form) for form in (*usual, *declared)}
    strict = {form: _fixed(form) for form in usual if form.startswith("%Y")}
    return {form: strict.get(form) or pattern for form, pattern in found.items() if pattern}


def _fixed(form: str) -> str:
    """Return the pattern of a format whose month, day, hour and minute have two digits each."""
    return (_pattern(form) or "").replace("{1,2}", "{2}")


def first_spelling(column: Column, how: Reading, cells: pl.Series, keyword: str) -> pl.Expr:
    """Return the expression that reads the spelling of the first filled cells; null for other spellings, and for text columns."""
    if column.type == "VARCHAR" or keyword:
        return pl.repeat(None, pl.len(), dtype=TYPES[column.type])
    if column.type not in {"DATE", "TIMESTAMPTZ"}:
        return _number(column)
    sample = cells.slice(cells.is_not_null().arg_max() or 0, _SAMPLED).drop_nulls()
    for form, pattern in _forms(column, how).items():
        if any(re.match(pattern, cell) for cell in sample):
            if form in _FIXED and len(cells) >= WORTH_IT and column.type == "TIMESTAMPTZ":
                return pl.lit(read_fixed(cells, how.zone, _FIXED[form]))
            return _dated(column, how, {form: pattern})
    if column.type == "TIMESTAMPTZ" and any(re.match(_ZONED, cell) for cell in sample):
        return _zoned(pl.col(column.name))
    return pl.repeat(None, pl.len(), dtype=TYPES[column.type])


def every_spelling(column: Column, how: Reading) -> pl.Expr:
    """Return the expression that reads all the usual spellings of a column; slower than one, so for distinct texts."""
    if column.type not in {"DATE", "TIMESTAMPTZ"}:
        return _number(column)
    value = _dated(column, how, _forms(column, how))
    return value if column.type == "DATE" else pl.coalesce(value, _zoned(pl.col(column.name)))


def _number(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.type == "BOOLEAN":
        return text.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    return _where(text, _PLAIN[column.type]).cast(TYPES[column.type], strict=False)


def _dated(column: Column, how: Reading, forms: dict[str, str]) -> pl.Expr:
    text = pl.col(column.name)
    if column.type == "DATE":
        days = [
            pl.when(text.str.contains(pattern)).then(text.str.to_date(form, strict=False))
            for form, pattern in forms.items()
        ]
        value = days[0] if len(days) == 1 else pl.coalesce(days)
        return pl.when(value.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(value)
    walls = [
        pl.when(text.str.contains(pattern)).then(text.str.to_datetime(form, strict=False, time_unit="us"))
        for form, pattern in forms.items()
    ]
    wall = walls[0] if len(walls) == 1 else pl.coalesce(walls)
    # A skipped hour stays null here: `cells` moves it forward. The zone tables of Polars end early, so far years go there too.
    wall = pl.when(wall.dt.year().is_between(1970, 2036)).then(wall)
    office = wall.dt.replace_time_zone(how.zone.key, ambiguous="earliest", non_existent="null")
    return office.dt.convert_time_zone("UTC")


def _zoned(text: pl.Expr) -> pl.Expr:
    wall = (
        _where(text, _ZONED)
        .str.slice(0, 19)
        .str.replace("T", " ", literal=True)
        .str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        .dt.replace_time_zone("UTC")
    )
    return pl.when(wall.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(wall)


def _where(text: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(text.str.contains(pattern)).then(text)
