"""The warehouse file: one writer, closed whatever happens, and a sentence for whoever comes second."""

import subprocess
import sys
from contextlib import suppress
from datetime import UTC

import duckdb
import pytest

from assets.warehouse import SCHEMAS, Warehouse, WarehouseBusyError, open_warehouse

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

    yield start
    for process in running:
        process.communicate("")


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
    except RuntimeError:
        done = subprocess.run(
            [sys.executable, "-c", "import sys, duckdb; duckdb.connect(sys.argv[1])", str(path)], check=False
        )
    assert done.returncode == 0


def test_reading_only_creates_nothing(tmp_path):
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create table t (a int)")
    with open_warehouse(path, read_only=True) as connection:
        with suppress(duckdb.Error):
            connection.execute("create table u (a int)")
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert tables == [("t",)]
