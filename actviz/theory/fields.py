"""Fixed points over whole planes of variances: ten thousand in the time of ten.

What `fixed_point` says of one pair of variances, for arrays of them, from tables. The room knows
activations; it knows no stacks.

References
----------
As for `actviz.theory.maps`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.numbers.frozen import OfArrays
from actviz.theory.expectations import moments
from actviz.theory.quadrature import Array
from actviz.theory.tables import HIGHEST, LOWEST, MomentCurves, moment_curves, pair_rows

Flags = NDArray[np.bool_]

#: As many depth scales of the gradient as a stack can be deep and train (Schoenholz et al. 2017).
SCALES_DEEP = 6.0

#: A relative step of q smaller than this is rounding, and a slope as near to 1 leads nowhere: as in
#: `actviz.theory.maps`.
_STILL, _NEUTRAL = 1e-13, 1e-9

#: Step of log q by which a change of sign is looked for, and the most steps that closing in takes.
_STRIDE, _CLOSING = 0.4, 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FixedPoints(OfArrays):
    """Where deep layers come to rest, for arrays of variances: `FixedPoint`, number by number.

    Parameters
    ----------
    sigma_w2, sigma_b2 : ndarray, shape (...)
        What was asked for, of one shape.
    q_star, chi, xi_q, c_star, xi_c : ndarray, shape (...)
        As in `FixedPoint`, and nan where that has None.
    """

    sigma_w2: Array
    sigma_b2: Array
    q_star: Array
    chi: Array
    xi_q: Array
    c_star: Array
    xi_c: Array

    @property
    def gradient_scale(self) -> Array:
        """Layers over which the gradient's variance changes by a factor of e: 1 / |log chi|.

        On the ordered side it is xi_c (Schoenholz et al. 2017, xi_∇).
        """
        with np.errstate(divide="ignore"):
            return np.asarray(1 / np.abs(np.log(self.chi)))


def fixed_points(
    activation: Activation,
    sigma_w2: ArrayLike,
    sigma_b2: ArrayLike = 0.0,
    *,
    q_start: ArrayLike = 1.0,
    pairs: bool = True,
) -> FixedPoints:
    """Return the points to which the maps of q and c lead, for arrays that broadcast.

    Parameters
    ----------
    activation : Activation
    sigma_w2, sigma_b2 : array_like, shape (...)
        As in `variance_map`, finite and at least 0.
    q_start : array_like, default 1
        Second moment of the first layer's preactivations, above 0.
    pairs : bool, default True
        Whether c_star and xi_c are wanted: their tables take a tenth of a second and more. Without
        them they are nan.

    Raises
    ------
    SpecError
        If a number is out of its range.

    Notes
    -----
    As `fixed_point` defines them: q_star and chi to a share of 1e-7 of themselves, c_star to 1e-5,
    and the slopes that the depth scales are of to 1e-5 for q and 1e-4 for c. What is as near as
    that to a place where they jump may be on its other side.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> found = fixed_points(ACTIVATIONS["tanh"], [[0.9], [1.0], [4.0]], [0.0, 0.25])
    >>> found.chi.round(4)
    array([[0.9   , 0.535 ],
           [1.    , 0.5799],
           [1.3627, 1.2722]])
    """
    w, b, start = checked_variances(sigma_w2, sigma_b2, q_start)
    curves = moment_curves(activation)
    flat_w, flat_b, flat_start = w.ravel(), b.ravel(), start.ravel()
    q_star = _rest(activation, curves, flat_w, flat_b, flat_start)
    inside = (q_star > 0) & (q_star < inf)
    t = np.log(np.clip(q_star, np.exp(LOWEST), np.exp(HIGHEST)))
    chi = flat_w * np.exp(curves.slope_second.at(t)[0])
    size, steepness = curves.second.at(t)
    growth = flat_w * np.exp(size) * (1 + steepness)
    xi_q = np.where(inside, _depth_scale(growth), nan)
    c_star = xi_c = np.full(len(chi), nan)
    if pairs:
        c_star, xi_c = _pairs_at_rest(activation, flat_w, flat_b, q_star, chi)
    shaped = {
        name: values.reshape(w.shape)
        for name, values in (
            *(("q_star", q_star), ("chi", chi), ("xi_q", xi_q)),
            *(("c_star", c_star), ("xi_c", xi_c)),
        )
    }
    return FixedPoints(sigma_w2=w, sigma_b2=b, **shaped)


def checked_variances(
    sigma_w2: ArrayLike, sigma_b2: ArrayLike, q_start: ArrayLike = 1.0
) -> list[Array]:
    """Return the three as arrays of one shape.

    Raises
    ------
    SpecError
        If a number is negative or not finite, or a start is 0.
    """
    given = {"sigma_w2": sigma_w2, "sigma_b2": sigma_b2, "q_start": q_start}
    arrays = [np.asarray(each, dtype=float) for each in given.values()]
    for name, array in zip(given, arrays, strict=True):
        wrong = ~(np.isfinite(array) & (array >= 0))
        if wrong.any():
            value = array[wrong].flat[0]
            raise SpecError(f"{name} must be finite numbers >= 0 (got {value})")
    if not (arrays[-1] > 0).all():
        raise SpecError("q_start must be > 0 (got 0)")
    return list(np.broadcast_arrays(*arrays))


def _rest(activation: Activation, curves: MomentCurves, w: Array, b: Array, start: Array) -> Array:
    """Return the first q on the way from the start whose layer has the same q, 0 or inf."""
    if activation.slopes is not None:
        return _rest_of_lines(moments(activation, 1.0).second * w, b, start)

    def step(t: Array, which: Flags | NDArray[np.intp]) -> Array:
        change = w[which] * np.exp(curves.second.at(t)[0]) + b[which] * np.exp(-t) - 1
        return np.where(np.abs(change) > _STILL, change, 0.0)

    near = np.clip(np.log(start), LOWEST, HIGHEST)
    first = step(near, np.arange(len(w)))
    up = np.sign(first)
    q = np.where(up > 0, inf, 0.0)
    q[up == 0] = start[up == 0]
    low, high, found = near.copy(), near.copy(), np.zeros(len(w), dtype=bool)
    walking = np.flatnonzero(up)
    while walking.size:
        far = near[walking] + _STRIDE * up[walking]
        turned = step(far, walking) * up[walking] < 0
        low[walking], high[walking] = near[walking], far
        near[walking] = far
        found[walking[turned]] = True
        walking = walking[~turned & (far > LOWEST) & (far < HIGHEST)]
    which = np.flatnonzero(found)
    q[which] = np.exp(sign_change(lambda t: step(t, which), low[which], high[which]))
    return q


def _rest_of_lines(factor: Array, b: Array, start: Array) -> Array:
    """Return where q' = factor q + b comes to rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(factor < 1, b / (1 - factor), inf)
    still = (np.abs(factor - 1) <= _STILL) & (b == 0)
    return np.where(still, start, rest)


