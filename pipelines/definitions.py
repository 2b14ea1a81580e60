"""The one Definitions object: assets, checks, jobs, schedules, sensor and resources.

Belongs here: putting them together. Does not belong here: any of them.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import dagster as dg

from assets.bands.assets import bands_assets, clinicians_asset, decisions_asset, drift_asset
from assets.bands.versions import TABLES as BAND_TABLES
from assets.explained import explained
from assets.intake.assets import intake_assets
from assets.intake.tables import schemas
from assets.ledger.reference import REFERENCES as LEDGER_REFERENCES
from assets.lineage import Columns, bind
from assets.measures.assets import REFERENCES as REGISTRY
from assets.models import model_asset
from assets.published.assets import published_assets
from assets.reference import reference_asset
from assets.report.assets import report_asset
from assets.restate import tracked_columns
from assets.settings import Settings, find_config, load_settings
from assets.sql_model import Model, load_models
from assets.warehouse import Warehouse
from pipelines.jobs import adopt_job, daily_job, recalibrate_job
from pipelines.schedules import schedules
from pipelines.sensors import inbox_sensor

REFERENCES = (*LEDGER_REFERENCES, *REGISTRY)
RESULT_COLUMNS: Columns = {
    "run_id": "VARCHAR", "table_name": "VARCHAR", "slice_from": "DATE", "slice_to": "DATE", "expectation": "VARCHAR",
    "expects": "VARCHAR", "column_name": "VARCHAR", "severity": "VARCHAR", "success": "BOOLEAN", "observed": "VARCHAR",
    "unexpected_count": "BIGINT", "checked_at": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


@cache
def catalogue() -> tuple[dict[str, Model], dict[str, Columns]]:
    """Return every model, and the columns of every table, bound once per process."""
    models = load_models()
    made = {**schemas(), **BAND_TABLES, **{r.table: r.columns for r in REFERENCES}}
    base: dict[str, Columns] = {
        table: {n: k for n, (k, _) in columns.items()} for table, columns in made.items()
    }
    return models, bind(models, {**base, "quality.results": RESULT_COLUMNS})


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return all definitions for an office's settings. Raises ModelError or SuiteError when SQL or suites are broken."""
    tracked = tracked_columns(catalogue()[0].values())
    assets = [*intake_assets(settings, tracked), *_behind_intake()]
    return dg.Definitions(
        assets=dg.map_asset_specs(explained(settings), assets),
        jobs=[daily_job, recalibrate_job, adopt_job],
        schedules=schedules(settings),
        sensors=[inbox_sensor(settings)],
        resources={"warehouse": Warehouse(database=str(settings.warehouse_path)), "settings": settings},
        executor=dg.in_process_executor,
    )


@cache
def _behind_intake() -> tuple[dg.AssetsDefinition, ...]:
    """Return every asset that is the same for all offices; telling the lineage of its columns takes seconds."""
    models, known = catalogue()
    return (
        *(model_asset(m, models, known) for m in models.values() if m.stage != "published"),
        *(reference_asset(reference) for reference in REFERENCES),
        bands_assets(),
        decisions_asset(),
        drift_asset(),
        clinicians_asset(),
        published_assets(models, known),
        report_asset([m.name for m in models.values() if m.stage == "published"]),
    )


def settings_from_environment() -> Settings:
    """Return the settings that the Dagster processes use: RCMBENCH_CONFIG, else rcmbench.toml in the working folder."""
    settings = load_settings(find_config(None, Path.cwd()))
    overrides = {
        key: Path(os.environ[name])
        for key, name in (("home", "RCMBENCH_HOME"), ("inbox", "RCMBENCH_INBOX"))
        if os.environ.get(name)
    }
    return settings.model_copy(update=overrides)


@dg.definitions
def defs() -> dg.Definitions:
    """Return what Dagster's own processes load. Lazy: the command line imports this module with settings of its own."""
    return build_definitions(settings_from_environment())
