"""The first page: what needs attention, what changed, what is withheld and why, and how fresh everything is.

Belongs here: the page. Does not belong here: what needs attention (`attention.py`), and the pages that it points to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.measures.registry import is_share
from assets.report import words
from assets.report.attention import attention
from assets.report.bands import badge, level_figure, seniors, sorted_bands
from assets.report.blocks import (
    Badge,
    Fold,
    Link,
    Note,
    Notes,
    Page,
    Section,
    Table,
    Text,
    Tile,
    Tiles,
    order_of,
)
from assets.report.figures import kind_of_reason, reason
from assets.report.outcome_rows import Outcomes
from assets.report.quality import feeds, rhythm
from assets.report.roles import role_file, roles_of

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
KEY_OUTCOMES = (
    "clean_claim_rate.hfma", "initial_denial_rate.lines", "days_in_ar.net", "aged_ar.over_90_of_billed", "net_collection_rate.service_month",
    "cost_to_collect.cash",
)  # fmt: skip


def overview_page(published: Published, registry: Registry) -> Page:
    """Return the first page."""
    notes = attention(published)
    sections = (
        Section("glance", "At a glance", (_tiles(published, notes), _outcomes(published, registry))),
        Section("attention", "What needs attention", (Notes(order_of(notes), "Nothing needs attention."),)),
        Section("bands", "Bands in force", (_bands(published),)),
        Section("changes", "What changed since the last version", _changes(published)),
        Section("withheld", "What is withheld, and why", _withheld(published)),
        Section("freshness", "How fresh it is", _freshness(published)),
    )
    return Page(
        "index.html",
        "Overview",
        "How the office does, what its bands ask, and how far both can be trusted.",
        sections,
    )


def _tiles(published: Published, notes: list[Note]) -> Tiles:
    roles = roles_of(published)
    in_force = [
        role
        for role in roles
        if any(row["status"] == "adopted" for row in published.rows("bands", role=role))
    ]
    acts = sum(note.level == "act" for note in notes)
    about = published.rows("about")
    last = about[0]["last_delivery"] if about else None
    return Tiles(
        (
            Tile(
                "To act on",
                words.number(acts),
                f"and {words.number(len(notes) - acts)} to look at",
                "#attention",
            ),
            Tile(
                "Roles with bands in force",
                f"{len(in_force)} of {len(roles)}",
                "the others say why not",
                "#bands",
            ),
            Tile(
                "Numbers not shown",
                words.number(sum(withheld(published).values())),
                "each says why",
                "#withheld",
            ),
            Tile(
                "Last delivery",
                words.day(last),
                f"{words.plural(about[0]['files'], 'file')} in all" if about else "",
                "#freshness",
            ),
        )
    )


def _outcomes(published: Published, registry: Registry) -> Tiles:
    outcomes = Outcomes(published, registry)
    tiles = []
    for name in KEY_OUTCOMES:
        figure = outcomes.figure_of(name)
        if figure is not None:
            definition = registry[name]
            if figure.text and not is_share(definition.unit) and definition.unit != "ratio":
                figure = replace(figure, text=f"{figure.text} {definition.unit}")
            tiles.append(Tile(definition.name, figure))
    return Tiles(tuple(tiles))


def _bands(published: Published) -> Table:
    rows: list[tuple[Any, ...]] = []
    for role in roles_of(published):
        mine = seniors(sorted_bands(published.rows("bands", role=role)))
        if not mine:
            rows.append(
                (
                    Link(words.role(role), role_file(role)),
                    *("\N{EN DASH}",) * 3,
                    Badge("No calibration yet", "look"),
                )
            )
            continue
        by_work = {row["complexity"]: row for row in mine}
        cells = [
            level_figure(by_work[name], "acceptable") if name in by_work else "\N{EN DASH}"
            for name in words.COMPLEXITIES
        ]
        worst = max(
            mine,
            key=lambda row: (
                ("adopted", "proposed", "provisional").index(row["status"])
                if row["status"] in {"adopted", "proposed", "provisional"}
                else 9
            ),
        )
        rows.append((Link(words.role(role), role_file(role), mine[0]["unit"]), *cells, badge(worst)))
    last = max((words.stage_order(row["stage"]) for row in published.rows("bands")), default=0)
    caption = (
        f"Acceptable per productive hour, for people from day {last} in the role on"
        if last > 0
        else "Acceptable per productive hour"
    )
    return Table(
        caption,
        ("Role", "Low complexity", "Medium complexity", "High complexity", "Status"),
        tuple(rows),
        "No role has bands yet.",
    )


def _changes(published: Published) -> tuple[Any, ...]:
    rows = []
    for row in seniors(sorted_bands(published.rows("bands"))):
        now, before = row["acceptable"], row["acceptable_previous"]
        if now is None or before is None:
            continue
        share = now / before - 1
        note = (
            f"held near the one before; measured {words.number(row['acceptable_uncapped'])}"
            if row["is_capped"]
            else ""
        )
        rows.append((Link(words.role(row["role"]), role_file(row["role"]), f"{row['complexity']} complexity, {row['unit']}"),
                     words.number(before), level_figure(row, "acceptable"), words.change(share), note or "as measured"))  # fmt: skip
    versions = {row["version_id"]: row["as_of"] for row in published.rows("bands")}
    links = tuple(
        Text(f"Version {name} of {words.day(as_of)} is shown.")
        for name, as_of in sorted(versions.items(), key=lambda item: item[1], reverse=True)
    )
    if not rows:
        text = "No earlier version was in force, so there is nothing to compare with. The next calibration will be told here, band by band."
        return (*links, Text(text)) if versions else (Text("No bands were calibrated yet."),)
    heads = ("Band", "Was", "Is", "Change", "Held back")
    return (
        *links,
        Table("Acceptable band of experienced people, the version before and now", heads, tuple(rows)),
    )


_SOURCES = (
    ("bands", "acceptable", "Bands", "index.html#bands"),
    ("companion_bands", "acceptable", "Bands beside output", "index.html#bands"),
    ("outcomes", "value", "Outcomes", "outcomes.html"),
    ("durations", "median", "Turnarounds", "outcomes.html#turnarounds"),
    ("denial_causes", "value", "Root causes of denials", "outcomes.html#causes"),
    ("clinician_bands", "acceptable", "Ranges of clinicians", "clinicians.html#withheld"),
    ("clinicians", "value", "Work of clinicians", "clinicians.html#withheld"),
    ("payment_models", "value", "Payment models", "payment-models.html#withheld"),
    ("effort", "value", "Work of the roles", "index.html#bands"),
    ("fairness", "value", "Fairness, season and ramp", "index.html#bands"),
)


def withheld(published: Published) -> Counter[tuple[str, str, str]]:
    """Return how many published numbers are missing, by place and kind of reason."""
    found: Counter[tuple[str, str, str]] = Counter()
    for table, column, label, href in _SOURCES:
        for row in published.rows(table):
            if row[column] is None:
                why = row["reasons"] or row["status"] if "reasons" in row else reason(row["reason"])
                found[label, href, kind_of_reason(why)] += 1
    return found


def _withheld(published: Published) -> tuple[Any, ...]:
    found = withheld(published)
    order = {label: place for place, (_, _, label, _) in enumerate(_SOURCES)}
    rows = tuple(
        (Link(label, href), words.sentence(why), words.number(n))
        for (label, href, why), n in sorted(
            found.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][2])
        )
    )
    text = "A number that would tell of fewer than five people, or of a cohort that is not complete, is not shown. It is never a zero."
    return (
        Text(text),
        Table("Numbers that are not shown", ("Where", "Why", "How many"), rows, "Nothing is withheld."),
    )


def _freshness(published: Published) -> tuple[Any, ...]:
    about = published.rows("about")
    if not about:
        return (Text("Nothing is told of what was loaded."),)
    one = about[0]
    text = f"Loaded: {words.plural(one['files'], 'file')} with {words.plural(one['records'], 'record')}, delivered from {words.day(one['first_delivery'])} to {words.day(one['last_delivery'])}."
    rows = [
        (Link(row["feed"], "data-quality.html#deliveries"), words.day(row["last"]), words.plural(row["silent"], "day") if row["silent"] else "none",
         rhythm(row))
        for row in sorted(feeds(published), key=lambda row: (not row["is_late"], -row["silent"], row["feed"]))
    ]  # fmt: skip
    bands = (
        Text(f"The newest bands were calibrated for the window that ends on {words.day(one['as_of'])}.")
        if one["as_of"]
        else Text("No bands were calibrated yet.")
    )
    table = Table(
        "Feeds, the longest silent first",
        ("Feed", "Last delivery", "Silent before the newest delivery", "Rhythm"),
        tuple(rows),
    )
    fresh = sum(row["silent"] <= 7 for row in feeds(published))
    told = f"{words.number(fresh)} of {words.plural(len(rows), 'feed')} delivered within the last week."
    return (Text(f"{text} {told}"), bands, Fold("Every feed", (table,)))
