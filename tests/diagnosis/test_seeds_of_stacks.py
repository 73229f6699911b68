"""The stacks that every lecture shows: their state and word, whatever the seed."""

from dataclasses import replace
from functools import cache

import pytest

from actviz.diagnosis.course import Becomes
from actviz.diagnosis.findings import State
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_many

FULL, PALE, LOST = State.FULL, State.PALE, State.LOST

#: The default's twelve stacks: the state of each, and whether a hard fact makes its chance 0.
DEFAULTS = {
    ("sigmoid", "std=1"): (PALE, False),
    ("sigmoid", "std=0.01"): (LOST, True),
    ("sigmoid", "xavier"): (LOST, True),
    ("sigmoid", "he"): (LOST, True),
    ("tanh", "std=1"): (PALE, False),
    ("tanh", "std=0.01"): (LOST, False),
    ("tanh", "xavier"): (FULL, False),
    ("tanh", "he"): (FULL, False),
    ("relu", "std=1"): (LOST, False),
    ("relu", "std=0.01"): (LOST, False),
    ("relu", "xavier"): (PALE, False),
    ("relu", "he"): (FULL, False),
}

JUDGED = DEFAULT.measuring


@cache
def found(activation, init, seeds):
    """Return the findings of a default stack under each of the seeds."""
    spec = StackSpec(activation=activation, init=init)
    records = simulate_many([replace(spec, seed=seed) for seed in range(seeds)], JUDGED)
    return tuple(map(diagnose, records))


SEEDS = [4, pytest.param(200, marks=pytest.mark.heavy)]


@pytest.mark.wide
@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("stack", DEFAULTS, ids="-".join)
def test_a_default_stack_is_the_same_under_every_seed(stack, seeds):
    state, fact = DEFAULTS[stack]
    several = found(*stack, seeds)
    assert {each.state for each in several} == {state}
    assert len({each.verdict for each in several}) == 1
    assert {each.chance == 0.0 for each in several} == {fact}


@pytest.mark.parametrize("seeds", SEEDS)
def test_relu_declines_under_xavier_and_keeps_under_he_whatever_the_seed(seeds):
    """The sentence that the chapter teaches."""
    declines, keeps = found("relu", "xavier", seeds), found("relu", "he", seeds)
    for each, other in zip(declines, keeps, strict=True):
        assert each.courses.signal.becomes is each.courses.gradient.becomes is Becomes.DECLINES
        assert other.courses.signal.becomes is other.courses.gradient.becomes is Becomes.KEEPS


def test_the_order_of_the_chances_is_the_lecture_s():
    chance = {stack: found(*stack, 4)[0].chance for stack in DEFAULTS}
    lost = [chance[stack] for stack, (state, _) in DEFAULTS.items() if state is LOST]
    full = [chance[stack] for stack, (state, _) in DEFAULTS.items() if state is FULL]
    assert max(lost) < chance["tanh", "std=1"] < chance["relu", "xavier"] < min(full)
    assert chance["relu", "xavier"] < chance["relu", "he"]
