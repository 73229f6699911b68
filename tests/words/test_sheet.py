"""A sheet's title has one line, and what it does not say its subtitle does."""

from functools import cache

import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.simulation.stacks import simulate
from actviz.words.overview import TITLE
from actviz.words.sheet import headings_of
from actviz.words.stacks import findings_of
from actviz.words.told import tell

FOUR = ("std=1", "std=0.01", "xavier", "he")
ALL = tuple(name for name, row in ACTIVATIONS.items() if row.name == name)


@cache
def record(activation, init, **fields):
    options = {"width": 60, "samples": 100, "gradients": True} | fields
    return simulate(activation=activation, init=init, **options)


def told_of(activations, initializers, **fields):
    return tell([record(a, i, **fields) for a in activations for i in initializers])


@pytest.mark.wide
@pytest.mark.parametrize(
    ("activations", "initializers"),
    [
        (("sigmoid", "tanh", "relu"), FOUR),
        (ALL, ("xavier", "he")),
        (("relu",), ("he",)),
        (("sigmoid",), ("xavier",)),
        (("relu",), ("xavier", "he")),
        (("leaky_relu",), (*FOUR, "torch_linear", "he_truncated_normal", "sparse")),
    ],
)
def test_a_title_has_one_line_of_a_slide(activations, initializers):
    told = told_of(activations, initializers)
    (title, second), *rest = headings_of(told, "activation", gradients=True)
    assert len(title) <= TITLE
    assert second[:1] == second[:1].upper()
    assert all(len(heading.title) < len(title) for heading in rest)
    assert not any(heading.second for heading in rest)


def test_a_single_stack_s_second_finding_is_of_its_gradient():
    """Its numbers stand above the panels: a sentence of them would be there twice."""
    told = told_of(("sigmoid",), ("xavier",), width=100, samples=1000)
    full, *_ = findings_of(told, "activation", gradients=True)
    assert len(full) > TITLE
    heading, *_ = headings_of(told, "activation", gradients=True)
    assert heading == (
        "Under Xavier, sigmoid makes all inputs alike",
        "The gradient vanishes (×0.23 a layer)",
    )
    assert full.lower().endswith(heading.second.lower())


def test_gradients_stand_in_the_second_finding():
    told = told_of(("relu",), ("xavier", "he"), width=100, samples=1000)
    heading, *_ = headings_of(told, "activation", gradients=True)
    assert heading == (
        "For ReLU, Xavier declines, He keeps the signal",
        "Gradients decline under Xavier",
    )
    without, *_ = headings_of(told, "activation", gradients=False)
    assert without == (heading.title, "")


def test_of_gradients_it_is_said_what_becomes_of_them():
    told = told_of(("relu",), ("xavier", "he"))
    found = headings_of(told, "gradient", gradients=True)
    assert [heading.title for heading in found] == findings_of(told, "gradient", gradients=True)
