"""Voice: a proposal collects feedback, is adopted by itself when nobody disputes it, and by a sign-off when somebody does."""

from datetime import timedelta

import pytest

from assets.bands import voice
from assets.bands.decisions import DecisionError, in_force, standing
from assets.bands.verify import SAME, verify
from assets.bands.versions import decide
from assets.bands.voice import DISPUTED, SUPERSEDED, decide_what_waited, proposals
from assets.settings import SettingsError, load_settings
from tests.bands.offices import LAST, Lenient, recalibrated, rows_of, settings_with, warehouse_with

DAYS = 14
UNTIL = LAST + timedelta(days=DAYS)
OVER = UNTIL + timedelta(days=1)


@pytest.fixture
def year():
    """A year and a window of eight coders."""
    with warehouse_with() as connection:
        yield connection


@pytest.fixture
def settings(tmp_path):
    return settings_with(tmp_path, feedback_days=DAYS)


def proposed(connection, settings, as_of=LAST, today=LAST):
    """Calibrate on a day; the settings ask for feedback."""
    return recalibrated(connection, settings, as_of, today=today).version_id


def wait(connection, settings, today):
    """Do what every load does about proposals; return (decision, reason) by version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(voice, "Examiner", Lenient)
        rows, _ = decide_what_waited(connection, settings, run_id="r", today=today)
    return {row["version_id"]: (row["decision"], row["reason"]) for row in rows.iter_rows(named=True)}


def say(connection, version, kind, *, number=1, role="coder", at="2026-04-02 10:00"):
    connection.execute(
        "insert into intake.feedback (feedback_id, kind, staff_id, role, version_id, given_at, delivery_date) values (?, ?, 's', ?, ?, ?, ?)",
        [f"f{number}", kind, role, version, at, at[:10]],
    )


def test_without_days_for_feedback_the_configuration_adopts_at_once(year, tmp_path):
    version = recalibrated(year, settings_with(tmp_path)).version_id
    assert in_force(year)["coder"][0] == version
    assert proposals(year) == []


def test_a_proposal_is_not_in_force_until_its_days_are_over_and_then_from_the_next_day(year, settings):
    version = proposed(year, settings)
    (row,) = rows_of(year, "bands.decisions")
    assert (row["decision"], row["feedback_until"], row["effective_from"]) == ("proposed", UNTIL, None)
    assert in_force(year) == {}
    assert wait(year, settings, UNTIL) == {}
    assert wait(year, settings, OVER)[version][0] == "adopted"
    assert in_force(year)["coder"][0] == version
    assert rows_of(year, "bands.decisions")[-1]["effective_from"] == OVER + timedelta(days=1)
    assert wait(year, settings, OVER + timedelta(days=9)) == {}


def test_a_version_of_a_past_day_collects_feedback_from_the_day_on_which_people_see_it(year, settings):
    proposed(year, settings, today=LAST + timedelta(days=40))
    (found,) = proposals(year)
    assert found.until == LAST + timedelta(days=40 + DAYS)


def test_an_unresolved_dispute_holds_it_until_somebody_signs_off(year, settings):
    version = proposed(year, settings)
    say(year, version, "dispute")
    assert wait(year, settings, OVER) == {version: ("held", DISPUTED)}
    assert wait(year, settings, OVER + timedelta(days=30)) == {}
    assert in_force(year) == {}
    decide(year, settings, version, "adopted", by="R. Manager", reason="talked it over", today=OVER)
    assert in_force(year)["coder"][0] == version


def test_a_dispute_that_was_taken_back_holds_nothing(year, settings):
    version = proposed(year, settings)
    say(year, version, "dispute")
    say(year, version, "approval", at="2026-04-05 10:00")
    assert wait(year, settings, OVER)[version][0] == "adopted"


@pytest.mark.parametrize(
    ("role", "of", "holds"), [("coders", None, True), ("coder", "another", False), ("coder", "upper", True)]
)
def test_a_misspelt_role_silences_nobody_and_a_dispute_of_another_version_holds_nothing(
    year, settings, role, of, holds
):
    version = proposed(year, settings)
    say(year, {None: version, "another": "0123456789ab", "upper": version.upper()}[of], "dispute", role=role)
    assert wait(year, settings, OVER)[version][0] == ("held" if holds else "adopted")


def test_comments_and_approvals_are_counted_and_hold_nothing(year, settings):
    version = proposed(year, settings)
    for number, kind in enumerate(("comment", "comment", "approval")):
        say(year, version, kind, number=number)
    (found,) = proposals(year)
    assert (found.comments, found.disputes, found.approvals) == (2, 0, 1)
    assert voice.in_words(found, LAST) == (
        f"coder: proposed, collects feedback until {UNTIL}, 2 comments, 0 disputes, 1 approval"
    )
    assert wait(year, settings, OVER)[version][0] == "adopted"


def test_with_sign_off_required_nothing_is_adopted_by_itself(year, tmp_path):
    settings = settings_with(tmp_path, feedback_days=DAYS, adoption="signoff")
    version = proposed(year, settings)
    assert wait(year, settings, OVER) == {}
    assert "waits for a decision" in voice.in_words(proposals(year)[0], OVER)
    decide(year, settings, version, "adopted", by="R. Manager", reason="agreed", today=OVER)
    assert in_force(year)["coder"][0] == version


def test_nobody_can_adopt_before_the_days_are_over_but_hold_it_at_once(year, settings):
    version = proposed(year, settings)
    given = {"by": "R. Manager", "reason": "why", "today": UNTIL}
    with pytest.raises(DecisionError, match=f"collects feedback on coder until {UNTIL}"):
        decide(year, settings, version, "adopted", **given)
    decide(year, settings, version, "held", **given)
    with pytest.raises(DecisionError, match="collects feedback"):
        decide(year, settings, version, "adopted", **given)
    assert wait(year, settings, OVER) == {}


def test_a_provisional_version_collects_feedback_too_and_is_never_adopted_by_itself(settings):
    with warehouse_with(history=0, window=45, skills=6) as connection:
        version = proposed(connection, settings)
        assert [found.meets for found in proposals(connection)] == [False]
        assert wait(connection, settings, OVER) == {}
        decide(connection, settings, version, "adopted", by="R. Manager", reason="agreed", today=OVER, with_provisional=True)  # fmt: skip
        assert in_force(connection)["coder"][0] == version


def test_of_two_proposals_the_newer_one_is_adopted_and_the_older_one_held(year, settings):
    older = proposed(year, settings, LAST - timedelta(days=7), LAST - timedelta(days=7))
    newer = proposed(year, settings)
    assert wait(year, settings, UNTIL) == {older: ("held", SUPERSEDED)}
    assert wait(year, settings, OVER)[newer][0] == "adopted"


def test_what_stood_on_a_day_does_not_change_when_a_proposal_is_adopted_later(year, tmp_path):
    settings = settings_with(tmp_path, feedback_days=3)
    first = proposed(year, settings, LAST - timedelta(days=7), LAST - timedelta(days=7))
    day = LAST - timedelta(days=4)
    then = recalibrated(year, settings, day, today=day)
    assert then.bands["previous_version_id"].drop_nulls().is_empty()
    decide(year, settings, then.version_id, "rejected", by="R. Manager", reason="a trial", today=day)
    wait(year, settings, LAST - timedelta(days=2))
    assert in_force(year)["coder"][0] == first
    again = recalibrated(year, settings, day, today=LAST)
    assert (again.version_id, again.is_new) == (then.version_id, False)
    # The version that was calibrated after the adoption follows it.
    assert standing(year, before=LAST).versions == {"coder": first}
    assert standing(year, before=LAST - timedelta(days=2)).versions == {}
    assert verify(year, settings, then.version_id).outcome == SAME


def test_taking_a_version_out_of_force_does_not_change_what_stood_before(year, tmp_path):
    settings = settings_with(tmp_path)
    version = recalibrated(year, settings, LAST - timedelta(days=7)).version_id
    decide(year, settings, version, "held", by="R. Manager", reason="portal was down", today=LAST)
    assert in_force(year) == {}
    assert standing(year, before=LAST).versions == {"coder": version}


def test_more_days_for_feedback_than_between_calibrations_are_refused(tmp_path):
    (tmp_path / "rcmbench.toml").write_text("[bands]\nfeedback_days = 90\n")
    with pytest.raises(SettingsError, match="feedback_days must be less than every_days"):
        load_settings(tmp_path / "rcmbench.toml")
