"""Shapes of simulated offices: what distinguishes a plain office from one with gaming, a strong season or small teams.

Belongs here: the parameters of the simulation, with their meaning. Does not belong here: drawing people
(`worlds_people.py`) or work (`worlds_work.py`). Nothing here is read by the method that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

METRICS = ("first_pass", "edits", "denials", "reworks")
FAILURE = {
    "first_pass": (0.03, 0.05, 0.08),
    "edits": (0.07, 0.10, 0.15),
    "denials": (0.05, 0.08, 0.13),
    "reworks": (0.03, 0.045, 0.07),
}
"""Share of units that an average senior gets wrong, by complexity."""

REFERENCE_MIX = (0.35, 0.40, 0.25)
LIMIT = 1.6
"""What the office tolerates, as a multiple of the average failure rate at the reference mix."""

CLAIM_ROLES = ("coder", "charge_entry")
"""Roles whose work is scrubbed and adjudicated; the other roles have audits and reworks only."""


@dataclass(frozen=True)
class Shape:
    """One kind of office. Shares are of 1, amplitudes and standard deviations on the log scale.

    `people`, `new`, `gamers`, `turnover`: head count, share hired in the last half year, share who game the count,
    share who leave in a year. `skill_tails`: 'normal', 't' (five degrees of freedom) or 'skewed'.
    `season`, `rush`: amplitude of the yearly wave and of the year-end rush. `outage`, `unlogged`: chance of a logged and
    of an unlogged outage per system and day. `noise`: worker-day; `drift`: worker-week; `tails`: share of wild days.
    `typos`, `clocks`: share of rows with a slipped digit and of days with the clock left running.
    `shift`: largest change of level inside the window, in two roles of six. `slopes`: how strongly skill shows per
    complexity. `specialty`: a person's own deviation per complexity. `hard_for_best`: correlation of skill and hard
    work. `haste`: correlation of speed and errors. `batch`: units finished per batch (over-dispersion of counts).
    `own_season`: how differently people feel the season. `leak`: share of the pace that survives an outage.
    """

    name: str
    people: int = 240
    new: float = 0.12
    gamers: float = 0.04
    turnover: float = 0.12
    skill_tails: str = "normal"
    season: float = 0.03
    rush: float = 0.02
    outage: float = 0.05
    unlogged: float = 0.004
    noise: float = 0.16
    drift: float = 0.05
    tails: float = 0.004
    typos: float = 0.0005
    clocks: float = 0.002
    shift: float = 0.0
    slopes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    specialty: float = 0.06
    hard_for_best: float = 0.0
    haste: float = 0.0
    batch: float = 1.0
    own_season: float = 0.0
    leak: float = 0.0


PLAIN = Shape("plain")
SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        PLAIN,
        replace(PLAIN, name="gaming", gamers=0.18),
        replace(PLAIN, name="new hires", new=0.35, turnover=0.25),
        replace(PLAIN, name="season", season=0.12, rush=0.10),
        replace(PLAIN, name="outages", outage=0.10, unlogged=0.05),
        replace(PLAIN, name="small", people=60),
        replace(PLAIN, name="heavy", skill_tails="t", tails=0.02, typos=0.004, clocks=0.01),
        replace(PLAIN, name="shift", shift=0.22),
        replace(
            PLAIN,
            name="broken",
            skill_tails="skewed",
            slopes=(0.9, 1.0, 1.15),
            specialty=0.10,
            hard_for_best=0.4,
            haste=0.25,
            batch=2.0,
            own_season=0.5,
            leak=0.25,
            noise=0.22,
            drift=0.08,
        ),
    )
}
