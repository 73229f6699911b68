"""Gains: which factor of sqrt(1 / fan_in) an activation asks of its weights, by which criterion.

Layers of constant, infinite width without biases, and weights with the std gain / sqrt(fan_in).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Any

import numpy as np

from actviz.errors import SpecError
from actviz.format import error_line
from actviz.layers.activation_functions import LEAKY_SLOPE, FloatArray
from actviz.layers.activations import ACTIVATIONS, Activation, call_untouched
from actviz.theory.expectations import moments

#: Recommended by torch.nn.init.calculate_gain (PyTorch 2): its own choices, not ours.
TORCH_GAINS: Mapping[Activation, float] = {
    ACTIVATIONS["identity"]: 1.0,
    ACTIVATIONS["sigmoid"]: 1.0,
    ACTIVATIONS["tanh"]: 5 / 3,
    ACTIVATIONS["relu"]: sqrt(2.0),
    ACTIVATIONS["leaky_relu"]: sqrt(2.0 / (1.0 + LEAKY_SLOPE**2)),
    ACTIVATIONS["selu"]: 0.75,
}

FAILURES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NameError, OSError),
    *(RuntimeError, TypeError, ValueError, ImportError, SyntaxError),
)
"""What a stranger's code is expected to raise; anything else keeps its traceback."""

LAYERS = (10, 100)
"""After how many layers `Gains` tells what a gain has done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What a gain does over some layers to inputs with the mean square 1.

    Parameters
    ----------
    layers : int
    rms, std : float
        Of the last layer's activations over units and inputs.
    gradient : float
        Factor of the gradient's std on its way back through all of the layers: the product of
        sqrt(chi). 1 is what one wants.
    """

    layers: int
    rms: float
    std: float
    gradient: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """The gains of an activation; None where there is none.

    Parameters
    ----------
    activation : Activation
    second_moment : float or None
        ``1 / sqrt(E φ(z)²)``, z ~ N(0, 1): keeps preactivations with the second moment 1 at 1.
    chi : float or None
        ``1 / sqrt(E φ'(z)²)``, z ~ N(0, 1): keeps the gradient's variance as it passes
        preactivations with the second moment 1. Whether they stay so is another question, which
        `fates` answers; where the gradient is kept in deep layers, `isoline`.
    torch : float or None
        PyTorch's recommendation (torch.nn.init.calculate_gain).
    fates : mapping from "second_moment", "chi", "torch" to a tuple of Fate
        What each that there is does after 10 and 100 layers.
    """

    activation: Activation
    second_moment: float | None
    chi: float | None
    torch: float | None
    fates: Mapping[str, tuple[Fate, ...]]


def gains(activation: Activation) -> Gains:
    """Return the gains of an activation and what each does.

    Parameters
    ----------
    activation : Activation
        A row of `ACTIVATIONS`, or your own.

    Returns
    -------
    Gains

    Raises
    ------
    SpecError
        If φ or φ' is not finite at N(0, 1) numbers.

    Examples
    --------
    >>> found = gains(ACTIVATIONS["tanh"])
    >>> round(found.second_moment, 4), round(found.chi, 4), round(found.torch, 4)
    (1.5925, 1.4674, 1.6667)
    """
    with np.errstate(over="ignore", invalid="ignore"):
        unit = moments(activation, 1.0)
        if not (isfinite(unit.second) and isfinite(unit.slope_second)):
            raise SpecError(f"{activation.name} has no finite E φ² and E φ'² at N(0, 1) numbers")
        found = {
            "second_moment": 1 / sqrt(unit.second) if unit.second > 0 else None,
            "chi": 1 / sqrt(unit.slope_second) if unit.slope_second > 0 else None,
            "torch": TORCH_GAINS.get(activation),
        }
        fates = {name: _fates(activation, gain) for name, gain in found.items() if gain is not None}
    return Gains(activation=activation, fates=fates, **found)


def _fates(activation: Activation, gain: float) -> tuple[Fate, ...]:
    """Follow a unit input; what leaves the range of floats is inf from there on."""
    second, gradient, found = 1.0, 1.0, []
    rms = std = 1.0
    for layer in range(1, max(LAYERS) + 1):
        q = gain**2 * second
        if isfinite(q):
            out = moments(activation, q)
            second, rms, std = out.second, sqrt(out.second), sqrt(max(out.variance, 0.0))
            gradient *= gain * sqrt(out.slope_second)
        else:
            rms = std = gradient = inf
        if layer in LAYERS:
            found.append(Fate(layers=layer, rms=rms, std=std, gradient=gradient))
    return tuple(found)


