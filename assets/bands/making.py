"""Making a version: observations, parameters and what is in force become rows for every table, and nothing else matters.

Belongs here: the version's name, its rows, the code that counts for it. Does not belong here: reading, storing, deciding.
Pure: no connection and no clock, so that a version can be made again and compared.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from assets.bands.attain import LEVELS, attainment
from assets.bands.calibrate import Calibration, calibrate
from assets.bands.companions import COMPANIONS, companion_bands
from assets.bands.config import BandConfig, method_id
from assets.bands.floor import QUALITY_SCHEMA, attained_days, attained_quality, attained_tiers
from assets.bands.frame import COMPLEXITIES, fingerprint
from assets.bands.guardrail import NOTHING, Standing, guarded
from assets.bands.ratio_frame import ratio_fingerprint
from assets.bands.ratio_season import ratio_seasons, season_findings
from assets.bands.rows import first_of_history
from assets.bands.stored import BAND_COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from assets.bands.quantile import Floats
    from assets.bands.ratio_season import Seasons

    Finding = tuple[str, str | None, str, str, float | None]

BEST_FIRST = ("proposed", "held", "provisional", "withheld", "learning")
_KEYS = {
    "exclusions": ("role", "complexity", "reason"), "calendar": ("kind", "key", "period"), "outages": ("system_id", "date"),
    "friction": ("system_id",),
    "ramp": ("role", "complexity", "stage"), "breaks": ("role", "date"), "earlier": ("role", "date"), "quality": ("role", "metric"), "roles": ("role",),
    "shared": ("name",),
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A version and its rows: `version` without the time it was stored, frames with the columns of `stored.py`."""

    version: dict[str, Any]
    bands: pl.DataFrame
    attainment: pl.DataFrame
    findings: pl.DataFrame
    attained_tiers: pl.DataFrame
    attained_quality: pl.DataFrame
    attained_days: pl.DataFrame
    companions: pl.DataFrame
    calibration: Calibration

    @property
    def version_id(self) -> str:
        """The name of the version."""
        return str(self.version["version_id"])


