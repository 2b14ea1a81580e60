"""The year before the first day, as the production summary that the office kept then.

Belongs here: one row per person, day and complexity of that year. Does not belong here: raw logs, which begin on the first day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.people import COMPLEXITIES
from assets.sample.season import is_workday, iso, rate_index

if TYPE_CHECKING:
    import random

    from assets.sample.people import Period, Person
    from assets.sample.world import World

_SHARES = (0.36, 0.34, 0.30)
_INFLATED = 1.9  # how many pieces a gaming person reports for each real one


def export_history(world: World) -> None:
    """Add the production summary of the 365 days before the first day to the day's rows."""
    for person in world.people:
        period = person.periods[0]
        for day in range(max(world.first - 365, period.role_start), world.first):
            if is_workday(day) and world.rng.random() > 0.05:
                _day(world, person, period, day)


def _day(world: World, person: Person, period: Period, day: int) -> None:
    rng = world.rng
    active = rng.uniform(250, 370)
    friction = float(rng.randint(15, 90)) if rng.random() < 0.04 else 0.0
    weights = (_SHARES[0], _SHARES[1], _SHARES[2] * person.hard_mix)
    pace = person.speed(day) * rate_index(day) * (_INFLATED if person.gamer else 1.0)
    for i, complexity in enumerate(COMPLEXITIES):
        share = weights[i] / sum(weights)
        expected = (active - friction) * share * pace / world.desk.minutes(period.role, i)
        units = _count(expected, rng)
        world.rows.add(
            "production_history", person.staff_id, iso(day), period.role, complexity, str(units), f"{active * share:.3f}",
            f"{friction * share:.3f}",
        )  # fmt: skip


def _count(expected: float, rng: random.Random) -> int:
    """Draw a number of finished pieces: their times vary, so the number does, though less than a Poisson count."""
    return max(int(rng.gauss(expected, (0.4 * expected) ** 0.5) + rng.random()), 0)
