"""plot_grid: Records to a grid of histograms: initializers down, layers across.

The body of `plot_grid` is the table of contents: arrange, find the words, lay out, draw. Numbers
come from the Records; what is chosen here is only where and how they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from actviz._format import row_of_means, row_of_stds
from actviz.diagnose import collapsed
from actviz.errors import SpecError
from actviz.plot import words
from actviz.plot.arrange import Grid, check_edges, side_by_side, stacked
from actviz.plot.bars import (
    SHARE_Y,
    VALUES,
    PanelSize,
    Place,
    ShareY,
    Values,
    panels_of,
    shares_of,
)
from actviz.plot.layout import Box, GridLayout, columns_that_fit, lay_out, margin
from actviz.plot.panels import Panel, draw_strip
from actviz.plot.style import Size, Theme, context, families, get_size, get_theme, hues, text_width
from actviz.plot.typeset import Paragraph, paragraph, write, write_paragraph
from actviz.record import LayerRecord, Record
from actviz.spec import SIGNALS, Signal

_MOST_SIDE_BY_SIDE = 3


def plot_grid(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "row",
    values: Values = "density",
    log_y: bool = False,
    title: str | None = None,
    font: str | None = None,
) -> Figure:
    """Return a figure with a histogram of every layer of every record.

    Activations stand side by side as blocks, initializers are rows, layers columns; where the
    blocks do not fit side by side, each activation and initializer has a row of its own.

    Parameters
    ----------
    records : sequence of Record
        One or more; those of one activation must have the same histogram edges.
    signal : {"activation", "preactivation"}
        What the histograms are of.
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``. What does not fit is left out, and the
        figure says so.
    theme : str or Theme
        A name of `THEMES`.
    share_y : {"row", "column", "all", "none"}
        Which panels of a block have one vertical scale.
    values : {"density", "count"}
        What the height of a bar is.
    log_y : bool
        Whether heights are logarithmic, from half a count up.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Raises
    ------
    SpecError
        If there is no record, an option is none of the allowed values, or records of one
        activation have different edges.
    """
    check_options(records, signal, share_y, values)
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    heading = words.finding(records) if title is None else title
    fonts, _ = families(heading + "".join(record.spec.init.label for record in records), font)
    grid = _arrange(records, size)
    below = words.histograms_of(signal, _vertical(share_y, values, log_y))
    setting = f"{words.setting([record.spec for record in records])} · {below}"
    head = _head(grid, size, heading, setting)
    # What is left out decides the foot's words, and their height what is left out.
    foot = Paragraph(lines=("",), points=size.text)
    for _ in range(2):
        layout = _lay_out(grid, size, head, foot)
        layers = _shown_layers(grid, layout)
        foot = _foot(grid, layout, layers, size, signal)
    with context(fonts):
        figure = Figure(figsize=(layout.width, layout.height), dpi=size.dpi, facecolor=theme.page)
        color = hues(theme, list(dict.fromkeys(r.spec.activation.name for r in records)))
        _write_head(figure, layout, head, theme)
        _write_block_headings(figure, grid, layout, size, theme, color, signal)
        _write_row_labels(figure, grid, layout, size, theme, color)
        panels = panels_of(
            layers,
            signal=signal,
            lefts=[column * layout.pitch for column in range(len(layout.columns))],
            room=_panel_size(layout, size),
            share_y=share_y,
            values=values,
            log_y=log_y,
            with_notes=layout.numbers != "none",
        )
        for block, strips in enumerate(layout.strips):
            for row, box in enumerate(strips):
                record = grid.rows[layout.rows[row]].records[block]
                if record is not None:
                    name = record.spec.activation.name
                    _draw_row(
                        figure,
                        box,
                        layout,
                        size,
                        theme,
                        color[name],
                        {
                            place[2]: panel
                            for place, panel in panels.items()
                            if place[:2] == (block, row)
                        },
                    )
                    _write_numbers(figure, box, record, layout, size, theme, signal)
                    if layout.ticked[row]:
                        _write_ticks(figure, box, record, layout, size, theme, signal)
        write_paragraph(
            figure, layout.margin, 0.9 * layout.margin + foot.height, foot, color=theme.muted
        )
    return figure


def check_options(records: Sequence[Record], signal: Signal, share_y: str, values: str) -> None:
    """Raise SpecError if there is nothing to draw, or an option is none of the allowed values."""
    if not records:
        raise SpecError("a figure needs at least one record")
    for name, value, allowed in (
        ("signal", signal, SIGNALS),
        ("share_y", share_y, SHARE_Y),
        ("values", values, VALUES),
    ):
        if value not in allowed:
            raise SpecError(f"{name} must be {' or '.join(allowed)} (got {value!r})")
    check_edges(records, signal)


def _arrange(records: Sequence[Record], size: Size) -> Grid:
    grid = side_by_side(records)
    room = columns_that_fit(size, grid.n_blocks, _label_width(grid, size))
    if grid.n_blocks == 1 or room >= grid.columns:
        return grid
    # Side by side with a few layers of each still compares; beyond that, one below the other.
    fixed = size.height is not None
    if fixed and grid.n_blocks <= _MOST_SIDE_BY_SIDE and room >= _MOST_SIDE_BY_SIDE:
        return grid
    return stacked(records)


# --- words ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """Title and subtitle, and the height down to the first row's numbers."""

    title: Paragraph
    subtitle: Paragraph
    height: float


