"""Tails of distributions: how far out a false alarm may be, without scipy.

Maths on plain numbers; this room knows no Record and draws nothing.
"""

from collections.abc import Callable
from math import atan, cos, erfc, exp, inf, pi, sin, sqrt


def student_tail(t: float, df: int) -> float:
    """Return P(T > t) for t >= 0 and Student's T with a whole number of degrees of freedom.

    Notes
    -----
    The finite sums of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4. The tail is what they leave of
    1, so that it is good to 1e-15 absolutely and means nothing below that.
    """
    theta = atan(t / sqrt(df))
    c2 = cos(theta) ** 2
    even = df % 2 == 0
    term, total = (1.0, 1.0) if even else (cos(theta), cos(theta))
    for k in range(2 if even else 3, df - 1, 2):
        term *= c2 * (k - 1) / k
        total += term
    if even:
        inside = sin(theta) * total
    else:
        inside = 2 / pi * (theta + (sin(theta) * total if df > 1 else 0.0))
    return max(0.0, (1.0 - inside) / 2)


def student_quantile(tail: float, df: int) -> float:
    """Return the t with P(T > t) = `tail`, for 1e-12 <= `tail` < 1/2.

    Examples
    --------
    >>> round(student_quantile(0.025, 39), 4)
    2.0227
    """
    return _inverse(lambda t: student_tail(t, df), tail)


def normal_quantile(tail: float) -> float:
    """Return the z with P(Z > z) = `tail` for a standard normal Z, for 0 < `tail` < 1/2.

    Examples
    --------
    >>> round(normal_quantile(0.025), 4)
    1.96
    """
    return _inverse(lambda z: erfc(z / sqrt(2)) / 2, tail)


def _inverse(falling: Callable[[float], float], value: float) -> float:
    """Return where a function that falls from 1/2 at 0 has `value`: bisection to the last bit."""
    low, high = 0.0, 1.0
    while falling(high) > value and high < inf:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if falling(middle) > value else (low, middle)
    return high


def kolmogorov_tail(distance: float, count: int) -> float:
    """Return P(D > `distance`), D being the Kolmogorov-Smirnov distance of `count` values.

    Notes
    -----
    Kolmogorov's limit 2 sum (-1)^(k-1) exp(-2 k^2 x^2) at Stephens's (1970) argument for a finite
    number of values; within 5 % of the exact tail from 1000 values on, for tails of 1e-5 to 0.2.
    """
    root = sqrt(count)
    x = (root + 0.12 + 0.11 / root) * distance
    if x < 0.2:  # the series does not converge there, and the tail is 1 to 1e-12
        return 1.0
    series = sum((1 if k % 2 else -1) * exp(-2.0 * (k * x) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2.0 * series))
