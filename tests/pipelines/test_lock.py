"""The lock of a home: one run at a time, and nobody waits for a dead one."""

import signal
import subprocess
import sys

import pytest

from assets.warehouse import WarehouseBusyError
from pipelines.lock import only_run

HOLD = (
    "import sys\nfrom pathlib import Path\nfrom pipelines.lock import only_run\n"
    "with only_run(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
)


def test_a_second_run_on_a_home_is_refused_and_the_first_goes_on(tmp_path):
    home = tmp_path / "new"
    with only_run(home):
        with pytest.raises(WarehouseBusyError, match="another run is going on"), only_run(home):
            pass
        with pytest.raises(WarehouseBusyError), only_run(home):
            pass
    with only_run(home):
        pass


def test_homes_do_not_wait_for_each_other(tmp_path):
    with only_run(tmp_path / "a"), only_run(tmp_path / "b"):
        pass


def test_a_run_that_fails_lets_go(tmp_path):
    with pytest.raises(KeyboardInterrupt), only_run(tmp_path):
        raise KeyboardInterrupt
    with only_run(tmp_path):
        pass


def test_a_killed_process_lets_go(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WarehouseBusyError), only_run(tmp_path):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with only_run(tmp_path):
        pass
