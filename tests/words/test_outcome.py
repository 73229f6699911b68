"""One word for a stack: every verdict has one, and it says what the judge says."""

import pytest
from handmade import judged, of_gradients, of_stds, record

from actviz.diagnosis.course import Becomes, Course
from actviz.diagnosis.findings import Kind, Severity, State
from actviz.diagnosis.verdict import diagnose
from actviz.simulation.stacks import simulate
from actviz.words.outcome import OF_GRADIENT, Outcome, course_of, outcome
from actviz.words.told import word_of

BOTH = ({"std": 1.0, "gradient": {"rms": 1e-9}}, {"std": 1e-9, "gradient": {"rms": 1.0}})

#: A record for each word.
MADE = {
    Outcome.KEEPS: lambda: judged({}, {}),
    Outcome.DECLINES: lambda: of_stds(1.0, 0.3, make=judged),
    Outcome.GROWS: lambda: of_stds(1.0, 4.0, make=judged),
    Outcome.VANISHES: lambda: judged(*BOTH),
    Outcome.EXPLODES: lambda: of_stds(1.0, 1e9),
    Outcome.GRADIENT_DECLINES: lambda: of_gradients(0.3, 1.0, make=judged),
    Outcome.GRADIENT_GROWS: lambda: of_gradients(4.0, 1.0, make=judged),
    Outcome.GRADIENT_VANISHES: lambda: of_gradients(1e-9, 1.0, make=judged),
    Outcome.GRADIENT_EXPLODES: lambda: of_gradients(1e9, 1.0, make=judged),
    Outcome.SATURATES: lambda: judged({}, {"saturated_fraction": 0.4}),
    Outcome.FEW_DIRECTIONS: lambda: judged({}, {"effective_rank": 2.9}),
    Outcome.ALIKE: lambda: judged({}, {"mean_cosine": 1.0}),
    Outcome.SYMMETRIC: lambda: judged({"between_unit_std": 0.0, "effective_rank": 1.0}, {}),
    Outcome.DEAD: lambda: judged({"dead_unit_fraction": 1.0}, {}),
    Outcome.OVERFLOWS: lambda: judged({}, {"nonfinite": 1}),
}


@pytest.mark.parametrize("what", Outcome)
def test_every_word_has_a_stack(what):
    assert outcome(diagnose(MADE[what]())) is what


def test_a_gradient_that_overflows_alone_explodes():
    found = diagnose(judged({}, {"gradient": {"nonfinite": 2}}))
    assert (found.verdict, outcome(found)) == (Kind.NON_FINITE, Outcome.GRADIENT_EXPLODES)


def test_one_word_for_a_signal_and_a_gradient_that_go_the_same_way():
    both = diagnose(simulate(activation="relu", init="xavier", samples=50, gradients=True))
    assert outcome(both) is Outcome.DECLINES
    apart = diagnose(judged({"gradient": {"rms": 1e-9}}, {"std": 9.0, "within_unit_std": 9.0}))
    assert outcome(apart) is Outcome.GRADIENT_VANISHES


def test_what_is_slow_about_a_healthy_stack_is_its_word():
    found = diagnose(MADE[Outcome.SATURATES]())
    assert (found.verdict, found.state) == (Kind.HEALTHY, State.PALE)
    # Few entries that carry the gradient make nothing slow.
    carried = {"gradient": {"median_magnitude": 0.01}}
    assert outcome(diagnose(judged(carried, {}))) is Outcome.KEEPS


@pytest.mark.parametrize("what", Outcome)
def test_a_number_stands_where_it_goes_slowly(what):
    found = diagnose(MADE[what]())
    course = course_of(found)
    slow = {Outcome.DECLINES, Outcome.GROWS, Outcome.GRADIENT_DECLINES, Outcome.GRADIENT_GROWS}
    assert (course is not None) is (what in slow)
    assert ("×" in word_of(found)) is (what in slow)
    if course:
        gradient = what in OF_GRADIENT
        assert course is (found.courses.gradient if gradient else found.courses.signal)
        assert isinstance(course, Course)
        assert course.becomes in (Becomes.DECLINES, Becomes.GROWS)


@pytest.mark.parametrize("make", [of_stds, lambda *sizes: of_gradients(*sizes[::-1])])
def test_no_word_has_a_factor_that_rounds_to_one(make):
    """30 layers that lose 4 % each: the word alone, and the total where there is room."""
    for total in (0.1, 0.9, 1.1, 20.0):
        for layers in (2, 30, 100):
            word = word_of(diagnose(make(*(total ** (n / layers) for n in range(layers)))))
            assert not word.endswith(("×1.0", "×1"))


def test_thresholds_have_the_same_words():
    assert outcome(diagnose(record({}, {"std": 1e-4}, gradients=False))) is Outcome.VANISHES
    assert outcome(diagnose(of_gradients(1e9, 1.0))) is Outcome.GRADIENT_EXPLODES


def test_of_a_healthy_stack_nothing_vanishes():
    """Softsign under thirty layers loses more than thirtyfold of its gradient, and trains."""
    stack = simulate(
        activation="softsign", init="xavier_truncated_normal", depth=30, gradients=True
    )
    found = diagnose(stack)
    assert found.severity is Severity.INFO
    assert outcome(found) in (Outcome.DECLINES, Outcome.GRADIENT_DECLINES, Outcome.KEEPS)
