"""draw_strip: one row of histogram panels on one Axes.

A strip is one Axes whose x unit is the inch and whose y runs from 0 to 1; its panels stand beside
each other in it. One Axes for a row of panels, one patch for all their bars and no ticks are what
makes sixty panels cheap to draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch
from matplotlib.text import Text
from numpy.typing import NDArray

from actviz.plot.marks.shares import Tone, color_of
from actviz.plot.paper.style import Theme, mix
from actviz.words.say import say

#: How much of the light of a histogram in the back is its colour's, and not the page's.
PALE = 0.35

#: And of the band between which the seeds' bars are.
_BAND = 0.5

#: The thinnest bar is the type's size over this.
_THINNEST = 14.0

#: A stem's head is the type's size over this.
_HEADS = 3.2

#: In lines of type: from a panel's top to its first note, from one note to the next, and from a
#: note's top to what may be drawn under it. Notes have no descenders.
NOTE_TOP, NOTE_STEP, NOTE_DEPTH = 0.12, 0.8, 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Note:
    """A short text in a panel: where it starts and ends, in inches, and on which line from above.

    `side` is "left" or "right"; `tone` says how loud: "ink", "muted" or "alarm". One of a `stem` is
    the share of what stands at 0, and `at` where its middle stands, from 0 to 1, if not on a line.
    """

    text: str
    side: str
    line: int
    start: float
    end: float
    tone: Tone
    stem: bool = False
    at: float | None = None


def note_text(share: str, kind: str) -> str:
    """Return a share as it stands in a panel, such as ``"24%▸"``."""
    return say(f"share.{kind}", share=share)


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
    inner : ndarray, shape (n_bins,), optional
        Heights of a second histogram, in front of the first one, which is then pale.
    bar : (float, float, float), optional
        In place of `inner` a single bar, of any width: its middle and its width, from 0 to 1 along
        the axis, and its height.
    band : (ndarray, ndarray), optional
        Between which heights each bar is, for other seeds.
    line : ndarray, shape (n_bins,), optional
        Predicted heights of the bars.
    atom : float, optional
        Predicted height of the stem.
    ticks : tuple of float
        Places from 0 to 1 to be marked below the axis.
    cut : bool
        Whether a note says how much higher than its scale a histogram would go.
    """

    left: float
    heights: NDArray[np.float64]
    hollow: bool = False
    stem: tuple[float, float] | None = None
    notes: tuple[Note, ...] = ()
    inner: NDArray[np.float64] | None = None
    bar: tuple[float, float, float] | None = None
    band: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    line: NDArray[np.float64] | None = None
    atom: float | None = None
    ticks: tuple[float, ...] = ()
    cut: bool = False

    @property
    def tallest(self) -> NDArray[np.float64]:
        """The greatest height of what is drawn in each bin, shape (n_bins,)."""
        high = None if self.band is None else self.band[1]
        items = (self.heights, self.inner, self.line, high)
        tallest = np.max([item for item in items if item is not None], axis=0)
        if self.bar is not None:
            middle, width, height = self.bar
            first, last = (
                int(np.clip(end * len(tallest), 0, len(tallest) - 1))
                for end in (middle - width / 2, middle + width / 2)
            )
            tallest[first : last + 1] = np.maximum(tallest[first : last + 1], height)
        return np.asarray(tallest)

    def times(self, factor: float) -> "Panel":
        """Return this panel with all heights multiplied."""
        return replace(
            self,
            heights=self.heights * factor,
            stem=self.stem and (self.stem[0], self.stem[1] * factor),
            inner=None if self.inner is None else self.inner * factor,
            bar=self.bar and (*self.bar[:2], self.bar[2] * factor),
            band=self.band and (self.band[0] * factor, self.band[1] * factor),
            line=None if self.line is None else self.line * factor,
            atom=self.atom and self.atom * factor,
        )


class StripArtists(NamedTuple):
    """What `draw_strip` drew, None for what no panel has.

    The filled and the outlined panels, the second histograms, the bands of the seeds, the predicted
    lines and heights of stems, the stems, the axes and their marks, and the notes.
    """

    filled: StepPatch | None
    outlined: StepPatch | None
    inner: StepPatch | None
    bands: StepPatch | None
    lines: Line2D | None
    atoms: Line2D | None
    stems: Line2D | None
    baseline: Line2D
    ticks: Line2D | None
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
    shown = _histograms(ax, panels, width, color, theme, least=points / 72 / _THINNEST)
    ends = [((panel.left, 0.0), (panel.left + width, 0.0)) for panel in panels]
    baseline = _segments(ax, ends, color=theme.line, linewidth=points / 15)
    down = -0.22 * line
    marks = [panel.left + place * width for panel in panels for place in panel.ticks]
    ticks = None
    if marks:
        ends = [((x, 0.0), (x, down)) for x in marks]
        ticks = _segments(ax, ends, color=theme.muted, linewidth=points / 15)
    lines = _lines(ax, panels, width, color=theme.ink, linewidth=points / 14)
    aside = points / 72 / _HEADS / 2
    at = [(_beside(panel, width, aside), panel.stem[1]) for panel in panels if panel.stem]
    stems = None
    if at:
        stems = _segments(
            ax,
            [((x, 0.0), (x, height)) for x, height in at],
            color=theme.mark,
            linewidth=points / 8,
            marker="o",
            markersize=points / _HEADS,
            markevery=slice(1, None, 3),
        )
    # To the right only: on the left is a neighbour's note.
    length = points / 72 / 2.4
    bars = [
        (_beside(panel, width, aside), panel.atom)
        for panel in panels
        if panel.stem and panel.atom is not None
    ]
    atoms = None
    if bars:
        ends = [((x, y), (x + length, y)) for x, y in bars]
        atoms = _segments(ax, ends, color=theme.ink, linewidth=points / 14)
    notes = [
        ax.text(
            note.end if note.side == "right" else note.start,
            1.0 - (NOTE_TOP + note.line * NOTE_STEP) * line if note.at is None else note.at,
            note.text,
            fontsize=points,
            color=color_of(note.tone, theme),
            ha=note.side,
            va="top" if note.at is None else "center_baseline",
        )
        for panel in panels
        for note in panel.notes
    ]
    return StripArtists(*shown, lines, atoms, stems, baseline, ticks, notes)


