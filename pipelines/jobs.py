"""The jobs: the daily load, the recalibration, and what follows when the time for feedback on a proposal is over.

Belongs here: what is selected together. Does not belong here: when (`schedules.py`, `sensors.py`).
"""

import dagster as dg

from assets.bands.assets import DECISIONS
from assets.bands.stored import CALIBRATED
from assets.checks import asset_key

DAILY = "daily"
RECALIBRATE = "recalibrate"
ADOPT = "adopt"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

_drift = dg.AssetSelection.assets(["bands", "drift"])
_calibrated = dg.AssetSelection.assets(
    *(asset_key(table) for table in (*CALIBRATED, "bands.clinicians") if table != DECISIONS)
)
_flow = dg.AssetSelection.groups("intake", "ledger", "measures", "bands", "published") - _calibrated

daily_job = dg.define_asset_job(
    DAILY,
    selection=_flow,
    description="Files of some days into tables, metrics and what is published, with a weekly look at drift and at proposals whose time for feedback is over. A range of days is one run.",
)

recalibrate_job = dg.define_asset_job(
    RECALIBRATE,
    selection=dg.AssetSelection.groups("bands", "published") - _drift,
    description="Bands from the window that ends at the as-of date, stored as a new version and published.",
)

adopt_job = dg.define_asset_job(
    ADOPT,
    selection=dg.AssetSelection.groups("bands", "published") - _drift - _calibrated,
    description="Proposals whose time for feedback is over: adopted or held by the configuration, and published. No calibration.",
)
