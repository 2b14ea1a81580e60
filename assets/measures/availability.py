"""Which definitions of a table the office's feeds do not reach, told where the table is built.

Belongs here: the same judgement as `sql/measures/availability.sql`, for one table while it is being computed.
Does not belong here: how Dagster shows it (`assets/models.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.measures.registry import in_plain_words, load_definitions

if TYPE_CHECKING:
    import duckdb


def not_available(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the definitions with `table` as their source that wait for feeds, each with what it waits for in words."""
    found = {}
    for definition in load_definitions().values():
        if definition.source == table:
            missing = {in_plain_words(feed) for feed in definition.feeds if not _has_rows(connection, feed)}
            if missing:
                found[definition.id] = f"not available: needs {', '.join(sorted(missing))}"
    return found


def _has_rows(connection: duckdb.DuckDBPyConnection, feed: str) -> bool:
    return connection.execute(f"select 1 from intake.{feed} limit 1").fetchone() is not None
