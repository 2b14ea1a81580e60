"""What a band may be used for: order, protection of few people, and the status with its reasons.

Belongs here: projecting bands to their order, contributor classes, status and reason codes.
Does not belong here: the comparison with the version in force, which belongs to the life of versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats

_PASSES = 12


@dataclass(frozen=True)
class Evidence:
    """What the status of a role rests on.

    `days` worked in the window, `people` who contribute out of `present` ones, `bridges` who work two complexities, `best` the probability that the
    best quarter meets the quality limits, `influence` per level the largest log change by one worker.
    """

    days: int
    people: int
    n_eff: float
    bridges: int
    season_known: bool
    quality_known: bool
    waived: bool
    best: float
    influence: tuple[float, ...]
    rescaled: bool
    confirmed: bool
    young: bool
    again: bool
    present: int = 0


def contributors_class(workers: int) -> str:
    """Return the class in which a number of contributors is published; the number itself never is."""
    if workers < 5:
        return "<5"
    if workers <= 10:
        return "5-10"
    return "11-20" if workers <= 20 else ">20"


def withheld(evidence: Evidence, in_cell: int, config: BandConfig) -> list[str]:
    """Return why nothing may be shown: too little time, too few people, or one who moves the band too much."""
    learning = evidence.days < config.min_days
    few = min(evidence.people, in_cell) < config.min_contributors
    return [
        *([f"{evidence.days} of {config.min_days} worked days seen"] if learning else []),
        *([f"fewer than {config.min_contributors} contributors"] if few else []),
        *(
            ["too few meet the quality limits"]
            if few and evidence.present >= 2 * max(evidence.people, 1)
            else []
        ),
        *(
            ["one worker moves it too much"]
            if not few and evidence.influence[0] > config.max_influence
            else []
        ),
    ]


def levels_shown(evidence: Evidence, config: BandConfig) -> int:
    """Return how many levels may be shown, from acceptable on: none above one that a single worker moves too much."""
    too_much = [moved > config.max_influence for moved in evidence.influence]
    return too_much.index(True) if any(too_much) else len(too_much)


def obstacles(evidence: Evidence, width: float, config: BandConfig) -> tuple[list[str], list[str]]:
    """Return why a band is held and why it is provisional; adopted when both are empty."""
    held = [
        *(["two changes of level"] if evidence.again else []),
        *(["change of level too recent"] if evidence.young else []),
        *(["best quarter below the quality limits"] if evidence.best < config.gate_band else []),
    ]
    unproven = not evidence.quality_known and not evidence.waived
    unconfirmed = evidence.rescaled and config.confirm_breaks and not evidence.confirmed
    provisional = [
        *(["season unknown: no prior year"] if not evidence.season_known else []),
        *(["no quality data"] if unproven else []),
        *(["change of level not confirmed"] if unconfirmed else []),
        *(
            [f"{evidence.days} of {config.adopt_days} worked days seen"]
            if evidence.days < config.adopt_days
            else []
        ),
        *(["too few contributors to adopt"] if evidence.n_eff < config.adopt_n else []),
        *(["too few workers cross complexities"] if evidence.bridges < config.adopt_bridges else []),
        *(["interval too wide"] if width > config.adopt_width else []),
    ]
    return held, provisional


def status_of(held_back: list[str], held: list[str], provisional: list[str], *, learning: bool) -> str:
    """Return the status that the reasons amount to."""
    if held_back:
        return "learning" if learning else "withheld"
    if held:
        return "held"
    return "provisional" if provisional else "adopted"


def in_order(log_bands: Floats) -> Floats:
    """Project log bands (complexities, levels) so that levels rise and harder work asks for less.

    Alternating isotonic regressions (Dykstra's algorithm), which keep what is in order already.
    """
    now = log_bands.copy()
    by_level, by_tier = np.zeros_like(now), np.zeros_like(now)
    for _ in range(_PASSES):
        tried = now + by_level
        now = np.stack([_rising(row) for row in tried])
        by_level = tried - now
        tried = now + by_tier
        now = -np.stack([_rising(-column) for column in tried.T]).T
        by_tier = tried - now
    return now


def _rising(values: Floats) -> Floats:
    """Return the closest rising sequence: pool adjacent violators."""
    blocks: list[tuple[float, int]] = []
    for value in values.tolist():
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, many), (high, more) = blocks[-2], blocks.pop()
            blocks[-1] = ((low * many + high * more) / (many + more), many + more)
    return np.repeat([value for value, _ in blocks], [count for _, count in blocks])
