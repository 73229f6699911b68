"""All that a page of histograms has drawn on it and is no text: collected, drawn kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import NDArray

from actviz.plot.overview.bars import nicked, outline
from actviz.plot.paper.page import Box, Page

#: An arrow's side is so many widths of its line.
_ARROW = 3.2
#: A stem's width, as a share of a panel's, and at most as one of the type's size.
_STEM, _THICKEST = 0.05, 0.16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The colours of a strip: of its bars, of their outline, of its stems and of its word."""

    bars: str
    stem: str
    word: str
    filled: bool = True
    edge: str = "none"


class Shapes:
    """All that is drawn on a page and is no text, by how it is drawn."""

    def __init__(self) -> None:
        self.filled: list[tuple[NDArray[np.float64], Ink]] = []
        self.outlined: list[tuple[NDArray[np.float64], Ink]] = []
        self.caps: list[tuple[NDArray[np.float64], Ink]] = []
        self.stems: list[tuple[NDArray[np.float64], str]] = []
        self.lines: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self.dotted: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self.slopes: list[tuple[NDArray[np.float64], str]] = []
        self.arrows: list[tuple[float, float, str, str]] = []

    def panel(
        self,
        box: Box,
        bars: NDArray[np.float64],
        high: NDArray[np.bool_],
        stem: tuple[float, float] | None,
        ink: Ink,
        points: float,
    ) -> None:
        """Take in a panel: its bars, those that are cut, its stem, and the line that it stands on.

        Beside type of so many points.
        """
        shape, *caps = nicked(bars, high, box.left, box.bottom, box.width, box.height, points)
        (self.filled if ink.filled else self.outlined).append((shape, ink))
        self.caps += [(cap, ink) for cap in caps]
        self.lines.append(((box.left, box.bottom), (box.right, box.bottom)))
        if stem is None:
            return
        place, share = stem
        thick = min(_STEM * box.width, _THICKEST * points / 72)
        # At the lower end of an axis it stands beside the bars, and hides none of them.
        x = box.left + place * box.width - (thick if place == 0.0 else thick / 2)
        block = outline(np.array([share]), x, box.bottom, thick, box.height)
        self.stems.append((block, ink.stem))

    def draw(self, ax: Axes, page: Page) -> None:
        """Draw them, each kind as one artist."""
        theme, thin_line = page.theme, page.size.text / 14
        ax.add_collection(
            LineCollection(self.lines, colors=theme.line, linewidths=thin_line), autolim=False
        )
        for shapes in (self.filled, self.outlined, self.caps):
            _add(ax, shapes, page)
        if self.stems:
            stems = [shape for shape, _ in self.stems]
            inks = [color for _, color in self.stems]
            _fill(ax, stems, facecolors=inks, edgecolors="none", linewidths=0.0)
        if not self.slopes:
            return
        look = {"colors": theme.muted, "linewidths": thin_line, "linestyles": ":"}
        ax.add_collection(LineCollection(self.dotted, **look), autolim=False)  # type: ignore[arg-type]
        colors = [color for _, color in self.slopes]
        lines = [line for line, _ in self.slopes]
        wide = page.size.text / 4
        ax.add_collection(
            LineCollection(lines, colors=colors, linewidths=wide, capstyle="round"), autolim=False
        )
        for x, y, marker, color in self.arrows:
            ax.scatter([x], [y], s=(_ARROW * wide) ** 2, c=color, marker=marker, linewidths=0.0)
        ends = np.array([line[-1] for line in lines])
        ax.scatter(ends[:, 0], ends[:, 1], s=(2.6 * wide) ** 2, c=colors, linewidths=0.0)


def _add(ax: Axes, shapes: list[tuple[NDArray[np.float64], Ink]], page: Page) -> None:
    """Draw bars: filled ones, those with an outline on paper without hues, or outlines alone."""
    if not shapes:
        return
    edged, wide = page.size.text / 30, page.size.text / 11
    _fill(
        ax,
        [shape for shape, _ in shapes],
        facecolors=[ink.bars for _, ink in shapes] if shapes[0][1].filled else "none",
        edgecolors=[ink.edge if ink.filled else ink.bars for _, ink in shapes],
        linewidths=[
            (edged if ink.edge != "none" else 0.0) if ink.filled else wide for _, ink in shapes
        ],
    )


def _fill(ax: Axes, shapes: Sequence[NDArray[np.float64]], **look: Any) -> None:
    # Edges are upright: without it a bar's edge is one pixel, and sharp.
    ax.add_collection(PolyCollection(shapes, antialiaseds=False, **look), autolim=False)
