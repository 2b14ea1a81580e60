"""Regular delimited text, many records at once: the road that nearly every file takes.

Belongs here: telling whether a stretch of text is regular, and its cells as columns. Does not belong here: what a record is
(`delimited.py` decides; here is only a subset of what it reads, with the same result) and the sorting of records (`grid.py`).

Regular means: every quote opens a cell at its beginning or closes it at its end (or is doubled inside), every line has the
same number of cells, and a cell that spans lines does so within the limits of `delimited.py`. Pyarrow's reader takes such a
text apart at the speed of memory, but it is lenient where a text is not regular; so that is ruled out first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv

from assets.intake.cell_bytes import holding, with_outer_blanks
from assets.intake.delimited import SPAN_CHARS, SPAN_LINES, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PIECE = 2**19
_PARALLEL = 2**20
_STRIP = 2**18
_QUOTE, _LINE_END = ord('"'), ord("\n")
_NOWHERE: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
_HIDDEN_LINE_END = b"\0"
"""Stands for a line end inside quotes while a text is taken apart; `delimited.normalise` leaves none of it in a text."""
_BLANK_FOR_PYTHON_ONLY = (b"\x1c", b"\x1d", b"\x1e", b"\x1f")
Strict = tuple[int, "list[str] | None"]


@dataclass(frozen=True)
class Stretch:
    """Regular records: a frame with a text column per cell, named by its position, and the columns that may hold outer blanks."""

    frame: pl.DataFrame
    blank: frozenset[str] = frozenset()


def read_body(body: bytes, delimiter: str, width: int) -> Iterator[Stretch | list[Strict]]:
    """Yield the records below the header in order: stretches of regular ones, lists of strictly read ones.

    A strict record is (index of its first line, cells). The whole text is tried first, then pieces of it; only pieces with
    something odd in them are read strictly.
    """
    whole = regular(body, delimiter, width)
    if whole is not None:
        yield whole
        return
    position = line = 0
    while position < len(body):
        end = _end_of_piece(body, position)
        piece = body[position:end]
        stretch = regular(piece, delimiter, width)
        if stretch is not None:
            yield stretch
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


def regular(body: bytes, delimiter: str, width: int) -> Stretch | None:
    """Return the cells of a regular text, one row per record and at least `width` columns; None when anything is odd."""
    if (
        len(delimiter.encode()) > 1
        or body.startswith(b"\xef\xbb\xbf")  # pyarrow would drop it
        or any(strange in body for strange in (_HIDDEN_LINE_END, *_BLANK_FOR_PYTHON_ONLY))
    ):
        return None
    cells = _cells_of_first_record(body, delimiter, width)
    if cells < width:
        return Stretch(pl.DataFrame(schema=_schema(width))) if not cells else None
    quoted = b'"' in body
    inside = _line_ends_inside(body, ord(delimiter)) if quoted else _NOWHERE
    if inside is None or (
        len(inside)
        and (cells != width or not _spans_are_records(body, inside.tolist(), delimiter.encode(), width))
    ):
        return None
    try:
        table = _parse(_hidden(body, inside), delimiter, cells, quoted=quoted)
    except pa.ArrowInvalid:
        return None
    frame = _frame(table, hiding=bool(len(inside)))
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    if max((length or 0 for length in longest), default=0) > SPAN_CHARS:
        return None
    kept = _without_blank(frame, width, quoted=quoted)
    return None if kept is None else Stretch(kept, with_outer_blanks(table))


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


def _line_ends_inside(body: bytes, delimiter: int) -> NDArray[np.int64] | None:
    """Return where line ends stand inside quotes, given that every quote is where it may be; None when one is not.

    Goes by strips that fit a processor's cache.
    """
    text = np.frombuffer(body, dtype=np.uint8)
    is_open, found = 0, []
    for start in range(0, len(text), _STRIP):
        strip = text[start : start + _STRIP]
        quotes = np.flatnonzero(strip == _QUOTE)
        if is_open or len(quotes):
            ends = np.flatnonzero(strip == _LINE_END)
            inside = ((np.searchsorted(quotes, ends) + is_open) & 1).astype(np.bool_)
            found.append(ends[inside] + start)
        if not _at_edges(text, start, quotes[is_open::2], quotes[1 - is_open :: 2], delimiter):
            return None
        is_open = (is_open + len(quotes)) & 1
    return None if is_open else np.concatenate(found or [np.zeros(0, dtype=np.int64)])


def _at_edges(
    text: NDArray[np.uint8],
    start: int,
    opening: NDArray[np.int64],
    closing: NDArray[np.int64],
    delimiter: int,
) -> bool:
    """Whether the quotes of a strip, at places counted from its `start`, open cells at their beginning and close them at their end."""
    begin = max(start - 1, 0)
    around = text[begin : start + _STRIP + 1]
    edge = (around == delimiter) | (around == _LINE_END) | (around == _QUOTE)
    before, after = opening + (start - 1 - begin), closing + (start + 1 - begin)
    # The text begins after a line end and ends before one.
    before = before[1:] if len(before) and before[0] < 0 else before
    after = after[:-1] if len(after) and after[-1] >= len(edge) else after
    return bool(edge[before].all() and edge[after].all())


def _spans_are_records(body: bytes, inside: list[int], delimiter: bytes, width: int) -> bool:
    """Whether every record over several lines is one by the rules of `delimited.py`: not too long, its lines not all alike."""
    place = 0
    while place < len(inside):
        first = begin = body.rfind(b"\n", 0, inside[place]) + 1
        end, lines, alike = inside[place], 1, width > 1
        while place < len(inside) and inside[place] == end:
            alike = alike and body.count(delimiter, begin, end) == width - 1
            begin, place, lines = end + 1, place + 1, lines + 1
            end = body.find(b"\n", begin)
            end = len(body) if end < 0 else end
        if alike and body.count(delimiter, begin, end) == width - 1:
            return False
        if lines > SPAN_LINES or end - first >= SPAN_CHARS:
            return False
    return True


def _hidden(body: bytes, inside: NDArray[np.int64]) -> bytes | memoryview:
    """Return the text with another character for the line ends inside quotes: so a record is a line, which is read faster."""
    if not len(inside):
        return body
    text = np.frombuffer(body, dtype=np.uint8).copy()
    text[inside] = ord(_HIDDEN_LINE_END)
    return text.data


def _parse(body: bytes | memoryview, delimiter: str, cells: int, *, quoted: bool) -> pa.Table:
    names = [str(i) for i in range(cells)]
    return csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=csv.ReadOptions(
            column_names=names, block_size=_PARALLEL, use_threads=len(body) > _PARALLEL
        ),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def _frame(table: pa.Table, *, hiding: bool) -> pl.DataFrame:
    # Polars takes string views as they are, and builds them itself more slowly.
    views = pa.schema([(name, pa.string_view()) for name in table.column_names])
    frame = pl.from_arrow(table.cast(views), rechunk=False)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame; this tells the type checker
    names = holding(table, _HIDDEN_LINE_END) if hiding else ()
    return frame.with_columns(
        pl.col(name).str.replace_all(_HIDDEN_LINE_END.decode(), "\n", literal=True) for name in names
    )


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
