"""What an activation makes of one normal number, and of two: the integrals behind every map.

Closed forms where they exist and keep their digits, quadrature elsewhere. The room knows
activations; it knows no layers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from math import asin, atan2, cos, erf, erfc, exp, factorial, isfinite, pi, sin, sqrt

import numpy as np
from numpy.polynomial import legendre

from actviz.errors import SpecError
from actviz.layers.activation_functions import FloatArray
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.numbers.scalars import SMALLEST_NORMAL, check_not_negative
from actviz.theory.quadrature import Array, gaussian_means, half_squares, pair_rule

#: From these variances on, what is a line at both ends is taken for two lines that meet at 0: its
#: own scale of 1 is then a share of 1e-10 of the normal law's, and of 1e-6 for a pair.
_LINES_FROM, _PAIR_LINES_FROM = 1e20, 1e12

#: Below this a value's distance from the value at 0 is taken from the slopes between, at these
#: shares of the way and with these weights.
_NEAR = 1e-2
_nodes, _weights = legendre.leggauss(4)
_BETWEEN, _SHARE = (_nodes + 1) / 2, _weights / 2

#: Below this standard deviation of half a difference, the difference is taken from the slope.
_NARROW = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Expectations over z ~ N(0, q), dimensionless.

    Parameters
    ----------
    mean, second : float
        E φ(z) and E φ(z)².
    variance : float
        Var φ(z), with its digits where φ hardly varies.
    slope_second : float
        E φ'(z)².
    growth : float
        E z φ(z) φ'(z) = q d/dq E φ(z)² (Stein's lemma), which asks for no second derivative.
    """

    mean: float
    second: float
    variance: float
    slope_second: float
    growth: float


@lru_cache(maxsize=4096)
def moments(activation: Activation, q: float) -> Moments:
    """Return the moments of φ(z) and φ'(z), z ~ N(0, q).

    Parameters
    ----------
    activation : Activation
        Its `kinks` and `slopes` help; none is needed.
    q : float
        Variance of z, dimensionless, finite and at least 0.

    Raises
    ------
    SpecError
        If q is negative or not finite.

    Notes
    -----
    Relative error at most 1e-9 for q from 1e-30 to 1e4, and 1e-12 in most of it. Two numbers have
    it from 1e-8 on only, since even parts are differences: the growth where φ(0) is not 0, and the
    mean where it is, relative to the mean of |φ(z) + φ(-z)| / 2. φ must vary on a scale of about 1,
    or be a line beyond it.

    Closed forms: two lines that meet at 0 (relu, leaky_relu, identity), gelu and hard_tanh. Those
    of elu and selu are differences of numbers near 1 at small q, where quadrature is not.

    Examples
    --------
    >>> m = moments(ACTIVATIONS["relu"], 2.0)
    >>> m.second, m.slope_second
    (1.0, 0.5)
    """
    check_not_negative(q=q)
    if q == 0:
        return _at_zero(activation)
    if (slopes := _lines(activation, q, _LINES_FROM)) is not None:
        return _two_lines(*slopes, q)
    if activation in _CLOSED:
        return _CLOSED[activation](q)
    return _by_quadrature(activation, q)


def _at_zero(activation: Activation) -> Moments:
    # The two sides of a kink at 0, as for a vanishing q.
    sides = np.array([-1.0, 1.0]) * SMALLEST_NORMAL["float64"]
    value = float(activation(np.zeros(1))[0])
    slope = float(np.mean(activation.slope_at(sides) ** 2))
    return Moments(mean=value, second=value**2, variance=0.0, slope_second=slope, growth=0.0)


def _two_lines(below: float, above: float, q: float) -> Moments:
    mean = (above - below) * sqrt(q / (2 * pi))
    slope = (below**2 + above**2) / 2
    return Moments(
        mean=mean,
        second=q * slope,
        variance=q * slope - mean**2,
        slope_second=slope,
        growth=q * slope,
    )


def _gelu(q: float) -> Moments:
    """Hendrycks & Gimpel's x Φ(x); E Φ(z)² = 1/4 + asin(q/(1+q))/2π, and Stein's lemma."""
    root = sqrt(1 + 2 * q)
    # The arc sine by its tangent: near 1 it would lose half of the digits.
    both = 0.25 + atan2(q, root) / (2 * pi)
    mean = q / sqrt(2 * pi * (1 + q))
    second = q * both + q * q / (pi * (1 + q) * root)
    slope = both + q / (pi * (1 + q) * root) + q / (2 * pi * root**3)
    growth = q * both + _gelu_growth(q, root)
    return Moments(
        mean=mean, second=second, variance=second - mean**2, slope_second=slope, growth=growth
    )


