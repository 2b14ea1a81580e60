"""The schedules: the daily load, and the daily question whether a recalibration is due.

Belongs here: when things run by themselves. Does not belong here: what due means (`assets/bands/assets.py`).
"""

from datetime import date

import dagster as dg

from assets.bands.assets import due
from assets.intake.deliveries import pending_days, scan
from assets.intake.tables import create_intake
from assets.settings import Settings
from assets.warehouse import Warehouse, WarehouseBusyError
from pipelines.jobs import RANGE_END, RANGE_START, daily_job, recalibrate_job


def range_request(days: list[date], *, run_key: str | None = None) -> dg.RunRequest:
    """Return the request for one run over all days from the first to the last."""
    return dg.RunRequest(
        run_key=run_key, tags={RANGE_START: days[0].isoformat(), RANGE_END: days[-1].isoformat()}
    )


def waiting_days(warehouse: Warehouse, settings: Settings) -> list[date]:
    """Return the delivery days that wait in the inbox."""
    with warehouse.get_connection() as connection:
        create_intake(connection)
        return pending_days(connection, scan(settings.inbox, settings.office.time_zone))


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the two schedules, in the office's time zone."""
    zone = settings.office.time_zone

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
            with warehouse.get_connection() as connection:
                as_of = due(connection, settings, context.scheduled_execution_time.date())
        except WarehouseBusyError as error:
            return dg.SkipReason(str(error))
        if as_of is None:
            return dg.SkipReason(f"no recalibration is due; one is every {settings.bands.every_days} days")
        config = dg.RunConfig({"calibrate": {"config": {"as_of": as_of.isoformat()}}})
        return dg.RunRequest(run_key=f"recalibrate-{as_of}", run_config=config)

    return [daily_load, recalibration]
