"""Spans to typed values: exact amounts, days, text columns. What is not of the everyday form is read one by one as the plain reader does.

Belongs here: values of many elements at once, equal to those of `x12/values.py`. Does not belong here: where they stand.
Amounts are whole numbers of the last decimal place, days are counted from 1970-01-01; a value that is absent or cannot be
read is 0 and so marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from assets.intake.spans import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from assets.intake.x12.columnar.tokens import Spans, Tokens
    from assets.intake.x12.values import Days, Scaled

_EPOCH = 719_163
_LONGEST = 12
_DAY = 8
_RANGE = 17
_DASH, _DOT, _PLUS = 45, 46, 43
_YEAR, _YEARS = 1900, 200
_WORD, _BITS = 8, 8
_KEPT = np.array([0, *(((1 << 8 * n) - 1) << 8 * (_WORD - n) for n in range(1, _WORD + 1))], dtype=np.uint64)
"""Masks of the last 0 to 8 characters of a word."""
_ZEROS, _SIXES, _THREES = (np.uint64(byte * 0x0101_0101_0101_0101) for byte in (0x30, 0x06, 0x33))


def _calendar() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for every month from January 1900, its first day and how many days it has."""
    months = np.arange((_YEAR - 1970) * 12, (_YEAR + _YEARS - 1970) * 12 + 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return first[:-1], np.diff(first)


_MONTH_BEGINS, _MONTH_DAYS = _calendar()


@dataclass
class Values:
    """Numbers with what is known of them: `given` where the element is not empty, `known` where it could be read."""

    values: NDArray[np.int64]
    known: NDArray[np.bool_]
    given: NDArray[np.bool_]

    @property
    def unreadable(self) -> NDArray[np.bool_]:
        """Where something stands that cannot be read."""
        return self.given & ~self.known

    def at(self, index: NDArray[np.int64]) -> Values:
        """Return the values at the indices; nothing at -1."""
        if not len(self.values):
            none = np.zeros(len(index), dtype=np.bool_)
            return Values(np.zeros(len(index), dtype=np.int64), none, none)
        there = index >= 0
        return Values(
            np.where(there, self.values[index], 0), self.known[index] & there, self.given[index] & there
        )

    def otherwise(self, other: Values) -> Values:
        """Return these values, and the other ones where there is none."""
        return Values(
            np.where(self.known, self.values, other.values),
            self.known | other.known,
            self.given | other.given,
        )


def amounts(tokens: Tokens, spans: Spans, scaled: Scaled, places: int) -> Values:
    """Return decimal numbers as whole numbers of the last of `places` decimals, exactly as `Scaled` does."""
    starts, ends = spans
    lengths = ends - starts
    given = lengths > 0
    values, known = _plain_amounts(tokens, ends, lengths, places)
    for found in (_signed_amounts, _any_amounts):
        others = np.flatnonzero(given & ~known)
        if len(others):
            values[others], known[others] = found(tokens, (starts[others], ends[others]), scaled, places)
    return Values(values, known, given)


def _plain_amounts(
    tokens: Tokens, ends: NDArray[np.integer], lengths: NDArray[np.integer], places: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return numbers of at most eight characters, figures and a dot before the last few; and which ones these are.

    All eight characters are one word, the last one in its highest byte.
    """
    kept = np.clip(lengths, 0, _WORD)
    words = tokens.words(np.maximum(ends - _WORD, 0), "<u8")
    words = (words & _KEPT[kept]) | (_ZEROS & ~_KEPT[kept])
    decimals = np.zeros(len(words), dtype=np.int64)
    for count in range(1, places + 1):
        at = _BITS * (_WORD - 1 - count)
        dotted = ((words >> np.uint64(at)) & np.uint64(255) == _DOT) & (decimals == 0)
        if dotted.any():
            before = np.uint64((1 << at) - 1)
            kept_after = ~np.uint64((1 << at + _BITS) - 1)
            closed = (words & kept_after) | ((words & before) << np.uint64(_BITS)) | np.uint64(ord("0"))
            words[dotted] = closed[dotted]
            decimals[dotted] = count
    known = _figures(words) & (lengths > 0) & (lengths <= _WORD) & (ends >= _WORD)
    values = _quads(words)
    values = (values * np.uint64(10_000) + (values >> np.uint64(32))) & np.uint64(0xFFFF_FFFF)
    return np.where(known, values.astype(np.int64) * 10 ** (places - decimals), 0), known


def _figures(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which words are eight figures: their upper halves are 3, and stay so when 6 is added to the lower ones."""
    uppers = np.uint64(0xF0F0_F0F0_F0F0_F0F0)
    found: NDArray[np.bool_] = (words & uppers) | (((words + _SIXES) & uppers) >> np.uint64(4)) == _THREES
    return found


def _pairs(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the four numbers of two figures in each word of eight, 16 bits each, the first one in the lowest."""
    words = words & np.uint64(0x0F0F_0F0F_0F0F_0F0F)
    return (words * 10 + (words >> 8)) & np.uint64(0x00FF_00FF_00FF_00FF)


def _quads(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the two numbers of four figures in each word of eight, 32 bits each, the first one in the lower half."""
    words = _pairs(words)
    return (words * 100 + (words >> 16)) & np.uint64(0x0000_FFFF_0000_FFFF)


def _signed_amounts(
    tokens: Tokens, spans: Spans, _scaled: Scaled, places: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return numbers of at most twelve characters with or without a minus, and which ones these are."""
    starts, ends = spans
    lengths, buffer = ends - starts, tokens.buffer
    total = np.zeros(len(starts), dtype=np.int64)
    figures, decimals, dots = (np.zeros(len(starts), dtype=np.int8) for _ in range(3))
    strange = lengths > _LONGEST
    for i in range(min(int(lengths.max()), _LONGEST)):
        inside = lengths > i
        byte = np.where(inside, buffer[np.minimum(starts + i, len(buffer) - 1)], _PLUS)
        figure = byte - np.uint8(48)
        is_figure = figure < 10
        total = np.where(is_figure, total * 10 + figure, total)
        figures += is_figure
        decimals += is_figure & (dots > 0)
        dots += byte == _DOT
        odd = inside & ~is_figure & (byte != _DOT)
        strange |= odd if i else odd & (byte != _DASH)
    known = ~strange & (figures > 0) & (dots <= 1) & (decimals <= places)
    values = np.where(known, total * 10 ** np.clip(places - decimals.astype(np.int64), 0, places), 0)
    return np.where(buffer[starts] == _DASH, -values, values), known


def _any_amounts(
    tokens: Tokens, spans: Spans, scaled: Scaled, _places: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return numbers read one by one, and which ones could be read."""
    found = [scaled[tokens.data[first:last].decode()] for first, last in zip(*spans, strict=True)]
    return np.array([value or 0 for value in found]), np.array([value is not None for value in found])


def days(tokens: Tokens, spans: Spans, known_days: Days) -> tuple[Values, Values]:
    """Return both ends of dates and ranges of dates, exactly as `Days.span` does."""
    starts, ends = spans
    lengths = ends - starts
    given = lengths > 0
    ranged = (lengths == _RANGE) & (tokens.buffer[np.minimum(starts + _DAY, len(tokens.buffer) - 1)] == _DASH)
    whole = (lengths == _DAY) | ranged
    first, good = _everyday(tokens, starts, whole)
    last, good_last = _everyday(tokens, np.where(ranged, starts + _DAY + 1, starts), whole)
    good &= good_last
    known_first, known_last = good.copy(), good.copy()
    for i in np.flatnonzero(given & ~good).tolist():
        both = known_days.span(tokens.data[starts[i] : ends[i]].decode())
        for day, values, known in zip(both, (first, last), (known_first, known_last), strict=True):
            values[i], known[i] = (day.toordinal() - _EPOCH, True) if day else (0, False)
    return Values(first, known_first, given), Values(last, known_last, given)


def _everyday(
    tokens: Tokens, starts: NDArray[np.integer], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return dates written CCYYMMDD, and which of them are such dates of 1900 to 2099."""
    words = tokens.words(starts, "<u8")
    good = wanted & _figures(words)
    pairs = _pairs(words).view(np.int64)
    year = (pairs & 255) * 100 + (pairs >> 16 & 255) - _YEAR
    month, day = pairs >> 32 & 255, pairs >> 48
    good &= (year >= 0) & (year < _YEARS) & (month >= 1) & (month <= 12)
    index = np.where(good, year * 12 + month - 1, 0)
    good &= (day >= 1) & (day <= _MONTH_DAYS[index])
    return np.where(good, _MONTH_BEGINS[index] + day - 1, 0), good


def text(tokens: Tokens, spans: Spans) -> pl.Series:
    """Return the spans as text; null where empty."""
    return texts(tokens.buffer, *spans)


def joined(tokens: Tokens, spans: list[Spans]) -> pl.Series:
    """Return the non-empty ones of several spans of each row, joined by ':'; null where all are empty."""
    rows = len(spans[0][0])
    some = np.zeros(rows, dtype=np.bool_)
    for starts, ends in spans:
        some |= ends > starts
    where = np.flatnonzero(some)
    if not len(where):
        return pl.Series([None] * rows, dtype=pl.String)
    found = _stretch(tokens, [(starts[where], ends[where]) for starts, ends in spans])
    index = np.full(rows, -1, dtype=np.int64)
    index[where] = np.arange(len(where))
    return gather(found, index)


def _stretch(tokens: Tokens, spans: list[Spans]) -> pl.Series:
    """Return the non-empty ones of the spans joined by ':': as they stand in the block, if that is what stands there."""
    first, last = spans[0][0], spans[0][1]
    whole = last > first
    for starts, ends in spans[1:]:
        filled = ends > starts
        whole &= ~filled | (starts == last + 1)
        last = np.where(filled, ends, last)
    if whole.all() and tokens.delimiters.component == ":":
        return text(tokens, (first, last))
    frame = pl.DataFrame({str(i): text(tokens, each) for i, each in enumerate(spans)})
    return frame.select(pl.concat_str(pl.all(), separator=":", ignore_nulls=True)).to_series()


def gather(series: pl.Series, index: NDArray[np.int64]) -> pl.Series:
    """Return the values at the indices; null at -1."""
    if not len(series):
        return pl.Series([None] * len(index), dtype=series.dtype)
    places = pl.Series(index)
    return series.gather(places.set(places < 0, None) if (index < 0).any() else places)


def mapped(series: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """Return the changed texts; every distinct one is changed once, and null stays null."""
    values = series.to_list()
    changed = {value: None if value is None else change(value) for value in dict.fromkeys(values)}
    return pl.Series([changed[value] for value in values], dtype=pl.String)


def money(found: Values, places: int) -> pl.Series:
    """Return the values as DECIMAL(18, places); null where unknown."""
    # An Arrow decimal is a 128-bit whole number: the value, and its sign once more in the upper half.
    wide = np.empty((len(found.values), 2), dtype="<i8")
    wide[:, 0] = found.values
    wide[:, 1] = found.values >> 63
    return _series(pa.decimal128(18, places), wide, found.known)


def dates(found: Values) -> pl.Series:
    """Return the values as dates; null where unknown."""
    return _series(pa.date32(), found.values.astype("<i4"), found.known)


def _series(kind: pa.DataType, values: NDArray[np.int64], known: NDArray[np.bool_]) -> pl.Series:
    if not len(known):
        series = pl.from_arrow(pa.array([], type=kind))
    else:
        validity = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
        buffers = [validity, pa.py_buffer(np.ascontiguousarray(values))]
        series = pl.from_arrow(pa.Array.from_buffers(kind, len(known), buffers))
    assert isinstance(series, pl.Series)  # noqa: S101 - an array gives a series; this tells the type checker
    return series
