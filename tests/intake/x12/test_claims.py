from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tests.intake.x12.files import CLAIM_I, CLAIM_P, COB, codes, content_id, file, hide, read, rows

SENT = datetime(2026, 3, 2, 15, 5, tzinfo=UTC)
SUBMISSION = f"BATCH7-{content_id(CLAIM_P)}-1"


def test_a_professional_claim_becomes_exactly_this_row():
    parsed = read(file("837", CLAIM_P))
    assert (parsed.kind, parsed.counted, parsed.records) == ("837P", ("claims",), 1)
    assert parsed.tables["claims"].rows() == [
        (
            SUBMISSION,
            "P",
            "PCN-1",
            "7",
            "ICN99",
            "CH77",
            "P",
            "CI",
            "PAY01",
            "PLAIN HEALTH",
            Decimal("250.50"),
            "11",
            None,
            "1111111112",
            "2222222223",
            hide("member", "MEM0001"),
            hide("patient", "TESTERSON|ALBERTA|19610203"),
            date(2026, 2, 25),
            date(2026, 2, 28),
            None,
            "J449",
            None,
            3,
            2,
            "BATCH7",
            SENT,
            "000000001",
            "77",
            "0001",
            1,
            15,
            0,
        )
    ]
    assert codes(parsed) == []


def test_its_lines_carry_their_own_dates_and_a_range_keeps_both_ends():
    parsed = read(file("837", CLAIM_P))
    first, second = parsed.tables["claim_lines"].rows()
    served = date(2026, 2, 27)
    assert first == (
        *(
            SUBMISSION,
            "PCN-1",
            1,
            "LINE-A",
            "99213",
            "25:59",
            None,
            Decimal("150.50"),
            "UN",
            Decimal(1),
        ),
        *(None, "1:2", served, served, SENT, 1, 20, 0),
    )
    assert second == (
        *(SUBMISSION, "PCN-1", 2, None, "J1885", None, None, Decimal(100), "UN", Decimal("2.5")),
        *("11", "3", date(2026, 2, 25), date(2026, 2, 28), SENT, 1, 24, 0),
    )


def test_its_diagnoses_are_numbered_across_segments():
    parsed = read(file("837", CLAIM_P.replace("*ABF:E119", "\nHI*ABF:E119")))
    assert rows(parsed, "claim_diagnoses", "ordinal", "qualifier", "code", "row_no", "k") == [
        (1, "ABK", "J449", 18, 1),
        (2, "ABF", "I10", 18, 2),
        (3, "ABF", "E119", 19, 1),
    ]


def test_an_institutional_claim_takes_statement_dates_the_attending_provider_and_the_dependent():
    parsed = read(file("837", CLAIM_I, version="005010X223A2"))
    assert parsed.kind == "837I"
    row = parsed.tables["claims"].row(0, named=True)
    assert (row["bill_type"], row["drg"], row["principal_dx"], row["n_diagnoses"]) == (
        "111",
        "340",
        "K3580",
        2,
    )
    assert (row["service_from"], row["service_to"]) == (date(2026, 2, 1), date(2026, 2, 5))
    assert row["admit_date"] == date(2026, 2, 1)
    assert row["rendering_npi"] == "4444444445"
    assert row["patient_key"] == hide("patient", "JUNIORSON|BEATRIX|20140506")
    assert row["member_key"] == hide("member", "MEM0001")
    assert row["submitted_at"] == datetime(2026, 3, 3, 16, 15, 30, tzinfo=UTC)
    names = ("revenue_code", "procedure_code", "unit_code", "units", "service_from", "service_to")
    assert rows(parsed, "claim_lines", *names) == [
        ("0300", "81099", "UN", Decimal(1), date(2026, 2, 2), date(2026, 2, 2)),
        ("0120", None, "DA", Decimal(4), date(2026, 2, 1), date(2026, 2, 5)),
    ]


def test_a_dental_claim_reads_sv3_and_the_date_of_the_claim():
    body = (
        CLAIM_P[: CLAIM_P.index("REF*F8")]
        + "DTP*472*D8*20260220\nLX*1\nSV3*AD:D2150:52*100****2\nTOO*JP*12\n"
    )
    parsed = read(file("837", body, version="005010X224A2"))
    assert parsed.kind == "837D"
    names = ("procedure_code", "modifiers", "charge", "units", "service_from")
    assert rows(parsed, "claim_lines", *names) == [
        ("D2150", "52", Decimal(100), Decimal(2), date(2026, 2, 20))
    ]


def test_other_payers_never_overwrite_the_claims_own_subscriber_payer_or_references():
    body = CLAIM_P.replace("SBR*P*18*******CI", "SBR*S*18*******MC").replace("LX*1\n", COB + "LX*1\n")
    body = body.replace(
        "REF*6R*LINE-A",
        "REF*6R*LINE-A\nSVD*OTHER9*40*HC:99213**1\nCAS*CO*45*3\nREF*6R*OTHERS\nDTP*573*D8*20260215",
    )
    with_cob, plain = read(file("837", body)), read(file("837", CLAIM_P))
    own = (
        "payer_id",
        "payer_name",
        "member_key",
        "patient_key",
        "original_ref",
        "rendering_npi",
        "service_from",
    )
    assert codes(with_cob) == []
    assert rows(with_cob, "claims", *own) == rows(plain, "claims", *own)
    assert rows(with_cob, "claims", "payer_seq", "filing_code") == [("S", "MC")]
    assert rows(with_cob, "claim_lines", "line_control", "charge") == rows(
        plain, "claim_lines", "line_control", "charge"
    )


