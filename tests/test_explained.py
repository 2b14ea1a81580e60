"""What Dagster is told of every asset: when it is overdue, which files make it, and the next step towards the inbox."""

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from assets.explained import CALIBRATIONS, calibrated_in_time, loaded_daily
from assets.settings import SettingsError, load_settings
from pipelines.schedules import schedules


@pytest.fixture
def graph(definitions):
    return definitions.resolve_asset_graph()


def _settings(part, **values):
    settings = load_settings()
    return settings.model_copy(update={part: getattr(settings, part).model_copy(update=values)})


def test_what_files_bring_and_what_is_published_is_expected_daily_and_a_calibration_when_it_is_due(graph):
    policies = {".".join(key.path): graph.get(key).freshness_policy for key in graph.get_all_asset_keys()}
    daily = {t for t, policy in policies.items() if policy == loaded_daily(load_settings())}
    assert daily == {table for table in policies if table.split(".")[0] in {"intake", "published"}}
    assert {t for t, p in policies.items() if p == calibrated_in_time(load_settings())} == CALIBRATIONS
    assert {table.split(".")[0] for table, policy in policies.items() if policy is None} == {"ledger", "measures", "bands"}  # fmt: skip


def test_the_deadline_is_the_configured_one_in_the_offices_zone():
    policy = loaded_daily(_settings("schedule", fresh_by_cron="0 9,21 * * *"))
    assert (policy.deadline_cron, policy.timezone) == ("0 9,21 * * *", "America/New_York")
    # Dagster takes no longer span than the time between two deadlines.
    assert policy.lower_bound_delta == dt.timedelta(hours=12)
    assert loaded_daily(load_settings()).lower_bound_delta == dt.timedelta(days=1)


def test_bands_are_overdue_the_configured_days_after_the_due_one():
    policy = calibrated_in_time(_settings("bands", every_days=30, overdue_days=5))
    assert policy.warn_window.to_timedelta() == dt.timedelta(days=31)
    assert policy.fail_window.to_timedelta() == dt.timedelta(days=35)


def test_a_deadline_that_is_no_cron_line_is_refused():
    with pytest.raises(SettingsError, match="not a cron line"):
        schedules(_settings("schedule", fresh_by_cron="0 11 * * 2-"))


def test_every_asset_links_to_files_that_make_it_and_that_are_there(graph):
    for key in graph.get_all_asset_keys():
        references = graph.get(key).metadata["dagster/code_references"].code_references
        assert references, key
        assert [r.file_path for r in references if not Path(r.file_path).exists()] == [], key


def test_from_a_band_one_can_walk_to_the_inbox_over_links(graph):
    """Follow every link that a page carries, from page to page."""
    seen, ahead = set(), {"published/bands"}
    while ahead:
        path = ahead.pop()
        seen.add(path)
        metadata = graph.get(dg.AssetKey(path.split("/"))).metadata
        text = (metadata.get("column lineage") or metadata["comes from"]).md_str
        ahead |= {part.partition(")")[0] for part in text.split("](/assets/")[1:]} - seen
    assert {"bands/bands", "measures/production", "ledger/touches", "intake/claims", "intake/files"} <= seen
    assert "the inbox" in graph.get(dg.AssetKey(["intake", "files"])).metadata["comes from"].md_str


def test_every_page_has_a_way_on(graph):
    for key in graph.get_all_asset_keys():
        metadata = graph.get(key).metadata
        assert "column lineage" in metadata or "comes from" in metadata, key
