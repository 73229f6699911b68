"""plot_textbook: the bare row of histograms that the books print, for comparison.

Framed panels titled "1-layer", a fixed range, a vertical scale for each panel and its ticks on the
first one only. What the books do not say, this figure says at its foot: the share of the values
that its range drops.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from matplotlib.ticker import MaxNLocator

from actviz._format import percent
from actviz.plot import words
from actviz.plot.bars import ShareY, Values
from actviz.plot.grid import check_options
from actviz.plot.layout import margin, thin
from actviz.plot.style import Size, Theme, context, families, get_size, get_theme, hues
from actviz.plot.typeset import Paragraph, paragraph, write_paragraph
from actviz.record import LayerRecord, Record
from actviz.spec import Signal

_ROW = 11.0  # height of a row of panels and
_ABOVE = 2.9  # of the two lines above it, in lines of text
_PANEL = 8.0  # least width of a panel, in lines
_LEFT = 5.0  # room for the tick labels of the first panel, in lines


def plot_textbook(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "textbook",
    theme: str | Theme = "light",
    share_y: ShareY = "none",
    values: Values = "count",
    log_y: bool = False,
    title: str | None = None,
    font: str | None = None,
) -> Figure:
    """Return a figure with a row of panels for every record, in the look of the books.

    The parameters are those of `plot_grid`; their defaults are the books'. For the books' range,
    simulate with ``range=(0, 1)``.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    check_options(records, signal, share_y, values)
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    heading = title or ""
    fonts, _ = families(heading + "".join(record.spec.init.label for record in records), font)
    width = size.width - 2 * margin(size)
    head = paragraph(heading, width=width, points=size.title, weight="bold")
    columns = thin(
        max(record.spec.depth for record in records),
        max(1, int((width - _LEFT * size.line) / (_PANEL * size.line))),
    )
    foot = paragraph(
        _dropped(records, columns, signal), width=width, points=size.text, most_lines=20
    )
    edge = margin(size)
    space = head.height + foot.height + 2 * edge + 1.6 * size.line * len(records)
    height = size.height or space + (_ROW + _ABOVE) * size.line * len(records)
    row = (height - space) / len(records)
    with context(fonts):
        figure = Figure(figsize=(size.width, height), dpi=size.dpi, facecolor=theme.page)
        color = hues(theme, list(dict.fromkeys(r.spec.activation.name for r in records)))
        top = write_paragraph(figure, edge, height - edge, head, color=theme.ink)
        for record in records:
            name = Paragraph(
                lines=(f"{record.spec.activation.label}, {record.spec.init.label}",),
                points=size.text,
                weight="bold",
            )
            write_paragraph(figure, edge, top, name, color=theme.ink)
            bottom = top - row
            axes = _axes(figure, size, theme, bottom, row - _ABOVE * size.line, len(columns))
            layers = [record.layers[i] for i in columns if i < len(record.layers)]
            for ax, layer in zip(axes, layers, strict=False):
                _draw(ax, layer, signal, values, color[record.spec.activation.name])
                ax.set_title(f"{layer.layer}-layer", fontsize=size.text, color=theme.ink)
            _scale(axes[: len(layers)], share_y, log_y)
            top = bottom - 1.6 * size.line
        write_paragraph(figure, edge, edge + foot.height, foot, color=theme.muted)
    return figure


def _axes(
    figure: Figure, size: Size, theme: Theme, bottom: float, height: float, count: int
) -> list[Axes]:
    """Return a row of framed Axes; y is labelled on the first one only."""
    W, H = figure.get_size_inches()
    left = margin(size) + _LEFT * size.line
    pitch = (size.width - margin(size) - left + 0.6 * size.line) / count
    made = []
    for number in range(count):
        place = (
            (left + number * pitch) / W,
            bottom / H,
            (pitch - 0.6 * size.line) / W,
            height / H,
        )
        ax = figure.add_axes(place, facecolor=theme.page)
        ax.tick_params(labelsize=size.text, colors=theme.ink, length=size.text / 4)
        ax.yaxis.set_major_locator(MaxNLocator(4))
        for spine in ax.spines.values():
            spine.set_color(theme.ink)
        if number:
            ax.tick_params(left=False, labelleft=False)
        made.append(ax)
    return made


def _draw(ax: Axes, layer: LayerRecord, signal: Signal, values: Values, color: str) -> StepPatch:
    histogram = layer[signal].histogram
    heights = histogram.density() if values == "density" else histogram.counts
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    ax.set_xlim(low, high)
    # Three labels at most, the outer ones turned inwards, so that neighbours do not touch.
    ax.set_xticks(
        [low, (low + high) / 2, high], [f"{x:.3g}" for x in (low, (low + high) / 2, high)]
    )
    first, _, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    ax.set_ylim(0.0, max(float(np.max(heights)) * 1.05, 1e-9))
    return ax.stairs(heights, histogram.edges, fill=True, color=color)


def _scale(axes: Sequence[Axes], share_y: ShareY, log_y: bool) -> None:
    top = max(ax.get_ylim()[1] for ax in axes)
    for ax in axes:
        own = ax.get_ylim()[1] if share_y in ("none", "column") else top
        if log_y:
            ax.set_yscale("log")
        ax.set_ylim(own / 1e5 if log_y else 0.0, own)


def _dropped(records: Sequence[Record], columns: Sequence[int], signal: Signal) -> str:
    """Return for each record what its range leaves out, and what the figure leaves out."""
    told = [words.setting([record.spec for record in records]) + "."]
    for record in records:
        layers = [record.layers[i] for i in columns if i < len(record.layers)]
        shares = [
            (item.histogram.underflow + item.histogram.overflow) / max(item.histogram.n_finite, 1)
            for item in (layer[signal] for layer in layers)
        ]
        if any(shares):
            low, high = layers[0][signal].histogram.edges[[0, -1]]
            name = f"{record.spec.activation.label}, {record.spec.init.label}"
            beyond = ", ".join(map(percent, shares))
            told.append(f"{name}: not drawn, beyond ({low:g}, {high:g}): {beyond}.")
        if record.first_nonfinite_layer is not None:
            told.append(
                f"Layer {record.first_nonfinite_layer} is not finite: the stack stops there."
            )
    depth = max(record.spec.depth for record in records)
    if len(columns) < depth:
        shown = ", ".join(str(column + 1) for column in columns)
        told.append(f"Only layers {shown} of {depth} fit.")
    return "\n".join(told)
