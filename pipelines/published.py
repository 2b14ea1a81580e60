"""Reading what was published, as any reader would: read-only, never the warehouse.

Belongs here: the bands for the terminal. Does not belong here: publishing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

_ORDER = (
    "order by role, case complexity when 'low' then 1 when 'medium' then 2 else 3 end, "
    "try_cast(regexp_extract(stage, '^[0-9]+') as integer)"
)

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from assets.settings import Settings


def published_bands(settings: Settings, as_of: date | None = None) -> pl.DataFrame | None:
    """Return the bands in force, or with a day those of the newest version as of it, by role, complexity and stage.

    None when nothing is published; an empty frame when there is no version as of that day.
    """
    path = settings.published_path / "published.duckdb"
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        if as_of is None:
            return connection.execute(
                "select b.*, v.known_at from bands as b left join "
                "(select distinct version_id, known_at from bands_history) as v on v.version_id = b.version_id "
                f"{_ORDER}"
            ).pl()
        return connection.execute(
            f"""
            with newest as (
                select version_id from bands_history where as_of = $as_of order by known_at desc, version_id desc limit 1
            )
            select * from bands_history where version_id in (select version_id from newest) {_ORDER}
            """,
            {"as_of": as_of},
        ).pl()
