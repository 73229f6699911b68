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

#: q below which and beyond which an activation is nearly a line, layers that are followed at most,
#: and how near to 1 a share is all.
_LIKE_0, _LIKE_ENDLESS, _MOST, _WHOLE = 1e-5, 1e8, 2000, 1e-12


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


def cosine_at_last(
    activation: Activation,
    sigma_w2: ArrayLike,
    sigma_b2: ArrayLike = 0.0,
    *,
    q_start: ArrayLike = 1.0,
) -> Array:
    """Return the cosine to which uncorrelated inputs come where a signal dies out or grows forever.

    Where it comes to rest, the cosine does so too, whatever the input was
    (`actviz.theory.fields.fixed_points`). Where q goes to 0 or to infinity, an activation comes
    nearer and nearer to a line there, layers do less and less, and what the first ones have done
    stays: these are followed.

    Parameters
    ----------
    activation : Activation
    sigma_w2, sigma_b2 : array_like, shape (...)
        As in `over_depth`.
    q_start : array_like, default 1
        Second moment of the first layer's preactivations, above 0; that of the bias is all that two
        inputs have in common there.

    Returns
    -------
    ndarray, shape (...)
        Within 1e-3; 0 to the last bit for an odd function without a bias.

    Raises
    ------
    SpecError
        If a number is out of its range.

    Notes
    -----
    A stack is followed until its q has left what an activation tells from a line, and the last step
    of log(1 - c), which shrinks with q, gives what is still to come.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> found = cosine_at_last(ACTIVATIONS["gelu"], [0.25, 1.0], q_start=[0.25, 1.0])
    >>> [f"{cosine:.2f}" for cosine in found]
    ['0.11', '0.30']
    """
    w, b, start = checked_variances(sigma_w2, sigma_b2, q_start)
    curves = moment_curves(activation)
    found = np.zeros(w.size)
    which = np.arange(w.size)
    w, b, q = w.ravel(), b.ravel(), start.ravel()
    gap = 1 - b / q
    for layer in range(_MOST):
        t = np.log(q)
        share = _share_of(activation, curves.variance.at(t)[0], q, gap)
        after = w * np.exp(curves.second.at(t)[0]) * q + b
        gap_after = np.clip(w * share * gap * q / after, 0.0, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.log(gap_after / gap)
            pace = np.minimum(after / q, q / after)
            rest = step * pace / (1 - pace)
        q, gap = after, gap_after
        far = (q < _LIKE_0) | (q > _LIKE_ENDLESS)
        still = step == 0  # an odd function's
        done = far | still | ~np.isfinite(rest) | (layer == _MOST - 1)
        rest = np.where(still | ~np.isfinite(rest), 0.0, rest)
        found[which[done]] = 1 - (gap * np.exp(rest))[done]
        which, w, b, q, gap = (each[~done] for each in (which, w, b, q, gap))
        if not which.size:
            break
    return found.reshape(np.shape(start))


def _share_of(activation: Activation, variance: Array, q: Array, gap: Array) -> Array:
    """Return which share of a distance of two preactivations is kept; that of all has a curve."""
    share = np.exp(variance)
    near = np.flatnonzero((gap < 1 - _WHOLE) & (gap > 0))
    if near.size:
        rows = pair_rows(activation, q[near])
        share[near] = np.exp(rows.log_share(rows.place(gap[near])))
    return share


def _distance_after(activation: Activation, q: Array, distance: Array) -> Array:
    """Return `half_distance` of pairs, 0 for none and inf where q is."""
    after = np.where(np.isfinite(q), 0.0, inf)
    usual = np.flatnonzero((q > 0) & np.isfinite(q) & (distance > 0))
    if usual.size:
        rows = pair_rows(activation, q[usual])
        gap = np.minimum(distance[usual] / q[usual], 1.0)
        after[usual] = distance[usual] * np.exp(rows.log_share(rows.place(gap)))
    return after
