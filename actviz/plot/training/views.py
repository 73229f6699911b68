"""The ways to look at a TrainingRecord, by name, and the picture of all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from actviz.errors import SpecError
from actviz.lookup import lookup
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, look_of
from actviz.plot.training.curves import (
    ACCURACY,
    LOSS,
    draw_accuracy,
    draw_loss,
    loss_fits,
    reading_of_accuracy,
    reading_of_loss,
)
from actviz.plot.training.inside import GRID_DRAWING, STRIPS_DRAWING
from actviz.plot.training.maps import (
    boundaries,
    draw_boundaries,
    draw_outcomes,
    height_of_maps,
    reading_of_maps,
    table,
    table_fits,
)
from actviz.plot.training.page import Drawing, Limits, at_ease, training_figure
from actviz.training.record import TrainingRecord
from actviz.words.keys import key
from actviz.words.say import saying
from actviz.words.training import symmetry

#: Lines of type that a page must be wide for the curves to stand beside the rest.
_SIDE_BY_SIDE = 42.0
#: What the curves then have of its width, and from them to the rest, in lines.
_LEFT, _GAP = 0.42, 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingView:
    """A view: its name, and what it shows of a training on a page of a size."""

    name: str
    drawing: Callable[[TrainingRecord, Size], Drawing]

    def plot(
        self,
        record: TrainingRecord,
        *,
        size: str | Size = "slide",
        theme: str | Theme = "light",
        title: str | None = None,
        font: str | None = None,
    ) -> RecordFigure:
        """Draw what became of a training.

        `plot_training` draws the whole comparison: loss curves, the table, and boundaries or else
        accuracies. `plot_loss` and `plot_accuracy` draw curves against the step, all initializers
        in one axes; `plot_boundaries` what nets of two inputs decide, an initializer a column and
        a step a row; `plot_training_grid` the layers' activations as histograms, a row a recorded
        step; `plot_strips` statistics against step and layer, a row a statistic; and
        `plot_training_table` what became of each initializer.

        Parameters
        ----------
        record : TrainingRecord
            What `actviz.train` returns.
        size : str or Size
            A name of `SIZES` or ``"WxH"`` in inches.
        theme : str or Theme
            A name of `THEMES`.
        title : str, optional
            Instead of the finding; "" for none.
        font : str, optional
            An installed family.

        Raises
        ------
        SpecError
            If a name is unknown, the size has no room, or the record lacks what is drawn: recorded
            steps, or data of two dimensions.
        """
        if not isinstance(record, TrainingRecord):
            raise SpecError(f"a TrainingRecord is drawn here (got {type(record).__name__})")
        look = look_of(size, theme, title, font)
        self.drawing(record, look.size).check(record)
        drawing, sized = at_ease(record, partial(self.drawing, record), look)
        return training_figure(record, drawing, sized)


def _all(record: TrainingRecord, size: Size) -> Drawing:
    """Return all at once; where a page has no room for the rest, the loss alone."""
    other = "boundaries" if _has_maps(record) else "accuracy"
    second = [reading_of_maps(record)] if _has_maps(record) else reading_of_accuracy(record)
    ranks = [key("table")] if symmetry(record) else []
    small = size.height is not None and size.width < _SIDE_BY_SIDE * size.line
    return Drawing(
        kind=saying("picture.training"),
        reading=lambda record: [
            *reading_of_loss(record),
            *([] if small else [*second, *ranks]),
        ],
        missing=(key("no_views", other=other),) if small else (),
        roomy=lambda record, size: not small and _all_fits(record, size),
        height=lambda size, count: 1.5 * size.width,
        draw=draw_loss if small else _draw_all,
    )


def _all_fits(record: TrainingRecord, size: Size) -> bool:
    """Return whether the curves have room beside their names, and the table for its columns."""
    inner = size.width - 2 * size.margin
    left, right = _LEFT * inner, (1 - _LEFT) * inner - 2 * _GAP * size.line
    without = _said_elsewhere(record)
    return loss_fits(record, size, left) and table_fits(
        record, size, right, whole=False, without=without
    )


def _said_elsewhere(record: TrainingRecord) -> tuple[str, ...]:
    """Return the columns of the table whose numbers stand at the ends of curves beside it."""
    return ("loss",) if _has_maps(record) else ("loss", "train", "test")


def _has_maps(record: TrainingRecord) -> bool:
    return any(run.maps for run in record.runs)


def _draw_all(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Arrange the three: the curves at the left of the others, or above them."""
    line = page.line
    rows = len(record.spec.inits) + 1
    gap, lines = _GAP * line, (1.45 * rows + 0.6) * line
    if page.size.width >= _SIDE_BY_SIDE * line:
        left = _LEFT * box.width
        across = box.width - left - 2 * gap
        right = Box(left=box.right - across, bottom=box.bottom, width=across, height=box.height)
        beside = Box(left=box.left, bottom=box.bottom, width=left, height=box.height)
        draw_loss(page, record, beside, limits)
    else:
        part = lines + gap + _second_height(record, box, line)
        draw_loss(page, record, _above(box, part + gap), limits)
        right = Box(left=box.left, bottom=box.bottom, width=box.width, height=part)
    if _has_maps(record):  # which are squares: what they leave over, the table's lines share
        most = right.height - lines - 0.5 * gap
        lines += most - height_of_maps(right.width, most, rows - 1, line)
    above, without = _above(right, right.height - lines), _said_elsewhere(record)
    draw_outcomes(page, record, above, limits, spread=2.6, without=without)
    below = Box(
        left=right.left,
        bottom=right.bottom,
        width=right.width,
        height=right.height - lines - 0.5 * gap,
    )
    if _has_maps(record):
        draw_boundaries(page, record, below, limits, moments=1, shares=False)
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


def _fixed(name: str, drawing: Drawing) -> TrainingView:
    return TrainingView(name=name, drawing=lambda record, size: drawing)


TRAINING_VIEWS: Mapping[str, TrainingView] = MappingProxyType(
    {
        row.name: row
        for row in (
            TrainingView(name="all", drawing=_all),
            _fixed("loss", LOSS),
            _fixed("accuracy", ACCURACY),
            TrainingView(name="boundaries", drawing=boundaries),
            _fixed("grid", GRID_DRAWING),
            _fixed("strips", STRIPS_DRAWING),
            TrainingView(name="table", drawing=table),
        )
    }
)

plot_training = TRAINING_VIEWS["all"].plot
plot_loss = TRAINING_VIEWS["loss"].plot
plot_accuracy = TRAINING_VIEWS["accuracy"].plot
plot_boundaries = TRAINING_VIEWS["boundaries"].plot
plot_training_grid = TRAINING_VIEWS["grid"].plot
plot_strips = TRAINING_VIEWS["strips"].plot
plot_training_table = TRAINING_VIEWS["table"].plot


def get_training_view(name: str) -> TrainingView:
    """Return the row of `TRAINING_VIEWS` under `name`.

    Raises
    ------
    UnknownNameError
        If there is none; the message has the closest name.
    """
    return lookup(TRAINING_VIEWS, name, kind="view")
