"""What a 999 or 997 reports in detail: a row per error code of a segment or an element, never the value that was wrong."""

from datetime import UTC, datetime

import pytest

from tests.intake.x12.files import SYNTAX, codes, file, read, rows

GROUP_TIME = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
NAMES = ("segment", "segment_position", "loop", "element", "element_ref", "error_code", "row_no", "k")
DETAIL = """
AK1*HC*77*005010X222A1
AK2*837*0002*005010X222A1
IK3*NM1*8*2010BA*8
CTX*CLM01:PCN-1
IK4*9:2:1*67*7*MEM0001
IK4*3*1035*1*TESTERSON
IK3*SV1*21*2400*I9
CTX*CLM01:PCN-2
CTX*SITUATIONAL TRIGGER*CLM*15**5:3
IK3*N4*9**3
IK5*R*5
AK9*R*1*1*0
"""


def errors(parsed, *names):
    return rows(parsed, "acknowledged_errors", *names)


def test_every_error_code_is_a_row_with_its_place_in_our_transaction():
    parsed = read(file("999", DETAIL))
    assert errors(parsed, *NAMES) == [
        ("NM1", 8, "2010BA", None, None, "8", 6, 1),
        ("NM1", 8, "2010BA", "9-2", "67", "7", 8, 0),
        ("NM1", 8, "2010BA", "3", "1035", "1", 9, 0),
        ("SV1", 21, "2400", None, None, "I9", 10, 1),
        ("N4", 9, None, None, None, "3", 13, 1),
    ]
    names = ("kind", "acknowledged_control", "acknowledged_txn", "acknowledged_at")
    assert set(errors(parsed, *names)) == {("999", "77", "0002", GROUP_TIME)}
    assert codes(parsed) == []


def test_an_error_names_the_claim_of_the_ctx_that_follows_its_segment_and_of_no_other():
    parsed = read(file("999", DETAIL))
    assert parsed.tables["acknowledged_errors"]["pcn"].to_list() == ["PCN-1", "PCN-1", "PCN-1", "PCN-2", None]


def test_the_value_that_was_wrong_is_nowhere():
    parsed = read(file("999", DETAIL.replace("TESTERSON", "SOMEVALUE")))
    told = repr([parsed, [table.rows() for table in parsed.tables.values()]])
    assert "SOMEVALUE" not in told
    assert "CLM:22" not in told


def test_all_five_codes_of_an_ak3_are_rows_and_one_without_a_code_leaves_the_word_to_its_elements():
    body = DETAIL.replace("IK", "AK").replace("AK3*NM1*8*2010BA*8", "AK3*NM1*8*2010BA*1*2*3*4*5")
    body = body.replace("AK3*SV1*21*2400*I9", "AK3*SV1*21*2400\nAK4*2**6")
    parsed = read(file("997", body))
    assert errors(parsed, "kind", "error_code", "k")[:5] == [("997", str(k), k) for k in range(1, 6)]
    assert errors(parsed, *NAMES[:-2])[7] == ("SV1", 21, "2400", "2", None, "6")
    assert parsed.rejects == []


def test_the_errors_of_one_transaction_are_not_those_of_the_next():
    again = DETAIL[DETAIL.index("AK2") : DETAIL.index("AK9")].replace("0002", "0003")
    parsed = read(file("999", DETAIL.replace("IK5*R*5\n", "IK5*R*5\n" + again.lstrip())))
    assert [txn for (txn,) in errors(parsed, "acknowledged_txn")] == ["0002"] * 5 + ["0003"] * 5


def test_the_last_error_counts_also_when_the_verdict_is_missing():
    cut = DETAIL.replace("IK5*R*5\nAK9*R*1*1*0\n", "")
    assert len(errors(read(file("999", cut)), "segment")) == 5


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ("IK3*N4*9**3", "IK3*N4*9", "MISSING: IK304"),
        ("IK3*N4*9**3", "IK3**9**3", "MISSING: IK301"),
        ("*1035*1*", "*1035**", "MISSING: IK403"),
        ("IK3*NM1*8*2010BA*8\n", "", "NO_SEGMENT: IK4 without IK3"),
    ],
)
def test_an_error_that_says_not_enough_is_rejected_and_the_verdicts_load(right, wrong, reason):
    parsed = read(file("999", DETAIL.replace(right, wrong)))
    assert {(r.table, r.reason, r.shape) for r in parsed.rejects} == {("acknowledged_errors", reason, "")}
    assert parsed.loaded == parsed.records


def test_a_position_that_is_no_number_is_flagged_and_left_empty():
    body = DETAIL.replace("IK3*N4*9*", "IK3*N4*9-2*").replace("IK4*3*1035*", "IK4*three*name*")
    parsed = read(file("999", body))
    assert [(f.code, f.message, f.row_no) for f in parsed.flags] == [
        ("BAD_NUMBER", "IK401 is no number", 9),
        ("BAD_NUMBER", "IK402 is no number", 9),
        ("BAD_NUMBER", "IK302 is no number", 13),
    ]
    assert errors(parsed, *NAMES[:-2])[2] == ("NM1", 8, "2010BA", None, None, "1")
    assert errors(parsed, "segment", "segment_position")[-1] == ("N4", None)


@pytest.mark.parametrize(
    ("right", "wrong", "column"),
    [("*1035*1*", "*1035*SLIPPED*", "IK403"), ("IK3*N4*9**3", "IK3*SLIPPED*9**3", "IK301")],
)
def test_a_value_that_slipped_out_of_its_place_is_kept_as_its_shape(right, wrong, column):
    parsed = read(file("999", DETAIL.replace(right, wrong)))
    assert [(r.reason, r.column, r.shape) for r in parsed.rejects] == [
        (f"UNKNOWN_CODE: {column}", column, "AAAAAAA")
    ]
    assert "SLIPPED" not in repr(parsed.tables["acknowledged_errors"].rows())


def test_errors_of_a_file_without_any_date_are_rejected():
    data = file("999", DETAIL).replace(b"*20260302*0930*", b"***").replace(b"*260302*0900*", b"*XXXXXX*0900*")
    rejects = [r for r in read(data).rejects if r.table == "acknowledged_errors"]
    assert {r.reason for r in rejects} == {"NO_DATE: neither GS04 nor ISA09 is a date"}
    assert [r.row_no for r in rejects] == [6, 8, 9, 10, 13]


def test_an_accepted_file_has_no_errors():
    accepted = SYNTAX[: SYNTAX.index("AK2*837*0002")] + "AK9*A*1*1*1\n"
    assert errors(read(file("999", accepted)), "segment") == []
