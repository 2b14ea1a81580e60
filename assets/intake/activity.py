"""ActivityWatch exports, turned into stretches of computer activity of one person.

Belongs here: the export's JSON, the overlap of windows with times at the keyboard, classes of programs. Does not belong
here: plain activity logs in CSV (`tabular.py`). Window titles and web addresses can name patients: they are never kept.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from assets.intake.cells import Reading, Unreadable, read_moment
from assets.intake.columns import TYPES
from assets.intake.contracts import TABLES
from assets.intake.programs import class_of, program_of
from assets.intake.records import Flag, Parsed, Reject, shape_of

if TYPE_CHECKING:
    from assets.intake.records import Hide

_TABLE = TABLES["activity"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_LONGEST_S = 7 * 86_400

Span = tuple[int, int]
"""Start and end in microseconds since 1970."""


@dataclass(frozen=True)
class Bucket:
    """One watcher's events on one computer."""

    kind: str
    hostname: str
    events: list[Any]


def read_activitywatch(data: bytes, *, name: str, hide: Hide, time_zone: str) -> Parsed:
    """Read an export into table `activity`: one row per window event, with the seconds of it at the keyboard.

    `staff_id` is the pseudonym of the hostname. Times without a zone are read in `time_zone`. A computer without
    keyboard events counts every second as active and is flagged. Malformed JSON makes the file unusable.
    """
    how = Reading(ZoneInfo(time_zone))
    parsed = Parsed(kind="activitywatch", counted=(_TABLE.name,))
    try:
        buckets = _buckets(data)
    except ValueError as reason:
        parsed.unusable = f"{name}: {reason}"
        return parsed
    windows = [bucket for bucket in buckets if bucket.kind == "currentwindow"]
    parsed.records = sum(len(bucket.events) for bucket in windows)
    ignored = sorted({bucket.kind[:60] for bucket in buckets} - {"currentwindow", "afkstatus"})
    parsed.flags += [Flag("IGNORED_BUCKET", f"events of type '{kind}' are not read") for kind in ignored]
    present = {
        host: _present(buckets, host, how, parsed.flags)
        for host in dict.fromkeys(b.hostname for b in windows)
    }
    rows: list[tuple[Any, ...]] = []
    number = 0
    for bucket in windows:
        staff = hide("staff", bucket.hostname or None)
        for event in bucket.events:
            number += 1
            try:
                span = _span(event, how, staff)
            except Unreadable as reason:
                parsed.rejects.append(_reject(str(reason), event, number))
                continue
            rows.append(("activitywatch", staff, *_row(event, span, present[bucket.hostname]), number))
    parsed.tables[_TABLE.name] = _frame(rows)
    return parsed


def _buckets(data: bytes) -> list[Bucket]:
    """Return the buckets of an export; raises ValueError with a sentence that shows no content."""
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        offset = len(error.doc[: error.pos].encode()) + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise ValueError(f"not JSON at byte {offset}: {error.msg}") from None
    except (RecursionError, ValueError):
        raise ValueError("the JSON is nested too deep or holds a number that is too long") from None
    holder = found.get("buckets", found) if isinstance(found, dict) else None
    values = list(holder.values()) if isinstance(holder, dict) else []
    if not values or not all(isinstance(v, dict) and isinstance(v.get("events"), list) for v in values):
        raise ValueError("not an ActivityWatch export: no object of buckets that each hold a list of events")
    return [Bucket(str(v.get("type", "")), _host(v), v["events"]) for v in values]


def _host(bucket: dict[str, Any]) -> str:
    """Return the computer's name; ActivityWatch writes `unknown` where it has none, and that is nobody's."""
    host = bucket.get("hostname")
    host = host.strip() if isinstance(host, str) else ""
    return "" if host == "unknown" else host


def _span(event: Any, how: Reading, staff: str | None) -> Span:
    """Return when an event of a known person began and ended; raises `Unreadable`."""
    if staff is None:
        raise Unreadable("the bucket has no hostname")
    if not isinstance(event, dict):
        raise Unreadable("the event is not an object")
    stamp, duration = event.get("timestamp"), event.get("duration")
    if not isinstance(stamp, str):
        raise Unreadable("the event has no timestamp")
    if (
        isinstance(duration, bool)
        or not isinstance(duration, int | float)
        or not -math.inf < duration < math.inf
    ):
        raise Unreadable("the duration is not a number")
    if duration < 0:
        raise Unreadable("the duration is negative")
    if duration > _LONGEST_S:
        raise Unreadable("the duration is longer than a week")
    start = (read_moment(stamp.strip(), how) - _EPOCH) // timedelta(microseconds=1)
    return start, start + round(duration * _SECOND)


def _present(buckets: list[Bucket], host: str, how: Reading, flags: list[Flag]) -> list[Span] | None:
    """Return the computer's times at the keyboard, merged and in order; None where no watcher recorded any."""
    events = [
        event
        for bucket in buckets
        if bucket.kind == "afkstatus" and bucket.hostname == host
        for event in bucket.events
    ]
    if not events:
        flags.append(
            Flag("NO_AFK", "a computer has no keyboard events: all of its window time counts as active")
        )
        return None
    spans: list[Span] = []
    bad = 0
    for event in events:
        try:
            span = _span(event, how, host)
        except Unreadable:
            bad += 1
            continue
        if isinstance(event.get("data"), dict) and event["data"].get("status") == "not-afk":
            spans.append(span)
    if bad:
        flags.append(Flag("BAD_AFK", f"{bad} keyboard events of a computer could not be read"))
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def overlap(span: Span, merged: list[Span]) -> int:
    """Return the microseconds of `span` inside the merged, ordered spans."""
    start, end = span
    total = 0
    for i in range(max(bisect_right(merged, (start, start)) - 1, 0), len(merged)):
        if merged[i][0] >= end:
            break
        total += max(0, min(end, merged[i][1]) - max(start, merged[i][0]))
    return total


def _row(event: dict[str, Any], span: Span, present: list[Span] | None) -> tuple[Any, ...]:
    data = event.get("data")
    app = program_of(data.get("app") if isinstance(data, dict) else None)
    active = span[1] - span[0] if present is None else overlap(span, present)
    started, ended = (_EPOCH + timedelta(microseconds=at) for at in span)
    return "app", app, class_of(app), started, ended, Decimal((active + 500) // 1000).scaleb(-3)


def _reject(reason: str, event: Any, number: int) -> Reject:
    stamp = event.get("timestamp") if isinstance(event, dict) else None
    shape = shape_of(stamp) if isinstance(stamp, str) else ""
    return Reject(_TABLE.name, reason, row_no=number, column="started_at", shape=shape)


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Return rows of (source, staff, kind, app, class, start, end, active, record number) as the contract's frame."""
    types = {c.name: TYPES[c.type] for c in _TABLE.columns} | {"row_no": pl.Int64()}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    zero = pl.lit(0, pl.Int32)
    return frame.with_columns(zero.alias("txn_no"), zero.alias("k")).select(
        *_TABLE.column_names, "txn_no", "row_no", "k"
    )
