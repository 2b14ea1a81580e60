"""The configuration file and the environment: what wins, and what is said of a mistake."""

import re

import pytest

from assets.settings import SettingsError, find_config, load_settings


@pytest.fixture
def config(tmp_path):
    """Return a function that writes a configuration file."""

    def write(text):
        path = tmp_path / "rcmbench.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_there_are_defaults():
    settings = load_settings()
    assert (settings.bands.every_days, settings.office.name) == (90, "My office")


def test_the_file_is_read_and_its_folders_are_relative_to_it(config):
    path = config('home = "h"\ninbox = "in"\n[office]\nname = "North"\ntime_zone = "America/Denver"\n')
    settings = load_settings(path)
    assert (settings.home, settings.inbox) == (path.parent / "h", path.parent / "in")
    assert (settings.office.name, settings.office.time_zone) == ("North", "America/Denver")


def test_the_environment_wins_over_the_file(config, monkeypatch):
    path = config('[office]\nname = "North"\ntime_zone = "America/Denver"\n[bands]\nevery_days = 30\n')
    monkeypatch.setenv("RCMBENCH_OFFICE__TIME_ZONE", "America/Chicago")
    monkeypatch.setenv("RCMBENCH_BANDS__WINDOW_DAYS", "60")
    settings = load_settings(path)
    assert settings.office.time_zone == "America/Chicago"
    assert (settings.office.name, settings.bands.every_days, settings.bands.window_days) == ("North", 30, 60)


def test_an_argument_wins_over_both_and_none_is_no_argument(config, monkeypatch, tmp_path):
    monkeypatch.setenv("RCMBENCH_HOME", str(tmp_path / "env"))
    path = config('home = "file"')
    assert load_settings(path, home=tmp_path / "arg").home == tmp_path / "arg"
    assert load_settings(path, home=None).home == tmp_path / "env"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[office]\ntime_zone = "Mars/Olympus"', "office.time_zone"),
        ('[office]\ncolour = "red"', "office.colour"),
        ("colour = 1", "colour"),
        ("[bands]\nquantiles = [0.9, 0.5, 0.75]", "bands.quantiles"),
        ("[bands]\nmin_contributors = 1", "bands.min_contributors"),
        ("[intake]\nchunk_days = 'many'", "intake.chunk_days"),
        ("[intake]\nfirst_day = 'yesterday'", "intake.first_day"),
        ("[schedule]\ndaily_cron = 'at five'", "schedule.daily_cron"),
        ("[schedule]\nrecalibration_cron = '0 5 * *'", "schedule.recalibration_cron"),
        ("[[sources]]\nfeed = 'shifts'\npattern = '('", "sources"),
        ("[[sources]]\nfeed = 'shifts'\ncolour = 'red'", "sources"),
        ("[[sources]]\nfeed = 'no_such_feed'\npattern = 'x'", "sources"),
        ("[[sources]]\npattern = 'x'", "sources"),
        ("[[sources]]\nfeed = 'shifts'\npattern = 1", "sources"),
        ("[[sources]]\nfeed = 'shifts'\npattern = 'x'\naliases = 'Employee'", "sources"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(config, text, key):
    path = config(text)
    with pytest.raises(SettingsError, match=f"{re.escape(str(path))}: {re.escape(key)}: "):
        load_settings(path)


def test_every_mistake_is_told_at_once(config):
    path = config('[office]\ntime_zone = "Mars/Olympus"\ncolour = 1')
    with pytest.raises(SettingsError) as told:
        load_settings(path)
    assert len(str(told.value).splitlines()) == 2


def test_a_mistake_in_the_environment_is_not_blamed_on_a_file(monkeypatch):
    monkeypatch.setenv("RCMBENCH_BANDS__EVERY_DAYS", "0")
    with pytest.raises(SettingsError, match=r"environment: bands\.every_days"):
        load_settings()


@pytest.mark.parametrize("text", ["[office\nname = 1", "name = "])
def test_text_that_is_not_toml_is_told_with_the_file(config, text):
    path = config(text)
    with pytest.raises(SettingsError, match=f"{re.escape(str(path))}: cannot be read: "):
        load_settings(path)


def test_the_first_folder_that_holds_a_file_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert find_config(None, first, second) is None
    (second / "rcmbench.toml").touch()
    assert find_config(None, first, second) == second / "rcmbench.toml"
    monkeypatch.setenv("RCMBENCH_CONFIG", str(second / "rcmbench.toml"))
    assert find_config(None, first) == second / "rcmbench.toml"
    with pytest.raises(SettingsError, match="no such configuration file"):
        find_config(first / "other.toml", second)


def test_sources_may_stand_in_a_file_of_their_own(tmp_path):
    config = tmp_path / "rcmbench.toml"
    config.write_text('[[sources]]\nfeed = "deposits"\npattern = "a"\n', encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        '[[sources]]\nfeed = "payments"\npattern = "b"\n', encoding="utf-8"
    )
    assert [source["feed"] for source in load_settings(config).sources] == ["deposits", "payments"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[sources]]\nfeed = "deposits"\npattern = "("\n', "sources.toml: source 1, deposits: pattern: "),
        ("[office]\n", r"sources.toml: holds \[\[sources\]\] and nothing else, not: office"),
        ("[[", "sources.toml: cannot be read"),
        ("sources = 3", "sources.toml: "),
    ],
)
def test_a_mistake_in_the_file_of_sources_is_named_with_the_file(tmp_path, text, said):
    config = tmp_path / "rcmbench.toml"
    config.write_text("", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_settings(config)
