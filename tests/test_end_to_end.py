"""From raw files to published bands, held against the truth that the simulation wrote beside the files."""

import csv
import math
from statistics import median

import pytest

from assets.sample.office import OfficeSize, write_office
from assets.settings import load_settings
from pipelines.published import published_bands
from pipelines.runs import load

SIZE = OfficeSize(days=44, claims_per_day=150, staff=48)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Load an office of six weeks once, and return its published bands beside the true ones."""
    root = tmp_path_factory.mktemp("truth")
    write_office(root, SIZE)
    settings = load_settings(root / "rcmbench.toml", home=root / "home", inbox=root / "inbox")
    outcome = load(settings)
    assert outcome.success
    with (root / "truth" / "bands.csv").open(encoding="utf-8") as file:
        truth = {(row["role"], row["complexity"]): row for row in csv.DictReader(file)}
    return published_bands(settings), truth


def errors(office, level, quantile):
    """Return, per role, the log of published over true value, over the cells that are shown."""
    bands, truth = office
    found = {}
    for row in bands.iter_rows(named=True):
        if row[level] is not None:
            true = float(truth[row["role"], row["complexity"]][quantile])
            found.setdefault(row["role"], []).append(math.log(row[level] / true))
    return found


def test_the_published_bands_lie_near_the_true_ones(office):
    for level, quantile in (("acceptable", "p50"), ("strong", "p75")):
        found = errors(office, level, quantile)
        # Plain quantiles neither take out the ramp of new people nor the worker who games: no closer than this.
        assert len(found) == 6
        for role, gaps in found.items():
            assert abs(median(gaps)) < 0.25, (role, level)
        assert abs(median([gap for gaps in found.values() for gap in gaps])) < 0.08, level


def test_hard_work_has_lower_bands_than_easy_work(office):
    bands, _ = office
    for role in bands["role"].unique():
        shown = {
            row["complexity"]: row["acceptable"] for row in bands.iter_rows(named=True) if row["role"] == role
        }
        values = [shown[tier] for tier in ("low", "medium", "high") if shown[tier] is not None]
        assert values == sorted(values, reverse=True), role
