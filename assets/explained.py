"""What Dagster is told of every asset before it is built: when it is overdue, which files it is made by, and where it comes from.

Belongs here: freshness, code references and the way on, put on the specifications of all assets in one place.
Does not belong here: columns and lineage (`models.py`), and what a run tells (`shown.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._utils.schedules import get_smallest_cron_interval
from dagster._utils.warnings import disable_dagster_warnings as dg_warnings_off

from assets.bands.stored import CALIBRATED
from assets.quality import EXPECTATIONS_ROOT
from assets.sql_model import SQL_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.settings import Settings

CALIBRATIONS = frozenset({*CALIBRATED, "bands.clinicians"})
"""Tables that a calibration writes, and nothing else does."""
PYTHON = {"intake": "intake/contracts", "bands": "bands", "ledger": "ledger", "measures": "measures"}
"""Where the code of a stage's tables lies that no query makes."""
DAY = timedelta(days=1)


def explained(settings: Settings) -> Callable[[dg.AssetSpec], dg.AssetSpec]:
    """Return the function that adds to an asset's specification what this module knows."""
    daily, calibrated = loaded_daily(settings), calibrated_in_time(settings)

    def explain(spec: dg.AssetSpec) -> dg.AssetSpec:
        table = ".".join(spec.key.path)
        fresh: dg.FreshnessPolicy | None = None
        if table in CALIBRATIONS:
            fresh = calibrated
        elif spec.key.path[0] in {"intake", "published"}:
            # What lies between is built in the same run: one alarm at each end says as much as two hundred.
            fresh = daily
        metadata = {**spec.metadata, **_made_by(spec), **_comes_from(spec, settings)}
        return spec.replace_attributes(metadata=metadata, freshness_policy=fresh)

    return explain


def loaded_daily(settings: Settings) -> dg.FreshnessPolicy:
    """Return the policy of what the daily load writes: at each tick of schedule.fresh_by_cron a load within the day before."""
    cron = settings.schedule.fresh_by_cron
    return dg.FreshnessPolicy.cron(
        deadline_cron=cron,
        lower_bound_delta=min(DAY, get_smallest_cron_interval(cron)),
        timezone=settings.office.time_zone,
    )


def calibrated_in_time(settings: Settings) -> dg.FreshnessPolicy:
    """Return the policy of the bands: a warning when a calibration is due since a day, overdue after bands.overdue_days."""
    due = timedelta(days=settings.bands.every_days)
    return dg.FreshnessPolicy.time_window(
        warn_window=due + DAY, fail_window=due + timedelta(days=settings.bands.overdue_days)
    )


def _made_by(spec: dg.AssetSpec) -> dict[str, Any]:
    stage, stem = spec.key.path
    sql, suite = SQL_ROOT / stage / f"{stem}.sql", EXPECTATIONS_ROOT / stage / f"{stem}.yml"
    code = SQL_ROOT.parent / "assets" / PYTHON.get(stage, stage)
    made = [sql if sql.exists() else code, *([suite] if suite.exists() else [])]
    with dg_warnings_off():
        # Dagster cuts labels of more than some twenty letters in the middle.
        references: list[Any] = [
            dg.LocalFileCodeReference(file_path=str(path), label=path.name) for path in made
        ]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=references)}


def _comes_from(spec: dg.AssetSpec, settings: Settings) -> dict[str, Any]:
    """Return the next step towards the files; a model has it per column already."""
    if "column lineage" in spec.metadata:
        return {}
    upstream = sorted("/".join(dep.asset_key.path) for dep in spec.deps)
    if not upstream:
        where = (
            f"the inbox, `{settings.inbox}`"
            if spec.key.path[0] == "intake"
            else "the configuration and the code"
        )
        return {"comes from": dg.MetadataValue.md(where)}
    links = [f"[{path.replace('/', '.')}](/assets/{path})" for path in upstream]
    return {"comes from": dg.MetadataValue.md(", ".join(links))}
