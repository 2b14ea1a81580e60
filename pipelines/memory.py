"""What a home remembers of its last load: where the inbox and the configuration were.

Belongs here: writing and reading that note, so that `status` and `recalibrate` see the office that `run` saw.
Does not belong here: any setting itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.settings import Settings

NOTE = "office.json"


def remember(settings: Settings, config: Path | None) -> None:
    """Note where the inbox and the configuration are."""
    settings.home.mkdir(parents=True, exist_ok=True)
    note = {"config": str(config.resolve()) if config else None, "inbox": str(settings.inbox.resolve())}
    (settings.home / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")


def recall(home: Path) -> tuple[Path | None, Path | None]:
    """Return the configuration and the inbox that the home remembers; what is no longer there is None."""
    try:
        note = json.loads((home / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None, None
    if not isinstance(note, dict):
        return None, None
    found = [Path(note[key]) if note.get(key) else None for key in ("config", "inbox")]
    config = found[0] if found[0] and found[0].is_file() else None
    inbox = found[1] if found[1] and found[1].is_dir() else None
    return config, inbox
