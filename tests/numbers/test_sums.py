"""Sums of parts, merged in any grouping, against the statistics of all values at once."""

import dataclasses
import pickle
from sys import maxsize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.numbers.histogram import OCTAVE_EDGES, Histogram, bin_edges
from actviz.numbers.order import Order
from actviz.numbers.stats import SignalStats, describe
from actviz.numbers.sums import APPROXIMATE, Asked, Sums

EDGES = (bin_edges(-1.0, 1.0, 30), bin_edges(-0.3, 4.0, 7))
EXACT = (
    *("count", "nonfinite", "min", "max", "zero_fraction", "saturated_fraction"),
    *("dead_unit_fraction", "idle_unit_fraction", "constant"),
)
ROUNDED = ("mean", "std", "rms", "within_unit_std", "between_unit_std", "mean_cosine")


def layer(rng, samples, dtype):
    """Values with an atom at 0, at the upper edge, beyond it, a dead unit and a constant one."""
    x = rng.standard_normal((samples, 6)) * 2 + 0.3
    x[:, 0] = 0.0
    x[:, 1] = np.maximum(x[:, 1], 0.0)
    x[:, 2] = np.minimum(x[:, 2], 1.0)
    x[:, 3] = 0.25
    return x.astype(dtype)


def merged(parts, asked, data):
    sums = [Sums.of(part, asked) for part in parts]
    while len(sums) > 1:
        at = data.draw(st.integers(0, len(sums) - 2))
        sums[at : at + 2] = [sums[at].merge(sums[at + 1])]
    return sums[0]


def check_alike(found, whole, rel=1e-12):
    """Compare statistics of sums with those of all values."""
    for name in EXACT:
        assert getattr(found, name) == getattr(whole, name), name
    size = max(abs(whole.min), abs(whole.max))
    for name in (*ROUNDED, "skewness", "excess_kurtosis", "effective_rank"):
        expected, error = getattr(whole, name), rel * size if name in ROUNDED else 1e-9
        known = None if expected is None else pytest.approx(expected, rel=1e-9, abs=error)
        assert getattr(found, name) == known, name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 10**6),
    sizes=st.lists(st.integers(1, 40), min_size=2, max_size=6),
    odd=st.sampled_from([None, np.nan, np.inf]),
)
def test_any_grouping_gives_counts_exactly_and_sums_within_rounding(dtype, data, seed, sizes, odd):
    rng = np.random.default_rng(seed)
    parts = [layer(rng, samples, dtype) for samples in sizes]
    if odd is not None:
        parts[0][0, 4] = odd
    values = np.concatenate(parts)
    sums = merged(parts, Asked(edges=EDGES, rank_rows=maxsize), data)
    whole = describe(values, rank_rows=maxsize)
    check_alike(sums.stats(), whole)
    for edges, histogram in zip(EDGES, sums.histograms, strict=True):
        assert histogram == Histogram.of(values, edges=edges)
    # Of so few values a bucket holds one: it is within its bucket.
    error = np.abs(np.subtract(sums.stats().quantiles, whole.quantiles))
    assert np.all(error <= 2.0**-9 * np.abs(values[np.isfinite(values)]).max())


@settings(max_examples=30, deadline=None)
@given(data=st.data(), seed=st.integers(0, 10**6), sizes=st.lists(st.integers(1, 40), min_size=2))
def test_gradients_are_counted_by_their_octaves_and_have_a_median(data, seed, sizes):
    rng = np.random.default_rng(seed)
    parts = [np.exp(9 * rng.standard_normal((n, 3))) * rng.integers(-1, 2, (n, 3)) for n in sizes]
    values = np.concatenate(parts)
    asked = Asked(edges=(OCTAVE_EDGES,), gradient=True)
    sums = merged(parts, asked, data)
    assert sums.histograms == (Histogram.of_magnitudes(Order(values)),)
    found, whole = sums.stats(), describe(values, gradient=True)
    assert found.mean_cosine is None
    assert found.median_magnitude == pytest.approx(whole.median_magnitude, rel=2.0**-9)
    assert found.zero_fraction == whole.zero_fraction


