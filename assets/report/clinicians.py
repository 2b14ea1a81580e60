"""The page of clinicians: ranges of their output, work RVU with the schedule in force and held fixed, schedules, diagnosis, what is withheld.

Belongs here: sections made from `clinician_bands` and `clinicians`, which tell of groups of five or more and never of a person. Does not
belong here: what is billed under contracts (`payment_models.py`), the billing roles (`roles.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.bands import badge, level_figure
from assets.report.blocks import Facts, Fold, Named, Page, Plain, Section, Table, Text
from assets.report.charts import Drawn, Point, intervals, lines, stacked
from assets.report.figures import newest, reason

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
SERIES = {"wrvu.actual": "Schedule in force", "wrvu.rebased": "Schedule held fixed"}
DIAGNOSIS = "encounter_wrvu_divergence.quarter"
PARTS = {
    "neither": "Neither is low", "schedule_fill": "Few encounters: the schedule", "undercoding_or_light_mix": "Little work per encounter",
    "both": "Both are low", "not_said": "Nothing can be said",
}  # fmt: skip
VISITS = (
    "encounters_per_day.all", "encounters_per_day.billable", "encounters_per_day.not_billable", "encounters_per_shift.all",
    "wrvu_per_encounter.all", "wrvu_per_encounter.billable", "wrvu_per_worked_day.actual", "wrvu_per_shift.actual",
)  # fmt: skip
SLOTS = ("fill_rate.completed", "fill_rate.booked", "no_show_share.slots")
SEASON = (
    "Where a season stands, it was learnt from the group's own prior year and taken out: the range is that of the mean of the year. Hold a whole year against it "
    "as it is, and this window only divided by the season. The numbers of single months on this page have their season in them. Where none stands, the season is "
    "unknown and the range is that of the window."
)
NOBODY = "Nothing is published of clinicians yet. It takes five in a group, and the feeds of schedules, visits and the fee schedule."
MOST_GROUPS = 6
"""Groups of which each has a chart of its own; the others stand in the tables."""
ACROSS = 4
"""Groups side by side in one table."""


def clinicians_page(published: Published, registry: Registry) -> Page:
    """Return the page of clinicians."""
    rows = published.rows("clinicians")
    return Page(
        "clinicians.html",
        "Clinicians",
        "How much groups of clinicians do, by specialty and setting. These are ranges to talk about and no targets, and nothing here is about one person.",
        (
            _bands(published, registry),
            _work(rows, registry),
            _measures("visits", "Encounters and work per encounter", VISITS, rows, registry),
            _measures("slots", "Schedules", SLOTS, rows, registry),
            _diagnosis(rows, registry),
            _others(rows, registry),
            _withheld(published, rows),
        ),
    )


def _group(row: Row) -> str:
    return f"{words.sentence(row['specialty'].replace('_', ' '))}, {row['setting'].replace('_', ' ')}"


def _band_group(row: Row) -> str:
    kind = row["clinician_type"].replace("_", " ")
    return f"{_group(row)}, {kind.upper() if len(kind) <= 4 else kind}"  # fmt: skip


def _bands(published: Published, registry: Registry) -> Section:
    title = "Ranges of output"
    rows = published.rows("clinician_bands")
    if not rows:
        return Section(
            "bands", title, (Text(f"No calibration has told anything of clinicians yet. {NOBODY}"),)
        )
    rows = [{**row, "window_to": row["as_of"]} for row in rows]
    rows.sort(key=lambda row: (_band_group(row), row["payment_model"]))
    first = rows[0]
    window = f"{words.day(first['window_from'])} to {words.day(first['as_of'])}"
    blocks: list[Any] = [
        Text(
            "What half, a quarter and one in ten of a group reach on a worked day. None of them is a target: volume counts only where visits are "
            "paid one by one, and a capitated panel has no range at all, because more visits are no goal there."
        ),
        Text(SEASON),
        Facts((("Window", window), ("Version", first["version_id"]))),
    ]
    for name in sorted({row["definition_id"] for row in rows}):
        mine = [row for row in rows if row["definition_id"] == name]
        definition, shown = registry[name], [row for row in mine if row["acceptable"] is not None]
        if shown:
            points = tuple(
                Point(_band_place(row), level.capitalize(), row[level], level_figure(row, level), row[f"{level}_low"], row[f"{level}_high"])
                for row in shown for level in words.LEVELS if row[level] is not None
            )  # fmt: skip
            how = "The line through a mark is the 90 % interval. Groups without a range stand in the table with the reason."
            blocks.append(intervals(Drawn(f"bands-{name.partition('.')[0].replace('_', '-')}", definition.name, how, points, mine[0]["unit"], (definition,), "Group")))  # fmt: skip
        blocks += _band_tables(
            f"{definition.name}, in {mine[0]['unit']}", shown, [row for row in mine if row not in shown]
        )
    return Section("bands", title, tuple(blocks))


def _band_tables(caption: str, shown: list[Row], others: list[Row]) -> tuple[Any, ...]:
    heads = ("Group", "Paid", *(level.capitalize() for level in words.LEVELS), "Season", "Status")
    told = tuple(
        (_who(row), row["statement"], *(level_figure({**row, "contributors": ""}, level) for level in words.LEVELS), _season(row), badge(row))
        for row in shown
    )  # fmt: skip
    without = tuple((_who(row), row["statement"], badge(row)) for row in others)
    summary = f"{words.plural(len(without), 'group')} without a range, and why"
    fold = Fold(summary, (Table(f"{caption}: no range", ("Group", "Paid", "Status"), without),))
    return (Table(caption, heads, told, "No group has a range."), *((fold,) if without else ()))


def _who(row: Row) -> Plain:
    return Plain(_band_group(row), words.people(row["contributors"]))


def _season(row: Row) -> str:
    return "unknown" if row["season"] is None else f"\N{MULTIPLICATION SIGN} {row['season']:.2f}"


def _band_place(row: Row) -> str:
    model = {"fee_for_service": "FFS"}.get(row["payment_model"], row["payment_model"])
    return f"{_band_group(row)} ({model})"


def _work(rows: list[Row], registry: Registry) -> Section:
    title = "Work RVU, schedule in force and held fixed"
    mine = [row for row in rows if row["definition_id"] in SERIES]
    text = (
        "The same services, counted twice: with the fee schedule of their day, and with one year's schedule throughout. Where only the first line "
        "falls, the schedule was cut and the work was not. A month is a rate per year that rests on that month; it is no forecast, and the newest "
        "months lack what has not been billed yet."
    )
    shown = [row for row in mine if row["value"] is not None]
    if not shown:
        return Section("work", title, (Text(text), _nothing(mine)))
    groups = sorted({_group(row) for row in shown}, key=lambda name: (-_count(shown, name), name))
    blocks: list[Any] = [Text(text)]
    for place, name in enumerate(groups[:MOST_GROUPS]):
        points = tuple(
            Point(row["period"], SERIES[row["definition_id"]], row["value"], registry.figure(row))
            for row in sorted(mine, key=lambda row: (list(SERIES).index(row["definition_id"]), row["period"]))
            if _group(row) == name
        )
        definitions = tuple(registry[definition] for definition in SERIES)
        drawn = Drawn(f"work-{place}", name, "Work RVU per clinician-year, by month.", points, definitions[0].unit, definitions, "Month", words.month)  # fmt: skip
        blocks.append(lines(drawn))
    if len(groups) > MOST_GROUPS:
        rest = [row for row in shown if _group(row) in groups[MOST_GROUPS:]]
        blocks.append(Fold(f"{words.plural(len(groups) - MOST_GROUPS, 'other group')}", _tables("Work RVU, newest month", tuple(SERIES), rest, registry)))  # fmt: skip
    return Section("work", title, tuple(blocks))


def _count(rows: list[Row], name: str) -> int:
    return sum(_group(row) == name for row in rows)


def _nothing(rows: list[Row]) -> Text:
    """Return why nothing of these rows is shown."""
    if not rows:
        return Text(NOBODY)
    why = Counter(reason(row["reason"]) for row in rows)
    told = (
        f"{text} ({words.plural(n, 'number')})"
        for text, n in sorted(why.items(), key=lambda item: (-item[1], item[0]))
    )
    return Text(f"Nothing of this can be shown: {'; '.join(told)}.")


def _measures(section: str, title: str, names: tuple[str, ...], rows: list[Row], registry: Registry) -> Section:  # fmt: skip
    mine = [row for row in rows if row["definition_id"] in names]
    if not any(row["value"] is not None for row in mine):
        return Section(section, title, (_nothing(mine),))
    tables = _tables(f"{title}, newest month with a number", names, mine, registry)
    first = next(name for name in names if any(row["definition_id"] == name and row["value"] is not None for row in mine))  # fmt: skip
    series = [row for row in mine if row["definition_id"] == first and row["value"] is not None]
    kept = sorted({_group(row) for row in series}, key=lambda name: (-_count(series, name), name))[
        :MOST_GROUPS
    ]
    points = tuple(
        Point(row["period"], _group(row), row["value"], registry.figure(row))
        for row in sorted(series, key=lambda row: (_group(row), row["period"]))
        if _group(row) in kept
    )
    definition = registry[first]
    drawn = Drawn(f"{section}-chart", f"{definition.name} by month", "Months of a group that are withheld are left out.", points, definition.unit, (definition,), "Month", words.month)  # fmt: skip
    return Section(section, title, (lines(drawn), *tables))


def _tables(caption: str, names: tuple[str, ...], rows: list[Row], registry: Registry) -> tuple[Any, ...]:
    """Return measures down and groups across, each with its newest number, else why it has none; many groups in a fold."""
    best: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["value"] is not None, row["period"])):
        best[row["definition_id"], _group(row)] = row
    groups = sorted({name for (_, name), row in best.items() if row["value"] is not None})
    hidden = len({name for _, name in best}) - len(groups)
    known = [name for name in names if any(definition == name for definition, _ in best)]
    tables = [
        Table(
            caption,
            ("Measure", *some),
            tuple(
                (Named(registry[name], words.unit_name(registry[name].unit)),
                 *(_dated(best[name, group], registry) if (name, group) in best else "\N{EN DASH}" for group in some))
                for name in known
            ),
        )
        for some in (groups[first : first + ACROSS] for first in range(0, len(groups), ACROSS))
    ]  # fmt: skip
    more = (
        (
            Text(
                f"{words.plural(hidden, 'group')} without any number {'is' if hidden == 1 else 'are'} left out."
            ),
        )
        if hidden
        else ()
    )
    if len(tables) > 1:
        return (tables[0], Fold(words.plural(len(groups) - ACROSS, "other group"), tuple(tables[1:])), *more)
    return (*tables, *more)


def _dated(row: Row, registry: Registry) -> Any:
    # Groups may have their newest number in different months, so each says its own.
    figure = registry.figure(row)
    return replace(figure, n=f"{figure.n}; {figure.window}") if figure.text else figure


def _diagnosis(rows: list[Row], registry: Registry) -> Section:
    title = "Few encounters, or little work per encounter"
    mine = newest([row for row in rows if row["definition_id"] == DIAGNOSIS], shown=True)
    mine = [row for row in mine if row["value"] is not None]
    text = (
        "Where work RVU are low: is it the schedule, or the work per encounter? It opens a conversation and an audit, and closes none. Counted are "
        "clinicians of a group; parts are shown only where each of them is five or more."
    )
    if not mine:
        return Section("diagnosis", title, (Text(text), _nothing([row for row in rows if row["definition_id"] == DIAGNOSIS])))  # fmt: skip
    definition = registry[DIAGNOSIS]
    mine.sort(key=lambda row: (_group(row), list(PARTS).index(row["part"])))
    points = tuple(
        Point(_group(row), PARTS[row["part"]], float(row["numerator"]), _counted(row, registry))
        for row in mine
    )
    how = f"{words.sentence(words.period(mine[0]['period_kind'], mine[0]['period']))}."
    drawn = Drawn("diagnosis-chart", title, how, points, "clinicians", (definition,), "Group")
    return Section("diagnosis", title, (Text(text), stacked(drawn)))


def _counted(row: Row, registry: Registry) -> Any:
    n = f"of {words.number(row['denominator'])}"
    return replace(registry.figure(row), text=words.number(row["numerator"]), n=n)


def _others(rows: list[Row], registry: Registry) -> Section:
    told = {*SERIES, *VISITS, *SLOTS, DIAGNOSIS}
    mine = [row for row in rows if row["definition_id"] not in told]
    title = "Everything else that is measured"
    shown = {row["definition_id"] for row in mine if row["value"] is not None}
    if not shown:
        return Section("others", title, (_nothing(mine),))
    names = tuple(sorted(shown, key=lambda name: registry[name].name))
    rest = {row["definition_id"] for row in mine} - shown
    more = (
        (Text(f"{words.plural(len(rest), 'other measure')} cannot be shown for any group."),) if rest else ()
    )
    return Section("others", title, (*_tables("Levels, desk work and money, newest period with a number", names, mine, registry), *more))  # fmt: skip


def _withheld(published: Published, rows: list[Row]) -> Section:
    text = (
        "A group of fewer than five clinicians is not shown, because its numbers would be those of persons. Neither is a group that would give a "
        "smaller one away by subtraction, from the practice's total or from another measure of the same work. A missing number is never a zero."
    )
    found = Counter(("Work of groups", reason(row["reason"])) for row in rows if row["value"] is None)
    found.update(
        ("Ranges of output", row["reasons"] or row["status"]) for row in published.rows("clinician_bands") if row["acceptable"] is None
    )  # fmt: skip
    told = tuple(
        (where, words.sentence(why), words.number(n))
        for (where, why), n in sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    )
    empty = "Nothing is withheld." if rows else NOBODY
    table = Table("Numbers of clinicians that are not shown", ("Where", "Why", "How many"), told, empty)
    return Section("withheld", "What is withheld, and why", (Text(text), table))
