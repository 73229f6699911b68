"""Stacks over their depth, against what `predict` says of each of them."""

import math

import numpy as np
import pytest
from oracles import forward

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.initializer_laws import Normal
from actviz.records.spec import StackSpec
from actviz.theory import fixed_point, predict
from actviz.theory.depths import cosine_at_last, over_depth
from actviz.theory.fields import fixed_points

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)
WIDTH, DEPTH = 100, 12

#: The promise of 1e-6 a layer, of what the tables know best; a kink beside 0 costs more.
LIMIT = {"hard_tanh": 5e-5}


@pytest.mark.wide
@each
@pytest.mark.parametrize("bias", [0.0, 0.3])
def test_every_layer_is_as_predicted(name, bias):
    stds = (0.01, 0.1, 0.15, 1.0)
    row = ACTIVATIONS[name]
    found = over_depth(row, WIDTH * np.square(stds), DEPTH, bias**2)
    for k, std in enumerate(stds):
        spec = StackSpec(
            activation=row,
            init=Normal(stddev=std),
            bias_std=bias,
            width=WIDTH,
            depth=DEPTH,
        )
        wanted = predict(spec).layers
        many = 1 / math.sqrt(1 - 1 / spec.samples)  # a unit's std over a law, not over some rows
        first = wanted[0].gradient_std
        for layer in wanted:
            number = layer.layer - 1
            near = {"rel": LIMIT.get(name, 1e-6) * layer.layer, "abs": 0}
            out = layer.activation
            assert found.q[number, k] == pytest.approx(layer.q, **near)
            pooled = math.sqrt(out.rms**2 - out.mean**2)
            if pooled > 1e-6 * out.rms:  # a difference has no more digits than that
                assert found.std[number, k] == pytest.approx(pooled, rel=1e-5)
            assert found.within_unit_std[number, k] == pytest.approx(
                out.within_unit_std * many, **near
            )
            if layer.gradient_std and math.isfinite(first / layer.gradient_std):
                ratio = math.exp(found.log_gradient[number, k])
                assert ratio == pytest.approx(first / layer.gradient_std, **near)


def test_relu_s_layers_are_exact():
    """q falls by sigma_w2 / 2 a layer, and so does the gradient's variance."""
    found = over_depth(ACTIVATIONS["relu"], [0.5, 2.0, 8.0], 50)
    numbers = np.arange(50)[:, np.newaxis]
    chi = np.array([0.25, 1.0, 4.0])
    assert found.q == pytest.approx(np.array([0.5, 2.0, 8.0]) * chi**numbers, rel=1e-13)
    assert found.log_gradient == pytest.approx(numbers * np.log(chi) / 2, abs=1e-13)
    spread = np.sqrt(found.q * (1 - 1 / math.pi) / 2)
    assert found.std == pytest.approx(spread, rel=1e-13)


def test_nothing_and_endlessness_stay_what_they_are():
    found = over_depth(ACTIVATIONS["selu"], [0.0, 1e-300, 1e300], 40)
    assert (found.q[:, 0] == 0).all()
    assert (found.std[:, 0] == 0).all()
    assert (found.within_unit_std[:, 0] == 0).all()
    assert not np.isnan(found.within_unit_std).any()
    assert found.q[-1, 2] == found.std[-1, 2] == found.within_unit_std[-1, 2] == math.inf
    sigmoid = over_depth(ACTIVATIONS["sigmoid"], 0.0, 3)
    assert sigmoid.q.tolist() == [0, 0, 0]
    tiny = over_depth(ACTIVATIONS["sigmoid"], 1e-200, 3)
    assert tiny.q[1:] == pytest.approx(0.25e-200, rel=1e-9)


def test_shapes():
    found = over_depth(ACTIVATIONS["tanh"], np.ones((2, 3)), 4, np.zeros((2, 1)))
    assert found.q.shape == found.log_gradient.shape == (4, 2, 3)
    assert (found.log_gradient[0] == 0).all()


@pytest.mark.parametrize("depth", [0, -1, 2.5, True])
def test_a_depth_that_is_none(depth):
    with pytest.raises(SpecError, match="depth must be an integer >= 1"):
        over_depth(ACTIVATIONS["tanh"], 1.0, depth)


