"""The suites of the ledger and the measures: one per model, about its columns, and quiet on an empty slice."""

import pytest
import yaml

from assets.quality import EXPECTATIONS_ROOT
from assets.sql_model import load_models
from tests.ledger.conftest import empty_office

MODELS = load_models(stages=("ledger", "measures"))
each_model = pytest.mark.parametrize("name", MODELS)


def expectations_of(name):
    path = EXPECTATIONS_ROOT / f"{name.replace('.', '/')}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]


@each_model
def test_a_model_has_a_suite(name):
    assert 3 <= len(expectations_of(name)) <= 6


@each_model
def test_a_suite_speaks_of_columns_that_the_model_has(name):
    for expectation in expectations_of(name):
        given = expectation["with"]
        named = {*given.get("column_list", []), *([given["column"]] if "column" in given else [])}
        assert named <= set(MODELS[name].columns)


@each_model
def test_the_grain_is_checked_and_blocks(name):
    first, grain = expectations_of(name)[0], set(MODELS[name].grain)
    unique = set(first["with"].get("column_list", [first["with"].get("column")]))
    assert unique <= grain
    assert first.get("blocking", True)


@pytest.fixture(scope="module")
def empty():
    """An office to which nothing was delivered, with every model built on it; not to be changed."""
    with empty_office() as office:
        for name in MODELS:
            office.build(name)
        yield office


@each_model
def test_queries_run_on_the_model_and_find_nothing_where_nothing_is(empty, name):
    for expectation in expectations_of(name):
        query = expectation["with"].get("unexpected_rows_query")
        if query:
            assert empty.connection.execute(query.format(batch=name)).fetchall() == []


def found(office, name, expectation):
    (query,) = [e["with"]["unexpected_rows_query"] for e in expectations_of(name) if e["name"] == expectation]
    return len(office.connection.execute(query.format(batch=name)).fetchall())


def test_an_unmapped_code_and_an_orphan_remittance_are_found(office):
    office.remit("a", lines=[(100, 0)], adjustments=[(1, "CO", "Z99", 100)])
    office.remit("b", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    office.submit("b")
    office.build("ledger.claims")
    assert found(office, "ledger.denials", "code_is_mapped") == 1
    assert found(office, "ledger.claims", "remittance_has_a_claim") == 1


def blocks(name, expectation):
    (found_one,) = [e for e in expectations_of(name) if e["name"] == expectation]
    return found_one.get("blocking", True)


@pytest.mark.parametrize(
    "feed",
    [
        *("appeals", "ar_snapshots", "audits", "calls", "charge_entries", "coding", "denial_worklist"),
        *("deposits", "production_history", "queries", "queue_events", "scrubber_events", "shifts"),
        *("staff", "work_log"),
    ],
)
def test_two_rows_under_one_key_do_not_block_where_the_ledger_takes_the_last(feed):
    assert not blocks(f"intake.{feed}", "key_has_one_meaning")


@pytest.mark.parametrize("feed", ["friction", "payments"])
def test_one_number_for_two_incidents_or_two_payments_blocks_because_one_would_be_lost(feed):
    assert blocks(f"intake.{feed}", "key_has_one_meaning")


@pytest.mark.parametrize(
    ("table", "expectation"),
    [
        ("remit_claims", "adjudication_is_unique"),
        ("remit_lines", "line_is_unique"),
        ("claim_lines", "line_is_unique"),
        ("claim_diagnoses", "position_is_unique"),
    ],
)
def test_a_constructed_key_that_stands_twice_where_it_cannot_keeps_a_file_out(table, expectation):
    assert blocks(f"intake.{table}", expectation)


def test_a_file_that_reuses_its_control_numbers_loads_and_is_warned_about(office):
    reused = {"submission_id": "0123-1-987654-1", "submitted_at": "2026-03-02 10:00"}
    for txn_no, pcn in ((1, "c1"), (2, "c1"), (3, "c2")):
        office.add("claims", pcn=pcn, txn_no=txn_no, charge=100, **reused)
        office.add("claim_lines", pcn=pcn, txn_no=txn_no, line_no=1, **reused)
        diagnosis = {"ordinal": 1, "qualifier": "ABK", "code": "A1"}
        office.add("claim_diagnoses", pcn=pcn, txn_no=txn_no, **diagnosis, **reused)
    broken = {
        expectation["name"]: expectation.get("blocking", True)
        for name in ("intake.claims", "intake.claim_lines", "intake.claim_diagnoses")
        for expectation in expectations_of(name)
        if repeated(office, name, expectation["with"].get("column_list", ()))
    }
    assert broken == {"submission_is_unique": False}
    assert found(office, "intake.claim_diagnoses", "one_principal_diagnosis") == 0


def repeated(office, name, columns):
    keys = ", ".join(columns)
    query = f"select {keys} from {name} group by {keys} having count(*) > 1"
    return bool(columns) and bool(office.connection.execute(query).fetchall())


def test_time_that_does_not_fit_into_its_whole_is_found(office):
    office.touch("t1", "2026-03-10 09:00", "2026-03-10 09:10")
    office.build("ledger.touches")
    assert found(office, "ledger.touches", "active_time_fits_into_the_touch") == 0
    office.connection.execute("update ledger.touches set active_s = 601, friction_s = 602")
    assert found(office, "ledger.touches", "active_time_fits_into_the_touch") == 1
    assert found(office, "ledger.touches", "friction_fits_into_the_active_time") == 1
