"""Swaps: what changes a table, what is told to later tables, and that a swap happens whole or not at all."""

from datetime import date

import pytest

from assets.slices import Swap, columns_of, drop_staging, next_batch, swap

TABLE = "ledger.things"
FIRST = [("2026-03-01", "a", 1), ("2026-03-02", "b", 2), ("2026-03-02", "c", 3)]


@pytest.fixture
def put(connection):
    """Return a function that stages rows and swaps them in."""

    def _put(rows, scope="true", tracked=("day", "who"), types="day date, who varchar, n integer"):
        connection.execute(f"create or replace table staging.ledger__things ({types})")
        for row in rows:
            connection.execute(
                f"insert into staging.ledger__things values ({', '.join('?' * len(row))})", list(row)
            )
        connection.begin()
        done = swap(
            connection, TABLE, scope, order_by=("day", "who"), tracked=tracked, event_column="day", run_id="r"
        )
        connection.commit()
        return done

    return _put


def _rows(connection, table=TABLE):
    return connection.execute(f"select * from {table} order by all").fetchall()


def _changes(connection, batch):
    return set(
        connection.execute("select column_name, value from ops.changes where batch = ?", [batch]).fetchall()
    )


def test_the_first_swap_makes_the_table_and_tells_every_value(put, connection):
    done = put(FIRST)
    assert done == Swap(TABLE, 3, 0, 1, date(2026, 3, 1), date(2026, 3, 2))
    assert len(_rows(connection)) == 3
    assert _changes(connection, 1) == {
        ("*", None),
        ("day", "2026-03-01"),
        ("day", "2026-03-02"),
        ("who", "a"),
        ("who", "b"),
        ("who", "c"),
    }


def test_a_swap_that_changes_nothing_writes_no_batch_and_no_change(put, connection):
    put(FIRST)
    before = _rows(connection, "ops.batches"), _rows(connection, "ops.changes")
    assert put(list(reversed(FIRST))) == Swap(TABLE)
    assert (_rows(connection, "ops.batches"), _rows(connection, "ops.changes")) == before
    assert next_batch(connection) == 2


def test_values_of_removed_and_of_added_rows_are_told_once_each_and_others_are_not(put, connection):
    put(FIRST)
    done = put(
        [("2026-03-01", "a", 1), ("2026-03-02", "b", 2), ("2026-03-05", "d", 3), ("2026-03-05", "d", 4)]
    )
    assert (done.added, done.removed, done.event_from, done.event_to) == (
        2,
        1,
        date(2026, 3, 2),
        date(2026, 3, 5),
    )
    told = connection.execute("select column_name, value from ops.changes where batch = 2").fetchall()
    assert sorted(told, key=str) == sorted(
        [("*", None), ("day", "2026-03-02"), ("day", "2026-03-05"), ("who", "c"), ("who", "d")], key=str
    )


def test_an_untracked_column_is_not_told(put, connection):
    put(FIRST, tracked=("day",))
    assert {column for column, _ in _changes(connection, 1)} == {"*", "day"}


def test_one_row_more_of_the_same_is_a_change(put, connection):
    put(FIRST)
    assert put([*FIRST, FIRST[0]]).added == 1
    assert len(_rows(connection)) == 4


def test_rows_outside_the_scope_stay(put, connection):
    put(FIRST)
    put([("2026-03-02", "z", 9)], scope="day = date '2026-03-02'")
    assert [(str(day), who) for day, who, _ in _rows(connection)] == [
        ("2026-03-01", "a"),
        ("2026-03-02", "z"),
    ]


def test_an_empty_slice_removes_what_stood_in_the_scope(put, connection):
    put(FIRST)
    done = put([], scope="day = date '2026-03-02'")
    assert (done.added, done.removed, len(_rows(connection))) == (0, 2, 1)


def test_a_changed_definition_replaces_the_table_whatever_the_scope_says(put, connection):
    put(FIRST)
    put(
        [("2026-03-09", "z", 9, True)],
        scope="day = date '2026-03-09'",
        types="day date, who varchar, n integer, good boolean",
    )
    assert [row[1:] for row in _rows(connection)] == [("z", 9, True)]
    assert columns_of(connection, TABLE)[-1] == ("good", "BOOLEAN")


def test_an_error_leaves_the_table_and_the_log_as_they_were(put, connection):
    put(FIRST)
    before = _rows(connection), _rows(connection, "ops.changes"), _rows(connection, "ops.batches")
    connection.execute(
        "create or replace table staging.ledger__things as select date '2026-03-09' as day, 'x' as who, 1 as n"
    )
    connection.begin()
    with pytest.raises(Exception, match="no_such_column"):
        swap(
            connection,
            TABLE,
            "true",
            order_by=("day",),
            tracked=("no_such_column",),
            event_column="day",
            run_id="r",
        )
    connection.rollback()
    assert (_rows(connection), _rows(connection, "ops.changes"), _rows(connection, "ops.batches")) == before
    assert put(FIRST) == Swap(TABLE)


def test_what_a_killed_run_left_in_staging_is_dropped(connection):
    connection.execute('create table staging.left_over (a int); create table staging."odd name" (a int)')
    drop_staging(connection)
    assert connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'staging'"
    ).fetchone() == (0,)
