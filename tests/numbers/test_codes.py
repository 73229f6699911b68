"""Codes: counts by the first bits, held against numpy on all values at once."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz.numbers.codes import MANTISSA, Codes

TOP = {np.float32: float(np.finfo(np.float32).max), np.float64: 2.0**200 - 2.0**150}
TINY = {np.float32: 1e-45, np.float64: 2.0**-200}


def numbers(dtype, least=1, most=60):
    """Finite values that are not 0, those at the ends of the dtype and of buckets among them."""
    some = [1.0, -1.0, 1.5, 2.0, -2.0, 0.99999994, 2.0**-40, TOP[dtype], -TOP[dtype]]
    extremes = st.sampled_from([*some, TINY[dtype], -TINY[dtype]])
    floats = st.floats(-(2.0**99), 2.0**99, width=32).filter(lambda v: abs(v) > 2.0**-99)
    elements = floats | extremes
    return hnp.arrays(dtype, st.integers(least, most), elements=elements)


def counted(values, keys):
    return Codes.counted(values, keys, peak=float(np.abs(values).max()))


some = settings(max_examples=20, deadline=None)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@both
@some
@given(data=st.data())
def test_every_value_is_in_the_bucket_that_holds_it(dtype, data):
    values = data.draw(numbers(dtype))
    codes = Codes.of(values)
    ends = codes.ends()
    for sign, counts in zip((1, -1), codes.counts, strict=True):
        magnitudes = np.abs(values[np.sign(values) == sign]).astype(np.float64)
        places = np.searchsorted(ends, magnitudes, side="right") - 1
        assert np.bincount(places, minlength=counts.size).tolist() == counts.tolist()


@both
@some
@given(data=st.data())
def test_values_below_a_key_are_counted_exactly(dtype, data):
    values = data.draw(numbers(dtype))
    keys = np.concatenate([data.draw(numbers(dtype)), values[:3], np.nextafter(values[:3], 1)])
    keys = np.append(keys, [0.0, np.inf, -np.inf]).astype(dtype)
    codes, below, zeros = counted(values, keys)
    assert zeros == 0
    assert below.tolist() == [(values < key).sum() for key in keys]
    assert codes.counts.tolist() == Codes.of(values).counts.tolist()


@both
@some
@given(data=st.data())
def test_merging_in_any_grouping_gives_the_codes_of_all(dtype, data):
    parts = data.draw(st.lists(numbers(dtype), min_size=2, max_size=5))
    whole = Codes.of(np.concatenate(parts))
    left = Codes.of(parts[0])
    for part in parts[1:]:
        left = left.merge(Codes.of(part))
    right = Codes.of(parts[-1])
    for part in parts[-2::-1]:
        right = Codes.of(part).merge(right)
    for found in (left, right):
        assert (found.low, found.high, found.shift) == (whole.low, whole.high, whole.shift)
        assert found.counts.tolist() == whole.counts.tolist()


@both
@some
@given(data=st.data())
def test_octaves_are_exact(dtype, data):
    values = data.draw(numbers(dtype))
    below, counts = Codes.of(values).octaves(-20, 5)
    edges = np.ldexp(1.0, np.arange(-20, 6))
    magnitudes = np.abs(values.astype(np.float64))
    assert below == (magnitudes < edges[0]).sum()
    assert counts.tolist() == [
        ((magnitudes >= low) & (magnitudes < high)).sum() for low, high in pairwise(edges)
    ]


@both
@some
@given(data=st.data(), zeros=st.integers(0, 5))
def test_a_place_is_told_to_within_a_bucket(dtype, data, zeros):
    values = data.draw(numbers(dtype))
    ordered = np.sort(np.concatenate([values, np.zeros(zeros, dtype)])).astype(np.float64)
    places = np.arange(ordered.size, dtype=np.float64)
    low, high = ordered[0], ordered[-1]
    codes = Codes.of(values)
    found = codes.at(places, zeros=zeros, low=low, high=high)
    # A bucket is 2^-9 of its values wide, and of the smallest ones the last digits that there are.
    width = np.maximum(2.0**-MANTISSA * np.abs(ordered), 2.0**-126 * (dtype is np.float32))
    assert np.all(np.abs(found - ordered) <= width)
    assert np.all((low <= found) & (found <= high))
    assert np.all(found[ordered == 0] == 0)
    middle = np.sort(np.abs(ordered))
    for place in places:
        told = codes.magnitude_at(place, zeros=zeros, largest=middle[-1])
        assert abs(told - middle[int(place)]) <= max(
            2.0**-MANTISSA * middle[int(place)], 2.0**-126 * (dtype is np.float32)
        )


LAWS = {
    "normal": lambda z: z,
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh, saturated": lambda z: np.tanh(3 * z),
    "far from 0": lambda z: 0.5 + 0.0125 * z,
    "very far from 0": lambda z: 1000.0 + z,
    "heavy tails": lambda z: z**3,
    "a sigmoid of nearly 0": lambda z: 0.5 + 1e-4 * z,
    "of float32 a few": lambda z: 0.5 + 1e-6 * z,
    "of float64 a few": lambda z: -1.0 + 1e-11 * z,
    "one far away": lambda z: np.where(np.arange(z.size) == 7, 1e-30, 3.0 + 1e-3 * z),
    "some far away": lambda z: np.where(np.arange(z.size) % 1000, 3.0 + 1e-3 * z, 0.3 * z),
    "of both signs": lambda z: np.sign(z) * (100.0 + 1e-3 * np.abs(z)),
}


@both
@pytest.mark.parametrize("law", LAWS)
def test_quantiles_are_within_a_thousandth_of_the_std(law, dtype):
    values = LAWS[law](np.random.default_rng(0).standard_normal(1 << 18)).astype(dtype)
    if not values.std():
        assert (law, dtype) == ("of float64 a few", np.float32)
        return
    levels = np.array([0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332])
    zeros = int((values == 0).sum())
    parts = np.array_split(values[values != 0], 3)
    codes = Codes.of(parts[0]).merge(Codes.of(parts[1])).merge(Codes.of(parts[2]))
    places = levels * (values.size - 1)
    found = codes.at(places, zeros=zeros, low=float(values.min()), high=float(values.max()))
    exact = np.quantile(values.astype(np.float64), levels)
    std = values.std(dtype=np.float64)
    assert np.abs(found - exact).max() < 1e-3 * std
    middle = codes.magnitude_at((values.size - 1) / 2, zeros=zeros, largest=np.abs(values).max())
    assert abs(middle - np.median(np.abs(values.astype(np.float64)))) < 1e-3 * std


def test_values_at_both_ends_of_the_floats_are_counted_too():
    ends = np.array([5e-324, -5e-324, 1e-310, 1.0, np.finfo(np.float64).max])
    codes, below, _ = counted(ends, np.array([2e-310, 1.0, -1e-320]))
    assert below.tolist() == [3, 3, 0]
    assert codes.counts.sum(axis=1).tolist() == [4, 1]
    places = np.arange(5.0)
    found = codes.at(places, zeros=0, low=-5e-324, high=ends[-1])
    np.testing.assert_allclose(found, np.sort(ends), rtol=2.0**-MANTISSA, atol=1e-308)


def test_codes_survive_a_pickle():
    codes = Codes.of(np.array([1.0, -3.0], np.float32))
    again = pickle.loads(pickle.dumps(codes))
    assert again.counts.tolist() == codes.counts.tolist()
    assert (again.low, again.high) == (codes.low, codes.high)


@both
@some
@given(data=st.data(), zeros=st.integers(1, 9))
def test_zeros_among_the_values_are_passed_over(dtype, data, zeros):
    values = data.draw(numbers(dtype))
    rng = np.random.default_rng(zeros)
    mixed = rng.permutation(np.concatenate([values, rng.choice([0.0, -0.0], zeros).astype(dtype)]))
    keys = np.append(data.draw(numbers(dtype)), [0.0, 1.0, -1.0]).astype(dtype)
    found, below, none = counted(mixed, keys)
    expected, others, _ = counted(values, keys)
    assert none == zeros
    assert (found.low, found.high) == (expected.low, expected.high)
    assert found.counts.tolist() == expected.counts.tolist()
    assert below.tolist() == [(mixed < key).sum() for key in keys]
    assert others.tolist() == [(values < key).sum() for key in keys]


def test_zeros_are_told_from_what_is_next_to_them():
    tiny = np.array([0.0, 5e-324, -1e-320, -0.0, 1.0])
    codes, below, zeros = counted(tiny, np.array([1e-322, 1.0]))
    assert codes.counts.sum(axis=1).tolist() == [2, 1]
    assert (below.tolist(), zeros) == ([4, 4], 2)


@both
def test_of_zeros_alone_there_are_no_codes(dtype):
    keys = np.array([-1.0, 0.0, 1.0], dtype)
    codes, below, zeros = counted(np.array([0.0, -0.0, 0.0], dtype), keys)
    assert (codes, below.tolist(), zeros) == (None, [0, 0, 3], 3)


def test_rounding_leads_to_no_place_between_values_that_are_one():
    value = 0.99999994
    codes = Codes.of(np.full(9, value))
    found = codes.at(np.linspace(0.0, 8.0, 100), zeros=0, low=value, high=value)
    assert set(found.tolist()) == {value}