@cache
def code_hash(*modules: str) -> str:
    """Return a hash of the source files that these modules of the folder consist of, found by their imports.

    Without any, of those that a version consists of.
    """
    folder = Path(__file__).parent
    waiting, seen = [*(modules or ("calibrate", "guardrail", "making"))], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            text = (folder / f"{name}.py").read_text(encoding="utf-8")
            waiting += re.findall(r"from assets\.bands\.(\w+) import", text)
    digest = hashlib.sha256()
    # What columns mean is told in `stored.py`; their wording computes nothing.
    for name in sorted(seen - {"stored"}):
        digest.update(name.encode() + b"\0" + (folder / f"{name}.py").read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def libraries() -> str:
    """Return the versions of the libraries that compute."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "polars", "scipy"))


def config_of(text: str) -> BandConfig:
    """Return the parameters that a version was made with. Raises ValueError when they are not ours."""
    given = json.loads(text)
    for name, value in given.items():
        if isinstance(value, list):
            given[name] = tuple(value)
    try:
        return BandConfig(**given)
    except TypeError as error:
        raise ValueError(f"the parameters of the version are not those of this method: {error}") from None


def make_version(  # noqa: PLR0913
    frame: pl.DataFrame,
    ratios: pl.DataFrame,
    *,
    as_of: date,
    config: BandConfig,
    standing: Standing,
    beside: Standing = NOTHING,
    problems: Sequence[str] = (),
    ready: Collection[str] = (),
) -> Made:
    """Calibrate, hold the bands near those in force, and name the result.

    `ratios` is the frame of the companion bands (`ratio_frame.py`), history included, empty where nothing was measured; `beside` holds
    their values in force. `problems` are what is wrong with the inputs: with any, bands that meet every other criterion are held. `ready` are the
    roles with enough days and a prior year, see `due.ready_roles`.
    """
    result = calibrate(frame, as_of=as_of, config=config)
    first = config.window(as_of)[0]
    inside = frame.filter(pl.col("date").is_between(first, as_of)).height
    gate = "; ".join(problems)
    bands = guarded(_candidates(result.bands, gate), standing, _confirmed(result, config))
    input_hash = fingerprint(frame)
    companion_hash = ratio_fingerprint(ratios) if ratios.height else ""
    name = "|".join((
        str(as_of), input_hash, companion_hash, method_id(), code_hash(), config.config_hash(), gate,
        ",".join(f"{role}={version}" for role, version in sorted(standing.versions.items())),
    ))  # fmt: skip
    version_id = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    statuses = set(bands["status"].to_list())
    version = {
        "version_id": version_id, "as_of": as_of, "window_from": first, "window_to": as_of,
        "history_from": first_of_history(as_of, config), "history_to": first - timedelta(days=1),
        "has_prior_year": bool(result.fitted.calendar.known.any()), "ready_roles": ", ".join(sorted(ready)),
        "status": next((s for s in BEST_FIRST if s in statuses), "learning"), "gate": gate,
        "previous_version_id": next(iter(standing.versions.values()), None),
        "method_id": method_id(), "code_hash": code_hash(), "config_hash": config.config_hash(),
        "config": json.dumps(asdict(config), sort_keys=True, separators=(",", ":")), "libraries": libraries(),
        "input_hash": input_hash, "companion_hash": companion_hash, "n_observations": inside, "n_history": frame.height - inside,
    }  # fmt: skip
    bands = bands.with_columns(
        version_id=pl.lit(version_id), as_of=pl.lit(as_of), effective_from=pl.lit(as_of + timedelta(days=1))
    )
    judged = attained(result, bands, version_id, config, ("proposed",))
    seasons = ratio_seasons(ratios, as_of=as_of, companions=COMPANIONS, config=config)
    # A verdict is an evaluation too: there is none while the baseline of a role is learnt.
    evaluated = bands.filter(pl.col("status") != "learning")["role"].unique().to_list()
    quality = attained_quality(result.fitted, config).filter(pl.col("role").is_in(evaluated))
    return Made(
        version,
        bands.select(list(BAND_COLUMNS)),
        judged["attainment"],
        _findings(result, seasons, version_id),
        judged["attained_tiers"],
        quality.select(pl.lit(version_id).alias("version_id"), *QUALITY_SCHEMA),
        judged["attained_days"],
        companion_bands(
            ratios,
            result,
            as_of=as_of,
            version_id=version_id,
            gate=gate,
            before=beside,
            seasons=seasons,
            config=config,
        ),
        result,
    )


def _candidates(bands: pl.DataFrame, gate: str) -> pl.DataFrame:
    """Return the bands with 'proposed' for those that meet every criterion of the method, held when the inputs do not."""
    meets = pl.col("status") == "adopted"
    if not gate:
        return bands.with_columns(status=pl.when(meets).then(pl.lit("proposed")).otherwise(pl.col("status")))
    return bands.with_columns(
        reasons=pl.when(meets).then(pl.lit(gate)).otherwise(pl.col("reasons")),
        status=pl.when(meets).then(pl.lit("held")).otherwise(pl.col("status")),
    )


def _confirmed(result: Calibration, config: BandConfig) -> set[str]:
    breaks = result.diagnostics.breaks
    found = set(breaks.filter(pl.col("rescaled"))["role"].to_list())
    return found if not config.confirm_breaks else found & set(config.confirmed_breaks)


def attained(  # noqa: PLR0913
    result: Calibration,
    bands: pl.DataFrame,
    version_id: str,
    config: BandConfig,
    statuses: tuple[str, ...],
    *,
    roles: Collection[str] | None = None,
    decision_no: int = 0,
) -> dict[str, pl.DataFrame]:
    """Return what everybody reached, against the bands of these statuses: nobody is judged by a range or while learning.

    The rows of `bands.attainment`, `attained_tiers` and `attained_days`, by these names. Roles without such a band have none.
    """
    targets = _targets(result, bands, config, statuses)
    there = {role for n, role in enumerate(result.fitted.rows.roles) if np.isfinite(targets[n]).any()}
    wanted = sorted(there if roles is None else there & set(roles))
    frames = {
        "attainment": attainment(result.fitted, targets, config).rename(
            {"index": "attained", "status": "state"}
        ),
        "attained_tiers": attained_tiers(result.fitted, targets, config),
        "attained_days": attained_days(result.fitted, targets),
    }
    head = (pl.lit(version_id).alias("version_id"), pl.lit(decision_no, dtype=pl.Int64).alias("decision_no"))
    return {
        name: frame.filter(pl.col("role").is_in(wanted))
        .with_columns(*head)
        .select(list(TABLES[f"bands.{name}"]))
        for name, frame in frames.items()
    }


def _targets(
    result: Calibration, bands: pl.DataFrame, config: BandConfig, statuses: tuple[str, ...]
) -> Floats:
    """Return log bands of seniors (roles, complexities, levels), NaN where there is no target."""
    roles = result.fitted.rows.roles
    targets = np.full((len(roles), len(COMPLEXITIES), len(LEVELS)), np.nan)
    seniors = bands.filter(
        (pl.col("stage") == config.stage_names()[-1]) & pl.col("status").is_in(list(statuses))
    )
    for row in seniors.iter_rows(named=True):
        values = [np.nan if row[name] is None else row[name] for name in LEVELS]
        targets[roles.index(row["role"]), COMPLEXITIES.index(row["complexity"])] = np.log(values)
    return targets


def _findings(result: Calibration, seasons: Seasons, version_id: str) -> pl.DataFrame:
    found = chain(
        *(_long(finding, keys, getattr(result.diagnostics, finding)) for finding, keys in _KEYS.items()),
        season_findings(seasons),
    )
    return numbered(found, version_id)


def numbered(found: Iterable[Finding], version_id: str) -> pl.DataFrame:
    """Return what was found (finding, role, subject, name, value) as rows of bands.findings, in the order in which it was found."""
    rows = [(version_id, place, *one) for place, one in enumerate(found)]
    schema = {
        "version_id": pl.String, "place": pl.Int64, "finding": pl.String, "role": pl.String, "subject": pl.String,
        "name": pl.String, "value": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _long(finding: str, keys: tuple[str, ...], frame: pl.DataFrame) -> Iterator[Finding]:
    for row in frame.iter_rows(named=True):
        role = row.get("role")
        if finding == "calendar" and row["kind"] != "tilt":
            role = row["key"]
        subject = " ".join(f"{key}={row[key]}" for key in keys if key != "role")
        for name, value in row.items():
            if name not in keys:
                yield finding, role, subject, name, None if value is None else float(value)
