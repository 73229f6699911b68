"""Statistics of one signal of one layer: pure functions on an array (samples, units).

Every statistic that a Record keeps is computed here; its counts are `actviz.numbers.histogram`'s.
Nothing is drawn at random, and files and pictures are unknown. All of it is careful about range:
powers are taken in float64 of values that were scaled by a power of two first, so that no statistic
overflows or underflows before the data does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from math import erf, frexp, inf, ldexp, sqrt
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.numbers.directions import effective_rank, mean_cosine
from actviz.numbers.order import Order
from actviz.numbers.unit_moments import NEAR_ONE, power_sums

#: The quantiles stand where a normal distribution has mean + k std; k = 0 is the median.
QUANTILE_SIGMAS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
QUANTILE_LEVELS = tuple(0.5 * (1.0 + erf(k / sqrt(2.0))) for k in QUANTILE_SIGMAS)

#: A spread of at most this many rounding steps of the largest value is rounding, not spread.
CONSTANT_EPS = 8

#: A unit is idle when it is not 0 on under this share of the samples: the rule "dead ReLU" of
#: Amazon SageMaker Debugger.
IDLE_SHARE = 0.01

#: Few entries carry a gradient where the median of |g| is below this share of its std.
FEW_SHARE = 0.1

#: Where more of a gradient than this is 0, as half of ReLU's is, its median tells nothing of that.
MANY_ZEROS = 0.4

#: Values whose squares are summed at once: BLAS takes one thread for so few.
_DOT_VALUES = 1 << 13

#: As many sums are asked of numpy at once: a call takes as long as one of them.
_DOTS = 16

#: Below this sum of squares, some of them may have been too small for a float.
_SMALL_SQUARES = ldexp(1.0, -900)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalStats:
    """Statistics of the values of one signal in one layer.

    All are over the finite values only, and population statistics (divided by n, not n - 1). A
    statistic that its values do not define is None: everything but the counts where no value is
    finite, a spread of a single value, the shape of a constant.

    Parameters
    ----------
    count : int
        How many values are finite; ``count + nonfinite == samples * units``.
    nonfinite : int
        How many values are NaN or infinite.
    mean, std, rms : float or None
        Mean, standard deviation and root mean square, in the unit of the values.
    min, max : float or None
        Smallest and largest value.
    quantiles : tuple of 7 floats, or None
        Quantiles at the normal CDF of -1.5, -1, -0.5, 0, 0.5, 1, 1.5 (about 6.7, 15.9, 30.9, 50,
        69.1, 84.1 and 93.3 %), interpolated linearly between order statistics (Hyndman and Fan's
        type 7). For normal values they lie at mean + k std.
    skewness : float or None
        E[(x - mean)^3] / std^3, dimensionless.
    excess_kurtosis : float or None
        E[(x - mean)^4] / std^4 - 3, dimensionless; 0 for a normal distribution, -2 for two points.
    zero_fraction : float or None
        Share of values that are exactly 0.
    saturated_fraction : float or None
        Share of entries where the activation's derivative is below 5 % of its maximum, in absolute
        value (`actviz.layers.activations.SATURATION_SHARE`). It is a property of the entry, so that
        the preactivation and the activation of a layer have the same.
    dead_unit_fraction : float or None
        Share of units that are 0 for every sample.
    within_unit_std : float or None
        Spread of one unit over the samples: the root mean square over units of each unit's std.
        None for a single sample.
    between_unit_std : float or None
        Spread over units of their means over the samples. None for a single unit.
        ``std**2 == within_unit_std**2 + between_unit_std**2`` where every value is finite.
    mean_cosine : float or None
        Mean cosine of the angle between the values of two inputs, over all pairs of different
        inputs whose values are not all 0; 1 where all inputs have become one. About 0, not about
        their mean: the c of mean field theory (Poole et al. 2016) where the signal is the
        preactivation. None where a value is not finite, and for gradients.
    effective_rank : float or None
        In how many directions the inputs' values spread, from 1 to the number of units: see
        `effective_rank`. None where it was not asked for, and where nothing spreads.
    median_magnitude : float or None
        Median of |x|, in the unit of the values; of gradients only. Far below the rms, it says that
        a few entries carry the gradient.
    idle_unit_fraction : float or None
        Share of units that are not 0 on under 1 % of the samples; dead units are among them.
    constant : bool
        Whether all finite values are the same but for rounding: std is at most 8 eps of the
        values' dtype times max |x|. Then std is 0 and there is no skewness and no kurtosis.
    """

    count: int
    nonfinite: int
    mean: float | None = None
    std: float | None = None
    rms: float | None = None
    min: float | None = None
    max: float | None = None
    quantiles: tuple[float, ...] | None = None
    skewness: float | None = None
    excess_kurtosis: float | None = None
    zero_fraction: float | None = None
    saturated_fraction: float | None = None
    dead_unit_fraction: float | None = None
    within_unit_std: float | None = None
    between_unit_std: float | None = None
    mean_cosine: float | None = None
    effective_rank: float | None = None
    median_magnitude: float | None = None
    idle_unit_fraction: float | None = None
    constant: bool = False


Statistic = Literal[
    "size",
    "scale",
    "shape",
    "saturated",
    "quantiles",
    "median",
    "few_entries",
    "cosine",
    "rank",
    "judged_rank",
    "histogram",
]
"""What is computed together of a signal, in order; `STATISTICS` has the fields of each."""

#: The fields of `SignalStats` that a statistic fills; ``count`` and ``nonfinite`` always are.
STATISTICS: Mapping[Statistic, tuple[str, ...]] = MappingProxyType(
    {
        "size": ("rms", "zero_fraction"),
        "scale": (
            *("mean", "std", "rms", "min", "max", "zero_fraction"),
            *("dead_unit_fraction", "within_unit_std", "between_unit_std", "idle_unit_fraction"),
        ),
        "shape": ("skewness", "excess_kurtosis"),
        "saturated": ("saturated_fraction",),
        "quantiles": ("quantiles",),
        "median": ("median_magnitude",),
        "few_entries": ("rms", "zero_fraction", "std", "median_magnitude"),
        "cosine": ("mean_cosine",),
        "rank": ("effective_rank",),
        "judged_rank": ("effective_rank",),
        "histogram": (),
    }
)

_RANKS: frozenset[Statistic] = frozenset({"rank", "judged_rank"})

#: Those that stand on the moments of units, and those that need the ends or the order of values.
_OF_UNITS = _RANKS | {"scale", "shape"}
_IN_ORDER = _OF_UNITS | {"quantiles", "median", "cosine"}

#: All of a signal of the forward pass, and of a gradient.
_OF_VALUES: tuple[Statistic, ...] = ("scale", "shape", "saturated", "quantiles", "cosine", "rank")
_OF_GRADIENTS: tuple[Statistic, ...] = ("scale", "shape", "saturated", "quantiles", "median")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Central moments of every unit over its samples; arrays of shape (units,).

    The third and the fourth are None where nobody asks for the shape.
    """

    count: NDArray[np.float64]
    mean: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.float64] | None = None
    fourth: NDArray[np.float64] | None = None


