"""Drift: a week is looked at once, an alarm is raised on a certain change since the bands in force, and no band is changed."""

from datetime import date, timedelta

import pytest

from assets.bands.decisions import in_force
from assets.bands.drift import watch, week_due
from assets.bands.stored import create_bands
from tests.bands.conftest import _office
from tests.bands.offices import LAST, put_in, recalibrated, rows_of, settings_with, skills_of, warehouse_with

# LAST is a Tuesday, so the newest full week ends on the Sunday before it.
SUNDAY = LAST - timedelta(days=2)


def look(connection, settings):
    return watch(connection, settings, run_id="r")


@pytest.fixture
def calm(tmp_path):
    with warehouse_with(history=400) as connection:
        settings = settings_with(tmp_path)
        recalibrated(connection, settings, LAST - timedelta(days=30))
        yield connection, settings


def test_without_bands_in_force_there_is_nothing_to_compare_with(tmp_path):
    with warehouse_with(history=0, window=45, skills=6) as connection:
        settings = settings_with(tmp_path)
        create_bands(connection)
        assert look(connection, settings) == []
        recalibrated(connection, settings, LAST - timedelta(days=3))
        assert (look(connection, settings), rows_of(connection, "bands.drift")) == ([], [])


def test_a_week_is_compared_once_with_the_version_in_force(calm):
    connection, settings = calm
    before = {t: rows_of(connection, t) for t in ("bands.versions", "bands.bands", "bands.decisions")}
    (verdict,) = look(connection, settings)
    rows = rows_of(connection, "bands.drift")
    assert {(r["week"], r["as_of"]) for r in rows} == {(SUNDAY - timedelta(days=6), SUNDAY)}
    assert {r["version_id"] for r in rows} == {in_force(connection)["coder"][0]}
    assert {r["complexity"] for r in rows} == {"low", "medium", "high"}
    assert all(abs(r["change"]) < 0.02 and r["change_low"] < r["change"] < r["change_high"] for r in rows)
    assert not any(r["alarm"] for r in rows)
    assert all(outcome.success for outcome in verdict.outcomes)
    assert look(connection, settings) == []
    assert rows_of(connection, "bands.drift") == rows
    assert {t: rows_of(connection, t) for t in before} == before


@pytest.mark.parametrize(
    ("last", "sunday"),
    [
        (date(2026, 3, 26), date(2026, 3, 22)),
        (date(2026, 3, 27), date(2026, 3, 29)),
        (date(2026, 3, 29), date(2026, 3, 29)),
    ],
)
def test_work_on_a_friday_ends_a_week(calm, last, sunday):
    connection, _ = calm
    connection.execute("delete from measures.production where work_date > ?", [last])
    connection.execute(
        "update measures.production set work_date = ? where work_date = (select max(work_date) from measures.production)",
        [last],
    )
    assert week_due(connection) == sunday


def test_after_downtime_only_the_newest_week_is_computed(calm):
    connection, settings = calm
    look(connection, settings)
    connection.execute("update measures.production set work_date = work_date + 28")
    look(connection, settings)
    weeks = {r["week"] for r in rows_of(connection, "bands.drift")}
    assert weeks == {SUNDAY - timedelta(days=6), SUNDAY + timedelta(days=22)}


def test_a_certain_change_since_the_bands_in_force_raises_the_alarm_and_changes_no_band(tmp_path):
    changed = LAST - timedelta(days=30)
    with warehouse_with(skills=1) as connection:
        connection.execute("drop table measures.production")
        put_in(
            connection,
            _office(
                skills_of(9),
                history=410,
                noise=5,
                per_hour=40.0,
                pace=lambda day: 1.15 if day > changed else 1.0,
            ),
        )
        settings = settings_with(tmp_path)
        recalibrated(connection, settings, changed - timedelta(days=5))
        standing = in_force(connection)
        (verdict,) = look(connection, settings)
        rows = rows_of(connection, "bands.drift")
        assert all(r["alarm"] for r in rows)
        assert all(abs((r["break_on"] - changed).days) <= 5 for r in rows)
        assert rows[0]["break_change"] == pytest.approx(0.15, abs=0.04)
        failed = [o.expectation for o in verdict.outcomes if not o.success]
        assert [(e.name, e.blocking) for e in failed] == [("no_certain_change_of_level", False)]
        # What `rcmbench status` tells of expectations that did not hold.
        told = connection.execute(
            "select expectation, severity from quality.results where table_name = 'bands.drift' and not success"
        )
        assert told.fetchall() == [("no_certain_change_of_level", "warning")]
        assert in_force(connection) == standing
