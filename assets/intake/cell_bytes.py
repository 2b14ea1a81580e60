"""What the bytes of parsed cells tell of whole columns: which hold a character, which may have to be stripped.

Belongs here: questions to Arrow columns of text, answered from their buffers. Does not belong here: parsing (`regular.py`)
and what cells mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_SPACE, _ASCII = ord(" "), 127


def holding(table: pa.Table, character: bytes) -> list[str]:
    """Return the columns of which a cell holds the character, which is one byte."""
    return [
        name
        for name in table.column_names
        if any((_bytes_of(chunk) == ord(character)).any() for chunk in table.column(name).chunks)
    ]


def with_outer_blanks(table: pa.Table) -> frozenset[str]:
    """Return the columns with a cell that begins or ends with a blank, or with a character that may be one."""
    return frozenset(
        name
        for name in table.column_names
        if any(_has_outer_blanks(chunk) for chunk in table.column(name).chunks)
    )


def _bytes_of(cells: pa.StringArray) -> NDArray[np.uint8]:
    """Return the bytes of all cells, which follow each other."""
    data = cells.buffers()[2]
    return np.zeros(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)


def _has_outer_blanks(cells: pa.StringArray) -> bool:
    text = _bytes_of(cells)
    perhaps = (text <= _SPACE) | (text > _ASCII)
    if not perhaps.any():
        return False
    bounds = np.frombuffer(cells.buffers()[1], dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    filled = bounds[1:] > bounds[:-1]
    return bool(perhaps[bounds[:-1][filled]].any() or perhaps[bounds[1:][filled] - 1].any())
