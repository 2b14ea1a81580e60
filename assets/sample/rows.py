"""The rows of a day's exports, in the order and under the headers of the intake contracts.

Belongs here: headers and the day's buffer of rows. Does not belong here: files (`exports.py`).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from assets.intake.contracts import TABLES

PLAIN_HEADERS = frozenset(
    {
        "scrubber_events",
        "shifts",
        "work_log",
        "production_history",
        "account_adjustments",
        "filing_limits",
        "denial_codes",
    }
)
"""Feeds whose export carries our own column names; the others carry the headers that people read."""

SHEET_FEEDS = frozenset({"deposits", "audits", "client_fees"})
"""Feeds that come as a workbook."""


@cache
def headers(feed: str) -> tuple[str, ...]:
    """Return the header row of a feed."""
    columns = TABLES[feed].columns
    if feed in PLAIN_HEADERS:
        return tuple(column.name for column in columns)
    return tuple(column.aliases[0] if column.aliases else column.name for column in columns)


class DayRows:
    """The rows that a day's exports will carry: feed -> rows as text, cells in contract order."""

    def __init__(self) -> None:
        self.feeds: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, feed: str, *cells: str) -> None:
        """Add a row; the sample's cells contain neither commas nor quotes, so that joining them is a valid CSV."""
        self.feeds[feed].append(",".join(cells))

    def text(self, feed: str) -> str:
        """Return the CSV of a feed."""
        return "\n".join((",".join(headers(feed)), *self.feeds[feed], ""))
