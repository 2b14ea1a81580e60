"""What CMS packs around the relative value file, and which files are relative value files at all.

Belongs here: names and first lines. Does not belong here: reading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assets.intake.cms.release import is_qpp

if TYPE_CHECKING:
    from assets.intake.files import FileRow

_NAME = re.compile(r"PPRRVU", re.IGNORECASE)
_ENDING = re.compile(r"\.(csv|txt|xlsx|pdf|docx?)$", re.IGNORECASE)
_TITLE = b"national physician fee schedule relative value file"
_HDR = re.compile(rb"HDR [^\n]*\r?\n(?:HDR [^\n]*\r?\n)*(?:[A-Z0-9]{5}.{52}[A-Z] )", re.IGNORECASE)
_OTHERS = (
    (re.compile(r"^GPCI\d{4}", re.IGNORECASE), "the geographic indices"),
    (re.compile(r"^OPPSCAP", re.IGNORECASE), "the caps on imaging"),
    (re.compile(r"^ANES\d{2,4}", re.IGNORECASE), "the conversion factors of anaesthesia"),
    (re.compile(r"^\d{2}LOCCO", re.IGNORECASE), "the counties of the localities"),
    (re.compile(r"^RVU\d{2}[A-D]", re.IGNORECASE), "the documentation"),
)
QPP = (
    "not needed: the same relative values with the conversion factor of qualifying participants; a source of feed fee_schedule "
    "whose pattern fits the name reads it as a release of its own"
)
_PREFERENCE = (".csv", ".txt", ".xlsx")


def is_relative_values(base: str, head: bytes) -> bool:
    """Whether a file is CMS's by its name or its first lines; another table of the feed is read by its own header."""
    return _NAME.search(base) is not None or begins_like_it(head)


def begins_like_it(head: bytes) -> bool:
    """Whether the first lines are the title of the table, or the header lines of the text file."""
    return _TITLE in head[:2000].lower() or _HDR.match(head) is not None


def not_needed(base: str) -> str | None:
    """Return why a file of CMS's archive is not read; None when it is no such file."""
    if not _ENDING.search(base):
        return None
    if _NAME.search(base) and is_qpp(base):
        return QPP
    what = next((what for pattern, what in _OTHERS if pattern.search(base)), None)
    return f"not needed: {what} of CMS's fee schedule" if what else None


def once(rows: list[FileRow]) -> list[FileRow]:
    """Return the members of one archive, of each release one format only: CMS packs the same lines as csv, txt and xlsx."""
    best: dict[str, FileRow] = {}
    for row in rows:
        if _is_format(row) and (_stem(row) not in best or _rank(row) < _rank(best[_stem(row)])):
            best[_stem(row)] = row
    return [
        row
        if not _is_format(row) or best[_stem(row)] is row
        else replace(
            row,
            status="not_needed",
            reason=f"not needed: {best[_stem(row)].path.rpartition('!')[2]} of the same archive holds the same",
        )
        for row in rows
    ]


def _is_format(row: FileRow) -> bool:
    return (
        row.feed == "fee_schedule"
        and row.status == "pending"
        and "!" in row.path
        and _NAME.search(row.path.rpartition("!")[2]) is not None
        and row.path[row.path.rfind(".") :].casefold() in _PREFERENCE
    )


def _stem(row: FileRow) -> str:
    return row.path.rpartition(".")[0]


def _rank(row: FileRow) -> int:
    return _PREFERENCE.index(row.path[row.path.rfind(".") :].casefold())
