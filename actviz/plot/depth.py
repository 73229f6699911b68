"""plot_depth: what becomes of mean, spread and quantiles from the first layer to the last."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, log10
from statistics import median
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from actviz._format import magnitude
from actviz.plot.bars import axis_labels
from actviz.plot.figure import RecordFigure
from actviz.plot.layout import Box, thin
from actviz.plot.stacks import (
    Band,
    Facet,
    StackPage,
    View,
    bands_by_stack,
    check_records,
    open_page,
    write_headings,
    write_ticks,
)
from actviz.plot.style import Size, Theme, context, get_size, get_theme, mix, text_width
from actviz.plot.typeset import paragraph
from actviz.record import Record
from actviz.spec import Signal

#: Which quantiles bound a band, the widest band first, and how strong its colour is.
_BANDS = ((0, 6, 0.22), (1, 5, 0.42), (2, 4, 0.68))

#: A logarithmic axis reaches at most so many decades below and above where the stacks begin: a
#: stack that leaves it has its stds above its own panel.
_BELOW, _ABOVE = 10, 6
#: And about so many of its powers of ten are labelled.
_MARKS = 6


_VIEW = View(
    what="mean ± std and quantiles by layer",
    picture="Mean, spread and quantiles",
    reading="Line: mean; dashed: mean ± std; bands: the middle 38, 68 and 87% of the values. "
    "On the logarithmic axis, solid: std; dotted: within-unit std, the spread over the inputs.",
    aspect=1.3,
)


def plot_depth(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure of each record's mean, spread and quantiles against depth.

    Beside the stacks of an activation, one panel compares their stds on a logarithmic axis.

    Parameters
    ----------
    records : sequence of Record
        One or more; those of one activation must have the same histogram edges.
    signal, size, theme, title, font
        As in `plot_grid`.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    fonts = check_records(records, signal=signal, title=title, font=font)
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    with context(fonts):
        bands = [_with_trend(band, theme) for band in bands_by_stack(records, theme)]
        right = max(_label_room(band.facets[-1].names, size) for band in bands) + 0.35 * size.line
        view = replace(_VIEW, right=right, gutter=_gutter(records, signal, size))
        page = open_page(records, bands, view, signal=signal, size=size, theme=theme, title=title)
        write_headings(page)
        for line, facet, box in page.facets():
            band = page.bands[line.band]
            if facet.trend:
                _draw_trend(page, facet, box)
                continue
            record = facet.records[0]
            ends = record.layers[0][signal].histogram.edges[[0, -1]]
            draw_depth(
                page.axes(box),
                record,
                signal=signal,
                low=float(ends[0]),
                high=float(ends[1]),
                color=facet.colors[0],
                points=size.text,
                theme=theme,
            )
            write_ticks(page, box, _layer_labels(record.spec.depth))
            if facet is band.facets[line.facets[0]] or not band.heading:
                _write_values(page, box, axis_labels(record, signal))
    return page.figure


_TREND = "std by layer"


def _gutter(records: Sequence[Record], signal: Signal, size: Size) -> float:
    """Return the lines of type that the labels of the vertical axes take."""
    texts = [text for record in records for _, text in axis_labels(record, signal)]
    widest = max(text_width(text, size.text) for text in [*texts, magnitude(1e-10)])
    return widest / size.line + 0.6


def _with_trend(band: Band, theme: Theme) -> Band:
    """Return `band` with one more facet, which compares the stacks of all others."""
    trend = Facet(
        name=_TREND,
        name_color=theme.ink,
        trend=True,
        records=tuple(facet.records[0] for facet in band.facets),
        names=tuple(facet.names[0] for facet in band.facets),
        colors=tuple(facet.colors[0] for facet in band.facets),
    )
    return replace(band, facets=(*band.facets, trend))


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
        linewidth=points / 14,
        linestyle=(0, (4, 2)),
    )
    mean = Line2D(x, y(means), color=theme.ink, linewidth=points / 8)
    _mark_points(mean, points)
    for line in (baseline, spread, mean):
        ax.add_line(line)
    return DepthArtists(bands, mean, spread, baseline)


def layer_places(count: int, depth: int, width: float) -> NDArray[np.float64]:
    """Return where the first `count` of `depth` layers stand on an axis of `width` inches.

    A single layer is a short stretch in the middle, with two ends.
    """
    if depth == 1:
        return np.array([0.35, 0.65]) * width
    return np.linspace(0.0, width, depth)[:count]


def _mark_points(line: Line2D, points: float) -> None:
    """Mark the points of `line` that stand alone, between gaps: a line would not show them."""
    there = np.isfinite(np.asarray(line.get_ydata(), dtype=np.float64))
    beside = np.concatenate([[False], there[:-1]]) | np.concatenate([there[1:], [False]])
    if alone := np.flatnonzero(there & ~beside).tolist():
        line.set(marker="o", markersize=points / 3, markevery=alone)


def _layer_labels(depth: int) -> list[tuple[float, str]]:
    """Return the numbers of the layers to label, the most important first."""
    if depth == 1:
        return [(0.5, "1")]
    step = _nice(depth)
    between = range(step, depth, step)
    numbers = [1, depth, *(n for n in between if 2 * min(n - 1, depth - n) >= step)]
    return [((number - 1) / (depth - 1), str(number)) for number in numbers]


def _nice(depth: int) -> int:
    """Return a round step that gives about five labels."""
    rough = depth / 5
    power = 10 ** max(0, floor(log10(rough))) if rough >= 1 else 1
    return int(next(power * k for k in (1, 2, 5, 10) if power * k >= rough))


def _write_values(page: StackPage, box: Box, labels: Sequence[tuple[float, str]]) -> None:
    """Label places from 0 to 1 at the left edge of `box`, the first ones before the others."""
    size = page.size
    taken: list[float] = []
    for place, text in labels:
        y = box.bottom + place * box.height
        if all(abs(y - other) > 1.1 * size.line for other in taken):
            taken.append(y)
            lowered = min(max(y - 0.3 * size.line, box.bottom), box.top - 0.62 * size.line)
            page.small(box.left - 0.4 * size.line, lowered, text, muted=True, ha="right")


# --- stds of several stacks on one logarithmic axis ----------------------------------------------


def _draw_trend(page: StackPage, facet: Facet, box: Box) -> None:
    size, theme, signal = page.size, page.theme, page.signal
    series = [
        (
            [layer[signal].stats.std or 0.0 for layer in record.layers],
            [layer[signal].stats.within_unit_std or 0.0 for layer in record.layers],
        )
        for record in facet.records
    ]
    low, high = _decades(
        [value for pair in series for values in pair for value in values],
        [stds[0] for stds, _ in series],
    )
    depth = max(record.spec.depth for record in facet.records)
    ax = page.axes(box)
    ends: list[tuple[float, str, str]] = []
    for pair, name, color in zip(series, facet.names, facet.colors, strict=True):
        single = len(series) == 1
        for values, look, label in zip(
            pair,
            ("-", (0, (1, 1.3))),
            ("std", "within unit") if single else (name, ""),
            strict=True,
        ):
            line = _log_line(values, depth, low, high, box)
            line.set(color=color, linewidth=size.text / 7, linestyle=look)
            _mark_points(line, size.text)
            ax.add_line(line)
            heights = np.asarray(line.get_ydata(), dtype=np.float64)
            heights = heights[np.isfinite(heights)]
            if label and len(heights):
                ends.append((float(np.clip(heights[-1], 0.0, box.height)), label, color))
    ax.add_line(
        Line2D([0, box.width], [0, 0], color=theme.line, linewidth=size.text / 15, clip_on=False)
    )
    # Where not all names have room, those of the highest and the lowest stack do.
    ends.sort()
    room = max(1, int(box.height / (1.05 * size.line)) + 1)
    ends = [ends[index] for index in thin(len(ends), room)]
    places = _apart([y for y, *_ in ends], 1.05 * size.line, box.height)
    for place, (_, name, color) in zip(places, ends, strict=True):
        text = paragraph(name, width=_label_room(facet.names, size), points=size.text, most_lines=1)
        x, y = box.right + 0.35 * size.line, box.bottom + place - 0.3 * size.line
        page.small(x, y, text.lines[0], color=color)
    write_ticks(page, box, _layer_labels(depth))
    most = min(_MARKS, box.height / (1.3 * size.line))
    step = max(1, ceil((high - low) / most))
    marks = [*range(high, low - 1, -step)]
    _write_values(page, box, [((e - low) / (high - low), magnitude(10.0**e)) for e in marks])


def _log_line(values: Sequence[float], depth: int, low: int, high: int, box: Box) -> Line2D:
    """Return `values` by layer between 10^`low` and 10^`high`, as a line in the inches of `box`."""
    x = layer_places(len(values), depth, box.width)
    with np.errstate(divide="ignore"):
        logs = np.log10(np.array(values if len(x) == len(values) else [*values, *values]))
    y = (np.where(np.isfinite(logs), logs, np.nan) - low) / (high - low) * box.height
    return Line2D(x, y)


def _label_room(names: Sequence[str], size: Size) -> float:
    """Return the width of the labels at the right of a trend, in inches."""
    texts = names if len(names) > 1 else ("within unit",)
    return min(max(text_width(text, size.text) for text in texts), 0.2 * size.width)


def _decades(values: Sequence[float], first: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten to draw between: of all positive `values`, not far from `first`."""
    logs = [log10(value) for value in values if value > 0]
    if not logs:
        return -1, 0
    begin = median([log10(value) for value in first if value > 0] or logs)
    low = max(floor(min(logs)), floor(begin) - _BELOW)
    high = min(ceil(max(logs)), ceil(begin) + _ABOVE)
    return min(low, high - 1), high


def _apart(places: Sequence[float], distance: float, top: float) -> list[float]:
    """Return `places` moved so far that they stand `distance` apart, in their order, from 0 up."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [0.0] * len(places)
    floor_ = -distance
    for index in order:
        moved[index] = floor_ = max(places[index], floor_ + distance)
    ceiling = top + distance
    for index in reversed(order):
        moved[index] = ceiling = min(moved[index], ceiling - distance)
    return moved
