"""Running the jobs from Python: the command line's and the tests' way to the same jobs that Dagster schedules.

Belongs here: the Dagster instance in the home folder, which days to run, running, and what came of it.
Does not belong here: printing (`show.py`).
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.bands.versions import due, last_work_day, problems
from assets.bands.voice import due_decisions, office_day
from assets.checks import asset_key
from assets.errors import RcmbenchError
from assets.intake.contracts import TABLES
from assets.intake.deliveries import Found, pending_days, scan
from assets.intake.pseudonyms import load_key
from assets.intake.sources import sources_from
from assets.intake.tables import create_intake
from assets.progress import report
from assets.published.assets import PUBLISH
from assets.published.made_with import is_current
from assets.reference import differs
from assets.report.assets import REPORT
from assets.restate import forget_read_changes, plan
from assets.sql_model import with_upstream
from assets.warehouse import PATIENCE, open_warehouse
from pipelines.definitions import REFERENCES, catalogue
from pipelines.execution import RunOutcome, bury_killed_runs, execute, instance_of
from pipelines.jobs import ADOPT, DAILY, RANGE_END, RANGE_START, RECALIBRATE
from pipelines.lock import only_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import dagster as dg
    import duckdb
    from dagster import DagsterInstance

    from assets.settings import Settings

LONGEST_GAP = timedelta(days=7)


class InboxError(RcmbenchError):
    """The inbox cannot be used; the message names the folder and the reason."""


def load(
    settings: Settings,
    *,
    first: date | None = None,
    last: date | None = None,
    verbose: bool = False,
    tables: Iterable[str] | None = None,
) -> RunOutcome:
    """Load what waits in the inbox, or again every day with files between `first` and `last`; recalibrate when due.

    With `tables`, only these and what they read are computed, and nothing is published.
    Raises InboxError when there is no inbox, PseudonymKeyError when the key cannot be used, WarehouseBusyError when another
    run is writing.
    """
    require_inbox(settings)
    if first and last and first > last:
        raise InboxError(f"--from {first} lies after --to {last}")
    with only_run(settings.home):
        report("looking into the inbox", 0, 1)
        with warehouse_of(settings) as connection:
            found = scan(settings.inbox, settings.office.time_zone, sources_from(settings.sources))
            waiting = _chosen(connection, settings, found, first, last)
        if (first or last) and not waiting:
            raise InboxError(
                f"{settings.inbox}: no file was delivered between {first or 'the beginning'} and {last or 'now'}"
            )
        return load_days(settings, waiting, verbose=verbose, tables=tables)


def require_inbox(settings: Settings) -> None:
    """Raise InboxError when there is no inbox, or the home lies in it."""
    if not settings.inbox.is_dir():
        raise InboxError(
            f"{settings.inbox}: there is no such folder; name the inbox with --inbox or in rcmbench.toml"
        )
    if settings.home.resolve().is_relative_to(settings.inbox.resolve()):
        raise InboxError(
            f"{settings.home}: the home lies inside the inbox, and would be taken for deliveries; choose another --home"
        )


@contextmanager
def warehouse_of(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse with the tables of intake in it, and a key that can be used."""
    load_key(settings.home)
    with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
        create_intake(connection)
        yield connection


def load_days(
    settings: Settings,
    waiting: Iterable[date],
    *,
    verbose: bool = False,
    tables: Iterable[str] | None = None,
) -> RunOutcome:
    """Load what was delivered on these days, and what follows from it. The caller holds the lock (`only_run`).

    With `tables`, only these and what they read follow.
    """
    outcome, days = RunOutcome(), sorted(set(waiting))
    chosen = None if tables is None else _with_what_they_read(tables)
    with instance_of(settings) as instance:
        bury_killed_runs(instance)
        inside = [day for day in days if settings.intake.first_day <= day <= office_day(settings)]
        outcome.outside = sorted(set(days) - set(inside))
        for group in groups(inside):
            outcome.days += group
            tags = {RANGE_START: group[0].isoformat(), RANGE_END: group[-1].isoformat()}
            execute(settings, instance, DAILY, outcome, tags=tags, selection=chosen, verbose=verbose)
        if chosen is None and not inside and (stale := _stale(settings)):
            keys = [asset_key(name) for name in stale]
            execute(settings, instance, DAILY, outcome, selection=keys, verbose=verbose)
        if not inside and _waited(settings):
            execute(settings, instance, ADOPT, outcome, verbose=verbose)
        if not outcome.failures:
            recalibrate_if_due(settings, instance, outcome, verbose=verbose)
    with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
        # What is published is written whole, so it reads no changes.
        readers = [model for model in catalogue()[0].values() if model.stage != "published"]
        forget_read_changes(connection, readers)
    return outcome


