"""Draw one field of a chart: its colours, what is over them, and what a part of it means."""

from itertools import groupby
from typing import Any

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from actviz.plot.charts.chart import Chart, FieldPanel, Stroke
from actviz.plot.charts.colors import Colors
from actviz.plot.charts.layout import ChartLayout
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, Page

#: Widths of lines, in points for one of type.
WIDTHS = {"heavy": 0.24, "dashed": 0.11, "thin": 0.062}

_DASHES = (3.2, 2.0)

#: Widths of a dot and of its rim, in points for one of type.
_DOT, _RIM_WIDTH = 0.62, 1 / 18

#: How much is seen of a dot's rim: little, so that it vanishes in a field of its own colour.
_RIM = 0.4

#: From so far to its end on what is above a key's middle is ruled, where it is.
RULED = 0.15

#: Heights of a panel, from below, at which there may be room for a word in its field.
_HEIGHTS = (0.66, 0.8, 0.5, 0.35)


def draw_field(page: Page, chart: Chart, panel: FieldPanel, box: Box, colors: Colors) -> Axes:
    """Draw the colours of a field; its x and y run over the cells, from below."""
    key = chart.key
    ax = page.axes(box, (0.0, chart.x.cells), (0.0, chart.y.cells))
    unknown = np.isnan(panel.values)
    if unknown.any():
        ax.add_patch(
            Rectangle(
                (0, 0),
                chart.x.cells,
                chart.y.cells,
                facecolor=colors.unknown,
                edgecolor=colors.hatch,
                hatch="////",
                linewidth=0.0,
            )
        )
    if not unknown.all():
        seaborn.heatmap(
            np.clip(panel.values, key.low, key.high),
            ax=ax,
            cmap=colors.map,
            vmin=key.low,
            vmax=key.high,
            mask=unknown,
            cbar=False,
            xticklabels=False,
            yticklabels=False,
            rasterized=True,
        )
    if colors.ruled:
        _rule(ax, np.clip(panel.values, key.low, key.high), colors, key.high)
    ax.set_xlim(0.0, chart.x.cells)
    ax.set_ylim(0.0, chart.y.cells)
    ax.set_axis_off()
    draw_frame(page, ax)
    return ax


def _rule(ax: Axes, values: NDArray[np.float64], colors: Colors, high: float) -> None:
    """Rule what is well above 0, the middle of a key that ends at `high`, in cells from 0 on."""
    rows, columns = values.shape
    x, y = ([0.0, *(np.arange(count) + 0.5), float(count)] for count in (columns, rows))
    levels = [RULED * high, 2.0 * high]
    padded = np.ma.masked_invalid(np.pad(values, 1, mode="edge"))
    if not (padded > levels[0]).any():
        return
    # Above the dots, which vanish in their field, and below its lines.
    lines = ax.contourf(x, y, padded, levels, colors="none", hatches=["--"], zorder=4.5)
    lines.set_edgecolor(colors.ruled)
    lines.set_linewidth(0.0)


def draw_frame(page: Page, ax: Axes) -> None:
    """Show where a field ends that is as white as the page."""
    edge: dict[str, Any] = {"facecolor": "none", "edgecolor": page.theme.line}
    edge |= {"linewidth": page.size.text / 15, "clip_on": False, "zorder": 1.5}
    ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, **edge))


def draw_strokes(
    layout: ChartLayout, chart: Chart, panel: FieldPanel, ax: Axes, colors: Colors
) -> None:
    """Draw the lines over a field, each with a halo that is seen on dark colours."""
    points = layout.type.small
    for stroke in panel.strokes:
        x, y = chart.x.place(stroke.points[:, 0]), chart.y.place(stroke.points[:, 1])
        if stroke.kind == "heavy":  # from edge to edge
            y = np.array([0.0, chart.y.cells]) if len(y) == 2 else y
        width = points * WIDTHS[stroke.kind]
        style: Any = (0.0, _DASHES) if stroke.kind == "dashed" else "solid"
        halo = withStroke(linewidth=width + points / 16, foreground=colors.halo, alpha=0.55)
        ax.add_line(
            Line2D(
                x,
                y,
                color=colors.line,
                linewidth=width,
                linestyle=style,
                solid_capstyle="butt",
                path_effects=[halo],
                zorder=5,  # dots vanish in their field, and break no line
            )
        )


