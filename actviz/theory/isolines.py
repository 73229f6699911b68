"""Lines of one chi in the plane of variances: the edge of chaos, and how far from it one may be.

The room knows activations; it knows no stacks.

References
----------
As for `actviz.theory.maps`.
"""

from collections.abc import Callable
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.theory.expectations import moments
from actviz.theory.fields import checked_variances, fixed_points, sign_change
from actviz.theory.quadrature import Array
from actviz.theory.tables import HIGHEST, LOWEST, moment_curves

#: A fixed point found again has its chi to this.
_AT = 1e-6

#: sigma_w2 over chi at which a jump is looked for, and how often a stretch is halved then.
_TRIED, _HALVINGS = np.geomspace(1e-2, 1e3, 101), 30


def isoline(
    activation: Activation, chi: float, sigma_b2: ArrayLike, *, q_start: float | None = None
) -> Array:
    """Return the sigma_w2 at which deep layers multiply the gradient's variance by `chi`.

    Parameters
    ----------
    activation : Activation
    chi : float
        Above 0; 1 is the line between order and chaos.
    sigma_b2 : array_like, shape (n,)
        Variances of the bias, finite and at least 0.
    q_start : float, optional
        Second moment of the first layer's preactivations, as in `fixed_point`. By default
        sigma_w2 + sigma_b2, which inputs with the std 1 give.

    Returns
    -------
    ndarray, shape (n,)
        The least sigma_w2 whose fixed point has this chi, or at which it jumps past it; nan where
        there is none.

    Raises
    ------
    SpecError
        If a number is out of its range.

    Notes
    -----
    Nothing is searched for in the plane: at any q, sigma_w2 = chi / E φ'² has this chi, and q is
    the fixed point with sigma_b2 = q - sigma_w2 E φ². A fixed point that layers do not come to from
    q_start is none of theirs, and is left out. Only a jump (GELU's without a bias, from where a
    signal dies out to where it grows for ever) is looked for.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> isoline(ACTIVATIONS["relu"], 1.0, [0.1, 1.0]), isoline(ACTIVATIONS["tanh"], 1.0, [0.0])
    (array([2., 2.]), array([1.]))
    """
    if not (np.isfinite(chi) and chi > 0):
        raise SpecError(f"chi must be a finite number > 0 (got {chi})")
    _, bias, _ = checked_variances(0.0, sigma_b2)
    rows = bias.ravel()
    curves = moment_curves(activation)
    t = np.linspace(LOWEST, HIGHEST, len(curves.second.values))

    def weight(t: Array) -> Array:
        return chi * np.exp(-curves.slope_second.at(t)[0])

    def surplus(t: Array, bias: Array) -> Array:
        """Return by how much q - sigma_w2 E φ² is more than the bias, relative to q."""
        share = weight(t) * np.exp(curves.second.at(t)[0])
        return 1 - share - bias * np.exp(-t)

    if activation.slopes is not None:
        # chi says nothing of q: one weight for all biases.
        return np.full(bias.shape, chi / moments(activation, 1.0).slope_second)
    signs = np.sign(surplus(t, rows[:, np.newaxis]))
    row, place = np.nonzero(signs[:, :-1] * signs[:, 1:] <= 0)
    inside = weight(sign_change(lambda x: surplus(x, rows[row]), t[place], t[place + 1]))
    # Where the signal dies out and where it grows for ever, chi is that of the ends.
    every = np.arange(len(rows))
    row = np.concatenate([row, every, every])
    ends = np.repeat(weight(np.array([LOWEST, HIGHEST])), len(rows))
    found = np.concatenate([inside, ends])

    def chi_at(sigma_w2: Array, bias: Array) -> Array:
        start = sigma_w2 + bias if q_start is None else q_start
        return fixed_points(activation, sigma_w2, bias, q_start=start, pairs=False).chi

    kept = np.abs(chi_at(found, rows[row]) / chi - 1) < _AT
    line = np.full(len(rows), inf)
    np.minimum.at(line, row[kept], found[kept])
    missing = np.flatnonzero(line == inf)
    if missing.size:
        line[missing] = _jump(lambda w: chi_at(w, rows[missing]) - chi, chi, len(missing))
    return line.reshape(bias.shape)


def _jump(surplus: Callable[[Array], Array], chi: float, count: int) -> Array:
    """Return the least sigma_w2 at which chi jumps from below to above, nan where it does not."""
    tried = chi * _TRIED
    over = surplus(np.repeat(tried[:, np.newaxis], count, axis=1)) > 0
    rises = ~over[:-1] & over[1:]
    first = rises.argmax(axis=0)
    low, high = tried[first], tried[first + 1]
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        above = surplus(middle) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(rises.any(axis=0), high, nan)
