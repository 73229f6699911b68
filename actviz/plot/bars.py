"""From histograms to panels: heights from 0 to 1 on shared scales, and the shares written in them.

The heights of a group of panels are cut to one top, so that the eye may compare them. The top is
never below the level at which all values, spread evenly, would fill the range: a panel with few of
its values inside the range looks as empty as it is.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, log10
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz._format import percent, power_of_ten, significant
from actviz.diagnose import collapsed
from actviz.errors import SpecError
from actviz.histogram import OCTAVE_EDGES
from actviz.plot.panels import NOTE_DEPTH, NOTE_STEP, NOTE_TOP, Note, Panel
from actviz.plot.style import text_width
from actviz.record import LayerRecord, Record, SignalRecord
from actviz.spec import FORWARD, Signal
from actviz.theory import PredictedShares

ShareY = Literal["row", "column", "all", "none"]
Values = Literal["density", "count"]
SHARE_Y: tuple[ShareY, ...] = get_args(ShareY)
VALUES: tuple[Values, ...] = get_args(Values)

#: All bins.
ALL = slice(None)

#: A logarithmic axis may leave this share of a panel's magnitudes below its lower end: those near
#: 0 reach down without end.
TAIL = 0.01
_LEAST_OCTAVES, _MOST_DECADES = 14, 8

#: A histogram about the units' means that is higher than the scale by less than this is no news.
_CUT = 1.05
#: With so many shares in a panel there is no room to say how high it was.
_MOST_WITH_CUT = 2

#: Where notes leave the bars less than this share of a panel, they may touch the bars: that takes
#: three notes, one below the other, in a low panel.
_LEAST_SCALE = 0.2

Place = tuple[int, int, int]  # block, row, column

# From a place and the number of the stack in its row: what the panels of one scale have in common.
GROUPS: Mapping[ShareY, Callable[[Place, int], Hashable]] = {
    "row": lambda place, stack: (place[0], stack),
    "column": lambda place, stack: (place[0], place[2]),
    "all": lambda place, stack: place[0],
    "none": lambda place, stack: place,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSize:
    """What a panel offers: width and height in inches, the gap to its right, the type's size."""

    width: float
    height: float
    gap: float
    points: float
    line: float


def panels_of(
    layers: Mapping[Place, LayerRecord],
    *,
    signal: Signal,
    stacks: Sequence[int],
    lefts: Sequence[float],
    room: PanelSize,
    share_y: ShareY,
    values: Values,
    log_y: bool,
    with_notes: bool,
    window: slice = ALL,
    units: bool = False,
    lines: Mapping[Place, PredictedShares] = MappingProxyType({}),
    underflowed: Collection[Place] = (),
) -> dict[Place, Panel]:
    """Return a panel for every layer, its heights scaled within its group.

    Parameters
    ----------
    layers : mapping
        Layers by block, row and column.
    signal : str
        Which signal of theirs.
    stacks : sequence of int
        For each row the number of the stack that it shows.
    lefts : sequence of float
        Left end of each column's panels, in inches from the strip's.
    room : PanelSize
        Of every panel.
    share_y, values, log_y
        As in `plot_grid`.
    with_notes : bool
        Whether the shares are written.
    window : slice
        Which bins are shown of magnitudes.
    units : bool
        Whether to show the histograms about the units' means as well. Where they are higher than
        the scale of the pooled ones they are cut, and a note says how much higher.
    lines : mapping
        Predicted shares of the bins, by place.
    underflowed : collection
        Where gradients are too small for the dtype.
    """
    items = {place: layer[signal] for place, layer in layers.items()}
    raw = {place: heights_of(item, values, window) for place, item in items.items()}
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[share_y](place, stacks[place[1]]), []).append(place)
    panels: dict[Place, Panel] = {}
    for places in groups.values():
        levels = (even_level(items[p], values, window) for p in places)
        top = max(*(float(raw[p].max(initial=0.0)) for p in places), *levels)
        least = min(half_a_count(items[p], values, window) for p in places) if log_y else None
        drawn = {}
        for p in places:
            inner = unit_heights(items[p], values) if units else None
            peak = 0.0 if inner is None else float(inner.max(initial=0.0)) / (top or 1.0)
            shares = shares_of(items[p], window, underflow=p in underflowed)
            if peak > _CUT and len(shares) < _MOST_WITH_CUT:
                shares.append((significant(peak, 1 if peak >= 9.5 else 2), "cut"))
            drawn[p] = Panel(
                left=lefts[p[2]],
                heights=scaled(raw[p], top, least),
                hollow=signal in FORWARD and collapsed(layers[p]),
                stem=_stem(items[p]),
                notes=_notes(items[p], shares, lefts[p[2]], room) if with_notes else (),
                inner=None if inner is None else scaled(np.minimum(inner, top), top, least),
                line=_line(items[p], lines.get(p), values, top, least),
                atom=lines[p].zero if p in lines and lines[p].zero and _stem(items[p]) else None,
                ticks=tuple(place for place, _ in decades(window)) if _log(items[p]) else (),
            )
        scale = min(_room_under(panel, room) for panel in drawn.values())
        panels |= {place: panel.times(scale) for place, panel in drawn.items()}
    return panels


