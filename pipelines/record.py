"""The command `rcmbench record`: a person's own record, for that person.

Belongs here: its arguments and what it says. Does not belong here: the questions and the page (`assets/record`).
"""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.options import ConfigOption, HomeOption, settings_of

if TYPE_CHECKING:
    from assets.settings import Settings


def record(
    person: Annotated[
        str, typer.Option("--person", help="The person's id as the office's own files write it.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="HTML file to write; default: in the folder records of the home."),
    ] = None,
    home: HomeOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a person's own record: one page, for that person only. Needs the section [notice] of the configuration."""
    settings, _ = settings_of(config, home, None)
    path = write_record(settings, person, out)
    typer.echo(f"Written, readable by you only: {path}")


def write_record(settings: Settings, person: str, out: Path | None = None) -> Path:
    """Write the record of a person, named in clear, and return where it lies.

    Raises NoticeError when no record may be made, and RecordError when there is nothing to make it of.
    """
    from assets.intake.pseudonyms import KEY_FILE, KEY_VARIABLE, hider, load_key  # noqa: PLC0415
    from assets.record.notice import must_be_told  # noqa: PLC0415
    from assets.record.page import render, today_in, write_privately  # noqa: PLC0415
    from assets.record.questions import RecordError, record_of  # noqa: PLC0415
    from assets.warehouse import GLANCE_PATIENCE, open_warehouse  # noqa: PLC0415

    must_be_told(settings.notice, today_in(settings))
    if not settings.warehouse_path.exists():
        raise RecordError(f"{settings.home}: nothing was loaded yet; rcmbench run loads it")
    if not os.environ.get(KEY_VARIABLE) and not (settings.home / KEY_FILE).exists():
        raise RecordError(
            f"{settings.home}: holds no key, so nobody's pseudonym can be found; set {KEY_VARIABLE} to the key of its runs"
        )
    pseudonym = hider(load_key(settings.home))("staff", person)
    if pseudonym is None:
        raise RecordError("--person is empty")
    with open_warehouse(settings.warehouse_path, read_only=True, patience=GLANCE_PATIENCE) as connection:
        found = record_of(connection, pseudonym)
    path = out or settings.home / "records" / f"{pseudonym}.html"
    write_privately(path, render(found, person.strip(), settings))
    return path
