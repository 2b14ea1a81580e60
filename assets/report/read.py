"""What the report is made from: the tables of `published.duckdb`, as Polars frames in a total order.

Belongs here: opening the file and ordering its rows. Does not belong here: what the rows mean (the modules of the pages).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class NothingPublishedError(RcmbenchError):
    """There is no published database yet."""


@dataclass(frozen=True)
class Published:
    """The published tables by name. A table that this office does not publish yet is asked for like an empty one."""

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        """Return the rows of a table whose columns have the wanted values, in the table's order."""
        frame = self.frames.get(table)
        if frame is None:
            return []
        for name, value in wanted.items():
            frame = frame.filter(pl.col(name) == value)
        return frame.to_dicts()


def read_published(database: Path) -> Published:
    """Return every table of the published database, ordered by all of its columns: the same rows make the same report.

    Raises NothingPublishedError when there is no such file.
    """
    if not database.exists():
        raise NothingPublishedError("nothing is published yet: run `rcmbench run` first")
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
        ).fetchall()
        return Published(
            {name: connection.execute(f'select * from "{name}" order by all').pl() for (name,) in names}
        )
