"""Reading what was published, as any reader would: read-only, never the warehouse.

Belongs here: the newest bands for the terminal. Does not belong here: publishing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from assets.settings import Settings


def published_bands(settings: Settings, as_of: date | None = None) -> pl.DataFrame | None:
    """Return the bands of the newest version as of a day (None: of all), by role and complexity.

    None when nothing is published; an empty frame when there is no version as of that day.
    """
    path = settings.published_path / "published.duckdb"
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(
            """
            with newest as (
                select version_id from bands_history where $as_of is null or as_of = $as_of
                order by as_of desc, known_at desc, version_id desc limit 1
            )
            select * from bands_history where version_id in (select version_id from newest)
            order by role, case complexity when 'low' then 1 when 'medium' then 2 else 3 end
            """,
            {"as_of": as_of},
        ).pl()
