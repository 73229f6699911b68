"""plot_ridge: the layers of a stack one below the other, each on a line of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.text import Text

from actviz._format import row_of_stds
from actviz.plot.bands import bands_by_activation
from actviz.plot.bars import ShareY, Values
from actviz.plot.curves import Curve, labels_of, reading, stack_curves
from actviz.plot.figure import RecordFigure
from actviz.plot.layout import thin
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

#: How many lines of layers the highest curve reaches over.
_OVERLAP = 1.9

#: Layers stand at least so many lines of type apart; of more, evenly spaced ones are drawn,
_LEAST_STEP = 0.45
#: which the foot says of figures with more layers than this.
_MANY = 10

_THINNED = "Where not all layers fit, evenly spaced ones are drawn."


def plot_ridge(
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
    """Return a figure with a facet for every record, its layers one below the other.

    The parameters are those of `plot_grid`. On one scale for all stacks of an activation, the
    default, curves higher than `actviz.plot.curves.CAP` times an even spread are cut.

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
        what="layers one below the other, std at the right · "
        + said_of_heights(share_y, values, log_y),
        picture="Ridges of histograms",
        reading=reading(curves, records, signal),
        aspect=0.95,
    )
    if max(record.spec.depth for record in records) > _MANY:
        view = replace(view, reading=f"{view.reading} {_THINNED}".strip())
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
        numbers = _stds(records, signal, 0.25 * page.layout.boxes[0][0].width, size.text)
        widest = max(text_width(text, size.text) for row in numbers for text in row)
        deepest = max(record.spec.depth for record in records)
        before = text_width(str(deepest), size.text) + 0.4 * size.line
        for _, facet, box in page.facets():
            record = facet.records[0]
            stack = next(index for index, other in enumerate(records) if other is record)
            inner = replace(
                box,
                left=box.left + before,
                width=box.width - before - widest - 0.4 * size.line,
            )
            draw_ridge(
                page.axes(inner),
                curves[stack],
                stds=numbers[stack],
                depth=record.spec.depth,
                right=box.right - inner.left,
                colors=shades(theme, facet.colors[0], record.spec.depth),
                points=size.text,
                theme=theme,
            )
            write_ticks(page, inner, labels_of(record, records, signal))
    return page.figure


def _stds(records: Sequence[Record], signal: Signal, room: float, points: float) -> list[list[str]]:
    """Return the stds of each stack's layers as texts of at most `room` inches, where they can."""
    return [
        row_of_stds(
            [layer[signal].stats.std for layer in record.layers],
            lambda text: text_width(text, points) <= room,
        )
        for record in records
    ]


def _apart(bases: Mapping[int, float], distance: float) -> list[int]:
    """Return layers whose lines stand `distance` apart, the first and the last among them."""
    last = max(bases)
    kept = [0]
    for index, base in bases.items():
        if bases[kept[-1]] - base >= distance:
            kept.append(index)
    if last not in kept:
        kept[len(kept) - 1 if len(kept) > 1 else 1 :] = [last]
    if len(kept) == 2 and bases[0] - bases[last] < distance:
        return [0]
    return kept


class RidgeArtists(NamedTuple):
    """What `draw_ridge` drew: the layers' shapes, their numbers and their stds."""

    ridges: PolyCollection
    layers: list[Text]
    stds: list[Text]


def draw_ridge(
    ax: Axes,
    curves: Sequence[Curve],
    *,
    stds: Sequence[str],
    depth: int,
    right: float,
    colors: Sequence[str],
    points: float,
    theme: Theme,
) -> RidgeArtists:
    """Draw the layers of a stack as ridges on `ax`, whose limits are its size in inches.

    Parameters
    ----------
    ax : Axes
        Left without axis and frame.
    curves : sequence of Curve
        Layer 1 first, which is drawn at the top.
    stds : sequence of str
        Of each layer, to be written beside it where there is room.
    depth : int
        How many layers there should be: a stack that stopped leaves room.
    right : float
        Where the stds end, in inches from the left end of the Axes.
    colors : sequence of str
        Of each layer.
    points : float
        Type size; line widths follow it.
    theme : Theme
        For everything else.
    """
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    line = 1.2 * points / 72
    drawn = thin(depth, max(2, int(height / (_LEAST_STEP * line) - _OVERLAP) + 1))
    step = height / (len(drawn) - 1 + _OVERLAP)
    bases = {
        index: (len(drawn) - 1 - row) * step
        for row, index in enumerate(drawn)
        if index < len(curves)
    }
    numbered = _apart(bases, line)
    edges = np.repeat(np.linspace(0.0, width, len(curves[0].heights) + 1), 2)
    shapes = []
    for index, base in bases.items():
        tops = base + np.repeat(curves[index].heights, 2) * _OVERLAP * step
        shapes.append(np.column_stack([edges, np.concatenate([[base], tops, [base]])]))
    outlined = [curves[index].collapsed for index in bases]
    tints = [colors[index] for index in bases]
    ridges = PolyCollection(
        shapes,
        facecolors=[
            theme.page if hollow else tint for hollow, tint in zip(outlined, tints, strict=True)
        ],
        edgecolors=[
            tint if hollow else theme.page for hollow, tint in zip(outlined, tints, strict=True)
        ],
        linewidths=points / 12,
        joinstyle="miter",
        clip_on=False,
    )
    ax.add_collection(ridges, autolim=False)
    look: dict[str, Any] = {"fontsize": points, "ha": "right"}
    layers = [
        ax.text(-0.3 * line, bases[index], str(index + 1), color=theme.muted, **look)
        for index in numbered
    ]
    texts = [
        ax.text(right, bases[index], stds[index], color=theme.ink, **look) for index in numbered
    ]
    return RidgeArtists(ridges, layers, texts)
