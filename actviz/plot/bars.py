"""From histograms to panels: heights from 0 to 1 on shared scales, and the shares written in them.

The heights of a group of panels are cut to one top, so that the eye may compare them. The top is
never below the level at which all values, spread evenly, would fill the range: a panel with few of
its values inside the range looks as empty as it is.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz._format import percent
from actviz.diagnose import collapsed
from actviz.plot.panels import NOTE_DEPTH, NOTE_STEP, NOTE_TOP, Note, Panel
from actviz.plot.style import text_width
from actviz.record import LayerRecord, Record, SignalRecord
from actviz.spec import Signal

ShareY = Literal["row", "column", "all", "none"]
Values = Literal["density", "count"]
SHARE_Y: tuple[ShareY, ...] = get_args(ShareY)
VALUES: tuple[Values, ...] = get_args(Values)

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
) -> dict[Place, Panel]:
    """Return a panel for every layer, its heights scaled within its group.

    Parameters
    ----------
    layers : mapping
        Layers by block, row and column.
    signal : {"activation", "preactivation"}
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
    """
    raw = {place: heights_of(layer[signal], values) for place, layer in layers.items()}
    floors = {place: even_level(layer[signal], values) for place, layer in layers.items()}
    least = {place: half_a_count(layer[signal], values) for place, layer in layers.items()}
    notes = {
        place: _notes(layer[signal], lefts[place[2]], room) if with_notes else ()
        for place, layer in layers.items()
    }
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[share_y](place, stacks[place[1]]), []).append(place)
    panels = {}
    for places in groups.values():
        top = max(max(float(raw[p].max(initial=0.0)), floors[p]) for p in places)
        bottom = min(least[p] for p in places)
        heights = {p: scaled(raw[p], top, bottom if log_y else None) for p in places}
        stems = {p: _stem(layers[p][signal]) for p in places}
        scale = min(_room_under(notes[p], heights[p], stems[p], lefts[p[2]], room) for p in places)
        for place in places:
            stem = stems[place]
            panels[place] = Panel(
                left=lefts[place[2]],
                heights=heights[place] * scale,
                hollow=collapsed(layers[place]),
                stem=stem and (stem[0], stem[1] * scale),
                notes=notes[place],
            )
    return panels


def shares_of(item: SignalRecord) -> list[tuple[str, str]]:
    """Return what is to be written of a signal: (share, kind), zero shares left out.

    Kinds are "zero" (exactly 0), "below" and "above" (beyond the axis) and "nonfinite".
    """
    histogram, total = item.histogram, max(item.histogram.n_finite, 1)
    counts = (
        (item.zeros / total, "zero"),
        (histogram.underflow / total, "below"),
        (histogram.overflow / total, "above"),
        (histogram.nonfinite / max(histogram.n_values, 1), "nonfinite"),
    )
    return [(percent(share), kind) for share, kind in counts if share > 0]


_MARKS = {"zero": "{}", "below": "◂{}", "above": "{}▸", "nonfinite": "{} inf"}


def note_text(share: str, kind: str) -> str:
    """Return a share as it stands in a panel, such as ``"24%▸"``."""
    return _MARKS[kind].format(share)


def _notes(item: SignalRecord, left: float, room: PanelSize) -> tuple[Note, ...]:
    """Place the shares: those of zero and below on the left, the others on the right.

    A right one goes a line lower where both do not fit on one.
    """
    notes: list[Note] = []
    ends: dict[int, float] = {}  # where the left note of a line ends
    for share, kind in shares_of(item):
        text = note_text(share, kind)
        width = text_width(text, room.points)
        if kind in ("zero", "below"):
            line = len(ends)
            place = _position(item, 0.0) if kind == "zero" else 0.0
            start = left + min((place or 0.0) * room.width + 0.25 * room.line, room.width - width)
            start = max(start, left) if kind == "zero" else left
            ends[line] = start + width
            notes.append(_note(text, "left", line, start, start + width, kind))
        else:
            end = left + room.width + 0.5 * room.gap
            taken = {note.line for note in notes if note.side == "right"}
            free = (n for n in range(9) if n not in taken)
            line = next(
                n for n in free if n not in ends or ends[n] + 0.15 * room.line <= end - width
            )
            notes.append(_note(text, "right", line, end - width, end, kind))
    return tuple(notes)


def _note(text: str, side: str, line: int, start: float, end: float, kind: str) -> Note:
    return Note(text=text, side=side, line=line, start=start, end=end, alarm=kind != "zero")


def _room_under(
    notes: Sequence[Note],
    heights: NDArray[np.float64],
    stem: tuple[float, float] | None,
    left: float,
    room: PanelSize,
) -> float:
    """Return the largest factor at which no bar and no stem reaches a note above it."""
    scale = 1.0
    bins = len(heights)
    for note in notes:
        start, end = (note.start - left) / room.width, (note.end - left) / room.width
        first = int(np.clip(start * bins, 0, bins - 1))
        last = int(np.clip(np.ceil(end * bins), first + 1, bins))
        tallest = float(heights[first:last].max())
        around = 0.2 * room.line / room.width  # a stem's marker is wider than the stem
        if stem and start - around <= stem[0] <= end + around:
            tallest = max(tallest, stem[1])
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
    low, high = item.histogram.edges[[0, -1]]
    return float((value - low) / (high - low)) if low <= value <= high else None


def heights_of(item: SignalRecord, values: Values) -> NDArray[np.float64]:
    """Return the height of every bin, shape (n_bins,), without the values that are exactly 0."""
    counts = item.counts_without_zeros()
    if values == "count":
        return counts.astype(np.float64)
    return counts / max(item.stats.count, 1) / np.diff(item.histogram.edges)


def even_level(item: SignalRecord, values: Values) -> float:
    """Return the height of every bin if all values were spread evenly over the range."""
    edges = item.histogram.edges
    if values == "count":
        return item.stats.count / len(item.histogram.counts)
    return float(1.0 / (edges[-1] - edges[0]))


def half_a_count(item: SignalRecord, values: Values) -> float:
    """Return the height of half a value in the widest bin, from where logarithmic heights begin."""
    if values == "count":
        return 0.5
    return 0.5 / max(item.stats.count, 1) / float(np.diff(item.histogram.edges).max())


def axis_labels(record: Record, signal: Signal) -> list[tuple[float, str]]:
    """Return what to label on the axis of `record`, the most important first.

    Each label is a place from 0 to 1 along the axis, and a text.
    """
    edges = record.layers[0][signal].histogram.edges
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
