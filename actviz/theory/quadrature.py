"""Expectations over one normal number, and over two that are correlated, to rounding or nearly.

The one place of the theory that knows nodes and weights. It is handed functions of arrays, and
knows neither activations nor layers.

A Gauss-Hermite rule knows the scale of the normal law only, and misses what happens at the scale 1
of an activation when its argument is much wider: 201 nodes are 1.8 % off for E tanh² at q = 100.
So the line is cut into panels by both scales and at the function's kinks, and each panel has a
Gauss-Legendre rule.
"""

from collections.abc import Callable
from functools import cache
from math import ceil, pi, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.polynomial import hermite_e, legendre
from numpy.typing import NDArray

from actviz.numbers.scalars import SMALLEST_NORMAL

Array = NDArray[np.float64]

#: Ends of the panels in standard deviations. Beyond 13 a normal number is found once in 10^37.
_SIGMAS = np.array([0.0, 1.0, 2.5, 4.5, 7.5, 13.0])

#: Ends of the panels in the function's own unit. What is not yet straight beyond 10^6 of them
#: changes nothing in the ninth digit.
_UNITS = np.array([1.0, 3.0, 7.0, 15.0, *(2.0 ** np.arange(5, 21))])

_ORDER = 16
_TOLERANCE = 1e-12
_ROUNDING = 32 * np.finfo(float).eps
_MOST_HALVINGS, _MOST_PANELS = 40, 2000

#: Of the two-dimensional rule: nodes a panel, its reach and the width of its panels in sigmas, and
#: the standard deviation from which the function's own scale needs panels too.
_PAIR_ORDER, _PAIR_REACH, _PAIR_STEP, _PAIR_WIDE = 8, 6.6, 2.2, 0.6

#: Half differences below this leave the panels at the function's scale where they are.
_PAIR_CLOSE = 0.5

#: A half difference as narrow as this needs no panels, but one rule of so many nodes.
_PAIR_NARROW, _PAIR_NARROW_ORDER = 0.3, 10

_PAIR_UNITS = np.array([1.0, 3.0, 7.0, 15.0, *(4.0 ** np.arange(3, 11))])
_STEPS = _PAIR_STEP * np.arange(-3.0, 4.0)

#: Of the lattice for pairs: the step, in the function's own unit and at most in standard
#: deviations, and the nodes above 0 of a half difference that is too narrow for it. With poles as
#: near as those of tanh, π / 2, both are off by 1e-8.
_LATTICE, _LATTICE_SIGMAS, _ABOVE = 0.3, 0.6, 8


def gaussian_means(
    integrand: Callable[[Array], Array], q: float, kinks: tuple[float, ...] = ()
) -> Array:
    """Return E f(z), z ~ N(0, q), of several functions f at once.

    Parameters
    ----------
    integrand : callable
        An array of any shape to an array of shape (k, *that shape): the values of k functions.
    q : float
        Variance of z, above 0.
    kinks : tuple of float
        Where a function is not smooth. One that is not named here is found by halving.

    Returns
    -------
    ndarray, shape (k,)

    Notes
    -----
    The even part f(z) + f(-z) is integrated over z > 0, so that what is odd adds exactly nothing,
    and what is left of a small even part keeps its digits. A panel is halved until the Legendre
    coefficients of its 16 values promise that its error is below 10^-12 of the whole.

    Examples
    --------
    >>> gaussian_means(lambda z: np.array([z**2, np.abs(z)]), 4.0, kinks=(0.0,)).round(12)
    array([4.        , 1.59576912])
    """
    sigma = sqrt(q)
    reach = _SIGMAS[-1] * sigma
    own = np.array(
        [*_UNITS[reach > _UNITS], *(abs(kink) for kink in kinks if 0 < abs(kink) < reach)]
    )
    ends = np.sort(np.concatenate([_SIGMAS * sigma, own]))
    low, high = ends[:-1], ends[1:]
    nodes, weights, tail = _legendre_rule()
    done: Any = 0.0
    size: Any = 0.0
    for _ in range(_MOST_HALVINGS):
        half = (high - low) / 2
        z = ((high + low) / 2)[:, np.newaxis] + half[:, np.newaxis] * nodes
        bell = np.exp(z * z * (-0.5 / q)) * (half / (sigma * sqrt(2 * pi)))[:, np.newaxis]
        both = integrand(np.stack([z, -z]))
        values = (both[:, 0] + both[:, 1]) * bell
        parts = values @ weights
        whole = done + parts.sum(axis=1)
        early, late = np.abs(values @ tail).transpose(2, 0, 1).reshape(2, 2, *parts.shape).max(1)
        # Coefficients that fall from degree 7 to 15 by some factor fall as fast to degree 32, the
        # first that the rule gets wrong: geometrically where f is smooth, slowly at a kink.
        fall = np.minimum(late / np.maximum(early, SMALLEST_NORMAL["float64"]), 1.0)
        error = late * fall**2.4
        allowed = _TOLERANCE * (np.abs(done) + np.abs(parts).sum(axis=1))
        # What is no number stays none, and what needs ever more panels is not worth them.
        done_with = (error <= allowed[:, np.newaxis]).all() or not np.isfinite(whole).all()
        if done_with or len(low) > _MOST_PANELS:
            break
        # What is odd, or a difference, leaves rounding that no halving makes smooth.
        gross = (np.abs(both).sum(axis=1) * bell) @ weights
        rounding = _ROUNDING * (size + gross.sum(axis=1))
        rough = (error > (allowed + rounding)[:, np.newaxis]).any(axis=0)
        if not rough.any():
            break
        done = done + parts[:, ~rough].sum(axis=1)
        size = size + gross[:, ~rough].sum(axis=1)
        low, high = low[rough], high[rough]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return np.asarray(whole)


