"""Statistics of one signal of one layer: pure functions on an array (samples, units).

Every statistic that a Record keeps is computed here; its counts are `actviz.numbers.histogram`'s.
Nothing is drawn at random, and files and pictures are unknown. All of it is careful about range:
powers are taken in float64 of values that were scaled by a power of two first, so that no statistic
overflows or underflows before the data does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import erf, frexp, ldexp, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.numbers.order import Order

#: The quantiles stand where a normal distribution has mean + k std; k = 0 is the median.
QUANTILE_SIGMAS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
QUANTILE_LEVELS = tuple(0.5 * (1.0 + erf(k / sqrt(2.0))) for k in QUANTILE_SIGMAS)

#: A spread of at most this many rounding steps of the largest value is rounding, not spread.
CONSTANT_EPS = 8

#: A unit is idle when it is not 0 on under this share of the samples: the rule "dead ReLU" of
#: Amazon SageMaker Debugger.
IDLE_SHARE = 0.01

#: Values handled at once: small enough for a block and its powers to stay in a core's cache.
_BLOCK_VALUES = 1 << 16


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


#: What is not among the moments of a signal.
FULL_ONLY = ("quantiles", "mean_cosine", "effective_rank", "median_magnitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Central moments of every unit over its samples; arrays of shape (units,)."""

    count: NDArray[np.float64]
    mean: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.float64]
    fourth: NDArray[np.float64]


