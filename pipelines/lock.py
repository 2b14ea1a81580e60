"""One run at a time per home: a lock that the operating system drops when the process dies.

Belongs here: the lock of the command line's runs. Does not belong here: DuckDB's own lock, which guards each write.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assets.warehouse import WarehouseBusyError
from pipelines.room import told_when_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Hold the home for one run. Raises WarehouseBusyError at once when another run holds it, FullDiskError when room runs out."""
    with told_when_full(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise WarehouseBusyError(
                f"{home}: another run is going on. Wait for it to end; rcmbench status may be asked meanwhile."
            ) from None
        try:
            yield
        finally:
            lock.release()
