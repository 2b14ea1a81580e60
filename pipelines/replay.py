"""Replaying files: a corrected copy, a file whose mapping changed, or one that is let in by hand is loaded, with what follows.

Belongs here: which file is meant, whether it can be done, delivering a copy, and the one run. Does not belong here: the load
itself (`runs.py`) and printing.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.errors import RcmbenchError
from assets.intake.deliveries import Found, known_files, rows_of, scan
from assets.intake.files import FileRow, holders
from assets.intake.released import release, waivable
from assets.intake.sources import covers_date, revision_stem, sources_from
from pipelines.lock import only_run
from pipelines.runs import load_days, require_inbox, warehouse_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import duckdb

    from assets.settings import Settings
    from pipelines.execution import RunOutcome

_REVISION = re.compile(r"(?:_v\d{1,6}|_corrected)?((?:\.[A-Za-z0-9]+)*)$")


class ReplayError(RcmbenchError):
    """A file cannot be replayed; the message names it, the reason and what to do instead."""


@dataclass
class Replayed:
    """What came of a replay: the run, the rows of intake.files that it was about, and copies that were delivered."""

    outcome: RunOutcome
    files: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether the run went well and every file is loaded."""
        return self.outcome.success and all(row["status"] == "loaded" for row in self.files)


def replay(
    settings: Settings,
    names: Sequence[str],
    *,
    waive: bool = False,
    day: date | None = None,
    verbose: bool = False,
) -> Replayed:
    """Load the named files again, or for the first time, in one run.

    A name is a path in the inbox, as intake.files shows it, or that of a corrected copy elsewhere, which is delivered
    beside the file of its name, or into `day`. With `waive` the expectations that hold a file are waived for its content.
    Everything is looked at before anything is done. Raises ReplayError, InboxError, WarehouseBusyError.
    """
    require_inbox(settings)
    with only_run(settings.home):
        with warehouse_of(settings) as connection:
            desk = _Desk(
                settings,
                scan(settings.inbox, settings.office.time_zone, sources_from(settings.sources)),
                known_files(connection),
            )
            wanted = [desk.find(name, waive=waive, day=day) for name in names]
            _no_two_copies(wanted)
            for item in wanted:
                for row in item.rows:
                    if waive and row.status == "held":
                        release(connection, row.file_id, waivable(row.reason))
        delivered = [item.deliver(settings.inbox) for item in wanted if item.target is not None]
        found = scan(settings.inbox, settings.office.time_zone, sources_from(settings.sources))
        paths = {item.path for item in wanted if item.target is None} | set(delivered)
        days = {file.delivery_date for file in found if file.path in paths}
        outcome = load_days(settings, days, verbose=verbose)
        with warehouse_of(settings) as connection:
            return Replayed(outcome, _fates(connection, paths), delivered)


@dataclass
class _Wanted:
    """A file to load: its place in the inbox, the rows that stand for it, and for a copy where it comes from."""

    path: str
    rows: list[FileRow] = field(default_factory=list)
    source: Path | None = None
    target: Path | None = None
    mtime_ns: int | None = None

    def deliver(self, inbox: Path) -> str:
        """Put a copy into the inbox under a name of its own, whole or not at all."""
        if self.source is None or self.target is None:
            raise ReplayError(f"{self.path}: is not a copy")
        self.target.parent.mkdir(parents=True, exist_ok=True)
        draft = self.target.with_name(f".{self.target.name}.part")
        try:
            with self.source.open("rb") as old, draft.open("wb") as new:
                while block := old.read(2**20):
                    new.write(block)
            if self.mtime_ns is not None:
                os.utime(draft, ns=(self.mtime_ns, self.mtime_ns))
            # A link is refused where a file of the name has appeared meanwhile; a renaming would replace it.
            os.link(draft, self.target)
        except FileExistsError:
            raise ReplayError(f"{self.target}: appeared meanwhile; nothing was replaced, run again") from None
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        return self.target.relative_to(inbox).as_posix()