def _gelu_growth(q: float, root: float) -> float:
    # q d/dq of the two terms of E φ², less q times the first one's factor.
    arc = q * q / (2 * pi * (1 + q) * root)
    tail = q * q / (pi * (1 + q) * root) * (2 - q / (1 + q) - q / root**2)
    return arc + tail


def _hard_tanh(q: float) -> Moments:
    t = 1 / sqrt(2 * q)
    inside, beyond = erf(t), erfc(t)
    # The part of q that lies within ±1: a difference, and where t is small its series.
    if t < 0.1:
        terms = ((-1) ** (k + 1) * 2 * k / ((2 * k + 1) * factorial(k)) for k in range(1, 7))
        middle = q * 2 / sqrt(pi) * t**3 * sum(c * t ** (2 * k) for k, c in enumerate(terms))
    else:
        middle = q * (inside - 2 * t * exp(-t * t) / sqrt(pi))
    second = middle + beyond
    return Moments(mean=0.0, second=second, variance=second, slope_second=inside, growth=middle)


_CLOSED: Mapping[Activation, Callable[[float], Moments]] = {
    ACTIVATIONS["gelu"]: _gelu,
    ACTIVATIONS["hard_tanh"]: _hard_tanh,
}


def is_cheap(activation: Activation) -> bool:
    """Return whether `moments` has a closed form."""
    return activation.slopes is not None or activation in _CLOSED


#: Whose pairs are taken many at once: without a kink, as one of a user's own may well have without
#: naming it, and without a closed form; and up to which q that is faster.
_SMOOTH = frozenset(row for row in ACTIVATIONS.values() if not (row.kinks or is_cheap(row)))
_LATTICE_TO = 60.0**2


def _by_quadrature(activation: Activation, q: float) -> Moments:
    origin = float(activation(np.zeros(1))[0])

    def integrand(z: Array) -> Array:
        value, slope = activation(z), activation.slope_at(z)
        shifted = rise(activation, z, value - origin, origin)
        return np.stack([value, value**2, shifted, shifted**2, slope**2, z * value * slope])

    mean, second, shift, spread, slope, growth = gaussian_means(integrand, q, activation.kinks)
    return Moments(
        mean=float(mean),
        second=float(second),
        variance=float(spread - shift**2),
        slope_second=float(slope),
        growth=float(growth),
    )


def rise(activation: Activation, z: Array, direct: FloatArray, origin: float) -> FloatArray:
    """Return φ(z) - φ(0) with its digits at small z, too; `direct` is that difference as it is.

    The mean slope between the two, by Gauss's rule of four, wherever it differs from the difference
    by no more than the difference's own rounding: not across a kink, for instance.
    """
    if not origin:
        return direct
    near = np.abs(z) < _NEAR
    if not near.any():
        return direct
    short, plain = z[near], direct[near]
    smooth = short * (activation.slope_at(short[..., np.newaxis] * _BETWEEN) @ _SHARE)
    rounding = 4 * np.finfo(float).eps * (abs(origin) + np.abs(plain))
    kept = direct.copy()
    kept[near] = np.where(np.abs(plain - smooth) <= rounding, smooth, plain)
    return kept


