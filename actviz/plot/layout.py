"""Where everything stands in a grid figure, in inches from the lower left corner.

Pure arithmetic on counts and text widths: nothing is drawn here. What does not fit is left out
here, and the layout says so, so that the figure can say it.
"""

from dataclasses import dataclass
from math import ceil

from actviz.plot.style import Size

# All in lines of the figure's smallest type.
_MIN_PANEL_WIDTH = 2.3  # narrower or lower, a panel shows nothing that can be read
_MIN_PANEL_HEIGHT = 1.5
_NUMBERS = 2.0  # mean and std above a panel
_MIN_BARS_BELOW_NUMBERS = 2.2  # where the bars keep less than this, the numbers go beside them,
_MIN_WIDTH_WITH_NUMBERS = 7.5  # if a panel is this wide,
_NUMBERS_BESIDE = 4.2  # and take this much of it
_BETWEEN = 0.55  # from one row's bars to the next one's numbers
_AXIS = 1.2  # tick labels
_BLOCK_GAP = 1.6
#: A panel is at most this much higher than it is wide; what is left over stays free below.
_MAX_ASPECT = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in inches."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge, in inches."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge, in inches."""
        return self.bottom + self.height


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
        Which layers are shown, as indices from 0.
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
    numbers : {"above", "beside", "none"}
        Where mean and std stand.
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


def margin(size: Size) -> float:
    """Return the free space at every edge of a figure, in inches."""
    return max(0.8 * size.line, 0.024 * size.width)


def columns_that_fit(size: Size, blocks: int, label_width: float) -> int:
    """Return how many panels side by side each of `blocks` blocks has room for."""
    return max(1, int(_block_width(size, blocks, label_width) / (_MIN_PANEL_WIDTH * size.line)))


def _block_width(size: Size, blocks: int, label_width: float) -> float:
    left = margin(size) + label_width + 0.6 * size.line
    return (size.width - left - margin(size) - (blocks - 1) * _BLOCK_GAP * size.line) / blocks


def lay_out(
    size: Size,
    *,
    blocks: int,
    row_groups: tuple[int, ...],
    columns: int,
    label_width: float,
    head: float,
    foot: float,
) -> GridLayout:
    """Return the layout of a grid that fits `size`.

    Parameters
    ----------
    size : Size
        Of the figure; without a height, the rows choose it.
    blocks, columns : int
        How many blocks of panels stand side by side, and how many panels a row of a block has.
    row_groups : tuple of int
        For each row the number of its group; the last row of each group gets tick labels.
    label_width : float
        Width of the row labels, in inches.
    head, foot : float
        Height of what stands above and below the rows, in inches.
    """
    line = size.line
    block = _block_width(size, blocks, label_width)
    shown_columns = thin(columns, columns_that_fit(size, blocks, label_width))
    pitch = block / len(shown_columns)

    between = _BETWEEN * line
    if size.height is None:
        bars = min(0.95 * pitch, 7.5 * line)
        row = _NUMBERS * line + bars + between
        axes = len(set(row_groups)) * _AXIS * line
        shown_rows = tuple(range(len(row_groups)))
        height = head + foot + len(row_groups) * row + axes
    else:
        height = size.height
        lowest = (_MIN_PANEL_HEIGHT + _BETWEEN) * line
        most = int((height - head - foot - _AXIS * line) / lowest)
        shown_rows = thin(len(row_groups), max(1, most))
    groups = [row_groups[row] for row in shown_rows]
    ticked = tuple(a != b for a, b in zip(groups, [*groups[1:], None], strict=True))
    row = (height - head - foot - sum(ticked) * _AXIS * line) / len(shown_rows)

    numbers, numbers_height, panel = "none", 0.0, 0.9 * pitch
    if row - between - _NUMBERS * line >= _MIN_BARS_BELOW_NUMBERS * line:
        numbers, numbers_height = "above", _NUMBERS * line
    elif pitch >= _MIN_WIDTH_WITH_NUMBERS * line and row - between >= 1.8 * line:
        numbers, panel = "beside", 0.97 * pitch - _NUMBERS_BESIDE * line
    bars = min(row - numbers_height - between, _MAX_ASPECT * panel)

    left = margin(size) + label_width + 0.6 * line
    strips = []
    for index in range(blocks):
        x = left + index * (block + _BLOCK_GAP * line)
        strips.append(
            tuple(
                Box(left=x, bottom=bottom, width=block, height=bars)
                for bottom in _bottoms(height - head, numbers_height + bars, between, ticked, line)
            )
        )
    return GridLayout(
        width=size.width,
        height=height,
        margin=margin(size),
        columns=shown_columns,
        rows=shown_rows,
        pitch=pitch,
        panel=panel,
        strips=tuple(strips),
        ticked=ticked,
        numbers=numbers,
    )


def _bottoms(
    top: float, row: float, between: float, ticked: tuple[bool, ...], line: float
) -> list[float]:
    bottoms = []
    for has_ticks in ticked:
        bottoms.append(top - row)
        top -= row + between + (_AXIS * line if has_ticks else 0.0)
    return bottoms


def thin(count: int, most: int) -> tuple[int, ...]:
    """Return at most `most` of ``range(count)``, evenly spread, the first and the last included.

    Examples
    --------
    >>> thin(5, 9), thin(10, 4), thin(3, 1)
    ((0, 1, 2, 3, 4), (0, 3, 6, 9), (2,))
    """
    if count <= most:
        return tuple(range(count))
    if most == 1:
        return (count - 1,)
    step = ceil((count - 1) / (most - 1))
    kept = [*range(0, count - 1, step)]
    return (*kept, count - 1)