def _beside(panel: Panel, width: float, aside: float) -> float:
    """Return where a stem stands: at an end of the axis beside the bars and not over them."""
    assert panel.stem is not None
    place = panel.stem[0]
    return panel.left + place * width + aside * ((place == 1.0) - (place == 0.0))


def _histograms(
    ax: Axes, panels: Sequence[Panel], width: float, color: str, theme: Theme, least: float
) -> tuple[StepPatch | None, StepPatch | None, StepPatch | None, StepPatch | None]:
    """Draw the bars: filled ones, outlines, those in front, and between which others are."""
    within = [
        (_edges(panel, width, panel.inner), panel.inner)
        for panel in panels
        if panel.inner is not None
    ]
    within += [_bar(panel, width, least) for panel in panels if panel.bar is not None]
    filled = [
        (_edges(panel, width, panel.heights), panel.heights) for panel in panels if not panel.hollow
    ]
    # What is seen of one seed between the others' is its outline.
    hollow = [
        (_edges(panel, width, panel.heights), panel.heights)
        for panel in panels
        if panel.hollow or panel.band is not None
    ]
    back = mix(theme.page, color, PALE) if within else color
    first = _steps(ax, filled, back, fill=True)
    bands = _bands(ax, panels, width, mix(theme.page, back, _BAND))
    inner = _steps(ax, sorted(within, key=lambda one: one[0][0]), color, fill=True)
    # Over what is in front: an outline hides nothing.
    return first, _steps(ax, hollow, color, fill=False), inner, bands


def _edges(panel: Panel, width: float, heights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(panel.left + np.linspace(0.0, width, len(heights) + 1))


def _bar(
    panel: Panel, width: float, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges of a panel's single bar, which is wide enough to be seen, and its height."""
    assert panel.bar is not None
    middle, share, height = panel.bar
    half = max(share * width, least) / 2
    ends = np.array([middle * width - half, middle * width + half]).clip(0.0, width)
    if ends[1] - ends[0] < 0.99 * least:  # at an end of the axis, where half of it is cut off
        ends = np.array([0.0, least]) if middle < 0.5 else np.array([width - least, width])
    return panel.left + ends, np.array([height])


def _bands(ax: Axes, panels: Sequence[Panel], width: float, color: str) -> StepPatch | None:
    """Shade in every panel between which heights the bars of the seeds are."""
    shown = [(panel, *panel.band) for panel in panels if panel.band is not None]
    if not shown:
        return None
    edges = np.concatenate([_edges(panel, width, low) for panel, low, _ in shown])
    lows = np.concatenate([[*low, np.nan] for _, low, _ in shown])[:-1]
    highs = np.concatenate([[*high, np.nan] for _, _, high in shown])[:-1]
    patch = StepPatch(
        highs,
        edges,
        baseline=lows,  # type: ignore[arg-type]  # which may be an array
        fill=True,
        facecolor=color,
        edgecolor="none",
        linewidth=0.0,
        antialiased=False,
    )
    ax.add_artist(patch)
    return patch


def _lines(ax: Axes, panels: Sequence[Panel], width: float, **look: Any) -> Line2D | None:
    """Draw the predicted heights of all panels as one artist, a step for each bin.

    A line from bin to bin would show a triangle where a narrow bar is predicted, and lie above the
    bars on one side of a peak and below them on the other where both agree.
    """
    xs: list[float] = []
    ys: list[float] = []
    for panel in panels:
        if panel.line is None:
            continue
        edges = panel.left + np.linspace(0.0, width, len(panel.line) + 1)
        xs += [*np.repeat(edges, 2)[1:-1], np.nan]
        ys += [*np.repeat(panel.line, 2), np.nan]
    if not xs:
        return None
    line = Line2D(np.array(xs), np.array(ys), clip_on=False, solid_joinstyle="round", **look)
    ax.add_artist(line)
    return line


def _steps(
    ax: Axes,
    panels: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
    color: str,
    *,
    fill: bool,
) -> StepPatch | None:
    """Draw the bars of all panels as one patch; a bin of NaN between two panels parts them."""
    if not panels:
        return None
    values: list[float] = []
    edges: list[float] = []
    for own, heights in panels:
        values += [*heights, np.nan]
        edges += own.tolist()
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