def _line(
    item: SignalRecord,
    predicted: PredictedShares | None,
    values: Values,
    top: float,
    least: float | None,
) -> NDArray[np.float64] | None:
    """Return the predicted heights in the middle of the bins, cut where the panel ends."""
    if predicted is None:
        return None
    raw = predicted.continuous * item.stats.count
    if values == "density":
        raw = predicted.continuous / np.diff(predicted.edges)
    return np.minimum(scaled(raw, top, least), 1.0)


def shares_of(
    item: SignalRecord, window: slice = ALL, *, underflow: bool = False
) -> list[tuple[str, str]]:
    """Return what is to be written of a signal: (share, kind), zero shares left out.

    Kinds are "zero" (exactly 0), "below" and "above" (beyond the axis), "nonfinite", and of
    gradients "none" (all are 0) and "underflow" (too small for the dtype). Of magnitudes, less
    than 1 % below the axis is not written: a logarithmic axis has no lower end.
    """
    histogram, total = item.histogram, max(item.histogram.n_finite, 1)
    zeros, below, above = item.zeros, histogram.underflow, histogram.overflow
    if _log(item):
        low, high, _ = window.indices(histogram.n_bins)
        below += int(histogram.counts[:low].sum()) - zeros
        above += int(histogram.counts[high:].sum())
        below = below if below > TAIL * total else 0
        if underflow:
            return [("", "underflow")]
        if zeros == histogram.n_values:
            return [("", "none")]
    counts = (
        (zeros / total, "zero"),
        (below / total, "below"),
        (above / total, "above"),
        (histogram.nonfinite / max(histogram.n_values, 1), "nonfinite"),
    )
    return [(percent(share), kind) for share, kind in counts if share > 0]


_MARKS = {
    "zero": "{}",
    "below": "◂{}",
    "above": "{}▸",
    "nonfinite": "{} inf",
    "none": "all 0",
    "underflow": "underflow",
    "cut": "▴ ×{}",
}


def note_text(share: str, kind: str) -> str:
    """Return a share as it stands in a panel, such as ``"24%▸"``."""
    return _MARKS[kind].format(share)


def _notes(
    item: SignalRecord, shares: Sequence[tuple[str, str]], left: float, room: PanelSize
) -> tuple[Note, ...]:
    """Place the shares: those of zero and below on the left, the others on the right.

    A right one goes a line lower where both do not fit on one.
    """
    notes: list[Note] = []
    ends: dict[int, float] = {}  # where the left note of a line ends
    for share, kind in shares:
        text = note_text(share, kind)
        width = text_width(text, room.points)
        if kind in ("zero", "below", "none", "underflow"):
            line = len(ends)
            place = _position(item, 0.0) if kind in ("zero", "none") else 0.0
            start = left + min((place or 0.0) * room.width + 0.25 * room.line, room.width - width)
            start = max(start, left) if kind in ("zero", "none") else left
            ends[line] = start + width
            notes.append(_note(text, "left", line, start, start + width, kind))
        else:
            end = left + room.width + 0.5 * room.gap
            if kind == "cut" and item.unit_histogram is not None:  # beside what is cut
                counts = item.unit_histogram.counts
                place = (int(counts.argmax()) + 1) / len(counts)
                end = min(end, left + place * room.width + 0.5 * room.line + width)
            taken = {note.line for note in notes if note.side == "right"}
            free = (n for n in range(9) if n not in taken)
            line = next(
                n for n in free if n not in ends or ends[n] + 0.15 * room.line <= end - width
            )
            notes.append(_note(text, "right", line, end - width, end, kind))
    return tuple(notes)


def _note(text: str, side: str, line: int, start: float, end: float, kind: str) -> Note:
    alarm = kind not in ("zero", "cut")
    return Note(text=text, side=side, line=line, start=start, end=end, alarm=alarm)


