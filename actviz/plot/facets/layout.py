"""Where the panels of a view stand that shows a whole stack in each: overlay, ridge and depth.

Pure arithmetic: bands of facets, one below the other, in lines of as many columns as suit them
best. Nothing is drawn here, and what does not fit is left out here, so that the figure can say it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actviz.plot.paper.page import PAGE, Box
from actviz.plot.paper.style import Size

# All in lines of the figure's smallest type.
_HEADING = 1.75  # a band's own heading
_TICKS = 1.2  # below every line of facets
_BETWEEN = 0.55  # from one line's ticks to what stands above the next one
_GAP = 1.1  # from one facet to the next, side by side
_LEAST, _LEAST_BRIEF = (5.0, 2.6), (4.0, 1.8)
#: Facets are at most this much wider or higher than they like to be.
_STRETCH = 2.6
#: A figure that chooses its own height makes them this much wider.
_FLAT = 1.3
#: And this width, in lines of type, is as good to it as any larger one.
_COMFORTABLE = 13.0
#: What another line of facets costs in merit.
_LINE_COST = 0.75
#: And what a line that is empty would.
_EMPTY_COST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetNeeds:
    """What the facets of a figure ask for.

    Parameters
    ----------
    counts : tuple of int
        How many stacks each band has, with a facet each; there may be none.
    trends : tuple of (float, float)
        For each facet that every band has after its stacks: the width of what is written to its
        left and to its right, in inches.
    headed : bool
        Whether each band has a heading of its own, or a label to its left where that is better.
    label_width : float
        Width of the widest label of a band, in inches; 0 where none is to stand beside it.
    above : tuple of (float, float)
        For each band the height of what stands above its stacks and above its trends, their names
        left out, in inches.
    name : float
        Height of a facet's name, in inches.
    gutter : float
        Width of the labels of the stacks' vertical axes, in inches; 0 without.
    own_axis : bool
        Whether each stack has a vertical axis of its own; else all share the one that is labelled
        at the left end of their line.
    aspect : float
        Width over height that suits a facet best.
    same_names : bool
        Whether the facets of all bands have the same names, in the same order.
    brief : bool
        Whether facets may be narrower and lower than usual.
    """

    counts: tuple[int, ...]
    trends: tuple[tuple[float, float], ...] = ()
    headed: bool
    label_width: float
    above: tuple[tuple[float, float], ...]
    name: float
    gutter: float
    own_axis: bool
    aspect: float
    same_names: bool
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of facets, as indices of a band's own, and what is written with it.

    `columns` are where they stand; those of a line of trends alone are other ones.
    """

    band: int
    facets: tuple[int, ...]
    columns: tuple[int, ...]
    trends: bool
    headed: bool
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLayout:
    """The geometry of a figure's facets, in inches.

    Parameters
    ----------
    width, height : float
        The figure.
    lines : tuple of Line
        From above; those that there is room for.
    boxes : tuple of tuple of Box
        ``boxes[line][column]``: what is drawn in, without gutter, name and ticks.
    labelled : bool
        Whether the bands' labels stand at their left instead of above them.
    shown, asked : int
        How many facets are in the figure, and how many there should be.
    merit : float
        How well it fits; 0 or less if not at all.
    """

    width: float
    height: float
    lines: tuple[Line, ...]
    boxes: tuple[tuple[Box, ...], ...]
    labelled: bool
    shown: int
    asked: int
    merit: float

    def places(self) -> Iterator[tuple[Line, int, Box]]:
        """Yield line, facet and box of everything that is shown."""
        for line, boxes in zip(self.lines, self.boxes, strict=True):
            for facet, box in zip(line.facets, boxes, strict=True):
                yield line, facet, box


def lay_out_facets(size: Size, needs: FacetNeeds, *, head: float, foot: float) -> FacetLayout:
    """Return the best layout of facets on `size`, under `head` and above `foot` inches.

    All facets shown come first, then facets as large as they can be at the shape they like.
    """
    found = [
        _lay_out(size, needs, rows, labelled, head, foot)
        for rows in _rows(needs)
        for labelled in ((True, False) if needs.label_width else (False,))
        if not labelled or rows.whole
    ]
    return max(found, key=lambda layout: (layout.shown / layout.asked, layout.merit))


@dataclass(frozen=True, slots=True)
class _Rows:
    """How the facets of a band are put into lines, and what is written beside those of a line.

    Stacks are in lines of as many as `stacks` has sides, and trends in lines of as many as `trends`
    has; or, `mixed`, all follow each other in lines of as many as `stacks` has. `whole` is where a
    band has a single line.
    """

    stacks: tuple[tuple[float, float], ...]
    trends: tuple[tuple[float, float], ...]
    whole: bool
    mixed: bool = False


def _width(sides: Sequence[tuple[float, float]], free: float, gap: float) -> float:
    """Return the width of each facet of a line with these sides in `free` inches."""
    taken = sum(left + right for left, right in sides) + (len(sides) - 1) * gap
    return (free - taken) / len(sides)


