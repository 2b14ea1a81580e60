"""How bands are computed: the parameters of the method, and the short hashes that name them in a version row.

Belongs here: parameters with their defaults, their validation, the identity of the method.
Does not belong here: the statistics (`calibrate.py`, `quantile.py`) and where the parameters are read from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import pairwise

METHOD_NAME = "plain quantiles of worker rates"
METHOD_VERSION = "1"

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


@dataclass(frozen=True)
class BandConfig:
    """The parameters of a calibration.

    `window_days`: calendar days of the window, which ends at the as-of date, inclusive.
    `quantiles`: the triple behind acceptable, strong and exceptional, rising, each inside (0, 1).
    `min_hours`: friction-free hours that a worker needs in a cell (role x complexity) to contribute to it.
    `min_segment_hours`: friction-free hours below which an observation is dropped.
    `min_contributors`: workers below which a cell is withheld, at least 5.
    `min_days`: worked days of the role in the window below which it is still learning.
    `bootstrap`: resamples of the workers behind each 90 % interval.
    `units`: role -> unit of its bands; the roles of the output are exactly these.
    Raises ValueError, naming the parameter, when one is out of range.
    """

    window_days: int = 90
    quantiles: tuple[float, float, float] = (0.5, 0.75, 0.9)
    min_hours: float = 5.0
    min_segment_hours: float = 0.15
    min_contributors: int = SMALLEST_GROUP
    min_days: int = 30
    bootstrap: int = 300
    units: dict[str, str] = field(default_factory=lambda: dict(UNITS))

    def __post_init__(self) -> None:
        inside = all(0 < p < 1 for p in self.quantiles)
        rising = all(a < b for a, b in pairwise(self.quantiles))
        rules = {
            "window_days must be at least 1": self.window_days >= 1,
            "quantiles must be three": len(self.quantiles) == 3,
            "quantiles must lie inside (0, 1) and rise": inside and rising,
            "min_hours must be above 0": self.min_hours > 0,
            "min_segment_hours must not be negative": self.min_segment_hours >= 0,
            f"min_contributors must be at least {SMALLEST_GROUP}": self.min_contributors >= SMALLEST_GROUP,
            "min_days must be at least 1": self.min_days >= 1,
            "bootstrap must be at least 50": self.bootstrap >= 50,
            "units must name at least one role, each with a unit": bool(self.units)
            and all(role and unit for role, unit in self.units.items()),
        }
        broken = [rule for rule, holds in rules.items() if not holds]
        if broken:
            raise ValueError("; ".join(broken))

    def window(self, as_of: date) -> tuple[date, date]:
        """Return the first and the last day of the window that ends at `as_of`."""
        return as_of - timedelta(days=self.window_days - 1), as_of

    def config_hash(self) -> str:
        """Return 16 hexadecimal digits that change when a parameter changes, and only then."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


DEFAULT = BandConfig()


def method_id() -> str:
    """Return 12 hexadecimal digits that name the method and its version."""
    return hashlib.sha256(f"{METHOD_NAME}/{METHOD_VERSION}".encode()).hexdigest()[:12]
