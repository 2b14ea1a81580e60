"""What the ledger and the measures take from the configuration: parameters, and the office's working time.

Belongs here: the tables `ledger.parameters` and `ledger.calendar`. Does not belong here: reading the configuration
(`settings.py`). A model that reads one of them is restated by it, so a changed parameter builds it anew.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from assets.reference import Reference

if TYPE_CHECKING:
    from assets.settings import Settings

FIRST, LAST = date(2015, 1, 1), date(2039, 12, 31)
PARAMETER_COLUMNS: dict[str, tuple[str, str]] = {
    "name": ("VARCHAR", "key of the [measures] configuration"),
    "value": ("DECIMAL(18,4)", "its value"),
}
CALENDAR_COLUMNS: dict[str, tuple[str, str]] = {
    "day": ("DATE", "calendar day, in the office's time zone"),
    "is_working": ("BOOLEAN", "whether the office works: a weekday of the configuration and no holiday"),
    "opens_at": ("TIMESTAMP WITH TIME ZONE", "when the day's working time begins; null on other days"),
    "closes_at": ("TIMESTAMP WITH TIME ZONE", "when it ends; null on other days"),
    "working_s": ("BIGINT", "seconds of working time of the day"),
    "working_s_before": ("BIGINT", "seconds of working time of all days before, from the first of the table"),
    "working_days_before": ("BIGINT", "working days before, from the first of the table"),
    "begins_at": ("TIMESTAMP WITH TIME ZONE", "midnight with which the day begins in the office's time zone"),
    "ends_at": ("TIMESTAMP WITH TIME ZONE", "midnight with which it ends: 23, 24 or 25 hours later"),
}


def parameter_rows(settings: Settings) -> pl.DataFrame:
    """Return one row per number of the `[measures]` configuration, and the two of `[bands]` that measures share."""
    bands = {"learning_days": settings.bands.learning_days, "allowance": settings.bands.allowance}
    values = bands | settings.measures.model_dump()
    rows = [(name, f"{float(value):.4f}") for name, value in sorted(values.items())]
    frame = pl.DataFrame(rows, schema={"name": pl.String, "value": pl.String}, orient="row")
    return frame.with_columns(pl.col("value").cast(pl.Decimal(18, 4)))


def calendar_rows(settings: Settings) -> pl.DataFrame:
    """Return one row per day from 2015 to 2039: whether the office works, from when to when."""
    calendar, zone = settings.calendar, ZoneInfo(settings.office.time_zone)
    opens, closes = time.fromisoformat(calendar.opens), time.fromisoformat(calendar.closes)
    holidays, rows, seconds, days = set(calendar.holidays), [], 0, 0
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        working = day.isoweekday() in calendar.working_weekdays and day not in holidays
        begin = datetime.combine(day, opens, zone) if working else None
        end = datetime.combine(day, closes, zone) if working else None
        length = int(end.timestamp() - begin.timestamp()) if begin and end else 0
        midnights = [datetime.combine(at, time(), zone) for at in (day, day + timedelta(days=1))]
        rows.append((day, working, begin, end, length, seconds, days, *midnights))
        seconds, days = seconds + length, days + working
    moment = pl.Datetime("us", "UTC")
    spans: list[pl.DataType] = [pl.Int64(), pl.Int64(), pl.Int64()]
    kinds = [pl.Date(), pl.Boolean(), moment, moment, *spans, moment, moment]
    return pl.DataFrame(rows, schema=dict(zip(CALENDAR_COLUMNS, kinds, strict=True)), orient="row")


PARAMETERS = Reference(
    table="ledger.parameters",
    doc="One row per number of the [measures] configuration, which the measures read.",
    columns=PARAMETER_COLUMNS,
    key=("name",),
    rows=parameter_rows,
)
CALENDAR = Reference(
    table="ledger.calendar",
    doc="One row per day: whether the office works, and its working time, so that lags can be told in business hours.",
    columns=CALENDAR_COLUMNS,
    key=("day",),
    rows=calendar_rows,
)
REFERENCES = (PARAMETERS, CALENDAR)
