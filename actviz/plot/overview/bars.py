"""From histograms to outlines: the bars of small panels, on one scale for each activation."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.layers.signals import Signal
from actviz.plot.heights import even_level, heights_of
from actviz.records.signal import SignalRecord
from actviz.words.told import Told

#: Bars are cut where they are higher than so many times an even spread of all values.
TIMES = 4.0


#: From the top of a bar that is cut, in shares of the type's size: a free line, and what is above.
_NICK, _CAP = 0.13, 0.17


def heights(item: SignalRecord) -> NDArray[np.float64]:
    """Return the bars' heights from 0 to 1, shape (n_bins,), without what is exactly 0.

    The scale is the range's, so that the stacks of one activation have the same.
    """
    return np.minimum(_raw(item), 1.0)


def cut(item: SignalRecord) -> NDArray[np.bool_]:
    """Return which bars are higher than drawn, shape (n_bins,)."""
    return np.asarray(_raw(item) > 1.0 + 1e-9)


def _raw(item: SignalRecord) -> NDArray[np.float64]:
    return heights_of(item, "density") / (TIMES * even_level(item, "density"))


def nicked(
    bars: NDArray[np.float64],
    high: NDArray[np.bool_],
    left: float,
    bottom: float,
    width: float,
    height: float,
    points: float,
) -> list[NDArray[np.float64]]:
    """Return the outlines of bars in a box; those that are `high` are broken just below their top.

    Beside type of so many points.
    """
    if not high.any():
        return [outline(bars, left, bottom, width, height)]
    nick, cap = (min(share * points / 72 / height, 0.2) for share in (_NICK, _CAP))
    shapes = [outline(np.where(high, bars - nick - cap, bars), left, bottom, width, height)]
    edges = left + np.linspace(0.0, width, len(bars) + 1)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(int), [0]])))
    for start, stop in ends.reshape(-1, 2):  # neighbours have one cap
        top = bottom + height * float(bars[start])
        xs = edges[start], edges[stop]
        low = top - cap * height
        shapes.append(np.array([(xs[0], low), (xs[0], top), (xs[1], top), (xs[1], low)]))
    return shapes


def outline(
    bars: NDArray[np.float64], left: float, bottom: float, width: float, height: float
) -> NDArray[np.float64]:
    """Return the corners of bars that stand in a box, shape (2 n_bins + 2, 2)."""
    edges = left + np.linspace(0.0, width, len(bars) + 1)
    tops = bottom + height * np.repeat(bars, 2)
    return np.column_stack([np.repeat(edges, 2), [bottom, *tops, bottom]])


def stem(item: SignalRecord) -> tuple[float, float] | None:
    """Return where exact zeros stand, from 0 to 1 along the axis, and their share."""
    low, high = item.histogram.edges[[0, -1]]
    if not item.zeros or not low <= 0.0 <= high:
        return None
    return float(-low / (high - low)), item.zeros / item.stats.count


def items_of(told: Told, signal: Signal, layers: Sequence[int]) -> list[SignalRecord | None]:
    """Return the signal of layers, counted from 0; None where the stack has stopped before."""
    found = {layer.layer - 1: layer for layer in told.having(signal)}
    return [found[index][signal] if index in found else None for index in layers]


def beyond(item: SignalRecord) -> float:
    """Return the share of the finite values that lie beyond the range."""
    histogram = item.histogram
    return (histogram.underflow + histogram.overflow) / max(histogram.n_finite, 1)