class _Desk:
    """The inbox and what is known of it, for finding what a name means."""

    def __init__(self, settings: Settings, found: list[Found], known: list[FileRow]) -> None:
        self.settings, self.known = settings, known
        self.found = {file.path: file for file in found}

    def find(self, name: str, *, waive: bool, day: date | None) -> _Wanted:
        """Return what a name means. Raises ReplayError when it means nothing, or nothing that can be replayed."""
        path = self._inside(name)
        if path is None:
            if waive:
                raise ReplayError(f"{name}: only a file in the inbox that is held can be released")
            return self._copy(Path(name), day)
        if day is not None:
            raise ReplayError(f"{name}: lies in the inbox; --day is for a corrected copy from elsewhere")
        holder = next(held for held in holders(path) if held in self.found)
        rows = [
            row for row in self.known if row.path == path or (holder in holders(row.path) and path == holder)
        ]
        rows = [row for row in rows if row.delivery_date == self.found[holder].delivery_date]
        if path != holder and not rows:
            raise ReplayError(f"{name}: {holder} is known, but holds no such file")
        self._refuse(name, rows, waive=waive)
        return _Wanted(holder, rows)

    def _inside(self, name: str) -> str | None:
        """Return the path within the inbox when the name is one, or was one."""
        inbox = self.settings.inbox.resolve()
        places = [Path(os.path.normpath(base / name)) for base in (inbox, Path.cwd())]
        within = [place.relative_to(inbox).as_posix() for place in places if place.is_relative_to(inbox)]
        path = next((p for p in within if any(held in self.found for held in holders(p))), None)
        if path is not None:
            if not places[1].is_relative_to(inbox) and places[1].is_file():
                raise ReplayError(
                    f"{name}: lies in the inbox and in this folder; give the full path of the one you mean"
                )
            return path
        gone = next((row for row in self.known if row.path == name), None)
        if gone is not None and not Path(name).is_file():
            raise ReplayError(
                f"{name}: {gone.status}, but no longer in the inbox; put it back under the same path, or give a copy"
            )
        return None

    @staticmethod
    def _refuse(name: str, rows: list[FileRow], *, waive: bool) -> None:
        standing = [row for row in rows if row.status not in {"superseded", "duplicate"}]
        if rows and not standing:
            why = f"{rows[0].status}: {rows[0].reason}" if rows[0].reason else rows[0].status
            raise ReplayError(f"{name}: {why}; it would not count if it were loaded")
        if not waive:
            return
        if not any(row.status == "held" for row in standing):
            states = ", ".join(sorted({row.status for row in standing})) or "not known yet"
            raise ReplayError(f"{name}: {states}; only a file that an expectation holds can be released")
        for row in standing:
            if row.status == "held" and not waivable(row.reason):
                raise ReplayError(
                    f"{row.path}: {row.reason}; that cannot be released: rows would be lost, doubled or mistaken for others"
                )

    def _copy(self, source: Path, day: date | None) -> _Wanted:
        if not source.is_file():
            raise ReplayError(f"{source}: there is no such file, neither in the inbox nor elsewhere")
        if source.resolve().is_relative_to(self.settings.inbox.resolve()):
            raise ReplayError(f"{source}: lies in the inbox, but is hidden or unfinished; rename it")
        older = self._older(source.name)
        if day is None and older is None:
            raise ReplayError(
                f"{source}: no file of that name was delivered; say with --day YYYY-MM-DD to which day it belongs"
            )
        folder = older.place.parent if older is not None and day is None else self.settings.inbox / str(day)
        target = self._free(folder, source.name, revise=older is not None)
        rows = self._readable(source, target.name)
        same = next((r for r in self.known if r.file_id in {row.file_id for row in rows}), None)
        if same is not None:
            raise ReplayError(
                f"{source}: the same content was delivered as {same.path}; replay that, or correct the copy"
            )
        # Beside a file that is dated by its time, a copy has to have that time to be of the same day.
        dated = day is not None or older is None or covers_date(source.name) is not None
        return _Wanted(source.name, rows, source, target, None if dated or older is None else older.mtime_ns)

    def _readable(self, source: Path, name: str) -> list[FileRow]:
        """Return what the copy will be under its new name. Raises ReplayError when nothing in it can be loaded."""
        try:
            item = Found(name, self.settings.intake.first_day, source.stat().st_size, 0, source)
        except OSError as error:
            raise ReplayError(f"{source}: cannot be read: {error.strerror}") from error
        rows = rows_of(self.settings, sources_from(self.settings.sources), item)
        if not any(row.status == "pending" for row in rows):
            raise ReplayError(
                f"{source}: as {name} in the inbox it would be of no use: {rows[0].reason if rows else 'empty'}"
            )
        return rows

    def _older(self, name: str) -> Found | None:
        """Return the newest delivery of a file of that name, whatever its revision, on disk or in an archive there."""
        stem = revision_stem(name)[0]
        inside = [
            self.found[holder]
            for row in self.known
            for holder in holders(row.path)
            if holder in self.found and revision_stem(Path(row.path.rpartition("!")[2]).name)[0] == stem
        ]
        named = [file for file in self.found.values() if revision_stem(Path(file.path).name)[0] == stem]
        return max([*inside, *named], key=lambda file: (file.delivery_date, file.path), default=None)

    def _free(self, folder: Path, name: str, *, revise: bool) -> Path:
        """Return a path that nobody has: with the next revision where a file of the name was delivered before."""
        if not revise and not (folder / name).exists():
            return folder / name
        stem = revision_stem(name)[0]
        names = [Path(p).name for p in self.found] + [
            Path(row.path.rpartition("!")[2]).name for row in self.known
        ]
        revisions = [revision_stem(other)[1] for other in names if revision_stem(other)[0] == stem]
        number = max(revisions, default=1) + 1
        while (folder / _revised(name, number)).exists():
            number += 1
        return folder / _revised(name, number)


def _revised(name: str, number: int) -> str:
    return _REVISION.sub(rf"_v{number}\1", name, count=1)


def _no_two_copies(wanted: Iterable[_Wanted]) -> None:
    targets = [item.target for item in wanted if item.target is not None]
    if len(set(targets)) < len(targets):
        raise ReplayError(
            "two of the copies would get the same name in the inbox; replay them one after the other"
        )


def _fates(connection: duckdb.DuckDBPyConnection, paths: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "path": row.path,
            "delivery_date": row.delivery_date,
            "status": row.status,
            "records": row.records,
            "loaded": row.loaded,
            "rejected": row.rejected,
            "footers": row.footers,
            "reason": row.reason,
        }
        for row in known_files(connection)
        if paths & set(holders(row.path)) and row.status != "superseded"
    ]