def _room_under(panel: Panel, room: PanelSize) -> float:
    """Return the largest factor at which no bar, line or stem reaches a note above it."""
    scale = 1.0
    heights, stem, left = panel.tallest, panel.stem, panel.left
    bins = len(heights)
    for note in panel.notes:
        start, end = (note.start - left) / room.width, (note.end - left) / room.width
        first = int(np.clip(start * bins, 0, bins - 1))
        last = int(np.clip(np.ceil(end * bins), first + 1, bins))
        # A line goes from the middle of one bin to that of the next.
        near = slice(max(first - 1, 0), last + 1) if panel.line is not None else slice(first, last)
        tallest = float(heights[near].max())
        # A stem's marker is wider than the stem, and the mark of its predicted height wider still.
        around = (0.2 if panel.atom is None else 0.35) * room.line / room.width
        if stem and start - around <= stem[0] <= end + around:
            tallest = max(tallest, stem[1], panel.atom or 0.0)
        depth = (NOTE_TOP + note.line * NOTE_STEP + NOTE_DEPTH) * room.line
        free = max(1.0 - depth / room.height, _LEAST_SCALE)
        if tallest * scale > free:
            scale = free / tallest
    return scale


def _stem(item: SignalRecord) -> tuple[float, float] | None:
    place = _position(item, 0.0)
    if not item.zeros or place is None:
        return None
    return place, item.zeros / item.stats.count


def _position(item: SignalRecord, value: float) -> float | None:
    if _log(item):
        return 0.0  # where zeros are marked: at the lower end
    low, high = item.histogram.edges[[0, -1]]
    return float((value - low) / (high - low)) if low <= value <= high else None


# --- the axes -----------------------------------------------------------------------------


def window_of(items: Iterable[SignalRecord]) -> slice:
    """Return which of `OCTAVE_EDGES`' bins a figure shows, so that nearly all magnitudes are there.

    Below the axis lie at most 1 % of an item's values that are not 0, or what is more than four
    decades below their median; above it, none but what is beyond the histogram. At least four
    decades are shown.
    """
    lows, highs = [], []
    for item in items:
        counts = item.histogram.counts
        if not _log(item) or not counts.any():
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


def _log(item: SignalRecord) -> bool:
    return item.of_magnitudes


def _axis(item: SignalRecord, window: slice) -> NDArray[np.float64]:
    """Return the shown bins' edges: in the unit of the values, or decades of magnitudes."""
    edges = item.histogram.edges
    return np.log10(edges[window.start : _stop(window) + 1]) if _log(item) else edges


def heights_of(item: SignalRecord, values: Values, window: slice = ALL) -> NDArray[np.float64]:
    """Return the height of every bin, shape (n_bins,), without the values that are exactly 0.

    Densities are per unit of the values, of magnitudes per decade. `window` says which bins are
    shown of magnitudes.
    """
    counts = item.counts_without_zeros()
    if _log(item):
        counts = counts[window]
    return _heights(item, counts, values, window)


def unit_heights(item: SignalRecord, values: Values) -> NDArray[np.float64]:
    """Return the heights of the histogram about the units' means, shape (n_bins,)."""
    if item.unit_histogram is None:
        raise SpecError(f"the {item.signal} has no unit histogram")
    return _heights(item, item.unit_histogram.counts, values, ALL)


def _heights(
    item: SignalRecord, counts: NDArray[np.int64], values: Values, window: slice
) -> NDArray[np.float64]:
    if values == "count":
        return counts.astype(np.float64)
    return counts / max(item.stats.count, 1) / np.diff(_axis(item, window))


def even_level(item: SignalRecord, values: Values, window: slice = ALL) -> float:
    """Return the height of every bin if all values were spread evenly over the range."""
    edges = _axis(item, window)
    if values == "count":
        return item.stats.count / (len(edges) - 1)
    return float(1.0 / (edges[-1] - edges[0]))


def half_a_count(item: SignalRecord, values: Values, window: slice = ALL) -> float:
    """Return the height of half a value in the widest bin, from where logarithmic heights begin."""
    if values == "count":
        return 0.5
    return 0.5 / max(item.stats.count, 1) / float(np.diff(_axis(item, window)).max())


def axis_labels(record: Record, signal: Signal, window: slice = ALL) -> list[tuple[float, str]]:
    """Return what to label on the axis of `record`, the most important first.

    Each label is a place from 0 to 1 along the axis, and a text.
    """
    item = record.layers[0][signal]
    if _log(item):
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
    return [((x - low) / (high - low), f"{x:.3g}".replace("-", "−")) for x in values]


def scaled(raw: NDArray[np.float64], top: float, least: float | None) -> NDArray[np.float64]:
    """Return heights from 0 to 1, `top` being 1; logarithmic from `least` up where it is given."""
    if least is None:
        return raw / (top or 1.0)  # 0 where no value is finite
    top = max(top, 2.0 * least)  # a whole count: few values spread evenly are less
    with np.errstate(divide="ignore"):
        heights: NDArray[np.float64] = np.log(raw / least) / np.log(top / least)
    return heights.clip(0.0, 1.0)
