"""ActivityWatch exports: active seconds, rejects with their place, and nothing kept that can name a patient."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.activitywatch import read_activitywatch
from assets.intake.columns import TYPES
from assets.intake.contracts import TABLES
from assets.intake.tracking import Tracking

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "activitywatch_export.json"


def _hide(kind, value):
    return None if value is None else f"{kind}-{sum(value.encode()) % 997}"


def _read(content, **tracker):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    tracking = Tracking.of(tracker)
    parsed = read_activitywatch(
        data, name="a.json", hide=_hide, time_zone="America/Chicago", tracking=tracking
    )
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def _event(clock, duration, **data):
    return {"timestamp": f"2026-03-02T{clock}+00:00", "duration": duration, "data": data}


def _export(windows, afk=None, host="PC0", **others):
    buckets = {"w": {"type": "currentwindow", "hostname": host, "events": windows}}
    if afk is not None:
        buckets["k"] = {"type": "afkstatus", "hostname": host, "events": afk}
    return {"buckets": buckets | others}


def _rows(parsed, *kinds):
    frame = parsed.tables["activity"]
    return frame.filter(pl.col("kind").is_in(kinds)) if kinds else frame


def _tab(clock, duration, url="https://x.example/roe?name=Roe"):
    return _event(clock, duration, url=url, title="Roe, Jane")


def _web(*events, name="aw-watcher-web-chrome", host="PC0"):
    return {"type": "web.tab.current", "client": name, "hostname": host, "events": list(events)}


def _watch(*events, host="PC0"):
    return {"type": "general.stopwatch", "hostname": host, "events": list(events)}


def _brief(parsed, *kinds):
    """Return (kind, app, site, seconds after 14:00 of start and end, active seconds) of each row."""
    base = datetime(2026, 3, 2, 14, tzinfo=UTC)
    return [
        (
            row["kind"],
            row["app"],
            row["site"],
            *((row[name] - base).total_seconds() for name in ("started_at", "ended_at")),
            float(row["active_s"]),
        )
        for row in _rows(parsed, *kinds).iter_rows(named=True)
    ]


def test_active_seconds_are_the_overlap_with_times_at_the_keyboard():
    windows = [
        _event("14:00:00", 60, app="EXCEL.EXE", title="Jane Roe"),
        _event("14:01:00", 60.5, app="athenaOne"),
        _event("14:10:00", 30, app="x"),
        _event("14:20:00", 0, app="x"),
    ]
    afk = [
        _event("14:00:10", 20, status="not-afk"),
        _event("14:00:25", 65.2504, status="not-afk"),
        _event("14:01:30.2504", 500, status="afk"),
        _event("14:01:55", 1, status="not-afk"),
    ]
    parsed = _read(_export(windows, afk))
    assert _rows(parsed, "app")["active_s"].to_list() == [
        Decimal("50.000"),
        Decimal("31.250"),
        Decimal(0),
        Decimal(0),
    ]
    assert parsed.flags == []


def test_a_row_has_the_contract_s_columns_and_types_and_no_title():
    title = {"title": "Jane Roe", "url": "http://p/1"}
    frame = _rows(_read(_export([_event("14:00:00", 60.25, app=r"C:\Users\jroe\EXCEL.EXE", **title)], [])))
    contract = TABLES["activity"]
    assert frame.columns == [*contract.column_names, "txn_no", "row_no", "k"]
    assert frame.dtypes == [
        *(TYPES[column.type] for column in contract.columns),
        pl.Int32,
        pl.Int64,
        pl.Int32,
    ]
    assert {name: value for name, value in frame.row(0, named=True).items() if value is not None} == {
        "source": "activitywatch",
        "staff_id": _hide("staff", "PC0"),
        "kind": "app",
        "app": "EXCEL.EXE",
        "app_class": "office",
        "started_at": datetime(2026, 3, 2, 14, tzinfo=UTC),
        "ended_at": datetime(2026, 3, 2, 14, 1, 0, 250_000, tzinfo=UTC),
        "active_s": Decimal("60.250"),
        "grain": "event",
        "txn_no": 0,
        "row_no": 1,
        "k": 0,
    }


def test_without_keyboard_events_all_window_time_is_active_and_flagged():
    for afk in (None, []):
        parsed = _read(_export([_event("14:00:00", 60, app="x")], afk))
        assert _rows(parsed)["active_s"].to_list() == [Decimal(60)]
        assert [flag.code for flag in parsed.flags] == ["NO_AFK"]


def test_keyboards_of_other_computers_do_not_count():
    other = {"type": "afkstatus", "hostname": "PC1", "events": [_event("14:00:00", 60, status="not-afk")]}
    afk = [_event("14:00:00", 60, status="afk")]
    parsed = _read(_export([_event("14:00:00", 60, app="x")], afk, k1=other))
    assert _rows(parsed, "app")["active_s"].to_list() == [Decimal(0)]


def test_an_event_across_midnight_is_cut_there_and_stays_one_record():
    window = {"timestamp": "2026-03-02T23:50:00-06:00", "duration": 1200, "data": {"app": "x"}}
    parsed = _read(_export([window], [{**window, "duration": 900, "data": {"status": "not-afk"}}]))
    frame = _rows(parsed)
    assert frame["ended_at"].to_list() == [
        datetime(2026, 3, 3, 6, tzinfo=UTC),
        datetime(2026, 3, 3, 6, 10, tzinfo=UTC),
    ]
    assert frame.select("active_s", "began_on", "row_no", "k").rows() == [
        (Decimal(600), None, 1, 0),
        (Decimal(300), date(2026, 3, 2), 1, 1),
    ]
    assert (parsed.records, parsed.loaded) == (1, 1)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_a_day_on_which_clocks_change_is_as_long_as_it_was(day, hours):
    offset = "-06:00" if hours == 23 else "-05:00"
    window = {"timestamp": f"{day}T00:00:00{offset}", "duration": 26 * 3600, "data": {"app": "x"}}
    assert _rows(_read(_export([window])))["active_s"].to_list() == [hours * 3600, (26 - hours) * 3600]


def test_a_tab_takes_the_time_of_its_browser_s_window_while_that_is_in_view():
    windows = [
        _event("14:00:00", 60, app="chrome.exe"),
        _event("14:01:00", 60, app="EXCEL.EXE"),
        _event("14:02:00", 60, app="chrome.exe"),
    ]
    tabs = _web(_tab("14:00:10", 120, url="https://www.availity.com/claims?id=Roe"), _tab("14:02:10", 20))
    parsed = _read(_export(windows, [_event("14:00:00", 130, status="not-afk")], w2=tabs))
    assert _brief(parsed) == [
        ("app", "chrome.exe", None, 0, 10, 10),
        ("app", "EXCEL.EXE", None, 60, 120, 60),
        ("app", "chrome.exe", None, 150, 180, 0),
        ("web", "chrome.exe", "portal", 10, 60, 50),
        ("web", "chrome.exe", "portal", 120, 130, 10),
        ("web", "chrome.exe", "other", 130, 150, 0),
    ]
    assert _rows(parsed)["app_class"].to_list() == ["other", "office", "other", "portal", "portal", "other"]


def test_a_tab_in_the_background_is_a_record_without_time():
    parsed = _read(_export([_event("14:00:00", 60, app="EXCEL.EXE")], w2=_web(_tab("14:00:00", 60))))
    assert _brief(parsed) == [
        ("app", "EXCEL.EXE", None, 0, 60, 60),
        ("web", None, "other", 0, 0, 0),
    ]
    assert parsed.loaded == 2


def test_each_browser_listens_to_its_own_watcher_and_a_nameless_one_speaks_for_the_rest():
    windows = [_event("14:00:00", 60, app="firefox.exe"), _event("14:01:00", 60, app="Google Chrome")]
    nameless = _web(_tab("14:00:00", 120, url="https://claim.md/x"), name="web")
    chrome = _web(_tab("14:00:30", 60, url="https://www.availity.com"))
    assert _brief(_read(_export(windows, w1=nameless, w2=chrome)), "web") == [
        ("web", "firefox.exe", "clearinghouse", 0, 60, 60),
        ("web", "Google Chrome", "portal", 60, 90, 30),
    ]


def test_without_windows_nobody_knows_what_was_in_view_and_tabs_count_as_they_are():
    tabs = _web(_tab("14:00:00", 60), _tab("14:00:30", 60))
    assert _brief(_read({"buckets": {"w": tabs}})) == [
        ("web", None, "other", 0, 60, 60),
        ("web", None, "other", 60, 90, 30),
    ]


def test_browsers_and_stopwatches_without_a_computer_belong_to_the_only_one():
    watch = _watch(_event("14:00:00", 60, label="Roe"), host="unknown")
    windows = [_event("14:00:00", 60, app="chrome.exe")]
    tabs = _web(_tab("14:00:00", 60), host="unknown")
    parsed = _read(_export(windows, w2=tabs, s=watch))
    assert set(_rows(parsed)["staff_id"]) == {_hide("staff", "PC0")}
    other = {"type": "currentwindow", "hostname": "PC1", "events": [_event("14:00:00", 60, app="x")]}
    assert len(_read(_export(windows, w2=tabs, o=other)).rejects) == 1


def test_a_stopwatch_is_a_task_and_its_label_a_hash_unless_the_source_lists_it():
    watch = _watch(_event("14:00:00", 60, label="Appeals "), _event("14:01:00", 60, label="Jane Roe C123"))
    keyboard = [_event("14:00:30", 60, status="not-afk")]
    frame = _rows(_read(_export([], keyboard, s=watch), tasks=["appeals"]), "task")
    assert frame["task_code"].to_list() == ["appeals", _hide("task", "Jane Roe C123")]
    assert frame["active_s"].to_list() == [30, 30]


def test_times_away_are_rows_without_active_time_and_times_at_the_keyboard_no_records():
    away, present = _event("14:00:00", 60, status="afk"), _event("14:00:50", 60, status="not-afk")
    parsed = _read(_export([], [away, present]))
    assert _brief(parsed) == [("afk", None, None, 0, 60, 0)]
    assert parsed.records == 1


def test_a_claim_number_is_taken_out_before_the_title_goes():
    titled = _event("14:00:00", 60, app="pm.exe", title="Claim C1234 Roe, Jane")
    windows = [titled, _event("14:01:00", 60, app="x")]
    found = {
        pattern: _rows(_read(_export(windows), claim_pattern=pattern))["claim_ref"].to_list()
        for pattern in ("", r"Claim (?P<claim>\S+)", r"C\d+", ".*")
    }
    assert found == {
        "": [None, None],
        r"Claim (?P<claim>\S+)": ["C1234", None],
        r"C\d+": ["C1234", None],
        ".*": [None, None],
    }


@pytest.mark.parametrize("layout", ['{{"buckets": {{"w": {0}, "w": {1}}}}}', '{{"w": {0}, "w": {1}}}'])
def test_buckets_of_one_name_lose_no_event(layout):
    event = _event("14:00:00", 60, app="x", title='a "timestamp" in a title')
    bucket = json.dumps({"type": "currentwindow", "hostname": "PC0", "events": [event]})
    parsed = _read(layout.format(bucket, bucket.replace("14:00:00", "14:05:00")).encode())
    assert (parsed.records, parsed.loaded) == (2, 2)
    assert "DUPLICATE_BUCKET" in [flag.code for flag in parsed.flags]


def test_an_event_that_ends_after_the_next_one_began_keeps_the_time_and_is_flagged():
    windows = [
        _event("14:00:00", 60, app="a"),
        _event("14:00:30", 60, app="b"),
        _event("14:00:30", 5, app="c"),
    ]
    parsed = _read(_export(windows))
    assert [row[3:] for row in _brief(parsed)] == [(0, 60, 60), (60, 90, 30), (30, 30, 0)]
    assert [flag.code for flag in parsed.flags] == ["NO_AFK", "OVERLAP"]
    assert parsed.flags[1].message.startswith("2 events")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            {"timestamp": "yesterday", "duration": 1, "data": {}},
            "not a date and time in a format of this source",
        ),
        ({"timestamp": 5, "duration": 1, "data": {}}, "the event has no timestamp"),
        ({"duration": 1}, "the event has no timestamp"),
        ({"timestamp": "2026-03-02T14:00:00Z", "duration": -1}, "the duration is negative"),
        ({"timestamp": "2026-03-02T14:00:00Z", "duration": "1"}, "the duration is not a number"),
        ({"timestamp": "2026-03-02T14:00:00Z", "duration": True}, "the duration is not a number"),
        ({"timestamp": "2026-03-02T14:00:00Z", "duration": float("nan")}, "the duration is not a number"),
        ({"timestamp": "2026-03-02T14:00:00Z", "duration": 10**400}, "the duration is longer than a week"),
        ({"timestamp": "0001-03-02T14:00:00Z", "duration": 1}, "the year is not between 1900 and 2100"),
        (None, "the event is not an object"),
    ],
)
def test_an_event_that_cannot_be_read_is_a_reject_with_its_place(event, reason):
    parsed = _read(_export([_event("14:00:00", 1, app="x"), event, _event("14:00:05", 1, app="x")]))
    assert [(r.row_no, r.reason) for r in parsed.rejects] == [(2, reason)]
    assert _rows(parsed)["row_no"].to_list() == [1, 3]


def test_an_unreadable_time_at_the_keyboard_is_flagged():
    bad = {"timestamp": "yesterday", "duration": 1, "data": {"status": "not-afk"}}
    parsed = _read(_export([_event("14:00:00", 60, app="x")], [bad, _event("14:00:00", 9, status="not-afk")]))
    assert [flag.code for flag in parsed.flags] == ["BAD_AFK"]


def test_events_of_a_computer_without_a_name_are_nobody_s():
    for host in ("", None, "unknown"):
        assert [r.reason for r in _read(_export([_event("14:00:00", 1)], host=host)).rejects] == [
            "the bucket has no hostname"
        ]


def test_other_watchers_are_named_counted_and_not_read():
    editor = {
        "type": "app.editor.activity",
        "hostname": "PC0",
        "events": [_event("14:00:00", 1, file="roe.txt")],
    }
    afk = [_event("14:00:00", 60, status="afk")]
    parsed = _read(_export([_event("14:00:00", 60, app="x")], afk, w2=editor))
    assert [(flag.code, flag.message[:2]) for flag in parsed.flags] == [("IGNORED_BUCKET", "1 ")]
    assert parsed.records == 2


@pytest.mark.parametrize("hashed", [False, True])
def test_nothing_that_can_name_a_person_leaves_the_reader(hashed):
    windows = [
        _event("14:00:00", 1, app="chrome.exe", title="Roe, Jane", url="http://roe"),
        {"timestamp": "Roe", "duration": 1},
    ]
    host = "JROE-LAPTOP"
    tabs = _web(_tab("14:00:00", 1), _tab("14:00:01", 1, url="file:///home/roe/Roe.pdf"), host=host)
    watch = _watch(_event("14:00:00", 1, label="Roe"), host=host)
    parsed = _read(_export(windows, host=host, w2=tabs, s=watch), hash_sites=hashed)
    held = io.BytesIO()
    _rows(parsed).write_ipc(held)
    shown = repr(parsed).encode() + held.getvalue()
    assert not any(word in shown for word in (b"Roe", b"roe", b"LAPTOP", b"x.example", b"http"))
    assert (b"other:host-" in shown) == hashed


def test_both_layouts_of_an_export_are_read():
    assert _read(_export([_event("14:00:00", 60, app="x")])["buckets"]).loaded == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"buckets": {"\xc3\xa9": Roe}}', "not JSON at byte 19"),
        (b"", "not JSON at byte 0"),
        (b'\xef\xbb\xbf{"a" 1}', "not JSON at byte 8"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b"[1]", "not an ActivityWatch export"),
        (b"{}", "not an ActivityWatch export"),
        (b'{"buckets": {"a": {"events": 1}}}', "not an ActivityWatch export"),
        (b"[" * 200_000, "nested too deep"),
        (b"1" * 10_000, "a number that is too long"),
    ],
)
def test_what_is_no_export_is_unusable_with_its_place_and_no_content(data, said):
    parsed = _read(data)
    assert said in parsed.unusable
    assert "Roe" not in parsed.unusable
    assert parsed.tables == {}


_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8)


def _seconds(spans):
    return {at for start, length in spans for at in range(start, start + length)}


def _events(spans, **data):
    return [_event(f"14:{start // 60:02d}:{start % 60:02d}", length, **data) for start, length in spans]


@settings(max_examples=150, deadline=None)
@given(_SPANS, _SPANS, _SPANS, _SPANS)
def test_active_seconds_equal_a_count_second_by_second(excel, chrome, tabs, keyboard):
    windows = [*_events(excel, app="EXCEL.EXE"), *_events(chrome, app="chrome.exe")]
    away = [*_events(keyboard, status="not-afk"), _event("15:00:00", 1, status="afk")]
    parsed = _read(_export(windows, away, w2=_web(*_events(tabs, url="https://x.example"))))
    frame = _rows(parsed, "app", "web")
    at_keyboard = _seconds(keyboard)
    seen = _seconds(excel) | _seconds(chrome) if windows else _seconds(tabs)
    assert frame["active_s"].sum() == len(seen & at_keyboard)
    spans = sorted(zip(frame["started_at"], frame["ended_at"], strict=True))
    long = [span for span in spans if span[0] < span[1]]
    assert all(first[1] <= second[0] for first, second in pairwise(long))
    if not excel:
        on_pages = frame.filter(pl.col("kind") == "web")["active_s"].sum()
        assert on_pages == len(_seconds(tabs) & seen & at_keyboard)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["buckets", "type", "events", "hostname", "timestamp", "duration", "data"]),
                x,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_content_makes_the_reader_raise(content):
    _read(content)
    if not isinstance(content, bytes):
        _read(_export([content, content], [content], w2=_web(content), s=_watch(content)))


@pytest.mark.skipif(not SAMPLE.exists(), reason="the public samples are not here")
def test_a_whole_export_reconciles_and_keeps_no_title():
    data = SAMPLE.read_bytes()
    parsed = _read(data)
    events = [event for bucket in json.loads(data)["buckets"].values() for event in bucket["events"]]
    windows = [event for event in events if "title" in event["data"]]
    away = [event for event in events if event["data"].get("status") == "afk"]
    assert (parsed.records, parsed.loaded) == (len(windows) + len(away),) * 2
    text = _rows(parsed).write_csv()
    assert not any(event["data"]["title"] in text for event in windows)
    assert set(_rows(parsed, "app")["app_class"]) == {"pm", "office", "mail", "other"}
