"""The quantile, against numbers worked out by hand and against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.bands.quantile import bootstrap_interval, four_digits, quantiles

P = (0.5, 0.75, 0.9)


def test_quantiles_equal_the_numbers_worked_out_by_hand():
    # n = 5: places 2, 3 and 3.6 from zero, so 30, 40 and 40 + 0.6 * (80 - 40).
    assert quantiles(np.array([80.0, 10, 40, 30, 20]), P).tolist() == pytest.approx([30, 40, 64])
    # n = 4: places 1.5, 2.25 and 2.7.
    assert quantiles(np.array([1.0, 2, 4, 8]), P).tolist() == pytest.approx([3, 5, 6.8])


def test_one_value_is_every_quantile():
    assert quantiles(np.array([7.0]), (0, 0.5, 1)).tolist() == [7, 7, 7]


def test_the_ends_are_the_least_and_the_greatest():
    assert quantiles(np.array([3.0, 1, 2]), (0, 1)).tolist() == [1, 3]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0, 1))
def test_quantiles_agree_with_numpy(values, p):
    expected = np.quantile(np.array(values), p, method="linear")
    assert quantiles(np.array(values), (p,))[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_quantiles_never_cross(values):
    found = quantiles(np.array(values), P)
    assert found[0] <= found[1] <= found[2] <= max(values)


def test_quantiles_of_a_matrix_are_those_of_its_rows():
    matrix = np.arange(12.0).reshape(3, 4) ** 2
    assert quantiles(matrix, P).tolist() == [quantiles(row, P).tolist() for row in matrix]


@pytest.mark.parametrize(
    ("values", "p", "problem"),
    [([], (0.5,), "at least one"), ([1.0, np.nan], (0.5,), "finite"), ([1.0], (1.5,), "inside")],
)
def test_impossible_questions_are_refused(values, p, problem):
    with pytest.raises(ValueError, match=problem):
        quantiles(np.array(values), p)


def test_the_interval_is_the_same_for_a_seed_and_another_for_another():
    rates = np.linspace(10, 30, 25)
    once = bootstrap_interval(rates, P, resamples=300, seed=(1, 2))
    again = bootstrap_interval(rates, P, resamples=300, seed=(1, 2))
    other = bootstrap_interval(rates, P, resamples=300, seed=(1, 3))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_the_interval_encloses_the_point_and_narrows_with_more_workers():
    widths = []
    for n in (8, 80, 800):
        rates = np.exp(np.random.default_rng(5).normal(3, 0.32, n))
        low, high = bootstrap_interval(rates, P, resamples=300, seed=(n,))
        point = quantiles(rates, P)
        assert (low <= point).all()
        assert (point <= high).all()
        widths.append(float((high - low)[0]))
    assert widths[0] > widths[1] > widths[2] > 0


def test_even_a_single_resample_gives_limits_around_the_point():
    rates = np.array([10.0, 20, 30, 40, 80])
    for seed in range(20):
        low, high = bootstrap_interval(rates, P, resamples=1, seed=(seed,))
        assert (low <= quantiles(rates, P)).all()
        assert (high >= quantiles(rates, P)).all()


def test_the_interval_covers_the_true_median_about_nine_times_in_ten():
    generator = np.random.default_rng(11)
    hits = 0
    for trial in range(200):
        low, high = bootstrap_interval(generator.normal(20, 5, 40), (0.5,), resamples=300, seed=(trial,))
        hits += bool(low[0] <= 20 <= high[0])
    assert 0.83 <= hits / 200 <= 0.97


@pytest.mark.parametrize(
    ("value", "published"), [(20.12345, 20.12), (0.0123456, 0.01235), (123456.0, 123500.0), (0.0, 0.0)]
)
def test_four_digits_are_significant_digits(value, published):
    assert four_digits(value) == published
