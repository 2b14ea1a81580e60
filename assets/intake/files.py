"""A row of intake.files: what is known of a delivered file.

Belongs here: its columns and its shape. Does not belong here: finding files (`deliveries.py`) or loading them (`load.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

FILE_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "content hash: the file's identity"),
    "path": ("VARCHAR", "place in the inbox; a member of an archive stands after '!'"),
    "delivery_date": (
        "DATE",
        "day on which it was delivered: the folder's name, else the date in the file's name",
    ),
    "covers_date": ("DATE", "date in the file's name"),
    "kind": ("VARCHAR", "837P, 835, 999, export, activitywatch, unknown ..."),
    "feed": ("VARCHAR", "the feed that it belongs to; empty when unknown"),
    "bytes": ("BIGINT", "size"),
    "status": ("VARCHAR", "pending, loaded, duplicate, superseded, held, unusable or unknown"),
    "records": ("BIGINT", "records in the file, counted independently of the reader"),
    "loaded": ("BIGINT", "records that became rows"),
    "rejected": ("BIGINT", "records that were rejected, see intake.rejects"),
    "footers": ("BIGINT", "declared footer records"),
    "flags": ("BIGINT", "oddities that did not stop the load, see intake.flags"),
    "reason": ("VARCHAR", "why it is not loaded"),
    "superseded_by": ("VARCHAR", "file_id of the file that replaces it"),
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

    @property
    def age(self) -> tuple[date, str]:
        """Order of delivery."""
        return self.delivery_date, self.path
