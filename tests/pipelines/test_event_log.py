"""The event log: what is written through it can be read back, by another process's instance and by a thread."""

import threading

import dagster as dg
import pytest
from dagster import DagsterEventType, DagsterInstance

from pipelines.event_log import PooledSqliteEventLog

DAYS = dg.DailyPartitionsDefinition("2026-03-01", end_date="2026-03-06")
KEY = dg.AssetKey("things")
RANGE = {
    "dagster/asset_partition_range_start": "2026-03-02",
    "dagster/asset_partition_range_end": "2026-03-04",
}


@dg.asset(
    key=KEY,
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=[dg.AssetCheckSpec("good", asset=KEY), dg.AssetCheckSpec("usual", asset=KEY)],
)
def things():
    return dg.MaterializeResult(
        metadata={"rows": 7},
        check_results=[
            dg.AssetCheckResult(check_name="good", passed=True),
            dg.AssetCheckResult(check_name="usual", passed=False, severity=dg.AssetCheckSeverity.WARN),
        ],
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A Dagster home in which a partitioned job has run, and the run's id."""
    folder = tmp_path_factory.mktemp("dagster")
    text = (
        "telemetry: {enabled: false}\nevent_log_storage:\n  module: pipelines.event_log\n"
        f"  class: PooledSqliteEventLog\n  config: {{base_dir: {folder}}}\n"
    )
    (folder / "dagster.yaml").write_text(text)
    job = dg.Definitions(
        assets=[things],
        jobs=[dg.define_asset_job("job", selection=[things])],
        executor=dg.in_process_executor,
    ).resolve_job_def("job")
    with DagsterInstance.from_config(str(folder)) as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLog)
        result = job.execute_in_process(instance=instance, tags=RANGE)
        assert result.success
        _look(instance, result.run_id)
    return folder, result.run_id


def _look(instance, run_id):
    """Hold everything that the run wrote against what can be read."""
    assert instance.get_materialized_partitions(KEY) == {"2026-03-02", "2026-03-03", "2026-03-04"}
    kinds = [e.dagster_event.event_type for e in instance.all_logs(run_id) if e.is_dagster_event]
    assert kinds.count(DagsterEventType.ASSET_MATERIALIZATION) == 3
    assert kinds[-1] == DagsterEventType.RUN_SUCCESS
    assert kinds.count(DagsterEventType.ASSET_CHECK_EVALUATION) >= 2
    keys = [dg.AssetCheckKey(KEY, name) for name in ("good", "usual")]
    summary = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    told = {key.name: record.status.value for key, record in summary.items()}
    assert told == {"good": "SUCCEEDED", "usual": "FAILED"}
    latest = instance.get_latest_materialization_event(KEY)
    assert latest.asset_materialization.metadata["rows"].value == 7


def test_another_instance_reads_what_was_written(home):
    folder, run_id = home
    with DagsterInstance.from_config(str(folder)) as instance:
        _look(instance, run_id)


def test_two_open_instances_see_each_other(home):
    folder, run_id = home
    with (
        DagsterInstance.from_config(str(folder)) as writer,
        DagsterInstance.from_config(str(folder)) as reader,
    ):
        before = len(reader.all_logs(run_id))
        writer.report_engine_event("more", run_id=run_id, job_name="job")
        assert len(reader.all_logs(run_id)) == before + 1


def test_a_thread_reads_and_writes_too(home):
    folder, run_id = home
    failed = []
    with DagsterInstance.from_config(str(folder)) as instance:
        instance.all_logs(run_id)

        def work():
            try:
                instance.report_engine_event("from a thread", run_id=run_id, job_name="job")
                _look_at_partitions(instance)
            except BaseException as error:  # noqa: BLE001 - it has to reach the test
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        messages = [e.user_message or e.message for e in instance.all_logs(run_id)]
    assert failed == []
    assert sum("from a thread" in message for message in messages) == 4


def _look_at_partitions(instance):
    assert len(instance.get_materialized_partitions(KEY)) == 3


def test_what_is_asked_before_anything_is_written_is_empty(tmp_path):
    storage = PooledSqliteEventLog(str(tmp_path))
    try:
        assert storage.get_materialized_partitions(KEY) == set()
        assert not storage.has_table("no_such_table")
        assert storage.has_table("event_logs")
    finally:
        storage.dispose()


def test_a_pool_that_was_closed_opens_again(home):
    folder, run_id = home
    with DagsterInstance.from_config(str(folder)) as instance:
        before = len(instance.all_logs(run_id))
        instance.event_log_storage.dispose()
        assert len(instance.all_logs(run_id)) == before
