"""Skills: apart from mix and tenure, shrunk as far as they are uncertain."""

import numpy as np
import pytest

from assets.bands.calibrate import fit
from assets.bands.config import BandConfig
from assets.bands.ramp import log_ramp, stage_multiplier
from assets.bands.skill import FIXED, GAMMA

CONFIG = BandConfig()


def skills(fitted):
    """Return the log skill of every coder by name, around their mean."""
    found = fitted.skill.fits[fitted.rows.roles.index("coder")]
    names = [fitted.rows.people[p][1] for p in found.people]
    return dict(zip(names, found.skill - found.skill.mean(), strict=True)), found


def test_skills_and_levels_are_recovered(office, arrays, team):
    found, solution = skills(fit(arrays(office(team, history=0)), CONFIG))
    assert [found[f"w{i:02d}"] for i in range(12)] == pytest.approx(np.log(team), abs=0.01)
    levels = solution.unknowns[GAMMA : GAMMA + 3] + solution.skill.mean()
    assert np.exp(levels) == pytest.approx([300, 200, 120], rel=0.01)


def test_people_of_equal_skill_come_out_equal_whatever_they_work_on(office, arrays, team):
    both = office(team, history=0)
    easy, hard = (
        office([1.0], history=0, tiers=t, prefix=p)
        for t, p in (((1.5, None, None), "e"), ((None, None, 0.6), "h"))
    )
    found, _ = skills(fit(arrays(both.vstack(easy).vstack(hard)), CONFIG))
    assert found["e00"] == pytest.approx(found["h00"], abs=0.02)


def test_few_units_are_trusted_less(office, arrays, team):
    crowd = office(team, history=0)
    brief = office([2.0], history=0, window=3, hours=0.16, prefix="brief")
    found, solution = skills(fit(arrays(crowd.vstack(brief)), CONFIG))
    assert 0.2 < found["brief00"] < 0.68
    place = list(found).index("brief00")
    assert solution.error[place] > 1.5 * np.delete(solution.error, place).max()


def test_the_ramp_comes_from_those_who_went_through_it(office, arrays, team):
    def share(held):
        return 1.0 if held >= 180 else 0.5 + 0.5 * held / 180

    seniors = office(team)
    learners = office([0.8, 0.9, 1.0, 1.0, 1.1, 1.25], tenure=400, share=share, prefix="n")
    fitted = fit(arrays(seniors.vstack(learners)), CONFIG)
    found, solution = skills(fitted)
    days = np.array([15, 75, 135, 300])
    ramp = np.exp(log_ramp(solution, days, np.zeros(4, dtype=int)))
    assert ramp == pytest.approx([share(d) for d in days], abs=0.03)
    assert found["n02"] == pytest.approx(np.mean([found["w05"], found["w06"]]), abs=0.03)
    log_multiplier, slope = stage_multiplier(solution, 0, 0, CONFIG)
    assert np.exp(log_multiplier) == pytest.approx(np.mean([share(d) for d in range(91)]), abs=0.03)
    assert slope[FIXED:].sum() == 0
    assert slope.sum() == pytest.approx(1)
    assert stage_multiplier(solution, 3, 0, CONFIG)[0] == 0


def test_without_learners_the_ramp_is_the_published_one(office, arrays, team):
    _, solution = skills(fit(arrays(office(team, history=0)), CONFIG))
    assert np.exp(stage_multiplier(solution, 0, 0, CONFIG)[0]) == pytest.approx(0.68, abs=0.02)


def test_the_level_of_history_does_not_pull_the_window(office, arrays, team):
    past = office(team, history=365, pace=lambda day: 0.8 if day.year == 2025 else 1.0)
    _, solution = skills(fit(arrays(past), CONFIG))
    assert np.exp(solution.unknowns[GAMMA + 1] + solution.skill.mean()) == pytest.approx(200, rel=0.02)
