"""The sensor: new files in the inbox ask for a run.

Belongs here: noticing files. Does not belong here: what is new (`assets/intake/deliveries.py`).
"""

import hashlib

import dagster as dg

from assets.intake.deliveries import scan
from assets.intake.sources import sources_from
from assets.settings import Settings
from assets.warehouse import Warehouse, WarehouseBusyError
from pipelines.jobs import daily_job
from pipelines.schedules import range_request, waiting_days


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor; it waits until two looks see the same files, so that a file half copied is left alone."""

    @dg.sensor(
        name="new_files",
        job=daily_job,
        minimum_interval_seconds=60,
        description=f"Watches {settings.inbox.name}/ and loads what has arrived.",
    )
    def new_files(
        context: dg.SensorEvaluationContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> dg.SensorResult | dg.SkipReason:
        found = (
            scan(settings.inbox, settings.office.time_zone, sources_from(settings.sources))
            if settings.inbox.is_dir()
            else []
        )
        listing = "\n".join(f"{f.path} {f.size} {f.mtime_ns}" for f in found)
        now = hashlib.blake2b(listing.encode(), digest_size=8).hexdigest()
        if context.cursor != now:
            return dg.SensorResult(cursor=now, skip_reason="the inbox is changing or new; looking again")
        try:
            days = waiting_days(warehouse, settings)
        except WarehouseBusyError as error:
            return dg.SkipReason(str(error))
        if not days:
            return dg.SkipReason("nothing new in the inbox")
        return dg.SensorResult(run_requests=[range_request(days, run_key=now)], cursor=now)

    return new_files
