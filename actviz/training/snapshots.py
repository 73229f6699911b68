"""Looks at a net while it learns: its layers as a Record, its updates, the rank of its changes.

Everything is a function of the net's last pass; nothing here changes it.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from actviz.layers.activation_functions import FloatArray
from actviz.layers.activations import Activation
from actviz.layers.signals import Signal
from actviz.records.layer import Layer
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.recorded_spec import RecordedSpec
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.summary import summarize
from actviz.training.net import Net
from actviz.training.runs import DecisionMap
from actviz.training.spec import TrainSpec

#: Points of a decision map, each way.
MAP_POINTS = 81


def layers_record(spec: TrainSpec, label: str, net: Net) -> Record:
    """Return the Record of the hidden layers' signals and gradients in the net's last pass.

    Its histograms have the edges of a stack on an input of std 1, so that all steps share them.
    """
    samples, inputs = net.inputs[0].shape
    measuring = Measuring(gradients=True)
    known = tuple(
        Layer(
            name=f"layer {number}",
            activation=spec.activation,
            fan_in=fan_in,
            width=width,
            samples=samples,
        )
        for number, (fan_in, width) in enumerate(pairwise((inputs, *spec.hidden)), start=1)
    )
    layers = []
    for number, each in enumerate(known, start=1):
        at = number - 1
        values: dict[Signal, FloatArray] = {
            "preactivation": net.outputs[at],
            "activation": net.inputs[number],
            "gradient": net.deltas[at],
            "activation_gradient": net.activation_deltas[at],
            "weight_gradient": net.weight_gradients[at],
        }
        saturated = float(np.mean(spec.activation.saturated(net.outputs[at])))
        signals = tuple(
            _signal(spec.activation, measuring, name, array, saturated)
            for name, array in values.items()
        )
        layers.append(LayerRecord.of(each, number, signals))
    recorded = RecordedSpec(label=label, layers=known, dtype=spec.dtype)
    return Record(spec=recorded, measuring=measuring, layers=tuple(layers))


def _signal(
    activation: Activation,
    measuring: Measuring,
    name: Signal,
    values: FloatArray,
    saturated: float,
) -> SignalRecord:
    (found,) = summarize(
        name,
        values,
        edges=[measuring.edges(name, activation)],
        # A property of a unit's entry, which a weight is not.
        saturated_fraction=None if name == "weight_gradient" else saturated,
        rank=name == "activation" and measuring.ranks(values.shape[1]),
    )
    return found


def update_to_data(
    updates: Sequence[FloatArray], weights: Sequence[FloatArray]
) -> tuple[float | None, ...]:
    """Return rms of the update over rms of W for each pair; None for a W of zeros."""
    pairs = ((_norm(update), _norm(W)) for update, W in zip(updates, weights, strict=True))
    return tuple(update / data if data else None for update, data in pairs)


def _norm(values: FloatArray) -> float:
    flat = values.reshape(-1)
    return sqrt(float(flat @ flat))


def change_ranks(weights: Sequence[FloatArray], before: Sequence[FloatArray]) -> tuple[int, ...]:
    """Return the numerical rank of every layer's ``W - before``.

    Notes
    -----
    Singular values up to sqrt(eps) of the largest one are taken for rounding: half of the dtype's
    digits (3.5e-4 in float32, 1.5e-8 in float64). Units that are equal but for rounding are then
    one, and a direction that carries less than that share of the change is not seen either.
    """
    return tuple(_rank(W - W0) for W, W0 in zip(weights, before, strict=True))


def _rank(change: FloatArray) -> int:
    if not np.isfinite(change).all() or not change.any():
        return 0
    singular = np.linalg.svd(change, compute_uv=False)
    return int(np.count_nonzero(singular > sqrt(np.finfo(change.dtype).eps) * singular[0]))


def decision_map(
    net: Net, step: int, low: Sequence[float], high: Sequence[float]
) -> DecisionMap | None:
    """Return what a net of two inputs decides between `low` and `high`, of both inputs.

    None where it decides nothing, its logits being beyond the dtype.
    """
    x, y = (np.linspace(*ends, MAP_POINTS) for ends in zip(low, high, strict=True))
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
    z = net.logits(grid).astype(np.float64)
    if not np.isfinite(z).all():
        return None
    if z.shape[1] == 1:
        with np.errstate(over="ignore"):
            values = np.round(1 / (1 + np.exp(-z[:, 0])), 4)
    else:
        values = z.argmax(axis=1).astype(np.float64)
    return DecisionMap(step=step, x=x, y=y, values=values.reshape(y.size, x.size))
