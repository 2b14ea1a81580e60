"""What would have stood: bands as of a day, from what had been delivered by another day.

Belongs here: loading the inbox up to a day into a home of its own, and calibrating on what it then holds. Does not belong here:
storing anything in the office's home, which is only read.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assets.bands.decisions import standing, standing_beside
from assets.bands.due import problems, ready_roles
from assets.bands.guardrail import NOTHING
from assets.bands.inputs import last_work_day, observations, ratios
from assets.bands.making import make_version
from assets.bands.versions import NothingToCalibrateError, band_config
from assets.intake.pseudonyms import KEY_FILE
from assets.settings import SettingsError
from assets.slices import columns_of
from assets.warehouse import PATIENCE, open_warehouse
from pipelines.definitions import catalogue
from pipelines.runs import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl

    from assets.settings import Settings

NEVER = 10**6
"""Learning days that no office reaches, so that the load itself calibrates nothing."""
_UNKNOWN = "by {known} there was no logged work after {last}; the window cannot end on {as_of}"


@dataclass(frozen=True)
class Replayed:
    """What would have stood.

    `same_input_as`: stored versions as of that day from the same observations; `same_version_as`: the stored version that it is.
    """

    as_of: date
    known: date
    bands: pl.DataFrame
    same_input_as: list[str]
    same_version_as: str | None
    failures: dict[str, str] = field(default_factory=dict)


def replay(
    settings: Settings, as_of: date, known: date, *, keep: Path | None = None, verbose: bool = False
) -> Replayed:
    """Load deliveries up to `known` elsewhere and calibrate as of `as_of`, beside the version in force before that day.

    Pseudonyms are those of the office's home, so that the same observations are found to be the same. Raises
    NothingToCalibrateError without logged work up to that day, SettingsError when the folder to keep is there already.
    """
    if as_of > known:
        raise NothingToCalibrateError(_UNKNOWN.format(known=known, last=known, as_of=as_of))
    with _elsewhere(settings, keep) as there:
        # A home that is kept is a whole one; else what bands do not rest on needs no computing.
        outcome = load(there, last=known, verbose=verbose, tables=None if keep else _inputs())
        config = band_config(settings)
        with open_warehouse(there.warehouse_path, patience=PATIENCE) as connection:
            last = last_work_day(connection)
            if last is None or as_of > last:
                raise NothingToCalibrateError(
                    _UNKNOWN.format(known=known, last=last or "any day", as_of=as_of)
                )
            frame = observations(connection, as_of, config)
            beside = ratios(connection, as_of, config)
            wrong, ready = problems(connection, there, as_of), ready_roles(connection, as_of, config)
    before, before_beside, stored = NOTHING, NOTHING, []
    if settings.warehouse_path.exists():
        with open_warehouse(settings.warehouse_path, read_only=True, patience=PATIENCE) as connection:
            before = standing(connection, before=as_of)
            if columns_of(connection, "bands.companions"):
                before_beside = standing_beside(connection, before=as_of)
            if columns_of(connection, "bands.versions"):
                stored = connection.execute(
                    "select version_id, input_hash from bands.versions where as_of = ? order by known_at",
                    [as_of],
                ).fetchall()
    made = make_version(
        frame,
        beside,
        as_of=as_of,
        config=config,
        standing=before,
        beside=before_beside,
        problems=wrong,
        ready=ready,
    )
    same = [version for version, input_hash in stored if input_hash == made.version["input_hash"]]
    found = made.version_id if made.version_id in same else None
    return Replayed(as_of, known, made.bands, same, found, outcome.failures)


def _inputs() -> list[str]:
    """Return the tables that a calibration reads, or that hold it back when their suites fail."""
    return ["measures.production", "measures.quality", "measures.companions"] + [
        name for name, model in catalogue()[0].items() if model.stage == "ledger"
    ]


@contextmanager
def _elsewhere(settings: Settings, keep: Path | None) -> Iterator[Settings]:
    """Yield the settings of a home of its own, which is thrown away unless it is to be kept."""
    folder = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="rcmbench-replay-"))
    if keep and folder.exists():
        raise SettingsError(f"{keep}: is there already; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    key = settings.home / KEY_FILE
    if key.exists():
        shutil.copy2(key, folder / KEY_FILE)
    bands = settings.bands.model_copy(update={"learning_days": NEVER})
    try:
        yield settings.model_copy(update={"home": folder, "bands": bands})
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