def _head(grid: Grid, size: Size, heading: str, setting: str) -> _Head:
    width = size.width - 2 * margin(size)
    title = paragraph(heading, width=width, points=size.title, smallest=size.heading, weight="bold")
    subtitle = paragraph(setting, width=width, points=size.text, most_lines=4)
    headings = 3.1 * size.line if grid.blocks else 1.6 * size.line
    height = margin(size) + title.height + subtitle.height + headings
    return _Head(title=title, subtitle=subtitle, height=height)


def _foot(
    grid: Grid,
    layout: GridLayout,
    layers: Mapping[Place, LayerRecord],
    size: Size,
    signal: Signal,
) -> Paragraph:
    kinds = {kind for layer in layers.values() for _, kind in shares_of(layer[signal])}
    text = words.legend(
        kinds if layout.numbers != "none" else set(),
        outlined=any(map(collapsed, layers.values())),
        left_out=_left_out(grid, layout),
    )
    return paragraph(text, width=size.width - 2 * layout.margin, points=size.text, most_lines=8)


def _vertical(share_y: ShareY, values: Values, log_y: bool) -> str:
    scale = {
        "row": "one scale per row",
        "column": "one scale per column",
        "all": "one scale",
        "none": "one scale per panel",
    }[share_y]
    return f"height: {'log ' if log_y else ''}{values}, {scale}"


def _left_out(grid: Grid, layout: GridLayout) -> list[str]:
    told = []
    if len(layout.columns) < grid.columns:
        shown = ", ".join(str(column + 1) for column in layout.columns)
        told.append(f"Only layers {shown} of {grid.columns} fit.")
    if len(layout.rows) < len(grid.rows):
        gone = [row.label for i, row in enumerate(grid.rows) if i not in layout.rows]
        told.append(f"{len(gone)} of {len(grid.rows)} rows did not fit.")
    if layout.numbers == "none":
        told.append("Mean, std and shares beyond the axis did not fit: actviz stats prints them.")
    return told


# --- geometry ---------------------------------------------------------------------------------


def _label_width(grid: Grid, size: Size) -> float:
    labels = [row.label for row in grid.rows] + [row.activation or "" for row in grid.rows]
    widest = max(text_width(label, size.heading, weight="bold") for label in labels)
    # A label may take a quarter of the figure and then goes onto a second line.
    return max(min(widest, 0.22 * size.width), text_width("layer", size.text))


