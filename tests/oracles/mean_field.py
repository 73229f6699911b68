"""Layers of infinite width (Poole et al. 2016, Schoenholz et al. 2017), by quadrature."""

from collections.abc import Callable
from math import exp, inf, pi, sqrt

import numpy as np
from scipy import integrate


def expectation(fn: Callable[[float], float]) -> float:
    """E fn(z), z ~ N(0, 1); the two halves apart, since a function may have its kink at 0."""

    def weighted(z: float) -> float:
        # Beyond 38 the density is below the smallest float.
        return fn(z) * exp(-0.5 * z * z) / sqrt(2 * pi) if abs(z) < 38 else 0.0

    halves = (
        integrate.quad(weighted, low, high, epsabs=1e-13, epsrel=1e-12)
        for low, high in ((-inf, 0), (0, inf))
    )
    return sum(value for value, _ in halves)


def moment(phi: Callable[[np.ndarray], np.ndarray], q: float, power: int) -> float:
    """E phi(sqrt(q) z)^power."""
    scale = sqrt(q)
    return expectation(lambda z: float(phi(np.array([scale * z]))[0]) ** power)


def stds(
    phi: Callable[[np.ndarray], np.ndarray], sigma_w2: float, depth: int, q_input: float = 1.0
) -> list[float]:
    """The pooled std of the activations of layers 1 … depth."""
    found, second = [], q_input
    for _ in range(depth):
        q = sigma_w2 * second
        second = moment(phi, q, 2)
        found.append(sqrt(second - moment(phi, q, 1) ** 2))
    return found


def gradient_stds(
    phi: Callable[[np.ndarray], np.ndarray],
    slope: Callable[[np.ndarray], np.ndarray],
    sigma_w2: float,
    depth: int,
    *,
    samples: int,
) -> tuple[list[float], list[float]]:
    """The std of the gradients with respect to z and to W of layers 1 … depth, of equal width.

    For a standard normal cotangent of the last activation, and normal inputs.
    """
    squares, inputs, second = [], [], 1.0
    for _ in range(depth):
        inputs.append(second)
        q = sigma_w2 * second
        squares.append(moment(slope, q, 2))
        second = moment(phi, q, 2)
    variance, of_z = 1.0, []
    for square in reversed(squares):
        of_z.insert(0, variance * square)
        variance = sigma_w2 * variance * square
    of_w = [samples * x * g for x, g in zip(inputs, of_z, strict=True)]
    return [sqrt(v) for v in of_z], [sqrt(v) for v in of_w]


def within_unit_std(phi: Callable[[np.ndarray], np.ndarray], sigma_w2: float, depth: int) -> float:
    """Spread over independent inputs of one unit of the last layer's activations.

    Its variance is E phi^2 less the covariance of the activations of two inputs, which the
    correlation map gives, from c = 0 for independent inputs.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    second, shared = 1.0, 0.0
    for _ in range(depth):
        q, c = sigma_w2 * second, shared / second
        first = phi(sqrt(q) * nodes)
        # z2 = c z1 + sqrt(1 - c^2) z: E over z for each z1
        other = phi(sqrt(q) * (c * nodes[:, None] + sqrt(max(0.0, 1 - c * c)) * nodes)) @ weights
        second, shared = float(weights @ first**2), float(weights @ (first * other))
    return sqrt(second - shared)
