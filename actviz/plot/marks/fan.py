"""A stack's own panel in the depth view: its mean, mean ± std and quantiles, layer by layer."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from actviz.layers.signals import Signal
from actviz.plot.marks.trends import layer_places, mark_points
from actviz.plot.paper.style import Theme, mix
from actviz.records.record import Record

#: Which quantiles bound a band, the widest band first, and how strong its colour is.
_BANDS = ((0, 6, 0.22), (1, 5, 0.42), (2, 4, 0.68))


class DepthArtists(NamedTuple):
    """What `draw_depth` drew: quantile bands, the mean, mean ± std, and the axis."""

    bands: PolyCollection
    mean: Line2D
    spread: Line2D
    baseline: Line2D


def draw_depth(
    ax: Axes,
    record: Record,
    *,
    signal: Signal,
    low: float,
    high: float,
    color: str,
    points: float,
    theme: Theme,
) -> DepthArtists:
    """Draw mean ± std and quantile bands of a stack on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    record : Record
        The stack.
    signal : {"activation", "preactivation"}
        Which signal of its layers.
    low, high : float
        Ends of the vertical axis, in the unit of the values; what lies beyond is not drawn.
    color : str
        Of the bands.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For everything else.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    stats = [layer[signal].stats for layer in record.layers if layer[signal].stats.count]
    x = layer_places(len(stats), record.spec.depth, width)

    def y(values: Sequence[float | None]) -> NDArray[np.float64]:
        array = np.array([np.nan if v is None else v for v in values])
        # Far beyond the axis is beyond the axis: the renderer's numbers end at 2^31.
        inches = (np.clip(array, 2 * low - high, 2 * high - low) - low) / (high - low) * height
        return np.asarray(inches[: len(x)] if len(stats) > 1 else np.repeat(inches, len(x)))

    shapes = []
    for below, above, _ in _BANDS:
        lower = y([s.quantiles[below] if s.quantiles else None for s in stats])
        upper = y([s.quantiles[above] if s.quantiles else None for s in stats])
        shapes.append(
            np.column_stack([np.concatenate([x, x[::-1]]), np.concatenate([lower, upper[::-1]])])
        )
    bands = PolyCollection(
        shapes, facecolors=[mix(theme.page, color, share) for *_, share in _BANDS], linewidths=0
    )
    ax.add_collection(bands, autolim=False)
    baseline = Line2D([0, width], [0, 0], color=theme.line, linewidth=points / 15, clip_on=False)
    means, stds = [s.mean for s in stats], [s.std or 0.0 for s in stats]
    gap = np.array([np.nan])
    spread = Line2D(
        np.concatenate([x, gap, x]),
        np.concatenate(
            [
                y([None if m is None else m - s for m, s in zip(means, stds, strict=True)]),
                gap,
                y([None if m is None else m + s for m, s in zip(means, stds, strict=True)]),
            ]
        ),
        color=theme.ink,
        linewidth=points / 20,
    )
    mean = Line2D(x, y(means), color=theme.ink, linewidth=points / 8)
    mark_points(mean, points)
    for line in (baseline, spread, mean):
        ax.add_line(line)
    return DepthArtists(bands, mean, spread, baseline)
