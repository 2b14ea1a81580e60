"""The command `report`: the report of what is published, as files in a folder of the reader's choice.

Belongs here: its arguments and what it says. Does not belong here: the report (`assets/report/`).
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import Annotated

import typer

from pipelines.options import ConfigOption, HomeOption, settings_of


def report(
    out: Annotated[
        Path, typer.Option("--out", help="Folder to write into; empty, new, or an earlier report.")
    ],
    home: HomeOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the report: a static site that opens offline, made from the published tables only."""
    settings, _ = settings_of(config, home, None)
    from assets.counted import many  # noqa: PLC0415 - only this command needs these
    from assets.published.swap import DATABASE  # noqa: PLC0415
    from assets.quality import load_suites  # noqa: PLC0415
    from assets.report.write import write_report  # noqa: PLC0415

    done = write_report(settings.published_path / DATABASE, out, load_suites())
    typer.echo(f"{many(done['files'], 'file')}, {done['changed']:,} changed. Open {out / 'index.html'}")
