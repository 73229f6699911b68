"""One run: its draws, its steps and where it ends, against plain numpy and printed numbers."""

from dataclasses import replace

import numpy as np

import actviz
from actviz.layers.initializers import get_initializer
from actviz.training.data.datasets import circles, from_arrays
from actviz.training.loop import run_training
from actviz.training.tasks import get_task
from actviz.training.trainer import Material


def test_the_course_s_weights_are_drawn_unit_by_unit():
    """The printed weights of seed 3, for the layers [2, 4, 1]; those for [3, 2, 1] begin with ten
    times the same numbers.
    """
    spec = replace(get_task("circles").spec, hidden=(4,), inits=("he",), steps=1, lr=1e-30)
    drawn = trainer_weights(spec, circles())
    W1 = [
        [1.78862847, 0.43650985],
        [0.09649747, -1.8634927],
        [-0.2773882, -0.35475898],
        [-0.08274148, -0.62700068],
    ]
    W2 = [[-0.03098412, -0.33744411, -0.92904268, 0.62552248]]
    np.testing.assert_allclose(drawn[0].T, W1, atol=5e-9)
    np.testing.assert_allclose(drawn[1].T, W2, atol=5e-9)
    drawn = trainer_weights(
        replace(spec, hidden=(2,), inits=("std=10",)), from_arrays(np.eye(3), [0, 1, 0])
    )
    W1 = [[17.88628473, 4.36509851, 0.96497468], [-18.63492703, -2.77388203, -3.54758979]]
    np.testing.assert_allclose(drawn[0].T, W1, atol=5e-8)
    np.testing.assert_allclose(drawn[1].T, [[-0.82741481, -6.27000677]], atol=5e-8)


def trainer_weights(spec, data):
    from actviz.training.trainer import _drawn

    return _drawn(spec, spec.inits[0], spec.seeds[0], Material(spec, data).shapes)[0]


X = np.random.RandomState(0).standard_normal((60, 3))

Y = (X.sum(axis=1) > 0).astype(int) + (X[:, 0] > 1)

SMALL = {"hidden": (6, 5), "steps": 12, "batch": 8, "report_every": 5}


def test_the_steps_are_those_of_plain_gradient_descent():
    """The whole net once more, in a dozen lines, from the same draws."""
    spec = replace(
        get_task("arrays").spec, **{**SMALL, "inits": ("he",), "activation": "tanh", "lr": 0.3}
    )
    data = from_arrays(X, Y)
    Ws = trainer_weights(spec, data)
    bs = [np.zeros(W.shape[1]) for W in Ws]
    batches = Material(spec, data).batches(0)
    losses = []
    for _ in range(spec.steps):
        x, y = next(batches)

        def forward(x=x):
            signals = [x]
            for W, b in zip(Ws[:-1], bs[:-1], strict=True):
                signals.append(np.tanh(signals[-1] @ W + b))
            z = signals[-1] @ Ws[-1] + bs[-1]
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            return signals, p

        signals, p = forward()
        delta = (p - np.eye(3)[y]) / len(y)
        for layer in (2, 1, 0):
            W, b = signals[layer].T @ delta, delta.sum(axis=0)
            delta = delta @ Ws[layer].T * (1 - signals[layer] ** 2)
            Ws[layer] = Ws[layer] - 0.3 * W
            bs[layer] = bs[layer] - 0.3 * b
        losses.append(-np.log(forward()[1][np.arange(len(y)), y]).mean())
    (run,) = run_training(spec, data).runs
    np.testing.assert_allclose(run.losses, losses, rtol=1e-10)


def test_batches_are_the_same_for_every_initializer_and_differ_by_seed():
    data = from_arrays(X, Y)
    for rng in ("spawned", "legacy"):
        material = Material(replace(get_task("arrays").spec, batch=8, rng=rng), data)
        first, again, other = (next(material.batches(seed))[0] for seed in (0, 0, 1))
        assert first.tolist() == again.tolist()
        assert first.tolist() != other.tolist()


def test_weights_are_those_of_a_simulation_with_the_same_seed():
    """So that a Record before training is that of `simulate`, on another input."""
    spec = replace(get_task("arrays").spec, hidden=(4, 4), inits=("he",), seeds=(7,))
    drawn = trainer_weights(spec, from_arrays(X[:, :2], Y))
    seen = []

    class Spy:
        label = "spy"

        def sample(self, rng, fan_in, fan_out):
            seen.append(get_initializer("he").sample(rng, fan_in, fan_out))
            return seen[-1]

        def std(self, fan_in, fan_out):
            return 1.0

    actviz.simulate(activation="relu", init=Spy(), width=(4, 4), input_width=2, seed=7, samples=3)
    for mine, its in zip(drawn, seen, strict=False):
        assert mine.tolist() == its.tolist()
