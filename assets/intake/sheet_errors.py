"""Cells of an XLSX workbook that hold an error such as #N/A: the reader of workbooks gives them as empty.

Belongs here: finding those cells in the workbook's XML. Does not belong here: reading a sheet (`sheets.py`), and what an error
in a cell means (`columns.py`).
"""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\st=["']e["'])[^>]*\sr=["']([A-Z]{1,3})(\d{1,9})["'][^>]*(?<!/)>(?:(?!</(?:\w+:)?c>).)*?"""
    rb"""<(?:\w+:)?v>([^<]*)<""",
    re.DOTALL,
)


def errors_of(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Return the errors of a sheet by (row, column) from 0; none for what is no XLSX workbook."""
    if data[:2] != b"PK":
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        place = _place(archive, sheet)
        content = archive.read(place) if place in archive.namelist() else b""
    return {
        (int(row) - 1, _number(letters) - 1): error.decode("utf-8", "replace")
        for letters, row, error in _ERROR.findall(content)
    }


def _place(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the member that holds a sheet: the workbook names a relation, and the relation the member."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    wanted = next(
        (_value(tag, r"\w+:id") for tag in _SHEET.findall(book) if _value(tag, "name") == sheet), ""
    )
    target = next(
        (_value(tag, "Target") for tag in _RELATION.findall(links) if _value(tag, "Id") == wanted), ""
    )
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _value(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}=(["'])(.*?)\1""", tag, re.DOTALL)
    return unescape(found[2]) if found else ""


def _number(letters: bytes) -> int:
    return sum((letter - 64) * 26**i for i, letter in enumerate(reversed(letters)))
