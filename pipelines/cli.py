"""The command `rcmbench`: a readable face on the same Dagster jobs.

Belongs here: which commands there are, those that are about no office's data (`sample`, `ui`), and how errors end. Does not
belong here: the commands that load (`loading.py`) and those that look (`looking.py`).

Exit codes: 0 all well; 1 something needs attention; 2 it could not be done; 3 another run is going on. For `run` that
something is a file that was kept out or a step that failed (single records or files that cannot be used are told, and are no
failure of the run); for `replay` a file that is not loaded; for `status` anything not loaded, missing, waiting or stale; for
`rejects` a file or a record that is not loaded; for `check` a flag or reject, and 2 a file that cannot be used. Ctrl-C ends every command with 130.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from assets.counted import many
from assets.errors import RcmbenchError
from assets.settings import SettingsError
from pipelines import loading, looking
from pipelines.bands import bands_app
from pipelines.options import BUSY, IMPOSSIBLE, ConfigOption, HomeOption, InboxOption, settings_of
from pipelines.record import record
from pipelines.report import report as write_report
from pipelines.sources import sources_app
from pipelines.trace import trace
from pipelines.whatif import whatif_app

WORKSPACE = Path(__file__).resolve().parent.parent / "workspace.yaml"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # As markup, what stands in brackets would be eaten: [[sources]].
    rich_markup_mode=None,
    help="Role-based productivity benchmarks for medical billing, from a revenue cycle's own daily logs.",
    epilog="Exit codes: 0 all well, 1 something needs attention, 2 it could not be done, 3 another run is writing.",
)


@app.command()
def sample(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    out: Annotated[Path, typer.Option("--out", help="Folder to write into; must be empty or new.")],
    days: Annotated[int, typer.Option(min=1, help="Calendar days.")] = 120,
    claims_per_day: Annotated[int, typer.Option(min=1, help="Claims on an average working day.")] = 400,
    staff: Annotated[int, typer.Option(min=6, help="People in the six billing roles.")] = 48,
    seed: Annotated[int, typer.Option(help="Another seed is another office.")] = 7,
    formats: Annotated[
        bool, typer.Option("--formats", help="Write one folder with every format instead, clean and damaged.")
    ] = False,
) -> None:
    """Write the synthetic office: raw files in the formats that real offices have, day by day."""
    from assets.progress import report  # noqa: PLC0415
    from assets.sample.office import OfficeSize, write_office  # noqa: PLC0415 - only this command needs it
    from pipelines import show  # noqa: PLC0415

    if out.exists() and any(out.iterdir()):
        raise SettingsError(f"{out}: not empty; choose another folder or remove it first")
    if formats:
        from assets.sample.formats import write_formats  # noqa: PLC0415

        folder = write_formats(out, seed=seed)
        show.console.print(
            f"Every format, clean and damaged: {many(folder.files, 'file')}, {folder.bytes / 1e6:,.1f} MB, in {out}",
            soft_wrap=True,
        )
        show.console.print(
            f"Look at it: rcmbench check {out / 'inbox'} --config {out / 'rcmbench.toml'}", soft_wrap=True
        )
        return
    size = OfficeSize(days=days, claims_per_day=claims_per_day, staff=staff, seed=seed)
    with show.bars():
        made = write_office(
            out, size, progress=lambda done, total: report("writing days of the sample office", done, total)
        )
    show.console.print(
        f"A synthetic office of {made.people} people: {many(made.files, 'file')}, {many(made.claims, 'claim')}, "
        f"{made.bytes / 1e6:,.0f} MB, {made.first_day} to {made.last_day}, in {out}"
    )
    show.console.print(f"Load it: rcmbench run --inbox {out / 'inbox'}")


app.command()(loading.run)
app.command()(loading.replay)
app.command()(loading.recalibrate)
app.command()(looking.status)
app.command()(looking.rejects)
app.command()(looking.check)
app.command()(record)
app.command()(trace)
app.command()(write_report)
app.add_typer(sources_app, name="sources")
app.add_typer(bands_app, name="bands")
app.add_typer(whatif_app, name="whatif")


@app.command()
def ui(
    home: HomeOption = None,
    inbox: InboxOption = None,
    config: ConfigOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster on 127.0.0.1: lineage, runs, checks and schedules."""
    settings, found = settings_of(config, home, inbox)
    from pipelines.execution import instance_of  # noqa: PLC0415

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
    """Run the command; known errors are told in one sentence, with the documented exit code.

    Ctrl-C ends it quietly (130), and so does a reader that has seen enough (`| head`).
    """
    from assets.warehouse import WarehouseBusyError  # noqa: PLC0415 - Dagster takes a second to import

    try:
        app()
    except WarehouseBusyError as error:
        typer.secho(f"rcmbench: {error}", err=True)
        sys.exit(BUSY)
    except (RcmbenchError, OSError, ValueError) as error:
        typer.secho(f"rcmbench: {error}", err=True)
        sys.exit(IMPOSSIBLE)
    finally:
        _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would be written, and complained about, once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
