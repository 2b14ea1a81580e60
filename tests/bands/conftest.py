"""Small observation frames to build on."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from assets.bands.config import BandConfig
from assets.bands.frame import SCHEMA
from assets.bands.rows import make_rows

AS_OF = date(2026, 3, 31)
COUNTS = ("qa_n", "qa_ok", "edit_n", "edits", "adj_n", "denials", "rework_n", "reworks")


def _observations(
    rates,
    *,
    role="coder",
    complexity="low",
    days=40,
    active=60.0,
    friction=0.0,
    last=AS_OF,
    weight=1.0,
    prefix="w",
):
    """Return one row per worker and day: worker i finishes rates[i] units a day."""
    rows = [
        {
            "date": last - timedelta(days=day),
            "worker_id": f"{prefix}{number}",
            "role": role,
            "system_id": "ehr",
            "complexity": complexity,
            "tenure_days": 400,
            "units": units,
            "case_weight": weight,
            "active_min": active,
            "idle_min": 5.0,
            "friction_min": friction,
            **dict.fromkeys(COUNTS, 0),
        }
        for number, units in enumerate(rates)
        for day in range(days)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _office(
    skills,
    *,
    role="coder",
    tiers=(1.5, 1.0, 0.6),
    history=365,
    window=90,
    per_hour=200.0,
    hours=2.0,
    pace=lambda _: 1.0,
    tenure=2000,
    share=lambda _: 1.0,
    system="ehr",
    prefix="w",
    noise=None,
    checks=0,
    failures=0.0,
):
    """Return weekday rows of history and window for workers of given skill multiples, on low, medium and high work.

    `pace` and `share` are factors of the date and of the days in the role (`tenure` on the as-of date). Units are
    rounded expectations, or Poisson draws with the seed `noise`. `tiers` may leave complexities out with None. `checks`
    units a row are audited and checked for rework, of which the share `failures` (times the tier's inverse) fails.
    """
    generator = None if noise is None else np.random.default_rng(noise)
    days = [AS_OF - timedelta(days=back) for back in range(history + window)]
    rows = []
    for number, skill in enumerate(skills):
        for day in (d for d in days if d.weekday() < 5):
            held = tenure - (AS_OF - day).days
            if held < 0:
                continue
            for complexity, tier in zip(("low", "medium", "high"), tiers, strict=True):
                if tier is None:
                    continue
                mean = skill * tier * per_hour * hours * pace(day) * share(held)
                units = round(mean) if generator is None else int(generator.poisson(mean))
                bad = round(checks * failures / tier)
                rows.append(
                    (day, f"{prefix}{number:02d}", role, system, complexity, held, units, 1.0, 60 * hours, 0.0, 0.0,
                     checks, checks - bad, 0, 0, 0, 0, checks, bad)
                )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.fixture
def observations():
    return _observations


@pytest.fixture(scope="session")
def office():
    return _office


@pytest.fixture(scope="session")
def arrays():
    """Turn a frame into the arrays that the steps read."""

    def make(frame, config=None):
        return make_rows(frame, AS_OF, config or BandConfig())[0]

    return make


@pytest.fixture(scope="session")
def as_of():
    return AS_OF


@pytest.fixture(scope="session")
def team():
    """Twelve skills around 1, evenly spread on the log scale."""
    return np.exp(np.linspace(-0.4, 0.4, 12)).tolist()
