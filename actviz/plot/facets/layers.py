"""plot_overlay and plot_ridge: a facet for each stack, its layers as curves.

All on one axis, from faint to strong by depth, or one below the other, each on a line of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from actviz.format import row_of_stds
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.facets.bands import bands_by_activation
from actviz.plot.facets.curves import axes_of, reading, said_of_heights, stack_curves
from actviz.plot.facets.page import View, fit, open_page, texts_of
from actviz.plot.heights import Heights, HeightUnit, Scales, ShareY
from actviz.plot.marks.ridges import draw_ridge, ridges_height
from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of, shades
from actviz.plot.paper.ticks import Tick, write_below
from actviz.plot.refused import check_records
from actviz.records.record import Record
from actviz.words.keys import key
from actviz.words.say import say
from actviz.words.told import Told, tell

#: Of a facet's width, what its stds may take beside the ridges.
_STDS = 0.4
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

    Gradients are drawn as `plot_ridge` does: as many steps on a logarithmic axis hide each other.
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


def plot_printed(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return `plot_overlay` as a paper prints it: each stack on a scale of its own, gradients too.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    check_records(records, signal=signal, share_y="row", values="density")
    heights = Heights(signal=signal, share_y="row", values="density", log_y=False)
    return overlay_figure(tell(records), heights, look_of(size, theme, title, font), printed=True)


def overlay_figure(
    told: Sequence[Told],
    heights: Heights,
    look: Look,
    scales: Scales | None = None,
    *,
    printed: bool = False,
) -> RecordFigure:
    """Return a facet for each stack, on scales of their own or on given ones.

    With `printed`, gradients lie on one axis too, as a paper has them.
    """
    # Magnitudes on a logarithmic axis are steep steps: a dozen of them on one axis are no picture.
    ridges = heights.signal in BACKWARD and not printed
    return _figure(told, heights, look, scales, _RIDGE if ridges else _OVERLAY)


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
    return _figure(told, heights, look, scales, _RIDGE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stack:
    """A stack that there is room for: where, and the curves of its layers."""

    told: Told
    box: Box
    color: str
    curves: Sequence[Curve]
    ticks: Sequence[Tick]
    zeros: tuple[float, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture of curves: its name, the shape of its facets, and what draws the stacks."""

    name: str
    aspect: float
    draw: Callable[[Page, Sequence[_Stack], View], None]


def _figure(
    told: Sequence[Told], heights: Heights, look: Look, given: Scales | None, picture: _Picture
) -> RecordFigure:
    curves, scales = stack_curves(told, heights, given)
    ticks = axes_of(told, heights.signal, scales)
    fixed = given is not None
    said, unmarked = (
        reading(curves, told, heights.signal, scales, given=fixed, marked=marked)
        for marked in (picture is _OVERLAY, False)
    )
    deep = picture is _RIDGE and max(one.spec.depth for one in told) > _MANY
    tall = said_of_heights(heights)
    view = View(
        what=say(f"view.{picture.name}"),
        more=tall,
        explained=say(f"explain.{picture.name}", heights=tall),
        picture=picture.name,
        hue="by_activation",
        missing=(key("thinned"),) if deep else (),
        reading=tuple(said),
        aspect=picture.aspect,
        tall=ridges_height(max(one.spec.depth for one in told)) if picture is _RIDGE else 0.0,
        stds=picture is not _RIDGE,
        shades=picture is _OVERLAY,
        stems=True,
    )
    with look.drawing(texts_of(told, look)):
        bands = bands_by_activation(told, look.theme)
        brief = replace(
            view,
            brief=True,
            stds=True,
            reading=tuple(unmarked),
            what=say(f"view.{picture.name}_brief"),
        )
        ways = [(bands, view), (bands, brief)]
        fitted = fit(told, lambda size: ways, signal=heights.signal, look=look)
        page = open_page(told, fitted, look)
        stacks = [
            _Stack(
                told=one,
                box=box,
                color=facet.colors[0],
                curves=curves[n],
                ticks=ticks[n],
                zeros=_zeros(one, heights.signal),
            )
            for _, facet, box in fitted.facets()
            for one in facet.stacks
            for n in [told.index(one)]
        ]
        picture.draw(page, stacks, fitted.view)
    return page.figure


def _zeros(told: Told, signal: Signal) -> tuple[float, Sequence[float]]:
    """Return the place of 0 along a stack's axis, and each layer's share of values that are 0.

    On a logarithmic axis they are marked at its lower end.
    """
    items = [layer[signal] for layer in told.layers]
    low, high = items[0].histogram.edges[[0, -1]]
    if not items[0].of_magnitudes and not low <= 0.0 <= high:
        return 0.0, ()
    place = 0.0 if items[0].of_magnitudes else float(-low / (high - low))
    return place, [item.zeros / max(item.stats.count, 1) for item in items]


def _draw_overlays(page: Page, stacks: Sequence[_Stack], view: View) -> None:
    """Draw the curves of each stack, and label its axis."""
    for one in stacks:
        draw_overlay(
            page.axes(one.box),
            one.curves,
            marked=not view.brief,
            zeros=one.zeros,
            colors=shades(page.theme, one.color, one.told.spec.depth),
            points=page.size.text,
            theme=page.theme,
        )
        write_below(page, one.box, one.ticks)


def _draw_ridges(page: Page, stacks: Sequence[_Stack], view: View) -> None:
    """Draw the ridges of each stack, with layers and stds beside them."""
    line, every, signal = page.line, page.figure.told, page.figure.signal
    stds = [["" for _ in told.layers] for told in every]
    if not view.brief:  # else they stand above
        room = _STDS * stacks[0].box.width
        stds = [
            row_of_stds(
                [layer[signal].stats.std for layer in told.layers],
                lambda text: page.width(text) <= room,
            )
            for told in every
        ]
    widest = max(page.width(text) for row in stds for text in row)
    before = page.width(str(max(told.spec.depth for told in every))) + 0.4 * line
    for one in stacks:
        width = one.box.width - before - widest - 0.35 * line
        inner = replace(one.box, left=one.box.left + before, width=width)
        draw_ridge(
            page.axes(inner),
            one.curves,
            stds=stds[every.index(one.told)],
            depth=one.told.spec.depth,
            zeros=one.zeros,
            colors=shades(page.theme, one.color, one.told.spec.depth),
            points=page.size.text,
            theme=page.theme,
        )
        write_below(page, inner, one.ticks)


_OVERLAY = _Picture(name="overlay", aspect=1.5, draw=_draw_overlays)
_RIDGE = _Picture(name="ridge", aspect=0.95, draw=_draw_ridges)
