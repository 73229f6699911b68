"""The net's gradients and losses, against finite differences, torch and closed forms."""

import math

import numpy as np
import pytest
from scipy.special import expit, log_expit, log_softmax

from actviz.layers.activations import ACTIVATIONS
from actviz.training.net import Binary, Net, Softmax

SHAPES = ((4, 6), (6, 5), (5, 3))
NAMES = [name for name, row in ACTIVATIONS.items() if row.name == name]


def _net(activation="tanh", outputs=3, dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    shapes = (*SHAPES[:-1], (5, outputs))
    net = Net([rng.standard_normal(shape) for shape in shapes], ACTIVATIONS[activation], dtype)
    net.values += 0.1 * rng.standard_normal(net.values.size)
    return net


def _rows(n=7, outputs=3, seed=1):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 4)), rng.integers(0, max(outputs, 2), n)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("activation", NAMES)
def test_gradients_are_those_of_finite_differences(activation, outputs):
    """Central differences in float64 with h = 1e-6: h² f''' / 6 and eps f / h are both ~1e-10."""
    loss = Binary if outputs == 1 else Softmax
    net = _net(activation, outputs)
    x, classes = _rows(outputs=outputs)
    y = loss.targets(classes, "float64")
    net.backward(loss.delta(net.forward(x), y))
    h = 1e-6
    for place in range(net.values.size):
        kept = net.values[place]
        net.values[place] = kept + h
        above = loss.loss(net.logits(x), y)
        net.values[place] = kept - h
        below = loss.loss(net.logits(x), y)
        net.values[place] = kept
        assert net.gradient[place] == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("outputs", [1, 3])
def test_gradients_are_those_of_torch(outputs):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    functional = torch.nn.functional
    net = _net("relu", outputs)
    x, classes = _rows(50, outputs)
    loss = Binary if outputs == 1 else Softmax
    z = net.forward(x)
    y = loss.targets(classes, "float64")
    net.backward(loss.delta(z, y))

    parts = [torch.tensor(part, requires_grad=True) for part in (*net.weights, *net.biases)]
    weights, biases = parts[: len(net.weights)], parts[len(net.weights) :]
    signal, hidden = torch.tensor(x), []
    for W, b in zip(weights, biases, strict=True):
        hidden.append(signal @ W + b)
        hidden[-1].retain_grad()
        signal = torch.relu(hidden[-1])
    if outputs == 1:
        value = functional.binary_cross_entropy_with_logits(hidden[-1], torch.tensor(y))
    else:
        value = functional.cross_entropy(hidden[-1], torch.tensor(classes))
    value.backward()

    assert loss.loss(z, y) == pytest.approx(value.item(), rel=1e-13)
    mine = (*net.weight_gradients, *net.bias_gradients)
    for part, gradient in zip(parts, mine, strict=True):
        np.testing.assert_allclose(gradient, part.grad.numpy(), rtol=1e-11, atol=1e-15)
    for theirs, delta in zip(hidden, net.deltas, strict=True):
        np.testing.assert_allclose(delta, theirs.grad.numpy(), rtol=1e-11, atol=1e-15)


def test_gradients_with_respect_to_activations():
    """An activation's gradient is what the next layer's delta sends back through its W."""
    net = _net()
    x, classes = _rows()
    net.backward(Softmax.delta(net.forward(x), classes))
    assert len(net.activation_deltas) == 2
    for layer, back in enumerate(net.activation_deltas):
        np.testing.assert_allclose(back, net.deltas[layer + 1] @ net.weights[layer + 1].T)


def test_logits_of_many_rows_are_those_of_one_pass_each():
    net = _net("relu")
    x, _ = _rows(1500)
    np.testing.assert_allclose(net.logits(x), net.forward(x), rtol=1e-12, atol=1e-14)
    kept = net.outputs[-1]
    net.logits(x[:3])
    assert net.outputs[-1] is kept


def test_the_parameters_are_views_of_one_array():
    net = _net()
    net.values[:] = 1.0
    assert all((part == 1).all() for part in (*net.weights, *net.biases))
    assert net.values.size == sum(a * b + b for a, b in SHAPES)


def test_binary_loss_is_scipy_s():
    z = np.array([[-3.0], [0.0], [2.5], [40.0], [-800.0], [800.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0], [1.0], [0.0]])
    expected = -np.mean(y * log_expit(z) + (1 - y) * log_expit(-z))
    assert Binary.loss(z, y) == pytest.approx(expected, rel=1e-15)
    np.testing.assert_allclose(Binary.delta(z, y), (expit(z) - y) / 6, rtol=1e-14)


def test_the_textbook_s_binary_loss_is_the_same_until_it_overflows():
    z = np.random.default_rng(0).standard_normal((50, 1))
    y = (z > 0.2).astype(float)
    assert Binary.textbook_loss(z, y) == pytest.approx(Binary.loss(z, y), rel=1e-13)
    wrong = np.array([[800.0], [0.0]])
    assert math.isinf(Binary.textbook_loss(wrong, np.zeros((2, 1))))
    # right and saturated: 0 × inf is left out of the sum
    assert Binary.textbook_loss(wrong, np.ones((2, 1))) == pytest.approx(math.log(2) / 2)


def test_softmax_loss_is_scipy_s():
    z = np.random.default_rng(0).standard_normal((6, 4)) * np.array([1, 10, 100, 1000.0])
    y = np.array([0, 1, 2, 3, 0, 1])
    expected = -np.mean(log_softmax(z, axis=1)[np.arange(6), y])
    assert Softmax.loss(z, y) == pytest.approx(expected, rel=1e-14)
    softmax = np.exp(log_softmax(z, axis=1))
    np.testing.assert_allclose(Softmax.delta(z, y), (softmax - np.eye(4)[y]) / 6, atol=1e-16)


def test_classes_are_those_of_the_largest_logit():
    assert Binary.classes(np.array([[-1.0], [0.0], [1.0]])).tolist() == [0, 0, 1]
    assert Softmax.classes(np.array([[0.0, 2.0, 1.0], [3.0, 3.0, 0.0]])).tolist() == [1, 0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_everything_stays_in_its_dtype(dtype):
    for loss, outputs in ((Binary, 1), (Softmax, 3)):
        net = _net("gelu", outputs, dtype)
        x, classes = _rows(outputs=outputs)
        z = net.forward(x.astype(dtype))
        net.backward(loss.delta(z, loss.targets(classes, dtype)))
        arrays = (z, net.gradient, *net.deltas, *net.activation_deltas, *net.outputs)
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}
        assert net.logits(x).dtype == dtype
