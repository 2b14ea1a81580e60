"""Printing for people: rich tables and progress bars; plain text when the output is not a terminal.

Belongs here: how things look in the terminal. Does not belong here: what they are.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from assets import progress as reports
from assets.counted import many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

# A log or a pipe has no width of its own; a terminal has, and COLUMNS may say one.
_WIDTH = None if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else 110
# Names of offices and files may hold brackets, which are no markup.
console = Console(highlight=False, markup=False, width=_WIDTH)
errors = Console(stderr=True, highlight=False, markup=False)
WIDE = 100
"""Columns from which on a band and its interval stand on one line; on fewer no digit may be cut."""


@contextmanager
def bars() -> Iterator[None]:
    """Show a bar per stage of long work on a terminal; print a line per finished stage elsewhere."""
    if not errors.is_terminal:
        with reports.listening(_Lines()):
            yield
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar, reports.listening(_Bars(bar)):
        yield


class _Bars:
    """One bar, which becomes the next stage's when a stage ends: dozens of bars would say less."""

    def __init__(self, bar: Progress) -> None:
        self.bar = bar
        self.task: TaskID | None = None
        self.stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self.task is None:
            self.task = self.bar.add_task(stage, total=total)
        if stage != self.stage:
            self.bar.reset(self.task, total=total, description=stage)
            self.stage = stage
        self.bar.update(self.task, completed=done, total=total)


class _Lines:
    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002
        if stage != self.stage:
            self.stage = stage
            print(stage, file=sys.stderr)  # noqa: T201 - a log line


def bands_table(bands: pl.DataFrame, office: str, width: int = WIDE) -> Table:
    """Return the bands of seniors as a table for a terminal of that width; withheld cells say why."""
    gap = " " if width >= WIDE else "\n"
    # Versions of an older release knew no stages.
    bands = bands.filter(bands["stage"].str.ends_with("+") | (bands["stage"] == "all"))
    first = bands.row(0, named=True)
    statuses = sorted(set(bands["status"].to_list()))
    versions = sorted(set(bands["version_id"].to_list()))
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title=f"{office}\nBands as of {first['as_of']}, window {first['window_from']} to {first['window_to']}, version {', '.join(versions)}",
        title_justify="left",
        caption=f"Work per active hour without friction of people past their first year in the role; 90 % interval in brackets. Status: {', '.join(statuses)}. {_meaning(statuses)}",
        caption_justify="left",
    )
    table.add_column("Role", no_wrap=True)
    table.add_column("Complexity", no_wrap=True)
    for name in ("Acceptable", "Strong", "Exceptional"):
        table.add_column(name, justify="right")
    table.add_column("People", justify="right", no_wrap=True)
    place = 0
    for number, row in enumerate(bands.iter_rows(named=True)):
        place = 0 if number == 0 or row["role"] != bands["role"][number - 1] else place + 1
        if place == 0 and number:
            table.add_section()
        heading = (
            Text(row["role"])
            if place == 0
            else Text(row["unit"].replace(" per ", f"{gap}per ") if place == 1 else "", style="dim")
        )
        values = [_band(row, name, gap) for name in ("acceptable", "strong", "exceptional")]
        if row["acceptable"] is None:
            values = [Text(row["reasons"] or row["status"], style="yellow"), Text(""), Text("")]
        table.add_row(heading, row["complexity"], *values, row["contributors"])
    return table


def _meaning(statuses: list[str]) -> str:
    told = {
        "provisional": "provisional: a range to look at, no target",
        "held": "held",
        "proposed": "proposed: not in force yet",
    }
    marks = [f"{_MARKS[status]} {told[status]}" for status in _MARKS if status in statuses]
    return "; ".join(marks)


_MARKS = {"provisional": "~", "held": "!", "proposed": "?"}
"""What stands before a value that is no target."""


def _band(row: dict[str, Any], name: str, gap: str) -> Text:
    if row[name] is None:
        return Text("\N{EN DASH}", style="dim")
    return Text.assemble(
        f"{_MARKS.get(row['status'], '')}{_three(row[name])}{gap}",
        (f"[{_three(row[f'{name}_low'])}\N{EN DASH}{_three(row[f'{name}_high'])}]", "dim"),
    )


def _three(value: float | None) -> str:
    # Three digits, trailing zeros kept, so that columns of numbers line up.
    return "\N{EN DASH}" if value is None else f"{value:#.3g}".rstrip(".")


