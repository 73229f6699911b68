"""Boxes on a page, in inches, and which layers are drawn where not all fit."""

from dataclasses import dataclass
from math import ceil

from actviz.plot.paper.style import Size

#: A figure that chooses its own height is at most this high, in inches: a page.
PAGE = 9.2


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


def margin(size: Size) -> float:
    """Return the free space at every edge of a figure, in inches."""
    return max(0.8 * size.line, 0.024 * size.width)


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
