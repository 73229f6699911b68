"""plot_overlay: all layers of a stack on one axis, as steps from light to dark by depth."""

from collections.abc import Sequence

from actviz.layers.signals import Signal
from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import axes_of, reading, stack_curves
from actviz.plot.facets.page import (
    View,
    fit,
    fonts_of,
    open_page,
    said_of_heights,
)
from actviz.plot.heights import Heights, Scales, ShareY, Values
from actviz.plot.marks.steps import draw_overlay
from actviz.plot.paper.look import Look, look_of
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context, shades
from actviz.plot.paper.ticks import write_below
from actviz.plot.refused import check_records
from actviz.records.record import Record
from actviz.words.told import Told, tell


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
    heights = Heights(signal=signal, share_y=share_y, values=values, log_y=log_y)
    return overlay_figure(tell(records), heights, look_of(size, theme, title, font))


def overlay_figure(
    told: Sequence[Told], heights: Heights, look: Look, scales: Scales | None = None
) -> RecordFigure:
    """Return a facet for each stack, on scales of their own or on given ones."""
    curves, used = stack_curves(told, heights, scales)
    ticks = axes_of(told, heights.signal, used)
    view = View(
        what=f"all layers on one axis, light to dark by depth · {said_of_heights(heights)}",
        picture="Overlaid histograms",
        reading=reading(curves, told, heights.signal, used),
        aspect=1.5,
    )
    with context(fonts_of(told, look)):
        bands = bands_by_activation(told, look.theme)
        fitted = fit(told, [(bands, view)], signal=heights.signal, look=look)
        page = open_page(told, fitted, look)
        for _, facet, box in fitted.facets():
            (one,) = facet.stacks
            stack = told.index(one)
            draw_overlay(
                page.axes(box),
                curves[stack],
                colors=shades(look.theme, facet.colors[0], one.spec.depth),
                points=look.size.text,
                theme=look.theme,
            )
            write_below(page, box, ticks[stack])
    return page.figure
