"""Bands of clinicians' output: work RVU and visits per worked day, by specialty, setting, clinician type and payment model.

The machinery of the companion bands (`ratio_bands.py`) on one stratum: visits have no complexity of their own, which work RVU
already hold, and there is no ramp. Where a panel is capitated more visits are no goal, so there is no band. Weekdays and months come from
the prior year of a group's own days and are taken out.
Belongs here: the frame of clinicians, how their visits are paid, their season and bands. Does not belong here: estimates, storing
(`clinician_versions.py`). Pure: no connection and no clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.adopt import contributors_class
from assets.bands.companions import cell_role
from assets.bands.guardrail import Standing, guarded
from assets.bands.quantile import four_digits
from assets.bands.ratio_bands import RATIO_BANDS_SCHEMA, ratio_bands
from assets.bands.ratio_frame import RATIO_SCHEMA, Companion
from assets.bands.ratio_season import ratio_seasons, season_findings
from assets.bands.rows import first_of_history

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from assets.bands.config import BandConfig
    from assets.bands.ratio_season import Season, Seasons

GROUP = ("specialty", "setting", "clinician_type", "payment_model")
FRAME_SCHEMA: dict[str, pl.DataType] = {
    "definition_id": pl.String(),
    "date": pl.Date(),
    "provider_npi": pl.String(),
    "specialty": pl.String(),
    "setting": pl.String(),
    "clinician_type": pl.String(),
    "n_by_volume": pl.Int64(),
    "n_not_by_volume": pl.Int64(),
    "n_untold": pl.Int64(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
}
"""One row per measure, clinician and day; the counts are of visits by how their payer pays, the same in every measure."""

OUTPUT: tuple[Companion, ...] = (
    Companion("wrvu_per_worked_day.actual", "up", "ratio", "work RVU per worked day", gated=False),
    Companion("encounters_per_day.all", "up", "ratio", "completed visits per worked day", gated=False),
)
STATEMENTS = {
    "fee_for_service": "paid by the service: volume counts",
    "mixed": "a tenth to a half of the visits is not paid by volume: a range to look at, no target",
    "capitation": "capitated: volume is no goal",
    "unknown": "how the visits are paid is not told: a range to look at, no target",
}
MIXED_FROM, CAPITATED_ABOVE, UNTOLD_ABOVE = 0.1, 0.5, 0.5
_MARK = "\x1f"
_ONE = "low"


def payment_models(frame: pl.DataFrame) -> pl.DataFrame:
    """Return provider_npi and payment_model: by the share of a clinician's visits in the frame that is not paid by volume.

    Visits of which the payer's model is not told count in neither; with more than half of them the model is unknown.
    """
    days = frame.unique(
        ["provider_npi", "date", "specialty", "setting", "clinician_type"], maintain_order=True
    )
    paid, unpaid, untold = pl.col("n_by_volume"), pl.col("n_not_by_volume"), pl.col("n_untold")
    share, dark = unpaid / (paid + unpaid), untold / (paid + unpaid + untold)
    return (
        days.group_by("provider_npi", maintain_order=True)
        .agg(paid.sum(), unpaid.sum(), untold.sum())
        .select(
            "provider_npi",
            payment_model=pl.when((paid + unpaid == 0) | (dark > UNTOLD_ABOVE))
            .then(pl.lit("unknown"))
            .when(share > CAPITATED_ABOVE)
            .then(pl.lit("capitation"))
            .when(share >= MIXED_FROM)
            .then(pl.lit("mixed"))
            .otherwise(pl.lit("fee_for_service")),
        )
    )


def grouped(frame: pl.DataFrame, *, as_of: date, config: BandConfig) -> pl.DataFrame:
    """Return window and history of the frame as companion bands read it (RATIO_SCHEMA): the group is the role, and there is one complexity.

    `frame` follows FRAME_SCHEMA. How a clinician is paid in the window holds for the year before, too, so that a new contract leaves the
    group its history; who has left is known by that year. Empty where the window is.
    """
    first, last = config.window(as_of)
    window = frame.filter(pl.col("date").is_between(first, last))
    if not window.height:
        return pl.DataFrame(schema=RATIO_SCHEMA)
    history = frame.filter(pl.col("date").is_between(first_of_history(as_of, config), first, closed="left"))
    gone = history.join(window, on="provider_npi", how="anti")
    return (
        pl.concat([history, window])
        .join(pl.concat([payment_models(window), payment_models(gone)]), on="provider_npi")
        .select(
            "definition_id",
            "date",
            pl.col("provider_npi").alias("worker_id"),
            pl.concat_str(GROUP, separator=_MARK).alias("role"),
            pl.lit(_ONE).alias("complexity"),
            pl.lit(None, dtype=pl.Int64).alias("tenure_days"),
            "numerator",
            "denominator",
        )
        .sort("definition_id", "date", "worker_id", "role")
    )


def clinician_seasons(ratios: pl.DataFrame, *, as_of: date, config: BandConfig) -> Seasons:
    """Return the season of every measure and group whose own history covers a year, from `ratios` as `grouped` returns them.

    Capitated clinicians are left out: they move no other group's band. Raises FrameError.
    """
    offered = ratios.filter(~_is_capitated(pl.col("role")))
    return ratio_seasons(offered, as_of=as_of, companions=OUTPUT, config=config)


def clinician_findings(
    seasons: Mapping[tuple[str, str], Season],
) -> list[tuple[str, str | None, str, str, float]]:
    """Return the factors as findings: finding, role (None), subject, name, value."""
    return [
        ("clinician_season", None, f"{subject} {_told_as_subject(role)}", name, value)
        for _, role, subject, name, value in season_findings(seasons)
    ]


def clinician_bands(
    ratios: pl.DataFrame,
    *,
    as_of: date,
    before: Standing,
    seasons: Mapping[tuple[str, str], Season],
    config: BandConfig,
) -> pl.DataFrame:
    """Return a row per measure and group of the window.

    Its columns are GROUP, statement, season, those of RATIO_BANDS_SCHEMA but role, complexity and stage, and what the guardrail adds.
    `ratios` come from `grouped`, `seasons` from `clinician_seasons`. `before` holds the bands of the version before, its cells named by
    `group_role`. `season` is what the days of the window usually bring over the mean of the year, null where the season is unknown or
    the group shows nothing. Raises FrameError.
    """
    window = ratios.filter(pl.col("date") >= config.window(as_of)[0])
    offered = window.filter(~_is_capitated(pl.col("role")))
    bands = pl.DataFrame(schema=RATIO_BANDS_SCHEMA)
    if offered.height:
        bands = ratio_bands(
            window,
            as_of=as_of,
            companions=OUTPUT,
            qualified=(),
            seasons=seasons,
            config=replace(config, units=dict.fromkeys(offered["role"].unique(), "worked day")),
        ).filter((pl.col("complexity") == _ONE) & (pl.col("stage") == config.stage_names()[-1]))
    bands = pl.concat([bands, _not_offered(window, config)]).sort("definition_id", "role")
    held = guarded(
        bands.with_columns(role=pl.struct("definition_id", "role").map_elements(
            lambda cell: cell_role(cell["definition_id"], cell["role"]), return_dtype=pl.String
        )),
        before,
    ).with_columns(role=bands["role"])  # fmt: skip
    parts = pl.col("role").str.split(_MARK)
    return (
        held.join(
            _of_the_window(offered, seasons), on=["definition_id", "role"], how="left", maintain_order="left"
        )
        .with_columns(*(parts.list.get(n).alias(name) for n, name in enumerate(GROUP)))
        .with_columns(
            statement=pl.col("payment_model").replace_strict(STATEMENTS),
            season=pl.when(pl.col("acceptable").is_not_null()).then("season"),
        )
        .with_columns(*_no_target())
        .drop("role", "complexity", "stage")
    )


def group_role(definition_id: str, group: tuple[str, ...]) -> str:
    """Return the name under which a measure's bands of a group stand in a Standing; `group` as in GROUP."""
    return cell_role(definition_id, _MARK.join(group))


