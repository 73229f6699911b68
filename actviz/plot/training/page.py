"""The page of a picture of training: its words, its boxes, an initializer's hue, labelled axes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from actviz.errors import SpecError
from actviz.plot.paper.boxes import Box, margin
from actviz.plot.paper.fonts import families, text_width
from actviz.plot.paper.sheet import make_sheet, write_sheet
from actviz.plot.paper.style import Size, Theme, context, get_size, get_theme, no_room
from actviz.plot.paper.typeset import write
from actviz.training.record import TrainingRecord
from actviz.words import training as words

#: Least height of what is drawn, in lines of the smallest type.
_LEAST = 9.0
_DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (8, 2)))


class TrainingFigure(Figure):
    """A Figure with the TrainingRecord that it shows.

    Parameters
    ----------
    record : TrainingRecord
        What is drawn.
    title, description : str
        Its title, and the figure in words for readers who cannot see it.
    **look
        What `matplotlib.figure.Figure` takes: figsize, dpi, facecolor …
    """

    record: TrainingRecord
    title: str
    description: str

    def __init__(
        self, *, record: TrainingRecord, title: str, description: str, **look: Any
    ) -> None:
        super().__init__(**look)
        self.record = record
        self.title = title
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingPage:
    """A figure to draw on, the box between its words, and what all that is drawn has in common."""

    figure: TrainingFigure
    record: TrainingRecord
    size: Size
    theme: Theme
    box: Box
    hues: Mapping[str, str]
    dashes: Mapping[str, Any]

    @property
    def line(self) -> float:
        """Height of a line of the smallest type, in inches."""
        return self.size.line

    def small(self, x: float, y: float, text: str, *, muted: bool = False, **look: Any) -> None:
        """Write in the smallest type at `x`, `y` inches."""
        color = self.theme.muted if muted else self.theme.ink
        write(self.figure, x, y, text, **{"points": self.size.text, "color": color, **look})

    def axes(
        self, box: Box, xlim: tuple[float, float] | None = None, ylim: Any = (0.0, 1.0)
    ) -> Axes:
        """Return Axes without ticks and frame that fill `box`; x is in inches by default."""
        W, H = (float(side) for side in self.figure.get_size_inches())
        ax = self.figure.add_axes((box.left / W, box.bottom / H, box.width / W, box.height / H))
        ax.set_axis_off()
        ax.set_xlim(*(xlim or (0.0, box.width)))
        ax.set_ylim(*ylim)
        return ax

    def rule(self, ax: Axes) -> None:
        """Draw a thin line under `ax`."""
        style = {"color": self.theme.line, "linewidth": self.size.text / 12}
        ax.add_line(
            Line2D([0, 1], [0, 0], transform=ax.transAxes, clip_on=False, **style)  # type: ignore[arg-type]
        )


@contextmanager
def training_page(
    record: TrainingRecord,
    *,
    kind: str,
    reading: str,
    height: Callable[[Size], float],
    size: str | Size,
    theme: str | Theme,
    title: str | None,
    font: str | None,
) -> Iterator[TrainingPage]:
    """Open a page with everything written that stands around its content.

    Parameters
    ----------
    record : TrainingRecord
        What is shown.
    kind, reading : str
        What kind of picture it is, and how to read it.
    height : callable
        From the size to the inches that the content asks for, where the size has no height.
    size, theme, title, font
        As in `plot_loss`.

    Raises
    ------
    SpecError
        If the size has no room.
    """
    if not isinstance(record, TrainingRecord):
        raise SpecError(f"a TrainingRecord is drawn here (got {type(record).__name__})")
    size = get_size(size) if isinstance(size, str) else size
    theme = get_theme(theme) if isinstance(theme, str) else theme
    names = record.spec.init_names
    head = words.finding(record) if title is None else title
    known, _ = families(f"{head}{record.data.name}", font)
    with context(known):
        sheet = make_sheet(size, title=head, subtitle=words.subtitle(record))
        told = [*words.notes(record), words.symmetry(record)]
        foot = "\n".join([reading, "; ".join(item for item in told if item)])
        sheet = sheet.with_foot(foot)
        around = sheet.head_height + sheet.foot_height
        tall = size.height or around + height(size)
        edge = margin(size)
        figure = TrainingFigure(
            record=record,
            title=head,
            description=words.alt_text(record, kind),
            figsize=(size.width, tall),
            dpi=size.dpi,
            facecolor=theme.page,
        )
        box = Box(
            left=edge,
            bottom=sheet.foot_height + 0.3 * size.line,
            width=size.width - 2 * edge,
            height=tall - around - 0.6 * size.line,
        )
        if box.height < _LEAST * size.line or box.width < 16 * size.line:
            raise SpecError(no_room(size))
        write_sheet(figure, sheet, theme)
        dashes = _DASHES if theme.name == "print" else ("-",)
        yield TrainingPage(
            figure=figure,
            record=record,
            size=size,
            theme=theme,
            box=box,
            hues=dict(zip(names, cycle(theme.hues), strict=False)),
            dashes=dict(zip(names, cycle(dashes), strict=False)),
        )


def step_ticks(page: TrainingPage, box: Box, last: int) -> None:
    """Label round steps from 0 to `last` below `box`, whose x runs over them."""
    top = max(last, 1)
    count = max(1, min(6, int(box.width / (4 * page.line))))
    marks = [int(v) for v in MaxNLocator(count, integer=True).tick_values(0, top) if 0 <= v <= top]
    y = box.bottom - 1.05 * page.line
    free = -1.0
    for mark in marks:
        width = text_width(str(mark), page.size.text)
        x = min(box.left + mark / top * box.width - width / 2, box.right - width)
        x = max(x, box.left)
        if x > free:
            page.small(x, y, str(mark), muted=True)
            free = x + width + 0.5 * page.line
    label = "step"
    if free + text_width(label, page.size.text) < box.right:
        page.small(box.right, y, label, muted=True, ha="right")


def value_ticks(
    page: TrainingPage, box: Box, low: float, high: float, *, percent: bool = False
) -> None:
    """Label round values from `low` to `high` left of `box`."""
    count = max(1, min(5, int(box.height / (2.2 * page.line))))
    for mark in np.round(MaxNLocator(count).tick_values(low, high), 9):
        if low <= mark <= high + 1e-9:
            y = box.bottom + (mark - low) / (high - low) * box.height - 0.3 * page.line
            text = f"{100 * mark:.0f} %" if percent else f"{mark:g}"
            page.small(box.left - 0.4 * page.line, y, text, muted=True, ha="right")


def apart(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return `places` moved so far that they stand `distance` apart between `low` and `high`."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    ground = low
    for index in order:
        moved[index] = max(moved[index], ground)
        ground = moved[index] + distance
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - distance
    return moved


def widest(texts: Sequence[str], page: TrainingPage, *, weight: str = "normal") -> float:
    """Return the width of the widest of `texts` in the smallest type, in inches."""
    return max((text_width(text, page.size.text, weight=weight) for text in texts), default=0.0)
