"""The same office in memory as the ledger's tests use."""

from contextlib import contextmanager
from importlib import util
from pathlib import Path

import duckdb
import pytest

_SPEC = util.spec_from_file_location("ledger_conftest", Path(__file__).parents[1] / "ledger" / "conftest.py")
_MODULE = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

office = _MODULE.office


@pytest.fixture(scope="session")
def office_maker():
    """Return a context manager that opens an empty office, for tests that need one per example."""

    @contextmanager
    def opened():
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'America/Chicago'; set threads = 1")
            yield _MODULE.Office(connection)

    return opened
