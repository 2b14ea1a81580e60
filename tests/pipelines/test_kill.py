"""A run that is killed anywhere leaves consistent tables, and the next one ends where an undisturbed run ends."""

import os
import random
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from assets.sample.office import OfficeSize, write_office

SIZE = OfficeSize(days=9, claims_per_day=15, staff=12)
ENVIRONMENT = {
    "RCMBENCH_KEY": "a key for tests only",
    "RCMBENCH_BANDS__LEARNING_DAYS": "4",
    "RCMBENCH_BANDS__MIN_HOURS": "0.5",
}
COMMAND = "from pipelines.cli import main; main()"
STAGES = ("intake", "ledger", "measures", "bands")
# What is about the run and not about the office: when a version was stored, and the run's own identity.
OWN_TO_THE_RUN = {"bands.versions": "exclude (known_at)"}


def start(office, home):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", "--inbox", str(office / "inbox"), "--home", str(home)],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(office, home):
    process = start(office, home)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    return out


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


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    root = tmp_path_factory.mktemp("kill")
    write_office(root / "office", SIZE)
    finish(root / "office", root / "home")
    return root


def test_killed_runs_heal(undisturbed, tmp_path):
    rng = random.Random(20261122)
    moments = [
        (rng.randrange(2, 9), rng.random()),
        (rng.randrange(18, 30), 0.2),
        (rng.randrange(30, 44), 0.1),
    ]
    home = tmp_path / "home"
    stopped = [kill_after(undisturbed / "office", home, *moment) for moment in moments]
    assert any(stopped)
    finish(undisturbed / "office", home)
    expected, found = tables(undisturbed / "home"), tables(home)
    assert found.keys() == expected.keys()
    different = [name for name in expected if expected[name] != found[name]]
    assert not different
    assert expected["bands.bands"]
    history = "bands_history.parquet"  # holds the moment at which a version was stored
    wanted, got = published(undisturbed / "home"), published(home)
    assert {n: b for n, b in got.items() if n != history} == {n: b for n, b in wanted.items() if n != history}


def test_a_second_run_changes_nothing(undisturbed):
    home = undisturbed / "home"
    before, files = tables(home), published(home)
    out = finish(undisturbed / "office", home)
    assert "Nothing new in the inbox; nothing changed." in out
    assert tables(home) == before
    assert published(home) == files
