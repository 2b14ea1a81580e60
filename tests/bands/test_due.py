"""When a calibration is due: learning ends, the days have passed, or a role has got what adoption asks for."""

from datetime import timedelta

import pytest

from assets.bands.due import ready_roles
from assets.bands.stored import create_bands
from assets.bands.versions import band_config, due
from tests.bands.conftest import _office
from tests.bands.offices import LAST, put_in, recalibrated, rows_of, settings_with, skills_of, warehouse_with


@pytest.mark.parametrize(("worked", "is_due"), [(28, False), (42, True)])
def test_the_first_is_due_when_thirty_days_were_worked(tmp_path, worked, is_due):
    with warehouse_with(history=0, window=worked, skills=6) as connection:
        create_bands(connection)
        assert due(connection, settings_with(tmp_path)) == (LAST if is_due else None)


def test_a_version_that_only_learned_does_not_count(tmp_path):
    with warehouse_with(history=0, window=42, skills=6) as connection:
        settings = settings_with(tmp_path)
        recalibrated(connection, settings, LAST - timedelta(days=7))
        assert [row["status"] for row in rows_of(connection, "bands.versions")] == ["learning"]
        assert due(connection, settings) == LAST


@pytest.mark.parametrize(("passed", "is_due"), [(89, False), (90, True), (400, True)])
def test_the_next_is_due_ninety_days_later_and_once_after_downtime(tmp_path, passed, is_due):
    with warehouse_with() as connection:
        settings = settings_with(tmp_path)
        recalibrated(connection, settings)
        assert due(connection, settings) is None
        connection.execute("update measures.production set work_date = work_date + ?", [passed])
        later = LAST + timedelta(days=passed)
        assert due(connection, settings) == (later if is_due else None)
        if is_due:
            recalibrated(connection, settings)
            assert due(connection, settings) is None


def test_work_after_today_brings_nothing_forward(tmp_path):
    with warehouse_with(skills=6, history=470) as connection:
        settings = settings_with(tmp_path)
        recalibrated(connection, settings, LAST - timedelta(days=90))
        assert due(connection, settings) == LAST
        assert due(connection, settings, LAST - timedelta(days=1)) is None


def test_a_prior_year_that_is_delivered_later_makes_one_due_and_its_bands_are_adopted(tmp_path):
    with warehouse_with(history=0, window=90) as connection:
        settings = settings_with(tmp_path)
        first = recalibrated(connection, settings)
        assert set(first.bands["status"]) == {"provisional", "learning"}
        assert due(connection, settings) is None
        year = _office(skills_of(8))
        put_in(connection, year.filter(year["date"] <= LAST - timedelta(days=90)), source="history")
        assert due(connection, settings) == LAST
        second = recalibrated(connection, settings)
        assert second.decisions["decision"].to_list() == ["adopted"]
        assert due(connection, settings) is None


def test_enough_worked_days_make_one_due_once(tmp_path):
    with warehouse_with(history=400) as connection:
        settings = settings_with(tmp_path)
        pause = [LAST - timedelta(days=110), LAST - timedelta(days=86)]
        connection.execute("delete from measures.production where work_date between ? and ?", pause)
        early = LAST - timedelta(days=14)
        first = recalibrated(connection, settings, early)
        assert first.decisions.height == 0
        assert due(connection, settings, early) is None
        assert due(connection, settings) == LAST
        assert recalibrated(connection, settings).decisions["decision"].to_list() == ["adopted"]
        assert due(connection, settings) is None


def test_roles_are_ready_with_the_worked_days_and_a_year_before_them(tmp_path):
    config = band_config(settings_with(tmp_path))
    with warehouse_with() as connection:
        assert ready_roles(connection, LAST, config) == ("coder",)
        assert ready_roles(connection, LAST - timedelta(days=60), config) == ()
        connection.execute("delete from measures.production where month(work_date) = 8")
        assert ready_roles(connection, LAST, config) == ()
    with warehouse_with(window=45) as connection:
        assert ready_roles(connection, LAST, config) == ()
