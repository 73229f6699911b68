"""Histograms as steps, one over the other, with their labels at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from actviz.format import significant
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import Theme
from actviz.words.say import say


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """The heights of one layer's bins, from 0 to 1 on the scale of its group.

    Parameters
    ----------
    heights : ndarray, shape (n_bins,)
        From 0 to 1.
    peak : float or None
        The greatest height before it was cut, in the unit of the histogram; None where nothing
        was cut.
    highest : int
        The bin that is, or was, the highest.
    collapsed : bool
        Whether the layer's units hardly vary over the inputs.
    """

    heights: NDArray[np.float64]
    peak: float | None
    highest: int
    collapsed: bool


#: Lines of type above the highest curve, for its label.
_ABOVE = 1.2


class OverlayArtists(NamedTuple):
    """What `draw_overlay` drew: the curves, the axis, layers' numbers, cut peaks and key lines.

    A key line stands before the number of a layer that has no place at its curve.
    """

    curves: LineCollection
    baseline: Line2D
    labels: list[Text]
    peaks: list[Text]
    keys: list[Line2D]


def draw_overlay(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    colors: Sequence[str],
    points: float,
    theme: Theme,
) -> OverlayArtists:
    """Draw the layers of a stack as steps on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    curves : sequence of Curve
        Layer 1 first.
    colors : sequence of str
        Of each curve.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For labels and the axis.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    full = max(0.6 * height, height - _ABOVE * points / 72)
    heights = np.array([curve.heights for curve in curves]) * full
    steps = LineCollection(
        [_step(row, width) for row in heights],
        colors=list(colors),
        linewidths=[points / 9] * (len(curves) - 1) + [points / 6.5],
        joinstyle="miter",
        clip_on=False,
    )
    ax.add_collection(steps, autolim=False)
    baseline = Line2D([0, width], [0, 0], color=theme.line, linewidth=points / 15, clip_on=False)
    ax.add_line(baseline)
    cut = _cut_peak(curves, width, full, points)
    peaks = [
        ax.text(x, y, text, fontsize=points, color=theme.alarm, ha="center") for x, y, text in cut
    ]
    placed = _labels(heights, width, height, points, cut)
    taken = [*cut, *placed.values()]
    keys = []
    for number in dict.fromkeys((len(curves) - 1, 0)):
        if number in placed:
            continue
        placed[number] = label = _free(number, heights, height, width, points, taken)
        taken.append(_with_key(label, points))
        x = label[0] - text_width(label[2], points) / 2 - _KEY_GAP * points / 72
        y = label[1] + 0.36 * points / 72
        look: dict[str, Any] = {"color": colors[number], "linewidth": points / 4}
        keys.append(Line2D([x - _KEY * points / 72, x], [y, y], solid_capstyle="butt", **look))
        ax.add_line(keys[-1])
    labels = [
        ax.text(x, y, text, fontsize=points, color=theme.ink, ha="center")
        for x, y, text in placed.values()
    ]
    return OverlayArtists(steps, baseline, labels, peaks, keys)


Label = tuple[float, float, str]  # center and baseline in inches, and the text

#: Lengths of a key line and of the gap after it, in heights of the type.
_KEY, _KEY_GAP = 0.9, 0.3


def _with_key(label: Label, points: float) -> Label:
    """Return a label that takes the place of another and of the key line before it."""
    x, y, text = label
    return x - (_KEY + _KEY_GAP) * points / 144, y, "—" + text


def _free(
    number: int,
    heights: NDArray[np.float64],
    height: float,
    width: float,
    points: float,
    others: Sequence[Label],
) -> Label:
    """Return where a layer is named with a key line: from the upper right, above all curves.

    Where there is no such place, over curves but over no other text.
    """
    line, bins = points / 72, heights.shape[1]
    taken = [(x, text_width(text, points) / 2, y) for x, y, text in others]
    texts = (say("axis.at_layer", layer=number + 1), str(number + 1))
    levels = np.arange(height - 0.85 * line, 0.2 * line, -0.35 * line)
    fallback = None
    for text in texts:
        half = text_width(text, points) / 2
        before = (_KEY + _KEY_GAP) * line + half
        for y in levels:
            for x in np.arange(width - half, before - 1e-9, -0.25 * line):
                left, right = x - before, x + half
                # The key line counts as text: what it stands by must be clear.
                middle, reach = (left + right) / 2, (right - left) / 2 + 0.3 * line
                if any(
                    abs(middle - a) < reach + b and abs(y - c) < 1.05 * line for a, b, c in taken
                ):
                    continue
                label = float(x), float(y), text
                clear = right + 0.3 * line
                first, last = max(0, int(left / width * bins)), int(np.ceil(clear / width * bins))
                if heights[:, first:last].max() + 0.2 * line <= y:
                    return label
                fallback = label  # the last one found is the lowest and the shortest
    return fallback or (width / 2, 0.3 * line, texts[-1])


def _cut_peak(curves: Sequence[Curve], width: float, y: float, points: float) -> list[Label]:
    """Return where the highest of the cut curves would go on above `y`, and up to what height."""
    peak, highest = max(((c.peak or 0.0, c.highest) for c in curves), default=(0.0, 0))
    if not peak:
        return []
    text = f"▴{significant(peak, 2)}"
    half = text_width(text, points) / 2
    x = (highest + 0.5) / len(curves[0].heights) * width
    return [(min(max(x, half), width - half), y + 0.3 * points / 72, text)]


def _step(heights: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Return the outline of a histogram, from the axis up and down to it, shape (2 n + 2, 2)."""
    edges = np.linspace(0.0, width, len(heights) + 1)
    return np.column_stack(
        [np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])]
    )


def _labels(
    heights: NDArray[np.float64],
    width: float,
    height: float,
    points: float,
    others: Sequence[Label],
) -> dict[int, Label]:
    """Return where a layer's number can stand, by layer: above its curve, where it is the highest.

    The last layer comes first, then the first one and those between, as far as there is room; a
    number touches no other text and no curve that is not its own.
    """
    line = points / 72
    count, bins = heights.shape
    order = [count - 1, *range(count - 1)]
    if count > 12:  # more numbers than help
        order = [count - 1, 0, count // 2]
    taken = [(x, text_width(text, points) / 2, y) for x, y, text in others]
    found: dict[int, Label] = {}
    for number in order:
        end = number in (0, count - 1)
        text = say("axis.at_layer", layer=number + 1) if end else str(number + 1)
        half = 0.5 * text_width(text, points) + 0.25 * line
        best: tuple[float, float, float] | None = None
        for index in range(bins):
            x = min(max((index + 0.5) * width / bins, half), width - half)
            first = max(0, int((x - half) / width * bins))
            last = min(bins, int(np.ceil((x + half) / width * bins)))
            under = heights[:, first:last].max(axis=1)
            y = float(under.max()) + 0.28 * line
            next_best = np.delete(heights[:, index], number).max(initial=0.0)
            lead = float(heights[number, index] - next_best)
            if lead < 0.3 * line or y + 0.75 * line > height:
                continue
            # The number must stand on its own curve, and not float above a neighbour's peak.
            if float(under.max()) - heights[number, index] > 0.25 * line:
                continue
            if any(abs(x - a) < half + b and abs(y - c) < 1.05 * line for a, b, c in taken):
                continue
            if best is None or lead > best[0]:
                best = (lead, x, y)
        if best is not None:
            taken.append((best[1], half, best[2]))
            found[number] = best[1], best[2], text
    return found
