"""The page of data quality: what came, what was kept out, how well the logs fit together, and what is checked before anything is shown.

Belongs here: sections made from `data_quality`, `matching`, `proposed_friction`, `availability` and the suites. Does not belong here:
single rejects, which stay in the warehouse (`rcmbench rejects`).
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Fold, Link, Page, Section, Table, Text
from assets.report.charts import Drawn, Point, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from assets.quality import Suite
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
LATEST_DAYS = 30
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
            _rejects(published),
            _matching(published),
            _suites(suites),
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


def _rejects(published: Published) -> Section:
    by_week: dict[date, list[int]] = {}
    for row in published.rows("data_quality"):
        week = row["delivery_date"] - timedelta(days=row["delivery_date"].weekday())
        sums = by_week.setdefault(week, [0, 0])
        sums[0] += row["rejected"]
        sums[1] += row["records"]
    points = tuple(
        Point(week, "Rejected", rejected / records if records else None)
        for week, (rejected, records) in sorted(by_week.items())
    )
    text = (
        "A record that cannot be read is rejected alone and kept with its reason; the file's account must still add up. Which records, where and "
        "why is told by the command rcmbench rejects, in shapes of values and never the values."
    )
    if not any(point.value is not None for point in points):
        return Section("rejects", "Rejected records", (Text(text),))
    how = "Rejected records over records, by week of the delivery, over all feeds."
    drawn = Drawn("rejects-chart", "Share of records rejected", how, points, "share", (), "Week of")
    return Section("rejects", "Rejected records", (Text(text), lines(drawn, from_zero=True)))


def _matching(published: Published) -> Section:
    rows = [row for row in published.rows("matching", rule="all") if row["n_rows"]]
    if not rows:
        return Section("matching", "How well the logs fit together", (Text("No match rates are published."),))
    last = max(row["measured_on"] for row in rows)
    told = []
    for link in sorted({row["link"] for row in rows}):
        mine = [row for row in rows if row["link"] == link]
        recent = [row for row in mine if row["measured_on"] > last - timedelta(days=LATEST_DAYS)]
        told.append((link, *_shares(recent), *_shares(mine)[:1]))
    heads = ("Link", "Matched", "Matched to the nearest of several", "Rows", "Matched, all days")
    caption = f"Match rates, last {LATEST_DAYS} days to {words.day(last)}"
    text = (
        "Every answer, payment and note of work is matched to its claim. What matches nothing is kept and counted, never guessed. Answers take their time, so the "
        "newest days of links that begin with 'claim' are always low."
    )
    return Section(
        "matching",
        "How well the logs fit together",
        (Text(text), Table(caption, heads, tuple(told)), _trend(rows)),
    )


def _shares(rows: list[Row]) -> tuple[str, str, str]:
    n = sum(row["n_rows"] for row in rows)
    if not n:
        return ("none came", "\N{EN DASH}", "0")
    matched, ambiguous = (sum(row[name] for row in rows) for name in ("matched", "ambiguous"))
    return (words.percent(matched / n), words.percent(ambiguous / n), words.number(n))


def _trend(rows: list[Row]) -> Any:
    weeks: dict[tuple[str, date], list[int]] = {}
    for row in rows:
        week = row["measured_on"] - timedelta(days=row["measured_on"].weekday())
        sums = weeks.setdefault((row["link"], week), [0, 0])
        sums[0] += row["unmatched"]
        sums[1] += row["n_rows"]
    wanted = ("835 to claim", "277CA to claim", "999 to batch", "work_log to claim", "payments to claim")
    first = (
        min(row["measured_on"] for row in rows if row["link"] in wanted)
        if any(row["link"] in wanted for row in rows)
        else None
    )
    points = tuple(
        Point(week, link, unmatched / n)
        for (link, week), (unmatched, n) in sorted(weeks.items())
        if link in wanted
    )
    if not points or first is None:
        return Text("No week of these links is published.")
    how = (
        "What matched nothing, by week. The first weeks are high: their claims went out before the log began."
    )
    return lines(Drawn("matching-chart", "Unmatched", how, points, "share", (), "Week of"), from_zero=True)


def _suites(suites: Mapping[str, Suite]) -> Section:
    stages: dict[str, list[tuple[str, Suite]]] = {}
    for table, suite in suites.items():
        stages.setdefault(table.split(".")[0], []).append((table, suite))
    blocking = sum(e.blocking for suite in suites.values() for e in suite.expectations)
    every = sum(len(suite.expectations) for suite in suites.values())
    text = (
        f"Every slice of every table is held against a suite before it is swapped in: {words.plural(every, 'expectation')} in "
        f"{words.plural(len(suites), 'suite')}. {words.plural(blocking, 'of them keeps', 'of them keep')} a slice out, so what is shown here has met them; "
        "the others warn. Results of single runs stand in the warehouse and are told by the command rcmbench status."
    )
    folds = tuple(
        Fold(
            f"{stage.capitalize()}: {words.plural(len(found), 'table')}",
            tuple(_suite(table, suite) for table, suite in found),
        )
        for stage, found in stages.items()
    )
    return Section("suites", "What is checked before anything is shown", (Text(text), *folds))


def _suite(table: str, suite: Suite) -> Table:
    rows = tuple(
        (e.name.replace("_", " "), e.why, "keeps the slice out" if e.blocking else "warns")
        for e in suite.expectations
    )
    return Table(table, ("Expectation", "If it is not met", "Then it"), rows)


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
