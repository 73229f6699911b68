"""Codes: values counted by the first bits of their floats, a log-spaced histogram that adds up.

It needs no range beforehand, and the counts of two sets of values add up to those of both, so that
quantiles can be told of more values than there is memory for. These are approximate here and
nowhere else: `actviz.numbers.order` has them exactly, of values that are all there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain
from actviz.numbers.occupied import MOST_BUCKETS, Occupied

#: Bits of the significand that a bucket keeps at least: it is at most 1/512 of its values wide.
MANTISSA = 9

#: Where so many buckets hold them, values have finer ones: those within a few octaves, far from 0.
_BUCKETS = 1 << 15

#: Values handled at once: a block and its codes stay near a core, and there are enough of them for
#: the counts to be worth their own passes.
_BLOCK = 1 << 17

#: Of the first 32 bits of a float, those that are of its significand.
_SIGNIFICAND = {4: 23, 8: 20}


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
    occupied : Occupied, optional
        The same values in finer buckets, where so few of these hold any that there can be some.

    Notes
    -----
    How fine the buckets are follows from the smallest and the largest magnitude alone, and never
    becomes finer as values are added. Coarser buckets are finer ones added up: in whatever order
    and grouping codes are merged, the counts are those of all values at once. So are those of
    `occupied`.

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
    occupied: Occupied | None = None

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """Count values as `counted` does, of which one at least is not 0."""
        peak = float(np.abs(values).max())
        codes, _, _ = cls.counted(values, values.ravel()[:0], peak=peak)
        assert codes is not None
        return codes

    @classmethod
    def counted(
        cls, values: NDArray[Any], keys: NDArray[Any], *, peak: float
    ) -> tuple[Self | None, NDArray[np.int64], int]:
        """Return the codes of all values that are not 0, and what else one look at them tells.

        Parameters
        ----------
        values : ndarray
            Of any shape, of float32 or float64, finite; one at least.
        keys : ndarray, shape (keys,)
            Of the values' dtype.
        peak : float
            The largest magnitude among the values.

        Returns
        -------
        codes : Codes or None
            None where all values are 0.
        below : ndarray, shape (keys,)
            How many values are below each key, exactly.
        zeros : int
            How many values are 0.
        """
        flat = np.ravel(values)
        if not peak:
            return None, flat.size * (keys > 0), flat.size
        bits = _Bits(flat)
        smallest, zeros = bits.smallest()
        rest, largest = 8 * flat.itemsize - 32, int(_Bits(np.array([peak], flat.dtype)).whole[0])
        low, high = smallest >> rest, largest >> rest
        shift = _shift(low, high, flat.itemsize)
        begin, buckets = low >> shift, (high >> shift) - (low >> shift) + 1
        if zeros and not begin:
            # Some values are so small that zeros would be in their bucket.
            others = flat[flat != 0]
            codes, below, _ = cls.counted(others, keys, peak=peak)
            return codes, below + (flat.size - others.size) * (keys > 0), flat.size - others.size
        drop = rest + shift
        # So many places come before those of negative values; one after all others is for zeros.
        row = buckets if 2 * buckets <= bits.sign >> drop else bits.sign >> drop
        # Most keys may be beyond all magnitudes, where an axis is one of many that are possible.
        sizes = _Bits(np.abs(keys)).whole
        among = np.flatnonzero((sizes >= smallest) & (sizes <= largest))
        wanted, asked = (sizes[among] >> drop).astype(np.intp) - begin, keys[among]
        marked = np.zeros(row + buckets + 1, np.bool_)
        marked[wanted + row * (asked < 0)] = True
        counts, near = np.zeros(marked.size, np.intp), [flat[:0]]
        looked = partial(bits.places, drop, begin, row, zeros=row + buckets if zeros else None)
        for block, places in looked():
            counts += np.bincount(places, minlength=counts.size)
            if asked.size:
                # So few are marked that an index by truth values takes longer.
                near.append(flat[block][np.flatnonzero(marked.take(places))])
        signed, none = np.array([counts[:buckets], counts[row:-1]], np.int64), int(counts[-1])
        codes = cls(itemsize=flat.itemsize, low=low, high=high, counts=signed)
        if drop and (held := np.flatnonzero(counts[:-1])).size <= MOST_BUCKETS:
            codes = codes._refined(bits.whole, looked, held, counts.size)
        positive = keys > 0
        smaller = signed[1].sum() + none * positive
        below = np.where(sizes > largest, flat.size * positive, smaller)
        found = codes._below(asked, wanted, np.sort(np.concatenate(near)))
        below[among] = found + none * positive[among]
        return codes, below, none

    def _refined(
        self,
        whole: NDArray[Any],
        looked: Callable[[], Iterator[tuple[slice, NDArray[np.intp]]]],
        held: NDArray[np.intp],
        size: int,
    ) -> Self:
        """Return the codes with finer buckets, where the occupied ones are so few.

        Values are looked at again, and are in places among `size`, of which some are `held`.
        """
        if whole.size <= MOST_BUCKETS:
            return replace(self, occupied=Occupied.each(whole))
        known = self._known()

        def blocks() -> Iterator[tuple[NDArray[Any], NDArray[np.intp]]]:
            return known.among(((whole[block], places) for block, places in looked()), held, size)

        return replace(self, occupied=known.refined(blocks))

    def _below(
        self, keys: NDArray[Any], places: NDArray[np.intp], near: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Return how many values are below keys, which belong into these places of the buckets.

        All values of these buckets are in `near`, in order.
        """
        ends = self.ends()
        positive, negative = (np.append(0, np.cumsum(part)) for part in self.counts)
        # Of a bucket, those between its lower end and the key.
        here = np.searchsorted(near, keys)
        above = here - np.searchsorted(near, ends[places])
        under = here - np.searchsorted(near, -ends[places + 1], side="right")
        up = positive[places] + above
        down = under - negative[places + 1]
        return np.asarray(negative[-1] + np.where(keys > 0, up, down))

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
            finer, begin = shift - one.shift, one.low >> one.shift
            if finer:
                places = ((begin + np.arange(one.counts.shape[1])) >> finer) - first
                for total, part in zip(counts, one.counts, strict=True):
                    np.add.at(total, places, part)
            else:
                begin -= first
                counts[:, begin : begin + one.counts.shape[1]] += one.counts
        return Codes(
            itemsize=self.itemsize,
            low=low,
            high=high,
            counts=counts,
            occupied=self._finer(other, shift, int(np.count_nonzero(counts))),
        )

    def _finer(self, other: "Codes", shift: int, buckets: int) -> Occupied | None:
        """Return both sets of values in finer buckets, of so many that `shift` leaves."""
        # Where one of the two had too many for finer ones, both have.
        had = any(one.occupied is None and one.shift == shift for one in (self, other))
        if had or buckets > MOST_BUCKETS:
            return None
        mine, theirs = (one._known() for one in (self, other))
        return mine.merge(theirs, below=self._drop(shift))

    def _drop(self, shift: int) -> int:
        """Return how many of all bits no bucket tells apart, of which `shift` of the first 32."""
        return 8 * self.itemsize - 32 + shift

    def _known(self) -> Occupied:
        """Return the buckets that hold values, the finest that there are."""
        if self.occupied is not None:
            return self.occupied
        signs, places = np.nonzero(self.counts)
        drop = self._drop(self.shift)
        sign = signs.astype(np.uint64) << np.uint64(8 * self.itemsize - 1 - drop)
        return Occupied(
            itemsize=self.itemsize,
            shift=drop,
            places=sign | (places + (self.low >> self.shift)).astype(np.uint64),
            counts=self.counts[signs, places],
        )

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
        The values of a bucket are taken for evenly spread between the first and the last float
        that it can hold, so that the error is a part of its width; of one float there is none.
        """
        counts, spans, zero = self._known().signed()
        counts, spans = np.insert(counts, zero, zeros), np.insert(spans, zero, 0.0, axis=1)
        return _spread_evenly(positions, counts, np.clip(spans, low, high))

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
        counts, spans = self._known().magnitudes()
        spans = np.insert(spans, 0, 0.0, axis=1)
        found = _spread_evenly(
            np.array([position]), np.insert(counts, 0, zeros), np.minimum(spans, largest)
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
        return _between(spans[0][span], spans[1][span], share)

    below = positions.astype(np.intp)
    above = np.minimum(below + 1, upto[-1] - 1)
    return _between(whole(below), whole(above), positions - below)


def _between(
    first: NDArray[np.float64], last: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what lies between two values, which rounding does not leave."""
    return np.asarray(np.clip(first * (1.0 - share) + last * share, first, last))


