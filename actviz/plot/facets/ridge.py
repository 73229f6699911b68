"""plot_ridge: the layers of a stack one below the other, each on a line of its own."""

from collections.abc import Sequence
from dataclasses import replace

from actviz.format import row_of_stds
from actviz.layers.signals import Signal
from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import labels_of, reading, stack_curves
from actviz.plot.facets.page import (
    View,
    check_records,
    fonts_of,
    open_page,
    said_of_heights,
    write_headings,
    write_ticks,
)
from actviz.plot.heights import ShareY, Values
from actviz.plot.marks.ridges import draw_ridge
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context, get_size, get_theme, shades
from actviz.records.record import Record
from actviz.words.told import Told, tell

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
    default, curves higher than `actviz.plot.facets.curves.CAP` times an even spread are cut.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    check_records(records, signal=signal, share_y=share_y, values=values)
    stacks = tell(records)
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    curves = stack_curves(stacks, signal=signal, share_y=share_y, values=values, log_y=log_y)
    view = View(
        what="layers one below the other, std at the right · "
        + said_of_heights(share_y, values, log_y),
        picture="Ridges of histograms",
        reading=reading(curves, stacks, signal),
        aspect=0.95,
    )
    if max(told.spec.depth for told in stacks) > _MANY:
        view = replace(view, reading=f"{view.reading} {_THINNED}".strip())
    with context(fonts_of(stacks, title, font)):
        page = open_page(
            stacks,
            [(bands_by_activation(stacks, theme), view)],
            signal=signal,
            size=size,
            theme=theme,
            title=title,
        )
        write_headings(page)
        numbers = _stds(stacks, signal, 0.25 * page.layout.boxes[0][0].width, size.text)
        widest = max(text_width(text, size.text) for row in numbers for text in row)
        deepest = max(told.spec.depth for told in stacks)
        before = text_width(str(deepest), size.text) + 0.4 * size.line
        for _, facet, box in page.facets():
            (told,) = facet.stacks
            stack = stacks.index(told)
            inner = replace(
                box,
                left=box.left + before,
                width=box.width - before - widest - 0.4 * size.line,
            )
            draw_ridge(
                page.axes(inner),
                curves[stack],
                stds=numbers[stack],
                depth=told.spec.depth,
                right=box.right - inner.left,
                colors=shades(theme, facet.colors[0], told.spec.depth),
                points=size.text,
                theme=theme,
            )
            write_ticks(page, inner, labels_of(told, stacks, signal))
    return page.figure


def _stds(stacks: Sequence[Told], signal: Signal, room: float, points: float) -> list[list[str]]:
    """Return the stds of each stack's layers as texts of at most `room` inches, where they can."""
    return [
        row_of_stds(
            [layer[signal].stats.std for layer in told.layers],
            lambda text: text_width(text, points) <= room,
        )
        for told in stacks
    ]
