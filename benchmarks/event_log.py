"""The time that Dagster's bookkeeping takes per partition: its own SQLite storage beside ours.

Belongs here: that one question, on assets that do nothing.
"""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2026, 1, 1)
OURS = """
telemetry: {enabled: false}
event_log_storage:
  module: pipelines.event_log
  class: PooledSqliteEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
"""
STOCK = "telemetry: {enabled: false}\n"


def _definitions(n_assets: int) -> dg.Definitions:
    days = dg.DailyPartitionsDefinition(FIRST.isoformat())
    specs = [dg.AssetSpec(f"table_{n}", partitions_def=days) for n in range(n_assets)]

    @dg.multi_asset(specs=specs, partitions_def=days, backfill_policy=dg.BackfillPolicy.single_run())
    def nothing():  # noqa: ANN202 - dagster reads the annotation
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key)

    job = dg.define_asset_job("range", selection=specs)
    return dg.Definitions(assets=[nothing], jobs=[job], executor=dg.in_process_executor)


def milliseconds_per_event(
    folder: Path, configuration: str, *, n_days: int = 60, n_assets: int = 20
) -> float:
    """Run one range of days over assets that do nothing, and return the time per materialisation."""
    folder.mkdir(parents=True)
    (folder / "dagster.yaml").write_text(configuration, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    job = _definitions(n_assets).resolve_job_def("range")
    last = FIRST + timedelta(days=n_days - 1)
    tags = {
        "dagster/asset_partition_range_start": FIRST.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        begun = time.perf_counter()
        job.execute_in_process(instance=instance, tags=tags, run_config=quiet)
        return 1000 * (time.perf_counter() - begun) / (n_days * n_assets)
