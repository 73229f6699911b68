"""Histograms as steps, one over the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
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
        The greatest height before it was cut, in those that are drawn at most; None where nothing
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


#: Lines of type above the highest curve where one is cut, for how high it goes.
_ABOVE = 1.05

#: Widths of lines for one of type: of a layer, of the last one, of a stem at 0, and of its dots.
_THIN, _BOLD, _STEM, _DOT = 1 / 9, 1 / 6.5, 1 / 6, 0.42


class OverlayArtists(NamedTuple):
    """What `draw_overlay` drew: the curves, the axis, cut peaks, a stem at 0 and its dots."""

    curves: LineCollection
    baseline: Line2D
    peaks: list[Text]
    stem: Line2D | None
    dots: PathCollection | None


def draw_overlay(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    zeros: tuple[float, Sequence[float]] = (0.0, ()),
    marked: bool = True,
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
    zeros : (float, sequence of float)
        Place of 0 from 0 to 1 along the axis, and the share of each layer's values that are
        exactly 0: the height of its dot on a stem there, the whole being as high as the highest
        curve.
    marked : bool
        Whether the highest of the curves that are cut says how much higher it goes.
    colors : sequence of str
        Of each curve.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For all else.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    full = max(0.6 * height, height - _ABOVE * points / 72) if marked else height
    thick = _BOLD * points
    steps = LineCollection(
        [_step(curve.heights * full, width) for curve in curves],
        colors=list(colors),
        linewidths=[points * _THIN] * (len(curves) - 1) + [thick],
        joinstyle="miter",
    )
    ax.add_collection(steps, autolim=False)
    # Along the axis, where a layer has no values, there is no line of it.
    above = Rectangle((-width, 0.55 * thick / 72), 3 * width, 2 * height, transform=ax.transData)
    steps.set_clip_path(above)
    baseline = Line2D([0, width], [0, 0], color=theme.muted, linewidth=points / 20, clip_on=False)
    ax.add_line(baseline)
    peaks = [
        ax.text(x, y, text, fontsize=points, color=theme.muted, ha="center")
        for x, y, text in (_cut_peak(curves, width, full, points) if marked else ())
    ]
    return OverlayArtists(steps, baseline, peaks, *_stem(ax, zeros, full, colors, points, theme))


def _stem(
    ax: Axes,
    zeros: tuple[float, Sequence[float]],
    full: float,
    colors: Sequence[str],
    points: float,
    theme: Theme,
) -> tuple[Line2D | None, PathCollection | None]:
    """Draw what is exactly 0 as one stem, with a dot on it for each layer."""
    place, shares = zeros
    found = [(share * full, color) for share, color in zip(shares, colors, strict=False) if share]
    if not found:
        return None, None
    # At the lower end of an axis it stands beside the curves, and hides none of them.
    x = place * ax.get_xlim()[1] - (0.5 * _DOT * points / 72 if place == 0.0 else 0.0)
    tops = [top for top, _ in found]
    look: dict[str, Any] = {"color": theme.mark, "linewidth": _STEM * points, "clip_on": False}
    stem = Line2D([x, x], [0.0, max(tops)], solid_capstyle="butt", **look)
    ax.add_line(stem)
    dots = ax.scatter(
        [x] * len(tops),
        tops,
        s=(_DOT * points) ** 2,
        c=[color for _, color in found],
        linewidths=0.0,
        clip_on=False,
        zorder=3,
    )
    return stem, dots


#: A peak that is cut by less than this has one more digit: never is it ×1.0.
_LITTLE = 1.05

Label = tuple[float, float, str]  # center and baseline in inches, and the text


def _cut_peak(curves: Sequence[Curve], width: float, y: float, points: float) -> list[Label]:
    """Return where the highest of the cut curves goes on above `y`, and how much higher."""
    peak, highest = max(((c.peak or 0.0, c.highest) for c in curves), default=(0.0, 0))
    if not peak:
        return []
    text = say("share.cut", share=significant(peak, 2 if peak >= _LITTLE else 3))
    half = text_width(text, points) / 2
    x = (highest + 0.5) / len(curves[0].heights) * width
    return [(min(max(x, half), width - half), y + 0.3 * points / 72, text)]


def _step(heights: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Return the outline of a histogram, from the axis up and down to it, shape (2 n + 2, 2)."""
    edges = np.linspace(0.0, width, len(heights) + 1)
    return np.column_stack(
        [np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])]
    )
