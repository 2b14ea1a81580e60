"""Coordination of benefits: other payers of a claim (2320, 2330) and what they decided of its lines (2430)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.intake.x12.files import CLAIM_P, COB, codes, content_id, file, hide, read, rows

SENT = datetime(2026, 3, 2, 15, 5, tzinfo=UTC)
SIXFOLD = "*A1*1*1*A2*2*2*A3*3*3*A4*4*4*A5*5*5*A6*6*6"
SECOND = """\
SBR*S*18*******MC
AMT*A8*7.25
AMT*EAF*11
NM1*IL*1*SPOUSEY*CARL****MI*MEM0003
NM1*PR*2*THIRD PAYER*****PI*THIRD7
"""
DECIDED = """\
SVD*OTHER9*40*HC:99213:25:59*0510*1.5*2
CAS*CO*45*3
CAS*PR*1*107.5
DTP*573*D8*20260214
AMT*EAF*12.5
SVD*THIRD7*5*HC:99214**1
DTP*573*D8*20260216
"""
BODY = CLAIM_P.replace("LX*1\n", COB + SECOND + "LX*1\n").replace("LX*2\n", DECIDED + "LX*2\n")


def with_lines(decided):
    """Return the claim with one other payer and these segments at the end of its first line."""
    return CLAIM_P.replace("LX*1\n", COB + "LX*1\n").replace("LX*2\n", decided + "LX*2\n")


def test_every_other_payer_is_a_row_with_what_it_paid():
    parsed = read(file("837", BODY))
    keys = (f"BATCH7-{content_id(BODY)}-1", "PCN-1")
    member = hide("member", "MEM0003")
    assert parsed.tables["claim_other_payers"].rows() == [
        (
            *(*keys, 1, "P", "16", "OTHER9", "OTHER PAYER", "OTHERICN", member),
            *(Decimal("39.15"), None, None, date(2026, 2, 15), SENT, 1, 20, 0),
        ),
        (
            *(*keys, 2, "S", "MC", "THIRD7", "THIRD PAYER", None, member),
            *(None, Decimal(11), Decimal("7.25"), None, SENT, 1, 29, 0),
        ),
    ]
    assert codes(parsed) == []


def test_every_decision_on_a_line_is_a_row():
    parsed = read(file("837", BODY))
    keys = (f"BATCH7-{content_id(BODY)}-1", "PCN-1", 1)
    assert parsed.tables["claim_other_payments"].rows() == [
        (
            *(*keys, "OTHER9", Decimal(40), "99213", "25:59", "0510", Decimal("1.5"), "2"),
            *(date(2026, 2, 14), Decimal("12.5"), SENT, 1, 38, 0),
        ),
        (
            *(*keys, "THIRD7", Decimal(5), "99214", None, None, Decimal(1), None),
            *(date(2026, 2, 16), None, SENT, 1, 43, 0),
        ),
    ]


def test_adjustments_name_the_payer_at_the_level_of_the_claim_and_the_line_at_that_of_the_line():
    parsed = read(file("837", BODY))
    names = ("ordinal", "line_no", "payer_id", "group_code", "carc", "amount", "quantity", "row_no", "k")
    assert rows(parsed, "claim_other_adjustments", *names) == [
        (1, 0, "OTHER9", "PR", "1", Decimal("21.89"), None, 21, 1),
        (0, 1, "OTHER9", "CO", "45", Decimal(3), None, 39, 1),
        (0, 1, "OTHER9", "PR", "1", Decimal("107.5"), None, 40, 1),
    ]


def test_all_six_triplets_are_rows_at_both_levels():
    body = BODY.replace("CAS*PR*1*21.89", "CAS*OA" + SIXFOLD).replace("CAS*CO*45*3", "CAS*CO" + SIXFOLD)
    parsed = read(file("837", body))
    found = rows(
        parsed, "claim_other_adjustments", "line_no", "group_code", "carc", "amount", "quantity", "k"
    )
    six = [(f"A{k}", Decimal(k), Decimal(k), k) for k in range(1, 7)]
    assert found[:12] == [(0, "OA", *one) for one in six] + [(1, "CO", *one) for one in six]


@pytest.mark.parametrize(
    ("service", "version", "line"),
    [
        ("SV2*0300*HC:81099*250.5*UN*1", "005010X223A2", "0300"),
        ("SV3*AD:D2150*250.5****1", "005010X224A2", None),
        ("SV1*HC:99213*250.5*UN*1***1", "004010X098A1", None),
    ],
)
def test_institutional_dental_and_older_claims_have_other_payers_too(service, version, line):
    head = CLAIM_P[: CLAIM_P.index("LX*1")]
    parsed = read(file("837", f"{head}{COB}LX*7\n{service}\n{DECIDED}", version=version))
    assert rows(parsed, "claim_other_payers", "payer_id", "paid") == [("OTHER9", Decimal("39.15"))]
    assert rows(parsed, "claim_other_payments", "line_no", "paid") == [(7, Decimal(40)), (7, Decimal(5))]
    assert rows(parsed, "claim_lines", "line_no", "revenue_code") == [(7, line)]
    assert codes(parsed) == ["UNKNOWN_OTHER_PAYER"]


def test_a_payer_that_has_not_decided_yet_has_no_amount():
    parsed = read(file("837", BODY.replace("AMT*D*39.15\n", "").replace("CAS*PR*1*21.89\n", "")))
    assert parsed.tables["claim_other_payers"]["paid"].to_list() == [None, None]
    assert codes(parsed) == []


def test_references_and_dates_of_the_other_payers_providers_are_not_the_payers():
    body = BODY.replace("REF*F8*OTHERICN\n", "").replace(
        "NM1*82*1*OTHER*DOC****XX*9999999999\n", "NM1*82*1*OTHER*DOC\nREF*F8*NOBODYS\n"
    )
    parsed = read(file("837", body))
    assert parsed.tables["claim_other_payers"]["payer_claim_id"].to_list() == [None, None]
    assert rows(parsed, "claims", "original_ref", "rendering_npi") == [("ICN99", "2222222223")]


def test_an_amount_or_date_outside_its_loop_is_nobodys():
    body = BODY.replace("HI*ABK", "AMT*EAF*99\nAMT*D*98\nDTP*573*D8*20260101\nHI*ABK", 1)
    body = body.replace("LX*1\n", "LX*1\nAMT*EAF*97\nDTP*573*D8*20260102\n")
    body = body.replace("AMT*EAF*12.5\n", "AMT*EAF*12.5\nAMT*D*96\nAMT*A8*95\n")
    moved, plain = read(file("837", body)), read(file("837", BODY))
    for name in ("claim_other_payers", "claim_other_payments"):
        frames = [found.tables[name].drop("submission_id", "row_no") for found in (moved, plain)]
        assert frames[0].equals(frames[1])
    assert codes(moved) == []


def test_the_line_of_a_decision_is_the_one_that_the_lines_carry_also_when_numbers_were_replaced():
    parsed = read(file("837", BODY.replace("LX*1\n", "LX*4\n").replace("LX*2\n", "LX*4\n") + DECIDED))
    assert parsed.tables["claim_lines"]["line_no"].to_list() == [4, 5]
    assert parsed.tables["claim_other_payments"]["line_no"].to_list() == [4, 4, 5, 5]
    assert set(parsed.tables["claim_other_adjustments"]["line_no"]) == {0, 4, 5}


def test_the_next_claim_has_payers_of_its_own():
    second = CLAIM_P[CLAIM_P.index("CLM*") :].replace("PCN-1", "PCN-2")
    parsed = read(file("837", BODY + second + BODY[BODY.index("CLM*") :].replace("PCN-1", "PCN-3")))
    assert rows(parsed, "claim_other_payers", "pcn", "ordinal") == [
        ("PCN-1", 1),
        ("PCN-1", 2),
        ("PCN-3", 1),
        ("PCN-3", 2),
    ]


def test_a_decision_without_an_amount_is_rejected_with_its_adjustments_and_the_other_is_loaded():
    parsed = read(file("837", BODY.replace("SVD*OTHER9*40*", "SVD*OTHER9*4O*")))
    assert [(r.table, r.column, r.row_no, r.shape) for r in parsed.rejects] == [
        ("claim_other_payments", "SVD02", 38, "9A")
    ]
    assert [(f.code, f.message, f.row_no) for f in parsed.flags] == [
        ("LEFT_OUT", "2 CAS left out with their SVD", 38)
    ]
    assert parsed.tables["claim_other_payments"]["payer_id"].to_list() == ["THIRD7"]
    assert parsed.tables["claim_other_adjustments"].height == 1
    assert parsed.loaded == 1


def test_a_broken_adjustment_is_rejected_alone():
    parsed = read(file("837", BODY.replace("CAS*CO*45*3\n", "CAS*CO*45*three**97\n")))
    assert [(r.table, r.column, r.reason) for r in parsed.rejects] == [
        ("claim_other_adjustments", "CAS03", "NOT_A_NUMBER: CAS03"),
        ("claim_other_adjustments", "CAS06", "MISSING: CAS06"),
    ]
    assert parsed.tables["claim_other_adjustments"].height == 2


def test_amounts_and_dates_that_cannot_be_read_are_flagged_and_left_empty():
    body = BODY.replace("AMT*D*39.15", "AMT*D*lots").replace("DTP*573*D8*20260214", "DTP*573*D8*20260230")
    parsed = read(file("837", body))
    assert [(f.code, f.row_no) for f in parsed.flags] == [("BAD_NUMBER", 22), ("BAD_DATE", 41)]
    assert parsed.tables["claim_other_payers"]["paid"].to_list() == [None, None]
    assert parsed.tables["claim_other_payments"]["adjudicated_on"].to_list() == [None, date(2026, 2, 16)]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("NM1*PR*2*OTHER PAYER*****PI*OTHER9\n", "", "OTHER_PAYER_WITHOUT_ID"),
        ("SVD*OTHER9*", "SVD*SOMEBODY*", "UNKNOWN_OTHER_PAYER"),
        ("LX*1\n", "SVD*OTHER9*1\nLX*1\n", "STRAY_PAYMENT"),
        ("HI*ABK", "CAS*CO*45*1\nHI*ABK", "STRAY_ADJUSTMENT"),
    ],
)
def test_what_belongs_to_no_other_payer_is_flagged(right, wrong, code):
    parsed = read(file("837", with_lines("SVD*OTHER9*40\n").replace(right, wrong)))
    assert code in codes(parsed)
    assert parsed.loaded == 1


def test_a_claim_that_is_rejected_says_how_many_other_payers_went_with_it():
    parsed = read(file("837", BODY.replace("*250.5*", "*2X0.5*")))
    assert [f.message for f in parsed.flags] == [
        "2 lines, 1 HI segment and 2 other payers left out with their claim"
    ]
    assert all(parsed.tables[name].is_empty() for name in parsed.tables if "other" in name)
