"""A file that holds transactions of several feeds: every record of it is loaded or rejected, each feed in its own tables."""

import io
import zipfile

import pytest

from assets.intake.deliveries import pending_days, scan
from assets.intake.x12.read import read_x12
from tests.intake.inboxes import Desk

DAY = "2026-03-02"
FEEDS = ("837", "835", "ack")
BUNDLE = "bundle.edi"
RECORDS = {"837": "claims", "835": "remit_claims", "ack": "acknowledgements"}


@pytest.fixture
def desk(connection, tmp_path):
    return Desk(connection, tmp_path)


@pytest.fixture(scope="module")
def pieces(office):
    """A file of each feed, as the sample office has them."""
    inbox = office / "inbox"
    return {
        "837": min(inbox.rglob("837P*.x12")).read_bytes(),
        "835": min(inbox.rglob("835*.x12")).read_bytes(),
        "ack": min(inbox.rglob("277CA*.x12")).read_bytes(),
    }


def _bundle(pieces, *feeds):
    return b"\n".join(pieces[feed] for feed in feeds)


def _take_in(desk, day=DAY):
    desk.register(day)
    for feed in FEEDS:
        desk.load(day, feed=feed)


def _rows(desk):
    return {feed: desk.all(f"select count(*) from intake.{table}")[0][0] for feed, table in RECORDS.items()}


def _whole(data):
    parsed = read_x12(data, hide=lambda _, value: value, time_zone="UTC")
    return {feed: parsed.tables.height(table) for feed, table in RECORDS.items()}, parsed


def test_every_record_of_a_mixed_file_is_loaded_or_rejected(desk, pieces):
    # An adjudication whose amount is no number is rejected.
    data = _bundle(pieces, *FEEDS).replace(b"CLP*", b"CLP*X*1*what*", 1)
    desk.put(DAY, data, BUNDLE)
    _take_in(desk)
    expected, parsed = _whole(data)
    assert _rows(desk) == expected
    assert all(expected.values())
    assert desk.all("select path, status, feed from intake.files order by feed") == [
        (f"{DAY}/{BUNDLE}!{feed}", "loaded", feed) for feed in sorted(FEEDS)
    ]
    assert desk.all("select sum(records), sum(loaded), sum(rejected) from intake.files") == [
        (parsed.records, parsed.loaded, parsed.rejected)
    ]
    assert parsed.rejected == 1
    assert desk.all("select count(distinct file_id), count(distinct kind) from intake.files") == [(3, 3)]
    assert desk.all("select count(*) from intake.transactions") == [(len(parsed.transactions),)]


def test_an_unmixed_file_keeps_its_path_and_its_identity(desk, pieces):
    desk.put(DAY, pieces["835"], "one.835")
    desk.put(DAY, pieces["837"] + pieces["837"].replace(b"CLM*", b"CLM*Z"), "two.837")
    _take_in(desk)
    assert desk.all("select path, status from intake.files order by 1") == [
        (f"{DAY}/one.835", "loaded"),
        (f"{DAY}/two.837", "loaded"),
    ]


def test_a_mixed_file_in_an_archive_is_read_feed_by_feed(desk, pieces):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/a.edi", _bundle(pieces, "835", "ack"))
        archive.writestr("b.edi", pieces["837"])
    desk.put(DAY, packed.getvalue(), "all.zip")
    _take_in(desk)
    assert desk.all("select path, status from intake.files order by 1") == [
        (f"{DAY}/all.zip!b.edi", "loaded"),
        (f"{DAY}/all.zip!in/a.edi!835", "loaded"),
        (f"{DAY}/all.zip!in/a.edi!ack", "loaded"),
    ]
    assert _rows(desk) == _whole(_bundle(pieces, *FEEDS))[0]


