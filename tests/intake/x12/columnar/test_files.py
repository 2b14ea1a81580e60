"""Both roads on files that others wrote, and on what the sample office writes."""

from itertools import count
from pathlib import Path

import pytest

from assets.sample.x12 import (
    INSTITUTIONAL,
    PROFESSIONAL,
    REMITTANCE,
    Route,
    Transaction,
    interchange,
    with_pipes,
)
from tests.intake.x12.columnar.comparing import assert_same
from tests.intake.x12.files import CLAIM_I, CLAIM_P, COB, REMIT, REVERSAL, file

SAMPLES = Path(__file__).parents[4].parent / "shared" / "samples" / "x12"
ROUTE = Route("OFFICE", "CLEARING", 739_000, "0930")


@pytest.mark.skipif(not SAMPLES.exists(), reason="the public sample files are not here")
@pytest.mark.parametrize("family", ["835", "837P", "837I", "837D", "277", "277CA", "997", "999"])
def test_public_files_are_the_same(family):
    paths = sorted((SAMPLES / family).iterdir())
    assert paths
    for path in paths:
        for block in (1, 10**7):
            assert_same(path.read_bytes(), block=block)


@pytest.mark.parametrize("block", [1, 500, 2_000, 10**6])
def test_files_of_the_sample_office_are_the_same(block):
    numbers = count(1)
    bodies = {PROFESSIONAL: CLAIM_P, INSTITUTIONAL: CLAIM_I, REMITTANCE: REMIT}
    text = ""
    for kind, body in bodies.items():
        sets = [Transaction(body.split(), f"{next(numbers):09d}") for _ in range(3)]
        made = interchange(kind, ROUTE, next(numbers), next(numbers), sets)
        text += made + with_pipes(made)
    assert_same(text.encode(), block=block)


@pytest.mark.parametrize("block", [1, 900, 10**6])
def test_other_payers_are_the_same(block):
    parts = assert_same(file("837", CLAIM_P + COB, CLAIM_P), block=block)
    assert sum(part.tables.height("claim_other_payers") for part in parts)


@pytest.mark.parametrize(
    "service", ["SV3*AD:D0120*100*UP***2.5", "SV2*0300*HC:J1885*100*DA*4**9", "SV1*HC:J1885*100"]
)
def test_every_kind_of_service_is_the_same(service):
    parts = assert_same(file("837", CLAIM_P.replace("SV1*HC:J1885*100*UN*2.5*11**3", service)))
    assert sum(part.tables.height("claim_lines") for part in parts) == 2


def test_a_reversal_is_the_same():
    assert_same(file("835", REVERSAL, REMIT, REVERSAL))


def test_one_huge_transaction_is_one_block():
    claims = REMIT[REMIT.index("CLP*") : REMIT.index("PLB*")]
    parts = assert_same(file("835", REMIT.replace(claims, claims * 50), REVERSAL), block=100)
    assert [part.tables.height("remit_claims") for part in parts if part.tables.height("remit_claims")] == [
        50,
        2,
    ]


def test_small_interchanges_are_read_together():
    data = b"".join(file("835", REVERSAL, control=f"{i:09d}") for i in range(40))
    assert len(assert_same(data, block=10**6)) == 1
