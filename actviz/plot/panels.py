"""draw_strip: one row of histogram panels on one Axes.

A strip is one Axes whose x unit is the inch and whose y runs from 0 to 1; its panels stand beside
each other in it. One Axes for a row of panels, one patch for all their bars and no ticks are what
makes sixty panels cheap to draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch
from matplotlib.text import Text
from numpy.typing import NDArray

from actviz.plot.style import Theme

#: In lines of type: from a panel's top to its first note, from one note to the next, and from a
#: note's top to what may be drawn under it. Notes have no descenders.
NOTE_TOP, NOTE_STEP, NOTE_DEPTH = 0.12, 0.8, 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Note:
    """A short text in a panel: where it starts and ends, in inches, and on which line from above.

    `side` is "left" or "right"; `alarm` marks what is not drawn.
    """

    text: str
    side: str
    line: int
    start: float
    end: float
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """One histogram, ready to be drawn.

    Parameters
    ----------
    left : float
        Left end, in inches from the strip's.
    heights : ndarray, shape (n_bins,)
        Of the bars, from 0 to 1.
    hollow : bool
        Whether to draw an outline instead of a filled shape.
    stem : (float, float) or None
        Place from 0 to 1 along the axis, and height from 0 to 1, of the values that are exactly 0.
    notes : tuple of Note
        What is written in the panel.
    """

    left: float
    heights: NDArray[np.float64]
    hollow: bool = False
    stem: tuple[float, float] | None = None
    notes: tuple[Note, ...] = ()


class StripArtists(NamedTuple):
    """What `draw_strip` drew: the filled and the outlined panels, the stems, axes and notes."""

    filled: StepPatch | None
    outlined: StepPatch | None
    stems: Line2D | None
    baseline: Line2D
    notes: list[Text]


def draw_strip(
    ax: Axes,
    panels: Sequence[Panel],
    *,
    width: float,
    points: float,
    line: float,
    color: str,
    theme: Theme,
) -> StripArtists:
    """Draw panels of `width` inches on `ax` and return the artists.

    Parameters
    ----------
    ax : Axes
        Its x limits are inches, its y limits 0 and 1; it is left without axis and frame.
    panels : sequence of Panel
        From left to right.
    width : float
        Of every panel, in inches.
    points, line : float
        Type size in points, and the height of a line of it as a share of the Axes.
    color : str
        Of the bars.
    theme : Theme
        For everything else.
    """
    ax.set_axis_off()
    filled = _steps(ax, [panel for panel in panels if not panel.hollow], width, color, fill=True)
    outlined = _steps(ax, [panel for panel in panels if panel.hollow], width, color, fill=False)
    ends = [(panel.left, panel.left + width) for panel in panels]
    baseline = _segments(
        ax, [((a, 0.0), (b, 0.0)) for a, b in ends], color=theme.line, linewidth=points / 15
    )
    at = [(panel.left + panel.stem[0] * width, panel.stem[1]) for panel in panels if panel.stem]
    stems = None
    if at:
        stems = _segments(
            ax,
            [((x, 0.0), (x, height)) for x, height in at],
            color=theme.mark,
            linewidth=points / 8,
            marker="o",
            markersize=points / 3.2,
            markevery=slice(1, None, 3),
        )
    notes = [
        ax.text(
            note.end if note.side == "right" else note.start,
            1.0 - (NOTE_TOP + note.line * NOTE_STEP) * line,
            note.text,
            fontsize=points,
            color=theme.alarm if note.alarm else theme.ink,
            ha=note.side,
            va="top",
        )
        for panel in panels
        for note in panel.notes
    ]
    return StripArtists(filled, outlined, stems, baseline, notes)


def _steps(
    ax: Axes, panels: Sequence[Panel], width: float, color: str, *, fill: bool
) -> StepPatch | None:
    """Draw the bars of all panels as one patch; a bin of NaN between two panels parts them."""
    if not panels:
        return None
    values, edges = [], []
    for panel in panels:
        values += [*panel.heights, np.nan]
        edges += [*(panel.left + np.linspace(0.0, width, len(panel.heights) + 1))]
    patch = StepPatch(
        values[:-1],
        edges,
        baseline=0.0,
        fill=fill,
        facecolor=color if fill else "none",
        edgecolor="none" if fill else color,
        linewidth=0.0 if fill else 1.1,
        # Without this, neighbouring bins show hairlines between them in some viewers.
        antialiased=not fill,
    )
    ax.add_artist(patch)
    return patch


def _segments(
    ax: Axes, ends: Sequence[tuple[tuple[float, float], tuple[float, float]]], **look: object
) -> Line2D:
    """Draw separate straight lines as one artist."""
    gap = (np.nan, np.nan)
    xy = np.array([point for start, end in ends for point in (start, end, gap)]).reshape(-1, 2)
    line = Line2D(xy[:, 0], xy[:, 1], clip_on=False, solid_capstyle="butt", **look)  # type: ignore[arg-type]
    ax.add_artist(line)
    return line
