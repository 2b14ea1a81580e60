"""What the suites of an office's own tables promise to find: each query finds the one bad row among good ones."""

from pathlib import Path

import duckdb
import pytest
import yaml

from assets.intake.contracts import TABLES
from assets.intake.contracts.office import OFFICE

SUITES = Path(__file__).resolve().parents[2] / "expectations" / "intake"
DAY, NEXT = "2026-03-02", "2026-03-03"


def expectations(name):
    return yaml.safe_load((SUITES / f"{name}.yml").read_text(encoding="utf-8"))["expectations"]


def found(name, expectation, *rows):
    """Numbers of the rows that an expectation finds."""
    (query,) = [e["with"]["unexpected_rows_query"] for e in expectations(name) if e["name"] == expectation]
    with duckdb.connect() as connection:
        columns = ", ".join(f"{column.name} {column.type}" for column in TABLES[name].all_columns)
        connection.execute(f"create table batch ({columns})")
        for number, row in enumerate(rows, 1):
            full = {"file_id": "f", "row_no": number} | row
            marks = ", ".join("?" for _ in full)
            connection.execute(f"insert into batch ({', '.join(full)}) values ({marks})", list(full.values()))
        return [row_no for _, row_no in connection.execute(query.format(batch="batch")).fetchall()]


@pytest.mark.parametrize(
    ("name", "expectation", "good", "bad"),
    [
        ("accounts", "closed_after_it_was_opened", {"opened_at": DAY, "closed_at": DAY}, {"opened_at": NEXT, "closed_at": DAY}),
        ("accounts", "reason_only_when_closed", {"closed_at": DAY, "close_reason": "paid"}, {"close_reason": "paid"}),
        ("assignments", "ended_after_it_began", {"assigned_at": DAY, "ended_at": DAY}, {"assigned_at": NEXT, "ended_at": DAY}),
        ("account_adjustments", "something_was_adjusted", {"amount": -1}, {"amount": 0}),
        ("financials", "period_is_the_first_of_a_month", {"period": "2026-03-01"}, {"period": DAY}),
        ("financials", "revenue_is_within_charges", {"gross_charges": 10, "npsr": 10}, {"gross_charges": 10, "npsr": 11}),
        ("client_fees", "period_is_the_first_of_a_month", {"period": "2026-03-01"}, {"period": DAY}),
        ("filing_limits", "ends_after_it_begins", {"effective_from": DAY}, {"effective_from": NEXT, "effective_to": DAY}),
        ("denial_codes", "ends_after_it_begins", {"effective_from": DAY}, {"effective_from": NEXT, "effective_to": DAY}),
        ("complexity_points", "ends_after_it_begins", {"effective_from": DAY}, {"effective_from": NEXT, "effective_to": DAY}),
        ("reference_values", "value_lies_between_its_ends", {"low": 1, "value": 1, "high": 2}, {"low": 1, "value": 3, "high": 2}),
        ("reference_values", "something_is_said", {"value": 0}, {"source": "nobody"}),
    ],
)  # fmt: skip
def test_the_bad_row_is_found_and_the_good_one_is_not(name, expectation, good, bad):
    assert found(name, expectation, good, bad) == [2]
    assert found(name, expectation, good) == []


@pytest.mark.parametrize(
    ("code", "fits"),
    [("E119", True), ("M25561", True), ("C7A00", True), ("E11.9", False), ("e119", False), ("E1", False), ("M2556123", False)],
)  # fmt: skip
def test_a_diagnosis_code_is_known_by_its_shape(code, fits):
    assert found("diagnosis_codes", "code_is_without_its_point", {"code": code}) == ([] if fits else [1])


@pytest.mark.parametrize(
    ("carc", "fits"),
    [("16", True), ("B7", True), ("253", True), ("CO-16", False), ("016", False), ("", False)],
)
def test_a_denial_rule_names_the_bare_code(carc, fits):
    assert found("denial_codes", "code_is_a_bare_code", {"carc": carc}) == ([] if fits else [1])


@pytest.mark.parametrize("name", [table.name for table in OFFICE])
def test_one_file_that_says_two_things_about_one_key_is_found(name):
    """The key of the suite is the key of the contract; of what is told again when it changes, each state is one."""
    table = TABLES[name]
    (rule,) = [e for e in expectations(name) if e["name"] == "key_has_one_meaning"]
    grouped = rule["with"]["unexpected_rows_query"].split("group by file_id, ")[1].split(" having")[0]
    assert set(grouped.split(", ")) == {*table.key, table.event}
    assert not rule.get("blocking", True)
    once, again = {"row_hash": "x"}, {"row_hash": "y"}
    assert found(name, "key_has_one_meaning", once, once) == []
    assert found(name, "key_has_one_meaning", once, again) == [1]


@pytest.mark.parametrize("name", [table.name for table in OFFICE])
def test_the_words_that_a_suite_knows_are_those_that_the_contract_promises(name):
    docs = {column.name: column.doc for column in TABLES[name].columns}
    for rule in expectations(name):
        if rule["expect"] == "column_values_to_be_in_set":
            for word in rule["with"]["value_set"]:
                assert word in docs[rule["with"]["column"]].replace("whole office", "")
