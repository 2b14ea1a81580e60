import gc

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake import spans
from assets.intake.spans import texts

PIECES = st.lists(st.text(max_size=30), max_size=12)


def cut(pieces):
    """Return the buffer that the pieces make, and where each of them stands in it."""
    encoded = [piece.encode() for piece in pieces]
    ends = np.cumsum([len(piece) for piece in encoded], dtype=np.int64)
    starts = ends - np.array([len(piece) for piece in encoded], dtype=np.int64)
    return b"".join(encoded), starts, ends


@settings(max_examples=150, deadline=None, derandomize=True)
@given(PIECES)
def test_spans_are_what_slicing_gives_and_empty_ones_are_null(pieces):
    buffer, starts, ends = cut(pieces)
    expected = [piece or None for piece in pieces]
    for given_as in (buffer, np.frombuffer(buffer, dtype=np.uint8)):
        series = texts(given_as, starts, ends, "found")
        assert series.to_list() == expected
        assert (series.dtype, series.name) == (pl.String, "found")
        assert series.null_count() == expected.count(None)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.text(alphabet="ABC", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=20),
)
def test_spans_may_overlap_and_come_in_any_order(text, pairs):
    ordered = [tuple(sorted(min(place, len(text)) for place in pair)) for pair in pairs]
    starts, ends = (np.array([pair[i] for pair in ordered], dtype=np.int64) for i in (0, 1))
    assert texts(text.encode(), starts, ends).to_list() == [text[a:b] or None for a, b in ordered]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(PIECES)
def test_a_large_buffer_is_covered_by_windows(pieces):
    buffer, starts, ends = cut(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_BITS", 7)
        patch.setattr(spans, "_WINDOW", 1 << 7)
        assert texts(buffer, starts, ends).to_list() == [piece or None for piece in pieces]


def test_the_series_keeps_the_buffer_alive():
    def made():
        buffer = bytes(range(65, 91)) * 1000
        return texts(buffer, np.array([0, 26], dtype=np.int64), np.array([26, 25_000], dtype=np.int64))

    series = made()
    gc.collect()
    garbage = [bytes([i % 250]) * 26_000 for i in range(50)]
    assert series[0] == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len(series[1]) == 24_974
    assert set(series[1]) == set(series[0])
    assert len(garbage) == 50


def test_the_series_can_be_worked_with():
    buffer, starts, ends = cut(["short", "a text of more than twelve bytes", "", "short"])
    frame = pl.DataFrame({"found": texts(buffer, starts, ends)})
    counted = frame.group_by("found").len().sort("found", nulls_last=True)
    assert counted.rows() == [("a text of more than twelve bytes", 1), ("short", 2), (None, 1)]


@pytest.mark.parametrize(("starts", "ends"), [([0], [4]), ([-1], [2]), ([2], [1]), ([0, 1], [1])])
def test_a_span_outside_the_buffer_is_refused(starts, ends):
    with pytest.raises(ValueError, match=r"span|length"):
        texts(b"abc", np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
