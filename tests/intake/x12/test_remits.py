from datetime import date
from decimal import Decimal

from tests.intake.x12.files import REMIT, REVERSAL, codes, content_id, file, hide, read, rows

PAID_ON = date(2026, 3, 10)
REMIT_ID = f"PAY01-EFT55-{content_id(REMIT)}"


def test_a_payment_becomes_exactly_this_row_and_balances():
    parsed = read(file("835", REMIT))
    assert (parsed.kind, parsed.counted, parsed.records) == ("835", ("remit_claims",), 1)
    assert codes(parsed) == []
    assert parsed.tables["remits"].rows() == [
        (
            *(
                REMIT_ID,
                "I",
                Decimal(120),
                "C",
                "ACH",
                PAID_ON,
                date(2026, 3, 9),
                "EFT55",
                "1512345678",
                "PAY01",
            ),
            *("PLAIN HEALTH", "1111111112", 1, "000000001", "77", "0001", 1, 4, 0),
        )
    ]


def test_its_claim_becomes_exactly_this_row():
    parsed = read(file("835", REMIT))
    assert parsed.tables["remit_claims"].rows() == [
        (
            *(
                f"{REMIT_ID}-1",
                REMIT_ID,
                "PCN-1",
                "ICN1",
                "1",
                Decimal(250),
                Decimal(150),
                Decimal(20),
                "12",
                "11",
                "1",
            ),
            *("340", "PAY01", hide("patient", "TESTERSON|ALBERTA|"), hide("member", "MEM0001"), "2222222223"),
            *(date(2026, 2, 25), date(2026, 2, 28), date(2026, 3, 3), PAID_ON, 1, 11, 0),
        )
    ]


def test_its_lines_take_dates_allowed_amount_and_the_submitted_code():
    first, second = read(file("835", REMIT)).tables["remit_lines"].rows()
    claim = (f"{REMIT_ID}-1", "PCN-1")
    assert first == (
        *(
            *claim,
            1,
            "LINE-A",
            "99213",
            "25:59",
            None,
            "0510",
            Decimal(150),
            Decimal(100),
            Decimal(1),
            Decimal(120),
        ),
        *(date(2026, 2, 27), date(2026, 2, 27), PAID_ON, 1, 20, 0),
    )
    assert second == (
        *(*claim, 2, None, "J1885", None, "J9999", None, Decimal(100), Decimal(60), Decimal("2.5"), None),
        *(date(2026, 2, 25), date(2026, 2, 26), PAID_ON, 1, 27, 0),
    )


def test_all_six_triplets_of_an_adjustment_are_rows():
    parsed = read(file("835", REMIT))
    found = rows(
        parsed, "remit_adjustments", "line_no", "group_code", "carc", "amount", "quantity", "row_no", "k"
    )
    assert found[0] == (0, "CO", "45", Decimal(10), None, 12, 1)
    assert found[1:6] == [
        (1, "CO", "45", Decimal(30), None, 22, 1),
        (1, "CO", "97", Decimal(5), Decimal(1), 22, 2),
        (1, "PR", "1", Decimal(10), Decimal(1), 23, 1),
        (1, "PR", "2", Decimal(3), None, 23, 2),
        (1, "PR", "3", Decimal(2), None, 23, 3),
    ]
    assert found[6:] == [
        (2, "PI", f"A{k}", Decimal(25 if k == 6 else k), Decimal(k), 30, k) for k in range(1, 7)
    ]


def test_remarks_come_from_the_line_and_from_the_claim():
    parsed = read(file("835", REMIT))
    assert rows(parsed, "remit_remarks", "line_no", "source", "qualifier", "code", "k") == [
        (0, "MOA", None, "MA01", 3),
        (0, "MOA", None, "N30", 4),
        (1, "LQ", "HE", "N130", 0),
    ]


def test_every_pair_of_a_plb_is_a_row():
    parsed = read(file("835", REMIT))
    assert parsed.tables["provider_adjustments"].rows() == [
        (REMIT_ID, "1111111112", date(2026, 12, 31), "WO", "REF1", Decimal(20), PAID_ON, 1, 31, 1),
        (REMIT_ID, "1111111112", date(2026, 12, 31), "CS", None, Decimal(10), PAID_ON, 1, 31, 2),
    ]


