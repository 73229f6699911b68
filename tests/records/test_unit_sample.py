"""The corner of values that a Record keeps when asked: the right ones, few, and through JSON."""

import dataclasses
import json

import numpy as np
import pytest

from actviz.errors import RecordError, SpecError
from actviz.files.records import load, save
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.records.unit_sample import MOST, UnitSample
from actviz.simulation.memory import record_bytes
from actviz.simulation.stacks import simulate, simulate_many

SPEC = StackSpec(activation="tanh", init="he", depth=3, width=(7, 90, 5), samples=80)
RNG = np.random.default_rng(0)


def recorder(kept):
    """Return tanh as an activation of one's own that keeps what it gave."""

    def fn(z):
        kept.append(np.tanh(z))
        return kept[-1]

    return dataclasses.replace(SPEC.activation, name="kept", fn=fn)


def test_the_first_inputs_and_units_of_every_activation_are_kept():
    kept = []
    record = simulate(
        activation=recorder(kept), init="he", depth=2, width=9, samples=11, unit_sample=(4, 3)
    )
    for layer, values in zip(record.layers, kept, strict=True):
        sample = layer["activation"].unit_sample.values
        np.testing.assert_array_equal(sample, values[:4, :3])
        assert layer["preactivation"].unit_sample is None


def test_it_is_bounded_and_nothing_else_changes():
    plain, asked = simulate(SPEC), simulate(SPEC, unit_sample=MOST)
    shapes = [layer["activation"].unit_sample.values.shape for layer in asked.layers]
    assert shapes == [(60, 7), (60, 60), (60, 5)]
    for layer, other in zip(plain.layers, asked.layers, strict=True):
        bare = dataclasses.replace(other["activation"], unit_sample=None)
        assert (bare, other["preactivation"]) == (layer["activation"], layer["preactivation"])
    # Files and pictures of before say what they said.
    assert "unit_sample" not in json.dumps(plain.to_dict())
    assert record_bytes(SPEC, asked.measuring) - record_bytes(SPEC, plain.measuring) == 3 * 28800


def test_each_of_several_measurings_has_its_own():
    ways = [
        Measuring(),
        Measuring(unit_sample=(2, 3), statistics="moments"),
        Measuring(unit_sample=(60, 60)),
    ]
    records = simulate_many([SPEC] * 3, ways)
    assert records == [simulate(SPEC, measuring=way) for way in ways]
    assert records[1].layers[0]["activation"].unit_sample.values.shape == (2, 3)


@pytest.mark.parametrize("init", ["he", "std=1e200"])
def test_it_comes_back_from_a_file(tmp_path, init):
    spec = dataclasses.replace(SPEC, activation="relu", init=init)
    record = simulate(spec, unit_sample=(6, 5))
    again = load(save(record, tmp_path / "record.json"))
    assert again == record
    first = again.layers[-1]["activation"].unit_sample
    assert hash(first) == hash(record.layers[-1]["activation"].unit_sample)
    assert (init == "std=1e200") == bool(np.isnan(first.values).any())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((61, 60), "inputs of unit_sample must be <= 60 (got 61)"),
        ((60, 61), "units of unit_sample must be <= 60 (got 61)"),
        ((0, 5), "inputs of unit_sample must be >= 1 (got 0)"),
        ((5, 2.0), "units of unit_sample must be an integer (got 2.0)"),
        ((5,), "unit_sample must be two numbers, inputs and units (got (5,))"),
        ("66", "unit_sample must be two numbers, inputs and units (got '66')"),
        (60, "unit_sample must be two numbers, inputs and units (got 60)"),
    ],
)
def test_what_is_asked_for_is_two_numbers(value, message):
    with pytest.raises(SpecError) as caught:
        Measuring(unit_sample=value)
    assert str(caught.value) == message


@pytest.mark.parametrize("shape", [(61, 1), (1, 61), (0, 3), (3,)])
def test_a_sample_has_at_most_60_inputs_and_units(shape):
    with pytest.raises(RecordError, match="a unit sample must be of 1 to 60 inputs"):
        UnitSample(values=np.zeros(shape))


def test_a_sample_is_a_copy_that_nobody_writes_to():
    values = np.array([[1.0, np.inf], [np.nan, 2.0]])
    sample = UnitSample(values=values)
    values[0, 0] = 7.0
    assert sample.to_list() == [[1.0, None], [None, 2.0]]
    assert sample == UnitSample.from_list(sample.to_list())
    assert sample != UnitSample(values=np.ones((2, 2)))
    with pytest.raises(ValueError, match="read-only"):
        sample.values[0, 0] = 3.0


def damaged(record, change):
    plain = json.loads(json.dumps(record.to_dict()))
    change(plain["layers"][1]["signals"]["activation"])
    return plain


def put(value):
    return lambda item: item.update(unit_sample=value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put(None), r"the unit sample of layer 2 must have shape \(2, 3\) \(got None\)"),
        (put([[0.0, 0.1]]), r"layer 2 must have shape \(2, 3\) \(got \(1, 2\)\)"),
        (put([[0.0, 0.1, 0.2], [0.0, 0.1, 7.0]]), "from 0 to 7, 0 of it not finite, is of no val"),
        (put([[0.0, 0.1, 0.2], [0.0, 0.1, None]]), "from 0 to 0.2, 1 of it not finite, is of no"),
        (put([[0.0, 0.1], [0.0, 0.1, 0.2]]), "a record with a value of a wrong type"),
        (put([["a", "b", "c"]] * 2), "a unit sample must be rows of numbers"),
        (put("values"), "a record with a value of a wrong type|must be"),
        (put(3), "a record with a value of a wrong type"),
    ],
)
def test_a_file_that_was_changed_is_refused(change, message):
    record = simulate(SPEC, unit_sample=(2, 3))
    with pytest.raises(RecordError, match=message):
        Record.from_dict(damaged(record, change))


def test_a_sample_that_nobody_asked_for_is_refused():
    with pytest.raises(RecordError, match=r"must have shape None \(got \(2, 3\)\)"):
        dataclasses.replace(simulate(SPEC, unit_sample=(2, 3)), measuring=Measuring())
