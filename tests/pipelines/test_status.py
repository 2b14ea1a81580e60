"""What is told of a home: loaded, missing, failed, waiting and stale."""

from datetime import date, timedelta

import pytest

from assets.intake.tables import create_intake
from assets.warehouse import open_warehouse
from pipelines.definitions import catalogue
from pipelines.show import status_lines
from pipelines.status import _missing, status_of


def _status(settings):
    return status_of(settings, catalogue()[0])


@pytest.fixture(scope="module")
def told(loaded):
    return _status(loaded.settings)


def test_after_a_load_nothing_waits_and_nothing_is_stale(told):
    assert (told["loaded"], told["waiting_days"], told["stale_tables"], told["recalibration_due"]) == (
        True,
        [],
        [],
        None,
    )
    assert told["office"] == "Sample office (synthetic)"


def test_feeds_are_accounted_for_record_by_record(told):
    loaded = [feed for feed in told["feeds"] if feed["files"]]
    assert len(loaded) > 10
    assert all(f["records"] >= f["loaded"] + f["rejected"] for f in loaded)
    assert len({f["feed"] for f in told["feeds"]}) == len(told["feeds"])


def test_the_newest_bands_and_the_day_of_the_next_ones_are_told(told, loaded):
    as_of = date.fromisoformat(told["bands"]["as_of"])
    assert as_of == loaded.outcome.recalibrated
    assert told["bands"]["next_after"] == (as_of + timedelta(days=90)).isoformat()


def test_a_home_without_a_warehouse_is_told_as_empty(loaded, tmp_path):
    settings = loaded.settings.model_copy(update={"home": tmp_path})
    assert _status(settings) == {"home": str(tmp_path), "loaded": False}
    assert "Begin with" in "\n".join(map(str, status_lines(_status(settings))))


def _came(connection, **absent):
    """Fill the register with five weeks of weekdays of three feeds, without the days on which one was absent."""
    create_intake(connection)
    for feed in ("shifts", "calls", "coding"):
        for number in range(35):
            day = date(2026, 3, 2) + timedelta(days=number)
            if day.weekday() < 5 and day.isoformat() not in absent.get(feed, ()):
                connection.execute(
                    "insert into intake.files (feed, covers_date, delivery_date, status) values (?, ?, ?, 'loaded')",
                    [feed, day, day],
                )
    return _missing(connection)


def test_a_day_on_which_a_usual_feed_did_not_come_is_missing(connection):
    assert _came(connection) == []
    connection.execute("drop table intake.files")
    assert _came(connection, shifts=["2026-03-18"]) == [{"feed": "shifts", "days": ["2026-03-18"]}]


def test_a_weekday_on_which_hardly_anything_came_is_a_holiday(connection):
    days = ["2026-03-18"]
    assert _came(connection, shifts=days, calls=days) == []


def test_a_feed_that_never_comes_on_a_weekday_is_not_missed_on_it(connection):
    mondays = [(date(2026, 3, 2) + timedelta(days=7 * n)).isoformat() for n in range(5)]
    assert _came(connection, shifts=mondays) == []


def test_only_the_latest_result_of_a_slice_counts_as_failed(copied):
    row = "insert into quality.results values ('r', 'intake.calls', '2026-03-04', '2026-03-04', 'planted', 'x', '', 'error', ?, '1 unexpected', 1, now() + to_days(?))"
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute(row, [False, 1])
    (found,) = [f for f in _status(copied)["failed_checks"] if f["expectation"] == "planted"]
    assert (found["table"], found["severity"], found["slices"], found["unexpected"]) == (
        "intake.calls",
        "error",
        1,
        1,
    )
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute(row, [True, 2])
    assert [f for f in _status(copied)["failed_checks"] if f["expectation"] == "planted"] == []


def test_tables_whose_query_changed_are_stale(copied):
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute("update ops.models set code_hash = 'old' where model = 'ledger.denials'")
    assert _status(copied)["stale_tables"] == ["ledger.denials"]


def test_files_that_were_not_loaded_are_told_with_the_reason(copied):
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute(
            "update intake.files set status = 'held', reason = 'held: planted' where feed = 'shifts' and covers_date = '2026-03-04'"
        )
    told = _status(copied)
    (row,) = [r for r in told["not_loaded"] if r["status"] == "held"]
    assert row["reason"] == "held: planted"
    assert "2026-03-04" in told["waiting_days"]