@lru_cache(maxsize=4096)
def half_distance(activation: Activation, q: float, distance: float) -> float:
    """Return E (φ(z1) - φ(z2))² / 2 for z1, z2 ~ N(0, q) with E (z1 - z2)² / 2 = distance.

    It is E φ² - E φ(z1) φ(z2), and keeps its digits where the two are nearly the same.

    Parameters
    ----------
    activation : Activation
    q : float
        Variance of z1 and of z2, dimensionless, at least 0.
    distance : float
        q (1 - c), c being their correlation; from 0 to 2 q.

    Returns
    -------
    float
        From 0 (equal inputs) to 2 E φ².

    Raises
    ------
    SpecError
        If q or distance is out of its range.

    Notes
    -----
    Relative error at most 1e-8 for c from -1 to 1 - 1e-15 and q from 1e-8 to 1e4, where all of the
    activation's kinks are named (2e-8 for c < 0); 1e-6 for q beyond 1e12. relu, leaky_relu and
    identity by the arc-cosine kernel (Cho & Saul 2009), gelu by its arc-sine twin, the others by
    quadrature over the half sum and the half difference of z1 and z2, which are independent.

    Examples
    --------
    >>> relu = ACTIVATIONS["relu"]
    >>> half_distance(relu, 1.0, 1.0) == moments(relu, 1.0).variance  # independent inputs
    True
    """
    if not (isfinite(q) and 0 <= distance <= 2 * q):
        raise SpecError(f"distance must be from 0 to 2 q (got {distance} with q = {q})")
    if distance == 0:
        return 0.0
    if distance == q:
        return moments(activation, q).variance
    if (slopes := _lines(activation, q, _PAIR_LINES_FROM)) is not None:
        return _two_lines_apart(*slopes, q, distance)
    if activation == _GELU and distance > 1e-5 * q:
        return moments(activation, q).second - _gelu_product(q, q - distance)
    rule = pair_rule(q, distance, activation.kinks)
    return rule.mean(_difference(activation, rule.u, rule.v) ** 2) / 2


def half_distances(activation: Activation, q: float, distances: Array) -> Array:
    """Return `half_distance` of many distances, from above 0 to q, shape (n,), in less time.

    By one product where an activation is known to be smooth and q is not too wide for that, to a
    relative error of at most 5e-8.
    """
    if activation in _SMOOTH and q <= _LATTICE_TO:
        apart = partial(_difference, activation)
        return half_squares(activation, apart, q, distances)
    return np.array([half_distance(activation, q, each) for each in distances.tolist()])


def slope_product(activation: Activation, q: float, distance: float) -> float:
    """Return E φ'(z1) φ'(z2) for the pair of `half_distance`, to the same accuracy."""
    if distance == 0 or q == 0:
        return moments(activation, q).slope_second
    rule = pair_rule(q, distance, activation.kinks)
    slope = activation.slope_at
    return rule.mean(slope(rule.u + rule.v) * slope(rule.u - rule.v))


def _difference(activation: Activation, u: Array, v: Array) -> Array:
    """Return φ(u + v) - φ(u - v)."""
    direct = activation(u + v) - activation(u - v)
    if v.max() > _NARROW:
        return direct
    # Where a difference of values has lost its digits, the mean slope between them by Gauss's rule
    # of two has an error of v^4; but not across a kink, where φ itself is small or v's share is.
    step = v / sqrt(3)
    smooth = v * (activation.slope_at(u + step) + activation.slope_at(u - step))
    for kink in activation.kinks:
        smooth = np.where(np.abs(u - kink) < v, direct, smooth)
    return smooth


def _lines(activation: Activation, q: float, start: float) -> tuple[float, float] | None:
    """Return the slopes below and above 0 of what is, seen from as far as `start`, two lines."""
    if activation.slopes is not None:
        return activation.slopes
    if q < start:
        return None
    far = np.array([1.0, 0.1]) * sqrt(q)
    below, above = activation(-far) / -far, activation(far) / far
    straight = max(np.ptp(below), np.ptp(above)) < 1e-4 and max(*abs(below), *abs(above)) > 1e-3
    return (float(below[0]), float(above[0])) if straight else None


def _two_lines_apart(below: float, above: float, q: float, distance: float) -> float:
    # φ(x) = m x + n |x|, and E |z1 z2| is the arc-cosine kernel of the angle between the two.
    m, n = (above + below) / 2, (above - below) / 2
    angle = 2 * asin(min(1.0, sqrt(distance / (2 * q))))
    if angle < 0.1:
        square = angle * angle
        bend = angle * square * (1 / 3 - square / 30 + square**2 / 840 - square**3 / 45360)
    else:
        bend = sin(angle) - angle * cos(angle)
    return (m * m + n * n) * distance - n * n * (2 * q / pi) * bend


_GELU = ACTIVATIONS["gelu"]


def _gelu_product(q: float, covariance: float) -> float:
    """Return E φ(z1) φ(z2): Stein's lemma twice, and E Φ Φ = 1/4 + asin(r / (1 + q)) / 2π."""
    r = covariance
    root = sqrt(1 + q - r) * sqrt(1 + q + r)
    both = 0.25 + atan2(r, root) / (2 * pi)
    bells = 1 / (2 * pi * root)
    return r * both + bells * (q * q + r * r * (1 - q) / (1 + q))
