"""Identification by content and name, and unpacking that cannot be made to fill the disk or the memory."""

import gzip
import io
import zipfile

import pytest

from assets.intake.identify import ArchiveError, ArchiveTooLarge, identify, unpack
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


def _zip(*members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def test_plain_files_and_workbooks_stay_as_they_are():
    workbook = _zip(("[Content_Types].xml", "x"), ("xl/workbook.xml", "y"))
    assert unpack("a/b.csv", b"x", limit_bytes=10) == [("b.csv", b"x")]
    assert unpack("b.xlsx", workbook, limit_bytes=1) == [("b.xlsx", workbook)]


def test_gzip_and_zip_are_unpacked_in_order_without_clutter():
    assert unpack("p.csv.gz", gzip.compress(b"one"), limit_bytes=10) == [("p.csv", b"one")]
    data = _zip(("b.csv", "2"), ("__MACOSX/b.csv", "x"), ("sub/", ""), ("sub/a.csv", "1"), (".DS_Store", "x"))
    assert unpack("d.zip", data, limit_bytes=10) == [("b.csv", b"2"), ("sub/a.csv", b"1")]


def test_the_limit_holds_for_one_file_and_for_all_together():
    with pytest.raises(ArchiveTooLarge, match="unpacks to more than the limit"):
        unpack("p.csv.gz", gzip.compress(b"x" * 11), limit_bytes=10)
    with pytest.raises(ArchiveTooLarge):
        unpack("d.zip", _zip(("a", "x" * 6), ("b", "y" * 6)), limit_bytes=10)
    assert len(unpack("d.zip", _zip(("a", "x" * 6), ("b", "y" * 4)), limit_bytes=10)) == 2


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: _zip(("a.csv", data))])
def test_a_ratio_that_only_a_bomb_has_is_refused_below_the_limit(pack):
    with pytest.raises(ArchiveTooLarge, match="decompression bombs"):
        unpack("bomb", pack(b"\0" * (40 * 2**20)), limit_bytes=2**30)


@pytest.mark.parametrize("inner", [gzip.compress(b"x"), _zip(("a.csv", "x"))])
def test_an_archive_in_an_archive_is_refused(inner):
    with pytest.raises(ArchiveError, match="holds another archive"):
        unpack("d.zip", _zip(("inner", inner)), limit_bytes=10_000)
    with pytest.raises(ArchiveError, match="holds another archive"):
        unpack("d.gz", gzip.compress(inner), limit_bytes=10_000)


def test_a_workbook_in_an_archive_is_no_archive():
    workbook = _zip(("[Content_Types].xml", "x"))
    assert unpack("d.zip", _zip(("a.xlsx", workbook)), limit_bytes=10_000) == [("a.xlsx", workbook)]


def test_damaged_archives_are_errors_with_a_sentence():
    packed = gzip.compress(bytes(range(256)) * 10)
    with pytest.raises(ArchiveError, match="damaged or incomplete gzip"):
        unpack("p.gz", packed[:-9], limit_bytes=10_000)
    zipped = _zip(("a.csv", bytes(range(256)) * 10))
    for data in (zipped[: len(zipped) // 2], zipped[:60] + b"\0\0\0\0" + zipped[64:]):
        with pytest.raises(ArchiveError, match="damaged zip"):
            unpack("d.zip", data, limit_bytes=10_000)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    with pytest.raises(ArchiveError, match="several files of one name"):
        unpack("d.zip", _zip(("a.csv", "1"), ("a.csv", "2")), limit_bytes=10_000)
