"""Whole runs: the first, the one with nothing to do, the one that is held, the healing one, and the replay."""

import shutil
from datetime import date

import pytest
from dagster import DagsterRunStatus

from assets.warehouse import open_warehouse
from pipelines.jobs import DAILY
from pipelines.runs import InboxError, groups, instance_of, load, recalibrate_now
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
    outcome = load(copied, first=date(2026, 3, 6), last=date(2026, 3, 7))
    assert (outcome.success, outcome.days) == (True, [date(2026, 3, 6), date(2026, 3, 7)])
    assert changed(before, tables(copied, *DATA)) == []
    assert changed(published, contents(copied.published_path)) == []
    assert {table for table, _ in _batches(copied) - batches} <= {"intake.files"}


def _delivery(copied, day, *records):
    """Put a work log of some records into the inbox; a record is a touch's number and the claim's."""
    source = min(copied.inbox.rglob("work_log_202603*.csv"))
    header, *lines = source.read_text().splitlines()
    by_a_person = next(line for line in lines if line.endswith("false"))
    names, cells = header.split(","), by_a_person.split(",")
    rows = [_record(names, cells, *record) for record in records]
    folder = copied.inbox / day
    folder.mkdir(exist_ok=True)
    (folder / f"work_log_{day.replace('-', '')}.csv").write_text("\n".join([header, *rows]) + "\n")


def _record(names, cells, touch, item):
    row = dict(zip(names, cells, strict=True)) | {"touch_id": touch, "item_id": item}
    return ",".join(row.values())


def test_a_bad_day_is_held_the_rest_is_loaded_nothing_later_moves_and_a_good_file_heals(copied):
    _delivery(copied, "2026-03-10", ("NEW1", "I1"))
    _delivery(copied, "2026-03-11", ("NEW2", "I2"), ("NEW2", "OTHER"))
    standing = query(copied, "select * from intake.work_log order by all")
    later, published = tables(copied, *LATER), contents(copied.published_path)
    new = "select touch_id from {} where touch_id like 'NEW%' order by 1"

    held = load(copied)
    assert list(held.failures) == ["intake_work_log"]
    assert "2026-03-11/work_log_20260311.csv" in held.failures["intake_work_log"]
    assert "intake.work_log: key_has_one_meaning" in held.failures["intake_work_log"]
    old = query(copied, "select * from intake.work_log where delivery_date < '2026-03-10' order by all")
    assert old == standing
    assert query(copied, new.format("intake.work_log")) == [("NEW1",)]
    assert changed(later, tables(copied, *LATER)) == []
    assert changed(published, contents(copied.published_path)) == []
    with instance_of(copied) as instance:
        (run,) = instance.get_runs(limit=1)
        assert run.status == DagsterRunStatus.FAILURE
        steps = {stat.step_key for stat in instance.get_run_step_stats(run.run_id)}
        assert {"ledger__touches", "ledger__claim_work", "publish"} & steps == set()

    _delivery(copied, "2026-03-11", ("NEW2", "I2"))
    healed = load(copied)
    assert (healed.success, healed.failures) == (True, {})
    assert query(copied, new.format("intake.work_log")) == [("NEW1",), ("NEW2",)]
    assert query(copied, new.format("ledger.touches")) == [("NEW1",), ("NEW2",)]
    assert query(copied, "select count(*) from intake.files where status = 'held'") == [(0,)]
    assert query(copied, "select count(*) from intake.rejects where delivery_date = '2026-03-11'") == [(0,)]
    assert load(copied).idle


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


def test_runs_of_a_killed_process_are_buried_by_the_next_load(copied):
    with instance_of(copied) as instance:
        dead = instance.create_run(
            job_name=DAILY, run_id=None, run_config={}, status=DagsterRunStatus.STARTED, tags={}, root_run_id=None,
            parent_run_id=None, step_keys_to_execute=None, execution_plan_snapshot=None, job_snapshot=None,
            parent_job_snapshot=None, asset_selection=None, asset_check_selection=None, resolved_op_selection=None,
            op_selection=None, remote_job_origin=None, job_code_origin=None, asset_graph=None,
        )  # fmt: skip
    load(copied)
    with instance_of(copied) as instance:
        assert instance.get_run_by_id(dead.run_id).status == DagsterRunStatus.FAILURE


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


def test_a_gap_of_more_than_a_week_begins_another_run():
    days = [date(2026, 3, n) for n in (20, 1, 8, 2, 28, 28)]
    assert [[d.day for d in group] for group in groups(days)] == [[1, 2, 8], [20], [28]]
    assert groups([]) == []


def test_a_load_leaves_nothing_open(copied):
    load(copied)
    with open_warehouse(copied.warehouse_path) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]
