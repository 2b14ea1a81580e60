"""What a delivered file is: X12, an export of a known feed, an ActivityWatch export, not needed, or unknown.

Belongs here: the decision, by content first and by file name second. Does not belong here: unpacking (`archives.py`),
the sources (`sources.py`) and reading the records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from assets.intake.cms.members import begins_like_it, not_needed
from assets.intake.x12.delimiters import decode
from assets.intake.x12.read import identify_x12

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.intake.sources import Source

Kind = Literal["x12", "export", "activitywatch", "not_needed", "unknown"]

HEAD = 65536
"""Bytes from which a file is known."""
_BEGINS_LIKE_X12 = re.compile(r"[\s\ufeff\x00\x1a]*ISA(?![A-Za-z0-9_])")
_TABLE = re.compile(r"\.(?:csv|tsv|txt|xlsx|xlsm|xls|ods|parquet)(?:\.gz)?$", re.IGNORECASE)
_PROPOSED = "rcmbench sources init FILE proposes a mapping"


@dataclass(frozen=True)
class Identified:
    """What a file is; `feed` is a contract's feed; `reason` says why a file is unknown, or not needed."""

    kind: Kind
    feed: str = ""
    source: Source | None = None
    reason: str = ""


def identify(name: str, head: bytes, sources: Iterable[Source]) -> Identified:
    """Return what a file (already unpacked) is: X12 by its content, everything else by the first source that matches its name.

    `head` holds its first `HEAD` bytes.
    """
    kind = identify_x12(head)
    if kind is not None:
        feed = "837" if kind.startswith("837") else "835" if kind.startswith("835") else "ack"
        return Identified("x12", feed)
    base = base_name(name)
    tried = tuple(sources)
    source = next((source for source in tried if source.matches(base)), None)
    if source is None and (reason := not_needed(base)):
        return Identified("not_needed", reason=reason)
    if source is None and begins_like_it(head):
        # The last is the built-in one: what somebody declared for other names may not hold for this file.
        source = next((source for source in reversed(tried) if source.feed == "fee_schedule"), None)
    if source is not None and source.feed == "activity" and _is_json(base, head):
        return Identified("activitywatch", source.feed, source)
    if source is not None:
        return Identified("export", source.feed, source)
    return Identified("unknown", reason=_why_unknown(base, head))


def _why_unknown(base: str, head: bytes) -> str:
    """Return why a file is unknown, and what helps when it is a table."""
    if not head:
        return "the file is empty"
    if _BEGINS_LIKE_X12.match(decode(head[:1024])[0]):
        return "begins with ISA, but its delimiters cannot be used"
    reason = "no X12 envelope in the content, and no source has a pattern that fits the file name"
    return f"{reason}; {_PROPOSED}" if _TABLE.search(base) else reason


def base_name(name: str) -> str:
    """Return the last part of a path, with either kind of slash."""
    return PurePosixPath(name.replace("\\", "/")).name


def _is_json(base: str, data: bytes) -> bool:
    return base.casefold().removesuffix(".gz").endswith(".json") or data[:200].lstrip(
        b"\xef\xbb\xbf \t\r\n"
    ).startswith(b"{")