def describe(
    values: NDArray[Any],
    *,
    order: Order | None = None,
    saturated_fraction: float | None = None,
    gradient: bool = False,
    keep: Collection[Statistic] | None = None,
    rank_rows: int | None = None,
    rank_if_alike: bool = False,
) -> SignalStats:
    """Return the statistics of `values`, shape (samples, units).

    Parameters
    ----------
    values : ndarray, shape (samples, units)
        float32 or float64; never written to.
    order : Order, optional
        Of the same values, where the caller has it already.
    saturated_fraction : float, optional
        Passed through: the values alone do not know the derivative.
    gradient : bool
        Whether the values are gradients: these have a median magnitude, and no mean cosine.
    keep : collection of str, optional
        What to compute: `STATISTICS`. Default: all; the fields of others are None.
    rank_rows : int, optional
        Of how many rows to compute the effective rank; default: not at all.
    rank_if_alike : bool
        Whether to compute it only where the units' means are all one.

    Raises
    ------
    SpecError
        If `values` is not a two-dimensional array of floats.

    Notes
    -----
    Each unit's powers are taken about its own first sample, so that a unit which varies in its
    tenth digit only keeps the spread of that digit (the pooled formula E[x^2] - E[x]^2 would lose
    it); the pooled moments follow from the units' by the law of total cumulance. What is kept has
    the same bits whatever else is, but for the rms where "scale" is not: that is then the root of
    one sum of squares, in a tenth of the time, and differs in the last digits.

    Examples
    --------
    >>> s = describe(np.array([[0.0, 2.0], [0.0, 4.0]]))
    >>> s.mean, s.dead_unit_fraction, s.within_unit_std, s.between_unit_std
    (1.5, 0.5, 0.7071067811865476, 1.5)
    """
    if values.ndim != 2 or values.dtype.kind != "f":
        raise SpecError(
            f"values must be floats (samples, units) (got {values.dtype} {values.shape})"
        )
    kept = frozenset(keep if keep is not None else _OF_GRADIENTS if gradient else _OF_VALUES)
    if kept.isdisjoint(_IN_ORDER):
        found = _of_size(np.ravel(values), kept)
    else:
        if order is None:
            ranks = quantile_ranks(values.size) if "quantiles" in kept else ()
            order = Order(values, ranks=ranks, decades=gradient)
        found = _of_order(values, order, kept, rank_rows, rank_if_alike)
    if "saturated" in kept and found["count"]:
        found["saturated_fraction"] = saturated_fraction
    if "few_entries" in kept and not {"scale", "median"} <= kept:
        found |= _few_entries(values, found)
    return SignalStats(**found)


