"""Where every dot and every word of a view of units stands, in inches that are whole pixels.

Pure arithmetic: nothing is drawn here. A dot is a whole number of pixels each way, or stripes would
be seen that are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.plot.paper.page import PAGE, Box
from actviz.plot.paper.style import Size
from actviz.plot.units.arrange import Arrangement, DotRow

#: A dot of fewer pixels is none for the last row of a hall, and flickers where a page is made
#: smaller: fewer dots are drawn instead.
_LEAST_DOT = 3
#: Fewer dots each way show no pattern.
_LEAST_DOTS = 16
#: A dot is at most so many times as wide as high, or as high as wide.
_LONGEST = 3
#: And of a square of dots, so many times at most, to fill a page.
_LONG = 1.5
#: But only up to this share of the row, so that layers stay apart.
_FILLED = 0.93
#: From one layer's dots to the next one's it is so many times their width at most.
_APART = 1.22
#: A number and its name take at most so much of what is from one layer to the next.
_NAMED = 0.85
#: How much larger dots may be worth that all activations stand side by side.
_COMPARABLE = 1.6
#: Where no height is given, a layer's dots are at most so high, in lines of type.
_HIGHEST = 14.0

# In lines of the smallest type.
_BLOCK_GAP, _BETWEEN, _PANEL_GAP, _AFTER_LABEL = 1.5, 0.55, 0.18, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class WordNeeds:
    """What words ask for, in inches.

    Parameters
    ----------
    head, foot : float
        Height above and below all rows.
    heading, caption, std, number : float
        Height of a line with an activation, of one with what is seen, of one with stds, of one with
        the layers' numbers; 0 for what is left out.
    label : float
        Width of the labels left of the rows; 0 where they stand in the captions' line.
    beside : float
        Height of the highest label, with what is said below it.
    text, name : float
        Width of the widest number in its shortest form, and of its name before it.
    said : float
        And of the widest of what is seen, where it stands above the dots.
    """

    head: float
    foot: float
    heading: float
    caption: float
    std: float
    number: float
    label: float
    beside: float
    text: float
    name: float = 0.0
    said: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The geometry of an arrangement.

    Parameters
    ----------
    arrangement : Arrangement
        Its rows, without those that have no room.
    of : int
        How many stacks there are.
    height : float
        Of the figure, in inches.
    left, block, block_gap, pitch : float
        Where the first block begins, its width, what is between two, and from one layer's dots to
        the next one's, in inches.
    bottoms : tuple of float
        Where the dots of each row end, in inches from below.
    units, inputs : int
        Of how many units and inputs there is a dot, at most.
    across, down : int
        Pixels of a dot.
    dpi : int
        Pixels an inch.
    beside : bool
        Whether labels stand left of the rows.
    told_beside : bool
        Whether what is seen stands there too, and not above.
    stds : bool
        Whether the layers' stds stand above the dots.
    named : bool
        Whether the first of them has room for its name.
    fits : bool
        Whether there is room for as much as a pattern and its numbers.
    """

    arrangement: Arrangement
    of: int
    height: float
    left: float
    block: float
    block_gap: float
    pitch: float
    bottoms: tuple[float, ...]
    units: int
    inputs: int
    across: int
    down: int
    dpi: int
    beside: bool
    told_beside: bool
    stds: bool
    named: bool
    fits: bool

    @property
    def rows(self) -> tuple[DotRow, ...]:
        """The rows that are shown."""
        return self.arrangement.rows

    @property
    def dots_height(self) -> float:
        """The height of a layer's dots, in inches."""
        return self.inputs * self.down / self.dpi

    @property
    def merit(self) -> tuple[bool, int, bool, int, float]:
        """What makes one better than another, the most important first.

        Room, all stacks, their stds, all layers, then large dots, side by side if they can be.
        """
        width = self.units * self.across / self.dpi
        panels = sum(len(row.layers) for row in self.rows) * self.arrangement.blocks
        side_by_side = _COMPARABLE if sum(row.first for row in self.rows) == 1 else 1.0
        return (
            self.fits,
            self.arrangement.stacks,
            self.stds,
            len(self.arrangement.layers),
            panels * width * self.dots_height * side_by_side,
        )

    def block_left(self, block: int) -> float:
        """Return where a block begins, in inches."""
        return _whole(self.left + block * (self.block + self.block_gap), self.dpi)

    def box(self, row: int, block: int, column: int, shape: tuple[int, int]) -> Box:
        """Return the box of the dots of a layer, shape (inputs, units)."""
        inputs, units = shape
        return Box(
            left=self.block_left(block) + _whole(column * self.pitch, self.dpi),
            bottom=self.bottoms[row] + (self.inputs - inputs) * self.down / self.dpi,
            width=units * self.across / self.dpi,
            height=inputs * self.down / self.dpi,
        )