def test_what_equals_the_upper_edge_is_in_the_last_bin():
    """Saturated values are many, and beyond the axis nobody sees them."""
    values = np.tanh(100 * np.random.default_rng(0).standard_normal((500, 400)))
    saturated = int((values == 1.0).sum())
    assert saturated > 80_000
    for dtype in (np.float32, np.float64):
        (found,) = Sums.of(values.astype(dtype), Asked(edges=EDGES[:1])).histograms
        assert (found.underflow, found.overflow) == (0, 0)
        assert found.counts[-1] >= saturated
    beyond = np.nextafter(np.ones((2, 3)), 2)
    (found,) = Sums.of(beyond, Asked(edges=EDGES[:1])).histograms
    assert (found.overflow, found.counts.sum()) == (6, 0)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_nothing_overflows_or_underflows_before_the_data_does(scale):
    values = np.random.default_rng(1).standard_normal((300, 5)) + 1
    parts = [values[:100] * scale, values[100:] * scale]
    found = Sums.of(parts[0], Asked()).merge(Sums.of(parts[1], Asked())).stats()
    plain = describe(values)
    for name in ROUNDED[:-1]:
        assert getattr(found, name) == pytest.approx(getattr(plain, name) * scale, rel=1e-12)
    for name in ("skewness", "excess_kurtosis", "mean_cosine"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-9)


def test_only_first_rows_are_ranked_and_they_are_kept_as_they_are():
    values = np.random.default_rng(2).standard_normal((90, 8))
    asked = Asked(rank_rows=50)
    sums = [Sums.of(values[start : start + 30], asked) for start in (0, 30, 60)]
    for found in (sums[0].merge(sums[1]).merge(sums[2]), sums[0].merge(sums[1].merge(sums[2]))):
        expected = describe(values, rank_rows=50).effective_rank
        assert found.stats().effective_rank == pytest.approx(expected, rel=1e-12)


def test_values_that_are_all_0_or_none_of_them_finite():
    asked = Asked(edges=EDGES[:1])
    zero, none = np.zeros((4, 3)), np.full((2, 3), np.nan)
    sums = Sums.of(zero, asked).merge(Sums.of(none, asked))
    found, whole = sums.stats(), describe(np.concatenate([zero, none]))
    for field in dataclasses.fields(SignalStats):
        assert getattr(found, field.name) == getattr(whole, field.name), field.name
    (counted,) = sums.histograms
    assert (counted.n_finite, counted.nonfinite) == (12, 6)
    assert Sums.of(none, asked).stats() == SignalStats(count=0, nonfinite=6)


def test_only_what_is_asked_for_is_summed():
    values = layer(np.random.default_rng(3), 50, np.float64)
    few = Sums.of(values, Asked(statistics=frozenset({"mean", "std"})))
    assert (few.codes, few.directions, few.nonzero, few.covariance) == (None,) * 4
    assert (few.moments.third, few.moments.fourth) == (None, None)
    assert few.merge(few).moments.third is None
    found, whole = few.stats(), describe(values)
    assert (found.mean, found.std) == (pytest.approx(whole.mean), pytest.approx(whole.std))
    left_out = (*APPROXIMATE, "skewness", "excess_kurtosis", "mean_cosine", "dead_unit_fraction")
    assert [getattr(found, name) for name in left_out] == [None] * len(left_out)
    assert few.approximate == ()
    assert Sums.of(values, Asked()).approximate == ("quantiles",)


def test_sums_are_left_as_they_are_by_a_merge_and_survive_a_pickle():
    values = layer(np.random.default_rng(4), 20, np.float32)
    asked = Asked(edges=EDGES, rank_rows=maxsize)
    one, two = Sums.of(values[:8], asked), Sums.of(values[8:], asked)
    before = one.stats(), two.stats()
    both = one.merge(two)
    assert (one.stats(), two.stats()) == before
    again = pickle.loads(pickle.dumps(one)).merge(pickle.loads(pickle.dumps(two)))
    assert again.stats() == both.stats()
    assert again.histograms == both.histograms