def test_several_claims_under_one_subscriber_and_the_next_subscriber_are_kept_apart():
    second = CLAIM_P[CLAIM_P.index("CLM*") :].replace("PCN-1", "PCN-2")
    third = (
        "HL*3*1*22*0\nSBR*T*18*******MC\nNM1*IL*1*SPOUSEY*CARL****MI*MEM0003\nNM1*PR*2*BOUND*****PI*PAY02\n"
    )
    body = CLAIM_P + second + third + second.replace("PCN-2", "PCN-3")
    parsed = read(file("837", body))
    assert rows(parsed, "claims", "pcn", "payer_seq", "payer_id", "billing_npi", "n_lines") == [
        ("PCN-1", "P", "PAY01", "1111111112", 2),
        ("PCN-2", "P", "PAY01", "1111111112", 2),
        ("PCN-3", "T", "PAY02", "1111111112", 2),
    ]
    assert parsed.tables["claims"]["submission_id"].to_list()[2] == f"BATCH7-{content_id(body)}-3"
    assert parsed.tables["claims"]["member_key"].n_unique() == 2


def test_a_claim_without_a_numeric_charge_is_rejected_with_its_lines_and_the_next_one_loads():
    second = CLAIM_P[CLAIM_P.index("CLM*") :].replace("PCN-1", "PCN-2")
    parsed = read(file("837", CLAIM_P.replace("*250.5*", "*2X0.5*") + second))
    (reject,) = parsed.rejects
    assert (reject.table, reject.row_no, reject.column, reject.shape) == ("claims", 15, "CLM02", "9A9.9")
    assert reject.reason == "NOT_A_NUMBER: CLM02"
    assert parsed.tables["claims"]["pcn"].to_list() == ["PCN-2"]
    assert set(parsed.tables["claim_lines"]["pcn"]) == {"PCN-2"}
    assert codes(parsed) == ["LEFT_OUT"]


def test_a_claim_that_is_too_short_is_rejected():
    parsed = read(file("837", CLAIM_P.replace("CLM*PCN-1*250.5***11:B:7*Y*A*Y*Y", "CLM*PCN-1")))
    assert [(r.column, r.reason, r.shape) for r in parsed.rejects] == [("CLM02", "MISSING: CLM02", "")]


def test_a_line_with_a_broken_amount_is_rejected_alone():
    parsed = read(file("837", CLAIM_P.replace("*150.5*", "*1.2.3*")))
    assert [(r.table, r.column, r.row_no) for r in parsed.rejects] == [("claim_lines", "SV102", 20)]
    assert parsed.loaded == 1
    assert parsed.tables["claim_lines"]["line_no"].to_list() == [2]


def test_a_batch_without_a_date_falls_back_to_the_group_and_says_so():
    parsed = read(file("837", CLAIM_P.replace("*20260302*0905*", "***")))
    assert parsed.tables["claims"]["submitted_at"].to_list() == [datetime(2026, 3, 2, 15, 30, tzinfo=UTC)]
    assert codes(parsed) == ["DATE_FALLBACK"]


def test_a_local_time_that_daylight_saving_skips_or_repeats_gives_the_earliest_reading():
    skipped = read(file("837", CLAIM_P.replace("20260302*0905", "20260308*0230")))
    repeated = read(file("837", CLAIM_P.replace("20260302*0905", "20261101*0130")))
    assert skipped.tables["claims"]["submitted_at"].to_list() == [datetime(2026, 3, 8, 7, 30, tzinfo=UTC)]
    assert repeated.tables["claims"]["submitted_at"].to_list() == [datetime(2026, 11, 1, 6, 30, tzinfo=UTC)]


def test_a_service_date_that_is_none_is_dropped_with_a_flag():
    parsed = read(file("837", CLAIM_P.replace("D8*20260227", "D8*20260231")))
    assert codes(parsed) == ["BAD_DATE"]
    assert parsed.tables["claim_lines"]["service_from"].to_list()[0] == date(2026, 2, 25)


def test_a_line_number_that_is_used_twice_is_replaced_by_the_next_free_one():
    parsed = read(file("837", CLAIM_P.replace("LX*2", "LX*1")))
    assert parsed.tables["claim_lines"]["line_no"].to_list() == [1, 2]
    assert codes(parsed) == ["LINE_NUMBER"]


def test_a_file_of_the_4010_years_is_read():
    body = CLAIM_P.replace("ABK:", "BK:").replace("ABF:", "BF:")
    parsed = read(file("837", body, version="004010X098A1"))
    assert parsed.kind == "837P"
    assert rows(parsed, "claims", "principal_dx", "n_diagnoses") == [("J449", 3)]


def test_a_tax_number_is_never_taken_for_an_npi():
    parsed = read(file("837", CLAIM_P.replace("XX*1111111112", "24*123456789")))
    assert rows(parsed, "claims", "billing_npi") == [(None,)]


def test_the_frames_have_the_types_of_the_contract():
    schema = read(file("837", CLAIM_P)).tables["claim_lines"].schema
    assert schema["charge"] == pl.Decimal(18, 2)
    assert schema["units"] == pl.Decimal(18, 3)
    assert schema["submitted_at"] == pl.Datetime("us", "UTC")
    assert (schema["txn_no"], schema["row_no"], schema["k"]) == (pl.Int32, pl.Int64, pl.Int32)


@pytest.mark.parametrize(
    ("sent", "frequency", "reference"),
    [("1", "1", None), ("7", "7", "ICN99"), ("8", "8", "ICN99"), ("", None, None)],
)
def test_a_replacement_or_void_names_the_claim_that_it_is_about(sent, frequency, reference):
    body = CLAIM_P.replace("11:B:7", f"11:B:{sent}" if sent else "11:B")
    parsed = read(file("837", body if reference else body.replace("REF*F8*ICN99\n", "")))
    assert rows(parsed, "claims", "frequency_code", "original_ref") == [(frequency, reference)]
    assert codes(parsed) == []
