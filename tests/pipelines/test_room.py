"""A full disk is told in one sentence, whoever stumbles over it; other errors stay what they are."""

import errno
import shutil
from typing import NamedTuple

import pytest

from assets.warehouse import WarehouseError
from pipelines.lock import only_run
from pipelines.room import FullDiskError, refuse_full


class Usage(NamedTuple):
    """What shutil tells of a disk."""

    total: int
    used: int
    free: int


DUCKDB = 'IOException: Could not write file "w.duckdb": No space left on device (assets/slices.py, line 7)'
SQLITE = "(sqlite3.OperationalError) disk I/O error"


@pytest.fixture
def left(monkeypatch):
    """Return a function that says how much room every disk has left."""

    def say(free):
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**12, 10**12 - free, free))

    return say


def _raised(error):
    """Return what a library makes of an error: one of its own, raised from it."""
    whole = RuntimeError("while writing an event")
    whole.__cause__ = error
    return whole


@pytest.mark.parametrize(
    ("error", "free"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 10**9),
        (OSError(errno.EFBIG, "File too large"), 10**9),
        (WarehouseError(DUCKDB), 10**9),
        (RuntimeError("database or disk is full"), 10**9),
        (RuntimeError(SQLITE), 4096),
    ],
)
@pytest.mark.parametrize("wrap", [_raised, lambda error: error])
def test_a_full_disk_is_told_with_the_folder_and_what_to_do(tmp_path, left, error, free, wrap):
    left(free)
    with pytest.raises(FullDiskError, match="Nothing is lost") as told, only_run(tmp_path / "home"):
        raise wrap(error)
    said = str(told.value)
    assert str(tmp_path / "home") in said
    assert "at least 500 MB, and run again" in said


@pytest.mark.parametrize(
    "error", [RuntimeError(SQLITE), OSError(errno.EACCES, "Permission denied"), ValueError("x")]
)
def test_other_errors_stay_what_they_are(tmp_path, left, error):
    left(10**9)
    with pytest.raises(type(error)) as told, only_run(tmp_path):
        raise error
    assert told.value is error


def test_steps_that_failed_for_want_of_room_end_the_run(tmp_path, left):
    left(10**9)
    refuse_full(tmp_path, ["held: intake.payments: key_has_one_meaning", "unexpected OSError; see the log"])
    with pytest.raises(FullDiskError):
        refuse_full(tmp_path, ["held: intake.payments: key_has_one_meaning", DUCKDB])
    left(4096)
    with pytest.raises(FullDiskError):
        refuse_full(tmp_path, ["unexpected OSError; see the log"])


def test_the_command_ends_with_two_and_one_sentence(command, tmp_path, monkeypatch):
    from pipelines import runs

    def scan(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(runs, "scan", scan)
    said = command("run", "--inbox", tmp_path / "inbox", "--home", tmp_path / "home")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("rcmbench: ")
    assert "the disk is full" in said.err
    assert "Traceback" not in said.err
