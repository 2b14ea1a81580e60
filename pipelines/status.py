"""What is loaded, what is missing, what failed, what is stale: read from the warehouse, for people and scripts.

Belongs here: the questions. Does not belong here: printing the answers (`show.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from assets.bands.decisions import in_force
from assets.bands.versions import due, last_work_day
from assets.bands.voice import in_words, office_day, proposals
from assets.intake.contracts import FEEDS
from assets.intake.dated import dated
from assets.intake.deliveries import pending_days, scan
from assets.intake.files import holders
from assets.intake.sources import sources_from
from assets.intake.tables import refuse_older
from assets.restate import plan
from assets.slices import columns_of
from assets.warehouse import GLANCE_PATIENCE, open_warehouse
from pipelines.rejects import COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from assets.settings import Settings
    from assets.sql_model import Model

"""Seconds to wait for a run to let go of the warehouse between two of its steps."""

USUAL_SHARE = 0.6
"""A feed is expected on a Tuesday, say, when it came on this share of the Tuesdays since it first came."""


def status_of(settings: Settings, models: Mapping[str, Model]) -> dict[str, Any]:
    """Return everything that `rcmbench status` tells, as plain values. Raises OlderHomeError for a home of another version."""
    if not settings.warehouse_path.exists():
        return {"home": str(settings.home), "loaded": False}
    with open_warehouse(settings.warehouse_path, read_only=True, patience=GLANCE_PATIENCE) as connection:
        if not columns_of(connection, "intake.files"):
            return {"home": str(settings.home), "loaded": False}
        refuse_older(connection)
        # Without an inbox nothing can be said about what lies in it.
        sources = sources_from(settings.sources)
        found = scan(settings.inbox, settings.office.time_zone, sources) if settings.inbox.is_dir() else None
        waiting = pending_days(connection, found, sources) if found is not None else []
        stale = [m.name for m in models.values() if m.stage != "published" and not plan(connection, m).idle]
        due_on = due(connection, settings)
        work = last_work_day(connection)
        return {
            "home": str(settings.home),
            "loaded": True,
            "office": settings.office.name,
            "feeds": _feeds(connection),
            "rejected_rows": _rejected_rows(connection),
            "not_loaded": _not_loaded(connection),
            **_standing_apart(connection, None if found is None else {file.path for file in found}),
            "missing": _missing(connection),
            "failed_checks": _failed_checks(connection),
            "waiting_days": [day.isoformat() for day in waiting],
            "stale_tables": stale,
            "last_work_day": work.isoformat() if work else None,
            "bands": _bands(connection, settings),
            "recalibration_due": due_on.isoformat() if due_on else None,
        }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in result.fetchall()
    ]


def _feeds(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = _rows(
        connection,
        """
        select feed, count(*) as files, min(delivery_date) as first_day, max(delivery_date) as last_day,
               cast(sum(records) as bigint) as records, cast(sum(loaded) as bigint) as loaded,
               cast(sum(rejected) as bigint) as rejected, cast(sum(footers) as bigint) as footers
        from intake.files where status = 'loaded' group by feed order by feed
        """,
    )
    known = {feed for (feed,) in connection.execute("select distinct feed from intake.files").fetchall()}
    return found + [{"feed": feed, "files": 0} for feed in FEEDS if feed not in known]


def _not_loaded(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return _rows(
        connection,
        """
        select path, delivery_date, status, reason from intake.files
        where status in ('pending', 'held', 'unusable', 'unknown', 'duplicate', 'superseded') order by delivery_date, path
        """,
    )


def _rejected_rows(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows of tables that hold no records were rejected: a line, say, of a claim that is loaded."""
    row = connection.execute(
        "select sum(records) from intake.rejects where table_name <> '' and not list_contains($counted, table_name)",
        {"counted": list(COUNTED)},
    ).fetchone()
    return int(row[0] or 0) if row else 0


def _standing_apart(connection: duckdb.DuckDBPyConnection, on_disk: set[str] | None) -> dict[str, list[str]]:
    """Return the loaded files that one should know of: released by hand, gone from the inbox, dated by their time."""
    rows = connection.execute(
        "select path, reason from intake.files where status = 'loaded' order by delivery_date, path"
    ).fetchall()
    return {
        "released": [path for path, reason in rows if reason],
        "gone": [path for path, _ in rows if on_disk is not None and on_disk.isdisjoint(holders(path))],
        "dated_by_time": [path for path, _ in rows if not dated(path)],
    }


def _missing(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Weekdays of the last four weeks on which a feed that usually comes did not come."""
    covered = connection.execute(
        "select feed, coalesce(covers_date, delivery_date) as day from intake.files where status = 'loaded' and feed is not null "
        "group by all order by all"
    ).fetchall()
    by_feed: dict[str, set[date]] = {}
    for feed, day in covered:
        if FEEDS[feed][0].occasional:
            continue
        by_feed.setdefault(feed, set()).add(day)
    if not by_feed:
        return []
    first, last = min(map(min, by_feed.values())), max(map(max, by_feed.values()))
    office = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    # A weekday on which hardly any feed came is a holiday of the whole office, not a missing file.
    open_days = [
        day
        for day in office
        if day.weekday() < 5 and sum(day in days for days in by_feed.values()) * 2 >= len(by_feed)
    ]
    recent = [day for day in open_days if day > last - timedelta(days=28)]
    found = []
    for feed, days in by_feed.items():
        since = [day for day in open_days if day >= min(days)]
        absent = [day for day in recent if day in since and day not in days and _usual(day, days, since)]
        if absent:
            found.append({"feed": feed, "days": [day.isoformat() for day in absent]})
    return found


def _usual(day: date, days: set[date], since: list[date]) -> bool:
    """Whether a feed that came on `days` usually comes on this day of the week."""
    alike = [other for other in since if other.weekday() == day.weekday()]
    return len(alike) >= 3 and sum(other in days for other in alike) >= USUAL_SHARE * len(alike)


def _failed_checks(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the expectations that failed when they were last evaluated on their slice."""
    return _rows(
        connection,
        """
        with latest as (
            select *, row_number() over (
                partition by table_name, expectation, slice_from, slice_to order by checked_at desc) as place
            from quality.results
        )
        select table_name as "table", expectation, severity, count(*) as slices,
               cast(sum(unexpected_count) as bigint) as unexpected, max(slice_to) as last_day
        from latest as r where place = 1 and not success
        and not exists (
            select 1 from latest as later where later.table_name = r.table_name and later.expectation = r.expectation
            and later.checked_at > r.checked_at and later.slice_from <= r.slice_from and later.slice_to >= r.slice_to
        )
        -- What kept a file out is settled when no file of those days is kept out any more.
        and (severity = 'warning' or not starts_with(table_name, 'intake.') or exists (
            select 1 from intake.files as f where f.status = 'held' and f.delivery_date between r.slice_from and r.slice_to
        ))
        group by all order by severity, table_name, expectation
        """,
    )


def _bands(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, Any] | None:
    if not columns_of(connection, "bands.versions"):
        return None
    row = connection.execute(
        "select version_id, as_of, status from bands.versions order by as_of desc, known_at desc limit 1"
    ).fetchone()
    if row is None:
        return None
    following = row[1] + timedelta(days=settings.bands.every_days)
    return {
        "version": row[0],
        "as_of": row[1].isoformat(),
        "status": "adopted"
        if row[0] in {version for version, _, _ in in_force(connection).values()}
        else row[2],
        "next_after": following.isoformat(),
        "proposed": [
            {"version": found.version_id, "said": in_words(found, office_day(settings))}
            for found in proposals(connection)
        ],
    }
