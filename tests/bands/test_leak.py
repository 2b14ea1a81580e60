"""Work that goes on in logged friction counts as hours, as far as the days of the same people show it; nothing else does."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from assets.bands.calibrate import calibrate
from assets.bands.config import DEFAULT

LOST = 0.4
PEOPLE = 8
CONFIG = replace(DEFAULT, waive_quality=("coder",), bootstrap=50)
DEAF = replace(CONFIG, leak_z=1e9)


def hit(day):
    """Say whether friction was logged: two days of five, another two in every week."""
    return day.toordinal() % 5 < 2


@pytest.fixture(scope="module")
def slow(office):
    """Return coders on a system on which friction is logged, with the share of the pace that goes on in it."""

    def make(leak, *, people=PEOPLE, often=hit, noise=3, prefix="slow", **given):
        frame = office(
            np.exp(np.linspace(-0.3, 0.3, people)).tolist(), per_hour=30.0, noise=noise, system="slow", prefix=prefix,
            pace=lambda day: 1 - (1 - leak) * LOST * often(day), **given,
        )  # fmt: skip
        days = [day for day in frame["date"].unique().to_list() if often(day)]
        return frame.with_columns(
            friction_min=pl.when(pl.col("date").is_in(days)).then(LOST * pl.col("active_min")).otherwise(0.0)
        )

    return make


@pytest.fixture(scope="module")
def two_systems(office, slow):
    """Return the same eight skills on a calm system and on one in which 30 % go on in logged friction."""
    calm = office(np.exp(np.linspace(-0.3, 0.3, PEOPLE)).tolist(), per_hour=30.0, noise=4, prefix="calm")
    return calm.vstack(slow(0.3))


def leaks(frame, as_of, config=CONFIG):
    """Return what was found per system: estimate, error, and what counts."""
    fitted = calibrate(frame, as_of=as_of, config=config).fitted
    return {fitted.rows.systems[one.system]: one for one in fitted.leaks}


def advantage(result):
    """Return by how much the slow system's people stand above their twins, in percent."""
    index = result.attainment.select(pl.col("worker_id").str.head(4), pl.col("index").log())
    means = dict(index.group_by("worker_id").agg(pl.col("index").mean()).iter_rows())
    return 100 * (means["slow"] - means["calm"])


@pytest.mark.parametrize("share", [0.15, 0.3, 0.8, 1.0])
def test_the_share_that_went_on_is_found(slow, as_of, share):
    found = leaks(slow(share), as_of)["slow"]
    assert abs(found.share - share) < 3 * found.error + 1e-9
    assert found.error < 0.04
    assert found.counted == found.share


def test_where_nothing_went_on_the_log_is_believed(slow, as_of):
    frame = slow(0.0)
    found = leaks(frame, as_of)["slow"]
    assert found.counted == 0
    once, deaf = (calibrate(frame, as_of=as_of, config=config) for config in (CONFIG, DEAF))
    assert once.bands.equals(deaf.bands)
    assert once.attainment.equals(deaf.attainment)


def test_nobody_looks_faster_for_going_on_in_logged_minutes(two_systems, as_of):
    believed, measured = (calibrate(two_systems, as_of=as_of, config=config) for config in (DEAF, CONFIG))
    assert advantage(believed) > 4
    assert abs(advantage(measured)) < 1.5


def test_only_the_system_with_the_minutes_is_asked_for_more(two_systems, as_of):
    fitted = calibrate(two_systems, as_of=as_of, config=CONFIG).fitted
    rows = fitted.rows
    calm = rows.system == rows.systems.index("ehr")
    assert (rows.worked[calm] == rows.hours[calm]).all()
    (found,) = fitted.leaks
    assert rows.worked[~calm] == pytest.approx(rows.hours[~calm] + found.counted * rows.lost[~calm])
    # Who worked how long is still told in hours free of friction.
    assert fitted.hours.sum() == pytest.approx(rows.hours[rows.inside & (rows.reason == 0)].sum())


def test_the_same_friction_on_all_days_says_nothing(slow, as_of):
    assert leaks(slow(0.3, often=lambda _: True), as_of) == {}


def test_few_weeks_and_few_people_are_not_enough(slow, as_of):
    fortnights = slow(0.5, often=lambda day: day.toordinal() % 7 == 2 and day.day < 8 and day.month % 2 == 0)
    assert leaks(fortnights, as_of) == {}
    assert leaks(slow(0.5, people=4), as_of) == {}


def test_a_share_without_weight_is_left_alone(slow, as_of):
    found = leaks(slow(0.03), as_of)["slow"]
    assert found.counted == 0


def test_what_went_on_is_told_with_its_interval(two_systems, as_of):
    told = calibrate(two_systems, as_of=as_of, config=CONFIG).diagnostics.friction
    (row,) = told.to_dicts()
    assert row["system_id"] == "slow"
    assert row["low"] < 0.3 < row["high"]
    assert row["counted"] == row["share"]