def draw_dots(
    layout: ChartLayout, chart: Chart, panel: FieldPanel, box: Box, ax: Axes, colors: Colors
) -> None:
    """Draw dots in the colours of their values, the outermost inside of the frame."""
    if not len(panel.dots):
        return
    key = chart.key
    radius = 0.5 * (_DOT + _RIM_WIDTH) * layout.type.small / 72
    across, up = radius * chart.x.cells / box.width, radius * chart.y.cells / box.height
    places = np.clip((panel.dots[:, 2] - key.low) / (key.high - key.low), 0.0, 1.0)
    ax.scatter(
        np.clip(chart.x.place(panel.dots[:, 0]), across, chart.x.cells - across),
        np.clip(chart.y.place(panel.dots[:, 1]), up, chart.y.cells - up),
        s=(_DOT * layout.type.small) ** 2,
        c=colors.map(places),
        edgecolors=to_rgba(colors.line, _RIM),
        linewidths=_RIM_WIDTH * layout.type.small,
        zorder=4,
        clip_on=False,
    )


def write_in_field(
    page: Page, layout: ChartLayout, chart: Chart, panel: FieldPanel, box: Box, colors: Colors
) -> None:
    """Write what a part of the field means into it, where there is room."""
    points, ends = layout.type.small, (chart.key.low, chart.key.high)
    for low, high, text in chart.key.words:
        need = text_width(text, points) + 0.45 * layout.type.inches(points)
        for share in _HEIGHTS:
            span = _widest(chart, panel, share, (low, high), layout, box)
            if span is None or (span[1] - span[0]) * box.width / chart.x.cells < need:
                continue
            middle = (span[0] + span[1]) / 2 / chart.x.cells * box.width
            y = box.bottom + share * box.height - 0.28 * points / 72
            row = min(int(share * chart.y.cells), chart.y.cells - 1)
            ground = colors.map(
                place_in_key(chart, float(np.mean(np.clip(panel.values[row, slice(*span)], *ends))))
            )
            at = (box.left + middle, y, text)
            ruled = colors.ruled and low > 0
            clear = [withStroke(linewidth=points / 4, foreground=ground)] if ruled else None
            page.small(*at, points=points, color=_on(ground), ha="center", path_effects=clear)
            break


def place_in_key(chart: Chart, value: float) -> float:
    """Return where a value stands in the key, from 0 to 1."""
    return (value - chart.key.low) / (chart.key.high - chart.key.low)


def _widest(
    chart: Chart,
    panel: FieldPanel,
    share: float,
    ends: tuple[float, float],
    layout: ChartLayout,
    box: Box,
) -> tuple[int, int] | None:
    """Return the longest run of cells between two numbers, as high as a line, that none crosses."""
    values, rows, (low, high) = panel.values, chart.y.cells, ends
    tall = 0.8 * layout.type.inches(layout.type.small) / box.height * rows
    first = max(int(share * rows - tall), 0)
    last = min(int(np.ceil(share * rows + tall)), rows)
    with np.errstate(invalid="ignore"):
        part = (values[first:last] >= low) & (values[first:last] <= high)
    inside = np.all(part, axis=0).tolist()
    for stroke in panel.strokes:
        for cell in _crossed(chart, stroke, first, last):
            inside[cell] = False
    for cell in _under_dots(chart, panel, first, last, 0.5 * _DOT * layout.type.small / 72, box):
        inside[cell] = False
    runs = [[*each] for free, each in groupby(range(len(inside)), inside.__getitem__) if free]
    best = max(runs, key=len, default=None)
    return None if best is None else (best[0], best[-1] + 1)


def _under_dots(
    chart: Chart, panel: FieldPanel, first: int, last: int, radius: float, box: Box
) -> list[int]:
    """Return the cells of x that a dot covers between two rows of cells."""
    across, up = radius * chart.x.cells / box.width, radius * chart.y.cells / box.height
    found: list[int] = []
    ats, heights = chart.x.place(panel.dots[:, 0]), chart.y.place(panel.dots[:, 1])
    for at, height in zip(ats, heights, strict=True):
        if first - up < height < last + up:
            found += range(max(int(at - across), 0), min(int(at + across) + 1, chart.x.cells))
    return found


def _crossed(chart: Chart, stroke: Stroke, first: int, last: int) -> list[int]:
    """Return the cells of x that a line crosses between two rows of cells."""
    x, y = chart.x.place(stroke.points[:, 0]), chart.y.place(stroke.points[:, 1])
    close = np.linspace(0.0, len(x) - 1.0, 32 * len(x))
    across, up = (np.interp(close, np.arange(len(x)), each) for each in (x, y))
    cells = np.floor(across[(up >= first) & (up <= last)]).tolist()
    return [int(cell) for cell in dict.fromkeys(cells) if 0 <= cell < chart.x.cells]


def _on(ground: object) -> str:
    """Return the colour of type that is read on a ground."""
    red, green, blue = to_rgb(ground)  # type: ignore[arg-type]
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return "#ffffff" if light < 0.3 else "#16181d"
