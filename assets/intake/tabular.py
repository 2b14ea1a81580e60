"""Exports of practice-management systems, trackers and rosters (CSV, XLSX, Parquet), read against a contract.

Belongs here: the road from bytes to the contract's frame. Does not belong here: the file formats (`delimited.py`,
`sheets.py`), headers (`headers.py`) and cells (`columns.py`, `cells.py`). Pure: no Dagster, no DuckDB.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from assets.intake.cells import Reading
from assets.intake.columns import TYPES, clean, read_columns
from assets.intake.delimited import count_records, decode, read_records, split_line
from assets.intake.grid import Collector, Grid, Unusable
from assets.intake.headers import SEARCHED, Names
from assets.intake.records import Flag, Parsed, Reject, shape_of
from assets.intake.sheets import read_parquet, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.contracts import Table
    from assets.intake.headers import Header
    from assets.intake.records import Hide
    from assets.intake.sources import Source

DELIMITERS = (",", ";", "\t", "|")
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
    frame, rejects, notes = _read_columns(grid, table, how, hide)
    parsed.tables[table.name] = frame
    parsed.rejects = sorted([*grid.rejects, *rejects], key=lambda reject: reject.row_no)
    parsed.flags = [*grid.flags, *notes]
    parsed.records, parsed.footers = grid.records, grid.footers
    return parsed


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
    if not data.strip():
        raise Unusable("the file is empty")
    if data.startswith(_WORKBOOKS):
        return read_workbook(data, table, source)
    if data.startswith(b"PAR1"):
        return read_parquet(data, table, source)
    return _read_delimited(data, table, source)


def _read_delimited(data: bytes, table: Table, source: Source) -> Grid:
    text, flags = decode(data)
    lines = text.split("\n")
    header, delimiter = _find_header(lines, table, source)
    if header.problem:
        raise Unusable(header.problem)
    width, first = len(header.cells), header.line + 1
    collector = Collector(table.name, header, source)
    below = lines[first:]
    collector.collect((first + i + 1, cells) for i, cells in read_records(below, delimiter, width))
    grid = collector.grid(count_records("\n".join(below), delimiter, width))
    grid.flags[:0] = flags
    return grid


def _find_header(lines: list[str], table: Table, source: Source) -> tuple[Header, str]:
    """Return the header and the delimiter under which most of its cells are known."""
    names = Names(table, source)
    tried = (source.delimiter,) if source.delimiter else DELIMITERS
    found = [(names.find([split_line(line, d) for line in lines[:SEARCHED]]), d) for d in tried]
    headers = [(header, delimiter) for header, delimiter in found if header is not None]
    if not headers:
        required = ", ".join(column.name for column in table.columns if column.required)
        raise Unusable(
            f"no header of {table.name} in the first {SEARCHED} lines; looked for columns such as {required}"
        )
    return max(headers, key=lambda pair: pair[0].known)


def _read_columns(
    grid: Grid, table: Table, how: Reading, hide: Hide
) -> tuple[pl.DataFrame, list[Reject], list[Flag]]:
    """Type every column; return the frame of good records, a reject for each other one, and what was odd."""
    height = len(grid.row_no)
    texts = clean(pl.DataFrame(grid.columns))
    typed = read_columns(texts, table.columns, how, hide)
    bad: dict[int, Reject] = {}
    for name, column in typed.items():
        for i, reason in column.bad.items():
            if i not in bad:
                cell = texts[name][i]
                shape = "" if cell is None else shape_of(cell)
                bad[i] = Reject(table.name, reason, row_no=grid.row_no[i], column=name, shape=shape)
    absent = {
        c.name: pl.Series([None] * height, dtype=TYPES[c.type]) for c in table.columns if c.name not in typed
    }
    values = {name: column.values for name, column in typed.items()} | absent
    counts = {
        "txn_no": pl.Series([0] * height, dtype=pl.Int32),
        "row_no": pl.Series(grid.row_no, dtype=pl.Int64),
        "k": pl.Series([0] * height, dtype=pl.Int32),
    }
    frame = pl.DataFrame({name: values[name] for name in table.column_names} | counts)
    if bad:
        frame = frame.filter([i not in bad for i in range(height)])
    flags = [Flag(code, sentence) for column in typed.values() for code, sentence in column.notes]
    return frame, list(bad.values()), flags
