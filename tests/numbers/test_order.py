"""Orders against numpy's sort, which is the oracle: equal to the last bit, whatever the values."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz.numbers import order as orders
from actviz.numbers.order import Order

some = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: So many values are in buckets where no more than this are sorted.
MANY = 2048


@pytest.fixture(autouse=True, params=["sorted", "in buckets"])
def way(request, monkeypatch):
    """Put few values in order in one way or the other, whatever takes less time."""
    if request.param == "in buckets":
        for limit in ("_EVEN", "_CODED"):
            monkeypatch.setattr(orders, limit, 4 * MANY)


RNG = np.random.default_rng(5)
NORMAL = RNG.standard_normal(9000)
SUBNORMAL, LARGEST = 5e-324, float(np.finfo(np.float64).max)

#: Where buckets of one kind or the other hold nearly everything, or hold equal values.
SHAPES = {
    "normal": NORMAL,
    "relu": np.maximum(NORMAL, 0.0),
    "signs and zeros": np.sign(np.round(NORMAL)),
    "negative zeros": np.where(NORMAL > 0, NORMAL, -0.0),
    "saturated": np.tanh(40.0 * NORMAL),
    "sigmoid": 1.0 / (1.0 + np.exp(-10.0 * NORMAL)),
    "decades": NORMAL**21,
    "many decades": np.exp(150.0 * NORMAL),
    "collapsed": 0.5 + 1e-12 * NORMAL,
    "constant": np.full(9000, 0.7),
    "two values": np.where(NORMAL > 1.0, 3.0, -2.0),
    "an outlier": np.append(NORMAL, 1e300),
    "everything there is": np.append(NORMAL, [LARGEST, -LARGEST]),
    "subnormal": np.round(100.0 * NORMAL) * SUBNORMAL,
    "not finite": np.append(NORMAL, [np.nan, np.inf, -np.inf, np.nan]),
    "nothing finite": np.full(5000, np.nan),
    "few": NORMAL[:50],
    "one": NORMAL[:1],
    "none": NORMAL[:0],
}


def check(values, keys, **options):
    ordered = np.sort(values[np.isfinite(values)], axis=None)
    ranks = np.unique(np.linspace(0, max(ordered.size - 1, 0), 40).astype(int))
    ranks = ranks[: ordered.size]
    asked = Order(values, keys=[keys], ranks=ranks.tolist(), **options)
    unasked = Order(values, **options)
    for order in (asked, unasked):
        assert order.below(keys).tolist() == np.searchsorted(ordered, keys, "left").tolist()
        assert order.up_to(keys).tolist() == np.searchsorted(ordered, keys, "right").tolist()
        np.testing.assert_array_equal(order.at(ranks), ordered[ranks])
        assert (order.size, order.nonfinite) == (ordered.size, values.size - ordered.size)
        assert order.zeros == np.count_nonzero(ordered == 0)
        if ordered.size:
            assert (order.low, order.high) == (ordered[0], ordered[-1])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("decades", [False, True])
@pytest.mark.parametrize("shape", [*SHAPES])
def test_it_says_what_a_sort_says(shape, decades, dtype):
    with np.errstate(over="ignore"):
        values = SHAPES[shape].astype(dtype)
    finite = values[np.isfinite(values)]
    # The values themselves, what lies beside them, and what lies far away.
    near = finite[:: max(1, finite.size // 50)]
    with np.errstate(over="ignore"):
        above = np.nextafter(near, dtype(np.inf))
    keys = np.concatenate([near, above, np.linspace(-4, 4, 31)])
    keys = np.concatenate([keys, [0.0, -np.inf, np.inf]]).astype(dtype)
    check(values, keys, decades=decades)


@some
@given(
    hnp.arrays(np.float64, st.integers(0, 40), elements=st.floats(width=64)),
    hnp.arrays(np.float64, st.integers(0, 5), elements=st.floats(allow_nan=False)),
    st.booleans(),
)
def test_of_any_values(few, keys, decades):
    # Repeated until they are too many to be sorted.
    values = np.tile(few, 1 + MANY // max(few.size, 1)) if few.size else few
    check(values, keys, decades=decades)


@pytest.mark.parametrize("decades", [False, True])
@pytest.mark.parametrize("shape", [*SHAPES])
def test_octaves_hold_the_magnitudes_between_powers_of_two(shape, decades):
    values = SHAPES[shape]
    finite = np.abs(values[np.isfinite(values)])
    powers = 2.0 ** np.arange(-70, 35)
    expected = np.diff(np.searchsorted(np.sort(finite), powers))  # [low, high) each
    below, counts = Order(values, decades=decades).octaves(-70, 34)
    assert counts.tolist() == expected.tolist()
    assert below == np.count_nonzero(finite < powers[0])


@pytest.mark.parametrize("decades", [False, True])
@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("shape", [*SHAPES])
def test_the_median_magnitude(shape, odd, decades):
    values = SHAPES[shape][int(odd) :]
    finite = values[np.isfinite(values)]
    found = Order(values, decades=decades).median_magnitude()
    np.testing.assert_array_equal(found, np.median(np.abs(finite)) if finite.size else np.nan)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_power_of_two_begins_an_octave(sign):
    values = np.repeat(sign * 2.0 ** np.arange(-3, 4), MANY)
    order = Order(values, decades=True)
    assert order.octaves(-3, 4)[1].tolist() == [MANY] * 7


@pytest.mark.parametrize("negative", [0.0, 0.2, 0.5, 1.0])
def test_of_few_values_the_median_magnitude_is_on_either_side_of_zero(negative):
    for size in range(1, 12):
        values = RNG.standard_normal(size)
        values = np.where(RNG.random(size) < negative, -np.abs(values), np.abs(values))
        values = np.append(values, np.zeros(size % 3))
        assert Order(values, decades=True).median_magnitude() == np.median(np.abs(values))


def test_up_to_a_limit_values_are_sorted():
    for decades, most in ((False, orders._EVEN), (True, orders._CODED)):
        for dtype in (np.float32, np.float64):
            count = most // np.dtype(dtype).itemsize
            values = np.resize(NORMAL, count + 1).astype(dtype)
            for size, kind in ((count, orders._Sorted), (count + 1, orders._Buckets)):
                order = Order(values[:size], decades=decades)
                assert type(order._tree) is kind
                assert order.at([size // 2]) == np.sort(values[:size])[size // 2]


def test_values_are_not_written_to():
    values = SHAPES["decades"].copy()
    values.setflags(write=False)
    Order(values, decades=True, ranks=[5]).at([7])


def test_any_shape_and_memory_order_is_one_list_of_values():
    values = np.asfortranarray(NORMAL.reshape(90, 100))
    assert Order(values).at([0, 4500]).tolist() == np.sort(NORMAL)[[0, 4500]].tolist()
