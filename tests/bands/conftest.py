"""A small observation frame to build on."""

from datetime import date, timedelta

import polars as pl
import pytest

from assets.bands.frame import SCHEMA

AS_OF = date(2026, 3, 31)


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
            **dict.fromkeys(
                ("qa_n", "qa_ok", "edit_n", "edits", "adj_n", "denials", "rework_n", "reworks"), 0
            ),
        }
        for number, units in enumerate(rates)
        for day in range(days)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


@pytest.fixture
def observations():
    return _observations


@pytest.fixture
def as_of():
    return AS_OF
