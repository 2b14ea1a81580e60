"""A row of intake.files: what is known of a delivered file.

Belongs here: its columns, its shape and what its path says. Does not belong here: finding files (`deliveries.py`) or loading them (`load.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MISNAMED = "no source that its name fits can read it"
"""Why a file is not loaded of which no more is known than that a copy of another name was."""
FILE_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "content hash: the file's identity"),
    "path": (
        "VARCHAR",
        "place in the inbox; after '!' a member of an archive, then the feed when the file holds several",
    ),
    "delivery_date": (
        "DATE",
        "day on which it was delivered: the folder's name, else the date in the file's name",
    ),
    "covers_date": ("DATE", "date in the file's name"),
    "kind": ("VARCHAR", "837P, 835, 999, export, activitywatch, not_needed, misnamed, unknown ..."),
    "feed": ("VARCHAR", "the feed that it belongs to by content or name; empty when unknown"),
    "bytes": ("BIGINT", "size of the file, also where the row is about one of its feeds"),
    "status": ("VARCHAR", "pending, loaded, duplicate, superseded, held, unusable, not_needed or unknown"),
    "records": ("BIGINT", "records in the file, counted independently of the reader"),
    "loaded": ("BIGINT", "records that became rows"),
    "rejected": ("BIGINT", "records that were rejected, see intake.rejects"),
    "footers": ("BIGINT", "declared footer records"),
    "flags": ("BIGINT", "oddities that did not stop the load, see intake.flags"),
    "reason": ("VARCHAR", "why it is not loaded, or which expectations were waived for it"),
    "superseded_by": ("VARCHAR", "file_id of the file that replaces it"),
    "snapshot_of": (
        "VARCHAR",
        "pattern of the source whose full state it is (mode = snapshot): the latest state replaces the others; else empty",
    ),
}


@dataclass(frozen=True)
class FileRow:
    """A row of intake.files."""

    file_id: str
    path: str
    delivery_date: date
    covers_date: date | None
    kind: str
    feed: str | None
    bytes: int
    status: str
    records: int | None = None
    loaded: int | None = None
    rejected: int | None = None
    footers: int | None = None
    flags: int | None = None
    reason: str | None = None
    superseded_by: str | None = None
    snapshot_of: str | None = None

    @property
    def age(self) -> tuple[date, str]:
        """Order of delivery."""
        return self.delivery_date, self.path

    @property
    def place(self) -> tuple[date, str]:
        """Delivery day and path without the feed of a mixed file: what one file on disk has in common."""
        return self.delivery_date, self.path.removesuffix(f"!{self.feed}")


def holders(path: str) -> Iterator[str]:
    """Yield the path and what stands before each '!' in it, longest first: the first that lies in the inbox is the file."""
    yield path
    while "!" in path:
        path = path.rpartition("!")[0]
        yield path
