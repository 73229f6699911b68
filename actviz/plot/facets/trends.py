"""Trends of facets: what is drawn of each stack, on which axis, and what stands beside it.

Numbers are looked up in what is told of a stack; none is computed here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10
from statistics import median

import numpy as np
from numpy.typing import NDArray

from actviz.format import magnitude
from actviz.layers.signals import Signal
from actviz.plot.facets.bands import Facet, FacetBand, TrendLines
from actviz.plot.facets.series import TrendPanel
from actviz.plot.marks.trends import (
    ByLayer,
    LogAxis,
    Series,
    _nines,
    draw_leaders,
    draw_trend,
)
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Size
from actviz.plot.paper.ticks import layer_ticks, spread_out, write_below, write_beside
from actviz.records.ensemble import SPREAD_LEVELS, Ensemble
from actviz.words import stacks as words
from actviz.words.predicted import Predicted
from actviz.words.say import say
from actviz.words.told import Told

#: From the end of a line to its name, in lines of type: room for a leader.
_LEADER = 1.1

#: Axes of trends, by the heading of their band and their name.
DepthScales = Mapping[tuple[str, str], LogAxis]


def with_trends(
    bands: Sequence[FacetBand],
    trends: Sequence[TrendPanel],
    *,
    signal: Signal | None,
    color: str,
    given: DepthScales,
) -> list[FacetBand]:
    """Return bands with the trends that compare their stacks, on axes of their own or given ones.

    `color` is that of the trends' names.
    """
    return [
        replace(
            band,
            facets=(
                *band.facets,
                *(
                    _facet(band, trend, signal, color, given.get((band.heading, trend.name)))
                    for trend in trends
                ),
            ),
        )
        for band in bands
    ]


def _facet(
    band: FacetBand, trend: TrendPanel, signal: Signal | None, color: str, given: LogAxis | None
) -> Facet:
    """Return a facet that compares all stacks of a band."""
    own = trend.signal_of(signal)
    series = tuple(
        series_of(trend, facet.stacks[0], signal=signal, name=facet.names[0], color=facet.colors[0])
        for facet in band.facets
    )
    scale = given or _scale_of(trend, series)
    told = _notes(series, scale)
    for facet in band.facets:
        for text in words.stops(facet.stacks[0], own) if trend.statistic == "std" else ():
            told.setdefault(text, []).append(facet.names[0])
    name = say(f"panel.{trend.name}")
    if own in ("activation_gradient", "weight_gradient"):
        name = say("panel.std_of", signal=words.signal_name(own))
    return Facet(
        name=name,
        name_color=color,
        trend=TrendLines(
            panel=trend,
            scale=scale,
            series=series,
            notes=tuple(_ways(text, names, len(series)) for text, names in told.items()),
        ),
        stacks=tuple(facet.stacks[0] for facet in band.facets),
        names=tuple(facet.names[0] for facet in band.facets),
        colors=tuple(facet.colors[0] for facet in band.facets),
    )


def _ways(text: str, names: Sequence[str], stacks: int) -> tuple[str, ...]:
    """Return ways to say something of some stacks of a band, the longest first."""
    if stacks == 1:
        return (text,)
    named = say("note.of_stacks", who=names, text=text)
    return (named, say("note.of_count", count=len(names), text=text), text)


def series_of(
    trend: TrendPanel, told: Told, *, signal: Signal | None, name: str, color: str
) -> Series:
    """Return what `trend` draws of a stack."""
    own = trend.signal_of(signal)
    layers = told.having(own)
    second: ByLayer = ()
    if trend.second:
        second = tuple(getattr(layer[own].stats, trend.second) for layer in layers)
    sparse = trend.backward and any(median == 0 for median in second)
    # Of a stack that overflows before it has gradients there is nothing to compare.
    forecast = told.predicted if layers else None
    predicted = forecast.of(own, trend.statistic) if forecast else ()
    return Series(
        name=name,
        color=color,
        depth=told.spec.depth,
        values=tuple(getattr(layer[own].stats, trend.statistic) for layer in layers),
        second=() if sparse else second,
        sparse=sparse,
        bands=() if told.ensemble is None else _bands(told.ensemble, own, trend.statistic),
        predicted=predicted,
        predicted_second=forecast.of(own, trend.second) if forecast and trend.second else (),
        reach=_reach(told.predicted, predicted) if trend.name == "std" else None,
    )


def _reach(forecast: Predicted | None, predicted: ByLayer) -> tuple[ByLayer, ByLayer] | None:
    """Return where most networks of a ReLU stack's width have the predicted stds."""
    if forecast is None or forecast.spread is None:
        return None
    pairs = [
        (None, None) if std is None else (std * low, std * high)
        for std, (low, high) in zip(predicted, forecast.spread, strict=False)
    ]
    return tuple(low for low, _ in pairs), tuple(high for _, high in pairs)


