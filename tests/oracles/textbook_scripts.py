"""The literature's experiments as plain scripts would write them, and how runs of one law differ.

Nothing of actviz is imported here. The draws are those of the sources: the input first, and then
the weights layer by layer from the same generator.
"""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

ACTIVATIONS: dict[str, Callable] = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0.0),
}


class Layer(NamedTuple):
    mean: float
    std: float
    within_unit_std: float
    drawn: int  # from 0 to 1 for what is never negative, and from -1 to 1


def described(x: np.ndarray) -> Layer:
    return Layer(x.mean(), x.std(), sqrt(x.var(axis=0).mean()), int(np.sum(np.abs(x) <= 1)))


def run(
    activation: str,
    weights: Callable[[int], np.ndarray],
    rng: np.random.RandomState,
    *,
    samples: int,
    width: int,
    depth: int,
) -> Iterator[Layer]:
    x = rng.standard_normal((samples, width))
    for _ in range(depth):
        x = ACTIVATIONS[activation](x @ weights(width))
        yield described(x)


def normal_run(activation: str, scale: float, seed: int = 0, **sizes: int) -> list[Layer]:
    """W = randn * scale."""
    rng = np.random.RandomState(seed)
    return list(run(activation, lambda n: rng.standard_normal((n, n)) * scale, rng, **sizes))


def uniform_run(activation: str, limit: float, seed: int = 0, **sizes: int) -> list[Layer]:
    """W ~ U(-limit, limit)."""
    rng = np.random.RandomState(seed)
    return list(run(activation, lambda n: rng.uniform(-limit, limit, (n, n)), rng, **sizes))


def uniform_gradients(
    limit: float, seed: int, *, samples: int, width: int, depth: int
) -> tuple[list[float], list[float]]:
    """The std of the gradients with respect to z and to W of each layer of tanh."""
    rng = np.random.RandomState(seed)
    inputs, weights = [rng.standard_normal((samples, width))], []
    for _ in range(depth):
        weights.append(rng.uniform(-limit, limit, (width, width)))
        inputs.append(np.tanh(inputs[-1] @ weights[-1]))
    cotangent = rng.standard_normal((samples, width))
    of_z, of_w = [], []
    for x, W, a in zip(inputs[-2::-1], weights[::-1], inputs[::-1], strict=False):
        g = cotangent * (1 - a**2)
        of_z.insert(0, float(g.std()))
        of_w.insert(0, float((x.T @ g).std()))
        cotangent = g @ W.T
    return of_z, of_w


def few_samples_run(activation: str, scale: float, seed: int = 0, **sizes: int) -> list[Layer]:
    """A run in the law of `normal_run`, without its weights.

    Given the layer below, X (samples, n), the units of X @ W are independent, and each one is
    normal over the samples with the covariance scale^2 X X^T. With few samples that matrix is
    small where W is large.
    """
    rng = np.random.RandomState(seed)
    samples, width = sizes["samples"], sizes["width"]
    x = rng.standard_normal((samples, width))
    found = []
    for _ in range(sizes["depth"]):
        values, vectors = np.linalg.eigh(scale**2 * (x @ x.T))
        root = vectors * np.sqrt(np.maximum(values, 0.0))  # rounding may leave one below 0
        x = ACTIVATIONS[activation](root @ rng.standard_normal((samples, width)))
        found.append(described(x))
    return found