#: The fields of statistics, as far as they are kept.
_Fields = dict[str, Any]


def _of_size(flat: NDArray[Any], kept: frozenset[Statistic]) -> _Fields:
    """Return what is told of values by a look or two, without one at units or at an order."""
    total = flat.size
    squares = _sum_of_squares(flat)
    if not squares < inf:
        flat = flat[np.isfinite(flat)]
    found: _Fields = {"count": int(flat.size), "nonfinite": int(total - flat.size)}
    if flat.size and ("size" in kept or "few_entries" in kept):
        found["rms"] = _root_mean_square(flat, squares)
        found["zero_fraction"] = int(np.count_nonzero(flat == 0)) / flat.size
    return found


def _sum_of_squares(flat: NDArray[Any]) -> float:
    """Return the sum of squares of floats in float64; inf or NaN where one is not finite."""
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, flat.size, _DOTS * _DOT_VALUES):
            block = flat[start : start + _DOTS * _DOT_VALUES].astype(np.float64, copy=False)
            rest = block.size - block.size % _DOT_VALUES
            if rest:
                rows = block[:rest].reshape(-1, 1, _DOT_VALUES)
                for square in np.matmul(rows, rows.transpose(0, 2, 1)).ravel().tolist():
                    total += square  # one by one: from Python 3.12 on, `sum` gives other last bits
            if rest < block.size:
                total += float(block[rest:] @ block[rest:])
    return total


def _root_mean_square(flat: NDArray[Any], squares: float) -> float:
    """Return the rms of finite values with this sum of squares, which may be no good float."""
    if _SMALL_SQUARES < squares < inf:
        return sqrt(squares / flat.size)
    peak = float(np.abs(flat).max())
    exponent = min(1023, -frexp(peak)[1])
    scaled = np.multiply(flat, ldexp(1.0, exponent), dtype=np.float64)
    root = sqrt(_sum_of_squares(scaled) / flat.size)
    return ldexp(min(root, ldexp(peak, exponent)), -exponent)


