"""Where rows and columns of one activation, or of one stack, stand on every page, in inches."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.errors import SpecError
from actviz.format import percent
from actviz.plot.overview.around import Edges
from actviz.plot.overview.arrange import MOST_ROWS, evenly
from actviz.plot.overview.content import Content
from actviz.plot.overview.layout import margin_of
from actviz.plot.overview.page import FREE, MOST_PANELS
from actviz.plot.overview.rows import OverviewRow
from actviz.plot.overview.type import type_of
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import PAGE, thin
from actviz.plot.paper.style import Look, no_room
from actviz.words.overview import Verdict, short_word
from actviz.words.say import say

#: In lines of the words' type.
BELOW, TICKS, _LEAST_BARS, _BEST_BARS, MOST_BARS = 0.55, 0.95, 1.1, 2.9, 9.0
_SLOPE, _SLOPE_GAP = 5.0, 1.3
#: From a row's name to those of its numbers.
BESIDE = 0.2
#: The widest label and the widest word on a gradient, as shares of the width.
_LABEL, _FACTOR = 0.24, 0.23
#: A page that is lower than this share of its width has low rows.
_LOW = 0.5
#: A panel is at most this much higher than it is wide.
ASPECT = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGrid:
    """Where rows and columns stand on every page, in inches.

    Parameters
    ----------
    edges : Edges
        Of the page.
    height, head, foot : float
        Of the page, and of the words above and below.
    label, left, pitch, panel : float
        The width of the names, where the panels begin, from one to the next, and their width.
    columns : int
        How many panels a row has.
    slope : (float, float)
        Where the slopes begin, and their width; 0 for none.
    rows : int
        At most on a page.
    alone : bool
        Whether the rows are those of one stack.
    short : bool
        Whether a gradient's factor has no room for what it is a factor of.
    """

    edges: Edges
    height: float
    head: float
    foot: float
    label: float
    left: float
    pitch: float
    panel: float
    columns: int
    slope: tuple[float, float]
    rows: int
    alone: bool
    short: bool


def columns_of(rows: Sequence[OverviewRow], look: Look, depth: int) -> tuple[int, ...]:
    """Return which layers have room beside one another, as indices from 0."""
    type_ = type_of(look.size)
    label, slope = _label_width(rows, look), _slope_width(rows, look)
    room = look.size.width - 2 * margin_of(look.size, type_) - label - slope
    widest = [text_width("1.0×10⁻⁴", type_.body)] if any(row.numbers for row in rows) else [0.0]
    least = max(*widest, 0.6 * type_.inches(type_.body)) + 0.25 * type_.inches(type_.body)
    most = min(MOST_PANELS, int(room / least))
    if most < 1:
        raise SpecError(no_room(look.size))
    return thin(depth, most)


def grid_of(
    rows: Sequence[OverviewRow], look: Look, content: Content, *, head: float, foot: float
) -> TableGrid:
    """Return where rows and columns stand, between words above and below of such heights.

    Raises
    ------
    SpecError
        If there is no room for a row.
    """
    size, type_ = look.size, type_of(look.size)
    line, side = type_.inches(type_.body), margin_of(look.size, type_)
    edges = Edges(type=type_, side=side, above=0.75 * side, width=size.width)
    label, slope = _label_width(rows, look), _slope_width(rows, look)
    left, columns = side + label, len(rows[0].panels)
    pitch = (size.width - side - left - slope) / (columns - FREE)
    fixed = edges.above * 2 + head + foot
    fixed += 1.6 * line  # the layers' numbers
    ticks = TICKS * line
    full = PAGE if size.height is None else size.height
    tallest = max(len(row.numbers) for row in rows) * line + (_LEAST_BARS + BELOW) * line
    if len(rows[0].numbers) != len(rows[-1].numbers) or rows[-1].verdict is None:
        most = len(rows)  # of one stack: its two rows stay together
        own = sum(len(row.numbers) for row in rows) * line
        own += len(rows) * ((_LEAST_BARS + BELOW) * line + ticks)
        if own > full - fixed:
            raise SpecError(no_room(size))
    else:
        most = min(MOST_ROWS if size.height else len(rows), int((full - fixed - ticks) / tallest))
        most = min(most, len(rows))
    if most < 1:
        raise SpecError(no_room(size))
    height = full
    if size.height is None:
        each = max(len(row.numbers) for row in rows) + _BEST_BARS + BELOW
        height = min(PAGE, fixed + most * (each * line + (ticks if _alone(rows) else 0)) + ticks)
    reach = max(slope - _SLOPE_GAP * line, 0.0)
    return TableGrid(
        edges=edges,
        height=height,
        head=head,
        foot=foot,
        label=label - line,
        left=left,
        pitch=pitch,
        panel=(1.0 - FREE) * pitch,
        columns=columns,
        slope=(size.width - side - slope + _SLOPE_GAP * line, reach),
        rows=most,
        alone=_alone(rows),
        short=any(text_width(row.factor, type_.foot) > reach for row in rows),
    )


def _alone(rows: Sequence[OverviewRow]) -> bool:
    """Return whether the rows are those of one stack."""
    return rows[-1].verdict is None or len(rows) == 1


def _label_width(rows: Sequence[OverviewRow], look: Look) -> float:
    type_ = type_of(look.size)
    line = type_.inches(type_.body)
    widths = [text_width(row.label, type_.heading, weight="bold") for row in rows]
    widths += [text_width(mark_and_word(row.verdict), type_.body, weight="bold") for row in rows]
    widths += [text_width(row.verdict.chance, type_.small) for row in rows if row.verdict]
    names = {name for row in rows for name, _ in row.numbers}
    widths += [text_width(name, type_.small) for name in names]
    if look.size.height is not None and look.size.height < _LOW * look.size.width:
        # All on one line: the mark, the name and the chance.
        texts = [f"✗ {row.label} · {percent(0.99)}" for row in rows if row.verdict]
        widths += [text_width(text, type_.small, weight="bold") for text in texts]
    if _alone(rows):
        widths += [text_width(row.factor, type_.body) for row in rows]
    elif len(names) > 1:
        # Beside several numbers a row is low: what is said of it needs their height as well.
        beside = max(text_width(name, type_.small) for name in names) + BESIDE * line
        widths += [text_width(row.label, type_.heading, weight="bold") + beside for row in rows]
    return min(max(widths), _LABEL * look.size.width) + line


def _slope_width(rows: Sequence[OverviewRow], look: Look) -> float:
    if _alone(rows) or not any(row.factor or row.slope for row in rows):
        return 0.0
    type_ = type_of(look.size)
    texts = [text_width(row.factor, type_.body) for row in rows]
    texts.append(text_width(say("overview.back"), type_.body))
    line = type_.inches(type_.body)
    widest = min(max(*texts, _SLOPE * line), _FACTOR * look.size.width)
    return widest + _SLOPE_GAP * line + 0.02


def mark_and_word(verdict: Verdict | None, *, brief: bool = False) -> str:
    """Return a verdict's mark and word, without its number; "" of a row that has none."""
    if verdict is None:
        return ""
    mark = say(f"overview.mark.{verdict.state}")
    word = verdict.brief if brief and verdict.brief else verdict.word
    return say("overview.word", mark=mark, word=short_word(word)).strip()


def pages_of(rows: Sequence[OverviewRow], grid: TableGrid) -> list[list[int]]:
    """Return which rows stand on which page."""
    return evenly(range(len(rows)), grid.rows)
