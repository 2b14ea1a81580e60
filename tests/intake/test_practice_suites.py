"""The suites of the practice's feeds find what they promise to find: one bad row each, beside good ones."""

from pathlib import Path

import duckdb
import pytest
import yaml

from assets.intake.contracts import TABLES
from assets.intake.contracts.practice import PRACTICE

SUITES = Path(__file__).resolve().parents[2] / "expectations" / "intake"
GOOD = {
    "fee_schedule": {
        "release": "2026A", "schedule_year": 2026, "procedure_code": "X1234", "modifier": "26", "work_rvu": "1.25",
        "pe_rvu_nonfacility": "2.50", "pe_rvu_facility": "0.75", "mp_rvu": "0.10", "total_nonfacility": "3.85",
        "total_facility": "2.10", "conversion_factor": "33.4009", "effective_from": "2026-01-01",
    },
    "providers": {
        "provider_npi": "N", "clinician_type": "aprn", "fte": "0.8", "clinical_fte": "0.7", "valid_from": "2026-01-01",
        "valid_to": "2026-02-01",
    },
    "provider_days": {"provider_npi": "N", "work_date": "2026-01-05", "worked_share": "0.5", "shifts": "1", "clinical_min": "210"},
    "provider_time": {"provider_npi": "N", "category": "inbox", "started_at": "2026-01-05 09:00:00+00", "minutes": "20"},
    "encounters": {
        "encounter_id": "E", "status": "completed", "setting": "clinic", "visit_date": "2026-01-05",
        "documented_at": "2026-01-05 17:00:00+00", "updated_at": "2026-01-05 17:00:00+00",
    },
    "slots": {"slot_id": "S", "minutes": "15", "is_bookable": True, "status": "completed", "updated_at": "2026-01-05 17:00:00+00"},
    "em_audits": {"audit_id": "A", "encounter_id": "E", "billed_code": "99213", "documented_code": "99214"},
    "payer_contracts": {
        "contract_id": "K", "layer": "chassis", "model": "capitation", "cost_scope": "own_services", "valid_from": "2026-01-01",
        "valid_to": "2026-02-01",
    },
    "member_months": {"contract_id": "K", "person_key": "P", "month": "2026-01-01", "share": "0.5"},
    "admissions": {
        "admission_id": "A", "kind": "acute", "disposition": "home", "admitted_on": "2026-01-05", "discharged_on": "2026-01-05",
    },
    "ed_visits": {"ed_visit_id": "V", "person_key": "P", "is_admitted": False},
    "capitation_payments": {"contract_id": "K", "month": "2026-01-01", "kind": "penalty", "amount": "-5.00"},
    "member_costs": {"contract_id": "K", "month": "2026-01-01", "scope": "own_services", "amount": "5.00"},
    "quality_results": {
        "contract_id": "K", "measure": "M", "measure_version": "1", "period": "2026-01-01", "numerator": "5", "denominator": "5",
        "target": "0.8", "good": "up", "family": "quality",
    },
    "risk_tiers": {"contract_id": "K", "person_key": "P", "tier": "high", "assigned_on": "2026-01-01"},
}  # fmt: skip
BAD = [
    ("fee_schedule", "code_and_modifier_stand_once", {}),
    ("fee_schedule", "total_is_the_sum_of_its_parts", {"total_facility": "3.85", "procedure_code": "X1"}),
    ("fee_schedule", "year_fits_the_first_day", {"schedule_year": 2025}),
    ("fee_schedule", "work_is_a_relative_value", {"work_rvu": "-1"}),
    ("fee_schedule", "factor_is_dollars_per_unit", {"conversion_factor": "0.3340"}),
    ("providers", "type_is_known", {"clinician_type": "MD"}),
    ("providers", "fte_is_a_share", {"fte": "40"}),
    ("providers", "clinical_part_is_not_more_than_all", {"clinical_fte": "0.9"}),
    ("providers", "ends_after_it_begins", {"valid_to": "2025-12-31"}),
    ("provider_days", "share_is_of_one_day", {"worked_share": "8"}),
    ("provider_days", "clinical_minutes_fit_a_day", {"clinical_min": "25200"}),
    ("provider_days", "no_shift_without_work", {"worked_share": "0"}),
    ("provider_time", "category_is_known", {"category": "lunch"}),
    ("provider_time", "minutes_fit_a_day", {"minutes": "1441"}),
    ("encounters", "status_is_known", {"status": "Done"}),
    ("encounters", "setting_is_known", {"setting": "office"}),
    ("encounters", "only_what_happened_is_documented", {"status": "no_show"}),
    ("encounters", "signed_not_before_the_visit", {"visit_date": "2026-01-09"}),
    ("slots", "status_is_known", {"status": "filled"}),
    ("slots", "nobody_is_seen_in_blocked_time", {"is_bookable": False}),
    ("slots", "length_is_minutes", {"minutes": "900"}),
    ("em_audits", "audit_has_an_encounter", {"encounter_id": None}),
    ("em_audits", "codes_are_codes", {"billed_code": "3"}),
    ("payer_contracts", "layer_is_known", {"layer": "bonus"}),
    ("payer_contracts", "model_is_known", {"model": "FFS"}),
    ("payer_contracts", "scope_is_known", {"cost_scope": "all"}),
    ("payer_contracts", "ends_after_it_begins", {"valid_to": "2025-12-31"}),
    ("member_months", "month_is_its_first_day", {"month": "2026-01-02"}),
    ("member_months", "share_is_of_one_month", {"share": "31"}),
    ("admissions", "discharged_after_admission", {"discharged_on": "2026-01-04"}),
    ("admissions", "kind_is_known", {"kind": "inpatient"}),
    ("admissions", "disposition_is_known", {"disposition": "expired"}),
    ("admissions", "stay_is_not_a_year", {"admitted_on": "2025-01-04"}),
    ("ed_visits", "visit_has_a_member", {"person_key": None}),
    ("ed_visits", "outcome_is_told", {"is_admitted": None}),
    ("capitation_payments", "kind_is_known", {"kind": "fee"}),
    ("capitation_payments", "month_is_its_first_day", {"month": "2026-01-31"}),
    ("capitation_payments", "penalty_is_negative", {"amount": "5.00"}),
    ("member_costs", "scope_is_known", {"scope": "all"}),
    ("member_costs", "month_is_its_first_day", {"month": "2026-01-31"}),
    ("member_costs", "cost_is_not_negative", {"amount": "-5.00"}),
    ("quality_results", "numerator_is_part_of_the_denominator", {"numerator": "6"}),
    ("quality_results", "target_is_a_share", {"target": "80"}),
    ("quality_results", "direction_is_known", {"good": "higher"}),
    ("quality_results", "family_is_known", {"family": "cost"}),
    ("risk_tiers", "tier_is_known", {"tier": "3"}),
    ("risk_tiers", "tier_has_a_day", {"assigned_on": None}),
]


