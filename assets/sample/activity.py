"""Traces of computer activity: ActivityWatch exports of the coders, plain logs of everybody else.

Belongs here: turning a day's touches into stretches of activity. Does not belong here: the touches (`desk.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assets.sample.season import day_of, utc_offset

if TYPE_CHECKING:
    import random

    from assets.sample.desk import Touch
    from assets.sample.people import Shift
    from assets.sample.world import World

_GAP = 60
_APPS = {
    "ehr": ("Sample EHR", "ehr"), "pm": ("Sample PM", "pm"), "portal": ("Sample Portal", "portal"),
    "clearinghouse": ("Sample Clearinghouse", "clearinghouse"),
}  # fmt: skip
_CODER_APPS = ("NextGenSample.exe", "NextGenSample.exe", "encoder.exe", "EXCEL.EXE", "chrome.exe")
_PAGES = ("https://www.availity.com/SYNTHETIC/eligibility", "https://payer.example/SYNTHETIC/policy")

_UNSAID = ("", "", "", "", "")


@dataclass(slots=True)
class Stretch:
    """Uninterrupted work of one person: seconds of the day, and how many of them were active."""

    staff_id: str
    start: int
    end: int
    active: int
    system: str


def stretches(touches: list[Touch]) -> dict[str, list[Stretch]]:
    """Join touches that follow each other within a minute, by person."""
    out: dict[str, list[Stretch]] = {}
    for touch in sorted(touches, key=lambda t: (t.person.staff_id, t.start)):
        mine = out.setdefault(touch.person.staff_id, [])
        if mine and touch.start - mine[-1].end <= _GAP:
            mine[-1].end = touch.end
            mine[-1].active += touch.active
        else:
            mine.append(Stretch(touch.person.staff_id, touch.start, touch.end, touch.active, touch.system))
    return out


def export_activity(world: World, shifts: list[Shift], touches: list[Touch]) -> None:
    """Write the day's activity: coders through ActivityWatch, the others as rows of the activity log."""
    by_person = stretches(touches)
    coders: dict[str, list[Stretch]] = {}
    for shift in shifts:
        person = shift.person
        mine = by_person.get(person.staff_id, [])
        period = person.period(world.today)
        if not mine or period is None:
            continue
        if period.role == "coder":
            coders[person.staff_id] = mine
            continue
        _mail(world, shift, mine[0].start)
        for stretch in mine:
            app, kind = _APPS[stretch.system.split(":", 1)[0]]
            world.rows.add(
                "activity", "log", person.staff_id, "app", app, kind, world.at(stretch.start), world.at(stretch.end),
                str(stretch.active), "event", _site(stretch.system), *_UNSAID,
            )  # fmt: skip
    if coders:
        name = f"activitywatch_office_{day_of(world.today):%Y%m%d}.json"
        world.files.append((name, activitywatch(coders, world.today, world.rng)))


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


def activitywatch(people: dict[str, list[Stretch]], ordinal: int, rng: random.Random) -> str:
    """Return an ActivityWatch export: a window, an afk and a web bucket per host."""
    midnight = datetime.combine(day_of(ordinal), datetime.min.time(), UTC) + timedelta(
        seconds=utc_offset(ordinal)
    )
    buckets: dict[str, Any] = {}
    for host, mine in people.items():
        windows: list[dict[str, Any]] = []
        afk: list[dict[str, Any]] = []
        for stretch in mine:
            _watch(stretch, midnight, windows, afk, rng)
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
        at = (midnight + timedelta(seconds=start)).isoformat()
        data = {"app": rng.choice(_CODER_APPS), "title": "SYNTHETIC chart"}
        windows.append({"id": len(windows) + 1, "timestamp": at, "duration": end - start, "data": data})
        active = round((end - start) * share)
        afk.append({"id": len(afk) + 1, "timestamp": at, "duration": active, "data": {"status": "not-afk"}})
        if active < end - start:
            away = (midnight + timedelta(seconds=start + active)).isoformat()
            idle = {
                "id": len(afk) + 1,
                "timestamp": away,
                "duration": end - start - active,
                "data": {"status": "afk"},
            }
            afk.append(idle)
