"""The optimizers, against torch's and against their definitions."""

import numpy as np
import pytest

from actviz.training.optimizers import OPTIMIZERS
from actviz.training.spec import OPTIMIZER_NAMES


def _path(name, steps=25, lr=0.1):
    """Return where a quadratic's minimum is sought: gradients a (x - c), one for each entry."""
    a, c = np.array([1.0, 3.0, 0.1]), np.array([1.0, -2.0, 5.0])
    x = np.zeros(3)
    step, update, path = OPTIMIZERS[name](lr, x), np.empty(3), []
    for number in range(steps):
        step(number, a * (x - c), update)
        x -= update
        path.append(x.copy())
    return np.array(path)


def test_there_is_a_function_for_every_name():
    assert tuple(OPTIMIZERS) == OPTIMIZER_NAMES


def test_gradient_descent_contracts_as_it_must():
    """x - c is multiplied by 1 - lr a in every step."""
    a, c = np.array([1.0, 3.0, 0.1]), np.array([1.0, -2.0, 5.0])
    factors = (1 - 0.1 * a) ** np.arange(1, 26)[:, None]
    np.testing.assert_allclose(_path("sgd"), c - c * factors, rtol=1e-12)


def test_momentum_swings_as_a_heavy_ball():
    """e = x - c follows e'' = (1.9 - lr a) e' - 0.9 e, whose powers are known (Polyak 1964)."""
    c, found = np.array([1.0, -2.0, 5.0]), _path("momentum")
    for entry, a in enumerate((1.0, 3.0, 0.1)):
        first, second = np.roots([1.0, -(1.9 - 0.1 * a), 0.9])
        start = np.array([-c[entry], -c[entry] * (1 - 0.1 * a)])
        share = np.linalg.solve([[1, 1], [first, second]], start)
        steps = np.arange(1, 26)
        expected = (share[0] * first**steps + share[1] * second**steps).real
        np.testing.assert_allclose(found[:, entry] - c[entry], expected, rtol=0, atol=1e-12)


def test_adam_begins_with_steps_of_the_learning_rate():
    """Without history, first / sqrt(second) is the gradient's sign."""
    np.testing.assert_allclose(np.abs(_path("adam", 1)), 0.1, rtol=1e-6)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "theirs"),
    [("sgd", {}), ("momentum", {"momentum": 0.9}), ("adam", None)],
)
def test_the_path_is_torch_s(name, theirs):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    a, c = torch.tensor([[1.0, 3.0, 0.1], [1.0, -2.0, 5.0]], dtype=torch.float64)
    x = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    kind = torch.optim.Adam if theirs is None else torch.optim.SGD
    optimizer = kind([x], lr=0.1, **(theirs or {}))
    for expected in _path(name):
        optimizer.zero_grad()
        (a * (x - c) ** 2 / 2).sum().backward()
        optimizer.step()
        np.testing.assert_allclose(expected, x.detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("name", OPTIMIZER_NAMES)
def test_a_step_writes_the_update_and_leaves_the_gradient(name):
    gradient, update = np.array([1.0, -2.0]), np.zeros(2)
    OPTIMIZERS[name](0.1, gradient)(0, gradient, update)
    assert gradient.tolist() == [1.0, -2.0]
    assert np.sign(update).tolist() == [1.0, -1.0]
