"""RescueTime exports (CSV): time per activity in intervals of five minutes, an hour or a day.

Belongs here: how long an interval is, whose it is, and what an activity's name stands for. Does not belong here: the file
format (`tabular.py`) and the shape of activity (`activity.py`).

Several activities share an interval: each row lasts as long as its interval, and its seconds are a part of it. Names of
documents are dropped; an activity that is a web host becomes the class of the host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from assets.counted import many
from assets.intake.activity import (
    ACTIVITY,
    SECOND,
    Days,
    Span,
    Stretch,
    frame_of,
    micros_of,
)
from assets.intake.contracts.model import Table, moment, number, text
from assets.intake.programs import class_of
from assets.intake.records import Flag, Parsed, Reject
from assets.intake.tabular import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.intake.records import Hide
    from assets.intake.sources import Source
    from assets.intake.tracking import Tracking

EXPORT = Table(
    name="activity",
    doc="One row per interval and activity of one person, as RescueTime writes it.",
    key=(),
    event="started_at",
    feed="activity",
    columns=(
        moment("started_at", "when the interval began", "Date", "Timestamp", required=True),
        number(
            "active_s",
            "seconds at the keyboard",
            "Time Spent (seconds)",
            "Time Spent",
            "Seconds",
            required=True,
        ),
        text("app", "program or web host", "Activity", "Application", required=True),
        text("people", "how many people the row sums up", "Number of People"),
        text("category", "RescueTime's category: not kept", "Category", "Overview"),
        text("document", "name of a document or page: not kept", "Document"),
        text("productivity", "RescueTime's score: not kept", "Productivity"),
    ),
)
NO_PERSON = (
    "a RescueTime export does not say whose time it is: name the file rescuetime_<staff id>_<date>.csv, or add "
    "(?P<staff>...) to the pattern of its source, or constants.staff_id"
)
_FIVE_MINUTES = 300 * SECOND


def read_rescuetime(  # noqa: PLR0913  (what, from where; then how)
    data: bytes, source: Source, tracking: Tracking, *, name: str, hide: Hide, time_zone: str
) -> Parsed:
    """Read an export into table `activity`; grain `day`, or `hour`, which intervals of five minutes have too.

    `staff_id` is the pseudonym of the group `staff` of the source's pattern, matched on the file name, else of the source's
    constant; a file with neither is unusable. The interval is the source's `interval`, else read from the times: all at midnight are days, all on the hour
    hours. `active_s` is the time spent: RescueTime does not count a pause of five minutes and more.
    """
    parsed = read_table(data, EXPORT, source, name=name, hide=hide, time_zone=time_zone)
    if parsed.unusable:
        return parsed
    found = re.search(source.pattern, name, re.IGNORECASE)
    named = found.groupdict().get("staff") if found else None
    staff = hide("staff", named or source.constants.get("staff_id"))
    if staff is None:
        parsed.unusable = f"{name}: {NO_PERSON}"
        return parsed
    frame = parsed.tables[EXPORT.name]
    parsed.flags = [flag for flag in parsed.flags if flag.code not in {"MISSING_COLUMN", "DATE_ONLY"}]
    frame = _of_one_person(frame, parsed)
    zone = ZoneInfo(time_zone)
    interval = tracking.interval or _interval_of(frame["started_at"], zone)
    rows = _rows(frame, interval, staff, Days(zone), tracking, hide)
    _flag_overfull(rows, parsed)
    parsed.tables[ACTIVITY.name] = frame_of(rows)
    return parsed


def _of_one_person(frame: pl.DataFrame, parsed: Parsed) -> pl.DataFrame:
    """Return the rows that are time of one person; the others become rejects."""
    several = pl.col("people").is_not_null() & ~pl.col("people").str.contains(r"^0*1(\.0*)?$")
    checks = (
        ("active_s", pl.col("active_s") < 0, "the time spent is negative"),
        ("people", several, "the row sums up several people"),
    )
    for column, wrong, reason in checks:
        for row_no in frame.filter(wrong)["row_no"].to_list():
            parsed.rejects.append(Reject(ACTIVITY.name, reason, row_no=row_no, column=column))
        frame = frame.filter(~wrong)
    parsed.rejects.sort(key=lambda reject: reject.row_no)
    return frame


def _interval_of(times: pl.Series, zone: ZoneInfo) -> str:
    local = times.dt.convert_time_zone(zone.key)
    if local.is_empty() or not bool((local.dt.minute() == 0).all()):
        return "minutes"
    return "day" if bool((local.dt.hour() == 0).all()) else "hour"


def _rows(  # noqa: PLR0913, PLR0917  (the rows, and what each of them needs)
    frame: pl.DataFrame, interval: str, staff: str, days: Days, tracking: Tracking, hide: Hide
) -> list[Stretch]:
    spans: dict[str, Callable[[int], Span]] = {
        "minutes": lambda at: (at, at + _FIVE_MINUTES),
        "hour": days.hour_of,
        "day": lambda at: days.of(at)[1],
    }
    names = {text: tracking.program_or_site(text, hide) for text in frame["app"].unique().to_list()}
    rows: list[Stretch] = []
    for values in frame.iter_rows(named=True):
        app, site = names[values["app"]]
        rows.append(
            Stretch(
                source="rescuetime",
                staff_id=staff,
                kind="web" if site else "app",
                span=spans[interval](micros_of(values["started_at"])),
                active=int(values["active_s"] * SECOND),
                row_no=values["row_no"],
                # Five minutes hold several activities too, of which nobody knows the order: they are summed like an hour.
                grain="day" if interval == "day" else "hour",
                app=app,
                app_class=site.partition(":")[0] if site else class_of(app),
                site=site,
            )
        )
    return rows


def _flag_overfull(rows: list[Stretch], parsed: Parsed) -> None:
    """Flag the intervals that hold more active seconds than they are long."""
    spent: dict[Span, int] = {}
    for row in rows:
        spent[row.span] = spent.get(row.span, 0) + row.active
    overfull = sum(active > end - start for (start, end), active in spent.items())
    if overfull:
        sentence = f"{many(overfull, 'interval holds', 'intervals hold')} more active seconds than its length, which the rows share"
        parsed.flags.append(Flag("MORE_ACTIVE_THAN_LONG", sentence))
