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
_KEPT = np.tril(np.full((INLINE + 1, INLINE), 255, dtype=np.uint8), -1).view("<u4")
"""Row n keeps the first n of 12 bytes, as three words of four bytes."""


def texts(
    buffer: bytes | NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], name: str = ""
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
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the views as rows of four little-endian words."""
    views = np.empty((len(starts), 4), dtype="<u4")
    views[:, 0] = lengths
    views[:, 1:] = _heads(data, starts)
    long = lengths > INLINE
    views[:, 1:] &= _KEPT[np.minimum(lengths, INLINE)]
    where = starts[long]
    views[long, 2] = where >> _BITS
    views[long, 3] = where & (_WINDOW - 1)
    return views


def _heads(data: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the 12 bytes from each start on as three words; beyond the end of the buffer anything."""
    if len(data) < INLINE:
        data = np.concatenate([data, np.zeros(INLINE, dtype=np.uint8)])
    last = len(data) - INLINE
    # Every byte begins an item of 12 bytes: one gather fetches them all, without a copy of the buffer.
    overlapping = np.ndarray((last + 1,), dtype=f"V{INLINE}", buffer=data, strides=(1,))
    heads = overlapping[np.minimum(starts, last)].view(np.uint8).reshape(-1, INLINE)
    near = np.flatnonzero(starts > last)
    if len(near):
        tail = np.concatenate([data[last:], np.zeros(INLINE, dtype=np.uint8)])
        heads[near] = tail[(starts[near] - last)[:, None] + np.arange(INLINE)]
    words: NDArray[np.uint32] = heads.view("<u4")
    return words


def _windows(data: NDArray[np.uint8]) -> list[pa.Buffer]:
    """Return overlapping windows of less than 2**31 bytes, one for every 2**30: offsets in views are 32 bits wide."""
    whole = pa.py_buffer(data)
    size = len(data)
    return [whole.slice(i, min(2 * _WINDOW - 1, size - i)) for i in range(0, size, _WINDOW)]
