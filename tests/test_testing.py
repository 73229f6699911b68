"""What users' tests import: weights that are of their law, and weights that are not."""

import numpy as np
import pytest

import actviz
from actviz.errors import SpecError
from actviz.testing import assert_law


@pytest.mark.wide
@pytest.mark.parametrize(
    "name", ["he", "lecun_uniform", "xavier_truncated_normal", "std=0.01", "uniform=0.2"]
)
def test_a_law_is_its_own(name):
    """10 draws at one false alarm in 1000 each."""
    wrong = 0
    for seed in range(10):
        try:
            assert_law(actviz.layers.initializers.get_initializer(name), name, seed=seed)
        except AssertionError:
            wrong += 1
    assert wrong <= 1


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda r, i, o: r.normal(0, (1 / i) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0, (2 / o) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0, 1.02 * (2 / i) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0.002, (2 / i) ** 0.5, (i, o)), "mean"),
        (lambda r, i, o: r.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5, "KS distance"),
        (lambda r, i, o: r.normal(0, (2 / i) ** 0.5, (o, i)), "must have the shape"),
        (lambda r, i, o: np.full((i, o), np.nan), "not all finite"),
    ],
)
def test_another_law_fails(draw, message):
    with pytest.raises(AssertionError, match=message):
        assert_law(draw, "he")


def test_bounds_belong_to_a_law():
    rng = np.random.default_rng(0)
    W = rng.uniform(-0.1, 0.1, (400, 100))
    assert_law(W, "uniform=0.1")
    W[3, 4] = 0.11
    with pytest.raises(AssertionError, match=r"values from .* expected within ±0.1"):
        assert_law(W, "uniform=0.1")
    with pytest.raises(SpecError, match="no law of independent"):
        assert_law(W, "orthogonal")
    with pytest.raises(SpecError, match="at least 100 floats"):
        assert_law(np.ones((3, 2)), "he")
