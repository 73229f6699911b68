"""Which stacks a sweep has, in which order, and what is refused before any is made."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from actviz.errors import SpecError, UnknownNameError
from actviz.records.spec import StackSpec
from actviz.sweeps import spec
from actviz.sweeps.axes import AxisGrid
from actviz.sweeps.seeds import seed_of
from actviz.sweeps.spec import SweepAxis, SweepSpec

GIVEN = {"activation": ("tanh", "relu"), "std": "0.1..10:3", "depth": "2,3", "width": 20}
SWEEP = SweepSpec.of(**GIVEN, seeds=2)


def test_every_value_goes_with_every_other():
    stacks = [SWEEP.stack(number) for number in range(len(SWEEP))]
    expected = [
        StackSpec(activation=activation, init=f"std={std}", depth=depth, width=20)
        for activation, std, depth in product(("tanh", "relu"), (0.1, 1, 10), (2, 3))
        for _ in range(2)
    ]
    assert [replace(stack, seed=0) for stack in stacks] == expected
    assert [stack.seed for stack in stacks] == [
        seed_of(spec, number % 2) for number, spec in enumerate(expected)
    ]
    assert len(set(stacks)) == len(stacks) == 24


def test_the_places_lead_to_the_values():
    for number in range(len(SWEEP)):
        places = SWEEP.places(number)
        assert int(np.ravel_multi_index(places, SWEEP.shape)) == number
    with pytest.raises(IndexError):
        SWEEP.places(24)


def test_the_order_of_the_axes_is_not_that_of_the_options():
    assert SweepSpec.of(**dict(reversed(GIVEN.items())), seeds=2) == SWEEP


def test_the_seeds_of_a_stack_do_not_depend_on_its_company():
    alone = SweepSpec.of(activation="relu", init="std=1", depth=3, width=20)
    assert alone.stack(0) in {SWEEP.stack(number) for number in range(len(SWEEP))}


def test_seeds_are_counted_from_the_first():
    later = SweepSpec.of(**GIVEN, seed=1)
    assert later.stack(0) == SWEEP.stack(1)
    assert (later.seed_number(0), SWEEP.seed_number(1)) == (1, 1)


def test_gains_go_with_every_initializer_that_takes_one():
    found = SweepSpec.of(activation="relu", init=["he", "xavier"], gain="0.5,1.5")
    names = [found.stack(number).init_name for number in range(4)]
    assert names == ["he(gain=0.5)", "he(gain=1.5)", "xavier(gain=0.5)", "xavier(gain=1.5)"]
    one = SweepSpec.of(activation="relu", init=["he", "xavier"], gain=0.5)
    assert [one.stack(number).init_name for number in range(2)] == [names[0], names[2]]


def test_a_sequence_of_widths_is_of_several_stacks():
    found = SweepSpec.of(activation="tanh", init="he", width=[10, 20])
    assert [found.stack(number).width for number in range(2)] == [10, 20]


@pytest.mark.parametrize(
    "sweep", [SWEEP, SweepSpec.of(activation="relu", init="he", gain="1..2:3")]
)
def test_json_comes_back(sweep):
    again = SweepSpec.from_dict(sweep.to_dict())
    assert again == sweep
    assert again.stack(2) == sweep.stack(2)


def test_a_billion_stacks_are_refused_before_any_is_made(monkeypatch):
    monkeypatch.setattr(SweepSpec, "stack", lambda *_: pytest.fail("made"))
    with pytest.raises(SpecError, match=r"^1,000,000,000 stacks .*hours on one core and .* GB"):
        SweepSpec.of(activation="tanh", std="logspace:-3:0:1000000", depth="1..1000")
    with pytest.raises(SpecError, match=r"^1,000,000,000 stacks, about"):
        SweepSpec.of(activation="tanh", std="logspace:-3:0:1000000000")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"std": "0.1,-1.0"}, r"std must be .* \(got -1.0\)"),
        ({"std": ()}, "std has no values: write logspace"),
        (
            {"std": "0.1,1.0", "init": "he"},
            "std is of normal weights, .*: leave one out, or name all as init, such as he,std=0.1",
        ),
        (
            {"std": "0.1", "gain": "1..2:2"},
            "gain multiplies the std of an initializer, and std says",
        ),
        ({"std": [0.1, 0.2], "gain": 2}, "gain multiplies the std of an initializer, and std says"),
        ({"init": "he", "depth": "0..5"}, r"depth must be >= 1 \(got 0\)"),
        ({"init": "he", "depth": "5..999999999"}, "depth must be <= 100000"),
        (
            {"init": "he", "width": [(20, 30), (10, 10)]},
            r"a width of a sweep is one number, of every layer \(got \(20, 30\)\): stacks whose",
        ),
        ({"init": "he", "width": 0}, r"width must be >= 1 \(got 0\)"),
        ({"init": "he", "samples": 0}, r"samples must be >= 1 \(got 0\)"),
        ({"init": "he", "seeds": 0}, r"seeds must be >= 1 \(got 0\)"),
        ({"init": "he", "seed": 2**63 - 1, "seeds": 2}, "go beyond 9223372036854775807"),
        ({"init": ["he", "torch_default"], "bias_std": 0.1}, "brings its own biases"),
        ({"init": ["he", "he"]}, "init has he twice"),
        ({"init": ["he", "kaiming"]}, "init has he twice"),
        ({}, "^a sweep needs weights: init, such as init='he', or std, such as std='0.001..3:60'$"),
        ({"activation": None, "init": "he"}, "^a sweep needs an activation, such as .*='tanh'$"),
        ({"activation": None}, "^a sweep needs an activation, such as .*; and weights: init, such"),
        # A slip in what is there comes before what is not there.
        ({"activation": "tnah"}, "unknown activation 'tnah': did you mean 'tanh'"),
        ({"activation": None, "init": ["he", "xavire"]}, "unknown initializer 'xavire': did you"),
        ({"activation": None, "std": "0.1;1"}, "std '0.1;1' has '0.1;1', which is no finite"),
        (
            {"activation": "tanh, relu", "init": "he"},
            r"activation 'tanh, relu' is one text: name several in a list, \['tanh', 'relu'\]",
        ),
        (
            {"init": "he,uniform(-1, 1)"},
            r"name several in a list, \['he', 'uniform\(-1, 1\)'\]",
        ),
        ({"init": "he", "depth": [2, "3"]}, "depth must be an integer"),
        # In the middle, where neither the least nor the greatest is wrong.
        ({"init": "he", "depth": [2, 3.0, 4]}, r"depth must be an integer \(got 3.0\)"),
        ({"std": [0.1, float("nan"), 0.3]}, "must be a finite number >= 0"),
        ({"std": [0.1, float("inf"), 0.3]}, "must be a finite number >= 0"),
        ({"std": [0.1, -0.2, 0.3]}, "must be a finite number >= 0"),
        ({"init": ["he", "torch_default", "xavier"], "bias_std": [0, 0.1]}, "its own biases"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(fields, what):
    with pytest.raises(SpecError, match=what):
        SweepSpec.of(**{"activation": "tanh"} | fields)


def test_std_says_all_that_gain_would():
    with pytest.raises(
        SpecError, match="gain multiplies the std of an initializer, and std says it"
    ):
        SweepSpec.of(activation="tanh", std=[0.1, 0.2], gain=2)


def test_a_name_that_is_unknown_is_refused_with_the_closest():
    with pytest.raises(UnknownNameError, match="relu"):
        SweepSpec.of(activation=["tanh", "rleu"], init="he")


@pytest.mark.parametrize(
    ("axes", "what"),
    [
        ([("std", (0.1,))], "an axis has two or more"),
        ([("speed", (1, 2))], r"a sweep goes over activation.*\(got 'speed'\)"),
        ([("std", (0.1, 1.0)), ("init", ("he", "xavier"))], "of one thing twice"),
        ([("std", (0.1, 1.0)), ("std", (0.2, 2.0))], "of one thing twice"),
    ],
)
def test_axes_that_cannot_be_are_refused(axes, what):
    with pytest.raises(SpecError, match=what):
        SweepSpec(base=SWEEP.base, axes=tuple(SweepAxis(name=n, values=v) for n, v in axes))


def test_of_many_numbers_few_are_tried_as_stacks(monkeypatch):
    """Each takes a while, and a part of a sweep may have a million values."""
    tried = []

    def counted(base, values, real=spec.stack_with):
        tried.append(values)
        return real(base, values)

    monkeypatch.setattr(spec, "stack_with", counted)
    fields = {"std": "0.001..3:5000", "depth": "1..90", "activation": ["tanh", "relu"]}
    assert len(SweepSpec.of(**fields)) == 5000 * 90 * 2
    assert len(tried) < 40


def test_too_many_stacks_are_refused_before_a_value_is_made(monkeypatch):
    monkeypatch.setattr(AxisGrid, "values", lambda grid: pytest.fail("values were made"))
    with pytest.raises(SpecError, match="1,000,000 stacks, about"):
        SweepSpec.of(activation="tanh", std="logspace:-3:0:1000000", at_most=100_000)


def test_its_repr_is_one_line_however_many_values_it_has():
    sweep = SweepSpec.of(activation="tanh", std="0.01..1:3", depth=50, seeds=2)
    assert repr(sweep) == (
        "<SweepSpec of 6 stacks over 3 std × 2 seeds, the first tanh, std=0.01: 50 layers of "
        "100 units, 1000 samples>"
    )
    one = SweepSpec.of(activation="tanh", init="he")
    assert repr(one) == "<SweepSpec of 1 stack, tanh, he: 5 layers of 100 units, 1000 samples>"


def test_what_a_sweep_is_made_of_is_of_its_kind():
    with pytest.raises(SpecError, match=r"^base must be a StackSpec \(got 3\)$"):
        SweepSpec(base=3)
    for axes in (None, 3, (3,), SweepAxis(name="std", values=(0.1, 1.0))):
        with pytest.raises(SpecError, match=r"^axes must be a sequence of SweepAxis \(got "):
            SweepSpec(base=SWEEP.base, axes=axes)
