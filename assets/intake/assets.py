"""Intake as Dagster assets: one partition per delivery day, one multi-asset per feed.

Belongs here: the assets of intake and what they show. Does not belong here: reading or loading (`load.py`).
A backfill over a range of days is one run: days are staged and checked together, and one by one where a chunk fails.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.checks import asset_key, check_results, check_specs
from assets.counted import many
from assets.intake.contracts import FEEDS
from assets.intake.deliveries import register, scan
from assets.intake.files import FILE_COLUMNS, FileRow, holders
from assets.intake.fingerprint import fingerprint
from assets.intake.load import Context, FeedReport, load_feed
from assets.intake.pseudonyms import hider, load_key
from assets.intake.released import released_files
from assets.intake.sources import sources_from
from assets.intake.staging import fill
from assets.intake.tables import ACCOUNT_ORDER, DOCS, create_intake, schemas
from assets.models import OWNERS, table_metadata
from assets.partitions import delivery_days
from assets.quality import Examiner, Verdict, record, suite_of
from assets.settings import Settings
from assets.shown import at_a_glance, profile_on_newest_day
from assets.slices import drop_staging, staging_name, swap, transaction
from assets.warehouse import Warehouse

ENVELOPE_TABLES = ("intake.transactions", "intake.balances")
"""Account tables that later tables may read: their step must not fail because a file was kept out."""
ACCOUNT_TABLES = tuple(table for table in ACCOUNT_ORDER if table not in ENVELOPE_TABLES)
Tracked = Mapping[str, set[str]]
Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def _spec(table: str, settings: Settings, deps: list[dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=asset_key(table),
        deps=deps,
        group_name="intake",
        kinds={"duckdb", "python"},
        owners=OWNERS,
        description=DOCS[table],
        partitions_def=delivery_days(settings),
        metadata=table_metadata(table, schemas()[table]),
    )


def intake_assets(settings: Settings, tracked: Tracked) -> list[dg.AssetsDefinition]:
    """Return the assets of intake: the register of files, one multi-asset per feed, envelopes, and the account of rejects."""
    return [
        _files_asset(settings, tracked),
        *(_feed_asset(feed, settings, dict(tracked)) for feed in FEEDS),
        _envelopes_asset(settings),
        _account_asset(settings),
    ]


def _files_asset(settings: Settings, tracked: Tracked) -> dg.AssetsDefinition:
    table = "intake.files"

    @dg.multi_asset(
        name="intake_files",
        specs=[_spec(table, settings, [])],
        check_specs=check_specs(table),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_files(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Results:
        days = [date.fromisoformat(key) for key in context.partition_keys]
        with warehouse.get_connection() as connection:
            verdict, rows = register_days(connection, settings, days, run_id=context.run_id, tracked=tracked)
            told = at_a_glance(connection, table)
        results = check_results(table, [verdict])
        if not verdict.passed:
            yield from results
            raise dg.Failure("intake.files: the register of files failed its suite; nothing was taken in.")
        told = profile_on_newest_day(context, table, told)
        waiting = sum(row.status == "pending" for row in rows)
        metadata = {**told, "files": len(rows), "to load": waiting}
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata=metadata, check_results=results)

    return intake_files


def register_days(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    days: list[date],
    *,
    run_id: str,
    tracked: Tracked | None = None,
) -> tuple[Verdict, list[FileRow]]:
    """Write what lies in the inbox for the given days into intake.files, and remember what has been seen."""
    create_intake(connection)
    drop_staging(connection)
    wanted = set(days)
    sources = sources_from(settings.sources)
    found = scan(settings.inbox, settings.office.time_zone, sources)
    seen = [f for f in found if f.delivery_date in wanted]
    rows = register(connection, settings, sources, seen, wanted)
    fill(connection, "intake.files", FILE_COLUMNS, [tuple(vars(row).values()) for row in rows])
    verdict = Examiner(connection).examine(suite_of("intake.files"))
    with transaction(connection):
        if verdict.passed:
            scope = (
                f"delivery_date in ({_dates(wanted)}) "
                "or (delivery_date, path, file_id) in (select (delivery_date, path, file_id) from staging.intake__files)"
            )
            order = ("delivery_date", "path", "file_id")
            swap(
                connection,
                "intake.files",
                scope,
                order_by=order,
                tracked=(),
                event_column="delivery_date",
                run_id=run_id,
            )
            misnamed = {row.delivery_date for row in rows if row.kind == "misnamed"}
            _forget_accounts(connection, wanted | misnamed, run_id, tracked or {})
            connection.executemany("delete from ops.seen where path = ?", [[f.path] for f in seen] or [[""]])
            by_path = {holder: row.file_id for row in rows for holder in holders(row.path)}
            mark = fingerprint(sources)
            values = [[f.path, f.size, f.mtime_ns, by_path.get(f.path), mark] for f in seen]
            if values:
                connection.executemany("insert into ops.seen values (?, ?, ?, ?, ?)", values)
        record(connection, [verdict], run_id=run_id, span=(min(days), max(days)))
    return verdict, rows


def _forget_accounts(
    connection: duckdb.DuckDBPyConnection, days: set[date], run_id: str, tracked: Tracked
) -> None:
    """Drop what is told of files that are no longer in the register: replaced or gone before they were loaded."""
    scope = f"delivery_date in ({_dates(days)})"
    for table, order in ACCOUNT_ORDER.items():
        staged = f"staging.{staging_name(table)}"
        connection.execute(
            f"create or replace table {staged} as select * from {table} "
            f"where {scope} and (file_id, delivery_date) in (select (file_id, delivery_date) from intake.files where kind <> 'misnamed')"
        )
        swap(
            connection,
            table,
            scope,
            order_by=order,
            tracked=tracked.get(table, ()),
            event_column="delivery_date",
            run_id=run_id,
        )


def _dates(days: set[date]) -> str:
    return ", ".join(f"date '{day}'" for day in sorted(days))


def _feed_asset(feed: str, settings: Settings, tracked: dict[str, set[str]]) -> dg.AssetsDefinition:
    tables = [f"intake.{table.name}" for table in FEEDS[feed]]

    @dg.multi_asset(
        name=f"intake_{feed}",
        specs=[_spec(table, settings, [asset_key("intake.files")]) for table in tables],
        check_specs=[spec for table in tables for spec in check_specs(table)],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_feed(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Results:
        days = [date.fromisoformat(key) for key in context.partition_keys]
        with warehouse.get_connection() as connection:
            done = load_feed(_context(connection, settings, tracked, context.run_id), feed, days)
            told = {t: at_a_glance(connection, t) for t in tables}
        yield from _show(context, tables, done, told)

    return intake_feed


def _context(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tracked: dict[str, set[str]], run_id: str
) -> Context:
    return Context(
        connection,
        settings,
        sources_from(settings.sources),
        hider(load_key(Path(settings.home))),
        Examiner(connection),
        run_id,
        tracked,
        released_files(connection),
    )


def _show(
    context: dg.AssetExecutionContext, tables: list[str], done: FeedReport, told: dict[str, dict[str, Any]]
) -> Results:
    for path, reason in sorted(done.held.items()):
        context.log.warning("%s: not loaded: %s", path, reason)
    for table in tables:
        swaps = [s for s in done.swaps if s.table == table]
        yield dg.MaterializeResult(
            asset_key=asset_key(table),
            metadata={
                **profile_on_newest_day(context, table, told[table]),
                "files": done.files,
                "rows added": sum(s.added for s in swaps),
                "rows removed": sum(s.removed for s in swaps),
                "records rejected": done.rejected,
                "event dates touched": _touched(swaps),
            },
            check_results=check_results(table, done.verdicts),
        )


def _touched(swaps: list) -> str:  # type: ignore[type-arg]
    first = [s.event_from for s in swaps if s.event_from]
    last = [s.event_to for s in swaps if s.event_to]
    return f"{min(first)} to {max(last)}" if first and last else "none"


def _every_feed() -> list[dg.AssetKey]:
    return [asset_key(f"intake.{table.name}") for tables in FEEDS.values() for table in tables]


def _envelopes_asset(settings: Settings) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="intake_envelopes",
        specs=[_spec(table, settings, _every_feed()) for table in ENVELOPE_TABLES],
        check_specs=[spec for table in ENVELOPE_TABLES for spec in check_specs(table)],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_envelopes(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Results:
        with warehouse.get_connection() as connection:
            done = _examined(context, connection, ENVELOPE_TABLES)
        for table, (verdict, told) in done.items():
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata=profile_on_newest_day(context, table, told),
                check_results=check_results(table, [verdict]),
            )

    return intake_envelopes


def _account_asset(settings: Settings) -> dg.AssetsDefinition:
    envelopes = [asset_key(table) for table in ENVELOPE_TABLES]

    @dg.multi_asset(
        name="intake_account",
        specs=[_spec(table, settings, [*_every_feed(), *envelopes]) for table in ACCOUNT_TABLES],
        check_specs=[spec for table in ACCOUNT_TABLES for spec in check_specs(table)],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_account(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Results:
        with warehouse.get_connection() as connection:
            done = _examined(context, connection, ACCOUNT_TABLES)
            held = connection.execute(
                "select path, reason from intake.files where status = 'held' and delivery_date between cast(? as date) and cast(? as date) "
                "order by delivery_date, path",
                [min(context.partition_keys), max(context.partition_keys)],
            ).fetchall()
        for table, (verdict, told) in done.items():
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={**profile_on_newest_day(context, table, told), "files kept out": len(held)},
                check_results=check_results(table, [verdict]),
            )
        if held:
            # Last, so that everything else is loaded, computed and published, and the run still says that it failed.
            raise dg.Failure(
                f"{many(len(held), 'file was', 'files were')} kept out; the rest is loaded and what stood before still stands. First: {': '.join(held[0])}"
            )

    return intake_account


def _examined(
    context: dg.AssetExecutionContext, connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]
) -> dict[str, tuple[Verdict, dict[str, Any]]]:
    """Hold the days of account tables, which came in with every feed, against their suites; return verdicts and what they show."""
    first, last = map(date.fromisoformat, (min(context.partition_keys), max(context.partition_keys)))
    examiner, done = Examiner(connection), {}
    for table in tables:
        connection.execute(
            f"create or replace table staging.{staging_name(table)} as select * from {table} where delivery_date between ? and ?",
            [first, last],
        )
        done[table] = (examiner.examine(suite_of(table)), at_a_glance(connection, table))
    record(connection, [verdict for verdict, _ in done.values()], run_id=context.run_id, span=(first, last))
    return done
