"""The maps and where they lead, against closed forms, root finders and published numbers."""

import math

import mpmath
import numpy as np
import pytest
from oracles import forward, mean_field
from scipy import optimize

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.theory import (
    chi,
    correlation_map,
    fixed_point,
    moments,
    relu_norm_spread,
    variance_map,
)

TANH, SIGMOID, RELU = (ACTIVATIONS[name] for name in ("tanh", "sigmoid", "relu"))


def test_relu_s_maps():
    assert variance_map(RELU, 3.0, sigma_w2=2.0, sigma_b2=0.5) == pytest.approx(3.5, rel=1e-15)
    assert chi(RELU, 7.0, sigma_w2=2.0) == 1
    for c in (-1.0, -0.3, 0.0, 0.7, 1.0):
        wanted = (math.sqrt(1 - c * c) + (math.pi - math.acos(c)) * c) / math.pi
        assert correlation_map(RELU, 2.0, c) == pytest.approx(wanted, abs=1e-15)


def test_identity_keeps_every_correlation():
    for c in (-1.0, 0.25, 1.0):
        assert correlation_map(ACTIVATIONS["identity"], 2.0, c) == pytest.approx(c, abs=1e-15)


def test_a_bias_brings_inputs_together():
    q, c = 1.0, 0.2
    following = variance_map(TANH, q, sigma_w2=2.0, sigma_b2=0.3)
    bare = correlation_map(TANH, q, c) * moments(TANH, q).second
    wanted = (2.0 * bare + 0.3) / following
    assert correlation_map(TANH, q, c, sigma_w2=2.0, sigma_b2=0.3) == pytest.approx(wanted)


def test_equal_inputs_stay_equal():
    for row in ACTIVATIONS.values():
        assert correlation_map(row, 1.3, 1.0, sigma_b2=0.1) == 1


