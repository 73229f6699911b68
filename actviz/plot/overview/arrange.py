"""Which stack stands on which page of an overview, and where there. Nothing is measured here."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from actviz.errors import SpecError
from actviz.words.told import Told

_Item = TypeVar("_Item")

#: More than this a page does not hold, whatever its size: a last row of people reads it.
MOST_BLOCKS, MOST_ROWS = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Activations side by side, with a row for each initializer.

    Parameters
    ----------
    names : tuple of str
        The activations, as their specs have them.
    labels : tuple of str
        Of the rows.
    cells : tuple of tuple of (Told or None)
        ``cells[row][block]``.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    cells: tuple[tuple[Told | None, ...], ...]

    @property
    def stacks(self) -> list[Told]:
        """All that it shows, row by row."""
        return [told for row in self.cells for told in row if told is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBands:
    """What one page shows: bands, one below the other, of at most `across` blocks."""

    bands: tuple[Band, ...]
    across: int

    @property
    def stacks(self) -> list[Told]:
        """All that it shows."""
        return [told for band in self.bands for told in band.stacks]


def bands_of(stacks: Sequence[Told], *, across: int, rows: int) -> list[Band]:
    """Return bands of at most `across` activations and `rows` initializers, evenly filled.

    Raises
    ------
    SpecError
        If two recorded stacks have one name.
    """
    names = list(dict.fromkeys(told.spec.activation.name for told in stacks))
    labels = list(dict.fromkeys(told.label for told in stacks))
    cells = {(told.spec.activation.name, told.label): told for told in stacks}
    recorded = {id(told.record) for told in stacks if told.record.stack is None}
    if len(cells) < len(recorded):
        raise SpecError("two recorded stacks have one name: give each a label of its own")
    bands = [
        Band(
            names=tuple(some),
            labels=tuple(few),
            cells=tuple(tuple(cells.get((name, label)) for name in some) for label in few),
        )
        for some in evenly(names, across)
        for few in evenly(labels, rows)
    ]
    return [band for band in map(_without_gaps, bands) if band.stacks]


def _without_gaps(band: Band) -> Band:
    """Return a band without the rows that show nothing."""
    kept = [index for index, row in enumerate(band.cells) if any(row)]
    return Band(
        names=band.names,
        labels=tuple(band.labels[index] for index in kept),
        cells=tuple(band.cells[index] for index in kept),
    )


def evenly(items: Sequence[_Item], most: int) -> list[list[_Item]]:
    """Return `items` in as few parts of at most `most` as there can be, none much longer.

    Examples
    --------
    >>> evenly("abcd", 3), evenly("abc", 3)
    ([['a', 'b'], ['c', 'd']], [['a', 'b', 'c']])
    """
    parts = ceil(len(items) / most)
    step = ceil(len(items) / parts)
    return [list(items[start : start + step]) for start in range(0, len(items), step)]


def spreads(bands: Sequence[Band], *, across: int, rows: int) -> list[PageBands]:
    """Return pages of whole bands, with at most `rows` rows on each."""
    pages: list[list[Band]] = []
    for band in bands:
        held = sum(len(one.labels) for one in pages[-1]) if pages else rows
        if held + len(band.labels) > rows:
            pages.append([])
        pages[-1].append(band)
    return [PageBands(bands=tuple(page), across=across) for page in pages]
