"""Executing a job in this process: Dagster's instance in the home folder, one run, and what came of it.

Belongs here: the instance, the outcome, runs that were killed. Does not belong here: what is run, and when (`runs.py`).
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from pipelines.definitions import build_definitions
from pipelines.interrupts import interruptible
from pipelines.room import refuse_full

if TYPE_CHECKING:
    from datetime import date

    from dagster_shared.error import SerializableErrorInfo

    from assets.settings import Settings

INSTANCE_TEMPLATE = Path(__file__).resolve().parent.parent / "dagster.yaml"
OURS = {"rcmbench/launched_by": "command line"}


@dataclass
class RunOutcome:
    """What a load did: days taken in, failures by step, the as-of date of a recalibration, days outside the partitions."""

    days: list[date] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    recalibrated: date | None = None
    outside: list[date] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether everything that was tried worked."""
        return not self.failures and not self.outside

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not self.runs and not self.outside


def instance_of(settings: Settings) -> DagsterInstance:
    """Return the Dagster instance in the home folder, made on first use, with telemetry off."""
    folder = (settings.home / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        shutil.copyfile(INSTANCE_TEMPLATE, folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    return DagsterInstance.from_config(str(folder))


def bury_killed_runs(instance: DagsterInstance) -> None:
    """Report runs of the command line that were killed as failed."""
    # Whoever gets here holds the lock of the command line's runs: one of them that still counts as started was killed.
    # Runs that Dagster launched are watched by its own run monitoring.
    started = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.NOT_STARTED]
    for run in instance.get_runs(RunsFilter(statuses=started, tags=OURS)):
        instance.report_run_failed(
            run, "The process was killed; the tables are as they were before its last unfinished slice."
        )


def execute(  # noqa: PLR0913
    settings: Settings,
    instance: DagsterInstance,
    job: str,
    outcome: RunOutcome,
    *,
    tags: dict[str, str] | None = None,
    selection: list[dg.AssetKey] | None = None,
    run_config: dict[str, object] | None = None,
    verbose: bool = False,
) -> None:
    """Run a job, or a selection of its assets, and add its id and its failures to the outcome; of a step's errors only FullDiskError is raised."""
    definition = build_definitions(settings).resolve_job_def(job)
    level = "INFO" if verbose else "CRITICAL"
    logging.getLogger("dagster").setLevel(level)
    # What is defined lives as long as the process; going through it again and again would be a fourteenth of a load.
    gc.freeze()
    with interruptible():
        result = definition.execute_in_process(
            instance=instance,
            tags={**OURS, **(tags or {})},
            asset_selection=selection,
            run_config={**(run_config or {}), "loggers": {"console": {"config": {"log_level": level}}}},
            raise_on_error=False,
        )
    outcome.runs.append(result.run_id)
    for event in result.all_events:
        if event.is_step_failure and event.step_key:
            data = event.step_failure_data
            failure = data.user_failure_data.description if data.user_failure_data else None
            outcome.failures[event.step_key] = failure or _first_cause(data.error)
    # Whatever came next would stumble over the same thing, step by step.
    refuse_full(settings.home, outcome.failures.values())


def _first_cause(error: SerializableErrorInfo | None) -> str:
    # Errors of ours are sentences; of others the warehouse has let through the type and the place only.
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "failed without saying why"
    kind, _, message = error.message.strip().partition(": ")
    ours = kind.startswith(("assets.", "pipelines."))
    return (
        message
        if ours and message
        else f"unexpected {error.cls_name}; the run's log in Dagster has the place"
    )
