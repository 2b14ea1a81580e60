"""What managers may know about fairness: aggregates of enough people, and nothing from which one of them could be found."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.definitions import catalogue

MODELS, COLUMNS = catalogue()
MODEL = MODELS["published.fairness"]
SUITE = Path(__file__).resolve().parents[2] / "expectations" / "published" / "fairness.yml"
MONTH = date(2026, 3, 2)


@pytest.fixture
def office():
    with duckdb.connect() as connection:
        for schema in ("bands", "measures", "ledger", "published"):
            connection.execute(f"create schema {schema}")
        for table in sorted(MODEL.tables):
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS[table].items())
            connection.execute(f"create table {table} ({columns})")
        connection.execute("insert into ledger.parameters values ('min_people', 5)")
        put(connection, "bands.versions", version_id="v1", as_of=date(2026, 3, 31), known_at="2026-04-01")
        put(connection, "measures.running_month", month=date(2026, 4, 1))
        yield connection


def put(connection, table, **values):
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))


def told(connection, definition):
    """Return the published rows of a definition by subject, after holding them against the suite."""
    connection.execute(f"create or replace table published.fairness as {MODEL.sql}")
    for expectation in yaml.safe_load(SUITE.read_text(encoding="utf-8"))["expectations"]:
        if query := expectation["with"].get("unexpected_rows_query"):
            assert connection.execute(query.format(batch="published.fairness")).fetchall() == [], expectation[
                "name"
            ]
    cursor = connection.execute("select * from published.fairness where definition_id = ?", [definition])
    names = [column[0] for column in cursor.description]
    return {
        row["subject"]: row for row in (dict(zip(names, found, strict=True)) for found in cursor.fetchall())
    }


def grant(connection, people, granted, version="v1", complexity="low"):
    for number in range(people):
        put(
            connection, "bands.floor_attainment", definition_id="floor_attainment.granted", version_id=version, role="coder",
            staff_id=f"s{number}", complexity=complexity, numerator=int(number < granted), denominator=1, measured_on=MONTH,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("people", "granted", "value", "reason"),
    [
        (6, 3, 0.5, None),
        (4, 2, None, "fewer than 5 contributors"),
        (6, 6, None, "hidden because it is the same for everybody"),
        (6, 0, None, "hidden because it is the same for everybody"),
    ],
)
def test_a_granted_share_is_shown_only_where_it_tells_of_nobody(office, people, granted, value, reason):
    grant(office, people, granted)
    row = told(office, "floor_attainment.granted")["low"]
    assert (row["value"], row["reason"]) == (value, reason)
    assert (row["numerator"] is None) == (value is None)


def test_the_newest_version_that_judged_a_role_is_shown_and_no_other(office):
    grant(office, 6, 3)
    put(office, "bands.versions", version_id="v2", as_of=date(2026, 6, 30), known_at="2026-07-01")
    assert told(office, "floor_attainment.granted")["low"]["value"] == 0.5
    grant(office, 6, 2, version="v2")
    assert told(office, "floor_attainment.granted")["low"]["value"] == pytest.approx(1 / 3)


def test_people_who_were_not_measured_count_towards_nothing(office):
    grant(office, 5, 2)
    put(
        office, "bands.floor_attainment", definition_id="floor_attainment.granted", version_id="v1", role="coder", staff_id="new",
        complexity="low", measured_on=MONTH, reason="withheld: not yet enough data",
    )  # fmt: skip
    row = told(office, "floor_attainment.granted")["low"]
    assert (row["denominator"], row["contributors"]) == (5, "5-10")


@pytest.mark.parametrize(("people", "value"), [(5, 0.4), (4, None)])
def test_overtime_is_told_of_five_people_and_not_of_four(office, people, value):
    grant(office, 5, 2)
    for number in range(people):
        for day in (2, 3):
            put(
                office, "bands.overtime_in_band", definition_id="overtime_in_band.share_of_days", version_id="v1", role="coder",
                staff_id=f"s{number}", numerator=int(number < 2), denominator=1, measured_on=date(2026, 3, day),
            )  # fmt: skip
    row = told(office, "overtime_in_band.share_of_days")["coder"]
    assert row["value"] == value
    assert row["period"] == date(2026, 3, 31)


def override(connection, code, people, role="charge_entry", denied=1):
    for person in people:
        put(
            connection, "measures.override_denials", definition_id="override_denials.share", staff_id=person, role=role,
            edit_code=code, numerator=denied, denominator=2, measured_on=MONTH,
        )  # fmt: skip


def test_a_warning_of_few_people_hides_the_smallest_other_with_it(office):
    override(office, "E1", "abcde")
    override(office, "E2", "abcdefg")
    override(office, "E3", "ab")
    rows = told(office, "override_denials.share")
    assert rows["E3"]["reason"] == "fewer than 5 contributors"
    assert rows["E1"]["reason"] == "hidden beside a cell with fewer than 5 contributors"
    assert (rows["E2"]["value"], rows["E2"]["contributors"]) == (0.5, "5-10")


def test_hidden_warnings_of_enough_people_together_need_no_third(office):
    override(office, "E1", "abcdef")
    override(office, "E2", "abc")
    override(office, "E3", "def")
    rows = told(office, "override_denials.share")
    assert (rows["E1"]["value"], rows["E2"]["value"], rows["E3"]["value"]) == (0.5, None, None)


def test_overrides_of_a_role_that_is_hidden_elsewhere_are_in_no_warning(office):
    override(office, "E1", "abcde")
    override(office, "E1", "xy", role="coder", denied=2)
    row = told(office, "override_denials.share")["E1"]
    assert (row["numerator"], row["denominator"]) == (5, 10)


def test_withheld_cohorts_are_in_no_share(office):
    override(office, "E1", "abcde")
    put(
        office, "measures.override_denials", definition_id="override_denials.share", staff_id="f", role="charge_entry",
        edit_code="E9", n_cohort=3, measured_on=MONTH,
    )  # fmt: skip
    assert set(told(office, "override_denials.share")) == {"E1"}


def test_flags_are_counted_over_everybody_who_was_tested(office):
    for number in range(7):
        put(
            office, "measures.assignment_skew", definition_id="gaming_flags.tier_skew", staff_id=f"s{number}", role="coder",
            is_flagged=None if number == 6 else number == 0, measured_on=date(2026, 3, 1),
        )  # fmt: skip
    row = told(office, "gaming_flags.tier_skew")["coder"]
    assert (row["numerator"], row["denominator"], row["contributors"]) == (1, 6, "5-10")


@pytest.mark.parametrize(("people", "value"), [(5, 1.1), (4, None), (None, 1.1)])
def test_a_season_of_few_people_is_theirs_and_not_shown(office, people, value):
    put(
        office, "measures.seasonal_index", definition_id="seasonal_index.month", metric="m", role="coder", calendar_month=4,
        value=1.1, n_people=people,
    )  # fmt: skip
    row = told(office, "seasonal_index.month")["m"]
    assert (row["value"], row["period"]) == (value, date(2000, 4, 1))


def test_a_link_of_a_small_team_is_not_shown_and_that_of_a_large_one_has_its_interval(office):
    for team, people in (("small", 4), ("large", 6)):
        put(
            office, "measures.effort_outcome_link", definition_id="l", team=team, n_people=people, value=-0.4, low=-0.7, high=-0.1,
            measured_on=MONTH,
        )  # fmt: skip
    rows = told(office, "l")
    assert [rows["large"][name] for name in ("low", "value", "high")] == [-0.7, -0.4, -0.1]
    assert {rows["small"][name] for name in ("low", "value", "high")} == {None}


def test_nobody_is_named(office):
    grant(office, 6, 3)
    override(office, "E1", ("s1", "s2", "s3", "s4", "s5"))
    told(office, "override_denials.share")
    rows = office.execute("select * from published.fairness").fetchall()
    assert rows
    assert not any(str(value).startswith("s") and str(value)[1:].isdigit() for row in rows for value in row)
    assert "staff_id" not in MODEL.columns
