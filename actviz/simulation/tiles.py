"""Products of large matrices in tiles, which threads share, each with one thread of BLAS.

How large a tile is follows from nothing but the shape: a product has the same bits on one core and
on many, which BLAS's own threads do not give.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Rows and columns of the product that are computed at once. Smaller ones are shared out more
#: evenly, and cost more: BLAS copies what it multiplies. These take 4 to 6 % more than the whole.
TILE = 256, 512

Product = Callable[..., NDArray[Any]]
"""Called as ``np.matmul(a, b, out=None)`` is, of two matrices."""


def tiled(pool: Executor | None) -> Product:
    """Return a `numpy.matmul` of matrices that the threads of a pool share; without one, alone.

    Whoever calls it holds BLAS to one thread (`actviz.simulation.executors.one_blas_thread`).
    """

    def multiply(a: NDArray[Any], b: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
        if out is None:
            out = np.empty((a.shape[0], b.shape[1]), np.result_type(a, b))

        def fill(corner: tuple[int, ...]) -> None:
            rows, columns = (slice(at, at + n) for at, n in zip(corner, TILE, strict=True))
            with np.errstate(over="ignore", invalid="ignore"):  # a thread has its own
                np.matmul(a[rows], b[:, columns], out=out[rows, columns])

        corners = product(*(range(0, size, n) for size, n in zip(out.shape, TILE, strict=True)))
        for _ in pool.map(fill, corners) if pool else map(fill, corners):
            pass
        return out

    return multiply
