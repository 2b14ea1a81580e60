"""ActivityWatch exports, turned into stretches of computer activity of one person.

Belongs here: which rows the events of a computer become, and the account of the events. Does not belong here: the export's
JSON (`watchers.py`), the arithmetic of spans (`activity.py`) and classes of programs and hosts (`programs.py`).

A window event is what the person saw. Where the web watcher of the same browser reports a tab, the tab takes that time
over as a row of kind `web`; the window keeps the rest. So no second is counted twice, and a tab in the background has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assets.counted import many
from assets.intake.activity import (
    ACTIVITY,
    SECOND,
    Days,
    Span,
    Stretch,
    frame_of,
    inside,
    merge,
    outside,
    overlap,
    rows_beyond_records,
)
from assets.intake.cells import Reading, Unreadable
from assets.intake.programs import browser_of, class_of
from assets.intake.records import Flag, Parsed, Reject, shape_of
from assets.intake.tracking import Tracking
from assets.intake.watchers import READ, Bucket, Event, buckets_of, event_of, is_present, span_of

if TYPE_CHECKING:
    from typing import Any

    from assets.intake.records import Hide

_ANY = ""


@dataclass
class Computer:
    """The events of one computer by watcher, and its times at the keyboard (None where nothing watched it)."""

    windows: list[Event] = field(default_factory=list)
    tabs: dict[str, list[Event]] = field(default_factory=dict)
    others: list[Event] = field(default_factory=list)
    present: list[Span] | None = None
    overlapped: int = 0


def read_activitywatch(
    data: bytes, *, name: str, hide: Hide, time_zone: str, tracking: Tracking | None = None
) -> Parsed:
    """Read an export into table `activity`: rows for windows, web pages, stopwatches and times away from the keyboard.

    `staff_id` is the pseudonym of the hostname. Times without a zone are read in `time_zone`, and days are cut at its
    midnights. `active_s` is the part of the row at the keyboard; a computer without keyboard events counts every second as
    active and is flagged. Events of 'not-afk' are the yardstick, not records. Malformed JSON makes the file unusable.
    """
    zone = ZoneInfo(time_zone)
    how, tracking = Reading(zone), tracking or Tracking()
    parsed = Parsed(kind="activitywatch", counted=(ACTIVITY.name,))
    try:
        buckets, doubled = buckets_of(data)
    except ValueError as reason:
        parsed.unusable = f"{name}: {reason}"
        return parsed
    parsed.flags += _oddities(buckets, doubled)
    parsed.records = sum(not is_present(event) for b in buckets if b.kind in READ for event in b.events)
    computers = _computers(buckets, how, tracking, hide, parsed)
    days = Days(zone)
    rows = [row for host, computer in computers.items() for row in _rows(computer, hide("staff", host), days)]
    overlapped = sum(computer.overlapped for computer in computers.values())
    if overlapped:
        parsed.flags.append(
            Flag(
                "OVERLAP",
                f"{many(overlapped, 'event')} began more than a second before another one of the same watcher ended: the one "
                "that began first keeps the time",
            )
        )
    frame = frame_of(rows)
    parsed.tables[ACTIVITY.name] = frame
    parsed.split = rows_beyond_records(frame)
    return parsed


def _oddities(buckets: list[Bucket], doubled: int) -> list[Flag]:
    flags = []
    for kind in sorted({bucket.kind for bucket in buckets} - set(READ)):
        number = sum(len(bucket.events) for bucket in buckets if bucket.kind == kind)
        flags.append(Flag("IGNORED_BUCKET", f"{many(number, 'event')} of type '{kind[:60]}' not read"))
    if doubled:
        flags.append(
            Flag(
                "DUPLICATE_BUCKET",
                f"{many(doubled, 'bucket has', 'buckets have')} the name of another: all are read",
            )
        )
    return flags


def _computers(
    buckets: list[Bucket], how: Reading, tracking: Tracking, hide: Hide, parsed: Parsed
) -> dict[str, Computer]:
    """Return the readable events by hostname; the others are rejects. Events are numbered in the order of the file."""
    hosts = dict.fromkeys(b.hostname for b in buckets if b.hostname and b.kind in READ)
    only = next(iter(hosts)) if len(hosts) == 1 else ""
    computers = {host: Computer() for host in hosts}
    number = 0
    for bucket in buckets:
        if bucket.kind not in READ:
            continue
        # Browser extensions and the stopwatch do not know the computer; in an export of one computer it is that one.
        knows_none = bucket.kind in {"web.tab.current", "general.stopwatch"}
        host = bucket.hostname or (only if knows_none else "")
        for event in bucket.events:
            if is_present(event):
                continue
            number += 1
            try:
                found = event_of(event, bucket, number, how, tracking, hide, known=bool(host))
            except Unreadable as reason:
                parsed.rejects.append(_reject(str(reason), event, number))
                continue
            computer = computers[host]
            if bucket.kind == "currentwindow":
                computer.windows.append(found)
            elif bucket.kind == "web.tab.current":
                computer.tabs.setdefault(bucket.browser, []).append(found)
            else:
                computer.others.append(found)
    for host, computer in computers.items():
        computer.present = _present(buckets, host, how, computer, parsed.flags)
    return computers


def _present(
    buckets: list[Bucket], host: str, how: Reading, computer: Computer, flags: list[Flag]
) -> list[Span] | None:
    """Return the computer's times at the keyboard, merged and in order; None where no watcher recorded any."""
    events = [e for b in buckets if b.kind == "afkstatus" and b.hostname == host for e in b.events]
    if not events:
        if computer.windows or computer.tabs or computer.others:
            sentence = "a computer has no keyboard events: all of its window time counts as active"
            flags.append(Flag("NO_AFK", sentence))
        return None
    spans: list[Span] = []
    bad = 0
    for event in filter(is_present, events):
        try:
            spans.append(span_of(event, how))
        except Unreadable:
            bad += 1
    if bad:
        flags.append(Flag("BAD_AFK", f"{many(bad, 'keyboard event')} of a computer could not be read"))
    return merge(spans)


