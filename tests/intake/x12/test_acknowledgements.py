from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.intake.x12.files import STATUS, SYNTAX, codes, file, isa, read, rows

GROUP_TIME = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, 6, tzinfo=UTC)
CONTROLS = ("000000001", "77", "0001")


def test_a_999_gives_a_row_per_verdict_and_per_claim_in_error():
    parsed = read(file("999", SYNTAX))
    assert (parsed.kind, parsed.counted, parsed.records) == ("999", ("acknowledgements",), 4)
    names = (
        "level",
        "outcome",
        "acknowledged_control",
        "acknowledged_txn",
        "pcn",
        "category_code",
        "status_code",
    )
    assert sorted(rows(parsed, "acknowledgements", "row_no", *names, "error_segment")) == [
        (6, "transaction", "accepted", "77", "0001", None, "A", None, None),
        (9, "claim", "rejected", "77", "0002", "PCN-1", "R", "8", "CLM:22"),
        (11, "transaction", "rejected", "77", "0002", None, "R", "5", "CLM:22"),
        (12, "group", "accepted_with_errors", "77", None, None, "P", None, None),
    ]
    assert set(parsed.tables["acknowledgements"]["acknowledged_at"]) == {GROUP_TIME}


def test_a_997_is_read_like_a_999():
    parsed = read(file("997", SYNTAX.replace("IK", "AK").replace("CTX*CLM01:PCN-1\n", "")))
    assert parsed.kind == "997"
    names = ("level", "outcome", "error_segment")
    assert rows(parsed, "acknowledgements", *names) == [
        ("transaction", "accepted", None),
        ("transaction", "rejected", "CLM:22"),
        ("group", "accepted_with_errors", None),
    ]


def test_a_verdict_that_nobody_knows_is_rejected_and_not_guessed():
    parsed = read(file("999", SYNTAX.replace("IK5*A", "IK5*Q")))
    assert [(r.column, r.shape, r.reason) for r in parsed.rejects] == [("IK501", "A", "UNKNOWN_CODE: IK501")]
    assert (parsed.records, parsed.loaded) == (4, 3)


def test_a_transaction_that_is_acknowledged_without_a_verdict_is_flagged():
    parsed = read(file("999", SYNTAX.replace("IK5*R*5\n", "")))
    assert codes(parsed) == ["NO_VERDICT"]
    assert rows(parsed, "acknowledgements", "level", "outcome")[1] == ("claim", "rejected")


def test_a_277ca_gives_a_row_per_status_at_each_level():
    parsed = read(file("277", STATUS))
    assert (parsed.kind, parsed.records) == ("277CA", 5)
    names = (
        "level",
        "outcome",
        "pcn",
        "batch_id",
        "category_code",
        "status_code",
        "entity_code",
        "action_code",
        "amount",
    )
    big, small = Decimal("350.5"), Decimal("250.5")
    assert rows(parsed, "acknowledgements", *names, "row_no", "k") == [
        ("receiver", "accepted", None, "BATCH7", "A1", "19", "PR", "WQ", big, 11, 1),
        ("provider", "rejected", None, "BATCH7", "A8", "496", "85", "U", big, 15, 1),
        ("claim", "rejected", "PCN-1", "BATCH7", "A7", "562", "85", "U", small, 19, 1),
        ("claim", "rejected", "PCN-1", "BATCH7", "A7", "164", "IL", "U", small, 19, 2),
        ("claim", "rejected", "PCN-1", "BATCH7", "A3", "21", None, "U", small, 19, 3),
    ]


def test_references_after_the_status_belong_to_it():
    last = read(file("277", STATUS)).tables["acknowledgements"].row(-1, named=True)
    assert (last["payer_claim_id"], last["clearinghouse_id"], last["service_from"]) == (
        "ICN1",
        "CH77",
        date(2026, 2, 27),
    )
    assert (last["interchange_control"], last["group_control"], last["txn_control"]) == CONTROLS


def test_a_status_of_the_groups_day_takes_its_time_and_any_other_day_is_midnight():
    moments = read(file("277", STATUS)).tables["acknowledgements"]["acknowledged_at"].to_list()
    assert moments[0] == MIDNIGHT
    assert moments[1] == GROUP_TIME
    missing = read(file("277", STATUS.replace("STC*A1:19:PR*20260303*", "STC*A1:19:PR**")))
    assert missing.tables["acknowledgements"]["acknowledged_at"].to_list()[0] == GROUP_TIME


