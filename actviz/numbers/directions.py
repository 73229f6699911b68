"""Where inputs point: how alike their values are, and in how many directions these spread.

Pure functions on an array (samples, units) of finite values, and sums that add up to those of
several. `actviz.numbers.stats` has what is told of units and of values.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain

#: Values handled at once: small enough to stay in a core's cache.
_BLOCK_VALUES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Directions(MadeAgain):
    """The sum of rows that were divided by their lengths.

    Parameters
    ----------
    count : int
        How many rows are not all 0.
    total : ndarray, shape (units,)
        Their sum.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]])
    >>> one, two = (Directions.of(part) for part in (rows[:1], rows[1:]))
    >>> round(one.merge(two).mean_cosine, 12)  # of 90, 45 and 45 degrees: sqrt(2) / 3
    0.471404520791
    """

    count: int
    total: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[Any], *, scale: float = 1.0) -> Self:
        """Return the sum for `values`, shape (samples, units), finite floats.

        They are multiplied by `scale`, a power of two, so that no square leaves the floats.
        """
        count, total = 0, np.zeros(values.shape[1])
        for rows in _scaled_blocks(values, scale):
            lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            there = int(np.count_nonzero(lengths))
            count += there
            if there < lengths.size:
                lengths[lengths == 0.0] = np.inf  # a row of zeros points nowhere
            total += (1.0 / lengths) @ rows
        return cls(count=count, total=total)

    def merge(self, other: "Directions") -> "Directions":
        """Return the sum over both sets of rows."""
        return Directions(count=self.count + other.count, total=self.total + other.total)

    @property
    def mean_cosine(self) -> float | None:
        """The mean cosine over all pairs of different rows; None where there is no pair.

        With u the rows divided by their lengths, N of them, it is (|sum u|^2 - N) / (N (N - 1)).
        """
        if self.count < 2:
            return None
        pairs = self.count * (self.count - 1)
        cosine = (float(self.total @ self.total) - self.count) / pairs
        return min(max(cosine, -1.0), 1.0)


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
    return Directions.of(values, scale=scale).mean_cosine


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
    return rank_of(product)


def covariance(
    values: NDArray[Any], *, scale: float, mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the covariance of the columns of ``values * scale``, which have this mean.

    Shape (units, units), divided by the number of rows. `values` are finite, and `scale` is a power
    of two.
    """
    product = np.zeros((values.shape[1], values.shape[1]))
    for rows in _scaled_blocks(values, scale):
        centred = rows - mean  # a block may be the values themselves
        product += centred.T @ centred
    return product / len(values)


def rank_of(covariance: NDArray[np.float64]) -> float | None:
    """Return exp(-sum p ln p) for the shares p of the eigenvalues of a covariance.

    None where nothing spreads. See `effective_rank`. A factor makes no difference.
    """
    spectrum = np.linalg.eigvalsh(covariance)
    # What rounding leaves of a zero is no direction.
    spectrum = spectrum[spectrum > len(covariance) * np.finfo(np.float64).eps * spectrum[-1]]
    if not spectrum.size:
        return None
    shares = spectrum / spectrum.sum()
    return float(np.exp(-(shares @ np.log(shares))))


def _scaled_blocks(values: NDArray[Any], scale: float) -> Iterator[NDArray[np.float64]]:
    """Yield ``values * scale`` in blocks of rows that stay in a core's cache.

    In space that is written to again for the next block, or the values themselves.
    """
    step = max(1, _BLOCK_VALUES // values.shape[1])
    as_they_are = scale == 1.0 and values.dtype == np.float64 and values.flags.c_contiguous
    # In one memory order whatever the values', since sums depend on it in the last bit.
    space = np.empty((0 if as_they_are else min(step, len(values)), values.shape[1]))
    for start in range(0, len(values), step):
        block = values[start : start + step]
        if as_they_are:
            yield block
            continue
        rows = space[: len(block)]
        if scale == 1.0:
            rows[:] = block  # in half of a product's time
        else:
            np.multiply(block, scale, out=rows, dtype=np.float64)
        yield rows
