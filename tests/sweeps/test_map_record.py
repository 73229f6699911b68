"""A map as a value: what it refuses, and its numbers as rows and as JSON."""

import dataclasses
import json
import pickle

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.sweeps.map_nets import MapNet, MapNets
from actviz.sweeps.map_record import MOST_CELLS, Field, MapLine, MapRecord, MapSpec
from actviz.training.trial import Trial

SPEC = {"activations": ("tanh",), "stds": (0.1, 1.0), "depths": (1, 2, 5)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"activations": ()}, "an activation"),
        ({"stds": (0.1,)}, "two or more finite numbers > 0"),
        ({"stds": (1.0, 0.1)}, "each above the last"),
        ({"stds": (0.0, 0.1)}, "finite numbers > 0"),
        ({"stds": (0.1, float("inf"))}, "finite numbers > 0"),
        ({"depths": (5, 5)}, "each above the last"),
        ({"depths": (0, 5)}, "depth must be >= 1"),
        ({"depths": (1, 10**6)}, "depth must be <= 10000"),
        ({"quantities": ("chance",), "depths": (1,)}, "a depth of 2 or more"),
        ({"samples": 1}, "samples must be >= 2"),
        ({"width": 0}, "width must be >= 1"),
        ({"input_std": 0.0}, "input_std"),
        ({"quantities": ("loss",)}, "signal, gradient, chance"),
        ({"quantities": ("chance",), "simulated": False}, "theory knows no chance"),
    ],
)
def test_what_is_no_map_is_refused(wrong, said):
    with pytest.raises(SpecError, match=said):
        MapSpec(**SPEC | wrong)


def test_more_cells_than_anybody_sees_are_refused_with_their_number():
    stds = tuple(np.geomspace(0.001, 10, MOST_CELLS // 6 + 1))
    with pytest.raises(SpecError, match=r"a map of 200,004 cells: at most 200,000"):
        MapSpec(**SPEC | {"stds": stds})


def a_record():
    spec = MapSpec(**SPEC)
    values = np.array([[1.0, 2.0], [np.inf, 4.0], [np.nan, 6.0]])
    fields = [
        Field(
            activation=spec.activations[0],
            quantity=name,
            values=values,
            unknown=((2, 0, "map.null.overflow"),),
        )
        for name in spec.quantities
    ]
    curve = MapLine(kind="critical", points=np.array([(0.1, 1), (0.1, 5)]))
    return MapRecord(
        spec=spec,
        fields=tuple(fields),
        curves={("tanh", "signal"): (curve,)},
        bands={"tanh": ((0.1, 0.5), (0.2, None), None)},
    )


def test_every_cell_is_a_row_and_what_is_no_float_is_none():
    record = a_record()
    rows = list(record.to_rows())
    assert len(rows) == 6
    assert set(rows[0]) == set(record.columns())
    of_std = [(row["depth"], row["signal"], row["null_because"]) for row in rows[:3]]
    assert of_std == [(1, 1.0, None), (2, None, None), (5, None, "map.null.overflow")]


def test_it_is_plain_json():
    plain = json.loads(json.dumps(a_record().to_dict(), allow_nan=False))
    assert plain["map"]["activations"] == ["tanh"]
    assert plain["fields"][1]["values"][0] == [1.0, 2.0]
    assert plain["lines"][0]["points"] == [[0.1, 1.0], [0.1, 5.0]]
    kept = {(one["activation"], one["depth"]): one["std"] for one in plain["kept"]}
    assert kept == {("tanh", 1): [0.1, 0.5], ("tanh", 2): [0.2, None], ("tanh", 5): None}


def test_its_arrays_are_read_only_and_stay_so():
    for record in (a_record(), pickle.loads(pickle.dumps(a_record()))):
        for array in (record.fields[0].values, record.curves["tanh", "signal"][0].points):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0.0


def test_a_row_has_the_net_of_its_cell_where_nets_were_trained():
    trial = Trial(accuracy=0.9, rate=0.03, step=50)
    net = MapNet(activation="tanh", std=1.0, depth=2, trial=trial)
    plain = a_record()
    record = dataclasses.replace(plain, nets=MapNets(data="digits", nets=(net,), asked=1))
    rows = list(record.to_rows())
    assert {tuple(row) for row in rows} == {record.columns()}
    assert [row["accuracy"] for row in rows] == [None, None, None, None, 0.9, None]
    assert [row["trains"] for row in rows if row["trains"] is not None] == [True]
    assert json.loads(json.dumps(record.to_dict()))["trained"]["nets"][0]["rate"] == 0.03
    assert "accuracy" not in plain.columns()
    assert "trained" not in plain.to_dict()


def test_its_repr_is_one_line():
    assert repr(a_record()) == (
        "<MapRecord of signal, gradient of tanh: 2 stds from 0.1 to 1, 3 depths to 5>"
    )
