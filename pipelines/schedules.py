"""The schedules: the daily load, and the daily questions whether a recalibration is due and whether the time of a proposal is over.

Belongs here: when things run by themselves. Does not belong here: what due means (`assets/bands/due.py`, `voice.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
from dagster._utils.schedules import is_valid_cron_string

from assets.bands.versions import due, problems
from assets.bands.voice import due_decisions
from assets.intake.deliveries import pending_days, scan
from assets.intake.sources import sources_from
from assets.settings import Settings, SettingsError
from assets.slices import columns_of
from assets.warehouse import Warehouse, WarehouseBusyError, open_warehouse
from pipelines.jobs import RANGE_END, RANGE_START, adopt_job, daily_job, recalibrate_job


def range_request(days: list[date], *, run_key: str | None = None) -> dg.RunRequest:
    """Return the request for one run over all days from the first to the last."""
    return dg.RunRequest(
        run_key=run_key, tags={RANGE_START: days[0].isoformat(), RANGE_END: days[-1].isoformat()}
    )


@contextmanager
def _glance(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """Look into the warehouse without holding up a run; None when nothing has been loaded yet."""
    path = Path(warehouse.database)
    if not path.exists():
        yield None
        return
    with open_warehouse(path, read_only=True) as connection:
        yield connection if columns_of(connection, "intake.files") else None


def waiting_days(warehouse: Warehouse, settings: Settings) -> list[date]:
    """Return the delivery days that wait in the inbox and are partitions. Raises WarehouseBusyError while a run is writing."""
    sources = sources_from(settings.sources)
    everything = scan(settings.inbox, settings.office.time_zone, sources) if settings.inbox.is_dir() else []
    found = [f for f in everything if f.delivery_date >= settings.intake.first_day]
    with _glance(warehouse) as connection:
        if connection is None:
            return sorted({f.delivery_date for f in found})
        return pending_days(connection, found, sources)


def recalibration_due(warehouse: Warehouse, settings: Settings, today: date) -> tuple[date | None, list[str]]:
    """Return the as-of date of the recalibration that is due, if any, and what is wrong with the inputs of its window."""
    with _glance(warehouse) as connection:
        as_of = due(connection, settings, today) if connection else None
        return as_of, problems(connection, settings, as_of) if connection and as_of else []


def adoption_due(warehouse: Warehouse, settings: Settings, today: date) -> bool:
    """Return whether the configuration has to decide on a proposal: its time for feedback is over."""
    with _glance(warehouse) as connection:
        return connection is not None and not due_decisions(connection, settings, today).is_empty()


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the three schedules, in the office's time zone."""
    zone = settings.office.time_zone
    cron = settings.schedule
    for line in (cron.daily_cron, cron.recalibration_cron, cron.fresh_by_cron):
        if not is_valid_cron_string(line):
            raise SettingsError(f"schedule: {line!r} is not a cron line")

    @dg.schedule(
        name="daily_load",
        job=daily_job,
        cron_schedule=settings.schedule.daily_cron,
        execution_timezone=zone,
        description="Loads what has been delivered since the last load.",
    )
    def daily_load(
        warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> dg.RunRequest | dg.SkipReason:
        try:
            days = waiting_days(warehouse, settings)
        except WarehouseBusyError as error:
            return dg.SkipReason(str(error))
        return range_request(days) if days else dg.SkipReason("nothing new in the inbox")

    @dg.schedule(
        name="recalibration",
        job=recalibrate_job,
        cron_schedule=settings.schedule.recalibration_cron,
        execution_timezone=zone,
        description="Fires when the configured days have passed since the last calibration, and catches up after downtime.",
    )
    def recalibration(
        context: dg.ScheduleEvaluationContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> dg.RunRequest | dg.SkipReason:
        try:
            as_of, wrong = recalibration_due(warehouse, settings, context.scheduled_execution_time.date())
        except WarehouseBusyError as error:
            return dg.SkipReason(str(error))
        if as_of is None:
            return dg.SkipReason(f"no recalibration is due; one is every {settings.bands.every_days} days")
        if wrong:
            return dg.SkipReason(f"{'; '.join(wrong)}; see rcmbench status")
        config = dg.RunConfig({"calibrate": {"config": {"as_of": as_of.isoformat()}}})
        return dg.RunRequest(run_key=f"recalibrate-{as_of}", run_config=config)

    return [daily_load, recalibration, _adoption(settings)]


def _adoption(settings: Settings) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="adoption",
        job=adopt_job,
        cron_schedule=settings.schedule.recalibration_cron,
        execution_timezone=settings.office.time_zone,
        description="Fires when the time for feedback on a proposed version is over and no daily load has decided on it.",
    )
    def adoption(
        context: dg.ScheduleEvaluationContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> dg.RunRequest | dg.SkipReason:
        today = context.scheduled_execution_time.date()
        try:
            is_due = adoption_due(warehouse, settings, today)
        except WarehouseBusyError as error:
            return dg.SkipReason(str(error))
        return (
            dg.RunRequest(run_key=f"adopt-{today}")
            if is_due
            else dg.SkipReason("no proposal waits whose time for feedback is over")
        )

    return adoption
