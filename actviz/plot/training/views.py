"""The ways to look at a TrainingRecord, by name, and the picture of all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from actviz.lookup import lookup
from actviz.plot.paper.boxes import Box
from actviz.plot.paper.look import look_of
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme
from actviz.plot.training.curves import draw_accuracy, draw_loss, plot_accuracy, plot_loss
from actviz.plot.training.inside import plot_strips, plot_training_grid
from actviz.plot.training.maps import (
    draw_boundaries,
    draw_table,
    height_of_maps,
    plot_boundaries,
    plot_training_table,
    reading_of_maps,
)
from actviz.plot.training.page import Drawing, Limits, check_training, training_figure
from actviz.training.record import TrainingRecord
from actviz.words.say import saying
from actviz.words.training import symmetry

#: Lines of type that a page must be wide for the curves to stand beside the rest.
_SIDE_BY_SIDE = 42.0


def plot_training(
    record: TrainingRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Draw the whole comparison: loss curves, the table, and boundaries or else accuracies.

    Parameters and errors are those of `plot_loss`.
    """
    check_training(record)
    look = look_of(size, theme, title, font)
    small = look.size.height is not None and look.size.width < _SIDE_BY_SIDE * look.size.line
    return training_figure(record, _little(record) if small else _all(record), look)


def _all(record: TrainingRecord) -> Drawing:
    second = reading_of_maps(record) if _has_maps(record) else saying("read.accuracy")
    table = [saying("read.table")] if symmetry(record) else []
    return Drawing(
        kind=saying("picture.training"),
        reading=saying("read.training", parts=[saying("read.loss"), second, *table]),
        height=lambda size: 1.5 * size.width,
        draw=_draw_all,
    )


def _little(record: TrainingRecord) -> Drawing:
    """Return what a page has room for that has none for the rest."""
    other = "boundaries" if _has_maps(record) else "accuracy"
    reading = saying("read.training_small", curves=saying("read.loss"), other=other)
    return replace(_all(record), reading=reading, draw=draw_loss)


def _has_maps(record: TrainingRecord) -> bool:
    return any(run.maps for run in record.runs)


def _draw_all(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Arrange the three: the curves at the left of the others, or above them."""
    line = page.line
    rows = len(record.spec.inits) + 1
    gap, table = 1.4 * line, (1.45 * rows + 0.6) * line
    if page.size.width >= _SIDE_BY_SIDE * line:
        left = 0.42 * box.width
        across = box.width - left - 2 * gap
        right = Box(left=box.right - across, bottom=box.bottom, width=across, height=box.height)
        beside = Box(left=box.left, bottom=box.bottom, width=left, height=box.height)
        draw_loss(page, record, beside, limits)
    else:
        part = table + gap + _second_height(record, box, line)
        draw_loss(page, record, _above(box, part + gap), limits)
        right = Box(left=box.left, bottom=box.bottom, width=box.width, height=part)
    if _has_maps(record):  # which are squares: what they leave over, the table's lines share
        most = right.height - table - 0.5 * gap
        table += most - height_of_maps(right.width, most, rows - 1, line)
    draw_table(page, record, _above(right, right.height - table), limits, spread=2.6)
    below = Box(
        left=right.left,
        bottom=right.bottom,
        width=right.width,
        height=right.height - table - 0.5 * gap,
    )
    if _has_maps(record):
        draw_boundaries(page, record, below, limits, moments=1)
    else:
        draw_accuracy(page, record, below, limits)


def _second_height(record: TrainingRecord, box: Box, line: float) -> float:
    """Return the height that maps or accuracies have below the curves and the table."""
    if not _has_maps(record):
        return max(9.0 * line, 0.24 * box.height)
    most = max(9.0 * line, 0.36 * box.height)
    return height_of_maps(box.width, most, len(record.spec.inits), line)


def _above(box: Box, height: float) -> Box:
    """Return what of `box` lies above `height` inches of it."""
    return Box(
        left=box.left, bottom=box.bottom + height, width=box.width, height=box.height - height
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingView:
    """A view: its name and its function."""

    name: str
    plot: Callable[..., RecordFigure]


TRAINING_VIEWS: Mapping[str, TrainingView] = MappingProxyType(
    {
        row.name: row
        for row in (
            TrainingView(name="all", plot=plot_training),
            TrainingView(name="loss", plot=plot_loss),
            TrainingView(name="accuracy", plot=plot_accuracy),
            TrainingView(name="boundaries", plot=plot_boundaries),
            TrainingView(name="grid", plot=plot_training_grid),
            TrainingView(name="strips", plot=plot_strips),
            TrainingView(name="table", plot=plot_training_table),
        )
    }
)


def get_training_view(name: str) -> TrainingView:
    """Return the row of `TRAINING_VIEWS` under `name`.

    Raises
    ------
    UnknownNameError
        If there is none; the message has the closest name.
    """
    return lookup(TRAINING_VIEWS, name, kind="view")
