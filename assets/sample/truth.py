"""The hidden truth of the sample office, for tests and for judging the bands. Never read by the pipeline.

Belongs here: what only the simulation knows. Does not belong here: anything that is delivered.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from assets.sample.people import COMPLEXITIES, ROLES
from assets.sample.season import DOW_RATE, MONTH_RATE, day_of, iso, stamp, volume_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from assets.sample.world import World

Row = tuple[str | int | float, ...]


def write_truth(world: World, folder: Path, mess: Iterable[Row]) -> None:
    """Write people, friction, season, bands and mess as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "people.csv", (
        "staff_id", "role", "valid_from", "valid_to", "role_start", "hire_date", "tenure_days", "skill", "error", "hard_mix",
        "gamer", "system_id",
    ), _people(world))  # fmt: skip
    write_table(folder / "friction_truth.csv", (
        "friction_id", "system", "kind", "started_at", "ended_at", "logged",
    ), (
        (o.friction_id, o.system, o.kind, stamp(o.ordinal, o.start), stamp(o.ordinal, o.end), int(o.logged))
        for o in world.desk.incidents.every
    ))  # fmt: skip
    write_table(folder / "season.csv", ("date", "dow_index", "season_index", "volume_index"), _season(world))
    write_table(
        folder / "bands.csv",
        ("role", "complexity", "base_rate", "p50", "p75", "p90", "people"),
        _bands(world),
    )
    write_table(folder / "mess.csv", ("file", "delivery_date", "what"), mess)


def _people(world: World) -> Iterable[Row]:
    for person in world.people:
        for period in person.periods:
            last = iso(period.last) if period.last <= world.last else ""
            yield (
                person.staff_id, period.role, iso(period.first), last, iso(period.role_start), iso(person.hired),
                max(world.first - period.role_start, 0), round(person.skill, 5), round(person.error, 5), person.hard_mix,
                int(person.gamer), person.suite,
            )  # fmt: skip


def _season(world: World) -> Iterable[Row]:
    for ordinal in range(world.first - 365, world.last + 1):
        day = day_of(ordinal)
        yield (
            iso(ordinal),
            DOW_RATE[day.weekday()],
            MONTH_RATE[day.month - 1],
            round(volume_index(ordinal), 5),
        )


def _bands(world: World) -> Iterable[Row]:
    """Return true units per friction-free active hour of seniors: base rate times the quantile of the honest people's skills."""
    for role in ROLES:
        skills = [p.skill for p in world.people if not p.gamer and any(x.role == role for x in p.periods)]
        for i, complexity in enumerate(COMPLEXITIES):
            base = 60.0 / world.desk.minutes(role, i)
            quantiles = np.quantile(skills, (0.5, 0.75, 0.9)) if skills else np.full(3, np.nan)
            yield (
                role,
                complexity,
                round(base, 5),
                *(round(base * float(q), 5) for q in quantiles),
                len(skills),
            )


def write_table(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table of the truth as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
