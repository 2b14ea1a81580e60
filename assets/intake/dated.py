"""The day that a path says: that of a folder, else the date in a name.

Belongs here: reading days out of paths. Does not belong here: files on disk (`deliveries.py`).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePath

from assets.intake.files import holders
from assets.intake.sources import covers_date

_DAY_FOLDER = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})$")


def folder_day(path: PurePath) -> date | None:
    """Return the day of the first folder that is named like one."""
    for part in path.parts[:-1]:
        match = _DAY_FOLDER.match(part)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def dated(path: str) -> bool:
    """Whether a path says its day; otherwise the time of the file does, which a copy may have lost."""
    return folder_day(PurePath(path)) is not None or any(covers_date(PurePath(p).name) for p in holders(path))
