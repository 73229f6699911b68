"""Order statistics without a sort: how many values lie below a key, and which value has a rank.

Values are counted in some thousand buckets, and only buckets that a key or a rank falls into are
looked at: sorted where they hold little, counted in buckets again where they hold much. That gives
what `numpy.sort` would, to the last bit, in a fraction of its time. This room knows no statistics
and no histograms: `actviz.numbers.stats` and `actviz.numbers.histogram` ask it.
"""

import sys
from collections.abc import Sequence
from functools import cached_property
from math import inf, isfinite, nan
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Of equal width: enough to leave a few per cent of the values to be looked at, few enough for a
#: core's cache.
_BUCKETS = 2048

#: By the first 16 bits of a float: for values that span decades.
_CODES, _SIGN = 1 << 16, 1 << 15

#: Up to so many bytes of values are sorted: that takes less time than the calls around buckets of
#: equal width, or than those by codes, of which there are as many however few the values.
_EVEN, _CODED = 1 << 18, 1 << 19

#: A bucket of more values may be looked at apart.
_FEW = 2048

#: Values handled at once: a block, its shifted copy and its buckets stay in a core's cache.
_BLOCK = 1 << 15

Side = Literal["left", "right"]


class Order:
    """The finite values of an array, in order as far as anyone asks.

    Parameters
    ----------
    values : ndarray, any shape
        float32 or float64; never written to, and to be left unchanged as long as this is asked.
    keys : sequence of ndarray
        Keys that will be asked for, each of the values' dtype, so that one look serves them all.
    ranks : sequence of int
        Ranks that will be asked for.
    decades : bool
        Whether the values are expected to span decades, as gradients do. It changes how long this
        takes, and not what it says.

    Attributes
    ----------
    size : int
        How many values are finite.
    nonfinite : int
        How many are not.
    zeros : int
        How many are exactly 0.
    low, high : float
        The smallest and the largest finite value; NaN where there is none.

    Notes
    -----
    The bucket of v is floor((v - low) factor) in float64, or the first 16 bits of v. Both, rounded
    or not, never fall as v grows: a value in a lower bucket than a key is below it, one in a higher
    bucket is above it.

    Examples
    --------
    >>> order = Order(np.array([3.0, 0.0, np.nan, 2.0]))
    >>> order.below(np.array([0.0, 2.5])).tolist(), order.at([0, 2]).tolist(), order.nonfinite
    ([0, 2], [0.0, 3.0], 1)
    """

    def __init__(
        self,
        values: NDArray[Any],
        *,
        keys: Sequence[NDArray[Any]] = (),
        ranks: Sequence[int] = (),
        decades: bool = False,
    ) -> None:
        flat = values.ravel()
        self.low, self.high = _ends(flat)
        if not (isfinite(self.low) and isfinite(self.high)):
            flat = flat[np.isfinite(flat)]
            self.low, self.high = _ends(flat)
        self.size = int(flat.size)
        self.nonfinite = int(values.size - flat.size)
        self.zeros = int(np.count_nonzero(flat == 0))  # in half of the time that flat itself takes
        #: Of the values.
        self.dtype = flat.dtype
        self._finite, self._decades = flat, decades
        if (keys or ranks) and isinstance(self._tree, _Buckets):
            there = np.array([rank for rank in ranks if rank < self.size], np.intp)
            self._tree.look(np.concatenate(keys) if keys else flat[:0], self._ranks_apart(there))

    @cached_property
    def _tree(self) -> "_Sorted | _Buckets":
        """The values' order: found when the first of it is asked for, which moments never do."""
        # Zeros are taken out: no bucket tells equal values apart, and 0.0 and -0.0 have two codes.
        flat = _where(self._finite, self._finite != 0) if self.zeros else self._finite
        return _ordered(flat, coded=self._decades)

    @cached_property
    def _negative(self) -> int:
        return int(np.count_nonzero(self._finite < 0)) if self.zeros else 0

    def octaves(self, low: int, high: int) -> tuple[int, NDArray[np.intp]]:
        """Return how many values have abs(v) < 2^`low`, and 2^k <= abs(v) < 2^(k + 1) from there.

        For k from `low` to `high` - 1; powers of two that the dtype holds as normal numbers.
        """
        keys = np.ldexp(np.ones(high - low + 1, self.dtype), np.arange(low, high + 1))
        below, up_to = self._tree.around(keys)
        smaller = below - up_to + self.zeros
        return int(smaller[0]), np.diff(smaller)

    def median_magnitude(self) -> float:
        """Return the median of abs(v) of the finite values; NaN where there is none."""
        if not self.size:
            return nan
        middle = [(self.size - 1) // 2, self.size // 2]
        around = [rank - self.zeros for rank in middle]
        low, high = self._tree.magnitudes(around) if around[1] >= 0 else (0.0, 0.0)
        # Not half of the sum, which may overflow.
        return 0.5 * (low if around[0] >= 0 else 0.0) + 0.5 * high

    def below(self, keys: NDArray[Any]) -> NDArray[np.intp]:
        """Return for each key, of the values' dtype, how many finite values are smaller."""
        return self._tree.count(keys, "left") + (keys > 0) * self.zeros

    def up_to(self, keys: NDArray[Any]) -> NDArray[np.intp]:
        """Return for each key, of the values' dtype, how many finite values are no larger."""
        return self._tree.count(keys, "right") + (keys >= 0) * self.zeros

    def at(self, ranks: ArrayLike) -> NDArray[Any]:
        """Return the finite values of these ranks, of which the smallest value has 0."""
        asked = np.asarray(ranks, dtype=np.intp)
        zero = (self._negative <= asked) & (asked < self._negative + self.zeros)
        found = np.zeros(asked.shape, self._tree.dtype)
        found[~zero] = self._tree.at(self._ranks_apart(asked))
        return found

    def _ranks_apart(self, ranks: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the ranks among the values that are left, without those of the zeros."""
        below = ranks[ranks < self._negative]
        above = ranks[ranks >= self._negative + self.zeros] - self.zeros
        return np.concatenate([below, above])


def _ends(flat: NDArray[Any]) -> tuple[float, float]:
    return (float(flat.min()), float(flat.max())) if flat.size else (nan, nan)


def _where(flat: NDArray[Any], chosen: NDArray[np.bool_]) -> NDArray[Any]:
    """Return ``flat[chosen]``, in a half to a quarter of its time where few to many are chosen.

    An index by truth values is fast where nearly all are true, and guesses wrong where half are.
    """
    most = 4 * np.count_nonzero(chosen) > 3 * chosen.size
    return np.asarray(flat[chosen] if most else flat[np.flatnonzero(chosen)])


def _bits(flat: NDArray[Any]) -> NDArray[np.uint16]:
    """Return the first 16 bits of floats."""
    step = flat.itemsize // 2
    first = step - 1 if sys.byteorder == "little" else 0
    return np.ascontiguousarray(np.ascontiguousarray(flat).view(np.uint16)[first::step])


def _turned(bits: NDArray[Any]) -> NDArray[np.intp]:
    """Return first bits so turned that they rise as the floats do; of codes, the bits.

    Negative numbers, whose first bit is set, come first and in reverse.
    """
    codes = bits.astype(np.intp)
    return np.where(codes >= _SIGN, _CODES - 1 - codes, codes + _SIGN)


def _bits_of(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.where(codes >= _SIGN, codes - _SIGN, _CODES - 1 - codes)


def _spans_octaves(flat: NDArray[Any]) -> bool:
    """Return whether values lie on both sides of 0, or the largest is over 4 times the smallest."""
    low, high = _ends(flat)
    return not (0 < high < 4 * low or 4 * high < low < 0)


def _ordered(flat: NDArray[Any], *, coded: bool) -> "_Sorted | _Buckets":
    """Return values in order, or in buckets where that takes less time."""
    low, high = _ends(flat)
    width = high - low
    factor = (_BUCKETS - 1) / width if width > 0 else inf
    # A constant, and a spread that no float64 holds or whose reciprocal none does, have no buckets.
    few = _CODED if coded else _EVEN
    if flat.nbytes <= few or width == 0 or not (coded or 0 < factor < inf):
        return _Sorted(flat)
    return _Buckets(flat, low, high, 0.0 if coded else factor)


class _Sorted:
    """Finite values, all of them in order."""

    def __init__(self, flat: NDArray[Any]) -> None:
        self.dtype = flat.dtype
        self._values = np.sort(flat)

    def count(self, keys: NDArray[Any], side: Side) -> NDArray[np.intp]:
        """Return for each key how many values are smaller, or with "right" no larger."""
        return self._values.searchsorted(keys, side)

    def at(self, ranks: NDArray[np.intp]) -> NDArray[Any]:
        """Return the values of these ranks."""
        return np.asarray(self._values[ranks])

    def around(self, powers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return how many values are below powers of two, and how many up to their negatives."""
        return self.count(powers, "left"), self.count(-powers, "right")

    def magnitudes(self, ranks: Sequence[int]) -> tuple[float, float]:
        """Return the magnitudes that have two neighbouring ranks among all; below 0, the first."""
        low, high = (self._magnitude(max(rank, 0)) for rank in ranks)
        return low, high

    def _magnitude(self, rank: int) -> float:
        """Return the magnitude of a rank, of the two runs that rise from 0 to either side."""
        values, first = self._values, int(np.searchsorted(self._values, 0))
        # So many of the smallest are negative: at least, and at most.
        least, most = max(0, rank + 1 - (values.size - first)), min(rank + 1, first)
        while least < most:
            half = (least + most) // 2
            if -values[first - 1 - half] < values[first + rank - half]:
                least = half + 1
            else:
                most = half
        ends = [-values[first - least]] if least else []
        ends += [values[first + rank - least]] if least <= rank else []
        return float(max(ends))


class _Buckets:
    """Finite values in buckets, of which those that were looked at are in order.

    Buckets are of equal width, whose reciprocal is the `factor`, or with 0 by the first bits.
    """

    def __init__(self, flat: NDArray[Any], low: float, high: float, factor: float) -> None:
        self.dtype = flat.dtype
        self._flat, self._coded = flat, not factor
        self._low, self._high, self._factor = low, high, factor
        #: How many values are in lower buckets, for each bucket and for the end.
        self._firsts = self._fill()
        #: The small buckets that were looked at, their values in order, and where each begins.
        self._known = self._starts = np.empty(0, np.intp)
        self._seen = flat[:0]
        #: The large ones.
        self._parts: dict[int, _Sorted | _Buckets] = {}

    def _fill(self) -> NDArray[np.intp]:
        """Note in which bucket every value is, and return where in the order each bucket begins."""
        if self._coded:
            # Not turned, which is done to the counts alone.
            self._places = _bits(self._flat)
            counts = np.bincount(self._places, minlength=_CODES)
            counts = np.concatenate([counts[: _SIGN - 1 : -1], counts[:_SIGN]])
        else:
            counts = self._fill_evenly()
        firsts = np.zeros(len(counts) + 1, np.intp)
        np.cumsum(counts, out=firsts[1:])
        return firsts

    def _fill_evenly(self) -> NDArray[np.intp]:
        self._places = np.empty(self._flat.size, np.uint16)
        counts = np.zeros(_BUCKETS, np.intp)
        shifted = np.empty(min(_BLOCK, self._flat.size))
        buckets = np.empty(shifted.size, np.intp)
        for start in range(0, self._flat.size, _BLOCK):
            block = self._flat[start : start + _BLOCK]
            part, bucket = shifted[: block.size], buckets[: block.size]
            np.subtract(block, self._low, out=part, dtype=np.float64)
            part *= self._factor
            bucket[:] = part
            self._places[start : start + _BLOCK] = bucket
            counts += np.bincount(bucket, minlength=_BUCKETS)
        return counts

    def look(self, keys: NDArray[Any], ranks: NDArray[np.intp]) -> None:
        """Put in order what these keys and ranks fall into."""
        keys = keys[(keys >= self._low) & (keys <= self._high)]
        key_buckets, rank_buckets = self._of_keys(keys), self._of_ranks(ranks)
        wanted = self._united(key_buckets, rank_buckets)
        counts = self._firsts[wanted + 1] - self._firsts[wanted]
        # A look for one bucket goes through all values, so that few may be looked at apart.
        large = counts > max(_FEW, self._flat.size // 64)
        for bucket in wanted[large].tolist():
            if bucket not in self._parts:
                values = _where(self._flat, self._in([bucket]))
                coded = not self._coded and _spans_octaves(values)
                self._parts[bucket] = _ordered(values, coded=coded)
            if isinstance(part := self._parts[bucket], _Buckets):
                own = ranks[rank_buckets == bucket] - self._firsts[bucket]
                part.look(keys[key_buckets == bucket], own)
        small = wanted[~large]
        if self._is_known(small).all():
            return
        self._known = self._united(small, self._known)
        counts = self._firsts[self._known + 1] - self._firsts[self._known]
        self._starts = np.cumsum(counts) - counts
        self._seen = np.sort(_where(self._flat, self._in(self._known)))

    def _united(self, one: NDArray[np.intp], two: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return what `numpy.union1d` does of buckets, in a tenth of its time."""
        marked = np.zeros(self._firsts.size - 1, np.bool_)
        marked[one] = marked[two] = True
        return np.flatnonzero(marked)

    def _in(self, buckets: ArrayLike) -> NDArray[np.bool_]:
        """Return which values are in some buckets."""
        chosen = np.asarray(buckets)
        marked = np.zeros(_CODES if self._coded else _BUCKETS, np.bool_)
        marked[_bits_of(chosen) if self._coded else chosen] = True
        return np.take(marked, self._places)  # in half of the time of an index

    def count(self, keys: NDArray[Any], side: Side) -> NDArray[np.intp]:
        """Return for each key how many values are smaller, or with "right" no larger."""
        self.look(keys, np.empty(0, np.intp))
        found = np.where(keys > self._high, self._flat.size, 0).astype(np.intp)
        inside = np.flatnonzero((keys >= self._low) & (keys <= self._high))
        buckets = self._of_keys(keys[inside])
        small = self._is_known(buckets)
        places, keys_there, known = inside[small], keys[inside[small]], buckets[small]
        before = np.searchsorted(self._seen, keys_there, side=side) - self._start(known)
        found[places] = self._firsts[known] + before
        for bucket, part in self._parts.items():
            places = inside[buckets == bucket]
            found[places] = self._firsts[bucket] + part.count(keys[places], side)
        return found

    def at(self, ranks: NDArray[np.intp]) -> NDArray[Any]:
        """Return the values of these ranks."""
        self.look(self._flat[:0], ranks)
        buckets = self._of_ranks(ranks)
        inside = ranks - self._firsts[buckets]
        found = np.empty(ranks.shape, self.dtype)
        small = self._is_known(buckets)
        found[small] = self._seen[self._start(buckets[small]) + inside[small]]
        for bucket, part in self._parts.items():
            found[buckets == bucket] = part.at(inside[buckets == bucket])
        return found

    def _is_known(self, buckets: NDArray[np.intp]) -> NDArray[np.bool_]:
        # For these few, a tenth of what np.isin takes.
        if not self._known.size:
            return np.zeros(buckets.shape, np.bool_)
        nearest = np.searchsorted(self._known[:-1], buckets)
        return np.asarray(self._known[nearest] == buckets)

    def _start(self, buckets: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.asarray(self._starts[np.searchsorted(self._known, buckets)])

    def around(self, powers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return how many values are below powers of two, and how many up to their negatives."""
        if not self._coded:
            return self.count(powers, "left"), self.count(-powers, "right")
        # These buckets begin and end there.
        return self._firsts[self._of_keys(powers)], self._firsts[self._of_keys(-powers) + 1]

    def magnitudes(self, ranks: Sequence[int]) -> tuple[float, float]:
        """Return the magnitudes that have two neighbouring ranks among all; below 0, the first."""
        ends = max(ranks[0], 0), max(ranks[1], 0)
        if not self._coded:
            ordered = np.partition(np.abs(self._flat), ends)
            return float(ordered[ends[0]]), float(ordered[ends[1]])
        # The codes of positive numbers rise from the middle, those of negative ones fall.
        firsts = self._firsts[_SIGN:] - self._firsts[_SIGN::-1]
        first, last = (int(np.searchsorted(firsts, end, side="right")) - 1 for end in ends)
        # All codes between the two are of buckets that hold nothing. Bits below the first wrap.
        near = (self._places & np.uint16(_SIGN - 1)) - np.uint16(first) <= last - first
        ordered = np.sort(np.abs(_where(self._flat, near)))
        low, high = (float(ordered[end - firsts[first]]) for end in ends)
        return low, high

    def _of_keys(self, keys: NDArray[Any]) -> NDArray[np.intp]:
        if self._coded:
            return _turned(_bits(keys))
        # The same arithmetic as for the values, so that equals are in one bucket.
        places = np.subtract(keys, self._low, dtype=np.float64) * self._factor
        return np.asarray(places.astype(np.intp))

    def _of_ranks(self, ranks: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.searchsorted(self._firsts, ranks, side="right") - 1
