"""Reads a file by both roads and holds them against each other, completely."""

import io
from collections import Counter
from dataclasses import astuple

import polars as pl

from assets.intake.records import Balance
from assets.intake.x12 import read
from assets.intake.x12.columnar.route import Route
from assets.intake.x12.columnar.survey import survey
from assets.intake.x12.read import read_x12
from assets.intake.x12.reading import Reading
from tests.intake.x12.files import hide

ZONE = "America/Chicago"
PLACE = ["txn_no", "row_no", "k"]


def in_parts(data, *, block=200, feed=None):
    """Read by columns, however small the file is."""
    found = survey(io.BytesIO(data))
    assert found.is_ascii
    reading = Reading(hide, ZONE, feed)
    reading.encoded_as(found.encoding)
    return list(Route(reading).parts(found, block))


def account(parts):
    """Return all there is to know of a file that came in one or many parts, in an order of its own."""
    names = list(dict.fromkeys(name for part in parts for name in part.tables))
    tables = {}
    for name in names:
        frames = [part.tables[name] for part in parts if name in part.tables]
        tables[name] = pl.concat(frames).sort(PLACE)
    balances = {}
    for part in parts:
        for each in part.balances:
            level, *numbers = astuple(each)
            known = balances.get(level, (0,) * len(numbers))
            balances[level] = tuple(a + b for a, b in zip(known, numbers, strict=True))
    return {
        "kind": parts[-1].kind,
        "counted": parts[-1].counted,
        "unusable": parts[-1].unusable,
        "records": sum(part.records for part in parts),
        "loaded": sum(part.loaded for part in parts),
        "rejected": sum(part.rejected for part in parts),
        "rejects": Counter(reject for part in parts for reject in part.rejects),
        "flags": Counter(flag for part in parts for flag in part.flags),
        "transactions": [transaction for part in parts for transaction in part.transactions],
        "balances": {level: Balance(level, *numbers) for level, numbers in balances.items()},
        "names": sorted(names),
        "schemas": {name: table.schema for name, table in tables.items()},
        "tables": {name: table.rows() for name, table in tables.items()},
    }


def assert_equal(one, other):
    """Compare two accounts piece by piece, so that a difference is short enough to be read."""
    assert list(one) == list(other)
    for name in one:
        if name != "tables":
            assert one[name] == other[name], name
    for name, rows in one["tables"].items():
        for row, known in zip(rows, other["tables"][name], strict=True):
            assert row == known, name


def assert_same(data, *, block=200, feed=None):
    """Both roads give the same account of the file."""
    whole = read_x12(data, hide=hide, time_zone=ZONE, feed=feed)
    parts = in_parts(data, block=block, feed=feed)
    assert_equal(account(parts), account([whole]))
    return parts


def stream(data, **options):
    return list(read.read_x12_stream(io.BytesIO(data), hide=hide, time_zone=ZONE, **options))
