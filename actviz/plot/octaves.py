"""Magnitudes that span decades, on a logarithmic axis: which octaves to show, and its labels.

Histograms of gradients have the bins of `actviz.histogram.OCTAVE_EDGES`, 31 decades of them; a
figure shows those that hold values.
"""

from collections.abc import Iterable
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from actviz._format import magnitude
from actviz.histogram import OCTAVE_EDGES
from actviz.plot.bars import Values
from actviz.record import SignalRecord

#: Magnitudes near 0 reach down without end: this share of a layer's may lie below the axis.
TAIL = 0.01
#: An axis has at least so many octaves, which are four decades.
_LEAST = 14
_MOST_LABELS = 6
#: How many decades an octave is.
DECADE = log10(2.0)


def octaves_of(items: Iterable[SignalRecord]) -> slice:
    """Return the bins that show all magnitudes but the smallest `TAIL` of each item."""
    size = len(OCTAVE_EDGES) - 1
    lows, highs = [], []
    for item in items:
        counts = item.histogram.counts
        if counts.any():
            below = item.histogram.underflow - item.zeros + np.cumsum(counts)
            lows.append(
                int(np.searchsorted(below, TAIL * (item.stats.count - item.zeros), "right"))
            )
            highs.append(int(np.flatnonzero(counts)[-1]) + 1)
    one = int(np.searchsorted(OCTAVE_EDGES, 1.0))
    high = max(highs, default=one)
    low = max(min([*lows, high - _LEAST]), 0)
    return slice(low, min(max(high, low + _LEAST), size))


def octave_heights(item: SignalRecord, values: Values, shown: slice) -> NDArray[np.float64]:
    """Return the heights of the bins shown: counts, or shares of all values per decade."""
    counts = item.histogram.counts[shown]
    if values == "count":
        return counts.astype(np.float64)
    return np.asarray(counts / max(item.stats.count, 1) / DECADE)


def octave_level(item: SignalRecord, values: Values, shown: slice) -> float:
    """Return the height of every bin if all values were spread evenly over the axis."""
    bins = shown.stop - shown.start
    return float(item.stats.count / bins if values == "count" else 1.0 / (bins * DECADE))


def octave_labels(shown: slice) -> list[tuple[float, str]]:
    """Return places from 0 to 1 and the powers of ten that stand there, the ends first."""
    low, high = (log10(OCTAVE_EDGES[index]) for index in (shown.start, shown.stop))
    step = ceil((high - low) / _MOST_LABELS)
    marks = list(range(step * ceil(low / step), floor(high) + 1, step))
    order = [marks[0], *marks[:0:-1]]
    return [((mark - low) / (high - low), magnitude(10.0**mark)) for mark in order]
