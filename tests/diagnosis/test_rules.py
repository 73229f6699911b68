"""The profiles: every rule has a source, and the published thresholds are the published ones."""

import json

import pytest

from actviz.diagnosis.findings import Kind
from actviz.diagnosis.rules import DEFAULT, PROFILES, PUBLISHED
from actviz.diagnosis.verdict import diagnose
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_many
from actviz.words.findings import kind_of


def test_every_kind_has_words_and_every_rule_a_source():
    assert len({kind_of(kind) for kind in Kind}) == len(Kind)
    assert kind_of(Kind.VANISHING_GRADIENT) == "gradient vanishes"
    for profile in PROFILES.values():
        for rule in profile.rules:
            assert rule.source
            assert rule.measure
            ranks = [severity.rank for severity, _ in rule.thresholds]
            assert ranks == sorted(ranks, reverse=True)
    assert {rule.kind for rule in DEFAULT.rules} | {Kind.HEALTHY} == set(Kind)


def test_the_published_thresholds_are_those_of_the_rules():
    """facts.md section 5."""
    rules = {rule.kind: rule for rule in PUBLISHED.rules}
    at = {kind: rule.thresholds[0][1] for kind, rule in rules.items()}
    assert at == {
        Kind.NON_FINITE: 0,
        Kind.DEAD_UNITS: 0.5,
        Kind.SATURATED: 0.5,
        Kind.EXPLODING_SIGNAL: 10,
        Kind.VANISHING_SIGNAL: 10,
        Kind.VANISHING_GRADIENT: 1e-7,
    }
    for rule in rules.values():
        assert rule.source.startswith("Amazon SageMaker Debugger")


#: Healthy ones, and of every kind one that is not: of facts, of the chance, and of few entries.
STACKS = [
    {"activation": "tanh", "init": "xavier"},
    {"activation": "relu", "init": "he", "depth": 30},
    {"activation": "relu", "init": "std=1", "depth": 60, "dtype": "float32"},
    {"activation": "tanh", "init": "std=0.01", "depth": 60, "dtype": "float32"},
    {"activation": "tanh", "init": "std=1", "depth": 8},
    {"activation": "sigmoid", "init": "std=1"},
    {"activation": "sigmoid", "init": "xavier", "depth": 12},
    {"activation": "relu", "init": "std=0.01", "depth": 20},
    {"activation": "tanh", "init": "constant=0.01"},
    {"activation": "relu", "init": "constant=-1"},
    {"activation": "tanh", "init": "zeros"},
    {"activation": "softplus", "init": "std=100"},
    {"activation": "relu", "init": "std=1e80", "depth": 4},
    {"activation": "hard_tanh", "init": "he", "depth": 20, "width": 140},
    {"activation": "selu", "init": "lecun", "width": (80, 40, 10)},
    {"activation": "tanh", "init": "std=4", "depth": 3, "width": 20},
]


@pytest.fixture(scope="module")
def whole():
    """All there is of each of them."""
    specs = [StackSpec(samples=120, **stack) for stack in STACKS]
    return simulate_many(specs, Measuring(gradients=True))


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_what_a_profile_reads_gives_the_verdict_of_all_there_is(profile, whole):
    """To the last bit, but for how far below the smallest number an underflow is."""
    few = simulate_many([record.spec for record in whole], profile.measuring)
    for one, other in zip(few, whole, strict=True):
        found, expected = (
            json.loads(json.dumps(diagnose(r, profile).to_dict())) for r in (one, other)
        )
        under = other.first_underflow_layer or other.first_underflow_gradient_layer
        assert found == expected or (under and _rounded(found) == _rounded(expected)), other.spec
    kinds = {each.verdict for each in (diagnose(record, profile) for record in whole)}
    assert len(kinds) >= (8 if profile is DEFAULT else 5)


def _rounded(plain):
    if isinstance(plain, dict):
        return {name: _rounded(value) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_rounded(value) for value in plain]
    return float(f"{plain:.9g}") if isinstance(plain, float) else plain
