"""plot_training_textbook: the pages of a textbook and of a course on training, as they print them.

Framed axes, tick labels and a legend, and nothing of what the honest views say beside them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import numpy as np
from matplotlib.axes import Axes

from actviz.errors import SpecError
from actviz.literature.figure import TrainingLayout
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, initializer_hues, look_of
from actviz.plot.paper.ticks import long_tick
from actviz.training.curves import smoothed
from actviz.training.record import TrainingRecord
from actviz.words.say import say, saying
from actviz.words.training import alt_text, called, finding

PAGES: tuple[str, ...] = get_args(TrainingLayout)
_MARKERS = ("o", "s", "D", "^", "v")
#: What the course says of its three, by the laws' names.
_SAID = {"zeros": "course.zeros", "std=10": "course.large", "he": "course.he"}


def plot_training_textbook(
    record: TrainingRecord,
    page: str,
    *,
    size: str | Size = "textbook",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Draw a page as its source does.

    Parameters
    ----------
    record : TrainingRecord
        What is shown.
    page : {"losses", "costs", "boundaries", "table"}
        Saito's smoothed losses; the course's costs, boundaries and table.
    size, theme, title, font
        As in `plot_loss`; there is no title by default.

    Raises
    ------
    SpecError
        If a name is unknown or the data have no boundaries.
    """
    look = look_of(size, theme, title or "", font)
    if page not in PAGES:
        raise SpecError(f"page must be {', '.join(PAGES)} (got {page!r})")
    if page == "boundaries" and not any(run.maps for run in record.runs):
        raise SpecError("boundaries are of data with two columns")
    draw, height = _PAGES[page]
    with look.drawing(look.heading("")):
        tall = look.size.height or height(look.size, len(record.spec.inits))
        paper = Page.of(
            look,
            tall,
            finding=finding(record),
            caption="",
            description=alt_text(record, saying("picture.textbook", page=page), finding(record)),
            specs=[record.spec],
        )
        draw(paper, record, _write_title(paper, tall - look.size.margin))
    return paper.figure


def _write_title(page: Page, top: float) -> float:
    """Write the title, if there is one, and return where the rest begins."""
    if not page.look.title:
        return top
    edge, line = page.size.margin, page.line
    points = page.size.heading
    page.small(edge, top - line, page.look.title, points=points, weight="bold")
    return top - 1.8 * line


def _axes(page: Page, top: float, count: int) -> Iterator[Axes]:
    """Yield `count` framed Axes side by side, with room for the labels of both axes."""
    W = float(page.figure.get_size_inches()[0])
    edge, line = page.size.margin, page.line
    left, below, above = 3.6 * line, 3.0 * line, 1.6 * line
    pitch = (W - 2 * edge) / count
    for number in range(count):
        ax = page.framed(
            Box(
                left=edge + number * pitch + left,
                bottom=edge + below,
                width=pitch - left - 0.6 * line,
                height=top - above - edge - below,
            )
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(long_tick)
        yield ax


def _label(page: Page, ax: Axes, x: str, y: str, title: str = "") -> None:
    look: dict[str, Any] = {"fontsize": page.size.text, "color": page.theme.ink}
    ax.set_xlabel(x, **look)
    ax.set_ylabel(y, **look)
    ax.set_title(title, **look)


def _losses(page: Page, record: TrainingRecord, top: float) -> None:
    """Draw Saito's page: curves smoothed by a Kaiser window, a marker every 100 steps."""
    size, theme = page.size, page.theme
    (ax,) = _axes(page, top, 1)
    hues = initializer_hues(theme, [called(record, run.init_name) for run in record.runs])
    for number, run in enumerate(run for run in record.runs if run.losses.size):
        ax.plot(
            run.steps,
            smoothed(run.losses),
            marker=_MARKERS[number % len(_MARKERS)],
            markevery=100,
            markersize=size.text / 1.8,
            color=hues[called(record, run.init_name)],
            linewidth=size.text / 8,
            label=called(record, run.init_name),
        )
    ax.set_ylim(0, 2.5)
    _label(page, ax, say("axis.iterations"), say("axis.loss"))
    ax.legend(fontsize=size.text, labelcolor=theme.ink, facecolor=theme.page, edgecolor=theme.line)


def _costs(page: Page, record: TrainingRecord, top: float) -> None:
    """Draw the course's costs, one axes an initializer; inf has no place and is not drawn."""
    size, theme = page.size, page.theme
    for run, ax in zip(record.runs, _axes(page, top, len(record.runs)), strict=True):
        costs = [item for item in run.reported if item.step % record.spec.report_every == 0]
        ax.plot(
            [item.step / record.spec.report_every for item in costs],
            [item.loss if np.isfinite(item.loss) else np.nan for item in costs],
            color=theme.hues[0],
            linewidth=size.text / 7,
        )
        ax.locator_params(nbins=5)
        every = f"{record.spec.report_every:,}s".replace(",", " ")
        title = say("course.title", init=called(record, run.init_name), rate=record.spec.lr)
        _label(page, ax, say("course.every", every=every), say("axis.cost"), title)


def _boundaries(page: Page, record: TrainingRecord, top: float) -> None:
    """Draw the course's boundaries: what is decided, with no word on how surely."""
    size, theme = page.size, page.theme
    for run, ax in zip(record.runs, _axes(page, top, len(record.runs)), strict=True):
        if run.maps:
            item = run.maps[-1]
            tones = [theme.hues[0], theme.hues[1]]
            shares = (item.values > 0.5).astype(float)
            ax.contourf(item.x, item.y, shares, levels=[-0.5, 0.5, 1.5], colors=tones, alpha=0.45)
        data = record.data
        if data.points is not None and data.point_classes is not None:
            for number, color in enumerate(theme.hues[: len(data.classes)]):
                own = data.points[data.point_classes == number]
                ax.plot(*own.T, "o", color=color, markersize=size.text / 4)
        ax.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal")
        ax.locator_params(nbins=3)
        _label(page, ax, "x1", "x2", called(record, run.init_name))


def _table(page: Page, record: TrainingRecord, top: float) -> None:
    """Draw the course's table: model, accuracy on the training rows, and a word on it."""
    size, line = page.size, page.line
    width = size.width - 2 * size.margin
    rows = [(say("course.model"), say("course.accuracy"), say("course.comment"))]
    for run in record.runs:
        found = run.reported[-1].train_accuracy if run.reported else None
        share = "-" if found is None else f"{100 * found:.3g} %"
        comment = _SAID.get(run.init_name)
        rows.append((called(record, run.init_name), share, say(comment) if comment else ""))
    for number, row in enumerate(rows):
        y = top - (1.6 + 2.4 * number) * line
        for place, text in zip((0.0, 0.3, 0.58), row, strict=True):
            weight = "normal" if number else "bold"
            x = size.margin + place * width
            page.small(x, y, text, weight=weight)


#: What draws a page, and the inches that it asks for where the size has no height.
_PAGES: Mapping[str, tuple[Callable[..., None], Callable[[Size, int], float]]] = {
    "losses": (_losses, lambda size, count: 0.7 * size.width),
    "costs": (_costs, lambda size, count: 1.05 * size.width / count),
    "boundaries": (_boundaries, lambda size, count: 1.25 * size.width / count),
    "table": (_table, lambda size, count: (2.4 * (count + 1) + 2) * size.line),
}
