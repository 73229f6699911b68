"""plot_overlay: all layers of a stack on one axis, as steps from light to dark by depth."""

from collections.abc import Sequence

from actviz.layers.signals import Signal
from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import axes_of, reading, stack_curves
from actviz.plot.facets.page import (
    Fitted,
    View,
    fit,
    fonts_of,
    open_page,
    said_of_heights,
)
from actviz.plot.heights import Heights, Scales, ShareY, Values
from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.look import Look, look_of
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context, shades
from actviz.plot.paper.ticks import Tick, write_below
from actviz.plot.refused import check_records
from actviz.records.record import Record
from actviz.words.say import say
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
        what=say("view.overlay", heights=said_of_heights(heights)),
        picture="overlay",
        reading=reading(curves, told, heights.signal, used, given=scales is not None),
        aspect=1.5,
    )
    with context(fonts_of(told, look)):
        bands = bands_by_activation(told, look.theme)
        fitted = fit(told, [(bands, view)], signal=heights.signal, look=look)
        page = open_page(told, fitted, look)
        _draw(page, fitted, told, curves, ticks)
    return page.figure


def _draw(
    page: Page,
    fitted: Fitted,
    stacks: Sequence[Told],
    curves: Sequence[Sequence[Curve]],
    ticks: Sequence[Sequence[Tick]],
) -> None:
    """Draw the curves of each stack that there is room for, and label its axis."""
    for _, facet, box in fitted.facets():
        (told,) = facet.stacks
        stack = stacks.index(told)
        draw_overlay(
            page.axes(box),
            curves[stack],
            colors=shades(page.theme, facet.colors[0], told.spec.depth),
            points=page.size.text,
            theme=page.theme,
        )
        write_below(page, box, ticks[stack])
