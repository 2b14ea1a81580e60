"""A column of cell texts, turned into a typed Polars column: the usual spellings at once, the others once per distinct value.

Belongs here: typed columns, the places of cells that cannot be read, pseudonyms. Does not belong here: what a spelling
means (`cells.py`) and where the texts come from. The fast expressions (`quick.py`) accept a subset of what `cells` accepts,
with the same result; whatever they leave empty goes to `cells`, which alone decides that a cell cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.counted import many
from assets.intake.cells import (
    SPREADSHEET_ERRORS,
    Reading,
    Unreadable,
    fit,
    read_day,
    read_decimal,
    read_duration,
    read_epoch,
    read_flag,
    read_moment,
    read_seconds,
    read_serial,
    read_whole,
    swap_comma,
    to_utc,
)
from assets.intake.declared import DURATIONS, EXCEL_SERIAL, UNIT_SECONDS, keywords_of
from assets.intake.quick import DATE_ONLY, TYPES, every_spelling, first_spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from assets.intake.contracts import Column
    from assets.intake.records import Hide

__all__ = ["TYPES", "Typed", "clean", "read_columns"]

_MANGLED = r"^[0-9](\.[0-9]+)?[eE]\+[0-9]{2}$"
_NPI = r"^[0-9]{10}$"
_PLACES = {"DECIMAL(18,2)": 2, "DECIMAL(18,3)": 3, "DECIMAL(18,4)": 4}
_QUICK_FROM = 20
"""Distinct spellings from which expressions pay for themselves."""


@dataclass
class Typed:
    """A typed column; `bad` maps the index of each unreadable cell to the reason; `notes` are flags (code, sentence)."""

    values: pl.Series
    bad: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Column:
    """A column of the contract, how its dates are read, and the keyword that is declared for it, if any."""

    contract: Column
    how: Reading
    keyword: str = ""


def clean(texts: pl.DataFrame, trimmed: Collection[str] = ()) -> pl.DataFrame:
    """Return the texts stripped, with null for empty ones. Columns in `trimmed` have no outer blanks."""
    stripped = texts.with_columns(pl.col(n).str.strip_chars() for n in texts.columns if n not in trimmed)
    return stripped.select(pl.when(pl.all() != "").then(pl.all()))


def read_columns(
    texts: pl.DataFrame,
    columns: Sequence[Column],
    how: Reading,
    hide: Hide,
    formats_of: Callable[[str], tuple[str, ...]] = lambda _: (),
) -> dict[str, Typed]:
    """Read cleaned texts as the contract's columns; unreadable cells are null and listed, empty required ones too.

    The expressions of all columns run together: a day of small files is a hundred thousand columns.
    """
    here = [
        _declared(column, how, formats_of(column.name)) for column in columns if column.name in texts.columns
    ]
    if not here:
        return {}
    quick = texts.select(
        first_spelling(c.contract, c.how, texts[c.contract.name], c.keyword).alias(c.contract.name)
        for c in here
    )
    empty = texts.null_count().row(0, named=True)
    unread = {name: count - empty[name] for name, count in quick.null_count().row(0, named=True).items()}
    odd = texts.select(
        _odd(c, unread[c.contract.name]).cast(pl.Int64).alias(c.contract.name) for c in here
    ).row(0, named=True)
    found: dict[str, Typed] = {}
    for column in here:
        name = column.contract.name
        cells, values = texts[name], quick[name]
        if column.contract.type == "VARCHAR":
            typed = _read_text(cells, column.contract, hide, odd[name] or 0)
        else:
            typed = _read_typed(cells, values, column) if unread[name] else Typed(values)
            if odd[name]:
                sentence = f"{name}: {many(odd[name], 'cell holds', 'cells hold')} a date without a time, read as midnight"
                typed.notes.append(("DATE_ONLY", sentence))
        if column.contract.required and empty[name]:
            typed.bad.update((int(i), "a required cell is empty") for i in cells.is_null().arg_true())
        found[name] = typed
    return found


def _declared(column: Column, how: Reading, formats: tuple[str, ...]) -> _Column:
    """Return the column with its own formats, which take the place of the source's."""
    if not formats:
        return _Column(column, how)
    if formats[0] in keywords_of(column.name, column.type):
        return _Column(column, how, formats[0])
    if column.type == "DATE":
        return _Column(column, replace(how, date_formats=formats, datetime_formats=()))
    return _Column(column, replace(how, date_formats=(), datetime_formats=formats))


def _odd(column: _Column, unread: int) -> pl.Expr:
    """Count the cells that deserve a second look: spreadsheet errors or mangled identifiers, times without a clock."""
    text = pl.col(column.contract.name)
    if column.contract.type == "TIMESTAMPTZ" and not column.keyword:
        # The usual first spellings have a clock, so where they read every cell none lacks it.
        return text.str.contains(DATE_ONLY).sum() if unread or column.how.datetime_formats else pl.lit(0)
    if column.contract.type == "VARCHAR":
        strange = text.str.starts_with("#")
        # Rounded identifiers hold a plus; whether it is one is asked of few cells.
        return (strange | text.str.contains("+", literal=True) if _is_id(column.contract) else strange).sum()
    return pl.lit(0)


def _is_id(column: Column) -> bool:
    return column.name.endswith("_id") or column.name == "pcn"


