"""Counts against a plain loop over Python floats and numpy.histogram; what must always hold."""

import dataclasses
from bisect import bisect_right
from fractions import Fraction
from itertools import chain
from math import inf, isfinite, nan, ulp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz.errors import SpecError
from actviz.numbers.histogram import MAX_BINS, Histogram, bin_edges
from actviz.numbers.order import Order

LARGEST = float(np.finfo(np.float64).max)
TINIEST = 5e-324
some = settings(max_examples=50)

finite = st.floats(allow_nan=False, allow_infinity=False)
edges_strategy = (
    st.lists(finite, min_size=2, max_size=8, unique=True)
    # 0.0 and -0.0 are equal and unique all the same
    .map(lambda items: np.unique(np.array(items) + 0.0))
    .filter(lambda edges: edges.size > 1)
)
narrow = st.floats(-10, 10)
counts_strategy = hnp.arrays(np.int64, 12, elements=st.integers(0, 10**6))
some_counts = st.builds(
    lambda counts, ends: Histogram(
        edges=bin_edges(-3.0, 4.0, 12),
        counts=counts,
        underflow=ends[0],
        overflow=ends[1],
        nonfinite=ends[2],
    ),
    counts_strategy,
    st.tuples(*[st.integers(0, 10**6)] * 3),
)


@st.composite
def values_near(draw, edges, dtype):
    """Any values of a dtype, and the edges, and the values just beside them."""
    with np.errstate(over="ignore"):
        ends = edges.astype(dtype)
    beside = [np.nextafter(ends, dtype(-inf)), ends, np.nextafter(ends, dtype(inf))]
    pool = [float(v) for v in np.concatenate(beside)] + [nan, inf, -inf, 0.0, -0.0]
    width = np.finfo(dtype).bits
    items = st.sampled_from(pool) | st.floats(width=width) | narrow
    return np.array(draw(st.lists(items, max_size=40)), dtype=dtype)


def counted_one_by_one(values, edges):
    """Python's floats hold every float32 and float64, so that nothing here is rounded."""
    ends = [float(edge) for edge in edges]
    counts, below, above, others = [0] * (len(ends) - 1), 0, 0, 0
    for value in map(float, values.ravel()):
        if not isfinite(value):
            others += 1
        elif value < ends[0]:
            below += 1
        elif value > ends[-1]:
            above += 1
        else:
            counts[min(bisect_right(ends, value), len(counts)) - 1] += 1
    return counts, below, above, others


# --- counting -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@some
@given(data=st.data(), edges=edges_strategy)
def test_every_value_is_where_a_plain_loop_puts_it(data, edges, dtype):
    with np.errstate(over="ignore"):
        values = data.draw(values_near(edges, dtype))
    found = Histogram.of(values, edges=edges)
    expected = counted_one_by_one(values, edges)
    assert (found.counts.tolist(), found.underflow, found.overflow, found.nonfinite) == expected
    assert found.underflow + found.counts.sum() + found.overflow + found.nonfinite == values.size
    assert found.n_values == values.size
    assert found.n_finite == np.isfinite(values).sum()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@some
@given(data=st.data(), bins=st.integers(1, 50))
def test_in_range_it_is_numpys_histogram(data, bins, dtype):
    edges = bin_edges(-10.0, 10.0, bins)
    values = data.draw(hnp.arrays(dtype, st.integers(0, 60), elements=st.floats(-10, 10, width=32)))
    found = Histogram.of(values, edges=edges)
    np.testing.assert_array_equal(found.counts, np.histogram(values, bins=edges)[0])
    assert (found.underflow, found.overflow, found.nonfinite) == (0, 0, 0)


def test_a_layer_of_values_is_numpys_histogram():
    values = np.random.default_rng(0).standard_normal((1000, 100))
    edges = bin_edges(-2.0, 3.0, 30)
    found = Histogram.of(values, edges=edges)
    np.testing.assert_array_equal(found.counts, np.histogram(values, bins=edges)[0])
    assert found.underflow == (values < -2).sum()
    assert found.overflow == (values > 3).sum()


