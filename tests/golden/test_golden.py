"""The golden office: small enough to compute by hand, room by room; every definition has a number with its working.

A room is a folder of CSV files: one per intake table, named after it, `parameters.csv` (name, value) where the room changes
the configuration, and `expected.csv`: the definition, the table, which row of it (`where`: column=value, joined by ';'), the
numbers, further columns (`also`), and how they were worked out by hand. An empty number is null.
"""

import csv
from collections import defaultdict
from decimal import Decimal
from importlib import util
from pathlib import Path

import duckdb
import pytest

from assets.measures.registry import load_definitions

ROOT = Path(__file__).parent
ROOMS = sorted(path.name for path in ROOT.iterdir() if (path / "expected.csv").exists())
_SPEC = util.spec_from_file_location("ledger_conftest", ROOT.parent / "ledger" / "conftest.py")
_MODULE = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


def rows_of(path):
    """Return the rows of a CSV file, empty cells as None."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]


EXPECTED = {room: rows_of(ROOT / room / "expected.csv") for room in ROOMS}


@pytest.fixture(scope="module")
def built():
    """Return a function that gives the rows of a table in a room; every table of a room is built once."""
    rooms, connections = defaultdict(dict), []

    def rows(room, table):
        if room not in rooms:
            connections.append(duckdb.connect())
            connections[-1].execute("set timezone = 'America/Chicago'; set threads = 1")
            rooms[room]["office"] = furnished(connections[-1], room)
        if table not in rooms[room]:
            rooms[room][table] = rooms[room]["office"].build(table)
        return rooms[room][table]

    yield rows
    for connection in connections:
        connection.close()


def furnished(connection, room):
    """Return an office that holds what lies in the room."""
    office = _MODULE.Office(connection)
    for path in sorted((ROOT / room).glob("*.csv")):
        if path.stem == "parameters":
            office.configure(**{row["name"]: float(row["value"]) for row in rows_of(path)})
        elif path.stem != "expected":
            for row in rows_of(path):
                office.add(path.stem, **{name: cell for name, cell in row.items() if cell is not None})
    return office


def same(found, said):
    """Whether a value of a table is the one written down; decimals exactly, measured values to nine digits."""
    if said is None or found is None:
        return said is None and found is None
    if isinstance(found, float):
        return found == pytest.approx(float(said), rel=1e-9, abs=1e-12)
    return (
        found == Decimal(said)
        if isinstance(found, (int, Decimal)) and not isinstance(found, bool)
        else str(found) == said
    )


def pairs(text):
    return dict(pair.split("=", 1) for pair in (text or "").split(";") if pair)


@pytest.mark.parametrize(
    ("room", "number"), [(room, number) for room in ROOMS for number in range(len(EXPECTED[room]))]
)
def test_the_number_is_the_one_worked_out_by_hand(built, room, number):
    said = EXPECTED[room][number]
    assert said["working"], "how the number was worked out must be written beside it"
    keys = {"definition_id": said["definition_id"], **pairs(said["where"])}
    rows = [
        row
        for row in built(room, said["table"])
        if all(str(row[name]) == value for name, value in keys.items())
    ]
    assert len(rows) == 1, f"{len(rows)} rows of {said['table']} with {keys}"
    wanted = {name: said[name] for name in ("numerator", "denominator", "value") if name in rows[0]} | pairs(
        said["also"]
    )
    wanted = {name: value or None for name, value in wanted.items()}
    assert {n: rows[0][n] for n in wanted if not same(rows[0][n], wanted[n])} == {}, wanted


def test_every_definition_has_a_number_worked_out_by_hand():
    told = {row["definition_id"] for rows in EXPECTED.values() for row in rows}
    assert sorted(set(load_definitions()) - told) == []
