"""What is told of people's work: no sum, difference or window gives away fewer than five of them."""

from datetime import date, timedelta
from itertools import combinations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.sql_model import SQL_ROOT, read_model

NEEDED = 5
FIRST = date(2026, 1, 20)
CLOSED = date(2026, 5, 6)
"""A day on which April is closed."""
READ = {name: read_model(SQL_ROOT / f"measures/{name}.sql") for name in ("staff_windows", "running_month")}
EFFORT = read_model(SQL_ROOT / "published/effort.sql")
SCHEMA = """
    create schema measures; create schema ledger;
    create table ledger.parameters (name text, value decimal(18, 4));
    insert into ledger.parameters values ('min_people', 5), ('matured_share', 0.9);
    create table measures.definitions (definition_id text, method text);
    insert into measures.definitions values ('d', 'ratio'), ('s', 'stock'), ('others', 'ratio');
    create table measures.availability (definition_id text, is_available boolean, availability text);
    create table measures.by_staff (definition_id text, staff_id text, role text, complexity text,
        numerator decimal(18, 4), denominator decimal(18, 4), n_cohort decimal(18, 4), n_matured decimal(18, 4), measured_on date);
"""


@pytest.fixture(scope="module")
def office():
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        connection.execute("set threads = 1")
        yield connection


def publish(connection, work, definition="d", until=CLOSED):
    """Return the published cells of (person, complexity, day) -> (numerator, denominator), when all work up to a day is known.

    Ten others work on that day too.
    """
    connection.execute("delete from measures.by_staff")
    rows = [
        [definition, p, "coder", c, n, d, None, None, day]
        for (p, c, day), (n, d) in work.items()
        if day <= until
    ]
    rows += [["others", f"o{n}", "coder", "low", 1, 1, None, None, until] for n in range(10)]
    connection.executemany("insert into measures.by_staff values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return [row for row in effort(connection) if row["definition_id"] == definition]


def effort(connection):
    """Return what is published of the work that stands, after computing the tables that it is read from."""
    ever = {"from": date(1900, 1, 1), "to": date(2999, 12, 31)}
    for name, model in READ.items():
        given = ever if "from" in model.parameters else None
        connection.execute(f"create or replace table measures.{name} as {model.sql}", given)
    return connection.execute(EFFORT.sql).pl().to_dicts()


def days_of(row):
    """Return the first and the last day of a published row."""
    if row["period_kind"] == "month":
        return row["period"], (row["period"] + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first = row["period"].replace(day=1)
    for _ in range(2):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, row["period"]


def told_away(shown, totals, work):
    """Return people, fewer than needed, of whom some combination of the published sums (and known totals) says something.

    A row per sum, a column per person, complexity and day: a combination of rows that is nothing outside of the columns
    of these people, and something inside, exists exactly if leaving their columns out lowers the rank.
    """
    columns = sorted(work)
    rows = [
        [first <= day <= last and kept in (None, complexity) for _, complexity, day in columns]
        for kept, (first, last) in [
            *((r["complexity"], days_of(r)) for r in shown),
            *((None, d) for d in totals),
        ]
    ]
    if not rows:
        return None
    sums = np.array(rows, dtype=float)
    whole = np.linalg.matrix_rank(sums)
    people = sorted({person for person, _, _ in columns})
    for few in combinations(people, min(NEEDED - 1, len(people))):
        others = [n for n, (person, _, _) in enumerate(columns) if person not in few]
        if np.linalg.matrix_rank(sums[:, others]) < whole:
            return few
    return None


@st.composite
def offices(draw):
    """Return work of up to nine people over three months: most work on every day there is, some now and then, some never."""
    work = {}
    for number in range(draw(st.integers(5, 9))):
        for complexity in ("low", "medium", "high"):
            kind = draw(st.sampled_from(["always", "always", "always", "sometimes", "never"]))
            days = EDGES if kind == "always" else ()
            for n in draw(st.sets(st.sampled_from(EDGES))) if kind == "sometimes" else days:
                work[f"s{number}", complexity, FIRST + timedelta(days=n)] = (1 + n % 3, 1 + number)
    return work


EDGES = (0, 5, 10, 11, 12, 39, 40, 69, 70, 71, 99)
"""Days of work: at both ends, around the ends of months (11, 39, 70) and where the three months begin (12)."""


@settings(max_examples=30, deadline=None)
@given(work=offices())
def test_no_subtraction_of_what_is_shown_tells_of_fewer_than_five_people(office, work):
    shown = [row for row in publish(office, work) if row["numerator"] is not None]
    months = {day.replace(day=1) for _, _, day in work}
    of_month = {m: {p for p, _, day in work if day.replace(day=1) == m} for m in months}
    known = [days_of({"period_kind": "month", "period": m}) for m in months if len(of_month[m]) >= NEEDED]
    assert told_away(shown, known, work) is None


DELIVERED = [
    date(2026, month, day) for month, days in ((3, (4, 5, 6, 9, 31)), (4, (1, 5, 6, 7))) for day in days
]


def everyday(people=7):
    """Return work of people on each of these days and some before."""
    days = [*(FIRST + timedelta(days=n) for n in (0, 5, 11, 12, 30)), *DELIVERED]
    return {(f"s{p}", "low", day): (p + 1, 2) for p in range(people) for day in days}


@pytest.mark.parametrize("definition", ["d", "s"])
def test_the_files_of_two_days_differ_only_when_a_month_is_closed(office, definition):
    told = [publish(office, everyday(), definition, until=day) for day in DELIVERED]
    differ = [after for after, one, other in zip(DELIVERED[1:], told, told[1:], strict=False) if one != other]
    assert differ == [date(2026, 3, 6), date(2026, 4, 6)]
    assert all(any(row["value"] for row in rows) for rows in told)


def test_a_row_of_a_day_to_come_by_few_people_closes_no_month(office):
    day = date(2026, 4, 5)
    work = {key: value for key, value in everyday().items() if key[2] <= day}
    before = publish(office, work, until=day)
    office.execute(
        "insert into measures.by_staff values ('d', 's0', 'coder', 'low', 1, 1, null, null, '2027-01-09')"
    )
    after = [row for row in effort(office) if row["definition_id"] == "d"]
    newest = [max(row["period"] for row in rows if row["period_kind"] == "month") for rows in (before, after)]
    assert newest == [date(2026, 2, 1)] * 2
