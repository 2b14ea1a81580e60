"""What must hold of a table: suites read from `expectations/`, evaluated by Great Expectations on the staged slice.

Belongs here: reading suites, evaluating them, and recording the results. Does not belong here: Dagster (`checks.py`),
or deciding what happens to a slice that fails.

Only counts leave this module: never a value of a row.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assets.errors import RcmbenchError, masked
from assets.slices import columns_of, staging_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

EXPECTATIONS_ROOT = Path(__file__).resolve().parent.parent / "expectations"
COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


class SuiteError(RcmbenchError):
    """A suite cannot be used; the message names the file, the expectation and the reason."""


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold. `blocking` ones keep a slice out, the others warn.

    Those that hold a table against other feeds name them in `needs`: an office that never delivers one is not at fault.
    """

    name: str
    expect: str
    arguments: dict[str, Any]
    why: str
    blocking: bool = True
    needs: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column or columns that it is about."""
        return str(self.arguments.get("column") or ", ".join(self.arguments.get("column_list", [])))

    @property
    def is_about_rows(self) -> bool:
        """Whether it speaks of single rows, so that a slice without any meets it; queries read the slice alone."""
        return not self.expect.startswith("table_")


@dataclass(frozen=True)
class Suite:
    """The expectations of one table."""

    table: str
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of one expectation on one slice."""

    table: str
    expectation: Expectation
    success: bool
    observed: str
    unexpected: int | None

    @property
    def blocks(self) -> bool:
        """Whether this outcome keeps the slice out."""
        return not self.success and self.expectation.blocking


@dataclass
class Verdict:
    """The outcomes of one table's slice."""

    table: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def blocking(self) -> list[Outcome]:
        """The outcomes that keep the slice out."""
        return [outcome for outcome in self.outcomes if outcome.blocks]

    @property
    def passed(self) -> bool:
        """Whether the slice may be published."""
        return not self.blocking


def read_suite(path: Path) -> Suite:
    """Read one suite. Raises SuiteError that names the file and what is wrong in it."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        table = str(content["table"])
        expectations = tuple(
            Expectation(
                name=entry["name"],
                expect=entry["expect"],
                arguments=dict(entry.get("with") or {}),
                why=entry["why"],
                blocking=bool(entry.get("blocking", True)),
                needs=tuple(entry.get("needs", ())),
            )
            for entry in content["expectations"]
        )
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path.name}: {error!r}") from error
    names = [expectation.name for expectation in expectations]
    if len(set(names)) != len(names):
        raise SuiteError(f"{path.name}: two expectations have the same name")
    if table != f"{path.parent.name}.{path.stem}":
        raise SuiteError(
            f"{path.name}: the suite says {table}, the file's place says {path.parent.name}.{path.stem}"
        )
    return Suite(table, expectations)


@lru_cache(maxsize=1)
def load_suites(root: Path = EXPECTATIONS_ROOT) -> dict[str, Suite]:
    """Read every suite, keyed by schema.table."""
    return {suite.table: suite for suite in map(read_suite, sorted(root.glob("*/*.yml")))}


def suite_of(table: str) -> Suite:
    """Return the suite of a table; a table without one has nothing to hold it against."""
    return load_suites().get(table, Suite(table))


class Examiner:
    """Evaluates suites on the staged slices of one connection. Costs seconds to make: make one per process and run.

    `schema` is where the slices are staged.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str = "staging") -> None:
        warnings.filterwarnings("ignore", category=UserWarning, module="great_expectations")
        self._connection, self._schema = connection, schema

    def examine(self, suite: Suite) -> Verdict:
        """Hold the staged slice of the suite's table against the suite."""
        asked, left = self._asked(suite)
        if not asked:
            return Verdict(suite.table, left)
        name, source = staging_name(suite.table), _source()
        import great_expectations as gx  # noqa: PLC0415 - costs seconds

        from assets.gx_duckdb import told_once  # noqa: PLC0415

        engine = source.attach(self._connection, self._schema)
        asset = source.add_table_asset(name=name, table_name=name)
        try:
            batch = asset.add_batch_definition_whole_table("slice").get_batch()
            wanted = gx.ExpectationSuite(
                name=name, expectations=[_build(gx, e, i) for i, e in enumerate(asked)]
            )
            with told_once():
                results = batch.validate(wanted, result_format=COUNTS_ONLY).results
        finally:
            source.delete_asset(name)
            engine.release()
        by_place = {r.expectation_config.meta["place"]: r for r in results}
        return Verdict(
            suite.table, [*(_outcome(suite.table, e, by_place[i]) for i, e in enumerate(asked)), *left]
        )

    def _asked(self, suite: Suite) -> tuple[list[Expectation], list[Outcome]]:
        """Return the expectations to be evaluated, and an outcome for each of the others, which says why it was not asked."""
        came: set[str] | None = None
        if any(e.needs for e in suite.expectations) and columns_of(self._connection, "intake.files"):
            came = {
                f for (f,) in self._connection.execute("select distinct feed from intake.files").fetchall()
            }
        slice_ = f"{self._schema}.{staging_name(suite.table)}"
        is_empty = self._connection.execute(f"select 1 from {slice_} limit 1").fetchone() is None
        asked, left = [], []
        for expectation in suite.expectations:
            absent = [feed for feed in expectation.needs if came is not None and feed not in came]
            if absent:
                said, unexpected = f"not asked, since {' and '.join(absent)} never came", None
            elif is_empty and expectation.is_about_rows:
                # Offices deliver a part of the feeds, so most of their tables would be asked about nothing, every day.
                said, unexpected = "0 unexpected: no rows", 0
            else:
                asked.append(expectation)
                continue
            left.append(Outcome(suite.table, expectation, success=True, observed=said, unexpected=unexpected))
        return asked, left


