"""The maps of mean field from layer to layer, where they come to rest, and how fast.

A layer is z = x @ W + b with W ~ N(0, sigma_w2 / fan_in) and b ~ N(0, sigma_b2), infinitely wide,
so that its preactivations are normal: q is their second moment, and c the correlation of the
preactivations of two inputs. The room knows activations; it knows no stacks.

References
----------
Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli 2016 (the maps of q and c, c_star); Schoenholz,
Gilmer, Ganguli & Sohl-Dickstein 2017 (chi, gradients, xi_q and xi_c); Hanin & Rolnick 2018 (finite
width).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import expm1, inf, log, log1p, sqrt

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.numbers.scalars import check_not_negative, is_integer
from actviz.theory.expectations import half_distance, moments, slope_product

#: q beyond these is taken for none and for infinite.
_NOTHING, _ENDLESS = 1e-30, 1e30

#: A relative step of q smaller than this is rounding: q stays where it is.
_STILL = 1e-13

#: Factor between the points at which a change of sign is looked for.
_STRIDE = 1.5


def variance_map(
    activation: Activation, q: float, *, sigma_w2: float, sigma_b2: float = 0.0
) -> float:
    """Return the second moment of the next layer's preactivations.

    ``q' = sigma_w2 E φ(z)² + sigma_b2`` with z ~ N(0, q) (Poole et al. 2016, equation 3).

    Parameters
    ----------
    activation : Activation
    q : float
        Second moment of this layer's preactivations, dimensionless, at least 0.
    sigma_w2, sigma_b2 : float
        fan_in times the variance of a weight, and the variance of a bias; at least 0.

    Raises
    ------
    SpecError
        If a number is negative or not finite.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> variance_map(ACTIVATIONS["relu"], 3.0, sigma_w2=2.0)
    3.0
    """
    check_not_negative(sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    return sigma_w2 * moments(activation, q).second + sigma_b2


def correlation_map(
    activation: Activation, q: float, c: float, *, sigma_w2: float = 1.0, sigma_b2: float = 0.0
) -> float:
    """Return the correlation of the next layer's preactivations of two inputs.

    ``c' = (sigma_w2 E φ(z1) φ(z2) + sigma_b2) / q'`` for z1, z2 ~ N(0, q) with the correlation c
    (Poole et al. 2016, equation 5).

    Parameters
    ----------
    activation : Activation
    q : float
        Second moment of this layer's preactivations for either input, above 0.
    c : float
        Their correlation, from -1 to 1.
    sigma_w2, sigma_b2 : float
        As in `variance_map`; without a bias, sigma_w2 makes no difference.

    Returns
    -------
    float
        From -1 to 1, and exactly 1 for c = 1.

    Raises
    ------
    SpecError
        If a number is out of its range, or if q' is 0: then there is no correlation.

    Notes
    -----
    1 - c' has a relative error of at most 1e-8 (see `actviz.theory.half_distance`).

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> round(correlation_map(ACTIVATIONS["relu"], 1.0, 0.0), 12)  # 1 / pi
    0.318309886184
    """
    if not -1 <= c <= 1:
        raise SpecError(f"c must be a number from -1 to 1 (got {c})")
    following = variance_map(activation, q, sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    if not following:
        raise SpecError("the next layer's preactivations are all 0: they have no correlation")
    apart = sigma_w2 * half_distance(activation, q, q * (1 - c))
    return max(-1.0, 1 - apart / following)


def chi(activation: Activation, q: float, *, sigma_w2: float) -> float:
    """Return the factor of the gradient's variance for a layer: ``sigma_w2 E φ'(z)²``, z ~ N(0, q).

    Below 1 gradients vanish and inputs come together, above 1 gradients explode and inputs part
    (Schoenholz et al. 2017, equation 4).

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> chi(ACTIVATIONS["relu"], 1.0, sigma_w2=2.0)
    1.0
    """
    check_not_negative(sigma_w2=sigma_w2)
    return sigma_w2 * moments(activation, q).slope_second


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoint:
    """Where deep layers come to rest, and over how many layers.

    Parameters
    ----------
    q_star : float
        Second moment of the preactivations; 0 where the signal dies out, inf where it grows for
        ever.
    c_star : float or None
        Correlation that two inputs reach which begin uncorrelated. None where q_star is 0 or inf,
        and the activation is not of one shape at every scale, or is the identity with a bias.
    chi : float
        `chi` at q_star; its limit where that is 0 or inf.
    xi_q, xi_c : float or None
        Layers over which a difference from q_star and c_star falls by a factor of e: -1 / log of
        the maps' slopes. inf where the slope is 1, 0 where it is 0, None where there is no such
        point.
    """

    q_star: float
    c_star: float | None
    chi: float
    xi_q: float | None
    xi_c: float | None


def fixed_point(
    activation: Activation, *, sigma_w2: float, sigma_b2: float = 0.0, q_start: float = 1.0
) -> FixedPoint:
    """Return the point to which the maps of q and c lead.

    Parameters
    ----------
    activation : Activation
    sigma_w2, sigma_b2 : float
        As in `variance_map`.
    q_start : float, default 1
        Second moment of the first layer's preactivations, above 0.

    Returns
    -------
    FixedPoint

    Raises
    ------
    SpecError
        If a number is out of its range.

    Notes
    -----
    q' rises with q, so that the layers' q rise or fall towards the first fixed point on their side
    of `q_start`, and never past it: that is the one returned where there are several. It is found
    by the change of sign of q' - q, not by following the layers, which at a critical point come
    near it as slowly as 1 / layer. A q_start that is a fixed point itself, to rounding, is
    returned. No change of sign down to 1e-30 means 0, none up to 1e30 means inf.

    As a function of c, c' is a power series with no negative coefficient, so that from c = 0 it
    leads to 1 where chi <= 1, and else to its one fixed point below 1 (Poole et al. 2016).

    1/xi_q = -log(chi + sigma_w2 E φ φ'') in Schoenholz et al. 2017, equation 6, is taken in the
    form -log(sigma_w2 E z φ φ' / q), the same by Stein's lemma; 1/xi_c = -log(sigma_w2 E φ'(z1)
    φ'(z2)) at c_star, their equation 9.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> found = fixed_point(ACTIVATIONS["sigmoid"], sigma_w2=1.0)
    >>> round(found.q_star, 8), round(found.chi, 8)
    (0.26468688, 0.05572071)
    """
    check_not_negative(sigma_w2=sigma_w2, sigma_b2=sigma_b2, q_start=q_start)
    if q_start == 0:
        raise SpecError("q_start must be > 0 (got 0)")

    def step(q: float) -> float:
        """Return q' - q, relative to q, and 0 for what is rounding."""
        change = variance_map(activation, q, sigma_w2=sigma_w2, sigma_b2=sigma_b2) / q - 1
        return change if abs(change) > _STILL else 0.0

    q_star = _first_root(step, q_start)
    q = min(max(q_star, _NOTHING), _ENDLESS)
    here = moments(activation, q)
    slope = chi(activation, q, sigma_w2=sigma_w2)
    inside = 0 < q_star < inf
    growth = sigma_w2 * here.growth / q
    shape = activation.slopes is not None and sigma_w2 > 0
    # A bias fades beside a signal that grows, and yet of an odd one the first layers have brought
    # inputs together: to a cosine that depends on the input.
    shape &= sigma_b2 == 0 or (q_star > 0 and here.mean != 0)
    c_star = xi_c = None
    if inside or shape:
        bias = sigma_b2 if inside else 0.0
        weight = sigma_w2 if inside else 1 / here.slope_second if here.slope_second else 0.0
        c_star, at_c = _correlation_rest(activation, q, weight, bias)
        xi_c = _depth_scale(at_c)
    return FixedPoint(
        q_star=q_star,
        c_star=c_star,
        chi=slope,
        xi_q=_depth_scale(growth) if inside else None,
        xi_c=xi_c,
    )


def _first_root(step: Callable[[float], float], start: float) -> float:
    """Return the first q at which `step` is no longer of the sign it has at the start."""
    first = step(start)
    if first == 0:
        return start
    stride = _STRIDE if first > 0 else 1 / _STRIDE
    near = start
    while _NOTHING < near < _ENDLESS:
        far = near * stride
        if step(far) * first < 0:
            return _bisected(lambda q: step(q) * first > 0, near, far)
        near = far
    return inf if first > 0 else 0.0


def _bisected(before: Callable[[float], bool], near: float, far: float) -> float:
    """Return where `before` turns false between two positive numbers, to the last bits."""
    for _ in range(80):
        middle = sqrt(near) * sqrt(far)
        if middle in (near, far):
            break
        near, far = (middle, far) if before(middle) else (near, middle)
    return far


def _correlation_rest(
    activation: Activation, q: float, sigma_w2: float, sigma_b2: float
) -> tuple[float, float]:
    """Return c_star from c = 0, and the slope of the map there; q must be at rest."""

    def slope(distance: float) -> float:
        return sigma_w2 * slope_product(activation, q, distance)

    # By the distance q (1 - c), which keeps its digits near c = 1.
    def short(distance: float) -> bool:
        return sigma_w2 * half_distance(activation, q, distance) < distance * (1 - _STILL)

    mean = moments(activation, q).mean
    if sigma_w2 * mean**2 + sigma_b2 <= 1e-15 * q:
        return 0.0, slope(q)
    at_one = slope(0.0)
    if at_one <= 1 + 1e-12:
        return 1.0, at_one
    # Distances below the resting one grow, those above it shrink.
    distance = _bisected(short, q, q * 1e-14)
    return 1 - distance / q, slope(distance)


#: A slope is known to so much: one as near to 1 leads nowhere.
_NEUTRAL = 1e-9


def _depth_scale(slope: float) -> float | None:
    """Return -1 / log(slope), the depth scale of a map with that slope at its fixed point."""
    if slope <= 0:
        return 0.0
    if abs(slope - 1) <= _NEUTRAL:
        return inf
    return -1 / log(slope) if slope < 1 else None


def relu_norm_spread(widths: int | Iterable[int], depth: int | None = None) -> float:
    """Return the relative variance of |x_L|² between networks: (1 + 5/n)^L - 1 at width n.

    For one fixed input, ReLU, weights N(0, 2/fan_in) and no biases: given the layer below, each
    layer's mean square is that of n independent ReLUs, whose squares have the relative variance 5
    (Hanin & Rolnick 2018, theorem 5). With widths n_1 … n_L it is the product of 1 + 5/n_l, less 1.

    Parameters
    ----------
    widths : int, or iterable of int
        Units of every layer, or of each of them, at least 1.
    depth : int, optional
        Number of layers, with one width.

    Raises
    ------
    SpecError
        If a width or the depth is not an integer of at least 1, or depth goes with several widths.

    Notes
    -----
    It holds for normal weights of any scale, since ReLU is homogeneous; for weights with a fourth
    moment other than the normal's it is off by terms of the order 1/fan_in of the correction, and
    a bias or another activation makes it void. The mean over inputs of a batch varies less.

    Examples
    --------
    >>> round(relu_norm_spread(100, 10), 4)
    0.6289
    """
    if not isinstance(widths, Iterable):
        widths = (widths,) * (1 if depth is None else _count("depth", depth))
    elif depth is not None:
        raise SpecError("depth goes with one width: several widths name their layers themselves")
    return expm1(sum(log1p(5 / _count("width", width)) for width in widths))


def _count(name: str, value: int) -> int:
    if not is_integer(value) or value < 1:
        raise SpecError(f"{name} must be an integer >= 1 (got {value!r})")
    return value
