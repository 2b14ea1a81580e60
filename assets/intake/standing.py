"""Which of the files that compete stands: duplicates, revisions, and snapshots of which the latest replaces the others.

Belongs here: the contest among the rows of intake.files. Does not belong here: finding files (`deliveries.py`), and
loading again what stands again (`waiting.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assets.intake.files import MISNAMED
from assets.intake.sources import revision_stem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from assets.intake.files import FileRow

Subject = tuple[str, str, "date | None"]


def settle(rows: list[FileRow]) -> list[FileRow]:
    """Decide among files that compete: the first delivery of the same bytes, the last revision and the latest snapshot stand.

    A file that stood back for another one stands again when that one is gone; a snapshot also when that one is held.
    """
    present = {row.file_id: row for row in rows}
    taken = {(row.place, row.feed): row.file_id for row in rows if row.status != "superseded"}
    ordered = sorted((_unbound(row, present, taken) for row in rows), key=lambda row: row.age)
    originals = _originals(ordered)
    settled = []
    for row in ordered:
        original = originals.get(row.file_id, row)
        if original is not row and row.status in {"pending", "held", "loaded", "unknown"}:
            reason = f"same content as {original.path}, delivered {original.delivery_date}"
            settled.append(replace(row, status="duplicate", reason=reason, superseded_by=None))
        else:
            settled.append(row)
    latest: dict[Subject, FileRow] = {}
    for row in settled:
        if _contends(row):
            latest[_subject(row)] = max(latest.get(_subject(row), row), row, key=_rank)
    return [_superseded(row, latest) for row in settled]


def _unbound(
    row: FileRow,
    present: dict[str, FileRow],
    taken: dict[tuple[tuple[date, str], str | None], str],
) -> FileRow:
    """Return the row as it stands by itself, for the contest to be held again."""
    winner = present.get(row.superseded_by or "")
    here = taken.get((row.place, row.feed), row.file_id)
    if row.status == "superseded" and (
        here != row.file_id or (winner is not None and winner.place == row.place)
    ):
        return row  # other bytes in the same place: nothing can bring the old ones back
    if row.status == "duplicate" and (row.kind == "misnamed" or not row.feed):
        return replace(row, status="unknown", reason=MISNAMED)
    if row.status in {"duplicate", "superseded"}:
        status = "loaded" if row.loaded else "pending"
        return replace(row, status=status, superseded_by=None, reason=None)
    return row


def _originals(ordered: Iterable[FileRow]) -> dict[str, FileRow]:
    """Return which of the rows with the same content counts: the first delivered, and of snapshots the latest.

    A state may come back: what was open on Monday, and not on Tuesday, is open again on Wednesday.
    """
    found: dict[str, FileRow] = {}
    for row in ordered:
        if row.status not in {"pending", "held", "loaded"}:
            continue
        known = found.setdefault(row.file_id, row)
        same = _contends(row) and row.snapshot_of is not None and _subject(row) == _subject(known)
        if same and (_rank(row) > _rank(known) or not _contends(known)):
            found[row.file_id] = row
    return found


def _contends(row: FileRow) -> bool:
    """Whether other files have to stand back for this one, or it for them."""
    if row.kind not in {"export", "activitywatch"}:
        return False
    if row.snapshot_of is None:
        return row.status in {"pending", "held", "loaded"}
    # The bytes of a superseded file may be gone while its rows stand, because what took its place is held.
    return row.status in {"pending", "loaded"} or (row.status == "superseded" and bool(row.loaded))


def _subject(row: FileRow) -> Subject:
    if row.snapshot_of is not None:
        return row.feed or "", row.snapshot_of, None
    # Without a date in its name a file covers the day of its delivery: tomorrow's file of that name is another one.
    stem, _ = revision_stem(Path(row.path.split("!")[-1]).name)
    return row.feed or "", stem.lower(), row.covers_date or row.delivery_date


def _rank(row: FileRow) -> tuple[date, int, date, str, bool]:
    """Return what makes a file later than another one of its subject."""
    revision = revision_stem(Path(row.path.split("!")[-1]).name)[1]
    return row.covers_date or row.delivery_date, revision, *row.age, row.status != "superseded"


def _superseded(row: FileRow, latest: dict[Subject, FileRow]) -> FileRow:
    if not _contends(row):
        return row
    winner = latest[_subject(row)]
    if winner is row or (row.status == "superseded" and winner.place == row.place):
        return row
    reason = f"replaced by {winner.path}"
    if row.snapshot_of is not None:
        reason += ", a later snapshot of its source"
    return replace(row, status="superseded", superseded_by=winner.file_id, reason=reason)
