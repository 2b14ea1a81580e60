"""Counts with their noun: '1 file', '1,204 records'.

Belongs here: the one place where a number decides between one and several. Does not belong here: how the report rounds
(`report/words.py`).
"""

from __future__ import annotations


def many(number: int, one: str, several: str = "") -> str:
    """Return a count with what is counted; `several` where it is not `one` with an s, as in 'cell holds' and 'cells hold'."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
