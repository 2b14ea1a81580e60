"""What a home remembers: the configuration and the inbox of its last load, for commands that are not told."""

import subprocess

import pytest

from assets.settings import load_settings
from pipelines.memory import NOTE, recall, remember


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "rcmbench.toml").write_text('[office]\nname = "Remembered"\n')
    return load_settings(home=tmp_path / "home", inbox=tmp_path / "inbox")


def test_what_is_noted_is_recalled_from_anywhere(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    relative = settings.model_copy(update={"inbox": settings.inbox.relative_to(tmp_path)})
    remember(relative, (tmp_path / "rcmbench.toml").relative_to(tmp_path))
    monkeypatch.chdir("/")
    assert recall(settings.home) == (tmp_path / "rcmbench.toml", tmp_path / "inbox")


def test_a_home_that_was_told_of_no_configuration_remembers_none(settings):
    remember(settings, None)
    assert recall(settings.home) == (None, settings.inbox)


def test_what_is_no_longer_there_is_forgotten(settings, tmp_path):
    remember(settings, tmp_path / "rcmbench.toml")
    (tmp_path / "rcmbench.toml").unlink()
    settings.inbox.rmdir()
    assert recall(settings.home) == (None, None)


@pytest.mark.parametrize("text", [None, "", "no json", "[]", "{}", '{"inbox": null}'])
def test_a_note_that_cannot_be_read_is_no_note(settings, text):
    settings.home.mkdir()
    if text is not None:
        (settings.home / NOTE).write_text(text)
    assert recall(settings.home) == (None, None)


@pytest.fixture
def known(copied):
    """The copied office, whose home remembers it."""
    config = copied.home.parent / "rcmbench.toml"
    config.write_text('[office]\nname = "Remembered"\n[bands]\nlearning_days = 2\n')
    remember(copied, config)
    return copied


def test_status_sees_the_inbox_and_the_configuration_of_the_last_run(command, known):
    (known.inbox / "2026-03-12").mkdir()
    (known.inbox / "2026-03-12" / "shifts_20260312.csv").write_text("staff_id\nS1\n")
    told = command("status", "--home", known.home, "--json").json
    assert (told["office"], told["waiting_days"]) == ("Remembered", ["2026-03-12"])


def test_what_is_named_wins_over_what_is_remembered(command, known, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('[office]\nname = "Named"\n')
    (tmp_path / "empty").mkdir()
    (known.inbox / "2026-03-12").mkdir()
    (known.inbox / "2026-03-12" / "shifts_20260312.csv").write_text("staff_id\nS1\n")
    arguments = ("--home", known.home, "--config", other, "--inbox", tmp_path / "empty")
    told = command("status", *arguments, "--json").json
    assert (told["office"], "2026-03-12" in told["waiting_days"]) == ("Named", False)


def test_dagster_is_opened_on_the_remembered_office(command, known, monkeypatch):
    seen = {}

    def call(_command, env):
        seen.update(env)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    assert command("ui", "--home", known.home).code == 0
    assert seen["RCMBENCH_INBOX"] == str(known.inbox)
    assert seen["RCMBENCH_HOME"] == str(known.home)
    assert seen["RCMBENCH_CONFIG"] == str(known.home.parent / "rcmbench.toml")
