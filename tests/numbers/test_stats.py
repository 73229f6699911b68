"""Statistics against scipy and numpy, and against exact arithmetic where those overflow.

A moment of n values is a sum of n rounded terms, so that its error is at most about
n eps (mean |term|), whatever the order of the sum; a skewness or kurtosis divides that by a power
of the std. `shape_error` is that bound with the terms taken about each unit's first sample, and
with the rounding of a mean, which is eps of the largest value.
"""

import dataclasses
from fractions import Fraction
from math import inf, isfinite, ldexp, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import exact
from scipy import stats as scipy_stats

from actviz.errors import SpecError
from actviz.numbers.order import Order
from actviz.numbers.stats import (
    CONSTANT_EPS,
    QUANTILE_LEVELS,
    QUANTILE_SIGMAS,
    STATISTICS,
    SignalStats,
    describe,
)

EPS = float(np.finfo(np.float64).eps)
EPS32 = float(np.finfo(np.float32).eps)
LARGEST = float(np.finfo(np.float64).max)
TINIEST = 5e-324
some = settings(max_examples=50)

OF_SIZE = ("mean", "std", "rms", "min", "max", "within_unit_std", "between_unit_std")
OF_SHAPE = (
    *("count", "nonfinite", "skewness", "excess_kurtosis"),
    *("zero_fraction", "saturated_fraction", "dead_unit_fraction", "constant"),
)
UNDEFINED = {field.name: field.default for field in dataclasses.fields(SignalStats)}


def shape_error(x, power):
    """The relative size of rounding in the standardized moment of this power."""
    terms = np.mean(np.abs(x - x[0]) ** power) / x.std() ** power
    return x.size * EPS * float(terms + power * np.abs(x).max() / x.std())


# --- against scipy and numpy --------------------------------------------------------------

LAWS = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "off centre": lambda rng, shape: 5 + 0.1 * rng.standard_normal(shape),
    "half zero": lambda rng, shape: np.maximum(rng.standard_normal(shape), 0),
    "units of their own": lambda rng, shape: (
        rng.standard_normal(shape) * rng.random(shape[1]) + rng.standard_normal(shape[1])
    ),
    "two humps": lambda rng, shape: np.tanh(10 * rng.standard_normal(shape)),
    "skewed": lambda rng, shape: rng.exponential(size=shape),
    "heavy tails": lambda rng, shape: rng.standard_t(5, size=shape),
}
# One unit, one row of blocks, more rows than a block of 65536 values holds, more units than that.
SHAPES = [(200, 7), (3, 2), (50, 1), (30_000, 3), (3, 70_000)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("law", LAWS)
def test_against_scipy(law, shape, dtype):
    values = LAWS[law](np.random.default_rng(20), shape).astype(dtype)
    x = values.astype(np.float64)
    flat = x.ravel()
    found = describe(values)
    rounding = x.size * EPS  # of a sum of squares, relative to it
    assert (found.count, found.nonfinite, found.constant) == (x.size, 0, False)
    assert (found.min, found.max) == (flat.min(), flat.max())
    assert found.mean == pytest.approx(flat.mean(), rel=0, abs=rounding * np.abs(flat).max())
    assert found.rms == pytest.approx(sqrt(np.mean(flat**2)), rel=rounding)
    assert found.std == pytest.approx(flat.std(), rel=shape_error(x, 2))
    assert found.skewness == pytest.approx(scipy_stats.skew(flat), abs=5 * shape_error(x, 3))
    assert found.excess_kurtosis == pytest.approx(
        scipy_stats.kurtosis(flat), abs=9 * shape_error(x, 4)
    )
    assert found.zero_fraction == (flat == 0).mean()
    assert found.dead_unit_fraction == (x == 0).all(axis=0).mean()
    size = shape_error(x, 2) * flat.std()
    assert found.within_unit_std == pytest.approx(sqrt(x.var(axis=0).mean()), abs=size)
    if shape[1] > 1:
        assert found.between_unit_std == pytest.approx(x.mean(axis=0).std(), abs=size)
    else:
        assert found.between_unit_std is None


def test_quantile_levels_are_those_of_a_normal_law():
    assert len(QUANTILE_LEVELS) == 7
    np.testing.assert_allclose(QUANTILE_LEVELS, scipy_stats.norm.cdf(QUANTILE_SIGMAS), rtol=4 * EPS)
    assert QUANTILE_SIGMAS == (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 1001])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_quantiles_are_numpys_and_scipys(n, dtype):
    values = np.random.default_rng(n).standard_normal((n, 1)).astype(dtype)
    found = describe(values).quantiles
    x = values.ravel().astype(np.float64)
    # The place of a quantile is rounded to n eps of a step, the value itself twice more.
    error = (n + 4) * EPS * np.abs(x).max()
    np.testing.assert_allclose(found, np.quantile(x, QUANTILE_LEVELS), rtol=0, atol=error)
    type_7 = scipy_stats.mstats.mquantiles(x, QUANTILE_LEVELS, alphap=1, betap=1)
    np.testing.assert_allclose(found, type_7, rtol=0, atol=error)


