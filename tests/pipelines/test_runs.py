"""Whole runs: the first, the one with nothing to do, the replay, and the one that has to wait."""

import shutil
from datetime import date

import pytest
from dagster import DagsterRunStatus

from assets.warehouse import WarehouseBusyError, open_warehouse
from pipelines.execution import OURS, instance_of
from pipelines.jobs import DAILY
from pipelines.lock import only_run
from pipelines.runs import InboxError, groups, load, recalibrate_now
from tests.homes import changed, contents, query, tables

LATER = ("ledger", "measures", "bands")
DATA = ("intake", *LATER)


def _runs(settings):
    with instance_of(settings) as instance:
        return instance.get_runs_count()


def _batches(settings):
    return set(query(settings, "select table_name, batch from ops.batches"))


def test_the_first_load_takes_in_every_day_and_publishes_bands(loaded):
    outcome = loaded.outcome
    assert outcome.success
    assert len(outcome.days) == 6
    assert query(loaded.settings, "select max(work_date) from measures.production where source = 'log'") == [
        (outcome.recalibrated,)
    ]
    assert {p.name for p in loaded.settings.published_path.iterdir()} >= {"published.duckdb", "bands.parquet"}


def test_a_second_load_changes_no_table_no_published_byte_and_makes_no_run(copied):
    before, published, runs = tables(copied), contents(copied.published_path), _runs(copied)
    outcome = load(copied)
    assert (outcome.idle, outcome.success, outcome.runs) == (True, True, [])
    assert changed(before, tables(copied)) == []
    assert changed(published, contents(copied.published_path)) == []
    assert _runs(copied) == runs


def test_a_replay_of_some_days_gives_the_tables_and_the_published_bytes_that_were_there(copied):
    before, published = tables(copied, *DATA), contents(copied.published_path)
    batches = _batches(copied)
    with instance_of(copied) as instance:
        # Captured output would swallow the progress bars, and put whatever is printed into files.
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
    outcome = load(copied, first=date(2026, 3, 6), last=date(2026, 3, 7))
    assert (outcome.success, outcome.days) == (True, [date(2026, 3, 6), date(2026, 3, 7)])
    assert changed(before, tables(copied, *DATA)) == []
    assert changed(published, contents(copied.published_path)) == []
    assert {table for table, _ in _batches(copied) - batches} <= {"intake.files"}
    assert not list(copied.home.glob("dagster/**/*.err"))


def test_recalibrating_twice_as_of_a_day_gives_one_version(copied):
    day = date(2026, 3, 5)
    first = recalibrate_now(copied, day)
    versions = query(copied, "select version_id from bands.versions where as_of = '2026-03-05'")
    published = contents(copied.published_path)
    again = recalibrate_now(copied, day)
    assert (first.success, again.success, len(versions)) == (True, True, 1)
    assert query(copied, "select version_id from bands.versions where as_of = '2026-03-05'") == versions
    assert changed(published, contents(copied.published_path)) == []


def test_recalibrating_without_work_fails_with_a_sentence_and_stores_nothing(tmp_path, loaded):
    settings = loaded.settings.model_copy(update={"home": tmp_path / "new"})
    settings.home.mkdir()
    outcome = recalibrate_now(settings, None)
    assert not outcome.success
    assert outcome.recalibrated is None
    assert "no logged work" in outcome.failures["calibrate"]
    assert query(settings, "select count(*) from bands.versions") == [(0,)]


def _started(instance, tags):
    return instance.create_run(
        job_name=DAILY, run_id=None, run_config={}, status=DagsterRunStatus.STARTED, tags=tags, root_run_id=None,
        parent_run_id=None, step_keys_to_execute=None, execution_plan_snapshot=None, job_snapshot=None,
        parent_job_snapshot=None, asset_selection=None, asset_check_selection=None, resolved_op_selection=None,
        op_selection=None, remote_job_origin=None, job_code_origin=None, asset_graph=None,
    ).run_id  # fmt: skip


def test_runs_of_a_killed_command_are_buried_by_the_next_load_and_those_of_dagster_are_left_alone(copied):
    with instance_of(copied) as instance:
        dead, other = _started(instance, OURS), _started(instance, {"dagster/schedule_name": "daily_load"})
    load(copied)
    with instance_of(copied) as instance:
        assert instance.get_run_by_id(dead).status == DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(other).status == DagsterRunStatus.STARTED


def test_the_runs_of_the_command_line_say_so(loaded):
    with instance_of(loaded.settings) as instance:
        assert {run.tags["rcmbench/launched_by"] for run in instance.get_runs()} == {"command line"}


@pytest.mark.parametrize("what", [load, lambda settings: recalibrate_now(settings, None)])
def test_a_second_run_is_refused_while_one_goes_on_and_changes_nothing(copied, what):
    before, runs = tables(copied), _runs(copied)
    with only_run(copied.home), pytest.raises(WarehouseBusyError, match="another run is going on"):
        what(copied)
    assert (changed(before, tables(copied)), _runs(copied)) == ([], runs)
    assert load(copied).idle


def test_an_inbox_that_is_not_there_is_told(copied):
    shutil.rmtree(copied.inbox)
    with pytest.raises(InboxError, match="there is no such folder"):
        load(copied)


def test_days_before_the_first_partition_are_told_and_not_loaded(copied):
    early = copied.inbox / "2024-12-31"
    early.mkdir()
    (early / "shifts_20241231.csv").write_text("staff_id\nS1\n")
    outcome = load(copied)
    assert (outcome.success, outcome.outside, outcome.runs) == (False, [date(2024, 12, 31)], [])


def test_changes_that_every_model_has_read_are_forgotten_after_a_load(loaded):
    assert query(loaded.settings, "select count(*) from ops.changes") == [(0,)]


def test_a_warehouse_without_what_it_published_publishes_again(copied):
    published = contents(copied.published_path)
    shutil.rmtree(copied.published_path)
    assert load(copied).success
    again = contents(copied.published_path)
    assert set(again) == set(published)
    assert [name for name in changed(published, again) if name.endswith(".parquet")] == []


def test_after_an_upgrade_a_run_with_nothing_new_writes_report_and_workbook_with_their_new_looks(
    copied, monkeypatch
):
    before = contents(copied.published_path)
    monkeypatch.setattr("assets.published.made_with.code", lambda: "another version")
    monkeypatch.setattr("assets.published.workbook.READING", (("Bands", "In other words."),))
    monkeypatch.setattr("assets.report.site.MAIN", (("index.html", "In other words"),))
    assert load(copied).success
    assert {"rcmbench.xlsx", "report/index.html"} <= set(changed(before, contents(copied.published_path)))
    assert load(copied).idle


def test_a_gap_of_more_than_a_week_begins_another_run():
    days = [date(2026, 3, n) for n in (20, 1, 8, 2, 28, 28)]
    assert [[d.day for d in group] for group in groups(days)] == [[1, 2, 8], [20], [28]]
    assert groups([]) == []


def test_a_load_leaves_nothing_open(copied):
    load(copied)
    with open_warehouse(copied.warehouse_path) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]
