"""Regular delimited text, many records at once: the road that nearly every file takes.

Belongs here: telling whether a stretch of text is regular, and its cells as columns. Does not belong here: what a record is
(`delimited.py` decides; here is only a subset of what it reads, with the same result) and the sorting of records (`grid.py`).

Regular means: every quote opens a cell at its beginning or closes it at its end (or is doubled inside), every line has the
same number of cells, and a cell that spans lines does so within the limits of `delimited.py`. Pyarrow's reader takes such a
text apart at the speed of memory, but it is lenient where a text is not regular; so that is ruled out first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv

from assets.intake.delimited import SPAN_CHARS, SPAN_LINES, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PIECE = 2**19
_PARALLEL = 2**20
_STRIP = 2**18
_QUOTE, _LINE_END = ord('"'), ord("\n")
_BLANK_FOR_PYTHON_ONLY = (b"\x1c", b"\x1d", b"\x1e", b"\x1f")
Strict = tuple[int, "list[str] | None"]


def read_body(body: bytes, delimiter: str, width: int) -> Iterator[pl.DataFrame | list[Strict]]:
    """Yield the records below the header in order: frames of regular ones, lists of strictly read ones.

    A frame has a text column per cell, named by its position; a strict record is (index of its first line, cells). The whole
    text is tried first, then pieces of it; only pieces with something odd in them are read strictly.
    """
    whole = regular(body, delimiter, width)
    if whole is not None:
        yield whole
        return
    position = line = 0
    while position < len(body):
        end = _end_of_piece(body, position)
        piece = body[position:end]
        frame = regular(piece, delimiter, width)
        if frame is not None:
            yield frame
            line += piece.count(b"\n")
            position = end
        else:
            records, lines = _strictly(body, position, end, delimiter, width)
            yield [(line + first, cells) for first, cells in records]
            line += lines
            position = _after_lines(body, position, lines)


def _strictly(body: bytes, start: int, end: int, delimiter: str, width: int) -> tuple[list[Strict], int]:
    """Read the records that begin between two line ends, and return them with the number of lines that they took."""
    # No record depends on more than SPAN_LINES lines after its first.
    window = body[start : _after_lines(body, end, SPAN_LINES + 1)].decode()
    lines = window.split("\n")
    until = body.count(b"\n", start, end) + (body[end - 1] != _LINE_END)
    reading = read_records(lines, delimiter, width, until)
    records: list[Strict] = []
    while True:
        try:
            records.append(next(reading))
        except StopIteration as stop:
            return records, int(stop.value)


def _after_lines(body: bytes, position: int, lines: int) -> int:
    """Return where the line begins that comes so many lines later; the end of the text when there are fewer."""
    for _ in range(lines):
        position = body.find(b"\n", position) + 1
        if not position:
            return len(body)
    return position


def _end_of_piece(body: bytes, start: int) -> int:
    """Return the end of a line about a piece further on, outside quotes as far as the next hundred lines tell."""
    end = _after_lines(body, min(start + PIECE, len(body)), 1)
    if body.count(b'"', start, end) % 2 == 0:
        return end
    inside = end
    for _ in range(SPAN_LINES):
        before, inside = inside, _after_lines(body, inside, 1)
        if before == inside or body.count(b'"', before, inside) % 2:
            return inside
    return end


def regular(body: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """Return the cells of a regular text, one row per record and at least `width` columns; None when anything is odd."""
    if (
        len(delimiter.encode()) > 1
        or body.startswith(b"\xef\xbb\xbf")  # pyarrow would drop it
        or any(blank in body for blank in _BLANK_FOR_PYTHON_ONLY)
    ):
        return None
    cells = _cells_of_first_record(body, delimiter, width)
    if cells < width:
        return pl.DataFrame(schema=_schema(width)) if not cells else None
    quoted = b'"' in body
    spanning = _spans(body, ord(delimiter), width if cells == width else 0) if quoted else False
    if spanning is None:
        return None
    try:
        table = _parse(body, delimiter, cells, quoted=quoted, spanning=spanning)
    except pa.ArrowInvalid:
        return None
    frame = _frame(table)
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    if max((length or 0 for length in longest), default=0) > SPAN_CHARS:
        return None
    return _without_blank(frame, width, quoted=quoted)


def _schema(width: int) -> dict[str, pl.DataType]:
    return {str(i): pl.String() for i in range(width)}


def _cells_of_first_record(body: bytes, delimiter: str, width: int) -> int:
    """Return how many cells the first record has; 0 when there is none, or none that can be read."""
    start = 0
    while start < len(body):
        end = _after_lines(body, start, SPAN_LINES + 1)
        for _, cells in read_records(body[start:end].decode().split("\n"), delimiter, width):
            return len(cells or ()) or 1
        start = end
    return 0


def _spans(body: bytes, delimiter: int, width: int) -> bool | None:
    """Return whether cells span lines, given that every quote is where it may be; None when one is not.

    `width` is 0 where no record may span lines. Goes by strips that fit a processor's cache.
    """
    text = np.frombuffer(body, dtype=np.uint8)
    edge = np.zeros(256, dtype=bool)
    edge[[delimiter, _LINE_END, _QUOTE]] = True
    is_open, spanning = 0, False
    for start in range(0, len(text), _STRIP):
        strip = text[start : start + _STRIP]
        quotes = np.flatnonzero(strip == _QUOTE)
        if is_open or len(quotes):
            inside = (np.searchsorted(quotes, np.flatnonzero(strip == _LINE_END)) + is_open) & 1
            spanning = spanning or bool(inside.any())
        before, after = quotes[is_open::2] + (start - 1), quotes[1 - is_open :: 2] + (start + 1)
        # The text begins after a line end and ends before one.
        before, after = before[before >= 0], after[after < len(text)]
        if not (edge[text[before]].all() and edge[text[after]].all()):
            return None
        is_open = (is_open + len(quotes)) & 1
    if is_open:
        return None
    if not spanning:
        return False
    ends, quotes = np.flatnonzero(text == _LINE_END), np.flatnonzero(text == _QUOTE)
    within: NDArray[np.bool_] = (np.searchsorted(quotes, ends) & 1).astype(np.bool_)
    return True if width and _spans_are_records(text, ends, within, delimiter, width) else None


def _spans_are_records(
    text: NDArray[np.uint8], ends: NDArray[np.int64], inside: NDArray[np.bool_], delimiter: int, width: int
) -> bool:
    """Whether every record over several lines is one by the rules of `delimited.py`: not too long, its lines not all alike."""
    bounds = np.concatenate([[-1], ends, [len(text)]])  # line i stands between bounds[i] and bounds[i + 1]
    goes_on = np.concatenate([inside, [False]])  # line i goes on in line i + 1
    first = np.flatnonzero(goes_on & ~np.concatenate([[False], inside]))
    last = np.flatnonzero(~goes_on & np.concatenate([[False], inside]))
    if (last - first).max() >= SPAN_LINES or (bounds[last + 1] - bounds[first]).max() > SPAN_CHARS:
        return False
    if width == 1:
        return True
    delimiters = np.diff(np.searchsorted(np.flatnonzero(text == delimiter), bounds))
    other = np.concatenate([[0], np.cumsum(delimiters != width - 1)])  # lines that do not look like records
    return bool((other[last + 1] > other[first]).all())


def _parse(body: bytes, delimiter: str, cells: int, *, quoted: bool, spanning: bool) -> pa.Table:
    names = [str(i) for i in range(cells)]
    return csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=csv.ReadOptions(
            column_names=names, block_size=_PARALLEL, use_threads=len(body) > _PARALLEL
        ),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=spanning
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table, rechunk=False)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame; this tells the type checker
    return frame


def _without_blank(frame: pl.DataFrame, width: int, *, quoted: bool) -> pl.DataFrame | None:
    """Drop records of blank cells; None where quotes make one of them a record, or where cells beyond the width are filled."""
    names = frame.columns
    blank = pl.all_horizontal(pl.col(name).str.strip_chars() == "" for name in names)
    first = frame.select((pl.col("0").str.strip_chars() == "").any()).item()
    if first and frame.select(blank.any()).item():
        if quoted:
            return None
        frame = frame.filter(~blank)
    extra = names[width:]
    if (
        extra
        and frame.select(pl.any_horizontal(pl.col(n).str.strip_chars() != "" for n in extra).any()).item()
    ):
        return None
    return frame
