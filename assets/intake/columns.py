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
    from collections.abc import Callable

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
_DATE_ONLY = r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$"
_MANGLED = r"^\d(\.\d+)?[eE]\+\d{2}$"


@dataclass
class Typed:
    """A typed column; `bad` maps the index of each unreadable cell to the reason; `notes` are flags (code, sentence)."""

    values: pl.Series
    bad: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


def clean(texts: pl.Series) -> pl.Series:
    """Return the texts stripped, with null for empty ones."""
    stripped = texts.str.strip_chars()
    return stripped.set(stripped == "", None)


def read_column(cells: pl.Series, column: Column, how: Reading, hide: Hide) -> Typed:
    """Read cleaned texts as the contract's column; unreadable cells are null and listed, empty required ones too."""
    typed = _read_text(cells, column, hide) if column.type == "VARCHAR" else _read_typed(cells, column, how)
    if column.required:
        typed.bad.update((int(i), "a required cell is empty") for i in cells.is_null().arg_true())
    return typed


def _read_text(cells: pl.Series, column: Column, hide: Hide) -> Typed:
    errors = cells.is_in(SPREADSHEET_ERRORS).fill_null(value=False)
    typed = Typed(cells.alias(column.name))
    if errors.any():
        typed.bad = {int(i): "the cell holds a spreadsheet error" for i in errors.arg_true()}
        typed.values = typed.values.set(errors, None)
    if column.hide is not None:
        kind = column.hide
        typed.values = _mapped(typed.values, {v: hide(kind, v) for v in _distinct(typed.values)}, pl.String())
    elif column.name.endswith("_id") or column.name == "pcn":
        mangled = int(cells.str.contains(_MANGLED).sum() or 0)
        if mangled:
            typed.notes.append(
                (
                    "MANGLED_ID",
                    f"{column.name}: {mangled} identifiers were rounded by a spreadsheet (1.23E+17)",
                )
            )
    return typed


def _read_typed(cells: pl.Series, column: Column, how: Reading) -> Typed:
    kind = TYPES[column.type]
    quick = _quick(cells, column, how)
    left = cells.filter(quick.is_null())
    typed = Typed(quick.alias(column.name))
    if left.null_count() < len(left):
        found, refused, rounded = _read_distinct(_distinct(left), column, how)
        slow = _mapped(cells, found, kind)
        typed.values = quick.zip_with(quick.is_not_null(), slow).alias(column.name)
        if refused:
            unread = (cells.is_not_null() & typed.values.is_null()).arg_true()
            typed.bad = {int(i): refused[str(cells[int(i)])] for i in unread}
        if rounded:
            places = "two" if column.type == "DECIMAL(18,2)" else "three"
            typed.notes.append(
                ("ROUNDED", f"{column.name}: {rounded} different values rounded to {places} decimals")
            )
    if column.type == "TIMESTAMPTZ" and (dates := int(cells.str.contains(_DATE_ONLY).sum() or 0)):
        typed.notes.append(
            ("DATE_ONLY", f"{column.name}: {dates} cells hold a date without a time, read as midnight")
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


def _quick(cells: pl.Series, column: Column, how: Reading) -> pl.Series:
    """Read the usual spellings with expressions; null where unsure."""
    kind = TYPES[column.type]
    text = pl.col("c")
    plain = {
        "DECIMAL(18,2)": r"^-?\d{1,15}(\.\d{1,2})?$",
        "DECIMAL(18,3)": r"^-?\d{1,14}(\.\d{1,3})?$",
        "BIGINT": r"^-?\d{1,18}$",
    }
    if column.type in plain:
        quick = pl.when(text.str.contains(plain[column.type])).then(text).cast(kind, strict=False)
    elif column.type == "BOOLEAN":
        quick = text.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    elif column.type == "DATE":
        quick = _quick_day(text, how)
    else:
        quick = _quick_moment(text, how)
    return cells.to_frame("c").select(quick.cast(kind).alias("v"))["v"]


def _quick_day(text: pl.Expr, how: Reading) -> pl.Expr:
    iso = _where(text, r"^\d{4}-\d{2}-\d{2}$").str.to_date("%Y-%m-%d", strict=False)
    us = _where(text, r"^\d{1,2}/\d{1,2}/\d{4}$").str.to_date("%m/%d/%Y", strict=False)
    value = pl.coalesce(iso, us) if how.us_dates else iso
    return pl.when(value.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(value)


def _quick_moment(text: pl.Expr, how: Reading) -> pl.Expr:
    zoned = (
        _where(text, r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}Z$")
        .str.slice(0, 19)
        .str.replace("T", " ", literal=True)
    )
    local = _where(text, r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?$").str.replace("T", " ", literal=True)
    values = [
        local.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
        local.str.to_datetime("%Y-%m-%d %H:%M", strict=False),
    ]
    if how.us_moments:
        us = _where(text, r"^\d{2}/\d{2}/\d{4} \d{2}:\d{2}(:\d{2})?$")
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
