"""Codes: values counted by the first bits of their floats, a log-spaced histogram that adds up.

It needs no range beforehand, and the counts of two sets of values add up to those of both, so that
quantiles can be told of more values than there is memory for. These are approximate here and
nowhere else: `actviz.numbers.order` has them exactly, of values that are all there.
"""

import sys
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain

#: Bits of the significand that a bucket keeps at least: it is at most 1/512 of its values wide.
MANTISSA = 9

#: Where so many buckets hold them, values have finer ones: those within a few octaves, far from 0.
_BUCKETS = 1 << 15

#: Values handled at once: a block and its codes stay in a core's cache.
_BLOCK = 1 << 15

#: Of the first 32 bits of a float, those that are of its significand.
_SIGNIFICAND = {4: 23, 8: 20}

_SIGN = np.uint32(1 << 31)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codes(MadeAgain):
    """Counts of finite values that are not 0, by the first bits of their magnitude and by sign.

    Parameters
    ----------
    itemsize : int
        Of the values' dtype: 4 or 8 bytes.
    low, high : int
        The first 32 bits of the smallest and of the largest magnitude.
    counts : ndarray, shape (2, buckets)
        int64: positive values, then negative ones. Bucket k holds the magnitudes whose first 32
        bits, shifted right by `shift`, are ``(low >> shift) + k``.

    Notes
    -----
    How fine the buckets are follows from the smallest and the largest magnitude alone, and never
    becomes finer as values are added. Coarser buckets are finer ones added up: in whatever order
    and grouping codes are merged, the counts are those of all values at once.

    Examples
    --------
    >>> codes = Codes.of(np.array([-2.0, 1.0, 3.0])).merge(Codes.of(np.array([1.0])))
    >>> codes.counts.sum(axis=1).tolist()
    [3, 1]
    """

    itemsize: int
    low: int
    high: int
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """Count values of any shape, of float32 or float64, finite and not 0; one at least."""
        return cls.counted(values, values.ravel()[:0])[0]

    @classmethod
    def counted(
        cls, values: NDArray[Any], keys: NDArray[Any], *, zeros: int = 0
    ) -> tuple[Self, NDArray[np.int64]]:
        """Return the counts as `of` does, and how many values are below each of some keys, exactly.

        Parameters
        ----------
        values : ndarray
            As of `of`.
        keys : ndarray, shape (keys,)
            Of the values' dtype.
        zeros : int
            How many of the values are 0 after all; they are not counted.
        """
        flat = np.ravel(values)
        first = _first_bits(flat)
        magnitudes = first & ~_SIGN
        if zeros and np.count_nonzero(magnitudes) != flat.size - zeros:
            # Some are so small that their first bits are those of 0.
            return cls.counted(flat[flat != 0], keys)
        # One less than 0 is the largest of all.
        low = int((magnitudes - np.uint32(1)).min()) + 1 if zeros else int(magnitudes.min())
        high = int(magnitudes.max())
        shift = _shift(low, high, values.itemsize)
        begin, buckets = low >> shift, (high >> shift) - (low >> shift) + 1
        if zeros and not begin:
            return cls.counted(flat[flat != 0], keys)
        wanted = (_first_bits(np.abs(keys)) >> np.uint32(shift)).astype(np.intp) - begin
        inside = (wanted >= 0) & (wanted < buckets) & (keys != 0)
        # Before the buckets of each sign is one for zeros.
        row = buckets + 1
        marked = np.zeros(2 * row, np.bool_)
        marked[(wanted + 1 + row * (keys < 0))[inside]] = True
        counts, near = np.zeros(2 * row, np.intp), [flat[:0]]
        for start in range(0, first.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            codes = magnitudes[block] >> np.uint32(shift)
            if zeros:
                np.maximum(codes, np.uint32(begin - 1), out=codes)
            places = codes.astype(np.intp)
            places += (first[block] >> np.uint32(31)) * np.intp(row) - (begin - 1)
            counts += np.bincount(places, minlength=2 * row)
            if keys.size:
                near.append(flat[block][marked[places]])
        shaped = counts.reshape(2, row)[:, 1:].astype(np.int64)
        found = cls(itemsize=values.itemsize, low=low, high=high, counts=shaped)
        return found, found._below(keys, wanted, np.sort(np.concatenate(near)))

    def _below(
        self, keys: NDArray[Any], places: NDArray[np.intp], near: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Return how many values are below keys, which belong into some places of the buckets.

        All values of these buckets are in `near`, in order.
        """
        ends, last = self.ends(), self.counts.shape[1]
        positive, negative = (np.append(0, np.cumsum(part)) for part in self.counts)
        k = np.clip(places, 0, last)  # past the last bucket are all
        inner = np.minimum(k, last - 1)
        inside = (places >= 0) & (places < last)
        # Of a bucket, those between its lower end and the key.
        here = np.searchsorted(near, keys)
        above = here - np.searchsorted(near, ends[inner])
        under = here - np.searchsorted(near, -ends[inner + 1], side="right")
        up = negative[-1] + positive[k] + above * inside
        down = negative[-1] - negative[np.where(inside, k + 1, k)] + under * inside
        return np.asarray(np.where(keys > 0, up, np.where(keys < 0, down, negative[-1])))

    @property
    def shift(self) -> int:
        """How many of the first 32 bits no bucket tells apart."""
        return _shift(self.low, self.high, self.itemsize)

    def merge(self, other: "Codes") -> "Codes":
        """Return the counts of both sets of values, which are of one dtype."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        shift = _shift(low, high, self.itemsize)
        first, buckets = low >> shift, (high >> shift) - (low >> shift) + 1
        counts = np.zeros((2, buckets), np.int64)
        for one in (self, other):
            finer = shift - one.shift
            begin = one.low >> one.shift
            places = ((begin + np.arange(one.counts.shape[1])) >> finer) - first
            for total, part in zip(counts, one.counts, strict=True):
                np.add.at(total, places, part)
        return Codes(itemsize=self.itemsize, low=low, high=high, counts=counts)

    def ends(self) -> NDArray[np.float64]:
        """Return where the buckets of magnitudes begin and end, shape (buckets + 1,)."""
        begin = self.low >> self.shift
        codes = np.arange(begin, begin + self.counts.shape[1] + 1, dtype=np.uint64)
        if self.itemsize == 8:
            return (codes << np.uint64(self.shift + 32)).view(np.float64)
        return (codes << np.uint64(self.shift)).astype(np.uint32).view(np.float32).astype(float)

    def at(
        self, positions: NDArray[np.float64], *, zeros: int, low: float, high: float
    ) -> NDArray[np.float64]:
        """Return about which values have these places in the order of all, from 0.

        Parameters
        ----------
        positions : ndarray
            Places, between two of them as well.
        zeros : int
            How many values are 0 besides.
        low, high : float
            The smallest and the largest of all values.

        Notes
        -----
        The values of a bucket are taken for evenly spread, so that the error is a part of its
        width.
        """
        ends = self.ends()
        negative = np.flatnonzero(self.counts[1])[::-1]
        positive = np.flatnonzero(self.counts[0])
        counts = np.concatenate([self.counts[1][negative], [zeros], self.counts[0][positive]])
        begins = np.concatenate([-ends[negative + 1], [0.0], ends[positive]])
        stops = np.concatenate([-ends[negative], [0.0], ends[positive + 1]])
        return _spread_evenly(positions, counts, np.clip([begins, stops], low, high))

    def octaves(self, low: int, high: int) -> tuple[int, NDArray[np.int64]]:
        """Return how many magnitudes are below 2^`low`, and from 2^k to 2^(k + 1) from there on.

        As `actviz.numbers.order.Order.octaves` does, and as exactly: buckets end at powers of two.
        """
        upto = np.append(0, np.cumsum(self.counts.sum(axis=0)))
        powers = np.ldexp(1.0, np.arange(low, high + 1))
        below = upto[np.searchsorted(self.ends()[:-1], powers)]
        return int(below[0]), np.diff(below)

    def magnitude_at(self, position: float, *, zeros: int, largest: float) -> float:
        """Return about which magnitude has a place in the order of all, as `at` does of values."""
        ends, counts = self.ends(), self.counts.sum(axis=0)
        there = np.flatnonzero(counts)
        spans = np.array([np.append(0.0, ends[there]), np.append(0.0, ends[there + 1])])
        found = _spread_evenly(
            np.array([position]), np.append(zeros, counts[there]), np.minimum(spans, largest)
        )
        return float(found[0])


def _spread_evenly(
    positions: NDArray[np.float64], counts: NDArray[np.int64], spans: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the values at some places of values that are spread evenly over spans, in order.

    Each of n values stands in the middle of an nth of its span, and what is between the last of a
    span and the first of the next is on the line between the two.
    """
    upto = np.cumsum(counts)

    def whole(ranks: NDArray[np.intp]) -> NDArray[np.float64]:
        span = np.searchsorted(upto, ranks, side="right")
        share = (ranks - (upto[span] - counts[span]) + 0.5) / counts[span]
        return np.asarray(spans[0][span] * (1.0 - share) + spans[1][span] * share)

    below = positions.astype(np.intp)
    above = np.minimum(below + 1, upto[-1] - 1)
    share = positions - below
    return np.asarray(whole(below) * (1.0 - share) + whole(above) * share)


def _first_bits(flat: NDArray[Any]) -> NDArray[np.uint32]:
    """Return the first 32 bits of floats."""
    words = np.ascontiguousarray(flat).view(np.uint32)
    if flat.itemsize == 4:
        return words
    return np.ascontiguousarray(words[1::2] if sys.byteorder == "little" else words[::2])


def _shift(low: int, high: int, itemsize: int) -> int:
    """Return how many bits are dropped of the first 32 of magnitudes from `low` to `high`."""
    most = _SIGNIFICAND[itemsize] - MANTISSA
    fitting = (s for s in range(most) if (high >> s) - (low >> s) < _BUCKETS)
    return next(fitting, most)
