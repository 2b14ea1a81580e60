"""What is shown of the bands of clinicians: the newest version, with what the payment model means for it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.bands.stored import CLINICIAN_COLUMNS, TABLES, create_bands
from assets.sql_model import read_model

MODEL = read_model(Path(__file__).resolve().parents[2] / "sql/published/clinician_bands.sql")


@pytest.fixture
def bands():
    with duckdb.connect() as connection:
        connection.execute("create schema bands")
        create_bands(connection)
        yield connection


def add(connection, version, as_of, known_at, **more):
    row = {
        "version_id": version, "as_of": as_of, "known_at": known_at, "definition_id": "wrvu_per_worked_day.actual",
        "specialty": "palliative", "setting": "clinic", "clinician_type": "physician", "payment_model": "fee_for_service",
        "statement": "paid by the service: volume counts", "acceptable": 9.0, "status": "provisional", **more,
    }  # fmt: skip
    connection.execute(
        f"insert into bands.clinicians ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def shown(connection):
    cursor = connection.execute(MODEL.sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_the_newest_window_is_shown_and_of_one_window_what_was_known_last(bands):
    add(bands, "late", date(2026, 6, 30), "2026-07-01 00:00:00+00", acceptable=9.0)
    add(bands, "corrected", date(2026, 6, 30), "2026-07-03 00:00:00+00", acceptable=9.5)
    add(bands, "early", date(2026, 3, 31), "2026-07-04 00:00:00+00", acceptable=8.0)
    assert [(row["version_id"], row["acceptable"]) for row in shown(bands)] == [("corrected", 9.5)]


def test_a_group_that_the_newest_version_no_longer_has_is_not_shown_from_an_older_one(bands):
    add(bands, "late", date(2026, 6, 30), "2026-07-01 00:00:00+00")
    add(bands, "early", date(2026, 3, 31), "2026-04-01 00:00:00+00", specialty="cardiology")
    assert {row["specialty"] for row in shown(bands)} == {"palliative"}


def test_a_capitated_group_stands_there_with_its_reason_and_without_a_number(bands):
    said = "capitated: volume is no goal"
    add(
        bands, "v", date(2026, 6, 30), "2026-07-01 00:00:00+00", payment_model="capitation", statement=said, reasons=said,
        status="withheld", acceptable=None,
    )  # fmt: skip
    (row,) = shown(bands)
    assert (row["status"], row["statement"], row["reasons"], row["acceptable"]) == (
        "withheld",
        said,
        said,
        None,
    )


def test_no_clinician_is_named_in_what_is_stored_or_published(bands):
    add(bands, "v", date(2026, 6, 30), "2026-07-01 00:00:00+00")
    assert not {"provider_npi", "staff_id", "worker_id"} & {*CLINICIAN_COLUMNS, *shown(bands)[0]}
    assert TABLES["bands.clinicians"] is CLINICIAN_COLUMNS