def test_quantiles_of_normal_values_lie_at_mean_plus_k_std():
    n = 10**6
    values = 3 + 2 * np.random.default_rng(0).standard_normal((n // 10, 10))
    levels = np.array(QUANTILE_LEVELS)
    density = scipy_stats.norm.pdf(QUANTILE_SIGMAS) / 2
    error = np.sqrt(levels * (1 - levels) / n) / density
    expected = 3 + 2 * np.array(QUANTILE_SIGMAS)
    assert np.all(np.abs(describe(values).quantiles - expected) < 5 * error)


def test_the_examples_that_can_be_done_by_hand():
    found = describe(np.array([[0.0, 2.0, -1.0], [0.0, 4.0, 1.0]]))
    assert found.count == 6
    assert found.mean == 1.0
    assert found.std == pytest.approx(sqrt(22 / 6 - 1), rel=8 * EPS)
    assert found.rms == pytest.approx(sqrt(22 / 6), rel=8 * EPS)
    assert (found.min, found.max, found.quantiles[3]) == (-1.0, 4.0, 0.5)
    assert found.zero_fraction == pytest.approx(1 / 3)
    assert found.dead_unit_fraction == pytest.approx(1 / 3)
    assert found.within_unit_std == pytest.approx(sqrt(2 / 3), rel=8 * EPS)
    assert found.between_unit_std == pytest.approx(sqrt(2), rel=8 * EPS)


def test_two_points_have_the_smallest_kurtosis_there_is():
    found = describe(np.array([[-1.0, 1.0], [1.0, -1.0]]))
    assert (found.mean, found.std, found.skewness, found.excess_kurtosis) == (0.0, 1.0, 0.0, -2.0)


# --- no overflow and no underflow before the data -----------------------------------------

anything = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    elements=st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([LARGEST, -LARGEST, TINIEST, -TINIEST, 0.0, -0.0, 1.0, 1e300, -1e-300]),
)


@settings(max_examples=100)
@given(anything)
def test_any_finite_values_are_described_as_in_exact_arithmetic(values):
    found = describe(values)
    flat = values.ravel().tolist()
    samples, units = values.shape
    peak = max(map(abs, flat))
    # Each of the sums rounds its at most 20 terms, which are below 4 peak² for a square.
    error = 64 * EPS * peak + TINIEST
    columns = values.T.tolist()
    means = [exact.mean(column) for column in columns]
    spreads = {
        "std": exact.central(flat, 2) if len(flat) > 1 else None,
        "within_unit_std": exact.mean([exact.central(c, 2) for c in columns])
        if samples > 1
        else None,
        "between_unit_std": exact.central(means, 2) if units > 1 else None,
    }
    for name, square in spreads.items():
        spread = getattr(found, name)
        if square is None:
            assert spread is None
        else:
            assert spread == pytest.approx(exact.root(square), rel=0, abs=error)
            assert spread <= peak
    assert found.rms == pytest.approx(exact.rms(flat), rel=0, abs=error)
    assert float(abs(Fraction(found.mean) - exact.mean(flat))) <= error
    assert found.min <= found.mean <= found.max
    for level, quantile in zip(QUANTILE_LEVELS, found.quantiles, strict=True):
        assert abs(Fraction(quantile) - exact.quantile(flat, level)) <= Fraction(error)
    assert found.min <= min(found.quantiles)
    assert max(found.quantiles) <= found.max
    if found.skewness is not None:
        assert isfinite(found.skewness)
        # Pearson's inequality; a kurtosis is at most n for n values.
        shape = found.skewness**2 - 2
        n = len(flat)
        noise = n * n * 1e-3 if found.std < 1e-9 * peak else n * n * 1e-6
        assert shape - noise <= found.excess_kurtosis <= n - 3 + noise


@pytest.mark.parametrize("size", [1e300, 1e150, 1e-150, 1e-300])
def test_values_of_any_size_keep_their_shape(size):
    plain = np.random.default_rng(1).standard_normal((500, 4)) + np.arange(4)
    expected, found = describe(plain), describe(plain * size)
    # Each value is rounded once more by the product, which moves a moment by 4 eps and a little.
    for name in OF_SIZE:
        assert getattr(found, name) / size == pytest.approx(getattr(expected, name), rel=32 * EPS)
    for name in ("skewness", "excess_kurtosis"):
        assert getattr(found, name) == pytest.approx(
            getattr(expected, name), abs=9 * shape_error(plain, 4)
        )


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (10, 10), (7, 3), (1000, 7)], ids=str)
def test_the_largest_floats(shape):
    signs = np.where(np.arange(shape[0] * shape[1]).reshape(shape) % 2, -1.0, 1.0)
    found = describe(LARGEST * signs)
    assert found.std == pytest.approx(LARGEST * signs.std(), rel=shape[0] * shape[1] * EPS)
    assert found.rms == pytest.approx(LARGEST, rel=shape[0] * shape[1] * EPS)
    assert isfinite(found.excess_kurtosis)
    assert all(map(isfinite, found.quantiles))
    same = describe(np.full(shape, LARGEST))
    assert (same.mean, same.std, same.quantiles) == (LARGEST, 0.0, (LARGEST,) * 7)


