"""Suites of the tables that X12 is read into: quiet on sound rows, and each expectation of the newer tables can fail."""

import pytest

from assets.intake.contracts import TABLES
from assets.quality import Examiner, suite_of
from tests.intake.x12.files import REMIT, file, read

DAYS = {"event_date": "2026-03-02", "delivery_date": "2026-03-02"}
CLAIM = {"submission_id": "s", "pcn": "p", **DAYS}
SOUND = {
    "claim_other_payers": CLAIM
    | {"ordinal": 1, "payer_seq": "P", "payer_id": "A", "paid": 1, "adjudicated_on": "2026-03-02"},
    "claim_other_payments": CLAIM
    | {"line_no": 1, "payer_id": "A", "paid": 0, "adjudicated_on": "2026-03-01"},
    "claim_other_adjustments": CLAIM
    | {"ordinal": 1, "line_no": 0, "group_code": "CO", "carc": "45", "amount": -1},
    "acknowledged_errors": DAYS
    | {
        "kind": "999",
        "acknowledged_control": "77",
        "acknowledged_txn": "0001",
        "segment": "CLM",
        "element": "2",
        "element_ref": "782",
        "error_code": "1",
    },
}
LATE = {"adjudicated_on": "2026-03-03"}
BROKEN = {
    "claim_other_payers": {
        "position_is_unique": {},
        "payer_belongs_to_a_claim": {"submission_id": None},
        "payer_has_an_id": {"ordinal": 2, "payer_id": None},
        "sequence_is_known": {"ordinal": 3, "payer_seq": "X"},
        "adjudication_comes_before_submission": LATE | {"ordinal": 4},
    },
    "claim_other_payments": {
        "payment_belongs_to_a_claim": {"submission_id": None},
        "payment_names_its_payer": {"payer_id": None},
        "line_number_starts_at_one": {"line_no": 0},
        "payment_is_not_negative": {"paid": -1},
        "adjudication_comes_before_submission": LATE,
    },
    "claim_other_adjustments": {
        "adjustment_belongs_to_a_claim": {"submission_id": None},
        "reason_is_given": {"carc": None},
        "adjustment_is_of_the_claim_or_of_a_line": {"line_no": 1},
        "group_is_known": {"group_code": "XX"},
        "amount_is_not_zero": {"amount": 0},
    },
    "acknowledged_errors": {
        "error_has_a_code": {"error_code": None},
        "kind_is_known": {"kind": "277"},
        "error_names_its_transaction": {"acknowledged_txn": None},
        "element_error_names_its_element": {"element": None},
        "event_is_plausible": {"event_date": "1999-12-31"},
    },
}


def examined(connection, name, rows):
    """Hold the rows, numbered in a file, against the suite of the table."""
    columns = ", ".join(f"{column.name} {column.type}" for column in TABLES[name].all_columns)
    connection.execute(f"create or replace table staging.intake__{name} ({columns})")
    for number, row in enumerate(rows):
        placed = {"file_id": "f", "txn_no": 1, "row_no": number, "k": 0} | row
        marks = ", ".join("?" for _ in placed)
        connection.execute(
            f"insert into staging.intake__{name} ({', '.join(placed)}) values ({marks})", [*placed.values()]
        )
    return Examiner(connection).examine(suite_of(f"intake.{name}"))


def failed(connection, name, rows):
    """Return the names of the expectations that do not hold of the rows."""
    outcomes = examined(connection, name, rows).outcomes
    return {outcome.expectation.name for outcome in outcomes if not outcome.success}


@pytest.mark.parametrize("name", SOUND)
def test_sound_rows_pass_and_every_expectation_can_fail(connection, name):
    sound, broken = SOUND[name], BROKEN[name]
    expectations = {expectation.name for expectation in suite_of(f"intake.{name}").expectations}
    assert expectations == {*broken, "place_is_unique"}
    assert failed(connection, name, [sound]) == set()
    assert "place_is_unique" in failed(connection, name, [sound, sound | {"row_no": 0}])
    for expectation, row in broken.items():
        assert failed(connection, name, [sound, sound | row]) == {expectation}


def test_a_payment_that_stands_twice_in_a_file_is_let_in_with_a_warning(connection):
    parsed = read(file("835", REMIT, REMIT))
    days = {"event_date": "2026-03-10", "delivery_date": "2026-03-10"}
    found = {}
    for name, frame in parsed.tables.items():
        verdict = examined(connection, name, [row | days for row in frame.rows(named=True)])
        assert verdict.passed
        found |= {(name, o.expectation.name): o.unexpected for o in verdict.outcomes if not o.success}
    assert found == {("remits", "payment_is_unique"): 2}
