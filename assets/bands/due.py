"""When a calibration is due, and what of its inputs speaks against one.

Belongs here: the questions that schedule, status and run ask. Does not belong here: the schedule (`pipelines/schedules.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.bands.decisions import in_force
from assets.bands.inputs import last_work_day
from assets.counted import many
from assets.slices import columns_of

if TYPE_CHECKING:
    import duckdb

    from assets.bands.config import BandConfig
    from assets.settings import Settings

_SLACK_DAYS = 10
_LEAST_DAYS_IN_MONTH = 8

_READY = """
with days as (
    select role, work_date, work_date >= $window_from as inside, source
    from measures.production
    where work_date between $history_from and $last and (source = 'log' or work_date < $window_from)
    group by all
),
months as (
    select role, month(work_date) as place, count(distinct work_date) as worked from days where not inside group by all
),
years as (
    select role, count(*) filter (where worked >= $least) as full_months from months group by role
),
spans as (
    select role, min(work_date) as begun, count(distinct work_date) filter (where inside) as worked from days group by role
)
select s.role from spans as s inner join years as y on y.role = s.role
where y.full_months = 12 and s.worked >= $adopt_days and s.begun <= $first order by s.role
"""

_FAILED = """
with spans as (
    select *, coalesce(slice_from, date '0001-01-01') as begins, coalesce(slice_to, date '9999-12-31') as ends
    from quality.results where severity = 'error' and (starts_with(table_name, 'ledger.')
        or table_name in ('measures.production', 'measures.quality'))
),
latest as (
    select *, row_number() over (partition by table_name, expectation, begins, ends order by checked_at desc) as place from spans
)
select distinct r.table_name, r.expectation from latest as r
where r.place = 1 and not r.success and r.ends >= $first and r.begins <= $last
and not exists (
    select 1 from latest as later where later.table_name = r.table_name and later.expectation = r.expectation
    and later.checked_at > r.checked_at and later.begins <= r.begins and later.ends >= r.ends
)
order by r.table_name, r.expectation
"""


def ready_roles(connection: duckdb.DuckDBPyConnection, as_of: date, config: BandConfig) -> tuple[str, ...]:
    """Return the roles with the worked days and the prior year that adoption asks for, on a rough count."""
    if not columns_of(connection, "measures.production"):
        return ()
    first = config.window(as_of)[0]
    values = {
        "window_from": first,
        "history_from": first - timedelta(days=config.history_days),
        "last": as_of,
        "adopt_days": config.adopt_days,
        "least": _LEAST_DAYS_IN_MONTH,
        "first": first - timedelta(days=config.history_days - _SLACK_DAYS),
    }
    return tuple(role for (role,) in connection.execute(_READY, values).fetchall())


def due(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    config: BandConfig,
    today: date | None = None,
) -> date | None:
    """Return the as-of date of the calibration that is due, or None.

    Due when enough days were worked and no version says more than 'learning'; when `every_days` have passed since the newest
    version's as-of date; and when a role that was never adopted has, since that version, got the worked days and the prior
    year that it lacked. After downtime it is simply due, once, with the latest data.
    """
    last = last_work_day(connection)
    if last is None:
        return None
    last = min(last, today) if today else last
    newest = None
    if columns_of(connection, "bands.versions"):
        newest = connection.execute(
            "select as_of, ready_roles from bands.versions where status <> 'learning' "
            "order by as_of desc, known_at desc, version_id desc limit 1"
        ).fetchone()
    if newest is None:
        row = connection.execute(
            "select count(distinct work_date) from measures.production where source = 'log' and work_date <= ?",
            [last],
        ).fetchone()
        return last if row and row[0] >= settings.bands.learning_days else None
    if last - newest[0] >= timedelta(days=settings.bands.every_days):
        return last
    # A version without the note was carried over from an older release: the next is due by the calendar.
    if newest[1] is None or last < newest[0]:
        return None
    fresh = (
        set(ready_roles(connection, last, config)) - set(newest[1].split(", ")) - set(in_force(connection))
    )
    return last if fresh else None


def held_files(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> int:
    """Return how many files delivered since the window began are kept out: a calibration should not rest on the rest."""
    row = connection.execute(
        "select count(*) from intake.files where status = 'held' and delivery_date >= ?",
        [as_of - timedelta(days=settings.bands.window_days - 1)],
    ).fetchone()
    return int(row[0]) if row else 0


def problems(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> list[str]:
    """Return what is wrong with the inputs of a window: files kept out, tables whose slices were kept out."""
    held = held_files(connection, settings, as_of) if columns_of(connection, "intake.files") else 0
    span = {"first": as_of - timedelta(days=settings.bands.window_days - 1), "last": as_of}
    failed = connection.execute(_FAILED, span).fetchall()
    return [
        *(
            [f"{many(held, 'delivered file')} of the window {'is' if held == 1 else 'are'} kept out"]
            if held
            else []
        ),
        *(f"{table}: {expectation} did not hold" for table, expectation in failed),
    ]
