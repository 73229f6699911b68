"""Occupied: counts in the buckets that hold values, held against numpy on all values at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.numbers import occupied
from actviz.numbers.codes import Codes

some = settings(max_examples=30, deadline=None)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.fixture(autouse=True, scope="module")
def few():
    """Let eight buckets be many, so that few values show what many do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(occupied, "MOST_BUCKETS", 8)
        patch.setattr("actviz.numbers.codes.MOST_BUCKETS", 8)
        yield


@st.composite
def heaps(draw, dtype):
    """Values close to one another, and a few anywhere."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    middle = draw(st.sampled_from([0.5, -3.0, 1.0, 1e30, 1e-30]))
    spread = draw(st.sampled_from([0.0, 1e-12, 1e-6, 1e-3, 1.0]))
    close = middle * (1 + spread * rng.standard_normal(draw(st.integers(1, 80))))
    far = rng.standard_normal(draw(st.integers(0, 12))) * 10.0 ** rng.integers(-20, 20)
    values = np.concatenate([close, far]).astype(dtype)
    return rng.permutation(values[values != 0])


def places_of(values, shift):
    bits = np.sort(values.view(f"u{values.itemsize}").astype(np.uint64)) >> np.uint64(shift)
    return tuple(each.tolist() for each in np.unique(bits, return_counts=True))


@both
@some
@given(data=st.data())
def test_codes_have_the_buckets_of_all_values_in_any_order_and_grouping(dtype, data):
    parts = data.draw(st.lists(heaps(dtype), min_size=2, max_size=5))
    whole = Codes.of(np.concatenate(parts))
    left = Codes.of(parts[0])
    for part in parts[1:]:
        left = left.merge(Codes.of(part))
    right = Codes.of(parts[-1])
    for part in parts[-2::-1]:
        right = Codes.of(part).merge(right)
    shift, everything = whole._drop(whole.shift), np.concatenate(parts)
    finest = next(
        s for s in range(shift + 1) if s == shift or len(places_of(everything, s)[0]) <= 8
    )
    for codes in (whole, left, right):
        if finest == shift:
            assert codes.occupied is None
        else:
            assert codes.occupied.shift == finest
            found = (codes.occupied.places.tolist(), codes.occupied.counts.tolist())
            assert found == places_of(everything, finest)


@both
@some
@given(data=st.data())
def test_buckets_begin_and_stop_with_floats_that_they_hold(dtype, data):
    values = data.draw(heaps(dtype))
    found = Codes.of(values)._known()
    ordered = np.sort(values).astype(np.float64)
    counts, spans, negative = found.signed()
    begins, stops = np.repeat(spans, counts, axis=1)
    assert np.all((begins <= ordered) & (ordered <= stops))
    assert counts[:negative].sum() == (values < 0).sum()
    if not found.shift:
        assert np.array_equal(begins, stops)
    counts, spans = found.magnitudes()
    begins, stops = np.repeat(spans, counts, axis=1)
    magnitudes = np.sort(np.abs(ordered))
    assert np.all((begins <= magnitudes) & (magnitudes <= stops))
