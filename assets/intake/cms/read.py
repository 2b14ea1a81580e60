"""The reader of the Physician Fee Schedule's relative value file: from a file of CMS to rows of intake.fee_schedule.

Belongs here: the road, the spelling of codes, and that a code and modifier stand in a file once. Does not belong here: layouts
(`layouts.py`), lines (`lines.py`) and the release (`release.py`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from assets.counted import many
from assets.intake.cells import Reading
from assets.intake.cms.lines import TABLE, read_lines
from assets.intake.cms.release import release_of
from assets.intake.contracts import TABLES
from assets.intake.grid import Grid, Unusable
from assets.intake.identify import base_name
from assets.intake.records import Flag, Parsed, Reject
from assets.intake.tabular import take_grid

if TYPE_CHECKING:
    from assets.intake.records import Hide
    from assets.intake.sources import Source

_CODE = r"^[A-Z0-9]{5}$"


def read_relative_values(data: bytes, source: Source, *, name: str, hide: Hide, time_zone: str) -> Parsed:
    """Read a relative value file (csv, txt or xlsx) into table `fee_schedule`, without its descriptions.

    Records = loaded + rejected + footers. A line whose code is none, whose required value is lacking or whose code and modifier
    stand in the file already is a reject. A file whose header or release is not known is unusable. `name` may hold folders: a
    release may be told by one (RVU26A). Values of the source's constants win over what the file says.
    """
    parsed = Parsed(kind="export", counted=(TABLE,))
    try:
        grid, titles = read_lines(data, source, name)
        release = release_of(name, titles, source.constants)
    except Unusable as reason:
        parsed.unusable = f"{base_name(name)}: {reason}"
        return parsed
    grid.flags += [*release.flags, *_spelled(grid)]
    told = {
        "release": release.name,
        "schedule_year": str(release.year),
        "effective_from": release.effective_from.isoformat(),
    }
    how = Reading(ZoneInfo(time_zone), ("%Y-%m-%d",), ())
    own = replace(source, constants={**source.constants, **told}, formats={})
    take_grid(parsed, grid, TABLES[TABLE], own, how, hide)
    _keep_good_codes(parsed)
    return parsed


def _spelled(grid: Grid) -> list[Flag]:
    """Spell codes, modifiers and surgery periods as CMS does; a spreadsheet takes 00100 for the number 100."""
    lost = 0
    for name, width in (("procedure_code", 5), ("endoscopic_base", 5), ("global_days", 3), ("modifier", 2)):
        cells = grid.columns[name].str.strip_chars().str.to_uppercase()
        short = cells.str.contains(rf"^[0-9]{{1,{width - 1}}}$")
        # Workbooks keep surgery periods as numbers as a rule; a code that lost its zeros is worth a word.
        lost += int(short.sum() or 0) if name == "procedure_code" else 0
        padded = pl.select(pl.when(short).then(cells.str.zfill(width)).otherwise(cells)).to_series()
        grid.columns[name] = padded.alias(name)
    if not lost:
        return []
    return [Flag("LOST_ZEROS", f"procedure_code: lost leading zeros were put back in {many(lost, 'cell')}")]


def _keep_good_codes(parsed: Parsed) -> None:
    """Reject what is no code, and what stands in the file a second time."""
    frame = parsed.tables[TABLE]
    bad = frame.filter(~pl.col("procedure_code").str.contains(_CODE))
    frame = frame.filter(pl.col("procedure_code").str.contains(_CODE))
    # A form feed or a sign inside a code would be shown as it is: the shape is of letters and digits only.
    rejects = [
        Reject(
            TABLE,
            "not a code of five letters and digits",
            row_no=number,
            column="procedure_code",
            shape=_shape(code),
        )
        for number, code in zip(bad["row_no"], bad["procedure_code"], strict=True)
    ]
    first = pl.col("row_no").min().over("procedure_code", "modifier")
    marked = frame.with_columns(first=first)
    again = marked.filter(pl.col("row_no") > pl.col("first"))
    rejects += [
        Reject(TABLE, f"the code and modifier stand in the file already, at record {before}", row_no=number)
        for number, before in zip(again["row_no"], again["first"], strict=True)
    ]
    parsed.tables[TABLE] = marked.filter(pl.col("row_no") == pl.col("first")).drop("first")
    parsed.rejects = sorted([*parsed.rejects, *rejects], key=lambda reject: reject.row_no)


def _shape(code: str) -> str:
    return re.sub(r"[A-Za-z]", "A", re.sub(r"[0-9]", "9", code))[:10]
