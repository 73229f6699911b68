"""Moments of units: held against numpy on all values, merged in any grouping."""

from math import ldexp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.numbers.unit_moments import UnitMoments


def of(values):
    finite = values[np.isfinite(values)]
    peak = float(np.abs(finite).max(initial=0.0))
    return UnitMoments.of(values, peak=peak, complete=finite.size == values.size)


def grouped(parts, data):
    """Merge neighbours in an order of hypothesis's own."""
    moments = [of(part) for part in parts]
    while len(moments) > 1:
        at = data.draw(st.integers(0, len(moments) - 2))
        moments[at : at + 2] = [moments[at].merge(moments[at + 1])]
    return moments[0]


@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 10**6),
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    scale=st.sampled_from([1.0, 1e150, 1e-150, 1e300]),
    holes=st.booleans(),
)
def test_merged_moments_are_numpys(data, seed, sizes, scale, holes):
    rng = np.random.default_rng(seed)
    parts = [rng.standard_normal((n, 3)) * 10.0 ** rng.integers(-2, 3) + 2 for n in sizes]
    if holes:
        for part in parts:
            part[rng.random(part.shape) < 0.3] = rng.choice([np.nan, np.inf])
    found = grouped([part * scale for part in parts], data)
    for unit, column in enumerate(np.concatenate(parts).T):
        column = column[np.isfinite(column)]
        assert found.count[unit] == column.size
        if not column.size:
            continue
        factor = ldexp(scale, found.exponent)
        about = column - column.mean()
        size = np.abs(column).max()
        mean = found.mean[unit] / factor
        assert mean == pytest.approx(column.mean(), abs=1e-14 * size * column.size)
        for name, power in (("second", 2), ("third", 3), ("fourth", 4)):
            got = getattr(found, name)[unit] / factor**power
            assert got == pytest.approx((about**power).mean(), abs=1e-12 * size**power)


def test_a_unit_that_varies_in_its_tenth_digit_keeps_that_digit_through_a_merge():
    noise = np.random.default_rng(0).standard_normal((1000, 2))
    values = 1.0 + 1e-10 * noise
    noise = (values - 1.0) / 1e-10  # what is left of it
    found = of(values[:400]).merge(of(values[400:]))
    second = found.second / ldexp(1.0, 2 * found.exponent)
    np.testing.assert_allclose(second, 1e-20 * noise.var(axis=0), rtol=1e-9)


@pytest.mark.parametrize("first", [0.0, 1e-300, 5e-324])
def test_small_values_lose_nothing_to_what_came_before(first):
    """A block of zeros, or of what is next to 0, has no scale of its own to impose."""
    values = np.array([[1e-300], [3e-300]])
    for one, two in ((np.full((2, 1), first), values), (values, np.full((2, 1), first))):
        found = of(one).merge(of(two))
        everything = np.concatenate([one, two]) / 1e-300
        scale = 1e-300 * 2.0**found.exponent
        assert found.mean[0] / scale == pytest.approx(everything.mean())
        assert found.second[0] / scale**2 == pytest.approx(everything.var())


def test_a_part_without_a_finite_value_changes_nothing():
    some, none = np.array([[1.0, 2.0], [4.0, 3.0]]), np.full((3, 2), np.nan)
    for one, two in ((some, none), (none, some)):
        found = of(one).merge(of(two))
        np.testing.assert_array_equal(found.count, [2, 2])
        np.testing.assert_allclose(found.mean * 2.0**-found.exponent, some.mean(axis=0))
        np.testing.assert_allclose(found.second * 4.0**-found.exponent, some.var(axis=0))
