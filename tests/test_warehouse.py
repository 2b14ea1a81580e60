"""The warehouse file: one writer, closed whatever happens, and a sentence for whoever comes second."""

import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets import warehouse as warehouse_module
from assets.errors import RcmbenchError
from assets.warehouse import SCHEMAS, Warehouse, WarehouseBusyError, WarehouseError, open_warehouse

PLANTED = "O'ZQXPATIENT 'WENDELINA'"

HOLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hold():
    """Return a function that lets another process hold a DuckDB file until the test ends."""
    running = []

    def start(path):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in running:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def test_a_new_warehouse_has_its_schemas_and_runs_in_utc(tmp_path):
    with open_warehouse(tmp_path / "new" / "w.duckdb") as connection:
        found = {row[0] for row in connection.execute("select schema_name from duckdb_schemas()").fetchall()}
        assert set(SCHEMAS) <= found
        at = connection.execute("select timestamptz '2026-03-02 00:30:00+00'").fetchall()[0][0]
        assert at.astimezone(UTC).hour == 0
        assert connection.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_what_another_process_holds_is_told_as_busy_with_the_file(tmp_path, hold):
    path = tmp_path / "w.duckdb"
    hold(path)
    with (
        pytest.raises(WarehouseBusyError, match=r"w\.duckdb: another process is writing"),
        open_warehouse(path),
    ):
        pass


def test_a_file_that_is_no_database_is_not_called_busy(tmp_path):
    path = tmp_path / "w.duckdb"
    path.write_text("not a database, and long enough to be looked into " * 100)
    with pytest.raises(duckdb.Error) as told, open_warehouse(path):
        pass
    assert not isinstance(told.value, WarehouseBusyError)


@pytest.mark.parametrize("opening", ["function", "resource"])
def test_the_file_is_released_while_an_error_is_still_being_handled(tmp_path, opening):
    path = tmp_path / "w.duckdb"

    def stumble():
        raise RuntimeError("in the middle")

    opened = open_warehouse(path) if opening == "function" else Warehouse(database=str(path)).get_connection()
    try:
        with opened:
            stumble()
    except (RuntimeError, WarehouseError):
        done = subprocess.run(
            [sys.executable, "-c", "import sys, duckdb; duckdb.connect(sys.argv[1])", str(path)], check=False
        )
    assert done.returncode == 0


def _stumbles(connection):
    connection.execute("select cast($value as integer)", {"value": PLANTED})


def _stumbles_in_polars(_connection):
    pl.Series([PLANTED]).cast(pl.Int64)


def _stumbles_in_our_code(_connection):
    datetime.strptime(PLANTED, "%Y").astimezone(UTC)


def _is_asked_for_a_key(_connection):
    raise KeyError(PLANTED)


@pytest.mark.parametrize(
    ("stumble", "kind"),
    [
        (_stumbles, "ConversionException"),
        (_stumbles_in_polars, "InvalidOperationError"),
        (_stumbles_in_our_code, "ValueError"),
        (_is_asked_for_a_key, "KeyError"),
    ],
)
def test_an_error_that_is_not_ours_leaves_the_resource_with_its_type_and_no_value(tmp_path, stumble, kind):
    warehouse = Warehouse(database=str(tmp_path / "w.duckdb"))
    with pytest.raises(WarehouseError, match=kind) as told, warehouse.get_connection() as connection:
        stumble(connection)
    whole = "".join(traceback.format_exception(told.value))
    assert PLANTED not in str(told.value)
    assert told.value.__suppress_context__
    assert PLANTED not in whole.replace(f'PLANTED = "{PLANTED}"', "")


def test_the_place_in_our_code_is_told(tmp_path):
    from assets.slices import next_batch

    with (
        pytest.raises(WarehouseError, match=r"\(assets/slices\.py, line \d+\)"),
        Warehouse(database=str(tmp_path / "w.duckdb")).get_connection(),
    ):
        next_batch(PLANTED)


@pytest.mark.parametrize(
    "error",
    [RcmbenchError("ours"), WarehouseBusyError("busy"), dg.Failure("dagster's"), dg.DagsterError("too")],
)
def test_errors_that_are_sentences_leave_the_resource_as_they_are(tmp_path, error):
    with pytest.raises(type(error)) as told, Warehouse(database=str(tmp_path / "w.duckdb")).get_connection():
        raise error
    assert told.value is error


def test_whoever_is_patient_gets_the_file_when_it_is_let_go(tmp_path, hold):
    path = tmp_path / "w.duckdb"
    holder = hold(path)
    threading.Timer(0.5, holder.stdin.close).start()
    begun = time.monotonic()
    with open_warehouse(path, patience=30) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]
    assert 0.3 < time.monotonic() - begun < 20


def test_patience_ends(tmp_path, hold):
    hold(tmp_path / "w.duckdb")
    begun = time.monotonic()
    with pytest.raises(WarehouseBusyError), open_warehouse(tmp_path / "w.duckdb", patience=0.4):
        pass
    assert 0.4 <= time.monotonic() - begun < 10


def test_reading_only_creates_nothing(tmp_path):
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create table t (a int)")
    with open_warehouse(path, read_only=True) as connection:
        with suppress(duckdb.Error):
            connection.execute("create table u (a int)")
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert tables == [("t",)]


def test_within_a_run_the_bookkeeping_is_made_once_per_opening_of_the_file(tmp_path, monkeypatch):
    made = []
    real = warehouse_module.prepare
    monkeypatch.setattr(warehouse_module, "prepare", lambda connection: made.append(real(connection)))
    monkeypatch.setattr(warehouse_module, "HELD_FOR", 1e9)
    warehouse = Warehouse(database=str(tmp_path / "w.duckdb"))

    def step(*, read_only=False):
        with warehouse.get_connection(read_only=read_only) as connection:
            assert connection.execute("select count(*) from ops.batches").fetchall() == [(0,)]

    with warehouse.yield_for_execution(dg.build_init_resource_context()):
        step()
        step()
        assert len(made) == 1
        # Whoever reads closes the file, and the next writer opens it anew.
        step(read_only=True)
        step()
        assert len(made) == 2
    step()
    step()
    assert len(made) == 4
