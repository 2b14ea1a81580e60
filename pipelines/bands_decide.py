"""A decision on a version, and what follows from it: recorded, then published.

Belongs here: doing both while nobody else writes. Does not belong here: what may be decided (`assets/bands/decisions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.bands.decisions import version_named
from assets.bands.versions import create_bands, decide
from assets.bands.voice import office_day
from assets.settings import SettingsError
from assets.warehouse import PATIENCE, open_warehouse
from pipelines.lock import only_run
from pipelines.runs import publish_now

if TYPE_CHECKING:
    import polars as pl

    from assets.settings import Settings
    from pipelines.execution import RunOutcome


def decide_and_publish(  # noqa: PLR0913
    settings: Settings,
    version: str,
    decision: str,
    *,
    by: str,
    reason: str,
    role: str | None,
    with_provisional: bool = False,
    verbose: bool = False,
) -> tuple[pl.DataFrame, RunOutcome]:
    """Record the decision and publish what is then in force; return its rows and what came of publishing.

    Raises SettingsError when nothing is loaded, DecisionError when it cannot be taken, WarehouseBusyError while a run goes on.
    """
    if not settings.warehouse_path.exists():
        raise SettingsError(f"{settings.home}: nothing is loaded here; begin with rcmbench run")
    with only_run(settings.home):
        with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
            create_bands(connection)
            rows = decide(
                connection,
                settings,
                version_named(connection, version),
                decision,
                by=by,
                reason=reason,
                today=office_day(settings),
                role=role,
                with_provisional=with_provisional,
            )
        return rows, publish_now(settings, verbose=verbose)
