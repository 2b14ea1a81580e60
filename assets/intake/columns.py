"""A column of cell texts, turned into a typed Polars column: the usual spellings at once, the others once per distinct value.

Belongs here: typed columns, the places of cells that cannot be read, pseudonyms. Does not belong here: what a spelling
means (`cells.py`) and where the texts come from. The fast expressions accept a subset of what `cells` accepts, with
the same result; whatever they leave empty goes to `cells`, which alone decides that a cell cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.intake.cells import (
    FIRST_YEAR,
    FLAGS,
    LAST_YEAR,
    SPREADSHEET_ERRORS,
    Reading,
    Unreadable,
    fit,
    read_day,
    read_decimal,
    read_flag,
    read_moment,
    read_seconds,
    read_whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assets.intake.contracts import Column
    from assets.intake.records import Hide

TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "DECIMAL(18,2)": pl.Decimal(18, 2),
    "DECIMAL(18,3)": pl.Decimal(18, 3),
    "DATE": pl.Date(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "BOOLEAN": pl.Boolean(),
}
_UNIT_SECONDS = {"s": 1, "min": 60, "hours": 3600}
_DATE_ONLY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})$"
_MANGLED = r"^[0-9](\.[0-9]+)?[eE]\+[0-9]{2}$"


@dataclass
class Typed:
    """A typed column; `bad` maps the index of each unreadable cell to the reason; `notes` are flags (code, sentence)."""

    values: pl.Series
    bad: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


def clean(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the texts stripped, with null for empty ones."""
    stripped = pl.all().str.strip_chars()
    return texts.select(pl.when(stripped != "").then(stripped))


def read_columns(
    texts: pl.DataFrame, columns: Sequence[Column], how: Reading, hide: Hide
) -> dict[str, Typed]:
    """Read cleaned texts as the contract's columns; unreadable cells are null and listed, empty required ones too.

    The expressions of all columns run together: a day of small files is a hundred thousand columns.
    """
    here = [column for column in columns if column.name in texts.columns]
    if not here:
        return {}
    quick = texts.select(_quick(column, how).alias(column.name) for column in here)
    odd = texts.select(_odd(column).cast(pl.Int64).alias(column.name) for column in here).row(0, named=True)
    empty = texts.null_count().row(0, named=True)
    found: dict[str, Typed] = {}
    for column in here:
        cells, values = texts[column.name], quick[column.name]
        if column.type == "VARCHAR":
            typed = _read_text(cells, column, hide, odd[column.name] or 0)
        else:
            typed = (
                _read_typed(cells, values, column, how)
                if values.null_count() > empty[column.name]
                else Typed(values)
            )
            if column.type == "TIMESTAMPTZ" and odd[column.name]:
                sentence = (
                    f"{column.name}: {odd[column.name]} cells hold a date without a time, read as midnight"
                )
                typed.notes.append(("DATE_ONLY", sentence))
        if column.required and empty[column.name]:
            typed.bad.update((int(i), "a required cell is empty") for i in cells.is_null().arg_true())
        found[column.name] = typed
    return found


def _odd(column: Column) -> pl.Expr:
    """Count the cells that deserve a second look: spreadsheet errors or mangled identifiers, times without a clock."""
    text = pl.col(column.name)
    if column.type == "TIMESTAMPTZ":
        return text.str.contains(_DATE_ONLY).sum()
    if column.type == "VARCHAR":
        return (text.is_in(SPREADSHEET_ERRORS) | text.str.contains(_MANGLED)).sum()
    return pl.lit(0)


def _read_text(cells: pl.Series, column: Column, hide: Hide, odd: int) -> Typed:
    typed = Typed(cells)
    if odd:
        errors = cells.is_in(SPREADSHEET_ERRORS).fill_null(value=False)
        typed.bad = {int(i): "the cell holds a spreadsheet error" for i in errors.arg_true()}
        typed.values = cells.set(errors, None)
        mangled = odd - len(typed.bad)
        if mangled and (column.name.endswith("_id") or column.name == "pcn"):
            sentence = f"{column.name}: {mangled} identifiers were rounded by a spreadsheet (1.23E+17)"
            typed.notes.append(("MANGLED_ID", sentence))
    if column.hide is not None:
        kind = column.hide
        typed.values = _mapped(typed.values, {v: hide(kind, v) for v in _distinct(typed.values)}, pl.String())
    return typed


def _read_typed(cells: pl.Series, quick: pl.Series, column: Column, how: Reading) -> Typed:
    """Read the cells that the expressions left empty, each distinct text once."""
    typed = Typed(quick)
    found, refused, rounded = _read_distinct(_distinct(cells.filter(quick.is_null())), column, how)
    slow = _mapped(cells, found, TYPES[column.type])
    typed.values = quick.zip_with(quick.is_not_null(), slow)
    if refused:
        unread = (cells.is_not_null() & typed.values.is_null()).arg_true()
        typed.bad = {int(i): refused[str(cells[int(i)])] for i in unread}
    if rounded:
        places = "two" if column.type == "DECIMAL(18,2)" else "three"
        typed.notes.append(
            ("ROUNDED", f"{column.name}: {rounded} different values rounded to {places} decimals")
        )
    return typed