class _Bits:
    """The bits of floats as whole numbers, in which magnitudes have the order that they have."""

    def __init__(self, flat: NDArray[Any]) -> None:
        self._flat = np.ascontiguousarray(flat)
        self.whole = self._flat.view(f"u{flat.itemsize}")
        #: The bit that tells it.
        self.sign = 1 << (8 * flat.itemsize - 1)

    def _blocks(self) -> Iterator[slice]:
        size = self.whole.size
        return (slice(start, min(start + _BLOCK, size)) for start in range(0, size, _BLOCK))

    def _space(self) -> NDArray[Any]:
        return np.empty(min(_BLOCK, self.whole.size), self.whole.dtype)

    def _magnitudes(self) -> Iterator[NDArray[Any]]:
        """Yield the magnitudes of every block, in space that is written to again."""
        space = self._space()
        for block in self._blocks():
            whole = self.whole[block]
            yield np.bitwise_and(whole, self.sign - 1, out=space[: whole.size])

    def smallest(self) -> tuple[int, bool]:
        """Return the smallest magnitude but 0, and whether any is 0; not all are."""
        least = min(int(each.min()) for each in self._magnitudes())
        if least:
            return least, False
        # One less than 0 is the largest of all.
        others = (np.subtract(each, 1, out=each) for each in self._magnitudes())
        return 1 + min(int(each.min()) for each in others), True

    def places(
        self, drop: int, begin: int, row: int, *, zeros: int | None
    ) -> Iterator[tuple[slice, NDArray[np.intp]]]:
        """Yield which block, and for each value its magnitude without some last bits, from `begin`.

        And `row` more for negative values. Where there are `zeros`, that is their place, above all
        others. In space that is written to again.
        """
        up, down = self._space(), self._space()
        found = np.empty(up.size, np.intp)
        for block in self._blocks():
            whole = self.whole[block]
            one, two, places = (space[: whole.size] for space in (up, down, found))
            if zeros is not None:  # -0.0 among them, which has a sign
                np.add(self._flat[block], 0.0, out=one.view(self._flat.dtype))
                whole = one
            np.right_shift(whole, drop, out=one)
            # Where a value has one sign, this is its place, and with the other one it is less than
            # 0, which is very much. Of a zero both are.
            np.subtract(one, begin + (self.sign >> drop) - row, out=two)
            np.subtract(one, begin, out=one)
            np.minimum(one, two, out=one)
            if zeros is not None:
                np.minimum(one, zeros, out=one)
            places[:] = one
            yield block, places


def _shift(low: int, high: int, itemsize: int) -> int:
    """Return how many bits are dropped of the first 32 of magnitudes from `low` to `high`."""
    most = _SIGNIFICAND[itemsize] - MANTISSA
    fitting = (s for s in range(most) if (high >> s) - (low >> s) < _BUCKETS)
    return next(fitting, most)
