"""What a run leaves in Dagster's log about every asset: enough to understand it, and nothing about anybody."""

import re

import duckdb
import pytest

from assets.intake.contracts import TABLES
from assets.shown import PREVIEW, PROFILE, ROWS
from pipelines.execution import instance_of

PUBLIC = {"payer_id", "system_id", "version_id", "client_id", "contract_id", "group_id"}
"""Identifiers of firms, systems and versions, by which published tables are cut."""
WORDS = re.compile(r"[\w.-]+")


@pytest.fixture(scope="module")
def told(loaded):
    """The metadata of the newest materialization of every asset, by name."""
    with instance_of(loaded.settings) as instance:
        events = {key: instance.get_latest_materialization_event(key) for key in instance.all_asset_keys()}
    return {".".join(key.path): event.asset_materialization.metadata for key, event in events.items()}


def _identifiers(path):
    """Return every value of the columns that say who or which claim it is: pseudonyms and numbers of claims, touches and so on."""
    hidden = {c.name for t in TABLES.values() for c in t.columns if c.hide}
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where schema_name in ('intake', 'ledger', 'measures', 'bands') and data_type = 'VARCHAR'"
        ).fetchall()
        wanted = [
            f'select distinct "{name}" as value from "{schema}"."{table}"'
            for schema, table, name in columns
            if name in hidden | {"pcn", "worker_id"} or (schema == "intake" and name.endswith("_id") and name not in PUBLIC)
        ]  # fmt: skip
        rows = connection.execute(f"select distinct value from ({' union all '.join(wanted)})").fetchall()
    return {value for (value,) in rows if value and len(value) > 5}


def test_no_metadata_holds_a_pseudonym_or_the_number_of_a_claim(loaded, told):
    found = _identifiers(loaded.settings.warehouse_path)
    assert len(found) > 500
    words = {name: set(WORDS.findall(repr(metadata))) for name, metadata in told.items()}
    assert {name: sorted(held & found)[:3] for name, held in words.items() if held & found} == {}


def test_rows_are_shown_of_published_tables_only_and_of_the_others_profiles(told):
    shown = {name for name, metadata in told.items() if PREVIEW in metadata}
    assert {name.split(".")[0] for name in shown} == {"published"}
    profiled = {name for name, metadata in told.items() if PROFILE in metadata}
    filled = {name for name, metadata in told.items() if metadata.get(ROWS) and metadata[ROWS].value}
    assert profiled == {name for name in filled if not name.startswith("published.")}


def test_row_counts_are_numbers_that_dagster_plots_and_every_table_has_one(told):
    assert [name for name, m in told.items() if name != "published.report" and not isinstance(m[ROWS].value, int)] == []  # fmt: skip
