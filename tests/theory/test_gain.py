"""Gains against the published moments, and activations made of anybody's function."""

import math

import numpy as np
import pytest
from oracles import forward, mean_field

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.theory import from_callable, gains, moments
from actviz.theory.gain import TORCH_GAINS

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]


@pytest.mark.parametrize("name", NAMES)
def test_each_gain_does_what_it_says(name):
    found = gains(ACTIVATIONS[name])
    second = mean_field.moment(forward.ACTIVATIONS[name], 1.0, 2)
    slope = mean_field.moment(ACTIVATIONS[name].derivative, 1.0, 2)
    assert found.second_moment**2 * second == pytest.approx(1, rel=1e-8)
    assert found.chi**2 * slope == pytest.approx(1, rel=1e-8)


def test_the_gains_that_people_know():
    relu, tanh, selu = (gains(ACTIVATIONS[name]) for name in ("relu", "tanh", "selu"))
    assert [relu.second_moment, relu.chi, relu.torch] == pytest.approx(
        [math.sqrt(2)] * 3, rel=1e-15
    )
    assert tanh.second_moment == pytest.approx(0.3942944904**-0.5, abs=1e-9)
    assert tanh.chi == pytest.approx(0.4644029024**-0.5, abs=1e-9)
    assert selu.second_moment == pytest.approx(1, abs=1e-12)  # what selu is made for


def test_torch_s_gains():
    wanted = {
        "identity": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": math.sqrt(2),
        "leaky_relu": math.sqrt(2 / (1 + 0.01**2)),
        "selu": 0.75,
    }
    assert {row.name: gain for row, gain in TORCH_GAINS.items()} == wanted
    assert gains(ACTIVATIONS["gelu"]).torch is None
    assert "torch" not in gains(ACTIVATIONS["gelu"]).fates


def test_torch_itself_recommends_them():
    torch_init = pytest.importorskip("torch.nn.init")
    for row, gain in TORCH_GAINS.items():
        name = {"identity": "linear"}.get(row.name, row.name)
        assert torch_init.calculate_gain(name) == pytest.approx(gain, rel=1e-15)


def test_what_a_gain_does_is_mean_field_layer_by_layer():
    found = gains(ACTIVATIONS["tanh"])
    (ten, hundred) = found.fates["torch"]
    assert hundred.rms == pytest.approx(0.651347, abs=0.5e-6)  # the published floor
    wanted = mean_field.stds(np.tanh, (5 / 3) ** 2, 10)
    assert (ten.layers, ten.std) == (10, pytest.approx(wanted[-1], rel=1e-9))
    q, factor = (5 / 3) ** 2, 1.0
    for _ in range(10):
        out = moments(ACTIVATIONS["tanh"], q)
        factor *= 5 / 3 * math.sqrt(out.slope_second)
        q = (5 / 3) ** 2 * out.second
    assert ten.gradient == pytest.approx(factor, rel=1e-12)


def test_relu_s_gain_keeps_both():
    for fate in gains(ACTIVATIONS["relu"]).fates["second_moment"]:
        assert (fate.rms, fate.gradient) == (pytest.approx(1), pytest.approx(1))
        assert fate.std == pytest.approx(math.sqrt(1 - 1 / math.pi))


def test_what_leaves_the_floats_is_infinite():
    cube = from_callable("cube", lambda x: x + x**3)
    fates = gains(cube).fates["second_moment"]
    # sigma_w2 = 1 / (1 + 6 + 15): below the threshold q = 1 it dies out, above it explodes.
    assert gains(cube).second_moment == pytest.approx(22**-0.5, rel=1e-9)
    assert fates[1].rms < 1e-50
    square = from_callable("square", np.square)
    assert gains(square).chi == pytest.approx(0.5, rel=1e-9)
    steep = from_callable("steep", lambda x: np.cosh(x) * np.abs(x))
    assert (steep.name, gains(steep).fates["chi"][1].layers) == ("steep", 100)


@pytest.mark.wide
@pytest.mark.parametrize("name", NAMES)
def test_a_function_s_numerical_slope(name):
    row = ACTIVATIONS[name]
    own = from_callable("own", row.fn)
    x = np.concatenate([np.linspace(-30, 30, 241) + 0.0123, [1e3, -1e3]])
    # h⁴ / 30 times the fifth derivative, of at most 120, and eps / h of a value.
    size = np.maximum(1, np.abs(row(x)))
    assert np.max(np.abs(own.derivative(x) - row.derivative(x)) / size) < 5e-12
    assert own.max_slope == pytest.approx(row.max_slope, rel=0.35)
    for key in ("second_moment", "chi"):
        assert getattr(gains(own), key) == pytest.approx(getattr(gains(row), key), rel=1e-3)


def test_a_function_of_single_numbers():
    own = from_callable("own", lambda x: x if x > 0 else 0.01 * x)
    assert own(np.array([[1.0, -1.0]])).tolist() == [[1.0, -0.01]]
    tanh = from_callable("tanh", math.tanh)
    assert gains(tanh).chi == pytest.approx(gains(ACTIVATIONS["tanh"]).chi, rel=1e-9)


def _raises(x):
    raise KeyError("line one\nline two")


@pytest.mark.parametrize(
    ("fn", "match"),
    [
        (_raises, r"own fails: KeyError: 'line one\\nline two'"),
        (lambda x: np.exp(x) / np.exp(x).sum(), "must be elementwise: a number's value depends"),
        (np.cumsum, "must be elementwise"),
        (lambda x: x[:1], "must be elementwise: it makes"),
        (np.sum, "must be elementwise"),
        (lambda x: 0 * x, "is flat everywhere"),
        (np.log, "must be finite near 0"),
        (lambda x: x + 1j, r"must give real numbers \(got complex128\)"),
        (lambda x: np.array(["a"] * x.size).reshape(x.shape), "must give real numbers"),
        (lambda: 3, "own fails: TypeError"),
    ],
)
def test_functions_that_will_not_do(fn, match):
    with pytest.raises(SpecError, match=match) as caught:
        from_callable("own", fn)
    assert "\n" not in str(caught.value)
