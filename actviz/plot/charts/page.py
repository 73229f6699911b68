"""Draw a chart of coloured fields on a page: the fields, their lines, axes and key, and the words.

`draw_pages` is all that a kind of chart needs: it makes a `Chart` of its numbers and its words, and
this page finds room for it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from actviz.plot.charts.chart import Chart, FieldPanel, Name, Stroke
from actviz.plot.charts.colors import Colors, colors_of
from actviz.plot.charts.fields import (
    RULED,
    WIDTHS,
    draw_field,
    draw_frame,
    draw_strokes,
    place_in_key,
    scatter_dots,
    write_in_field,
)
from actviz.plot.charts.layout import (
    LABEL,
    ChartLayout,
    PlacedText,
    apart,
    lay_out,
    margins,
    tick_rows,
)
from actviz.plot.charts.regions import ChartWords, place_words
from actviz.plot.overview.arrange import evenly
from actviz.plot.overview.type import Type, type_of
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import NARROW, Look, Size, no_room
from actviz.plot.paper.style import hues as hues_of
from actviz.plot.paper.ticks import kept_apart
from actviz.plot.paper.typeset import Paragraph, fits_whole, paragraph, write_paragraph
from actviz.words.say import say

_Item = TypeVar("_Item")

#: Lines of a narrow page's foot at most.
_LINES = 6

#: What is left out, for want of room for panels, one after the other.
_LEFT_OUT: tuple[tuple[str, ...], ...] = ((), ("foot",), ("foot", "subtitle"))

#: Columns of a chart at most: more have no room on a slide.
MOST_COLUMNS = 4


def draw_chart(chart: Chart, look: Look) -> RecordFigure:
    """Return a figure of a chart.

    Raises
    ------
    SpecError
        If the size has no room for its panels.
    """
    with _drawing(chart, look):
        for left_out in _LEFT_OUT:
            way, layout, words = _fitted(chart, look, left_out)
            if layout.fits:
                return _drawn(way, layout, words, look)
    raise no_room(look.size)


def draw_pages(
    items: Sequence[_Item], chart_of: Callable[[Sequence[_Item]], Chart], look: Look
) -> list[RecordFigure]:
    """Return figures of charts of items that are their columns.

    A page has at most four of them, or fewer where the size has no room for as many.

    Raises
    ------
    SpecError
        If the size has no room for one.
    """
    return [draw_chart(chart, look) for chart in _pages(items, chart_of, look)]


def check_room(
    items: Sequence[_Item], chart_of: Callable[[Sequence[_Item]], Chart], look: Look
) -> None:
    """Raise SpecError if `draw_pages` would; nothing is drawn."""
    _pages(items, chart_of, look)


def _pages(
    items: Sequence[_Item], chart_of: Callable[[Sequence[_Item]], Chart], look: Look
) -> list[Chart]:
    """Return the charts of the pages: fewer columns on more pages before words are left out."""
    for left_out in _LEFT_OUT:
        for most in range(min(MOST_COLUMNS, len(items)), 0, -1):
            charts = [chart_of(part) for part in evenly(items, most)]
            if all(_has_room(chart, look, left_out) for chart in charts):
                return charts
    raise no_room(look.size)


def _has_room(chart: Chart, look: Look, left_out: Collection[str]) -> bool:
    """Return whether a chart can be drawn on a size without some of its words."""
    with _drawing(chart, look):
        return _fitted(chart, look, left_out)[1].fits


def _drawing(chart: Chart, look: Look) -> AbstractContextManager[None]:
    names = "".join(name.text for name in (*chart.rows, *chart.columns))
    return look.drawing(look.heading(chart.title) + names)


def _fitted(
    chart: Chart, look: Look, left_out: Collection[str]
) -> "tuple[Chart, ChartLayout, _Words]":
    """Return the chart, or on a narrow page the better of it and its turned self, and its place."""
    words = _Words.of(chart, look, left_out)
    ways = [chart, chart.turned()] if look.size.width < NARROW else [chart]
    found = [
        (way, lay_out(way, look.size, words.type, head=words.head, foot=words.foot)) for way in ways
    ]
    way, layout = max(found, key=lambda one: one[1].merit)
    return way, layout, words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Title, subtitle and foot in lines, and what they take above and below, in inches."""

    title: Paragraph
    subtitle: Paragraph
    below: Paragraph
    head: float
    foot: float
    side: float
    above: float

    type: Type

    @classmethod
    def of(cls, chart: Chart, look: Look, left_out: Collection[str]) -> "_Words":
        size = look.size
        type_ = type_of(size)
        side, above = margins(size, type_)
        width = size.width - 2 * side
        title = paragraph(
            look.heading(chart.title),
            width=width,
            points=type_.title,
            smallest=type_.least_title,
            weight="bold",
            most_lines=type_.title_lines,
        )
        whole = "" if "subtitle" in left_out else chart.subtitle
        lines = type_.subtitle_lines
        fits = fits_whole(whole, width=width, points=type_.body, most_lines=lines, weight="normal")
        subtitle = paragraph(
            whole if fits else chart.short or whole,
            width=width,
            points=type_.body,
            smallest=type_.foot,
            most_lines=lines + 1,
        )
        below = paragraph("", width=width, points=type_.foot)
        if "foot" not in left_out:
            below = _foot(chart, size, type_, width)
        line = type_.inches(type_.body)
        return cls(
            type=type_,
            title=title,
            subtitle=subtitle,
            below=below,
            head=above + title.height + subtitle.height + 0.5 * line,
            foot=above + below.height + 0.3 * line,
            side=side,
            above=above,
        )