def cell_of(definition_id: str, group: tuple[str, ...], config: BandConfig) -> tuple[str, str, str]:
    """Return the cell of a measure and group in a Standing."""
    return group_role(definition_id, group), _ONE, config.stage_names()[-1]


def _is_capitated(role: pl.Expr) -> pl.Expr:
    return role.str.ends_with(f"{_MARK}capitation")


def _told_as_subject(role: str) -> str:
    return " ".join(f"{name}={part}" for name, part in zip(GROUP, role.split(_MARK), strict=True))


def _of_the_window(window: pl.DataFrame, seasons: Mapping[tuple[str, str], Season]) -> pl.DataFrame:
    """Return definition_id, role and season: the mean factor of the worked days of the window, of groups whose season is known."""
    rows = []
    for (name, role), part in window.sort("definition_id", "role", "date", "worker_id").group_by(
        "definition_id", "role", maintain_order=True
    ):
        if season := seasons.get((str(name), str(role))):
            days = part["denominator"].to_numpy()
            factor = season.of(part["date"].to_physical().cast(pl.Int64).to_numpy())
            rows.append((name, role, four_digits(float((days * factor).sum() / days.sum()))))
    schema = {"definition_id": pl.String, "role": pl.String, "season": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _not_offered(window: pl.DataFrame, config: BandConfig) -> pl.DataFrame:
    """Return a withheld row per measure and capitated group."""
    kinds = {companion.definition_id: companion for companion in OUTPUT}
    capitated = window.filter(_is_capitated(pl.col("role")))
    days = dict(capitated.group_by("role").agg(pl.col("date").n_unique()).iter_rows())
    cells = capitated.filter(pl.col("definition_id").is_in(list(kinds))).group_by("definition_id", "role").agg(
        pl.struct("worker_id").n_unique().alias("people")
    ).sort("definition_id", "role")  # fmt: skip
    rows = [
        dict.fromkeys(RATIO_BANDS_SCHEMA)
        | {
            "definition_id": name, "role": role, "complexity": _ONE, "stage": config.stage_names()[-1],
            "unit": kinds[name].unit, "good": kinds[name].good, "contributors": contributors_class(people),
            "n_days": days[role], "status": "withheld", "reasons": STATEMENTS["capitation"],
        }
        for name, role, people in cells.iter_rows()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=RATIO_BANDS_SCHEMA)


def _no_target() -> tuple[pl.Expr, pl.Expr]:
    """Return status and reasons: a band that meets every criterion is proposed, where volume is what is paid; else a range."""
    meets, is_paid = pl.col("status") == "adopted", pl.col("payment_model") == "fee_for_service"
    shown = pl.col("status").is_in(["adopted", "provisional"])
    said = pl.concat_str(
        [pl.when(pl.col("reasons") == "").then(None).otherwise(pl.col("reasons")), pl.col("statement")],
        separator="; ",
        ignore_nulls=True,
    )
    return (
        pl.when(meets)
        .then(pl.when(is_paid).then(pl.lit("proposed")).otherwise(pl.lit("provisional")))
        .otherwise(pl.col("status"))
        .alias("status"),
        pl.when(shown & ~is_paid).then(said).otherwise(pl.col("reasons")).alias("reasons"),
    )
