"""`rcmbench sources`: propose a mapping for an export from its own header.

Belongs here: the arguments and the printing. Does not belong here: what is proposed (`assets/intake/propose.py`).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assets.counted import many

sources_app = typer.Typer(help="Map your own exports.", no_args_is_help=True, add_completion=False)
USAGE, FLAGGED = 2, 1


@sources_app.callback()
def _sources() -> None:
    """Map your own exports."""


@sources_app.command("init")
def init(
    file: Annotated[Path, typer.Argument(help="an export: CSV, XLSX or Parquet, also packed as .gz or .zip")],
    feed: Annotated[str | None, typer.Option(help="the feed that the file is, when it is not clear")] = None,
    out: Annotated[
        Path | None, typer.Option(help="write the mapping to this file instead of printing it")
    ] = None,
) -> None:
    """Propose a [[sources]] entry for a file, ready to paste; what is not certain is a comment with a question mark."""
    from assets.intake.grid import Unusable  # noqa: PLC0415 - a quick command line
    from assets.intake.propose import propose  # noqa: PLC0415

    try:
        name, data = _content(file)
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
        proposal = propose(name, data, feed, written)
    except OSError as error:
        _fail(f"{file}: cannot be read: {error.strerror}")
    except (Unusable, ValueError) as reason:
        _fail(f"{file}: {reason}")
    if not proposal.feed:
        typer.echo(proposal.text, nl=False)
        raise typer.Exit(FLAGGED)
    if out is None:
        typer.echo(proposal.text, nl=False)
    else:
        _append(out, proposal.text)
        typer.echo(f"{out}: a source for {proposal.feed} was added")
    if proposal.open_questions:
        typer.echo(
            f"{many(proposal.open_questions, 'line ends', 'lines end')} with a question mark: answer first",
            err=True,
        )


def _content(file: Path) -> tuple[str, bytes]:
    """Return the name and the bytes of the file, or of the first file in an archive."""
    import gzip  # noqa: PLC0415
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    data = file.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return file.name, stream.read(_LARGEST)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names and "mimetype" not in names and names:
                with archive.open(names[0]) as member:
                    return Path(names[0]).name, member.read(_LARGEST)
    return file.name, data


_LARGEST = 2**28


def _append(out: Path, text: str) -> None:
    """Add to a file of sources, so that several proposals may go into one."""
    before = out.read_text(encoding="utf-8") if out.exists() else ""
    out.write_text(before + ("\n" if before else "") + text, encoding="utf-8")


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(USAGE)