def test_a_reversal_and_its_correction_are_two_rows_with_their_signs():
    parsed = read(file("835", REVERSAL))
    payment = f"PLAN9-EFT56-{content_id(REVERSAL)}"
    assert rows(
        parsed, "remit_claims", "remit_claim_id", "status_code", "charge", "paid", "payer_claim_id"
    ) == [
        (f"{payment}-1", "22", Decimal(-250), Decimal(-160), "ICN1"),
        (f"{payment}-2", "1", Decimal(250), Decimal(160), "ICN2"),
    ]
    assert parsed.tables["remit_adjustments"]["amount"].to_list() == [Decimal(-90), Decimal(90)]
    assert codes(parsed) == []


def test_each_imbalance_is_flagged_once_at_its_place_and_nothing_is_dropped():
    payment = read(file("835", REMIT.replace("BPR*I*120", "BPR*I*121")))
    assert [(f.code, f.row_no) for f in payment.flags] == [("PAYMENT_BALANCE", 4)]
    claim = read(file("835", REMIT.replace("CAS*CO*45*10\n", "CAS*CO*45*11\n")))
    assert [(f.code, f.row_no) for f in claim.flags] == [("CLAIM_BALANCE", 11)]
    line = read(file("835", REMIT.replace("SVC*HC:99213:25:59*150*", "SVC*HC:99213:25:59*151*")))
    assert [(f.code, f.row_no) for f in line.flags] == [("LINE_BALANCE", 20)]
    assert payment.loaded == claim.loaded == line.loaded == 1


def test_a_claim_with_a_broken_payment_is_rejected_with_all_that_belongs_to_it():
    parsed = read(file("835", REMIT.replace("*250*150*", "*250*15O*")))
    assert [(r.table, r.column, r.shape) for r in parsed.rejects] == [("remit_claims", "CLP04", "99A")]
    assert all(
        parsed.tables[name].is_empty() for name in ("remit_lines", "remit_adjustments", "remit_remarks")
    )
    assert parsed.tables["provider_adjustments"].height == 2
    assert codes(parsed) == ["LEFT_OUT"]


def test_a_broken_line_or_adjustment_is_rejected_alone_and_its_sums_are_not_checked():
    line = read(file("835", REMIT.replace("J1885*100*60", "J1885*100*")))
    assert [(r.table, r.column, r.reason) for r in line.rejects] == [
        ("remit_lines", "SVC03", "MISSING: SVC03")
    ]
    assert line.tables["remit_lines"]["line_no"].to_list() == [1]
    assert set(line.tables["remit_adjustments"]["line_no"]) == {0, 1}
    adjustment = read(file("835", REMIT.replace("*97*5*1", "*97*five*1")))
    assert [(r.table, r.column, r.shape) for r in adjustment.rejects] == [
        ("remit_adjustments", "CAS06", "AAAA")
    ]
    assert adjustment.tables["remit_adjustments"].height == 11
    assert codes(adjustment) == []


def test_a_payment_without_a_date_takes_the_production_date_then_the_groups():
    undated = REMIT.replace("*20260310\n", "*\n", 1)
    produced = read(file("835", undated))
    assert produced.tables["remits"]["payment_date"].to_list() == [date(2026, 3, 9)]
    grouped = read(file("835", undated.replace("DTM*405*20260309\n", "")))
    assert grouped.tables["remits"]["payment_date"].to_list() == [date(2026, 3, 2)]
    assert codes(produced) == codes(grouped) == ["DATE_FALLBACK"]


def test_a_payment_without_an_amount_is_rejected_with_its_claims():
    parsed = read(file("835", REVERSAL.replace("BPR*I*0*", "BPR*I**"), REMIT))
    (reject,) = parsed.rejects
    assert (reject.txn_no, reject.records) == (1, 2)
    assert reject.reason == "MISSING: BPR02 of transaction 1 (segments 3 to 11)"
    assert parsed.tables["remits"]["trace"].to_list() == ["EFT55"]
    assert [(t.outcome, t.reason) for t in parsed.transactions] == [
        ("rejected", reject.reason),
        ("loaded", ""),
    ]


