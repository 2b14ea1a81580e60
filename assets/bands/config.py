"""How bands are computed: the parameters of the method, and the short hashes that name them in a version row.

Belongs here: parameters with their defaults, their validation, the identity of the method.
Does not belong here: the statistics (`calibrate.py` and its steps) and where the parameters are read from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import pairwise

METHOD_NAME = "histogram bands"
METHOD_VERSION = "3"

# Below five people a quantile says what one of them did.
SMALLEST_GROUP = 5

UNITS: dict[str, str] = {
    "ar_follow_up": "accounts per hour",
    "charge_entry": "claims per hour",
    "coder": "charts per hour",
    "denial_management": "denials per hour",
    "patient_billing": "patient accounts per hour",
    "payment_posting": "payments per hour",
}

THRESHOLDS: dict[str, float] = {"first_pass": 0.08, "edits": 0.18, "denials": 0.15, "reworks": 0.08}
"""Share of units that may fail, per metric, at the reference mix: what passes for acceptable quality."""

RAMP = (0.62, 0.68, 0.74, 0.80, 0.86, 0.91, 0.955, 0.985)
"""Prior share of full speed in the tenure bins below; published ramps start at 60 to 75 % of full speed."""

RAMP_EDGES = (30, 60, 90, 120, 150, 180, 270, 365)
"""First day of the next tenure bin; from 365 days on somebody is a senior."""


@dataclass(frozen=True)
class BandConfig:
    """The parameters of a calibration. Variances are on the log scale; a standard deviation of .05 is about 5 %.

    What is asked for
    `window_days`, `history_days`: calendar days of the window, which ends at the as-of date, and of the history before it.
    `quantiles`: the triple behind acceptable, strong and exceptional, rising, each inside (0, 1).
    `stages`: last day of tenure of every stage but the last.
    `units`: role -> unit of its bands; the roles of the output are exactly these.
    `thresholds`: metric -> share of units that may fail at the reference mix; 'role/metric' overrules it for a role.
    `reference_mix`: shares of low, medium and high work at which the thresholds hold.
    `waive_quality`: roles that may be adopted without any quality data.
    `confirmed_breaks`: roles whose change of level inside the window somebody has confirmed.
    `confirm_breaks`: whether a rescaled break must be confirmed before bands are adopted.

    Who and what counts
    `min_hours`: friction-free hours in the window that a worker needs to contribute and to be judged; `min_cell_hours`: on one
    complexity, to count among those who work it.
    `min_segment_hours`: friction-free hours below which an observation is dropped.
    `min_expected`: expected units below which a worker's cell does not enter the skill model.
    `clock_factor`: hours of a day above this multiple of the worker's own median day mean a clock left running.
    `typo_z`, `typo_ratio`: a row further than this from its expectation, in both respects, is a slipped digit.
    `day_z`: robust z beyond which a worker's day is left out, on both sides.

    Calendar and breaks
    `sweeps`, `rounds`: sweeps of proportional scaling per round, rounds of scaling and cleaning.
    `tilt_prior`: observations that the season of one complexity is shrunk by.
    `season_noise`: standard deviation of one worker's month around the season; a role's own season is shrunk to the firm's by it.
    `outage_drop`, `outage_z`, `outage_people`: an unlogged outage is a day below this ratio, below this z, with this many people.
    `leak_z`, `leak_least`, `leak_weeks`, `leak_people`: logged friction of a system counts as worked in part when the estimated share is
    that many standard errors above 0 and at least that large, from that many weeks with friction and people.
    `break_flag`, `break_rescale`, `break_least`: T to flag, T to rescale (also steps of history), least size to rescale.
    `break_days`: least days on each side; `break_young`: days after a break below which bands are held.

    Skill and distribution
    `skill_prior`: people that the firm's spread of skill weighs in a role's.
    `slope_sd`, `ramp_sd`, `ramp_role_sd`, `omega_sd`, `level_sd`: prior standard deviations of the slopes, the ramp, a role's
    ramp around the firm's, hard work's ramp around easy work's, and the level of history against the window.
    `history_sd`, `ramp_noise`: added noise of history, and of cells on the ramp.
    `em_rounds`: rounds of estimating variances.
    `kernel_prior`: people that the pooled shape weighs against the role's own; `shape_prior`: people that the normal
    shape weighs against the pooled one.
    `gate_pass`, `gate_fail`: probability of meeting every limit from which quality is passed, below which it is failed.
    `gate_multiple`: largest limit on somebody's failures, as a multiple of what the same work usually brings.
    `gate_band`: the same probability that the best quarter of contributors must reach together.

    Interval and adoption
    `bootstrap`: resamples of the workers. `spread_sd`: how far, relatively, the spread of a role may lie from the firm's. `season_se`, `break_se`, `cold_se`: standard errors for an uncertain season,
    a rescaled break, an unknown season.
    `min_contributors`: workers below which a band is withheld, at least 5. `min_days`: worked days of the role
    below which it is still learning; `adopt_days`, `adopt_width`, `adopt_n`, `adopt_bridges`: least worked days, largest half-width
    of acceptable, least effective contributors and least bridging workers of an adopted band.
    `max_influence`: largest change of a band that one worker may cause.
    `judge_se`: standard error of a person's log index above which it is not yet judged.
    Raises ValueError, naming the parameter, when one is out of range.
    """

    window_days: int = 90
    history_days: int = 365
    quantiles: tuple[float, float, float] = (0.5, 0.75, 0.9)
    stages: tuple[int, ...] = (90, 180, 365)
    units: dict[str, str] = field(default_factory=lambda: dict(UNITS))
    thresholds: dict[str, float] = field(default_factory=lambda: dict(THRESHOLDS))
    reference_mix: tuple[float, float, float] = (0.35, 0.40, 0.25)
    waive_quality: tuple[str, ...] = ()
    confirmed_breaks: tuple[str, ...] = ()
    confirm_breaks: bool = True
    min_hours: float = 20.0
    min_cell_hours: float = 5.0
    min_segment_hours: float = 0.15
    min_expected: float = 5.0
    clock_factor: float = 1.4
    typo_z: float = 4.5
    typo_ratio: float = 2.0
    day_z: float = 3.5
    sweeps: int = 12
    rounds: int = 3
    tilt_prior: float = 150.0
    season_noise: float = 0.07
    outage_drop: float = 0.97
    outage_z: float = 3.0
    outage_people: int = 8
    leak_z: float = 2.5
    leak_least: float = 0.05
    leak_weeks: int = 10
    leak_people: int = 5
    break_flag: float = 3.0
    break_rescale: float = 4.5
    break_least: float = 0.05
    break_days: int = 8
    break_young: int = 15
    skill_prior: float = 20.0
    slope_sd: float = 0.08
    ramp_sd: float = 0.15
    ramp_role_sd: float = 0.05
    omega_sd: float = 0.15
    level_sd: float = 0.15
    history_sd: float = 0.05
    ramp_noise: float = 0.06
    em_rounds: int = 12
    kernel_prior: float = 60.0
    shape_prior: float = 60.0
    gate_pass: float = 0.5
    gate_fail: float = 0.2
    gate_band: float = 0.8
    gate_multiple: float = 2.0
    bootstrap: int = 300
    spread_sd: float = 0.15
    season_se: float = 0.015
    break_se: float = 0.02
    cold_se: float = 0.06
    min_contributors: int = SMALLEST_GROUP
    min_days: int = 30
    adopt_days: int = 60
    adopt_width: float = 0.25
    adopt_n: float = 5.0
    adopt_bridges: int = 5
    max_influence: float = 0.10
    judge_se: float = 0.12

    def __post_init__(self) -> None:
        broken = [rule for rule, holds in self._rules().items() if not holds]
        if broken:
            raise ValueError("; ".join(broken))

    def _rules(self) -> dict[str, bool]:
        inside = all(0 < p < 1 for p in self.quantiles)
        rising = all(a < b for a, b in pairwise(self.quantiles))
        positive = (
            "min_hours",
            "min_cell_hours",
            "day_z",
            "typo_z",
            "season_noise",
            "slope_sd",
            "ramp_sd",
            "omega_sd",
            "level_sd",
        )
        return {
            "window_days must be at least 1": self.window_days >= 1,
            "history_days must not be negative": self.history_days >= 0,
            "quantiles must be three": len(self.quantiles) == 3,
            "quantiles must lie inside (0, 1) and rise": inside and rising,
            "stages must rise": bool(self.stages) and all(a < b for a, b in pairwise((0, *self.stages))),
            "thresholds must lie inside (0, 1)": all(0 < t < 1 for t in self.thresholds.values()),
            "reference_mix must be three shares": len(self.reference_mix) == 3
            and abs(sum(self.reference_mix) - 1) < 1e-9,
            **{f"{name} must be above 0": getattr(self, name) > 0 for name in positive},
            "min_segment_hours must not be negative": self.min_segment_hours >= 0,
            f"min_contributors must be at least {SMALLEST_GROUP}": self.min_contributors >= SMALLEST_GROUP,
            "min_days must be at least 1": self.min_days >= 1,
            "bootstrap must be at least 50": self.bootstrap >= 50,
            "gate_multiple must be above 1": self.gate_multiple > 1,
            "gate_fail must lie below gate_pass": 0 < self.gate_fail < self.gate_pass < 1,
            "units must name at least one role, each with a unit": bool(self.units)
            and all(role and unit for role, unit in self.units.items()),
        }

    def window(self, as_of: date) -> tuple[date, date]:
        """Return the first and the last day of the window that ends at `as_of`."""
        return as_of - timedelta(days=self.window_days - 1), as_of

    def stage_names(self) -> tuple[str, ...]:
        """Return the names of the stages, such as '0-90' and '366+'."""
        firsts = (0, *(last + 1 for last in self.stages))
        return (*(f"{a}-{b}" for a, b in zip(firsts, self.stages, strict=False)), f"{firsts[-1]}+")

    def threshold(self, role: str, metric: str) -> float:
        """Return the share of units of a role that may fail a metric at the reference mix."""
        return self.thresholds.get(f"{role}/{metric}", self.thresholds[metric])

    def config_hash(self) -> str:
        """Return 16 hexadecimal digits that change when a parameter changes, and only then."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


DEFAULT = BandConfig()


def method_id() -> str:
    """Return 12 hexadecimal digits that name the method and its version."""
    return hashlib.sha256(f"{METHOD_NAME}/{METHOD_VERSION}".encode()).hexdigest()[:12]
