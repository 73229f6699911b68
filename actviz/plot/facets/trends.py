"""Trends of facets: what is drawn of each stack, on which axis, and what stands beside it.

Numbers are looked up in what is told of a stack; none is computed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor, isfinite, log10
from statistics import median

import numpy as np

from actviz.format import magnitude
from actviz.layers.signals import Signal
from actviz.plot.facets.bands import Facet, FacetBand, TrendLines
from actviz.plot.marks.trends import ByLayer, LogAxis, Series, TrendPanel, _nines, draw_trend
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Size
from actviz.plot.paper.ticks import layer_ticks, spread_out, write_below, write_beside
from actviz.records.ensemble import SPREAD_LEVELS, Ensemble
from actviz.words import stacks as words
from actviz.words.predicted import Predicted
from actviz.words.say import say
from actviz.words.told import Told

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
_BELOW, _ABOVE = 10, 6


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


def ends_of(trend: TrendLines) -> Iterator[tuple[float, str, str]]:
    """Yield places from 0 to 1, texts and colours of the names beside the lines of several."""
    at = 0 if trend.panel.names_at == "left" else -1
    for one in trend.series if len(trend.series) > 1 else ():
        places = trend.scale(one.values)
        places = places[np.isfinite(places)]
        if len(places):
            yield float(np.clip(places[at], 0.0, 1.0)), one.name, one.color


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
    names = [text for trend in trends for _, text, _ in ends_of(trend)]
    named = _label_room(names, size) + 0.45 * size.line if names else 0.0
    sides = width_beside(marks, size), named
    return sides if trends[0].panel.names_at == "right" else sides[::-1]


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
    draw_trend(page.axes(box), series, scale=scale, depth=depth, points=size.text, theme=page.theme)
    left = trend.panel.names_at == "left"
    ends = sorted(ends_of(trend))
    # Where not all names have room, those of the highest and the lowest stack do.
    room = max(1, int(box.height / (1.05 * size.line)) + 1)
    ends = [ends[index] for index in thin(len(ends), room)]
    places = spread_out([y * box.height for y, *_ in ends], 1.05 * size.line, 0.0, box.height)
    for place, (_, name, color) in zip(places, ends, strict=True):
        text = page.cut(name, _label_room([name], size))
        x = box.left - 0.35 * size.line if left else box.right + 0.35 * size.line
        y, ha = box.bottom + place - 0.3 * size.line, "right" if left else "left"
        page.small(x, y, text, color=color, ha=ha)
    write_below(page, box, layer_ticks(depth))
    most = min(MARKS, box.height / (1.3 * size.line))
    write_beside(page, box, scale.labels(most), right=left)
