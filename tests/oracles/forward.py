"""The forward pass as a plain script would write it, and the laws it draws from.

Nothing of actviz is imported here. Activations come from scipy, weights from their formulas.
"""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

ACTIVATIONS: dict[str, Callable] = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "identity": lambda x: x,
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(x)),
    "gelu": lambda x: x * special.ndtr(x),
    "silu": lambda x: x * special.expit(x),
    "softplus": lambda x: np.logaddexp(0.0, x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_tanh": lambda x: np.where(np.abs(x) < 1, x, np.sign(x)),
    "mish": lambda x: x * np.tanh(np.logaddexp(0.0, x)),
}


def normal(std: Callable[[int, int], float]) -> Callable:
    return lambda rng, i, o: std(i, o) * rng.standard_normal((i, o))


def uniform(limit: Callable[[int, int], float]) -> Callable:
    # On (-1, 1) first: scaled afterwards, as a change of the scale must keep the draws.
    return lambda rng, i, o: limit(i, o) * rng.uniform(-1, 1, (i, o))


#: Text of an initializer -> (rng, fan_in, fan_out) -> W. One more than one law for each mode.
INITIALIZERS: dict[str, Callable] = {
    "std=0.5": normal(lambda i, o: 0.5),
    "xavier": normal(lambda i, o: sqrt(2 / (i + o))),
    "he": normal(lambda i, o: sqrt(2 / i)),
    "he_fan_out": normal(lambda i, o: sqrt(2 / o)),
    "lecun(gain=1.5)": normal(lambda i, o: 1.5 / sqrt(i)),
    "he_uniform": uniform(lambda i, o: sqrt(6 / i)),
    "glorot_uniform": uniform(lambda i, o: sqrt(6 / (i + o))),
    "torch_linear": uniform(lambda i, o: 1 / sqrt(i)),
    "constant=0.25": lambda rng, i, o: np.full((i, o), 0.25),
    "identity": lambda rng, i, o: np.eye(i, o),
}


MAX_DEPTH = 20


class Streams(NamedTuple):
    """A generator for the input and, by layer from 1, for the weights and for the biases."""

    inputs: object
    weights: Callable[[int], object]
    biases: Callable[[int], object]


def spawned(seed: int) -> Streams:
    inputs, weights, biases = np.random.SeedSequence(seed).spawn(3)

    def children(parent: np.random.SeedSequence) -> Callable:
        spawned = parent.spawn(MAX_DEPTH + 1)  # layers count from 1, so child 0 is nobody's
        return lambda layer: np.random.default_rng(spawned[layer])

    return Streams(np.random.default_rng(inputs), children(weights), children(biases))


def legacy(seed: int) -> Streams:
    shared = np.random.RandomState(seed)
    return Streams(shared, lambda layer: shared, lambda layer: shared)


class Layer(NamedTuple):
    W: np.ndarray
    z: np.ndarray
    a: np.ndarray


def forward(
    activation: Callable,
    init: Callable,
    widths: tuple[int, ...],
    streams: Streams,
    *,
    samples: int,
    input_width: int,
    input_std: float = 1.0,
    input_distribution: str = "normal",
    bias_std: float = 0.0,
) -> Iterator[Layer]:
    if input_distribution == "normal":
        x = input_std * streams.inputs.standard_normal((samples, input_width))
    else:
        limit = sqrt(3) * input_std
        x = streams.inputs.uniform(-limit, limit, (samples, input_width))
    for layer, width in enumerate(widths, start=1):
        W = init(streams.weights(layer), x.shape[1], width)
        z = x @ W
        if bias_std:
            z = z + bias_std * streams.biases(layer).standard_normal(width)
        x = activation(z)
        yield Layer(W, z, x)