def test_after_a_load_nothing_waits_and_a_copy_is_a_duplicate_of_every_part(desk, pieces):
    desk.put(DAY, _bundle(pieces, *FEEDS), BUNDLE)
    _take_in(desk)
    assert pending_days(desk.connection, scan(desk.folder, "UTC")) == []
    desk.put("2026-03-03", _bundle(pieces, *FEEDS), "again.edi")
    _take_in(desk, "2026-03-03")
    assert desk.all("select count(*) from intake.files where status = 'duplicate'") == [(3,)]
    assert _rows(desk) == _whole(_bundle(pieces, *FEEDS))[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("837", "835"), ("835",)),
        (("835",), ("835", "ack")),
        (("837", "ack"), ("837", "835")),
        (("835", "ack"), ("837",)),
    ],
)
def test_other_bytes_in_the_same_place_take_every_part_of_the_old_file_away(desk, pieces, before, after):
    desk.put(DAY, _bundle(pieces, *before), BUNDLE)
    _take_in(desk)
    desk.put(DAY, _bundle(pieces, *after), BUNDLE)
    _take_in(desk)
    expected = _whole(_bundle(pieces, *after))[0]
    assert _rows(desk) == expected
    assert desk.all("select count(*) from intake.files where status = 'loaded'") == [(len(after),)]
    desk.register(DAY)
    for feed in FEEDS:
        desk.load(DAY, feed=feed)
    assert _rows(desk) == expected


def test_a_mixed_file_that_leaves_the_inbox_keeps_its_rows(desk, pieces):
    path = desk.put(DAY, _bundle(pieces, *FEEDS), BUNDLE)
    _take_in(desk)
    path.unlink()
    assert pending_days(desk.connection, scan(desk.folder, "UTC")) == []
    desk.register(DAY)
    assert _rows(desk) == _whole(_bundle(pieces, *FEEDS))[0]


def test_a_name_with_an_exclamation_mark_is_a_file_like_any_other(desk, pieces):
    desk.put(DAY, pieces["835"], "urgent!835")
    _take_in(desk)
    assert desk.all("select path, status from intake.files") == [(f"{DAY}/urgent!835", "loaded")]
    assert pending_days(desk.connection, scan(desk.folder, "UTC")) == []


def test_a_claim_outside_any_transaction_of_a_mixed_file_is_told_too(desk, pieces):
    # An IK3 that names the segment CLM is no claim.
    data = _bundle(pieces, "835", "ack").replace(b"GE*", b"IK3*CLM*2~CLM*X*100***11:B:1~GE*", 1)
    desk.put(DAY, data, BUNDLE)
    _take_in(desk)
    assert desk.all("select feed, status, records, rejected from intake.files where status <> 'loaded'") == [
        ("837", "unusable", 1, 1)
    ]
    assert desk.all("select table_name, records from intake.rejects where records > 0") == [("claims", 1)]
    assert desk.all("select sum(records) from intake.files") == [(_whole(data)[1].records,)]
    desk.put(DAY, _bundle(pieces, "835", "ack").replace(b"GE*", b"IK3*CLM*2~GE*", 1), BUNDLE)
    desk.register(DAY)
    assert desk.all("select count(*) from intake.files where feed = '837'") == [(0,)]


@pytest.mark.parametrize(
    ("feeds", "within", "segment", "table", "tells"),
    [
        (("835", "ack"), b"BPR*", b"CLM*X*100***11:B:1~", "claims", "837"),
        (("837", "ack"), b"BHT*", b"CLP*X*1*100*100~", "remit_claims", "835"),
        (("837", "835"), b"BPR*", b"AK9*A*1*1*1~", "acknowledgements", "ack"),
        (("837", "835"), b"BPR*", b"STC*A1:20*20260302~", "acknowledgements", "ack"),
        (("837", "835"), b"BPR*", b"CTX*CLM01:X~", "acknowledgements", "ack"),
    ],
)
def test_a_record_in_a_transaction_of_another_feed_is_told_by_exactly_one_part(
    desk, pieces, feeds, within, segment, table, tells
):
    data = _bundle(pieces, *feeds).replace(within, segment + within, 1)
    desk.put(DAY, data, BUNDLE)
    _take_in(desk)
    assert desk.all("select sum(records), sum(rejected) from intake.files") == [(_whole(data)[1].records, 1)]
    assert desk.all("select table_name, records from intake.rejects where records > 0") == [(table, 1)]
    ((feed, reason),) = desk.all("select feed, reason from intake.files where status = 'unusable'")
    assert (feed, reason) == (tells, "EMPTY: no transaction set; records outside of any: 1")
    desk.put(DAY, _bundle(pieces, *feeds).replace(within, b"STC*~" + within, 1), BUNDLE)
    desk.register(DAY)
    assert desk.all("select count(*) from intake.files where status = 'pending'") == [(2,)]
