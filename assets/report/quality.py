"""The page of data quality: what came, what was kept out, how well the logs fit together, and what is checked before anything is shown.

Belongs here: the page, its feeds, and sections made from `proposed_friction` and `availability`. Does not belong here: rates over time
(`quality_rates.py`), suites (`suites.py`), single rejects, which stay in the warehouse (`rcmbench rejects`).
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Link, Page, Section, Table, Text
from assets.report.quality_rates import matching_section, rejects_section
from assets.report.suites import suites_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from assets.quality import Suite
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
PATIENCE = 2
"""A feed is late when it has been silent for more than twice its longest usual gap, and a week at least."""
_KEPT_OUT = (("held_files", "held"), ("pending_files", "not read yet"), ("unusable_files", "not usable"))


def feeds(published: Published) -> list[Row]:
    """Return one row per feed: what came in all, and when it came last, against its own rhythm."""
    by_feed: dict[str, list[Row]] = {}
    for row in published.rows("data_quality"):
        by_feed.setdefault(row["feed"], []).append(row)
    last = max((row["delivery_date"] for rows in by_feed.values() for row in rows), default=None)
    return [
        _feed(name, sorted(rows, key=lambda row: row["delivery_date"]), last)
        for name, rows in sorted(by_feed.items())
    ]


def _feed(name: str, rows: list[Row], last: date | None) -> Row:
    names = ("files", "loaded_files", "held_files", "pending_files", "unusable_files", "repeated_files", "records", "loaded", "rejected", "flags")  # fmt: skip
    sums = {column: sum(row[column] for row in rows) for column in names}
    days = [row["delivery_date"] for row in rows]
    gaps = [(after - before).days for before, after in pairwise(days)][-30:]
    silent = (last - days[-1]).days if last else 0
    # A feed that came once or twice has no rhythm that it could fall out of.
    usual = median(gaps) if len(gaps) >= 3 else None
    late = usual is not None and silent > max(7, PATIENCE * max(gaps))
    return {**sums, "feed": name, "last": days[-1], "silent": silent, "usual": usual, "is_late": late}


def rhythm(row: Row) -> Badge | str:
    """Return whether a feed keeps its rhythm, in a word."""
    if row["usual"] is None:
        return "came too seldom to have one"
    if row["is_late"]:
        return Badge("Late", "act", f"silent for {words.plural(row['silent'], 'day')}")
    return Badge(
        "In time",
        "fine",
        "usually "
        + ("every day" if row["usual"] <= 1 else f"every {words.plural(round(row['usual']), 'day')}"),
    )


def quality_page(published: Published, registry: Registry, suites: Mapping[str, Suite]) -> Page:
    """Return the page of data quality."""
    return Page(
        "data-quality.html",
        "Data quality",
        "What the numbers rest on: which files came, what of them was kept out, and how well the office's own logs fit together.",
        (
            _deliveries(published),
            rejects_section(published),
            matching_section(published),
            suites_section(published, suites),
            _friction(published),
            _availability(published, registry),
        ),
    )


def _deliveries(published: Published) -> Section:
    rows = []
    for row in feeds(published):
        kept = [f"{words.plural(row[column], 'file')} {word}" for column, word in _KEPT_OUT if row[column]]
        rows.append((row["feed"], words.day(row["last"]), words.number(row["files"]), words.number(row["records"]),
                     words.number(row["rejected"]), ", ".join(kept) or "none", rhythm(row)))  # fmt: skip
    heads = ("Feed", "Last delivery", "Files", "Records", "Rejected records", "Files kept out", "Rhythm")
    table = Table(
        "Feeds: what came, and when it came last", heads, tuple(rows), "Nothing has been delivered."
    )
    return Section("deliveries", "Deliveries", (table,))


def _friction(published: Published) -> Section:
    rows = tuple(
        (row["system"], words.day(row["day"]), words.percent(row["size"]), Badge("Logged" if row["is_logged"] else "Not logged", "fine" if row["is_logged"] else "look"))
        for row in sorted(published.rows("proposed_friction"), key=lambda row: (row["day"], row["system"]), reverse=True)
    )  # fmt: skip
    text = "Days on which everybody on a system did much less than around that day, without a logged reason. Such a day takes time off nobody until it is logged."
    table = Table(
        "Proposals for the friction log",
        ("System", "Day", "Output that was missing", "State"),
        rows,
        "No such day was found.",
    )
    return Section("friction", "Incidents that nobody logged", (Text(text), table))


def _availability(published: Published, registry: Registry) -> Section:
    rows = [row for row in published.rows("availability") if not row["is_available"]]
    told = tuple(
        (
            Link(registry[row["definition_id"]].name, f"definitions.html#{row['definition_id']}"),
            row["availability"],
        )
        for row in rows
    )
    every = len(published.rows("availability"))
    text = f"{words.plural(every - len(rows), 'definition')} of {words.number(every)} can be computed from what this office delivers."
    table = Table(
        "Definitions that need feeds which have not come",
        ("Definition", "What it needs"),
        told,
        "Every feed that a definition needs has come.",
    )
    return Section("availability", "What cannot be computed yet", (Text(text), table))


def late_feeds(found: Iterable[Row]) -> list[Row]:
    """Return the feeds that have fallen out of their rhythm."""
    return [row for row in found if row["is_late"]]
