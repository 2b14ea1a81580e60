"""Outages that nobody logged, as they are proposed to a manager: by the newest version, and what of them is logged by now."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.bands.making import _long
from assets.bands.stored import TABLES

SQL = (Path(__file__).resolve().parents[2] / "sql" / "published" / "proposed_friction.sql").read_text(
    encoding="utf-8"
)
DAY = date(2026, 3, 10)


@pytest.fixture
def calibrated():
    """Return a function that stores the outages that a version found, as (system, day, factor)."""
    with duckdb.connect() as connection:
        connection.execute("create schema bands; create schema ledger")
        for table in ("bands.versions", "bands.findings"):
            columns = ", ".join(f"{name} {kind}" for name, (kind, _) in TABLES[table].items())
            connection.execute(f"create table {table} ({columns})")
        connection.execute("create table ledger.friction_days (system text, staff_id text, started_on date)")

        def store(version_id, as_of, *outages):
            connection.execute(
                "insert into bands.versions by name select ? as version_id, ?::date as as_of",
                [version_id, as_of],
            )
            frame = pl.DataFrame(outages, schema=["system_id", "date", "factor"], orient="row")
            for found in _long("outages", ("system_id", "date"), frame):
                connection.execute(
                    "insert into bands.findings values (?, 1, ?, ?, ?, ?, ?)", [version_id, *found]
                )

        store.connection = connection
        yield store


def proposed(calibrated):
    cursor = calibrated.connection.execute(f"{SQL} order by 1, 2")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_an_outage_that_was_found_is_proposed_with_its_day_system_and_size(calibrated):
    calibrated("v1", "2026-03-31", ("portal:P 1", DAY, 0.75))
    (row,) = proposed(calibrated)
    assert row == {
        "system": "portal:P 1", "day": DAY, "size": 0.25, "is_logged": False, "as_of": date(2026, 3, 31), "version_id": "v1",
    }  # fmt: skip


def test_the_newest_version_speaks_of_a_day_that_two_have_found(calibrated):
    calibrated("new", "2026-06-30", ("pm", DAY, 0.5))
    calibrated("old", "2026-03-31", ("pm", DAY, 0.75), ("ehr", DAY, 0.5))
    assert [(r["system"], r["version_id"], r["size"]) for r in proposed(calibrated)] == [
        ("ehr", "old", 0.5),
        ("pm", "new", 0.5),
    ]


def test_it_says_what_is_logged_by_now_and_a_claim_of_one_person_is_no_log(calibrated):
    calibrated("v1", "2026-03-31", ("pm", DAY, 0.75), ("ehr", DAY, 0.75))
    calibrated.connection.execute(
        "insert into ledger.friction_days values ('pm', null, ?), ('pm', null, ?), ('ehr', 's1', ?)",
        [DAY] * 3,
    )
    assert [(r["system"], r["is_logged"]) for r in proposed(calibrated)] == [("ehr", False), ("pm", True)]
