"""Incremental models: which slices a change upstream touches, and building just those.

Belongs here: reading the change log, running a model's SELECT for the slices it touches, remembering how far it has read.
Does not belong here: checking (`quality.py`) or the swap itself (`slices.py`).

Each model remembers, per upstream table, the last batch of changes that it has taken in. The memory is written in the
transaction that swaps the slices, so a killed run leaves it behind and the next run takes the same changes in again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.partitions import ranges
from assets.slices import ANY, columns_of, staging_name, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from assets.sql_model import Model

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Plan:
    """What a model has to build: everything, ranges of days, or some keys.

    `upto` is the batch per upstream that the model will have taken in when this plan is done.
    """

    full: bool = False
    days: tuple[tuple[date, date], ...] = ()
    keys: tuple[str, ...] = ()
    upto: dict[str, int] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to build."""
        return not self.full and not self.days and not self.keys


def tracked_columns(models: Iterable[Model]) -> dict[str, set[str]]:
    """Return, per upstream table, the columns whose changed values some model wants to know."""
    wanted: dict[str, set[str]] = {}
    for model in models:
        for upstream in model.restated_by:
            wanted.setdefault(upstream.table, set())
            if upstream.column:
                wanted[upstream.table].add(upstream.column)
    return wanted


def plan(connection: duckdb.DuckDBPyConnection, model: Model) -> Plan:
    """Compare the change log with what the model has taken in, and return what to build. Writes nothing."""
    upto = {
        table: int(batch)
        for table, batch in connection.execute(
            "select table_name, max(batch) from ops.batches group by table_name order by table_name"
        ).fetchall()
        if table in {u.table for u in model.restated_by}
    }
    if made_with(connection, model.name) != model.code_hash or not columns_of(connection, model.name):
        return Plan(full=True, upto=upto)
    changed = _changes(connection, model, upto)
    if None in changed or (changed and model.slice_kind == "all"):
        return Plan(full=True, upto=upto)
    values = {value for value in changed if value is not None}
    if not values:
        return Plan(upto=upto)
    if model.slice_kind == "key":
        return Plan(keys=tuple(sorted(values)), upto=upto)
    return Plan(days=tuple(ranges(date.fromisoformat(value) for value in values)), upto=upto)


def _changes(connection: duckdb.DuckDBPyConnection, model: Model, upto: dict[str, int]) -> set[str | None]:
    """Return the slice values that changed upstream; None stands for everything."""
    found: set[str | None] = set()
    read = _read_upto(connection, model)
    for upstream in model.restated_by:
        if upto.get(upstream.table, 0) <= read.get(upstream.table, 0):
            continue
        unread = """
            select distinct c.value from ops.changes as c
            where c.table_name = $upstream and c.column_name = $column_name
            and c.batch > coalesce((select p.batch from ops.progress as p where p.model = $model and p.upstream = $upstream), 0)
        """
        if upstream.via:
            unread = (
                f"select distinct cast(m.{model.slice_column} as varchar) from {upstream.via_table or model.name} as m "
                f"where cast(m.{upstream.via} as varchar) in ({unread})"
            )
        values = {"upstream": upstream.table, "column_name": upstream.column or ANY, "model": model.name}
        changed = {value for (value,) in connection.execute(unread, values).fetchall()}
        found |= _extended(changed, upstream.after) if upstream.after else changed
    return found


def _read_upto(connection: duckdb.DuckDBPyConnection, model: Model) -> dict[str, int]:
    rows = connection.execute("select upstream, batch from ops.progress where model = ?", [model.name])
    return dict(rows.fetchall())


def _extended(days: set[str | None], after: int) -> set[str | None]:
    return {str(date.fromisoformat(day) + timedelta(days=n)) for day in days if day for n in range(after + 1)}


def _all_keys(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    connection.execute("delete from ops.restating")
    for upstream in model.restated_by:
        if upstream.column and columns_of(connection, upstream.table):
            connection.execute(
                f"""
                insert into ops.restating
                select distinct cast({upstream.column} as varchar) from {upstream.table}
                where {upstream.column} is not null and cast({upstream.column} as varchar) not in (select key from ops.restating)
                """
            )


def _restate_keys(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...]) -> None:
    connection.execute("delete from ops.restating")
    connection.execute(
        "insert into ops.restating select unnest(cast($keys as varchar[]))", {"keys": list(keys)}
    )


