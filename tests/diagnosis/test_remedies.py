"""Remedies: what they promise is what a simulation of one's own finds, and it is better."""

import re
from dataclasses import replace

import pytest

from actviz.diagnosis.findings import Kind
from actviz.diagnosis.remedies import _gain, prescribe
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose
from actviz.layers.initializers import get_initializer
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate


def stack(activation, init, **fields):
    spec = {"samples": 200, "gradients": True} | fields
    return simulate(activation=activation, init=init, **spec)


def remedy(findings, measure):
    return next(str(each.remedy) for each in findings.stack if each.measure == measure)


def test_the_numbers_of_a_remedy_are_those_of_a_simulation():
    made = stack("relu", "xavier")
    found = prescribe(made)
    text = remedy(found, "gradient factor a layer")
    pattern = r"He with ReLU: gradient factor a layer ([\d.]+) instead of ([\d.]+)"
    after, before = map(float, re.fullmatch(pattern, text).groups())

    def factor(record):
        first, last = (record.layers[i]["gradient"].stats.rms for i in (0, -1))
        return (first / last) ** (1 / 4)

    # Two significant digits are said.
    assert before == pytest.approx(factor(made), abs=0.0051)
    assert after == pytest.approx(factor(stack("relu", "he")), abs=0.051)
    assert diagnose(stack("relu", "he")).verdict is Kind.HEALTHY


@pytest.mark.parametrize(
    ("activation", "init", "name"),
    [
        ("tanh", "std=0.01", "Xavier with tanh"),
        ("tanh", "std=1", "Xavier with tanh"),
        ("relu", "zeros", "He with ReLU"),
        ("silu", "xavier", "He with SiLU"),
    ],
)
def test_the_simplest_that_is_healthy_is_advised(activation, init, name):
    found = prescribe(stack(activation, init))
    for each in found.findings:
        assert (each.remedy is None) is (each.layer is not None)
    assert all(str(each.remedy).startswith(f"{name}: ") for each in found.stack)
    assert not any("still" in str(each.remedy) for each in found.stack)


def test_where_no_initializer_helps_another_activation_is_named_as_such():
    """Sigmoid: no scale of the weights keeps inputs apart and gradients alive."""
    found = prescribe(stack("sigmoid", "xavier"))
    for each in found.stack:
        assert str(each.remedy).startswith(
            "no initializer that was tried mends sigmoid; Xavier with t"
        )


def test_where_nothing_helps_that_is_what_is_said():
    # Of one unit a layer, no initializer and no activation of those keeps a scale.
    made = stack("relu", "std=0.01", width=1, depth=20, samples=20)
    found = prescribe(made)
    assert found.verdict is not Kind.HEALTHY
    texts = {str(each.remedy) for each in found.stack}
    for text in texts:
        assert "none has a better verdict" in text or "better, but still" in text


def test_a_healthy_stack_and_the_findings_are_left_as_they_are():
    good = stack("tanh", "xavier")
    assert prescribe(good) == diagnose(good)
    bad = stack("tanh", "std=1")
    bare = tuple(replace(each, remedy=None) for each in prescribe(bad).findings)
    assert bare == diagnose(bad).findings
    assert prescribe(bad) == prescribe(bad, DEFAULT)


def test_a_record_without_gradients_gets_a_remedy_too():
    made = stack("relu", "std=1", dtype="float32", depth=60, samples=20)
    found = prescribe(made)
    assert found.verdict is Kind.NON_FINITE
    assert "values that are NaN or infinite none instead of" in str(found.stack[0].remedy)


@pytest.mark.parametrize(
    ("activation", "gain"),
    # E tanh(z)^2 = 0.3942944904, E relu(z)^2 = 1 / 2 (facts.md section 3), z ~ N(0, 1).
    [("tanh", 0.3942944904**-0.5), ("relu", 2**0.5), ("identity", 1.0), ("selu", 1.0)],
)
def test_the_gain_of_a_candidate(activation, gain):
    # Three digits go into the candidate; a kink costs a Gauss rule some of its own.
    assert _gain(StackSpec(activation=activation, init="he").activation) == pytest.approx(
        gain, rel=0.01
    )
    assert get_initializer(f"lecun(gain={gain:.3g})")
