"""A chart of coloured fields, as a value: panels in rows and columns, their axes and their key.

What is drawn, and none of where: that is `actviz.plot.charts.layout`. All numbers are in the unit
of the axes and of the key, all texts are said already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from actviz.plot.paper.ticks import Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis that all panels share.

    Parameters
    ----------
    values : tuple of float
        The middles of the cells, rising.
    log : bool
        Whether cells are apart by factors.
    ticks : tuple of Tick
        The most important first.
    marks : tuple of (float, str, str)
        What is named at the axis with a pointer, and a shorter name for want of room, "" where its
        tick's number says it.
    label : str
        What runs along it, for what stands below or beside it.
    """

    values: tuple[float, ...]
    log: bool = False
    ticks: tuple[Tick, ...] = ()
    marks: tuple[tuple[float, str, str], ...] = ()
    label: str = ""

    @property
    def cells(self) -> int:
        """How many cells stand along it."""
        return len(self.values)

    def place(self, numbers: object) -> NDArray[np.float64]:
        """Return where numbers stand, in cells from the axis's beginning.

        Beyond the outer middles as far from one another as the last two are.
        """
        wanted, middles = (
            np.log(np.asarray(each, dtype=np.float64)) if self.log else np.asarray(each, float)
            for each in (numbers, self.values)
        )
        if len(middles) == 1:
            return np.asarray(0.5 + 0.0 * wanted)
        index = np.arange(len(middles)) + 0.5
        found = np.interp(wanted, middles, index)
        first, last = middles[1] - middles[0], middles[-1] - middles[-2]
        low, high = wanted < middles[0], wanted > middles[-1]
        found = np.where(low, 0.5 + (wanted - middles[0]) / first, found)
        return np.asarray(np.where(high, len(middles) - 0.5 + (wanted - middles[-1]) / last, found))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stroke:
    """A line over a field.

    Parameters
    ----------
    kind : {"heavy", "dashed", "thin"}
    points : ndarray, shape (points, 2)
        x and y, in the axes' units; what lies outside is cut.
    label : str
        What stands above the panel, where the line leaves it; "" for nothing.
    """

    kind: Literal["heavy", "dashed", "thin"]
    points: NDArray[np.float64]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldPanel:
    """One field.

    Parameters
    ----------
    values : ndarray, shape (cells of y, cells of x)
        In the key's unit, from below; what lies beyond the key has the colour of its end, what is
        NaN is hatched.
    strokes : tuple of Stroke
    dots : ndarray, shape (dots, 3)
        x, y and a value, drawn as a dot in the field's own colours.
    words : mapping
        What parts of it are called, and of which cells each is: as many as have room are written.
    over : bool
        Whether dots hide the lines that run through them: else the lines are whole.
    """

    values: NDArray[np.float64]
    strokes: tuple[Stroke, ...] = ()
    dots: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))
    words: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a row or a column of panels is called.

    Parameters
    ----------
    text : str
        Its name.
    told : str
        What that is, in a few words; "" for nothing.
    activation : str
        The name of the activation whose hue it has; "" for the ink.
    """

    text: str
    told: str = ""
    activation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorKey:
    """What the colours mean.

    Parameters
    ----------
    kind : {"diverging", "sequential"}
        Diverging: the middle is white, and what is kept; sequential: from nothing to all.
    low, high : float
        The ends of the colours.
    ticks : tuple of Tick
        Numbers beside the colours.
    lines : tuple of float
        Where a thin line crosses the colours, as it does the fields.
    by_activation : bool
        Whether each activation's fields have its own hue, of a sequential key.
    words : tuple of (float, float, str)
        What is written into a field where its values are between two numbers.
    """

    kind: Literal["diverging", "sequential"]
    low: float
    high: float
    ticks: tuple[Tick, ...]
    lines: tuple[float, ...] = ()
    words: tuple[tuple[float, float, str], ...] = ()
    by_activation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """All that a chart says and shows.

    Parameters
    ----------
    title, subtitle : str
        The finding, and what else is seen.
    short : str
        The subtitle where its lines have no room for all of it; "" for none.
    foot : tuple of str
        How to read it, the most needed first: as many sentences as have room are shown.
    brief : tuple of str
        The same sentences where there is no room for all, each "" or shorter; none for none.
    description : str
        The chart in words.
    rows, columns : tuple of Name
    panels : tuple of tuple of FieldPanel
        ``panels[row][column]``.
    x, y : Axis
        Of every panel.
    key : ColorKey
    axes : str
        Both axes in a few words, where there is no room beside the panels for the name of y.
    """

    title: str
    subtitle: str
    foot: tuple[str, ...]
    description: str
    rows: tuple[Name, ...]
    columns: tuple[Name, ...]
    panels: tuple[tuple[FieldPanel, ...], ...]
    x: Axis
    y: Axis
    key: ColorKey
    axes: str
    short: str = ""
    brief: tuple[str, ...] = ()

    @property
    def hued(self) -> tuple[Name, ...]:
        """The rows or columns whose fields have a hue of their own, and so a stripe of the key."""
        if not self.key.by_activation:
            return ()
        return tuple(name for name in (*self.rows, *self.columns) if name.activation)

    def path(self, stroke: Stroke) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where a line runs, in cells.

        A heavy one goes from edge to edge; where there is one row, all do that cross it, upright at
        each crossing, with NaN between two.
        """
        across, up = stroke.points.T
        x, y = self.x.place(across), self.y.place(up)
        if self.y.cells == 1:
            (at,) = self.y.values
            found = _crossings(up - at, x)
            x = np.repeat(found, 3)
            y = np.tile([0.0, 1.0, np.nan], len(found))
            x[2::3] = np.nan
            return x[:-1], y[:-1]
        if stroke.kind == "heavy" and len(y) == 2:
            y = np.array([0.0, self.y.cells])
        return x, y

    def turned(self) -> "Chart":
        """Return the same with its rows as columns, for a page that is narrow."""
        return Chart(
            title=self.title,
            subtitle=self.subtitle,
            short=self.short,
            foot=self.foot,
            brief=self.brief,
            description=self.description,
            rows=self.columns,
            columns=self.rows,
            panels=tuple(zip(*self.panels, strict=True)),
            x=self.x,
            y=self.y,
            key=self.key,
            axes=self.axes,
        )


def _crossings(above: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the x at which numbers along a line go through 0; each once."""
    low, high = above[:-1], above[1:]
    at = np.flatnonzero(low * high <= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(low == high, 0.0, low / (low - high))[at]
    return np.unique(np.round(x[at] + share * (x[at + 1] - x[at]), 9))
