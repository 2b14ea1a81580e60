"""The command `rcmbench`: a readable face on the same Dagster jobs.

Belongs here: arguments, exit codes and the order of what is said. Does not belong here: doing (`runs.py`), looking (`status.py`)
or drawing (`show.py`).

Exit codes: 0 all well; 1 something needs attention; 2 it could not be done; 3 another run is going on. For `run` that
something is a file that was kept out or a step that failed (single records or files that cannot be used are told, and are no
failure of the run); for `status` anything not loaded, missing, waiting or stale; for `check` a flag or reject, and 2 a file
that cannot be used.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.errors import RcmbenchError
from assets.settings import Settings, SettingsError, find_config, load_settings
from pipelines.bands import bands_app
from pipelines.memory import recall, remember

if TYPE_CHECKING:
    from pipelines.runs import RunOutcome

WORKSPACE = Path(__file__).resolve().parent.parent / "workspace.yaml"
OK, ATTENTION, IMPOSSIBLE, BUSY = 0, 1, 2, 3

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Role-based productivity benchmarks for medical billing, from a revenue cycle's own daily logs.",
    epilog="Exit codes: 0 all well, 1 something needs attention, 2 it could not be done, 3 another run is writing.",
)

app.add_typer(bands_app, name="bands")

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Configuration file; default: rcmbench.toml here, beside the inbox or in the home."
    ),
]
HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of the warehouse and of what is published.")
]
InboxOption = Annotated[Path | None, typer.Option("--inbox", help="Folder into which files are delivered.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show Dagster's own log.")]


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is not a date such as 2026-03-31") from error


def _settings(config: Path | None, home: Path | None, inbox: Path | None) -> tuple[Settings, Path | None]:
    """Return the settings and the file they came from: the one named or found, else the one that the home remembers."""
    folders = [Path.cwd(), *([inbox.parent] if inbox else []), *([home] if home else [])]
    found = find_config(config, *folders)
    settings = load_settings(found, home=home, inbox=inbox)
    noted, inbox_noted = recall(settings.home)
    if found is None and noted is not None:
        found, settings = noted, load_settings(noted, home=settings.home, inbox=inbox)
    if inbox is None and not settings.inbox.is_dir() and inbox_noted is not None:
        settings = settings.model_copy(update={"inbox": inbox_noted})
    return settings.model_copy(
        update={"home": settings.home.resolve(), "inbox": settings.inbox.resolve()}
    ), found


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into; must be empty or new.")],
    days: Annotated[int, typer.Option(min=1, help="Calendar days.")] = 120,
    claims_per_day: Annotated[int, typer.Option(min=1, help="Claims on an average working day.")] = 400,
    staff: Annotated[int, typer.Option(min=6, help="People in the six billing roles.")] = 48,
    seed: Annotated[int, typer.Option(help="Another seed is another office.")] = 7,
) -> None:
    """Write the synthetic office: raw files in the formats that real offices have, day by day."""
    from assets.progress import report  # noqa: PLC0415
    from assets.sample.office import OfficeSize, write_office  # noqa: PLC0415 - only this command needs it
    from pipelines import show  # noqa: PLC0415

    if out.exists() and any(out.iterdir()):
        raise SettingsError(f"{out}: not empty; choose another folder or remove it first")
    size = OfficeSize(days=days, claims_per_day=claims_per_day, staff=staff, seed=seed)
    with show.bars():
        made = write_office(
            out, size, progress=lambda done, total: report("writing days of the sample office", done, total)
        )
    show.console.print(
        f"A synthetic office of {made.people} people: {made.files:,} files, {made.claims:,} claims, "
        f"{made.bytes / 1e6:,.0f} MB, {made.first_day} to {made.last_day}, in {out}"
    )
    show.console.print(f"Load it: rcmbench run --inbox {out / 'inbox'}")


@app.command()
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
    settings, found = _settings(config, home, inbox)
    from pipelines import show  # noqa: PLC0415
    from pipelines.runs import load  # noqa: PLC0415

    with show.bars():
        outcome = load(
            settings, first=_day(first) if first else None, last=_day(last) if last else None, verbose=verbose
        )
    remember(settings, found)
    _report(settings, outcome, as_json=as_json)


@app.command()
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
    settings, _ = _settings(config, home, None)
    day = _day(as_of) if as_of else None
    from pipelines import show  # noqa: PLC0415
    from pipelines.runs import recalibrate_now  # noqa: PLC0415

    with show.bars():
        outcome = recalibrate_now(settings, day, verbose=verbose)
    _report(settings, outcome, as_json=as_json)


def _report(settings: Settings, outcome: RunOutcome, *, as_json: bool) -> None:
    from pipelines import show  # noqa: PLC0415
    from pipelines.published import published_bands  # noqa: PLC0415

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
        typer.echo(json.dumps(answer, indent=2, sort_keys=True))
        raise typer.Exit(OK if outcome.success else ATTENTION)
    _say_outcome(settings, outcome)
    if bands is not None and bands.height:
        show.console.print(show.bands_table(bands, settings.office.name, show.console.width))
        show.console.print(f"Published: {settings.published_path}/published.duckdb and *.parquet")
        show.console.print(
            "Look around: rcmbench status, or rcmbench ui for lineage and runs on http://127.0.0.1:3000"
        )
    elif outcome.success:
        show.console.print(
            f"No bands yet: they need {settings.bands.learning_days} worked days in the work log of people who stand in the roster."
        )
    raise typer.Exit(OK if outcome.success else ATTENTION)


def _say_outcome(settings: Settings, outcome: RunOutcome) -> None:
    from pipelines import show  # noqa: PLC0415
    from pipelines.summary import load_lines  # noqa: PLC0415

    if outcome.idle:
        show.console.print("Nothing new in the inbox; nothing changed.")
    if outcome.days:
        show.console.print(
            f"{settings.office.name}: deliveries of {len(outcome.days)} day(s), {outcome.days[0]} to {outcome.days[-1]}."
        )
        for line in load_lines(settings, outcome.days, outcome.runs):
            show.console.print(line, soft_wrap=True)
    for step, reason in outcome.failures.items():
        show.errors.print(f"[red]failed[/] {step}: {reason}", soft_wrap=True)
    if outcome.outside:
        show.errors.print(
            f"[red]not loaded[/] {len(outcome.outside)} delivery day(s) from {outcome.outside[0]} to {outcome.outside[-1]}: they lie before "
            f"intake.first_day = {settings.intake.first_day} or in the future; set intake.first_day in rcmbench.toml",
            soft_wrap=True,
        )
    if outcome.recalibrated:
        show.console.print(f"Recalibrated as of {outcome.recalibrated}.")


@app.command()
def status(
    home: HomeOption = None,
    inbox: InboxOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is loaded, what is missing, what failed and what is stale."""
    settings, _ = _settings(config, home, inbox)
    from pipelines import show  # noqa: PLC0415
    from pipelines.definitions import catalogue  # noqa: PLC0415
    from pipelines.status import status_of  # noqa: PLC0415

    told = status_of(settings, catalogue()[0])
    attention = bool(told.get("waiting_days") or told.get("stale_tables") or told.get("missing")) or any(
        row["status"] in {"held", "unusable", "unknown"} for row in told.get("not_loaded", [])
    )
    if as_json:
        typer.echo(json.dumps(told, indent=2, sort_keys=True, default=str))
    else:
        for line in show.status_lines(told):
            show.console.print(line)
    raise typer.Exit(ATTENTION if attention else OK)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", exists=True)],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what files are, without loading them: kind, counts, flags and rejects. Nothing to configure."""
    settings, _ = _settings(config, None, None)
    from assets.intake.check import check_path  # noqa: PLC0415
    from assets.intake.pseudonyms import hider  # noqa: PLC0415
    from assets.intake.sources import sources_from  # noqa: PLC0415
    from pipelines import show  # noqa: PLC0415

    # Nothing is stored, so any key will do: pseudonyms are thrown away with the rest.
    hide, sources, worst = hider(os.urandom(32)), sources_from(settings.sources), OK
    limit = settings.intake.unpacked_mb * 1_000_000
    for path in paths:
        for finding in check_path(
            path, sources=sources, hide=hide, time_zone=settings.office.time_zone, limit_bytes=limit
        ):
            worst = max(worst, finding.level)
            if as_json:
                typer.echo(json.dumps(finding.as_json(), sort_keys=True))
            else:
                for line in show.finding_lines(finding):
                    show.console.print(line, soft_wrap=True)
    raise typer.Exit(worst)


