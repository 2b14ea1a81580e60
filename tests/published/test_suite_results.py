"""Verdicts of suites by day of delivery: every day that a slice holds, blocked before warned, and no row of anybody."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

SQL = Path(__file__).resolve().parents[2] / "sql/published/suite_results.sql"
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 6, day) for day in (1, 2, 3))


@pytest.fixture
def verdicts():
    """Return a function that takes results (table, from, to, expectation, severity, success) and returns rows by (table, day)."""
    with duckdb.connect() as db:
        db.execute(
            "create schema intake; create schema quality; create table intake.files (delivery_date date);"
            "insert into intake.files values ('2026-06-01'), ('2026-06-02'), ('2026-06-02'), ('2026-06-03');"
            "create table quality.results (table_name text, slice_from date, slice_to date, expectation text, severity text, success boolean, "
            "checked_at timestamptz default current_timestamp)"
        )

        clock = []

        def told(*results):
            for result in results:
                clock.append(datetime(2026, 7, 1, tzinfo=UTC) + timedelta(minutes=len(clock)))
                db.execute("insert into quality.results values (?, ?, ?, ?, ?, ?, ?)", [*result, clock[-1]])
            cursor = db.execute(SQL.read_text(encoding="utf-8"))
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            return {(row["table_name"], row["day"]): row for row in rows}

        yield told


def test_a_slice_of_several_days_counts_on_each_of_them_once(verdicts):
    found = verdicts(
        ("ledger.claims", MONDAY, TUESDAY, "unique", "error", True),
        ("ledger.claims", MONDAY, TUESDAY, "plausible", "warning", False),
    )
    assert {day: row["verdict"] for (_, day), row in found.items()} == {MONDAY: "warned", TUESDAY: "warned"}
    row = found["ledger.claims", TUESDAY]
    assert (row["stage"], row["expectations"], row["failed"], row["blocking"]) == ("ledger", 2, 1, 0)


def test_what_was_kept_out_once_stays_told_after_it_was_mended(verdicts):
    found = verdicts(
        ("intake.claims", MONDAY, MONDAY, "unique", "error", False),
        ("intake.claims", MONDAY, MONDAY, "plausible", "warning", False),
        ("intake.claims", MONDAY, MONDAY, "unique", "error", True),
    )
    row = found["intake.claims", MONDAY]
    assert (row["verdict"], row["expectations"], row["failed"], row["blocking"]) == ("blocked", 2, 2, 1)


def test_a_day_that_is_checked_again_and_still_good_changes_nothing(verdicts):
    first = ("ledger.claims", MONDAY, WEDNESDAY, "unique", "error", True)
    before = verdicts(first)
    assert verdicts(("ledger.claims", TUESDAY, TUESDAY, "unique", "error", True)) == before


LOADED = ("intake.claims", MONDAY, TUESDAY, "unique", "error", True)
NEXT_DAY = ("intake.claims", WEDNESDAY, WEDNESDAY, "unique", "error", True)


def whole(*, success=True, table="ledger.denials"):
    return (table, None, None, "mapped", "warning", success)


def of(found, table="ledger.denials"):
    return {day: row["verdict"] for (name, day), row in found.items() if name == table}


def test_what_is_built_whole_counts_on_every_day_that_had_come_by_then(verdicts):
    assert of(verdicts(LOADED, whole())) == {MONDAY: "passed", TUESDAY: "passed"}


def test_what_is_built_whole_again_counts_on_the_new_days_alone(verdicts):
    found = verdicts(LOADED, whole(), NEXT_DAY, whole(success=False))
    assert of(found) == {MONDAY: "passed", TUESDAY: "passed", WEDNESDAY: "warned"}


def test_what_is_built_whole_again_without_a_new_day_counts_on_the_newest(verdicts):
    assert of(verdicts(LOADED, whole(), whole(success=False))) == {MONDAY: "passed", TUESDAY: "warned"}


def test_published_tables_are_judged_with_every_run_and_are_not_told(verdicts):
    assert of(verdicts(LOADED, whole(table="published.bands")), "published.bands") == {}


def test_before_anything_was_loaded_nothing_is_told(verdicts):
    assert verdicts(whole()) == {}
