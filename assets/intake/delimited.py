"""The bytes of a delimited text file, turned into UTF-8 with one kind of line end, and read strictly, record by record.

Belongs here: encodings, line ends, quoting, what a record is. Does not belong here: headers, what cells mean, the quick road
for regular text (`regular.py`) and the count that checks both (`recount.py`).

A record is a line that is not blank. A quoted field may span lines, and then they are one record, if it closes within
`SPAN_LINES` lines, the record has as many cells as the header, and its lines do not each look like a record of their own.
A quote that does not close so is broken: the line that opens it is a record by itself (a reject), and reading goes on
with the next line. Where it closes but the record does not fit, each line is a record by itself, those with quotes rejects.
So what a record is never depends on more than the `SPAN_LINES` lines after its first: reading may begin at any record.
"""

from __future__ import annotations

import codecs
import csv
from itertools import islice, repeat
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from assets.counted import many
from assets.intake.records import Flag

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

SPAN_LINES = 100
SPAN_CHARS = 100_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def normalise(data: bytes) -> tuple[bytes, list[Flag]]:
    r"""Return the text as UTF-8 with `\n` line ends, and flags for an encoding other than UTF-8 and for NUL bytes."""
    flags: list[Flag] = []
    encoding, skip = _encoding(data)
    body = data[skip:]
    try:
        text = None if encoding == "utf-8" and body.isascii() else body.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252" if encoding == "utf-8" else encoding
        text = body.decode(encoding, errors="replace")
    if encoding != "utf-8" and text is not None:
        lost = text.count("\ufffd")
        suffix = f"; {many(lost, 'character')} could not be decoded" if lost else ""
        flags.append(Flag("ENCODING", f"the file is not UTF-8 and was read as {encoding}{suffix}"))
        body = text.encode("utf-8", errors="replace")
    if b"\0" in body:
        nuls = body.count(b"\0")
        flags.append(Flag("NUL_BYTES", f"{many(nuls, 'NUL character')} dropped"))
        body = body.replace(b"\0", b"")
    return _one_line_end(body), flags


def _one_line_end(body: bytes) -> bytes:
    if b"\r" not in body:
        return body
    text = np.frombuffer(body, dtype=np.uint8)
    after = np.flatnonzero(text == ord("\r")) + 1
    if after[-1] < len(text) and (text[after] == ord("\n")).all():
        return body.translate(None, b"\r")  # several times as fast as replacing pairs
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _encoding(data: bytes) -> tuple[str, int]:
    """Return the encoding and the length of the byte order mark; UTF-16 without a mark shows in its NUL bytes."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, len(mark)
    head = data[:4000]
    half = len(head) // 2
    if half >= 4 and head[1::2].count(0) > 0.6 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le", 0
    if half >= 4 and head[::2].count(0) > 0.6 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be", 0
    return "utf-8", 0


def read_records(
    lines: list[str], delimiter: str, width: int, until: int | None = None
) -> Generator[tuple[int, list[str] | None], None, int]:
    """Yield (index of the first line, cells) of every record; cells are None where a quote is broken.

    Returns the line after the last record that begins before line `until`: there reading may go on.
    """
    start, stop = 0, len(lines) if until is None else until
    while start < stop:
        # Line ends matter inside quotes only; `map` adds them without a Python frame per line.
        ended = map(add, islice(lines, start, None), repeat("\n"))
        reader = csv.reader(ended, delimiter=delimiter, strict=True)
        base = start
        try:
            for cells in reader:
                after = base + reader.line_num
                if after - start > 1 and not _is_record(lines[start:after], cells, delimiter, width):
                    if _is_long(lines[start:after]):
                        break
                    yield from _apart(lines, start, after, delimiter)
                elif (cells and cells[0].strip()) or not _is_blank(lines[start], delimiter):
                    yield start, cells
                start = after
                if start >= stop:
                    return start
            else:
                return start
        except csv.Error:
            pass
        if not _is_blank(lines[start], delimiter):
            yield start, None
        start += 1
    return start


def _is_long(span: list[str]) -> bool:
    return len(span) > SPAN_LINES or sum(map(len, span)) > SPAN_CHARS


def _is_record(span: list[str], cells: list[str], delimiter: str, width: int) -> bool:
    """Decide whether lines joined by a quote are one record (see the module's text)."""
    if len(cells) != width or _is_long(span):
        return False
    return width == 1 or any(line.count(delimiter) != width - 1 for line in span)


def _apart(
    lines: list[str], start: int, after: int, delimiter: str
) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each line as a record of its own; None for those with quotes, since nobody knows what theirs enclose."""
    for i in range(start, after):
        if not _is_blank(lines[i], delimiter):
            yield i, None if '"' in lines[i] else lines[i].split(delimiter)


def _is_blank(line: str, delimiter: str) -> bool:
    return not line.replace(delimiter, "").strip()