def test_an_edge_opens_its_bin_and_the_last_one_closes_the_histogram():
    edges = bin_edges(-1.0, 1.0, 4)
    found = Histogram.of(edges, edges=edges)
    assert found.counts.tolist() == [1, 1, 1, 2]
    assert (found.underflow, found.overflow) == (0, 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_saturated_tanh_is_inside(dtype):
    saturated = np.tanh(np.array([-800.0, 800.0, 800.0], dtype=dtype))
    found = Histogram.of(saturated, edges=bin_edges(-1.0, 1.0, 30))
    assert (found.counts[0], found.counts[-1], found.n_finite) == (1, 2, 3)
    assert (found.underflow, found.overflow) == (0, 0)


def test_float32_values_meet_edges_that_float32_cannot_hold():
    # float32(0.1) is 0.100000001490116…, above 0.1; float32(0.7) is 0.699999988079071…, below.
    values = np.array([0.1, 0.7], dtype=np.float32)
    found = Histogram.of(values, edges=np.array([0.0, 0.1, 0.7, 1.0]))
    assert found.counts.tolist() == [0, 2, 0]
    # As the ends of a range: rounded ends would say the contrary.
    inside = Histogram.of(values, edges=np.array([0.1, 0.7]))
    assert (inside.counts.tolist(), inside.underflow, inside.overflow) == ([2], 0, 0)
    outside = Histogram.of(np.array([0.7, 0.1], dtype=np.float32), edges=np.array([0.7, 0.8]))
    assert (outside.counts.tolist(), outside.underflow) == ([0], 2)


def test_edges_may_lie_beyond_float32():
    values = np.array([-3e38, 0.0, 3e38, inf], dtype=np.float32)
    found = Histogram.of(values, edges=np.array([-1e300, -1e-300, 1e-300, 1e300]))
    assert found.counts.tolist() == [1, 1, 1]
    assert found.nonfinite == 1


def test_edges_may_be_the_largest_floats():
    values = np.array([-LARGEST, 0.0, LARGEST])
    for bins in (1, 2, 30):
        found = Histogram.of(values, edges=bin_edges(-LARGEST, LARGEST, bins))
        assert (found.n_finite, found.underflow, found.overflow) == (3, 0, 0)


def test_minus_zero_is_zero():
    found = Histogram.of(np.array([-0.0, 0.0]), edges=np.array([-1.0, 0.0, 1.0]))
    assert found.counts.tolist() == [0, 2]


@pytest.mark.parametrize("values", [[], np.empty((0, 5)), [nan, inf, -inf]])
def test_nothing_finite_is_a_histogram_of_zeros(values):
    found = Histogram.of(values, edges=bin_edges(0.0, 1.0, 3))
    assert found.counts.tolist() == [0, 0, 0]
    assert found.n_finite == 0
    assert found.nonfinite == np.size(values)
    assert found.shares().tolist() == found.density().tolist() == [0.0, 0.0, 0.0]


def test_a_constant_fills_one_bin():
    found = Histogram.of(np.full((7, 3), 0.4), edges=bin_edges(0.0, 1.0, 5))
    assert found.counts.tolist() == [0, 0, 21, 0, 0]


def test_any_shape_and_integers_are_counted():
    edges = np.array([0.0, 2.0, 4.0])
    cube = np.arange(8.0).reshape(2, 2, 2)
    assert Histogram.of(cube, edges=edges) == Histogram.of(cube.ravel(), edges=edges)
    assert Histogram.of([0, 1, 2, 4, 5], edges=edges).counts.tolist() == [2, 2]
    assert Histogram.of(cube.T[::-1], edges=edges) == Histogram.of(cube, edges=edges)
    assert Histogram.of(3.0, edges=edges).counts.tolist() == [0, 1]


@pytest.mark.parametrize("values", [["1", "2"], [True], [None], [1j]])
def test_what_is_no_number_is_not_counted(values):
    with pytest.raises(SpecError, match=r"^values of a histogram must be numbers"):
        Histogram.of(values, edges=np.array([0.0, 1.0]))


def test_counting_leaves_the_values_alone():
    values = np.array([[3.0, nan], [1.0, 2.0]])
    before = values.copy()
    Histogram.of(values, edges=np.array([0.0, 9.0]))
    np.testing.assert_array_equal(values, before)


# --- merging and rebinning ----------------------------------------------------------------


@some
@given(edges_strategy, st.lists(st.lists(st.floats(), max_size=20), min_size=1, max_size=4))
def test_merged_histograms_are_the_histogram_of_all_values(edges, batches):
    merged = Histogram.of([], edges=edges)
    for batch in batches:
        merged = merged.merge(Histogram.of(np.array(batch, dtype=float), edges=edges))
    assert merged == Histogram.of(np.array(list(chain(*batches)), dtype=float), edges=edges)


@some
@given(some_counts, some_counts, some_counts)
def test_merging_is_associative_and_commutative(a, b, c):
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


def test_other_edges_do_not_merge():
    a = Histogram.of([0.5], edges=bin_edges(0.0, 1.0, 4))
    for edges in (bin_edges(0.0, 1.0, 5), bin_edges(0.0, np.nextafter(1.0, 2.0), 4)):
        with pytest.raises(SpecError, match="different edges"):
            a.merge(Histogram.of([0.5], edges=edges))


@some
@given(some_counts, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_rebinning_keeps_every_value(histogram, factor):
    coarse = histogram.rebin(factor)
    assert coarse.n_bins == 12 // factor
    assert coarse.n_values == histogram.n_values
    assert coarse.edges.tolist() == histogram.edges[::factor].tolist()
    assert coarse.counts.tolist() == [
        int(histogram.counts[i : i + factor].sum()) for i in range(0, 12, factor)
    ]
    assert histogram.rebin(2).rebin(3) == histogram.rebin(6)


@some
@given(st.lists(narrow, max_size=50))
def test_rebinning_is_counting_over_fewer_edges(values):
    edges = bin_edges(-5.0, 7.0, 12)
    fine = Histogram.of(np.array(values), edges=edges)
    assert fine.rebin(4) == Histogram.of(np.array(values), edges=edges[::4])


@pytest.mark.parametrize("factor", [0, -1, 5, 24])
def test_a_factor_must_divide_the_bins(factor):
    with pytest.raises(SpecError, match=r"^factor must divide the 12 bins"):
        Histogram.of([], edges=bin_edges(0.0, 1.0, 12)).rebin(factor)


# --- shares and density -------------------------------------------------------------------


def test_shares_are_of_all_finite_values():
    found = Histogram.of([0.1, 0.2, 0.9, 5.0, -5.0, nan], edges=bin_edges(0.0, 1.0, 2))
    assert found.shares().tolist() == [2 / 5, 1 / 5]
    assert found.density().tolist() == [4 / 5, 2 / 5]


def test_density_is_that_of_a_known_law():
    # A million values of U(0, 1): each of 4 unequal bins holds its width, to five standard errors.
    n, edges = 10**6, np.array([0.0, 0.1, 0.3, 0.6, 1.0])
    density = Histogram.of(np.random.default_rng(0).random(n), edges=edges).density()
    width = np.diff(edges)
    error = np.sqrt(width * (1 - width) / n) / width
    assert np.all(np.abs(density - 1) < 5 * error)


@some
@given(some_counts.filter(lambda h: h.n_finite > 0))
def test_density_integrates_to_the_share_inside(histogram):
    inside = int(histogram.counts.sum()) / histogram.n_finite
    area = float(np.sum(histogram.density() * np.diff(histogram.edges)))
    # 12 quotients, 12 products and 12 terms, each rounded once.
    assert area == pytest.approx(inside, rel=36 * np.finfo(float).eps)


@pytest.mark.parametrize("edges", [[-LARGEST, LARGEST], [0.0, TINIEST]])
def test_density_of_a_bin_beyond_all_scales_gives_no_warning(edges):
    found = Histogram(edges=np.array(edges), counts=np.array([1])).density()
    assert found.tolist() == [0.0 if edges[1] > 1 else inf]


# --- edges --------------------------------------------------------------------------------

ends = st.tuples(finite, finite).map(sorted).filter(lambda pair: pair[0] < pair[1])


@some
@given(ends, st.integers(1, 200))
def test_edges_are_equally_spaced(pair, bins):
    low, high = pair
    if Fraction(high) - Fraction(low) < 4 * bins * Fraction(ulp(max(abs(low), abs(high)))):
        return  # about as many bins as there are floats: see the test of narrow ranges
    edges = bin_edges(low, high, bins)
    assert (edges[0], edges[-1], edges.shape) == (low, high, (bins + 1,))
    assert np.all(edges[1:] > edges[:-1])
    # share, 1 - share, two products and a sum: at most five roundings of at most the larger end.
    step = Fraction(5) * Fraction(ulp(max(abs(low), abs(high))))
    for i, edge in enumerate(edges.tolist()):
        exact = Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(i, bins)
        assert abs(Fraction(edge) - exact) <= step


def test_edges_over_everything_that_is_finite():
    assert bin_edges(-LARGEST, LARGEST, 2).tolist() == [-LARGEST, 0.0, LARGEST]
    assert bin_edges(0.0, 4 * TINIEST, 4).tolist() == [i * TINIEST for i in range(5)]
    assert bin_edges(0, 1, MAX_BINS).size == MAX_BINS + 1
    assert bin_edges(0, 1, np.int32(4)).tolist() == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize("bins", [0, -1, 10_001, 10**9, 10**40, 1.0, "3", True, None])
def test_wrong_bins(bins):
    with pytest.raises(SpecError, match=r"^bins must be an integer from 1 to 10000"):
        bin_edges(0.0, 1.0, bins)


@pytest.mark.parametrize("pair", [(1, 1), (2, 1), (nan, 1), (0, nan), (-inf, 0), (0, inf)])
def test_wrong_ranges(pair):
    with pytest.raises(SpecError, match=r"^range must be two finite numbers, low < high"):
        bin_edges(*pair, 3)


def test_a_range_without_room_for_its_bins():
    assert bin_edges(1.0, np.nextafter(1.0, 2.0), 1).size == 2
    with pytest.raises(SpecError, match="too narrow for 30 bins"):
        bin_edges(1.0, np.nextafter(1.0, 2.0), 30)


# --- a value ------------------------------------------------------------------------------

GOOD = {"edges": [0.0, 1.0, 2.0], "counts": [3, 4], "underflow": 1, "overflow": 2, "nonfinite": 5}
BAD = [
    {"edges": [0.0, 1.0]},
    {"edges": [0.0, 1.0, 2.0, 3.0]},
    {"edges": []},
    {"edges": [[0.0, 1.0, 2.0]]},
    {"edges": [0.0, 1.0, 1.0]},
    {"edges": [0.0, 2.0, 1.0]},
    {"edges": [0.0, 1.0, nan]},
    {"edges": [0.0, 1.0, inf]},
    {"edges": ["0", "1", "2"]},
    {"edges": [None, 1.0, 2.0]},
    {"edges": "012"},
    {"edges": None},
    {"counts": [3]},
    {"counts": []},
    {"counts": [[3, 4]]},
    {"counts": [3, -1]},
    {"counts": [3.0, 4.5]},
    {"counts": ["3", "4"]},
    {"counts": [True, False]},
    {"counts": [3, None]},
    {"counts": [3, 2**63]},
    {"counts": [3, 10**30]},
    {"counts": 7},
    *(
        {name: value}
        for name in ("underflow", "overflow", "nonfinite")
        for value in (-1, 1.0, 1.5, "1", True, None, nan)
    ),
]


def test_a_good_histogram_is_read():
    found = Histogram(**GOOD)
    assert found.to_dict() == GOOD
    assert (found.n_bins, found.n_finite, found.n_values) == (2, 10, 15)


@pytest.mark.parametrize("change", BAD, ids=repr)
def test_a_bad_histogram_is_refused(change):
    with pytest.raises(SpecError) as caught:
        Histogram(**GOOD | change)
    assert len(str(caught.value).splitlines()) == 1


def test_numpy_counts_become_plain_integers():
    found = Histogram(**GOOD | {"underflow": np.int32(1), "counts": np.array([3, 4], np.uint8)})
    assert found == Histogram(**GOOD)
    assert type(found.underflow) is int
    assert found.counts.dtype == np.int64


def test_the_arrays_are_copies_and_read_only():
    edges, counts = np.array([0.0, 1.0, 2.0]), np.array([3, 4])
    found = Histogram(edges=edges, counts=counts)
    edges[0] = counts[0] = -7
    assert (found.edges[0], found.counts[0]) == (0.0, 3)
    for array in (found.edges, found.counts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.underflow = 9


def test_equality_and_hash_are_by_value():
    found = Histogram(**GOOD)
    assert found == Histogram(**GOOD)
    assert hash(found) == hash(Histogram(**GOOD))
    assert len({found, Histogram(**GOOD)}) == 1
    others = [
        {"edges": [0.0, 1.0, 2.5]},
        {"counts": [4, 3]},
        {"underflow": 9},
        {"overflow": 9},
        {"nonfinite": 9},
        {"edges": [0.0, 1.0], "counts": [3]},
    ]
    for change in others:
        assert found != Histogram(**GOOD | change)
    assert found != "histogram"
    assert dataclasses.replace(found, underflow=9) == Histogram(**GOOD | {"underflow": 9})


@some
@given(
    values=hnp.arrays(np.float64, 60, elements=st.integers(-12, 12).map(lambda n: n / 2) | finite),
    places=st.sets(st.integers(0, 8), min_size=2),
)
def test_between_some_of_its_edges_the_counts_are_those_of_the_values(values, places):
    fine = np.arange(-4.0, 5.0)
    edges = fine[sorted(places)]
    own = np.unique([*fine, np.nextafter(edges[-1], np.inf), 9.0])
    assert Histogram.of(values, edges=own).between(edges) == Histogram.of(values, edges=edges)


def test_between_edges_that_are_none_of_its_own_nothing_can_be_told():
    histogram = Histogram.of([0.5, 1.0, 2.0], edges=np.array([0.0, 1.0, 2.0, 4.0]))
    assert histogram.between(histogram.edges) is histogram
    for edges in ([0.0, 1.0], [0.0, 1.5], [1.0, 4.0], [0.0, 5.0]):
        with pytest.raises(SpecError, match="between other edges cannot be told apart"):
            histogram.between(np.array(edges))


def test_its_repr_is_one_line_with_what_it_has_and_has_not():
    edges = bin_edges(-1, 1, 30)
    assert repr(Histogram.of([0.5], edges=edges)) == "<Histogram, 30 bins from -1 to 1: 1 value>"
    values = [*[0.5] * 2000, -3, 1.5, 7, np.nan, np.inf]
    assert repr(Histogram.of(values, edges=edges)) == (
        "<Histogram, 30 bins from -1 to 1: 2,005 values, 1 below, 2 above, 2 not finite>"
    )
    magnitudes = repr(Histogram.of_magnitudes(Order(np.array([0.0, 1e-3]))))
    assert magnitudes == (
        "<Histogram of magnitudes, 104 bins from 8.47e-22 to 1.72e+10: 2 values, 1 below>"
    )