def test_line_dates_fall_back_to_the_claim_and_claim_dates_to_the_lines():
    no_claim_dates = REMIT.replace("DTM*232*20260225\n", "").replace("DTM*233*20260228\n", "")
    parsed = read(file("835", no_claim_dates.replace("DTM*472*20260227\n", "")))
    assert rows(parsed, "remit_claims", "service_from", "service_to") == [
        (date(2026, 2, 25), date(2026, 2, 26))
    ]
    assert parsed.tables["remit_lines"]["service_from"].to_list() == [date(2026, 2, 25)] * 2


def test_units_that_are_absent_mean_one():
    parsed = read(file("835", REMIT.replace("**2.5*", "***")))
    assert parsed.tables["remit_lines"]["units"].to_list() == [Decimal(1), Decimal(1)]


def test_a_separator_that_differs_from_the_declared_one_is_noticed_before_codes_are_lost():
    parsed = read(file("835", REMIT.replace("HC:", "HC>").replace(":25:59", ">25>59")))
    assert parsed.tables["remit_lines"]["procedure_code"].to_list() == ["99213", "J1885"]
    assert codes(parsed) == ["COMPONENT_SEPARATOR"]


def test_a_payment_taken_back_is_compared_as_a_negative_amount():
    taken = REVERSAL[: REVERSAL.index("CLP*PCN-1*1*")].replace("BPR*I*0*C", "BPR*I*160*D")
    parsed = read(file("835", taken))
    assert rows(parsed, "remits", "amount", "credit_debit") == [(Decimal(160), "D")]
    assert codes(parsed) == []


def test_all_six_pairs_of_a_plb_are_rows_and_a_negative_amount_gives_money():
    pairs = "*".join(f"L{k}:R{k}*{amount}" for k, amount in enumerate((1, 2, -3, 4, 5, 21), 1))
    parsed = read(file("835", REMIT.replace("WO:REF1*20*CS*10", pairs)))
    names = ("reason_code", "reference", "amount", "k")
    amounts = [Decimal(amount) for amount in (1, 2, -3, 4, 5, 21)]
    assert rows(parsed, "provider_adjustments", *names) == [
        (f"L{k}", f"R{k}", amount, k) for k, amount in enumerate(amounts, 1)
    ]
    assert codes(parsed) == []


def test_a_broken_pair_of_a_plb_is_rejected_alone():
    parsed = read(file("835", REMIT.replace("WO:REF1*20*CS*10", "WO:REF1*2O*CS**:REF3*3*FB*10")))
    assert [(r.table, r.column, r.reason, r.shape) for r in parsed.rejects] == [
        ("provider_adjustments", "PLB04", "NOT_A_NUMBER: PLB04", "9A"),
        ("provider_adjustments", "PLB06", "MISSING: PLB06", ""),
        ("provider_adjustments", "PLB07", "MISSING: PLB07", ":AAA9"),
    ]
    assert rows(parsed, "provider_adjustments", "reason_code", "k") == [("FB", 4)]


def test_remarks_of_an_inpatient_claim_come_from_mia_and_its_amounts_are_none():
    mia = "MIA*4*120**99.5*MA02**1*2*3*4*5*6*7*8*9*10*11*12*13*N1*N2*N3*N4*14"
    parsed = read(file("835", REMIT.replace("MOA***MA01*N30", mia)))
    assert rows(parsed, "remit_remarks", "source", "code", "k")[:5] == [
        ("MIA", "MA02", 5),
        *(("MIA", f"N{k}", 19 + k) for k in range(1, 5)),
    ]


def test_all_five_remarks_of_an_outpatient_claim_are_rows():
    parsed = read(file("835", REMIT.replace("MOA***MA01*N30", "MOA*0.5*9*M1*M2*M3*M4*M5*1*2")))
    assert rows(parsed, "remit_remarks", "code", "k")[:5] == [(f"M{k}", k + 2) for k in range(1, 6)]


def test_a_remittance_of_the_4010_years_is_read_the_same_way():
    old = file("835", REMIT, version="004010X091A1").replace(b"*^*00501*", b"*U*00401*")
    old_tables, new_tables = read(old).tables, read(file("835", REMIT)).tables
    assert all(old_tables[name].equals(new_tables[name]) for name in new_tables)
