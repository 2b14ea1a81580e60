"""A SQL model: the header, the query, and what both say about dependencies and columns.

Belongs here: reading `sql/<stage>/<stem>.sql`. Does not belong here: running it (`slices.py`) or showing it (`models.py`).
Pure: neither Dagster nor a database connection.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sqlglot
from sqlglot import exp

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SQL_ROOT = Path(__file__).resolve().parent.parent / "sql"
STAGES = ("ledger", "measures", "bands", "published")

_HEADER = re.compile(r"^-- (grain|slice|restated by|looked up in): *(.+)$")


class ModelError(RcmbenchError):
    """A model's file cannot be used; the message names the file and the reason."""


@dataclass(frozen=True)
class Upstream:
    """A table whose changes restate a model.

    The changed values of `column` are slice values (None: rebuild everything). With `via` they are values of that column,
    of the model itself or of `via_table`, and the slices of the rows that hold them are restated: so a look-up that comes
    late is mended.
    `after` extends each changed day by that many days: that is how a trailing average is mended.
    """

    table: str
    column: str | None
    via: str | None = None
    via_table: str | None = None
    after: int = 0


@dataclass(frozen=True)
class Model:
    """One SELECT, its grain and how it is sliced.

    `slice_kind` is `date` (run for ranges of days, $from to $to), `key` (run for the keys in ops.restating) or `all`.
    """

    name: str
    doc: str
    grain: tuple[str, ...]
    slice_kind: Literal["date", "key", "all"]
    slice_column: str | None
    restated_by: tuple[Upstream, ...]
    looked_up: tuple[str, ...]
    sql: str
    path: Path

    @property
    def stage(self) -> str:
        """Schema of the table, which is the stage of the flow."""
        return self.name.split(".")[0]

    @property
    def stem(self) -> str:
        """Name of the table without its schema."""
        return self.name.split(".")[1]

    @property
    def code_hash(self) -> str:
        """Short hash of the file: another hash means that the whole table is built anew."""
        return hashlib.blake2b(self.sql.encode(), digest_size=8).hexdigest()

    @cached_property
    def tree(self) -> exp.Query:
        """The parsed query."""
        try:
            parsed = sqlglot.parse_one(self.sql, dialect="duckdb")
        except sqlglot.errors.ParseError as error:
            raise ModelError(f"{self.path.name}: not valid SQL: {error}") from error
        if not isinstance(parsed, exp.Query):
            raise ModelError(f"{self.path.name}: must be one SELECT")
        return parsed

    @cached_property
    def tables(self) -> frozenset[str]:
        """Every table that the query reads, as schema.table; names of common table expressions are not tables."""
        ctes = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        found = {(t.db, t.name) for t in self.tree.find_all(exp.Table)}
        unqualified = {name for db, name in found if not db} - ctes
        if unqualified:
            raise ModelError(f"{self.path.name}: tables without a schema: {', '.join(sorted(unqualified))}")
        return frozenset(f"{db}.{name}" for db, name in found if db)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the $parameters that the query uses."""
        return frozenset(p.name for p in self.tree.find_all(exp.Placeholder, exp.Parameter))

    @cached_property
    def columns(self) -> dict[str, str]:
        """Output columns in order, each with the comment that describes it."""
        select = self.tree
        while isinstance(select, exp.SetOperation):
            select = select.left
        return {
            projection.alias_or_name: " ".join(
                c.strip() for c in projection.comments or _inner_comments(projection)
            )
            for projection in select.expressions
        }


def _inner_comments(projection: exp.Expression) -> list[str]:
    return [comment for node in projection.walk() for comment in (node.comments or [])][:1]


def read_model(path: Path) -> Model:
    """Read one model. Raises ModelError when header lines are missing or contradict themselves."""
    text = path.read_text(encoding="utf-8")
    doc: list[str] = []
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match:
            fields.setdefault(match[1], []).append(match[2].strip())
        elif not fields:
            doc.append(line.removeprefix("--").strip())
    for required in ("grain", "slice"):
        if required not in fields:
            raise ModelError(f"{path.name}: the header has no line '-- {required}: ...'")
    name = f"{path.parent.name}.{path.stem}"
    kind, column = _slice(path, fields["slice"][0])
    return Model(
        name=name,
        doc=" ".join(doc),
        grain=tuple(part.strip() for part in fields["grain"][0].split(",")),
        slice_kind=kind,
        slice_column=column,
        restated_by=tuple(_upstream(path, entry) for entry in fields.get("restated by", [])),
        looked_up=tuple(
            part.strip() for entry in fields.get("looked up in", []) for part in entry.split(",")
        ),
        sql=text,
        path=path,
    )


def _slice(path: Path, value: str) -> tuple[Literal["date", "key", "all"], str | None]:
    match = re.fullmatch(r"(\w+)( \((key|date)\))?", value)
    if not match:
        raise ModelError(f"{path.name}: slice {value!r} is neither 'all', a column nor 'column (key)'")
    if value == "all":
        return "all", None
    return ("key" if match[3] == "key" else "date"), match[1]


_UPSTREAM = re.compile(r"(\w+\.\w+)(?:\.(\w+)(?: via (?:(\w+\.\w+)\.)?(\w+)| and (\d+) days after)?)?")


def _upstream(path: Path, value: str) -> Upstream:
    match = _UPSTREAM.fullmatch(value)
    if not match:
        raise ModelError(
            f"{path.name}: 'restated by: {value}' is not schema.table, schema.table.column, "
            "schema.table.column via [schema.table.]column or schema.table.column and N days after"
        )
    return Upstream(match[1], match[2], via=match[4], via_table=match[3], after=int(match[5] or 0))


def with_upstream(models: Mapping[str, Model], names: Iterable[str]) -> dict[str, Model]:
    """Return the models of these names and all that they read, directly or not, in the order of `models`."""
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in models and name not in wanted:
            wanted.add(name)
            waiting += models[name].tables
    return {name: model for name, model in models.items() if name in wanted}


def load_models(root: Path = SQL_ROOT, stages: tuple[str, ...] = STAGES) -> dict[str, Model]:
    """Read every model of the stages, ordered so that each stands after the models it reads."""
    found = {m.name: m for stage in stages for m in map(read_model, sorted((root / stage).glob("*.sql")))}
    ordered: dict[str, Model] = {}

    def visit(model: Model, path: tuple[str, ...]) -> None:
        if model.name in path:
            raise ModelError(f"models read each other in a circle: {' -> '.join((*path, model.name))}")
        for table in sorted(model.tables):
            if table in found and table not in ordered:
                visit(found[table], (*path, model.name))
        ordered.setdefault(model.name, model)

    for model in found.values():
        visit(model, ())
    return ordered
