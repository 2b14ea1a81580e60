"""Restatement: a model builds the slices that changed upstream, all of them, and no others."""

from datetime import date

import pytest

from assets.intake.tables import create_intake
from assets.models import run_model
from assets.restate import build, forget_read_changes, plan, remember, scope_of, tracked_columns
from assets.settings import load_settings
from assets.slices import swap
from assets.sql_model import read_model

SOURCE, PEOPLE = "ledger.source", "ledger.people"
TRACKED = {SOURCE: ("day", "who"), PEOPLE: ("who",)}
DAILY = """-- T.
-- grain: day, who
-- slice: day
-- restated by: ledger.source.day
-- restated by: ledger.people.who via who
-- looked up in: ledger.people
select s.day, s.who, s.n, p.role from ledger.source as s left join ledger.people as p using (who)
where s.day between $from and $to
"""
KEYED = """-- T.
-- grain: who
-- slice: who (key)
-- restated by: ledger.source.who
select who, cast(sum(n) as integer) as n from ledger.source
where who in (select key from ops.restating) group by who
"""
TRAILING = """-- T.
-- grain: day
-- slice: day
-- restated by: ledger.source.day and 2 days after
select a.day, cast(sum(b.n) as integer) as n from ledger.source as a
join ledger.source as b on b.day between a.day - 2 and a.day where a.day between $from and $to group by a.day
"""
WHOLE = """-- T.
-- grain: n
-- slice: all
-- restated by: ledger.source
select cast(sum(n) as integer) as n from ledger.source
"""


class Flow:
    """Two source tables that can be changed, and a model behind them."""

    def __init__(self, connection, folder):
        self.connection = connection
        self.folder = folder / "ledger"
        self.folder.mkdir()
        create_intake(connection)
        self.put(SOURCE, [("2026-03-01", "a", 1), ("2026-03-02", "b", 2), ("2026-03-09", "a", 3)])
        self.put(PEOPLE, [("a", "coder")])

    def put(self, table, rows):
        types = "day date, who varchar, n integer" if table == SOURCE else "who varchar, role varchar"
        staged = f"staging.{table.replace('.', '__')}"
        self.connection.execute(f"create or replace table {staged} ({types})")
        for row in rows:
            self.connection.execute(f"insert into {staged} values ({', '.join('?' * len(row))})", list(row))
        self.connection.begin()
        swap(
            self.connection,
            table,
            "true",
            order_by=("who",),
            tracked=TRACKED[table],
            event_column=None,
            run_id="r",
        )
        self.connection.commit()

    def model(self, text, stem="model"):
        path = self.folder / f"{stem}.sql"
        path.write_text(text, encoding="utf-8")
        return read_model(path)

    def run(self, model, tracked=frozenset()):
        return run_model(self.connection, model, load_settings(), tracked=set(tracked), run_id="r")

    def rows(self, table="ledger.model"):
        return [
            tuple(map(str, row))
            for row in self.connection.execute(f"select * from {table} order by all").fetchall()
        ]

    def keys(self):
        return sorted(key for (key,) in self.connection.execute("select key from ops.restating").fetchall())


@pytest.fixture
def flow(connection, tmp_path):
    return Flow(connection, tmp_path)


def test_the_first_run_builds_everything(flow):
    model = flow.model(DAILY)
    assert plan(flow.connection, model).full
    done, verdict, _ = flow.run(model)
    assert (done.added, done.removed, verdict.passed) == (3, 0, True)


def test_with_nothing_changed_there_is_nothing_to_do(flow):
    model = flow.model(DAILY)
    flow.run(model)
    assert plan(flow.connection, model).idle
    batches = flow.rows("ops.batches")
    done, _, todo = flow.run(model)
    assert (done.batch, todo.idle, flow.rows("ops.batches")) == (None, True, batches)


def test_another_text_of_the_query_builds_everything_again(flow):
    flow.run(flow.model(DAILY))
    changed = flow.model(DAILY.replace("s.n,", "s.n * 10 as n,"))
    assert plan(flow.connection, changed).full
    flow.run(changed)
    assert [row[2] for row in flow.rows()] == ["10", "20", "30"]


