"""Warehouses with work in them, for tests of the life of a version: the frames of `conftest.py` as measures.production."""

from contextlib import contextmanager
from functools import lru_cache

import duckdb
import numpy as np
import pytest

from assets.bands import versions
from assets.intake.tables import create_intake
from assets.quality import Verdict
from assets.settings import load_settings
from assets.warehouse import prepare
from tests.bands.conftest import AS_OF, _office

LAST = AS_OF


def settings_with(home, **bands):
    """Return settings with a home and other keys of [bands]; coders may be adopted without quality data."""
    settings = load_settings(home=home, inbox=home)
    given = {"waive_quality": ("coder",), **bands}
    return settings.model_copy(update={"bands": settings.bands.model_copy(update=given)})


def skills_of(number):
    """Return that many skills around 1, evenly spread on the log scale."""
    return np.exp(np.linspace(-0.12, 0.12, number)).tolist()


@contextmanager
def warehouse_with(*, skills=8, **office):
    """Yield a warehouse in memory whose production is that of an office of coders up to LAST."""
    people = skills_of(skills) if isinstance(skills, int) else skills
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        prepare(connection)
        create_intake(connection)
        put_in(
            connection,
            _office(people, **office) if "pace" in office else _known(tuple(people), tuple(office.items())),
        )
        yield connection


@lru_cache
def _known(people, office):
    return _office(list(people), **dict(office))


def put_in(connection, frame, source="log"):
    """Make the frame the production, or add it to what there is."""
    connection.register("frame", frame.to_arrow())
    made = f"select date as work_date, * exclude (date), '{source}' as source from frame"
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'measures' and table_name = 'production'"
    ).fetchone()
    connection.execute(
        f"insert into measures.production by name {made}"
        if found
        else f"create table measures.production as {made}"
    )
    connection.unregister("frame")


class Lenient:
    """An examiner that finds nothing: holding rows against suites costs a second, and most tests are not about that."""

    def __init__(self, _connection):
        pass

    def examine(self, suite):
        return Verdict(suite.table)


def recalibrated(connection, settings, as_of=None, *, examined=False, today=None):
    """Recalibrate as a run does; when the rows are held against their suites, all must hold."""
    with pytest.MonkeyPatch.context() as patch:
        if not examined:
            patch.setattr(versions, "Examiner", Lenient)
        done = versions.recalibrate(connection, settings, as_of, run_id="r", today=today)
    assert [o.expectation.name for v in done.verdicts for o in v.blocking] == []
    return done


def rows_of(connection, table):
    """Return the rows of a table as dictionaries, in a stable order."""
    cursor = connection.execute(f"select * from {table} order by all")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
