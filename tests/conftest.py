"""A small office, loaded once per session; tests that change something work on a copy.

An end-to-end run costs seconds, so a test asks for `loaded` when it only looks, and for `copied` when it changes things.
"""

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from assets.sample.office import OfficeSize, write_office
from assets.settings import Settings, load_settings
from assets.warehouse import prepare

SIZE = OfficeSize(days=6, claims_per_day=12, staff=12, seed=3)


@dataclass(frozen=True)
class Loaded:
    """A home after its first load: the settings, what the load said, and where the office lies."""

    settings: Settings
    outcome: object
    office: Path


def settings_of(office, home):
    """Return an office's settings with few learning days, so that a short one has bands."""
    settings = load_settings(office / "rcmbench.toml", home=home, inbox=office / "inbox")
    bands = settings.bands.model_copy(update={"learning_days": 2})
    return settings.model_copy(update={"bands": bands})


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith("RCMBENCH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    # A run silences Dagster's logger for the whole process.
    logger = logging.getLogger("dagster")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture
def connection():
    """An empty warehouse in memory."""
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'")
        prepare(opened)
        yield opened


@pytest.fixture(scope="session")
def definitions():
    """Everything that Dagster is told, with the settings as they come; seconds to make, and not to be changed."""
    from pipelines.definitions import build_definitions

    return build_definitions(load_settings())


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """A small synthetic office on disk; not to be changed."""
    out = tmp_path_factory.mktemp("office")
    write_office(out, SIZE)
    return out


@pytest.fixture(scope="session")
def loaded(office, tmp_path_factory):
    """The office after one load; not to be changed."""
    from pipelines.runs import load

    settings = settings_of(office, tmp_path_factory.mktemp("loaded"))
    return Loaded(settings, load(settings), office)


@pytest.fixture
def copied(loaded, tmp_path):
    """A copy of the loaded office that a test may change."""
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    shutil.copytree(loaded.settings.home, home)
    shutil.copytree(loaded.settings.inbox, inbox)
    return loaded.settings.model_copy(update={"home": home, "inbox": inbox})