@cache
def _legendre_rule() -> tuple[Array, Array, Array]:
    """Return nodes, weights, and what turns values into coefficients 7, 8, 14 and 15."""
    nodes, weights = legendre.leggauss(_ORDER)
    degrees = np.array([7, 8, 14, 15])
    basis = legendre.legvander(nodes, _ORDER - 1)[:, degrees]
    return nodes, weights, weights[:, np.newaxis] * basis * (degrees + 0.5)


class PairRule(NamedTuple):
    """Nodes for two correlated normal numbers z1 = u + v and z2 = u - v, u and v independent.

    ``u`` and ``weight`` have the shape (n, m) and ``v`` (n, 1); only v > 0 is there, and the
    weights count for both signs, so that what is integrated must not care which number is first.
    """

    u: Array
    v: Array
    weight: Array

    def mean(self, values: Array) -> float:
        """Return the expectation of values at the nodes, shape (n, m)."""
        return float(np.einsum("ij,ij->", values, self.weight))


def pair_rule(q: float, distance: float, kinks: tuple[float, ...] = ()) -> PairRule:
    """Return the nodes for two numbers of variance q with E (z1 - z2)² / 2 = distance.

    Parameters
    ----------
    q : float
        Variance of both, above 0.
    distance : float
        q (1 - c) where c is their correlation; above 0 and at most 2 q. It, and not c, is asked
        for, because 1 - c has no digits left where c is nearly 1.
    kinks : tuple of float
        Where the function of z1 and of z2 is not smooth.

    Notes
    -----
    u has the variance q (1 + c) / 2 and v has q (1 - c) / 2. A function of u + v and of u - v has
    its kinks, and its scale of 1, around u = -v and u = v: every v has panels of its own.
    """
    sigma_v = sqrt(distance / 2)
    sigma_u = sqrt(max(q - distance / 2, q * 1e-16))  # 0 for opposite numbers
    s, weight_v = _half_line(sigma_v, sigma_u, kinks)
    v = (sigma_v * s)[:, np.newaxis]
    units = _units(sigma_u)
    split, fixed = np.array(kinks), np.concatenate([-units, units])
    if v[-1] > _PAIR_CLOSE:
        split, fixed = np.concatenate([split, fixed]), fixed[:0]
    fixed = np.concatenate([_STEPS, fixed / sigma_u])
    everywhere = np.broadcast_to(fixed, (len(v), len(fixed)))
    ends = np.concatenate([everywhere, (split - v) / sigma_u, (split + v) / sigma_u], axis=1)
    ends.clip(-_PAIR_REACH, _PAIR_REACH, out=ends)
    ends.sort(axis=1)
    t, weight_u = _panels(ends)
    return PairRule(sigma_u * t, v, 2 * weight_v[:, np.newaxis] * weight_u)


