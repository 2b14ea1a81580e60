"""The sample office's front door: simulate a billing office day by day and write what it would deliver.

Belongs here: the size of an office and the order of writing. Does not belong here: how a day goes (`flow.py`).
Everything is invented: people, patients, payers, providers, amounts. The same size and seed give the same bytes.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.sample.claims import ClaimFactory
from assets.sample.desk import Desk
from assets.sample.exports import write_day
from assets.sample.flow import live
from assets.sample.history import export_history
from assets.sample.mess import Mess
from assets.sample.opening import open_office, work_scale
from assets.sample.outages import make_incidents
from assets.sample.people import make_people
from assets.sample.practice.office import Practice
from assets.sample.references import export_references
from assets.sample.truth import write_truth
from assets.sample.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

_CONFIGURATION = """\
# Everything that this office delivers is synthetic: people, patients, payers, providers and amounts are invented.
[office]
name = "Sample office (synthetic)"
time_zone = "America/Chicago"

[intake]
first_day = {first_day}
"""
_README = """\
A synthetic billing office
==========================

Nothing here describes anybody. The office, its staff, the patients, the payers, the providers, the claim numbers and
the amounts were drawn by a random generator. Procedure, diagnosis and adjustment codes appear as bare codes, and their
combinations mean nothing; the texts beside diagnosis codes and the outside values are placeholders. Patients are called
SYNTHETIC, payers SAMPLE PAYER A to F, and every interchange is marked as a test.

Patients are one population: each has one payer, most of those of payers A and E are members of a panel, and they come back.

inbox/YYYY-MM-DD/   what was delivered on that day
truth/              what only the simulation knows: skills, outages, seasons, true bands, and which files are damaged;
                    of the practice: habits of its clinicians, services and visits that were not billed, returns to hospital
PPRRVU*.csv         a fee schedule in the layout of CMS's relative value file; every value in it is invented
rcmbench.toml       the configuration for this office
scenarios/          a plan for one more clinician, computed with every run; its numbers are invented, too
"""
PLAN = Path(__file__).resolve().parents[1] / "practice" / "example.toml"


@dataclass(frozen=True)
class OfficeSize:
    """How large an office to simulate: calendar days, claims on an ordinary weekday, staff, seed and first day.

    Raises ValueError with a sentence when a number makes no office.
    """

    days: int = 120
    claims_per_day: int = 400
    staff: int = 48
    seed: int = 7
    start: date = date(2026, 3, 2)

    def __post_init__(self) -> None:
        limits = (
            ("days", self.days, 1, 1100), ("claims_per_day", self.claims_per_day, 1, 1_000_000), ("staff", self.staff, 6, 999),
            ("seed", self.seed, 0, 2**63),
        )  # fmt: skip
        for name, value, least, most in limits:
            if not least <= value <= most:
                raise ValueError(f"{name} must be between {least} and {most}, not {value}")
        if not date(2008, 1, 1) <= self.start <= date(2090, 1, 1):
            raise ValueError(f"start must be a date from 2008 to 2090, not {self.start}")


@dataclass(frozen=True)
class Summary:
    """What was written: calendar days, files and bytes of the inbox, claims, people, first and last day."""

    days: int
    files: int
    claims: int
    bytes: int
    people: int
    first_day: date
    last_day: date


def _silent(_done: int, _total: int) -> None:
    """Report nothing."""


def write_office(out: Path, size: OfficeSize, *, progress: Callable[[int, int], None] = _silent) -> Summary:
    """Simulate an office and write inbox, truth, configuration and README to `out`; an earlier inbox there is replaced.

    `progress` is called after each day with the days done and the days in all. Raises OSError when `out` cannot be written.
    """
    inbox, truth = out / "inbox", out / "truth"
    for folder in (inbox, truth):
        if folder.exists():
            shutil.rmtree(folder)
    first = size.start.toordinal()
    practice = Practice(size.seed, size.claims_per_day, first, first + size.days - 1)
    world = make_world(size, practice)
    open_office(world)
    world.live = True
    world.books.open(world)
    export_history(world)
    export_references(world)
    for done in range(size.days):
        world.today = world.first + done
        live(world)
        practice.live(world)
        write_day(world, inbox)
        progress(done + 1, size.days)
    write_truth(world, truth, Mess(inbox, world.first, size.days).make())
    practice.write_truth(truth)
    (out / "rcmbench.toml").write_text(_CONFIGURATION.format(first_day=size.start), encoding="utf-8")
    (out / "README.txt").write_text(_README, encoding="utf-8")
    (out / "scenarios").mkdir(exist_ok=True)
    (out / "scenarios" / PLAN.name).write_text(PLAN.read_text(encoding="utf-8"), encoding="utf-8")
    sizes = [path.stat().st_size for path in inbox.rglob("*") if path.is_file()]
    last = size.start + timedelta(days=size.days - 1)
    return Summary(size.days, len(sizes), world.claims_made, sum(sizes), len(world.people), size.start, last)


def make_world(size: OfficeSize, practice: Practice | None = None) -> World:
    """Return the office of a size before its first morning; its claims are the visits of the `practice`, where there is one."""
    rng, first = random.Random(size.seed), size.start.toordinal()
    people = make_people(size.staff, first, size.days, rng)
    scale = work_scale(people, first, size.days, size.claims_per_day)
    desk = Desk(rng, make_incidents(first, size.days, rng), scale)
    return World(
        rng=rng,
        people=people,
        desk=desk,
        factory=practice.factory(rng) if practice else ClaimFactory(rng),
        claims_per_day=size.claims_per_day,
        first=first,
        last=first + size.days - 1,
        today=first,
        aside=random.Random(f"{size.seed}-accounts"),
    )
