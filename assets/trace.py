"""Walking a number backwards: from rows of a table, model by model, to the files and lines that they came from.

Belongs here: the walk from table to table, and what is told of each. Does not belong here: the conditions (`trace_rows.py`), reading SQL (`lineage.py`),
the command (`pipelines/trace.py`).

A step down is what the header and the query of a model declare. The rows of an upstream table stand behind the rows at hand when
they lie in the slices that restate them, and when the values that the query hands on unchanged, or joins on, are theirs. Tables
that are looked up whole, such as parameters, are named and not followed. Rows are counted, their values are never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assets.counted import many
from assets.errors import RcmbenchError
from assets.lineage import carried_columns, joined_columns
from assets.trace_rows import CALIBRATED, REFERENCE, agreeing, observed, of_period, restating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from assets.lineage import Columns, Place
    from assets.sql_model import Model

EXACT = ("VARCHAR", "DATE", "BIGINT", "INTEGER", "BOOLEAN")
"""Types whose values name a row; amounts and times do not."""

PUBLISHED = "published_file"


class TraceError(RcmbenchError):
    """There is nothing to walk back from; the message says why."""


@dataclass
class Step:
    """A table on the way down: how many of its rows stand behind, who reads how many of them, and what else is to be told.

    `stale` says that the table was computed before what it reads was changed, or by other code.
    """

    table: str
    rows: int
    read_by: dict[str, int]
    facts: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    files: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)
    stale: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return what a script reads."""
        return {name: value for name, value in vars(self).items() if value or name == "rows"}


