"""Expectations over normal numbers: one by mpmath's tanh-sinh rule, two by a plain square of nodes.

Nothing of actviz is imported here: every φ and φ' is written down again.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import NamedTuple

import mpmath as mp
import numpy as np

SELU_SCALE, SELU_ALPHA = mp.mpf("1.0507009873554805"), mp.mpf("1.6732632423543772")


class Pair(NamedTuple):
    fn: Callable
    slope: Callable


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _softplus(x):
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def _bell(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _mish_slope(x):
    return mp.tanh(_softplus(x)) + x * _sigmoid(x) * mp.sech(_softplus(x)) ** 2


PAIRS = {
    "sigmoid": Pair(_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x)),
    "tanh": Pair(mp.tanh, lambda x: mp.sech(x) ** 2),
    "relu": Pair(lambda x: x if x > 0 else mp.mpf(0), lambda x: mp.mpf(x > 0)),
    "identity": Pair(lambda x: x, lambda x: mp.mpf(1)),
    "leaky_relu": Pair(
        lambda x: x if x > 0 else x / 100, lambda x: 1 if x > 0 else mp.mpf(1) / 100
    ),
    "elu": Pair(lambda x: x if x > 0 else mp.expm1(x), lambda x: 1 if x > 0 else mp.exp(x)),
    "selu": Pair(
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
        lambda x: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * mp.exp(x)),
    ),
    "gelu": Pair(lambda x: x * _cdf(x), lambda x: _cdf(x) + x * _bell(x)),
    "silu": Pair(lambda x: x * _sigmoid(x), lambda x: _sigmoid(x) + x * _sigmoid(x) * _sigmoid(-x)),
    "softplus": Pair(_softplus, _sigmoid),
    "softsign": Pair(lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "hard_tanh": Pair(lambda x: max(-1, min(1, x)), lambda x: mp.mpf(abs(x) < 1)),
    "mish": Pair(lambda x: x * mp.tanh(_softplus(x)), _mish_slope),
}


def expectation(fn: Callable, q: float, digits: int = 15) -> float:
    """E fn(z), z ~ N(0, q): the even part over z > 0, cut at both scales, with spare digits."""
    with mp.workdps(digits):
        sigma = mp.sqrt(q)
        scales = [mp.mpf(x) for x in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)]
        cuts = {mp.mpf(0), *(k * sigma for k in (1, 3, 7, 13))}
        cuts |= {x for x in scales if x < 13 * sigma}
        total = mp.quad(
            lambda z: (fn(z) + fn(-z)) * mp.exp(-z * z / (2 * sigma**2)), sorted(cuts), maxdegree=5
        )
        return float(total / (sigma * mp.sqrt(2 * mp.pi)))


def half_distance(
    fn: Callable[[np.ndarray], np.ndarray], kinks: tuple[float, ...], q: float, c: float
) -> float:
    """E (φ(z1) - φ(z2))² / 2, by panels of width at most 1/2 in z1 and in z2, cut at the kinks."""
    reach = 8.5 * sqrt(q)
    count = 2 * int(np.ceil(2 * reach))
    ends = np.unique([*np.linspace(-reach, reach, count + 1), *kinks])
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = np.diff(ends)[:, None] / 2
    z = (ends[:-1, None] + half + half * nodes).ravel()
    w = (half * weights).ravel()
    rest = q * (1 - c * c)
    first = w * np.exp(-z * z / (2 * q)) / sqrt(2 * pi * q)
    second = w * np.exp(-((z - c * z[:, None]) ** 2) / (2 * rest)) / sqrt(2 * pi * rest)
    value = fn(z)
    return float(first @ (second * (value - value[:, None]) ** 2).sum(axis=1)) / 2


def arc_cosine_distance(below: float, above: float, q: float, gap: float) -> float:
    """The same for two lines that meet at 0, with 1 - c = gap, in 50 digits (Cho & Saul 2009)."""
    with mp.workdps(50):
        gap = mp.mpf(gap)
        c = 1 - gap
        m, n = (mp.mpf(above) + below) / 2, (mp.mpf(above) - below) / 2
        size = 2 / mp.pi * (mp.sqrt(1 - c * c) + c * mp.asin(c))  # E |z1 z2| at q = 1
        return float(q * (m * m * gap + n * n * (1 - size)))
