"""The quality gate: who meets the limits, with what probability, given how hard the work was.

Belongs here: failures against what the same work and the same stage let expect, and the gate of a role's best quarter.
Does not belong here: speed (`skill.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammainc

from assets.bands.rows import METRICS, ratio, summed

if TYPE_CHECKING:
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags, Ints, Rows

_STAGE_DAYS = (90, 180)
_LEAST_ROLE_EXPECTED = 5.0
_LEAST_SPREAD, _MOST_SPREAD = 0.03, 0.25
_USUAL_SPREAD, _USUAL_PEOPLE = 0.06, 10
_ROUNDS = 4


@dataclass(frozen=True)
class Gate:
    """Quality per person and role. `probability` (people,): of meeting every limit that can be proven, 1 where none can.

    `failures`, `expected` (people, metrics); `limit`, `shape` (roles, metrics): limit on the multiple of the expected failures and
    the shape of its distribution; `proven` (roles, metrics): enough failures are expected to say anything.
    """

    probability: Floats
    failures: Floats
    expected: Floats
    limit: Floats
    shape: Floats
    proven: Flags


@dataclass(frozen=True)
class _Counts:
    """Checked units and failures of one metric, (people, complexities, stages)."""

    checks: Floats
    failures: Floats


def fit_gate(rows: Rows, config: BandConfig) -> Gate:
    """Judge everybody's failures in the window.

    Multiples of the expected failures are Gamma(k, k) over people, 1/k their variance beyond chance; the posterior is
    Gamma(k + O, k + E). Expected rates come from those who pass, so a few bad apples do not become the norm.
    """
    people, roles = len(rows.people), len(rows.roles)
    role = rows.person_role
    counts = [_counted(rows, m, people) for m in range(len(METRICS))]
    chance = np.ones(people)
    for _ in range(_ROUNDS):
        probability = np.ones(people)
        failures, expected = np.zeros((people, len(METRICS))), np.zeros((people, len(METRICS)))
        limit, shape = np.full((roles, len(METRICS)), np.inf), np.ones((roles, len(METRICS)))
        proven = np.zeros((roles, len(METRICS)), dtype=np.bool_)
        for m, count in enumerate(counts):
            passing = chance >= config.gate_pass
            rates = _rates(count, role, passing, roles)
            failures[:, m] = count.failures.sum(axis=(1, 2))
            expected[:, m] = (count.checks * rates[role] * _stage_ratio(count, rates[role], passing)).sum(
                axis=(1, 2)
            )
            for r in range(roles):
                mine = role == r
                good = mine & passing
                shape[r, m] = 1 / _spread(failures[good, m], expected[good, m])
                limit[r, m] = _limit(rows.roles[r], METRICS[m], rates[r, :, 0], count.checks[mine], config)
            k = shape[role, m]
            met = gammainc(k + failures[:, m], (k + expected[:, m]) * np.minimum(limit[role, m], 1e6))
            # A role with hardly any checks has no usual rate: its metric accuses nobody.
            proven[:, m] = summed(role, expected[:, m], roles) >= _LEAST_ROLE_EXPECTED
            probability = np.minimum(probability, np.where(proven[role, m] & (expected[:, m] > 0), met, 1.0))
        chance = probability
    return Gate(chance, failures, expected, limit, shape, proven)


def _counted(rows: Rows, metric: int, people: int) -> _Counts:
    stage = np.searchsorted(np.array(_STAGE_DAYS), rows.tenure, side="left")
    # Stage 0 are the seniors, so that their rates are the first column.
    place = (rows.person * 3 + rows.complexity) * 3 + (2 - stage)
    inside = rows.inside
    sums = [summed(place[inside], what[inside, metric], people * 9) for what in (rows.checks, rows.failures)]
    return _Counts(*(one.reshape(people, 3, 3) for one in sums))


def _rates(count: _Counts, role: Ints, good: Flags, roles: int) -> Floats:
    """Return the failure rate of passing seniors per role and complexity, (roles, complexities, 1)."""
    checks, failures = np.zeros((roles, 3)), np.zeros((roles, 3))
    for r in range(roles):
        mine = (role == r) & good
        # Where no senior passes or exists, everybody's rate stands in.
        for who in (mine, role == r):
            checks[r], failures[r] = (
                count.checks[who, :, 0].sum(axis=0),
                count.failures[who, :, 0].sum(axis=0),
            )
            if checks[r].sum() > 0:
                break
        else:
            checks[r], failures[r] = (
                count.checks[role == r].sum(axis=(0, 2)),
                count.failures[role == r].sum(axis=(0, 2)),
            )
    overall = ratio(failures.sum(axis=1), checks.sum(axis=1), 0.0)[:, None]
    return np.asarray(((failures + 5 * overall) / (checks + 5))[:, :, None])


def _stage_ratio(count: _Counts, rates: Floats, passing: Flags) -> Floats:
    """Return how much more often those who pass fail in each stage than seniors, over all roles, shrunk towards equal.

    New hires who game must not make their stage look error-prone, or they would be measured by themselves.
    """
    failures = count.failures[passing].sum(axis=(0, 1))
    expected = (count.checks * rates)[passing].sum(axis=(0, 1))
    factor = (failures + 10) / (expected + 10)
    factor[0] = 1.0
    return np.asarray(factor)


def _spread(failures: Floats, expected: Floats) -> float:
    """Return the variance of people's multiples beyond chance: by moments, drawn to the usual one, within bounds.

    Too small a variance would explain away whatever a single person does in a small team.
    """
    total = float(np.sum(expected**2))
    excess = float(np.sum((failures - expected) ** 2 - expected)) / total if total > 0 else _USUAL_SPREAD
    people = int((expected > 0).sum())
    pooled = (people * excess + _USUAL_PEOPLE * _USUAL_SPREAD) / (people + _USUAL_PEOPLE)
    return float(np.clip(pooled, _LEAST_SPREAD, _MOST_SPREAD))


def _limit(role: str, metric: str, rates: Floats, checks: Floats, config: BandConfig) -> float:
    """Return the limit as a multiple of what passing seniors fail at the reference mix; infinite without data.

    It is the threshold, but never more than `gate_multiple`: a generous threshold is no licence to fail several times as often as
    others do on the same work.
    """
    seen = checks.sum(axis=(0, 2)) > 0
    mix = np.array(config.reference_mix) * seen
    if mix.sum() <= 0:
        return np.inf
    usual = float(np.dot(mix, rates) / mix.sum())
    return min(config.threshold(role, metric) / usual, config.gate_multiple) if usual > 0 else np.inf


def best_quarter(gate: Gate, mine: Ints, skill: Floats, role: int) -> float:
    """Return the probability that the fastest quarter of the contributors `mine` together meets every proven limit."""
    if not mine.size:
        return 0.0
    top = mine[skill >= np.quantile(skill, 0.75)]
    worst = 1.0
    for m in np.flatnonzero(gate.proven[role]):
        k = gate.shape[role, m]
        failures, expected = gate.failures[top, m].sum(), gate.expected[top, m].sum()
        worst = min(worst, float(gammainc(k + failures, (k + expected) * min(gate.limit[role, m], 1e6))))
    return worst
