"""Central moments of every unit, of values that need not all be there at once.

Those of two sets of values are merged by the formulas of Chan, Golub and LeVeque 1979 and Pébay
2008. Each unit's are about its own first value, so that a unit which varies in its tenth digit
keeps the spread of that digit.
"""

from dataclasses import dataclass
from math import frexp, ldexp
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain

#: Values handled at once: small enough for a block and its powers to stay in a core's cache.
_BLOCK_VALUES = 1 << 16


#: Where the largest value is within 2 to these powers of 1, no power of a value needs a scale.
NEAR_ONE = 16


def power_sums(
    values: NDArray[Any], exponent: int, *, complete: bool, shape: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what there is of every unit of ``values * 2**exponent``, shape (samples, units).

    How many values are finite, the first one of these, and the sums of the first two powers about
    it, or of four for the `shape`, shape (2 or 4, units). `complete` says that all are finite.
    """
    # Near 1 the sums themselves are scaled, which is as exact, and a pass less.
    late = exponent if abs(exponent) <= NEAR_ONE else 0
    scale, units = ldexp(1.0, exponent - late), values.shape[1]
    if complete:
        first = values[0].astype(np.float64)
    else:
        first = values[np.isfinite(values).argmax(axis=0), np.arange(units)].astype(np.float64)
        first[~np.isfinite(first)] = 0.0
    if scale != 1.0:
        first *= scale
    count, sums = np.zeros(units), np.zeros((4 if shape else 2, units))
    step, first_two = max(1, _BLOCK_VALUES // units), sums[:2]
    # Written to again for every block: fresh memory would cost more than the arithmetic.
    rows = np.empty((2, min(step, len(values)), units))
    # Of a row for each of the block's, which a few blocks are not worth: one for all takes longer.
    firsts = first[np.newaxis].repeat(step if len(values) > 4 * step else 1, axis=0)
    for start in range(0, len(values), step):
        block = values[start : start + step]
        both = rows[:, : len(block)]
        shifted, square = both
        if scale == 1.0:
            np.subtract(block, firsts[: len(block)], out=shifted, dtype=np.float64)
        else:
            np.multiply(block, scale, out=shifted, dtype=np.float64)
            shifted -= firsts[: len(block)]
        if complete:
            count += len(block)
        else:
            finite = np.isfinite(block)
            shifted[~finite] = 0.0
            count += finite.sum(axis=0)
        np.multiply(shifted, shifted, out=square)
        first_two += np.add.reduce(both, axis=1)
        if shape:
            sums[2] += np.einsum("ij,ij->j", square, shifted)
            sums[3] += np.einsum("ij,ij->j", square, square)
    if late:
        first *= (factor := ldexp(1.0, late))
        for power, its in enumerate(sums, start=1):
            its *= factor**power
    return count, first, sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMoments(MadeAgain):
    """Central moments of units; all arrays have the shape (units,).

    Parameters
    ----------
    exponent : int
        Everything is of the values times 2 to this power: none is then above 1 in magnitude, and
        no power of one overflows before the value does.
    count : ndarray
        How many values of a unit are finite.
    first : ndarray
        The unit's first finite value; 0 where it has none.
    offset : ndarray
        Its mean less `first`.
    second, third, fourth : ndarray
        Its central moments, divided by `count`. The third and the fourth are None where nobody
        asks for the shape.
    """

    exponent: int
    count: NDArray[np.float64]
    first: NDArray[np.float64]
    offset: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.float64] | None = None
    fourth: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, values: NDArray[Any], *, peak: float, complete: bool, shape: bool = True) -> Self:
        """Return the moments of `values`, shape (samples, units).

        Parameters
        ----------
        values : ndarray
            float32 or float64; never written to.
        peak : float
            The largest finite magnitude among them.
        complete : bool
            Whether all are finite.
        shape : bool
            Whether to take the third and the fourth moment as well.
        """
        exponent = min(1023, -frexp(peak)[1]) if peak else 1023  # 2^1024 is no float
        count, first, sums = power_sums(values, exponent, complete=complete, shape=shape)
        a, b, *higher = sums / np.maximum(count, 1.0)
        c, d = higher or (None, None)
        return cls(
            exponent=exponent,
            count=count,
            first=first,
            offset=a,
            second=np.maximum(b - a**2, 0.0),
            third=None if c is None else c - 3 * a * b + 2 * a**3,
            fourth=None if d is None else d - 4 * a * c + 6 * a**2 * b - 3 * a**4,
        )

    @property
    def mean(self) -> NDArray[np.float64]:
        """The units' means; 0 of a unit without a finite value."""
        return self.first + self.offset

    def distance(self, other: "UnitMoments") -> NDArray[np.float64]:
        """Return the other's means less these, which have the same exponent."""
        return (other.first - self.first) + (other.offset - self.offset)

    def merge(self, other: "UnitMoments") -> "UnitMoments":
        """Return the moments of both sets of values, of the same units."""
        exponent = min(self.exponent, other.exponent)
        one, two = self.scaled_to(exponent), other.scaled_to(exponent)
        count = one.count + two.count
        p, q = (each.count / np.maximum(count, 1.0) for each in (one, two))
        d, pq = one.distance(two), p * q
        begun = one.count > 0
        third = fourth = None
        if one.third is not None and two.third is not None:
            third = p * one.third + q * two.third
            third += pq * d * ((p - q) * d**2 + 3 * (two.second - one.second))
            if one.fourth is not None and two.fourth is not None:
                fourth = p * one.fourth + q * two.fourth + 4 * pq * d * (two.third - one.third)
                fourth += pq * (p**2 - pq + q**2) * d**4
                fourth += 6 * pq * d**2 * (p * two.second + q * one.second)
        return UnitMoments(
            exponent=exponent,
            count=count,
            first=np.where(begun, one.first, two.first),
            offset=np.where(begun, one.offset + q * d, two.offset),
            second=p * one.second + q * two.second + pq * d**2,
            third=third,
            fourth=fourth,
        )

    def scaled_to(self, exponent: int) -> "UnitMoments":
        """Return the same moments with an exponent that is no larger."""
        if (by := exponent - self.exponent) == 0:
            return self
        return UnitMoments(
            exponent=exponent,
            count=self.count,
            first=np.ldexp(self.first, by),
            offset=np.ldexp(self.offset, by),
            second=np.ldexp(self.second, 2 * by),
            third=None if self.third is None else np.ldexp(self.third, 3 * by),
            fourth=None if self.fourth is None else np.ldexp(self.fourth, 4 * by),
        )
