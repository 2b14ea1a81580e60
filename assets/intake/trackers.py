"""The reader for a file of computer activity: which tracker's it is.

Belongs here: the choice, by what `identify` found and what the source says. Does not belong here: reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.activity_log import read_log
from assets.intake.activitywatch import read_activitywatch
from assets.intake.flowace import read_flowace
from assets.intake.rescuetime import read_rescuetime
from assets.intake.tracking import Tracking

if TYPE_CHECKING:
    from assets.intake.records import Hide, Parsed
    from assets.intake.sources import Source


def read_activity(  # noqa: PLR0913  (what, from where; then how)
    data: bytes, source: Source, *, name: str, hide: Hide, time_zone: str, json: bool = False
) -> Parsed:
    """Read a file of the feed `activity` into its one table; `json` says that the content is an ActivityWatch export."""
    tracking = Tracking.of(source.tracker)
    if json or tracking.name == "activitywatch":
        return read_activitywatch(data, name=name, hide=hide, time_zone=time_zone, tracking=tracking)
    reader = {"rescuetime": read_rescuetime, "flowace": read_flowace}.get(tracking.name, read_log)
    return reader(data, source, tracking, name=name, hide=hide, time_zone=time_zone)
