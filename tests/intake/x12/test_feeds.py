import io

import pytest

from assets.intake.x12 import feeds
from assets.intake.x12.feeds import feeds_in
from tests.intake.x12.files import CLAIM_P, REMIT, STATUS, SYNTAX, file, isa

RECEIPT = isa().encode() + b"TA1*000000905*260301*1200*R*024~IEA*0*000000001~"


@pytest.mark.parametrize("size", [0, 1 << 16])
@pytest.mark.parametrize("block", [20, 1 << 20])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"no interchange", ()),
        (file("837", CLAIM_P), ("837",)),
        (file("837", CLAIM_P) + file("835", REMIT, element="|", terminator="\n"), ("837", "835")),
        (file("277", STATUS), ("ack",)),
        (file("999", SYNTAX) + file("835", REMIT), ("835", "ack")),
        (RECEIPT, ("ack",)),
        (RECEIPT + file("837", CLAIM_P), ("837", "ack")),
        (file("837", CLAIM_P).replace(b"~", b"~\r\n"), ("837",)),
        (isa().encode() + file("837", CLAIM_P)[106:].replace(b"~", b" ~ "), ("837",)),
        (file("837", CLAIM_P).replace(b"ST*837*", b"ST*270*"), ()),
        (file("837", CLAIM_P).replace(b"ST*837*", b"ST*8371*"), ()),
        (file("837", CLAIM_P.replace("ALBERTA", "ÄLBERTA")).decode().encode("cp1252"), ("837",)),
        (file("837", CLAIM_P).decode().replace("~", "¦").encode(), ("837",)),
    ],
)
def test_the_feeds_of_a_file_are_told(monkeypatch, data, expected, size, block):
    monkeypatch.setattr(feeds, "_SMALL", size)
    monkeypatch.setattr(feeds, "READ", block)
    assert feeds_in(io.BytesIO(data)) == expected
