"""Arrays as people give them, to arrays samples × units that can be counted; no framework.

The room checks, and names the layer that is wrong. It never writes to an array.
"""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.signals import SIGNALS, Signal
from actviz.numbers.scalars import is_integer, short

#: Types that are kept, or that float32 holds exactly; every other number becomes a float64.
_SINGLE = (np.dtype("float32"), np.dtype("float16"))


def given_signals(
    name: str, given: Any, unit_axis: int | None = None
) -> dict[Signal, NDArray[Any]]:
    """Return a layer's two-dimensional float arrays by signal, in the order of `SIGNALS`.

    Parameters
    ----------
    name : str
        Of the layer.
    given : array-like, or a mapping of signals to them
        An array is the activation.
    unit_axis : int, optional
        Which axis is the units'; default: the last one of two.

    Raises
    ------
    SpecError
        If an array is not of numbers (samples, units), or they do not fit one another.
    """
    check_unit_axis(unit_axis)
    signals = given if isinstance(given, Mapping) else {"activation": given}
    if odd := [signal for signal in signals if signal not in SIGNALS]:
        raise SpecError(f"layer {name!r}: no signal {odd[0]!r}; they are {', '.join(SIGNALS)}")
    if "activation" not in signals:
        found = ", ".join(signals) or "an empty mapping"
        raise SpecError(f"layer {name!r} needs its activation (got {found})")
    values = {
        signal: _matrix(f"layer {name!r}", signals[signal], signal, unit_axis)
        for signal in SIGNALS
        if signal in signals
    }
    for signal, matrix in values.items():
        _check_fit(name, signal, matrix.shape, values["activation"].shape)
    return values


def check_unit_axis(unit_axis: object) -> None:
    """Raise SpecError unless it is an axis's number, or None for the last one of two."""
    if unit_axis is not None and not is_integer(unit_axis):
        raise SpecError(
            "unit_axis must be an integer, such as 1 for images (samples, channels, height, width) "
            f"(got {short(unit_axis)})"
        )


def _matrix(name: str, given: Any, signal: Signal, unit_axis: int | None) -> NDArray[Any]:
    """Return an array as float32 or float64, shape (samples, units); `given` is left as it is."""
    if np.ma.is_masked(given):
        raise SpecError(f"{name}: masked arrays are not counted; put NaN where nothing is known")
    try:
        array = np.asarray(given)
    except (ValueError, TypeError, RuntimeError) as error:
        # What a framework's tensor says is of its own; numpy's sentence on lists is its inside.
        why = str(error).splitlines()[0]
        if isinstance(error, ValueError) and isinstance(given, list | tuple):
            why = "its rows do not have one length"
        raise SpecError(f"{name} is no array of numbers, samples × units: {why}") from error
    if not array.ndim:
        raise SpecError(f"{name} must be an array, samples × units (got {short(given)})")
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        raise SpecError(f"{name} must hold real numbers of up to 64 bits (got {array.dtype})")
    weights = signal == "weight_gradient"
    axes = array.ndim
    if axes < 2 or (axes > 2 and (weights or unit_axis is None)):
        what = "fan_in × units" if weights else "samples × units"
        todo = "name its unit_axis" if axes > 2 and not weights else "reshape it"
        raise SpecError(f"{name} must be {what} (got shape {array.shape}): {todo}")
    if not array.size:
        raise SpecError(f"{name} has no values (shape {array.shape})")
    if unit_axis is not None and not weights:
        if not -axes <= unit_axis < axes:
            raise SpecError(f"{name} has {axes} axes and no unit_axis {unit_axis!r}")
        array = np.moveaxis(array, unit_axis, -1)
    matrix = array.reshape(prod(array.shape[:-1]), array.shape[-1])
    single = matrix.dtype.newbyteorder("=") in _SINGLE
    return matrix.astype(np.float32 if single else np.float64, copy=False)


def _check_fit(
    name: str, signal: Signal, shape: tuple[int, ...], activation: tuple[int, ...]
) -> None:
    first = 1 if signal == "weight_gradient" else 0
    if shape[first:] != activation[first:]:
        raise SpecError(
            f"layer {name!r}: its {signal} {shape} does not fit its activation {activation}"
        )
