"""The shape of activity: spans, local days, classes of programs and pages, and what a source may say of its tracker."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.activity import Days, divide, inside, merge, micros_of, moment_of, outside, overlap
from assets.intake.programs import browser_of, class_of, host_of, program_of, site_of
from assets.intake.sources import Source, sources_from
from assets.intake.tracking import Tracking

_SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=7
)
CHICAGO = ZoneInfo("America/Chicago")


def _points(spans):
    return {at for start, end in spans for at in range(start, end)}


@settings(max_examples=100, deadline=None)
@given(_SPANS, st.tuples(st.integers(0, 40), st.integers(0, 20)))
def test_parts_inside_and_outside_of_spans_are_the_whole_and_disjoint(spans, drawn):
    span, merged = (drawn[0], sum(drawn)), merge(spans)
    within = [part for _, part in inside(span, merged)]
    assert _points(within) == _points(spans) & _points([span])
    assert _points(outside(span, merged)) == _points([span]) - _points(spans)
    assert overlap(span, merged) == len(_points(within)) == sum(last - first for first, last in within)


def test_overlap_of_touching_spans_is_nothing():
    assert overlap((5, 10), [(0, 5), (10, 12)]) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_what_is_divided_adds_up(total, lengths):
    parts = divide(total, lengths)
    assert sum(parts) == total
    assert len(parts) == len(lengths)
    assert min(parts) >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=6)),
    st.sampled_from(["America/Chicago", "America/Havana", "Asia/Beirut", "UTC"]),
)
def test_a_span_is_cut_at_every_local_midnight_and_nowhere_else(start, length, zone):
    began = micros_of(start.replace(tzinfo=UTC))
    span = (began, began + length // timedelta(microseconds=1))
    parts = list(Days(ZoneInfo(zone)).cut(span))
    edges = [part for part, _ in parts]
    assert (edges[0][0], edges[-1][1]) == span
    assert all(one[1] == other[0] for one, other in pairwise(edges))
    for (first, last), day in parts:
        assert moment_of(first).astimezone(ZoneInfo(zone)).date() == day
        assert moment_of(max(first, last - 1)).astimezone(ZoneInfo(zone)).date() == day
    assert len({day for _, day in parts}) == len(parts)


def test_an_hour_that_clocks_repeat_is_one_label_of_two_hours():
    days = Days(CHICAGO)
    repeated = micros_of(datetime(2026, 11, 1, 7, 30, tzinfo=UTC))  # 01:30 for the second time
    assert [moment_of(at) for at in days.hour_of(repeated)] == [
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2026, 11, 1, 8, tzinfo=UTC),
    ]
    skipped = micros_of(datetime(2026, 3, 8, 7, 30, tzinfo=UTC))  # 01:30, then clocks go to 03:00
    first, last = days.hour_of(skipped)
    assert last - first == 3600 * 10**6
    first, last = days.span_of(date(2026, 11, 1))
    assert last - first == 25 * 3600 * 10**6


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


@pytest.mark.parametrize(
    ("app", "browser"),
    [
        ("chrome.exe", "chrome"),
        ("Google Chrome", "chrome"),
        ("msedge.exe", "edge"),
        ("Microsoft Edge", "edge"),
        ("firefox-esr", "firefox"),
        ("archive.exe", None),
        ("EXCEL.EXE", None),
        (None, None),
    ],
)
def test_browsers_are_known_by_their_programs(app, browser):
    assert browser_of(app) == browser


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://user:word@Portal.Example.COM:8443/claim?name=Roe#x", "portal.example.com"),
        ("http://localhost/x", "localhost"),
        ("https://10.0.0.5/x", "10.0.0.5"),
        ("mail.google.com", "mail.google.com"),
        ("www.availity.com/claims?id=Roe", "www.availity.com"),
        ("claim.md", "claim.md"),
        ("file:///home/roe.pdf", ""),
        ("chrome://settings", ""),
        ("https://two words", ""),
        ("EXCEL.EXE", None),
        (r"C:\Users\roe\app.exe", None),
        ("Microsoft Excel", None),
        ("Excel", None),
    ],
)
def test_the_host_is_found_in_addresses_and_nowhere_else(text, host):
    assert host_of(text) == host


def test_a_host_stands_for_its_subdomains_and_the_source_s_own_list_comes_first():
    assert site_of("apps.availity.com", {}) == "portal"
    assert site_of("notavaility.com", {}) == "other"
    assert site_of("apps.availity.com", {"availity.com": "portal:bcbs"}) == "portal:bcbs"
    assert site_of("", {}) == "other"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"nmae": "log"}, "unknown settings: nmae"),
        ({"name": "toggl"}, "name is one of activitywatch, rescuetime, flowace, log"),
        ({"claim_pattern": 5}, "claim_pattern is a text"),
        ({"tasks": "appeals"}, "tasks is a list"),
        ({"hash_sites": "no"}, "hash_sites is true or false"),
        ("flowace", "a table is expected"),
        ({"interval": "week"}, "interval is one of"),
        ({"shift_scope": "some"}, "shift_scope is one of"),
        ({"sites": ["a.example"]}, "sites is a table"),
        ({"sites": {"a.example": "shopping"}}, "the class of a.example"),
        ({"claim_pattern": "("}, "claim_pattern is not a regular expression"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(setting, said):
    with pytest.raises(ValueError, match=said):
        Source("activity", "x", tracker=setting)


def test_a_source_is_configured_with_its_tracker():
    table = {"name": "flowace", "sites": {"Portal.Example": "portal:P1"}, "tasks": ["Appeals"]}
    source = sources_from([{"feed": "activity", "pattern": "^x", "tracker": table}])[0]
    tracking = Tracking.of(source.tracker)
    assert tracking.site("www.portal.example", lambda *_: None) == "portal:P1"
    assert tracking.task(" appeals", lambda *_: "hash") == "Appeals"
