"""Where a field of numbers crosses a level: its isolines, whole and closed.

Between four neighbours the numbers are taken for straight lines along the sides; arrays in, arrays
out.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

_Numbers = NDArray[np.float64]

#: A side of a square: whether it is upright, and the row and column where it begins.
_Side = tuple[bool, int, int]

#: The sides that a line connects, by which corners are above: 1, 2, 4 and 8 for lower left, lower
#: right, upper right and upper left. Sides are lower, right, upper and left.
_CONNECTED: Mapping[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}
#: Where two corners that face each other are above: what a middle above connects, and one below.
_SADDLES: Mapping[tuple[int, bool], tuple[tuple[int, int], ...]] = {
    (5, True): ((3, 2), (1, 0)),
    (5, False): ((3, 0), (1, 2)),
    (10, True): ((0, 3), (2, 1)),
    (10, False): ((0, 1), (2, 3)),
}


def isolines(values: _Numbers, level: float, *, least: float = 0.0) -> list[_Numbers]:
    """Return the lines on which a field is `level`.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Two or more each way; no line goes between four neighbours of which one is NaN.
    level : float
    least : float
        So much of the way from a number above the level to one below is taken to be above.

    Returns
    -------
    list of ndarray, each of shape (points, 2)
        Column and row, from 0, of the points of each line. A line ends at the field's edge or
        before a NaN, or closes with its first point.

    Examples
    --------
    >>> isolines(np.array([[0.0, 1.0], [0.0, 1.0]]), 0.25)[0].tolist()
    [[0.25, 0.0], [0.25, 1.0]]
    """
    following: dict[_Side, list[_Side]] = {}
    for one, other in _pieces(values, level):
        following.setdefault(one, []).append(other)
        following.setdefault(other, []).append(one)
    ends = sorted(side for side, others in following.items() if len(others) == 1)
    lines = []
    for start in (*ends, *sorted(following)):
        if following[start]:
            path = [start]
            while following[path[-1]]:
                path.append(following[path[-1]].pop())
                following[path[-1]].remove(path[-2])
            lines.append(np.array([_crossing(values, level, side, least) for side in path]))
    return lines


def _pieces(values: _Numbers, level: float) -> Iterator[tuple[_Side, _Side]]:
    """Yield the two sides that a line connects, square by square."""
    above, unknown = values >= level, np.isnan(values)
    for row in range(values.shape[0] - 1):
        for column in range(values.shape[1] - 1):
            corners = (
                above[row, column],
                above[row, column + 1],
                above[row + 1, column + 1],
                above[row + 1, column],
            )
            if unknown[row : row + 2, column : column + 2].any():
                continue
            case = sum(1 << bit for bit, corner in enumerate(corners) if corner)
            if case in (5, 10):
                middle = values[row : row + 2, column : column + 2].mean() >= level
                connected = _SADDLES[case, bool(middle)]
            else:
                connected = _CONNECTED.get(case, ())
            sides = (
                (False, row, column),
                (True, row, column + 1),
                (False, row + 1, column),
                (True, row, column),
            )
            for one, other in connected:
                yield sides[one], sides[other]


def _crossing(values: _Numbers, level: float, side: _Side, least: float) -> tuple[float, float]:
    """Return column and row where a side crosses the level."""
    upright, row, column = side
    first = values[row, column]
    last = values[row + upright, column + (not upright)]
    share = float((level - first) / (last - first))
    share = max(share, least) if first >= level else min(share, 1 - least)
    return (column, row + share) if upright else (column + share, row)