def _lay_out(grid: Grid, size: Size, head: _Head, foot: Paragraph) -> GridLayout:
    return lay_out(
        size,
        blocks=grid.n_blocks,
        row_groups=tuple(row.group for row in grid.rows),
        columns=grid.columns,
        label_width=_label_width(grid, size),
        head=head.height,
        foot=foot.height + margin(size) + 0.1 * size.line,
    )


def _panel_size(layout: GridLayout, size: Size) -> PanelSize:
    return PanelSize(
        width=layout.panel,
        height=layout.strips[0][0].height,
        gap=layout.pitch - layout.panel if layout.numbers == "above" else 0.0,
        points=size.text,
        line=size.line,
    )


def _shown_layers(grid: Grid, layout: GridLayout) -> dict[Place, LayerRecord]:
    """Return the layers that have a panel; a stack that stopped early lacks some."""
    return {
        (block, row, column): record.layers[layer]
        for row, index in enumerate(layout.rows)
        for block, record in enumerate(grid.rows[index].records)
        for column, layer in enumerate(layout.columns)
        if record is not None and layer < len(record.layers)
    }


# --- drawing ----------------------------------------------------------------------------------


def _write_head(figure: Figure, layout: GridLayout, head: _Head, theme: Theme) -> None:
    top = layout.height - layout.margin
    top = write_paragraph(figure, layout.margin, top, head.title, color=theme.ink)
    write_paragraph(figure, layout.margin, top, head.subtitle, color=theme.muted)


def _write_block_headings(
    figure: Figure,
    grid: Grid,
    layout: GridLayout,
    size: Size,
    theme: Theme,
    color: Mapping[str, str],
    signal: Signal,
) -> None:
    """Write each block's activation and the numbers of its layers."""
    numbers = 2 * size.line if layout.numbers == "above" else 0.0
    base = layout.strips[0][0].top + numbers + 0.35 * size.line
    for block, strips in enumerate(layout.strips):
        for column, layer in enumerate(layout.columns):
            center = strips[0].left + column * layout.pitch + layout.panel / 2
            write(
                figure,
                center,
                base,
                str(layer + 1),
                points=size.text,
                color=theme.muted,
                ha="center",
            )
        if grid.blocks:
            label = get_label(grid, block)
            write(
                figure,
                strips[0].left,
                base + 1.45 * size.line,
                label,
                points=size.heading,
                color=color[grid.blocks[block]],
                weight="bold",
            )
            after = strips[0].left + text_width(f"{label}  ", size.heading, weight="bold")
            if (room := strips[0].right - after) > 0:
                says = signal if text_width(signal, size.text) <= room else ""
                write(
                    figure,
                    after,
                    base + 1.45 * size.line,
                    says,
                    points=size.text,
                    color=theme.muted,
                )
    right = layout.strips[0][0].left - 0.5 * size.line
    write(figure, right, base, "layer", points=size.text, color=theme.muted, ha="right")


def get_label(grid: Grid, block: int) -> str:
    """Return how people write the activation of a block."""
    record = next(row.records[block] for row in grid.rows if row.records[block] is not None)
    return record.spec.activation.label if record else ""


def _write_row_labels(
    figure: Figure,
    grid: Grid,
    layout: GridLayout,
    size: Size,
    theme: Theme,
    color: Mapping[str, str],
) -> None:
    right = layout.strips[0][0].left - 0.5 * size.line
    width = _label_width(grid, size)
    for index, box in zip(layout.rows, layout.strips[0], strict=True):
        row = grid.rows[index]
        record = row.records[0]
        parts = [(row.label, theme.ink)]
        if row.activation is not None and record is not None:
            parts.insert(0, (record.spec.activation.label, color[row.activation]))
        items = [
            (
                paragraph(
                    text, width=width, points=size.heading, smallest=size.text, weight="bold"
                ),
                c,
            )
            for text, c in parts
        ]
        top = box.bottom + box.height / 2 + sum(item.height for item, _ in items) / 2
        for item, ink in items:
            top = write_paragraph(figure, layout.margin, top, item, color=ink)
        if layout.numbers == "above":
            for name, y in (("mean", 1.35), ("std", 0.35)):
                write(
                    figure,
                    right,
                    box.top + y * size.line,
                    name,
                    points=size.text,
                    color=theme.muted,
                    ha="right",
                )


