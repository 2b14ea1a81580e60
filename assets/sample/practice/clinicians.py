"""The clinicians of the sample practice: who they are, when they work, and what only the simulation knows of them.

Belongs here: people and their calendar. Does not belong here: what they do on a day (`visits.py`, `study.py`).
Every number is drawn from a generator of its own, so that the office's own story stays what it was.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from assets.sample.payers import PROVIDER_NPIS
from assets.sample.season import day_of, is_workday

_KINDS = (
    *[("physician", "family_medicine", "clinic")] * 10, *[("physician", "internal_medicine", "clinic")] * 4,
    *[("aprn", "family_medicine", "clinic")] * 3, *[("pa", "family_medicine", "clinic")] * 2,
    ("physician", "palliative_care", "inpatient"), ("physician", "palliative_care", "home"),
    ("aprn", "palliative_care", "home"), ("aprn", "palliative_care", "facility"), ("pa", "palliative_care", "facility"),
    ("social_worker", "palliative_care", "home"), ("chaplain", "palliative_care", "inpatient"),
)  # fmt: skip
"""Type, specialty and setting; the first ones stand on claims, the last two never bill."""
_NPIS = (*PROVIDER_NPIS, "1888000250", "1888000260")
_COST = {"physician": 310_000, "aprn": 165_000, "pa": 160_000, "social_worker": 92_000, "chaplain": 84_000}
PALLIATIVE = "palliative_care"


@dataclass(frozen=True)
class Clinician:
    """A clinician. `fill`, `no_show`, `under`, `over`, `capture` and `unsigned` are hidden: shares that the data only show.

    `fill` is completed of bookable slots, `under` and `over` are levels coded too low and too high, `capture` the eligible services
    that are billed, `unsigned` the notes that wait some days for their signature. `day_off` is a weekday, or 7 for none.
    """

    place: int
    npi: str
    kind: str
    specialty: str
    setting: str
    fte: float
    day_off: int
    yearly_cost: int
    fill: float
    no_show: float
    under: float
    over: float
    capture: float
    unsigned: float

    @property
    def bills(self) -> bool:
        """Whether claims carry the clinician's number."""
        return self.npi in PROVIDER_NPIS


@dataclass
class Group:
    """All clinicians of the practice, in the order of their numbers."""

    seed: int
    everybody: list[Clinician] = field(default_factory=list)
    _leave: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = random.Random(f"{self.seed}-clinicians")
        self.everybody = [_draw(place, rng) for place in range(len(_NPIS))]
        self._places = {clinician.npi: clinician.place for clinician in self.everybody}
        billing = [c for c in self.everybody if c.bills]
        self._teams = {
            palliative: [c for c in billing if (c.specialty == PALLIATIVE) == palliative]
            for palliative in (True, False)
        }

    def of(self, npi: str) -> Clinician:
        """Return the clinician with a number."""
        return self.everybody[self._places[npi]]

    def works(self, clinician: Clinician, ordinal: int) -> bool:
        """Say whether a clinician sees patients on a day: Monday to Friday, not on leave or a day off, or on weekend duty."""
        if not is_workday(ordinal):
            return clinician.bills and clinician is self._duty(clinician.specialty == PALLIATIVE, ordinal)
        weekday = day_of(ordinal).weekday()
        return weekday != clinician.day_off and not self._on_leave(clinician, ordinal)

    def on_duty(self, npi: str, ordinal: int) -> str:
        """Return who sees a patient of a clinician on a day: the clinician, else a colleague of the same team who works."""
        clinician = self.of(npi)
        if self.works(clinician, ordinal):
            return npi
        palliative = clinician.specialty == PALLIATIVE
        if not is_workday(ordinal):
            return self._duty(palliative, ordinal).npi
        team = self._teams[palliative]
        begin = (ordinal + clinician.place) % len(team)
        return next((c.npi for c in team[begin:] + team[:begin] if self.works(c, ordinal)), npi)

    def _duty(self, palliative: bool, ordinal: int) -> Clinician:
        team = self._teams[palliative]
        return team[ordinal // 7 % len(team)]

    def _on_leave(self, clinician: Clinician, ordinal: int) -> bool:
        """Everybody is away for one week of each thirteen; which one was drawn for the person and the quarter."""
        quarter, week = divmod(ordinal // 7, 13)
        key = (clinician.place, quarter)
        if key not in self._leave:
            self._leave[key] = random.Random(f"{self.seed}-leave-{clinician.place}-{quarter}").randrange(13)
        return self._leave[key] == week


def _draw(place: int, rng: random.Random) -> Clinician:
    kind, specialty, setting = _KINDS[place]
    part_time = rng.random() < 0.25
    return Clinician(
        place=place,
        npi=_NPIS[place],
        kind=kind,
        specialty=specialty,
        setting=setting,
        fte=0.8 if part_time else 1.0,
        day_off=rng.randrange(5) if part_time else 7,
        yearly_cost=int(_COST[kind] * rng.uniform(0.92, 1.1) * (0.8 if part_time else 1.0)) // 100 * 100,
        fill=rng.uniform(0.76, 0.96),
        no_show=rng.uniform(0.03, 0.1),
        under=rng.uniform(0.05, 0.3),
        over=rng.uniform(0.02, 0.12),
        capture=rng.uniform(0.4, 0.9),
        unsigned=rng.uniform(0.02, 0.12),
    )
