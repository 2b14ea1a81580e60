"""Pictures of bands and drift: what they draw, and that they are images a page can show by itself."""

import base64
import re
from datetime import date, timedelta

import polars as pl
import pytest

from assets.pictures import NOTHING_DRAWN, WEEKS, bands_picture, drift_picture


def _band(role="coder", complexity="low", stage="366+", value=3.0):
    limits = ("acceptable", "strong", "exceptional")
    values = {
        f"{name}{suffix}": None if value is None else value + place + shift
        for place, name in enumerate(limits)
        for suffix, shift in (("", 0), ("_low", -0.2), ("_high", 0.3))
    }
    return {"role": role, "complexity": complexity, "stage": stage, "unit": "charts per hour", **values}


def _week(number=0, role="coder", change=0.05):
    known = change is not None
    return {
        "week": date(2026, 3, 2) + timedelta(days=7 * number), "role": role, "complexity": "low", "change": change,
        "change_low": change - 0.1 if known else None, "change_high": change + 0.1 if known else None,
    }  # fmt: skip


def _svg(markdown):
    found = re.fullmatch(r"!\[([^\]]+)\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert found, markdown[:80]
    return base64.b64decode(found[2]).decode()


@pytest.fixture(scope="module")
def drawn():
    """The picture of two roles; the second has values of one stage only, and a withheld cell."""
    rows = [
        _band(),
        _band(stage="0-90", value=2),
        _band("payment_posting", value=9),
        _band("ar_follow_up", value=None),
    ]
    return _svg(bands_picture(pl.DataFrame(rows)))  # fmt: skip


def test_the_picture_of_bands_shows_levels_roles_and_units(drawn):
    for word in ("acceptable", "strong", "exceptional", "Coding (charts per hour)", "Payment posting"):
        assert word in drawn
    assert "366+ days in the role" in drawn


def test_a_withheld_role_is_not_drawn(drawn):
    assert "follow-up" not in drawn


def test_without_values_the_pictures_say_that_there_is_nothing_to_draw():
    assert bands_picture(pl.DataFrame([_band(value=None)])) == NOTHING_DRAWN
    assert drift_picture([_week(change=None)]) == NOTHING_DRAWN
    assert drift_picture([]) == NOTHING_DRAWN


def test_the_picture_of_drift_shows_changes_in_percent_of_the_newest_weeks():
    drawn = _svg(drift_picture([_week(n) for n in range(WEEKS + 2)]))
    assert "Coding" in drawn
    assert re.search(r">\d+%<", drawn)
    assert "2026-03-09" not in drawn
    assert "2026-03-16" in drawn


def test_the_same_rows_draw_the_same_bytes():
    assert drift_picture([_week()]) == drift_picture([_week()])