def test_a_median_between_the_largest_floats_does_not_overflow():
    found = describe(np.array([[-LARGEST], [LARGEST]]))
    assert abs(found.quantiles[3]) <= EPS * LARGEST
    assert found.quantiles == tuple(sorted(found.quantiles))


def test_subnormal_values_are_whole_multiples_of_the_smallest():
    multiples = np.random.default_rng(2).integers(-1000, 1000, (200, 5))
    found, expected = describe(multiples * TINIEST), describe(multiples.astype(float))
    for name in OF_SIZE:
        # The result is itself a multiple of the smallest float, so half of that is rounding.
        assert getattr(found, name) / TINIEST == pytest.approx(getattr(expected, name), abs=0.5001)
    for name in OF_SHAPE:
        assert getattr(found, name) == getattr(expected, name)


def test_float32_is_computed_in_float64():
    values = np.random.default_rng(3).standard_normal((300, 6)).astype(np.float32)
    values[:, 2] = 0
    assert describe(values) == describe(values.astype(np.float64))
    # Its fourth power is beyond float32, and that of the smallest below it.
    for size in (np.float32(2.0**120), np.float32(2.0**-140)):
        found = describe(values * size)
        assert found == describe((values * size).astype(np.float64))
        assert isfinite(found.excess_kurtosis)


# --- equivariances ------------------------------------------------------------------------

moderate = st.floats(2.0**-20, 2.0**20) | st.floats(-(2.0**20), -(2.0**-20)) | st.just(0.0)
tables = hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=moderate)


@some
@given(tables, st.integers(-990, 990))
def test_a_power_of_two_scales_every_statistic_exactly(values, power):
    plain, scaled = describe(values), describe(np.ldexp(values, power))
    for name in OF_SIZE:
        before = getattr(plain, name)
        # Rounding in a mean or a spread may be as small as eps of the values.
        subnormal = before and abs(ldexp(before, power)) < 2.0**-1022
        if before is not None and not subnormal:
            assert getattr(scaled, name) == ldexp(before, power), name
    assert scaled.quantiles == pytest.approx(
        [ldexp(q, power) for q in plain.quantiles], rel=0, abs=TINIEST
    )
    for name in OF_SHAPE:
        assert getattr(scaled, name) == getattr(plain, name), name


