"""The people of the sample office: roles, skill, tenure, schedules, and the roster that describes them.

Belongs here: who works here and how well. Does not belong here: what they work on (`desk.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.season import is_workday

if TYPE_CHECKING:
    import random

ROLES = ("coder", "charge_entry", "payment_posting", "ar_follow_up", "denial_management", "patient_billing")
COMPLEXITIES = ("low", "medium", "high")
_SHARES = (11, 9, 7, 8, 6, 7)
BASE_MINUTES = dict(zip(ROLES, (7.0, 6.0, 4.0, 12.0, 18.0, 8.0), strict=True))
COMPLEXITY_FACTOR = (0.7, 1.0, 1.7)
SKILL_LOG_SD = 0.28
RAMP_DAYS = 180
SHIFT_SECONDS = 30_600  # eight paid hours and half an hour of unpaid lunch
FOREVER = 10**7


@dataclass(slots=True)
class Period:
    """A role that a person holds from `first` to `last` (ordinals, inclusive)."""

    role: str
    role_start: int
    first: int
    last: int = FOREVER


@dataclass(slots=True)
class Person:
    """One member of staff; `skill` is the multiple of the average speed, `error` the multiple of the average error rate."""

    staff_id: str
    skill: float
    error: float
    hard_mix: float
    hired: int
    suite: str
    site: str
    shift_start: int
    pay_cents: int
    periods: list[Period] = field(default_factory=list)
    gamer: bool = False

    def period(self, ordinal: int) -> Period | None:
        """Return the role period that holds on a day, or None before hire."""
        return next((p for p in self.periods if p.first <= ordinal <= p.last), None)

    def speed(self, ordinal: int) -> float:
        """Return skill times ramp on a day on which the person works."""
        period = self.period(ordinal)
        return self.skill * (1.0 if period is None else ramp(ordinal - period.role_start))

    def system(self, family: str) -> str:
        """Return the name of the person's system of a family (ehr or pm): suite b runs on its own servers."""
        return family if self.suite == "suite_a" else f"{family}:b"


@dataclass(slots=True)
class Shift:
    """A working day of a person; minutes are paid minutes, blocks are (begin, end) seconds away from the desk."""

    person: Person
    start: int
    end: int
    leave_min: int
    meeting_min: int
    training_min: int
    blocks: list[tuple[int, int]]
    overtime_min: int = 0

    @property
    def leaves(self) -> int:
        """Return the second at which the person goes home."""
        return self.end + 60 * self.overtime_min


def ramp(tenure_days: int) -> float:
    """Return the share of full speed that somebody reaches after some days in a role."""
    return 1.0 if tenure_days >= RAMP_DAYS else 0.64 + 0.36 * max(tenure_days, 0) / RAMP_DAYS


def head_counts(staff: int) -> tuple[int, ...]:
    """Split a staff over the six roles: at least one each, the rest by largest remainder."""
    rest = staff - len(ROLES)
    exact = [rest * share / sum(_SHARES) for share in _SHARES]
    counts = [1 + math.floor(x) for x in exact]
    order = sorted(range(len(ROLES)), key=lambda i: (math.floor(exact[i]) - exact[i], i))
    for i in order[: staff - sum(counts)]:
        counts[i] += 1
    return tuple(counts)


def make_people(staff: int, first: int, days: int, rng: random.Random) -> list[Person]:
    """Hire the staff: one in six is new, one starts in mid-period, one changes role, one games per 48 people."""
    people: list[Person] = []
    for role, count in zip(ROLES, head_counts(staff), strict=True):
        for i in range(count):
            new = i > 0 and rng.random() < 1 / 6
            tenure = rng.randint(10, 150) if new else rng.randint(420, 2800)
            hired = first - tenure - (0 if new else rng.randint(0, 900))
            person = Person(
                staff_id=f"STF{len(people) + 1:03d}",
                skill=math.exp(rng.gauss(-(SKILL_LOG_SD**2) / 2, SKILL_LOG_SD)),
                error=math.exp(rng.gauss(-0.06, 0.35)),
                hard_mix=rng.choice((0.5, 1.0, 1.0, 1.0, 2.5)),
                hired=hired,
                suite="suite_b" if rng.random() < 0.4 else "suite_a",
                site="Sample North" if i % 2 == 0 else "Sample South",
                shift_start=rng.choice((25_200, 27_000, 28_800, 28_800, 30_600)),
                pay_cents=rng.randint(2600, 4600),
            )
            person.periods.append(Period(role, first - tenure, first - tenure))
            people.append(person)
    _unusual(people, first, days)
    return people


def _unusual(people: list[Person], first: int, days: int) -> None:
    """Mark the gaming people, the late starter and the change of role."""
    counts = {role: [p for p in people if p.periods[0].role == role] for role in ROLES}
    for i in range(len(people) // 24 if len(people) < 48 else len(people) // 48):
        person = counts["charge_entry"][-1 - i % len(counts["charge_entry"])]
        person.gamer, person.error = True, max(person.error, 1.0) * 3.0
    if len(people) >= 12 and days >= 8:
        late = counts["patient_billing"][-1]
        late.hired = first + days // 3
        late.periods = [Period("patient_billing", late.hired, late.hired)]
        mover, day = counts["ar_follow_up"][-1], first + days // 2
        mover.periods[0].last = day - 1
        mover.periods.append(Period("denial_management", day, day))


def make_shift(person: Person, ordinal: int, rng: random.Random) -> Shift | None:
    """Draw a working day; None when the office is closed or the person is not yet hired."""
    if not is_workday(ordinal) or person.period(ordinal) is None:
        return None
    start = person.shift_start
    end = start + SHIFT_SECONDS
    draw = rng.random()
    leave = 480 if draw < 0.04 else 240 if draw < 0.055 else 0
    meeting = rng.choice((0, 0, 15, 30, 30, 60)) if leave < 480 else 0
    training = 60 if leave == 0 and rng.random() < 0.05 else 0
    lunch = start + 4 * 3600
    blocks = [(lunch, lunch + 1800)]
    if leave == 240:
        blocks.append((lunch + 1800, end))
    if leave == 480:
        blocks = [(start, end)]
    if meeting:
        blocks.append((start + 5400, start + 5400 + meeting * 60))
    if training:
        blocks.append((start + 3 * 3600, start + 3 * 3600 + 3600))
    return Shift(person, start, end, leave, meeting, training, sorted(blocks))
