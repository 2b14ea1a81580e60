"""Workbooks (XLSX, XLS, ODS) and Parquet files, turned into columns of cell texts.

Belongs here: what a cell of a spreadsheet or a Parquet type is as text. Does not belong here: what the text means.
Everything becomes text first so that one set of rules (`cells.py`) reads every format.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from assets.counted import many
from assets.intake.declared import EXCEL_SERIAL
from assets.intake.grid import Collector, Footers, Grid, Unusable, footers_of
from assets.intake.headers import SEARCHED, Names
from assets.intake.records import Flag
from assets.intake.sheet_errors import errors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.contracts import Table
    from assets.intake.headers import Header
    from assets.intake.sources import Source

LARGEST_WORKBOOK = 2**30
LARGEST_SHEET = 20_000_000
_COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,3})\d""")
_ROW = re.compile(rb"""<row\b[^>]*?\sr=["'](\d{1,9})["']""")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (serial numbers of spreadsheets carry no zone)
_TEXTS, _DAYS = (pl.String, pl.Categorical, pl.Enum), (pl.Date, pl.Datetime)
_DATES = ("DATE", "TIMESTAMPTZ")


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn whatever a binary reader raises on a damaged file, a Rust panic included, into `Unusable`."""
    try:
        yield
    except (Unusable, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except PasswordError:
        raise Unusable(f"the {what} is protected with a password") from None
    except BaseException as error:  # noqa: BLE001  (a Rust panic is no Exception)
        raise Unusable(f"the {what} is damaged and cannot be read ({type(error).__name__})") from None


def read_workbook(data: bytes, table: Table, source: Source) -> Grid:
    """Return the records of the declared sheet, or of the first visible sheet that has a header; raises `Unusable`."""
    with opened(data) as book:
        sheets = visible_sheets(book)
        if source.sheet is not None:
            if source.sheet not in book.sheet_names:
                raise Unusable(
                    f"the workbook has no sheet '{source.sheet}'; its visible sheets are: {', '.join(sheets)}"
                )
            sheets = [source.sheet]
        return _first_sheet(data, book, sheets, table, source)


@contextmanager
def opened(data: bytes) -> Iterator[CalamineWorkbook]:
    """Open a workbook that neither fills the memory nor fails in any other way than with `Unusable`."""
    with readable("workbook"):
        _refuse_bomb(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            yield book


def visible_sheets(book: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that somebody who opens the workbook sees."""
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
    ]


def _refuse_bomb(data: bytes) -> None:
    """Refuse a workbook that would fill the memory: by its unpacked size, or by one cell far from the others.

    The reader lays a sheet out as a full rectangle, so a stray cell in the last column of the last row is 17 billion cells.
    """
    if data[:2] != b"PK":
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > LARGEST_WORKBOOK:
            raise Unusable(f"the workbook unpacks to more than {LARGEST_WORKBOOK} bytes")
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                content = archive.read(name)
                letters = max(set(_COLUMN.findall(content)), key=lambda c: (len(c), c), default=b"A")
                width = sum((letter - 64) * 26**i for i, letter in enumerate(reversed(letters)))
                height = max(map(int, _ROW.findall(content)), default=1)
                if width * height > LARGEST_SHEET:
                    raise Unusable(
                        f"a sheet spans {height} rows and {width} columns: a stray cell far from the table?"
                    )


def _first_sheet(
    data: bytes, book: CalamineWorkbook, sheets: list[str], table: Table, source: Source
) -> Grid:
    names = Names(table, source)
    chosen: Grid | None = None
    flags: list[Flag] = []
    for name in sheets:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        header = (
            None if chosen else names.find([[cell_text(cell) for cell in row] for row in rows[:SEARCHED]])
        )
        if header is None:
            if any(map(_filled, rows)):
                flags.append(Flag("EXTRA_SHEET", f"sheet '{name[:60]}' holds cells and was not read"))
            continue
        # A second pass through the workbook, cell by cell: the count does not come from the rows that are loaded.
        count = sum(map(_filled, sheet.iter_rows())) - sum(map(_filled, rows[: header.line + 1]))
        for (line, place), error in errors_of(data, name).items():
            # A cell with an error comes as an empty one; a row of nothing else is no record.
            if line < len(rows) and place < len(rows[line]) and _filled(rows[line]):
                rows[line][place] = error
        chosen = _sheet_grid(rows, header, table, source, count)
    if chosen is None:
        raise Unusable(f"no sheet has a header of {table.name} in its first {SEARCHED} rows")
    chosen.flags.extend(flags)
    return chosen


