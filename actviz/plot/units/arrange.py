"""Which stack stands where in a view of units: rows of initializers, blocks of activations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from actviz.words.units import Seen

#: More layers than this are not read side by side.
LAYERS_SHOWN = 10

#: The layers of stacks that all stand side by side may be on so many lines, two of them on one at
#: least.
_LINES = (2, 3)

#: The first, one between and the last one show a way; more are better.
_FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """A row of strips.

    Parameters
    ----------
    label : str
        The initializer and what else tells it from the others; "" where a row goes on.
    cells : tuple of Seen or None
        One for each block.
    layers : tuple of int
        Which layers its strips show, as indices from 0.
    first, last : bool
        Whether the activations stand above it, and the layers' numbers below.
    """

    label: str
    cells: tuple[Seen | None, ...]
    layers: tuple[int, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Rows, and how many blocks stand side by side."""

    rows: tuple[DotRow, ...]
    blocks: int

    def first_rows(self, count: int) -> "Arrangement":
        """Return so many of the rows, with the layers' numbers below the last one."""
        *rows, last = self.rows[:count]
        return replace(self, rows=(*rows, replace(last, last=True)))

    @property
    def columns(self) -> int:
        """How many layers the longest strip shows."""
        return max(len(row.layers) for row in self.rows)

    @property
    def stacks(self) -> int:
        """How many stacks are shown."""
        return len({id(cell) for row in self.rows for cell in row.cells if cell is not None})

    @property
    def layers(self) -> tuple[int, ...]:
        """All layers that are shown, as indices from 0."""
        return tuple(sorted({layer for row in self.rows for layer in row.layers}))


def dot_arrangements(seen: Sequence[Seen]) -> Iterator[Arrangement]:
    """Yield what could show the stacks, the one to prefer first."""
    names = list(dict.fromkeys(one.told.spec.activation.name for one in seen))
    depth = max(one.told.spec.depth for one in seen)
    most = min(depth, LAYERS_SHOWN)
    for columns in range(most, min(_FEWEST, most) - 1, -1):
        layers = spread_layers(depth, columns)
        for blocks in range(len(names), 0, -1):
            banded = _banded(seen, names, blocks, layers)
            yield banded
            if len(banded.rows) == 1:
                yield from (_folded(banded, lines) for lines in _LINES if columns >= 2 * lines)


def spread_layers(depth: int, count: int) -> tuple[int, ...]:
    """Return so many layers, as indices from 0, evenly spread from the first to the last."""
    if count == 1:
        return (0,)
    return tuple(round(step * (depth - 1) / (count - 1)) for step in range(count))


def _banded(
    seen: Sequence[Seen], names: Sequence[str], blocks: int, layers: tuple[int, ...]
) -> Arrangement:
    """Return a block for each activation; those that have no place follow in a band below."""
    cells = {(one.told.spec.activation.name, one.told.label): one for one in seen}
    labels = list(dict.fromkeys(one.told.label for one in seen))
    rows: list[DotRow] = []
    for start in range(0, len(names), blocks):
        band = names[start : start + blocks]
        found = [(label, tuple(cells.get((name, label)) for name in band)) for label in labels]
        found = [(label, some) for label, some in found if any(some)]
        rows += [
            DotRow(
                label=label,
                cells=some + (None,) * (blocks - len(some)),
                layers=layers,
                first=number == 0,
                last=number == len(found) - 1,
            )
            for number, (label, some) in enumerate(found)
        ]
    return Arrangement(rows=tuple(rows), blocks=blocks)


def _folded(arrangement: Arrangement, lines: int) -> Arrangement:
    """Return a single row with its layers on several lines."""
    (row,) = arrangement.rows
    length = ceil(len(row.layers) / lines)
    parts = [row.layers[start : start + length] for start in range(0, len(row.layers), length)]
    rows = [
        replace(row, label="" if number else row.label, layers=part, first=not number, last=True)
        for number, part in enumerate(parts)
    ]
    return replace(arrangement, rows=tuple(rows))
