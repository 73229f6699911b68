"""What every picture stands on: boxes in inches, the words around its content, and the page itself.

What stands on a page is each view's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from actviz.format import plain
from actviz.layers.signals import Signal
from actviz.plot.paper.bare import BareAxes
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme
from actviz.plot.paper.style import hues as hues_of
from actviz.plot.paper.typeset import Paragraph, paragraph, write, write_paragraph
from actviz.words.told import Told

if TYPE_CHECKING:
    from actviz.training.spec import TrainSpec

Middle = TypeVar("Middle")

#: A figure that chooses its own height is at most this high, in inches: a page.
PAGE = 9.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in inches."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge, in inches."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge, in inches."""
        return self.bottom + self.height


def thin(count: int, most: int) -> tuple[int, ...]:
    """Return at most `most` of ``range(count)``, evenly spread, the first and the last included.

    Examples
    --------
    >>> thin(5, 9), thin(10, 4), thin(3, 1)
    ((0, 1, 2, 3, 4), (0, 3, 6, 9), (2,))
    """
    if count <= most:
        return tuple(range(count))
    if most == 1:
        return (count - 1,)
    step = ceil((count - 1) / (most - 1))
    kept = [*range(0, count - 1, step)]
    return (*kept, count - 1)


#: Lines of a foot at most.
FOOT_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The words around a figure's content, broken into lines.

    Parameters
    ----------
    size : Size
        Of the figure.
    title, subtitle, foot : Paragraph
        Above and below the content.
    """

    size: Size
    title: Paragraph
    subtitle: Paragraph
    foot: Paragraph

    @property
    def head_height(self) -> float:
        """From the upper edge to the content, in inches."""
        words = self.title.height + self.subtitle.height
        return self.size.margin + words + 0.25 * self.size.line

    @property
    def foot_height(self) -> float:
        """From the lower edge to the content, in inches."""
        return self.size.margin + self.foot.height + 0.1 * self.size.line

    def with_foot(self, text: str) -> "Sheet":
        """Return this sheet with `text` as its foot."""
        width = self.size.width - 2 * self.size.margin
        foot = paragraph(text, width=width, points=self.size.text, most_lines=FOOT_LINES)
        return replace(self, foot=foot)

    def settled(self, fit: Callable[["Sheet"], tuple[Middle, str]]) -> tuple[Middle, "Sheet"]:
        """Return what fits between head and foot, and this sheet with the foot that it has.

        What is left out decides the foot's words, and their height what is left out: `fit` returns
        for a sheet with an empty foot what has room on it, and the words.
        """
        for lines in range(1, FOOT_LINES + 1):
            empty = Paragraph(lines=("",) * lines, points=self.size.text)
            content, foot = fit(replace(self, foot=empty))
            sheet = self.with_foot(foot)
            if len(sheet.foot.lines) <= lines:
                break
        return content, sheet


def make_sheet(size: Size, *, title: str, subtitle: str, title_lines: int = 2) -> Sheet:
    """Break title and subtitle into lines that fit the width; the foot is empty."""
    width = size.width - 2 * size.margin
    return Sheet(
        size=size,
        title=paragraph(
            title,
            width=width,
            points=size.title,
            smallest=size.heading,
            weight="bold",
            most_lines=title_lines,
        ),
        subtitle=paragraph(subtitle, width=width, points=size.text, most_lines=4),
        foot=Paragraph(lines=(), points=size.text),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """A figure to draw on, and what all that is drawn on it has in common.

    Parameters
    ----------
    figure : RecordFigure
        Empty at first.
    look : Look
        Its size and its colours.
    hues : mapping
        A colour for each name that the picture tells apart by colours.
    """

    figure: RecordFigure
    look: Look
    hues: Mapping[str, str]

    @classmethod
    def of(
        cls,
        look: Look,
        height: float,
        *,
        finding: str,
        caption: str | Paragraph,
        description: str,
        explanation: Sequence[str] = (),
        told: Sequence[Told] = (),
        specs: "Sequence[TrainSpec]" = (),
        signal: Signal = "activation",
        hues: Mapping[str, str] | None = None,
    ) -> "Page":
        """Return an empty page, `height` inches high, that says of itself what it will show.

        Parameters
        ----------
        look : Look
            Whose title, where it has one, stands for the finding.
        caption : str or Paragraph
            What stands at the foot.
        hues : mapping, optional
            Default: a colour for each activation.
        **others
            Those of a `RecordFigure`.
        """
        figure = RecordFigure(
            title=look.title or finding,
            caption=caption if isinstance(caption, str) else plain(" ".join(caption.lines)),
            description=description,
            explanation=explanation,
            told=told,
            specs=specs,
            signal=signal,
            figsize=(look.size.width, height),
            dpi=look.size.dpi,
            facecolor=look.theme.page,
        )
        names = [one.spec.activation.name for one in told]
        return cls(figure=figure, look=look, hues=hues or hues_of(look.theme, names))

    @property
    def size(self) -> Size:
        """Of the figure and of its type."""
        return self.look.size

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self.look.theme

    @property
    def line(self) -> float:
        """Height of a line of the smallest type, in inches."""
        return self.look.size.line

    def width(self, text: str, points: float = 0.0, *, weight: str = "normal") -> float:
        """Return the width of a line of `text` in inches; in the smallest type, or in `points`."""
        return self.size.width_of(text, points, weight=weight)

    def cut(self, text: str, width: float, points: float = 0.0, *, weight: str = "normal") -> str:
        """Return as much of `text` as fits on a line of `width` inches."""
        points = points or self.size.text
        item = paragraph(text, width=width, points=points, weight=weight, most_lines=1)
        return item.lines[0]

    def small(self, x: float, y: float, text: str, *, muted: bool = False, **look: Any) -> None:
        """Write in the smallest type at `x`, `y` inches."""
        color = self.theme.muted if muted else self.theme.ink
        write(self.figure, x, y, text, **{"points": self.size.text, "color": color, **look})

    def lines(self, x: float, top: float, item: Paragraph, *, color: str = "") -> float:
        """Write the lines of `item` below `top` and return the height where they end, in inches."""
        return write_paragraph(self.figure, x, top, item, color=color or self.theme.ink)

    def words(self, sheet: Sheet) -> None:
        """Write title, subtitle and foot."""
        edge, muted = self.size.margin, self.theme.muted
        top = self.lines(edge, self.figure.get_size_inches()[1] - edge, sheet.title)
        self.lines(edge, top, sheet.subtitle, color=muted)
        self.lines(edge, 0.9 * edge + sheet.foot.height, sheet.foot, color=muted)

    def axes(
        self,
        box: Box,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
    ) -> Axes:
        """Return Axes without ticks and frame that fill `box`; their unit is the inch, or given."""
        ax = self.figure.add_axes(self._place(box), axes_class=BareAxes)
        ax.set_xlim(*(xlim or (0.0, box.width)))
        ax.set_ylim(*(ylim or (0.0, box.height)))
        return ax

    def framed(self, box: Box) -> Axes:
        """Return Axes with a frame and with ticks around them, as the books have."""
        ax = self.figure.add_axes(self._place(box), facecolor=self.theme.page)
        ax.tick_params(labelsize=self.size.text, colors=self.theme.ink, length=self.size.text / 4)
        for spine in ax.spines.values():
            spine.set_color(self.theme.ink)
        return ax

    def rule(self, ax: Axes) -> None:
        """Draw a thin line under `ax`."""
        style: dict[str, Any] = {"color": self.theme.line, "linewidth": self.size.text / 12}
        ax.add_line(Line2D([0, 1], [0, 0], transform=ax.transAxes, clip_on=False, **style))

    def _place(self, box: Box) -> tuple[float, float, float, float]:
        W, H = (float(side) for side in self.figure.get_size_inches())
        return box.left / W, box.bottom / H, box.width / W, box.height / H
