"""Identification by content and name."""

import pytest

from assets.intake.identify import identify
from assets.intake.sources import DEFAULT_SOURCES, sources_from

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0900*^*00501*000000001*0*P*:~"


def _x12(group, transaction, version):
    body = f"GS*{group}*SENDER*RECEIVER*20260302*0900*1*X*{version}~ST*{transaction}*0001~SE*2*0001~GE*1*1~IEA*1*000000001~"
    return (ISA + body).encode()


@pytest.mark.parametrize(
    ("data", "feed"),
    [
        (_x12("HC", "837", "005010X222A1"), "837"),
        (_x12("HC", "837", "005010X223A2"), "837"),
        (_x12("HP", "835", "005010X221A1"), "835"),
        (_x12("FA", "999", "005010X231A1"), "ack"),
        (_x12("HN", "277", "005010X214"), "ack"),
        ((ISA + "TA1*000000001*260302*0900*A*000~IEA*0*000000001~").encode(), "ack"),
    ],
)
def test_x12_is_known_by_its_content_whatever_its_name(data, feed):
    found = identify("payments_20260302.csv", data, DEFAULT_SOURCES)
    assert (found.kind, found.feed) == ("x12", feed)


def test_an_export_is_known_by_its_name_in_any_folder():
    for name in (
        "payments_20260302.csv",
        "inbox/2026-03-02/payments_20260302.csv",
        r"C:\out\PAYMENTS_20260302.CSV",
    ):
        found = identify(name, b"txn_id\n", DEFAULT_SOURCES)
        assert (found.kind, found.feed) == ("export", "payments")
        assert found.source in DEFAULT_SOURCES


def test_activity_is_json_or_a_table():
    assert identify("activitywatch_PC0_20260302.json", b"{}", DEFAULT_SOURCES).kind == "activitywatch"
    assert identify("activitywatch_PC0_20260302.json", b"broken", DEFAULT_SOURCES).kind == "activitywatch"
    assert identify("activity_20260302.csv", b"staff_id\n", DEFAULT_SOURCES).kind == "export"


def test_a_configured_source_is_tried_first():
    sources = sources_from([{"feed": "deposits", "pattern": "payments"}])
    assert identify("payments_20260302.csv", b"", sources).feed == "deposits"


def test_an_unknown_file_says_what_was_looked_for():
    found = identify("notes.docx", b"hello", DEFAULT_SOURCES)
    assert found.kind == "unknown"
    assert (
        found.reason == "no X12 envelope in the content, and no source has a pattern that fits the file name"
    )


@pytest.mark.parametrize(
    "name", ["Extract.CSV", "extract.txt", "extract.xlsx", "extract.parquet", "a/extract.csv.gz"]
)
def test_an_unknown_table_says_what_proposes_a_mapping(name):
    reason = identify(name, b"a,b\n", DEFAULT_SOURCES).reason
    assert reason.startswith("no X12 envelope")
    assert reason.endswith("; rcmbench sources init FILE proposes a mapping")


@pytest.mark.parametrize("before", ["", "\n ", "\ufeff"])
def test_an_isa_with_unusable_delimiters_is_named(before):
    for head in (ISA.replace("*", "0"), ISA[:60], "ISA"):
        found = identify("claims.txt", (before + head.replace("ISA0", "ISA*")).encode(), DEFAULT_SOURCES)
        assert (found.kind, found.reason) == ("unknown", "begins with ISA, but its delimiters cannot be used")
    assert "ISA" not in identify("names.txt", b"ISABEL,ROE", DEFAULT_SOURCES).reason


def test_an_empty_file_is_called_empty():
    assert identify("claims.x12", b"", DEFAULT_SOURCES).reason == "the file is empty"
    assert identify("extract.csv", b"", DEFAULT_SOURCES).reason == "the file is empty"
