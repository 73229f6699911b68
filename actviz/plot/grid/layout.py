"""Where everything stands in a grid figure, in inches from the lower left corner.

Pure arithmetic on counts and text widths: nothing is drawn here. What does not fit is left out
here, and the layout says so, so that the figure can say it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from actviz.plot.paper.page import PAGE, Box, thin
from actviz.plot.paper.style import Size

# All in lines of the figure's smallest type.
_MIN_PANEL_WIDTH = 2.0  # narrower or lower, a panel shows nothing that can be read
_MIN_PANEL_HEIGHT = 1.25
_MIN_BARS = 1.0  # of a figure's only row, which is kept wherever these fit
_MIN_BARS_BELOW_NUMBERS = 2.2  # where the bars keep less than this, the numbers go beside them,
_MIN_BARS_BELOW_PAIR = 1.25  # or both onto one line, which leaves them more,
_MIN_BARS_BELOW_STD = 1.15  # where there is no room for two lines of numbers but for one
_MIN_HEIGHT_WITH_NUMBERS = 1.3  # if a panel is this high and as wide as they are:
_NUMBERS_BESIDE = 5.2  # they take this much, or more where numbers are long:
_AROUND_WORD = 1.3  # what stands around a word beside them, such as "mean"
_MIN_BARS_WITH_NOTES = 2.1  # lower bars have no shares written into them: room for two lines,
_MIN_BARS_WITH_NOTE = 1.6  # or for one, where two shares stand beside each other
_NOTES_APART = 0.3
_MEAN_AND_STD = 2.0  # lines of numbers above a panel
NUMBERS_APART = (
    0.25  # from one number to the next one or to its stem, so that they don't read as one
)
BETWEEN = 0.5  # from one row's bars to the next one's numbers
_AXIS = 1.2  # tick labels
_BLOCK_GAP = 1.6
#: A panel is at most this much higher than it is wide.
_MAX_ASPECT = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLayout:
    """The geometry of a grid of blocks (side by side) × rows × columns of panels.

    Parameters
    ----------
    width, height : float
        The figure, in inches.
    margin : float
        Free space at every edge.
    columns : tuple of int
        Which columns are shown, as indices from 0.
    rows : tuple of int
        Which rows are shown, as indices from 0.
    pitch : float
        From one panel's left edge to the next one's.
    panel : float
        The width of a panel's bars.
    strips : tuple of tuple of Box
        ``strips[block][row]``: the box of the bars of one row of panels in a block.
    ticked : tuple of bool
        For each shown row whether its axis is labelled below it.
    numbers : {"above", "pair", "beside", "std", "none"}
        Where mean and std stand; "pair": above the panel on one line; "std": without the mean.
    above : float
        Height of what stands above a panel, in inches: numbers and caption; 0 where there is none.
    line : float
        Height of a line of the smallest type, in inches.
    captions : bool
        Whether a line of words stands above the numbers.
    notes : bool
        Whether there is room for the shares in the panels.
    fits : bool
        Whether there is room for as much as one panel with its labels.
    """

    width: float
    height: float
    margin: float
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    pitch: float
    panel: float
    strips: tuple[tuple[Box, ...], ...]
    ticked: tuple[bool, ...]
    numbers: str
    above: float
    line: float
    captions: bool
    notes: bool
    fits: bool

    @property
    def bars(self) -> float:
        """The height of a panel's bars, in inches."""
        return self.strips[0][0].height


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNeeds:
    """What a row asks for: its group, and lines of headings, or of free space, above it.

    The last row of each group gets tick labels. Rows of one `stack` are shown together or not at
    all, but for those of the first one.
    """

    group: Hashable
    headings: float
    stack: Hashable | None = None


