"""The edges of the histograms of recorded layers, which nobody knows before there are values.

They are the same in all layers, and stay as they are while the numbers change a little.
"""

from collections.abc import Collection, Sequence
from math import frexp, ldexp, sqrt
from statistics import median
from sys import float_info
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.layers.activations import Activation
from actviz.layers.signals import Signal
from actviz.numbers.histogram import bin_edges
from actviz.records.measuring import REACH, Measuring, edges_of
from actviz.records.recorded_spec import UNKNOWN


def recorded_edges(
    signal: Signal,
    matrices: Sequence[NDArray[Any]],
    activations: Collection[Activation],
    measuring: Measuring,
) -> NDArray[np.float64]:
    """Return the edges that the histograms of a signal have in all layers, shape (bins + 1,).

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    matrices : sequence of ndarray
        Its values, of each layer that has it.
    activations : collection of Activation
        The layers' functions: where all have one, its bounds are the ends.
    measuring : Measuring
        Whose range, if there is one, are the ends.
    """
    functions = set(activations)
    activation = functions.pop() if len(functions) == 1 else UNKNOWN
    if measuring.range is not None:
        return measuring.edges(signal, activation)
    scales = [scale for matrix in matrices if (scale := _rms(matrix))]
    reach = _power_of_two(REACH * median(scales)) if scales else REACH
    unsigned = not any(bool((matrix < 0).any()) for matrix in matrices)
    if activation == UNKNOWN and signal == "activation" and unsigned:
        return bin_edges(0.0, reach, measuring.bins)
    return edges_of(activation, signal, reach, measuring.bins)


def _rms(matrix: NDArray[Any]) -> float:
    """Return the root mean square of the finite values, 0 where there are none."""
    finite = np.abs(matrix[np.isfinite(matrix)], dtype=np.float64)
    peak = float(finite.max(initial=0.0))
    return peak * sqrt(float(np.mean((finite / peak) ** 2))) if peak else 0.0


def _power_of_two(value: float) -> float:
    """Return the power of two that is the next one above `value`, or `value` itself."""
    mantissa, exponent = frexp(min(value, float_info.max))
    return ldexp(1.0, min(exponent - (mantissa == 0.5), 1023))