@lru_cache(maxsize=1)
def _source() -> Any:
    """Return the one data source of this process; an examiner attaches it to its own connection."""
    # First, because it turns off Great Expectations' analytics and registers the data source.
    from assets import gx_duckdb  # noqa: F401, I001, PLC0415

    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # Nothing of a context in memory has to be kept, and writing it out as YAML is a quarter of what a suite costs.
    context.variables.save = lambda: None
    return context.data_sources.add_duckdb(
        name="warehouse", connection_string="duckdb://", create_temp_table=False
    )


def _build(gx: Any, expectation: Expectation, place: int) -> Any:
    name = expectation.expect
    kind = (
        "UnexpectedRowsExpectation"
        if name == "unexpected_rows"
        else "Expect" + "".join(p.title() for p in name.split("_"))
    )
    try:
        return getattr(gx.expectations, kind)(**expectation.arguments, meta={"place": place})
    except (AttributeError, ValueError, TypeError) as error:
        raise SuiteError(f"{expectation.name}: {name}: {error}") from error


def _outcome(table: str, expectation: Expectation, result: Any) -> Outcome:
    errors = [e for e in _exceptions(result.exception_info) if e]
    if errors:
        raise SuiteError(f"{table}: {expectation.name} could not be evaluated: {errors[0]}")
    detail = result.result or {}
    unexpected = detail.get("unexpected_count")
    if unexpected is None and expectation.expect == "unexpected_rows":
        unexpected = int(detail.get("observed_value") or 0)
    observed = detail.get("observed_value") if expectation.expect == "table_row_count_to_be_between" else None
    rows = detail.get("element_count")
    text = (
        str(observed)
        if observed is not None
        else f"{int(unexpected or 0)} unexpected" + (f" of {rows}" if rows else "")
    )
    return Outcome(
        table, expectation, bool(result.success), text, int(unexpected) if unexpected is not None else None
    )


def _exceptions(info: Any) -> Iterable[str]:
    # Great Expectations reports either one dictionary or one per metric.
    for entry in [info, *(info.values() if isinstance(info, dict) else [])]:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            yield masked(str(entry.get("exception_message") or "unknown error"))


def record(
    connection: duckdb.DuckDBPyConnection,
    verdicts: Iterable[Verdict],
    *,
    run_id: str,
    span: tuple[date | None, date | None],
) -> None:
    """Append the outcomes to quality.results."""
    now = datetime.now(UTC)
    rows = [
        [
            run_id,
            outcome.table,
            span[0],
            span[1],
            outcome.expectation.name,
            outcome.expectation.expect,
            outcome.expectation.column,
            "error" if outcome.expectation.blocking else "warning",
            outcome.success,
            outcome.observed,
            outcome.unexpected,
            now,
        ]
        for verdict in verdicts
        for outcome in verdict.outcomes
    ]
    if rows:
        connection.executemany(f"insert into quality.results values ({', '.join('?' * 12)})", rows)
