"""Fixed points of whole planes against those that are found one by one, and closed forms."""

import math

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.theory import fixed_point
from actviz.theory.fields import fixed_points

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)
TANH, SIGMOID, RELU, GELU = (ACTIVATIONS[name] for name in ("tanh", "sigmoid", "relu", "gelu"))

#: What the docstring promises: shares of q_star and chi, and slopes of maps and c as they are.
OF_SIZES, OF_C, OF_SLOPES = 1e-7, 1e-5, {"xi_q": 1e-5, "xi_c": 1e-4}


def slope_of(scale):
    """Return the slope of a map from its depth scale, whatever there is of one."""
    if scale is None or math.isnan(scale):
        return None
    return math.exp(-1 / scale) if scale else 0.0


@pytest.mark.wide
@each
def test_fixed_points_are_fixed_points(name):
    row, rng = ACTIVATIONS[name], np.random.default_rng(3)
    weights = np.concatenate([[0.0, 0.0, 1.0, 2.0, 0.7, 3.1, 40.0], 10 ** rng.uniform(-3, 3, 13)])
    biases = np.concatenate([[0.0, 0.4], np.zeros(5), 10 ** rng.uniform(-6, 1, 13)])
    found = fixed_points(row, weights, biases)
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        wanted = fixed_point(row, sigma_w2=weight, sigma_b2=bias)
        at = (name, weight, bias)
        assert found.q_star[k] == pytest.approx(wanted.q_star, rel=OF_SIZES, abs=0), at
        assert found.chi[k] == pytest.approx(wanted.chi, rel=OF_SIZES, abs=0), at
        c_star = math.nan if wanted.c_star is None else wanted.c_star
        assert found.c_star[k] == pytest.approx(c_star, abs=OF_C, nan_ok=True), at
        for scale in ("xi_q", "xi_c"):
            got, told = (slope_of(x) for x in (getattr(found, scale)[k], getattr(wanted, scale)))
            assert (got is None) == (told is None), at
            assert got is None or got == pytest.approx(told, abs=OF_SLOPES[scale]), at


def test_the_published_fixed_point_of_sigmoid():
    found = fixed_points(SIGMOID, 1.0)
    assert found.q_star == pytest.approx(0.26468688, abs=1e-8)
    assert found.chi == pytest.approx(0.05572071, abs=1e-8)


def test_relu_s_are_exact():
    weights = np.array([0.3, 1.0, 1.9, 2.0, 2.0, 2.1])
    biases = np.array([0.2, 0.0, 0.1, 0.0, 0.1, 0.0])
    found = fixed_points(RELU, weights, biases, q_start=3.0)
    assert found.chi == pytest.approx(weights / 2, rel=4e-16)
    assert found.q_star == pytest.approx([0.2 / 0.85, 0, 0.1 / 0.05, 3, np.inf, np.inf], rel=1e-12)
    assert (found.c_star == 1).all()
    assert found.gradient_scale[0] == pytest.approx(-1 / math.log(0.15))


def test_tanh_at_and_beside_its_edge():
    """E tanh² = q - 2 q² + …, so that q_star is half of what sigma_w2 is above 1."""
    found = fixed_points(TANH, [0.9, 1.0, 1 + 1e-6, 3.0])
    assert found.q_star[:2].tolist() == [0, 0]
    assert found.q_star[2] == pytest.approx(0.5e-6, rel=1e-4)
    assert found.chi[:2] == pytest.approx([0.9, 1.0], abs=1e-12)
    assert np.isnan(found.c_star[:2]).all()
    assert found.c_star[3] == 0


def test_the_first_one_on_the_way_depends_on_the_start():
    found = fixed_points(GELU, 2.2, q_start=[1.0, 100.0])
    assert found.q_star.tolist() == [0, math.inf]


def test_shapes_are_those_that_broadcast():
    found = fixed_points(TANH, np.ones((3, 1)), np.zeros(4), pairs=False)
    assert found.q_star.shape == found.chi.shape == found.sigma_b2.shape == (3, 4)
    assert np.isnan(found.c_star).all()
    assert fixed_points(TANH, []).chi.shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((-1.0,), "sigma_w2"),
        (([1.0, math.nan],), "sigma_w2"),
        ((1.0, math.inf), "sigma_b2"),
        ((1.0, 0.0, -2.0), "q_start"),
        ((1.0, 0.0, 0.0), "q_start must be > 0"),
    ],
)
def test_what_is_refused(arguments, named):
    start = {"q_start": arguments[2]} if len(arguments) > 2 else {}
    with pytest.raises(SpecError, match=named):
        fixed_points(TANH, *arguments[:2], **start)
