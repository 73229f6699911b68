"""Histograms as ridges, one below the other."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.text import Text

from actviz.plot.marks.steps import Curve
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import Theme

#: How many lines of layers the highest curve reaches over.
_OVERLAP = 1.9


#: Layers stand at least so many lines of type apart; of more, evenly spaced ones are drawn,
_LEAST_STEP = 0.45


class RidgeArtists(NamedTuple):
    """What `draw_ridge` drew: the layers' shapes, their numbers and their stds."""

    ridges: PolyCollection
    layers: list[Text]
    stds: list[Text]


def draw_ridge(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    stds: Sequence[str],
    depth: int,
    right: float,
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
        Of each layer, to be written beside it where there is room.
    depth : int
        How many layers there should be: a stack that stopped leaves room.
    right : float
        Where the stds end, in inches from the left end of the Axes.
    colors : sequence of str
        Of each layer.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For everything else.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    line = 1.2 * points / 72
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
    ridges = PolyCollection(
        shapes,
        facecolors=[
            theme.page if hollow else tint for hollow, tint in zip(outlined, tints, strict=True)
        ],
        edgecolors=[
            tint if hollow else theme.page for hollow, tint in zip(outlined, tints, strict=True)
        ],
        linewidths=points / 12,
        joinstyle="miter",
        clip_on=False,
    )
    ax.add_collection(ridges, autolim=False)
    look: dict[str, Any] = {"fontsize": points, "ha": "right"}
    layers = [
        ax.text(-0.3 * line, bases[index], str(index + 1), color=theme.muted, **look)
        for index in numbered
    ]
    texts = [
        ax.text(right, bases[index], stds[index], color=theme.ink, **look) for index in numbered
    ]
    return RidgeArtists(ridges, layers, texts)


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
