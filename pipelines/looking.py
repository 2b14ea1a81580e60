"""The commands that only look: `status`, `rejects` and `check`.

Belongs here: their arguments and exit codes. Does not belong here: the questions (`status.py`, `rejects.py`,
`assets/intake/check.py`) and how the answers look (`show.py`, `show_intake.py`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import Annotated

import typer

from pipelines.options import (
    ATTENTION,
    OK,
    ConfigOption,
    HomeOption,
    InboxOption,
    JsonOption,
    day_of,
    settings_of,
)


def status(
    home: HomeOption = None,
    inbox: InboxOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is loaded, what is missing, what failed and what is stale."""
    settings, _ = settings_of(config, home, inbox)
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


def rejects(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    day: Annotated[
        str | None, typer.Option("--day", help="Files delivered on this day (YYYY-MM-DD).")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="Files delivered from this day on.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Files delivered up to this day.")] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="Files whose path or name fits, such as 'payments_*'.")
    ] = None,
    feed: Annotated[str | None, typer.Option("--feed", help="A feed, such as 835 or payments.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Text within the reason, any case.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Groups and rejects to list; 0 lists all.")
    ] = 50,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every file and record that was not loaded, and why: grouped by file, reason and column, then one by one. Shapes of values only."""
    settings, _ = settings_of(config, home, None)
    from pipelines import show, show_intake  # noqa: PLC0415
    from pipelines.rejects import Wanted, rejects_of  # noqa: PLC0415

    if day is not None and (first is not None or last is not None):
        raise typer.BadParameter("--day goes without --from and --to")
    wanted = Wanted(day_of(day or first), day_of(day or last), file, feed, reason)
    told = rejects_of(settings, wanted, limit or None)
    if as_json:
        typer.echo(json.dumps(told, indent=2, sort_keys=True, default=str))
    else:
        for line in show_intake.reject_lines(told):
            show.console.print(show.hanging(line))
    raise typer.Exit(ATTENTION if told["rejects"] else OK)


def check(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", exists=True)],
    config: ConfigOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only files that are not clean.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what files are, without loading them: kind, counts, flags and rejects. Nothing to configure."""
    settings, _ = settings_of(config, None, None)
    from assets.intake.check import Total, check_path  # noqa: PLC0415
    from assets.intake.pseudonyms import hider  # noqa: PLC0415
    from assets.intake.sources import sources_from  # noqa: PLC0415
    from pipelines import show, show_intake  # noqa: PLC0415

    # Nothing is stored, so any key will do: pseudonyms are thrown away with the rest.
    hide, sources, total = hider(os.urandom(32)), sources_from(settings.sources), Total()
    limit, zone = settings.intake.unpacked_mb * 1_000_000, settings.office.time_zone
    for path in paths:
        for finding in check_path(path, sources=sources, hide=hide, time_zone=zone, limit_bytes=limit):
            total.add(finding)
            if quiet and not finding.level:
                continue
            if as_json:
                typer.echo(json.dumps(finding.as_json(), sort_keys=True))
            else:
                for line in show_intake.finding_lines(finding):
                    show.say(line)
    if not as_json and total.files != 1:
        for line in show_intake.total_lines(total):
            show.say(line)
    raise typer.Exit(total.level)
