"""Traces of computer activity: ActivityWatch exports of the coders, plain logs of everybody else.

Belongs here: turning a day's touches into stretches of activity. Does not belong here: the touches (`desk.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from assets.sample.season import day_of, utc_offset

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from assets.sample.desk import Touch
    from assets.sample.people import Shift
    from assets.sample.traces import Step
    from assets.sample.world import World

_GAP = 60
_APPS = {
    "ehr": ("Sample EHR", "ehr"), "pm": ("Sample PM", "pm"), "portal": ("Sample Portal", "portal"),
    "clearinghouse": ("Sample Clearinghouse", "clearinghouse"),
}  # fmt: skip
_CODER_APPS = ("NextGenSample.exe", "NextGenSample.exe", "encoder.exe", "EXCEL.EXE", "chrome.exe")
_PAGES = ("https://www.availity.com/SYNTHETIC/eligibility", "https://payer.example/SYNTHETIC/policy")

_OVERTIME_APP = "NextGenSample.exe"
_UNSAID = ("", "", "", "", "")


@dataclass(slots=True)
class Stretch:
    """Uninterrupted work of one person: seconds of the day, and how many of them were active."""

    staff_id: str
    start: int
    end: int
    active: int
    system: str


def stretches(touches: Iterable[Touch | Step]) -> dict[str, list[Stretch]]:
    """Join touches in the same system that follow each other within a minute, by person."""
    out: dict[str, list[Stretch]] = {}
    for touch in sorted(touches, key=lambda t: (t.staff_id, t.start)):
        mine = out.setdefault(touch.staff_id, [])
        if mine and touch.start - mine[-1].end <= _GAP and mine[-1].system == touch.system:
            mine[-1].end = touch.end
            mine[-1].active += touch.active
        else:
            mine.append(Stretch(touch.staff_id, touch.start, touch.end, touch.active, touch.system))
    return out


def export_activity(world: World, shifts: list[Shift], touches: list[Touch], steps: list[Step]) -> None:
    """Write the day's activity: coders through ActivityWatch, the others as rows of the activity log."""
    of_coders, of_others = stretches(touches), stretches(steps)
    coders: dict[str, list[Stretch]] = {}
    late: dict[str, Stretch] = {}
    for shift in shifts:
        person = shift.person
        period = person.period(world.today)
        mine = of_others.get(person.staff_id, [])
        if not mine or period is None:
            continue
        overtime = _overtime(shift)
        if period.role == "coder":
            coders[person.staff_id] = of_coders[person.staff_id]
            late |= {person.staff_id: overtime} if overtime else {}
            continue
        _mail(world, shift, mine[0].start)
        before = ""
        for stretch in (*mine, *([overtime] if overtime else [])):
            if stretch.system.startswith("portal:") and stretch.system != before:
                _sign_in(world, stretch)
            app, kind = _APPS[stretch.system.split(":", 1)[0]]
            _row(world, stretch, app, kind, _site(stretch.system))
            before = stretch.system
    if coders:
        name = f"activitywatch_office_{day_of(world.today):%Y%m%d}.json"
        world.files.append((name, activitywatch(coders, world.today, world.rng, late)))


def _overtime(shift: Shift) -> Stretch | None:
    """Return the work after the end of the shift: what had piled up, on no item in particular."""
    if not shift.overtime_min:
        return None
    active = shift.overtime_min * 48
    return Stretch(shift.person.staff_id, shift.end, shift.leaves, active, shift.person.system("pm"))


def _sign_in(world: World, stretch: Stretch) -> None:
    """Spend the first seconds in another portal on signing in; what is left of the stretch is work in the portal."""
    length = world.aside.randint(18, 55)
    if stretch.end - stretch.start < 2 * length:
        return
    active = stretch.active * length // (stretch.end - stretch.start)
    first = Stretch(stretch.staff_id, stretch.start, stretch.start + length, active, "")
    _row(world, first, "Sample Sign-in", "other", "")
    stretch.start += length
    stretch.active -= active


def _row(world: World, stretch: Stretch, app: str, kind: str, site: str) -> None:
    world.rows.add(
        "activity", "log", stretch.staff_id, "app", app, kind, world.at(stretch.start), world.at(stretch.end),
        str(stretch.active), "event", site, *_UNSAID,
    )  # fmt: skip


