"""What the long fuzz has found: each input as small as it could be made."""

import pytest

from tests.intake.fuzz.properties import x12_both, x12_by_feed, x12_plain
from tests.intake.fuzz.seeds import Seed

ISA = b"ISA*00*          *00*          *ZZ*SAMPLEOFFICE   *ZZ*SAMPLECLEAR    *260302*0905*^*00501*000000001*0*T*:~"
CLAIMS = b"ST*837*1~CLM*A1*350.00***13:A:1~LX*1~SV2*450*HC:98765*100.00*UN*1~SE*5*1~"
REMIT = b"ST*835*2~BPR*I*1.00*C*ACH~CLP*A1*1*1.00*1.00~SE*4*2~"
SYNTAX = b"ST*999*3~AK1*HC*1~AK9*A*1*1*1~SE*4*3~"


@pytest.mark.parametrize(
    "data",
    [
        # The version has an X in it and names no guide: what the claims are, their services tell.
        ISA + b"GS*HC*A*B*20260302*0905*1*X*X~" + CLAIMS,
        # A record of one feed in a transaction of another, by a trailer and a header that were lost.
        ISA + b"GS*HC*A*B*20260302*0905*1*X*005010~" + REMIT.replace(b"SE*4*2~", b"") + SYNTAX[9:],
        ISA + CLAIMS.replace(b"SE*5*1~", b"STC*A1:19*20260302~SE*6*1~") + SYNTAX,
        # A name where ST01 should stand.
        ISA + b"GS*HC*A*B*20260302*0905*1*X*1~ST*SYNM000001*1~CLM*A1*1.00~SE*3*1~",
    ],
)
def test_what_was_found_holds_now(data):
    seed = Seed("found", data, "x12")
    x12_plain(seed, data)
    x12_both(seed, data)
    x12_by_feed(seed, data)
