"""Bands in the warehouse: versions are appended, named by what they were made of, and kept out when they break a rule."""

from datetime import date, timedelta

import pytest

from assets.bands.assets import bands_markdown
from assets.bands.versions import (
    NothingToCalibrateError,
    create_bands,
    due,
    held_files,
    last_work_day,
    observations,
    recalibrate,
)
from assets.intake.tables import create_intake
from assets.settings import load_settings
from pipelines.definitions import catalogue

LAST = date(2026, 6, 30)


@pytest.fixture
def work(connection):
    """The table of production with forty days of work by six payment posters."""
    create_intake(connection)
    columns = catalogue()[1]["measures.production"]
    connection.execute(
        f"create table measures.production ({', '.join(f'{n} {k}' for n, k in columns.items())})"
    )
    assert {"work_date", "worker_id", "role", "complexity", "source"} <= set(columns)
    numbers = {
        n: 30.0
        for n, k in columns.items()
        if k in {"DOUBLE", "BIGINT", "HUGEINT", "INTEGER"} or k.startswith("DECIMAL")
    }
    for back in range(40):
        for person in range(6):
            row = {n: True if k == "BOOLEAN" else "x" for n, k in columns.items() if n not in numbers}
            row |= (
                numbers
                | {n: 7.5 for n in columns if "hours" in n}
                | {n: 0.0 for n in columns if "friction" in n}
            )
            row |= {
                "work_date": LAST - timedelta(days=back), "worker_id": f"s_{person}", "role": "payment_posting",
                "complexity": "medium", "source": "log",
            }  # fmt: skip
            row = {
                n: (back + person if k.startswith("DATE") and n != "work_date" else row[n])
                for n, k in columns.items()
            }
            connection.execute(
                f"insert into measures.production values ({', '.join('?' * len(columns))})",
                [row[n] for n in columns],
            )
    return connection


def _run(connection, as_of=None, **bands):
    settings = load_settings()
    settings = settings.model_copy(update={"bands": settings.bands.model_copy(update=bands)})
    return recalibrate(connection, settings, as_of, run_id="r")


def _versions(connection):
    return connection.execute("select version_id, as_of from bands.versions order by known_at").fetchall()


def test_a_calibration_is_stored_as_a_version_with_its_bands(work):
    done = _run(work)
    assert (done.is_new, done.as_of) == (True, LAST)
    assert _versions(work) == [(done.version_id, LAST)]
    rows = work.execute(
        "select role, complexity, acceptable, strong from bands.bands where version_id = ?", [done.version_id]
    )
    assert ("payment_posting", "medium") in {row[:2] for row in rows.fetchall()}


def test_the_same_work_method_and_day_are_the_same_version_and_write_nothing(work):
    first = _run(work)
    before = work.execute("select * from bands.bands order by all").fetchall(), _versions(work)
    again = _run(work)
    assert (again.version_id, again.is_new) == (first.version_id, False)
    assert (work.execute("select * from bands.bands order by all").fetchall(), _versions(work)) == before


@pytest.mark.parametrize("what", ["day", "configuration", "work"])
def test_another_day_configuration_or_work_is_another_version_and_the_first_one_stays(work, what):
    first = _run(work)
    if what == "work":
        work.execute("delete from measures.production where worker_id = 's_0'")
    other = (
        _run(work, LAST - timedelta(days=1))
        if what == "day"
        else _run(work, **({"min_hours": 6.0} if what == "configuration" else {}))
    )
    assert other.version_id != first.version_id
    assert {version for version, _ in _versions(work)} == {first.version_id, other.version_id}


def test_the_window_ends_at_the_day_and_holds_logged_work_only(work):
    work.execute("update measures.production set source = 'history' where work_date = ?", [LAST])
    frame = observations(work, LAST, 10)
    assert (frame["date"].min(), frame["date"].max()) == (LAST - timedelta(days=9), LAST - timedelta(days=1))
    assert last_work_day(work) == LAST - timedelta(days=1)


@pytest.mark.parametrize("as_of", [None, date(2020, 1, 1)])
def test_without_work_there_is_nothing_to_calibrate_and_the_day_is_named(work, as_of):
    if as_of is None:
        work.execute("delete from measures.production")
    with pytest.raises(NothingToCalibrateError, match=str(as_of or "today")):
        _run(work, as_of)
    assert _versions(work) == []


def test_a_window_that_ends_after_the_last_work_is_refused(work):
    with pytest.raises(NothingToCalibrateError, match=f"no logged work after {LAST}"):
        _run(work, LAST + timedelta(days=1))
    assert _versions(work) == []
    assert _run(work, LAST).as_of == LAST


def test_files_that_were_kept_out_since_the_window_began_are_counted(work):
    create_intake(work)
    settings = load_settings()
    first = LAST - timedelta(days=settings.bands.window_days - 1)
    for day, status in (
        (first - timedelta(days=1), "held"),
        (first, "held"),
        (LAST, "unusable"),
        (LAST, "loaded"),
    ):
        work.execute("insert into intake.files (delivery_date, status) values (?, ?)", [day, status])
    assert held_files(work, settings, LAST) == 1
    work.execute(
        "insert into intake.files (delivery_date, status) values (?, 'held')", [LAST + timedelta(days=3)]
    )
    assert held_files(work, settings, LAST) == 2


def test_a_recalibration_is_due_by_days_since_the_last_as_of_date(work):
    settings = load_settings()
    assert due(work, settings) == LAST
    _run(work)
    assert due(work, settings) is None
    work.execute("update bands.versions set as_of = as_of - 90")
    assert due(work, settings) == LAST
    assert due(work, settings, LAST - timedelta(days=1)) is None


def test_without_any_table_nothing_is_due(connection):
    create_bands(connection)
    assert due(connection, load_settings()) is None


def test_what_dagster_shows_has_a_line_per_cell(work):
    done = _run(work)
    lines = bands_markdown(done.bands).splitlines()
    assert len(lines) == 2 + done.bands.height
    assert all(line.count("|") == 9 for line in lines)
