"""The numbers of a Record that a diagnosis looks at, of the stack or layer by layer.

Each function takes a Record and yields (layer, number), the layer None for the stack, and nothing
where the number is not defined. Nothing is judged here: thresholds are in `actviz.diagnosis.rules`.
"""

from collections.abc import Callable, Iterable
from math import exp, inf, log
from sys import float_info

import numpy as np
from numpy.typing import NDArray

from actviz.layers.activations import Activation
from actviz.layers.signals import Signal
from actviz.numbers.scalars import SMALLEST_NORMAL
from actviz.numbers.stats import QUANTILE_LEVELS, SignalStats
from actviz.records.record import Record
from actviz.records.signal import LayerRecord

#: A factor a layer is of no interest until the whole stack loses, or gains, this much.
LEAST_LOSS, LEAST_GAIN = 0.35, 3.4

#: Below this derivative SageMaker Debugger takes an entry for saturated: tanh beyond ±9.5.
FLAT_SLOPE = 1e-7

#: The layer (None for the stack) and its number.
Readings = Iterable[tuple[int | None, float]]


def _finite(record: Record) -> list[LayerRecord]:
    """Return the layers whose forward pass is finite and no underflow: the others are named so."""
    lost = record.first_underflow_layer or len(record.layers) + 1
    return [layer for layer in record.layers if layer.finite and layer.layer < lost]


def _has(layer: LayerRecord, signal: str) -> bool:
    return any(item.signal == signal for item in layer.signals)


def _with_gradients(record: Record) -> list[LayerRecord]:
    return [layer for layer in record.layers if _has(layer, "gradient")]


def of_layers(number: Callable[[SignalStats], float | None]) -> Callable[[Record], Readings]:
    """Return a statistic of the activation of every layer that has it."""

    def numbers(record: Record) -> Readings:
        for layer in _finite(record):
            if (value := number(layer["activation"].stats)) is not None:
                yield layer.layer, value

    return numbers


def saturated(record: Record) -> Readings:
    """Return the saturated share of every layer, if the activation has two bounds."""
    for layer in _finite(record):
        share = layer["activation"].stats.saturated_fraction
        # The flat half of a ReLU is no bound that its values crowd at.
        if layer.activation.bounded and share is not None:
            yield layer.layer, share


def within_share(stats: SignalStats) -> float | None:
    """Return what a unit spreads over the inputs, as a share of the pooled std."""
    if stats.within_unit_std is None or stats.std is None:
        return None
    return stats.within_unit_std / stats.std if stats.std else 0.0


def _ends(record: Record, signal: str) -> tuple[float, float, int] | None:
    """Return where a signal starts, where it ends, and the layers between.

    The activation's std goes from the first layer to the last, the gradient's rms from the last
    layer to the first. None where there is no way to go, or nothing at its start.
    """
    if signal == "activation":
        # A layer that is not finite, or an underflow, has rules of its own.
        values = [layer["activation"].stats.std for layer in _finite(record)]
    else:
        values = [layer["gradient"].stats.rms for layer in reversed(_with_gradients(record))]
        if record.first_nonfinite_gradient_layer is not None:
            return None
    if len(values) < 2:
        return None
    start, end = values[0], values[-1]
    return (start, end, len(values) - 1) if start and end is not None else None


def total(signal: str) -> Callable[[Record], Readings]:
    """Return the end over the start of a signal."""

    def numbers(record: Record) -> Readings:
        if (ends := _ends(record, signal)) is not None:
            start, end, _ = ends
            yield None, min(end / start, float_info.max)

    return numbers


def factor(signal: str) -> Callable[[Record], Readings]:
    """Return the geometric mean of a signal's factor a layer."""

    def numbers(record: Record) -> Readings:
        if (ends := _ends(record, signal)) is not None:
            start, end, steps = ends
            rate = (log(end) - log(start)) / steps if end else -inf
            yield None, exp(min(rate, log(float_info.max)))

    return numbers


def adds_up(signal: str) -> Callable[[Record], bool]:
    """Return whether a factor a layer makes a difference over the stack."""

    def adds_up(record: Record) -> bool:
        return any(not LEAST_LOSS <= value <= LEAST_GAIN for _, value in total(signal)(record))

    return adds_up


