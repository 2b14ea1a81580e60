"""The workbook: `rcmbench.xlsx` beside `published.duckdb`, written from it alone, the same bytes for the same tables.

Belongs here: the cover, the file, its swap. Does not belong here: the lists (`workbook_lists.py`), their looks (`sheets.py`).
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import duckdb
import xlsxwriter

from assets.published.sheets import Listing, Sheets
from assets.published.swap import DATABASE
from assets.published.workbook_lists import listings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WORKBOOK = "rcmbench.xlsx"
NO_DAY = date(2000, 1, 1)
"""Creation date of a workbook of an office that has loaded nothing: the clock would make every file another one."""

WITHHELD = """
select 'Bands of output', reasons, count(*) from bands where status in ('learning', 'withheld') group by all
union all
select 'Companion bands', reasons, count(*) from companion_bands where status in ('learning', 'withheld') group by all
union all
select 'Effort', reason, count(*) from effort where reason is not null group by all
union all
select 'Outcomes', regexp_replace(reason, '[0-9]+ % of the cohort', 'too little of the cohort'), count(*)
from outcomes where reason is not null group by all
union all
select 'Turnaround', reason, count(*) from durations where reason is not null group by all
union all
select 'Feedback', reason, count(*) from feedback where reason is not null group by all
order by 1, 3 desc, 2
"""

READING = (
    ("Bands", "Only bands whose status is 'adopted' are targets. Every other status says why it is none."),
    ("Intervals", "Low and high tell how sure a limit is: the 90 % interval of what was measured."),
    ("People", "Nobody is shown. Numbers of fewer than five people are withheld, and those that would give them away."),
    ("Definitions", "The last sheet says what every number counts, what it leaves out and what it must not be used for."),
)  # fmt: skip


def write_workbook(folder: Path) -> bool:
    """Write the workbook of what is published in `folder` beside it. Return whether it is another one than before.

    Built beside the old one and renamed: a reader sees the old or the new one, never half of one. Raises OSError when the folder
    cannot be written.
    """
    building, target = folder / f".{WORKBOOK}.building", folder / WORKBOOK
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        _build(connection, building)
    if target.exists() and target.read_bytes() == building.read_bytes():
        building.unlink()
        return False
    building.replace(target)
    return True


def _build(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    about = connection.execute("select * from about").pl().to_dicts()[0]
    made = list(listings(connection))
    office = str(about["office"])
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties(
            {
                "title": f"Benchmarks of {office}",
                "author": "rcmbench",
                "created": datetime.combine(about["last_delivery"] or NO_DAY, time()),
            }
        )
        sheets = Sheets(workbook, f"{office}{_until(about)}")
        _cover(sheets, connection, about, made)
        for listing in made:
            sheets.write(listing)


def _until(about: dict[str, Any]) -> str:
    return f", data up to {about['last_delivery']}" if about["last_delivery"] else ""


def _cover(
    sheets: Sheets, connection: duckdb.DuckDBPyConnection, about: dict[str, Any], made: list[Listing]
) -> None:
    sheet = sheets.add("About", "#1F3864")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 10)
    office = str(about["office"])
    sheets.cell(sheet, 0, 0, office, "title")
    sheets.cell(
        sheet, 1, 0, "Benchmarks of medical billing, computed by rcmbench from the office's own logs", "note"
    )
    row = 3
    if "synthetic" in office.casefold():
        sheets.cell(sheet, row, 0, "Synthetic", "warning")
        sheets.cell(
            sheet, row, 1, "This office is invented: its people, patients, payers and amounts do not exist.", "warning"
        )  # fmt: skip
        row += 2
    for label, value in _facts(about):
        sheets.cell(sheet, row, 0, label, "label")
        sheets.cell(sheet, row, 1, value, "fact")
        row += 1
    row = _section(sheets, sheet, row + 1, "How to read it", READING)
    row = _section(sheets, sheet, row + 1, "The sheets", [(m.name, m.title) for m in made])
    for place, listing in enumerate(made, start=row - len(made)):
        # The names are our own constants, so that no text of the data becomes a link.
        sheet.write_url(place, 0, f"internal:'{listing.name}'!A1", string=listing.name)
    sheets.cell(sheet, row + 1, 0, "What is withheld, and why", "head")
    sheets.cell(sheet, row + 1, 1, "Reason", "head")
    sheets.cell(sheet, row + 1, 2, "Cells", "head")
    withheld = connection.execute(WITHHELD).fetchall()
    for place, (what, why, cells) in enumerate(withheld, start=row + 2):
        sheets.cell(sheet, place, 0, what, "text")
        sheets.cell(sheet, place, 1, why, "wrap")
        sheets.cell(sheet, place, 2, cells, "count")
    sheet.print_area(0, 0, row + 2 + len(withheld), 2)
    sheet.activate()


def _facts(about: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("First delivery", about["first_delivery"] or "nothing was loaded yet"),
        ("Last delivery", about["last_delivery"]),
        ("Files loaded", about["files"]),
        ("Records loaded", about["records"]),
        ("Newest version of the bands", about["version_id"] or "none yet: still learning"),
        ("Its window ends on", about["as_of"]),
    ]


def _section(sheets: Sheets, sheet: Any, row: int, title: str, lines: Iterable[tuple[str, str]]) -> int:
    sheets.cell(sheet, row, 0, title, "head")
    sheets.cell(sheet, row, 1, "", "head")
    place = row
    for place, (label, text) in enumerate(lines, start=row + 1):
        sheets.cell(sheet, place, 0, label, "label")
        sheets.cell(sheet, place, 1, text, "wrap")
    return place + 1
