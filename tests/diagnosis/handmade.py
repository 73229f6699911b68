"""Records that are written by hand: of layers that nothing is wrong with but what is said."""

import numpy as np

from actviz.layers.signals import SIGNALS
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import SignalStats
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec

SAMPLES = 3

#: A layer that nothing is wrong with.
GOOD = {
    "std": 1.0,
    "rms": 1.0,
    "zero_fraction": 0.0,
    "saturated_fraction": 0.0,
    "dead_unit_fraction": 0.0,
    "idle_unit_fraction": 0.0,
    "within_unit_std": 1.0,
    "between_unit_std": 0.5,
    "mean_cosine": 0.0,
    "effective_rank": 8.0,
}


def signal(name, fan_in, width, nonfinite=0, **fields):
    count = (fan_in * width if name == "weight_gradient" else SAMPLES * width) - nonfinite
    stats = SignalStats(count=count, nonfinite=nonfinite, **{**GOOD, **fields})
    counts = Histogram(edges=np.array([-1.0, 1.0]), counts=np.array([count]), nonfinite=nonfinite)
    return SignalRecord(signal=name, stats=stats, counted=counts)


def record(*layers, activation="tanh", gradients=True, width=2, **spec):
    """Return a record; a layer is a dict of its activation's fields and `gradient`, its fields.

    Two units are too few for a chance, so that thresholds judge, and for mean field: the numbers
    are all there is.
    """
    widths = (width,) * len(layers) if isinstance(width, int) else width
    made = []
    for number, given in enumerate(layers, start=1):
        fields = dict(given)
        signals = {name: {} for name in (SIGNALS if gradients else SIGNALS[:2])}
        for name in SIGNALS[:1] + SIGNALS[2:]:
            if name in signals:
                signals[name] = fields.pop(name, {})
        signals["activation"] = fields
        shape = widths[max(number - 2, 0)], widths[number - 1]
        found = tuple(signal(name, *shape, **values) for name, values in signals.items())
        made.append(found)
    fields = {"init": "he", "depth": len(layers), "samples": SAMPLES} | spec
    # Recorded is a stack of as many layers as were finite: the spec may have more.
    if fields["depth"] != len(layers):
        widths = widths[0]
    spec = StackSpec(activation=activation, width=widths, **fields)
    layers = zip(spec.layers, range(1, len(made) + 1), made, strict=False)
    return Record(
        spec=spec,
        measuring=Measuring(gradients=gradients),
        layers=tuple(LayerRecord.of(*each) for each in layers),
    )


def judged(*layers, **fields):
    """Return a record that has a chance, and whose weights mean field does not know."""
    return record(*layers, **{"width": 20, "init": "identity"} | fields)


def of_stds(*stds, make=record, **fields):
    return make(*({"std": std, "within_unit_std": std} for std in stds), **fields)


def of_gradients(*values, make=record, **fields):
    return make(*({"gradient": {"rms": value}} for value in values), **fields)
