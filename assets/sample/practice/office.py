"""The practice's front door: what it delivers on a day, beside what its billing office does.

Belongs here: the order of a day and the hidden truth of the practice. Does not belong here: the single feeds.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.practice.clinicians import Group
from assets.sample.practice.members import PANELS
from assets.sample.practice.panels import Panels
from assets.sample.practice.patients import Patients
from assets.sample.practice.schedule import export_schedule
from assets.sample.practice.seen import SeenClaims, Visit
from assets.sample.practice.study import export_days, export_providers, export_study
from assets.sample.practice.visits import Visits
from assets.sample.truth import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from assets.sample.world import World


@dataclass
class Practice:
    """The practice of a seed, a number of claims on a weekday, and the first and last day; its claims come from `claims`."""

    seed: int
    claims_per_day: int
    first: int
    last: int
    patients: Patients = field(init=False)
    group: Group = field(init=False)
    visits: Visits = field(init=False)
    panels: Panels = field(init=False)
    claims: SeenClaims | None = None

    def __post_init__(self) -> None:
        self.group = Group(self.seed)
        self.patients = Patients(self.group, self.claims_per_day, self.first, self.last)
        self.visits = Visits(self.patients, random.Random(f"{self.seed}-encounters"))
        self.panels = Panels(random.Random(f"{self.seed}-contracts"), self.patients.members)
        self._study = random.Random(f"{self.seed}-study")

    def factory(self, rng: random.Random) -> SeenClaims:
        """Return what draws the office's claims by its own generator, and shows them to the practice."""
        self.claims = SeenClaims(rng, self.patients)
        return self.claims

    def live(self, world: World) -> None:
        """Add to the day's rows and files what the practice delivers today."""
        seen: list[Visit] = self.claims.take() if self.claims else []
        export_schedule(world)
        export_providers(world, self.group)
        export_days(world, self.group)
        export_study(world, self.group, self._study)
        self.visits.live(world, seen)
        self.panels.live(world, self.group)

    def write_truth(self, folder: Path) -> None:
        """Write what only the simulation knows of the practice."""
        write_table(
            folder / "clinicians.csv",
            ("provider_npi", "clinician_type", "specialty", "setting", "fill", "no_show", "under", "over", "capture", "unsigned"),
            (
                (c.npi, c.kind, c.specialty, c.setting, *(round(v, 5) for v in (c.fill, c.no_show, c.under, c.over, c.capture, c.unsigned)))
                for c in self.group.everybody
            ),
        )  # fmt: skip
        write_table(
            folder / "missed_services.csv", ("encounter_id", "provider_npi", "service"), self.visits.missed
        )
        write_table(folder / "unbilled_visits.csv", ("encounter_id", "provider_npi"), self.visits.unbilled)
        write_table(
            folder / "readmissions.csv",
            ("admission_id", "contract_id", "readmission_of"),
            ((s.number, m.contract.contract_id, s.of) for m in self.panels.members for s in m.stays if s.of),
        )
        write_table(
            folder / "panels.csv",
            ("contract_id", "services_per_month", "inside", "stays_per_1000", "emergencies_per_1000", "readmitted", "intensive", "cost", "own_cost", "rate"),
            ((c.contract_id, c.services, c.inside, c.stays, c.emergencies, c.readmitted, c.intensive, c.cost, c.own_cost, c.rate) for c in PANELS),
        )  # fmt: skip