def build(connection: duckdb.DuckDBPyConnection, model: Model, todo: Plan, *, horizon_days: int) -> None:
    """Run the SELECT for the planned slices into `staging`; a model that is run for keys finds them in ops.restating."""
    if model.slice_kind == "key":
        _all_keys(connection, model) if todo.full else _restate_keys(connection, todo.keys)
    staged = f"staging.{staging_name(model.name)}"
    spans = todo.days if todo.days and not todo.full else ((EARLIEST, LATEST),)
    for number, (first, last) in enumerate(spans):
        values = {"from": first, "to": last, "horizon": horizon(connection, horizon_days, full=todo.full)}
        used = {name: value for name, value in values.items() if name in model.parameters}
        head = f"create or replace table {staged} as" if number == 0 else f"insert into {staged}"
        connection.execute(f"{head}\n{model.sql}", used)


def horizon(connection: duckdb.DuckDBPyConnection, days: int, *, full: bool) -> date:
    """Return the day before which events are not looked for: `days` before the newest delivery."""
    row = connection.execute("select max(delivery_date) from intake.files").fetchone()
    newest = row[0] if row else None
    return EARLIEST if full or newest is None else newest - timedelta(days=days)


def scope_of(model: Model, todo: Plan) -> str:
    """Return the SQL condition that selects the planned slices in the model's table."""
    if todo.full or model.slice_kind == "all":
        return "true"
    if model.slice_kind == "key":
        return f"cast({model.slice_column} as varchar) in (select key from ops.restating)"
    spans = [f"{model.slice_column} between date '{first}' and date '{last}'" for first, last in todo.days]
    return " or ".join(spans)


def remember(connection: duckdb.DuckDBPyConnection, model: Model, todo: Plan) -> None:
    """Note how far the model has read. Call inside the transaction that swaps its slices."""
    connection.execute("delete from ops.progress where model = ?", [model.name])
    for table, batch in sorted(todo.upto.items()):
        connection.execute("insert into ops.progress values (?, ?, ?)", [model.name, table, batch])
    remember_code(connection, model.name, model.code_hash)


def made_with(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """Return the hash of the code that a table, or a step that writes files, was last made with; None when it never was."""
    known = connection.execute("select code_hash from ops.models where model = ?", [name]).fetchone()
    return str(known[0]) if known else None


def remember_code(connection: duckdb.DuckDBPyConnection, name: str, code_hash: str) -> None:
    """Note the hash of the code that a table, or a step that writes files, was made with."""
    connection.execute("delete from ops.models where model = ?", [name])
    connection.execute("insert into ops.models values (?, ?)", [name, code_hash])


def note_read(connection: duckdb.DuckDBPyConnection, model: Model, todo: Plan) -> None:
    """Note changes that touched no slice of the model as read, so that they can be forgotten."""
    if _read_upto(connection, model) == todo.upto:
        return
    with transaction(connection):
        remember(connection, model, todo)


def forget_read_changes(connection: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
    """Delete the part of the change log that every model has taken in."""
    readers: dict[str, list[str]] = {}
    for model in models:
        for upstream in model.restated_by:
            readers.setdefault(upstream.table, []).append(model.name)
    for table, names in sorted(readers.items()):
        row = connection.execute(
            "select min(coalesce(p.batch, 0)) from (select unnest(cast($names as varchar[])) as model) as m "
            "left join ops.progress as p on p.model = m.model and p.upstream = $upstream",
            {"names": sorted(set(names)), "upstream": table},
        ).fetchone()
        if row and row[0]:
            connection.execute("delete from ops.changes where table_name = ? and batch <= ?", [table, row[0]])
    known = sorted(readers)
    connection.execute(
        "delete from ops.changes where table_name not in (select unnest(cast($known as varchar[])))",
        {"known": known},
    )