def test_a_277_names_the_claim_by_its_account_number_and_final_is_no_rejection():
    body = STATUS.replace("BHT*0085*08*ACK1*20260303*1200*TH", "BHT*0010*08*X*20260303*1200*DG")
    body = body.replace("A7:562:85*", "F2:88*").replace(
        "REF*D9*CH77", "REF*EJ*OURS1\nSVC*HC:99213*1*0\nSTC*P1:20*20260303"
    )
    parsed = read(file("277", body, version="005010X212"))
    assert parsed.kind == "277"
    found = rows(parsed, "acknowledgements", "outcome", "pcn", "category_code", "error_segment")
    assert found[2] == ("accepted", "OURS1", "F2", None)
    assert found[-1] == ("pending", "OURS1", "P1", "SVC:1")


def test_two_claims_under_one_level_are_kept_apart_by_their_traces():
    body = STATUS + "TRN*2*PCN-2\nSTC*A2:20*20260303*WQ*10\n"
    parsed = read(file("277", body))
    assert rows(parsed, "acknowledgements", "pcn", "payer_claim_id", "outcome")[-1] == (
        "PCN-2",
        None,
        "accepted",
    )


def test_a_ta1_is_a_row_of_its_own():
    data = (isa() + "TA1*000000905*260301*1200*R*024~IEA*0*000000001~").encode()
    parsed = read(data)
    assert (parsed.kind, parsed.counted, parsed.records) == ("TA1", ("acknowledgements",), 1)
    (row,) = parsed.tables["acknowledgements"].rows(named=True)
    assert (row["level"], row["outcome"], row["acknowledged_control"]) == (
        "interchange",
        "rejected",
        "000000905",
    )
    assert (row["category_code"], row["status_code"], row["row_no"], row["txn_no"]) == ("R", "024", 2, 0)
    assert row["acknowledged_at"] == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("A", "accepted"), ("E", "accepted_with_errors"), *((code, "rejected") for code in "RMWX")],
)
def test_a_verdict_means_the_same_at_every_level(code, outcome):
    body = SYNTAX.replace("IK5*R*5", f"IK5*{code}*5").replace("AK9*P", f"AK9*{code}")
    receipt = isa() + f"TA1*000000905*260301*1200*{code}*024~IEA*0*000000001~"
    found = [*rows(read(file("999", body)), "acknowledgements", "level", "outcome")[1:]]
    found += rows(read(receipt.encode()), "acknowledgements", "level", "outcome")
    assert sorted(found) == [(level, outcome) for level in ("claim", "group", "interchange", "transaction")]


@pytest.mark.parametrize(("level", "name"), [("21", "receiver"), ("19", "provider")])
def test_a_277ca_that_rejects_a_whole_batch_names_the_batch_and_no_claim(level, name):
    hl = {"21": "HL*2*1*21*0", "19": "HL*2*1*21*1\nTRN*2*BATCH7\nHL*3*2*19*0"}[level]
    trace = {"21": "TRN*2*BATCH7", "19": "TRN*1*0"}[level]
    status = "STC*A3:24:41*20260303*U*350.5\nQTY*AA*12\nAMT*YY*350.5\n"
    parsed = read(file("277", f"{STATUS[: STATUS.index('HL*2')]}{hl}\n{trace}\n{status}"))
    names = ("level", "outcome", "pcn", "batch_id", "category_code", "action_code", "amount")
    assert rows(parsed, "acknowledgements", *names) == [
        (name, "rejected", None, "BATCH7", "A3", "U", Decimal("350.5"))
    ]
    assert codes(parsed) == []


@pytest.mark.parametrize(
    ("category", "outcome"),
    [
        *((code, "accepted") for code in ("A0", "A1", "A2", "A5", "F0", "F2")),
        *((code, "rejected") for code in ("A3", "A4", "A6", "A7", "A8", "D0", "E0")),
        *((code, "pending") for code in ("P1", "R3")),
    ],
)
def test_a_status_category_is_an_outcome(category, outcome):
    parsed = read(file("277", STATUS.replace("STC*A7:562:85*", f"STC*{category}:562:85*")))
    assert rows(parsed, "acknowledgements", "outcome")[2] == (outcome,)


def test_a_status_that_nobody_knows_is_rejected_unless_its_action_tells():
    unknown = STATUS.replace("STC*A7:562:85*20260303*U*", "STC*Z7:562:85*20260303**")
    parsed = read(file("277", unknown))
    assert [(r.reason, r.column, r.shape) for r in parsed.rejects] == [
        ("UNKNOWN_CODE: STC01-1", "STC01", "A9")
    ]
    assert (parsed.records, parsed.loaded) == (5, 4)
    told = read(file("277", unknown.replace("20260303**250", "20260303*WQ*250")))
    assert rows(told, "acknowledgements", "outcome")[2] == ("accepted",)


def test_acknowledgements_of_the_4010_years_are_read():
    old = file("277", STATUS, version="004010X167").replace(b"*^*00501*", b"*U*00401*")
    parsed = read(old)
    assert (parsed.kind, parsed.loaded) == ("277CA", 5)
