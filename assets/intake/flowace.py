"""Flowace-style reports (CSV, XLSX): daily totals, time per program or page, time per task, and the detailed activity log.

Belongs here: which report a file is, how its durations are written, and which of its totals is active time. Does not belong
here: the file formats (`tabular.py`) and the shape of activity (`activity.py`).

A report writes durations as decimal hours or as H:MM, by a setting that the file does not carry: `2.30` and `2:30` would be
guesses, so the source declares it. Logged time is active + away + idle; only active time is time at the computer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assets.counted import many
from assets.intake.activity import (
    ACTIVITY,
    LONGEST_S,
    SECOND,
    Days,
    Span,
    Stretch,
    divide,
    frame_of,
    micros_of,
    rows_beyond_records,
)
from assets.intake.cells import Unreadable
from assets.intake.durations import NOT_DECLARED, duration_of, is_ambiguous
from assets.intake.flowace_reports import DETAIL, REPORTS
from assets.intake.programs import class_of
from assets.intake.records import Flag, Parsed, Reject, shape_of
from assets.intake.sources import dates_in
from assets.intake.tabular import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl

    from assets.intake.contracts import Table
    from assets.intake.records import Hide
    from assets.intake.sources import Source
    from assets.intake.tracking import Tracking

NO_DAY = (
    "the report does not say which day it is of: export it with one row per day, or export single days and write the day "
    "into the file name"
)
READ_ARE = "reports that are read: " + ", ".join(report.doc.partition(":")[0] for report in REPORTS)
SHIFT_ONLY = (
    "the report covers the hours of the shift only (shift_scope): work outside of it is not in the totals"
)
_TOLERANCE = 60 * SECOND


@dataclass
class _Context:
    """What every row of a report needs."""

    tracking: Tracking
    hide: Hide
    days: Days
    parsed: Parsed
    only_day: date | None
    declared: str
    uneven: int = 0
    longer: int = 0


def read_flowace(  # noqa: PLR0913  (what, from where; then how)
    data: bytes, source: Source, tracking: Tracking, *, name: str, hide: Hide, time_zone: str
) -> Parsed:
    """Read a report into table `activity`; which report it is, its headers say.

    `active_s` is the active time of a daily total, the time on a program, page or task, and the duration of an entry of the
    detailed log (without one its length). Durations are read as the source's format of `active_s` says; only H:MM:SS speaks for itself.
    """
    report, parsed = _report_of(data, source, name=name, hide=hide, time_zone=time_zone)
    if parsed.unusable or report is None:
        return parsed
    frame = parsed.tables[report.name]
    parsed.flags = [flag for flag in parsed.flags if flag.code not in {"MISSING_COLUMN", "DATE_ONLY"}]
    declared = next(iter(source.formats_of("active_s")), "")
    if not declared and is_ambiguous(frame.select(_durations(report))):
        parsed.unusable = f"{name}: {NOT_DECLARED}"
        return parsed
    says_where = "(?P<date>" in source.pattern
    only_day = source.covers(name) if says_where or len(dates_in(name)) == 1 else None
    dated = report is DETAIL or only_day is not None
    if not dated and frame.height and frame["began_on"].null_count() == frame.height:
        parsed.unusable = f"{name}: {NO_DAY}"
        return parsed
    context = _Context(tracking, hide, Days(ZoneInfo(time_zone)), parsed, only_day, declared)
    parsed.tables[ACTIVITY.name] = frame_of(list(_rows(frame, report, context)))
    parsed.split = rows_beyond_records(parsed.tables[ACTIVITY.name])
    parsed.rejects.sort(key=lambda reject: reject.row_no)
    _flag(context)
    return parsed


def _report_of(
    data: bytes, source: Source, *, name: str, hide: Hide, time_zone: str
) -> tuple[Table | None, Parsed]:
    """Return the first report whose required headers the file has; the reason of the last one when there is none."""
    parsed = Parsed("export", (ACTIVITY.name,))
    for report in REPORTS:
        parsed = read_table(data, report, source, name=name, hide=hide, time_zone=time_zone)
        if parsed.unusable is None:
            return report, parsed
    parsed.unusable = f"{parsed.unusable}; {READ_ARE}"
    return None, parsed


def _durations(report: Table) -> list[str]:
    return [
        column.name for column in report.columns if column.name == "active_s" or column.name.endswith("_time")
    ]


def _rows(frame: pl.DataFrame, report: Table, context: _Context) -> Iterator[Stretch]:
    for values in frame.iter_rows(named=True):
        row_no = values["row_no"]
        try:
            times = {
                column: None if values[column] is None else duration_of(values[column], context.declared)
                for column in _durations(report)
            }
            yield from _stretches(values, times, report, context)
        except Unreadable as reason:
            wrong = next((c for c in _durations(report) if _is_unreadable(values[c], context)), "")
            shape = shape_of(values[wrong]) if wrong else ""
            context.parsed.rejects.append(
                Reject(ACTIVITY.name, str(reason), row_no=row_no, column=wrong, shape=shape)
            )


def _is_unreadable(text: str | None, context: _Context) -> bool:
    try:
        return text is not None and duration_of(text, context.declared) < 0
    except Unreadable:
        return True


def _stretches(
    values: dict[str, Any], times: dict[str, int | None], report: Table, context: _Context
) -> Iterator[Stretch]:
    """Yield the rows of one record; raises `Unreadable`."""
    span, active = _when(values, times, report, context)
    app, site = context.tracking.program_or_site(values.get("app"), context.hide)
    task, claim = (
        None if "://" in (values.get(name) or "") else values.get(name) for name in ("task_code", "claim_ref")
    )
    kind = "web" if site else "app" if app else "task" if task else "daily_total"
    pieces = list(context.days.cut(span))
    shares = divide(active // 1000, [last - first for (first, last), _ in pieces])
    for k, ((piece, day), share) in enumerate(zip(pieces, shares, strict=True)):
        yield Stretch(
            source="flowace",
            staff_id=values["staff_id"],
            kind=kind,
            span=piece,
            active=share * 1000,
            row_no=values["row_no"],
            k=k,
            grain="event" if report is DETAIL else "day",
            app=app,
            app_class=site.partition(":")[0] if site else class_of(app) if app else None,
            site=site,
            task_code=task,
            claim_ref=claim or context.tracking.claim(task, values.get("app")),
            began_on=None if day == pieces[0][1] else pieces[0][1],
        )


def _when(
    values: dict[str, Any], times: dict[str, int | None], report: Table, context: _Context
) -> tuple[Span, int]:
    """Return the span of a record and its active microseconds."""
    active = times["active_s"]
    if report is DETAIL:
        span = (micros_of(values["started_at"]), micros_of(values["ended_at"]))
        if span[1] < span[0]:
            raise Unreadable("the entry ends before it begins")
        if span[1] - span[0] > LONGEST_S * SECOND:
            raise Unreadable("the entry is longer than a week")
        active = span[1] - span[0] if active is None else active
    else:
        day = values["began_on"] or context.only_day
        if day is None:
            raise Unreadable("the record has no day")
        if active is None:
            raise Unreadable("the record has no time")
        span = context.days.span_of(day)
    context.longer += active > span[1] - span[0] + _TOLERANCE
    parts = [times.get(name) for name in ("away_time", "idle_time")]
    logged = times.get("logged_time")
    if logged is not None and None not in parts:
        # Hours of two decimals are exact to eighteen seconds each.
        context.uneven += abs(logged - active - sum(part or 0 for part in parts)) > 2 * _TOLERANCE
    return span, active


def _flag(context: _Context) -> None:
    told = [
        (
            "UNEVEN_TOTAL",
            context.uneven,
            ("record", "records", " where logged is not active + away + idle time"),
        ),
        (
            "MORE_ACTIVE_THAN_LONG",
            context.longer,
            ("row has", "rows have", " more active seconds than length: only the length counts"),
        ),
    ]
    context.parsed.flags += [
        Flag(code, many(count, one, several) + said) for code, count, (one, several, said) in told if count
    ]
    if context.tracking.shift_scope == "shift":
        context.parsed.flags.append(Flag("SHIFT_SCOPE", SHIFT_ONLY))
