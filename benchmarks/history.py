"""The cost of one more day on top of a short and of a long history.

Belongs here: that one question. Work is counted in rows written and in seconds; the ratio is the finding.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.office import OfficeSize, write_office
from assets.settings import Settings, load_settings
from assets.warehouse import open_warehouse
from pipelines.runs import load

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class DayCost:
    """What one new day cost on top of a history: seconds, and rows added or removed in all tables."""

    history: int
    seconds: float
    rows: int


def day_on_top_of(history: int, last: list[Path], work: Path, settings: Settings) -> DayCost:
    """Load `history` days in one go, then one more, and return what that one cost."""
    home, inbox = work / f"home{history}", work / f"inbox{history}"
    inbox.mkdir()
    for folder in last[-history - 1 : -1]:
        shutil.copytree(folder, inbox / folder.name)
    own = settings.model_copy(update={"home": home, "inbox": inbox})
    load(own)
    shutil.copytree(last[-1], inbox / last[-1].name)
    begun = time.perf_counter()
    outcome = load(own)
    seconds = time.perf_counter() - begun
    with open_warehouse(own.warehouse_path, read_only=True) as connection:
        row = connection.execute(
            "select sum(rows_added + rows_removed) from ops.batches where list_contains($runs, run_id)",
            {"runs": outcome.runs},
        ).fetchone()
    return DayCost(history, seconds, int(row[0]) if row and row[0] else 0)


def measure(work: Path, *, short: int = 30, long: int = 180, claims_per_day: int = 200) -> list[DayCost]:
    """Measure the last day of one office on top of its last `short` and its last `long` days."""
    write_office(work / "office", OfficeSize(days=long + 2, claims_per_day=claims_per_day, staff=48))
    settings = load_settings(work / "office" / "rcmbench.toml")
    days = sorted((work / "office" / "inbox").iterdir())
    # The last day must be a working day, or there would be little to load.
    while len(list(days[-1].iterdir())) < 12:
        days.pop()
    return [day_on_top_of(history, days, work, settings) for history in (short, long)]