def lay_out(
    arrangement: Arrangement, size: Size, needs: WordNeeds, *, units: int, inputs: int
) -> Layout:
    """Return the geometry of an arrangement on a page, for layers of so many units and inputs."""
    line, dpi, columns, blocks = size.line, size.dpi, arrangement.columns, arrangement.blocks
    left = size.margin + needs.label + _AFTER_LABEL * line * (needs.label > 0)
    block_gap = _BLOCK_GAP * line
    block = (size.width - left - size.margin - (blocks - 1) * block_gap) / blocks
    pitch = (block + _PANEL_GAP * line) / columns
    wide = int((pitch - _PANEL_GAP * line) * dpi)
    rows, height, high = _rows_that_fit(arrangement, size, needs, wide, inputs)
    across, down, drawn = _dots(wide, high, units, inputs)
    # Dots may need less than there is: then blocks are as wide as these.
    pitch = min(pitch, max(_APART * drawn[0] * across / dpi, 1.1 * needs.text))
    used = pitch * (columns - 1) + drawn[0] * across / dpi
    if blocks > 1:
        block_gap += max(0.0, block - used)
    bottoms = _bottoms(rows.rows, size, needs, height, drawn[1] * down / dpi)
    return Layout(
        arrangement=rows,
        of=arrangement.stacks,
        height=height,
        left=left,
        block=min(block, used),
        block_gap=block_gap,
        pitch=pitch,
        bottoms=tuple(_whole(bottom, dpi) for bottom in bottoms),
        units=drawn[0],
        inputs=drawn[1],
        across=across,
        down=down,
        dpi=dpi,
        beside=needs.label > 0,
        told_beside=needs.caption == 0,
        stds=needs.std > 0,
        named=needs.std > 0 and needs.label == 0 and needs.name + needs.text <= _NAMED * pitch,
        fits=drawn[0] >= min(units, _LEAST_DOTS)
        and drawn[1] >= min(inputs, _LEAST_DOTS)
        and 1.05 * needs.text <= pitch
        and needs.said <= block
        and needs.beside <= drawn[1] * down / dpi + (0.5 * needs.std or needs.caption)
        and used <= block + 1e-9,
    )


def _dots(wide: int, high: int, units: int, inputs: int) -> tuple[int, int, tuple[int, int]]:
    """Return the pixels of a dot each way, and how many dots so many pixels hold."""
    units, inputs = (
        max(1, min(count, pixels // _LEAST_DOT))
        for count, pixels in ((units, wide), (inputs, high))
    )
    most = max(1, wide // units), max(1, high // inputs)
    side = min(most)
    # Of few units or inputs dots are longer that way, until they are a square of dots; of a square
    # they are longer the way that has room.
    filled, long = int(_FILLED * wide) // units, int(_LONG * side)
    longer, higher = max(side * inputs // units, long), max(side * units // inputs, long)
    across = max(side, min(filled, _LONGEST * side, longer))
    down = max(side, min(most[1], _LONGEST * side, higher))
    return across, down, (units, inputs)


def _words(rows: Sequence[DotRow], needs: WordNeeds, line: float) -> float:
    """Return the height of all that stands between the rows' dots."""
    lines = len(rows) * (needs.caption + needs.std + _BETWEEN * line)
    lines += sum(row.first for row in rows) * needs.heading
    return lines + sum(row.last for row in rows) * needs.number


def _rows_that_fit(
    arrangement: Arrangement, size: Size, needs: WordNeeds, wide: int, inputs: int
) -> tuple[Arrangement, float, int]:
    """Return the rows that fit, the figure's height, and the pixels that a row's dots have."""
    rows = arrangement.rows
    around = needs.head + needs.foot
    height = size.height
    if height is None:
        dots = min(wide / size.dpi, _HIGHEST * size.line)
        height = min(PAGE, around + _words(rows, needs, size.line) + len(rows) * dots)
    least = min(inputs, _LEAST_DOTS) * _LEAST_DOT
    for count in range(len(rows), 0, -1):
        shown = arrangement.first_rows(count)
        space = height - around - _words(shown.rows, needs, size.line)
        high = int(space / count * size.dpi)
        if high >= least:
            break
    return shown, height, max(high, 1)


def _bottoms(
    rows: Sequence[DotRow], size: Size, needs: WordNeeds, height: float, dots: float
) -> list[float]:
    """Return where each row's dots end; what is left over goes between the rows and around them."""
    used = _words(rows, needs, size.line) + len(rows) * dots
    spare = height - needs.head - needs.foot - used
    between = min(max(spare, 0.0) / (len(rows) + 1), 1.5 * size.line)
    top = height - needs.head - max(0.0, spare - (len(rows) - 1) * between) / 2
    found = []
    for row in rows:
        top -= needs.heading * row.first + needs.caption + needs.std + dots
        found.append(top)
        top -= needs.number * row.last + _BETWEEN * size.line + between
    return found


def _whole(inches: float, dpi: int) -> float:
    return round(inches * dpi) / dpi
