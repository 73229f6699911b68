"""Where words stand that say what a part of a field means: in all of its fields, or at the key.

Pure arithmetic: nothing is drawn here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from actviz.plot.charts.chart import Chart, FieldPanel
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
    spots = {}
    for row, panels in enumerate(chart.panels):
        for column, panel in enumerate(panels):
            box, part = layout.panels[row][column], part_of(panel)
            lines, heights = _lines(chart, panel), [_rows(chart, layout, box, y) for y in _HEIGHTS]
            free = [_free(part, lines, between) for between in heights]
            # Between dots there may be no room, and yet the part is as large as it is.
            if max(_longest(chart, box, each)[0] for each in free) < least:
                continue
            for each, between in zip(free, heights, strict=True):
                for covered in _under_dots(chart, layout, panel, box, between):
                    each[covered] = False
            spots[row, column] = [_longest(chart, box, each) for each in free]
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


#: The first row of cells, and the one behind the last.
_Between = tuple[int, int]


def _rows(chart: Chart, layout: ChartLayout, box: Box, share: float) -> _Between:
    """Return between which rows of cells a line of type stands at some height."""
    rows = chart.y.cells
    tall = 0.8 * layout.type.inches(layout.type.small) / box.height * rows
    return max(int(share * rows - tall), 0), min(int(np.ceil(share * rows + tall)), rows)


#: Points of lines, close to one another: which place along x each is at, and its height in cells.
_Lines = tuple[NDArray[np.intp], NDArray[np.float64]]


def _lines(chart: Chart, panel: FieldPanel) -> _Lines:
    """Return where the lines of a panel run; a place is a part of a cell along x."""
    found = []
    for stroke in panel.strokes:
        x, y = chart.path(stroke)
        close = np.linspace(0.0, len(x) - 1.0, 32 * _PARTS * len(x))
        if len(x):
            found.append([np.interp(close, np.arange(len(x)), each) for each in (x, y)])
    across, up = np.concatenate(found, axis=1) if found else np.empty((2, 0))
    places = np.floor(_PARTS * across)
    seen = (places >= 0) & (places < _PARTS * chart.x.cells)
    return places[seen].astype(np.intp), up[seen]


def _free(part: NDArray[np.bool_], lines: _Lines, between: _Between) -> NDArray[np.bool_]:
    """Return at which places all cells of some rows are of a part, and no line crosses them."""
    (first, last), (places, up) = between, lines
    found = np.repeat(np.all(part[first:last], axis=0), _PARTS)
    found[places[(up >= first) & (up <= last)]] = False
    return found


def _under_dots(
    chart: Chart, layout: ChartLayout, panel: FieldPanel, box: Box, between: _Between
) -> Iterator[slice]:
    """Yield the places that each dot covers between two rows of cells."""
    radius, (first, last) = 0.5 * DOT * layout.type.small / 72, between
    across, up = radius * chart.x.cells / box.width, radius * chart.y.cells / box.height
    ats, heights = chart.x.place(panel.dots[:, 0]), chart.y.place(panel.dots[:, 1])
    for at in ats[(first - up < heights) & (heights < last + up)]:
        yield slice(max(int(_PARTS * (at - across)), 0), max(int(_PARTS * (at + across)) + 1, 0))


def _longest(chart: Chart, box: Box, free: NDArray[np.bool_]) -> _Spot:
    """Return the longest run of free places, the first of several."""
    ends = np.flatnonzero(np.diff(free, prepend=False, append=False)).reshape(-1, 2)
    if not len(ends):
        return 0.0, 0, 0
    low, high = (ends[np.argmax(ends[:, 1] - ends[:, 0])] / _PARTS).tolist()
    return (high - low) / chart.x.cells * box.width, low, high
