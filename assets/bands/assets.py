"""Bands as Dagster assets.

Belongs here: the multi-asset of a calibration, the assets of the decisions, of the clinicians and of the weekly look, and what they show.
Does not belong here: storing versions (`versions.py`), voice (`voice.py`), drift (`drift.py`) or the statistics (`calibrate.py`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import polars as pl

from assets.bands.clinician_versions import recalibrate_clinicians
from assets.bands.drift import watch
from assets.bands.stored import (
    CALIBRATED,
    CLINICIAN_COLUMNS,
    DECISION_COLUMNS,
    DOCS,
    DRIFT_COLUMNS,
    LIMITS,
)
from assets.bands.versions import NothingToCalibrateError, recalibrate
from assets.bands.voice import decide_what_waited
from assets.checks import asset_key, check_results, check_specs
from assets.models import OWNERS, table_metadata
from assets.pictures import bands_picture, drift_picture
from assets.settings import Settings
from assets.shown import at_a_glance
from assets.warehouse import Warehouse

PICTURE = "picture"
DECISIONS = "bands.decisions"
"""Written with a calibration, in its transaction, and again on each day on which the time of a proposal is over."""
_MATERIALIZED = {table: columns for table, columns in CALIBRATED.items() if table != DECISIONS}


class RecalibrateConfig(dg.Config):
    """Run configuration of a recalibration: the as-of date in ISO form; empty means the last day with work."""

    as_of: str = ""


def bands_assets() -> dg.AssetsDefinition:
    """Return the multi-asset of the tables that a calibration appends to."""
    specs = [
        dg.AssetSpec(
            key=asset_key(table),
            deps=[asset_key("measures.companions" if table == "bands.companions" else "measures.production")],
            group_name="bands",
            kinds={"duckdb", "polars"},
            owners=OWNERS,
            description=DOCS[table],
            metadata=table_metadata(table, columns),
        )
        for table, columns in _MATERIALIZED.items()
    ]

    @dg.multi_asset(
        name="calibrate",
        specs=specs,
        check_specs=[s for t in _MATERIALIZED for s in check_specs(t)],
        pool="warehouse",
    )
    def recalibrate_bands(
        context: dg.AssetExecutionContext,
        config: RecalibrateConfig,
        warehouse: Warehouse,
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        as_of = date.fromisoformat(config.as_of) if config.as_of else None
        with warehouse.get_connection() as connection:
            try:
                done = recalibrate(connection, settings, as_of, run_id=context.run_id)
            except NothingToCalibrateError as error:
                raise dg.Failure(str(error)) from None
            told = {table: at_a_glance(connection, table) for table in _MATERIALIZED}
        if not all(verdict.passed for verdict in done.verdicts):
            for table in _MATERIALIZED:
                yield from check_results(table, done.verdicts)
            raise dg.Failure(f"the calibration as of {done.as_of} failed its suite and was not stored")
        metadata: dict[str, Any] = {
            "version": done.version_id,
            "as_of": done.as_of.isoformat(),
            "new": done.is_new,
        }
        for table in _MATERIALIZED:
            extra = {}
            if table == "bands.bands":
                extra = {
                    PICTURE: dg.MetadataValue.md(bands_picture(done.bands)),
                    "bands": dg.MetadataValue.md(bands_markdown(done.bands)),
                }
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={**told[table], **metadata, **extra},
                check_results=check_results(table, done.verdicts),
            )

    return recalibrate_bands


def decisions_asset() -> dg.AssetsDefinition:
    """Return the asset of the decisions: it adopts, or holds, proposals whose time for feedback is over, in every load."""

    @dg.asset(
        key=asset_key(DECISIONS),
        deps=[asset_key("bands.versions"), asset_key("bands.bands"), asset_key("intake.feedback")],
        check_specs=check_specs(DECISIONS),
        group_name="bands",
        kinds={"duckdb", "polars"},
        owners=OWNERS,
        description=DOCS[DECISIONS],
        metadata=table_metadata(DECISIONS, DECISION_COLUMNS),
        pool="warehouse",
    )
    def decide(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with warehouse.get_connection() as connection:
            rows, verdicts = decide_what_waited(connection, settings, run_id=context.run_id)
            told = at_a_glance(connection, DECISIONS)
        results = check_results(DECISIONS, verdicts)
        if not all(verdict.passed for verdict in verdicts):
            yield from results
            raise dg.Failure("decisions on proposals failed their suite and were not stored")
        yield dg.MaterializeResult(
            metadata={
                **told,
                "decided": rows.height,
                "adopted": int((rows["decision"] == "adopted").sum()),
            },
            check_results=results,
        )

    return decide


def drift_asset() -> dg.AssetsDefinition:
    """Return the asset of the weekly look: it runs with the daily load and computes a week once."""

    @dg.asset(
        key=asset_key("bands.drift"),
        deps=[asset_key("measures.production")],
        check_specs=check_specs("bands.drift"),
        group_name="bands",
        kinds={"duckdb", "polars"},
        owners=OWNERS,
        description=DOCS["bands.drift"],
        metadata=table_metadata("bands.drift", DRIFT_COLUMNS),
        pool="warehouse",
    )
    def watch_drift(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.get_connection() as connection:
            verdicts = watch(connection, settings, run_id=context.run_id)
            told = at_a_glance(connection, "bands.drift", ("week",))
            # Drawing takes half a second, and six days of seven nothing is new.
            picture = None if verdicts else _picture_before(context)
            if picture is None:
                weeks = connection.execute("select * from bands.drift order by week, role, complexity").pl()
                picture = dg.MetadataValue.md(drift_picture(weeks.to_dicts()))
        yield dg.MaterializeResult(
            metadata={**told, "new week": bool(verdicts), PICTURE: picture},
            check_results=check_results("bands.drift", verdicts),
        )

    return watch_drift


def _picture_before(context: dg.AssetExecutionContext) -> dg.MetadataValue[Any] | None:
    event = context.instance.get_latest_materialization_event(context.asset_key)
    stood = event.asset_materialization if event else None
    return stood.metadata.get(PICTURE) if stood else None


def clinicians_asset() -> dg.AssetsDefinition:
    """Return the asset of the clinicians' bands: made after each calibration, for its window."""

    @dg.asset(
        key=asset_key("bands.clinicians"),
        deps=[asset_key("measures.clinician_days"), asset_key("bands.versions")],
        check_specs=check_specs("bands.clinicians"),
        group_name="bands",
        kinds={"duckdb", "polars"},
        owners=OWNERS,
        description=DOCS["bands.clinicians"],
        metadata=table_metadata("bands.clinicians", CLINICIAN_COLUMNS),
        pool="warehouse",
    )
    def calibrate_clinicians(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with warehouse.get_connection() as connection:
            done = recalibrate_clinicians(connection, settings, run_id=context.run_id)
            told = at_a_glance(connection, "bands.clinicians")
        results = check_results("bands.clinicians", done.verdicts)
        if not all(verdict.passed for verdict in done.verdicts):
            yield from results
            raise dg.Failure("the bands of clinicians failed their suite and were not stored")
        yield dg.MaterializeResult(
            metadata={
                **told,
                "version": done.version_id or "none: no calibration or no clinicians",
                "new": done.is_new,
            },
            check_results=results,
        )

    return calibrate_clinicians


def bands_markdown(bands: pl.DataFrame) -> str:
    """Return the bands as a Markdown table for the Dagster UI; withheld ones show their reason."""
    lines = [
        "| role | complexity | days in role | acceptable | strong | exceptional | unit | people | status | reasons |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in bands.iter_rows(named=True):
        values = [f"{row[name]:.4g}" if row[name] is not None else "\N{EN DASH}" for name in LIMITS]
        told = (row["role"], row["complexity"], row["stage"], *values, row["unit"], row["contributors"])
        lines.append(f"| {' | '.join(told)} | {row['status']} | {row['reasons']} |")
    return "\n".join(lines)
