"""How high a histogram's bars are, and over which window: the scales that panels share."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, log10
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.format import axis_number, power_of_ten
from actviz.layers.signals import Signal
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.record import Record
from actviz.records.signal import SignalRecord

ShareY = Literal["row", "column", "all", "none"]
HeightUnit = Literal["density", "count"]
SHARE_Y: tuple[ShareY, ...] = get_args(ShareY)
VALUES: tuple[HeightUnit, ...] = get_args(HeightUnit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heights:
    """What the heights of a picture are.

    Parameters
    ----------
    signal : str
        What is counted.
    share_y, values, log_y
        As in `plot_grid`.
    """

    signal: Signal
    share_y: ShareY
    values: HeightUnit
    log_y: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between which heights the panels of one scale are drawn.

    Parameters
    ----------
    top : float
        The height that reaches their upper end, or where it is cut; in the unit of the bars.
    least : float or None
        Where logarithmic heights begin; None for others.
    free : float
        The share of a panel that is free of notes, and that `top` reaches.
    """

    top: float
    least: float | None
    free: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The scales of a picture of histograms: given to another, that one has the same.

    Parameters
    ----------
    windows : mapping
        Which bins are shown of magnitudes, by the number of the axis.
    spans : mapping
        By signal, and by what the panels of one scale have in common.
    """

    windows: Mapping[int, slice]
    spans: Mapping[tuple[Signal, Hashable], Span]


def common_scales(scales: Sequence[Scales]) -> Scales:
    """Return the scales on which several pictures of one arrangement can be compared."""
    windows: dict[int, slice] = {}
    spans: dict[tuple[Signal, Hashable], Span] = {}
    for one in scales:
        for axis, window in one.windows.items():
            windows[axis] = _joined(window, windows.get(axis, window))
        for group, span in one.spans.items():
            other = spans.get(group, span)
            leasts = [least for least in (span.least, other.least) if least is not None]
            spans[group] = Span(
                top=max(span.top, other.top),
                least=min(leasts, default=None),
                free=min(span.free, other.free),
            )
    return Scales(windows=windows, spans=spans)


def _joined(one: slice, other: slice) -> slice:
    """Return the bins of both, and those between them."""
    if one == other:
        return one
    return slice(min(one.start, other.start), max(one.stop, other.stop))


#: All bins.
ALL = slice(None)

#: A logarithmic axis may leave this share of a panel's magnitudes below its lower end: those near
#: 0 reach down without end.
TAIL = 0.01

_LEAST_OCTAVES, _MOST_DECADES = 14, 8

Place = tuple[int, int, int]  # block, row, column

# From a place and the number of the stack in its row: what the panels of one scale have in common.
GROUPS: Mapping[ShareY, Callable[[Place, int], Hashable]] = {
    "row": lambda place, stack: (place[0], stack),
    "column": lambda place, stack: (place[0], place[2]),
    "all": lambda place, stack: place[0],
    "none": lambda place, stack: place,
}


def window_of(items: Iterable[SignalRecord]) -> slice:
    """Return which of `OCTAVE_EDGES`' bins a figure shows, so that nearly all magnitudes are there.

    Below the axis lie at most 1 % of an item's values that are not 0, or what is more than four
    decades below their median; above it, none but what is beyond the histogram. At least four
    decades are shown.
    """
    lows, highs = [], []
    for item in items:
        counts = item.histogram.counts
        if not item.of_magnitudes or not counts.any():
            continue
        below = item.histogram.underflow - item.zeros
        count = item.stats.count - item.zeros
        tail, median = np.searchsorted(
            below + np.cumsum(counts), [TAIL * count, count / 2], side="right"
        )
        lows.append(max(int(tail), int(median) - _LEAST_OCTAVES))
        highs.append(int(np.flatnonzero(counts)[-1]) + 1)
    size = len(OCTAVE_EDGES) - 1
    one = int(np.searchsorted(OCTAVE_EDGES, 1.0))
    low, high = min(lows, default=one), max(highs, default=one)
    return slice(max(min(low, high - _LEAST_OCTAVES), 0), min(max(high, _LEAST_OCTAVES), size))


def decades(window: slice) -> list[tuple[float, int]]:
    """Return the marks of a logarithmic axis: places from 0 to 1, and exponents of 10."""
    low, high = (log10(OCTAVE_EDGES[window][0]), log10(OCTAVE_EDGES[_stop(window)]))
    step = ceil((high - low) / _MOST_DECADES)
    exponents = range(step * ceil(low / step), floor(high) + 1, step)
    return [((exponent - low) / (high - low), exponent) for exponent in exponents]


def _stop(window: slice) -> int:
    return window.indices(len(OCTAVE_EDGES) - 1)[1]


def _axis(item: SignalRecord, window: slice) -> NDArray[np.float64]:
    """Return the shown bins' edges: in the unit of the values, or decades of magnitudes."""
    edges = item.histogram.edges
    return np.log10(edges[window.start : _stop(window) + 1]) if item.of_magnitudes else edges


