"""Suites on staged slices: what blocks, what warns, what is recorded, and that no value of a row leaves."""

import logging
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from assets import quality
from assets.quality import Examiner, Expectation, Suite, SuiteError, load_suites, read_suite, record

PLANTED = "SYNTHVALUE-8471"


@pytest.fixture
def examine(connection):
    """Return a function that stages rows of (key, word, n) and holds expectations against them."""

    def _examine(rows, *expectations):
        connection.execute(
            "create or replace table staging.ledger__things (key varchar, word varchar, n integer)"
        )
        for row in rows:
            connection.execute("insert into staging.ledger__things values (?, ?, ?)", list(row))
        return Examiner(connection).examine(Suite("ledger.things", expectations))

    return _examine


def _expect(kind, name="it", *, blocking=True, **arguments):
    return Expectation(name, kind, arguments, "because", blocking)


KEY = _expect("column_values_to_be_unique", "unique", column="key")
FILLED = _expect("column_values_to_not_be_null", "filled", column="word")
SMALL = _expect("column_values_to_be_between", "small", blocking=False, column="n", max_value=10)
KNOWN = _expect("column_values_to_be_in_set", "known", column="word", value_set=["x", "y"])
ODD = _expect(
    "unexpected_rows", "odd", blocking=False, unexpected_rows_query="select key from {batch} where n % 2 = 0"
)
FULL = _expect("table_row_count_to_be_between", "full", min_value=1)
PAIR = _expect("compound_columns_to_be_unique", "pair", column_list=["key", "n"])


def _counts(verdict):
    return {o.expectation.name: (o.success, o.unexpected) for o in verdict.outcomes}


def test_a_good_slice_passes_everything(examine):
    verdict = examine([("a", "x", 1), ("b", "y", 3)], KEY, FILLED, SMALL, KNOWN, ODD, FULL, PAIR)
    assert verdict.passed
    assert [o.expectation.name for o in verdict.outcomes if not o.success] == []
    assert len(verdict.outcomes) == 7


def test_every_kind_of_expectation_counts_what_it_finds(examine):
    rows = [("a", "x", 1), ("a", None, 1), ("c", "z", 12), ("d", "x", 4)]
    assert _counts(examine(rows, KEY, FILLED, SMALL, KNOWN, ODD, PAIR)) == {
        "unique": (False, 2),
        "filled": (False, 1),
        "small": (False, 1),
        "known": (False, 1),
        "odd": (False, 2),
        "pair": (False, 2),
    }


@pytest.mark.parametrize(
    ("came", "success"), [([], True), (["payments"], True), (["payments", "accounts"], False)]
)
def test_an_expectation_about_other_feeds_is_asked_once_all_of_them_came(examine, connection, came, success):
    """Feeds that came and stopped are known, whatever became of their files: the warning is theirs."""
    connection.execute("create schema if not exists intake")
    connection.execute("create or replace table intake.files (feed varchar)")
    for feed in came:
        connection.execute("insert into intake.files values (?)", [feed])
    warns = replace(ODD, needs=("payments", "accounts"))
    small, odd = examine([("a", "x", 2)], SMALL, warns).outcomes
    assert (small.success, odd.success) == (True, success)
    assert ("accounts never came" in odd.observed) == success
    (alone,) = examine([("a", "x", 2)], warns).outcomes
    assert alone.success == success


def test_only_blocking_expectations_keep_a_slice_out(examine):
    warned = examine([("a", "x", 40)], KEY, SMALL, ODD)
    assert warned.passed
    assert [o.success for o in warned.outcomes] == [True, False, False]
    blocked = examine([("a", "x", 1), ("a", "x", 1)], KEY, SMALL)
    assert not blocked.passed
    assert [o.expectation.name for o in blocked.blocking] == ["unique"]


def test_an_empty_slice_passes_all_but_a_row_count(examine):
    verdict = examine([], KEY, FILLED, SMALL, KNOWN, ODD, FULL, PAIR)
    assert [o.expectation.name for o in verdict.outcomes if not o.success] == ["full"]


