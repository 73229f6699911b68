"""The edges of the histograms of recorded layers, which nobody knows before there are values.

They are the same in all layers, and stay as they are while the numbers change a little.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from math import frexp, inf, ldexp, sqrt
from statistics import median
from sys import float_info
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import BACKWARD, Signal
from actviz.numbers.histogram import bin_edges
from actviz.records.measuring import REACH, Measuring, edges_of
from actviz.records.recorded_spec import UNKNOWN

#: How far the axis of values that are forgotten reaches at least and at most, as exponents of 2:
#: the normal numbers of float32.
_FORGOTTEN = (-126, 127)

#: So much above a power of two, relative, is still it: sums know an rms within rounding.
_ROUNDING = 1e-9


class Extent(NamedTuple):
    """How large the values of a signal are in a layer: all that the edges depend on.

    Attributes
    ----------
    rms : float
        Of the finite values; 0 where there is none.
    low : float
        The least finite value; inf where there is none.
    forgotten : bool
        Whether the values themselves are gone: their axis then reaches from 2**-126 to 2**127.
    """

    rms: float
    low: float
    forgotten: bool = False

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """Return the size of values that are there, of any shape."""
        finite = values[np.isfinite(values)]
        low = float(finite.min(initial=inf))
        magnitudes = np.abs(finite, dtype=np.float64)
        peak = float(magnitudes.max(initial=0.0))
        rms = peak * sqrt(float(np.mean((magnitudes / peak) ** 2))) if peak else 0.0
        return cls(rms, low)


def recorded_edges(
    signal: Signal,
    sizes: Sequence[Extent],
    activations: Collection[Activation],
    measuring: Measuring,
) -> NDArray[np.float64]:
    """Return the edges that the histograms of a signal have in all layers, shape (bins + 1,).

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    sizes : sequence of Extent
        Of its values, in each layer that has it.
    activations : collection of Activation
        The layers' functions: where all have one, its bounds are the ends.
    measuring : Measuring
        Whose range, if there is one, are the ends.
    """
    functions = set(activations)
    activation = functions.pop() if len(functions) == 1 else UNKNOWN
    if measuring.range is not None:
        return measuring.edges(signal, activation)
    scales = [size.rms for size in sizes if size.rms]
    reach = _power_of_two(REACH * median(scales)) if scales else REACH
    if any(size.forgotten for size in sizes):
        least, most = (ldexp(1.0, exponent) for exponent in _FORGOTTEN)
        reach = min(max(reach, least), most)
    unsigned = all(size.low >= 0 for size in sizes)
    if activation == UNKNOWN and signal == "activation" and unsigned:
        return bin_edges(0.0, reach, measuring.bins)
    return edges_of(activation, signal, reach, measuring.bins)


def possible_edges(
    signal: Signal, activation: Activation, measuring: Measuring
) -> NDArray[np.float64]:
    """Return all edges that `recorded_edges` may choose in the end, whatever other layers hold.

    Values that are counted between them can be forgotten: each axis is some of these edges
    (`actviz.numbers.histogram.Histogram.between`), and batches, whatever is in them, are counted
    alike everywhere.

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    activation : Activation
        After the layer.
    measuring : Measuring
        Whose range, if there is one, is the only axis.
    """
    if signal in BACKWARD or measuring.range is not None:
        return measuring.edges(signal, activation)
    return _edges_of_all_axes(signal, activation, measuring.bins)


@lru_cache(maxsize=4)  # of one net, at every layer
def _edges_of_all_axes(signal: Signal, activation: Activation, bins: int) -> NDArray[np.float64]:
    axes = list(_axes(signal, activation, bins))
    # The last bin of each has its upper edge, and nothing above it.
    tops = np.nextafter([axis[-1] for axis in axes], inf)
    beyond = 1.5 * ldexp(1.0, _FORGOTTEN[1])
    edges: NDArray[np.float64] = np.unique(np.concatenate([*axes, tops, [beyond]]))
    edges.setflags(write=False)
    return edges


def _axes(signal: Signal, activation: Activation, bins: int) -> Iterator[NDArray[np.float64]]:
    least, most = _FORGOTTEN
    for reach in np.ldexp(1.0, np.arange(least, most + 1)).tolist():
        yield edges_of(UNKNOWN, signal, reach, bins)
        if signal == "activation":
            yield bin_edges(0.0, reach, bins)
            try:
                yield edges_of(activation, signal, reach, bins)
            except SpecError:  # a bound that is so far from 0 that no value is so near it
                continue


def _power_of_two(value: float) -> float:
    """Return the power of two that is the next one above `value`, or `value` itself."""
    mantissa, exponent = frexp(min(value, float_info.max))
    return ldexp(1.0, min(exponent - (mantissa <= 0.5 * (1.0 + _ROUNDING)), 1023))
