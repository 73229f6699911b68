"""Where words stand that say what a part of a field means: in all of its fields, or at the key.

Pure arithmetic: nothing is drawn here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from actviz.plot.charts.chart import Chart, FieldPanel, Stroke
from actviz.plot.charts.layout import ChartLayout
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box

#: Width of a dot, in points for one of type.
DOT = 0.62

#: Heights of a panel, from below, at which there may be room for a word, the best one first.
_HEIGHTS = (0.66, 0.72, 0.6, 0.78, 0.54, 0.84, 0.48, 0.9, 0.42, 0.36, 0.3)

#: Free space on both sides of a word, in lines of its type.
_FREE = 0.45

#: Room is looked for by parts of cells, of which there are so many in one.
_PARTS = 4

#: A part that is not even this share of its word's width is too narrow to miss it.
_SEEN = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWord:
    """A word in a field.

    Parameters
    ----------
    text : str
    points : float
        Its size.
    x, y : float
        The middle of its line, in inches on the page.
    row : int
        On which row of cells it stands.
    span : tuple of int
        Over which of its cells, the last one not included.
    """

    text: str
    points: float
    x: float
    y: float
    row: int
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartWords:
    """The words of a chart.

    Parameters
    ----------
    fields : tuple of tuple of tuple of FieldWord
        ``fields[row][column]``.
    low, high : str
        What stands at the key's ends instead; "" for nothing.
    """

    fields: tuple[tuple[tuple[FieldWord, ...], ...], ...]
    low: str = ""
    high: str = ""


def place_words(chart: Chart, layout: ChartLayout) -> ChartWords:
    """Return where the key's words stand.

    Those for the key's ends stand in the fields, each in all that have a part for it, as high as in
    the others where there is room; or both stand at the key, where a field has no room for its one
    or has words of its own. One whose parts are all too narrow for it is missed by nobody while the
    other's stands in the fields. One for the middle, which white says as well, stands wherever it
    has room, and so do those of a field's own.
    """
    found: dict[tuple[int, int], list[FieldWord]] = {}
    ends, at_key = {"low": "", "high": ""}, any(panel.words for panel in _panels(chart))
    placed = []
    for low, high, text in chart.key.words:
        end = "low" if low <= chart.key.low else "high" if high >= chart.key.high else ""
        words = _placed(chart, layout, text, partial(_between, low, high), every=bool(end))
        at_key |= words is None
        placed.append((end, words or {}))
        if end and _is_there(chart, low, high):
            ends[end] = text
    for text in dict.fromkeys(text for panel in _panels(chart) for text in panel.words):
        words = _placed(chart, layout, text, partial(_own, text), every=False)
        placed.append(("", words or {}))
    for end, words in placed:
        for at, word in words.items():
            if not (end and at_key):
                found.setdefault(at, []).append(word)
    return ChartWords(
        fields=tuple(
            tuple(tuple(found.get((row, column), ())) for column in range(len(chart.columns)))
            for row in range(len(chart.rows))
        ),
        **(ends if at_key else {}),
    )


def _is_there(chart: Chart, low: float, high: float) -> bool:
    """Return whether a field has a value between two numbers."""
    return any(bool(_between(low, high, panel).any()) for panel in _panels(chart))


def _panels(chart: Chart) -> Iterator[FieldPanel]:
    return (panel for panels in chart.panels for panel in panels)


#: The cells of a panel that a word is of.
_Part = Callable[[FieldPanel], NDArray[np.bool_]]


def _between(low: float, high: float, panel: FieldPanel) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray((panel.values >= low) & (panel.values <= high))


def _own(text: str, panel: FieldPanel) -> NDArray[np.bool_]:
    return panel.words.get(text, np.zeros(panel.values.shape, dtype=bool))


def _placed(
    chart: Chart, layout: ChartLayout, text: str, part_of: _Part, *, every: bool
) -> dict[tuple[int, int], FieldWord] | None:
    """Return the word in each field that has a part for it, in the largest type that all allow.

    Where one has no room for it: None, or the word in the others if not `every` one needs it.
    """
    needs = {points: _need(text, points) for points in (layout.type.small, layout.type.foot)}
    least = min(needs.values())
    spots = _spots(chart, layout, part_of, _SEEN * least)
    for points, need in needs.items():
        fit = {at: [wide >= need for wide, *_ in each] for at, each in spots.items()}
        if not all(any(each) for each in fit.values()) and (every or need > least):
            continue
        common = [all(each) for each in zip(*fit.values(), strict=True)]
        return {
            at: _word(chart, layout, at, text, points, spots[at][index], index)
            for at, each in fit.items()
            if any(each)
            for index in [common.index(True) if any(common) else each.index(True)]
        }
    return None


def _spots(
    chart: Chart, layout: ChartLayout, part_of: _Part, least: float
) -> "dict[tuple[int, int], list[_Spot]]":
    """Return the spots of each field, at every height, whose part is not less wide than that."""

    def spots_in(panel: FieldPanel, box: Box) -> list[_Spot]:
        part = part_of(panel)
        return [_spot(chart, panel, part, box, share, layout) for share in _HEIGHTS]

    spots = {}
    for row, panels in enumerate(chart.panels):
        for column, panel in enumerate(panels):
            box = layout.panels[row][column]
            # Between dots there may be no room, and yet the part is as large as it is.
            part = spots_in(replace(panel, dots=panel.dots[:0]), box)
            if max(wide for wide, *_ in part) >= least:
                spots[row, column] = spots_in(panel, box)
    return spots


def _need(text: str, points: float) -> float:
    return text_width(text, points) + _FREE * points / 72 * 1.3


#: How wide a part is at some height, in inches, and from where to where it goes, in cells.
_Spot = tuple[float, float, float]


def _word(
    chart: Chart,
    layout: ChartLayout,
    at: tuple[int, int],
    text: str,
    points: float,
    spot: _Spot,
    height: int,
) -> FieldWord:
    box, (_, first, last) = layout.panels[at[0]][at[1]], spot
    share = _HEIGHTS[height]
    return FieldWord(
        text=text,
        points=points,
        x=box.left + (first + last) / 2 / chart.x.cells * box.width,
        y=box.bottom + share * box.height,
        row=min(int(share * chart.y.cells), chart.y.cells - 1),
        span=(int(first), int(np.ceil(last))),
    )


def _spot(
    chart: Chart,
    panel: FieldPanel,
    part: NDArray[np.bool_],
    box: Box,
    share: float,
    layout: ChartLayout,
) -> _Spot:
    """Return the longest run of cells of a part, as high as a line, that none crosses."""
    rows = chart.y.cells
    tall = 0.8 * layout.type.inches(layout.type.small) / box.height * rows
    first = max(int(share * rows - tall), 0)
    last = min(int(np.ceil(share * rows + tall)), rows)
    inside = np.repeat(np.all(part[first:last], axis=0), _PARTS).tolist()
    for stroke in panel.strokes:
        for place in _crossed(chart, stroke, first, last):
            inside[place] = False
    for place in _under_dots(chart, panel, first, last, 0.5 * DOT * layout.type.small / 72, box):
        inside[place] = False
    runs: Iterator[Sequence[int]] = (
        [*each] for free, each in groupby(range(len(inside)), inside.__getitem__) if free
    )
    best = max(runs, key=len, default=())
    if not best:
        return 0.0, 0, 0
    low, high = best[0] / _PARTS, (best[-1] + 1) / _PARTS
    return (high - low) / chart.x.cells * box.width, low, high


def _under_dots(
    chart: Chart, panel: FieldPanel, first: int, last: int, radius: float, box: Box
) -> list[int]:
    """Return the places along x, parts of cells, that a dot covers between two rows of cells."""
    across, up = radius * chart.x.cells / box.width, radius * chart.y.cells / box.height
    found: list[int] = []
    ats, heights = chart.x.place(panel.dots[:, 0]), chart.y.place(panel.dots[:, 1])
    for at, height in zip(ats, heights, strict=True):
        if first - up < height < last + up:
            ends = (int(_PARTS * (at - across)), int(_PARTS * (at + across)) + 1)
            found += range(max(ends[0], 0), min(ends[1], _PARTS * chart.x.cells))
    return found


def _crossed(chart: Chart, stroke: Stroke, first: int, last: int) -> list[int]:
    """Return the places along x, parts of cells, that a line crosses between two rows of cells."""
    x, y = chart.path(stroke)
    if not len(x):
        return []
    close = np.linspace(0.0, len(x) - 1.0, 32 * _PARTS * len(x))
    across, up = (np.interp(close, np.arange(len(x)), each) for each in (x, y))
    places = np.floor(_PARTS * across[(up >= first) & (up <= last)]).tolist()
    return [int(place) for place in dict.fromkeys(places) if 0 <= place < _PARTS * chart.x.cells]
