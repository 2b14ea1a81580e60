"""Offices of which metrics are computed twice: the loaded sample and rooms of the golden office, as Polars frames and as SQL."""

from dataclasses import dataclass, field
from importlib import util
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.intake.contracts import TABLES
from assets.measures.registry import load_definitions
from assets.settings import Measures, Office
from assets.warehouse import open_warehouse

_PATH = Path(__file__).parents[1] / "golden" / "test_golden.py"
_SPEC = util.spec_from_file_location("golden_office", _PATH)
GOLDEN = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(GOLDEN)


@dataclass
class Twice:
    """An office: its raw tables as frames, its parameters, and what the SQL says of it."""

    connection: Any
    parameters: Measures
    zone: str
    build: Any
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self):
        self.frames = {name: self.connection.execute(f"select * from intake.{name}").pl() for name in TABLES}

    def sums(self, table, definition_id, by):
        """Return what the SQL says, summed over every other dimension."""
        self.build(table)
        columns = ", ".join(by)
        return self.connection.execute(
            f"select {columns}, cast(sum(numerator) as double) as numerator, cast(sum(denominator) as double) as denominator "
            f"from {table} where definition_id = ? group by all order by all",
            [definition_id],
        ).pl()


def parameters_of(room):
    path = GOLDEN.ROOT / room / "parameters.csv"
    rows = GOLDEN.rows_of(path) if path.exists() else []
    return Measures(**{row["name"]: row["value"] for row in rows})


@pytest.fixture(scope="session")
def twice(request):
    """Return a function that gives an office by name: `sample` or a room of the golden office."""
    known, opened = {}, []

    def room_of(name):
        opened.append(duckdb.connect())
        opened[-1].execute("set timezone = 'America/Chicago'; set threads = 1")
        office, built = GOLDEN.furnished(opened[-1], name), set()

        def build(table):
            if table not in built:
                office.build(table)
                built.add(table)

        return Twice(opened[-1], parameters_of(name), Office().time_zone, build)

    def office_of(name):
        if name not in known:
            known[name] = (
                sample_of(request.getfixturevalue("loaded").settings) if name == "sample" else room_of(name)
            )
        return known[name]

    yield office_of
    for connection in opened:
        connection.close()


def sample_of(settings):
    """Return the loaded sample, copied into memory so that its file is free again."""
    copy = duckdb.connect()
    copy.execute("set timezone = 'UTC'; create schema intake; create schema measures")
    with open_warehouse(settings.warehouse_path, read_only=True) as source:
        wanted = [f"intake.{name}" for name in TABLES]
        wanted += [f"measures.{name}" for (name,) in source.execute(
            "select table_name from duckdb_tables() where schema_name = 'measures'"
        ).fetchall()]  # fmt: skip
        for table in wanted:
            copy.register("rows_of_table", source.execute(f"select * from {table}").to_arrow_table())
            copy.execute(f"create table {table} as select * from rows_of_table")
            copy.unregister("rows_of_table")
    return Twice(copy, settings.measures, settings.office.time_zone, lambda _: None)


@pytest.fixture(scope="session")
def definitions():
    return load_definitions()
