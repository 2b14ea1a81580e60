"""A run that is killed anywhere leaves consistent tables, and the next one ends where an undisturbed run ends."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import duckdb

from pipelines.runs import load
from tests.homes import settings_of

ENVIRONMENT = {"RCMBENCH_BANDS__LEARNING_DAYS": "2"}
COMMAND = "from pipelines.cli import main; main()"
KILLS = int(os.environ.get("KILLS", "1"))
"""How often the run is killed before it may end; `make kill KILLS=N` asks for more."""

SEED = int(os.environ.get("SEED", "20261124"))
STAGES = ("intake", "ledger", "measures", "bands")
# What is about the run and not about the office: when a version was stored, and the run's own identity.
OWN_TO_THE_RUN = {
    "bands.versions": "exclude (known_at)",
    "bands.decisions": "exclude (decided_at)",
    "bands.drift": "exclude (known_at)",
    "bands.clinicians": "exclude (known_at)",
}


def start(office, home):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", "--inbox", str(office / "inbox"), "--home", str(home)],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_after(office, home, n_stages, delay):
    """Kill the run `delay` seconds after it has told its n-th stage; return whether it was still running."""
    process = start(office, home)
    for number, _ in enumerate(process.stderr, 1):
        if number >= n_stages:
            break
    time.sleep(delay)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return running


def tables(home):
    """Every row of every table, in a stable order."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where list_contains($stages, schema_name) order by 1",
            {"stages": list(STAGES)},
        ).fetchall()
        return {
            name: connection.execute(
                f"select * {OWN_TO_THE_RUN.get(name, '')} from {name} order by all"
            ).fetchall()
            for (name,) in names
        }


def published(home):
    return {path.name: path.read_bytes() for path in sorted((home / "published").glob("*.parquet"))}


def test_killed_runs_heal(loaded, tmp_path):
    # The undisturbed run is the one that every test shares; the same key makes the same pseudonyms.
    office, home, undisturbed = loaded.office, tmp_path / "home", loaded.settings.home
    home.mkdir()
    shutil.copy(undisturbed / "pseudonym.key", home)
    rng = random.Random(SEED)
    moments = [(rng.randrange(2, 44), rng.random() / 4) for _ in range(KILLS)]
    stopped = [kill_after(office, home, *moment) for moment in moments]
    assert any(stopped), f"seed {SEED}"
    # The run that ends is one of this process, which has everything imported already.
    assert load(settings_of(office, home)).success
    expected, found = tables(undisturbed), tables(home)
    assert found.keys() == expected.keys()
    different = [name for name in expected if expected[name] != found[name]]
    assert not different
    assert expected["bands.bands"]
    # The moment at which a version was stored; which slices were held against their suites.
    own = {"bands_history.parquet", "suite_results.parquet"}
    wanted, got = published(undisturbed), published(home)
    assert {n: b for n, b in got.items() if n not in own} == {n: b for n, b in wanted.items() if n not in own}