def sign_change(function: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Return where a function changes its sign between two points, for arrays of them.

    By false position, the end that stays twice having half its weight (Illinois), and by halving
    from time to time where that is slow.
    """
    left, right = function(low), function(high)
    for turn in range(_CLOSING):
        wide = np.abs(high - low) > 1e-14 * np.maximum(np.abs(low), 1e-3)
        if not wide.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = (low * right - high * left) / (right - left)
        halved = (low + high) / 2
        outside = ~((middle - low) * (middle - high) <= 0)
        middle = np.where(outside | (turn % 4 == 3), halved, middle)
        value = function(middle)
        crossed = value * right <= 0
        low = np.where(crossed, high, low)
        left = np.where(crossed, right, left / 2)
        high, right = middle, value
        exact = value == 0
        low = np.where(exact, middle, low)
    return high


def _depth_scale(slope: Array) -> Array:
    """Return -1 / log(slope): 0 for 0, inf for 1, nan beyond."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = -1 / np.log(np.maximum(slope, 0.0))
    scale = np.where(slope <= 0, 0.0, scale)
    scale = np.where(slope > 1, nan, scale)
    return np.where(np.abs(slope - 1) <= _NEUTRAL, inf, scale)


def _pairs_at_rest(
    activation: Activation, w: Array, b: Array, q: Array, chi: Array
) -> tuple[Array, Array]:
    """Return c_star from c = 0, and its depth scale."""
    inside = (q > 0) & (q < inf)
    c, slope = np.full(len(q), nan), np.full(len(q), nan)
    if activation.slopes is not None:
        # The same at every scale: without a bias, or far beyond it.
        mean = moments(activation, 1.0).mean != 0
        endless = ~inside & (w > 0) & ((b == 0) | (mean & (q > 0)))
        c[endless] = 1.0 if mean else 0.0
        slope[endless] = 1.0
    t = np.log(np.where(inside, q, 1.0))
    curves = moment_curves(activation)
    spread = np.exp(curves.variance.at(t)[0])
    # How much of q all inputs have in common when they have nothing else: sigma_w2 (E φ)² and b.
    common = w * (np.exp(curves.second.at(t)[0]) - spread) + b / np.where(inside, q, 1.0)
    apart = inside & (common <= 1e-12)
    merged = inside & ~apart & (chi <= 1 + 1e-12)
    c[merged], slope[merged] = 1.0, chi[merged]
    between = np.flatnonzero(inside & ~merged)
    if between.size:
        gap, slopes = _gaps(activation, w[between], q[between], apart[between])
        c[between], slope[between] = 1 - gap, slopes
    return c, _depth_scale(slope)


def _gaps(activation: Activation, w: Array, q: Array, apart: Flags) -> tuple[Array, Array]:
    """Return 1 - c_star where chi > 1, and the slope of the map there."""
    rows = pair_rows(activation, q)
    weight = np.log(w)

    def kept(place: Array) -> Array:
        return rows.log_share(place) + weight

    # A distance that is kept to more than 1 / sigma_w2 grows: at 0 it is, and less and less beyond.
    none, all_of_it = np.zeros(len(q)), np.ones(len(q))
    place = np.where(apart | (kept(all_of_it) >= 0), 1.0, 0.0)
    which = np.flatnonzero((place == 0) & (kept(none) > 0))
    if which.size:
        few, needed = rows.some(which), weight[which]
        place[which] = sign_change(
            lambda at: few.log_share(at) + needed, none[which], all_of_it[which]
        )
    slope = w * np.exp(rows.log_share(place)) * (1 + rows.steepness(place))
    return np.where(apart, 1.0, rows.gap(place)), slope