def _mail(world: World, shift: Shift, until: int) -> None:
    """Spend the minutes before the first item on mail."""
    if until - shift.start > 90:
        active = str((until - shift.start - 20) * 4 // 5)
        world.rows.add(
            "activity", "log", shift.person.staff_id, "app", "Outlook", "mail", world.at(shift.start + 10),
            world.at(until - 10), active, "event", "", *_UNSAID,
        )  # fmt: skip


def _site(system: str) -> str:
    """Return the class of the web page: portals and the clearinghouse are worked in through one."""
    return system if system.startswith(("portal", "clearinghouse")) else ""


def activitywatch(
    people: dict[str, list[Stretch]],
    ordinal: int,
    rng: random.Random,
    late: Mapping[str, Stretch] = MappingProxyType({}),
) -> str:
    """Return an ActivityWatch export: a window, an afk and a web bucket per host. Overtime (`late`) draws nothing."""
    midnight = datetime.combine(day_of(ordinal), datetime.min.time(), UTC) + timedelta(
        seconds=utc_offset(ordinal)
    )
    buckets: dict[str, Any] = {}
    for host, mine in people.items():
        windows: list[dict[str, Any]] = []
        afk: list[dict[str, Any]] = []
        for stretch in mine:
            _watch(stretch, midnight, windows, afk, rng)
        if host in late:
            _watch_all(late[host], midnight, windows, afk, _OVERTIME_APP)
        watchers = (
            ("window", "currentwindow", windows),
            ("afk", "afkstatus", afk),
            ("web-chrome", "web.tab.current", _tabs(windows)),
        )
        for watcher, kind, events in watchers:
            name = f"aw-watcher-{watcher}_{host}"
            created = (midnight + timedelta(hours=6)).isoformat()
            buckets[name] = {
                "id": name, "created": created, "name": None, "type": kind, "client": f"aw-watcher-{watcher}",
                "hostname": host, "data": {}, "events": events,
            }  # fmt: skip
    return json.dumps({"buckets": buckets}, separators=(",", ":")) + "\n"


def _tabs(windows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the browser's own watcher tells of the windows of the browser: the page in each but the first seconds."""
    tabs: list[dict[str, Any]] = []
    for window in windows:
        if window["data"]["app"] == "chrome.exe" and window["duration"] > 10:
            at = (datetime.fromisoformat(window["timestamp"]) + timedelta(seconds=5)).isoformat()
            data = {
                "url": _PAGES[len(tabs) % 2],
                "title": "SYNTHETIC page",
                "audible": False,
                "incognito": False,
            }
            tabs.append(
                {"id": len(tabs) + 1, "timestamp": at, "duration": window["duration"] - 5, "data": data}
            )
    return tabs


def _watch(
    stretch: Stretch,
    midnight: datetime,
    windows: list[dict[str, Any]],
    afk: list[dict[str, Any]],
    rng: random.Random,
) -> None:
    """Cut a stretch into windows of some minutes; the idle share of each is a moment away from the keyboard."""
    cuts = [stretch.start]
    while stretch.end - cuts[-1] > 720:
        cuts.append(cuts[-1] + rng.randint(240, 600))
    cuts.append(stretch.end)
    share = min(stretch.active / max(stretch.end - stretch.start, 1), 1.0)
    for start, end in pairwise(cuts):
        part = Stretch(stretch.staff_id, start, end, round((end - start) * share), stretch.system)
        _watch_all(part, midnight, windows, afk, rng.choice(_CODER_APPS))


def _watch_all(
    stretch: Stretch, midnight: datetime, windows: list[dict[str, Any]], afk: list[dict[str, Any]], app: str
) -> None:
    """Watch a stretch in one window."""
    at, length = (midnight + timedelta(seconds=stretch.start)).isoformat(), stretch.end - stretch.start
    data = {"app": app, "title": "SYNTHETIC chart"}
    windows.append({"id": len(windows) + 1, "timestamp": at, "duration": length, "data": data})
    active = stretch.active
    afk.append({"id": len(afk) + 1, "timestamp": at, "duration": active, "data": {"status": "not-afk"}})
    if active < length:
        away = (midnight + timedelta(seconds=stretch.start + active)).isoformat()
        afk.append(
            {"id": len(afk) + 1, "timestamp": away, "duration": length - active, "data": {"status": "afk"}}
        )
