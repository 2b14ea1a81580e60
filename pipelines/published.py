"""Reading what was published, as any reader would: read-only, never the warehouse.

Belongs here: the newest bands for the terminal. Does not belong here: publishing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import polars as pl

    from assets.settings import Settings


def newest_bands(settings: Settings) -> pl.DataFrame | None:
    """Return the newest published bands by role and complexity, or None when nothing is published."""
    path = settings.published_path / "published.duckdb"
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(
            "select * from bands order by role, case complexity when 'low' then 1 when 'medium' then 2 else 3 end"
        ).pl()