def hanging(line: Text, by: int = 10) -> Text:
    """Return a line wrapped between words for the console, with what follows its first line indented; a path too long is folded."""
    lead = len(line.plain) - len(line.plain.lstrip(" "))
    by = min(max(by, lead), console.width // 2)
    first, *rest = line.wrap(console, console.width) if line.cell_len <= console.width else _split(line, by)
    return Text("\n").join([first, *(Text(" " * by).append_text(more) for more in rest)])


def _split(line: Text, by: int) -> list[Text]:
    first = line.wrap(console, console.width)[0]
    after = line[len(first.plain) :]
    after = after[len(after.plain) - len(after.plain.lstrip(" ")) :]
    first.rstrip()
    return [first, *after.wrap(console, console.width - by)]


def say(line: Text) -> None:
    """Print a line: wrapped on a terminal, else whole, so that a finding can be searched for."""
    if console.is_terminal:
        console.print(hanging(line))
    else:
        console.print(line, soft_wrap=True)


def plain_table(title: str, rows: list[dict[str, Any]]) -> Group:
    """Return rows of equal keys as a table below its title; only the first column, a name, may be folded."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    names = list(dict.fromkeys(key for row in rows for key in row))
    for place, name in enumerate(names):
        numeric = all(isinstance(row.get(name), int | float | None) for row in rows)
        table.add_column(
            name.replace("_", " "),
            justify="right" if numeric else "left",
            no_wrap=place > 0,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*("" if row.get(name) is None else _cell(row[name]) for name in names))
    return Group(Text(title, style="bold"), table)


def _cell(value: Any) -> str:
    return str(value) if isinstance(value, bool) or not isinstance(value, int) else f"{value:,}"


def _entries(
    title: str, rows: list[dict[str, Any]], form: Callable[[dict[str, Any]], tuple[str, str]]
) -> Iterator[Text]:
    """Yield a title and two lines for each row: what it is about, and indented what is to be said of it."""
    if not rows:
        yield Text(f"{title}: none")
        return
    yield Text(title, style="bold")
    for row in rows:
        about, said = form(row)
        yield hanging(Text(f"  {about}"), 4)
        if said:
            yield hanging(Text(f"      {said}"), 6)


_REASONS = {"superseded": "another file took its place", "duplicate": "the same bytes were delivered before"}


def _not_loaded(row: dict[str, Any]) -> tuple[str, str]:
    return (
        f"{row['status']:10}  {row['path']}",
        f"delivered {row['delivery_date']}: {row['reason'] or _REASONS.get(row['status'], 'no reason is noted')}",
    )


def _missing(row: dict[str, Any]) -> tuple[str, str]:
    return row["feed"], ", ".join(row["days"])


def _failed(row: dict[str, Any]) -> tuple[str, str]:
    when = f", last day {row['last_day']}" if row["last_day"] else ""
    counts = f"{many(row['slices'], 'slice')}, {row['unexpected'] or 0:,} unexpected{when}"
    return f"{row['severity']:7}  {row['table']}: {row['expectation']}", counts


def status_lines(told: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield what `rcmbench status` prints."""
    if not told["loaded"]:
        yield f"Nothing is loaded in {told['home']}. Begin with: rcmbench run --inbox DIR"
        return
    yield f"{told['office']} · {told['home']}"
    # The rest of the records are footers; a column for them would not fit into 80.
    loaded = [{name: row[name] for name in row if name != "footers"} for row in told["feeds"] if row["files"]]
    yield plain_table("Loaded", loaded)
    if told["rejected_rows"]:
        yield (
            f"Besides records, {many(told['rejected_rows'], 'row')} of other tables (lines, adjustments) {'was' if told['rejected_rows'] == 1 else 'were'} rejected; their "
            "records are loaded: rcmbench rejects"
        )
    absent = [row["feed"] for row in told["feeds"] if not row["files"]]
    if absent:
        yield f"Never delivered: {', '.join(absent)}"
    yield from _entries("Not loaded", told["not_loaded"], _not_loaded)
    yield from _entries("Missing: feeds that usually come on weekdays", told["missing"], _missing)
    yield from _entries("Expectations that did not hold", told["failed_checks"], _failed)
    for title, paths in (
        ("Loaded by hand in spite of an expectation", told["released"]),
        ("Loaded, but no longer in the inbox (their rows stay)", told["gone"]),
        (
            "Without a day in folder or name, so delivered on the day of the file's time",
            told["dated_by_time"],
        ),
    ):
        if paths:
            more = f" and {len(paths) - 5:,} more" if len(paths) > 5 else ""
            yield f"{title}: {', '.join(paths[:5])}{more}"
    waiting = told["waiting_days"]
    said = f"{many(len(waiting), 'day')}, {waiting[0]} to {waiting[-1]}" if waiting else "nothing"
    yield f"Waiting in the inbox: {said}"
    yield f"Stale tables: {', '.join(told['stale_tables']) or 'none'}"
    bands = told["bands"]
    if bands:
        yield f"Bands: version {bands['version']} as of {bands['as_of']}, {bands['status']}; the next is due with work from {bands['next_after']} on"
        for row in bands["proposed"]:
            yield hanging(Text(f"  version {row['version']}: {row['said']}"), 4)
    else:
        yield "Bands: none yet"
    if told["recalibration_due"]:
        yield f"A recalibration is due as of {told['recalibration_due']}: rcmbench run, or rcmbench recalibrate"