def _few_entries(values: NDArray[Any], found: _Fields) -> _Fields:
    """Return the std and the median magnitude of values that few entries carry; else nothing."""
    if not found["count"] or found["zero_fraction"] > MANY_ZEROS:
        return {}
    # No std is above the rms: if half of the values are not so small, their median is not.
    small = np.count_nonzero(np.abs(values) < FEW_SHARE * (1 + 1e-6) * found["rms"])
    if 2 * small < found["count"]:
        return {}
    exact = describe(values, gradient=True, keep=("scale", "median"))
    return {"std": exact.std, "median_magnitude": exact.median_magnitude}


def _of_order(
    values: NDArray[Any],
    order: Order,
    kept: frozenset[Statistic],
    rank_rows: int | None,
    rank_if_alike: bool,
) -> _Fields:
    """Return what is kept of values whose order, or at least whose ends, are known."""
    if not order.size:
        return {"count": 0, "nonfinite": order.nonfinite}
    peak = max(abs(order.low), abs(order.high))
    exponent = min(1023, -frexp(peak)[1])  # |x| 2^exponent <= 1; 2^1024 is not a float
    if kept.isdisjoint(_OF_UNITS):
        found = _of_size(np.ravel(values), kept)
    else:
        found = _of_units(values, order, exponent, kept, rank_rows, rank_if_alike)
    if "quantiles" in kept:
        found["quantiles"] = _quantiles(order)
    if "median" in kept:
        found["median_magnitude"] = order.median_magnitude()
    if "cosine" in kept and not order.nonfinite:
        found["mean_cosine"] = mean_cosine(values, scale=_scale(exponent))
    return found


def _of_units(
    values: NDArray[Any],
    order: Order,
    exponent: int,
    kept: frozenset[Statistic],
    rank_rows: int | None,
    rank_if_alike: bool,
) -> _Fields:
    """Return what the units' moments tell, and what follows from it."""
    low, high = order.low, order.high
    whole = order.nonfinite == 0
    units = _unit_moments(values, exponent, complete=whole, shape="shape" in kept)
    weight = units.count / order.size
    mean = float(weight @ units.mean)
    offset = units.mean - mean
    of_seen = units.mean, units.second
    if not whole:
        seen = units.count > 0
        offset[~seen] = 0.0
        of_seen = units.mean[seen], units.second[seen]
    second = float(weight @ (units.second + offset**2))
    top = ldexp(max(abs(low), abs(high)), exponent)
    noise = CONSTANT_EPS * _eps(values.dtype) * top

    def spread(variance: float) -> float:
        """Return the root in the values' own unit, and 0 for what is only rounding."""
        root = sqrt(variance)
        return ldexp(min(root, top), -exponent) if root > noise else 0.0

    std = spread(second)
    several = order.size > 1
    within = spread(_mean(of_seen[1])) if values.shape[0] > 1 else None
    between = spread(_variance(of_seen[0])) if values.shape[1] > 1 else None
    if "scale" in kept:
        dead, idle = _inactive_units(values, units, order.zeros)
        found: _Fields = {
            "count": order.size,
            "nonfinite": order.nonfinite,
            # A mean of rounded terms may leave [min, max] by a step; a constant's must not, and a
            # step beyond the largest float has no float.
            "mean": min(max(ldexp(min(max(mean, -top), top), -exponent), low), high),
            "std": std if several else None,
            "rms": ldexp(min(sqrt(mean**2 + second), top), -exponent),
            "min": low,
            "max": high,
            "zero_fraction": order.zeros / order.size,
            "dead_unit_fraction": dead / values.shape[1],
            "within_unit_std": within,
            "between_unit_std": between,
            "idle_unit_fraction": idle / values.shape[1],
            "constant": several and not std,
        }
    else:
        found = _of_size(np.ravel(values), kept)
    if std and units.third is not None and units.fourth is not None:
        third = float(weight @ (units.third + 3 * units.second * offset + offset**3))
        fourth = float(
            weight
            @ (units.fourth + 4 * units.third * offset + 6 * units.second * offset**2 + offset**4)
        )
        found["skewness"] = third / second**1.5
        found["excess_kurtosis"] = fourth / second**2 - 3.0
    ranked = whole and rank_rows and within and not (rank_if_alike and between)
    if not kept.isdisjoint(_RANKS) and ranked:
        found["effective_rank"] = effective_rank(values[:rank_rows], scale=_scale(exponent))
    return found


