"""All that a page of rows has drawn on it and is no text: collected, then drawn kind by kind."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from actviz.plot.paper.page import Page

#: An arrow's side is so many widths of its line.
_ARROW = 3.2


class Shapes:
    """All that is drawn on a page and is no text, by how it is drawn."""

    def __init__(self) -> None:
        self.filled: list[tuple[np.ndarray, str, bool]] = []
        self.lines: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self.dotted: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self.slopes: list[tuple[np.ndarray, str]] = []
        self.arrows: list[tuple[float, float, str, str]] = []

    def draw(self, ax: Axes, page: Page) -> None:
        """Draw them, each kind as one artist."""
        theme, thin_line = page.theme, page.size.text / 14
        ax.add_collection(
            LineCollection(self.lines, colors=theme.line, linewidths=thin_line), autolim=False
        )
        shapes = [shape for shape, _, _ in self.filled]
        ax.add_collection(
            PolyCollection(
                shapes,
                facecolors=[color if full else "none" for _, color, full in self.filled],
                edgecolors=["none" if full else color for _, color, full in self.filled],
                linewidths=[0.0 if full else page.size.text / 11 for _, _, full in self.filled],
                antialiaseds=False,
            ),
            autolim=False,
        )
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
