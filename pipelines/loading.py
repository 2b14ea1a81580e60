"""The commands that write: `run`, `replay` and `recalibrate`.

Belongs here: their arguments and the order of what they say. Does not belong here: doing (`runs.py`, `replay.py`).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assets.counted import many
from pipelines.interrupts import INTERRUPTED, interruptible
from pipelines.memory import remember
from pipelines.options import (
    ATTENTION,
    OK,
    ConfigOption,
    HomeOption,
    InboxOption,
    JsonOption,
    VerboseOption,
    day_of,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.settings import Settings
    from pipelines.execution import RunOutcome


def run(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    inbox: InboxOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    first: Annotated[
        str | None, typer.Option("--from", help="Load again from this delivery day (YYYY-MM-DD).")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Load again up to this delivery day.")] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Load what waits in the inbox, compute, recalibrate when due, and publish."""
    settings, found = settings_of(config, home, inbox)
    from pipelines import show  # noqa: PLC0415
    from pipelines.runs import load  # noqa: PLC0415

    with _told_when_interrupted(), show.bars():
        outcome = load(settings, first=day_of(first), last=day_of(last), verbose=verbose)
    remember(settings, found)
    _report(settings, outcome, as_json=as_json)


def replay(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    files: Annotated[
        list[str],
        typer.Argument(help="Paths in the inbox, as status shows them, or corrected copies from elsewhere."),
    ],
    waive: Annotated[
        bool, typer.Option("--release", help="Let a held file in: waive the expectations that it breaks.")
    ] = False,
    day: Annotated[
        str | None, typer.Option("--day", help="Delivery day of a corrected copy (YYYY-MM-DD).")
    ] = None,
    inbox: InboxOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Load files again, or corrected copies of them, or held ones by hand, with everything that follows from it."""
    settings, found = settings_of(config, home, inbox)
    from pipelines import show, show_intake  # noqa: PLC0415
    from pipelines.replay import replay as replay_files  # noqa: PLC0415

    with _told_when_interrupted(), show.bars():
        done = replay_files(settings, files, waive=waive, day=day_of(day), verbose=verbose)
    remember(settings, found)
    if not as_json:
        for path in done.delivered:
            show.console.print(f"Delivered: {path}", soft_wrap=True)
        for row in done.files:
            show.console.print(show_intake.fate_line(row), soft_wrap=True)
    code = OK if done.success else ATTENTION
    _report(
        settings,
        done.outcome,
        as_json=as_json,
        more={"files": done.files, "delivered": done.delivered},
        code=code,
    )


def recalibrate(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Last day of the window (YYYY-MM-DD); default: the last day with work."),
    ] = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Calibrate bands now, due or not, and store them as a version."""
    settings, _ = settings_of(config, home, None)
    day = day_of(as_of)
    from pipelines import show  # noqa: PLC0415
    from pipelines.runs import recalibrate_now  # noqa: PLC0415

    with _told_when_interrupted(), show.bars():
        outcome = recalibrate_now(settings, day, verbose=verbose)
    _report(settings, outcome, as_json=as_json)


@contextmanager
def _told_when_interrupted() -> Iterator[None]:
    from dagster._core.errors import DagsterExecutionInterruptedError  # noqa: PLC0415 - public nowhere

    try:
        with interruptible():
            yield
    except (KeyboardInterrupt, DagsterExecutionInterruptedError):
        typer.echo("rcmbench: interrupted; run again", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _report(
    settings: Settings,
    outcome: RunOutcome,
    *,
    as_json: bool,
    more: dict[str, Any] | None = None,
    code: int | None = None,
) -> None:
    from pipelines import show, show_truth  # noqa: PLC0415
    from pipelines.published import published_bands  # noqa: PLC0415

    ending = code if code is not None else OK if outcome.success else ATTENTION
    bands = published_bands(settings, outcome.recalibrated)
    if as_json:
        answer: dict[str, object] = {
            "days": [day.isoformat() for day in outcome.days],
            "failures": outcome.failures,
            "outside": [day.isoformat() for day in outcome.outside],
            "recalibrated": outcome.recalibrated.isoformat() if outcome.recalibrated else None,
            "runs": outcome.runs,
            "published": str(settings.published_path),
            "bands": json.loads(bands.drop("known_at").write_json()) if bands is not None else [],
        }
        typer.echo(json.dumps(answer | (more or {}), indent=2, sort_keys=True, default=str))
        raise typer.Exit(ending)
    _say_outcome(settings, outcome)
    if bands is not None and bands.height:
        show.console.print(show.bands_table(bands, settings.office.name, show.console.width))
        told = show_truth.beside_the_truth(bands, settings.inbox)
        if told is not None and told.height:
            show.console.print(show_truth.truth_table(told))
    elif outcome.success:
        show.console.print(
            f"No bands yet: they need {settings.bands.learning_days} worked days in the work log of people who stand in the roster."
        )
    if (settings.published_path / "report" / "index.html").exists():
        _say_where(settings)
    raise typer.Exit(ending)


def _say_where(settings: Settings) -> None:
    from pipelines import show  # noqa: PLC0415

    place = settings.published_path
    show.console.print(f"Published: {place}/published.duckdb and *.parquet")
    show.console.print(f"Report: {place}/report/index.html; workbook: {place}/rcmbench.xlsx")
    show.console.print(
        "Look around: rcmbench status, or rcmbench ui for lineage and runs on http://127.0.0.1:3000"
    )


def _say_outcome(settings: Settings, outcome: RunOutcome) -> None:
    from rich.text import Text  # noqa: PLC0415

    from pipelines import show  # noqa: PLC0415
    from pipelines.summary import load_lines  # noqa: PLC0415

    if outcome.idle:
        show.console.print("Nothing new in the inbox; nothing changed.")
    if outcome.days:
        show.console.print(
            f"{settings.office.name}: deliveries of {many(len(outcome.days), 'day')}, {outcome.days[0]} to {outcome.days[-1]}."
        )
        for line in load_lines(settings, outcome.days, outcome.runs):
            show.console.print(line, soft_wrap=True)
    for step, reason in outcome.failures.items():
        show.errors.print(Text.assemble(("failed", "red"), f" {step}: {reason}"), soft_wrap=True)
    if outcome.outside:
        said = (
            f" {many(len(outcome.outside), 'delivery day')} from {outcome.outside[0]} to {outcome.outside[-1]}: no day before "
            f"intake.first_day = {settings.intake.first_day} or in the future is loaded; set intake.first_day in rcmbench.toml"
        )
        show.errors.print(Text.assemble(("not loaded", "red"), said), soft_wrap=True)
    if outcome.recalibrated:
        show.console.print(f"Recalibrated as of {outcome.recalibrated}.")