def from_callable(name: str, fn: Callable[[Any], Any]) -> Activation:
    """Return an Activation made of any elementwise function of an array.

    Parameters
    ----------
    name : str
        What to call it.
    fn : callable
        An array to an array of the same shape, or a number to a number. It must be elementwise:
        what it makes of a number does not depend on the others.

    Returns
    -------
    Activation
        Its derivative is the central difference of the fourth order, ``(8 (φ(x + h) - φ(x - h)) -
        (φ(x + 2h) - φ(x - 2h))) / 12 h`` with h = 10⁻³ max(1, |x|): off by about h⁴ times the
        fifth derivative and 10⁻¹³ of φ, 10⁻¹² in all for a function with a scale of 1, and by half
        a jump within 2h of a kink. Its bounds are not known, and taken to be infinite; its largest
        slope is that on a grid of [-50, 50].

    Raises
    ------
    SpecError
        If `fn` raises, writes to its argument, changes the shape, gives no finite real numbers near
        0, is not elementwise, or is flat everywhere.

    Examples
    --------
    >>> square = from_callable("square", np.square)
    >>> square.derivative(np.array([3.0])).round(9)
    array([6.])
    """
    call = _calling(name, fn)

    def value(x: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            found = np.asarray(call(np.asarray(x, dtype=np.float64)))
        if found.shape != np.shape(x):
            raise SpecError(
                f"{name} must be elementwise: it makes {found.shape} of the shape {np.shape(x)}"
            )
        if found.dtype.kind not in "fiub":
            raise SpecError(f"{name} must give real numbers (got {found.dtype})")
        return found.astype(np.float64)

    def derivative(x: FloatArray) -> FloatArray:
        h = 1e-3 * np.maximum(1.0, np.abs(x))
        near, far = value(x + h) - value(x - h), value(x + 2 * h) - value(x - 2 * h)
        return (8 * near - far) / (12 * h)

    _check_elementwise(name, value)
    with np.errstate(all="ignore"):
        slopes = np.abs(derivative(np.linspace(-50.0, 50.0, 4001)))
    steepest = float(slopes[np.isfinite(slopes)].max(initial=0.0))
    if steepest == 0:
        raise SpecError(f"{name} is flat everywhere: it passes no gradient")
    return Activation(
        name=name,
        label=name,
        fn=value,
        derivative=derivative,
        bounds=(-inf, inf),
        max_slope=steepest,
        formula=name,
        source="your own",
    )


def _calling(name: str, fn: Callable[[Any], Any]) -> Callable[[FloatArray], Any]:
    """Return `fn` for arrays, number by number if it takes no others; its failures are ours."""

    def calling(call: Callable[[Any], Any]) -> Callable[[FloatArray], Any]:
        def guarded(x: FloatArray) -> Any:
            try:
                return call_untouched(call, x, name)
            except SpecError:  # it writes
                raise
            except FAILURES as error:
                raise SpecError(f"{name} fails: {error_line(error)}") from error

        return guarded

    try:
        with np.errstate(all="ignore"):
            call_untouched(fn, np.linspace(-1.0, 1.0, 4), name)
    except SpecError:  # it writes
        raise
    except FAILURES:
        return calling(np.vectorize(fn, otypes=[np.float64]))
    return calling(fn)


def _check_elementwise(name: str, value: Callable[[FloatArray], FloatArray]) -> None:
    x = np.linspace(-4.0, 4.0, 33)
    with np.errstate(all="ignore"):
        whole = value(x)
        if not np.isfinite(whole).all():
            where = x[~np.isfinite(whole)][0]
            raise SpecError(f"{name} must be finite near 0 (it is not at {where:g})")
        parts = np.concatenate([value(x[:7][::-1])[::-1], value(x[7:].reshape(2, 13)).ravel()])
    if not np.allclose(whole, parts, rtol=1e-9, atol=1e-12 * np.abs(whole).max()):
        raise SpecError(f"{name} must be elementwise: a number's value depends on the others")
