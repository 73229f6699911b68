"""What the judge finds, as values: which one is the worst, and what becomes plain types."""

import json

import pytest

from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy, Severity

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def finding(kind=Kind.SATURATED, severity=WARNING, layer=None, **fields):
    given = {"value": 0.5, "threshold": 0.25, "measure": "a share", "source": "a book"} | fields
    return Finding(kind=kind, severity=severity, layer=layer, **given)


def findings(*found):
    return Findings(
        activation="tanh", init="he", profile="default", findings=found, has_gradients=True
    )


def test_the_verdict_is_the_first_finding_and_the_stack_has_those_of_no_layer():
    whole = finding(Kind.COLLAPSED, ERROR), finding()
    found = findings(*whole, finding(layer=1), finding(layer=3, severity=ERROR))
    assert (found.verdict, found.severity) == (Kind.COLLAPSED, ERROR)
    assert found.stack == whole


@pytest.mark.parametrize("worst", [INFO, WARNING, ERROR])
def test_severities_are_reached_from_below(worst):
    found = findings(finding(severity=worst))
    reached = [level for level in (INFO, WARNING, ERROR) if found.reaches(level)]
    assert reached == [INFO, WARNING, ERROR][: worst.rank + 1]


def test_causes_stand_before_what_follows_from_them():
    order = list(Kind)
    assert order.index(Kind.NON_FINITE) == 0
    assert order.index(Kind.SATURATED) < order.index(Kind.VANISHING_GRADIENT)
    assert order.index(Kind.COLLAPSED) < order.index(Kind.VANISHING_SIGNAL)
    assert order[-1] is Kind.HEALTHY


def test_plain_types_have_the_words_of_a_remedy():
    remedy = Remedy(measure="a share", tried=0)
    plain = findings(finding(layers=(1, 2), remedy=remedy), finding(layer=1)).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    first, second = plain["findings"]
    assert first == {
        "kind": "saturated",
        "severity": "warning",
        "layer": None,
        "value": 0.5,
        "threshold": 0.25,
        "measure": "a share",
        "source": "a book",
        "remedy": str(remedy),
    }
    assert second["layer"] == 1
    assert second["remedy"] is None
    assert plain["verdict"] == "saturated"
