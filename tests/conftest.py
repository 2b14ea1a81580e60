"""A small office, loaded once per session; tests that change something work on a copy.

An end-to-end run costs seconds, so a test asks for `loaded` when it only looks, and for `copied` when it changes things.
"""

import gc
import logging
import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from assets.sample.office import OfficeSize, write_office
from assets.settings import Settings, load_settings
from assets.warehouse import prepare
from tests.homes import settings_of

SIZE = OfficeSize(days=6, claims_per_day=12, staff=12, seed=3)


@dataclass(frozen=True)
class Loaded:
    """A home after its first load: the settings, what the load said, and where the office lies."""

    settings: Settings
    outcome: object
    office: Path


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


def pytest_configure():
    """Look for garbage less often: models, definitions and suites of the whole project live as long as the process."""
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items):
    """Run what needs a loaded office first: one worker loads it while the others take the rest, and all look at the same."""
    items.sort(key=lambda item: "loaded" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id):
    """Return a function that makes a folder once for all workers: `shared(name, make)` answers what `make(folder)` answered."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent

    def once(name, make):
        folder, kept = root / name, root / f"{name}.pickle"
        with FileLock(root / f"{name}.lock"):
            if not kept.exists():
                folder.mkdir()
                kept.write_bytes(pickle.dumps(make(folder)))
            return folder, pickle.loads(kept.read_bytes())  # noqa: S301 - written above

    return once


@pytest.fixture(scope="session")
def definitions():
    """Everything that Dagster is told, with the settings as they come; seconds to make, and not to be changed."""
    from pipelines.definitions import build_definitions

    return build_definitions(load_settings())


@pytest.fixture(scope="session")
def office(shared):
    """A small synthetic office on disk; not to be changed."""
    folder, _ = shared("office", lambda out: write_office(out, SIZE))
    return folder


@pytest.fixture(scope="session")
def loaded(office, shared):
    """The office after one load; not to be changed."""
    from pipelines.runs import load

    home, outcome = shared("loaded", lambda home: load(settings_of(office, home)))
    return Loaded(settings_of(office, home), outcome, office)


@pytest.fixture
def copied(loaded, tmp_path):
    """A copy of the loaded office that a test may change."""
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    shutil.copytree(loaded.settings.home, home)
    shutil.copytree(loaded.settings.inbox, inbox)
    return loaded.settings.model_copy(update={"home": home, "inbox": inbox})
