"""Records to draw, and what is wrong with what stands on a figure: shared by this room's tests.

Lengths are in points from the lower left corner. Nothing here knows where a text should stand.
"""

import re
import warnings
from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import StepPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from actviz import simulate
from actviz.plot.paper.style import context

THREE = ("sigmoid", "tanh", "relu")
FOUR = ("std=1", "std=0.01", "xavier", "he")
TWELVE = (*FOUR, "lecun", "glorot_uniform", "he_uniform", "he_truncated_normal")
TWELVE += ("orthogonal", "sparse", "identity", "torch_linear")

#: How much of a line of type two texts may share: an extent includes descenders a digit lacks.
SHARED = 0.12
#: The depth of a text's extent below its baseline, in DejaVu Sans.
DESCENT = 0.236


@cache
def record(activation, init, **fields):
    return simulate(activation=activation, init=init, **({"width": 30, "samples": 60} | fields))


def records(activations, inits, **fields):
    return [record(a, i, **fields) for a in activations for i in inits]


class Written(NamedTuple):
    """A text as it will stand on paper; `text` has ordinary spaces for those that end no line."""

    artist: Text
    text: str
    points: float
    box: Bbox


@cache
def _ruler():
    """What measures text: one for all figures, so that each text is measured once."""
    return RendererAgg(1, 1, 72)


def ruled(figure):
    """Return a figure whose texts are measured in points, without its pixels for each of them."""
    figure.set_dpi(72)  # a pixel is a point
    FigureCanvasAgg(figure).get_renderer = _ruler
    return figure


def written(figure):
    """Return every text that will be seen, ticks outside their axis left out."""
    ruled(figure)
    with context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        if any(ax.axison for ax in figure.axes):
            figure.draw_without_rendering()
        artists = [*figure.texts]
        for ax in figure.axes:
            artists += [ax.title, *ax.texts]
            if ax.axison:
                artists += _tick_labels(ax)
        return [
            Written(
                artist,
                re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", artist.get_text()),
                artist.get_fontsize(),
                artist.get_window_extent(),
            )
            for artist in artists
            if artist.get_visible() and artist.get_text()
        ]


def _tick_labels(ax):
    found = [axis.get_offset_text() for axis in (ax.xaxis, ax.yaxis)]
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
        found += [label for place, label in ticks if low - slack <= place <= high + slack]
    return found


def faults(figure, size):
    """Return what a reader would complain of, in words."""
    told = misplaced(figure, size)
    with context():
        return told + bars_under_notes(figure)


def misplaced(figure, size, items=None):
    """Return what is wrong with the texts of a figure, or of those `items`, in words."""
    items = written(figure) if items is None else items
    page = figure.bbox
    told = [
        f"{item.text!r} leaves the page: {item.box.extents.round(1)} of {page.extents}"
        for item in items
        if not (
            page.x0 <= item.box.x0 < item.box.x1 <= page.x1
            and page.y0 <= item.box.y0 < item.box.y1 <= page.y1
        )
    ]
    told += [f"{i.text!r} is small: {i.points} pt" for i in items if i.points < size.text - 1e-9]
    told += [f"{items[i].text!r} lies on {items[j].text!r}" for i, j in _overlaps(items)]
    told += [f"{item.text!r} is markup" for item in items if "mathdefault" in item.text]
    if len(own := {item.points for item in items} - {size.text, size.heading}) > 1:
        told.append(f"type of {sorted(own)} pt: only the title may have its own")
    return told


def _overlaps(items):
    """Return the pairs of texts, as indices, that share more than a touch."""
    boxes = np.array([item.box.extents for item in items])
    points = np.array([item.points for item in items])
    low, high = (side.T for side in (boxes[:, :2], boxes[:, 2:]))  # (x, y), each for every text
    shared = np.minimum(high[:, :, None], high[:, None]) - np.maximum(low[:, :, None], low[:, None])
    allowed = SHARED * np.minimum(points[:, None], points)
    return np.argwhere(np.triu((shared[0] > 0.5) & (shared[1] > allowed), k=1)).tolist()


def bars_under_notes(figure):
    """Return which notes of strips the bars or a stem reach."""
    told = []
    for ax in figure.axes:
        if ax.axison:
            continue
        to_data = ax.transData.inverted()
        for note in ax.texts:
            box = note.get_window_extent()
            (left, bottom), (right, _) = to_data.transform(
                [(box.x0, box.y0 + DESCENT * note.get_fontsize()), (box.x1, box.y1)]
            )
            reached = max(_height_between(ax, left, right), 0.0)
            if reached > bottom:
                told.append(f"{note.get_text()!r} is reached: {reached:.2f} of {bottom:.2f}")
    return told


def _height_between(ax, left, right):
    """Return how high bars and stems stand between two places of a strip."""
    tallest = 0.0
    for patch in ax.patches:
        assert isinstance(patch, StepPatch)
        values, edges, _ = patch.get_data()
        under = (edges[1:] > left) & (edges[:-1] < right) & np.isfinite(values)
        tallest = max(tallest, values[under].max(initial=0.0))
    for line in ax.lines:
        x, y = line.get_data()
        under = (x >= left) & (x <= right)  # NaN, between two stems, is neither
        tallest = max(tallest, y[under].max(initial=0.0))
    return tallest


# --- parts of what is drawn ---------------------------------------------------------------------

#: Of every stack its values, and the stds of all, with nothing else drawn over them.
STDS = {"panels": ("values", "std"), "theory": False}


def trends(made):
    """Return the Axes that compare stds: those without bands."""
    return [
        ax for ax in made.axes if not any(isinstance(c, PolyCollection) for c in ax.collections)
    ]


def solid(ax):
    """Return the lines of the stds, without those of the inputs and the axis."""
    return [line for line in ax.lines if line.get_linestyle() == "-"][:-1]


def series(stack, name="std", signal="activation"):
    """Return a statistic of every layer."""
    return [getattr(layer[signal].stats, name) for layer in stack.layers]


def curves_in(ax):
    """Return the curves of an overlay."""
    (collection,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    return collection


def heights_in(ax):
    """Return the height of every bin of every layer of a facet, in inches."""
    return np.array([segment[1:-1:2, 1] for segment in curves_in(ax).get_segments()])


def dotted(ax):
    """Return the lines that are not solid."""
    return [line for line in ax.lines if line.get_linestyle() != "-"]


def texts_of(figure):
    """Return all that is written."""
    return [item.text for item in written(figure)]
