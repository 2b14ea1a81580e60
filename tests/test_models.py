"""Models as Dagster assets: what Dagster is told of a table, and write, audit, publish for one model."""

from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from assets import quality
from assets.intake.tables import create_intake
from assets.lineage import bind
from assets.measures import availability
from assets.models import definitions_held, describe, lineage_metadata, model_asset, run_model
from assets.quality import load_suites
from assets.restate import Plan
from assets.settings import load_settings
from assets.slices import Swap
from assets.sql_model import load_models, read_model
from assets.warehouse import Warehouse, open_warehouse

SQL = """-- Sums of things. With a second sentence.
-- grain: day
-- slice: day
-- restated by: ledger.source.day
select day, -- the day's own "name"
    cast(sum(n) as integer) as total -- it's the sum
from ledger.source where day between $from and $to group by day
"""
SUITE = """table: ledger.sums
expectations:
  - {name: positive, expect: column_values_to_be_between, with: {column: total, min_value: 1}, why: Sums are positive.}
  - {name: small, expect: column_values_to_be_between, with: {column: total, max_value: 50}, blocking: false, why: Usual.}
"""
KNOWN = {"ledger.source": {"day": "DATE", "n": "INTEGER"}}


@pytest.fixture
def sums(tmp_path, monkeypatch):
    """A model with a suite of its own."""
    sql, suite = tmp_path / "sql" / "ledger" / "sums.sql", tmp_path / "suites" / "ledger" / "sums.yml"
    for path, text in ((sql, SQL), (suite, SUITE)):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    suites = load_suites.__wrapped__(Path(tmp_path / "suites"))
    monkeypatch.setattr(quality, "load_suites", lambda: suites)
    return read_model(sql)


def _feed(connection, *rows):
    create_intake(connection)
    connection.execute("create or replace table ledger.source (day date, n integer)")
    for row in rows:
        connection.execute("insert into ledger.source values (?, ?)", list(row))
    batch = connection.execute("select coalesce(max(batch), 0) + 1 from ops.batches").fetchone()[0]
    connection.execute("insert into ops.batches (batch, table_name) values (?, 'ledger.source')", [batch])
    for day, _ in rows:
        connection.execute("insert into ops.changes values (?, 'ledger.source', 'day', ?)", [batch, day])


def _run(connection, model):
    return run_model(connection, model, load_settings(), tracked={"day"}, run_id="r")


def _rows(connection, table="ledger.sums"):
    return connection.execute(f"select * exclude (day) from {table} order by day").fetchall()


def test_dagster_is_told_columns_lineage_dependencies_and_checks(sums):
    known = bind({sums.name: sums}, KNOWN)
    asset = model_asset(sums, {sums.name: sums}, known)
    key = dg.AssetKey(["ledger", "sums"])
    spec = asset.get_asset_spec(key)
    assert asset.asset_deps[key] == {dg.AssetKey(["ledger", "source"])}
    assert (spec.group_name, spec.code_version) == ("ledger", sums.code_hash)
    assert spec.description.startswith("Sums of things.")
    assert "Grain: day." in spec.description
    columns = spec.metadata["dagster/column_schema"].columns
    assert [(c.name, c.type, c.description) for c in columns] == [
        ("day", "DATE", 'the day\'s own "name" (from ledger.source.day)'),
        ("total", "INTEGER", "it's the sum (from ledger.source.n)"),
    ]
    assert spec.metadata["column lineage"].md_str.splitlines()[2:] == [
        "| day | [ledger.source](/assets/ledger/source).day |",
        "| total | [ledger.source](/assets/ledger/source).n |",
    ]
    assert {check.name for check in asset.check_specs} == {"positive", "small"}


def test_a_column_that_comes_from_nowhere_or_from_bookkeeping_says_so(tmp_path):
    path = tmp_path / "ledger" / "ones.sql"
    path.parent.mkdir()
    path.write_text(
        "-- Ones.\n-- grain: n\n-- slice: all\n"
        "select\n    1 as n, -- always one\n    key as who -- whoever is restated\nfrom ops.restating\n"
    )
    model = read_model(path)
    known = bind({model.name: model}, {})
    lineage, shown = lineage_metadata(model, known | {"ops.restating": {"key": "VARCHAR"}})
    assert lineage.deps_by_column == {"n": [], "who": []}
    assert [c.description for c in shown["dagster/column_schema"].columns] == [
        "always one",
        "whoever is restated",
    ]
    assert shown["column lineage"].md_str.splitlines()[2:] == [
        "| n | the SQL itself |",
        "| who | the SQL itself |",
    ]


