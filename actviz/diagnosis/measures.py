"""The numbers of a Record that a diagnosis looks at, of the stack or layer by layer.

Each function takes a Record and yields (layer, number), the layer None for the stack, and nothing
where the number is not defined. Nothing is judged here: thresholds are in `actviz.diagnosis.rules`.
"""

from collections.abc import Callable, Iterable
from sys import float_info

import numpy as np
from numpy.typing import NDArray

from actviz.diagnosis.course import Becomes, Courses
from actviz.layers.activations import Activation
from actviz.layers.initializer_laws import Constant
from actviz.layers.signals import Signal
from actviz.numbers.scalars import SMALLEST_NORMAL
from actviz.numbers.stats import MANY_ZEROS, QUANTILE_LEVELS, SignalStats
from actviz.records.measuring import judged_layer
from actviz.records.record import Record
from actviz.records.signal import LayerRecord

#: An effective rank of 1, but for rounding.
_ONE_DIRECTION = 1 + 1e-6

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


def one_unit(record: Record) -> Readings:
    """Return the std between the units' means of every layer whose units may be one and the same.

    A layer that is normalized has no spread between its units' means either: its units are one
    and the same if they also spread in one direction. Where that was not measured, the weights
    must all be one number.
    """
    alike = record.stack is not None and isinstance(record.stack.init, Constant)
    for layer in _finite(record):
        stats = layer["activation"].stats
        rank = stats.effective_rank
        if stats.between_unit_std is not None and (
            alike if rank is None else rank < _ONE_DIRECTION
        ):
            yield layer.layer, stats.between_unit_std


def directions(record: Record) -> Readings:
    """Return the effective rank of the last layer of 16 units or more, below which is an answer."""
    if (number := judged_layer([layer.width for layer in record.layers])) is not None:
        layer = record.layers[number - 1]
        if layer.finite and (rank := layer["activation"].stats.effective_rank) is not None:
            yield number, rank


def few_entries(record: Record, courses: Courses) -> Readings:
    """Return the median of |g| over the std of every layer, where the gradient keeps its size.

    Half of ReLU's gradients are exactly 0, which is as it should be.
    """
    if courses.gradient.becomes is Becomes.KEEPS:
        for layer in _with_gradients(record):
            stats = layer["gradient"].stats
            if (
                stats.median_magnitude is None
                or not stats.std
                or (stats.zero_fraction or 0) > MANY_ZEROS
            ):
                continue
            yield layer.layer, stats.median_magnitude / stats.std


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
        counts = item.counted
        if counts and counts.kind == "magnitudes" and item.stats.count and not counts.overflow:
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
