"""The chance of several seeds: the median, its range, and what one seed without a chance does."""

from dataclasses import replace
from math import sqrt

import pytest
from handmade import judged, of_gradients, record

from actviz.diagnosis import calibration
from actviz.diagnosis.chance import threshold
from actviz.diagnosis.findings import Findings, Kind, Remedy, Severity, State
from actviz.diagnosis.seeds import SeedFindings, by_stack
from actviz.diagnosis.verdict import diagnose, severity_of

LOWER, UPPER = calibration.CUTS

#: What a gradient loses, to be an error and to be no warning.
LEAST, ENOUGH = (threshold(Kind.VANISHING_GRADIENT, cut) for cut in calibration.CUTS)

GOOD = diagnose(judged({}, {}))
SLOW = diagnose(of_gradients(sqrt(LEAST * ENOUGH), 1.0, make=judged))
BAD = diagnose(of_gradients(LEAST / 10, 1.0, make=judged))
FACT = diagnose(judged({}, {"mean_cosine": 1.0}))
NONE = diagnose(judged({}, {"effective_rank": None}))


def of(*found: Findings) -> SeedFindings:
    return SeedFindings(found=found)


def test_what_the_tests_are_made_of():
    assert 0.0 == FACT.chance < BAD.chance < LOWER < SLOW.chance < UPPER < GOOD.chance
    assert NONE.chance is None


@pytest.mark.parametrize(
    ("found", "chance", "verdict", "severity"),
    [
        ((GOOD,), GOOD.chance, Kind.HEALTHY, Severity.INFO),
        ((BAD, GOOD, GOOD), GOOD.chance, Kind.HEALTHY, Severity.INFO),
        ((GOOD, BAD, BAD), BAD.chance, Kind.VANISHING_GRADIENT, Severity.ERROR),
        ((GOOD, BAD, SLOW), SLOW.chance, Kind.VANISHING_GRADIENT, Severity.WARNING),
        # A hard fact counts as 0.
        ((FACT, FACT, GOOD), 0.0, Kind.COLLAPSED, Severity.ERROR),
        ((FACT, SLOW, GOOD), SLOW.chance, Kind.VANISHING_GRADIENT, Severity.WARNING),
    ],
)
def test_the_median_and_what_is_said_of_the_stack(found, chance, verdict, severity):
    seeds = of(*found)
    assert seeds.chance == chance
    assert seeds.chances == tuple(each.chance for each in found)
    assert (seeds.middle.verdict, seeds.severity) == (verdict, severity)
    assert seeds.middle.chance == chance


def test_the_median_of_an_even_number_lies_between():
    seeds = of(GOOD, FACT)
    assert seeds.chance == GOOD.chance / 2
    assert LOWER < seeds.chance < UPPER  # between an error and healthy
    # What is shown of it is no worse than what a gate reads.
    assert (seeds.severity, seeds.state) == (Severity.WARNING, State.PALE)
    assert seeds.to_dict()["state"] == "pale"
    assert seeds.reaches(Severity.WARNING)
    assert not seeds.reaches(Severity.ERROR)
    better = of(GOOD, SLOW)
    assert (better.severity, better.state) == (severity_of(better.chance), State.PALE)


def test_what_a_gate_reads_is_the_median():
    assert not of(GOOD, GOOD, BAD).reaches(Severity.WARNING)
    assert of(BAD, GOOD, BAD).reaches(Severity.ERROR)
    assert not of(GOOD).reaches(Severity.WARNING)


@pytest.mark.parametrize("place", range(3))
def test_one_seed_without_a_chance_leaves_none(place):
    found = [GOOD, GOOD]
    found.insert(place, NONE)
    seeds = of(*found)
    assert (seeds.chance, seeds.chances) == (None, None)
    assert seeds.to_dict()["chance"] is None
    assert seeds.to_dict()["chances"] is None
    # Then the severity of the seed in the middle is the stack's.
    bad = diagnose(record({}, {"std": 1e-4}, gradients=False))
    assert of(NONE, bad, bad).severity is Severity.ERROR
    assert of(NONE, NONE, bad).severity is Severity.INFO


def test_as_plain_types():
    assert of(SLOW).to_dict() == SLOW.to_dict()
    plain = of(GOOD, SLOW, FACT).to_dict()
    own = {"chance", "severity", "state", "seeds", "chances"}
    assert {key: plain[key] for key in plain.keys() - own} == {
        key: value for key, value in SLOW.to_dict().items() if key not in own
    }
    assert plain["chances"] == [GOOD.chance, SLOW.chance, 0.0]
    assert (plain["seeds"], plain["chance"], plain["severity"]) == (3, SLOW.chance, "warning")


def test_a_remedy_is_that_of_all_seeds():
    remedy = Remedy(tried=3)
    assert all(each.remedy is remedy for each in of(BAD, GOOD).with_remedy(remedy).found)
    assert of(BAD).with_remedy(remedy) == of(replace(BAD, remedy=remedy))


def test_findings_stack_by_stack():
    found = [GOOD, SLOW, BAD, FACT, NONE, GOOD]
    assert by_stack(found, 2) == [of(GOOD, SLOW), of(BAD, FACT), of(NONE, GOOD)]
    assert by_stack(found, 1) == [of(each) for each in found]
    assert by_stack([], 3) == []
