"""Where everything of a chart stands, in inches from the page's lower left corner.

Pure arithmetic: nothing is drawn here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from actviz.plot.charts.chart import Axis, Chart
from actviz.plot.overview.type import Type
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import PAGE, Box
from actviz.plot.paper.style import NARROW, Size
from actviz.plot.paper.ticks import Tick

#: In lines of the body's type.
_GAP, _BETWEEN, _KEY, _POINTER = 1.1, 0.9, 0.75, 0.5

#: As wide, in these, is a key of three stripes and more: narrower ones are no colours from the last
#: row, and a wider key takes the room in which the names below a panel stand side by side.
_STRIPES = 1.2

#: Beside rows, names take this share of a page at most.
_NAMES = 0.115

#: From one line of labels to the next, in lines of small type.
LABEL = 1.35

#: The middle of a name is nearer to its own mark than this share of its distance from another.
_NEARER = 0.75

#: A panel is at least so many lines of type wide and high; where a page chooses its height, it is
#: so high for its width.
_LEAST_WIDTH, _LEAST_HEIGHT, _ASPECT = 5.0, 3.0, 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedText:
    """A text that stands somewhere else than what it names.

    Parameters
    ----------
    at : float
        Where that is, in inches.
    middle : float
        Where the middle of the text stands.
    tier : int
        On which line, from 0; to one below that a leader goes, past the texts above.
    """

    text: str
    at: float
    middle: float
    tier: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLayout:
    """The geometry of a chart.

    Parameters
    ----------
    height : float
        Of the page.
    type : Type
        Of its words.
    side, above : float
        Free space at the left and right, and at the upper and lower edge.
    beside : bool
        Whether the rows' names stand beside them: else above.
    headings : float
        The baseline of the columns' names.
    panels : tuple of tuple of Box
        ``panels[row][column]``.
    labels : tuple of int
        On how many lines the labels of a row's strokes stand above it: those of heavy ones above
        those of others.
    crowded : bool
        Whether rows' names have a line of their own above these.
    marks : tuple of tuple of PlacedText
        Of every column, the names along its axis, below the last row.
    tiers : int
        On how many lines these stand.
    key : Box
        Of the key's colours.
    fits : bool
        Whether there is room for as much as panels and their names.
    """

    height: float
    type: Type
    side: float
    above: float
    beside: bool
    headings: float
    panels: tuple[tuple[Box, ...], ...]
    labels: tuple[int, ...]
    crowded: bool
    marks: tuple[tuple[PlacedText, ...], ...]
    tiers: int
    key: Box
    fits: bool

    @property
    def merit(self) -> tuple[bool, float]:
        """What makes one better than another: room, then the narrower side of its panels."""
        box = self.panels[0][0]
        return self.fits, min(box.width, 1.6 * box.height)


def lay_out(chart: Chart, size: Size, words: Type, *, head: float, foot: float) -> ChartLayout:
    """Return where everything stands, between a head and a foot of so many inches."""
    line, small = words.inches(words.body), words.inches(words.small)
    side, above = margins(size, words)
    # A narrow page has the rows' names above them, and its key without words.
    beside = size.width >= NARROW
    ticks = (
        max((text_width(text, words.small) for _, text in chart.y.ticks), default=0.0)
        + 0.35 * small
    )
    names = 0.0
    if beside:
        names = min(_widest(chart, words), _NAMES * size.width) + 0.6 * line
    key = max((text_width(text, words.small) for _, text in chart.key.ticks), default=0.0)
    ends = max((text_width(text, words.foot) for *_, text in chart.key.words), default=0.0)
    colors = (_STRIPES if len(chart.hued) > 2 else _KEY) * line
    key_width = max(colors + 0.4 * small + key, ends - 0.6 * _GAP * line)
    left, right = side + names + ticks, side + key_width + _GAP * line
    count, gap = len(chart.columns), _GAP * line
    width = (size.width - left - right - (count - 1) * gap) / count
    lefts = [left + column * (width + gap) for column in range(count)]
    # The vertical axis's name stands on the line of the first row's labels.
    labels = tuple(_labelled(chart, row) or (beside and row == 0) for row in range(len(chart.rows)))
    crowded = _crowded(chart, words, side, left, width)
    marks = marks_in(chart.x, lefts, max(width, 0.1), words, gap)
    tiers = 1 + max((item.tier for column in marks for item in column), default=-1)
    # Above the first row the columns' names, above each its lines' labels, below the last the axis.
    # A row's name stands left of its lines' labels, where these leave room for it.
    over = [
        LABEL * small * one + (1.5 * line) * (not beside and (not one or crowded)) for one in labels
    ]
    headings = 1.45 * words.inches(words.heading)
    below = _POINTER * line * bool(tiers) + (tiers + 2.2) * small
    rows = len(chart.rows)
    free = head + headings + sum(over) + (rows - 1) * _BETWEEN * line + below + foot
    height = size.height
    if height is None:
        height = min(free + rows * _ASPECT * width, PAGE)
    tall = (height - free) / rows
    tops, top = [], height - head - headings
    for row in range(rows):
        top -= over[row]
        tops.append(top)
        top -= tall + _BETWEEN * line
    panels = tuple(
        tuple(Box(left=x, bottom=top - tall, width=width, height=tall) for x in lefts)
        for top in tops
    )
    key_left = size.width - side - key_width
    return ChartLayout(
        height=height,
        type=words,
        side=side,
        above=above,
        beside=beside,
        headings=height - head - 1.05 * words.inches(words.heading),
        panels=panels,
        labels=labels,
        crowded=crowded,
        marks=marks,
        tiers=tiers,
        key=Box(
            left=key_left,
            bottom=panels[-1][0].bottom,
            width=colors,
            height=max(tops[0] - panels[-1][0].bottom, 0.1),
        ),
        fits=width >= _LEAST_WIDTH * small and tall >= _LEAST_HEIGHT * small,
    )


def margins(size: Size, words: Type) -> tuple[float, float]:
    """Return the free space at the left and right, and at the upper and lower edge.

    Of a low strip the latter is a share of its height.
    """
    small = words.inches(words.small)
    above = 0.02 * size.width
    if size.height is not None:
        above = min(above, 0.036 * size.height)
    return max(0.9 * small, 0.035 * size.width), max(0.6 * small, above)


def _widest(chart: Chart, words: Type) -> float:
    return max(text_width(row.text, words.heading, weight="bold") for row in chart.rows) * 1.25


def _labelled(chart: Chart, row: int) -> int:
    """Return on how many lines the labels of a row's strokes stand.

    On none where they leave it as those of the row above do.
    """

    def labels(index: int) -> list[tuple[int, str, float]]:
        return [
            (column, stroke.label, float(stroke.points[-1, 0]))
            for column, panel in enumerate(chart.panels[index])
            for stroke in panel.strokes
            if stroke.label
        ]

    if row > 0 and labels(row) == labels(row - 1):
        return 0
    return len({s.kind == "heavy" for panel in chart.panels[row] for s in panel.strokes if s.label})


def _crowded(chart: Chart, words: Type, side: float, left: float, width: float) -> bool:
    """Return whether a label of a line would stand on its row's name, which begins at the side."""
    for name, row in zip(chart.rows, chart.panels, strict=True):
        end = (
            side + text_width(name.text, words.body, weight="bold") + 0.5 * words.inches(words.body)
        )
        for stroke in row[0].strokes:
            if stroke.label:
                at = float(chart.x.place(stroke.points[-1, 0])) / chart.x.cells * width
                half = text_width(stroke.label, words.small, weight="bold") / 2
                if left + max(at, half) - half < end:
                    return True
    return False