@app.command()
def ui(
    home: HomeOption = None,
    inbox: InboxOption = None,
    config: ConfigOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster on 127.0.0.1: lineage, runs, checks and schedules."""
    settings, found = _settings(config, home, inbox)
    from pipelines.runs import instance_of  # noqa: PLC0415

    instance_of(settings).dispose()
    environment = {**os.environ, "RCMBENCH_HOME": str(settings.home), "RCMBENCH_INBOX": str(settings.inbox)}
    if found:
        environment["RCMBENCH_CONFIG"] = str(found.resolve())
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-w",
        str(WORKSPACE),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    typer.echo(f"Dagster on http://127.0.0.1:{port} (stop it with Ctrl-C)")
    raise typer.Exit(subprocess.call(command, env=environment))  # noqa: S603 - our own interpreter and arguments


def main() -> None:
    """Run the command; known errors are told in one sentence, with the documented exit code."""
    from assets.warehouse import WarehouseBusyError  # noqa: PLC0415 - Dagster takes a second to import

    try:
        app()
    except WarehouseBusyError as error:
        typer.secho(f"rcmbench: {error}", err=True)
        sys.exit(BUSY)
    except (RcmbenchError, OSError, ValueError) as error:
        typer.secho(f"rcmbench: {error}", err=True)
        sys.exit(IMPOSSIBLE)
