"""plot_grid: Records to a grid of histograms: initializers down, layers across.

The body of `grid_figure` is the table of contents: fit what was told, scale, draw. Numbers come
from the Records; what is chosen in this room is only where and how they are shown.
"""

from collections.abc import Sequence
from dataclasses import replace

from actviz.format import plain
from actviz.layers.signals import Signal
from actviz.plot.grid.content import Content, Pool, content_of
from actviz.plot.grid.fit import best_plan
from actviz.plot.grid.foot import grid_foot, grid_keys
from actviz.plot.grid.page import draw_page
from actviz.plot.grid.plan import Plan
from actviz.plot.grid.scale import scale
from actviz.plot.heights import HeightUnit, Scales, ShareY
from actviz.plot.paper.page import Page, make_sheet
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.words import stacks as words
from actviz.words.keys import explained
from actviz.words.sheet import Heading, headings_of, sheet_help
from actviz.words.told import Told, tell


def plot_grid(
    records: Sequence[Record],
    *,
    signal: Signal | None = None,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "row",
    values: HeightUnit = "density",
    log_y: bool = False,
    pool: Pool = "all",
    theory: bool = True,
    ensembles: Sequence[Ensemble] | None = None,
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure with a histogram of every layer of every record.

    Activations stand side by side as blocks, initializers are rows, layers columns; where the
    blocks do not fit side by side, each activation and initializer has a row of its own.

    Parameters
    ----------
    records : sequence of Record
        One or more; those of one activation must have the same histogram edges.
    signal : str, optional
        What the histograms are of: one of `actviz.layers.signals.SIGNALS`. By default activations.
        Where all records have gradients, those of one activation show them in rows below if there
        is room; else rows say in words what becomes of signal and gradient.
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``. What does not fit is left out, and the
        figure says so.
    theme : str or Theme
        A name of `THEMES`.
    share_y : {"row", "column", "all", "none"}
        Which panels of a block have one vertical scale.
    values : {"density", "count"}
        What the height of a bar is.
    log_y : bool
        Whether heights are logarithmic, from half a count up.
    pool : {"all", "unit"}
        With "unit", the histogram of each value about its unit's own mean stands in front of the
        pooled one, which then is pale; for records with unit histograms.
    theory : bool
        Whether to draw the distribution that mean field predicts as a line over each panel of a
        forward signal; there is none for weights that are not random around 0.
    ensembles : sequence of Ensemble, optional
        One for each record, of its spec: the range of the std between the seeds stands beside it.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Raises
    ------
    SpecError
        If there is no record, an option is none of the allowed values, the records lack what it
        asks for, or records of one activation have different edges.
    """
    asked = Content(
        share_y=share_y,
        values=values,
        log_y=log_y,
        pool=pool,
        theory=theory,
        ensembles=None if ensembles is None else tuple(ensembles),
    )
    content = content_of(records, signal, asked)
    told = tell(records, ensembles=ensembles, theory=theory)
    return grid_figure(told, content, look_of(size, theme, title, font))


def grid_figure(
    told: Sequence[Told], content: Content, look: Look, scales: Scales | None = None
) -> RecordFigure:
    """Return a grid of what is told of stacks, on scales of its own or on given ones."""
    window = scales.windows.get(0) if scales else None
    with look.drawing(_letters(told, content, look)):
        finding, plan = _planned(told, content, look, window)
        panels, used = scale(plan, scales)
        cut = any(panel.cut for panel in panels.values())
        plan = replace(plan, sheet=plan.sheet.with_foot(grid_foot(plan, cut=cut)))
        keys = grid_keys(plan, cut=cut)
        signal = content.signals[0]
        page = Page.of(
            look,
            plan.layout.height,
            finding=finding,
            caption=explained(keys),
            description=words.alt_text(told, signal, gradients=content.courses, title=finding),
            explanation=sheet_help(keys, told),
            told=told,
            signal=signal,
        )
        draw_page(page, plan, panels, used)
    return page.figure


def grid_scales(told: Sequence[Told], content: Content, look: Look) -> Scales:
    """Return the scales that `grid_figure` finds: for `actviz.plot.heights.common_scales`."""
    with look.drawing(_letters(told, content, look)):
        return scale(_planned(told, content, look)[1])[1]


def _headings(told: Sequence[Told], content: Content, look: Look) -> list[Heading]:
    """Return what could stand above the grid, the fullest first."""
    if look.title is not None:
        return [Heading(look.title)]
    return headings_of(told, content.signals[0], gradients=content.courses)


def _letters(told: Sequence[Told], content: Content, look: Look) -> str:
    """Return all that may be written, for the fonts that it needs."""
    heads = ("".join(heading) for heading in _headings(told, content, look))
    return "".join(heads) + words.labels(told)


def _planned(
    told: Sequence[Told], content: Content, look: Look, window: slice | None = None
) -> tuple[str, Plan]:
    """Return the finding, and the best plan under the fullest title that has room.

    Where rows have no room, the title is about those that are drawn.
    """
    finding, *_ = words.findings_of(told, content.signals[0], gradients=content.courses)
    plan = best_plan(
        told,
        look.size,
        heading=_fitting(_headings(told, content, look), look.size),
        content=content,
        window=window,
    )
    drawn = plan.drawn
    if look.title is None and len(drawn) < len(told):
        heading = _fitting(_headings(drawn, content, look), look.size)
        plan = best_plan(told, look.size, heading=heading, content=content, window=window)
    return finding, plan


def _fitting(headings: Sequence[Heading], size: Size) -> Heading:
    """Return the first whose title needs no ellipsis, one of a single line before others."""
    sheets = [(heading, make_sheet(size, title=heading.title, subtitle="")) for heading in headings]
    whole = [
        (heading, len(sheet.title.lines))
        for heading, sheet in sheets
        if plain(" ".join(sheet.title.lines)) == heading.title
    ]
    # min keeps the first of equals.
    return min(whole, key=lambda one: one[1])[0] if whole else headings[-1]