def _with_what_they_read(tables: Iterable[str]) -> list[dg.AssetKey]:
    """Return the keys of computed tables and of the computed ones behind them, and of all that is given: feeds and references."""
    given = [f"intake.{name}" for name in ("files", *TABLES)] + [r.table for r in REFERENCES]
    return [asset_key(name) for name in (*given, *with_upstream(catalogue()[0], tables))]


def recalibrate_if_due(
    settings: Settings, instance: DagsterInstance, outcome: RunOutcome, *, verbose: bool = False
) -> None:
    """Run the recalibration job when one is due and nothing is wrong with what it would rest on."""
    with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
        as_of = due(connection, settings)
        wrong = problems(connection, settings, as_of) if as_of else []
    if as_of is not None and not wrong:
        _recalibrate(settings, instance, as_of, outcome, verbose=verbose)


def recalibrate_now(settings: Settings, as_of: date | None, *, verbose: bool = False) -> RunOutcome:
    """Recalibrate as of a day (None: the last day with work), due or not."""
    outcome = RunOutcome()
    with only_run(settings.home), instance_of(settings) as instance:
        bury_killed_runs(instance)
        with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
            day = as_of or last_work_day(connection)
        _recalibrate(settings, instance, day, outcome, verbose=verbose)
    return outcome


def publish_now(settings: Settings, *, verbose: bool = False) -> RunOutcome:
    """Publish what stands, after a decision on bands. The caller holds the lock (`only_run`)."""
    outcome = RunOutcome()
    with instance_of(settings) as instance:
        tables = [name for name, m in catalogue()[0].items() if m.stage in {"bands", "published"}]
        keys = [asset_key(name) for name in [*tables, REPORT]]
        execute(settings, instance, RECALIBRATE, outcome, selection=keys, verbose=verbose)
    return outcome


def _recalibrate(
    settings: Settings, instance: DagsterInstance, as_of: date | None, outcome: RunOutcome, *, verbose: bool
) -> None:
    config: dict[str, object] = {
        "ops": {"calibrate": {"config": {"as_of": as_of.isoformat() if as_of else ""}}}
    }
    execute(settings, instance, RECALIBRATE, outcome, run_config=config, verbose=verbose)
    if "calibrate" not in outcome.failures:
        outcome.recalibrated = as_of


def groups(days: Iterable[date]) -> list[list[date]]:
    """Return the days as groups that are each loaded in one run: a gap of more than a week begins another."""
    found: list[list[date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][-1] <= LONGEST_GAP:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _chosen(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    found: list[Found],
    first: date | None,
    last: date | None,
) -> list[date]:
    if first is None and last is None:
        return pending_days(connection, found, sources_from(settings.sources))
    return sorted(
        {
            f.delivery_date
            for f in found
            if (first or f.delivery_date) <= f.delivery_date <= (last or f.delivery_date)
        }
    )


def _waited(settings: Settings) -> bool:
    with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
        return not due_decisions(connection, settings, office_day(settings)).is_empty()


def _stale(settings: Settings) -> list[str]:
    """Return what another version of the code or the configuration has to compute anew, with all that follows from it."""
    models = catalogue()[0].values()
    with open_warehouse(settings.warehouse_path, patience=PATIENCE) as connection:
        known = connection.execute("select count(*) from intake.files where status = 'loaded'").fetchone()
        if not known or not known[0]:
            return []
        stale = {r.table for r in REFERENCES if differs(connection, r, settings)}
        for model in models:
            if model.stage != "published" and (stale & set(model.tables) or not plan(connection, model).idle):
                stale.add(model.name)
        current = is_current(connection, (PUBLISH, REPORT), settings)
    if not stale and current and (settings.published_path / "published.duckdb").exists():
        return []
    return [*sorted(stale), *(model.name for model in models if model.stage == "published"), REPORT]
