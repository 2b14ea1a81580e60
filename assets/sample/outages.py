"""Outages and slowdowns of the systems that people work in.

Belongs here: when a system is down or slow and what that does to a stretch of work. Does not belong here: the work (`desk.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.payers import PAYERS
from assets.sample.season import is_workday

if TYPE_CHECKING:
    import random

_CHANCE = {"ehr": 0.035, "pm": 0.03, "ehr:b": 0.07, "pm:b": 0.06, "clearinghouse": 0.02}
_PORTAL_CHANCE = 0.05
_PACE = {"outage": 0.02, "slow": 0.3}
"""Share of the usual progress that is still made while a system is down or slow."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An incident on one day, in seconds of the day; `logged` tells whether anybody wrote it down."""

    friction_id: str
    system: str
    kind: str
    ordinal: int
    start: int
    end: int
    logged: bool
    reported_by: str


@dataclass
class Incidents:
    """Every incident of the sample, by day and system."""

    every: list[Outage] = field(default_factory=list)
    _on: dict[tuple[int, str], list[Outage]] = field(default_factory=dict)

    def add(self, outage: Outage) -> None:
        """Record an incident."""
        self.every.append(outage)
        self._on.setdefault((outage.ordinal, outage.system), []).append(outage)

    def on(self, ordinal: int, system: str) -> list[Outage]:
        """Return the incidents of a system on a day, by start."""
        return self._on.get((ordinal, system), [])

    def finish(self, ordinal: int, system: str, start: int, need: float) -> int:
        """Return the second at which `need` seconds of unhindered work, begun at `start`, are done."""
        now = float(start)
        for outage in self.on(ordinal, system):
            if outage.end <= now:
                continue
            free = max(outage.start - now, 0.0)
            if need <= free:
                return round(now + need)
            now, need = now + free, need - free
            pace = _PACE[outage.kind]
            if need <= (outage.end - now) * pace:
                return round(now + need / pace)
            need -= (outage.end - now) * pace
            now = float(outage.end)
        return round(now + need)

    def logged_seconds(self, ordinal: int, system: str, start: int, end: int) -> int:
        """Return how much of a span lies in logged incidents."""
        spans = ((max(start, o.start), min(end, o.end)) for o in self.on(ordinal, system) if o.logged)
        return sum(max(b - a, 0) for a, b in spans)


def make_incidents(first: int, days: int, rng: random.Random) -> Incidents:
    """Draw the incidents of a period; about one in seven is never logged, and at least one if there are three."""
    chances = {**_CHANCE, **{f"portal:{payer.code}": _PORTAL_CHANCE for payer in PAYERS}}
    found: list[tuple[int, str, int, int, str]] = []
    for ordinal in filter(is_workday, range(first, first + days)):
        for system, chance in chances.items():
            if rng.random() < chance:
                start = rng.randint(8 * 3600, 15 * 3600)
                kind = "outage" if rng.random() < 0.35 else "slow"
                found.append((ordinal, system, start, start + rng.randint(20, 140) * 60, kind))
    unlogged = {i for i in range(len(found)) if rng.random() < 1 / 7}
    if not unlogged and len(found) >= 3:
        unlogged = {len(found) // 2}
    incidents = Incidents()
    for i, (ordinal, system, start, end, kind) in enumerate(found):
        by = rng.choice(("monitoring", "it", "staff"))
        incidents.add(Outage(f"INC{i + 1:05d}", system, kind, ordinal, start, end, i not in unlogged, by))
    return incidents