def _rows(needs: FacetNeeds) -> Iterator[_Rows]:
    """Yield the ways to put a band into lines."""
    most, trends = max(needs.counts), len(needs.trends)
    stacks = tuple((needs.gutter * (column == 0 or needs.own_axis), 0.0) for column in range(most))
    if most and trends:
        every = (*stacks, *needs.trends)
        yield _Rows(every, (), whole=True, mixed=True)
        for count in range(len(every) - 1, 1, -1) if most == 1 else ():
            sides = tuple(_widest(every[column::count]) for column in range(count))
            yield _Rows(sides, (), whole=False, mixed=True)
    for count in range(most, 0, -1) or (0,):
        for other in range(trends, 0, -1) or (0,):
            yield _Rows(
                stacks[:count],
                tuple(_widest(needs.trends[column::other]) for column in range(other)),
                whole=(count, other) in ((most, 0), (0, trends)),
            )


def _widest(sides: Sequence[tuple[float, float]]) -> tuple[float, float]:
    lefts, rights = zip(*sides, strict=True)
    return max(lefts), max(rights)


def _lay_out(
    size: Size, needs: FacetNeeds, rows: _Rows, labelled: bool, head: float, foot: float
) -> FacetLayout:
    line = size.line
    left = size.margin + (needs.label_width + 0.8 * line if labelled else 0.0)
    lines = _lines(needs, rows, labelled)
    free = size.width - size.margin - left
    width = min(_width(s, free, _GAP * line) for s in (rows.stacks, rows.trends) if s)
    overheads = [_overhead(item, needs, line) for item in lines]
    height = size.height
    if height is None:
        wanted = sum(overheads) + len(lines) * width / (_FLAT * needs.aspect)
        height = min(PAGE, head + foot + wanted)
    space = height - head - foot
    count, (narrowest, least) = len(lines), _LEAST_BRIEF if needs.brief else _LEAST
    while count > 1 and (space - sum(overheads[:count])) / count < least * line:
        count -= 1
    panel = (space - sum(overheads[:count])) / count
    panel = min(panel, _STRETCH * width / needs.aspect)
    widest = _STRETCH * panel * needs.aspect
    boxes, top = [], height - head
    for item, above in zip(lines[:count], overheads[:count], strict=True):
        bottom = top - above + (_TICKS + _BETWEEN) * line - panel
        sides = rows.trends if item.trends else rows.stacks
        own = min(_width(sides, free, _GAP * line), widest)
        boxes.append(
            tuple(
                Box(
                    left=left
                    + column * (own + _GAP * line)
                    + sum(before + after for before, after in sides[:column])
                    + sides[column][0],
                    bottom=bottom,
                    width=own,
                    height=panel,
                )
                for column in item.columns
            )
        )
        top = bottom - (_TICKS + _BETWEEN) * line
    fits = width >= narrowest * line and panel >= least * line
    width = min(width, widest)
    # A figure that chooses its height could grow for ever: there, a comfortable width is enough.
    size_there = (
        min(width / needs.aspect, panel) if size.height else min(width, _COMFORTABLE * line)
    )
    columns = {own: len(rows.trends if own else rows.stacks) for own in (False, True)}
    empty = sum(1 - len(item.facets) / columns[item.trends] for item in lines)
    return FacetLayout(
        width=size.width,
        height=height,
        lines=lines[:count],
        boxes=tuple(boxes),
        labelled=labelled,
        shown=sum(len(item.facets) for item in lines[:count]) if fits else 0,
        asked=sum(needs.counts) + len(needs.counts) * len(needs.trends),
        # Side by side they can be compared, so that another line must make them much larger.
        merit=size_there * _LINE_COST ** len(lines) * (1 - _EMPTY_COST * empty) if fits else 0.0,
    )


def _lines(needs: FacetNeeds, rows: _Rows, labelled: bool) -> tuple[Line, ...]:
    lines = []
    for band, count in enumerate(needs.counts):
        first, most = True, max(needs.counts)
        for facets, columns, trends in _parts(count, most, len(needs.trends), rows):
            lines.append(
                Line(
                    band=band,
                    facets=facets,
                    columns=columns,
                    trends=trends,
                    headed=needs.headed and not labelled and first,
                    named=not (labelled and needs.same_names and band > 0),
                )
            )
            first = False
    return tuple(lines)


def _parts(
    count: int, most: int, trends: int, rows: _Rows
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], bool]]:
    """Yield the lines of a band: its facets, their columns, and whether these are of trends."""
    if rows.mixed:  # trends stand in the same columns in all bands
        places = (*range(count), *range(most, most + trends))
        columns = len(rows.stacks)
        for start in range(0, most + trends, columns):
            shown = [i for i, place in enumerate(places) if start <= place < start + columns]
            yield tuple(shown), tuple(places[i] - start for i in shown), False
        return
    for begin, end, width, own in (
        (0, count, len(rows.stacks), False),
        (count, count + trends, len(rows.trends), True),
    ):
        for start in range(begin, end, width) if width else ():
            facets = tuple(range(start, min(start + width, end)))
            yield facets, tuple(range(len(facets))), own


def _overhead(item: Line, needs: FacetNeeds, line: float) -> float:
    """Return the height of everything in a line but its facets, in inches."""
    stacks = needs.counts[item.band]
    above = max(needs.above[item.band][facet >= stacks] for facet in item.facets)
    words = _HEADING * line * item.headed + needs.name * item.named + above
    return words + (_TICKS + _BETWEEN) * line
