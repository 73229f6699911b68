"""plot_grid: Records to a grid of histograms: initializers down, layers across.

The body of `plot_grid` is the table of contents: check, find the words, plan, draw. Numbers come
from the Records; what is chosen in this room is only where and how they are shown.
"""

from collections.abc import Sequence

from actviz.errors import SpecError
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.grid.arrange import check_edges
from actviz.plot.grid.content import Pool, content_of
from actviz.plot.grid.page import Page, draw_page
from actviz.plot.grid.plan import best_plan
from actviz.plot.heights import SHARE_Y, VALUES, ShareY, Values
from actviz.plot.paper.fonts import families
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context, get_size, get_theme, hues
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.words import stacks as words
from actviz.words.told import tell


def plot_grid(
    records: Sequence[Record],
    *,
    signal: Signal | None = None,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    share_y: ShareY = "row",
    values: Values = "density",
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
        Where all records have gradients, those of one activation show them in rows below, and those
        of several say in words what becomes of signal and gradient.
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
    content = content_of(
        records,
        signal=signal,
        share_y=share_y,
        values=values,
        log_y=log_y,
        pool=pool,
        theory=theory,
        ensembles=ensembles,
    )
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    told = tell(records, ensembles=ensembles, theory=theory)
    heading = words.finding(told, gradients=content.fates) if title is None else title
    fonts, _ = families(heading + words.labels(told), font)
    with context(fonts):
        plan = best_plan(told, size, title=heading, content=content)
        layout = plan.layout
        first = content.signals[0]
        page = Page(
            figure=RecordFigure(
                records=records,
                signal=first,
                description=words.alt_text(told, first, gradients=content.fates),
                figsize=(layout.width, layout.height),
                dpi=size.dpi,
                facecolor=theme.page,
            ),
            plan=plan,
            size=size,
            theme=theme,
            hues=hues(theme, list(dict.fromkeys(r.spec.activation.name for r in records))),
        )
        draw_page(page)
    return page.figure


def check_options(records: Sequence[Record], signal: Signal, share_y: str, values: str) -> None:
    """Raise SpecError if there is nothing to draw, or an option is none of the allowed values."""
    if not records:
        raise SpecError("a figure needs at least one record")
    for name, value, allowed in (
        ("signal", signal, FORWARD),
        ("share_y", share_y, SHARE_Y),
        ("values", values, VALUES),
    ):
        if value not in allowed:
            raise SpecError(f"{name} must be {' or '.join(allowed)} (got {value!r})")
    check_edges(records, signal)