def _read_distinct(
    texts: list[str], column: Column, how: Reading
) -> tuple[dict[str, Any], dict[str, str], int]:
    """Read each distinct text by `cells`: values, refusals and the number of values that lost decimals."""
    found: dict[str, Any] = {}
    refused: dict[str, str] = {}
    rounded = 0
    places = {"DECIMAL(18,2)": 2, "DECIMAL(18,3)": 3}.get(column.type)
    reader = _reader(column, how)
    for text in texts:
        try:
            value = reader(text)
            if places is not None:
                exact, value = value, fit(value, places)
                rounded += exact != value
            found[text] = value
        except Unreadable as reason:
            refused[text] = str(reason)
    return found, refused, rounded


def _reader(column: Column, how: Reading) -> Callable[[str], Any]:
    """Return the function of `cells` for the column; columns of seconds, minutes or hours also read H:MM:SS."""
    if column.type == "DATE":
        return lambda text: read_day(text, how)
    if column.type == "TIMESTAMPTZ":
        return lambda text: read_moment(text, how)
    if column.type == "BOOLEAN":
        return read_flag
    if column.type == "DECIMAL(18,2)":
        return lambda text: read_decimal(text, currency=True)
    unit = _UNIT_SECONDS.get(column.name.rpartition("_")[2])
    plain: Callable[[str], Any] = (
        read_whole if column.type == "BIGINT" else lambda text: read_decimal(text, currency=False)
    )

    def measured(text: str) -> Any:
        seconds = None if unit is None else read_seconds(text)
        if seconds is None or unit is None:
            return plain(text)
        return Decimal(seconds) / unit if column.type != "BIGINT" else round(seconds / unit)

    return measured


def _quick(column: Column, how: Reading) -> pl.Expr:
    """Read the usual spellings with expressions; null where unsure, and for text columns."""
    kind = TYPES[column.type]
    text = pl.col(column.name)
    plain = {
        "DECIMAL(18,2)": r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$",
        "DECIMAL(18,3)": r"^-?[0-9]{1,14}(\.[0-9]{1,3})?$",
        "BIGINT": r"^-?[0-9]{1,18}$",
    }
    if column.type == "VARCHAR":
        return pl.lit(None, kind)
    if column.type in plain:
        quick = _where(text, plain[column.type]).cast(kind, strict=False)
    elif column.type == "BOOLEAN":
        quick = text.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    elif column.type == "DATE":
        quick = _quick_day(text, how)
    else:
        quick = _quick_moment(text, how)
    return quick.cast(kind)


def _quick_day(text: pl.Expr, how: Reading) -> pl.Expr:
    iso = _where(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$").str.to_date("%Y-%m-%d", strict=False)
    us = _where(text, r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$").str.to_date("%m/%d/%Y", strict=False)
    value = pl.coalesce(iso, us) if how.us_dates else iso
    return pl.when(value.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(value)


def _quick_moment(text: pl.Expr, how: Reading) -> pl.Expr:
    zoned = (
        _where(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
        .str.slice(0, 19)
        .str.replace("T", " ", literal=True)
    )
    local = _where(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?$").str.replace(
        "T", " ", literal=True
    )
    values = [
        local.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
        local.str.to_datetime("%Y-%m-%d %H:%M", strict=False),
    ]
    if how.us_moments:
        us = _where(text, r"^[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}(:[0-9]{2})?$")
        values += [
            us.str.to_datetime("%m/%d/%Y %H:%M:%S", strict=False),
            us.str.to_datetime("%m/%d/%Y %H:%M", strict=False),
        ]
    wall = pl.coalesce(values).cast(pl.Datetime("us"))
    # A skipped hour stays null here: `cells` moves it forward. The zone tables of Polars end early, so far years go there too.
    wall = pl.when(wall.dt.year().is_between(1970, 2036)).then(wall)
    office = wall.dt.replace_time_zone(
        how.zone.key, ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")
    utc = (
        zoned.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    return pl.coalesce(office, pl.when(utc.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(utc))


def _where(text: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(text.str.contains(pattern)).then(text)


def _distinct(texts: pl.Series) -> list[str]:
    return texts.drop_nulls().unique(maintain_order=True).to_list()


def _mapped(texts: pl.Series, values: dict[str, Any], kind: pl.DataType) -> pl.Series:
    """Return the value of each text; null for texts without one."""
    if not values:
        return pl.Series(texts.name, [None] * len(texts), dtype=kind)
    old, new = pl.Series(list(values), dtype=pl.String), pl.Series(list(values.values()), dtype=kind)
    return texts.replace_strict(old, new, default=None, return_dtype=kind)