def _foot(chart: Chart, size: Size, type_: Type, width: float) -> Paragraph:
    """Return as many sentences of the foot as there is room for: on a slide, those of a line.

    A narrow page says there what its rows are. The last are brief where the whole has no room, and
    on a stage all are. The whole is in the caption.
    """
    lines = 1 if size.width >= NARROW else _LINES
    whole, brief = chart.foot, chart.brief or chart.foot
    if size.name == "stage":
        whole = brief = chart.brief
    if size.width < NARROW:  # where nothing stands beside the rows
        notes = tuple(say("chart.row", name=r.text, told=r.told) for r in chart.rows if r.told)
        whole, brief = (*notes, *whole), (*notes, *brief)
    ways = [(*whole[:count], *brief[count:]) for count in range(len(whole), -1, -1)]
    ways += [brief[:count] for count in range(len(brief) - 1, -1, -1)]
    texts = (" ".join(filter(None, way)) for way in ways)
    shown = next(
        text
        for text in texts
        if not text
        or fits_whole(text, width=width, points=type_.foot, most_lines=lines, weight="normal")
    )
    return paragraph(shown, width=width, points=type_.foot, most_lines=lines)


def _drawn(chart: Chart, layout: ChartLayout, words: _Words, look: Look) -> RecordFigure:
    names = [name.activation for name in (*chart.rows, *chart.columns) if name.activation]
    page = Page.of(
        look,
        layout.height,
        finding=chart.title,
        caption=" ".join(chart.foot),
        description=chart.description,
        hues=hues_of(look.theme, names) or {"": look.theme.ink},
    )
    _write_words(page, layout, words)
    placed = place_words(chart, layout)
    for row, boxes in enumerate(layout.panels):
        for column, box in enumerate(boxes):
            panel = chart.panels[row][column]
            colors = _colors(page, chart, chart.rows[row], chart.columns[column])
            ax = draw_field(page, chart, panel, box, colors)
            draw_strokes(layout, chart, panel, ax, colors)
            scatter_dots(layout, chart, panel, box, ax, colors)
            write_in_field(page, chart, panel, placed.fields[row][column], colors)
            if layout.labels[row]:
                _write_labels(page, layout, chart, panel, box, layout.labels[row])
        _write_row(page, layout, chart, row)
    _write_columns(page, layout, chart)
    for column, marks in enumerate(layout.marks):
        _write_axis(page, layout, chart, layout.panels[-1][column], marks, column)
    _draw_key(page, layout, chart)
    _write_ends(page, layout, placed)
    return page.figure


def _colors(page: Page, chart: Chart, *names: Name) -> Colors:
    """Return the colours of a field: its activation's own, where the key has one for each."""
    own = [name.activation for name in names if name.activation and chart.key.by_activation]
    return colors_of(page.theme, chart.key.kind, page.hues[own[0]] if own else "")


def _write_words(page: Page, layout: ChartLayout, words: _Words) -> None:
    theme, figure = page.theme, page.figure
    top = write_paragraph(
        figure, words.side, layout.height - words.above, words.title, color=theme.ink
    )
    write_paragraph(figure, words.side, top, words.subtitle, color=theme.muted)
    write_paragraph(
        figure, words.side, words.above + words.below.height, words.below, color=theme.muted
    )


def _write_labels(
    page: Page, layout: ChartLayout, chart: Chart, panel: FieldPanel, box: Box, tiers: int
) -> None:
    """Write above a panel what its lines are, where they leave it.

    The heavy ones above the others, of which all or none are named.
    """
    points, small = layout.type.small, layout.type.inches(layout.type.small)
    base = box.top + 0.3 * small
    for heavy in (False, True):
        strokes = [one for one in _labelled(panel, chart) if (one.kind == "heavy") == heavy]
        strokes.sort(key=lambda one: float(one.points[-1, 0]))
        weight = "bold" if heavy else "normal"
        ats = [float(chart.x.place(one.points[-1, 0])) / chart.x.cells for one in strokes]
        widths = [text_width(one.label, points, weight=weight) for one in strokes]
        xs = [box.left + at * box.width for at in ats]
        middles = apart(xs, widths, 0.25 * small, box.left - 0.5 * small, box.right + 0.5 * small)
        for stroke, x in zip(strokes, middles or (), strict=False):
            page.small(x, base, stroke.label, points=points, weight=weight, ha="center")
        base += LABEL * small * (tiers - 1)


