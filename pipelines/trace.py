"""The command `rcmbench trace`: a number, back to the files and lines that it came from.

Belongs here: its arguments and how the steps look. Does not belong here: the walk (`assets/trace.py`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from assets.counted import many
from pipelines.options import ConfigOption, HomeOption, JsonOption, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assets.settings import Settings
    from assets.trace import Step


def trace(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    table: Annotated[
        str,
        typer.Argument(
            help="A table, such as published.bands, measures.initial_denial_rate or ledger.denials."
        ),
    ],
    where: Annotated[
        list[str] | None, typer.Argument(help="Which of its rows: column=value, as often as wanted.")
    ] = None,
    examples: Annotated[
        int, typer.Option("--examples", min=0, help="Places to show per table of files.")
    ] = 5,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Walk a number backwards: which rows stand behind it, table by table, down to files and lines. Never their values."""
    settings, _ = settings_of(config, home, None)
    steps = trace_of(settings, table, _conditions(where or []), examples)
    if as_json:
        typer.echo(json.dumps([step.as_json() for step in steps], indent=2, sort_keys=True))
        return
    for line in trace_lines(steps):
        typer.echo(line)


def _conditions(where: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for condition in where:
        column, equals, value = condition.partition("=")
        if not equals or not column:
            raise typer.BadParameter(f"{condition!r} is not column=value")
        found[column] = value
    return found


def trace_of(settings: Settings, table: str, where: dict[str, str], examples: int = 5) -> list[Step]:
    """Return the steps behind rows of a table. Raises TraceError when there is nothing to walk back from."""
    from assets.published.swap import DATABASE  # noqa: PLC0415
    from assets.sql_model import load_models  # noqa: PLC0415
    from assets.trace import Trace, TraceError  # noqa: PLC0415
    from assets.trace_age import mark_stale  # noqa: PLC0415
    from assets.warehouse import GLANCE_PATIENCE, open_warehouse  # noqa: PLC0415

    if not settings.warehouse_path.exists():
        raise TraceError(f"{settings.home}: nothing was loaded yet; rcmbench run loads it")
    published = settings.published_path / DATABASE
    with open_warehouse(settings.warehouse_path, read_only=True, patience=GLANCE_PATIENCE) as connection:
        models = load_models()
        walk = Trace(connection, models, published if published.exists() else None)
        steps = walk.walk(table, where, examples=examples)
        mark_stale(connection, models, steps)
        return steps


def trace_lines(steps: Sequence[Step]) -> Iterator[str]:
    """Yield what the terminal shows of the steps."""
    for step in steps:
        files = f" in {many(step.files, 'file')}" if step.files else ""
        yield f"{step.table}: {many(step.rows, 'row')}{files}"
        if step.read_by:
            yield f"    read by {', '.join(f'{name} ({n:,})' for name, n in step.read_by.items())}"
        for fact in step.facts:
            yield f"    {fact}"
        if step.looked_up:
            yield f"    looked up in {', '.join(step.looked_up)}"
        for place in step.examples:
            where = f"transaction {place['txn_no']}, segment" if place["txn_no"] else "record"
            yield f"    {place['file']}, delivered {place['delivered_on']}, {where} {place['row_no']}"
    if stale := [step.table for step in steps if step.stale]:
        yield f"stale, computed before what they read was changed or by other code: {', '.join(stale)}; rcmbench run computes them again"
