"""The one shape of computer activity: stretches of time, how they are cut, and the frame that every tracker's reader returns.

Belongs here: arithmetic of spans, the cut at local midnight, the contract's frame. Does not belong here: the trackers'
files (`activitywatch.py`, `rescuetime.py`, `flowace.py`, `activity_log.py`) and what stands in a source's settings
(`tracking.py`).

A second belongs to one row only, so spans of one watcher are made disjoint before anything is summed. An event that lasts
beyond midnight is cut there: its rows share `row_no`, and `k` counts them from 0.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

import polars as pl

from assets.intake.columns import TYPES
from assets.intake.contracts import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

ACTIVITY = TABLES["activity"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
LONGEST_S = 7 * 86_400
GRAINS = ("event", "hour", "day")
KINDS = ("app", "web", "afk", "task", "manual", "daily_total")

Span = tuple[int, int]
"""Start and end in microseconds since 1970; the end does not belong to it."""


@dataclass(slots=True)
class Stretch:
    """A row of table `activity`, before it is one; `active` are microseconds."""

    source: str
    staff_id: str
    kind: str
    span: Span
    active: int
    row_no: int
    k: int = 0
    grain: str = "event"
    app: str | None = None
    app_class: str | None = None
    site: str | None = None
    task_code: str | None = None
    claim_ref: str | None = None
    work_queue: str | None = None
    began_on: date | None = None
    wait_reason: str | None = None

    @property
    def started_at(self) -> datetime:
        """Start as a point in time."""
        return moment_of(self.span[0])

    @property
    def ended_at(self) -> datetime:
        """End as a point in time."""
        return moment_of(self.span[1])

    @property
    def active_s(self) -> Decimal:
        """Active seconds, rounded half up to milliseconds."""
        return Decimal((self.active + 500) // 1000).scaleb(-3)


def micros_of(moment: datetime) -> int:
    """Return microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(micros: int) -> datetime:
    """Return the point in time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def frame_of(stretches: Sequence[Stretch]) -> pl.DataFrame:
    """Return the stretches as the contract's frame, with txn_no 0, in the order of the records."""
    names = (*ACTIVITY.column_names, "row_no", "k")
    types = {c.name: TYPES[c.type] for c in ACTIVITY.columns} | {"row_no": pl.Int64(), "k": pl.Int32()}
    rows = map(attrgetter(*names), sorted(stretches, key=attrgetter("row_no", "k")))
    frame = pl.DataFrame(list(rows), schema={name: types[name] for name in names}, orient="row")
    return ordered(frame.with_columns(pl.lit(0, pl.Int32).alias("txn_no")))


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of table `activity` in the order of the contract, then the place of the row."""
    return frame.select(*ACTIVITY.column_names, "txn_no", "row_no", "k")


def rows_beyond_records(frame: pl.DataFrame) -> int:
    """Return how many rows are further parts of a record that already has one."""
    return frame.height - frame["row_no"].n_unique()


class Days:
    """The local days of a zone. Durations are elapsed time: a day is 23 or 25 hours long when clocks change."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._span: Span = (0, 0)
        self._day = date(1970, 1, 1)

    def of(self, at: int) -> tuple[date, Span]:
        """Return the local day of a point in time, with its two midnights."""
        if not self._span[0] <= at < self._span[1]:
            self._day = moment_of(at).astimezone(self.zone).date()
            self._span = self.span_of(self._day)
        return self._day, self._span

    def span_of(self, day: date) -> Span:
        """Return a local day from midnight to midnight."""
        return self._at(day), self._at(day + timedelta(days=1))

    def hour_of(self, at: int) -> Span:
        """Return the local hour by its label: an hour that occurs twice is one label, and two hours long."""
        local = moment_of(at).astimezone(self.zone).replace(minute=0, second=0, microsecond=0, fold=0)
        following = (local.replace(tzinfo=None) + timedelta(hours=1)).replace(tzinfo=self.zone)
        return micros_of(local.astimezone(UTC)), micros_of(following.astimezone(UTC))

    def cut(self, span: Span) -> Iterator[tuple[Span, date]]:
        """Yield the parts of a span by local day; a span without length is one part."""
        start, end = span
        while True:
            day, (_, midnight) = self.of(start)
            yield (start, min(end, midnight)), day
            if end <= midnight:
                return
            start = midnight

    def _at(self, day: date) -> int:
        return micros_of(datetime.combine(day, time(), self.zone).astimezone(UTC))


def merge(spans: Sequence[Span]) -> list[Span]:
    """Return the union of spans as disjoint spans in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def inside(span: Span, spans: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Yield the parts of `span` inside disjoint, ordered spans, each with the index of the span that it is in."""
    start, end = span
    for i in range(max(bisect_right(spans, (start, start)) - 1, 0), len(spans)):
        if spans[i][0] >= end:
            break
        first, last = max(start, spans[i][0]), min(end, spans[i][1])
        if first < last:
            yield i, (first, last)


def outside(span: Span, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the parts of `span` that no one of the disjoint, ordered spans covers."""
    start, end = span
    for _, (first, last) in inside(span, spans):
        if start < first:
            yield start, first
        start = last
    if start < end:
        yield start, end


def overlap(span: Span, merged: Sequence[Span]) -> int:
    """Return the microseconds of `span` inside the merged, ordered spans."""
    return sum(last - first for _, (first, last) in inside(span, merged))


def divide(total: int, lengths: Sequence[int]) -> list[int]:
    """Return `total` divided in proportion to lengths, whole numbers that add up to it; all to the first of no length."""
    whole = sum(lengths)
    if whole <= 0:
        return [total, *([0] * (len(lengths) - 1))]
    done, given, parts = 0, 0, []
    for length in lengths:
        done += length
        parts.append(total * done // whole - given)
        given += parts[-1]
    return parts