@some
@given(tables)
def test_mirrored_values(values):
    plain, mirrored = describe(values), describe(-values)
    assert mirrored.mean == -plain.mean
    assert (mirrored.min, mirrored.max) == (-plain.max, -plain.min)
    for name in ("std", "rms", "within_unit_std", "between_unit_std"):
        assert getattr(mirrored, name) == getattr(plain, name)
    if plain.skewness is not None:
        # numpy's x**3 is off by an ulp on some processors, and not by the same for -x.
        error = 9 * shape_error(values, 4)
        assert mirrored.skewness == pytest.approx(-plain.skewness, abs=error)
        assert mirrored.excess_kurtosis == pytest.approx(plain.excess_kurtosis, abs=error)


grid = st.integers(-(2**23), 2**23).map(lambda k: k * 2.0**-20)
gridded = hnp.arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(2, 5)), elements=grid)


@some
@given(gridded, st.integers(-(2**20), 2**20))
def test_a_shift_moves_the_mean_and_no_spread(values, shift):
    # Multiples of 2^-20 below 2^21 are floats, so that the shift itself rounds nothing.
    plain, moved = describe(values), describe(values + shift)
    size = np.abs(values).max() + abs(shift)
    assert moved.mean == pytest.approx(plain.mean + shift, abs=8 * EPS * size)
    error = 64 * EPS * size  # of up to 5 means and their mean; what is below 8 eps counts as 0
    for name in ("std", "within_unit_std", "between_unit_std"):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name), abs=error)
    if not (plain.constant or moved.constant):
        # Third and fourth powers of what is uncertain by `error`, for at most 30 values.
        relative = 30**1.5 * error / plain.std
        assert moved.skewness == pytest.approx(plain.skewness, abs=relative)
        assert moved.excess_kurtosis == pytest.approx(plain.excess_kurtosis, abs=30 * relative)


@some
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_samples_and_of_units_does_not_matter(values, random):
    rows, columns = (random.sample(range(n), n) for n in values.shape)
    plain, mixed = describe(values), describe(values[rows][:, columns])
    for name in ("count", "min", "max", "quantiles", "zero_fraction", "dead_unit_fraction"):
        assert getattr(mixed, name) == getattr(plain, name)
    error = 64 * EPS * np.abs(values).max()
    for name in ("mean", "std", "rms", "within_unit_std", "between_unit_std"):
        before = getattr(plain, name)
        if before is None:
            assert getattr(mixed, name) is None
        else:
            assert getattr(mixed, name) == pytest.approx(before, rel=0, abs=error)


@some
@given(anything.filter(lambda values: min(values.shape) > 1))
def test_law_of_total_variance(values):
    found = describe(values)
    peak = max(abs(found.min), abs(found.max)) or 1.0
    std, within, between = (
        getattr(found, name) / peak for name in ("std", "within_unit_std", "between_unit_std")
    )
    # At most 20 terms below 4 on either side. Subnormal spreads are rounded to the smallest float.
    error = 160 * EPS + 4 * TINIEST / peak
    assert std**2 == pytest.approx(within**2 + between**2, rel=0, abs=error)


# --- constants, single samples, single units ----------------------------------------------


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -3.7, 0.1, 1 / 3, 1e300, -1e-300, TINIEST])
@pytest.mark.parametrize("shape", [(2, 1), (1, 2), (7, 3), (100, 10), (1000, 7)], ids=str)
def test_a_constant_says_so(value, shape):
    found = describe(np.full(shape, value))
    assert found.constant
    assert found.std == 0.0
    assert found.within_unit_std in ((0.0,) if shape[0] > 1 else (None,))
    assert found.between_unit_std in ((0.0,) if shape[1] > 1 else (None,))
    assert found.skewness is found.excess_kurtosis is None
    assert found.mean == found.min == found.max == value
    assert found.quantiles == (value,) * 7
    # A square, a product with 1/n and a root, each rounded once.
    assert found.rms == pytest.approx(abs(value), rel=shape[0] * shape[1] * EPS)


