"""Plain activity logs (CSV, XLSX, Parquet under the contract's headers), brought into the one shape of activity.

Belongs here: what a plain log leaves out or says in its own way, the cut at midnight. Does not belong here: the file formats
(`tabular.py`) and the logs of a tracker that has its own reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from assets.counted import many
from assets.intake.activity import (
    ACTIVITY,
    GRAINS,
    KINDS,
    LONGEST_S,
    SECOND,
    Days,
    Span,
    Stretch,
    divide,
    frame_of,
    micros_of,
    ordered,
    rows_beyond_records,
)
from assets.intake.programs import SITE_CLASS, class_of
from assets.intake.records import Flag, Reject
from assets.intake.tabular import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.intake.records import Hide, Parsed
    from assets.intake.sources import Source
    from assets.intake.tracking import Tracking

_LAST_YEAR_OF_ZONES = 2036
_KEPT = [
    "source",
    "staff_id",
    "kind",
    "grain",
    "app",
    "app_class",
    "site",
    "task_code",
    "claim_ref",
    "work_queue",
    "wait_reason",
]
_NOT_MISSED = frozenset(
    f"the file has no column for {name}"
    for name in (
        "source",
        "kind",
        "grain",
        "site",
        "task_code",
        "claim_ref",
        "work_queue",
        "began_on",
        "wait_reason",
    )
)


def read_log(  # noqa: PLR0913  (what, from where; then how)
    data: bytes, source: Source, tracking: Tracking, *, name: str, hide: Hide, time_zone: str
) -> Parsed:
    """Read a plain log into table `activity`.

    Without its own word a row is of source `log`, kind `app` (`web` with a site) and grain `event`. A stretch is cut at local
    midnights, its active seconds divided by elapsed time. One that ends before it begins stays, without time, and is flagged;
    when its end lies in the hour that clocks repeat, the second of the two is meant. Longer than a week is a reject.
    """
    parsed = read_table(data, ACTIVITY, source, name=name, hide=hide, time_zone=time_zone)
    if parsed.unusable:
        return parsed
    frame = parsed.tables[ACTIVITY.name]
    frame = _without_addresses(_of_known_kind(frame, parsed), parsed)
    frame = _said(_named(frame, tracking, hide), parsed)
    parsed.flags = [flag for flag in parsed.flags if flag.message not in _NOT_MISSED]
    frame = cut(frame, ZoneInfo(time_zone), parsed)
    _flag_excess(frame, parsed)
    parsed.tables[ACTIVITY.name] = frame
    parsed.split = rows_beyond_records(frame)
    parsed.rejects.sort(key=lambda reject: reject.row_no)
    return parsed


def _of_known_kind(frame: pl.DataFrame, parsed: Parsed) -> pl.DataFrame:
    """Return the frame without kinds that nobody knows: they are as if not said, and flagged."""
    kind = pl.col("kind").str.to_lowercase()
    unknown = frame.filter(~kind.is_in(KINDS)).height
    if unknown:
        sentence = f"{many(unknown, 'row is', 'rows are')} of a kind that is none of {', '.join(KINDS)}: taken for app or web"
        parsed.flags.append(Flag("UNKNOWN_KIND", sentence))
    return frame.with_columns(pl.when(kind.is_in(KINDS)).then(kind).alias("kind"))


def _without_addresses(frame: pl.DataFrame, parsed: Parsed) -> pl.DataFrame:
    """Return the frame without web addresses in columns that have no business holding any."""
    columns = pl.col("source", "app_class", "task_code", "claim_ref", "work_queue", "wait_reason")
    address = columns.str.contains("://", literal=True)
    dropped = frame.filter(frame.select(address).select(pl.any_horizontal(pl.all())).to_series()).height
    if dropped:
        sentence = f"{many(dropped, 'row holds', 'rows hold')} a web address where a name or a number belongs: it is not kept"
        parsed.flags.append(Flag("ADDRESS_DROPPED", sentence))
    return frame.with_columns(pl.when(~address).then(columns))


def _named(frame: pl.DataFrame, tracking: Tracking, hide: Hide) -> pl.DataFrame:
    """Return the frame with names of programs only, and classes of pages: an address in either column goes."""

    def program(text: str) -> str | None:
        return tracking.program_or_site(text, hide)[0]

    def page(text: str) -> str:
        return tracking.program_or_site(text, hide)[1] or "other"

    def site(text: str) -> str:
        return text if SITE_CLASS.fullmatch(text) else page(text)

    def page_of_app(text: str) -> str | None:
        return tracking.program_or_site(text, hide)[1]

    frame = frame.with_columns(
        pl.coalesce(_mapped(frame["site"], site), _mapped(frame["app"], page_of_app)).alias("site"),
        _mapped(frame["app"], program).alias("app"),
    )
    by_site = pl.col("site").str.split(":").list.first()
    by_app = _mapped(frame["app"], class_of)
    return frame.with_columns(
        pl.coalesce("source", pl.lit("log")).alias("source"),
        pl.coalesce("app_class", by_site, by_app).alias("app_class"),
        pl.coalesce(
            "kind",
            pl.when(pl.col("grain").str.to_lowercase() == "day", pl.col("app").is_null())
            .then(pl.lit("daily_total"))
            .when(pl.col("site").is_not_null())
            .then(pl.lit("web"))
            .otherwise(pl.lit("app")),
        ).alias("kind"),
        pl.coalesce(pl.col("grain").str.to_lowercase(), pl.lit("event")).alias("grain"),
        pl.lit(None, pl.Date).alias("began_on"),
    )


def _mapped(texts: pl.Series, turn: Callable[[str], str | None]) -> pl.Series:
    values = {text: turn(text) for text in texts.drop_nulls().unique(maintain_order=True).to_list()}
    if not values:
        return pl.Series(texts.name, [None] * len(texts), dtype=pl.String)
    old, new = pl.Series(list(values), dtype=pl.String), pl.Series(list(values.values()), dtype=pl.String)
    return texts.replace_strict(old, new, default=None, return_dtype=pl.String)


def _said(frame: pl.DataFrame, parsed: Parsed) -> pl.DataFrame:
    """Return the rows whose grain is one and whose length can be meant; the others become rejects."""
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds()
    checks = (
        ("grain", ~pl.col("grain").is_in(GRAINS), f"not one of {', '.join(GRAINS)}"),
        ("ended_at", length > LONGEST_S * SECOND, "the stretch is longer than a week"),
        ("active_s", pl.col("active_s") < 0, "the active time is negative"),
    )
    for column, wrong, reason in checks:
        for row_no in frame.filter(wrong)["row_no"].to_list():
            parsed.rejects.append(Reject(ACTIVITY.name, reason, row_no=row_no, column=column))
        frame = frame.filter(~wrong)
    return frame


def cut(frame: pl.DataFrame, zone: ZoneInfo, parsed: Parsed) -> pl.DataFrame:
    """Return the rows cut at local midnights. Most rows lie within a day and are left as they are, at once."""
    end = pl.max_horizontal("started_at", pl.col("ended_at") - pl.duration(microseconds=1))
    odd = (
        (_local_day(pl.col("started_at"), zone) != _local_day(end, zone))
        | ((pl.col("ended_at") <= pl.col("started_at")) & (pl.col("grain") != "event"))
        | (pl.col("ended_at") < pl.col("started_at"))
        | (pl.col("ended_at").dt.year() > _LAST_YEAR_OF_ZONES)
    )
    which = frame.select(odd.alias("odd"))["odd"]
    if not which.any():
        return ordered(frame)
    days = Days(zone)
    told = {"CLOCK_BACK": 0, "REPEATED_HOUR": 0}
    rows = [row for values in frame.filter(which).iter_rows(named=True) for row in _parts(values, days, told)]
    sentences = {
        "CLOCK_BACK": (
            "stretch ends before it begins",
            "stretches end before they begin",
            "a clock was set back; no time counts",
        ),
        "REPEATED_HOUR": (
            "stretch ends in the hour that clocks repeat",
            "stretches end in the hour that clocks repeat",
            "the second is meant",
        ),
    }
    for code, number in told.items():
        if number:
            one, several, meaning = sentences[code]
            parsed.flags.append(Flag(code, f"{many(number, one, several)}: {meaning}"))
    whole = ordered(frame.filter(~which))
    return pl.concat([whole, frame_of(rows)]).sort("row_no", "k", maintain_order=True)


def _local_day(moment: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    return moment.dt.convert_time_zone(zone.key).dt.date()


def _parts(values: dict[str, Any], days: Days, told: dict[str, int]) -> list[Stretch]:
    """Return the parts of one row by local day; a row of a whole hour or day without an end gets it."""
    span: Span = (micros_of(values["started_at"]), micros_of(values["ended_at"]))
    if values["grain"] != "event" and span[1] <= span[0]:
        span = days.hour_of(span[0]) if values["grain"] == "hour" else days.of(span[0])[1]
    elif span[1] < span[0]:
        span = _second_of_two(span, days)
        if span[1] >= span[0]:
            told["REPEATED_HOUR"] += 1
        else:
            told["CLOCK_BACK"] += 1
    active = int(values["active_s"] * SECOND)
    pieces = list(days.cut(span)) if span[0] <= span[1] else [(span, days.of(span[0])[0])]
    # In milliseconds, so that the parts add up to what was delivered.
    shares = divide(active // 1000, [max(0, last - first) for (first, last), _ in pieces])
    began = pieces[0][1]
    kept = {name: values[name] for name in _KEPT}
    return [
        Stretch(
            span=piece,
            active=share * 1000,
            row_no=values["row_no"],
            k=k,
            began_on=None if day == began else began,
            **kept,
        )
        for k, ((piece, day), share) in enumerate(zip(pieces, shares, strict=True))
    ]


def _second_of_two(span: Span, days: Days) -> Span:
    """Return the span with the later reading of an end in the hour that occurs twice; unchanged when it does not."""
    first, last = days.hour_of(span[1])
    hour = 3600 * SECOND
    return (span[0], span[1] + hour) if last - first == 2 * hour else span


def _flag_excess(frame: pl.DataFrame, parsed: Parsed) -> None:
    length = (pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds()
    longer = frame.filter(pl.col("active_s").cast(pl.Float64) * SECOND > length + SECOND).height
    if longer:
        sentence = (
            f"{many(longer, 'row has', 'rows have')} more active seconds than its length, which alone counts"
        )
        parsed.flags.append(Flag("MORE_ACTIVE_THAN_LONG", sentence))