def marks_in(
    axis: Axis, lefts: Sequence[float], width: float, words: Type, gap: float
) -> tuple[tuple[PlacedText, ...], ...]:
    """Return the names of the marks of every column: on one line where that is clear, else hung.

    Pointers alone, where a panel has no room for a name.
    """
    line = words.inches(words.small)
    for place, form, between in (
        (_on_a_line, 0, 0.45 * line),
        (_on_a_line, 1, 0.45 * line),
        (_on_a_line, 1, 0.3 * line),
        (_hung, 1, 0.2 * line),
        (_unnamed, 1, 0.0),
    ):
        found = []
        named = _inside(axis, [(value, texts[form]) for value, *texts in axis.marks])
        for left in lefts:
            marks = [(left + at * width, text) for at, text in named]
            ends = (left - 0.1 * gap, left + width + 0.1 * gap)
            found.append(place(marks, ends, words, between))
        if all(one is not None for one in found):
            return tuple(one for one in found if one is not None)
    return ((),) * len(lefts)


def _inside(axis: Axis, named: Sequence[Tick]) -> list[tuple[float, str]]:
    """Return what stands on an axis, from its left, and where: from 0 to 1."""
    places = [(float(axis.place(value)) / axis.cells, text) for value, text in named]
    return sorted((at, text) for at, text in places if 0 <= at <= 1)


#: Marks, from the left, in inches; a name of "" is said by the axis's numbers.
_Marks = Sequence[tuple[float, str]]


