"""Whether the tables of a walk are as new as what they read: else the steps of a trace do not belong together.

Belongs here: asking the change log and the register of checks. Does not belong here: the walk (`trace.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.restate import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from assets.sql_model import Model
    from assets.trace import Step

_PUBLISHED_SINCE = """
    select count(*) from ops.batches
    where list_contains($tables, table_name)
    and published_at > (select max(checked_at) from quality.results where table_name = $name)
"""


def mark_stale(
    connection: duckdb.DuckDBPyConnection, models: Mapping[str, Model], steps: Iterable[Step]
) -> None:
    """Mark the steps whose tables were computed before a change that they have not taken in, or by other code.

    What is published is written whole, so it is as old as its last check.
    """
    for step in reversed(list(steps)):
        model = models.get(step.table)
        if model is None:
            continue
        if model.stage != "published":
            step.stale = not plan(connection, model).idle
            continue
        since = connection.execute(
            _PUBLISHED_SINCE, {"tables": sorted(model.tables), "name": model.name}
        ).fetchone()
        step.stale = bool(since and since[0])
