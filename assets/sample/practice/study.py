"""The calendar and the time study of the clinicians: who worked on a day, and what the minutes went into.

Belongs here: providers, provider_days, provider_time. Does not belong here: visits and slots (`visits.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.practice.clinicians import PALLIATIVE
from assets.sample.season import day_of, is_workday, iso, stamp

if TYPE_CHECKING:
    import random

    from assets.sample.practice.clinicians import Clinician, Group
    from assets.sample.world import World

BACK = 56
"""Days before the first one for which the calendar is delivered: claims reach back so far."""
_CLINICAL = 420
_USUAL = (
    ("visit", 230), ("documentation", 70), ("inbox", 35), ("refills", 18), ("prior_authorisation", 14), ("meeting", 20),
    ("teaching", 10),
)  # fmt: skip
_PALLIATIVE = (
    ("visit", 150), ("family_meeting", 60), ("advance_care_planning", 45), ("documentation", 65), ("inbox", 25), ("refills", 12),
    ("prior_authorisation", 10), ("meeting", 20), ("teaching", 20),
)  # fmt: skip


def export_providers(world: World, group: Group) -> None:
    """Export everybody on the first day; one of them works less from a day in the middle on."""
    if world.today != world.first:
        return
    since, changed = iso(world.first - 800), world.first + (world.last - world.first) // 2
    for clinician in group.everybody:
        last = iso(changed - 1) if clinician.place == 3 else ""
        _export(world, clinician, clinician.fte, since, last)
    _export(world, group.everybody[3], 0.6, iso(changed), "")


def _export(world: World, clinician: Clinician, fte: float, since: str, until: str) -> None:
    world.rows.add(
        "providers", clinician.npi, clinician.kind, clinician.specialty, clinician.setting, f"{fte:.2f}", f"{fte * 0.9:.2f}",
        f"{clinician.yearly_cost}.00", since, until,
    )  # fmt: skip


def export_days(world: World, group: Group) -> None:
    """Export everybody's day; on the first day also the weeks before."""
    begin = world.today - BACK if world.today == world.first else world.today
    for ordinal in range(begin, world.today + 1):
        day = iso(ordinal)
        for clinician in group.everybody:
            works = group.works(clinician, ordinal)
            if works:
                world.rows.add("provider_days", clinician.npi, day, "1", "1", str(_CLINICAL))
            elif is_workday(ordinal):
                world.rows.add("provider_days", clinician.npi, day, "0", "0", "0")


def export_study(world: World, group: Group, rng: random.Random) -> None:
    """Export what the minutes went into: a time study runs in the second week of each month, and ran in the week before the first."""
    if world.today == world.first:
        for ordinal in range(world.first - 7, world.first):
            _export_study(world, group, rng, ordinal)
    if 8 <= day_of(world.today).day <= 14:
        _export_study(world, group, rng, world.today)


def _export_study(world: World, group: Group, rng: random.Random, ordinal: int) -> None:
    for clinician in group.everybody:
        if not group.works(clinician, ordinal):
            continue
        at = 8 * 3600
        for category, minutes in _PALLIATIVE if clinician.specialty == PALLIATIVE else _USUAL:
            spent = max(round(rng.gauss(minutes, minutes / 5)), 1)
            world.rows.add("provider_time", clinician.npi, category, stamp(ordinal, at), str(spent))
            at += spent * 60
