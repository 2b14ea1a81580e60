"""Writing a day's delivery: X12 and JSON as they are, feeds as CSV or as a workbook.

Belongs here: file names and file formats. Does not belong here: the rows (`rows.py`) and the mess made of them (`mess.py`).
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from assets.intake.contracts import TABLES
from assets.sample.rows import SHEET_FEEDS, DayRows, headers
from assets.sample.season import compact, iso

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assets.sample.world import World

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_NUMERIC = ("DECIMAL(18,2)", "DECIMAL(18,3)", "DECIMAL(18,4)", "BIGINT")


def write_day(world: World, inbox: Path) -> None:
    """Write what today delivers and empty the day's buffers."""
    folder = inbox / iso(world.today)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in world.files:
        (folder / name).write_bytes(text.encode("ascii"))
    for feed in sorted(world.rows.feeds):
        stem = f"{feed}_{compact(world.today)}"
        if feed in SHEET_FEEDS:
            (folder / f"{stem}.xlsx").write_bytes(workbook(feed, world.rows.feeds[feed]))
        else:
            (folder / f"{stem}.csv").write_bytes(world.rows.text(feed).encode("ascii"))
    world.files, world.rows = [], DayRows()


def workbook(feed: str, rows: Sequence[str]) -> bytes:
    """Return a workbook with one sheet; amounts and counts are numbers, everything else is text."""
    numeric = [column.type in _NUMERIC for column in TABLES[feed].columns]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "Synthetic sample office", "created": _CREATED})
    sheet = book.add_worksheet(feed)
    sheet.write_row(0, 0, headers(feed))
    for i, row in enumerate(rows, 1):
        for j, cell in enumerate(row.split(",")):
            if cell and numeric[j]:
                sheet.write_number(i, j, float(cell))
            elif cell:
                sheet.write_string(i, j, cell)
    book.close()
    return buffer.getvalue()
