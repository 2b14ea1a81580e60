"""The jobs: the daily load and the recalibration.

Belongs here: what is selected together. Does not belong here: when (`schedules.py`, `sensors.py`).
"""

import dagster as dg

from assets.bands.stored import CALIBRATED
from assets.checks import asset_key

DAILY = "daily"
RECALIBRATE = "recalibrate"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

_drift = dg.AssetSelection.assets(["bands", "drift"])
_calibrated = dg.AssetSelection.assets(*(asset_key(table) for table in (*CALIBRATED, "bands.clinicians")))
_flow = dg.AssetSelection.groups("intake", "ledger", "measures", "bands", "published") - _calibrated

daily_job = dg.define_asset_job(
    DAILY,
    selection=_flow,
    description="Files of some days into tables, metrics and what is published, with a weekly look at drift. A range of days is one run.",
)

recalibrate_job = dg.define_asset_job(
    RECALIBRATE,
    selection=dg.AssetSelection.groups("bands", "published") - _drift,
    description="Bands from the window that ends at the as-of date, stored as a new version and published.",
)
