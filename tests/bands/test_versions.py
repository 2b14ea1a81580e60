"""Bands in the warehouse: versions are appended, named by what they were made of, and kept out when they break a rule."""

from datetime import date, timedelta

import polars as pl
import pytest

from assets.bands.assets import bands_markdown
from assets.bands.stored import CALIBRATED, TABLES
from assets.bands.versions import (
    NothingToCalibrateError,
    create_bands,
    due,
    held_files,
    last_work_day,
    problems,
)
from tests.bands.offices import LAST, recalibrated, rows_of, settings_with, warehouse_with


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A warehouse with a full year and a window of eight coders, and its first version; not to be changed."""
    settings = settings_with(tmp_path_factory.mktemp("home"))
    with warehouse_with() as connection:
        yield connection, settings, recalibrated(connection, settings, examined=True)


def test_a_calibration_is_stored_as_a_version_with_its_bands_decisions_findings_and_attainment(full):
    connection, _, done = full
    assert (done.is_new, done.as_of) == (True, LAST)
    version = rows_of(connection, "bands.versions")[0]
    assert version["version_id"] == done.version_id
    assert (version["status"], version["has_prior_year"], version["gate"]) == ("proposed", True, "")
    assert (version["history_to"], version["window_from"]) == (date(2025, 12, 31), date(2026, 1, 1))
    assert version["n_observations"] > 0 < version["n_history"]
    for table in set(CALIBRATED) - {"bands.companions"}:
        assert {row["version_id"] for row in rows_of(connection, table)} == {done.version_id}, table
    people = {row["worker_id"] for row in rows_of(connection, "bands.attainment")}
    assert people == {f"w0{n}" for n in range(8)}


def test_what_meets_every_criterion_is_adopted_by_the_configuration_and_recorded_so(full):
    connection, _, _ = full
    (decision,) = rows_of(connection, "bands.decisions")
    assert (decision["role"], decision["decision"], decision["decided_by"]) == (
        "coder",
        "adopted",
        "configuration",
    )
    assert (decision["effective_from"], decision["includes_provisional"]) == (LAST + timedelta(days=1), False)


def test_learning_roles_have_no_values_no_decision_and_nobody_is_judged(full):
    connection, _, _ = full
    others = [row for row in rows_of(connection, "bands.bands") if row["role"] != "coder"]
    assert {(row["status"], row["acceptable"], row["acceptable_uncapped"]) for row in others} == {
        ("learning", None, None)
    }
    assert {row["role"] for row in rows_of(connection, "bands.attainment")} == {"coder"}


def test_the_same_work_method_and_day_are_the_same_version_and_write_nothing(full):
    connection, settings, done = full
    before = {table: rows_of(connection, table) for table in TABLES}
    again = recalibrated(connection, settings)
    assert (again.version_id, again.is_new) == (done.version_id, False)
    assert {table: rows_of(connection, table) for table in TABLES} == before


@pytest.mark.parametrize("what", ["day", "configuration", "work", "held file"])
def test_another_day_configuration_work_or_gate_is_another_version_and_the_first_one_stays(tmp_path, what):
    with warehouse_with(history=0, window=45, skills=6) as connection:
        settings = settings_with(tmp_path)
        first = recalibrated(connection, settings, examined=what == "day")
        before = {table: rows_of(connection, table) for table in TABLES}
        if what == "work":
            connection.execute("delete from measures.production where worker_id = 'w00'")
        if what == "held file":
            connection.execute("insert into intake.files (delivery_date, status) values (?, 'held')", [LAST])
        if what == "configuration":
            settings = settings_with(tmp_path, min_hours=6.0)
        other = recalibrated(connection, settings, LAST - timedelta(days=1) if what == "day" else None)
        assert other.version_id != first.version_id
        for table, rows in before.items():
            after = [r for r in rows_of(connection, table) if r.get("version_id") != other.version_id]
            assert after == rows, table


def test_the_window_holds_logged_work_only_and_history_both(tmp_path):
    from assets.bands.inputs import observations
    from assets.bands.versions import band_config

    with warehouse_with(history=40, window=20, skills=2) as connection:
        config = band_config(settings_with(tmp_path, window_days=20))
        whole = observations(connection, LAST, config)
        connection.execute("update measures.production set source = 'history' where work_date = ?", [LAST])
        frame = observations(connection, LAST, config)
        assert whole["date"].max() == LAST
        assert frame["date"].max() == LAST - timedelta(days=1) == last_work_day(connection)
        assert frame["date"].min() <= LAST - timedelta(days=55)
        counts = frame.filter(pl.col("date") < LAST - timedelta(days=19)).select(
            "qa_n", "edit_n", "adj_n", "rework_n"
        )
        assert counts.sum().row(0) == (0, 0, 0, 0)


@pytest.mark.parametrize("as_of", [None, date(2020, 1, 1)])
def test_without_work_there_is_nothing_to_calibrate_and_the_day_is_named(tmp_path, as_of):
    with warehouse_with(history=0, window=5, skills=1) as connection:
        if as_of is None:
            connection.execute("delete from measures.production")
        with pytest.raises(NothingToCalibrateError, match=str(as_of or "today")):
            recalibrated(connection, settings_with(tmp_path), as_of)
        assert rows_of(connection, "bands.versions") == []


def test_a_window_that_ends_after_the_last_work_is_refused(tmp_path):
    with warehouse_with(history=0, window=5, skills=1) as connection:
        with pytest.raises(NothingToCalibrateError, match=f"no logged work after {LAST}"):
            recalibrated(connection, settings_with(tmp_path), LAST + timedelta(days=1))
        assert rows_of(connection, "bands.versions") == []


def test_files_that_were_kept_out_since_the_window_began_are_counted(tmp_path):
    with warehouse_with(history=0, window=5, skills=1) as connection:
        settings = settings_with(tmp_path)
        first = LAST - timedelta(days=settings.bands.window_days - 1)
        for day, status in (
            (first - timedelta(days=1), "held"), (first, "held"), (LAST, "unusable"), (LAST, "loaded"),
        ):  # fmt: skip
            connection.execute(
                "insert into intake.files (delivery_date, status) values (?, ?)", [day, status]
            )
        assert held_files(connection, settings, LAST) == 1
        assert problems(connection, settings, LAST) == ["1 delivered file of the window is kept out"]


@pytest.mark.parametrize(
    ("span", "later", "told"),
    [
        ((LAST, LAST), None, ["ledger.touches: rule did not hold"]),
        ((None, None), None, ["ledger.touches: rule did not hold"]),
        ((LAST - timedelta(days=200), LAST - timedelta(days=100)), None, []),
        ((LAST, LAST), True, []),
        ((LAST, LAST), False, ["ledger.touches: rule did not hold"]),
    ],
)
def test_a_slice_of_the_window_that_was_kept_out_is_a_problem_until_it_is_let_in(tmp_path, span, later, told):
    with warehouse_with(history=0, window=5, skills=1) as connection:
        results = [(*span, False, "2026-04-01")] + (
            [(*span, later, "2026-04-02")] if later is not None else []
        )
        for first, last, success, at in results:
            connection.execute(
                "insert into quality.results by name select 'ledger.touches' as table_name, 'rule' as expectation, "
                "'error' as severity, ?::date as slice_from, ?::date as slice_to, ? as success, ?::timestamptz as checked_at",
                [first, last, success, at],
            )
        assert problems(connection, settings_with(tmp_path), LAST) == told


def test_inputs_that_broke_a_rule_hold_what_would_have_been_adopted_and_say_why(tmp_path):
    with warehouse_with() as connection:
        connection.execute("insert into intake.files (delivery_date, status) values (?, 'held')", [LAST])
        settings = settings_with(tmp_path)
        done = recalibrated(connection, settings)
        (decision,) = rows_of(connection, "bands.decisions")
        assert (decision["decision"], decision["reason"]) == (
            "held",
            "1 delivered file of the window is kept out",
        )
        statuses = set(done.bands.filter(pl.col("role") == "coder")["status"])
        assert "held" in statuses
        assert "proposed" not in statuses
        connection.execute("delete from intake.files")
        again = recalibrated(connection, settings)
        assert again.version_id != done.version_id
        assert rows_of(connection, "bands.decisions")[-1]["decision"] == "adopted"


def test_without_any_table_nothing_is_due(connection, tmp_path):
    create_bands(connection)
    assert due(connection, settings_with(tmp_path)) is None


def test_what_dagster_shows_has_a_line_per_cell(full):
    lines = bands_markdown(full[2].bands).splitlines()
    assert len(lines) == 2 + full[2].bands.height
    assert all(line.count("|") == 11 for line in lines)


def test_a_home_of_an_older_release_keeps_its_versions(connection):
    connection.execute(
        "create table bands.versions (version_id varchar, as_of date, window_from date, window_to date, status varchar, "
        "method_id varchar, config_hash varchar, input_hash varchar, n_observations bigint, known_at timestamptz)"
    )
    connection.execute(
        "insert into bands.versions values ('old', '2026-03-31', '2026-01-01', '2026-03-31', 'provisional', 'm', 'c', 'i', 5, now())"
    )
    connection.execute(
        "create table bands.bands (version_id varchar, as_of date, role varchar, complexity varchar, unit varchar, "
        "acceptable double, acceptable_low double, acceptable_high double, strong double, strong_low double, strong_high double, "
        "exceptional double, exceptional_low double, exceptional_high double, contributors varchar, n_days bigint, status varchar, "
        "reasons varchar, definition_id varchar)"
    )
    connection.execute(
        "insert into bands.bands values ('old', '2026-03-31', 'coder', 'low', 'charts per hour', 10, 9, 11, 12, 11, 13, 14, 13, 15, "
        "'5-10', 40, 'provisional', '', 'output_per_hour.coder')"
    )
    for _ in range(2):
        create_bands(connection)
    (version,), (band,) = rows_of(connection, "bands.versions"), rows_of(connection, "bands.bands")
    assert (version["version_id"], version["config"]) == ("old", None)
    assert (band["stage"], band["acceptable"], band["acceptable_uncapped"], band["is_capped"]) == (
        "all",
        10,
        10,
        False,
    )
    tables = connection.execute("select count(*) from duckdb_tables() where schema_name = 'bands'").fetchone()
    assert tables == (len(TABLES),)
