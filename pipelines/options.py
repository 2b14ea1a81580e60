"""What the commands share: their options, exit codes, and the settings of the office that is meant.

Belongs here: options and how they are read. Does not belong here: any command.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assets.settings import Settings, find_config, load_settings
from pipelines.memory import moved_from, recall

OK, ATTENTION, IMPOSSIBLE, BUSY = 0, 1, 2, 3

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


def day_of(value: str | None) -> date | None:
    """Return the day of an option; None when it is not given. Raises BadParameter for what is no date."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is not a date such as 2026-03-31") from error


def settings_of(config: Path | None, home: Path | None, inbox: Path | None) -> tuple[Settings, Path | None]:
    """Return the settings and the file they came from: the one named or found, else the one that the home remembers.

    The inbox is that of the option, else what the file or the environment says, else what the home remembers, else the default.
    """
    folders = [Path.cwd(), *([inbox.parent] if inbox else []), *([home] if home else [])]
    found = find_config(config, *folders)
    settings = load_settings(found, home=home, inbox=inbox)
    noted, inbox_noted = recall(settings.home)
    if found is None and noted is not None:
        found, settings = noted, load_settings(noted, home=settings.home, inbox=inbox)
    before = moved_from(settings.home)
    if before is not None and inbox is None and "inbox" not in settings.model_fields_set:
        _tell_move(settings, before, noted, inbox_noted)
    # A folder that happens to be called as the default is nobody's word.
    if inbox is None and "inbox" not in settings.model_fields_set and inbox_noted is not None:
        settings = settings.model_copy(update={"inbox": inbox_noted})
    return settings.model_copy(
        update={"home": settings.home.resolve(), "inbox": settings.inbox.resolve()}
    ), found


def _tell_move(settings: Settings, before: Path, config: Path | None, inbox: Path | None) -> None:
    """Tell that a home was moved or copied since its last run, and what it takes for its own now: nobody has named it."""
    said = f"its inbox is taken to be {inbox}" if inbox else "its inbox is gone: name it with --inbox"
    said += f", its configuration {config}" if config else ""
    typer.echo(f"rcmbench: {settings.home.resolve()} was {before} at its last run; {said}", err=True)
