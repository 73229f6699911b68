"""The page that every picture is drawn on: its figure, and how text and Axes get there, in inches.

What stands on it is each view's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from actviz.plot.paper.boxes import Box
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.look import Look
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme
from actviz.plot.paper.typeset import write


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
    hues: Mapping[str, str] = field(default_factory=dict)

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

    def width(self, text: str, *, weight: str = "normal") -> float:
        """Return the width of `text` in the smallest type, in inches."""
        return text_width(text, self.look.size.text, weight=weight)

    def small(self, x: float, y: float, text: str, *, muted: bool = False, **look: Any) -> None:
        """Write in the smallest type at `x`, `y` inches."""
        color = self.theme.muted if muted else self.theme.ink
        write(self.figure, x, y, text, **{"points": self.size.text, "color": color, **look})

    def axes(
        self,
        box: Box,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
    ) -> Axes:
        """Return Axes without ticks and frame that fill `box`; their unit is the inch, or given."""
        ax = self.figure.add_axes(self._place(box))
        ax.set_axis_off()
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
