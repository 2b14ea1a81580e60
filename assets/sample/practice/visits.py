"""The visits of the practice: those of the claims, those that cannot be billed or never were, and those that nobody came to.

Belongs here: encounters, slots, and audits of the level coded. Does not belong here: the claims themselves.
A visit of a day is complete some days later, when its last claims have come; only then the day's slots are delivered.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.practice.seen import LEVEL_OF, LEVELS
from assets.sample.season import day_of, is_workday, iso, stamp

if TYPE_CHECKING:
    from assets.sample.payers import Payer
    from assets.sample.practice.clinicians import Clinician, Group
    from assets.sample.practice.patients import Patients
    from assets.sample.practice.seen import Visit
    from assets.sample.world import World

_SETTLED = 5  # days after which a day's visits are known
_BACK = 14  # days of slots that are delivered on the first day
_EXTRA, _UNBILLED = 0.05, 0.008
_SLOT_MIN = 15
_AUDITED = 2  # visits of each clinician and week
_AUDITOR = "AUD01"


@dataclass
class Visits:
    """What is still to be told: visits by day and clinician, unsigned notes by the day of their signature, and the truth so far."""

    patients: Patients
    rng: random.Random
    group: Group = field(init=False)
    audited: int = 0
    known: defaultdict[int, defaultdict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    unsigned: defaultdict[int, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    to_audit: defaultdict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    unbilled: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.group = self.patients.group

    def live(self, world: World, visits: list[Visit]) -> None:
        """Tell what came to be known today."""
        for row in self.unsigned.pop(world.today, []):
            world.rows.add("encounters", *row, world.at(61_000), world.at(61_000))
        for visit in visits:
            self._tell(world, visit)
        self._team_visits(world)
        settled = world.today - _SETTLED
        for ordinal in range(settled - _BACK if world.today == world.first else settled, settled + 1):
            self._slots(world, ordinal)
        if day_of(world.today).weekday() == 4:
            self._audit(world)

    def _tell(self, world: World, visit: Visit) -> None:
        claim, rng = visit.claim, self.rng
        clinician = self.group.of(claim.npi)
        setting = _setting(claim.setting, clinician, rng)
        day, second = claim.noted if claim.noted[0] else (claim.service, 61_200)
        minutes = str(max(round(rng.gauss(24 + 6 * claim.complexity, 6)), 5))
        row = [
            claim.encounter, claim.npi, claim.member, claim.payer.code, iso(claim.service), "completed", setting, "true",
            ":".join(visit.tags), minutes,
        ]  # fmt: skip
        signed = stamp(day, second)
        later = world.today + rng.randint(3, 9)
        if rng.random() < clinician.unsigned and later <= world.last:
            self.unsigned[later].append(row)
            world.rows.add("encounters", *row, "", signed)
        else:
            world.rows.add("encounters", *row, signed, signed)
        if setting == "clinic":
            self.known[claim.service][claim.npi] += 1
        self.missed += [(claim.encounter, claim.npi, tag) for tag in visit.missed]
        if visit.level:
            self.to_audit[claim.npi].append((claim.encounter, visit.level))
        draw = rng.random()
        if draw < _EXTRA + _UNBILLED:
            self._beside(world, visit, unbilled=draw < _UNBILLED)

    def _beside(self, world: World, visit: Visit, *, unbilled: bool) -> None:
        """Tell a visit without a claim: one that cannot be billed as a rule, now and then one that was forgotten."""
        claim = visit.claim
        number, at = world.number("ENX"), stamp(claim.service, 60_000)
        setting = _setting("professional", self.group.of(claim.npi), self.rng)
        world.rows.add(
            "encounters", number, claim.npi, self._patient(claim.service, claim.payer), claim.payer.code, iso(claim.service), "completed", setting,
            "true" if unbilled else "false", "", "20", at, at,
        )  # fmt: skip
        if setting == "clinic":
            self.known[claim.service][claim.npi] += 1
        if unbilled:
            self.unbilled.append((number, claim.npi))

    def _team_visits(self, world: World) -> None:
        """Tell the visits of social work and chaplaincy, which are never billed."""
        for clinician in self.group.everybody:
            if clinician.bills or not self.group.works(clinician, world.today):
                continue
            for _ in range(self.rng.randint(2, 5)):
                at = world.at(self.rng.randint(60_000, 64_000))
                tags = "family_meeting" if self.rng.random() < 0.3 else ""
                world.rows.add(
                    "encounters", world.number("ENT"), clinician.npi, self._patient(world.today), "", iso(world.today), "completed",
                    clinician.setting, "false", tags, "40", at, at,
                )  # fmt: skip

    def _slots(self, world: World, ordinal: int) -> None:
        """Tell what became of the slots of a day: as many completed as visits are known, the rest by the clinician's habits."""
        known: dict[str, int] = self.known.pop(ordinal, defaultdict(int))
        if not is_workday(ordinal):
            return
        for clinician in self.group.everybody:
            if clinician.setting == "clinic" and self.group.works(clinician, ordinal):
                self._slots_of(world, clinician, ordinal, known.get(clinician.npi, 0))

    def _slots_of(self, world: World, clinician: Clinician, ordinal: int, completed: int) -> None:
        rng, updated = self.rng, stamp(ordinal, 64_800)
        bookable = max(round(completed / clinician.fill + rng.uniform(-0.5, 0.5)), completed, 4)
        rest = bookable - completed
        missing = [rng.random() for _ in range(rest)]
        habit = clinician.no_show / (1 - clinician.fill + 0.02)
        fates = ["no_show" if m < habit else "cancelled" if m < habit + 0.3 else "open" for m in missing]
        states = [*["completed"] * completed, *fates]
        rng.shuffle(states)
        states[len(states) // 2 : len(states) // 2] = ["blocked", "blocked"]
        for i, state in enumerate(states):
            blocked = state == "blocked"
            begins = stamp(ordinal, min(8 * 3600 + i * _SLOT_MIN * 60, 86_399))
            world.rows.add(
                "slots", f"SL{ordinal}{clinician.place:02d}{i:03d}", clinician.npi, begins, str(_SLOT_MIN),
                "false" if blocked else "true", "open" if blocked else state, updated,
            )  # fmt: skip
            if state == "no_show":
                world.rows.add(
                    "encounters", world.number("ENN"), clinician.npi, self._patient(ordinal), "", iso(ordinal), "no_show", "clinic",
                    "false", "", "", "", updated,
                )  # fmt: skip

    def _patient(self, day: int, payer: Payer | None = None) -> str:
        """Return the member number of somebody who has no claim for this visit."""
        draw = random.Random(self.rng.randrange(1_000_003))
        person = self.patients.whose(payer, day, draw) if payer else self.patients.anybody(day, draw)
        return f"SYN{person:08d}"

    def _audit(self, world: World) -> None:
        """Audit some visits of the week: an auditor finds the level that the note supports."""
        for npi in sorted(self.to_audit):
            clinician, found = self.group.of(npi), self.to_audit[npi]
            for encounter, code in self.rng.sample(found, min(len(found), _AUDITED)):
                world.rows.add(
                    "em_audits", world.number("EM"), encounter, npi, code, self._supported(clinician, code), _AUDITOR,
                    world.at(58_000),
                )  # fmt: skip
                self.audited += 1
        self.to_audit.clear()

    def _supported(self, clinician: Clinician, code: str) -> str:
        """Return the level that a note supports: above the code where it was coded too low, below where too high."""
        row, place = LEVEL_OF[code]
        draw = self.rng.random()
        step = 1 if draw < clinician.under else -1 if draw < clinician.under + clinician.over else 0
        return LEVELS[row][min(max(place + step, 0), len(LEVELS[row]) - 1)]


def _setting(setting: str, clinician: Clinician, rng: random.Random) -> str:
    if setting != "professional":
        return "inpatient" if setting == "inpatient" else "facility"
    return "telehealth" if rng.random() < 0.08 else clinician.setting
