"""plot_textbook: the bare row of histograms that the books print, for comparison.

Framed panels titled "1-layer", a fixed range, a vertical scale for each panel and its ticks on the
first one only. What the books do not say, this figure says at its foot: the share of the values
that its range drops.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from actviz.format import axis_number, percent
from actviz.layers.signals import Signal
from actviz.plot.heights import Heights, HeightUnit, ShareY, half_a_count
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of, no_room
from actviz.plot.paper.ticks import short_tick
from actviz.plot.paper.typeset import Paragraph, paragraph
from actviz.plot.refused import check_forward
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.words import stacks as words
from actviz.words.say import say
from actviz.words.specs import setting
from actviz.words.told import Told, tell

# In lines of text.
_ROW = 11.0  # height of a row's panels, where the figure chooses its own, and
_LEAST_ROW = 3.0  # where it is given, at least;
_ABOVE = 2.9  # of the two lines above them
_BELOW = 1.6  # and of the tick labels
_TRENDS = 10.0  # height of the two line plots above a row, their title and ticks included
_PANEL = 6.8  # least width of a panel
_LEFT = 5.0  # room for the tick labels of the first panel
_TICK = 1.8  # from one tick label to the next, at least


def plot_textbook(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "textbook",
    theme: str | Theme = "light",
    share_y: ShareY = "none",
    values: HeightUnit = "count",
    log_y: bool = False,
    title: str | None = None,
    font: str | None = None,
    trends: bool = False,
    cut: int | None = None,
) -> RecordFigure:
    """Return a figure with a row of panels for every record, in the look of the books.

    The parameters are those of `plot_grid`; their defaults are the books'. For the books' range,
    simulate with ``range=(0, 1)``. With `trends`, two line plots stand above each row: the mean
    and the std of each layer. With `cut`, counts end there, and what is higher says how high.

    Raises
    ------
    SpecError
        As `plot_grid` does, also where `size` has no room for one row.
    """
    check_forward(records, signal, share_y, values)
    heights = Heights(signal=signal, share_y=share_y, values=values, log_y=log_y)
    look = look_of(size, theme, title or "", font)
    return textbook_figure(tell(records), heights, look, trends=trends, cut=cut)


def textbook_figure(
    told: Sequence[Told], heights: Heights, look: Look, *, trends: bool, cut: int | None = None
) -> RecordFigure:
    """Return a row of panels for each stack that there is room for."""
    with look.drawing(look.heading("") + words.labels(told)):
        fitted = _fit(told, heights.signal, look, trends, cut)
        page = Page.of(
            look,
            fitted.height,
            finding=words.finding(told),
            caption=fitted.foot,
            description=words.alt_text(told, heights.signal),
            told=told,
            signal=heights.signal,
        )
        _draw(page, fitted, heights, cut)
    return page.figure


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """What there is room for, and how much of it, in inches.

    Parameters
    ----------
    head, foot : Paragraph
        The words above and below.
    stacks : sequence of Told
        From above.
    columns : tuple of int
        Which layers, as indices from 0.
    height : float
        Of the figure.
    row, above : float
        Of everything that stands for a stack but its ticks, and of the trends in it.
    """

    head: Paragraph
    foot: Paragraph
    stacks: Sequence[Told]
    columns: tuple[int, ...]
    height: float
    row: float
    above: float


def _fit(
    told: Sequence[Told], signal: Signal, look: Look, trends: bool, cut: int | None
) -> _Fitted:
    size, line, edge = look.size, look.size.line, look.size.margin
    columns = thin(
        max(one.spec.depth for one in told),
        max(1, int((size.width - 2 * edge - _LEFT * line) / (_PANEL * line))),
    )
    head, foot, shown = _words(told, size, look.heading(""), columns, signal, trends, cut)
    space = head.height + foot.height + 2 * edge + _BELOW * line * len(shown)
    wanted = (_ROW + _ABOVE + _TRENDS * trends) * line
    height = size.height or space + wanted * len(shown)
    row = (height - space) / len(shown)
    above = row * _TRENDS * line / wanted if trends else 0.0
    return _Fitted(
        head=head, foot=foot, stacks=shown, columns=columns, height=height, row=row, above=above
    )


def _draw(page: Page, fitted: _Fitted, heights: Heights, cut: int | None) -> None:
    """Draw a row for each stack, and the words around them."""
    size, line, edge, theme = page.size, page.line, page.size.margin, page.theme
    signal = heights.signal
    bars = fitted.row - fitted.above - _ABOVE * line
    top = page.lines(edge, fitted.height - edge, fitted.head)
    rows = []
    for told in fitted.stacks:
        width = size.width - 2 * edge
        name = paragraph(_name(told), width=width, points=size.text, weight="bold", most_lines=1)
        page.lines(edge, top, name)
        bottom = top - fitted.row
        if fitted.above:
            _draw_trends(page, told, signal, top - fitted.above, fitted.above)
        axes = _axes(page, bottom, bars, len(fitted.columns))
        layers = [told.layers[i] for i in fitted.columns if i < len(told.layers)]
        rows.append([ax for _, ax in zip(layers, axes, strict=False)])
        for ax, layer in zip(rows[-1], layers, strict=True):
            _draw_bars(ax, layer, heights, page.hues[told.spec.activation.name])
            _label(page, ax, layer[signal].histogram.edges[[0, -1]])
            ax.set_title(say("book.layer", layer=layer.layer), fontsize=size.text, color=theme.ink)
        top = bottom - _BELOW * line
    if cut is not None:
        _cut(page, rows, cut)
    _scale(rows, heights, max(1, min(4, int(bars / (_TICK * line)))))
    page.lines(edge, edge + fitted.foot.height, fitted.foot, color=theme.muted)


def _words(
    stacks: Sequence[Told],
    size: Size,
    title: str,
    columns: Sequence[int],
    signal: Signal,
    trends: bool,
    cut: int | None,
) -> tuple[Paragraph, Paragraph, Sequence[Told]]:
    """Return the head, the foot, and the stacks that there is room for between them."""
    width = size.width - 2 * size.margin
    head = paragraph(title, width=width, points=size.title, weight="bold")
    for count in range(len(stacks), 0, -1):
        said = _dropped(stacks[:count], columns, signal)
        if count < len(stacks):
            said += f"\n{words.left_out_rows(count, len(stacks))}"
        if cut is not None:
            said += f"\n{say('book.cut', cut=cut)}"
        foot = paragraph(said, width=width, points=size.text, most_lines=20)
        needed = head.height + foot.height + 2 * size.margin
        needed += count * (_LEAST_ROW + _ABOVE + _BELOW + _TRENDS * trends) * size.line
        if size.height is None or needed <= size.height:
            return head, foot, stacks[:count]
    raise no_room(size)


def _name(told: Told) -> str:
    """Return what tells a stack from the others."""
    return say("stack.name", activation=told.spec.activation.label, init=told.label)


def _axes(page: Page, bottom: float, height: float, count: int, gap: float = 0.6) -> Iterator[Axes]:
    """Yield the framed Axes of a row of `count`; y is labelled on the first one only."""
    size, line = page.size, page.line
    left = size.margin + _LEFT * line
    pitch = (size.width - size.margin - left + gap * line) / count
    for place in (left + index * pitch for index in range(count)):
        ax = page.framed(Box(left=place, bottom=bottom, width=pitch - gap * line, height=height))
        if place > left:
            ax.tick_params(left=False, labelleft=False)
        yield ax


def _draw_trends(page: Page, told: Told, signal: Signal, bottom: float, height: float) -> None:
    """Draw mean and std of each layer as two line plots, as the lecture notes do."""
    line, ink = page.line, page.theme.ink
    low = bottom + (_BELOW + 0.3) * line
    axes = _axes(page, low, height - (_ABOVE + _BELOW + 0.3) * line, 2, gap=6.0)
    layers = [layer.layer for layer in told.layers]
    for ax, name in zip(axes, ("mean", "std"), strict=True):
        values = [getattr(layer[signal].stats, name) for layer in told.layers]
        points = [np.nan if value is None else value for value in values]
        ax.plot(layers, points, color=ink, marker="o", markersize=page.size.text / 3)
        ax.set_title(say(f"book.layers.{name}"), fontsize=page.size.text, color=ink)
        ax.tick_params(left=True, labelleft=True)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.xaxis.set_major_formatter(short_tick)
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_formatter(short_tick)


def _draw_bars(ax: Axes, layer: LayerRecord, heights: Heights, color: str) -> StepPatch:
    item = layer[heights.signal]
    histogram = item.histogram
    bars = histogram.density() if heights.values == "density" else histogram.counts
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    ax.set_xlim(low, high)
    half = half_a_count(item, heights.values)
    ax.set_ylim(half, max(float(np.max(bars)) * 1.05, 2 * half))
    return ax.stairs(bars, histogram.edges, fill=True, color=color)


def _cut(page: Page, rows: Sequence[Sequence[Axes]], cut: int) -> None:
    """End the counts at `cut`; what is higher says so beside its bar."""
    for ax in (ax for axes in rows for ax in axes):
        (patch,) = (item for item in ax.patches if isinstance(item, StepPatch))
        values, edges, _ = patch.get_data()
        ax.set_ylim(0.0, cut)
        if (highest := float(np.max(values))) <= cut:
            continue
        # Beside the bars that are as high, where there is paper behind it.
        lower = np.flatnonzero(values[int(np.argmax(values)) :] < 0.8 * cut)
        free = int(np.argmax(values)) + (int(lower[0]) if lower.size else 0)
        place, (width, height) = ax.get_position(), page.figure.get_size_inches()
        inch = page.size.text / 72  # of the type
        ax.text(
            edges[free] + 0.3 * inch / (place.width * width) * (edges[-1] - edges[0]),
            cut * (1.0 - 0.4 * inch / (place.height * height)),
            say("book.higher", count=round(highest / 1000)),
            va="top",
            fontsize=page.size.text,
            color=page.theme.ink,
        )


def _label(page: Page, ax: Axes, ends: NDArray[np.float64]) -> None:
    """Label the ends of the axis and, where there is room, its middle."""
    low, high = map(float, ends)
    ticks = (low, (low + high) / 2, high)
    texts = [axis_number(x) for x in ticks]
    width = page.size.width * ax.get_position().width
    if 2.4 * max(map(page.width, texts)) + page.width(texts[1]) > width:
        texts[1] = ""
    ax.set_xticks(ticks, texts)
    # Turned inwards, they do not touch their neighbours.
    first, _, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _scale(rows: Sequence[Sequence[Axes]], heights: Heights, ticks: int) -> None:
    """Give the panels of a row, a column or the figure one scale, with about as many ticks."""
    groups: dict[Hashable, list[Axes]] = {}
    for row, axes in enumerate(rows):
        for column, ax in enumerate(axes):
            group = {"row": row, "column": column, "all": None, "none": (row, column)}
            groups.setdefault(group[heights.share_y], []).append(ax)
    for members in groups.values():
        bottoms, tops = zip(*(ax.get_ylim() for ax in members), strict=True)
        for ax in members:
            if heights.log_y:
                ax.set_yscale("log")
                ax.yaxis.set_minor_locator(NullLocator())
            locator = LogLocator(numticks=ticks + 1) if heights.log_y else MaxNLocator(ticks)
            ax.yaxis.set_major_locator(locator)
            ax.yaxis.set_major_formatter(short_tick)
            ax.set_ylim(min(bottoms) if heights.log_y else 0.0, max(tops))


def _dropped(stacks: Sequence[Told], columns: Sequence[int], signal: Signal) -> str:
    """Return for each stack what its range leaves out, and what the figure leaves out."""
    said = [setting([told.spec for told in stacks]) + "."]
    for told in stacks:
        layers = [told.layers[i] for i in columns if i < len(told.layers)]
        shares = [
            (item.histogram.underflow + item.histogram.overflow) / max(item.histogram.n_finite, 1)
            for item in (layer[signal] for layer in layers)
        ]
        if any(shares):
            low, high = layers[0][signal].histogram.edges[[0, -1]]
            beyond = list(map(percent, shares))
            said.append(say("book.beyond", name=_name(told), low=low, high=high, shares=beyond))
        if told.record.first_nonfinite_layer is not None:
            key = "book.not_finite" if told.record.stack is None else "book.stops"
            stop = told.record.first_nonfinite_layer
            said.append(say(key, name=_name(told), layer=stop))
    depth = max(told.spec.depth for told in stacks)
    if len(columns) < depth:
        said.append(words.left_out_layers([column + 1 for column in columns], depth))
    return "\n".join(said)