def _read_text(cells: pl.Series, column: Column, hide: Hide, odd: int) -> Typed:
    typed = Typed(cells)
    if odd:
        errors = cells.is_in(SPREADSHEET_ERRORS).fill_null(value=False)
        typed.bad = {int(i): "the cell holds a spreadsheet error" for i in errors.arg_true()}
        typed.values = cells.set(errors, None)
        mangled = int(cells.str.contains(_MANGLED).sum()) if _is_id(column) else 0
        if mangled:
            sentence = f"{column.name}: {many(mangled, 'identifier was', 'identifiers were')} rounded by a spreadsheet (1.23E+17)"
            typed.notes.append(("MANGLED_ID", sentence))
    if column.name.endswith("_npi"):
        other = ~typed.values.str.contains(_NPI).fill_null(value=True)
        if count := int(other.sum()):
            # Exports often hold the provider's name there, which must not be stored in clear.
            typed.values = typed.values.set(other, None)
            sentence = f"{column.name}: {many(count, 'cell')} not of ten digits left empty"
            typed.notes.append(("NOT_AN_NPI", sentence))
    if column.hide is not None:
        clear = _distinct(typed.values)
        hidden = pl.Series([hide(column.hide, value) for value in clear], dtype=pl.String)
        typed.values = _mapped(typed.values, clear, hidden)
    return typed


def _read_typed(cells: pl.Series, quick: pl.Series, column: _Column) -> Typed:
    """Read the cells that the first expression left empty, each distinct text once: by the other expressions, then by `cells`."""
    typed = Typed(quick)
    texts = _distinct(cells.filter(quick.is_null()))
    name, kind = column.contract.name, TYPES[column.contract.type]
    values = pl.repeat(None, len(texts), dtype=kind, eager=True)
    if len(texts) >= _QUICK_FROM and not column.keyword:
        values = texts.to_frame().select(every_spelling(column.contract, column.how)).to_series()
    rest = texts.filter(values.is_null())
    found, refused, rounded = _read_distinct(rest.to_list(), column)
    slow = pl.Series([found.get(text) for text in rest], dtype=kind)
    texts, values = (
        pl.concat([texts.filter(values.is_not_null()), rest]),
        pl.concat([values.drop_nulls(), slow]),
    )
    typed.values = quick.zip_with(quick.is_not_null(), _mapped(cells, texts, values))
    if refused:
        unread = (cells.is_not_null() & typed.values.is_null()).arg_true()
        typed.bad = {int(i): refused[str(cells[int(i)])] for i in unread}
    if rounded:
        places = {2: "two", 3: "three", 4: "four"}[_PLACES[column.contract.type]]
        typed.notes.append(
            ("ROUNDED", f"{name}: {many(rounded, 'different value')} rounded to {places} decimals")
        )
    return typed


def _read_distinct(texts: list[str], column: _Column) -> tuple[dict[str, Any], dict[str, str], int]:
    """Read each distinct text by `cells`: values, refusals and the number of values that lost decimals."""
    found: dict[str, Any] = {}
    refused: dict[str, str] = {}
    rounded = 0
    places = _PLACES.get(column.contract.type)
    reader = _reader(column)
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


def _reader(column: _Column) -> Callable[[str], Any]:
    """Return the function of `cells` for the column; columns of seconds, minutes or hours also read H:MM:SS."""
    kind, how = column.contract.type, column.how
    if column.keyword:
        return _keyword_reader(column)
    if kind == "DATE":
        return lambda text: read_day(text, how)
    if kind == "TIMESTAMPTZ":
        return lambda text: read_moment(text, how)
    if kind == "BOOLEAN":
        return read_flag
    if kind == "DECIMAL(18,2)":
        return lambda text: read_decimal(text, currency=True)
    unit = UNIT_SECONDS.get(column.contract.name.rpartition("_")[2])
    plain: Callable[[str], Any] = (
        read_whole if kind == "BIGINT" else lambda text: read_decimal(text, currency=False)
    )

    def measured(text: str) -> Any:
        seconds = None if unit is None else read_seconds(text)
        if seconds is None or unit is None:
            return plain(text)
        return Decimal(seconds) / unit if kind != "BIGINT" else round(seconds / unit)

    return measured


def _keyword_reader(column: _Column) -> Callable[[str], Any]:
    """Return the reader of a declared keyword, see `declared.KEYWORDS`."""
    kind, how, keyword = column.contract.type, column.how, column.keyword
    if keyword in DURATIONS:
        unit = UNIT_SECONDS[column.contract.name.rpartition("_")[2]]
        if kind == "BIGINT":
            return lambda text: round(read_duration(text, keyword) / unit)
        return lambda text: read_duration(text, keyword) / unit
    if keyword == "decimal_comma":
        return lambda text: read_decimal(swap_comma(text), currency=kind == "DECIMAL(18,2)")
    if keyword == "cents":
        return lambda text: Decimal(read_whole(text)) / 100
    if keyword == EXCEL_SERIAL:
        return lambda text: _dated(text, kind, how)
    return lambda text: read_epoch(text, 1000 if keyword == "epoch_milliseconds" else 1)


def _dated(text: str, kind: str, how: Reading) -> Any:
    """Read a serial number; a date in words beside the numbers is read as without a declaration."""
    try:
        wall = read_serial(text)
    except Unreadable:
        return read_day(text, how) if kind == "DATE" else read_moment(text, how)
    return wall.date() if kind == "DATE" else to_utc(wall, how)


def _distinct(texts: pl.Series) -> pl.Series:
    return texts.drop_nulls().unique(maintain_order=True)


def _mapped(texts: pl.Series, old: pl.Series, new: pl.Series) -> pl.Series:
    """Return the value of each text; null for texts without one."""
    if not len(old):
        return pl.repeat(None, len(texts), dtype=new.dtype, eager=True).alias(texts.name)
    return texts.replace_strict(old, new, default=None, return_dtype=new.dtype)
