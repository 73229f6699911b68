"""What the judge finds, as values: which one is the worst, and what becomes plain types."""

import json
from dataclasses import replace

import pytest

from actviz.diagnosis.courses import Becomes, Course, Courses
from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy, Severity, State, Unknown

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def finding(kind=Kind.SATURATED, severity=WARNING, layer=None, **fields):
    given = {"value": 0.5, "threshold": 0.25, "measure": "a share", "source": "a book"} | fields
    return Finding(kind=kind, severity=severity, layer=layer, **given)


def findings(*found):
    both = Courses(signal=Course(becomes=Becomes.KEEPS), gradient=Course(becomes=Becomes.GROWS))
    return Findings(activation="tanh", init="he", profile="default", findings=found, courses=both)


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


@pytest.mark.parametrize(
    ("kinds", "severity", "chance", "state"),
    [
        ((Kind.COLLAPSED,), ERROR, 0.99, State.LOST),
        ((Kind.COLLAPSED,), WARNING, None, State.PALE),
        ((Kind.HEALTHY,), INFO, None, State.NOT_JUDGED),
        ((Kind.HEALTHY,), INFO, 0.9, State.FULL),
        ((Kind.HEALTHY, Kind.FEW_ENTRIES), INFO, 0.9, State.FULL),
        ((Kind.HEALTHY, Kind.SATURATED), INFO, 0.9, State.PALE),
    ],
)
def test_at_first_sight_severity_stands_before_the_chance(kinds, severity, chance, state):
    found = findings(*(finding(kind, severity) for kind in kinds))
    assert replace(found, chance=chance).state is state


def test_what_is_found_in_one_layer_makes_no_stack_slow():
    healthy = finding(Kind.HEALTHY, INFO)
    found = replace(findings(healthy, finding(severity=INFO, layer=2)), chance=0.9)
    assert (found.slow, found.state) == ((), State.FULL)
    slow = finding(severity=INFO)
    assert replace(findings(healthy, slow), chance=0.9).slow == (slow,)


def test_there_are_gradients_unless_their_course_is_absent():
    found = findings(finding())
    assert found.has_gradients
    absent = replace(found.courses, gradient=Course(becomes=Becomes.ABSENT))
    assert not replace(found, courses=absent).has_gradients


def test_plain_types_have_the_words_of_a_remedy():
    remedy = Remedy(tried=0)
    found = findings(finding(layers=(1, 2)), finding(layer=1))
    plain = replace(found, remedy=remedy, unknown=Unknown.NO_RANK).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["remedy"] == str(remedy)
    assert (plain["chance"], plain["no_chance"], plain["verdict"]) == (None, "no_rank", "saturated")
    assert (plain["signal"]["becomes"], plain["gradient"]["becomes"]) == ("keeps", "grows")
    first, second = plain["findings"]
    assert first == {
        "kind": "saturated",
        "severity": "warning",
        "layer": None,
        "value": 0.5,
        "threshold": 0.25,
        "measure": "a share",
        "source": "a book",
    }
    assert second["layer"] == 1
    assert findings(finding()).to_dict()["remedy"] is None


def test_findings_are_one_line():
    found = findings(finding(Kind.COLLAPSED, ERROR), *(finding(layer=n) for n in range(1, 9)))
    assert repr(replace(found, chance=0.0)) == "<Findings of tanh, he: collapsed (error), chance 0>"
    healthy = replace(findings(finding(Kind.HEALTHY, INFO)), unknown=Unknown.NO_GRADIENTS)
    assert repr(healthy) == "<Findings of tanh, he: healthy, chance unknown (no_gradients)>"
