"""Expectations at very many q at once: tables of `moments` and of `half_distance`, interpolated.

A map or a diagram asks for ten thousand fixed points, each of which asks for a hundred moments. All
of them are smooth in log q, so that they are taken once, on a lattice, and read from there. The
room knows activations; it knows no layers.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import asinh, ceil, exp, expm1, factorial, log, pi, sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from actviz.layers.activations import Activation
from actviz.theory.expectations import half_distances, is_cheap, moments, rise
from actviz.theory.quadrature import Array

#: log q of the first and the last node (q from 1e-30 to 1e30), and the step between two.
LOWEST, HIGHEST = -69.0, 69.0
_STEP = 0.05

#: |log q| that stands for 0 and for infinity: more than a float can have.
FARTHEST = 1e4

#: The integral over log z: a node of it every so many steps of log sqrt(q), from where to where
#: around log sqrt(q). What lies below is a share of 1e-24, what lies above one of 1e-37.
_EVERY, _FROM, _TO = 5, -56.0, log(13.0)

#: Two sums over different nodes agree to this, or nodes so far apart are not enough; up to which q
#: `moments` is asked then, and over how many nodes the slope is taken with which a curve goes on.
_AGREE, _ASKED_TO, _GOES_ON = 1e-10, log(1e4), 20


@dataclass(frozen=True, slots=True, eq=False)
class LatticeCurve:
    """A smooth function on a lattice of log q, as cubic pieces with the right slope at every node.

    Parameters
    ----------
    values, slopes : ndarray, shape (n,)
        At the nodes from `LOWEST` on.
    """

    values: Array
    slopes: Array

    @classmethod
    def through(cls, values: Array) -> "LatticeCurve":
        """Return the curve whose slopes are those of the polynomials through seven nodes."""
        steps = np.arange(1, 4)
        before = values[0] - (values[1] - values[0]) * steps[::-1]
        after = values[-1] + (values[-1] - values[-2]) * steps
        edge = np.concatenate([before, values, after])  # it goes on as a line
        ahead = [edge[3 + k :][: len(values)] for k in (1, 2, 3)]
        behind = [edge[3 - k :][: len(values)] for k in (1, 2, 3)]
        parts = [
            weight * (after - before)
            for weight, after, before in zip((45, -9, 1), ahead, behind, strict=True)
        ]
        return cls(values, np.sum(parts, axis=0) / (60 * _STEP))

    def at(self, t: Array) -> tuple[Array, Array]:
        """Return value and slope at log q = t; beyond the nodes the curve goes on as a line."""
        t = np.clip(t, -FARTHEST, FARTHEST)
        within = np.clip(t, LOWEST, HIGHEST)
        place = (within - LOWEST) / _STEP
        k = np.minimum(place.astype(np.intp), len(self.values) - 2)
        x = place - k
        low, high = self.values[k], self.values[k + 1]
        first, last = self.slopes[k] * _STEP, self.slopes[k + 1] * _STEP
        rise = high - low
        bend, twist = 3 * rise - 2 * first - last, first + last - 2 * rise
        value = low + x * (first + x * (bend + x * twist))
        slope = (first + x * (2 * bend + 3 * x * twist)) / _STEP
        return value + slope * (t - within), slope


@dataclass(frozen=True, slots=True, eq=False)
class MomentCurves:
    """`Moments` over log q, as logarithms: of E φ² / q, of Var φ / q and of E φ'²."""

    second: LatticeCurve
    variance: LatticeCurve
    slope_second: LatticeCurve


@lru_cache(maxsize=64)
def moment_curves(activation: Activation) -> MomentCurves:
    """Return the moments of an activation at every q.

    Notes
    -----
    Relative error at most 1e-8 for q from 1e-30 to 1e30, and what `moments` is off by.

    With z = ± exp(u) an expectation is a convolution in u, since the normal law of any q is one
    bell moved along; and what is smooth in u from 0 to infinity is summed over nodes at equal steps
    to rounding. An activation that is not (one with a kink beside 0, or that swings for ever) is
    found by two sums that differ. Its moments up to q = 1e4 are taken one by one; beyond that they
    are held to be powers of √q, which is no more than a guess.
    """
    t = np.linspace(LOWEST, HIGHEST, round((HIGHEST - LOWEST) / _STEP) + 1)
    if activation.slopes is not None:
        line = moments(activation, 1.0)
        logs = np.log(np.array([line.second, line.variance, line.slope_second]))
        return MomentCurves(
            *(LatticeCurve(np.full(len(t), each), np.zeros(len(t))) for each in logs)
        )
    found, known = _convolved(activation, t)
    asked = ~known & (is_cheap(activation) | (t <= _ASKED_TO))
    for k in np.flatnonzero(asked):
        one = moments(activation, exp(t[k]))
        found[:, k] = one.second, one.variance, one.slope_second
    logs = np.log(np.maximum(found, np.finfo(float).tiny))
    logs[:2] -= t
    if not (known | asked).all():
        logs = np.where(known | asked, logs, _onwards(t, logs))
    return MomentCurves(*map(LatticeCurve.through, logs))


