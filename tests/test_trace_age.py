"""A trace says which tables on its way are older than what they read."""

import pytest

from assets.sql_model import load_models
from assets.trace import Step
from assets.trace_age import mark_stale
from assets.warehouse import prepare
from pipelines.trace import trace_lines

MODELS = load_models()
READ = "ledger.sent_batches"
PUBLISHED = "published.matching"


@pytest.fixture
def stale(connection):
    """Return a function that says which of two tables are stale; both have been computed from the first batch."""
    prepare(connection)
    connection.execute("create schema if not exists ledger")
    connection.execute(f"create table {READ} (a integer)")
    connection.execute("insert into ops.models values (?, ?)", [READ, MODELS[READ].code_hash])
    connection.execute(
        "insert into quality.results (table_name, checked_at) values (?, '2026-03-02 10:00:00Z')", [PUBLISHED]
    )

    def ask():
        steps = [Step(PUBLISHED, 1, {}), Step(READ, 1, {}), Step("intake.claims", 1, {})]
        mark_stale(connection, MODELS, steps)
        said = list(trace_lines(steps))[-1]
        return [step.table for step in steps if step.stale], said

    return ask


def _batch(connection, number, table, hour):
    connection.execute(
        "insert into ops.batches (batch, table_name, published_at) values (?, ?, ?)",
        [number, table, f"2026-03-02 {hour:02d}:00:00Z"],
    )
    connection.execute("insert into ops.changes values (?, ?, '*', null)", [number, table])


def test_tables_as_new_as_what_they_read_are_not_mentioned(connection, stale):
    _batch(connection, 1, READ, 9)
    assert stale() == ([], "intake.claims: 1 row")


def test_a_table_computed_by_other_code_is_named_with_the_command_that_mends_it(connection, stale):
    connection.execute("update ops.models set code_hash = 'older'")
    tables, said = stale()
    assert tables == [READ]
    assert said.startswith("stale")
    assert READ in said
    assert "rcmbench run" in said


def test_a_change_that_a_table_has_not_taken_in_makes_it_stale(connection, stale):
    upstream = next(u for u in MODELS[READ].restated_by)
    connection.execute(
        "insert into ops.batches (batch, table_name, published_at) values (7, ?, '2026-03-02 09:00:00Z')",
        [upstream.table],
    )
    connection.execute(
        "insert into ops.changes values (7, ?, ?, '2026-03-02')", [upstream.table, upstream.column or "*"]
    )
    assert READ in stale()[0]


def test_what_is_published_is_stale_when_a_table_that_it_reads_changed_since(connection, stale):
    _batch(connection, 1, READ, 11)
    assert stale()[0] == [PUBLISHED]
