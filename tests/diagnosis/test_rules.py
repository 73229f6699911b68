"""The profiles: every rule has a source, and the published thresholds are the published ones."""

from actviz.diagnosis.findings import Kind
from actviz.diagnosis.rules import DEFAULT, PROFILES, PUBLISHED
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
