"""The reader for a file: which one reads what `identify` found.

Belongs here: choosing the reader. Does not belong here: reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.activity import read_activitywatch
from assets.intake.contracts import FEEDS
from assets.intake.records import Hide, Parsed
from assets.intake.tabular import read_table
from assets.intake.x12.read import read_x12

if TYPE_CHECKING:
    from assets.intake.identify import Identified


def read_file(name: str, data: bytes, known: Identified, *, hide: Hide, time_zone: str) -> Parsed:
    """Read a file with the reader of its kind; a file of no known kind is unusable, with the reason."""
    if not known.feed:
        return Parsed(known.kind, (), unusable=known.reason or "nothing known reads this file")
    if known.kind == "activitywatch":
        return read_activitywatch(data, name=name, hide=hide, time_zone=time_zone)
    if known.source is not None:
        return read_table(data, FEEDS[known.feed][0], known.source, name=name, hide=hide, time_zone=time_zone)
    return read_x12(data, hide=hide, time_zone=time_zone)
