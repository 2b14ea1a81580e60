"""Bands as Dagster assets.

Belongs here: the multi-asset and what it shows. Does not belong here: storing versions (`versions.py`) or the statistics
(`calibrate.py`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import polars as pl

from assets.bands.versions import DOCS, LIMITS, TABLES, NothingToCalibrateError, recalibrate
from assets.checks import asset_key, check_results, check_specs
from assets.models import OWNERS, table_metadata
from assets.settings import Settings
from assets.warehouse import Warehouse


class RecalibrateConfig(dg.Config):
    """Run configuration of a recalibration: the as-of date in ISO form; empty means the last day with work."""

    as_of: str = ""


def bands_assets() -> dg.AssetsDefinition:
    """Return the multi-asset of bands.versions and bands.bands."""
    specs = [
        dg.AssetSpec(
            key=asset_key(table),
            deps=[asset_key("measures.production")],
            group_name="bands",
            kinds={"duckdb", "polars"},
            owners=OWNERS,
            description=DOCS[table],
            metadata=table_metadata(table, columns),
        )
        for table, columns in TABLES.items()
    ]

    @dg.multi_asset(
        name="calibrate",
        specs=specs,
        check_specs=[s for t in TABLES for s in check_specs(t)],
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
        if not all(verdict.passed for verdict in done.verdicts):
            for table in TABLES:
                yield from check_results(table, done.verdicts)
            raise dg.Failure(f"the calibration as of {done.as_of} failed its suite and was not stored")
        metadata: dict[str, Any] = {
            "version": done.version_id,
            "as_of": done.as_of.isoformat(),
            "new": done.is_new,
        }
        for table in TABLES:
            extra = (
                {"bands": dg.MetadataValue.md(bands_markdown(done.bands))} if table == "bands.bands" else {}
            )
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={**metadata, **extra},
                check_results=check_results(table, done.verdicts),
            )

    return recalibrate_bands


def bands_markdown(bands: pl.DataFrame) -> str:
    """Return the bands as a Markdown table for the Dagster UI; withheld ones show their reason."""
    lines = [
        "| role | complexity | acceptable | strong | exceptional | unit | people | status |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in bands.iter_rows(named=True):
        values = [f"{row[name]:.4g}" if row[name] is not None else "\N{EN DASH}" for name in LIMITS]
        lines.append(
            f"| {row['role']} | {row['complexity']} | {' | '.join(values)} | {row['unit']} | {row['contributors']} | {row['status']} |"
        )
    return "\n".join(lines)
