"""What acknowledgements speak of: files, groups, transactions, batches and claims, each by its own numbers."""

from datetime import date

import pytest

ENVELOPE = {
    "interchange_control": "000000031",
    "group_control": "31",
    "txn_control": "0001",
    "batch_id": "B1",
}


def send(office, pcn="c1", at="2026-03-02 19:30", **more):
    """Put in a claim in an envelope, in a file of its own for each day."""
    row = {**ENVELOPE, "file_id": f"sent-{at[:10]}", "submission_id": f"{pcn}-{at}", **more}
    office.submit(pcn, at, **row)


def only(rows):
    (row,) = rows
    return row


def of_batch(office):
    return only(office.build("ledger.batch_acknowledgements"))


def of_claim(office):
    return only(office.build("ledger.claim_acknowledgements"))


@pytest.mark.parametrize(
    ("answer", "rule", "n_claims"),
    [
        (
            {"kind": "TA1", "level": "interchange", "acknowledged_control": "000000031"},
            "interchange_control",
            3,
        ),
        ({"kind": "999", "level": "group", "acknowledged_control": "31"}, "group_control", 3),
        (
            {
                "kind": "999",
                "level": "transaction",
                "acknowledged_control": "31",
                "acknowledged_txn": "0001",
            },
            "group_control+txn_control",
            2,
        ),
        ({"kind": "997", "level": "group", "acknowledged_control": "0031"}, "group_control", 3),
        ({"level": "receiver", "batch_id": "B1"}, "batch_id", 2),
        ({"level": "provider", "batch_id": "B1"}, "batch_id", 2),
    ],
)
def test_an_answer_to_many_claims_is_matched_by_the_number_of_its_level(office, answer, rule, n_claims):
    send(office, "c1")
    send(office, "c2")
    send(office, "c3", txn_no=2, txn_control="0002", batch_id="B2")
    office.answer(**answer)
    row = of_batch(office)
    assert (row["rule"], row["match"], row["n_claims"]) == (rule, "one", n_claims)
    assert (row["sent_file_id"], row["submitted_on"]) == ("sent-2026-03-02", date(2026, 3, 2))
    assert (row["sent_txn_no"] is None) == (n_claims == 3)


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ({"kind": "999", "level": "group", "acknowledged_control": "99"}, "unknown_control"),
        (
            {
                "kind": "999",
                "level": "transaction",
                "acknowledged_control": "31",
                "acknowledged_txn": "0009",
            },
            "unknown_control",
        ),
        ({"level": "receiver", "batch_id": "B9"}, "unknown_batch"),
        ({"level": "payer"}, "nothing_named"),
        ({"level": "claim"}, "nothing_named"),
    ],
)
def test_an_answer_that_fits_nothing_stays_and_says_why(office, answer, rule):
    send(office)
    office.answer(**answer)
    row = of_batch(office)
    assert (row["rule"], row["match"], row["n_claims"], row["sent_file_id"]) == (rule, "none", 0, None)


def test_control_numbers_that_come_round_again_belong_to_the_last_sending_before_the_answer(office):
    for at in ("2026-03-02 19:30", "2026-03-04 19:30", "2026-03-06 19:30"):
        send(office, at=at)
    office.answer(kind="999", level="group", acknowledged_control="31", at="2026-03-05 05:45")
    row = of_batch(office)
    assert (row["match"], row["n_possible"], row["submitted_on"]) == ("nearest", 2, date(2026, 3, 4))


def test_a_sending_of_more_than_14_days_ago_is_not_answered_any_more(office):
    send(office)
    office.answer(kind="999", level="group", acknowledged_control="31", at="2026-03-16 12:00")
    office.answer(kind="999", level="group", acknowledged_control="31", at="2026-03-17 12:00")
    rows = office.build("ledger.batch_acknowledgements")
    assert {row["acknowledged_on"].day: row["match"] for row in rows} == {16: "one", 17: "none"}


def test_an_answer_that_tells_the_day_only_still_answers_that_days_batch(office):
    send(office)
    office.answer(level="receiver", batch_id="B1", at="2026-03-02 00:00")
    assert of_batch(office)["match"] == "one"


def test_the_same_set_delivered_twice_in_its_envelope_is_one_sending_and_no_ambiguity(office):
    send(office)
    send(office, file_id="again", delivery_date="2026-03-09")
    office.answer(kind="999", level="group", acknowledged_control="31")
    row = of_batch(office)
    assert (row["match"], row["sent_file_id"], row["n_claims"]) == ("one", "again", 1)


