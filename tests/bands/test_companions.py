"""Companion bands in the life of a version: stored, made again, held near those in force, never taken for somebody else's."""

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.bands.companions import COMPANIONS, cell_role, pace
from assets.bands.decisions import standing_beside
from assets.bands.inputs import kept_ratios, ratios, snapshot_path
from assets.bands.stored import create_bands
from assets.bands.verify import DIFFERENT, SAME, verify
from assets.bands.versions import band_config
from assets.measures.registry import load_definitions
from tests.bands.offices import LAST, recalibrated, rows_of, settings_with, warehouse_with
from tests.bands.test_ratio_bands import people, work

MEASURE = COMPANIONS[0].definition_id
DAYS = 90 + 365
SHIFT = LAST - work([1.0], days=1)["date"][0]


def measured(connection, factor=1.0, shift=timedelta(0), days=DAYS):
    """Make measures.companions hold the touches of the office's eight coders."""
    frame = work(factor * people(8, 0.12), name=MEASURE, days=days)
    frame = frame.with_columns(pl.col("date") + SHIFT + shift)
    named = frame.rename({"date": "work_date", "worker_id": "staff_id"})
    connection.register("frame", named.to_arrow())
    connection.execute("create or replace table measures.companions as select * from frame")
    connection.unregister("frame")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A warehouse with a version that has companion bands; not to be changed."""
    settings = settings_with(tmp_path_factory.mktemp("home"))
    with warehouse_with() as connection:
        measured(connection)
        yield connection, settings, recalibrated(connection, settings, examined=True)


def seniors(connection, version):
    rows = [r for r in rows_of(connection, "bands.companions") if r["version_id"] == version]
    return {r["complexity"]: r for r in rows if r["stage"] == "366+"}


def test_a_version_has_the_companion_bands_of_what_was_measured(stored):
    connection, settings, done = stored
    found = seniors(connection, done.version_id)
    assert set(found) == {"low", "medium", "high"}
    for row in found.values():
        assert (row["definition_id"], row["role"], row["status"]) == (MEASURE, "coder", "proposed")
        assert row["acceptable"] == row["acceptable_uncapped"] > row["strong"] > row["exceptional"]
        assert row["acceptable_previous"] is None
    assert found["low"]["acceptable"] == pytest.approx(1.4, rel=0.08)
    version = rows_of(connection, "bands.versions")[0]
    assert snapshot_path(settings.home, version["companion_hash"]).exists()
    assert kept_ratios(settings.home, version["companion_hash"]).height == 8 * DAYS * 3


def test_a_version_with_companion_bands_is_made_again_to_the_last_digit(stored):
    connection, settings, done = stored
    assert verify(connection, settings, done.version_id).outcome == SAME


def test_a_changed_companion_band_is_noticed(stored):
    connection, settings, done = stored
    connection.execute("begin")
    connection.execute("update bands.companions set strong = strong * 1.01")
    assert verify(connection, settings, done.version_id).outcome == DIFFERENT
    connection.execute("rollback")


def test_the_companion_bands_in_force_hold_the_next_ones_near(tmp_path):
    settings = settings_with(tmp_path)
    with warehouse_with() as connection:
        measured(connection, shift=-timedelta(days=1))
        first = recalibrated(connection, settings, LAST - timedelta(days=1))
        standing = standing_beside(connection)
        assert set(standing.versions) == {cell_role(MEASURE, "coder")}
        measured(connection, factor=0.5)
        second = recalibrated(connection, settings, LAST)
        before, after = seniors(connection, first.version_id), seniors(connection, second.version_id)
        for tier in ("low", "medium", "high"):
            assert after[tier]["acceptable_uncapped"] < 0.6 * before[tier]["acceptable"]
            assert after[tier]["acceptable"] == pytest.approx(before[tier]["acceptable"] / 1.0513, rel=0.002)
            assert (after[tier]["is_capped"], after[tier]["previous_version_id"]) == (True, first.version_id)
        assert verify(connection, settings, second.version_id).outcome == SAME


def test_relief_needs_no_proof_and_more_is_asked_only_with_it(tmp_path):
    settings = settings_with(tmp_path)
    with warehouse_with() as connection:
        measured(connection, shift=-timedelta(days=1))
        first = recalibrated(connection, settings, LAST - timedelta(days=1))
        measured(connection, factor=0.99)
        harder = seniors(connection, recalibrated(connection, settings, LAST).version_id)
        before = seniors(connection, first.version_id)
        assert (
            harder["low"]["acceptable_uncapped"] < before["low"]["acceptable"] == harder["low"]["acceptable"]
        )
        assert "rise not proven" in harder["low"]["cap_reason"]


def test_without_measures_there_are_no_companion_bands_and_the_version_stands(tmp_path):
    settings = settings_with(tmp_path)
    with warehouse_with(history=0, window=45, skills=6) as connection:
        done = recalibrated(connection, settings)
        assert rows_of(connection, "bands.companions") == []
        assert rows_of(connection, "bands.versions")[0]["companion_hash"] == ""
        assert verify(connection, settings, done.version_id).outcome == SAME


def test_a_version_tells_the_season_that_it_took_out_and_without_a_prior_year_bands_stay_ranges(
    stored, tmp_path
):
    connection, _, done = stored
    told = [r for r in rows_of(connection, "bands.findings") if r["finding"] == "companion_season"]
    assert {r["version_id"] for r in told} == {done.version_id}
    assert {(r["role"], r["name"]) for r in told} == {("coder", "factor")}
    assert len(told) == 7 + 12
    assert all(0.9 < r["value"] < 1.1 for r in told)
    with warehouse_with() as young:
        measured(young, days=64)
        version = recalibrated(young, settings_with(tmp_path)).version_id
        for row in seniors(young, version).values():
            assert (row["status"], row["reasons"]) == ("provisional", "season unknown: no prior year")
        assert "companion_season" not in {r["finding"] for r in rows_of(young, "bands.findings")}


def test_window_and_history_are_read_and_nothing_after():
    with duckdb.connect() as connection:
        connection.execute("create schema measures")
        create_bands_schema(connection)
        measured(connection, shift=timedelta(days=40), days=600)
        settings = settings_with(None)
        frame = ratios(connection, LAST, band_config(settings))
        assert (frame["date"].min(), frame["date"].max()) == (LAST - timedelta(days=454), LAST)


def create_bands_schema(connection):
    connection.execute("create schema bands")
    create_bands(connection)


def test_pace_makes_more_harder_and_zero_has_none():
    assert pace(2.0, rest=False) == 0.5
    assert pace(0.9, rest=True) == pytest.approx(10)
    assert pace(None, rest=False) is None is pace(0.0, rest=False)
    assert pace(1.0, rest=True) is None


def test_the_measures_with_a_band_are_those_that_the_frame_holds():
    sql = (Path(__file__).parents[2] / "sql" / "measures" / "companions.sql").read_text(encoding="utf-8")
    listed = re.findall(r"\('([a-z_.]+)'\)", sql)
    assert sorted(listed) == sorted(companion.definition_id for companion in COMPANIONS)
    definitions = load_definitions()
    assert {c.definition_id: c.good for c in COMPANIONS} == {n: definitions[n].good for n in listed}
