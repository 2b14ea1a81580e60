"""Whole runs: the first, the one with nothing to do, the one that is held, the healing one, and the replay."""

import shutil
from datetime import date

import pytest
from dagster import DagsterRunStatus

from assets.warehouse import open_warehouse
from pipelines.jobs import DAILY
from pipelines.runs import InboxError, groups, instance_of, load, recalibrate_now
from tests.homes import contents, query, tables

DATA = ("intake", "ledger", "measures", "bands", "ops")


def _runs(settings):
    with instance_of(settings) as instance:
        return instance.get_runs_count()


def test_the_first_load_takes_in_every_day_and_publishes_bands(loaded):
    outcome = loaded.outcome
    assert outcome.success
    assert len(outcome.days) == 6
    assert outcome.recalibrated == outcome.days[-1]
    assert {p.name for p in loaded.settings.published_path.iterdir()} >= {"published.duckdb", "bands.parquet"}


def test_a_second_load_changes_no_table_no_published_byte_and_makes_no_run(copied):
    before = tables(copied), contents(copied.published_path), _runs(copied)
    outcome = load(copied)
    assert (outcome.idle, outcome.success, outcome.runs) == (True, True, [])
    assert (tables(copied), contents(copied.published_path), _runs(copied)) == before


def test_files_that_only_look_new_are_loaded_without_any_effect(copied):
    day = sorted(p for p in copied.inbox.iterdir() if p.is_dir())[2]
    for path in day.iterdir():
        path.touch()
    before = tables(copied, *DATA[:4]), contents(copied.published_path)
    outcome = load(copied)
    assert outcome.days == [date.fromisoformat(day.name)]
    assert (tables(copied, *DATA[:4]), contents(copied.published_path)) == before


def test_a_replay_of_some_days_gives_the_tables_that_were_there(copied):
    before = tables(copied, *DATA), contents(copied.published_path)
    first, last = date(2026, 3, 3), date(2026, 3, 4)
    outcome = load(copied, first=first, last=last)
    assert (outcome.success, outcome.days) == (True, [first, last])
    assert (tables(copied, *DATA), contents(copied.published_path)) == before


def test_a_bad_day_is_held_the_rest_is_loaded_nothing_later_moves_and_a_good_file_heals(copied):
    source = next(iter(sorted(copied.inbox.rglob("payments_*.csv"))))
    header, *records = source.read_text().splitlines()
    good, bad = copied.inbox / "2026-03-10", copied.inbox / "2026-03-11"
    for folder in (good, bad):
        folder.mkdir()
    number, rest = records[0].split(",", 1)
    manual = [f"NEW1,{rest}", f"NEW2,{rest}"]
    clash = [manual[1], manual[1].replace(rest.split(",")[1], "OTHERPCN")]
    (good / "payments_20260310.csv").write_text("\n".join([header, manual[0]]) + "\n")
    (bad / "payments_20260311.csv").write_text("\n".join([header, *clash]) + "\n")
    standing = query(copied, "select * from intake.payments order by all")
    later = tables(copied, "ledger", "measures", "bands"), contents(copied.published_path)

    held = load(copied)
    assert not held.success
    assert list(held.failures) == ["intake_payments"]
    assert "2026-03-11/payments_20260311.csv" in held.failures["intake_payments"]
    assert "intake.payments: key_has_one_meaning" in held.failures["intake_payments"]
    new = query(copied, "select * from intake.payments where delivery_date < '2026-03-10' order by all")
    assert new == standing
    assert query(copied, "select txn_id from intake.payments where delivery_date >= '2026-03-10'") == [("NEW1",)]
    assert (tables(copied, "ledger", "measures", "bands"), contents(copied.published_path)) == later
    with instance_of(copied) as instance:
        (run,) = instance.get_runs(limit=1)
        steps = {stat.step_key for stat in instance.get_run_step_stats(run.run_id)}
        assert run.status == DagsterRunStatus.FAILURE
        assert "ledger__claim_work" not in steps
        assert "publish" not in steps

    (bad / "payments_20260311.csv").write_text("\n".join([header, manual[1]]) + "\n")
    healed = load(copied)
    assert (healed.success, healed.failures) == (True, {})
    assert query(copied, "select txn_id from intake.payments where delivery_date >= '2026-03-10' order by 1") == [
        ("NEW1",),
        ("NEW2",),
    ]
    assert query(copied, "select count(*) from intake.files where status = 'held'") == [(0,)]
    assert query(copied, "select count(*) from intake.rejects where delivery_date = '2026-03-11'") == [(0,)]
    # What a model has read is recorded per batch; nothing may be left to do.
    assert load(copied).idle


def test_recalibrating_twice_as_of_a_day_gives_one_version(copied):
    day = date(2026, 3, 5)
    first = recalibrate_now(copied, day)
    versions = query(copied, "select version_id from bands.versions where as_of = '2026-03-05'")
    published = contents(copied.published_path)
    again = recalibrate_now(copied, day)
    assert (first.success, again.success, len(versions)) == (True, True, 1)
    assert query(copied, "select version_id from bands.versions where as_of = '2026-03-05'") == versions
    assert contents(copied.published_path) == published


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
    assert {k: v for k, v in again.items() if k.endswith(".parquet")} == {
        k: v for k, v in published.items() if k.endswith(".parquet")
    }


def test_a_gap_of_more_than_a_week_begins_another_run():
    days = [date(2026, 3, n) for n in (20, 1, 8, 2, 28, 28)]
    assert [[d.day for d in group] for group in groups(days)] == [[1, 2, 8], [20], [28]]
    assert groups([]) == []


def test_a_load_leaves_nothing_open(copied):
    load(copied)
    with open_warehouse(copied.warehouse_path) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]
