"""plot_overlay: all layers of a stack on one axis, as steps from light to dark by depth."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from actviz._format import significant
from actviz.plot.bands import bands_by_activation
from actviz.plot.bars import ShareY, Values
from actviz.plot.curves import Curve, labels_of, reading, stack_curves
from actviz.plot.figure import RecordFigure
from actviz.plot.stacks import (
    View,
    check_records,
    open_page,
    said_of_heights,
    write_headings,
    write_ticks,
)
from actviz.plot.style import Size, Theme, context, get_size, get_theme, shades, text_width
from actviz.record import Record
from actviz.spec import Signal

#: Lines of type above the highest curve, for its label.
_ABOVE = 1.2


def plot_overlay(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "all",
    values: Values = "density",
    log_y: bool = False,
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure with a facet for every record, all its layers on one axis.

    The parameters are those of `plot_grid`. On one scale for all stacks of an activation, the
    default, curves higher than `actviz.plot.curves.CAP` times an even spread are cut, and marked.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    fonts = check_records(
        records, signal=signal, share_y=share_y, values=values, title=title, font=font
    )
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    curves = stack_curves(records, signal=signal, share_y=share_y, values=values, log_y=log_y)
    view = View(
        what="all layers on one axis, light to dark by depth · "
        f"{said_of_heights(share_y, values, log_y)}",
        picture="Overlaid histograms",
        reading=reading(curves, records, signal),
        aspect=1.5,
    )
    with context(fonts):
        page = open_page(
            records,
            [(bands_by_activation(records, theme), view)],
            signal=signal,
            size=size,
            theme=theme,
            title=title,
        )
        write_headings(page)
        for _, facet, box in page.facets():
            record = facet.records[0]
            stack = next(index for index, other in enumerate(records) if other is record)
            draw_overlay(
                page.axes(box),
                curves[stack],
                colors=shades(theme, facet.colors[0], record.spec.depth),
                points=size.text,
                theme=theme,
            )
            write_ticks(page, box, labels_of(record, records, signal))
    return page.figure


class OverlayArtists(NamedTuple):
    """What `draw_overlay` drew: the curves, the axis, the layers' numbers and the cut peaks."""

    curves: LineCollection
    baseline: Line2D
    labels: list[Text]
    peaks: list[Text]


def draw_overlay(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    colors: Sequence[str],
    points: float,
    theme: Theme,
) -> OverlayArtists:
    """Draw the layers of a stack as steps on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    curves : sequence of Curve
        Layer 1 first.
    colors : sequence of str
        Of each curve.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For labels and the axis.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    full = max(0.6 * height, height - _ABOVE * points / 72)
    heights = np.array([curve.heights for curve in curves]) * full
    steps = LineCollection(
        [_step(row, width) for row in heights],
        colors=list(colors),
        linewidths=[points / 9] * (len(curves) - 1) + [points / 6.5],
        joinstyle="miter",
        clip_on=False,
    )
    ax.add_collection(steps, autolim=False)
    baseline = Line2D([0, width], [0, 0], color=theme.line, linewidth=points / 15, clip_on=False)
    ax.add_line(baseline)
    cut = _cut_peak(curves, width, full, points)
    peaks = [
        ax.text(x, y, text, fontsize=points, color=theme.alarm, ha="center") for x, y, text in cut
    ]
    labels = [
        ax.text(x, y, text, fontsize=points, color=theme.ink, ha="center")
        for x, y, text in _labels(heights, width, height, points, cut)
    ]
    return OverlayArtists(steps, baseline, labels, peaks)


Label = tuple[float, float, str]  # center and baseline in inches, and the text


def _cut_peak(curves: Sequence[Curve], width: float, y: float, points: float) -> list[Label]:
    """Return where the highest of the cut curves would go on above `y`, and up to what height."""
    peak, highest = max(((c.peak or 0.0, c.highest) for c in curves), default=(0.0, 0))
    if not peak:
        return []
    text = f"▴{significant(peak, 2)}"
    half = text_width(text, points) / 2
    x = (highest + 0.5) / len(curves[0].heights) * width
    return [(min(max(x, half), width - half), y + 0.3 * points / 72, text)]


def _step(heights: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Return the outline of a histogram, from the axis up and down to it, shape (2 n + 2, 2)."""
    edges = np.linspace(0.0, width, len(heights) + 1)
    return np.column_stack(
        [np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])]
    )


def _labels(
    heights: NDArray[np.float64],
    width: float,
    height: float,
    points: float,
    others: Sequence[Label],
) -> list[Label]:
    """Return where each layer's number can stand: above its curve, where it is the highest.

    The last layer comes first, then the first one and those between, as far as there is room; a
    number touches no other text and no curve that is not its own.
    """
    line = points / 72
    count, bins = heights.shape
    order = [count - 1, *range(count - 1)]
    if count > 12:  # more numbers than help
        order = [count - 1, 0, count // 2]
    taken = [(x, text_width(text, points) / 2, y) for x, y, text in others]
    found = []
    for number in order:
        text = f"layer {number + 1}" if number in (0, count - 1) else str(number + 1)
        half = 0.5 * text_width(text, points) + 0.25 * line
        best: tuple[float, float, float] | None = None
        for index in range(bins):
            x = min(max((index + 0.5) * width / bins, half), width - half)
            first = max(0, int((x - half) / width * bins))
            last = min(bins, int(np.ceil((x + half) / width * bins)))
            under = heights[:, first:last].max(axis=1)
            y = float(under.max()) + 0.28 * line
            next_best = np.delete(heights[:, index], number).max(initial=0.0)
            lead = float(heights[number, index] - next_best)
            if lead < 0.3 * line or y + 0.75 * line > height:
                continue
            # The number must stand on its own curve, and not float above a neighbour's peak.
            if float(under.max()) - heights[number, index] > 0.25 * line:
                continue
            if any(abs(x - a) < half + b and abs(y - c) < 1.05 * line for a, b, c in taken):
                continue
            if best is None or lead > best[0]:
                best = (lead, x, y)
        if best is not None:
            taken.append((best[1], half, best[2]))
            found.append((best[1], best[2], text))
    return found