def _unnamed(
    marks: _Marks, ends: tuple[float, float], words: Type, between: float
) -> tuple[PlacedText, ...]:
    return tuple(PlacedText(text="", at=at, middle=at) for at, _ in marks)


def _widths(marks: _Marks, words: Type) -> list[float]:
    return [text_width(text, words.small, weight="bold") for _, text in marks]


def _on_a_line(
    marks: _Marks, ends: tuple[float, float], words: Type, between: float
) -> tuple[PlacedText, ...] | None:
    """Return names side by side, None where one would be below another's mark, or near to it."""
    spoken = [(at, text) for at, text in marks if text]
    widths = _widths(spoken, words)
    middles = apart([at for at, _ in spoken], widths, between, *ends)
    if middles is None:
        return None
    found = [PlacedText(text="", at=at, middle=at) for at, text in marks if not text]
    for (at, text), width, middle in zip(spoken, widths, middles, strict=True):
        off = abs(middle - at)
        others = (abs(middle - other) for other, _ in marks if other != at)
        if off > width / 2 or any(_NEARER * other < off for other in others):
            return None
        found.append(PlacedText(text=text, at=at, middle=middle))
    return tuple(found)


def _hung(
    marks: _Marks, ends: tuple[float, float], words: Type, between: float
) -> tuple[PlacedText, ...] | None:
    """Return names below one another, the rightmost on top, each beside the leaders of others."""
    spoken = [(at, text) for at, text in marks if text]
    found = [PlacedText(text="", at=at, middle=at) for at, text in marks if not text]
    tiers = reversed(range(len(spoken)))
    left = ends[0]  # where the names above begin
    for tier, (at, text), width in zip(tiers, spoken, _widths(spoken, words), strict=True):
        start = min(max(at - width / 2, left + min(between, (at - left) / 2)), ends[1] - width)
        if not left <= start <= at:
            return None
        found.append(PlacedText(text=text, at=at, middle=start + width / 2, tier=tier))
        left = at
    return tuple(found)


def apart(
    places: Sequence[float], widths: Sequence[float], gap: float, low: float, high: float
) -> list[float] | None:
    """Return the middles of texts of these widths, as near to their places as none touches another.

    In the order of the places, which rise; None where there is no room for all from `low` to
    `high`.

    Examples
    --------
    >>> apart([1.0, 1.2], [1.0, 0.5], 0.25, 0.0, 9.0)
    [0.5, 1.5]
    """
    if sum(widths) + gap * (len(widths) - 1) > high - low:
        return None
    # Groups that touch are moved together, so that they stand about their places.
    groups: list[list[int]] = []
    middles: list[float] = []
    for index, place in enumerate(places):
        groups.append([index])
        middles.append(place)
        while True:
            middles[-1] = _held(groups[-1], places, widths, gap, low, high)
            if len(groups) == 1:
                break
            reach = _length(groups[-2], widths, gap) + _length(groups[-1], widths, gap)
            if middles[-1] - middles[-2] >= reach / 2 + gap - 1e-9:
                break
            last = groups.pop()
            groups[-1] += last
            middles.pop()
    found = []
    for group, middle in zip(groups, middles, strict=True):
        left = middle - _length(group, widths, gap) / 2
        for index in group:
            found.append(round(left + widths[index] / 2, 9))
            left += widths[index] + gap
    return found


def _length(group: Sequence[int], widths: Sequence[float], gap: float) -> float:
    return sum(widths[index] for index in group) + gap * (len(group) - 1)


def _held(
    group: Sequence[int],
    places: Sequence[float],
    widths: Sequence[float],
    gap: float,
    low: float,
    high: float,
) -> float:
    """Return the middle of a group of texts that stand side by side.

    None is further from its place, as a share of its width, than need be: so a place stays above
    its text for as long as there is a way.
    """
    length = _length(group, widths, gap)
    wanted, left = [], -length / 2
    for index in group:
        wanted.append((places[index] - (left + widths[index] / 2), widths[index]))
        left += widths[index] + gap
    # Of all pairs the one that agrees least decides, each giving way by its width.
    (one, its), (other, others) = max(
        product(wanted, repeat=2), key=lambda two: (two[0][0] - two[1][0]) / (two[0][1] + two[1][1])
    )
    middle = (one * others + other * its) / (its + others)
    return min(max(middle, low + length / 2), high - length / 2)


def tick_rows(axis: Axis, box: Box) -> list[tuple[float, str]]:
    """Return where the ticks of a vertical axis stand beside a panel, in inches."""
    return [
        (box.bottom + float(axis.place(value)) / axis.cells * box.height, text)
        for value, text in axis.ticks
    ]
