"""What a table shows of itself: counts and orders of magnitude of anything about people, rows of what is published."""

from datetime import date
from decimal import Decimal

import pytest

from assets.shown import PREVIEWED, PROFILE, PROFILED, ROWS, at_a_glance, plain, preview

PERSON = "ZQXPATIENT"


@pytest.fixture
def people(connection):
    """A table with a row per person, each value of which would tell who it is."""
    connection.execute("create schema if not exists ledger")
    connection.execute(
        "create table ledger.people as select 'ZQXPATIENT' || i as person, date '1931-07-09' + cast(i as integer) as born, "
        "date '2026-03-01' + cast(i % 3 as integer) as work_date, case when i < 1 then 'ZQXPATIENT called' end as note, "
        "'EMEA' as region, cast(null as integer) as never, 123456.78 + i as charge from range(40) as r(i)"
    )
    return connection


def _lines(text):
    return {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines() if line[:1] == "|"}


def test_a_profile_says_how_full_columns_are_and_of_which_order_their_values(people):
    told = at_a_glance(people, "ledger.people", ("person", "work_date"))
    lines = _lines(told[PROFILE].md_str)
    assert told[ROWS] == 40
    assert lines["person"] == "| person | all | tens |  |  |"
    assert lines["note"] == "| note | 2% | 1 |  |  |"
    assert lines["region"] == "| region | all | 1 |  |  |"
    assert lines["never"] == "| never | none | \N{EN DASH} |  |  |"


def test_a_profile_holds_no_value_of_a_row(people):
    text = at_a_glance(people, "ledger.people", ("person", "work_date"))[PROFILE].md_str
    assert [value for value in (PERSON, "1931", "EMEA", "123456", "called") if value in text] == []


def test_days_are_told_of_the_grain_and_of_no_other_date(people):
    lines = _lines(at_a_glance(people, "ledger.people", ("person", "work_date"))[PROFILE].md_str)
    assert lines["work_date"].endswith("| 2026-03-01 | 2026-03-03 |")
    assert lines["born"].endswith("|  |  |")


def test_of_a_large_table_a_sample_is_looked_at_and_its_days_are_those_of_all_rows(connection):
    connection.execute("create schema if not exists ledger")
    rows = 12 * PROFILED
    connection.execute(
        f"create table ledger.large as select i as n, date '2026-01-01' + cast(i // {PROFILED} as integer) as day from range({rows}) as r(i)"
    )
    told = at_a_glance(connection, "ledger.large", ("day",))
    head = told[PROFILE].md_str.splitlines()[0]
    assert told[ROWS] == rows
    assert head.startswith("Of a sample of ")
    assert 0 < int(head.split()[4].replace(",", "")) < rows / 2
    assert _lines(told[PROFILE].md_str)["day"].endswith("| 2026-01-01 | 2026-01-12 |")


def test_a_table_that_is_not_there_or_empty_has_no_rows_and_no_profile(connection):
    connection.execute("create schema if not exists ledger; create table ledger.empty (n integer)")
    assert at_a_glance(connection, "ledger.no_such_table") == {ROWS: 0}
    assert at_a_glance(connection, "ledger.empty") == {ROWS: 0}


def test_a_preview_holds_rows_in_the_order_of_the_grain(connection):
    connection.execute(
        "create table staging.t as select 'r' || i as role, i / 3 as rate, i % 2 = 0 as is_capped, "
        "cast(null as date) as since from range(20) as r(i) order by i desc"
    )
    lines = preview(connection, "staging.t", ["role"]).splitlines()
    assert lines[:3] == [
        "| role | rate | is_capped | since |",
        "|---|---|---|---|",
        "| r0 | 0 | yes | \N{EN DASH} |",
    ]
    assert lines[3] == "| r1 | 0.3333 | no | \N{EN DASH} |"
    assert len(lines) == 2 + PREVIEWED


def test_a_preview_shows_rows_with_values_before_withheld_ones(connection):
    connection.execute(
        "create table staging.t as select i as role, case when i > 15 then i end as rate from range(20) as r(i)"
    )
    lines = preview(connection, "staging.t", ["role"]).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:7]] == ["| 16", "| 17", "| 18", "| 19", "| 0"]


def test_a_cell_of_a_preview_stays_a_cell_and_is_cut_when_long(connection):
    values = ["a|b\n*c*", "x" * 200, Decimal("1.50"), date(2026, 3, 1), 7]
    connection.execute("create table staging.t as select ? as a, ? as b, ? as c, ? as d, ? as e", values)
    line = preview(connection, "staging.t", ["a"]).splitlines()[2]
    cells = line.replace("\\|", "").strip("| ").split(" | ")
    assert cells == ["ab \\*c\\*", "x" * 59 + "\N{HORIZONTAL ELLIPSIS}", "1.50", "2026-03-01", "7"]


def test_a_preview_of_no_rows_says_so(connection):
    connection.execute("create table staging.t (a integer)")
    assert preview(connection, "staging.t", ["a"]) == "No rows yet."


def test_what_x12_writes_with_stars_is_shown_with_stars():
    assert plain("NM109 of NM1*82 | <a> `b`") == "NM109 of NM1\\*82 \\| \\<a> \\`b\\`"
