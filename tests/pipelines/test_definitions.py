"""The one Definitions object: it loads, and its jobs hold what they say."""

import subprocess
import sys

import dagster as dg

from assets.bands.stored import CALIBRATED
from assets.intake.contracts import TABLES
from pipelines.definitions import catalogue, settings_from_environment

REPORT = dg.AssetKey(["published", "report"])
"""Files and no table: it has no columns."""


def test_everything_resolves(definitions):
    dg.Definitions.validate_loadable(definitions)


def test_the_daily_job_holds_the_flow_and_the_other_one_the_bands(definitions):
    daily = definitions.resolve_job_def("daily").asset_layer.executable_asset_keys
    bands = definitions.resolve_job_def("recalibrate").asset_layer.executable_asset_keys
    assert {key.path[0] for key in daily} == {"intake", "ledger", "measures", "published", "bands"}
    calibrated = {tuple(table.split(".")) for table in CALIBRATED} - {("bands", "decisions")}
    assert not calibrated & {tuple(key.path) for key in daily}
    assert calibrated < {tuple(key.path) for key in bands}
    assert ("bands", "drift") in {tuple(key.path) for key in daily}
    assert {key.path[0] for key in bands} == {"bands", "published"}
    assert ("bands", "drift") not in {tuple(key.path) for key in bands}
    every = set(definitions.resolve_asset_graph().get_all_asset_keys())
    assert daily | bands == every


def test_every_load_decides_on_proposals_before_it_publishes_and_adopting_needs_no_calibration(definitions):
    decisions, history = dg.AssetKey(["bands", "decisions"]), dg.AssetKey(["published", "bands_history"])
    assert decisions in definitions.resolve_asset_graph().get(history).parent_keys
    jobs = {name: definitions.resolve_job_def(name) for name in ("daily", "recalibrate", "adopt")}
    held = {name: job.asset_layer.executable_asset_keys for name, job in jobs.items()}
    assert all({decisions, history, REPORT} <= keys for keys in held.values())
    assert dg.AssetKey(["bands", "versions"]) not in held["daily"] | held["adopt"]


def test_what_is_published_of_data_quality_waits_until_every_feed_is_loaded(definitions):
    graph = definitions.resolve_asset_graph()
    parents = {
        ".".join(key.path) for key in graph.get(dg.AssetKey(["published", "data_quality"])).parent_keys
    }
    assert {f"intake.{table}" for table in TABLES} | {"intake.files"} <= parents


def test_what_is_published_names_the_office_and_explains_its_measures(definitions):
    graph = definitions.resolve_asset_graph()
    assert dg.AssetKey(["published", "about"]) in graph.get_all_asset_keys()
    explained = graph.get(dg.AssetKey(["published", "definitions"]))
    assert dg.AssetKey(["measures", "definitions"]) in explained.parent_keys


def test_every_computed_table_shows_where_its_columns_come_from(definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        if key.path[0] in {"ledger", "published"} and key.path[1] not in {"parameters", "calendar", "report"}:
            shown = graph.get(key).metadata["column lineage"].md_str
            columns = graph.get(key).metadata["dagster/column_schema"].columns
            assert all(f"| {column.name} | " in shown for column in columns), key
            assert ("](/assets/" in shown) == bool(graph.get(key).parent_keys), key


def test_only_intake_has_partitions(definitions):
    graph = definitions.resolve_asset_graph()
    partitioned = {key.path[0] for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == {"intake"}


def test_every_asset_waits_for_the_one_writer_and_has_an_owner(definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        assert graph.get(key).pools == {"warehouse"}, key
        assert graph.get(key).owners == ["team:rcm-data"], key
        assert graph.get(key).description, key


def test_every_column_of_every_table_is_described(definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys() - {REPORT}:
        columns = graph.get(key).metadata["dagster/column_schema"].columns
        assert [c.name for c in columns if not c.description or not c.type] == [], key


def test_binding_tells_the_types_of_every_model():
    models, known = catalogue()
    assert set(models) <= set(known)
    assert known["ledger.denials"]["remit_claim_id"] == "VARCHAR"


def test_dagster_processes_take_their_settings_from_the_environment(tmp_path, monkeypatch):
    config = tmp_path / "c.toml"
    config.write_text('[office]\nname = "From the file"\n')
    monkeypatch.setenv("RCMBENCH_CONFIG", str(config))
    monkeypatch.setenv("RCMBENCH_HOME", str(tmp_path / "h"))
    settings = settings_from_environment()
    assert (settings.office.name, settings.home) == ("From the file", tmp_path / "h")


def test_the_definitions_are_made_when_dagster_asks_and_not_on_import(tmp_path):
    # The command line imports the module with settings of its own; the folder it stands in may hold others.
    (tmp_path / "rcmbench.toml").write_text("office = 1\n", encoding="utf-8")
    code = (
        "import pipelines.definitions as d\n"
        "from assets.errors import RcmbenchError\n"
        "try:\n    d.defs()\nexcept RcmbenchError as error:\n    print('asked:', 'rcmbench.toml' in str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "asked: True", done.stderr