def describe(
    values: NDArray[Any],
    *,
    order: Order | None = None,
    saturated_fraction: float | None = None,
    gradient: bool = False,
    rank_rows: int | None = None,
    full: bool = True,
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
    rank_rows : int, optional
        Of how many rows to compute the effective rank; default: not at all.
    full : bool
        Whether to compute more than the moments: `FULL_ONLY`.

    Raises
    ------
    SpecError
        If `values` is not a two-dimensional array of floats.

    Notes
    -----
    Each unit's powers are taken about its own first sample, so that a unit which varies in its
    tenth digit only keeps the spread of that digit (the pooled formula E[x^2] - E[x]^2 would lose
    it); the pooled moments follow from the units' by the law of total cumulance.

    Examples
    --------
    >>> s = describe(np.array([[0.0, 2.0], [0.0, 4.0]]))
    >>> s.mean, s.dead_unit_fraction, s.within_unit_std, s.between_unit_std
    (1.5, 0.5, 0.7071067811865476, 1.5)
    """
    if values.ndim != 2 or not np.issubdtype(values.dtype, np.floating):
        raise SpecError(
            f"values must be floats (samples, units) (got {values.dtype} {values.shape})"
        )
    if order is None:
        order = Order(values, ranks=quantile_ranks(values.size))
    nonfinite = order.nonfinite
    if not order.size:
        return SignalStats(count=0, nonfinite=nonfinite)

    low, high = order.low, order.high
    peak = max(abs(low), abs(high))
    exponent = min(1023, -frexp(peak)[1])  # |x| 2^exponent <= 1; 2^1024 is not a float
    units = _unit_moments(values, scale=ldexp(1.0, exponent), complete=nonfinite == 0)
    seen = units.count > 0
    weight = units.count / order.size
    mean = float(weight @ units.mean)
    offset = np.where(seen, units.mean - mean, 0.0)
    second = float(weight @ (units.second + offset**2))
    third = float(weight @ (units.third + 3 * units.second * offset + offset**3))
    fourth = float(
        weight
        @ (units.fourth + 4 * units.third * offset + 6 * units.second * offset**2 + offset**4)
    )
    top = ldexp(peak, exponent)
    noise = CONSTANT_EPS * float(np.finfo(values.dtype).eps) * top

    def spread(variance: float) -> float:
        """Return the root in the values' own unit, and 0 for what is only rounding."""
        root = sqrt(variance)
        return ldexp(min(root, top), -exponent) if root > noise else 0.0

    whole = nonfinite == 0
    std = spread(second)
    shaped = std > 0.0
    several = order.size > 1
    within = spread(float(units.second[seen].mean())) if values.shape[0] > 1 else None
    return SignalStats(
        count=order.size,
        nonfinite=nonfinite,
        # A mean of rounded terms may leave [min, max] by a step; a constant's must not, and a
        # step beyond the largest float has no float.
        mean=min(max(ldexp(min(max(mean, -top), top), -exponent), low), high),
        std=std if several else None,
        rms=ldexp(min(sqrt(mean**2 + second), top), -exponent),
        min=low,
        max=high,
        quantiles=_quantiles(order) if full else None,
        skewness=third / second**1.5 if shaped else None,
        excess_kurtosis=fourth / second**2 - 3.0 if shaped else None,
        zero_fraction=order.zeros / order.size,
        saturated_fraction=saturated_fraction,
        dead_unit_fraction=_dead_units(values, units) / values.shape[1],
        within_unit_std=within,
        between_unit_std=(spread(float(np.var(units.mean[seen]))) if values.shape[1] > 1 else None),
        mean_cosine=mean_cosine(values, scale=ldexp(1.0, exponent))
        if full and whole and not gradient
        else None,
        effective_rank=effective_rank(values[:rank_rows], scale=ldexp(1.0, exponent))
        if full and whole and rank_rows and within
        else None,
        median_magnitude=order.median_magnitude() if full and gradient else None,
        idle_unit_fraction=_idle_units(values, units, order.zeros) / values.shape[1],
        constant=several and not shaped,
    )


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


def mean_cosine(values: NDArray[Any], *, scale: float = 1.0) -> float | None:
    """Return the mean cosine of the angle between two rows of `values`, dimensionless.

    Parameters
    ----------
    values : ndarray, shape (samples, units)
        Finite floats; never written to.
    scale : float
        A power of two by which values are multiplied first, so that no square leaves the floats.

    Returns
    -------
    float or None
        Over all pairs of different rows, those of zeros left out; None where fewer than two are
        left.

    Notes
    -----
    With u the rows divided by their lengths, N of them, the mean over pairs is
    (|sum u|^2 - N) / (N (N - 1)): one pass, instead of N^2 / 2 products.

    Examples
    --------
    >>> cosine = mean_cosine(np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]]))
    >>> round(cosine, 12)  # of 90, 45 and 45 degrees: sqrt(2) / 3
    0.471404520791
    """
    count, total = 0, np.zeros(values.shape[1])
    for rows in _scaled_blocks(values, scale):
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        there = lengths > 0.0
        count += int(np.count_nonzero(there))
        total += np.divide(1.0, lengths, out=np.zeros_like(lengths), where=there) @ rows
    if count < 2:
        return None
    cosine = (float(total @ total) - count) / (count * (count - 1))
    return min(max(cosine, -1.0), 1.0)


def _scaled_blocks(values: NDArray[Any], scale: float) -> Iterator[NDArray[np.float64]]:
    """Yield ``values * scale`` in blocks of rows that stay in a core's cache."""
    step = max(1, _BLOCK_VALUES // values.shape[1])
    for start in range(0, len(values), step):
        # In one memory order whatever the values', since sums depend on it in the last bit.
        yield np.multiply(values[start : start + step], scale, dtype=np.float64, order="C")


def effective_rank(values: NDArray[Any], *, scale: float = 1.0) -> float | None:
    """Return in how many directions the rows of `values` spread, dimensionless.

    exp(-sum p ln p), p being the eigenvalues of the covariance of the columns, divided by their
    sum: n where n directions have one variance each, 1 where all rows lie on one line.

    Parameters
    ----------
    values : ndarray, shape (samples, units)
        Finite floats; never written to.
    scale : float
        A power of two by which values are multiplied first, so that no square leaves the floats.

    Returns
    -------
    float or None
        From 1 to the smaller of samples - 1 and units; None where nothing spreads.

    References
    ----------
    Roy and Vetterli 2007, "The effective rank: a measure of effective dimensionality", who take
    the entropy of singular values; of the covariance's, as here, it is that of the variances.

    Examples
    --------
    >>> effective_rank(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))
    2.0
    """
    blocks = _scaled_blocks(values, scale)
    mean = sum(rows.sum(axis=0) for rows in blocks) / len(values)
    # The smaller of the two products has the same eigenvalues, but for zeros.
    if values.shape[1] <= values.shape[0]:
        centred = (rows - mean for rows in _scaled_blocks(values, scale))
        product = sum(rows.T @ rows for rows in centred)
    else:
        rows = np.multiply(values, scale, dtype=np.float64, order="C") - mean
        product = rows @ rows.T
    spectrum = np.linalg.eigvalsh(product)
    # What rounding leaves of a zero is no direction.
    spectrum = spectrum[spectrum > len(product) * np.finfo(np.float64).eps * spectrum[-1]]
    if not spectrum.size:
        return None
    shares = spectrum / spectrum.sum()
    return float(np.exp(-(shares @ np.log(shares))))


def _dead_units(values: NDArray[Any], units: _Moments) -> int:
    # Only units without spread can be dead; their values are looked at, since a square underflows.
    candidates = np.flatnonzero((units.second == 0.0) & (np.abs(units.mean) < 1e-300))
    return int(np.count_nonzero(~np.any(values[:, candidates], axis=0)))


def _idle_units(values: NDArray[Any], units: _Moments, zeros: int) -> int:
    samples = values.shape[0]
    if zeros <= (1.0 - IDLE_SHARE) * samples:
        return 0
    # By Cauchy and Schwarz mean^2 <= share * mean square where only that share is not 0; few units
    # of a healthy layer are so sparse, and only their values are looked at.
    square = units.mean**2
    sparse = square <= 1.001 * IDLE_SHARE * (square + units.second)
    active = np.count_nonzero(values[:, sparse], axis=0)
    return int(np.count_nonzero(active < IDLE_SHARE * samples))


def _unit_moments(values: NDArray[Any], *, scale: float, complete: bool) -> _Moments:
    """Return the central moments of ``values * scale`` for every unit.

    One pass over blocks of rows, with sums of the first four powers about the unit's first finite
    sample (or 0 where it has none).
    """
    start = 0 if complete else np.isfinite(values).argmax(axis=0)
    first = values[start, np.arange(values.shape[1])] * np.float64(scale)
    first[~np.isfinite(first)] = 0.0
    count = np.zeros(values.shape[1])
    sums = np.zeros((4, values.shape[1]))
    rows = max(1, _BLOCK_VALUES // values.shape[1])
    # Written to again for every block: fresh memory would cost more than the arithmetic.
    shifted_rows, square_rows = np.empty((2, min(rows, len(values)), values.shape[1]))
    for start in range(0, len(values), rows):
        block = values[start : start + rows]
        shifted, square = shifted_rows[: len(block)], square_rows[: len(block)]
        np.multiply(block, scale, out=shifted, dtype=np.float64)
        shifted -= first
        if complete:
            count += len(block)
        else:
            finite = np.isfinite(block)
            shifted[~finite] = 0.0
            count += finite.sum(axis=0)
        np.multiply(shifted, shifted, out=square)
        sums[0] += shifted.sum(axis=0)
        sums[1] += square.sum(axis=0)
        sums[2] += np.einsum("ij,ij->j", square, shifted)
        sums[3] += np.einsum("ij,ij->j", square, square)
    a, b, c, d = sums / np.maximum(count, 1.0)
    return _Moments(
        count=count,
        mean=first + a,
        second=np.maximum(b - a**2, 0.0),
        third=c - 3 * a * b + 2 * a**3,
        fourth=d - 4 * a * c + 6 * a**2 * b - 3 * a**4,
    )
