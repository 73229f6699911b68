"""The predicted distributions behind a grid's panels: mean field's, never computed here.

A line is drawn only where it is a prediction for what the panel shows: of a forward signal, for
random weights around 0, while the prediction is finite.
"""

from collections.abc import Mapping

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.heights import Place
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.records.spec import StackSpec
from actviz.theory.prediction import predict
from actviz.theory.shares import PredictedShares, predicted_shares


def predicted_lines(
    layers: Mapping[Place, LayerRecord], owners: Mapping[Place, Record], signal: Signal
) -> dict[Place, PredictedShares]:
    """Return the predicted shares of each panel's bins, for the panels that have a prediction.

    Parameters
    ----------
    layers, owners : mappings
        For each place the layer that is shown there, and the Record that it is of.
    signal : str
        Which signal of theirs.
    """
    if signal not in FORWARD:
        return {}
    found: dict[int, dict[int, float]] = {}
    lines = {}
    for place, layer in layers.items():
        record = owners[place]
        if id(record) not in found:
            found[id(record)] = _second_moments(record)
        q = found[id(record)].get(layer.layer, 0.0)
        if q:  # a constant has no density
            own = record.spec.activation
            phi = own if signal == "activation" else ACTIVATIONS["identity"]
            lines[place] = predicted_shares(phi, q, layer[signal].histogram.edges)
    return lines


def _second_moments(record: Record) -> dict[int, float]:
    """Return q of the layers that mean field reaches: none if it is silent on the weights."""
    if not isinstance(record.spec, StackSpec):
        return {}
    try:
        return {layer.layer: layer.q for layer in predict(record.spec).layers}
    except (SpecError, OverflowError):  # a variance may be no float
        return {}
