"""What mean field says of stacks over their depth, for whole arrays of variances.

What `predict` says of one stack, from tables. The room knows activations; it knows no stacks.

References
----------
As for `actviz.theory.maps`.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.numbers.frozen import OfArrays
from actviz.numbers.scalars import is_integer
from actviz.theory.fields import checked_variances
from actviz.theory.quadrature import Array
from actviz.theory.tables import FARTHEST, moment_curves, pair_rows


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Depths(OfArrays):
    """Stacks of constant width over their depth, for an array of variances.

    Parameters
    ----------
    sigma_w2, sigma_b2 : ndarray, shape (...)
    q : ndarray, shape (depth, ...)
        Second moment of the preactivations of layer 1, 2 … ; inf beyond the floats.
    std : ndarray, shape (depth, ...)
        Of the activations, over units and inputs together.
    within_unit_std : ndarray, shape (depth, ...)
        Of one unit's activation over inputs.
    log_gradient : ndarray, shape (depth, ...)
        Natural logarithm of the gradient's std in layer 1 over that in layer 1, 2 … . In a stack of
        any depth, layer l has exp(log_gradient[m - 1] - log_gradient[l - 1]) times that of layer m.
    """

    sigma_w2: Array
    sigma_b2: Array
    q: Array
    std: Array
    within_unit_std: Array
    log_gradient: Array


def over_depth(
    activation: Activation,
    sigma_w2: ArrayLike,
    depth: int,
    sigma_b2: ArrayLike = 0.0,
    *,
    input_std: float = 1.0,
) -> Depths:
    """Return what layers 1 to `depth` do, for arrays of variances that broadcast.

    Parameters
    ----------
    activation : Activation
    sigma_w2, sigma_b2 : array_like, shape (...)
        fan_in times the variance of a weight, and the variance of a bias; finite, at least 0.
    depth : int
        At least 1.
    input_std : float, default 1
        Of the independent entries of the inputs, above 0.

    Raises
    ------
    SpecError
        If a number is out of its range.

    Notes
    -----
    What `predict` says of each stack, in the limit of many inputs and units, within 1e-6 a layer. A
    deeper stack repeats the layers of a shallower one, so that one array holds all depths.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> found = over_depth(ACTIVATIONS["sigmoid"], [1.0], 5)
    >>> [f"{std:.2g}" for std in found.within_unit_std[:, 0]]
    ['0.21', '0.049', '0.012', '0.0027', '0.00064']
    """
    if not is_integer(depth) or depth < 1:
        raise SpecError(f"depth must be an integer >= 1 (got {depth!r})")
    if not (np.isfinite(input_std) and input_std > 0):
        raise SpecError(f"input_std must be a finite number > 0 (got {input_std!r})")
    w, b, _ = checked_variances(sigma_w2, sigma_b2)
    curves = moment_curves(activation)
    second = apart = np.full(w.size, input_std**2)
    flat_w, flat_b = w.ravel(), b.ravel()
    layers, passed = [], np.zeros(w.size)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        for _ in range(depth):
            q, distance = flat_w * second + flat_b, flat_w * apart
            t = np.log(q)
            second, variance = (
                np.exp(curve.at(t)[0] + np.clip(t, -FARTHEST, FARTHEST))
                for curve in (curves.second, curves.variance)
            )
            apart = _distance_after(activation, q, distance)
            layers.append((q, np.sqrt(variance), np.sqrt(apart), passed))
            passed = passed + (np.log(flat_w) + curves.slope_second.at(t)[0]) / 2
    q, std, within, gradient = (
        np.array(each).reshape(depth, *w.shape) for each in zip(*layers, strict=True)
    )
    return Depths(
        sigma_w2=w, sigma_b2=b, q=q, std=std, within_unit_std=within, log_gradient=gradient
    )


def _distance_after(activation: Activation, q: Array, distance: Array) -> Array:
    """Return `half_distance` of pairs, 0 for none and inf where q is."""
    after = np.where(np.isfinite(q), 0.0, inf)
    usual = np.flatnonzero((q > 0) & np.isfinite(q) & (distance > 0))
    if usual.size:
        rows = pair_rows(activation, q[usual])
        gap = np.minimum(distance[usual] / q[usual], 1.0)
        after[usual] = distance[usual] * np.exp(rows.log_share(rows.place(gap)))
    return after
