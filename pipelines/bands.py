"""The commands `rcmbench bands ...`: versions of the bands, what was decided on them, and why they changed.

Belongs here: arguments, exit codes and the order of what is said. Does not belong here: doing (`assets/bands`), drawing
(`show_bands.py`).
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path  # noqa: TC003 - the command line reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    import polars as pl

    from assets.settings import Settings


bands_app = typer.Typer(
    no_args_is_help=True, help="Versions of the bands: list, show, compare, verify, adopt and hold them."
)

VersionArgument = Annotated[
    str | None, typer.Argument(help="Version, or the beginning of its name; default: the newest.")
]
DecidedVersion = Annotated[str, typer.Argument(help="Version, or the beginning of its name.")]
ByOption = Annotated[str, typer.Option("--by", help="Who decides.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]
RoleOption = Annotated[str | None, typer.Option("--role", help="One role; default: all.")]
ComplexityOption = Annotated[
    str | None, typer.Option("--complexity", help="low, medium or high; default: all.")
]
StageOption = Annotated[
    str | None, typer.Option("--stage", help="Days in the role, such as 366+; 'all' for every stage.")
]


@bands_app.command("list")
def list_versions(home: HomeOption = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List every version with its window, what became of it, and for which roles it is in force."""
    settings, _ = settings_of(config, home, None)
    from pipelines import show, show_bands  # noqa: PLC0415

    rows = _ask(settings, show_bands.versions_of)
    if as_json:
        _say(rows)
    elif rows:
        show.console.print(show_bands.versions_table(rows))
    else:
        show.console.print("No version yet: rcmbench run makes the first.")


