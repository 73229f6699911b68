"""What mean field says of a stack, as plain numbers beside its own; `actviz.theory` predicts them.

There is a prediction for random weights around 0 only, and only as far as it is finite.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.signals import BACKWARD, FORWARD, Signal
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.theory.finite_width import relu_std_range
from actviz.theory.prediction import LayerPrediction, predict
from actviz.theory.shares import predicted_shares


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """What is predicted of a histogram.

    Parameters
    ----------
    shares : ndarray, shape (n_bins,)
        Of the values in each bin, without those that are exactly some value.
    zero : float
        Share of the values that are exactly 0.
    """

    shares: NDArray[np.float64]
    zero: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What mean field says of one stack.

    Parameters
    ----------
    activation : Activation
        Of every layer.
    layers : tuple of LayerPrediction
        One for each layer.
    spread : tuple of (float, float) or None
        Between which factors of a layer's size 90 % of networks of its width lie, if that is known.
    """

    activation: Activation
    layers: tuple[LayerPrediction, ...]
    spread: tuple[tuple[float, float], ...] | None

    def of(self, signal: Signal, statistic: str) -> tuple[float | None, ...]:
        """Return a statistic of a signal by layer, None where nothing is said of it."""
        return tuple(_number(layer, signal, statistic) for layer in self.layers)

    def bars(self, layer: LayerRecord, signal: Signal) -> Bars | None:
        """Return what is predicted of a layer's histogram; None for gradients and constants."""
        q = {own.layer: own.q for own in self.layers}.get(layer.layer, 0.0)
        if signal not in FORWARD or not q:  # a constant has no density
            return None
        phi = self.activation if signal == "activation" else ACTIVATIONS["identity"]
        found = predicted_shares(phi, q, layer[signal].histogram.edges)
        return Bars(shares=found.continuous, zero=found.zero)


def _number(layer: LayerPrediction, signal: Signal, statistic: str) -> float | None:
    if signal in BACKWARD:
        return getattr(layer, f"{signal}_std") if statistic == "std" else None
    return getattr(getattr(layer, signal), statistic, None)


def predicted(record: Record) -> Predicted | None:
    """Return what mean field says of a stack; None where it is silent on the weights."""
    if (spec := record.stack) is None:
        return None
    try:
        layers = predict(spec).layers
    except (SpecError, OverflowError):  # no random weights around 0; a variance that is no float
        return None
    return Predicted(activation=spec.activation, layers=layers, spread=relu_std_range(spec))