def test_two_contents_under_the_same_numbers_are_two_sendings_and_ambiguous(office):
    send(office, "c1")
    send(office, "c2", file_id="other", at="2026-03-02 20:30")
    office.answer(
        kind="999",
        level="transaction",
        acknowledged_control="31",
        acknowledged_txn="0001",
        at="2026-03-03 06:00",
    )
    row = of_batch(office)
    assert (row["match"], row["sent_file_id"]) == ("nearest", "other")


def test_two_versions_of_a_claim_are_told_apart_by_what_the_answer_shares_with_them(office):
    send(office, at="2026-03-02 19:30", charge=100, clearinghouse_id="D1")
    send(office, at="2026-03-04 19:30", charge=120, clearinghouse_id="D2", batch_id="B2")
    shared = {"pcn": "c1", "at": "2026-03-05 06:00"}
    for number, more in enumerate(
        [{"clearinghouse_id": "D1"}, {"batch_id": "B1"}, {"amount": 100}, {}, {"amount": 999}]
    ):
        office.answer(file_id=f"a{number}", **shared, **more)
    rows = {row["file_id"]: row for row in office.build("ledger.claim_acknowledgements")}
    told = [
        (rows[f"a{n}"]["rule"], rows[f"a{n}"]["match"], rows[f"a{n}"]["submitted_on"].day) for n in range(5)
    ]
    assert told == [
        ("pcn+clearinghouse_id", "one", 2),
        ("pcn+batch_id", "one", 2),
        ("pcn+amount", "one", 2),
        ("pcn", "nearest", 4),
        ("pcn", "nearest", 4),
    ]


def test_a_claim_that_a_999_names_is_the_one_in_the_transaction_that_it_answers(office):
    send(office, at="2026-03-02 19:30")
    send(office, at="2026-03-02 20:30", txn_no=2, txn_control="0002", submission_id="second")
    numbers = {"acknowledged_control": "31", "acknowledged_txn": "0001"}
    office.answer("rejected", kind="999", pcn="c1", **numbers)
    row = of_claim(office)
    assert (row["rule"], row["match"], row["submission_id"]) == ("pcn+controls", "one", "c1-2026-03-02 19:30")


def test_an_answer_goes_to_the_submission_before_it_and_never_to_a_later_one(office):
    send(office, at="2026-03-02 19:30")
    send(office, at="2026-03-09 19:30")
    office.answer(pcn="c1", at="2026-03-05 06:00")
    assert of_claim(office)["submitted_on"] == date(2026, 3, 2)


def test_a_number_used_again_for_another_patient_years_later_is_not_taken_for_the_old_claim(office):
    send(office, at="2025-06-02 19:30", charge=100, service_from="2025-06-01")
    office.answer(pcn="c1", amount=70, service_from="2026-03-01")
    row = of_claim(office)
    assert (row["match"], row["rule"], row["submission_id"]) == ("none", "pcn_of_another_claim", None)
    assert row["claim_pcn"] == "c1"


def test_a_number_that_was_changed_on_the_way_is_found_by_the_clearinghouses_number_and_the_amount(office):
    send(office, "c1", clearinghouse_id="D1", charge=100)
    office.answer(pcn="C1X", clearinghouse_id="D1", amount=100)
    office.answer(pcn="C2X", clearinghouse_id="D1", amount=70)
    rows = {row["pcn"]: row for row in office.build("ledger.claim_acknowledgements")}
    assert (rows["C1X"]["rule"], rows["C1X"]["claim_pcn"]) == ("clearinghouse_id", "c1")
    assert (rows["C2X"]["rule"], rows["C2X"]["match"], rows["C2X"]["claim_pcn"]) == (
        "unknown_pcn",
        "none",
        "C2X",
    )


def test_identifiers_never_share_a_column(office):
    send(office, clearinghouse_id="D1")
    office.answer(pcn="c1", clearinghouse_id="D1", payer_claim_id="ICN1")
    row = of_claim(office)
    assert (row["pcn"], row["submission_id"], row["clearinghouse_id"], row["payer_claim_id"]) == (
        "c1",
        "c1-2026-03-02 19:30",
        "D1",
        "ICN1",
    )
