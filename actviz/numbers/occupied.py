"""Occupied: values counted in those buckets alone that hold any, as fine as a few thousand allow.

Where values stand close together and a few far from them, buckets side by side from the smallest to
the largest are coarse for most of the values. Of a few that hold any, many more bits can be told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain

#: So many buckets hold values at most.
MOST_BUCKETS = 1 << 12

#: In so many parts at least each of them is cut at a time.
_PARTS = 1 << 4

#: Blocks of values: their bits, and the place in the order of the buckets that each value is in.
Blocks = Callable[[], Iterator[tuple[NDArray[Any], NDArray[np.intp]]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occupied(MadeAgain):
    """Counts of finite values that are not 0, in the buckets that hold any.

    Parameters
    ----------
    itemsize : int
        Of the values' dtype: 4 or 8 bytes.
    shift : int
        So many last bits of a value no bucket tells apart.
    places : ndarray, shape (buckets,)
        uint64, rising: the first bits of the values, the sign among them.
    counts : ndarray, shape (buckets,)
        int64: how many values have them; none is 0.

    Notes
    -----
    `refined` and `merge` drop no more bits than leave `MOST_BUCKETS`. How many that is never
    becomes less as values are added, so that the counts are those of all values at once, in
    whatever order and grouping they are merged.
    """

    itemsize: int
    shift: int
    places: NDArray[np.uint64]
    counts: NDArray[np.int64]

    @classmethod
    def each(cls, whole: NDArray[Any]) -> "Occupied":
        """Return values, by all their bits, that are so few that each may have a bucket."""
        magnitudes = whole & ((1 << (8 * whole.itemsize - 1)) - 1)
        places, counts = np.unique(whole[magnitudes != 0], return_counts=True)
        return cls(
            itemsize=whole.itemsize,
            shift=0,
            places=places.astype(np.uint64),
            counts=counts.astype(np.int64),
        )

    def refined(self, blocks: Blocks) -> "Occupied | None":
        """Return the same values in finer buckets; None where there would be too many.

        Parameters
        ----------
        blocks : callable
            Gives the values, each time it is called; beyond the last bucket those that are in none.
        """
        found = self._finer(blocks)
        return found._coarser(below=self.shift)

    def _finer(self, blocks: Blocks) -> "Occupied":
        """Return the values in finer buckets, of more than `MOST_BUCKETS` or of all bits."""
        size = self.places.size
        bits = min((_PARTS * MOST_BUCKETS // size).bit_length() - 1, self.shift)
        rest, parts = self.shift - bits, 1 << bits

        def cut() -> Iterator[tuple[NDArray[Any], NDArray[np.intp]]]:
            for whole, places in blocks():
                yield whole, (places << bits) | ((whole >> rest) & (parts - 1)).astype(np.intp)

        counts = np.zeros((size + 1) * parts, np.int64)
        for _, places in cut():
            counts += np.bincount(places, minlength=counts.size)
        held = np.flatnonzero(counts[: size * parts])
        found = Occupied(
            itemsize=self.itemsize,
            shift=rest,
            places=(self.places[held >> bits] << np.uint64(bits))
            | (held & (parts - 1)).astype(np.uint64),
            counts=counts[held],
        )
        if held.size > MOST_BUCKETS or not rest:
            return found
        return found._finer(lambda: found.among(cut(), held, counts.size))

    def among(
        self,
        blocks: Iterator[tuple[NDArray[Any], NDArray[np.intp]]],
        held: NDArray[np.intp],
        size: int,
    ) -> Iterator[tuple[NDArray[Any], NDArray[np.intp]]]:
        """Yield blocks with places among these buckets.

        They come with places among `size`, of which those that are `held` are these, in order.
        """
        own = np.full(size, held.size, np.intp)
        own[held] = np.arange(held.size)
        return ((whole, own.take(places)) for whole, places in blocks)

    def _coarser(self, *, below: int) -> "Occupied | None":
        """Return the same counts in `MOST_BUCKETS`; None unless fewer bits than `below` go.

        Places may be there several times, in order.
        """
        steps = self.places[1:] ^ self.places[:-1]
        jumps = steps[steps != 0]
        more = 0
        if jumps.size >= MOST_BUCKETS:
            # All but the largest ones are to be within a bucket: each of these begins another.
            within = jumps.size - MOST_BUCKETS
            more = int(np.partition(jumps, within)[within]).bit_length()
        if self.shift + more >= below:
            return None
        begins = np.append(0, 1 + np.flatnonzero(steps >> np.uint64(more)))
        return Occupied(
            itemsize=self.itemsize,
            shift=self.shift + more,
            places=self.places[begins] >> np.uint64(more),
            counts=np.add.reduceat(self.counts, begins),
        )

    def merge(self, other: "Occupied", *, below: int) -> "Occupied | None":
        """Return the counts of both, of one dtype; None unless fewer bits than `below` go."""
        shift = max(self.shift, other.shift)
        both = (self, other)
        places = np.concatenate([one.places >> np.uint64(shift - one.shift) for one in both])
        order = np.argsort(places, kind="stable")
        together = Occupied(
            itemsize=self.itemsize,
            shift=shift,
            places=places[order],
            counts=np.concatenate([one.counts for one in both])[order],
        )
        return together._coarser(below=below)

    def signed(self) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
        """Return counts in the order of the values, where buckets begin and stop, and a place.

        They do at the first and the last float that they can hold, shape (2, buckets). The place
        is that of zeros: so many buckets are of negative values.
        """
        negative = int(
            np.count_nonzero(self.places >> np.uint64(8 * self.itemsize - 1 - self.shift))
        )
        first = self.places.size - negative
        order = np.append(np.arange(self.places.size)[first:][::-1], np.arange(first))
        near, far = self._floats(self.places[order])
        spans = np.sort([near, far], axis=0)
        return self.counts[order], spans, negative

    def magnitudes(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return counts in the order of magnitudes, and where each bucket begins and stops."""
        unsigned = self.places & np.uint64((1 << (8 * self.itemsize - 1 - self.shift)) - 1)
        places, which = np.unique(unsigned, return_inverse=True)
        counts = np.zeros(places.size, np.int64)
        np.add.at(counts, which, self.counts)
        return counts, self._floats(places)

    def _floats(self, places: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return which floats some places begin and stop with, shape (2, places)."""
        begins = places << np.uint64(self.shift)
        bits = np.array([begins, begins | np.uint64((1 << self.shift) - 1)])
        if self.itemsize == 8:
            return bits.view(np.float64)
        return bits.astype(np.uint32).view(np.float32).astype(np.float64)
