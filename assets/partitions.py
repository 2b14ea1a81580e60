"""Days: the only partition dimension, and only where files arrive.

Belongs here: the daily partitions and arithmetic on days. Does not belong here: what is done with them.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.settings import Settings


def delivery_days(settings: Settings) -> dg.DailyPartitionsDefinition:
    """Return one partition per delivery day from the configured first day, today included."""
    return dg.DailyPartitionsDefinition(
        start_date=settings.intake.first_day.isoformat(), timezone=settings.office.time_zone, end_offset=1
    )


def ranges(days: Iterable[date], *, most: int = 8) -> list[tuple[date, date]]:
    """Return the days as at most `most` closed ranges, closing the smallest gaps first.

    A few wide ranges cost less than many narrow ones: each range is one run of a model.
    """
    ordered = sorted(set(days))
    if not ordered:
        return []
    gaps = sorted(
        (i for i in range(1, len(ordered)) if ordered[i] - ordered[i - 1] > timedelta(days=1)),
        key=lambda i: (ordered[i] - ordered[i - 1], i),
        reverse=True,
    )
    cuts = sorted(gaps[: most - 1])
    edges = [0, *cuts, len(ordered)]
    return [(ordered[a], ordered[b - 1]) for a, b in itertools.pairwise(edges)]
