"""What a home remembers of its last load: where it was itself, and where the inbox and the configuration were.

Belongs here: writing and reading that note, so that `status` and `recalibrate` see the office that `run` saw.
Does not belong here: any setting itself.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.settings import Settings

NOTE = "office.json"


def remember(settings: Settings, config: Path | None) -> None:
    """Note where the inbox and the configuration are."""
    settings.home.mkdir(parents=True, exist_ok=True)
    note = {
        "config": str(config.resolve()) if config else None,
        "home": str(settings.home.resolve()),
        "inbox": str(settings.inbox.resolve()),
    }
    (settings.home / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")


def recall(home: Path) -> tuple[Path | None, Path | None]:
    """Return the configuration and the inbox that the home remembers; what is no longer there is None.

    Of a home that was moved or copied since, those count that lie where they lay as seen from it: a folder that was copied with
    all that is in it has an inbox of its own.
    """
    note = _note(home)
    found = [
        _now(note[key], note.get("home"), home) if note.get(key) else None for key in ("config", "inbox")
    ]
    config = found[0] if found[0] and found[0].is_file() else None
    inbox = found[1] if found[1] and found[1].is_dir() else None
    return config, inbox


def moved_from(home: Path) -> Path | None:
    """Return where the home was when it was last loaded into; None when it is there still, or remembers nothing."""
    before = _note(home).get("home")
    return Path(before) if before and Path(before) != home.resolve() else None


def _note(home: Path) -> dict[str, str]:
    try:
        note = json.loads((home / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _now(noted: str, before: str | None, home: Path) -> Path:
    if before and Path(before) != home.resolve():
        # On Windows there is no way from one drive to another.
        with suppress(ValueError):
            beside = Path(os.path.normpath(home.resolve() / os.path.relpath(noted, before)))
            if beside.exists():
                return beside
    return Path(noted)
