"""Counted: everything that is counted of values, and their extremes, in one look at their codes.

As exact as `actviz.numbers.order`, which also knows the values' places; here only codes are left.
"""

from collections.abc import Sequence
from math import inf, isfinite, log2
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.codes import Codes
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram, edge_keys


class Counted(NamedTuple):
    """What is counted of values.

    Attributes
    ----------
    nonfinite, zeros : int
        How many values are not finite, and how many are 0.
    low, high : float
        The extremes of the finite values; inf and -inf where there is none.
    codes : Codes or None
        Of those that are not 0; None where there is none, or nobody asked.
    histograms : tuple of Histogram
        One for each of the edges.
    """

    nonfinite: int
    zeros: int
    low: float
    high: float
    codes: Codes | None
    histograms: tuple[Histogram, ...]

    @classmethod
    def of(
        cls, values: NDArray[Any], edges: Sequence[NDArray[np.float64]], *, coded: bool = True
    ) -> Self:
        """Count values of any shape, of float32 or float64.

        Parameters
        ----------
        values : ndarray
            One at least.
        edges : sequence of ndarray
            Of the histograms. With `OCTAVE_EDGES`, magnitudes are counted.
        coded : bool
            Whether the codes are kept.
        """
        flat = np.ravel(values)
        low, high = float(flat.min()), float(flat.max())
        if not isfinite(low) or not isfinite(high):
            flat = flat[np.isfinite(flat)]
            low, high = (float(flat.min()), float(flat.max())) if flat.size else (inf, -inf)
        nonfinite = values.size - flat.size
        between = [_bounds(each, flat.dtype) for each in edges]
        keys = np.concatenate([flat[:0], *between])
        if flat.size and (edges or coded):
            codes, below, zeros = Codes.counted(flat, keys, peak=max(abs(low), abs(high)))
        else:
            codes, below = None, np.zeros(keys.size, np.int64)
            zeros = flat.size - int(np.count_nonzero(flat))
        histograms, start = [], 0
        for each, bounds in zip(edges, between, strict=True):
            if each is OCTAVE_EDGES:
                histograms.append(_of_magnitudes(codes, zeros, nonfinite))
                continue
            these = below[start : start + bounds.size]
            start += bounds.size
            histograms.append(
                Histogram(
                    edges=each,
                    counts=np.diff(these),
                    underflow=int(these[0]),
                    overflow=int(flat.size - these[-1]),
                    nonfinite=nonfinite,
                )
            )
        return cls(nonfinite, zeros, low, high, codes if coded else None, tuple(histograms))


def _bounds(edges: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the smallest values of a dtype that are in each bin, and beyond the last one.

    The last bin has its upper edge; magnitudes need none.
    """
    if edges is OCTAVE_EDGES:
        return np.empty(0, dtype)
    keys = edge_keys(edges, dtype)
    keys[-1] = np.nextafter(-edge_keys(-edges[-1:], dtype)[0], dtype.type(inf))
    return keys


def _of_magnitudes(codes: Codes | None, zeros: int, nonfinite: int) -> Histogram:
    low, high = (round(log2(end)) for end in OCTAVE_EDGES[[0, -1]])
    below, counts = codes.octaves(low, high) if codes else (0, np.zeros(high - low, np.int64))
    beyond = int(codes.counts.sum()) - below - int(counts.sum()) if codes else 0
    return Histogram(
        edges=OCTAVE_EDGES,
        counts=counts,
        underflow=below + zeros,
        overflow=beyond,
        nonfinite=nonfinite,
        kind="magnitudes",
    )