@pytest.mark.parametrize(("dtype", "eps"), [(np.float64, EPS), (np.float32, EPS32)])
@pytest.mark.parametrize("size", [1.0, 2.0**-60, 2.0**60])
def test_what_is_only_rounding_is_a_constant(dtype, eps, size):
    assert CONSTANT_EPS == 8

    def pair(steps):
        # std is half the distance of two equally frequent values, and the larger one is the peak.
        return describe(np.array([[1.0 - steps * eps, 1.0]] * 3, dtype=dtype) * dtype(size))

    for steps in (1, 5, 15):
        assert pair(steps).constant, steps
        assert (pair(steps).std, pair(steps).between_unit_std) == (0.0, 0.0)
        assert pair(steps).skewness is None
    for steps in (17, 20, 100):
        assert not pair(steps).constant, steps
        assert pair(steps).std == pytest.approx(steps * eps * size / 2, rel=EPS / eps / 4)
        assert pair(steps).excess_kurtosis == pytest.approx(-2, abs=0.1)


def test_a_single_sample_has_no_spread_over_samples():
    found = describe(np.array([[1.0, 2.0, 4.0]]))
    assert found.within_unit_std is None
    assert found.between_unit_std == found.std == pytest.approx(sqrt(14) / 3, rel=4 * EPS)
    assert not found.constant


def test_a_single_unit_has_no_spread_over_units():
    found = describe(np.array([[1.0], [2.0], [4.0]]))
    assert found.between_unit_std is None
    assert found.within_unit_std == found.std == pytest.approx(sqrt(14) / 3, rel=4 * EPS)


def test_a_single_value_has_no_spread_at_all():
    found = describe(np.array([[-2.5]]))
    assert dataclasses.asdict(found) == UNDEFINED | {
        "count": 1,
        "nonfinite": 0,
        "mean": -2.5,
        "rms": 2.5,
        "min": -2.5,
        "max": -2.5,
        "quantiles": (-2.5,) * 7,
        "zero_fraction": 0.0,
        "dead_unit_fraction": 0.0,
        "idle_unit_fraction": 0.0,
    }


# --- what is not finite -------------------------------------------------------------------


def test_values_that_are_not_finite_are_counted_and_left_out():
    values = np.random.default_rng(4).standard_normal((60, 5)) + np.arange(5)
    values[0, 0] = nan  # the first sample is what a unit's moments are taken about
    values[3, 1] = inf
    values[4:9, 2] = -inf
    values[10, 3] = 0.0
    found = describe(values, saturated_fraction=0.25)
    x = np.where(np.isfinite(values), values, nan)
    flat = x[np.isfinite(x)]
    assert (found.count, found.nonfinite) == (293, 7)
    assert found.mean == pytest.approx(flat.mean(), rel=300 * EPS)
    assert found.std == pytest.approx(flat.std(), rel=300 * EPS)
    assert found.rms == pytest.approx(sqrt(np.mean(flat**2)), rel=300 * EPS)
    assert (found.min, found.max) == (flat.min(), flat.max())
    assert found.quantiles == pytest.approx(np.quantile(flat, QUANTILE_LEVELS), rel=300 * EPS)
    error = shape_error(flat - flat.max(), 4)
    assert found.skewness == pytest.approx(scipy_stats.skew(flat), abs=error)
    assert found.excess_kurtosis == pytest.approx(scipy_stats.kurtosis(flat), abs=error)
    assert found.zero_fraction == 1 / 293
    assert found.saturated_fraction == 0.25
    assert found.within_unit_std == pytest.approx(sqrt(np.nanvar(x, axis=0).mean()), rel=300 * EPS)
    assert found.between_unit_std == pytest.approx(np.nanmean(x, axis=0).std(), rel=300 * EPS)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_nothing_finite_leaves_all_undefined(value, dtype):
    found = describe(np.full((4, 3), value, dtype=dtype))
    assert dataclasses.asdict(found) == UNDEFINED | {"count": 0, "nonfinite": 12}


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_no_values_at_all(shape):
    assert describe(np.empty(shape)) == SignalStats(count=0, nonfinite=0)


def test_a_unit_without_a_finite_value_takes_no_part_in_the_units_statistics():
    values = np.array([[1.0, nan, 3.0], [2.0, inf, 7.0]])
    found = describe(values)
    assert found.within_unit_std == pytest.approx(sqrt((0.25 + 4) / 2), rel=8 * EPS)
    assert found.between_unit_std == pytest.approx((5 - 1.5) / 2, rel=8 * EPS)
    assert found.dead_unit_fraction == 0.0


