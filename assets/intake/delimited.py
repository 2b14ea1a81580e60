"""The bytes of a delimited text file, turned into lines and records; and a second, independent count of the records.

Belongs here: encodings, line ends, quoting, what a record is. Does not belong here: headers and what cells mean.

A record is a line that is not blank. A quoted field may span lines, and then they are one record, if it closes within
`SPAN_LINES` lines, the record has as many cells as the header, and its lines do not each look like a record of their own.
A quote that does not close so is broken: the line that opens it is a record by itself (a reject), and reading goes on
with the next line. Where it closes but the record does not fit, each line is a record by itself, those with quotes rejects.
"""

from __future__ import annotations

import codecs
import csv
import re
from itertools import islice, repeat
from operator import add
from typing import TYPE_CHECKING

from assets.intake.records import Flag

if TYPE_CHECKING:
    from collections.abc import Iterator

SPAN_LINES = 100
SPAN_CHARS = 100_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> tuple[str, list[Flag]]:
    r"""Return the text with `\n` line ends, and flags for an encoding other than UTF-8 and for NUL bytes."""
    flags: list[Flag] = []
    encoding, skip = _encoding(data)
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252" if encoding == "utf-8" else encoding
        text = data[skip:].decode(encoding, errors="replace")
    if encoding != "utf-8":
        lost = text.count("�")
        suffix = f"; {lost} characters could not be decoded" if lost else ""
        flags.append(Flag("ENCODING", f"the file is not UTF-8 and was read as {encoding}{suffix}"))
    if nuls := text.count("\0"):
        flags.append(Flag("NUL_BYTES", f"{nuls} NUL characters were dropped"))
        text = text.replace("\0", "")
    return text.replace("\r\n", "\n").replace("\r", "\n"), flags


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


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line, leniently: for looking at a header, not for reading records."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def read_records(lines: list[str], delimiter: str, width: int) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (index of the first line, cells) of every record; cells are None where a quote is broken."""
    start = 0
    while start < len(lines):
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
            else:
                return
        except csv.Error:
            pass
        if not _is_blank(lines[start], delimiter):
            yield start, None
        start += 1


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


def count_records(text: str, delimiter: str, width: int) -> int:
    """Count the records by pattern, without the csv module: what `read_records` yields must agree with it."""
    d = re.escape(delimiter)
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\n{d}][^\n{d}]*+|)'
    closing = re.compile(rf"{cell}(?:{d}{cell})*+(?=\n|\Z)")
    fitting = re.compile(rf"{cell}(?:{d}{cell}){{{width - 1}}}")
    content = re.compile(rf"[^\s{d}]")
    position, count, end = 0, 0, len(text)
    while position < end:
        stop = text.find("\n", position)
        stop = end if stop < 0 else stop
        count += content.search(text, position, stop) is not None
        if text.find('"', position, stop) >= 0:
            found = closing.match(text, position, min(end, position + SPAN_CHARS + SPAN_LINES))
            body = found[0].split("\n") if found else []
            if found and 1 < len(body) <= SPAN_LINES and len(found[0]) - len(body) < SPAN_CHARS:
                alike = width > 1 and all(len(line.split(delimiter)) == width for line in body)
                if alike or not fitting.fullmatch(found[0]):
                    count += sum(content.search(line) is not None for line in body[1:])
                stop = found.end()
        position = stop + 1
    return count
