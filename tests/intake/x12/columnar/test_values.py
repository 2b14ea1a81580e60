"""Amounts and days of many elements at once are those that the plain reader finds one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.intake.x12.columnar.tokens import Tokens
from assets.intake.x12.columnar.values import amounts, days
from assets.intake.x12.delimiters import Delimiters
from assets.intake.x12.values import Days, Scaled

USED = Delimiters("*", ":", "~")
EDGES = (
    *("0", "39.00", "1745.5", "12345.67", "123456.78", "12345678", "123456789", "-39.00", "+5", "5.", ".5"),
    *(".", "-", "-.", "1.2.3", "1..2", "0.005", "0.0049", "99999.995", "1:2", "1e3", "/.00", "3;9", "é1.00"),
    *("٣", "00000.01", "1.234", "1.2345", "12345.678", "1234.5678", "9" * 15, "9" * 16, " 7", "7 7"),
)


def _read(texts, reader, *args):
    tokens = Tokens(("~".join(f"XX*{text}" for text in texts) + "~").encode(), USED)
    return reader(tokens, tokens.element(np.arange(len(texts)), 1), *args)


@pytest.mark.parametrize("places", [2, 3])
@given(
    texts=st.lists(st.sampled_from(EDGES) | st.from_regex(r"-?\d{0,9}\.?\d{0,4}", fullmatch=True), min_size=1)
)
@settings(max_examples=60, deadline=None)
def test_amounts_are_exact(places, texts):
    texts = [*texts, *EDGES]
    found = _read(texts, amounts, Scaled(places), places)
    expected = [Scaled(places)[text.strip()] for text in texts]
    assert found.known.tolist() == [value is not None for value in expected]
    assert found.values.tolist() == [value or 0 for value in expected]
    assert found.given.tolist() == [text.strip() != "" for text in texts]


DAYS = (
    "20240229",
    "20230229",
    "19000101",
    "20991231",
    "21000101",
    "18991231",
    "20241301",
    "2024-1-1",
    "240102",
    "20240100",
)


@given(
    texts=st.lists(
        st.sampled_from(DAYS) | st.from_regex(r"20[0-9]{6}(-20[0-9]{6})?", fullmatch=True), min_size=1
    )
)
@settings(max_examples=60, deadline=None)
def test_days_are_those_of_the_calendar(texts):
    first, last = _read(texts, days, Days())
    both = [Days().span(text) for text in texts]
    for found, expected in ((first, [one for one, _ in both]), (last, [other for _, other in both])):
        assert found.known.tolist() == [day is not None for day in expected]
        assert found.values.tolist() == [day.toordinal() - 719_163 if day else 0 for day in expected]