@some
@given(
    hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.floats())
)
def test_any_floats_at_all_give_numbers_that_json_can_hold(values):
    found = describe(values)
    assert found.count + found.nonfinite == values.size
    for name, value in dataclasses.asdict(found).items():
        numbers = value if isinstance(value, tuple) else [value]
        assert all(number is None or isfinite(number) for number in numbers), name


# --- zeros, dead units, units ---------------------------------------------------------------


def test_a_zero_entry_is_not_a_dead_unit():
    values = np.zeros((4, 5))
    values[0, 0] = 1.0  # alive once
    values[3, 1] = -2.0
    values[1, 2] = -0.0
    values[2, 3] = TINIEST  # its square is 0
    values[0, 4] = nan  # nobody knows
    found = describe(values)
    assert found.zero_fraction == 16 / 19
    assert found.dead_unit_fraction == 1 / 5


def test_a_tiny_unit_beside_a_large_one_is_alive():
    values = np.array([[1e300, 1e-300, 0.0], [-1e300, 1e-300, 0.0]])
    assert describe(values).dead_unit_fraction == 1 / 3
    assert describe(values).zero_fraction == 1 / 3


def test_dead_units_of_a_layer():
    values = np.maximum(np.random.default_rng(5).standard_normal((5, 2000)), 0)
    dead = (values == 0).all(axis=0)
    assert 0 < dead.sum() < 2000
    assert describe(values).dead_unit_fraction == dead.mean()
    assert describe(values).zero_fraction == (values == 0).mean()


@pytest.mark.parametrize("spread", [1e-6, 1e-9, 1e-12])
def test_a_small_spread_within_units_survives_a_large_one_between_them(spread):
    generator = np.random.default_rng(6)
    values = generator.uniform(-1, 1, 50) + spread * generator.standard_normal((400, 50))
    # Differences of neighbouring floats are exact, so that the rounding is in their squares only.
    differences = values - values[0]
    expected = sqrt(np.mean(np.var(differences, axis=0)))
    assert describe(values).within_unit_std == pytest.approx(expected, rel=400 * EPS)
    # The values hold it to eps, and 20 000 draws to 1 / sqrt(2n): five standard errors.
    assert expected == pytest.approx(spread, rel=5 / sqrt(2 * values.size) + EPS / spread)


# --- the call -----------------------------------------------------------------------------


def test_an_order_changes_nothing_and_nothing_is_written():
    values = np.random.default_rng(7).standard_normal((30, 4))
    values.setflags(write=False)
    assert describe(values, order=Order(values)) == describe(values)


def test_memory_order_and_views_change_nothing():
    values = np.random.default_rng(8).standard_normal((30, 4))
    assert describe(np.asfortranarray(values)) == describe(values)
    assert describe(np.repeat(values, 2, axis=1)[:, ::2]) == describe(values)


@pytest.mark.parametrize(
    "values", [np.zeros(3), np.zeros((2, 2, 2)), np.zeros((2, 2), int), np.array([["a"]])], ids=repr
)
def test_other_arrays_are_refused(values):
    with pytest.raises(SpecError, match=r"^values must be floats \(samples, units\)"):
        describe(values)


def test_idle_units_are_not_0_on_under_1_percent_of_the_samples():
    values = np.zeros((300, 5))
    values[:2, 1] = 1e-200  # 0.67 %, and 0 at both ends of its rank
    values[:3, 2] = 5.0  # 1 % is not under 1 %
    values[:2, 3] = (-7.0, 1e100)
    values[:, 4] = 1.0
    found = describe(values)
    assert (found.dead_unit_fraction, found.idle_unit_fraction) == (1 / 5, 3 / 5)
    # In a small sample no unit is active on under 1 %, unless it is dead.
    few = describe(values[:99])
    assert few.idle_unit_fraction == few.dead_unit_fraction == 1 / 5


@pytest.mark.parametrize("seed", range(3))
def test_idle_units_are_counted_as_by_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    share = rng.uniform(0, 0.02, size=40)
    values = np.maximum(rng.standard_normal((500, 40)), -9) * (rng.random((500, 40)) < share)
    active = [sum(1 for x in column if x != 0) / 500 for column in values.T]
    assert describe(values).idle_unit_fraction == sum(a < 0.01 for a in active) / 40


