"""Histograms that lose nothing: every value is in a bin, beyond an end, or not finite.

This room counts and re-counts. It draws nothing and chooses no ranges for anybody: edges are given,
so that two histograms over the same edges merge exactly and no outlier can move a bin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import SpecError
from actviz.format import counted
from actviz.numbers.frozen import MadeAgain
from actviz.numbers.order import Order
from actviz.numbers.scalars import is_integer

MAX_BINS = 10_000

#: What is counted: values v, drawn on a linear axis, or their magnitudes |v|, on a logarithmic one.
HistogramKind = Literal["values", "magnitudes"]

#: The ends of a histogram of magnitudes, as exponents of 2: about 10^-21 to 10^10. Half of the
#: exponents that float32 has as normal numbers.
_OCTAVES = (-70, 34)

#: Edges for magnitudes of values that span decades, shape (105,): powers of two.
OCTAVE_EDGES = np.ldexp(1.0, np.arange(_OCTAVES[0], _OCTAVES[1] + 1))
OCTAVE_EDGES.setflags(write=False)


def bin_edges(low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Return `bins` + 1 equally spaced edges from `low` to `high`.

    Raises
    ------
    SpecError
        Unless `low` < `high` are finite, 1 <= `bins` <= 10 000, and the bins are wide enough for
        float64 to tell their edges apart.
    """
    if not is_integer(bins) or not 1 <= bins <= MAX_BINS:
        raise SpecError(f"bins must be an integer from 1 to {MAX_BINS} (got {bins!r})")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise SpecError(f"range must be two finite numbers, low < high (got {low!r}, {high!r})")
    # Interpolating the ends, instead of stepping by their difference, cannot overflow.
    share = np.arange(bins + 1) / bins
    edges: NDArray[np.float64] = low * (1.0 - share) + high * share
    if not _increase(edges):
        raise SpecError(f"range {low!r}, {high!r} is too narrow for {bins} bins: widen it")
    return edges


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram(MadeAgain):
    """Counts of values between fixed edges.

    A value v is in bin i when ``edges[i] <= v < edges[i + 1]``; the last bin includes its upper
    edge, so that a saturated tanh (exactly 1.0) is inside (-1, 1).

    Parameters
    ----------
    edges : ndarray, shape (n_bins + 1,)
        Strictly increasing finite float64, in the unit of the values.
    counts : ndarray, shape (n_bins,)
        int64, how many values each bin holds.
    underflow, overflow : int
        How many finite values lie below the first and above the last edge.
    nonfinite : int
        How many values are NaN or infinite.
    kind : {"values", "magnitudes"}
        Whether v is counted or |v|; zeros are below the first edge of magnitudes. These have the
        edges `OCTAVE_EDGES`, or every second, fourth … of them.

    Raises
    ------
    SpecError
        If the shapes do not fit, the edges do not increase, a count is not an integer >= 0, or
        magnitudes have other edges.

    Notes
    -----
    ``underflow + counts.sum() + overflow + nonfinite == n_values`` always. Empty input is a
    histogram of zeros; constant input fills one bin. The arrays are read-only copies.

    Examples
    --------
    >>> h = Histogram.of([0.0, 0.5, 1.0, 7.0], edges=bin_edges(0, 1, 2))
    >>> h.counts.tolist(), h.overflow
    ([1, 2], 1)
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    underflow: int = 0
    overflow: int = 0
    nonfinite: int = 0
    kind: HistogramKind = "values"

    def __post_init__(self) -> None:
        edges = _numbers("edges", self.edges, kinds="fiu").astype(np.float64)
        counts = _numbers("counts", self.counts, kinds="iu").astype(np.int64)
        if edges.ndim != 1 or counts.shape != (edges.size - 1,) or edges.size < 2:
            raise SpecError(
                f"a histogram needs n + 1 edges for n >= 1 counts (got {edges.shape} edges and "
                f"{counts.shape} counts)"
            )
        if not (np.isfinite(edges).all() and _increase(edges)):
            raise SpecError("the edges of a histogram must be finite and strictly increasing")
        for name in ("underflow", "overflow", "nonfinite"):
            count = getattr(self, name)
            if not is_integer(count):
                raise SpecError(f"{name} of a histogram must be an integer (got {count!r})")
            object.__setattr__(self, name, int(count))
        if min(self.underflow, self.overflow, self.nonfinite, int(counts.min())) < 0:
            raise SpecError("the counts of a histogram must be >= 0")
        if self.kind not in get_args(HistogramKind):
            given = f"(got {self.kind!r})"
            raise SpecError(
                f"kind of a histogram must be {' or '.join(get_args(HistogramKind))} {given}"
            )
        if self.kind == "magnitudes" and not are_octaves(edges):
            raise SpecError("magnitudes are counted between powers of two, in at least 2 bins")
        for name, array in (("edges", edges), ("counts", counts)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        """Return one line, without the counts."""
        what = " of magnitudes" if self.kind == "magnitudes" else ""
        ends = f"{self.edges[0]:.3g} to {self.edges[-1]:.3g}"
        others = {
            "below": self.underflow,
            "above": self.overflow,
            "not finite": self.nonfinite,
        }
        told = "".join(f", {count:,} {name}" for name, count in others.items() if count)
        bins, values = counted(self.n_bins, "bin"), counted(self.n_values, "value")
        return f"<Histogram{what}, {bins} from {ends}: {values}{told}>"

    @classmethod
    def of(cls, values: ArrayLike, *, edges: NDArray[np.float64]) -> Self:
        """Count `values`, of any shape, between `edges`."""
        numbers = _numbers("values", values, kinds="fiu")
        if numbers.dtype.kind != "f":
            numbers = numbers.astype(np.float64)
        return cls.of_order(Order(numbers), edges=edges)

    @classmethod
    def of_order(cls, order: Order, *, edges: NDArray[np.float64]) -> Self:
        """Count values that are in order as far as the edges ask.

        Comparing with the edges is exact, where arithmetic on the values is not: a value that
        equals an edge is never put beside it.
        """
        keys = edge_keys(edges, order.dtype)
        bounds = order.below(keys)
        bounds[-1] = order.up_to(-edge_keys(-edges[-1:], order.dtype))[0]
        return cls(
            edges=edges,
            counts=np.diff(bounds),
            underflow=int(bounds[0]),
            overflow=int(order.size - bounds[-1]),
            nonfinite=order.nonfinite,
        )

    @classmethod
    def of_magnitudes(cls, order: Order) -> Self:
        """Count the magnitudes |v| of values, zeros among those below the first edge.

        The edges are `OCTAVE_EDGES`, powers of two, for values that span decades.
        """
        below, counts = order.octaves(*_OCTAVES)
        return cls(
            edges=OCTAVE_EDGES,
            counts=counts,
            underflow=below,
            overflow=order.size - below - int(counts.sum()),
            nonfinite=order.nonfinite,
            kind="magnitudes",
        )

    @property
    def n_bins(self) -> int:
        """The number of bins."""
        return int(self.counts.size)

    @property
    def n_finite(self) -> int:
        """How many finite values were counted, inside the range or beyond it."""
        return int(self.counts.sum()) + self.underflow + self.overflow

    @property
    def n_values(self) -> int:
        """How many values were counted in all."""
        return self.n_finite + self.nonfinite

    def shares(self) -> NDArray[np.float64]:
        """Return each bin's share of all finite values, shape (n_bins,); zeros if there are none.

        The shares sum to less than 1 where values lie beyond the range.
        """
        return self.counts / max(self.n_finite, 1)

    def density(self) -> NDArray[np.float64]:
        """Return `shares` per unit of the values, shape (n_bins,), in 1 / unit."""
        # A bin may be wider than the largest float, or narrower than its reciprocal's range.
        with np.errstate(over="ignore"):
            return self.shares() / np.diff(self.edges)

    def merge(self, other: "Histogram") -> "Histogram":
        """Return the histogram of both sets of values.

        Raises
        ------
        SpecError
            If the edges differ, or one is of values and the other of magnitudes.
        """
        if self.kind != other.kind:
            raise SpecError(f"{self.kind} and {other.kind} cannot be merged")
        if not np.array_equal(self.edges, other.edges):
            raise SpecError("histograms over different edges cannot be merged: use the same range")
        return Histogram(
            edges=self.edges,
            counts=self.counts + other.counts,
            underflow=self.underflow + other.underflow,
            overflow=self.overflow + other.overflow,
            nonfinite=self.nonfinite + other.nonfinite,
            kind=self.kind,
        )

    def rebin(self, factor: int) -> "Histogram":
        """Return the histogram with every `factor` neighbouring bins made one.

        Raises
        ------
        SpecError
            If `factor` does not divide the number of bins, or leaves one bin of magnitudes.
        """
        if factor < 1 or self.n_bins % factor:
            raise SpecError(f"factor must divide the {self.n_bins} bins (got {factor!r})")
        return Histogram(
            edges=self.edges[::factor],
            counts=self.counts.reshape(-1, factor).sum(axis=1),
            underflow=self.underflow,
            overflow=self.overflow,
            nonfinite=self.nonfinite,
            kind=self.kind,
        )

    def between(self, edges: NDArray[np.float64]) -> "Histogram":
        """Return the histogram of the same values between some of its edges, as exact as this one.

        Raises
        ------
        SpecError
            Unless they are the same edges, or all but the last are among them, and the next float
            above the last, which the last bin includes, is too.
        """
        if np.array_equal(edges, self.edges):
            return self
        own, ends = self.edges[:-1], np.append(edges[:-1], np.nextafter(edges[-1], np.inf))
        if self.kind != "values" or not np.isin(ends, own).all():
            raise SpecError("values that are counted between other edges cannot be told apart")
        below = np.append(0, np.cumsum(self.counts))[np.searchsorted(own, ends)]
        return Histogram(
            edges=edges,
            counts=np.diff(below),
            underflow=self.underflow + int(below[0]),
            overflow=self.overflow + int(self.counts.sum() - below[-1]),
            nonfinite=self.nonfinite,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return lists and numbers that JSON can hold; the edges alone tell the kind."""
        return {
            "edges": self.edges.tolist(),
            "counts": self.counts.tolist(),
            "underflow": self.underflow,
            "overflow": self.overflow,
            "nonfinite": self.nonfinite,
        }

    def _parts(self) -> Iterator[object]:
        yield from (self.kind, self.underflow, self.overflow, self.nonfinite)
        yield self.edges.tobytes()
        yield self.counts.tobytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Histogram):
            return NotImplemented
        return all(a == b for a, b in zip(self._parts(), other._parts(), strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self._parts()))


