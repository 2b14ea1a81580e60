"""What a home remembers: the configuration and the inbox of its last load, for commands that are not told."""

import shutil
import subprocess

import pytest

from assets.settings import load_settings
from pipelines.memory import NOTE, moved_from, recall, remember
from pipelines.options import settings_of


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


def _copied(tmp_path, *names):
    (tmp_path / "copy").mkdir()
    for name in names:
        source = tmp_path / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / "copy" / name)
        else:
            shutil.copy(source, tmp_path / "copy" / name)
    return tmp_path / "copy"


def test_a_folder_that_was_copied_whole_has_an_inbox_and_a_configuration_of_its_own(settings, tmp_path):
    remember(settings, tmp_path / "rcmbench.toml")
    copy = _copied(tmp_path, "home", "inbox", "rcmbench.toml")
    assert recall(copy / "home") == (copy / "rcmbench.toml", copy / "inbox")
    assert recall(settings.home) == (tmp_path / "rcmbench.toml", tmp_path / "inbox")
    assert (moved_from(copy / "home"), moved_from(settings.home)) == (settings.home, None)


def test_a_home_that_was_copied_alone_keeps_the_inbox_where_it_is(settings, tmp_path, capsys):
    remember(settings, None)
    copy = _copied(tmp_path, "home")
    assert settings_of(None, copy / "home", None)[0].inbox == settings.inbox
    told = capsys.readouterr().err
    assert f"{copy / 'home'} was {settings.home} at its last run" in told
    assert f"inbox is taken to be {settings.inbox}" in told


def test_a_home_that_was_moved_away_from_everything_says_what_is_gone(settings, tmp_path, capsys):
    remember(settings, None)
    copy = _copied(tmp_path, "home")
    settings.inbox.rmdir()
    settings_of(None, copy / "home", None)
    assert "its inbox is gone: name it with --inbox" in capsys.readouterr().err


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


@pytest.fixture
def beside(settings, tmp_path, monkeypatch):
    """A home that remembers an inbox, asked from a folder with another one, which is called as the default."""
    remember(settings, None)
    here = tmp_path / "here"
    for name in ("inbox", "said", "meant"):
        (here / name).mkdir(parents=True)
    monkeypatch.chdir(here)
    return here


def test_an_inbox_that_is_remembered_beats_a_folder_of_the_default_name(beside, settings):
    assert settings_of(None, settings.home, None)[0].inbox == settings.inbox


def test_what_a_configuration_says_of_the_inbox_beats_what_is_remembered(beside, settings):
    (beside / "rcmbench.toml").write_text('inbox = "said"\n')
    assert settings_of(None, settings.home, None)[0].inbox == beside / "said"
    assert settings_of(None, settings.home, beside / "meant")[0].inbox == beside / "meant"


def test_a_configuration_that_does_not_name_the_inbox_leaves_it_to_memory(beside, settings):
    (beside / "rcmbench.toml").write_text('[office]\nname = "Here"\n')
    assert settings_of(None, settings.home, None)[0].inbox == settings.inbox


def test_what_the_environment_says_of_the_inbox_beats_what_is_remembered(beside, settings, monkeypatch):
    monkeypatch.setenv("RCMBENCH_INBOX", "said")
    assert settings_of(None, settings.home, None)[0].inbox == beside / "said"


def test_without_a_word_and_a_memory_the_inbox_is_the_default(beside, tmp_path):
    assert settings_of(None, tmp_path / "new", None)[0].inbox == beside / "inbox"
