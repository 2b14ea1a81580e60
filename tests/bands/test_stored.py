"""The tables of the bands: appended to and never changed, and what people reached is never published."""

import re
from pathlib import Path

import pytest

from assets.bands.decisions import SCHEMA as DECISIONS
from assets.bands.drift import SCHEMA as DRIFT
from assets.bands.stored import DECISION_COLUMNS, DRIFT_COLUMNS, TABLES
from assets.sql_model import load_models

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for top in ("assets", "pipelines") for path in sorted((ROOT / top).rglob("*.py"))]


@pytest.mark.parametrize("table", TABLES)
def test_nothing_in_the_code_changes_or_deletes_a_row(table):
    pattern = re.compile(
        rf"(update|delete from|truncate|insert or replace into)\s+{re.escape(table)}\b", re.IGNORECASE
    )
    assert [path.name for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_what_people_reached_and_what_calibrations_found_is_read_by_no_published_table():
    for model in load_models(stages=("published",)).values():
        # Outages that nobody logged are findings about systems, not about people.
        systems = {"bands.findings"} if model.name == "published.proposed_friction" else set()
        assert not model.tables & ({"bands.attainment", "bands.findings"} - systems), model.name


@pytest.mark.parametrize(("columns", "schema"), [(DECISION_COLUMNS, DECISIONS), (DRIFT_COLUMNS, DRIFT)])
def test_frames_have_the_columns_of_their_tables(columns, schema):
    assert list(columns) == list(schema)