def half_squares(
    function: Callable[[Array], NDArray[np.floating[Any]]],
    apart: Callable[[Array, Array], Array],
    q: float,
    distances: Array,
) -> Array:
    """Return E (f(z1) - f(z2))² / 2 of pairs with variance q, for many distances in one product.

    Parameters
    ----------
    function : callable
        f, analytic, with poles no nearer to the line than π / 2.
    apart : callable
        Of u and v: f(u + v) - f(u - v), with the digits that are left where v is small.
    q : float
        Variance of both, above 0; the nodes are as many as it is wide.
    distances : ndarray, shape (n,)
        As `pair_rule`'s, above 0 and at most q.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    Half the sum u and half the difference v stand on a lattice, whose sum converges geometrically
    for what is analytic (Trefethen & Weideman 2014), so that all distances share the values of f:
    they are f on a line, moved against itself. What is narrower than the lattice has a
    Gauss-Hermite rule of its own.
    """
    sigma_u, sigma_v = (np.asarray(np.sqrt(each)) for each in (q - distances / 2, distances / 2))
    step = min(_LATTICE, _LATTICE_SIGMAS * float(sigma_u.min()))
    last = ceil(_PAIR_REACH * float(sigma_u.max()) / step)
    u = np.arange(-last, last + 1, dtype=np.float64) * step
    weight_u = _bells(u, sigma_u)
    means = np.empty_like(distances)
    wide = sigma_v * _LATTICE_SIGMAS >= _LATTICE
    if wide.any():
        beyond = ceil(_PAIR_REACH * float(sigma_v.max()) / step)
        line = function(np.arange(-last - beyond, last + beyond + 1, dtype=np.float64) * step)
        moved = sliding_window_view(line, len(u))
        # v > 0 alone: both signs count.
        squares = (moved[beyond + 1 :] - moved[beyond - 1 :: -1]) ** 2
        weight_v = 2 * _bells(np.arange(1, beyond + 1, dtype=np.float64) * step, sigma_v[wide])
        means[wide] = ((weight_u[wide] @ squares.T) * weight_v).sum(axis=1)
    if not wide.all():
        nodes, weights = _even_hermite()
        v = np.multiply.outer(sigma_v[~wide], nodes)[..., np.newaxis]
        over_v = np.tensordot(apart(u, v) ** 2, weights, axes=(1, 0))
        means[~wide] = (over_v * weight_u[~wide]).sum(axis=1)
    return means / 2


def _bells(nodes: Array, sigmas: Array) -> Array:
    """Return the normal weights, shape (n, m), of m nodes at equal steps for n deviations."""
    step = nodes[1] - nodes[0]
    bells = np.exp(-0.5 * (nodes / sigmas[:, np.newaxis]) ** 2)
    return np.asarray(bells * (step / sqrt(2 * pi) / sigmas)[:, np.newaxis])


@cache
def _even_hermite() -> tuple[Array, Array]:
    """Return nodes above 0 and normal weights for what is even."""
    nodes, weights = hermite_e.hermegauss(2 * _ABOVE)
    return nodes[_ABOVE:], weights[_ABOVE:] * (2 / sqrt(2 * pi))


def _units(sigma: float) -> Array:
    """Return the ends of panels that are narrower than those a normal law of `sigma` has."""
    wide = sigma > _PAIR_WIDE
    return _PAIR_UNITS[_PAIR_STEP * sigma > _PAIR_UNITS] if wide else _PAIR_UNITS[:0]


def _half_line(sigma: float, other: float, kinks: tuple[float, ...]) -> tuple[Array, Array]:
    """Return nodes s > 0 and normal weights for v = sigma s, half the difference of two."""
    # Where two kinks meet: one in z1 and another in z2.
    meet = np.abs(np.subtract.outer(kinks, kinks)).ravel() / 2
    narrow = sigma < min([_PAIR_NARROW, *(meet[meet > 0] / 8)])
    if narrow and (sigma < other or not kinks):
        return _half_hermite()
    # Where nearly opposite numbers both pass a kink.
    passed = np.abs(np.add.outer(kinks, other * _STEPS)).ravel() if other < sigma else meet
    own = np.concatenate([_units(sigma), meet, passed]) / sigma
    own = own[(own > 0) & (own < _PAIR_REACH)]
    return _panels(np.sort(np.concatenate([_STEPS[_STEPS >= 0], own])))


@cache
def _half_hermite() -> tuple[Array, Array]:
    """Return Gauss's rule for the normal law on s > 0, exact for every power of s to the 19th.

    A kink makes what is integrated over the half difference a series with odd powers, too. The
    recurrence of the orthogonal polynomials by Stieltjes' procedure on a fine rule, and its nodes
    by Golub & Welsch 1969.
    """
    x, weights = _panels(np.linspace(0.0, 14.0, 57))
    mass = weights.sum()
    diagonal: list[float] = []
    beside: list[float] = []
    before, now = np.zeros_like(x), np.full_like(x, mass**-0.5)
    for _ in range(_PAIR_NARROW_ORDER):
        diagonal.append(float(weights @ (x * now**2)))
        following = (x - diagonal[-1]) * now - (beside[-1] if beside else 0.0) * before
        beside.append(sqrt(weights @ following**2))
        before, now = now, following / beside[-1]
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], -1))
    return nodes, mass * vectors[0] ** 2


@cache
def _pair_nodes() -> tuple[Array, Array]:
    return legendre.leggauss(_PAIR_ORDER)


def _panels(ends: Array) -> tuple[Array, Array]:
    """Return nodes and standard normal weights on panels between `ends`, on the last axis."""
    nodes, weights = _pair_nodes()
    half = np.diff(ends)[..., np.newaxis] / 2
    x = (half + ends[..., :-1, np.newaxis]) + half * nodes
    weight = half * weights * np.exp(-0.5 * x * x) / sqrt(2 * pi)
    shape = (*ends.shape[:-1], -1)
    return x.reshape(shape), weight.reshape(shape)
