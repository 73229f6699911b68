"""Trends: all stacks of a band in one panel, a statistic against depth on a logarithmic axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from statistics import median
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from actviz._format import magnitude
from actviz.plot.series import Series, Trend, Values
from actviz.plot.style import Theme, mix

#: A logarithmic axis reaches at most so many decades below and above where the stacks begin.
_BELOW, _ABOVE = 10, 6
#: The last power of ten that is a float.
_LAST = 308
#: And about so many of its powers of ten are labelled.
MARKS = 6
#: Nines of a cosine that float64 tells from 1, less what a mean over pairs loses.
_NINES = 12
#: How strong the bands' colours are, the widest first.
_STRENGTHS = (0.2, 0.4)
#: What the pen does for the dotted line.
DOTTED = (0, (1, 1.3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A vertical axis: powers of ten from `low` to `high`, of a value or of its distance from 1."""

    low: int
    high: int
    nines: bool = False

    def __call__(self, values: Values) -> NDArray[np.float64]:
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


def scale_of(trend: Trend, series: Sequence[Series]) -> Scale:
    """Return the axis on which a trend's series lie, or begin."""
    every = [v for one in series for v in (*one.values, *one.second) if v is not None]
    if trend.scale == "nines":
        most = max((-log10(max(1.0 - value, 1e-17)) for value in every), default=1.0)
        return Scale(low=0, high=min(max(1, ceil(most)), _NINES), nines=True)
    at = -1 if trend.backward else 0  # where the gradient begins: at the end
    begin = [one.values[at] for one in series if one.values]
    low, high = _decades(every, [value for value in begin if value is not None])
    return Scale(low=low, high=high)


def _decades(values: Sequence[float], first: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten to draw between: of all positive `values`, not far from `first`."""
    logs = [log10(value) for value in values if value > 0]
    if not logs:
        return -1, 0
    begin = median([log10(value) for value in first if value > 0] or logs)
    low = max(floor(min(logs)), floor(begin) - _BELOW)
    high = min(ceil(max(logs)), ceil(begin) + _ABOVE, _LAST)
    return min(low, high - 1), high


class TrendArtists(NamedTuple):
    """What `draw_trend` drew of each stack: bands, the solid, the dotted and the theory's lines."""

    bands: list[PolyCollection]
    lines: list[Line2D]
    seconds: list[Line2D]
    predicted: list[Line2D]


def draw_trend(
    ax: Axes, series: Sequence[Series], *, scale: Scale, depth: int, points: float, theme: Theme
) -> TrendArtists:
    """Draw stacks against depth on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    series : sequence of Series
        One for each stack.
    scale : Scale
        The vertical axis; what lies beyond it is cut.
    depth : int
        Layers of the deepest stack.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For the axis, and for the theory's lines.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    made = TrendArtists([], [], [], [])

    def line(values: Values, **look: object) -> Line2D:
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
    thin = {"color": theme.ink, "linewidth": points / 22}
    for one in series:
        predicted = [v for v in (one.predicted, one.predicted_second) if any(v)]
        made.predicted.extend(line(values, **thin) for values in predicted)
        for values in one.reach or ():
            made.predicted.append(line(values, linestyle=(0, (5, 4)), **thin))
    ax.add_line(Line2D([0, width], [0, 0], color=theme.line, linewidth=points / 15, clip_on=False))
    return made


def _bands(ax: Axes, one: Series, scale: Scale, depth: int, theme: Theme) -> PolyCollection:
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


def ends_of(
    trend: Trend, series: Sequence[Series], scale: Scale
) -> Iterator[tuple[float, str, str]]:
    """Yield places from 0 to 1, texts and colours of the names beside the lines of several."""
    at = 0 if trend.names_at == "left" else -1
    for one in series if len(series) > 1 else ():
        places = scale(one.values)
        places = places[np.isfinite(places)]
        if len(places):
            yield float(np.clip(places[at], 0.0, 1.0)), one.name, one.color


def notes_of_trend(trend: Trend, series: Sequence[Series], scale: Scale) -> dict[str, list[str]]:
    """Return what the axis cannot show, and the names of the stacks that it is said of."""
    told: dict[str, list[str]] = {}
    for one in series:
        if scale.nines:
            if any(place > 1 for place in scale(one.values)):
                told.setdefault(f"over {_nines(scale.high)}", []).append(one.name)
            continue
        numbers = [value for value in one.values if value is not None and isfinite(value)]
        beyond = [v for v in numbers if v > 0 and not -1e-9 <= float(scale((v,))[0]) <= 1 + 1e-9]
        if beyond:
            far = max(beyond, key=lambda value: abs(log10(value)))
            name = f"{one.name} (to {magnitude(far)})" if len(series) > 1 else one.name
            told.setdefault("off the axis", []).append(name)
    return told