def test_of_a_slice_without_rows_nothing_is_asked_but_a_row_count(examine, monkeypatch):
    def nobody():
        raise AssertionError("Great Expectations was asked")

    monkeypatch.setattr(quality, "_source", nobody)
    verdict = examine([], KEY, FILLED, SMALL, KNOWN, ODD, PAIR)
    assert {(o.success, o.observed, o.unexpected) for o in verdict.outcomes} == {
        (True, "0 unexpected: no rows", 0)
    }
    assert len(verdict.outcomes) == 6
    with pytest.raises(AssertionError, match="was asked"):
        examine([], KEY, FULL)


def test_a_suite_without_expectations_has_nothing_to_say(examine):
    assert examine([("a", "x", 1)]).outcomes == []


def test_an_expectation_tells_what_it_is_once_per_examination_and_not_longer(examine, monkeypatch):
    from great_expectations.expectations.expectation import Expectation as Asked

    told = []
    afresh = Asked.configuration
    # The expectations are kept, so that no two of them have the same id.
    counting = property(lambda asked: (told.append(asked), afresh.fget(asked))[1])
    monkeypatch.setattr(Asked, "configuration", counting)
    examine([("a", "x", 1)], KEY, FILLED)
    assert told
    # Once inside, and once where the suite is put together.
    assert max(Counter(map(id, told)).values()) <= 2
    assert Asked.configuration is counting


def test_a_second_examination_sees_what_was_staged_since(examine):
    assert not examine([("a", None, 1)], FILLED).passed
    assert examine([("a", "x", 1)], FILLED).passed


def test_an_unknown_column_or_expectation_is_an_error_and_not_a_failed_check(examine):
    with pytest.raises(SuiteError, match=r"ledger\.things: it could not be evaluated"):
        examine([("a", "x", 1)], _expect("column_values_to_not_be_null", column="no_such"))
    with pytest.raises(SuiteError, match="it: column_values_to_be_lovely"):
        examine([("a", "x", 1)], _expect("column_values_to_be_lovely", column="key"))


def test_results_are_recorded_per_slice_without_any_value_of_a_row(examine, connection, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    rows = [(PLANTED, PLANTED, 12), (PLANTED, PLANTED, 12)]
    verdict = examine(rows, KEY, FILLED, SMALL, KNOWN, ODD, PAIR)
    for first in (date(2026, 3, 1), date(2026, 3, 2)):
        record(connection, [verdict], run_id="run", span=(first, first))
    found = connection.execute("select * from quality.results").fetchall()
    assert len(found) == 12
    told = {(row[2].isoformat(), row[4], row[7], row[8], row[10]) for row in found}
    assert ("2026-03-02", "unique", "error", False, 2) in told
    assert ("2026-03-01", "small", "warning", False, 2) in told
    everything = f"{verdict}{found}{caplog.text}{capfd.readouterr()}"
    assert PLANTED not in everything


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("table: ledger.things\n", "expectations"),
        ("table: ledger.things\nexpectations: [{name: a, expect: b}]\n", "why"),
        ("table: ledger.other\nexpectations: []\n", r"the suite says ledger\.other"),
        ("- a\n", "things.yml"),
        ("table: [\n", "things.yml"),
        (
            "table: ledger.things\nexpectations:\n  - {name: a, expect: b, why: c}\n  - {name: a, expect: d, why: e}\n",
            "two expectations have the same name",
        ),
    ],
)
def test_a_suite_that_cannot_be_used_is_told_with_its_file(tmp_path, text, said):
    path = tmp_path / "ledger" / "things.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=rf"things\.yml.*{said}|{said}"):
        read_suite(path)


def test_suites_block_unless_they_say_that_they_warn():
    for suite in load_suites().values():
        assert any(e.blocking for e in suite.expectations), suite.table


def test_a_query_that_stumbles_over_a_value_does_not_tell_the_value(examine, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    broken = _expect(
        "unexpected_rows", unexpected_rows_query="select 1 from {batch} where cast(word as integer) > 1"
    )
    with pytest.raises(SuiteError) as told:
        examine([("a", f"O'{PLANTED}", 1)], broken)
    assert PLANTED not in f"{told.value!r}{caplog.text}{capfd.readouterr()}"
