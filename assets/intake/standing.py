"""Which of the files that compete stands: duplicates and revisions.

Belongs here: the contest among the rows of intake.files. Does not belong here: finding files (`deliveries.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assets.intake.sources import revision_stem

if TYPE_CHECKING:
    from datetime import date

    from assets.intake.files import FileRow


def settle(rows: list[FileRow]) -> list[FileRow]:
    """Decide among files that compete: the first delivery of the same bytes and the last revision of an export stand.

    A file that stood back for another one stands again when that one is gone.
    """
    present = {row.file_id: row for row in rows}
    ordered = sorted((_unbound(row, present) for row in rows), key=lambda row: row.age)
    first: dict[str, FileRow] = {}
    settled = []
    for row in ordered:
        original = row if row.status in {"unknown", "unusable"} else first.setdefault(row.file_id, row)
        if original is not row and row.status in {"pending", "held", "loaded"}:
            reason = f"same content as {original.path}, delivered {original.delivery_date}"
            settled.append(replace(row, status="duplicate", reason=reason, superseded_by=None))
        else:
            settled.append(row)
    latest: dict[tuple[str, str, date], FileRow] = {}
    for row in settled:
        if _revisable(row):
            latest[_subject(row)] = max(latest.get(_subject(row), row), row, key=_revision)
    return [_superseded(row, latest) for row in settled]


def _unbound(row: FileRow, present: dict[str, FileRow]) -> FileRow:
    """Return the row as it stands by itself, for the contest to be held again."""
    winner = present.get(row.superseded_by or "")
    if row.status == "superseded" and winner is not None and winner.place == row.place:
        return row  # other bytes in the same place: nothing can bring the old ones back
    if row.status in {"duplicate", "superseded"}:
        status = "loaded" if row.loaded else "pending"
        return replace(row, status=status, superseded_by=None, reason=None)
    return row


def _revisable(row: FileRow) -> bool:
    return row.kind in {"export", "activitywatch"} and row.status in {"pending", "held", "loaded"}


def _subject(row: FileRow) -> tuple[str, str, date]:
    # Without a date in its name a file covers the day of its delivery: tomorrow's file of that name is another one.
    stem, _ = revision_stem(Path(row.path.split("!")[-1]).name)
    return row.feed or "", stem.lower(), row.covers_date or row.delivery_date


def _revision(row: FileRow) -> tuple[int, date, str]:
    return revision_stem(Path(row.path.split("!")[-1]).name)[1], *row.age


def _superseded(row: FileRow, latest: dict[tuple[str, str, date], FileRow]) -> FileRow:
    if not _revisable(row):
        return row
    winner = latest[_subject(row)]
    if winner is row:
        return row
    return replace(
        row, status="superseded", superseded_by=winner.file_id, reason=f"replaced by {winner.path}"
    )