def nonfinite(record: Record) -> Readings:
    """Return how many values are NaN or infinite in every layer that has any, of all signals."""
    for layer in record.layers:
        if count := sum(item.stats.nonfinite for item in layer.signals):
            yield layer.layer, float(count)


def underflow(record: Record) -> Readings:
    """Return the first preactivation's rms below the dtype's smallest number, as a share of it."""
    if (layer := record.first_underflow_layer) is not None:
        yield layer, _share_of_smallest(record, layer, "preactivation")


def gradient_underflow(record: Record) -> Readings:
    """Return the same of the gradient, in the first layer on its way back."""
    layer = record.first_underflow_gradient_layer
    if layer is not None and not _all_zero(record, layer):
        yield layer, _share_of_smallest(record, layer, "gradient")


def _share_of_smallest(record: Record, layer: int, signal: Signal) -> float:
    rms = record.layers[layer - 1][signal].stats.rms or 0.0
    return rms / SMALLEST_NORMAL[record.spec.dtype]


def _all_zero(record: Record, number: int) -> bool:
    """Return whether a layer's slopes are so flat that its gradients are exactly 0, not small."""
    layer = record.layers[number - 1]
    upstream = layer["activation_gradient"].stats.rms or 0.0
    return layer["gradient"].stats.rms == 0 and upstream > 1e-100


def gradient_zeros(record: Record) -> Readings:
    """Return the share of exact zeros of every layer's gradient, underflow apart."""
    lost = record.first_underflow_gradient_layer or 0
    if lost and _all_zero(record, lost):
        lost = 0
    for layer in _with_gradients(record)[lost:]:
        if (share := layer["gradient"].stats.zero_fraction) is not None:
            yield layer.layer, share


def variance_ratio(rising: bool) -> Callable[[Record], Readings]:
    """Return the largest over the smallest layer variance, if the last layer's is the larger."""

    def numbers(record: Record) -> Readings:
        stds = (layer["activation"].stats.std for layer in record.layers)
        known = [std for std in stds if std is not None]
        if len(known) > 1 and max(known) > 0 and (known[-1] > known[0]) is rising:
            ratio = max(known) / min(known) if min(known) else float_info.max**0.5
            yield None, min(ratio, float_info.max**0.5) ** 2

    return numbers


def mean_magnitude(record: Record) -> Readings:
    """Return an upper bound of the mean of |g|, at most twice the mean itself.

    The record has the counts of |g| between powers of two, and the rms, which no mean exceeds.
    """
    for layer in _with_gradients(record):
        item = layer["gradient"]
        if (rms := item.stats.rms) is None:
            continue
        counts = item.histogram
        if item.of_magnitudes and item.stats.count and not counts.overflow:
            bound = float(counts.counts @ counts.edges[1:])
            bound += (counts.underflow - item.zeros) * float(counts.edges[0])
            rms = min(rms, bound / item.stats.count)
        yield layer.layer, rms


def flat_entries(record: Record) -> Readings:
    """Return a lower bound of the share of entries whose derivative is below 1e-7.

    The record has quantiles of the preactivation, not the entries: what lies between two quantiles
    of one sign, both of them flat, is flat.
    """
    for layer in _finite(record):
        bounded = layer.activation.bounded and _has(layer, "preactivation")
        if bounded and (quantiles := layer["preactivation"].stats.quantiles) is not None:
            yield layer.layer, _flat_share(layer.activation, np.array(quantiles))


def _flat_share(activation: Activation, quantiles: NDArray[np.float64]) -> float:
    flat = np.abs(activation.slope_at(quantiles)) < FLAT_SLOPE
    below = [lev for q, f, lev in zip(quantiles, flat, QUANTILE_LEVELS, strict=True) if f and q < 0]
    above = [lev for q, f, lev in zip(quantiles, flat, QUANTILE_LEVELS, strict=True) if f and q > 0]
    return max(below, default=0.0) + 1.0 - min(above, default=1.0)
