"""What has been seen of a layer, and which batch is not of it."""

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.numbers.accumulator import Accumulator
from actviz.numbers.sums import Asked
from actviz.records.batches import LayerBatches
from actviz.records.recorded_spec import UNKNOWN

Z = np.array([[0.0, 9.0], [-9.0, 1.0]])


def layer(activation, *signals):
    return LayerBatches(
        name="fc",
        kind="",
        activation=activation,
        fan_in=None,
        width=2,
        dtypes=dict.fromkeys(signals, np.dtype("float64")),
        signals={signal: Accumulator(Asked(), exact=6) for signal in signals},
    )


def test_saturated_entries_are_known_where_function_and_preactivation_are():
    both = {"preactivation": Z, "activation": np.tanh(Z)}
    known = layer(ACTIVATIONS["tanh"], *both)
    assert known.saturated_in(both) == 2
    known.saturated = 2
    for signal, accumulator in known.signals.items():
        accumulator.update(both[signal])
    assert known.saturated_fraction == 0.5
    assert known.known.samples == 2
    assert layer(UNKNOWN, *both).saturated_in(both) == 0
    assert layer(UNKNOWN, *both).saturated_fraction is None
    assert layer(ACTIVATIONS["tanh"], "activation").saturated_fraction is None


def test_first_rows_are_kept_as_far_as_a_sample_needs_them():
    found = layer(UNKNOWN, "activation")
    for rows in (Z[:1], Z, Z):
        found.sample([rows], (2, 1))
    np.testing.assert_array_equal(np.concatenate(found.first), [[0.0], [0.0]])
    found = layer(UNKNOWN, "activation")
    found.sample([Z], None)
    assert found.first == []


def test_another_layer_is_refused_by_what_differs():
    mine, theirs = layer(UNKNOWN, "activation"), layer(ACTIVATIONS["relu"], "activation")
    with pytest.raises(SpecError, match="'fc' differs between builders in its activation: 'unkn"):
        mine.check_same(theirs)
    once = layer(UNKNOWN, "activation", "weight_gradient")
    with pytest.raises(SpecError, match="given once"):
        once.check_same(once)