def _labelled(panel: FieldPanel, chart: Chart) -> Iterator[Stroke]:
    for stroke in panel.strokes:
        if stroke.label and 0 <= float(chart.x.place(stroke.points[-1, 0])) <= chart.x.cells:
            yield stroke


# --- around the fields --------------------------------------------------------------------


def _write_columns(page: Page, layout: ChartLayout, chart: Chart) -> None:
    """Write the columns' names, all as small as the longest needs it and not below the body.

    What is longer even then is cut.
    """
    boxes = layout.panels[0]
    room = boxes[0].width
    if len(boxes) > 1:  # as far as the next name begins
        room = boxes[1].left - boxes[0].left - 0.4 * layout.type.inches(layout.type.body)
    points = layout.type.heading
    widest = max(text_width(name.text, points, weight="bold") for name in chart.columns)
    points = max(min(points, points * room / widest), layout.type.body)
    for name, box in zip(chart.columns, boxes, strict=True):
        color = page.hues.get(name.activation, page.theme.ink)
        text = page.cut(name.text, room, points, weight="bold")
        page.small(box.left, layout.headings, text, points=points, color=color, weight="bold")


def _write_row(page: Page, layout: ChartLayout, chart: Chart, row: int) -> None:
    """Write a row's name and what it is, and the ticks of the vertical axis."""
    name, box, type_ = chart.rows[row], layout.panels[row][0], layout.type
    color = page.hues.get(name.activation, page.theme.ink)
    small = type_.inches(type_.small)
    if layout.beside:
        y = box.top - 0.75 * type_.heading / 72
        points = type_.heading
        page.small(layout.side, y, name.text, points=points, color=color, weight="bold")
        told = _told(page, layout, chart)
        top = y - 0.35 * small
        if all(one.height < top - box.bottom for one in told):  # else there is room for none
            write_paragraph(page.figure, layout.side, top, told[row], color=page.theme.muted)
    else:
        y = box.top + LABEL * small * layout.labels[row] * layout.crowded + 0.3 * small
        points = type_.body
        page.small(layout.side, y, name.text, points=points, color=color, weight="bold")
    places = tick_rows(chart.y, box)
    if layout.beside and row == 0:
        x, y = box.left - 0.35 * small, box.top + 0.3 * small
        page.small(x, y, chart.y.label, points=type_.small, muted=True, ha="right")
    for index in kept_apart([(y, y) for y, _ in places], 1.05 * small):
        y, text = places[index]
        y = min(max(y, box.bottom + 0.35 * small), box.top - 0.35 * small)
        page.small(
            box.left - 0.35 * small,
            y - 0.28 * type_.small / 72 * 1.3,
            text,
            points=type_.small,
            muted=True,
            ha="right",
        )


def _told(page: Page, layout: ChartLayout, chart: Chart) -> list[Paragraph]:
    """Return what each row is, in lines beside it."""
    box, type_ = layout.panels[0][0], layout.type
    width = _ticks_left(page, layout, chart, box) - layout.side - 0.4 * type_.inches(type_.small)
    return [
        paragraph(name.told, width=width, points=type_.foot, most_lines=9) for name in chart.rows
    ]


def _ticks_left(page: Page, layout: ChartLayout, chart: Chart, box: Box) -> float:
    """Return where the labels of the vertical axis begin."""
    points = layout.type.small
    widest = max((text_width(text, points) for _, text in chart.y.ticks), default=0.0)
    return box.left - 0.35 * layout.type.inches(points) - widest