class Trace:
    """One walk on one open warehouse; the rows found are remembered by their place in the table."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, models: Mapping[str, Model], published: Path | None
    ) -> None:
        self.connection = connection
        self.models = models
        if published is not None:
            place = str(published).replace("'", "''")
            connection.execute(f"attach '{place}' as {PUBLISHED} (read_only)")
        connection.execute("create or replace temp table behind (name varchar, place bigint, turn integer)")
        self.known = self._columns()
        self.read_by: dict[str, dict[str, int]] = {}
        self.turn = 0

    def walk(self, table: str, where: Mapping[str, str], *, examples: int) -> list[Step]:
        """Return the steps from the rows of `table` that fit `where` down to the files, the table itself first.

        Raises TraceError for an unknown table or column, and when no row fits.
        """
        if table not in self.known:
            raise TraceError(f"there is no table {table}; name it as stage.table, such as ledger.denials")
        for column in where:
            if column not in self.known[table]:
                raise TraceError(f"{table} has no column {column}; it has {', '.join(self.known[table])}")
        conditions = [
            f"cast(t.{column} as varchar) = ${number}" for number, column in enumerate(where, start=1)
        ]
        if not self._remember(table, conditions, list(where.values())):
            raise TraceError(f"no row of {table} has these values")
        self.read_by[table] = {}
        order = [table, *self.models, *self.known]
        # From the end of the flow to its beginning: every reader of a table has said which rows it wants before the table's turn.
        flow = sorted(self.known, key=lambda n: _place(n, order, self.models), reverse=True)
        return [self._step(name, examples) for name in flow if name in self.read_by]

    def _step(self, name: str, examples: int) -> Step:
        self.turn += 1
        step = Step(name, self._count(name), self.read_by[name])
        if name.startswith("intake."):
            step.files, step.examples = self._files(name, examples)
            return step
        self.connection.execute(
            f"create or replace temp table shown as select t.* from {self._at(name)} as t "
            f"where t.rowid in (select place from behind where name = '{name}')"
        )
        if name in CALIBRATED:
            step.facts = self._calibrated(name)
        elif name in self.models:
            self._upstream(self.models[name], step)
        return step

    def _upstream(self, model: Model, step: Step) -> None:
        if model.slice_kind != "all":
            step.facts.append(self._slices(model))
        carried, joined = carried_columns(model, self.known), joined_columns(model)
        for table in sorted(model.tables):
            if table in REFERENCE or table not in self.known:
                step.looked_up += [table] if table in self.known else []
                continue
            slices = [c for u in model.restated_by if u.table == table for c in restating(model, u)]
            # A day from which others are reached is in their window, not equal to theirs.
            reaching = {u.column for u in model.restated_by if u.table == table and u.after}
            pairs = [p for p in self._pairs(table, carried, joined) if p[1] not in reaching]
            values = agreeing(pairs)
            values += of_period(model, self.known[table])
            if not slices and not values:
                step.looked_up.append(table)
                continue
            self._read(table, model.name, [*([f"({' or '.join(slices)})"] if slices else []), *values])

    def _pairs(
        self, table: str, carried: Mapping[str, Sequence[Place]], joined: set[tuple[Place, Place]]
    ) -> list[tuple[str, str]]:
        """Return (own column, upstream column) whose values agree, among those that name rows.

        A value that is handed on may be empty, and is of no use then; one that is joined on never is.
        """
        handed = {(own, column) for own, places in carried.items() for t, column in places if t == table}
        handed = {
            pair for pair in handed if self._one(f"select count(*) from shown where {pair[0]} is null") == 0
        }
        equal = {
            (own, column)
            for (t, column), other in joined
            if t == table
            for own, places in carried.items()
            if other in places
        }
        return [pair for pair in sorted(handed | equal) if self.known[table].get(pair[1]) in EXACT]

    def _slices(self, model: Model) -> str:
        column = model.slice_column
        row = self.connection.execute(
            f"select count(distinct {column}), min({column}), max({column}) from shown"
        ).fetchone()
        n, first, last = row or (0, None, None)
        if model.slice_kind == "key":
            return f"{many(n, 'slice')} of {column}"
        return f"{column} {first}" if n == 1 else f"{column} {first} to {last}, {n:,} days"

    def _calibrated(self, name: str) -> list[str]:
        """Go on from what a calibration wrote to the observations that it read, and tell which they were."""
        source = CALIBRATED[name]
        self._read(source, name, [observed(name, self.known[name])])
        facts = []
        versions = self.connection.execute(
            "select version_id, window_from, window_to, history_from, history_to, input_hash, companion_hash, n_observations, "
            "n_history from bands.versions where version_id in (select version_id from shown) order by as_of, version_id"
        ).fetchall()
        for version, first, last, history, until, inputs, beside, n, before in versions:
            kept = beside if source == "measures.companions" else inputs
            facts.append(
                f"version {version}: window {first} to {last}, history {history} to {until}, "
                f"{n:,} and {many(before, 'observation')} of all roles"
            )
            facts.append(f"observations kept as {kept}")
        kind = "t.source" if source == "measures.production" else "'measures'"
        for what, n in self.connection.execute(
            f"select {kind}, count(*) from {source} as t where t.rowid in (select place from behind where name = $name) "
            "group by 1 order by 1",
            {"name": source},
        ).fetchall():
            facts.append(f"observations of these roles from {what}: {n:,}")
        return facts

    def _files(self, name: str, limit: int) -> tuple[int, list[dict[str, Any]]]:
        if "file_id" not in self.known[name]:
            return 0, []
        # What a nearer reader asked for stands first: a check that every row of the day went through comes after it.
        rows = (
            f"{name} as t inner join (select place, min(turn) as turn from behind where name = '{name}' group by place) as b "
            "on b.place = t.rowid inner join intake.files as f on f.file_id = t.file_id and f.delivery_date = t.delivery_date"
        )
        where = f"t.rowid in (select place from behind where name = '{name}')"
        files = self._one(f"select count(distinct t.file_id) from {name} as t where {where}")
        if "row_no" not in self.known[name]:
            return files, []
        found = self.connection.execute(
            f"select f.path, t.delivery_date, t.txn_no, t.row_no from {rows} group by all "
            f"order by min(b.turn), t.delivery_date, f.path, t.txn_no, t.row_no limit {int(limit)}"
        ).fetchall()
        return files, [
            {"file": path, "delivered_on": str(day), "txn_no": txn, "row_no": row}
            for path, day, txn, row in found
        ]

    def _read(self, table: str, reader: str, conditions: Sequence[str]) -> None:
        found = self._remember(table, conditions)
        if found:
            self.read_by.setdefault(table, {})[reader] = found

    def _remember(self, table: str, conditions: Sequence[str], values: Sequence[str] = ()) -> int:
        """Note the rows of a table that fit, and return how many they are."""
        where = " and ".join(conditions) or "true"
        row = self.connection.execute(
            f"insert into behind select '{table}', t.rowid, {self.turn} from {self._at(table)} as t where {where}",
            list(values),
        ).fetchone()
        return int(row[0]) if row else 0

    def _count(self, table: str) -> int:
        return self._one(f"select count(distinct place) from behind where name = '{table}'")

    def _one(self, sql: str) -> int:
        row = self.connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def _at(self, table: str) -> str:
        return f"{PUBLISHED}.main.{table.split('.')[1]}" if table.startswith("published.") else table

    def _columns(self) -> dict[str, Columns]:
        known: dict[str, Columns] = {}
        rows = self.connection.execute(
            "select database_name, schema_name, table_name, column_name, data_type from duckdb_columns() "
            "where not internal and (database_name = $published or (database_name = current_database() and schema_name in "
            "('intake', 'ledger', 'measures', 'bands'))) order by database_name, schema_name, table_name, column_index",
            {"published": PUBLISHED},
        ).fetchall()
        for database, schema, table, column, kind in rows:
            name = f"published.{table}" if database == PUBLISHED else f"{schema}.{table}"
            known.setdefault(name, {})[column] = kind
        return known


def _place(name: str, order: Sequence[str], models: Mapping[str, Model]) -> tuple[int, int]:
    """Return where a table stands in the flow: intake, then models in their order, then what was calibrated, then the rest."""
    if name.startswith("intake."):
        return 0, -order.index(name)
    if name in CALIBRATED or (name.startswith("bands.") and name not in models):
        return 2, order.index(name)
    stage = {"published": 4, "bands": 3}.get(name.split(".", maxsplit=1)[0], 1)
    return stage, list(models).index(name) if name in models else -1
