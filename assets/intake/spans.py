"""Stretches of a buffer of bytes as a Polars column of text, without a Python string for any of them.

Belongs here: building Arrow string views over bytes that are already in memory. Does not belong here: finding the
stretches, or decoding: the buffer holds UTF-8, and no span cuts a character in two.

An Arrow string view is 16 bytes: the length, then the text itself up to 12 bytes, else its first 4 bytes, the number of
its data buffer and the offset there (Arrow columnar format, "Variable-size binary view layout").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

INLINE = 12
_BITS = 30
_WINDOW = 1 << _BITS
_VIEW = 16
_WIDTH = _VIEW - INLINE
_ITEM = f"V{_VIEW}"
_KEPT = np.hstack([np.zeros((INLINE + 1, _WIDTH)), np.tril(np.full((INLINE + 1, INLINE), 255), -1)])
_KEPT = _KEPT.astype(np.uint8).view(_ITEM).ravel()
"""Item n keeps the first n of the 12 bytes that follow the length in a view."""


def texts(
    buffer: bytes | NDArray[np.uint8], starts: NDArray[np.integer], ends: NDArray[np.integer], name: str = ""
) -> pl.Series:
    """Return `buffer[start:end]` for every pair as a String series; an empty span is null.

    The buffer is UTF-8 and must not be written to afterwards: spans of more than 12 bytes refer to it, and the series keeps it
    alive. It may be of any size; a span may have at most 2**30 bytes. Raises ValueError for a span that leaves the buffer, runs
    backwards or is longer.
    """
    data = (
        np.frombuffer(buffer, dtype=np.uint8) if isinstance(buffer, bytes) else np.ascontiguousarray(buffer)
    )
    starts, ends = (
        each if each.dtype == np.int32 else np.asarray(each, dtype=np.int64)
        for each in (np.asarray(starts), np.asarray(ends))
    )
    if starts.shape != ends.shape or starts.ndim != 1:
        raise ValueError("starts and ends must be of one length")
    count = len(starts)
    if not count:
        return pl.Series(name, [], dtype=pl.String)
    lengths = ends - starts
    if starts.min() < 0 or ends.max() > len(data) or lengths.min() < 0 or lengths.max() > _WINDOW:
        raise ValueError(f"a span leaves the buffer, runs backwards or is longer than {_WINDOW} bytes")
    filled = lengths > 0
    validity = None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little"))
    views = _views(data, starts, lengths)
    array = pa.Array.from_buffers(
        pa.string_view(), count, [validity, pa.py_buffer(views), *_windows(data)], count - int(filled.sum())
    )
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)  # noqa: S101 - an array gives a series; this tells the type checker
    return series.alias(name)


def _views(
    data: NDArray[np.uint8], starts: NDArray[np.integer], lengths: NDArray[np.integer]
) -> NDArray[np.uint32]:
    """Return the views as rows of four little-endian words."""
    views = _items(data, starts, lengths > 0)
    views &= _words(_KEPT[np.minimum(lengths, INLINE)])
    views[:, 0] = lengths
    long = np.flatnonzero(lengths > INLINE)
    if len(long):
        where = starts[long]
        views[long, 2] = where >> _BITS
        views[long, 3] = where & (_WINDOW - 1)
    return views


def _words(items: NDArray[np.void]) -> NDArray[np.uint32]:
    words: NDArray[np.uint32] = items.view("<u4").reshape(-1, _VIEW // 4)
    return words


def _items(
    data: NDArray[np.uint8], starts: NDArray[np.integer], filled: NDArray[np.bool_]
) -> NDArray[np.uint32]:
    """Return the 16 bytes from four before each start on; anything for what is not filled, and beyond the buffer."""
    if len(data) < _VIEW:
        data = np.concatenate([data, np.zeros(_VIEW, dtype=np.uint8)])
    last = len(data) - _VIEW
    # Every byte begins an item of 16 bytes: one gather fetches them all, without a copy of the buffer.
    overlapping = np.ndarray((last + 1,), dtype=_ITEM, buffer=data, strides=(1,))
    items = overlapping[np.clip(starts - _WIDTH, 0, last)]
    near = np.flatnonzero(((starts < _WIDTH) | (starts > last + _WIDTH)) & filled)
    for i in near.tolist():
        head = data[starts[i] : starts[i] + INLINE].tobytes()
        items[i] = np.void(bytes(_WIDTH) + head.ljust(INLINE, b"\0"))
    return _words(items)


def _windows(data: NDArray[np.uint8]) -> list[pa.Buffer]:
    """Return overlapping windows of less than 2**31 bytes, one for every 2**30: offsets in views are 32 bits wide."""
    whole = pa.py_buffer(data)
    size = len(data)
    return [whole.slice(i, min(2 * _WINDOW - 1, size - i)) for i in range(0, size, _WINDOW)]
