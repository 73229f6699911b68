"""A figure of curves: a facet for each stack, its layers on one axis or on lines of their own.

What overlay and ridge have in common, which is all but how a stack is drawn.
"""

from collections.abc import Callable, Sequence

from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import axes_of, reading, stack_curves
from actviz.plot.facets.page import Fitted, View, fit, open_page, texts_of
from actviz.plot.heights import Heights, Scales
from actviz.plot.marks.steps import Curve
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look
from actviz.plot.paper.ticks import Tick
from actviz.words.told import Told

Draw = Callable[
    [Page, Fitted, Sequence[Told], Sequence[Sequence[Curve]], Sequence[Sequence[Tick]]], None
]
"""Draws the curves of each stack that there is room for, and labels its axis."""


def curve_figure(
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
