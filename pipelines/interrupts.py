"""Ctrl-C during a run: noticed whatever Dagster or DuckDB make of it.

Belongs here: hearing the signal. Does not belong here: what is said about it (`loading.py`).
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDING = {int(signal.SIGINT), int(signal.SIGTERM)}
INTERRUPTED = 130
"""Exit code of a command that was interrupted, as shells have it: 128 and the number of SIGINT."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end of the block, or instead of its error, when it was interrupted meanwhile.

    Dagster sets handlers of its own and ends the run as failed, and DuckDB turns the interrupt into an error of its own. So
    it is not their word that counts but Python's: it writes the number of every signal into a socket.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        except Exception:
            if _heard(reader):
                raise KeyboardInterrupt from None
            raise
        finally:
            signal.set_wakeup_fd(before)
        if _heard(reader):
            raise KeyboardInterrupt


def _heard(reader: socket.socket) -> bool:
    try:
        return not _ENDING.isdisjoint(reader.recv(4096))
    except BlockingIOError:
        return False
