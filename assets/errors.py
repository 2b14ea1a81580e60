"""The errors that are ours: their messages are sentences written here, hold no values of rows, and may be shown and stored.

Belongs here: the base class, and what may be told of everybody else's errors. Does not belong here: the errors of a module.
"""

from __future__ import annotations

import errno
import os
import re
import traceback

# From the first single quote to the last: a value may hold quotes itself.
_QUOTED = re.compile(r"'.*'", re.DOTALL)


class RcmbenchError(Exception):
    """An error with a message for people."""


def masked(message: str) -> str:
    """Return the first line of a DuckDB message without what stands in single quotes: names stand in double ones."""
    return _QUOTED.sub("'...'", message).partition("\n")[0][:200]


def told(error: BaseException) -> str:
    """Return what may be told of an error that is not ours: its type, the place in our code, DuckDB's masked message.

    Libraries quote in their messages the values that they stumble over; of the operating system's errors its own words are told.
    """
    kind = type(error)
    text = kind.__name__
    if kind.__module__.split(".")[0] in {"duckdb", "_duckdb"}:
        text += f": {masked(str(error))}"
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        text += f": {os.strerror(error.errno)}"
    frames = [
        (frame.filename.replace("\\", "/"), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    ours = [(name.rpartition("/assets/")[2], line) for name, line in frames if "/assets/" in name]
    return f"{text} (assets/{ours[-1][0]}, line {ours[-1][1]})" if ours else text