def lay_out(
    size: Size,
    *,
    blocks: int,
    rows: Sequence[RowNeeds],
    columns: int,
    label_width: float,
    number_width: float,
    mean_width: float,
    word_width: float,
    between_width: float = 0.0,
    note_width: float,
    notes_wide: bool = False,
    head: float,
    foot: float,
    caption: bool = False,
    axis_width: float = 0.0,
) -> GridLayout:
    """Return the layout of a grid that fits `size`.

    Parameters
    ----------
    size : Size
        Of the figure; without a height, the rows choose it.
    blocks, columns : int
        How many blocks of panels stand side by side, and how many panels a row of a block has.
    rows : sequence of RowNeeds
        From above.
    label_width : float
        Width of the row labels, in inches.
    number_width, mean_width : float
        Width of the widest std and of the widest mean, or what stands in its place, in their
        shortest forms, in inches.
    word_width : float
        Width of the word beside a mean, in inches.
    between_width : float
        Width of what stands between two numbers on one line, in inches.
    note_width : float
        Width of the widest share that is to be written in a panel, in inches.
    notes_wide : bool
        Whether all shares of a panel are on one line if there is width for two of the widest.
    head, foot : float
        Height of what stands above and below the rows, in inches.
    caption : bool
        Whether every row has a line of words above it.
    axis_width : float
        Width of what stands at the left of every block's heights, in inches.
    """
    line = size.line
    left = size.margin + label_width + 0.6 * line + axis_width
    gap = _BLOCK_GAP * line + axis_width
    block = (size.width - left - size.margin - (blocks - 1) * gap) / blocks
    apart = NUMBERS_APART * line
    least = max(_MIN_PANEL_WIDTH * line, number_width + apart)
    shown_columns = thin(columns, max(1, int(block / least)))
    pitch = block / len(shown_columns)

    between = BETWEEN * line
    words = line * caption
    height = size.height
    if height is None:
        bars = min(0.95 * pitch, 7.5 * line)
        needed = _overhead(rows, line) + len(rows) * (_MEAN_AND_STD * line + bars + between + words)
        height = min(PAGE, head + foot + needed)
    space = height - head - foot
    lowest = (_MIN_PANEL_HEIGHT + BETWEEN) * line + words
    most = len(rows)
    while most > 1 and most * lowest + _overhead(rows[:most], line) > space:
        most -= 1
    most = _whole(rows, most)
    rows = rows[:most]
    space -= _overhead(rows, line)
    row = space / most - words

    numbers, panel = "none", 0.9 * pitch
    with_means = mean_width + apart <= pitch
    beside = max(_NUMBERS_BESIDE * line, _AROUND_WORD * line + word_width + mean_width)
    if with_means and row - between - _MEAN_AND_STD * line >= _MIN_BARS_BELOW_NUMBERS * line:
        numbers = "above"
    elif (
        number_width + between_width + mean_width + apart <= pitch
        and row - between - line >= _MIN_BARS_BELOW_PAIR * line
    ):
        numbers = "pair"
    elif 0.97 * pitch >= 2 * beside and row - between >= _MIN_HEIGHT_WITH_NUMBERS * line:
        numbers, panel = "beside", 0.97 * pitch - beside
    elif row - between - line >= _MIN_BARS_BELOW_STD * line:
        numbers = "std"
    above = {"above": _MEAN_AND_STD * line, "pair": line, "std": line}.get(numbers, 0.0)
    bars = min(row - above - between, _MAX_ASPECT * panel)
    above += words
    spare = space - most * (above + bars + between)
    bottoms = _bottoms(height - head - 0.2 * spare, rows, above + bars, between, line)
    one_line = notes_wide and 2 * note_width + _NOTES_APART * line <= panel
    least_noted = _MIN_BARS_WITH_NOTE if one_line else _MIN_BARS_WITH_NOTES
    lefts = [left + index * (block + gap) for index in range(blocks)]
    return GridLayout(
        width=size.width,
        height=height,
        margin=size.margin,
        columns=shown_columns,
        rows=tuple(range(most)),
        pitch=pitch,
        panel=panel,
        strips=tuple(
            tuple(Box(left=x, bottom=bottom, width=block, height=bars) for bottom in bottoms)
            for x in lefts
        ),
        ticked=_ticked(rows),
        numbers=numbers,
        above=above,
        line=line,
        captions=caption,
        notes=bars >= least_noted * line and note_width <= panel,
        fits=block >= least and bars >= _MIN_BARS * line,
    )


def _whole(rows: Sequence[RowNeeds], most: int) -> int:
    """Return how many of the first `most` rows are left if no stack is shown in part."""
    if most == len(rows) or rows[most].stack is None:
        return most
    whole = [index for index in range(1, most + 1) if rows[index - 1].stack != rows[index].stack]
    return whole[-1] if whole else most


def _overhead(rows: Sequence[RowNeeds], line: float) -> float:
    """Return the height of all headings and tick labels, in inches."""
    return (sum(row.headings for row in rows) + sum(_ticked(rows)) * _AXIS) * line


def _ticked(rows: Sequence[RowNeeds]) -> tuple[bool, ...]:
    """Return for each row whether it is the last of its group."""
    last = {row.group: index for index, row in enumerate(rows)}
    return tuple(index == last[row.group] for index, row in enumerate(rows))


def _bottoms(
    top: float, rows: Sequence[RowNeeds], row_height: float, between: float, line: float
) -> list[float]:
    bottoms = []
    for row, has_ticks in zip(rows, _ticked(rows), strict=True):
        bottoms.append(top - row.headings * line - row_height)
        top = bottoms[-1] - between - (_AXIS * line if has_ticks else 0.0)
    return bottoms