def _sheet_grid(rows: list[list[Any]], header: Header, table: Table, source: Source, count: int) -> Grid:
    if header.problem:
        raise Unusable(header.problem)
    types = {
        position: next(c.type for c in table.columns if c.name == name)
        for name, position in header.positions.items()
    }
    dated = {position for position, kind in types.items() if kind in _DATES}
    collector = Collector(table.name, header, source)
    below = ((i, row) for i, row in enumerate(rows[header.line + 1 :], start=header.line + 2) if _filled(row))
    collector.collect(
        (line, [cell_text(cell, serial=i in dated) for i, cell in enumerate(row)]) for line, row in below
    )
    grid = collector.grid(count)
    grid.flags += _serials(rows[header.line + 1 :], header, source, dated)
    long = sum(
        isinstance(row[i], float | int) and abs(row[i]) >= 1e15
        for row in rows[header.line + 1 :]
        for i, kind in types.items()
        if kind == "VARCHAR" and i < len(row)
    )
    if long:
        grid.flags.append(
            Flag(
                "LONG_NUMBER",
                f"{many(long, 'identifier is a number', 'identifiers are numbers')} of over 15 digits: rounded by the workbook",
            )
        )
    return grid


def _serials(rows: list[list[Any]], header: Header, source: Source, dated: set[int]) -> Iterator[Flag]:
    """Flag the columns of dates in which cells are bare numbers, where nobody declared that they are days."""
    for name, i in header.positions.items():
        if i not in dated or EXCEL_SERIAL in source.formats_of(name):
            continue
        bare = sum(
            isinstance(row[i], int | float) and not isinstance(row[i], bool) for row in rows if i < len(row)
        )
        if bare:
            sentence = f"{name}: {many(bare, 'cell is a bare number', 'cells are bare numbers')}, read as days of a spreadsheet"
            yield Flag("EXCEL_SERIAL", sentence)


def _filled(row: list[Any]) -> bool:
    return any(not isinstance(cell, str) or cell.strip() for cell in row if cell is not None)


def cell_text(cell: Any, *, serial: bool = False) -> str:
    """Return a workbook cell as text: whole numbers without `.0`, fifteen digits as the spreadsheet shows, ISO dates.

    With `serial`, a number is a day count from the epoch of spreadsheets (46026 is 2026-01-04).
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        if serial and 61 <= cell < 2_958_466:
            cell = _EPOCH + timedelta(days=cell)
        else:
            return str(int(cell)) if cell == cell // 1 and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, datetime):
        shown = cell + timedelta(microseconds=500)
        return shown.replace(microsecond=shown.microsecond // 1000 * 1000).isoformat(sep=" ")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{'-' * (seconds < 0)}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02d}:{abs(seconds) % 60:02d}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def read_parquet(data: bytes, table: Table, source: Source) -> Grid:
    """Return the rows of a Parquet file; raises `Unusable` when a column's type cannot become the contract's."""
    with readable("Parquet file"):
        # Not pl.read_parquet: a flipped byte in a page makes Polars allocate without bound and end the process.
        file = pq.ParquetFile(io.BytesIO(data))
        count = int(file.metadata.num_rows)
        content = file.read()
        content.validate(full=True)
        frame = pl.DataFrame(content)
        names = Names(table, source)
        header = names.find([frame.columns])
        if header is None:
            raise Unusable(f"the columns are not those of {table.name}; {names.told(frame.columns)}")
        if header.problem:
            raise Unusable(header.problem)
        kinds = {column.name: column.type for column in table.columns}
        columns = {
            name: _parquet_texts(frame.to_series(i), kinds[name]) for name, i in header.positions.items()
        }
        texts = {str(i): _parquet_texts(frame.to_series(i), "VARCHAR") for i in footers_of(source, header)}
    numbers = pl.int_range(1, frame.height + 1, eager=True)
    skipped = Footers(source, header).skipped(pl.DataFrame(texts)) if texts else None
    if skipped is None or not skipped.any():
        return Grid(columns, numbers, count, flags=list(header.flags))
    kept = {name: cells.filter(~skipped) for name, cells in columns.items()}
    flags = [*header.flags, Flag("FOOTER", f"{many(int(skipped.sum()), 'record')} skipped by the source")]
    return Grid(kept, numbers.filter(~skipped), count, int(skipped.sum()), flags=flags)


def _parquet_texts(values: pl.Series, wanted: str) -> pl.Series:
    kind = values.dtype
    if kind == pl.Null:
        return values.cast(pl.String)
    texty, dated = kind.base_type() in _TEXTS, kind.base_type() in _DAYS
    fits = {
        "VARCHAR": texty or kind.is_numeric() or kind == pl.Boolean,
        "DATE": texty or dated,
        "TIMESTAMPTZ": texty or dated,
        "BOOLEAN": texty or kind == pl.Boolean or kind.is_integer(),
    }
    if not fits.get(wanted, texty or kind.is_numeric()):
        raise Unusable(
            f"the column '{values.name[:60]}' has the type {kind.base_type()}, which cannot become {wanted}"
        )
    if kind.is_float():
        return pl.Series(values.name, [None if v is None else cell_text(v) for v in values], dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        micros = "" if (values.dt.microsecond().fill_null(0) == 0).all() else "%.6f"
        zoned = kind.time_zone is not None
        wall = values.dt.convert_time_zone("UTC") if zoned else values
        return wall.dt.strftime(f"%Y-%m-%d %H:%M:%S{micros}{'Z' if zoned else ''}")
    return values.cast(pl.String)
