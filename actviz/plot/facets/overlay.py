"""plot_overlay: all layers of a stack on one axis, as steps from light to dark by depth."""

from collections.abc import Sequence

from actviz.layers.signals import Signal
from actviz.plot.facets.figure import curve_figure
from actviz.plot.facets.page import Fitted, said_of_heights
from actviz.plot.heights import Heights, HeightUnit, Scales, ShareY
from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of, shades
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
    return curve_figure(
        told,
        heights,
        look,
        scales,
        picture="overlay",
        what=say("view.overlay", heights=said_of_heights(heights)),
        aspect=1.5,
        draw=_draw,
    )


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
