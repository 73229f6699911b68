"""plot_ridge: the layers of a stack one below the other, each on a line of its own."""

from collections.abc import Sequence
from dataclasses import replace

from actviz.format import row_of_stds
from actviz.layers.signals import Signal
from actviz.plot.facets.figure import curve_figure
from actviz.plot.facets.page import Fitted, said_of_heights
from actviz.plot.heights import Heights, HeightUnit, Scales, ShareY
from actviz.plot.marks.ridges import draw_ridge
from actviz.plot.marks.steps import Curve
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
    return curve_figure(
        told,
        heights,
        look,
        scales,
        picture="ridge",
        what=say("view.ridge", heights=said_of_heights(heights)),
        aspect=0.95,
        draw=_draw,
        more=say("read.thinned") if many else "",
    )


def _draw(
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
