"""Copies of the same bytes under names of several sources: the name stands under which most of the records can be loaded.

A name is what an export is known by, so a file under the wrong one comes again under the right one. Only the bytes tell which is which.
Belongs here: trying the names. Does not belong here: the contest among files that are read in the same way (`standing.py`).
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from assets.intake.account import Account
from assets.intake.contracts import FEEDS
from assets.intake.files import MISNAMED, FileRow
from assets.intake.identify import HEAD, base_name, identify
from assets.intake.pseudonyms import hider
from assets.intake.read import read_file
from assets.intake.shelf import Shelf, Unavailable
from assets.intake.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assets.intake.sources import Source
    from assets.settings import Settings


def without_misnamed(
    settings: Settings, sources: Sequence[Source], rows: Sequence[FileRow], fresh: Collection[FileRow]
) -> list[FileRow]:
    """Return the rows, as misnamed those whose bytes another name reads better; only copies of `fresh` files are tried."""
    new = {row.file_id for row in fresh}
    copies: dict[str, list[FileRow]] = {}
    for row in rows:
        if row.file_id in new and row.kind in {"export", "activitywatch"}:
            copies.setdefault(row.file_id, []).append(row)
    misnamed = {row for same in copies.values() for row in _worse(settings, sources, same)}
    return [_misnamed(row) if row in misnamed else row for row in rows]


def _misnamed(row: FileRow) -> FileRow:
    row = replace(row, kind="misnamed", status="unknown", reason=MISNAMED, snapshot_of=None)
    # What was loaded under this name has to go: until it is gone its feed and its number are remembered.
    return (
        row
        if row.loaded
        else replace(row, records=None, loaded=None, rejected=None, footers=None, flags=None)
    )


def _worse(settings: Settings, sources: Sequence[Source], same: list[FileRow]) -> list[FileRow]:
    if len({_claim(row, sources) for row in same}) < 2:
        return []
    shelf = Shelf(settings)
    readable = {row: _readable(settings, sources, shelf, row) for row in same}
    best = max(readable.values())
    return [row for row in same if readable[row] < best]


def _claim(row: FileRow, sources: Sequence[Source]) -> tuple[str | None, str]:
    """Return what a name says of the bytes: the feed and the source."""
    source = source_of(base_name(row.path.rpartition("!")[2]), sources)
    return row.feed, source.pattern if source else ""


def _readable(settings: Settings, sources: Sequence[Source], shelf: Shelf, row: FileRow) -> int:
    """Return how many records can be loaded under this name; -1 when the file is unusable under it."""
    if row.status in {"loaded", "unusable"}:
        return -1 if row.status == "unusable" else row.loaded or 0
    try:
        content, _ = shelf.fetch(row)
    except Unavailable:
        return -1
    account = Account(tables=frozenset(table.name for table in FEEDS[row.feed or ""]))
    known = identify(content.name, content.head(HEAD), sources)
    for part in read_file(content, known, hide=hider(os.urandom(32)), time_zone=settings.office.time_zone):
        account.add(part)
    return -1 if account.unusable else account.loaded
