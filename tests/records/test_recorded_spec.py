"""What is known of recorded layers: it comes back from JSON, and what does not fit is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

import actviz
from actviz.errors import RecordError, SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.recorded_spec import KIND, UNKNOWN, RecordedSpec

#: Three layers of 40 samples.
LAYERS = {str(n): np.arange(40.0 * width).reshape(40, width) for n, width in enumerate((7, 5, 5))}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["a", "a", "b"]}, "two layers have one name"),
        ({"widths": [1]}, "widths must be one for each of 3 layers"),
        ({"widths": [7, 5, 0]}, "widths must be >= 1"),
        ({"label": " "}, "label must be a text"),
        ({"dtype": "int8"}, "dtype must be float64 or float32"),
        ({"more": 1}, "recorded spec has the fields"),
        ({"activation": 3}, "activation must be"),
        ({"layer_samples": [39, 40, 40]}, "the activation of layer 1 must have 273 values"),
        ({"names": 3}, "wrong type"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused(change, message):
    data = actviz.record_from_arrays(LAYERS).to_dict()
    data["spec"] |= change
    with pytest.raises(RecordError, match=message):
        actviz.Record.from_dict(data)


def test_what_is_known_comes_back_from_plain_types():
    spec = RecordedSpec(
        label="my net", names=("a", "b"), widths=(7, 5), layer_samples=(40, 30), fan_ins=(None, 7)
    )
    plain = spec.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["kind"] == KIND
    back = RecordedSpec.from_dict(plain)
    assert back == spec
    assert back.activation is UNKNOWN
    own = replace(ACTIVATIONS["tanh"], name="mine")
    of_mine = replace(spec, activation=own)
    assert RecordedSpec.from_dict(of_mine.to_dict(), activations=[own]) == of_mine


def test_layers_that_differ_have_no_width_and_no_samples_in_common():
    same = RecordedSpec(
        label="x", names=("a", "b"), widths=(7, 7), layer_samples=(40, 40), fan_ins=(None, 7)
    )
    assert (same.depth, same.width, same.samples) == (2, 7, 40)
    assert same.shapes == ((None, 7), (7, 7))
    odd = replace(same, widths=(7, 5), layer_samples=(40, 30))
    assert (odd.width, odd.samples) == ((7, 5), None)
    assert [odd.samples_of(layer) for layer in (1, 2)] == [40, 30]


@pytest.mark.parametrize("text", ["two\nlines", "a\ttab"])
def test_a_label_that_would_break_a_table_is_refused(text):
    with pytest.raises(SpecError, match="on one line, without tabs"):
        RecordedSpec(label=text, names=("a",), widths=(1,), layer_samples=(1,), fan_ins=(1,))