def _rows(computer: Computer, staff: str | None, days: Days) -> list[Stretch]:
    """Return the rows of one computer: windows and tabs disjoint, everything cut at midnight."""
    rows: list[Stretch] = []
    windows = _in_turn(computer.windows, computer)
    tabs = _tabs_in_view(computer, windows)
    covers = {browser: [span for _, span, _ in pieces] for browser, pieces in tabs.items()}
    for event, span in windows:
        covered = covers.get(browser_of(event.app) or "", []) if tabs else []
        kept = list(outside(span, covered)) if covered else [span]
        _add(rows, event, [(part, event.app) for part in kept], computer.present, staff, days)
    pieces: dict[int, list[tuple[Span, str | None]]] = {}
    for event, span, app in (piece for group in tabs.values() for piece in group):
        pieces.setdefault(event.number, []).append((span, app))
    for event in (event for group in computer.tabs.values() for event in group):
        _add(rows, event, pieces.get(event.number, []), computer.present, staff, days)
    for event in computer.others:
        _add(rows, event, [(event.span, None)], computer.present, staff, days)
    return rows


def _in_turn(events: list[Event], computer: Computer) -> list[tuple[Event, Span]]:
    """Return the events of one watcher without their overlap: what began first keeps it, of equals the longest."""
    found: list[tuple[Event, Span]] = []
    covered = -(1 << 62)
    for event in sorted(events, key=lambda e: (e.span[0], -e.span[1], e.number)):
        start, end = event.span
        computer.overlapped += min(end, covered) - start > SECOND
        # An event that others cover whole keeps its place: a later export must find the same row.
        found.append((event, (max(start, covered), end) if covered < end else (start, start)))
        covered = max(covered, end)
    return found


def _tabs_in_view(
    computer: Computer, windows: list[tuple[Event, Span]]
) -> dict[str, list[tuple[Event, Span, str | None]]]:
    """Return, by browser, the parts of tabs during which that browser was in the foreground, disjoint and in order.

    A web watcher that does not name its browser speaks for the browsers that have no watcher of their own. Without any
    window watcher nobody knows what was in the foreground: then tabs count as they are.
    """
    if not computer.windows:
        events = [event for group in computer.tabs.values() for event in group]
        return {
            _ANY: [(event, span, None) for event, span in _in_turn(events, computer) if span[0] < span[1]]
        }
    found: dict[str, list[tuple[Event, Span, str | None]]] = {}
    shown: dict[str, list[tuple[Event, Span]]] = {}
    for event, span in windows:
        if (browser := browser_of(event.app)) and span[0] < span[1]:
            shown.setdefault(browser, []).append((event, span))
    for browser, here in shown.items():
        events = computer.tabs.get(browser) or computer.tabs.get(_ANY) or []
        spans = [span for _, span in here]
        found[browser] = [
            (event, part, here[i][0].app)
            for event, span in _in_turn(events, computer)
            for i, part in inside(span, spans)
        ]
    return found


def _add(  # noqa: PLR0913, PLR0917  (where to, what, and the three things that every event of a computer shares)
    rows: list[Stretch],
    event: Event,
    pieces: list[tuple[Span, str | None]],
    present: list[Span] | None,
    staff: str | None,
    days: Days,
) -> None:
    """Add the rows of one event. An event of which nothing is left stays as a row without length, so that it is accounted for."""
    if staff is None:
        return
    began = days.of(event.span[0])[0]
    k = 0
    for piece, app in pieces or [((event.span[0], event.span[0]), event.app)]:
        for part, day in days.cut(piece):
            seconds = part[1] - part[0] if present is None else overlap(part, present)
            site = event.site
            kind_of_work = site.partition(":")[0] if site else class_of(app) if event.kind == "app" else None
            rows.append(
                Stretch(
                    "activitywatch",
                    staff,
                    event.kind,
                    part,
                    0 if event.kind == "afk" else seconds,
                    event.number,
                    k,
                    app=app,
                    app_class=kind_of_work,
                    site=site,
                    task_code=event.task,
                    claim_ref=event.claim,
                    began_on=None if day == began else began,
                )
            )
            k += 1


def _reject(reason: str, event: Any, number: int) -> Reject:
    stamp = event.get("timestamp") if isinstance(event, dict) else None
    shape = shape_of(stamp) if isinstance(stamp, str) else ""
    return Reject(ACTIVITY.name, reason, row_no=number, column="started_at", shape=shape)
