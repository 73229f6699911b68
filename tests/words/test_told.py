"""What is told of a stack: made once, by the judge, and read by every picture of it."""

from collections import Counter
from dataclasses import FrozenInstanceError

import pytest
from drawn import FOUR, THREE, record, records

from actviz import plot_depth, plot_grid, plot_overlay, plot_ridge, plot_textbook
from actviz.diagnosis.course import Becomes, Course
from actviz.diagnosis.findings import Kind
from actviz.diagnosis.verdict import collapsed, diagnose
from actviz.words import told as room
from actviz.words.outcome import Outcome, outcome
from actviz.words.told import chance_of, change, share_of, tell

BACK = {"gradients": True}


def test_it_is_what_the_judge_says():
    asked = records(THREE, FOUR, **BACK)
    for told, one in zip(tell(asked), asked, strict=True):
        assert told.record is one
        assert told.findings == diagnose(one)
        assert told.outcome is outcome(told.findings)
        assert told.alike == tuple(layer.layer for layer in one.layers if collapsed(layer))
        assert told.symmetric is (told.findings.verdict is Kind.SYMMETRIC_UNITS)
        assert (told.spec, told.layers) == (one.spec, one.layers)
        assert told.captions == (
            f"{told.word} · gradient {told.gradient}",
            f"gradient {told.gradient}",
            told.word,
        )


def test_it_cannot_be_changed():
    (told,) = tell([record("tanh", "he")])
    with pytest.raises(FrozenInstanceError):
        told.label = "another"


def test_labels_are_among_those_that_are_told_of():
    seeds = [record("tanh", "he", seed=seed) for seed in (1, 2)]
    assert [told.label for told in tell(seeds)] == ["He, seed 1", "He, seed 2"]
    assert [told.own for told in tell(seeds)] == ["seed 1", "seed 2"]
    assert [(told.label, told.own, told.name) for told in tell(seeds[:1])] == [
        ("He", "", "tanh, He")
    ]
    assert tell([]) == ()


def test_gradients_that_are_not_there_are_absent():
    (told,) = tell([record("tanh", "he")])
    assert told.findings.courses.gradient == Course(becomes=Becomes.ABSENT)
    assert (told.gradient, told.chance) == ("not reached", "")


def test_the_chance_is_said_of_a_stack_that_has_one():
    kept, lost, bare = tell(
        [
            record("tanh", "xavier", **BACK),
            record("relu", "zeros", **BACK),
            record("tanh", "xavier"),
        ]
    )
    assert kept.chance == f"trains {share_of(kept.findings.chance)}"
    assert (lost.chance, lost.outcome) == ("trains 0 %", Outcome.DEAD)
    assert bare.chance == chance_of(bare.findings) == ""


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.0, "0 %"),
        (1e-9, "<1 %"),
        (0.0049, "<1 %"),
        (0.5, "50 %"),
        (0.934, "93 %"),
        (0.9951, ">99 %"),
        (1 - 1e-12, ">99 %"),
    ],
)
def test_a_chance_is_certain_only_where_a_fact_makes_it_so(chance, text):
    assert share_of(chance) == text


def test_a_single_layer_s_gradient_has_a_size_and_no_change():
    (told,) = tell([record("tanh", "he", depth=1, **BACK)])
    assert told.gradient.startswith("of std 0.")


def test_a_change_beside_another_word_than_keeps_is_no_factor_of_one():
    kept = Course(becomes=Becomes.KEEPS, steps=49, total=2.9)
    assert change(kept) == "×1.0 a layer"
    grown = Course(becomes=Becomes.GROWS, steps=49, total=9.3)
    assert change(grown) == "×9.3 over 50 layers"


def test_predictions_are_told_on_request():
    asked = [record("tanh", "he"), record("tanh", "ones")]
    assert [told.predicted for told in tell(asked)] == [None, None]
    one, other = tell(asked, theory=True)
    assert one.predicted is not None
    assert other.predicted is None


@pytest.mark.wide
@pytest.mark.parametrize("draw", [plot_grid, plot_overlay, plot_ridge, plot_depth, plot_textbook])
def test_twelve_stacks_are_judged_twelve_times(draw, monkeypatch):
    asked = records(THREE, FOUR, **BACK)
    counts = Counter()

    def counted(name, function):
        def count(*arguments):
            counts[name] += 1
            return function(*arguments)

        return count

    monkeypatch.setattr(room, "diagnose", counted("diagnose", room.diagnose))
    made = draw(asked)
    assert made.description
    assert counts == {"diagnose": 12}