def _draw_row(
    figure: Figure,
    box: Box,
    layout: GridLayout,
    size: Size,
    theme: Theme,
    color: str,
    panels: Mapping[int, Panel],
) -> None:
    W, H = layout.width, layout.height
    ax = figure.add_axes((box.left / W, box.bottom / H, box.width / W, box.height / H))
    ax.set_xlim(0.0, box.width)
    ax.set_ylim(0.0, 1.0)
    draw_strip(
        ax,
        [panels[column] for column in sorted(panels)],
        width=layout.panel,
        points=size.text,
        line=size.line / box.height,
        color=color,
        theme=theme,
    )


def _write_numbers(
    figure: Figure,
    box: Box,
    record: Record,
    layout: GridLayout,
    size: Size,
    theme: Theme,
    signal: Signal,
) -> None:
    """Write mean and std of each panel, above it or beside it."""
    if layout.numbers == "none":
        return
    stats = [record.layers[i][signal].stats for i in layout.columns if i < len(record.layers)]
    beside = layout.numbers == "beside"
    room = (layout.pitch - layout.panel if beside else layout.pitch) * 0.97

    def fits(text: str) -> bool:
        return text_width(f"mean {text}" if beside else text, size.text) <= room

    means = row_of_means([s.mean for s in stats], [s.std for s in stats], fits)
    stds = row_of_stds([s.std for s in stats], fits)
    for column, (mean, std) in enumerate(zip(means, stds, strict=True)):
        left = box.left + column * layout.pitch
        if beside:
            x, align, y = left + layout.panel + 0.4 * size.line, "left", box.top - 0.85 * size.line
            texts = (f"mean {mean}", f"std {std}")
        else:
            x, align, y = left + layout.panel / 2, "center", box.top + 1.35 * size.line
            texts = (mean, std)
        for number, text in enumerate(texts):
            write(
                figure,
                x,
                y - number * size.line,
                text,
                points=size.text,
                color=theme.ink,
                ha=align,
            )
    if record.first_nonfinite_layer is not None and len(stats) < len(layout.columns):
        x = box.left + len(stats) * layout.pitch
        write(
            figure,
            x,
            box.bottom + box.height / 2,
            "stopped",
            points=size.text,
            color=theme.alarm,
        )


def _write_ticks(
    figure: Figure,
    box: Box,
    record: Record,
    layout: GridLayout,
    size: Size,
    theme: Theme,
    signal: Signal,
) -> None:
    """Label the ends of every panel's axis, and 0 where it is inside and there is room."""
    edges = record.layers[0][signal].histogram.edges
    low, high = float(edges[0]), float(edges[-1])
    natural = record.spec.activation.bounds[0] if signal == "activation" else low
    ticks = {value: (value - low) / (high - low) for value in (max(low, natural), high)}
    if low < 0.0 < high:
        ticks[0.0] = -low / (high - low)
    y = box.bottom - 1.05 * size.line
    for column in range(len(layout.columns)):
        left = box.left + column * layout.pitch
        taken: list[tuple[float, float]] = []
        for value, share in ticks.items():
            text = f"{value:.3g}".replace("-", "−")
            width = text_width(text, size.text)
            start = left + share * (layout.panel - width)
            if all(
                start > b + 0.3 * size.line or start + width < a - 0.3 * size.line for a, b in taken
            ):
                taken.append((start, start + width))
                write(figure, start, y, text, points=size.text, color=theme.muted)