def test_a_table_carries_its_comments(connection, sums):
    _feed(connection, ("2026-03-01", 1))
    _run(connection, sums)
    found = connection.execute(
        "select column_name, comment from duckdb_columns() where table_name = 'sums' and schema_name = 'ledger'"
    ).fetchall()
    assert dict(found) == {"day": 'the day\'s own "name"', "total": "it's the sum"}


def test_a_slice_that_is_blocked_stays_out_and_is_tried_again(connection, sums):
    _feed(connection, ("2026-03-01", 5), ("2026-03-02", 6))
    _run(connection, sums)
    _feed(connection, ("2026-03-01", 5), ("2026-03-02", -6))
    done, verdict, _ = _run(connection, sums)
    assert (done.batch, [o.expectation.name for o in verdict.blocking]) == (None, ["positive"])
    assert _rows(connection) == [(5,), (6,)]
    recorded = connection.execute(
        "select expectation, severity, success from quality.results where not success"
    ).fetchall()
    assert recorded == [("positive", "error", False)]
    _feed(connection, ("2026-03-01", 5), ("2026-03-02", 7))
    assert _run(connection, sums)[1].passed
    assert _rows(connection) == [(5,), (7,)]


def test_a_warning_lets_the_slice_in(connection, sums):
    _feed(connection, ("2026-03-01", 500))
    _, verdict, _ = _run(connection, sums)
    assert verdict.passed
    assert _rows(connection) == [(500,)]


def test_results_name_the_days_of_the_slice(connection, sums):
    _feed(connection, ("2026-03-01", 5))
    _run(connection, sums)
    _feed(connection, ("2026-03-01", 6), ("2026-03-04", 6))
    _run(connection, sums)
    spans = connection.execute(
        "select distinct slice_from, slice_to from quality.results order by all"
    ).fetchall()
    assert [tuple(map(str, span)) for span in spans] == [("2026-03-01", "2026-03-04"), ("None", "None")]


@pytest.mark.parametrize("day_total", [5, -5])
def test_the_asset_fails_with_the_expectation_and_shows_every_check(tmp_path, sums, day_total):
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as connection:
        _feed(connection, ("2026-03-01", day_total))
        connection.execute("create table ledger.sums as select date '2020-01-01' as day, 1 as total")
    known = bind({sums.name: sums}, KNOWN)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [model_asset(sums, {sums.name: sums}, known)],
            instance=instance,
            resources={"warehouse": Warehouse(database=str(path)), "settings": load_settings()},
            raise_on_error=False,
        )
        checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert result.success == (day_total > 0)
    assert checks == {"positive": day_total > 0, "small": True}
    if not result.success:
        (failure,) = [e for e in result.all_events if e.is_step_failure]
        assert "Failed: positive." in failure.step_failure_data.user_failure_data.description
    else:
        metadata = result.asset_materializations_for_node("ledger__sums")[0].metadata
        assert metadata["dagster/row_count"].value == 1
        lineage = metadata["dagster/column_lineage"].value.deps_by_column
        assert [(d.asset_key.to_user_string(), d.column_name) for d in lineage["total"]] == [
            ("ledger/source", "n")
        ]


@pytest.mark.parametrize(
    ("todo", "said"),
    [
        (Plan(), "nothing: no change upstream"),
        (Plan(full=True), "everything"),
        (Plan(keys=("a", "b", "c")), "3 keys"),
    ],
)
def test_what_was_done_is_described_without_rows(todo, said):
    assert describe(Swap("ledger.sums", 2, 1, 7), todo) == {
        "rows added": 2,
        "rows removed": 1,
        "restated": said,
    }


def test_a_table_says_which_of_its_definitions_wait_for_which_feeds(tmp_path, sums, monkeypatch):
    waiting = SimpleNamespace(
        id="aht.talk", source="ledger.sums", feeds=("remit_lines", "remit_claims", "calls")
    )
    elsewhere = SimpleNamespace(id="other", source="ledger.others", feeds=("calls",))
    monkeypatch.setattr(availability, "load_definitions", lambda: {d.id: d for d in (waiting, elsewhere)})
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as connection:
        _feed(connection, ("2026-03-01", 5))
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [model_asset(sums, {sums.name: sums}, bind({sums.name: sums}, KNOWN))],
            instance=instance,
            resources={"warehouse": Warehouse(database=str(path)), "settings": load_settings()},
        )
        metadata = result.asset_materializations_for_node("ledger__sums")[0].metadata
    assert metadata["not available"].value == "- `aht.talk`: not available: needs calls, remittances (835)"


def test_a_table_of_measures_says_on_its_page_what_its_definitions_mean():
    models = load_models()
    told = definitions_held(models["measures.initial_denial_rate"])
    for name in ("claims", "dollars", "lines", "rivet"):
        assert f"(`initial_denial_rate.{name}`): " in told
    assert definitions_held(models["ledger.claims"]) == ""