def test_the_published_fixed_point_of_sigmoid():
    found = fixed_point(SIGMOID, sigma_w2=1.0)
    assert found.q_star == pytest.approx(0.26468688, abs=0.5e-8)
    assert found.chi == pytest.approx(0.05572071, abs=0.5e-8)
    assert found.c_star == 1


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softsign", "softplus"])
@pytest.mark.parametrize(("sigma_w2", "sigma_b2"), [(1.5, 0.0), (0.8, 0.2), (20.0, 0.1)])
def test_q_star_by_a_root_finder(name, sigma_w2, sigma_b2):
    phi = forward.ACTIVATIONS[name]

    def step(q):
        return sigma_w2 * mean_field.moment(phi, q, 2) + sigma_b2 - q

    found = fixed_point(ACTIVATIONS[name], sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    if math.isinf(found.q_star):
        assert step(1e6) > 0
    else:
        q = optimize.brentq(step, found.q_star / 2, found.q_star * 2, rtol=1e-12)
        assert found.q_star == pytest.approx(q, rel=1e-8)


def test_followed_layer_by_layer_the_maps_lead_there():
    """Poole et al. 2016: from uncorrelated inputs to c_star, here in the chaotic phase."""
    for row, sigma_w2, sigma_b2 in (
        (TANH, 6.0, 0.1),
        (ACTIVATIONS["hard_tanh"], 4.0, 0.2),
        (SIGMOID, 200.0, 1.0),
        (ACTIVATIONS["softsign"], 30.0, 0.5),
    ):
        found = fixed_point(row, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
        q, c = 1.0, 0.0
        for _ in range(300):
            c = correlation_map(row, q, c, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
            q = variance_map(row, q, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
        assert found.q_star == pytest.approx(q, rel=1e-9)
        assert found.c_star == pytest.approx(c, rel=1e-6)


def test_depth_scales_are_how_fast_differences_fall():
    row, weights = TANH, {"sigma_w2": 2.0, "sigma_b2": 0.3}
    found = fixed_point(row, **weights)
    assert found.chi < 1
    q = found.q_star * (1 + 1e-4)
    step = (variance_map(row, q, **weights) - found.q_star) / (q - found.q_star)
    assert -1 / math.log(step) == pytest.approx(found.xi_q, rel=1e-3)
    c = 1 - 1e-6
    step = (1 - correlation_map(row, found.q_star, c, **weights)) / (1 - c)
    assert -1 / math.log(step) == pytest.approx(found.xi_c, rel=1e-4)

    chaotic = fixed_point(row, sigma_w2=4.0, sigma_b2=0.3)
    assert chaotic.chi > 1
    c = chaotic.c_star + 1e-5
    following = correlation_map(row, chaotic.q_star, c, sigma_w2=4.0, sigma_b2=0.3)
    step = (following - chaotic.c_star) / 1e-5
    assert -1 / math.log(step) == pytest.approx(chaotic.xi_c, rel=1e-3)


def test_tanh_at_and_around_its_edge():
    at = fixed_point(TANH, sigma_w2=1.0)
    assert (at.q_star, at.chi, at.c_star) == (0.0, pytest.approx(1, abs=1e-12), None)
    below = fixed_point(TANH, sigma_w2=0.9)
    assert (below.q_star, below.chi) == (0.0, pytest.approx(0.9))
    # E tanh² = q - 2 q² + …, so that q_star is half of what sigma_w2 is above 1.
    above = fixed_point(TANH, sigma_w2=1 + 1e-6)
    assert above.q_star == pytest.approx(0.5e-6, rel=1e-4)
    # Without a bias, uncorrelated inputs of an odd function stay so (Poole et al. 2016).
    assert fixed_point(TANH, sigma_w2=3.0).c_star == 0


def test_relu_has_no_scale():
    kept = fixed_point(RELU, sigma_w2=2.0, q_start=3.0)
    assert (kept.q_star, kept.c_star, kept.chi, kept.xi_c) == (3.0, 1.0, 1.0, math.inf)
    assert fixed_point(RELU, sigma_w2=1.9).q_star == 0
    assert fixed_point(RELU, sigma_w2=2.1).q_star == math.inf
    assert fixed_point(RELU, sigma_w2=2.1).c_star == 1
    biased = fixed_point(RELU, sigma_w2=1.0, sigma_b2=0.1)
    assert biased.q_star == pytest.approx(0.2, rel=1e-12)
    assert biased.xi_q == pytest.approx(1 / math.log(2), rel=1e-9)


def test_nothing_comes_of_nothing():
    found = fixed_point(RELU, sigma_w2=0.0)
    assert (found.q_star, found.chi) == (0.0, 0.0)
    found = fixed_point(TANH, sigma_w2=0.0, sigma_b2=0.4)
    assert found.q_star == pytest.approx(0.4, rel=1e-12)
    assert (found.c_star, found.xi_q, found.xi_c) == (1.0, 0.0, 0.0)


def test_the_first_fixed_point_on_the_way_is_returned():
    # gelu, sigma_w2 = 2.2: q falls to 0 below a threshold and grows for ever above it.
    gelu = ACTIVATIONS["gelu"]
    low, high = (fixed_point(gelu, sigma_w2=2.2, q_start=q) for q in (1.0, 100.0))
    assert (low.q_star, high.q_star) == (0.0, math.inf)
    # elu at sigma_w2 = 2 grows without end, although by less and less of itself.
    assert fixed_point(ACTIVATIONS["elu"], sigma_w2=2.0).q_star == math.inf


def test_selu_is_made_for_unit_variance():
    found = fixed_point(ACTIVATIONS["selu"], sigma_w2=1.0, q_start=0.3)
    assert found.q_star == pytest.approx(1, abs=1e-9)
    assert found.chi == pytest.approx(1.0716, abs=5e-5)  # Klambauer et al. 2017's map is not it


def test_the_spread_of_relu_s_norm():
    assert relu_norm_spread(100, 10) == pytest.approx(1.05**10 - 1)
    assert relu_norm_spread([50, 200]) == pytest.approx(1.1 * 1.025 - 1)
    assert relu_norm_spread(10**9, 3) == pytest.approx(1.5e-8, rel=1e-7)
    rng = np.random.default_rng(0)  # the law of |x_L|² itself: each layer, given the last
    n, depth, nets = 50, 6, 40_000
    norm = np.ones(nets)
    for _ in range(depth):
        norm *= 2 * (np.maximum(rng.standard_normal((nets, n)), 0) ** 2).mean(axis=1)
    # The tail is heavy: the standard error of the variance from the sample's fourth moment.
    spread = (norm - 1) ** 2
    error = spread.std() / math.sqrt(nets)
    assert spread.mean() == pytest.approx(relu_norm_spread(n, depth), abs=4 * error)


@pytest.mark.parametrize("widths", [0, -3, 2.5, True, [10, 0], "10"])
def test_widths_must_be_widths(widths):
    with pytest.raises(SpecError, match="width must be an integer >= 1"):
        relu_norm_spread(widths)


def test_what_the_maps_refuse():
    with pytest.raises(SpecError, match="depth goes with one width"):
        relu_norm_spread([3, 4], 2)
    with pytest.raises(SpecError, match="c must be a number from -1 to 1"):
        correlation_map(TANH, 1.0, 1.1)
    with pytest.raises(SpecError, match="sigma_w2 must be a finite number >= 0"):
        variance_map(TANH, 1.0, sigma_w2=-1.0)
    with pytest.raises(SpecError, match="sigma_b2 must be"):
        fixed_point(TANH, sigma_w2=1.0, sigma_b2=math.nan)
    with pytest.raises(SpecError, match="q_start must be > 0"):
        fixed_point(TANH, sigma_w2=1.0, q_start=0.0)
    with pytest.raises(SpecError, match="no correlation"):
        correlation_map(TANH, 0.0, 0.5)


@pytest.mark.wide
@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if name == row.name])
@pytest.mark.parametrize("sigma_b2", [0.0, 1e-6, 0.1, 1.0, 5.0])
def test_a_fixed_point_is_one_of_the_map_or_there_is_none(name, sigma_b2):
    """Where q' - q is a bias at every size, q grows for ever: rounding is no fixed point."""
    for sigma_w2 in (0.3, 1.0, 2.0, 2.0001, 10.0):
        _a_fixed_point_or_none(ACTIVATIONS[name], sigma_w2, sigma_b2)


def _a_fixed_point_or_none(activation, sigma_w2, sigma_b2):
    found = fixed_point(activation, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    if 0 < found.q_star < math.inf:
        step = variance_map(activation, found.q_star, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
        assert step == pytest.approx(found.q_star, rel=1e-9)
        # None of these lies further out: a larger one was noise of the quadrature.
        assert found.q_star < 1e5


@pytest.mark.parametrize("sigma_b2", [1.0, 5.0])
def test_gelu_with_a_bias_and_the_slope_of_he_has_none(sigma_b2):
    assert fixed_point(ACTIVATIONS["gelu"], sigma_w2=2.0, sigma_b2=sigma_b2).q_star == math.inf


@pytest.mark.parametrize("q", [1e2, 1e6, 1e10, 1e14, 1e18])
def test_gelu_far_out_keeps_its_digits(q):
    """By mpmath: the arc sine of what is nearly 1 lost half of them."""
    with mpmath.workdps(60):
        z = mpmath.mpf(q)
        both = mpmath.mpf(1) / 4 + mpmath.asin(z / (1 + z)) / (2 * mpmath.pi)
        exact = z * both + z * z / (mpmath.pi * (1 + z) * mpmath.sqrt(1 + 2 * z))
        found = variance_map(ACTIVATIONS["gelu"], q, sigma_w2=1.0)
        assert float(abs(mpmath.mpf(found) / exact - 1)) < 8 * 2.3e-16