def _write_axis(
    page: Page,
    layout: ChartLayout,
    chart: Chart,
    box: Box,
    marks: tuple[PlacedText, ...],
    column: int,
) -> None:
    """Write the names of the marks below a column, with pointers, its ticks and the axis's name."""
    type_ = layout.type
    line, small = type_.inches(type_.body), type_.inches(type_.small)
    ax = page.axes(Box(left=0.0, bottom=0.0, width=page.size.width, height=layout.height))
    pointer = 0.36 * line
    top = box.bottom - 0.1 * line
    below = top - pointer - 0.12 * line
    for mark in marks:
        corners = np.array([(0, 0), (-0.5, -1), (0.5, -1)]) * pointer + (mark.at, top)
        ax.add_patch(Polygon(corners.tolist(), facecolor=page.theme.mark, linewidth=0))
        if mark.text:
            base = below - (mark.tier + 0.75) * small
            page.small(mark.middle, base, mark.text, points=type_.small, weight="bold", ha="center")
        if mark.tier:  # what leads past the names above
            down = [top - 0.9 * pointer, below - (mark.tier + 0.06) * small]
            width = type_.small / 15
            ax.add_line(Line2D([mark.at] * 2, down, color=page.theme.mark, linewidth=width))
    base = below - (layout.tiers + 0.75) * small if layout.tiers else top - 0.75 * small
    _write_ticks(page, layout, chart, box, marks, base, ax)
    if column == 0:
        first, last = layout.panels[-1][0], layout.panels[-1][-1]
        middle = (first.left + last.right) / 2
        text = chart.x.label if layout.beside else chart.axes
        room, wide = page.size.width - 2 * layout.side, text_width(text, type_.small)
        points, wide = type_.small * room / max(wide, room), min(wide, room)
        left = min(max(middle - wide / 2, layout.side), layout.side + room - wide)
        page.small(left, base - 1.15 * small, text, points=points, muted=True)


def _write_ticks(
    page: Page,
    layout: ChartLayout,
    chart: Chart,
    box: Box,
    marks: tuple[PlacedText, ...],
    base: float,
    ax: Axes,
) -> None:
    """Write the numbers of the horizontal axis, in bold that of a mark without another name.

    Where no pointer stands at a number, a tick does.
    """
    points, small = layout.type.small, layout.type.inches(layout.type.small)
    pointed = [mark.at for mark in marks]
    named = [mark.at for mark in marks if not mark.text]
    texts = [
        (box.left + float(chart.x.place(value)) / chart.x.cells * box.width, text)
        for value, text in chart.x.ticks
        if 0 <= float(chart.x.place(value)) <= chart.x.cells
    ]
    texts.sort(key=lambda tick: not _is_at(tick[0], named))
    spans = []
    for x, text in texts:
        half = text_width(text, points, weight="bold") / 2
        spans.append((x - half, x + half))
    for index in kept_apart(spans, 0.4 * small):
        x, text = texts[index]
        bold = _is_at(x, named)
        look: Any = {"weight": "bold"} if bold else {"muted": True}
        page.small(x, base, text, points=points, ha="center", **look)
        if not _is_at(x, pointed):
            down = [box.bottom, box.bottom - 0.3 * small]
            width = layout.type.small / 15
            ax.add_line(Line2D([x, x], down, color=page.theme.muted, linewidth=width))


def _is_at(x: float, places: Sequence[float]) -> bool:
    return any(abs(x - at) < 0.02 for at in places)


def _draw_key(page: Page, layout: ChartLayout, chart: Chart) -> None:
    """Draw the colours from the key's low end to its high one, its lines and its numbers.

    Where each activation has its own, they stand side by side.
    """
    key, box, type_ = chart.key, layout.key, layout.type
    ax = page.axes(box, (0.0, 1.0), (key.low, key.high))
    ramp = np.linspace(0.0, 1.0, 512)[:, None]
    stripes = [_colors(page, chart, name) for name in chart.hued] or [_colors(page, chart)]
    for index, colors in enumerate(stripes):
        ends = (index / len(stripes), (index + 1) / len(stripes), key.low, key.high)
        ax.imshow(ramp, cmap=colors.map, extent=ends, origin="lower", aspect="auto")
        if colors.ruled:
            above: Any = {"edgecolor": colors.ruled, "hatch": "--", "linewidth": 0.0}
            corner = (0.0, RULED * key.high)
            ax.add_patch(Rectangle(corner, 1.0, key.high, facecolor="none", **above))
    ax.set_xlim(0.0, 1.0)
    ax.set_axis_off()
    for value in key.lines:
        width = type_.small * WIDTHS["thin"] * 1.3
        ax.add_line(Line2D([0, 1], [value, value], color=stripes[0].line, linewidth=width))
    small = type_.inches(type_.small)
    draw_frame(page, ax)
    low, high = box.bottom + 0.35 * small, box.top - 0.35 * small
    places = [
        min(max(box.bottom + place_in_key(chart, value) * box.height, low), high)
        for value, _ in key.ticks
    ]
    for index in kept_apart([(y, y) for y in places], 1.0 * small):
        y, text = places[index], key.ticks[index][1]
        page.small(
            box.right + 0.4 * small,
            y - 0.28 * type_.small / 72 * 1.3,
            text,
            points=type_.small,
            muted=True,
        )


def _write_ends(page: Page, layout: ChartLayout, words: ChartWords) -> None:
    """Write what the key's ends mean above and below it, where no field has room for it."""
    points, box = layout.type.foot, layout.key
    line, right = layout.type.inches(points), page.size.width - layout.side
    for text, y in ((words.high, box.top + 0.3 * line), (words.low, box.bottom - 0.85 * line)):
        if text:
            page.small(right, y, text, points=points, muted=True, ha="right")
