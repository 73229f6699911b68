"""plot_training_textbook: the pages of a textbook and of a course on training, as they print them.

Framed axes, tick labels and a legend, and nothing of what the honest views say beside them.
"""

from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from actviz.errors import SpecError
from actviz.literature.figure import TrainingLayout
from actviz.plot.paper.boxes import margin
from actviz.plot.paper.fonts import families
from actviz.plot.paper.style import Size, Theme, context, get_size, get_theme
from actviz.plot.paper.typeset import write
from actviz.plot.training.page import TrainingFigure
from actviz.training.curves import smoothed
from actviz.training.record import TrainingRecord
from actviz.words.training import alt_text, finding

PAGES: tuple[str, ...] = get_args(TrainingLayout)
_MARKERS = ("o", "s", "D", "^", "v")
#: What the course says of its three, by the laws' names.
_SAID = {
    "zeros": "fails to break symmetry",
    "std=10": "too large weights",
    "he": "recommended method",
}


def plot_training_textbook(
    record: TrainingRecord,
    page: str,
    *,
    size: str | Size = "textbook",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> TrainingFigure:
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
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    if page not in PAGES:
        raise SpecError(f"page must be {', '.join(PAGES)} (got {page!r})")
    if page == "boundaries" and not any(run.maps for run in record.runs):
        raise SpecError("boundaries are of data with two columns")
    count = len(record.spec.inits)
    tall = (
        size.height
        or {
            "losses": 0.7 * size.width,
            "costs": 1.05 * size.width / count,
            "boundaries": 1.25 * size.width / count,
            "table": (2.4 * (count + 1) + 2) * size.line,
        }[page]
    )
    known, _ = families(title or "", font)
    with context(known):
        figure = TrainingFigure(
            record=record,
            title=title or finding(record),
            description=alt_text(record, f"A textbook's page: {page}"),
            figsize=(size.width, tall),
            dpi=size.dpi,
            facecolor=theme.page,
        )
        edge = margin(size)
        top = tall - edge
        if title:
            write(
                figure,
                edge,
                top - size.line,
                title,
                points=size.heading,
                color=theme.ink,
                weight="bold",
            )
            top -= 1.8 * size.line
        {"losses": _losses, "costs": _costs, "boundaries": _boundaries, "table": _table}[page](
            figure, size, theme, top
        )
    return figure


def _axes(
    figure: TrainingFigure, size: Size, theme: Theme, top: float, count: int
) -> Iterator[Axes]:
    """Yield `count` framed Axes side by side, with room for the labels of both axes."""
    W, H = (float(side) for side in figure.get_size_inches())
    edge, line = margin(size), size.line
    left, below, above = 3.6 * line, 3.0 * line, 1.6 * line
    pitch = (W - 2 * edge) / count
    for number in range(count):
        ax = figure.add_axes(
            (
                (edge + number * pitch + left) / W,
                (edge + below) / H,
                (pitch - left - 0.6 * line) / W,
                (top - above - edge - below) / H,
            ),
            facecolor=theme.page,
        )
        ax.tick_params(labelsize=size.text, colors=theme.ink, length=size.text / 4)
        for axis in (ax.xaxis, ax.yaxis):
            # matplotlib's own labels are math, which is not parsed here.
            axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.6g}".replace("-", "−")))
        for spine in ax.spines.values():
            spine.set_color(theme.ink)
        yield ax


def _label(ax: Axes, size: Size, theme: Theme, x: str, y: str, title: str = "") -> None:
    look: dict[str, Any] = {"fontsize": size.text, "color": theme.ink}
    ax.set_xlabel(x, **look)
    ax.set_ylabel(y, **look)
    ax.set_title(title, **look)


def _losses(figure: TrainingFigure, size: Size, theme: Theme, top: float) -> None:
    """Draw Saito's page: curves smoothed by a Kaiser window, a marker every 100 steps."""
    (ax,) = _axes(figure, size, theme, top, 1)
    for number, run in enumerate(run for run in figure.record.runs if run.losses.size):
        ax.plot(
            run.steps,
            smoothed(run.losses),
            marker=_MARKERS[number % len(_MARKERS)],
            markevery=100,
            markersize=size.text / 1.8,
            color=theme.hues[number % len(theme.hues)],
            linewidth=size.text / 8,
            label=run.init_name,
        )
    ax.set_ylim(0, 2.5)
    _label(ax, size, theme, "iterations", "loss")
    ax.legend(fontsize=size.text, labelcolor=theme.ink, facecolor=theme.page, edgecolor=theme.line)


def _costs(figure: TrainingFigure, size: Size, theme: Theme, top: float) -> None:
    """Draw the course's costs, one axes an initializer; inf has no place and is not drawn."""
    record = figure.record
    for run, ax in zip(record.runs, _axes(figure, size, theme, top, len(record.runs)), strict=True):
        costs = [item for item in run.reported if item.step % record.spec.report_every == 0]
        ax.plot(
            [item.step / record.spec.report_every for item in costs],
            [item.loss if np.isfinite(item.loss) else np.nan for item in costs],
            color=theme.hues[0],
            linewidth=size.text / 7,
        )
        ax.locator_params(nbins=5)
        every = f"{record.spec.report_every:,}s".replace(",", " ")
        title = f"{run.init_name}, rate {record.spec.lr:g}"
        _label(ax, size, theme, f"iterations, {every}", "cost", title)


def _boundaries(figure: TrainingFigure, size: Size, theme: Theme, top: float) -> None:
    """Draw the course's boundaries: what is decided, with no word on how surely."""
    record = figure.record
    for run, ax in zip(record.runs, _axes(figure, size, theme, top, len(record.runs)), strict=True):
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
        _label(ax, size, theme, "x1", "x2", run.init_name)


def _table(figure: TrainingFigure, size: Size, theme: Theme, top: float) -> None:
    """Draw the course's table: model, accuracy on the training rows, and a word on it."""
    width, line = size.width - 2 * margin(size), size.line
    rows = [("model", "train accuracy", "problem or comment")]
    for run in figure.record.runs:
        found = run.reported[-1].train_accuracy if run.reported else None
        share = "-" if found is None else f"{100 * found:.3g} %"
        rows.append((run.init_name, share, _SAID.get(run.init_name, "")))
    for number, row in enumerate(rows):
        y = top - (1.6 + 2.4 * number) * line
        for place, text in zip((0.0, 0.3, 0.58), row, strict=True):
            weight = "normal" if number else "bold"
            x = margin(size) + place * width
            write(figure, x, y, text, points=size.text, color=theme.ink, weight=weight)