@bands_app.command("show")
def show_version(  # noqa: PLR0913, PLR0917 - the arguments are the command's options
    version: VersionArgument = None,
    role: RoleOption = None,
    stage: StageOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one version: every band with interval and status, the decisions on it, and what it was made of."""
    settings, _ = settings_of(config, home, None)
    from assets.bands.decisions import version_named  # noqa: PLC0415
    from assets.bands.versions import stored_bands, stored_companions  # noqa: PLC0415
    from assets.bands.voice import Proposal, in_words, office_day, proposals  # noqa: PLC0415
    from pipelines import show, show_bands  # noqa: PLC0415

    def look(
        connection: Any,
    ) -> tuple[list[pl.DataFrame], dict[str, Any], list[dict[str, Any]], list[Proposal]]:
        name = version_named(connection, version)
        head, decisions = show_bands.version_of(connection, name)
        frames = [stored_bands(connection, name), stored_companions(connection, name)]
        waiting = [p for p in proposals(connection) if p.version_id == name and role in {None, p.role}]
        return frames, head, decisions, waiting

    both, head, decisions, waiting = _ask(settings, look)
    stage = stage or ("all" if as_json else None)
    bands, beside = (show_bands.chosen(frame, role, None, stage) for frame in both)
    if as_json:
        # How many people it rests on is told as a class, here as everywhere.
        _say(
            {
                **head,
                "decisions": decisions,
                "proposed": [show_bands.told_of(found) for found in waiting],
                "bands": bands.drop("n_eff").to_dicts(),
                "companions": beside.to_dicts(),
            }
        )
        return
    words = [in_words(found, office_day(settings)) for found in waiting]
    for line in show_bands.version_lines(head, decisions, bands, beside, show.console.width, words):
        show.console.print(line)


@bands_app.command("diff")
def diff_versions(  # noqa: PLR0913, PLR0917
    before: Annotated[str, typer.Argument(help="Earlier version, or the beginning of its name.")],
    after: Annotated[str, typer.Argument(help="Later version, or the beginning of its name.")],
    role: RoleOption = None,
    complexity: ComplexityOption = None,
    stage: StageOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain how acceptable bands changed: season, mix, ramp, quality gate, people, pace, rest and guardrail."""
    settings, _ = settings_of(config, home, None)
    from assets.bands.decisions import version_named  # noqa: PLC0415
    from assets.bands.difference import explain  # noqa: PLC0415
    from pipelines import show, show_bands  # noqa: PLC0415

    sides = _ask(settings, lambda c: [_side(c, settings, version_named(c, name)) for name in (before, after)])
    told = show_bands.chosen(explain(*sides), role, complexity, stage or ("all" if as_json else None))
    if as_json:
        _say(told.to_dicts())
    elif told.is_empty():
        show.console.print("There is no band that both versions show.")
    else:
        for line in show_bands.difference_lines(told, before, after):
            show.console.print(line)


def _side(connection: Any, settings: Settings, version: str) -> Any:
    from assets.bands.difference import Side  # noqa: PLC0415
    from assets.bands.making import config_of  # noqa: PLC0415
    from assets.bands.versions import made_again, stored_bands  # noqa: PLC0415

    made = made_again(connection, settings, version)
    return Side(stored_bands(connection, version), made.calibration.fitted, config_of(made.version["config"]))


@bands_app.command("verify")
def verify_versions(
    version: VersionArgument = None,
    every: Annotated[bool, typer.Option("--all", help="Every version.")] = False,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute versions again from their snapshots and compare every number with what is stored."""
    settings, _ = settings_of(config, home, None)
    from assets.bands.decisions import version_named  # noqa: PLC0415
    from assets.bands.verify import SAME, verify  # noqa: PLC0415
    from pipelines import show, show_bands  # noqa: PLC0415

    def look(connection: Any) -> list[Any]:
        names = (
            [row["version"] for row in show_bands.versions_of(connection)]
            if every
            else [version_named(connection, version)]
        )
        return [verify(connection, settings, name) for name in names]

    found = _ask(settings, look)
    if as_json:
        _say([{"version": one.version_id, "outcome": one.outcome, "reason": one.reason} for one in found])
    else:
        for one in found:
            show.console.print(f"{one.version_id}  {one.outcome}: {one.reason}", soft_wrap=True)
    raise typer.Exit(OK if all(one.outcome == SAME for one in found) else ATTENTION)


@bands_app.command("adopt")
def adopt_version(  # noqa: PLR0913, PLR0917
    version: DecidedVersion,
    by: ByOption,
    reason: ReasonOption,
    role: RoleOption = None,
    with_provisional: Annotated[
        bool, typer.Option("--with-provisional", help="Adopt provisional bands too, whose season is unknown.")
    ] = False,
    home: HomeOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Adopt a version for one role or all that allow it, by name and with a reason, and publish."""
    _decide(
        "adopted", version, by, reason, role, home, config, with_provisional=with_provisional, verbose=verbose
    )


@bands_app.command("hold")
def hold_version(  # noqa: PLR0913, PLR0917
    version: DecidedVersion,
    by: ByOption,
    reason: ReasonOption,
    role: RoleOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Hold a version back, or take it out of force again: what was in force before it stays or returns."""
    _decide("held", version, by, reason, role, home, config, verbose=verbose)


@bands_app.command("reject")
def reject_version(  # noqa: PLR0913, PLR0917
    version: DecidedVersion,
    by: ByOption,
    reason: ReasonOption,
    role: RoleOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Reject a version: like hold, but said to be final."""
    _decide("rejected", version, by, reason, role, home, config, verbose=verbose)


def _decide(  # noqa: PLR0913, PLR0917
    decision: str,
    version: str,
    by: str,
    reason: str,
    role: str | None,
    home: Path | None,
    config: Path | None,
    *,
    with_provisional: bool = False,
    verbose: bool = False,
) -> None:
    settings, _ = settings_of(config, home, None)
    from pipelines import show  # noqa: PLC0415
    from pipelines.bands_decide import decide_and_publish  # noqa: PLC0415

    rows, outcome = decide_and_publish(
        settings,
        version,
        decision,
        by=by,
        reason=reason,
        role=role,
        with_provisional=with_provisional,
        verbose=verbose,
    )
    for row in rows.iter_rows(named=True):
        since = f", effective from {row['effective_from']}" if decision == "adopted" else ""
        show.console.print(
            f"{row['version_id']} {row['decision']} for {row['role']} by {row['decided_by']}{since}"
        )
    for step, failure in outcome.failures.items():
        show.errors.print(f"failed {step}: {failure}", soft_wrap=True)
    raise typer.Exit(OK if outcome.success else ATTENTION)


@bands_app.command("replay")
def replay_known(  # noqa: PLR0913, PLR0917
    as_of: Annotated[str, typer.Option("--as-of", help="Last day of the window (YYYY-MM-DD).")],
    known: Annotated[str, typer.Option("--known", help="Last delivery day that counts (YYYY-MM-DD).")],
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep the home that is made on the way, in this new folder.")
    ] = None,
    inbox: InboxOption = None,
    home: HomeOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compute what would have stood from what had been delivered by a day: loads the inbox up to it into a home of its own."""
    settings, _ = settings_of(config, home, inbox)
    day, last = day_of(as_of), day_of(known)
    from pipelines import show, show_bands  # noqa: PLC0415
    from pipelines.bands_replay import replay  # noqa: PLC0415

    if day is None or last is None:
        raise typer.BadParameter("--as-of and --known need a day each")
    with show.bars():
        done = replay(settings, day, last, keep=keep, verbose=verbose)
    if as_json:
        _say({
            "as_of": day, "known": last, "same_input_as": done.same_input_as, "same_version_as": done.same_version_as,
            "failures": done.failures, "bands": done.bands.drop("n_eff").to_dicts(),
        })  # fmt: skip
    else:
        for line in show_bands.replay_lines(done, show.console.width):
            show.console.print(line)
    raise typer.Exit(ATTENTION if done.failures else OK)


def _ask(settings: Settings, look: Any) -> Any:
    """Return what `look` finds in the warehouse, opened for reading."""
    from assets.settings import SettingsError  # noqa: PLC0415
    from assets.warehouse import GLANCE_PATIENCE, open_warehouse  # noqa: PLC0415

    if not settings.warehouse_path.exists():
        raise SettingsError(f"{settings.home}: nothing is loaded here; begin with rcmbench run")
    with open_warehouse(settings.warehouse_path, read_only=True, patience=GLANCE_PATIENCE) as connection:
        return look(connection)


def _say(answer: object) -> None:
    typer.echo(json.dumps(answer, indent=2, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
