"""Depths as the vertical axis of charts: rows of one height, whatever lies between the depths."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: So many rows are seen, and more of them are not.
_MOST = 200


def rows_of(depths: Sequence[int]) -> tuple[float, ...]:
    """Return the middles of rows of one height that depths, rising, are shown on.

    The depths themselves where these are at even distances, up to their rounding; else a row for
    each layer between the first and the last, or so many as are seen.
    """
    distances = [high - low for low, high in pairwise(depths)]
    if not distances or max(distances) - min(distances) <= 1:
        return tuple(map(float, depths))
    first, last = depths[0], depths[-1]
    return tuple(np.linspace(first, last, min(last - first + 1, _MOST)).tolist())


def nearest_rows(
    values: NDArray[np.float64], depths: Sequence[int], rows: Sequence[float]
) -> NDArray[np.float64]:
    """Return for each row the values of the depth that is nearest.

    Nothing is interpolated: each depth is a cell that reaches half-way to its neighbours.

    Parameters
    ----------
    values : ndarray, shape (depths, columns)
    depths, rows : sequence
        Layers.

    Returns
    -------
    ndarray, shape (rows, columns)
    """
    nearest = np.abs(np.subtract.outer(np.array(rows), np.array(depths))).argmin(axis=1)
    return np.asarray(values[nearest])
