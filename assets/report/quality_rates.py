"""Rates of data quality over time: records rejected, in all and per feed, and what of the office's own logs matched nothing.

Belongs here: those sections of the page of data quality. Does not belong here: deliveries (`quality.py`) and suites (`suites.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Fold, Section, Table, Text
from assets.report.charts import Drawn, Point, lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from assets.report.read import Published

Row = dict[str, Any]
LATEST_DAYS = 30
MOST_FEEDS = 6
"""Feeds that one chart tells apart; the others stand in the table of deliveries."""
_MAIN_LINKS = ("835 to claim", "277CA to claim", "999 to batch", "work_log to claim", "payments to claim")


def rejects_section(published: Published) -> Section:
    """Return the share of records that were rejected, by week, over all feeds and per feed."""
    rows = published.rows("data_quality")
    text = (
        "A record that cannot be read is rejected alone and kept with its reason; the file's account must still add up. Which records, where and "
        "why is told by the command rcmbench rejects, in shapes of values and never the values."
    )
    points = _weekly(("Rejected", row["delivery_date"], row["rejected"], row["records"]) for row in rows)
    if not any(point.value is not None for point in points):
        return Section("rejects", "Rejected records", (Text(text),))
    how = "Rejected records over records, by week of the delivery, over all feeds."
    drawn = Drawn("rejects-chart", "Share of records rejected", how, points, "share", (), "Week of")
    return Section("rejects", "Rejected records", (Text(text), lines(drawn, from_zero=True), _by_feed(rows)))


def _by_feed(rows: list[Row]) -> Any:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["feed"]] = sums.get(row["feed"], 0) + row["rejected"]
    worst = sorted((feed for feed, n in sums.items() if n), key=lambda feed: (-sums[feed], feed))
    if not worst:
        return Text("No feed had a record rejected.")
    told = worst[:MOST_FEEDS]
    points = _weekly(
        (row["feed"], row["delivery_date"], row["rejected"], row["records"]) for row in rows if row["feed"] in told
    )  # fmt: skip
    how = "Rejected records over records of the feed, by week of the delivery: "
    how += (
        f"the {words.number(MOST_FEEDS)} feeds with the most rejected records of {words.number(len(worst))} with any."
        if len(worst) > MOST_FEEDS
        else "every feed that had any."
    )
    drawn = Drawn("rejects-feeds", "Share of records rejected, by feed", how, points, "share", (), "Week of")
    return lines(drawn, from_zero=True)


def matching_section(published: Published) -> Section:
    """Return how well answers, payments and notes of work match their claims, and what matched nothing over time."""
    title = "How well the logs fit together"
    rows = [row for row in published.rows("matching", rule="all") if row["n_rows"]]
    if not rows:
        return Section("matching", title, (Text("No match rates are published."),))
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
        "matching", title, (Text(text), Table(caption, heads, tuple(told)), *_unmatched_over_time(rows))
    )


def _shares(rows: list[Row]) -> tuple[str, str, str]:
    n = sum(row["n_rows"] for row in rows)
    if not n:
        return ("none came", "\N{EN DASH}", "0")
    matched, ambiguous = (sum(row[name] for row in rows) for name in ("matched", "ambiguous"))
    return (words.percent(matched / n), words.percent(ambiguous / n), words.number(n))


def _unmatched_over_time(rows: list[Row]) -> tuple[Any, ...]:
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        link = row["link"]
        kind = "main" if link in _MAIN_LINKS else "sent" if link.startswith("claim to ") else "others"
        by_kind.setdefault(kind, []).append(row)
    before = "What matched nothing, by week."
    blocks: list[Any] = []
    for kind, title, how in (
        ("main", "Unmatched", f"{before} The first weeks are high: their claims went out before the log began."),
        ("sent", "Claims without an answer", f"{before} The newest weeks are high: their answers are still to come."),
        ("others", "Unmatched, other links", f"{before} The first weeks are high: their claims went out before the log began."),
    ):  # fmt: skip
        points = _weekly(
            (row["link"], row["measured_on"], row["unmatched"], row["n_rows"])
            for row in by_kind.get(kind, [])
        )
        if points:
            drawn = Drawn(f"matching-{kind}", title, how, points, "share", (), "Week of")
            chart = lines(drawn, from_zero=True)
            blocks.append(chart if kind == "main" else Fold(f"{title} over time", (chart,)))
    return tuple(blocks)


def _weekly(parts: Iterable[tuple[str, date, int, int]]) -> tuple[Point, ...]:
    """Return shares by series and week from (series, day, part, whole); the ratio of sums, with what it rests on."""
    weeks: dict[tuple[str, date], list[int]] = {}
    for series, day, part, whole in parts:
        sums = weeks.setdefault((series, day - timedelta(days=day.weekday())), [0, 0])
        sums[0] += part
        sums[1] += whole
    return tuple(
        Point(week, series, part / whole if whole else None) for (series, week), (part, whole) in sorted(weeks.items())
    )  # fmt: skip
