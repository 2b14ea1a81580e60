"""The reader for a file: which one reads what `identify` found.

Belongs here: choosing the reader. Does not belong here: reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.errors import told
from assets.intake.ahead import ahead
from assets.intake.cms.members import is_relative_values
from assets.intake.cms.read import read_relative_values
from assets.intake.contracts import FEEDS
from assets.intake.identify import HEAD, base_name
from assets.intake.records import Hide, Parsed
from assets.intake.tabular import read_table
from assets.intake.trackers import read_activity
from assets.intake.x12.read import SMALL, read_x12, read_x12_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.intake.content import Content
    from assets.intake.identify import Identified


def read_file(
    content: Content, known: Identified, *, hide: Hide, time_zone: str, feed: str | None = None
) -> Iterator[Parsed]:
    """Yield the parts of a file as the reader of its kind reads them; the account of the file is the sum of theirs.

    X12 comes in several parts when it is large, everything else in one. With a `feed` only that feed's transactions of an
    X12 file are read. A file of no known kind is unusable, with the reason; so is one that cannot be read any more, and one
    that our reader stumbles over: whatever a file holds, the files beside it are loaded.
    """
    try:
        yield from _parts(content, known, hide, time_zone, feed)
    except OSError as error:
        yield Parsed(known.kind, (), unusable=f"the file cannot be read: {error.strerror or 'input error'}")
    except Exception as error:  # noqa: BLE001 - a fault of ours, told by type and place, that must not stop a load
        yield Parsed(known.kind, (), unusable=f"a fault of the reader, please report it: {told(error)}")


def _parts(
    content: Content, known: Identified, hide: Hide, time_zone: str, feed: str | None
) -> Iterator[Parsed]:
    if not known.feed:
        yield Parsed(known.kind, (), unusable=known.reason or "nothing known reads this file")
    elif known.source is not None:
        name, data = base_name(content.name), content.read()
        if known.feed == "activity":
            json = known.kind == "activitywatch"
            yield read_activity(data, known.source, name=name, hide=hide, time_zone=time_zone, json=json)
        elif known.feed == "fee_schedule" and is_relative_values(name, data[:HEAD]):
            # The whole path: a release may be told by the folder.
            yield read_relative_values(data, known.source, name=content.name, hide=hide, time_zone=time_zone)
        else:
            table = FEEDS[known.feed][0]
            yield read_table(data, table, known.source, name=name, hide=hide, time_zone=time_zone)
    elif content.size < SMALL:
        yield read_x12(content.read(), hide=hide, time_zone=time_zone, feed=feed)
    else:
        with content.open() as stream:
            yield from ahead(read_x12_stream(stream, hide=hide, time_zone=time_zone, feed=feed))
    if not content.unchanged:
        yield Parsed(known.kind, (), unusable="the file changed while it was being loaded; run again")
