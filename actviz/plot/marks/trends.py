"""Trends: all stacks of a band in one panel, a statistic against depth on a logarithmic axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from actviz.format import magnitude
from actviz.plot.paper.style import Theme, mix

#: From None, for an undefined one, to a number by layer.
ByLayer = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One stack in a trend.

    Parameters
    ----------
    name, color : str
        Of the stack.
    depth : int
        How many layers it should have; it may stop before.
    values, second : tuple of (float or None)
        By layer, from 1: of the solid and of the dotted line.
    sparse : bool
        Whether most gradients of a layer are 0, so that their median has no line.
    bands : tuple of (lows, highs)
        Across seeds, the widest first: 5 to 95 %, and 25 to 75 %.
    predicted, predicted_second : tuple of (float or None)
        What mean field says of both.
    reach : (lows, highs) or None
        Where theory of finite width has 5 to 95 % of the seeds.
    """

    name: str
    color: str
    depth: int
    values: ByLayer
    second: ByLayer = ()
    sparse: bool = False
    bands: tuple[tuple[ByLayer, ByLayer], ...] = ()
    predicted: ByLayer = ()
    predicted_second: ByLayer = ()
    reach: tuple[ByLayer, ByLayer] | None = None


#: How strong the bands' colours are, the widest first.
_STRENGTHS = (0.2, 0.4)
#: What the pen does for a second statistic, and for all that theory says.
DOTTED, DASHED = (0, (1, 1.3)), (0, (5, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAxis:
    """A vertical axis: powers of ten from `low` to `high`, of a value or of its distance from 1."""

    low: int
    high: int
    nines: bool = False

    def __call__(self, values: ByLayer) -> NDArray[np.float64]:
        """Return places from 0, the lower end, to 1; NaN where there is nothing to show."""
        numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            # A cosine of 1 is beyond every axis, a std of 0 is in no place at all.
            logs = -np.log10(np.maximum(1.0 - numbers, 1e-17)) if self.nines else np.log10(numbers)
        logs[~np.isfinite(logs)] = np.nan
        return np.asarray((logs - self.low) / (self.high - self.low))

    def labels(self, most: float) -> list[tuple[float, str]]:
        """Return about `most` places and the texts that stand there, the most important first."""
        step = max(1, ceil((self.high - self.low) / most))
        if self.nines:
            return [(e / self.high, _nines(e)) for e in range(0, self.high + 1, step)]
        marks = range(self.high, self.low - 1, -step)
        return [((e - self.low) / (self.high - self.low), magnitude(10.0**e)) for e in marks]


def _nines(count: int) -> str:
    """Return 1 - 10^-count.

    Examples
    --------
    >>> [_nines(count) for count in (0, 1, 3, 6)]
    ['0', '0.9', '0.999', '1−10⁻⁶']
    """
    return (
        "0" if not count else f"0.{'9' * count}" if count <= 3 else f"1−{magnitude(10.0**-count)}"
    )


class TrendArtists(NamedTuple):
    """What `draw_trend` drew of each stack: bands, the solid, the dotted and the theory's lines."""

    bands: list[PolyCollection]
    lines: list[Line2D]
    seconds: list[Line2D]
    predicted: list[Line2D]


def draw_trend(
    ax: Axes,
    series: Sequence[Series],
    *,
    scale: LogAxis,
    depth: int,
    points: float,
    theme: Theme,
    marks: Sequence[float] = (),
) -> TrendArtists:
    """Draw stacks against depth on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    series : sequence of Series
        One for each stack.
    scale : LogAxis
        The vertical axis; what lies beyond it is cut.
    depth : int
        Layers of the deepest stack.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For the axis, and for the theory's lines.
    marks : sequence of float
        Places from 0 to 1 that have a label, and a line across; other powers of ten have a tick.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    made = TrendArtists([], [], [], [])

    def line(values: ByLayer, **look: object) -> Line2D:
        x = layer_places(len(values), depth, width)
        y = scale(values) * height
        one = Line2D(x, y if len(x) == len(y) else np.repeat(y, 2), **look)  # type: ignore[arg-type]
        mark_points(one, points)
        ax.add_line(one)
        return one

    for one in series:
        if one.bands:
            made.bands.append(_bands(ax, one, scale, depth, theme))
    for one in series:
        look = {"color": one.color, "linewidth": points / 5}
        made.seconds.append(line(one.second, linestyle=DOTTED, **look))
        made.lines.append(line(one.values, linestyle="-", **look))
    dashed = {"color": theme.ink, "linewidth": points / 16, "linestyle": DASHED}
    for one in series:
        predicted = [v for v in (one.predicted, one.predicted_second) if any(v)]
        made.predicted.extend(line(values, **dashed) for values in predicted)
        for values in one.reach or ():
            made.predicted.append(line(values, **dashed | {"linewidth": points / 26}))
    ax.add_line(_axis(scale, marks, width, height, points, theme))
    return made


def _axis(
    scale: LogAxis,
    marks: Sequence[float],
    width: float,
    height: float,
    points: float,
    theme: Theme,
) -> Line2D:
    """Return the axis below, lines at the marks and ticks at the powers of ten, as one artist."""
    tick = points / 72 / 4
    powers = range(scale.high - scale.low + 1)
    step = height / (scale.high - scale.low)
    ticks = [power * step for power in powers] if step > tick else []
    rows = [(0.0, 0.0, width)]
    rows += [(place * height, -1.5 * tick, width) for place in marks]
    rows += [(y, -tick, 0.0) for y in ticks]
    xy = np.array([p for y, a, b in rows for p in ((a, y), (b, y), (np.nan, np.nan))])
    return Line2D(*xy.T, color=theme.line, linewidth=points / 15, clip_on=False, zorder=1)


def draw_leaders(
    ax: Axes,
    near: float,
    far: float,
    heights: Sequence[float],
    names: Sequence[float],
    colors: Sequence[str],
    points: float,
) -> LineCollection:
    """Draw thin lines from where lines end to where their names stand, at the right of `ax`."""
    rows = [((near, y), (far, name)) for y, name in zip(heights, names, strict=True)]
    leaders = LineCollection(rows, colors=list(colors), linewidths=points / 16, clip_on=False)
    ax.add_collection(leaders, autolim=False)
    return leaders


def _bands(ax: Axes, one: Series, scale: LogAxis, depth: int, theme: Theme) -> PolyCollection:
    """Draw what lies between the quantiles across seeds, as far as both ends are on the axis."""
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    shapes, colors = [], []
    for (lows, highs), strength in zip(one.bands, _STRENGTHS, strict=True):
        x = layer_places(len(lows), depth, width)
        low, high = (np.repeat(scale(v), 2 if depth == 1 else 1) for v in (lows, highs))
        # A quantile of 0 has no logarithm: the band goes on to the end of the axis.
        low = np.where(np.isnan(low) & ~np.isnan(high), -0.1, low)
        there = ~np.isnan(low) & ~np.isnan(high)
        outline = np.concatenate([low[there], high[there][::-1]]) * height
        shapes.append(np.column_stack([np.concatenate([x[there], x[there][::-1]]), outline]))
        colors.append(mix(theme.page, one.color, strength))
    bands = PolyCollection(shapes, facecolors=colors, linewidths=0, alpha=0.75)
    ax.add_collection(bands, autolim=False)
    return bands


def layer_places(count: int, depth: int, width: float) -> NDArray[np.float64]:
    """Return where the first `count` of `depth` layers stand on an axis of `width` inches.

    A single layer is a short stretch in the middle, with two ends.
    """
    if depth == 1:
        return np.array([0.35, 0.65])[: 2 * count] * width
    return np.linspace(0.0, width, depth)[:count]


def mark_points(line: Line2D, points: float) -> None:
    """Mark the points of `line` that stand alone, between gaps: a line would not show them."""
    there = np.isfinite(np.asarray(line.get_ydata(), dtype=np.float64))
    beside = np.concatenate([[False], there[:-1]]) | np.concatenate([there[1:], [False]])
    if alone := np.flatnonzero(there & ~beside).tolist():
        line.set(marker="o", markersize=points / 3, markevery=alone)
