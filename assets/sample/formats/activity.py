"""Computer activity in the folder of formats: ActivityWatch, RescueTime, Flowace-style reports and a plain log.

Belongs here: exports of trackers, sound and damaged, of invented computers and people. Does not belong here: the sources
that say which tracker a file is of (`configuration.py`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from assets.sample.formats.tables import DAY, LATER, Table, made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.sample.formats.made import Made
    from assets.sample.formats.x12_envelope import Maker

_BEGIN = datetime(2026, 3, 2, 14, tzinfo=UTC)
_PROGRAMS = ("SamplePM.exe", "chrome.exe", "SampleMail.exe")
_TITLE = "secret title of PERSON{}"


def activity_files(maker: Maker) -> list[Made]:
    """Return every file of a tracker."""
    return [*_activitywatch(maker), *_rescuetime(), *_flowace(maker), _log(maker)]


def _events(count: int, minutes: int, data: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Return events one after another, each as long."""
    return [
        {
            "id": i + 1,
            "timestamp": (_BEGIN + timedelta(minutes=minutes * i)).isoformat(),
            "duration": minutes * 60.0,
            "data": data[i % len(data)],
        }
        for i in range(count)
    ]


def _bucket(name: str, kind: str, host: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": name,
        "created": _BEGIN.isoformat(),
        "type": kind,
        "client": name.rpartition("_")[0],
        "hostname": host,
        "events": events,
    }


def _export(
    host: str, windows: list[dict[str, Any]], others: dict[str, tuple[str, list[dict[str, Any]]]]
) -> str:
    buckets = {
        f"aw-watcher-window_{host}": _bucket(f"aw-watcher-window_{host}", "currentwindow", host, windows)
    }
    for name, (kind, events) in others.items():
        buckets[f"{name}_{host}"] = _bucket(f"{name}_{host}", kind, host, events)
    return json.dumps({"buckets": buckets}, indent=1)


def _windows(maker: Maker, count: int) -> list[dict[str, Any]]:
    said = [{"app": app, "title": _TITLE.format(maker.number())} for app in _PROGRAMS]
    return _events(count, 10, said)


def _activitywatch(maker: Maker) -> list[Made]:
    away = _events(5, 12, [{"status": "not-afk"}, {"status": "afk"}])
    tabs = _events(
        3, 20, [{"url": "https://portal.example/claims/PERSON7", "title": _TITLE.format(7), "audible": "no"}]
    )
    sound = _export(
        "SAMPLE-PC-1",
        _windows(maker, 6),
        {"aw-watcher-afk": ("afkstatus", away), "aw-watcher-web-chrome": ("web.tab.current", tabs)},
    )
    bad = _windows(maker, 6)
    del bad[1]["timestamp"]
    bad[4]["duration"] = -5
    odd = _export(
        "SAMPLE-PC-2", bad, {"aw-watcher-input": ("os.hid.input", _events(4, 1, [{"presses": "3"}]))}
    )
    # Being at the keyboard is the yardstick of the other events and no record.
    return [
        _made(
            "activitywatch_desk-01_20260302.json",
            "ActivityWatch with windows, a web watcher and times away",
            sound,
            6 + 2 + 3,
        ),
        _made(
            "activitywatch_desk-02_20260303.json",
            "ActivityWatch without keyboard events, with an unknown watcher",
            odd,
            6,
            wrong="two events without time",
            rejected=2,
            flags=["NO_AFK", "IGNORED_BUCKET"],
        ),
        _made(
            "activitywatch_desk-03_20260303.json",
            "ActivityWatch that is cut",
            sound[:-200],
            0,
            wrong="no JSON",
            status="unusable",
        ),
        _made(
            "activitywatch_desk-04_20260303.json",
            "JSON of something else",
            '{"name": [1, 2]}',
            0,
            wrong="no buckets",
            status="unusable",
        ),
    ]


def _made(  # noqa: PLR0913 - what a file is, and how it must end
    name: str,
    what: str,
    text: str,
    records: int,
    *,
    wrong: str = "",
    status: str = "loaded",
    rejected: int = 0,
    flags: Sequence[str] = (),
) -> Made:
    nothing = Table("activity", (), ())
    day = DAY if "20260302" in name else LATER
    return made(
        name,
        what,
        nothing,
        text,
        wrong=wrong,
        status=status,
        rejected=rejected,
        extra=records,
        flags=flags,
        day=day,
    )


def _rescuetime() -> list[Made]:
    header = ("Date", "Time Spent (seconds)", "Number of People", "Activity", "Category", "Productivity")
    rows = [
        (f"2026-03-02T{hour:02d}:00:00", str(300 + hour), "1", activity, "Business", "1")
        for hour in (9, 10, 11)
        for activity in ("SamplePM", "portal.example")
    ]
    alone = Table("activity", header, tuple(rows))
    return [
        made("rescuetime_desk-05_20260302.csv", "RescueTime by hours", alone),
        made(
            "rescuetime_desk-06_20260303.csv",
            "RescueTime with a row of three people and a time that is none",
            alone.changed("Number of People", {2: "3"}).changed("Time Spent (seconds)", {4: "long"}),
            wrong="two records",
            rejected=2,
            day=LATER,
        ),
    ]


def _flowace(maker: Maker) -> list[Made]:
    def usage(spent: str) -> Table:
        rows = [(f"sample.entry{i % 2}", "2026-03-02", f"SamplePM {maker.number()}", spent) for i in range(4)]
        return Table("activity", ("Employee ID", "Date", "Application", "Time Spent"), tuple(rows))

    days = [(f"sample.poster{i}", "2026-03-02", "8.00", "6.50", "0.50", "1.00") for i in range(3)]
    daily = Table(
        "activity",
        ("Employee ID", "Date", "Logged Hours", "Active Hours", "Away Hours", "Idle Hours"),
        tuple(days),
    )
    return [
        made("flowace_usage_20260302.csv", "Flowace usage report, durations as H:MM", usage("1:15")),
        made("flowace_daily_20260302.csv", "Flowace daily report, durations in hours", daily),
        made(
            "flowace_daily_20260303.csv",
            "Flowace daily report that does not add up",
            daily.changed("Logged Hours", {1: "9.75"}).changed("Active Hours", {2: "6:30"}),
            wrong="a duration in another format",
            rejected=1,
            flags=["UNEVEN_TOTAL"],
            day=LATER,
        ),
        made(
            "flowace_undeclared_20260303.csv",
            "Flowace report of which nobody said how it writes durations",
            usage("1.25"),
            wrong="hours or minutes?",
            status="unusable",
            day=LATER,
        ),
    ]


def _log(maker: Maker) -> Made:
    header = ("source", "staff_id", "kind", "app", "app_class", "started_at", "ended_at", "active_s")
    rows = [
        (
            "log",
            f"sample.entry{i % 2}",
            "app",
            f"SamplePM{maker.number()}",
            "pm",
            f"2026-03-02 {9 + i:02d}:00:00",
            f"2026-03-02 {9 + i:02d}:10:00",
            "540",
        )
        for i in range(4)
    ]
    return made("activity_20260302.csv", "a plain log of activity", Table("activity", header, tuple(rows)))
