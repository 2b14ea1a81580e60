"""The claims of the office as the practice sees them: who saw whom, and which service of it was documented and billed.

Belongs here: what the practice adds to a claim before anybody works on it. Does not belong here: drawing claims (`claims.py`).
Codes and clinicians are exchanged, never added: lines, charges and every draw of the office stay as they are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.sample.claims import ClaimFactory
from assets.sample.practice.clinicians import PALLIATIVE

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.payers import Payer
    from assets.sample.practice.patients import Patients

LEVELS = (("99212", "99213", "99214", "99215"), ("99202", "99203", "99204", "99205"))
"""Codes of visits from low to high: of known patients, of new ones."""
LEVEL_OF = {code: (row, place) for row, codes in enumerate(LEVELS) for place, code in enumerate(codes)}
SERVICES = (("acp", "99497", 5), ("ccm", "99490", 3), ("complex_ccm", "99487", 1), ("tcm", "99495", 2))
"""Tag of a service, the code under which it is billed, and how often it occurs."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A claim's visit: the tags documented at it, and those of them that were not billed."""

    claim: Claim
    tags: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """Return the code of the visit itself, where the claim has one."""
        return next((code for code, *_ in self.claim.lines if code in LEVEL_OF), "")


class SeenClaims(ClaimFactory):
    """Draws claims as ever, and keeps each as a visit until the practice takes it."""

    def __init__(self, rng: random.Random, patients: Patients) -> None:
        super().__init__(rng)
        self._patients, self._group = patients, patients.group
        self._own = random.Random(f"{self._group.seed}-visits")
        self.visits: list[Visit] = []

    def make(self, service: int, payer: Payer) -> Claim:
        """Draw a claim; it is of a patient of the payer and a clinician who works on that day, and may carry a service beside the visit."""
        claim = super().make(service, payer)
        claim.patient = self._patients.whose(payer, service)
        claim.npi = self._group.on_duty(claim.npi, service)
        self.visits.append(self._visit(claim))
        return claim

    def take(self) -> list[Visit]:
        """Return the visits since the last time."""
        taken, self.visits = self.visits, []
        return taken

    def _visit(self, claim: Claim) -> Visit:
        rng, clinician = self._own, self._group.of(claim.npi)
        palliative = clinician.specialty == PALLIATIVE
        family = ("family_meeting",) if palliative and rng.random() < 0.25 else ()
        if claim.setting != "professional" or rng.random() > (0.3 if palliative else 0.06):
            return Visit(claim, family)
        tag, code, _ = rng.choices(SERVICES, [weight for *_, weight in SERVICES])[0]
        free = [i for i, line in enumerate(claim.lines) if line[0] not in LEVEL_OF]
        if not free or rng.random() > clinician.capture:
            return Visit(claim, (tag, *family), (tag,))
        lines = list(claim.lines)
        lines[free[0]] = (code, *lines[free[0]][1:])
        claim.lines = tuple(lines)
        return Visit(claim, (tag, *family))