@pytest.mark.parametrize("std", [0.0, -1.0, math.nan])
def test_an_input_that_is_none(std):
    with pytest.raises(SpecError, match="input_std must be"):
        over_depth(ACTIVATIONS["tanh"], 1.0, 2, input_std=std)


NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(100)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def followed(activation, weight, layers=120):
    """Return the cosine of two inputs at right angles, by quadrature layer by layer, no bias."""
    q, cosine = weight, 0.0
    both = WEIGHTS[:, np.newaxis] * WEIGHTS
    for _ in range(layers):
        one = NODES[:, np.newaxis] * np.ones_like(NODES)
        other = cosine * one + math.sqrt(1 - cosine**2) * NODES
        first, second = (activation(math.sqrt(q) * z) for z in (one, other))
        q, cosine = (
            weight * (both * first**2).sum(),
            (both * first * second).sum() / (both * first**2).sum(),
        )
    return cosine


@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "elu"])
def test_where_a_signal_dies_out_the_first_layers_decide_the_cosine(name):
    """What they brought together nothing parts again: GELU's 0.006, 0.105 and 0.302 by Xavier."""
    weights = 100 * np.square([0.01, 0.05, 0.09, 0.095])
    row = ACTIVATIONS[name]
    assert (fixed_points(row, weights, q_start=weights, pairs=False).q_star == 0).all()
    found = cosine_at_last(row, weights, q_start=weights)
    assert found == pytest.approx(
        [followed(forward.ACTIVATIONS[name], weight) for weight in weights], abs=1e-3
    )
    assert found[-1] > 0.05


@pytest.mark.parametrize("name", ["tanh", "softsign", "hard_tanh", "identity"])
def test_an_odd_function_keeps_a_right_angle_to_the_last_bit(name):
    assert (cosine_at_last(ACTIVATIONS[name], [1e-3, 0.3, 0.99], q_start=0.5) == 0).all()


def test_a_signal_that_dies_out_as_slowly_as_can_be_is_followed_to_its_end():
    """ELU's at χ = 1 falls as 1 / layer²; a hundred times as many layers tell no other cosine."""
    found = cosine_at_last(ACTIVATIONS["elu"], [0.99, 0.9999, 1.0], q_start=1.0)
    assert found == pytest.approx([0.1423, 0.1491, 0.1497], abs=1e-3)
    assert (np.diff(found) > 0).all()


def test_a_larger_input_is_brought_closer_together():
    found = cosine_at_last(ACTIVATIONS["gelu"], [0.5, 0.5, 0.5], q_start=[0.1, 0.5, 2.0])
    assert (np.diff(found) > 0.02).all()


def test_a_signal_that_grows_without_end_is_followed_too():
    """x + 1 / (1 + x²) is a line from afar, and its first layers have a mean."""
    bump = Activation(
        name="bump",
        label="bump",
        fn=lambda x: x + 1 / (1 + x * x),
        derivative=lambda x: 1 - 2 * x / (1 + x * x) ** 2,
        bounds=(-math.inf, math.inf),
        max_slope=2.0,
        formula="x + 1 / (1 + x²)",
        source="here",
    )
    assert np.isinf(fixed_points(bump, 2.0, q_start=2.0, pairs=False).q_star)
    cosine = followed(bump, 2.0, layers=60)
    assert cosine > 0.05
    assert cosine_at_last(bump, 2.0, q_start=2.0) == pytest.approx(cosine, abs=2e-3)


def test_the_identity_s_inputs_have_in_common_what_biases_have_grown_to():
    """Both grow by sigma_w2 a layer: c = (b + s) / (w + b + s), s = b / (w - 1)."""
    weights, bias = np.array([1.05, 1.21, 4.0]), 1.0
    wanted = (bias + bias / (weights - 1)) / (weights + bias + bias / (weights - 1))
    found = cosine_at_last(ACTIVATIONS["identity"], weights, bias, q_start=weights + bias)
    assert found == pytest.approx(wanted, abs=1e-7)
    # A fixed point would not depend on the input, and this does.
    plane = fixed_points(ACTIVATIONS["identity"], weights, bias)
    assert np.isnan(plane.c_star).all()
    assert fixed_point(ACTIVATIONS["identity"], sigma_w2=4.0, sigma_b2=bias).c_star is None
