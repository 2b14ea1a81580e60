"""What lies below a folder: every finished file, and everything there that cannot be read as one, with the reason.

Belongs here: walking folders and links, and passing over hidden and half-written names. Does not belong here: delivery
days (`deliveries.py`) and what is in a file (`identify.py`).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", "~")
DANGLING = "a link that leads nowhere"
IRREGULAR = "not a regular file"


@dataclass(frozen=True)
class Entry:
    """A file below a folder; with a `reason` it is something there that cannot be read as a file, or a folder that cannot.

    `size` is in bytes, and 0 with a reason; `mtime` and `mtime_ns` are those of the file, else of what could be looked at.
    """

    place: Path
    size: int
    mtime: float
    mtime_ns: int
    reason: str | None = None
    is_folder: bool = False


def files_below(folder: Path) -> list[Entry]:
    """Return what lies below a folder, by path. Hidden names and half-written files are passed over, and what vanishes meanwhile.

    Linked folders are followed, after the folders that really are there; each folder is listed once, so that links in a
    circle end and a link to a folder that is listed anyway adds nothing.
    """
    found: list[Entry] = []
    listed: set[str] = set()
    folders, links = [folder], list[Path]()
    while folders or links:
        # The links of everything that is there are taken by path, so that the order of a listing decides nothing.
        links.sort(reverse=True)
        here = folders.pop() if folders else links.pop()
        real = os.path.realpath(here)
        if real in listed:
            continue
        listed.add(real)
        try:
            with os.scandir(here) as listing:
                names = [item for item in listing if not item.name.startswith(".")]
        except FileNotFoundError:
            continue
        except OSError as error:
            entry = _spoiled(here, f"the folder cannot be read: {error.strerror}", is_folder=True)
            found += [entry] if entry else []
            continue
        for item in names:
            place = here / item.name
            if _is_folder(item):
                (links if item.is_symlink() else folders).append(place)
            elif not item.name.endswith(_UNFINISHED) and (entry := entry_at(place)) is not None:
                found.append(entry)
    return sorted(found, key=lambda entry: entry.place)


def entry_at(place: Path) -> Entry | None:
    """Return what stands at a path that is no folder; None when nothing does."""
    try:
        details = place.stat()
    except OSError as error:
        # A link to itself is another error than one to nothing. Path.is_symlink raises where a folder may only be listed.
        if not isinstance(error, PermissionError) and os.path.islink(place):  # noqa: PTH114
            return _spoiled(place, DANGLING)
        if isinstance(error, FileNotFoundError):
            return None
        return _spoiled(place, f"the file cannot be read: {error.strerror}")
    if not stat.S_ISREG(details.st_mode):
        return _spoiled(place, IRREGULAR)
    return Entry(place, details.st_size, details.st_mtime, details.st_mtime_ns)


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:
        return False


def _spoiled(place: Path, reason: str, *, is_folder: bool = False) -> Entry | None:
    """Return the entry of what cannot be read; None when it is gone. Its time may be that of the folder that holds it."""
    for path in (place, place.parent):
        try:
            details = path.lstat()
        except FileNotFoundError:
            return None
        except OSError:
            continue
        return Entry(place, 0, details.st_mtime, details.st_mtime_ns, reason, is_folder)
    return Entry(place, 0, 0.0, 0, reason, is_folder)
