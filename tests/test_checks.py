"""Outcomes as Dagster sees them: one check per expectation, summed over the slices of a run."""

import dagster as dg

from assets.checks import asset_key, check_results, check_specs
from assets.quality import Outcome, Verdict, suite_of

TABLE = "intake.payments"


def _verdict(**failed):
    outcomes = [
        Outcome(TABLE, e, e.name not in failed, f"{failed.get(e.name, 0)} unexpected", failed.get(e.name, 0))
        for e in suite_of(TABLE).expectations
    ]
    return Verdict(TABLE, outcomes)


def _by_name(results):
    return {result.check_name: result for result in results}


def test_there_is_one_check_per_expectation_that_says_whether_it_blocks():
    specs = {spec.name: spec for spec in check_specs(TABLE)}
    assert set(specs) == {e.name for e in suite_of(TABLE).expectations}
    assert {spec.asset_key for spec in specs.values()} == {dg.AssetKey(["intake", "payments"])}
    assert "keeps the slice out" in specs["place_is_unique"].description
    assert "warns" in specs["method_is_known"].description


def test_a_check_fails_when_any_slice_fails_and_counts_are_summed():
    results = _by_name(
        check_results(TABLE, [_verdict(), _verdict(place_is_unique=2), _verdict(place_is_unique=3)])
    )
    failed = results["place_is_unique"]
    assert (failed.passed, failed.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert failed.metadata["slices examined"].value == 3
    assert failed.metadata["slices failed"].value == 2
    assert failed.metadata["unexpected rows"].value == 5
    assert [name for name, result in results.items() if not result.passed] == ["place_is_unique"]


def test_a_result_says_in_a_sentence_what_came_of_it():
    passed = _by_name(check_results(TABLE, [_verdict()]))["place_is_unique"]
    several = _by_name(check_results(TABLE, [_verdict(), _verdict()]))["place_is_unique"]
    failed = _by_name(check_results(TABLE, [_verdict(), _verdict(place_is_unique=2, method_is_known=1)]))
    assert passed.description == "Holds: 0 unexpected."
    assert several.description == "Holds in all 2 slices."
    assert failed["place_is_unique"].description.startswith(
        "Fails in 1 of 2 slices: 2 unexpected. What failed was kept out. "
    )
    assert "was let in" in failed["method_is_known"].description


def test_an_expectation_that_warns_is_a_warning():
    result = _by_name(check_results(TABLE, [_verdict(method_is_known=1)]))["method_is_known"]
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_without_a_slice_every_check_passes_and_says_so():
    results = check_results(TABLE, [Verdict("intake.calls")])
    assert all(result.passed for result in results)
    assert {result.metadata["observed"].value for result in results} == {"no new slice"}
    assert {result.description for result in results} == {"Nothing new was there to hold it against."}


def test_a_table_without_a_suite_has_no_checks():
    assert check_specs("intake.no_such_table") == []
    assert asset_key("a.b") == dg.AssetKey(["a", "b"])
