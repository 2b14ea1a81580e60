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
    assert all(f["records"] == f["loaded"] + f["rejected"] + f["footers"] for f in loaded)
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


def test_a_day_of_the_week_that_usually_brings_nothing_is_not_missed_and_the_others_are(connection):
    mondays = [(date(2026, 3, 2) + timedelta(days=7 * n)).isoformat() for n in range(5)]
    assert _came(connection, shifts=[*mondays, "2026-03-18"]) == [{"feed": "shifts", "days": ["2026-03-18"]}]


def test_a_file_that_comes_on_one_day_of_the_week_is_missed_on_that_day_only(connection):
    fridays = {date(2026, 3, 6) + timedelta(days=7 * n) for n in range(5)}
    others = [date(2026, 3, 2) + timedelta(days=n) for n in range(35)]
    absent = [day.isoformat() for day in others if day not in fridays or day == date(2026, 3, 20)]
    assert _came(connection, shifts=absent) == [{"feed": "shifts", "days": ["2026-03-20"]}]


PLANTED = "planted"


def _record(
    settings,
    *,
    table="intake.calls",
    success=False,
    severity="warning",
    at=1,
    span=("2026-03-04", "2026-03-04"),
):
    with open_warehouse(settings.warehouse_path) as connection:
        connection.execute(
            "insert into quality.results values ('r', ?, ?, ?, 'planted', 'x', '', ?, ?, '1 unexpected', 1, now() + to_days(?))",
            [table, *span, severity, success, at],
        )


def _failed(settings):
    return [f for f in _status(settings)["failed_checks"] if f["expectation"] == PLANTED]


def test_only_the_latest_result_of_a_slice_counts_as_failed(copied):
    _record(copied)
    (found,) = _failed(copied)
    assert (found["table"], found["severity"], found["slices"], found["unexpected"]) == (
        "intake.calls",
        "warning",
        1,
        1,
    )
    _record(copied, success=True, at=2)
    assert _failed(copied) == []
    _record(copied, at=3)
    assert len(_failed(copied)) == 1


def test_a_later_result_settles_every_slice_that_it_covers_and_no_other(copied):
    _record(copied, span=("2026-03-04", "2026-03-05"))
    _record(copied, span=("2026-03-03", "2026-03-04"), success=True, at=2)
    assert len(_failed(copied)) == 1
    _record(copied, span=("2026-03-03", "2026-03-09"), success=True, at=3)
    assert _failed(copied) == []
    _record(copied, span=("2026-03-04", "2026-03-05"), table="intake.shifts", at=4)
    assert [f["table"] for f in _failed(copied)] == ["intake.shifts"]


def test_what_kept_a_file_out_is_told_as_long_as_one_of_those_days_is_kept_out(copied):
    _record(copied, severity="error")
    assert _failed(copied) == []
    for day, told in (("2026-03-05", 0), ("2026-03-04", 1)):
        with open_warehouse(copied.warehouse_path) as connection:
            connection.execute(
                "update intake.files set status = 'held' where delivery_date = ? and feed = 'calls'", [day]
            )
        assert len(_failed(copied)) == told


def test_footers_of_a_feed_are_counted(copied):
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute(
            "update intake.files set footers = 3 where feed = 'shifts' and covers_date = '2026-03-04'"
        )
    assert {f["feed"]: f.get("footers") for f in _status(copied)["feeds"]}["shifts"] == 3


def test_a_computed_table_that_failed_is_told_whatever_the_files(copied):
    _record(copied, severity="error", table="ledger.touches")
    assert [f["severity"] for f in _failed(copied)] == ["error"]


def test_a_feed_of_which_every_file_is_kept_out_was_delivered_all_the_same(copied):
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute("update intake.files set status = 'held' where feed = 'shifts'")
        connection.execute("delete from intake.files where feed = 'calls'")
    lines = [line for line in status_lines(_status(copied)) if isinstance(line, str)]
    (never,) = [line for line in lines if line.startswith("Never delivered")]
    assert "calls" in never
    assert "shifts" not in never


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


def test_a_loaded_file_that_left_the_inbox_is_told_and_needs_no_attention(copied):
    gone = min(copied.inbox.rglob("shifts_*.csv"))
    undated = copied.inbox / "somewhere.csv"
    path = gone.relative_to(copied.inbox).as_posix()
    gone.rename(undated)
    told = _status(copied)
    assert told["gone"] == [path]
    assert (told["released"], told["dated_by_time"]) == ([], [])
    assert path in "\n".join(map(str, status_lines(told)))
    told = _status(copied.model_copy(update={"inbox": copied.inbox / "no such folder"}))
    assert told["gone"] == []


def test_rejected_rows_of_lines_are_told_apart_from_rejected_records(copied):
    assert _status(copied)["rejected_rows"] == 0
    with open_warehouse(copied.warehouse_path) as connection:
        for table in ("remit_lines", "claims", ""):
            connection.execute(
                "insert into intake.rejects (file_id, delivery_date, table_name, records) values ('f', '2026-03-02', ?, 3)",
                [table],
            )
    told = _status(copied)
    assert told["rejected_rows"] == 3
    assert "3 rows of other tables" in "\n".join(map(str, status_lines(told)))
