import io

import pytest

from assets.intake.x12 import read
from assets.intake.x12.columnar import survey as surveying
from assets.intake.x12.columnar.survey import survey
from assets.intake.x12.count import scan, scan_bytes
from assets.intake.x12.delimiters import Delimiters, decode, starts
from assets.intake.x12.read import read_x12
from tests.intake.x12.columnar.comparing import ZONE, account, assert_equal, in_parts, stream
from tests.intake.x12.files import CLAIM_P, REMIT, REVERSAL, STATUS, file, hide, isa

MIXED = file("837", CLAIM_P, CLAIM_P) + file("835", REMIT, element="|", terminator="\n") + file("277", STATUS)
NAMED = file("837", CLAIM_P.replace("ALBERTA", "ALBËRTA"), CLAIM_P)


@pytest.fixture
def tiny(monkeypatch):
    """Make every file a large one, and every look into a file short."""
    monkeypatch.setattr(read, "SMALL", 0)
    monkeypatch.setattr(surveying, "READ", 64)
    monkeypatch.setattr(surveying, "_MARGIN", 3000)


def whole(data, feed=None):
    return account([read_x12(data, hide=hide, time_zone=ZONE, feed=feed)])


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    "data",
    [
        MIXED,
        b"",
        b"no interchange at all",
        b"words before " + MIXED,
        MIXED.replace(b"ISA|00", b"ISA|0", 1),
        MIXED.replace(b"~", b"~\r\n"),
        b"\r\n".join(MIXED[i : i + 80] for i in range(0, len(MIXED), 80)),
        file("837", CLAIM_P, element="|", terminator="\n").replace(b"\n", b"\r\n"),
        file("837", CLAIM_P).replace(b"HC:", b"HC>"),
        NAMED,
        b"\xef\xbb\xbf" + NAMED,
        b"\xef\xbb\xbf" + NAMED + b"\xff",
        NAMED.decode().encode("cp1252"),
        MIXED + NAMED.decode().encode("cp1252"),
        NAMED.decode().encode("cp1252").replace(b"RIVER", b"RIV\x81R"),
        NAMED.decode().encode("utf-16"),
        NAMED.decode().replace("~", "¦").encode(),
        NAMED[:-400],
    ],
)
@pytest.mark.parametrize("block", [1, 300, 10**6])
def test_a_stream_is_read_as_its_bytes_are(data, block):
    assert_equal(account(stream(data, block=block)), whole(data))


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("feed", ["837", "835", "ack"])
def test_one_feed_of_a_stream_is_read_alone(feed):
    found = account(stream(MIXED, block=500, feed=feed))
    assert_equal(found, whole(MIXED, feed))
    assert {transaction.kind[:3] for transaction in found["transactions"]} == {
        "277" if feed == "ack" else feed
    }


@pytest.mark.usefixtures("tiny")
def test_a_foreign_record_is_told_of_by_the_feed_that_it_belongs_to():
    data = file("835", REMIT.replace("LX*1", "LX*1\nCLM*PCN-9*100"), REVERSAL) + file("837", CLAIM_P)
    for feed in ("835", "837"):
        assert_equal(account(stream(data, block=300, feed=feed)), whole(data, feed))
    found = whole(data, "837")
    assert (found["records"], found["loaded"], found["rejected"]) == (2, 1, 1)


def test_parts_add_up_while_they_come():
    parts = in_parts(MIXED, block=1)
    assert len(parts) > 3
    assert all(part.unusable is None for part in parts)
    assert all(part.records == part.loaded + part.rejected for part in parts)
    assert parts[-1].counted == ("claims", "remit_claims", "acknowledgements")


def test_a_small_stream_comes_whole():
    assert len(stream(MIXED)) == 1


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("data", [MIXED, b"x ISA*1 " + MIXED, NAMED, MIXED.replace(b"ISA|00", b"ISA|0", 1)])
def test_a_survey_finds_the_starts_that_the_text_has(data):
    text, _ = decode(data)
    expected = [(len(text[: start.position].encode()), start.delimiters) for start in starts(text)]
    found = [each for each in survey(io.BytesIO(data)).stretches if not each.preamble]
    assert [(each.first, each.declared) for each in found] == expected


@pytest.mark.parametrize(
    "body",
    [
        "ISA*~CLM*1~CLP~CLP*2~TA1*1~AK9~CLMX*1~",
        "ISA*~ CLM*1~CLP *2~",
        "ISA*~STC*A1~CTX*CLM01:1~CTX*X~",
        "ISA*~CLP",
        "ISA*~CLM*É~",
        "ISA*~",
    ],
)
def test_bytes_are_counted_as_text_is(body):
    used = Delimiters("*", ":", "~")
    assert scan_bytes(body.encode(), used) == scan(body, used)


def test_a_receipt_waits_for_the_group_that_dates_it():
    data = isa().encode() + b"TA1*000000905*260301*1200*R*024~" + file("835", REVERSAL, REVERSAL)[106:]
    assert_equal(account(in_parts(data, block=1)), whole(data))
