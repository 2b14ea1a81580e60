"""What an office cannot have is said with the feeds it waits for, and everything else is there as if nothing were missing."""

from importlib import util
from pathlib import Path

import duckdb
import pytest

from assets.intake.contracts import TABLES
from assets.measures.availability import not_available
from assets.measures.registry import ADDITIVE, in_plain_words, load_definitions

DEFINITIONS = load_definitions()
_SPEC = util.spec_from_file_location("ledger_conftest", Path(__file__).parent / "ledger" / "conftest.py")
_MODULE = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


def reached(names):
    """Return the models and every model behind them, in the order in which they can be built."""
    known, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name in _MODULE.MODELS and name not in known:
            known.add(name)
            waiting += _MODULE.MODELS[name].tables
    return [name for name in _MODULE.MODELS if name in known]


def reaches(source, table):
    """Whether a source reads a table, by whatever way."""
    return any(table in _MODULE.MODELS[name].tables for name in reached([source]))


NEEDED = reached(["measures.by_staff", "measures.by_group", "measures.availability"])


@pytest.fixture(scope="module")
def offices(loaded):
    """Return a function that gives the loaded office again, computed without some feeds."""
    made = {}

    def without(*missing):
        if missing not in made:
            made[missing] = office = _MODULE.Office(duckdb.connect())
            office.connection.execute("set timezone = 'UTC'; set threads = 1")
            office.connection.execute(f"attach '{loaded.settings.warehouse_path}' as loaded (read_only)")
            for table in ("parameters", "calendar"):
                office.connection.execute(
                    f"create or replace table ledger.{table} as select * from loaded.ledger.{table}"
                )
            for table in TABLES:
                if table not in missing:
                    office.connection.execute(
                        f"insert into intake.{table} by name select * from loaded.intake.{table}"
                    )
            office.connection.execute(
                "insert into intake.transactions by name select * from loaded.intake.transactions"
            )
            for name in NEEDED:
                office.build(name)
        return made[missing]

    yield without
    for office in made.values():
        office.connection.close()


def rows(connection, stem, definition, schema=""):
    return connection.execute(
        f"select numerator, denominator, measured_on from {schema}measures.by_{stem} where definition_id = ? order by all",
        [definition],
    ).fetchall()


@pytest.mark.parametrize("missing", ["calls", "accounts"])
def test_an_office_without_a_feed_has_everything_that_does_not_need_it(offices, missing):
    """The same numbers, or where the feed is looked up if it is there, numbers all the same."""
    connection = offices(missing).connection
    for stem in ("staff", "group"):
        for id_, definition in DEFINITIONS.items():
            if definition.method not in ADDITIVE or missing in definition.feeds:
                continue
            found, whole = rows(connection, stem, id_), rows(connection, stem, id_, "loaded.")
            if reaches(definition.source, f"intake.{missing}"):
                assert bool(found) == bool(whole), id_
            else:
                assert found == whole, id_


@pytest.mark.parametrize("missing", ["calls", "accounts"])
def test_what_needs_the_feed_is_not_available_and_says_so(offices, missing):
    connection = offices(missing).connection
    found = dict(
        connection.execute("select definition_id, availability from measures.availability").fetchall()
    )
    waiting = {id_ for id_, d in DEFINITIONS.items() if missing in d.feeds}
    assert waiting
    assert set(found) == set(DEFINITIONS)
    assert all(
        found[id_].startswith("not available: needs ") and in_plain_words(missing) in found[id_]
        for id_ in waiting
    )
    delivered = {t for t in TABLES if connection.execute(f"select 1 from intake.{t} limit 1").fetchone()}
    whole = {id_ for id_, d in DEFINITIONS.items() if set(d.feeds) <= delivered}
    assert {id_ for id_, text in found.items() if text == "available"} == whole
    assert whole


def test_the_run_of_a_table_says_the_same(offices):
    connection = offices("calls").connection
    told = dict(
        connection.execute("select definition_id, availability from measures.availability").fetchall()
    )
    for table in {d.source for d in DEFINITIONS.values()}:
        missing = not_available(connection, table)
        wanted = {i: told[i] for i, d in DEFINITIONS.items() if d.source == table and told[i] != "available"}
        assert missing == wanted
