"""Histograms as ridges, one below the other."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text

from actviz.plot.marks.steps import Curve
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import Theme, mix

#: How many lines of layers the highest curve reaches over.
_OVERLAP = 1.4

#: How much of the light of an outline is the ink's, and not its shape's.
_OUTLINE = 0.55


#: Layers stand at least so many lines of type apart; of more, evenly spaced ones are drawn,
_LEAST_STEP = 0.45


#: And of so many layers each has room for its numbers.
_NUMBERED = 10
#: Height of a line of numbers, in heights of the type; a line of words has 1.3.
_LINE = 1.2


def ridges_height(depth: int) -> float:
    """Return the height, in lines of words, at which every layer of few has its numbers."""
    return (min(depth, _NUMBERED) - 1 + _OVERLAP) * _LINE / 1.3


class RidgeArtists(NamedTuple):
    """What `draw_ridge` drew: shapes, their baselines, the stems at 0, numbers and stds."""

    ridges: PolyCollection
    baselines: LineCollection
    stems: LineCollection
    layers: list[Text]
    stds: list[Text]


def draw_ridge(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    stds: Sequence[str],
    depth: int,
    zeros: tuple[float, Sequence[float]] = (0.0, ()),
    colors: Sequence[str],
    points: float,
    theme: Theme,
) -> RidgeArtists:
    """Draw the layers of a stack as ridges on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    curves : sequence of Curve
        Layer 1 first, which is drawn at the top.
    stds : sequence of str
        Of each layer, to be written at the end of its line where there is room.
    depth : int
        How many layers there should be: a stack that stopped leaves room.
    zeros : (float, sequence of float)
        Place of 0 from 0 to 1 along the axis, and the share of each layer's values that are
        exactly 0: the height of a stem there, the whole being as high as the highest curve.
    colors : sequence of str
        Of each layer.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For everything else.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    line = _LINE * points / 72
    drawn = thin(depth, max(2, int(height / (_LEAST_STEP * line) - _OVERLAP) + 1))
    step = height / (len(drawn) - 1 + _OVERLAP)
    bases = {
        index: (len(drawn) - 1 - row) * step
        for row, index in enumerate(drawn)
        if index < len(curves)
    }
    numbered = first_and_last(bases, line)
    edges = np.repeat(np.linspace(0.0, width, len(curves[0].heights) + 1), 2)
    shapes = []
    for index, base in bases.items():
        tops = base + np.repeat(curves[index].heights, 2) * _OVERLAP * step
        shapes.append(np.column_stack([edges, np.concatenate([[base], tops, [base]])]))
    outlined = [curves[index].collapsed for index in bases]
    tints = [colors[index] for index in bases]
    ends = [((0.0, base), (width, base)) for base in bases.values()]
    baselines = LineCollection(
        ends, colors=theme.muted, linewidths=points / 20, clip_on=False, zorder=1
    )
    ax.add_collection(baselines, autolim=False)
    ridges = PolyCollection(
        shapes,
        facecolors=[
            theme.page if hollow else tint for hollow, tint in zip(outlined, tints, strict=True)
        ],
        edgecolors=[
            tint if hollow else mix(tint, theme.ink, _OUTLINE)
            for hollow, tint in zip(outlined, tints, strict=True)
        ],
        linewidths=points / 18,
        joinstyle="miter",
        clip_on=False,
    )
    ax.add_collection(ridges, autolim=False)
    stems = _stems(ax, bases, zeros, _OVERLAP * step, points, theme)
    look: dict[str, Any] = {"fontsize": points}
    layers = [
        ax.text(-0.3 * line, bases[i], str(i + 1), color=theme.muted, ha="right", **look)
        for i in numbered
    ]
    texts = [
        ax.text(width + 0.35 * line, bases[i], stds[i], color=theme.ink, **look) for i in numbered
    ]
    return RidgeArtists(ridges, baselines, stems, layers, texts)


def _stems(
    ax: Axes,
    bases: Mapping[int, float],
    zeros: tuple[float, Sequence[float]],
    full: float,
    points: float,
    theme: Theme,
) -> LineCollection:
    """Draw what is exactly 0 as a stem on each line, with a dot on it: an atom is no density."""
    place, shares = zeros
    x = place * ax.get_xlim()[1]
    tops = {i: base + shares[i] * full for i, base in bases.items() if shares and shares[i]}
    stems = LineCollection(
        [((x, bases[i]), (x, top)) for i, top in tops.items()],
        colors=theme.mark,
        linewidths=points / 9,
        clip_on=False,
    )
    ax.add_collection(stems, autolim=False)
    if tops:
        look: dict[str, Any] = {"color": theme.mark, "markersize": points / 4, "clip_on": False}
        ax.add_line(Line2D([x] * len(tops), [*tops.values()], linestyle="", marker="o", **look))
    return stems


def first_and_last(heights: Mapping[int, float], distance: float) -> list[int]:
    """Return keys whose heights, from above, are `distance` apart, the first and the last included.

    Only the first where even these two are closer.
    """
    last = max(heights)
    kept = [0]
    for index, height in heights.items():
        if heights[kept[-1]] - height >= distance:
            kept.append(index)
    if last not in kept:
        kept[len(kept) - 1 if len(kept) > 1 else 1 :] = [last]
    if len(kept) == 2 and heights[0] - heights[last] < distance:
        return [0]
    return kept
