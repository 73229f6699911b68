"""A phase diagram as a value: what it refuses, and its rows."""

import json
from dataclasses import replace

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.sweeps.phase_record import PhaseLine, PhaseRecord, PhaseSpec, Plane

SPEC = PhaseSpec(
    activations=("tanh",),
    stds=(0.05, 0.1, 0.2),
    biases=(0.0, 0.5),
    dot_stds=(0.1,),
    dot_biases=(0.0, 0.5),
)


def record_of(**changes):
    values = np.array([[0.5, 1.0, 1.2], [0.4, 0.8, 1.1]])
    plane = Plane(
        activation=ACTIVATIONS["tanh"],
        values=values,
        chi=values**2,
        q_star=np.array([[0.0, 0.1, np.inf], [0.3, 0.4, 0.5]]),
        lines=(PhaseLine(kind="critical", points=np.array([(0.1, 0.0), (0.15, 0.5)])),),
        found=np.array([[0.98], [np.nan]]),
        predicted=np.array([[1.0], [0.8]]),
    )
    return PhaseRecord(spec=replace(SPEC, **changes), planes=(plane,))


def test_a_row_for_each_point_and_one_for_each_stack():
    record = record_of()
    rows = list(record.to_rows())
    assert len(rows) == 6 + 2
    assert all(tuple(row) and set(row) == set(record.columns()) for row in rows)
    first, stacks = rows[0], rows[6:]
    assert (first["std"], first["bias_std"], first["gradient"]) == (0.05, 0.0, 0.5)
    assert first["trainable_depth"] == pytest.approx(6 / np.log(4))
    assert rows[1]["trainable_depth"] is None  # χ = 1: any
    assert rows[2]["q_star"] is None
    assert [row["source"] for row in rows] == ["mean field"] * 6 + ["simulation"] * 2
    assert [row["gradient"] for row in stacks] == [0.98, None]
    assert [row["predicted"] for row in stacks] == [1.0, 0.8]
    assert {row["depth"] for row in stacks} == {20}


def test_json_has_the_same_numbers():
    record = record_of(quantity="scale")
    plain = json.loads(json.dumps(record.to_dict(), allow_nan=False))
    (plane,) = plain["planes"]
    assert plane["scale"] == record.planes[0].values.tolist()
    assert plane["simulated"] == [[0.98], [None]]
    assert plane["lines"][0] == {
        "line": "critical",
        "level": None,
        "points": [[0.1, 0], [0.15, 0.5]],
    }
    assert plain["phase"]["width"] == 100


def test_where_a_line_is():
    line = record_of().of("tanh").critical
    assert line.std_at(0.25) == pytest.approx(0.125)
    assert line.std_at(0.6) is None
    assert PhaseLine(kind="reach", points=np.empty((0, 2))).std_at(0.0) is None


def test_numbers_are_read_only():
    plane = record_of().planes[0]
    with pytest.raises(ValueError, match="read-only"):
        plane.values[0, 0] = 1.0


def test_the_weight_std_at_which_a_quantity_crosses_a_level_lies_between_two():
    record = PhaseRecord(spec=SPEC, planes=())
    values = np.array([[1.0, 0.8, 0.4], [0.4, 0.2, 0.1]])
    chis = np.ones_like(values)
    plane = Plane(
        activation=ACTIVATIONS["tanh"],
        values=values,
        chi=chis,
        q_star=chis,
        found=np.empty((0, 0)),
        predicted=np.empty((0, 0)),
    )
    assert record.std_across(plane, 0, 0.9) == pytest.approx(0.05 * 2**0.5)
    assert record.std_across(plane, 0, 0.5) == pytest.approx(0.1 * 2**0.75)
    assert record.std_across(plane, 0, 0.3) is None
    assert record.std_across(plane, 1, 0.9) is None  # below it everywhere
    rising = replace(plane, values=values[:, ::-1])
    assert record.std_across(rising, 0, 0.5) == pytest.approx(0.05 * 2**0.25)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"activations": ("tahn",)}, "tahn"),
        ({"activations": ()}, "needs an activation"),
        ({"seeds": ()}, "and a seed"),
        ({"quantity": "chance"}, "one of gradient, cosine, scale"),
        ({"stds": (0.1, 0.0)}, "std must be finite numbers > 0"),
        ({"stds": (-0.1, 0.1)}, "std must be finite numbers > 0"),
        ({"stds": (0.2, 0.1)}, "std must rise"),
        ({"stds": ()}, r"needs two or more weight stds, such as 0.01..1 \(got none\)"),
        ({"stds": (0.1,)}, r"needs two or more weight stds, such as 0.01..1 \(got 0.1\)"),
        ({"biases": ()}, "needs a bias std"),
        ({"biases": (-0.5, 0.5)}, "bias_std must be finite numbers >= 0"),
        ({"biases": (1.0, 0.0)}, "bias_std must rise"),
        ({"biases": (0.0, float("inf"))}, "bias_std must be finite"),
        ({"dot_stds": (float("nan"),)}, "std must be finite"),
        ({"depth": 0}, "depth must be"),
        ({"depth": 1}, "depth must be"),
        ({"width": 0}, "width must be"),
        ({"samples": 1}, "samples must be"),
        ({"input_std": 0.0}, "input_std must be"),
        ({"stds": tuple(np.linspace(0.1, 1, 1000)), "biases": tuple(range(300))}, "300,000 points"),
    ],
)
def test_what_is_refused(changes, what):
    with pytest.raises(SpecError, match=what):
        replace(SPEC, **changes)


def test_its_repr_is_one_line():
    assert repr(record_of()) == (
        "<PhaseRecord of gradient of tanh: 3 stds from 0.05 to 0.2, 2 bias stds to 0.5, "
        "2 stacks each>"
    )