def expectations(name):
    return {e["name"]: e for e in yaml.safe_load((SUITES / f"{name}.yml").read_text())["expectations"]}


def found(expectation, connection):
    """Return the places of the rows that an expectation does not accept."""
    given = expectation["with"]
    if "unexpected_rows_query" in given:
        return connection.execute(given["unexpected_rows_query"].format(batch="batch")).fetchall()
    column, kind = given["column"], expectation["expect"]
    if kind == "column_values_to_be_in_set":
        where = f"{column} not in ({', '.join(repr(value) for value in given['value_set'])})"
    elif kind == "column_values_to_not_be_null":
        where = f"{column} is null"
    else:
        where = f"{column} not between {given['min_value']} and {given['max_value']}"
    return connection.execute(f"select file_id, row_no from batch where {where}").fetchall()


def batch(name, *rows):
    connection = duckdb.connect()
    connection.execute(
        f"create table batch ({', '.join(f'{c.name} {c.type}' for c in TABLES[name].all_columns)})"
    )
    for number, row in enumerate(rows):
        filled = {"file_id": "f", "row_no": number, "row_hash": str(number), **row}
        marks = ", ".join("?" for _ in filled)
        connection.execute(f"insert into batch ({', '.join(filled)}) values ({marks})", list(filled.values()))
    return connection


@pytest.mark.parametrize("name", GOOD)
def test_a_good_row_is_accepted(name):
    with batch(name, GOOD[name]) as connection:
        for expectation in expectations(name).values():
            if expectation["expect"] != "compound_columns_to_be_unique":
                assert found(expectation, connection) == [], expectation["name"]


@pytest.mark.parametrize(("name", "expectation", "change"), BAD)
def test_a_bad_row_is_found(name, expectation, change):
    with batch(name, GOOD[name], GOOD[name] | change) as connection:
        places = found(expectations(name)[expectation], connection)
    # Of two lines for the same code the first is named.
    assert places == [("f", 0 if expectation == "code_and_modifier_stand_once" else 1)]


@pytest.mark.parametrize("name", [table.name for table in PRACTICE if table.name != "fee_schedule"])
def test_two_meanings_of_one_key_are_found_and_a_repeated_row_is_not(name):
    rule = expectations(name)["key_has_one_meaning"]
    if name == "encounters":
        later = GOOD[name] | {"updated_at": "2026-01-06 17:00:00+00"}
        with batch(name, GOOD[name], later) as connection:
            assert found(rule, connection) == []
    with batch(name, GOOD[name], GOOD[name]) as connection:
        assert found(rule, connection) == [("f", 0)]
    with batch(name, GOOD[name] | {"row_hash": "x"}, GOOD[name] | {"row_hash": "x"}) as connection:
        assert found(rule, connection) == []


def test_every_feed_of_the_practice_is_looked_at_here_and_every_rule_of_it_has_a_bad_row():
    assert set(GOOD) == {table.name for table in PRACTICE}
    general = {"place_is_unique", "key_has_one_meaning"}
    assert {(name, rule) for name in GOOD for rule in expectations(name) if rule not in general} == {
        (name, rule) for name, rule, _ in BAD
    }