# --- some of them -------------------------------------------------------------------------

#: Any statistics, of values of any size, some of them not finite.
KEPT = st.sets(st.sampled_from(tuple(STATISTICS)))
VALUES = hnp.arrays(
    st.sampled_from([np.float64, np.float32]),
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.floats(-10, 10, width=32) | st.sampled_from([0.0, inf, nan, 1e-30]),
)


@some
@given(VALUES, KEPT, st.booleans(), st.integers(-60, 60))
def test_what_is_kept_has_the_same_bits_whatever_else_is(values, kept, gradient, power):
    """But for the rms that is asked for without the scale, which has its rounding."""
    values = np.ldexp(values, power).astype(values.dtype)
    every = {*STATISTICS} - {"size", "few_entries", "judged_rank"}
    whole = describe(values, gradient=gradient, keep=every, rank_rows=9)
    found = describe(values, gradient=gradient, keep=kept, rank_rows=9)
    names = {name for each in kept for name in STATISTICS[each]}
    assert (found.count, found.nonfinite) == (whole.count, whole.nonfinite)
    for name in {field.name for field in dataclasses.fields(SignalStats)} - {"count", "nonfinite"}:
        one, other = getattr(found, name), getattr(whole, name)
        if name == "constant":
            assert one == (other and "scale" in kept)
        elif name not in names:
            assert one is None
        elif name == "rms" and "scale" not in kept and other is not None:
            assert one == pytest.approx(other, rel=values.size * EPS, abs=0.0)
        elif (name, "scale" in kept, "median" in kept) in {
            *(("std", False, median) for median in (False, True)),
            *(("median_magnitude", scale, False) for scale in (False, True)),
        }:
            assert one in (None, other)  # where few entries carry the values, and only there
        else:
            assert one == other


@pytest.mark.parametrize("size", [1e-320, 1e-300, 1e-150, 1.0, 1e160, 5e307])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_size_is_numpys_at_the_ends_of_the_floats(size, dtype):
    if dtype is np.float32:
        size = {1e-320: 1e-45, 1e-300: 1e-38, 1e-150: 1e-20, 1e160: 1e20, 5e307: 1e38}.get(
            size, 1.0
        )
    values = (np.array([[3.0, 0.0], [-1.0, 1.0]]) * dtype(size)).astype(dtype)
    exactly = [Fraction(float(value)) ** 2 for value in values.ravel()]
    found = describe(values, keep=("size",))
    assert found.zero_fraction == 0.25
    peak = Fraction(float(np.abs(values).max()))
    expected = float(peak * Fraction(sqrt(float(sum(exactly) / 4 / peak**2))))
    assert found.rms == pytest.approx(expected, rel=4 * EPS, abs=5e-324)


def test_few_entries_are_told_where_half_are_below_a_tenth_and_nowhere_else():
    rng = np.random.default_rng(0)
    even = rng.standard_normal((40, 30))
    few = np.where(rng.random(even.shape) < 0.1, even, even * 1e-3)
    sparse = np.maximum(few, 0.0)  # half of it is 0, and its median tells nothing
    just = np.where(
        rng.random(even.shape) < 0.45, even, even * 1e-3
    )  # a little over half are small
    for values, told in ((even, False), (few, True), (just, True), (sparse, False)):
        whole = describe(values, gradient=True)
        found = describe(values, gradient=True, keep=("size", "few_entries"))
        expected = (whole.std, whole.median_magnitude) if told else (None, None)
        assert (found.std, found.median_magnitude) == expected
        below = whole.median_magnitude < 0.1 * whole.std
        assert told == (below and whole.zero_fraction <= 0.4)


def test_the_rank_of_units_that_are_alike_is_told_and_of_others_not_if_that_is_asked():
    rng = np.random.default_rng(1)
    same = np.repeat(rng.standard_normal((9, 1)), 4, axis=1)
    for values, told in ((same, True), (rng.standard_normal((9, 4)), False)):
        for keep in ("rank", "judged_rank"):
            whole = describe(values, keep=(keep,), rank_rows=9).effective_rank
            some_of = describe(values, keep=(keep,), rank_rows=9, rank_if_alike=True)
            assert some_of.effective_rank == (whole if told else None)
