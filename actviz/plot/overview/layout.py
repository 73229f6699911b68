"""Where everything stands on a page of an overview, in inches from its lower left corner."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.plot.overview.arrange import MOST_BLOCKS, MOST_ROWS, PageBands
from actviz.plot.overview.type import Type
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import PAGE, Box
from actviz.plot.paper.style import Size

#: In lines of the words' type.
_GAP = 0.8  # between blocks, and after the row labels
_OVER = 1.25  # the word over a strip, with what is free below it
_BELOW = 0.55  # from one strip to the next word
_HEADING = 1.55  # an activation's name
_LEAST_BARS, _BEST_BARS, _MOST_BARS = 1.1, 2.4, 7.0
_LEAST_PANEL = 0.5
#: A panel is at most this much higher than it is wide.
_ASPECT = 1.15
#: Row labels take at most this share of the width.
_LABELS = 0.24


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all pages of an overview have in common.

    Parameters
    ----------
    size : Size
        Of a page; without a height it chooses its own.
    type : Type
        Of its words.
    margin, edge : float
        Free space at the left and at the right, above and below.
    label : float
        Width of the row labels.
    left : float
        Where the first block begins.
    block, gap : float
        Width of a block, and from one to the next.
    across : int
        How many blocks stand side by side.
    head, foot : float
        From the upper edge to the first heading, and from the lower one to the last strip.
    second : float
        Height of a line of numbers between a strip and its word; 0 without.
    """

    size: Size
    type: Type
    margin: float
    edge: float
    label: float
    left: float
    block: float
    gap: float
    across: int
    head: float
    foot: float
    second: float = 0.0

    def lefts(self) -> list[float]:
        """Return where the blocks begin."""
        return [self.left + n * (self.block + self.gap) for n in range(self.across)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where the strips of a page stand.

    Parameters
    ----------
    height : float
        Of the page.
    headings : tuple of float
        The baseline of each band's headings.
    strips : tuple of tuple of tuple of Box
        ``strips[band][row][block]``: the bars.
    over : float
        From the top of the bars to the baseline of the word.
    """

    height: float
    headings: tuple[float, ...]
    strips: tuple[tuple[tuple[Box, ...], ...], ...]
    over: float


def margin_of(size: Size, words: Type) -> float:
    """Return the free space at every edge, in inches."""
    return max(0.9 * words.inches(words.small), 0.04 * size.width)


def frame_of(
    size: Size,
    words: Type,
    *,
    labels: Sequence[str],
    blocks: int,
    least: float,
    columns: int,
    head: float,
    foot: float,
    second: bool = False,
) -> Frame | None:
    """Return the frame with as many blocks side by side as have room; None if none has.

    Parameters
    ----------
    size, words
        Of the page.
    labels : sequence of str
        Of the rows.
    blocks : int
        How many activations there are.
    least : float
        The width of the longest word over a strip.
    columns : int
        How many panels the longest strip has.
    head, foot : float
        Height of the words above and below, margins apart.
    second : bool
        Whether a line of numbers stands between a strip and its word.
    """
    line, edge = words.inches(words.body), margin_of(size, words)
    widest = max(text_width(label, words.heading, weight="bold") for label in labels)
    label = min(widest, _LABELS * size.width)
    gap = _GAP * line
    left = edge + label + gap
    for across in range(min(blocks, MOST_BLOCKS), 0, -1):
        block = (size.width - edge - left - (across - 1) * gap) / across
        if block >= max(least, columns * _LEAST_PANEL * line):
            return Frame(
                size=size,
                type=words,
                margin=edge,
                edge=0.75 * edge,
                label=label,
                left=left,
                block=block,
                gap=gap,
                across=across,
                head=0.75 * edge + head,
                foot=0.75 * edge + foot,
                second=words.inches(words.small) * second,
            )
    return None


def rows_that_fit(frame: Frame, rows: int) -> int:
    """Return how many of `rows` a page of one band holds, at least one if it has any room."""
    line = frame.type.inches(frame.type.body)
    height = PAGE if frame.size.height is None else frame.size.height
    space = height - frame.head - frame.foot - _heading(frame)
    most = int((space + _BELOW * line) / (_over(frame) + (_LEAST_BARS + _BELOW) * line))
    return max(0, min(most, MOST_ROWS, rows))


def _over(frame: Frame) -> float:
    return _OVER * frame.type.inches(frame.type.body) + frame.second


def _heading(frame: Frame) -> float:
    return _HEADING * frame.type.inches(frame.type.heading)


def overhead(frame: Frame, bands: Sequence[int]) -> float:
    """Return the height of a page of bands of so many rows, without the bars."""
    line, rows = frame.type.inches(frame.type.body), sum(bands)
    return (
        frame.head
        + frame.foot
        + len(bands) * _heading(frame)
        + rows * _over(frame)
        + (rows - 1) * _BELOW * line
    )


def room_for(frame: Frame, bands: Sequence[int]) -> bool:
    """Return whether a page has room for bands of so many rows."""
    height = PAGE if frame.size.height is None else frame.size.height
    line = frame.type.inches(frame.type.body)
    return sum(bands) * _LEAST_BARS * line <= height - overhead(frame, bands) + 1e-9


def place(frame: Frame, spread: PageBands, columns: int) -> Placed:
    """Return where the strips of a page stand."""
    line = frame.type.inches(frame.type.body)
    counts = [len(band.labels) for band in spread.bands]
    rows, fixed = sum(counts), overhead(frame, counts)
    tallest = min(_MOST_BARS * line, max(_ASPECT * frame.block / columns, _BEST_BARS * line))
    if frame.size.height is None:
        height = min(PAGE, fixed + rows * min(tallest, _BEST_BARS * line))
    else:
        height = frame.size.height
    bars = min((height - fixed) / rows, tallest)
    spare = max(height - fixed - rows * bars, 0.0)
    between = _BELOW * line + min(spare / (rows + 1), 0.9 * line)
    y = height - frame.head - min(spare / (rows + 1), 0.6 * line)
    headings, strips = [], []
    for count in counts:
        y -= _heading(frame)
        headings.append(y + 0.35 * frame.type.inches(frame.type.heading))
        band = []
        for _ in range(count):
            y -= _over(frame) + bars
            band.append(
                tuple(
                    Box(left=left, bottom=y, width=frame.block, height=bars)
                    for left in frame.lefts()
                )
            )
            y -= between
        strips.append(tuple(band))
    return Placed(height=height, headings=tuple(headings), strips=tuple(strips), over=0.36 * line)
