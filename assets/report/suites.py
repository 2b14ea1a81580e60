"""What is checked before anything is shown, and how that went over time: suites, their verdicts by day and family of tables.

Belongs here: that section of the page of data quality. Does not belong here: what is expected (`expectations/`).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Fold, Section, Table, Text
from assets.report.charts import Drawn, Point, lines, stacked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from assets.quality import Suite
    from assets.report.read import Published

Row = dict[str, Any]
LATEST_DAYS = 90
STAGES = ("intake", "ledger", "measures", "bands")
_COLOURS = ("--c7", "--c5", "--c2")
"""Quiet for what passed, louder for what warned and for what was kept out."""
VERDICTS = {"passed": "Passed", "warned": "Warned", "blocked": "Kept out"}


def suites_section(published: Published, suites: Mapping[str, Suite]) -> Section:
    """Return what the suites hold, how they went over time, and every expectation with what follows if it is not met."""
    blocking = sum(e.blocking for suite in suites.values() for e in suite.expectations)
    every = sum(len(suite.expectations) for suite in suites.values())
    text = (
        f"Every slice of every table is held against a suite before it is swapped in: {words.plural(every, 'expectation')} in "
        f"{words.plural(len(suites), 'suite')}. {words.plural(blocking, 'of them keeps', 'of them keep')} a slice out, so what is shown here has met them; "
        "the others warn."
    )
    return Section(
        "suites",
        "What is checked before anything is shown",
        (Text(text), *_over_time(published), *_every_suite(suites)),
    )


def _over_time(published: Published) -> tuple[Any, ...]:
    rows = published.rows("suite_results")
    if not rows:
        return (Text("How the suites went is not published yet: the command rcmbench status tells it."),)
    last = max(row["day"] for row in rows)
    recent = [row for row in rows if row["day"] > last - timedelta(days=LATEST_DAYS)]
    note = (
        "Counted are tables and days of delivery. A slice of several days counts on each of them, so that after a first load of months one row at "
        "fault marks them all; day by day it marks its own. What is built whole counts on the days that are new to it."
    )
    return (Text(note), _families(recent, last), *_weeks(rows), _not_passed(recent, last))


def _families(recent: list[Row], last: date) -> Any:
    found = Counter((row["stage"], row["verdict"]) for row in recent)
    stages = [stage for stage in STAGES if any(name == stage for name, _ in found)]
    points = tuple(
        Point(stage.capitalize(), told, float(found[stage, verdict])) for stage in stages for verdict, told in VERDICTS.items()
    )  # fmt: skip
    how = f"Tables times days of delivery, the {LATEST_DAYS} days to {words.day(last)}, by family of tables."
    drawn = Drawn("suites-families", "Verdicts of suites", how, points, "tables and days", (), "Family")
    return stacked(drawn, _COLOURS)


def _weeks(rows: list[Row]) -> tuple[Any, ...]:
    whole: Counter[tuple[str, date]] = Counter()
    part: Counter[tuple[str, str, date]] = Counter()
    for row in rows:
        week = row["day"] - timedelta(days=row["day"].weekday())
        whole[row["stage"], week] += 1
        part[row["stage"], row["verdict"], week] += 1
    points = tuple(
        Point(week, f"{stage.capitalize()}, {VERDICTS[verdict].lower()}", part[stage, verdict, week] / n)
        for stage in STAGES
        for verdict in ("warned", "blocked")
        if any((name, said) == (stage, verdict) for name, said, _ in part)
        for (name, week), n in sorted(whole.items())
        if name == stage
    )
    if not points:
        return (Text("Every suite was met on every day that is published."),)
    how = "Share of the family's tables and days whose suite was not met, by week of the delivery. A family that is not there met all of its suites."
    drawn = Drawn("suites-weeks", "Suites that were not met", how, points, "share", (), "Week of")
    return (lines(drawn, from_zero=True),)


def _not_passed(recent: list[Row], last: date) -> Table:
    by_table: dict[str, list[Row]] = {}
    for row in recent:
        by_table.setdefault(row["table_name"], []).append(row)
    told = []
    for table, rows in by_table.items():
        days = Counter(row["verdict"] for row in rows)
        if days["blocked"] + days["warned"] == 0:
            continue
        newest = max((row for row in rows if row["verdict"] != "passed"), key=lambda row: row["day"])
        badge = Badge(VERDICTS[newest["verdict"]], "act" if newest["verdict"] == "blocked" else "look")
        failed = f"{words.number(newest['failed'])} of {words.number(newest['expectations'])}"
        told.append(((-days["blocked"], -days["warned"], table),
                     (table, badge, words.day(newest["day"]), failed, words.number(days["warned"]), words.number(days["blocked"]), words.number(len(rows)))))  # fmt: skip
    heads = ("Table", "Newest", "On", "Expectations not met", "Days warned", "Days kept out", "Days checked")
    caption = f"Tables whose suite was not met, {LATEST_DAYS} days to {words.day(last)}"
    return Table(caption, heads, tuple(row for _, row in sorted(told, key=lambda item: item[0])), "Every suite was met on every day.")  # fmt: skip


def _every_suite(suites: Mapping[str, Suite]) -> tuple[Fold, ...]:
    stages: dict[str, list[tuple[str, Suite]]] = {}
    for table, suite in suites.items():
        stages.setdefault(table.split(".")[0], []).append((table, suite))
    return tuple(
        Fold(
            f"{stage.capitalize()}: {words.plural(len(found), 'table')}",
            tuple(_suite(table, suite) for table, suite in found),
        )
        for stage, found in stages.items()
    )


def _suite(table: str, suite: Suite) -> Table:
    rows = tuple(
        (e.name.replace("_", " "), e.why, "keeps the slice out" if e.blocking else "warns")
        for e in suite.expectations
    )
    return Table(table, ("Expectation", "If it is not met", "Then it"), rows)
