"""Reading ahead: the next part of a file is read while the last one is inserted, on the machine's other core.

Belongs here: one thread and one part in waiting, so that memory stays flat and the order what it was. Does not belong here:
reading or inserting. It helps because NumPy, Polars and DuckDB work without Python's lock.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from assets.intake.records import Parsed


def ahead(parts: Generator[Parsed, None, None]) -> Iterator[Parsed]:
    """Yield the parts, each one made while the one before it is in use.

    What the parts raise is raised here, in its place. Whoever stops early waits for the part that is being made; then the
    parts are closed.
    """
    with closing(parts), ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as reader:
        waiting = reader.submit(next, parts, None)
        while (part := waiting.result()) is not None:
            waiting = reader.submit(next, parts, None)
            yield part
