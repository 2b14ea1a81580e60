"""Exports of practice-management systems, trackers and rosters (CSV, XLSX, Parquet), read against a contract.

Belongs here: the road from bytes to the contract's frame. Does not belong here: the file formats (`delimited.py`,
`sheets.py`), headers (`headers.py`) and cells (`columns.py`, `cells.py`). Pure: no Dagster, no DuckDB.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from assets.intake.cells import Reading
from assets.intake.columns import TYPES, clean, read_columns
from assets.intake.delimited import normalise
from assets.intake.grid import Collector, Grid, Unusable
from assets.intake.heading import find_header
from assets.intake.records import Flag, Parsed, Reject, shape_of
from assets.intake.recount import count_quickly, count_records
from assets.intake.regular import Stretch, read_body
from assets.intake.sheets import read_parquet, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.contracts import Table
    from assets.intake.records import Hide
    from assets.intake.sources import Source

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_table(  # noqa: PLR0913  (what, by which contract, from where; then how)
    data: bytes, table: Table, source: Source, *, name: str, hide: Hide, time_zone: str
) -> Parsed:
    """Read one export into the contract's columns plus txn_no (0), row_no (record number, from 1) and k (0).

    A record with a cell that cannot be read is a reject with its column, reason and shape. A file of which no record
    can be read is `unusable`; nothing is raised for what a file holds. Raises ZoneInfoNotFoundError for a bad `time_zone`.
    """
    how = Reading(ZoneInfo(time_zone), source.date_formats, source.datetime_formats)
    parsed = Parsed(kind="export", counted=(table.name,))
    try:
        with _collector_paused():
            grid = _read_grid(data, table, source)
    except Unusable as reason:
        parsed.unusable = f"{name}: {reason}"
        return parsed
    take_grid(parsed, grid, table, source, how, hide)
    return parsed


def take_grid(  # noqa: PLR0913, PLR0917  (into what, what, by which contract, from where; then how)
    parsed: Parsed, grid: Grid, table: Table, source: Source, how: Reading, hide: Hide
) -> None:
    """Type the columns of a grid into the table of a `Parsed`, with the rejects, flags and counts of the grid."""
    frame, rejects, notes = _read_columns(grid, table, source, how, hide)
    parsed.tables[table.name] = frame
    parsed.rejects = sorted([*grid.rejects, *rejects], key=lambda reject: reject.row_no)
    parsed.flags = [*grid.flags, *notes]
    parsed.records, parsed.footers = grid.records, grid.footers


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause Python's cycle collector: walking the growing list of rows again and again takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_grid(data: bytes, table: Table, source: Source) -> Grid:
    if not data or data.isspace():
        raise Unusable("the file is empty")
    if data.startswith(_WORKBOOKS):
        return read_workbook(data, table, source)
    if data.startswith(b"PAR1"):
        return read_parquet(data, table, source)
    return _read_delimited(data, table, source)


def _read_delimited(data: bytes, table: Table, source: Source) -> Grid:
    text, flags = normalise(data)
    header, delimiter, begins = find_header(text, table, source)
    if header.problem:
        raise Unusable(header.problem)
    grid = read_below(
        text[begins:], Collector(table.name, header, source), delimiter, text.count(b"\n", 0, begins)
    )
    grid.flags[:0] = flags
    return grid


def read_below(body: bytes, collector: Collector, delimiter: str, above: int) -> Grid:
    """Read the records below a header into a collector and return its grid; `above` lines stand above them."""
    width = len(collector.header.cells)
    for records in read_body(body, delimiter, width):
        if isinstance(records, Stretch):
            collector.collect_frame(records.frame, records.blank)
        else:
            collector.collect((above + i + 1, cells) for i, cells in records)
    count = count_quickly(body, delimiter)
    # The quick count knows nothing of broken quotes: where it differs, the exact one says whether a record was lost.
    if count != collector.number:
        count = count_records(body.decode(), delimiter, width)
    return collector.grid(count)


def _translated(texts: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Put the contract's words where the source says what its own mean; other words stay as they are."""
    return texts.with_columns(
        pl.col(column)
        .str.to_lowercase()
        .replace_strict(
            [theirs.strip().lower() for theirs in words],
            [ours or None for ours in words.values()],
            default=pl.col(column),
            return_dtype=pl.String,
        )
        for column, words in source.values.items()
        if words and column in texts.columns
    )


def _read_columns(
    grid: Grid, table: Table, source: Source, how: Reading, hide: Hide
) -> tuple[pl.DataFrame, list[Reject], list[Flag]]:
    """Type every column; return the frame of good records, a reject for each other one, and what was odd."""
    height = len(grid.row_no)
    constant = {name: pl.repeat(value, height, eager=True) for name, value in source.constants.items()}
    texts = _translated(clean(pl.DataFrame({**grid.columns, **constant}), grid.trimmed), source)
    columns = [
        replace(column, required=column.required or column.name in source.required)
        for column in table.columns
    ]
    typed = read_columns(texts, columns, how, hide, source.formats_of)
    bad: dict[int, Reject] = {}
    for name, column in typed.items():
        for i, reason in column.bad.items():
            if i not in bad:
                cell = texts[name][i]
                shape = "" if cell is None else shape_of(cell)
                bad[i] = Reject(table.name, reason, row_no=grid.row_no[i], column=name, shape=shape)
    values = {
        c.name: typed[c.name].values
        if c.name in typed
        else pl.repeat(None, height, dtype=TYPES[c.type], eager=True)
        for c in table.columns
    }
    counts = {
        "txn_no": pl.repeat(0, height, dtype=pl.Int32, eager=True),
        "row_no": grid.row_no,
        "k": pl.repeat(0, height, dtype=pl.Int32, eager=True),
    }
    frame = pl.DataFrame({**values, **counts})
    if bad:
        good = np.ones(height, dtype=bool)
        good[list(bad)] = False
        frame = frame.filter(good)
    flags = [Flag(code, sentence) for column in typed.values() for code, sentence in column.notes]
    return frame, list(bad.values()), flags