def _scale(exponent: int) -> float:
    """Return what keeps the squares of values in the floats; 1 where they are, and a pass less."""
    return 1.0 if abs(exponent) <= NEAR_ONE else ldexp(1.0, exponent)


def quantile_ranks(size: int) -> list[int]:
    """Return the ranks that the quantiles of `size` values are interpolated between."""
    below = [int(level * (size - 1)) for level in QUANTILE_LEVELS]
    return [min(rank + step, max(size - 1, 0)) for rank in below for step in (0, 1)]


def _quantiles(order: Order) -> tuple[float, ...]:
    position = np.array(QUANTILE_LEVELS) * (order.size - 1)
    values = order.at(quantile_ranks(order.size)).astype(np.float64)
    low, high = values[0::2], values[1::2]
    share = position - position.astype(np.intp)
    # Weighted ends, not low + share * (high - low): the difference may overflow.
    with np.errstate(over="ignore"):
        value = low * (1.0 - share) + high * share
    return tuple(np.clip(value, low, high).tolist())  # rounding may leave the two by a step


@cache
def _eps(dtype: np.dtype[Any]) -> float:
    """Return a rounding step of a dtype, relative; numpy takes as long for it as for a sum."""
    return float(np.finfo(dtype).eps)


def _mean(values: NDArray[np.float64]) -> float:
    """Return what `numpy.mean` does, to the last bit, in a third of its time for so few values."""
    return float(np.add.reduce(values) / values.size)


def _variance(values: NDArray[np.float64]) -> float:
    """Return what `numpy.var` does, as `_mean`."""
    deviations = values - np.add.reduce(values) / values.size
    return float(np.add.reduce(deviations * deviations) / values.size)


def _inactive_units(values: NDArray[Any], units: _Moments, zeros: int) -> tuple[int, int]:
    """Return how many units are dead, and how many are idle, the dead ones among them."""
    samples = values.shape[0]
    if zeros <= (1.0 - IDLE_SHARE) * samples:
        return 0, 0
    # By Cauchy and Schwarz mean^2 <= share * mean square where only that share is not 0; few units
    # of a healthy layer are so sparse, and only their values are looked at: a square underflows.
    square = units.mean * units.mean
    sparse = np.flatnonzero(square <= 1.001 * IDLE_SHARE * (square + units.second))
    if not sparse.size:
        return 0, 0
    active = np.add.reduce(values[:, sparse] != 0, axis=0)
    return int(np.count_nonzero(active == 0)), int(np.count_nonzero(active < IDLE_SHARE * samples))


def _unit_moments(values: NDArray[Any], exponent: int, *, complete: bool, shape: bool) -> _Moments:
    """Return the central moments of ``values * 2**exponent`` for every unit.

    One pass over blocks of rows, with sums of the first two powers about the unit's first finite
    sample (or 0 where it has none), or of the first four for the `shape`.
    """
    count, first, sums = power_sums(values, exponent, complete=complete, shape=shape)
    sums /= len(values) if complete else np.maximum(count, 1.0)
    a, b = sums[0], sums[1]
    mean, second = first + a, np.maximum(b - a**2, 0.0)
    if not shape:
        return _Moments(count=count, mean=mean, second=second)
    c, d = sums[2], sums[3]
    return _Moments(
        count=count,
        mean=mean,
        second=second,
        third=c - 3 * a * b + 2 * a**3,
        fourth=d - 4 * a * c + 6 * a**2 * b - 3 * a**4,
    )
