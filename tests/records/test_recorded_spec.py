"""Layers that were recorded: each has its own name, kind and activation, in memory and in files."""

import json
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

import actviz
from actviz.diagnosis.findings import Kind
from actviz.diagnosis.measures import flat_entries, saturated
from actviz.diagnosis.verdict import diagnose
from actviz.errors import RecordError, SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.layer import Layer
from actviz.records.recorded_spec import UNKNOWN, RecordedSpec
from actviz.records.signal import LayerRecord


def layer(name, activation, **changes):
    known = {"activation": ACTIVATIONS[activation], "fan_in": None, "width": 3, "samples": 8}
    return Layer(name=name, **(known | changes))


#: Three layers that have little in common.
LAYERS = (
    layer("conv", "relu", kind="convolution"),
    layer("gate", "sigmoid", fan_in=3, width=2, samples=9),
    layer("out", "identity", fan_in=2, width=1, kind="dense"),
)


def recorded(layers, arrays=None):
    """Return a Record of these layers; without arrays their values do not matter."""
    rng = np.random.default_rng(0)
    any_values = {each.name: rng.standard_normal((each.samples, each.width)) for each in layers}
    record = actviz.record_from_arrays(arrays or any_values, activation="sigmoid")
    seen = map(LayerRecord.of, layers, count(1), [each.signals for each in record.layers])
    return replace(record, spec=replace(record.spec, layers=layers), layers=tuple(seen))


def test_layers_of_several_activations_go_through_json():
    record = recorded(LAYERS)
    back = actviz.Record.from_dict(json.loads(json.dumps(record.to_dict())))
    assert back == record
    assert back.spec.layers == LAYERS
    assert [each.kind for each in back.layers] == ["convolution", "", "dense"]
    names = [row["activation"] for row in back.to_rows()]
    assert names == ["relu", "sigmoid", "identity"]
    assert back.spec.activation is UNKNOWN
    assert back.spec.samples is None
    assert back.spec.widths == (3, 2, 1)


def test_an_own_activation_of_one_layer_is_found_by_its_name():
    own = replace(ACTIVATIONS["relu"], name="mine")
    spec = RecordedSpec(label="net", layers=(LAYERS[1], replace(LAYERS[0], activation=own)))
    plain = json.loads(json.dumps(spec.to_dict()))
    assert RecordedSpec.from_dict(plain, activations=[own]) == spec
    with pytest.raises(SpecError, match="mine"):
        RecordedSpec.from_dict(plain)


def test_what_all_layers_have_is_written_as_before():
    """One activation is one name, and what nobody said is not there."""
    spec = RecordedSpec(label="net", layers=(layer("a", "tanh"), layer("b", "tanh", width=2)))
    assert spec.activation is ACTIVATIONS["tanh"]
    assert spec.to_dict() == {
        "kind": "recorded",
        "label": "net",
        "names": ["a", "b"],
        "widths": [3, 2],
        "layer_samples": [8, 8],
        "fan_ins": [None, None],
        "activation": "tanh",
        "dtype": "float64",
    }


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("activation", ["relu"], "activation must be one for each of 3 layers"),
        ("activation", ["relu", "tanh", 3], "activation must be a name or an Activation"),
        ("kinds", ["dense"], "kinds must be one for each of 3 layers"),
        ("kinds", ["dense", "dense", 3], "the kind of a layer must be a text"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(key, value, message):
    plain = recorded(LAYERS).to_dict()
    plain["spec"][key] = value
    with pytest.raises(RecordError, match=message):
        actviz.Record.from_dict(plain)


@pytest.mark.parametrize(
    "change", [{"name": "b"}, {"kind": "dense"}, {"activation": UNKNOWN}, {"samples": 7}]
)
def test_a_record_has_the_layers_that_its_spec_tells_of(change):
    record = recorded(LAYERS)
    first = replace(record.layers[0], **change)
    with pytest.raises(RecordError, match="layer 1 is not the one that its spec tells of"):
        replace(record, layers=(first, *record.layers[1:]))


def test_the_judge_asks_each_layer_for_its_activation():
    """Behind a ReLU, which has one bound and does not saturate, a sigmoid does."""
    z = np.random.default_rng(0).standard_normal((50, 30))
    layers = tuple(replace(each, width=30, samples=50) for each in (LAYERS[0], LAYERS[1]))
    arrays = {
        each.name: {"preactivation": 100 * z, "activation": each.activation(100 * z)}
        for each in layers
    }
    record = recorded(layers, arrays)
    assert {number for number, _ in saturated(record)} == {2}
    assert {number for number, _ in flat_entries(record)} == {2}
    for order, where in ((layers, 2), (layers[::-1], 1)):
        found = diagnose(recorded(order, arrays)).findings
        assert {each.layer for each in found if each.kind is Kind.SATURATED} == {None, where}


def test_a_stack_tells_the_same_of_its_layers():
    stack = actviz.simulate(activation="tanh", init="he", depth=2, width=(5, 4), samples=7)
    assert stack.stack is stack.spec
    assert stack.spec.layers == (
        layer("", "tanh", kind="dense", fan_in=5, width=5, samples=7),
        layer("", "tanh", kind="dense", fan_in=5, width=4, samples=7),
    )
    pairs = zip(stack.layers, stack.spec.layers, strict=True)
    assert all(seen.is_of(known) for seen, known in pairs)
    assert recorded(LAYERS).stack is None


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
    arrays = {
        name: np.arange(40.0 * n).reshape(40, n) for name, n in zip("abc", (7, 5, 5), strict=True)
    }
    data = actviz.record_from_arrays(arrays).to_dict()
    data["spec"] |= change
    with pytest.raises(RecordError, match=message):
        actviz.Record.from_dict(data)
