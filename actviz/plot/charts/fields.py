"""Draw one field of a chart: its colours, what is over them, and what a part of it means."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from actviz.plot.charts.chart import Chart, FieldPanel
from actviz.plot.charts.colors import Colors
from actviz.plot.charts.layout import ChartLayout
from actviz.plot.charts.regions import DOT, FieldWord
from actviz.plot.paper.page import Box, Page

#: Widths of lines, in points for one of type.
WIDTHS = {"heavy": 0.24, "dashed": 0.11, "thin": 0.062}

_DASHES = (3.2, 2.0)

#: Width of a dot's rim, in points for one of type.
_RIM_WIDTH = 1 / 18

#: How much is seen of a dot's rim: little, so that it vanishes in a field of its own colour.
_RIM = 0.4

#: Where the lines are in the order of what is drawn.
_LINES = 5

#: From so far to its end on what is above a key's middle is ruled, where it is.
RULED = 0.15


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
    order = _LINES - 0.5
    lines = ax.contourf(x, y, padded, levels, colors="none", hatches=["--"], zorder=order)
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
        x, y = chart.path(stroke)
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
                zorder=_LINES,
            )
        )


def scatter_dots(
    layout: ChartLayout, chart: Chart, panel: FieldPanel, box: Box, ax: Axes, colors: Colors
) -> None:
    """Draw dots in the colours of their values, the outermost inside of the frame."""
    if not len(panel.dots):
        return
    key = chart.key
    radius = 0.5 * (DOT + _RIM_WIDTH) * layout.type.small / 72
    across, up = radius * chart.x.cells / box.width, radius * chart.y.cells / box.height
    places = np.clip((panel.dots[:, 2] - key.low) / (key.high - key.low), 0.0, 1.0)
    ax.scatter(
        np.clip(chart.x.place(panel.dots[:, 0]), across, chart.x.cells - across),
        np.clip(chart.y.place(panel.dots[:, 1]), up, chart.y.cells - up),
        s=(DOT * layout.type.small) ** 2,
        c=colors.map(places),
        edgecolors=to_rgba(colors.line, _RIM),
        linewidths=_RIM_WIDTH * layout.type.small,
        zorder=_LINES + 0.5 if panel.over else _LINES - 1,
        clip_on=False,
    )


def write_in_field(
    page: Page, chart: Chart, panel: FieldPanel, words: Sequence[FieldWord], colors: Colors
) -> None:
    """Write what parts of a field mean into it."""
    ends = (chart.key.low, chart.key.high)
    for word in words:
        part = panel.values[word.row, slice(*word.span)]
        middle = float(np.mean(np.clip(part, *ends)))
        ground = colors.map(place_in_key(chart, middle))
        ruled = colors.ruled and float(np.max(part)) > RULED * chart.key.high
        clear = {"boxstyle": "square,pad=0.1", "facecolor": ground, "linewidth": 0.0}
        base = word.y - 0.28 * word.points / 72
        at: Any = (word.x, base, word.text)
        look: Any = {"bbox": clear} if ruled else {}  # no line strikes it through
        page.small(*at, points=word.points, color=_on(ground), ha="center", **look)


def place_in_key(chart: Chart, value: float) -> float:
    """Return where a value stands in the key, from 0 to 1."""
    return (value - chart.key.low) / (chart.key.high - chart.key.low)


def _on(ground: object) -> str:
    """Return the colour of type that is read on a ground."""
    red, green, blue = to_rgb(ground)  # type: ignore[arg-type]
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return "#ffffff" if light < 0.3 else "#16181d"
