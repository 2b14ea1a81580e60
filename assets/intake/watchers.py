"""The JSON of ActivityWatch: buckets of watchers, and what one event says.

Belongs here: the layout of an export, events that cannot be read, what is taken out of an event before its title and address
are dropped. Does not belong here: which rows events become (`activitywatch.py`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assets.intake.activity import LONGEST_S, SECOND, Span, micros_of
from assets.intake.cells import FIRST_YEAR, LAST_YEAR, Reading, Unreadable, read_moment
from assets.intake.programs import BROWSERS, host_of, program_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.intake.records import Hide
    from assets.intake.tracking import Tracking

READ = {"currentwindow": "app", "web.tab.current": "web", "general.stopwatch": "task", "afkstatus": "afk"}
"""Types of buckets that are read, with the kind of row that their events become."""


@dataclass(frozen=True)
class Bucket:
    """One watcher's events on one computer; `browser` is which one a web watcher sits in, empty when unknown."""

    kind: str
    hostname: str
    browser: str
    events: list[Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event without title, address and label: what may be kept of it, and its number in the file."""

    kind: str
    number: int
    span: Span
    app: str | None = None
    site: str | None = None
    task: str | None = None
    claim: str | None = None


class _Object(dict[str, Any]):
    """An object that holds a name several times; `pairs` are all of its members."""

    pairs: Sequence[tuple[str, Any]] = ()


def buckets_of(data: bytes) -> tuple[list[Bucket], int]:
    """Return the buckets of an export and how many have the name of another one.

    Raises ValueError with a sentence that shows no content.
    """
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text)
        members = _members(found)
        told = sum(len(value["events"]) for _, value in members)
        # JSON keeps the last of two members of one name. The keys of timestamps, counted in the text, tell that some went.
        if told != text.count('"timestamp"'):
            members = _members(json.loads(text, object_pairs_hook=_object))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        offset = len(error.doc[: error.pos].encode()) + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise ValueError(f"not JSON at byte {offset}: {error.msg}") from None
    except _NoExport:
        raise ValueError(
            "not an ActivityWatch export: no object of buckets that each hold a list of events"
        ) from None
    except (RecursionError, ValueError):
        raise ValueError("the JSON is nested too deep or holds a number that is too long") from None
    buckets = [
        Bucket(str(value.get("type", "")), _host(value), _browser(name, value), value["events"])
        for name, value in members
    ]
    return buckets, len(members) - len({name for name, _ in members})


class _NoExport(Exception):  # noqa: N818  (it names the file's state)
    """The JSON has another layout."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = _Object(pairs)
    if len(made) < len(pairs):
        made.pairs = pairs
    return made


def _pairs(holder: Any) -> list[tuple[str, Any]]:
    if not isinstance(holder, dict):
        return []
    return list(holder.pairs) if isinstance(holder, _Object) and holder.pairs else list(holder.items())


def _members(found: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the buckets by name; the object that holds them may be there several times as well."""
    outer = _pairs(found)
    holders = [value for name, value in outer if name == "buckets"]
    members = [pair for holder in holders for pair in _pairs(holder)] if holders else outer
    if not members or not all(isinstance(v, dict) and isinstance(v.get("events"), list) for _, v in members):
        raise _NoExport
    return members


def _host(bucket: dict[str, Any]) -> str:
    """Return the computer's name; ActivityWatch writes `unknown` where it has none, and that is nobody's."""
    host = bucket.get("hostname")
    host = host.strip() if isinstance(host, str) else ""
    return "" if host == "unknown" else host


def _browser(name: str, bucket: dict[str, Any]) -> str:
    told = f"{name} {bucket.get('id')} {bucket.get('client')}".casefold()
    return next((browser for browser in BROWSERS if f"web-{browser}" in told), "")


def is_present(event: Any) -> bool:
    """Whether an event tells that somebody was at the keyboard."""
    data = event.get("data") if isinstance(event, dict) else None
    return isinstance(data, dict) and data.get("status") == "not-afk"


def span_of(event: Any, how: Reading) -> Span:
    """Return when an event began and ended; raises `Unreadable`."""
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
    if duration > LONGEST_S:
        raise Unreadable("the duration is longer than a week")
    start = micros_of(_moment(stamp.strip(), how))
    return start, start + round(duration * SECOND)


def _moment(stamp: str, how: Reading) -> datetime:
    """Read a timestamp; the spelling of ActivityWatch itself, with its offset, without the detour over all the others."""
    if len(stamp) in {25, 32} and stamp[10] == "T" and stamp[19] in "+-.":
        try:
            found = datetime.fromisoformat(stamp)
        except ValueError:
            return read_moment(stamp, how)
        if found.tzinfo is not None and FIRST_YEAR < found.year < LAST_YEAR:
            return found
    return read_moment(stamp, how)


def event_of(  # noqa: PLR0913, PLR0917  (the event and its place, then how it is read)
    event: Any, bucket: Bucket, number: int, how: Reading, tracking: Tracking, hide: Hide, *, known: bool
) -> Event:
    """Return what may be kept of an event of a `known` computer; raises `Unreadable`."""
    if not known:
        raise Unreadable("the bucket has no hostname")
    span = span_of(event, how)
    held = event.get("data")
    said: dict[str, str] = (
        {key: value for key, value in held.items() if isinstance(value, str)}
        if isinstance(held, dict)
        else {}
    )
    kind = READ[bucket.kind]
    claim = tracking.claim(said.get("title"), said.get("url"), said.get("label"))
    if kind == "web":
        return Event(
            kind, number, span, site=tracking.site(host_of(said.get("url", "")) or "", hide), claim=claim
        )
    if kind == "task":
        return Event(kind, number, span, task=tracking.task(said.get("label"), hide), claim=claim)
    if kind == "afk":
        return Event(kind, number, span)
    return Event(kind, number, span, app=program_of(said.get("app")), claim=claim)
