"""Order, protection and status of bands."""

from dataclasses import replace

import numpy as np
import pytest

from assets.bands.adopt import (
    Evidence,
    contributors_class,
    in_order,
    levels_shown,
    obstacles,
    status_of,
    withheld,
)
from assets.bands.config import BandConfig

CONFIG = BandConfig()
GOOD = Evidence(
    days=62, people=20, n_eff=20.0, bridges=15, season_known=True, quality_known=True, waived=False, best=0.99, influence=(0.03, 0.03, 0.03),
    rescaled=False, confirmed=False, young=False, again=False,
)  # fmt: skip


def status(evidence, in_cell=20, width=0.1, config=CONFIG):
    back = withheld(evidence, in_cell, config)
    held, provisional = obstacles(evidence, width, config)
    return status_of(back, held, provisional, learning=evidence.days < config.min_days), [
        *back,
        *held,
        *provisional,
    ]


def test_good_evidence_is_adopted_without_a_reason():
    assert status(GOOD) == ("adopted", [])


@pytest.mark.parametrize(
    ("change", "expected", "reason"),
    [
        ({"days": 29}, "learning", "29 of 30 worked days seen"),
        ({"people": 4}, "withheld", "fewer than 5 contributors"),
        ({"people": 0, "present": 9}, "withheld", "too few meet the quality limits"),
        ({"influence": (0.11, 0.11, 0.11)}, "withheld", "one worker moves it too much"),
        ({"again": True}, "held", "two changes of level"),
        ({"young": True}, "held", "change of level too recent"),
        ({"best": 0.7}, "held", "best quarter below the quality limits"),
        ({"season_known": False}, "provisional", "season unknown: no prior year"),
        ({"quality_known": False}, "provisional", "no quality data"),
        ({"rescaled": True}, "provisional", "change of level not confirmed"),
        ({"days": 45}, "provisional", "45 of 60 worked days seen"),
        ({"n_eff": 4.9}, "provisional", "too few contributors to adopt"),
        ({"bridges": 4}, "provisional", "too few workers cross complexities"),
    ],
)
def test_what_is_missing_is_told(change, expected, reason):
    assert status(replace(GOOD, **change))[0] == expected
    assert reason in status(replace(GOOD, **change))[1]


def test_a_wide_interval_and_a_thin_cell_are_not_adopted():
    assert status(GOOD, width=0.26) == ("provisional", ["interval too wide"])
    assert status(GOOD, in_cell=4) == ("withheld", ["fewer than 5 contributors"])


def test_a_waiver_and_a_confirmation_clear_their_reasons():
    assert status(replace(GOOD, quality_known=False, waived=True))[0] == "adopted"
    assert status(replace(GOOD, rescaled=True, confirmed=True))[0] == "adopted"
    assert status(replace(GOOD, rescaled=True), config=replace(CONFIG, confirm_breaks=False))[0] == "adopted"


def test_only_the_levels_that_nobody_moves_alone_are_shown():
    shown = [
        levels_shown(replace(GOOD, influence=i), CONFIG)
        for i in ((0.05, 0.09, 0.1), (0.05, 0.09, 0.12), (0.05, 0.12, 0.09))
    ]
    assert shown == [3, 2, 1]


def test_bands_in_order_stay_as_they_are():
    bands = np.array([[3.0, 3.2, 3.4], [2.5, 2.7, 2.9], [2.0, 2.3, 2.4]])
    assert in_order(bands) == pytest.approx(bands)


def test_bands_out_of_order_are_brought_into_both_orders():
    rng = np.random.default_rng(2)
    for _ in range(30):
        made = in_order(rng.normal(0, 1, (3, 3)))
        assert (np.diff(made, axis=1) > -1e-3).all()
        assert (np.diff(made, axis=0) < 1e-3).all()
    assert in_order(np.array([[1.0, 1, 1], [1.2, 1.2, 1.2], [0, 0, 0]])) == pytest.approx(
        np.array([[1.1, 1.1, 1.1], [1.1, 1.1, 1.1], [0, 0, 0]])
    )


def test_contributors_are_told_in_classes_only():
    sizes = (0, 4, 5, 10, 11, 20, 21)
    assert [contributors_class(n) for n in sizes] == ["<5", "<5", "5-10", "5-10", "11-20", "11-20", ">20"]