def test_a_table_that_is_gone_is_built_again(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.connection.execute("drop table ledger.model")
    assert plan(flow.connection, model).full


def test_only_days_that_changed_are_planned_and_the_result_is_that_of_a_full_build(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(
        SOURCE,
        [("2026-03-01", "a", 1), ("2026-03-02", "b", 5), ("2026-03-03", "c", 1), ("2026-03-09", "a", 3)],
    )
    todo = plan(flow.connection, model)
    assert (todo.full, todo.days) == (False, ((date(2026, 3, 2), date(2026, 3, 3)),))
    done, _, _ = flow.run(model)
    assert (done.added, done.removed) == (2, 1)
    assert flow.rows() == [
        ("2026-03-01", "a", "1", "coder"),
        ("2026-03-02", "b", "5", "None"),
        ("2026-03-03", "c", "1", "None"),
        ("2026-03-09", "a", "3", "coder"),
    ]


def test_days_far_apart_are_built_as_ranges_and_days_between_are_left_alone(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(SOURCE, [("2026-03-01", "a", 7), ("2026-03-02", "b", 2), ("2026-03-09", "a", 8)])
    # A row that no change explains shows which days were built.
    flow.connection.execute("insert into ledger.model values ('2026-03-02', 'ghost', 0, null)")
    flow.run(model)
    assert [row[1:3] for row in flow.rows()] == [("a", "7"), ("b", "2"), ("ghost", "0"), ("a", "8")]


def test_a_day_whose_rows_all_went_is_emptied(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(SOURCE, [("2026-03-01", "a", 1)])
    flow.run(model)
    assert [row[0] for row in flow.rows()] == ["2026-03-01"]


def test_a_late_look_up_mends_the_earlier_rows_that_hold_its_value(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(PEOPLE, [("a", "coder"), ("b", "payment_posting")])
    assert plan(flow.connection, model).days == ((date(2026, 3, 2), date(2026, 3, 2)),)
    flow.run(model)
    assert flow.rows()[1] == ("2026-03-02", "b", "2", "payment_posting")


def test_a_look_up_that_no_row_holds_restates_nothing(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(PEOPLE, [("a", "coder"), ("z", "coder")])
    assert plan(flow.connection, model).idle


def test_a_changed_day_restates_the_days_after_it_that_the_header_names(flow):
    model = flow.model(TRAILING)
    flow.run(model)
    flow.put(SOURCE, [("2026-03-01", "a", 4), ("2026-03-02", "b", 2), ("2026-03-09", "a", 3)])
    assert plan(flow.connection, model).days == ((date(2026, 3, 1), date(2026, 3, 3)),)
    flow.run(model)
    assert flow.rows() == [("2026-03-01", "4"), ("2026-03-02", "6"), ("2026-03-09", "3")]


def test_only_keys_that_changed_are_built(flow):
    model = flow.model(KEYED)
    flow.run(model)
    assert (flow.keys(), flow.rows()) == (["a", "b"], [("a", "4"), ("b", "2")])
    flow.put(SOURCE, [("2026-03-01", "a", 1), ("2026-03-02", "c", 2), ("2026-03-09", "a", 3)])
    assert plan(flow.connection, model).keys == ("b", "c")
    done, _, _ = flow.run(model)
    assert flow.keys() == ["b", "c"]
    assert (done.added, done.removed, flow.rows()) == (1, 1, [("a", "4"), ("c", "2")])


@pytest.mark.parametrize("text", [DAILY, KEYED, WHOLE, TRAILING])
@pytest.mark.parametrize("state", ["new", "changed", "read"])
def test_planning_writes_nothing(flow, text, state):
    model = flow.model(text)
    if state != "new":
        flow.run(model)
    if state == "changed":
        flow.put(SOURCE, [("2026-03-01", "a", 1), ("2026-03-02", "c", 2)])
    names = [
        f"{schema}.{table}"
        for schema, table in flow.connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    ]
    before = {name: flow.rows(name) for name in names}
    assert plan(flow.connection, model).idle == (state == "read")
    assert {name: flow.rows(name) for name in names} == before


def test_a_model_without_slices_is_built_whole_when_anything_changed(flow):
    model = flow.model(WHOLE)
    flow.run(model)
    assert plan(flow.connection, model).idle
    flow.put(SOURCE, [("2026-03-01", "a", 100)])
    assert plan(flow.connection, model).full
    flow.run(model)
    assert flow.rows() == [("100",)]


def test_a_run_killed_between_build_and_commit_takes_the_same_changes_in_again(flow, monkeypatch):
    model = flow.model(DAILY)
    flow.run(model)
    before = flow.rows(), flow.rows("ops.progress"), flow.rows("ops.batches")
    flow.put(SOURCE, [("2026-03-01", "a", 50), ("2026-03-02", "b", 2), ("2026-03-09", "a", 3)])
    standing = flow.rows("ops.batches")

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("assets.models.record", killed)
        with pytest.raises(KeyboardInterrupt):
            flow.run(model)
    assert (flow.rows(), flow.rows("ops.progress")) == before[:2]
    assert flow.rows("ops.batches") == standing
    assert plan(flow.connection, model).days == ((date(2026, 3, 1), date(2026, 3, 1)),)
    flow.run(model)
    assert flow.rows()[0][2] == "50"


def test_changes_that_come_while_a_model_is_built_are_kept_for_its_next_run(flow):
    model = flow.model(DAILY)
    flow.run(model)
    flow.put(SOURCE, [("2026-03-01", "a", 9), ("2026-03-02", "b", 2), ("2026-03-09", "a", 3)])
    todo = plan(flow.connection, model)
    build(flow.connection, model, todo, horizon_days=730)
    flow.put(SOURCE, [("2026-03-01", "a", 9), ("2026-03-02", "b", 9), ("2026-03-09", "a", 3)])
    remember(flow.connection, model, todo)
    assert plan(flow.connection, model).days == ((date(2026, 3, 2), date(2026, 3, 2)),)


def test_the_scope_is_the_planned_slices(flow):
    model = flow.model(DAILY)
    assert scope_of(model, plan(flow.connection, model)) == "true"
    flow.run(model)
    flow.put(SOURCE, [("2026-03-02", "b", 2), ("2026-03-09", "a", 4)])
    assert scope_of(model, plan(flow.connection, model)) == (
        "day between date '2026-03-01' and date '2026-03-01' or day between date '2026-03-09' and date '2026-03-09'"
    )


def test_changes_are_forgotten_when_every_reader_has_read_them_and_not_before(flow):
    daily, keyed = flow.model(DAILY), flow.model(KEYED, "keyed")
    flow.run(daily)
    forget_read_changes(flow.connection, [daily, keyed])
    kept = [row[1] for row in flow.rows("ops.changes")]
    assert (SOURCE in kept, PEOPLE in kept) == (True, False)
    flow.run(keyed)
    flow.put(SOURCE, [("2026-03-01", "a", 2), ("2026-03-02", "b", 2), ("2026-03-09", "a", 3)])
    flow.run(daily)
    forget_read_changes(flow.connection, [daily, keyed])
    assert {row[0] for row in flow.rows("ops.changes") if row[1] == SOURCE} == {
        str(plan(flow.connection, daily).upto[SOURCE])
    }
    assert plan(flow.connection, keyed).keys == ("a",)
    flow.run(keyed)
    forget_read_changes(flow.connection, [daily, keyed])
    assert flow.rows("ops.changes") == []


def test_changes_of_a_table_that_nobody_reads_are_forgotten(flow):
    flow.connection.execute("insert into ops.changes values (99, 'ledger.nobody', '*', null)")
    forget_read_changes(flow.connection, [flow.model(DAILY)])
    assert {row[1] for row in flow.rows("ops.changes")} == {SOURCE, PEOPLE}


def test_the_columns_that_some_model_wants_to_know_are_tracked(flow):
    models = [flow.model(DAILY), flow.model(KEYED, "keyed"), flow.model(WHOLE, "whole")]
    assert tracked_columns(models) == {SOURCE: {"day", "who"}, PEOPLE: {"who"}}
