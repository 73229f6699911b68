"""Products in tiles: the product, and the same bits whoever shares it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from machines import on_cores
from threadpoolctl import threadpool_limits

from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation import tiles
from actviz.simulation.stacks import simulate
from actviz.simulation.tiles import tiled

rng = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("rows", "inner", "columns"), [(1, 1, 1), (5, 3, 7), (6, 2, 14), (7, 9, 15)]
)
@pytest.mark.parametrize("transposed", [False, True])
def test_tiles_make_up_the_product(rows, inner, columns, transposed, monkeypatch):
    monkeypatch.setattr(tiles, "TILE", (3, 7))
    a, b = rng.integers(-9, 9, (rows, inner)) * 1.0, rng.integers(-9, 9, (inner, columns)) * 1.0
    if transposed:
        a, b = np.asfortranarray(a), np.asfortranarray(b)
    out = np.full((rows, columns), np.nan)
    with ThreadPoolExecutor(2) as pool:
        for multiply in (tiled(None), tiled(pool)):
            assert np.array_equal(multiply(a, b), a @ b)
            assert multiply(a, b, out=out) is out
            assert np.array_equal(out, a @ b)


def test_overflow_is_left_in_it_without_a_warning():
    large = np.full((4, 4), 1e200)
    with ThreadPoolExecutor(2) as pool:
        assert np.isinf(tiled(pool)(large, large)).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_large_layer_is_the_same_on_any_cores_and_any_threads_of_blas(dtype, monkeypatch):
    """Products that BLAS's own threads would round otherwise, in several tiles both ways."""
    spec = StackSpec(
        activation="tanh", init="he", width=(600, 300), samples=700, input_width=333, dtype=dtype
    )
    measuring = Measuring(gradients=True, effective_rank=True)
    found = []
    for count, blas in ((1, 1), (2, 2), (3, 4)):
        on_cores(monkeypatch, count)
        with threadpool_limits(blas):
            found.append(simulate(spec, measuring=measuring))
    assert found[1:] == found[:1] * 2