def heights_of(item: SignalRecord, values: HeightUnit, window: slice = ALL) -> NDArray[np.float64]:
    """Return the height of every bin, shape (n_bins,), without the values that are exactly 0.

    Densities are per unit of the values, of magnitudes per decade. `window` says which bins are
    shown of magnitudes.
    """
    counts = item.counts_without_zeros()
    if item.of_magnitudes:
        counts = counts[window]
    return _heights(item, counts, values, window)


def heights_of_shares(
    item: SignalRecord, shares: NDArray[np.float64], values: HeightUnit, window: slice = ALL
) -> NDArray[np.float64]:
    """Return the height of every bin that has such a share of as many values as `item` has."""
    if item.of_magnitudes:
        shares = shares[window]
    if values == "count":
        return shares * item.stats.count
    return shares / np.diff(_axis(item, window))


def unit_heights(item: SignalRecord, values: HeightUnit) -> NDArray[np.float64]:
    """Return the heights of the histogram about the units' means, shape (n_bins,)."""
    if item.unit_histogram is None:
        raise SpecError(f"the {item.signal} has no unit histogram")
    return _heights(item, item.unit_histogram.counts, values, ALL)


def _heights(
    item: SignalRecord, counts: NDArray[np.int64], values: HeightUnit, window: slice
) -> NDArray[np.float64]:
    if values == "count":
        return counts.astype(np.float64)
    return counts / max(item.stats.count, 1) / np.diff(_axis(item, window))


def even_level(item: SignalRecord, values: HeightUnit, window: slice = ALL) -> float:
    """Return the height of every bin if all values were spread evenly over the range."""
    edges = _axis(item, window)
    if values == "count":
        return item.stats.count / (len(edges) - 1)
    return float(1.0 / (edges[-1] - edges[0]))


def half_a_count(item: SignalRecord, values: HeightUnit, window: slice = ALL) -> float:
    """Return the height of half a value in the widest bin, from where logarithmic heights begin."""
    if values == "count":
        return 0.5
    return 0.5 / max(item.stats.count, 1) / float(np.diff(_axis(item, window)).max())


def axis_labels(record: Record, signal: Signal, window: slice = ALL) -> list[tuple[float, str]]:
    """Return what to label on the axis of `record`, the most important first.

    Each label is a place from 0 to 1 along the axis, and a text.
    """
    item = record.layers[0][signal]
    if item.of_magnitudes:
        labels = [(place, power_of_ten(exponent)) for place, exponent in decades(window)]
        ends, inner = labels[:1] + labels[:0:-1][:1], labels[1:-1]
        middle = len(inner) // 2
        return [*ends, *inner[middle : middle + 1]]
    edges = item.histogram.edges
    low, second, high = (float(edges[index]) for index in (0, 1, -1))
    bound = record.spec.activation.bounds[0] if signal == "activation" else -inf
    values = [low, high, *([0.0] if low < 0.0 < high else [])]
    if low < bound < min(second, 0.0):  # the axis begins a bin below ELU's -1 or GELU's -0.17
        values = [0.0, high, bound]
    return [((x - low) / (high - low), axis_number(x)) for x in values]


def scaled(raw: NDArray[np.float64], top: float, least: float | None) -> NDArray[np.float64]:
    """Return heights from 0 to 1, `top` being 1; logarithmic from `least` up where it is given."""
    if least is None:
        return raw / (top or 1.0)  # 0 where no value is finite
    top = max(top, 2.0 * least)  # a whole count: few values spread evenly are less
    with np.errstate(divide="ignore"):
        heights: NDArray[np.float64] = np.log(raw / least) / np.log(top / least)
    return heights.clip(0.0, 1.0)
