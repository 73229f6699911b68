"""plot_overlay: all layers of a stack on one axis, as steps from light to dark by depth."""

from collections.abc import Sequence

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
from actviz.plot.marks.steps import draw_overlay
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context, get_size, get_theme, shades
from actviz.records.record import Record
from actviz.words.told import tell


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
    default, curves higher than `actviz.plot.facets.curves.CAP` times an even spread are cut, and
    marked.

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
        what="all layers on one axis, light to dark by depth · "
        f"{said_of_heights(share_y, values, log_y)}",
        picture="Overlaid histograms",
        reading=reading(curves, stacks, signal),
        aspect=1.5,
    )
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
        for _, facet, box in page.facets():
            (told,) = facet.stacks
            own = curves[stacks.index(told)]
            draw_overlay(
                page.axes(box),
                own,
                colors=shades(theme, facet.colors[0], told.spec.depth),
                points=size.text,
                theme=theme,
            )
            write_ticks(page, box, labels_of(told, stacks, signal))
    return page.figure