def _bands(
    ensemble: Ensemble, signal: Signal, statistic: str
) -> tuple[tuple[ByLayer, ByLayer], ...]:
    """Return the quantiles across seeds, from the widest pair to the narrowest."""
    spreads = [
        ensemble.spread(layer, signal, statistic) for layer in range(1, ensemble.spec.depth + 1)
    ]
    return tuple(
        (
            tuple(None if s is None else s.quantiles[low] for s in spreads),
            tuple(None if s is None else s.quantiles[-1 - low] for s in spreads),
        )
        for low in range(len(SPREAD_LEVELS) // 2)
    )


#: A logarithmic axis reaches at most so many decades below and above where the stacks begin.
_BELOW, _ABOVE = 10, 8


#: The last power of ten that is a float.
_LAST = 308


#: And about so many of its powers of ten are labelled.
MARKS = 6


#: Nines of a cosine that float64 tells from 1, less what a mean over pairs loses.
_NINES = 12


def _scale_of(trend: TrendPanel, series: Sequence[Series]) -> LogAxis:
    """Return the axis on which a trend's series lie, or begin."""
    every = [v for one in series for v in (*one.values, *one.second) if v is not None]
    if trend.scale == "nines":
        most = max((-log10(max(1.0 - value, 1e-17)) for value in every), default=1.0)
        return LogAxis(low=0, high=min(max(1, ceil(most)), _NINES), nines=True)
    at = -1 if trend.backward else 0  # where the gradient begins: at the end
    begin = [one.values[at] for one in series if one.values]
    low, high = _decades(every, [value for value in begin if value is not None])
    return LogAxis(low=low, high=high)


def _decades(values: Sequence[float], first: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten to draw between: of all positive `values`, not far from `first`."""
    logs = [log10(value) for value in values if value > 0]
    if not logs:
        return -1, 0
    begin = median([log10(value) for value in first if value > 0] or logs)
    low = max(floor(min(logs)), floor(begin) - _BELOW)
    high = min(ceil(max(logs)), ceil(begin) + _ABOVE, _LAST)
    return min(low, high - 1), high


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a line ends, from 0 to 1, and the names and the colours of all whose line it is."""

    place: float
    names: tuple[str, ...]
    colors: tuple[str, ...]
    every: bool

    @property
    def text(self) -> str:
        """What stands at the line."""
        many = self.every and len(self.names) > 1
        return say("panel.all", count=len(self.names)) if many else ", ".join(self.names)


#: Lines that are nowhere farther apart than this share of an axis are one to the eye.
_ONE = 0.015


#: As many characters, of the names of a few of the lines, stand behind each other in one.
_JOINED = 14


def ends_of(trend: TrendLines) -> list[_End]:
    """Return the ends of several lines, from below; lines that lie on each other have one.

    Unless that is of all, it is one only where their names are short.
    """
    if len(trend.series) < 2:
        return []
    places = [(trend.scale(one.values).clip(0.0, 1.0), one) for one in trend.series]
    places = [(at, one) for at, one in places if np.isfinite(at).any()]
    if len(places) == len(trend.series) and all(_same(at, places[0][0]) for at, _ in places):
        groups = [(places[0][0], list(trend.series))]
    else:
        groups = []
        for at, one in places:
            for other, own in groups:
                if (
                    _same(at, other)
                    and len(", ".join([*(o.name for o in own), one.name])) <= _JOINED
                ):
                    own.append(one)
                    break
            else:
                groups.append((at, [one]))
    # Of lines that end together, the one that was higher before has the higher name.
    groups.sort(key=lambda group: (round(_last(group[0]) / _ONE), float(np.nanmean(group[0]))))
    return [
        _End(
            place=_last(at),
            names=tuple(one.name for one in own),
            colors=tuple(one.color for one in own),
            every=len(own) == len(trend.series),
        )
        for at, own in groups
    ]


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Return whether two lines are one to the eye."""
    return len(one) == len(other) and np.allclose(one, other, 0.0, _ONE, equal_nan=True)


def _last(places: NDArray[np.float64]) -> float:
    """Return the last place that there is."""
    return float(places[np.isfinite(places)][-1])


def _notes(series: Sequence[Series], scale: LogAxis) -> dict[str, list[str]]:
    """Return what the axis cannot show, and the names of the stacks that it is said of."""
    told: dict[str, list[str]] = {}
    for one in series:
        if scale.nines:
            if any(place > 1 for place in scale(one.values)):
                told.setdefault(say("note.over", high=_nines(scale.high)), []).append(one.name)
            continue
        numbers = [value for value in one.values if value is not None and isfinite(value)]
        beyond = [v for v in numbers if v > 0 and not -1e-9 <= float(scale((v,))[0]) <= 1 + 1e-9]
        if beyond:
            far = max(beyond, key=lambda value: abs(log10(value)))
            several = len(series) > 1
            name = say("note.to", name=one.name, far=magnitude(far)) if several else one.name
            told.setdefault(say("note.off_axis"), []).append(name)
    return told


def sides_of(facets: Sequence[Facet], size: Size) -> tuple[float, float]:
    """Return the room beside a trend of all bands for the labels of its powers and its stacks."""
    trends = [facet.trend for facet in facets if facet.trend]
    marks = [text for trend in trends for _, text in trend.scale.labels(MARKS)]
    names = [end.text for trend in trends for end in ends_of(trend)]
    named = _label_room(names, size) + (_LEADER + 0.1) * size.line if names else 0.0
    return width_beside(marks, size), named


def width_beside(texts: Sequence[str], size: Size) -> float:
    """Return the room for labels beside a facet, in inches."""
    return max(map(size.width_of, texts)) + 0.6 * size.line


def _label_room(names: Sequence[str], size: Size) -> float:
    """Return the width of the stacks' names beside a trend, in inches."""
    return min(max(map(size.width_of, names)), 0.2 * size.width)


def draw_trend_facet(page: Page, trend: TrendLines, box: Box) -> None:
    """Draw a trend, and label its axes and its stacks."""
    size, series, scale = page.size, trend.series, trend.scale
    depth = max(one.depth for one in series)
    most = min(MARKS, box.height / (1.3 * size.line))
    marks = write_beside(page, box, scale.labels(most))
    ax = page.axes(box)
    ends = ends_of(trend)
    if len(ends) == 1 and ends[0].every:  # one line that is all stacks' has no stack's hue
        series = tuple(replace(one, color=page.theme.muted) for one in series)
    draw_trend(
        ax, series, scale=scale, depth=depth, points=size.text, theme=page.theme, marks=marks
    )
    write_below(page, box, layer_ticks(depth), beyond=0.5 * size.line)
    # Where not all names have room, those of the highest and the lowest stack do.
    room = max(1, int(box.height / (1.05 * size.line)) + 1)
    ends = [ends[index] for index in thin(len(ends), room)]
    heights = [end.place * box.height for end in ends]
    rising = [max(heights[: index + 1]) for index in range(len(heights))]
    places = spread_out(rising, 1.05 * size.line, 0.0, box.height)
    colors = [end.colors[0] if len(end.names) == 1 else page.theme.ink for end in ends]
    for place, end, color in zip(places, ends, colors, strict=True):
        text = page.cut(end.text, _label_room([end.text], size))
        x, y = box.right + _LEADER * size.line, box.bottom + place - 0.3 * size.line
        page.small(x, y, text, color=color)
    near, far = (box.width + part * size.line for part in (0.1, _LEADER - 0.15))
    draw_leaders(ax, near, far, heights, places, colors, size.text)