def _numbers(name: str, values: ArrayLike, *, kinds: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in kinds:
        kind = "numbers" if "f" in kinds else "integers"
        raise SpecError(f"{name} of a histogram must be {kind} (got {array.dtype})")
    return array


def _increase(edges: NDArray[np.float64]) -> bool:
    # Compared, not subtracted: the difference of two floats may overflow.
    return bool(np.all(edges[:-1] < edges[1:]))


def are_octaves(edges: NDArray[np.float64]) -> bool:
    """Return whether `edges` are `OCTAVE_EDGES`, or every second, fourth … of them, 2 bins or more.

    No equally spaced edges are: between these ends the second one of at most 104 bins lies above
    2^27, and here it is 2^-18 at most. Of a single bin nobody could tell.
    """
    bins, octaves = edges.size - 1, OCTAVE_EDGES.size - 1
    if bins < 2 or octaves % bins:
        return False
    return np.array_equal(edges, OCTAVE_EDGES[:: octaves // bins])


def edge_keys(edges: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return for each edge the smallest value of `dtype` that is not below it.

    ``v < edge`` and ``v < key`` are then the same for every v of that dtype, and a search with
    keys of the values' own dtype does not first copy the values to float64.
    """
    with np.errstate(over="ignore"):  # infinity is the right key beyond the dtype's range
        keys = edges.astype(dtype)
        return np.where(keys < edges, np.nextafter(keys, dtype.type(np.inf)), keys)
