"""ActivityWatch exports: active seconds, rejects with their place, and nothing kept that can name a patient."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.activity import overlap, read_activitywatch
from assets.intake.columns import TYPES
from assets.intake.contracts import TABLES
from assets.intake.programs import class_of, program_of

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "activitywatch_export.json"


def _hide(kind, value):
    return None if value is None else f"{kind}-{sum(value.encode()) % 997}"


def _read(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    parsed = read_activitywatch(data, name="a.json", hide=_hide, time_zone="America/Chicago")
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


def _rows(parsed):
    return parsed.tables["activity"]


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
    assert _rows(parsed)["active_s"].to_list() == [
        Decimal("50.000"),
        Decimal("31.250"),
        Decimal(0),
        Decimal(0),
    ]
    assert parsed.flags == []


def test_a_row_has_the_contract_s_columns_and_types_and_no_title():
    frame = _rows(
        _read(
            _export(
                [
                    _event(
                        "14:00:00", 60.25, app=r"C:\Users\jroe\EXCEL.EXE", title="Jane Roe", url="http://p/1"
                    )
                ],
                [],
            )
        )
    )
    contract = TABLES["activity"]
    assert frame.columns == [*contract.column_names, "txn_no", "row_no", "k"]
    assert frame.dtypes == [
        *(TYPES[column.type] for column in contract.columns),
        pl.Int32,
        pl.Int64,
        pl.Int32,
    ]
    start, end = datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 2, 14, 1, 0, 250_000, tzinfo=UTC)
    assert frame.row(0) == (
        "activitywatch",
        _hide("staff", "PC0"),
        "app",
        "EXCEL.EXE",
        "office",
        start,
        end,
        Decimal("60.250"),
        0,
        1,
        0,
    )


def test_without_keyboard_events_all_window_time_is_active_and_flagged():
    for afk in (None, []):
        parsed = _read(_export([_event("14:00:00", 60, app="x")], afk))
        assert _rows(parsed)["active_s"].to_list() == [Decimal(60)]
        assert [flag.code for flag in parsed.flags] == ["NO_AFK"]


def test_keyboards_of_other_computers_do_not_count():
    other = {"type": "afkstatus", "hostname": "PC1", "events": [_event("14:00:00", 60, status="not-afk")]}
    afk = [_event("14:00:00", 60, status="afk")]
    assert _rows(_read(_export([_event("14:00:00", 60, app="x")], afk, k1=other)))["active_s"].to_list() == [
        Decimal(0)
    ]


def test_an_event_across_midnight_stays_one_row():
    frame = _rows(
        _read(_export([{"timestamp": "2026-03-02T23:50:00-06:00", "duration": 1200, "data": {"app": "x"}}]))
    )
    assert frame["ended_at"].to_list() == [datetime(2026, 3, 3, 6, 10, tzinfo=UTC)]


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


def test_events_of_a_computer_without_a_name_are_nobody_s():
    for host in ("", None, "unknown"):
        assert [r.reason for r in _read(_export([_event("14:00:00", 1)], host=host)).rejects] == [
            "the bucket has no hostname"
        ]


def test_other_watchers_are_named_and_not_read():
    web = {
        "type": "web.tab.current",
        "hostname": "PC0",
        "events": [_event("14:00:00", 1, url="http://portal/roe", title="Roe")],
    }
    parsed = _read(_export([_event("14:00:00", 60, app="chrome.exe")], [], w2=web))
    assert "IGNORED_BUCKET" in [flag.code for flag in parsed.flags]
    assert parsed.records == 1


def test_nothing_that_can_name_a_person_leaves_the_reader():
    windows = [
        _event("14:00:00", 1, app="chrome.exe", title="Roe, Jane", url="http://roe"),
        {"timestamp": "Roe", "duration": 1},
    ]
    parsed = _read(_export(windows, host="JROE-LAPTOP"))
    shown = repr(parsed) + _rows(parsed).write_csv()
    assert not any(word in shown for word in ("Roe", "roe", "LAPTOP"))


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


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        ("EXCEL.EXE", "office"),
        ("Microsoft Outlook", "mail"),
        ("athenaOne", "pm"),
        ("Hyperspace.exe", "ehr"),
        ("Waystar", "clearinghouse"),
        ("chrome.exe", "other"),
        ("Availity", "portal"),
        (None, "other"),
        ("", "other"),
    ],
)
def test_programs_have_a_class(app, kind):
    assert class_of(program_of(app)) == kind


_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8)


@settings(max_examples=150, deadline=None)
@given(_SPANS, _SPANS)
def test_active_seconds_equal_a_count_second_by_second(windows, keyboard):
    def events(spans, **data):
        return [_event(f"14:{start // 60:02d}:{start % 60:02d}", length, **data) for start, length in spans]

    parsed = _read(
        _export(
            events(windows, app="x"),
            [*events(keyboard, status="not-afk"), _event("15:00:00", 1, status="afk")],
        )
    )
    seconds = {at for start, length in keyboard for at in range(start, start + length)}
    assert _rows(parsed)["active_s"].to_list() == [
        Decimal(len(seconds & set(range(s, s + n)))) for s, n in windows
    ]


def test_overlap_of_touching_spans_is_nothing():
    assert overlap((5, 10), [(0, 5), (10, 12)]) == 0


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
        _read(_export([content, content], [content]))


@pytest.mark.skipif(not SAMPLE.exists(), reason="the public samples are not here")
def test_a_whole_export_reconciles_and_keeps_no_title():
    data = SAMPLE.read_bytes()
    parsed = _read(data)
    buckets = json.loads(data)["buckets"].values()
    windows = [event for bucket in buckets if bucket["type"] == "currentwindow" for event in bucket["events"]]
    assert (parsed.records, parsed.loaded) == (len(windows), len(windows))
    text = _rows(parsed).write_csv()
    assert not any(event["data"]["title"] in text for event in windows)
    assert set(_rows(parsed)["app_class"]) == {"pm", "office", "mail", "other"}