def _onwards(t: Array, logs: Array) -> Array:
    """Return the powers of √q as which moments go on from the last that is asked for."""
    last = int(np.searchsorted(t, _ASKED_TO, side="right")) - 1
    steepness = (logs[:, last] - logs[:, last - _GOES_ON]) / (t[last] - t[last - _GOES_ON])
    return np.asarray(logs[:, [last]] + np.outer(np.round(2 * steepness) / 2, t - t[last]))


def _convolved(activation: Activation, t: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return E φ², Var φ and E φ'² at q = exp(t), shape (3, n), and where that is what they are."""
    step = _STEP / 2
    first = round(_FROM / step / _EVERY) * _EVERY
    steps = np.arange(first, ceil(_TO / step) + 1)
    v = step * steps
    bell = np.exp(v - np.exp(2 * v) / 2) * (2 / sqrt(2 * pi)) * step * _EVERY
    z = np.exp(t[0] / 2 + step * np.arange(steps[0], len(t) + steps[-1]))
    both = np.stack([z, -z])
    origin = float(activation(np.zeros(1))[0])
    shifted = rise(activation, both, activation(both) - origin, origin)
    parts = np.array([shifted, shifted**2, activation.slope_at(both) ** 2]).mean(axis=1)
    windows = sliding_window_view(parts, len(steps), axis=1)
    sums = []
    for offset in (0, 2):
        nodes = slice(offset, len(steps) - _EVERY + 1 + offset, _EVERY)
        shift, spread, slope = windows[..., nodes] @ bell[nodes]
        second = origin**2 + 2 * origin * shift + spread
        sums.append(np.array([second, spread - shift**2, slope]))
    known = np.isclose(sums[0], sums[1], rtol=_AGREE, atol=0).all(axis=0)
    return sums[0], known


#: Pairs are looked up in rows at √q = _PAIR_UNIT (exp(k (_PAIR_STEP + _PAIR_WIDENING k)) - 1), k =
#: 0, 1 …, up to this q: far below a unit everything is two lines that meet at 0, and far beyond all
#: changes slowly. So many rows make a polynomial.
_PAIR_HIGHEST = 1e12
_PAIR_UNIT, _PAIR_STEP, _PAIR_WIDENING, _PAIR_ORDER = 0.1, 0.1, 0.003, 8

#: For each of so many nodes the product of its differences from the others.
_APART = np.array(
    [
        (-1.0) ** (_PAIR_ORDER - 1 - j) * factorial(j) * factorial(_PAIR_ORDER - 1 - j)
        for j in range(_PAIR_ORDER)
    ]
)

#: √q that stands for 0, and the share of q by which two inputs must be apart for `half_distance` to
#: tell them from one.
_NOTHING, _CLOSE = 1e-8, 1e-14

#: The row of √q = 1.05, which stands for all of them where φ is two lines.
_FOR_LINES = 16


@dataclass(frozen=True, slots=True, eq=False)
class PairRows:
    """How much of a distance an activation keeps, for some points (q, ·) and any distance.

    The share E (φ(z1) - φ(z2))² / E (z1 - z2)² falls from E φ'² at the distance 0 to Var φ / q for
    independent inputs. Its logarithm is a polynomial in w = asinh(√distance) / asinh(√q), which
    goes from 0 to 1 and knows both scales, that of q and the activation's own.

    Parameters
    ----------
    root : ndarray, shape (n,)
        √q of each point.
    coefficients : ndarray, shape (m, n)
        Of Chebyshev's polynomials in 2 w - 1.
    """

    root: Array
    coefficients: Array

    def some(self, which: NDArray[np.intp]) -> "PairRows":
        """Return some of the points."""
        return PairRows(self.root[which], self.coefficients[:, which])

    def log_share(self, w: Array) -> Array:
        """Return the share's logarithm at w, shape (n,)."""
        return _chebyshev(self.coefficients, w)

    def steepness(self, w: Array) -> Array:
        """Return the slope of that over the logarithm of the distance."""
        reach = np.arcsinh(self.root)
        slope = 2 * _chebyshev(np.asarray(chebyshev.chebder(self.coefficients), dtype=float), w)
        return np.asarray(slope * np.tanh(w * reach) / (2 * reach))

    def place(self, c_gap: Array) -> Array:
        """Return w where the distance is `c_gap` = 1 - c times q."""
        return np.arcsinh(self.root * np.sqrt(c_gap)) / np.arcsinh(self.root)

    def gap(self, w: Array) -> Array:
        """Return 1 - c at w."""
        return np.minimum((np.sinh(w * np.arcsinh(self.root)) / self.root) ** 2, 1.0)


def _chebyshev(coefficients: Array, w: Array) -> Array:
    """Return the polynomials with these coefficients, shape (m, n), each at its own w."""
    angle = np.arccos(np.clip(2 * w - 1, -1, 1))
    waves = np.cos(np.outer(np.arange(len(coefficients)), angle))
    return np.asarray((coefficients * waves).sum(axis=0))


def pair_rows(activation: Activation, q: Array) -> PairRows:
    """Return what is to be known of pairs with the second moments q, shape (n,).

    Notes
    -----
    Relative error of a share at most 1e-6, and 5e-5 with a kink beside 0. A row takes some
    milliseconds, once; there are 27 up to q = 100, and one in all where φ is two lines.
    """
    if activation.slopes is not None:
        row = _pair_row(activation, _FOR_LINES)
        return PairRows(
            np.full_like(q, _root(_FOR_LINES)), np.repeat(row[:, np.newaxis], len(q), axis=1)
        )
    root = np.sqrt(np.minimum(q, _PAIR_HIGHEST))
    far = np.log1p(root / _PAIR_UNIT)
    place = 2 * far / (_PAIR_STEP + np.sqrt(_PAIR_STEP**2 + 4 * _PAIR_WIDENING * far))
    first = np.maximum(np.floor(place).astype(np.intp) - _PAIR_ORDER // 2 + 1, 0)
    wanted = sorted({k + j for k in set(first.tolist()) for j in range(_PAIR_ORDER)})
    # Of every point the weights of its rows, and 0 for all others.
    rows = np.searchsorted(wanted, first) + np.arange(_PAIR_ORDER)[:, np.newaxis]
    weights = np.zeros((len(wanted), len(q)))
    weights[rows, np.arange(len(q))] = _lagrange(place - first)
    coefficients = _pair_table(activation, tuple(wanted)) @ weights
    # Beyond the last row φ is two lines or two steps: at the same c it keeps the same share of its
    # variance.
    variance = moment_curves(activation).variance
    size = variance.at(np.log(np.maximum(q, _PAIR_HIGHEST)))[0]
    coefficients[0] += size - variance.at(np.array([log(_PAIR_HIGHEST)]))[0]
    return PairRows(np.maximum(root, _NOTHING), coefficients)


def _lagrange(x: Array) -> Array:
    """Return the weights of the values at 0, 1 … in the polynomial through them, at every x."""
    away = x - np.arange(_PAIR_ORDER)[:, np.newaxis]
    ones = np.ones_like(away[:1])
    below = np.cumprod(np.concatenate([ones, away[:-1]]), axis=0)
    above = np.cumprod(np.concatenate([ones, away[:0:-1]]), axis=0)[::-1]
    return np.asarray(below * above / _APART[:, np.newaxis])


@lru_cache(maxsize=64)
def _pair_table(activation: Activation, numbers: tuple[int, ...]) -> Array:
    """Return the rows of these numbers as columns, each with zeros up to the longest."""
    rows = [_pair_row(activation, number) for number in numbers]
    table = np.zeros((max(map(len, rows)), len(rows)))
    for column, row in enumerate(rows):
        table[: len(row), column] = row
    return table


def _root(number: int) -> float:
    """Return √q of a row."""
    return max(_PAIR_UNIT * expm1(number * (_PAIR_STEP + _PAIR_WIDENING * number)), _NOTHING)


@lru_cache(maxsize=8192)
def _pair_row(activation: Activation, number: int) -> Array:
    """Return the coefficients of the share's logarithm in the row of that number."""
    root = _root(number)
    q, reach = root * root, asinh(root)
    count = 5 + min(ceil(8 * reach), 25)
    w = (1 + np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2
    distances = np.minimum(np.sinh(w * reach) ** 2, q)
    told = distances > _CLOSE * q
    shares = np.empty(count)
    shares[told] = half_distances(activation, q, distances[told]) / distances[told]
    if not told.all():
        shares[~told] = moments(activation, q).slope_second
    values = np.log(np.maximum(shares, np.finfo(float).tiny))
    return np.asarray(chebyshev.chebfit(2 * w - 1, values, count - 1))
