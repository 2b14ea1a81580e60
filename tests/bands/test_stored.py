"""The tables of the bands: appended to and never changed, and what people reached is never published."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from assets.bands.decisions import SCHEMA as DECISIONS
from assets.bands.drift import SCHEMA as DRIFT
from assets.bands.findings import Diagnostics
from assets.bands.stored import DECISION_COLUMNS, DRIFT_COLUMNS, FINDING_COLUMNS, TABLES
from assets.quality import suite_of
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


def test_every_kind_of_finding_is_let_in_and_named():
    kinds = {field.name for field in fields(Diagnostics)} | {"companion_season", "clinician_season"}
    (known,) = [e for e in suite_of("bands.findings").expectations if e.name == "finding_is_known"]
    assert set(known.arguments["value_set"]) == kinds
    assert set(re.split(r", | or ", FINDING_COLUMNS["finding"][1])) == kinds
