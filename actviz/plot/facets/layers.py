"""plot_overlay and plot_ridge: a facet for each stack, its layers as curves.

All on one axis, from light to dark by depth, or one below the other, each on a line of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from actviz.format import row_of_stds
from actviz.layers.signals import Signal
from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import axes_of, reading, stack_curves
from actviz.plot.facets.page import Fitted, View, fit, open_page, said_of_heights, texts_of
from actviz.plot.heights import Heights, HeightUnit, Scales, ShareY
from actviz.plot.marks.ridges import draw_ridge
from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of, shades
from actviz.plot.paper.ticks import Tick, write_below
from actviz.plot.refused import check_records
from actviz.records.record import Record
from actviz.words.say import say
from actviz.words.told import Told, tell

#: With more layers than this, the foot says that not all of them may be drawn.
_MANY = 10


def plot_overlay(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "all",
    values: HeightUnit = "density",
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
    return _figure(
        told,
        heights,
        look,
        scales,
        picture="overlay",
        what=say("view.overlay", heights=said_of_heights(heights)),
        aspect=1.5,
        draw=_draw_overlays,
    )


def plot_ridge(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "all",
    values: HeightUnit = "density",
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
    heights = Heights(signal=signal, share_y=share_y, values=values, log_y=log_y)
    return ridge_figure(tell(records), heights, look_of(size, theme, title, font))


def ridge_figure(
    told: Sequence[Told], heights: Heights, look: Look, scales: Scales | None = None
) -> RecordFigure:
    """Return a facet for each stack, on scales of their own or on given ones."""
    many = max(one.spec.depth for one in told) > _MANY
    return _figure(
        told,
        heights,
        look,
        scales,
        picture="ridge",
        what=say("view.ridge", heights=said_of_heights(heights)),
        aspect=0.95,
        draw=_draw_ridges,
        more=say("read.thinned") if many else "",
    )


Draw = Callable[
    [Page, Fitted, Sequence[Told], Sequence[Sequence[Curve]], Sequence[Sequence[Tick]]], None
]
"""Draws the curves of each stack that there is room for, and labels its axis."""


def _figure(
    told: Sequence[Told],
    heights: Heights,
    look: Look,
    scales: Scales | None,
    *,
    picture: str,
    what: str,
    aspect: float,
    draw: Draw,
    more: str = "",
) -> RecordFigure:
    """Return a facet for each stack, on scales of their own or on given ones.

    `picture`, `what` and `aspect` are those of a `View`; `more` is said below beside how to read
    the curves.
    """
    curves, used = stack_curves(told, heights, scales)
    ticks = axes_of(told, heights.signal, used)
    below = reading(curves, told, heights.signal, used, given=scales is not None)
    view = View(
        what=what,
        picture=picture,
        reading=" ".join(filter(None, (below, more))),
        aspect=aspect,
    )
    with look.drawing(texts_of(told, look)):
        bands = bands_by_activation(told, look.theme)
        fitted = fit(told, [(bands, view)], signal=heights.signal, look=look)
        page = open_page(told, fitted, look)
        draw(page, fitted, told, curves, ticks)
    return page.figure


def _draw_overlays(
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


def _draw_ridges(
    page: Page,
    fitted: Fitted,
    stacks: Sequence[Told],
    curves: Sequence[Sequence[Curve]],
    ticks: Sequence[Sequence[Tick]],
) -> None:
    """Draw the ridges of each stack that there is room for, with layers and stds beside them."""
    line = page.line
    stds = _stds(stacks, fitted, page)
    widest = max(page.width(text) for row in stds for text in row)
    deepest = max(told.spec.depth for told in stacks)
    before = page.width(str(deepest)) + 0.4 * line
    for _, facet, box in fitted.facets():
        (told,) = facet.stacks
        stack = stacks.index(told)
        width = box.width - before - widest - 0.4 * line
        inner = replace(box, left=box.left + before, width=width)
        draw_ridge(
            page.axes(inner),
            curves[stack],
            stds=stds[stack],
            depth=told.spec.depth,
            right=box.right - inner.left,
            colors=shades(page.theme, facet.colors[0], told.spec.depth),
            points=page.size.text,
            theme=page.theme,
        )
        write_below(page, inner, ticks[stack])


def _stds(stacks: Sequence[Told], fitted: Fitted, page: Page) -> list[list[str]]:
    """Return the stds of each stack's layers as texts of a quarter of a facet, where they can."""
    room = 0.25 * fitted.layout.boxes[0][0].width
    return [
        row_of_stds(
            [layer[fitted.signal].stats.std for layer in told.layers],
            lambda text: page.width(text) <= room,
        )
        for told in stacks
    ]
