"""What a figure says: sentences that hold for what they name, and that fit a slide."""

from itertools import chain, combinations

import pytest
from drawn import FOUR, THREE, TWELVE, record, records
from handmade import judged, of_gradients

from actviz import ACTIVATIONS
from actviz.diagnosis.verdict import diagnose
from actviz.plot.paper.style import SIZES
from actviz.plot.paper.typeset import paragraph
from actviz.words.outcome import Outcome
from actviz.words.stacks import (
    alt_text,
    finding,
    histograms_of,
    labels,
    left_out_layers,
    left_out_rows,
)
from actviz.words.told import tell

WIDE = {"width": 100, "samples": 100}
BACK = WIDE | {"gradients": True}
#: One stack of each outcome.
OUTCOMES = {
    Outcome.OVERFLOWS: lambda: record(
        "relu", "std=1", dtype="float32", input_std=1e36, depth=8, **WIDE
    ),
    Outcome.SATURATES: lambda: record("sigmoid", "std=1", **WIDE),
    Outcome.EXPLODES: lambda: record("relu", "std=1", **WIDE),
    Outcome.VANISHES: lambda: record("tanh", "std=0.01", **WIDE),
    Outcome.DECLINES: lambda: record("relu", "xavier", **WIDE),
    Outcome.GROWS: lambda: record("relu", "lecun(gain=2)", **WIDE),
    Outcome.ALIKE: lambda: record("sigmoid", "std=0.01", **WIDE),
    Outcome.SYMMETRIC: lambda: record("tanh", "ones", **WIDE),
    Outcome.DEAD: lambda: record("relu", "zeros", **WIDE),
    Outcome.KEEPS: lambda: record("tanh", "xavier", **WIDE),
    Outcome.GRADIENT_EXPLODES: lambda: record("tanh", "std=1", **BACK),
    Outcome.GRADIENT_GROWS: lambda: record("tanh", "lecun(gain=4)", **BACK),
    Outcome.GRADIENT_DECLINES: lambda: record("sigmoid", "lecun(gain=3.5)", **BACK),
    Outcome.GRADIENT_VANISHES: lambda: of_gradients(1e-4, 0.01, 1.0, make=judged),
    Outcome.FEW_DIRECTIONS: lambda: record("relu", "he", **BACK | {"width": 50, "depth": 50}),
}


def word(made):
    return tell([made])[0].outcome


def fits_a_slide(sentence):
    slide = SIZES["slide"]
    title = paragraph(
        sentence,
        width=slide.width - 2 * slide.margin,
        points=slide.title,
        smallest=slide.heading,
        weight="bold",
    )
    return len(title.lines) <= 2 and "…" not in " ".join(title.lines)


def is_a_sentence(text):
    return (
        text == " ".join(text.split())
        and not text.endswith((".", ",", ":"))
        and ",," not in text
        and not {"none", "only"} & {text.split()[0]}  # capitalised where it begins
    )


SENTENCES = {
    Outcome.OVERFLOWS: "The signal overflows in layer 3 (ReLU, std = 1)",
    Outcome.SATURATES: "51 % of the activations are saturated in layer 5 (sigmoid, std = 1)",
    Outcome.EXPLODES: "The signal explodes, from std 5.9 to 1.6×10⁴ (ReLU, std = 1)",
    Outcome.VANISHES: "The signal vanishes, from std 0.10 to 1.0×10⁻⁵ (tanh, std = 0.01)",
    Outcome.DECLINES: "The signal declines, from std 0.59 to 0.16 (ReLU, Xavier)",
    Outcome.GROWS: "The signal grows, from std 1.2 to 5.0 (ReLU, LeCun × 2)",
    Outcome.ALIKE: "By layer 5 all inputs give nearly the same output (sigmoid, std = 0.01)",
    Outcome.SYMMETRIC: "All units of a layer are one and the same (tanh, ones)",
    Outcome.DEAD: "100 % of the units are 0 for every input in layer 5 (ReLU, zeros)",
    Outcome.KEEPS: "The signal keeps its scale through 5 layers (tanh, Xavier)",
    Outcome.GRADIENT_EXPLODES: "The gradient explodes, ×2.3 a layer (tanh, std = 1)",
    Outcome.GRADIENT_GROWS: "The gradient grows, ×1.5 a layer (tanh, LeCun × 4)",
    Outcome.GRADIENT_DECLINES: "The gradient declines, ×0.55 a layer (sigmoid, LeCun × 3.5)",
    Outcome.GRADIENT_VANISHES: "The gradient vanishes, ×0.010 a layer (tanh, identity)",
    Outcome.FEW_DIRECTIONS: "The inputs spread in 1.1 directions (ReLU, He)",
}


@pytest.mark.parametrize("what", Outcome)
def test_the_finding_of_one_stack(what):
    (told,) = tell([OUTCOMES[what]()])
    assert told.outcome is what
    assert finding([told]) == SENTENCES[what]
    assert fits_a_slide(SENTENCES[what])


@pytest.mark.parametrize("what", [x for x in Outcome if "gradient" in x])
def test_of_a_gradient_it_is_said_once_what_becomes_of_it(what):
    told = tell([OUTCOMES[what]()])
    assert finding(told, gradients=True) == finding(told) == SENTENCES[what]


def test_the_finding_of_a_constant_and_of_one_layer():
    constant = record("sigmoid", "zeros", **WIDE)
    assert finding(tell([constant])) == "All units of a layer are one and the same (sigmoid, zeros)"
    flat = record("sigmoid", "std=1e-17", **WIDE)
    assert finding(tell([flat])) == "Every unit gives the same constant (sigmoid, std = 1e-17)"
    single = record("tanh", "he", depth=1, **WIDE)
    assert finding(tell([single])) == "The signal keeps its scale through 1 layer (tanh, He)"


@pytest.mark.parametrize("count", [2, 3, len(Outcome) - 1])
def test_every_combination_of_outcomes_is_a_sentence_that_fits(monkeypatch, count):
    made = {what: make() for what, make in OUTCOMES.items()}
    judged = {id(one): diagnose(one) for one in made.values()}  # once: it is most of the time
    monkeypatch.setattr("actviz.words.told.diagnose", lambda one: judged[id(one)])
    for chosen in combinations(OUTCOMES, count):
        sentence = finding(tell([made[what] for what in chosen]))
        assert is_a_sentence(sentence), sentence
        assert fits_a_slide(sentence), sentence


ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]


@pytest.mark.wide
@pytest.mark.parametrize(
    ("activations", "inits"),
    [
        pytest.param(ALL, TWELVE, marks=pytest.mark.heavy),
        (ALL, FOUR),
        (ALL[:4], TWELVE[:6]),
        (ALL[3:7], TWELVE[4:10]),
        (["relu"], TWELVE),
    ]
    + [([name], FOUR) for name in ALL[:5]]
    + [(ALL[:n], TWELVE[:5]) for n in (2, 3, 4, 5)],
)
def test_findings_of_many_stacks_fit(activations, inits):
    sentence = finding(tell(records(activations, inits)))
    assert is_a_sentence(sentence)
    assert fits_a_slide(sentence)


def test_findings_name_who_keeps_what():
    wide = {"width": 100, "samples": 200}
    assert finding(tell(records(THREE, FOUR, **wide))) == (
        "Xavier and He keep tanh’s signal, only He keeps ReLU’s, none keeps sigmoid’s"
    )
    assert finding(tell(records(["tanh"], FOUR, **wide))) == (
        "For tanh, std = 1 saturates, std = 0.01 vanishes, Xavier and He keep the signal"
    )
    assert finding(tell(records(["relu"], FOUR, **wide))) == (
        "For ReLU, std = 1 explodes, std = 0.01 vanishes, Xavier declines, He keeps the signal"
    )
    assert finding(tell(records(["tanh"], FOUR, gradients=True, **wide))) == (
        "For tanh, std = 1 lets the gradient explode, std = 0.01 vanishes, Xavier and He keep the "
        "signal"
    )
    assert finding(tell(records(["sigmoid", "tanh"], ["std=1"], **wide))) == (
        "None keeps sigmoid’s and tanh’s signal"
    )
    counted = finding(tell(records(["relu"], TWELVE)))
    kept = [r for r in records(["relu"], TWELVE) if word(r) is Outcome.KEEPS]
    assert counted.startswith(f"For ReLU, {len(kept)} of 12 keep the signal, ")


def test_a_finding_names_no_initializer_that_does_two_things():
    """Seeds or depths of one initializer may come out in several ways; then stacks are counted."""
    both = [OUTCOMES[Outcome.EXPLODES](), OUTCOMES[Outcome.OVERFLOWS]()]
    assert finding(tell(both)) == "For ReLU, 1 of 2 explodes, 1 overflows"
    four = [record(a, "std=0.1", depth=depth) for a in ("relu", "tanh") for depth in (1, 9)]
    assert len({word(r) for r in four[:2]}) == 2
    kept = sum(word(r) is Outcome.KEEPS for r in four)
    assert finding(tell(four)).startswith(f"{kept} of 4 stacks keep")
    one = [*four[:2], record("elu", "std=9", depth=9)]
    assert sum(word(r) is Outcome.KEEPS for r in one) == 1
    assert finding(tell(one)) == "1 of 3 stacks keeps its signal"
    same = [record("tanh", "he", seed=seed) for seed in range(3)]
    assert {word(r) for r in same} == {Outcome.KEEPS}
    assert finding(tell(same)) == "For tanh, He keeps the signal"


def test_what_is_left_out():
    assert left_out_layers([1, 3, 5], 5) == "Only layers 1, 3, 5 of 5 fit."
    assert left_out_layers([5], 5) == "Only layer 5 of 5 fits."
    assert left_out_rows(3, 12) == "Only the first 3 of 12 rows fit."
    assert left_out_rows(1, 12) == "Only the first of 12 rows fits."


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
def test_the_alternative_text_has_every_row_and_number(signal):
    made = [*records(THREE, FOUR), OUTCOMES[Outcome.OVERFLOWS]()]
    title, head, *rows = alt_text(tell(made), signal).splitlines()
    assert title == f"{finding(tell(made))}."
    assert head.startswith("Grid of histograms of each layer's ")
    assert (signal == "preactivation") == ("preactivations x @ W + b" in head)
    assert len(rows) == len(made)
    for row, r in zip(rows, made, strict=True):
        assert row.startswith(f"{r.spec.activation.label} with {r.spec.init.label}: std by layer ")
        assert len(row.partition("layer ")[2].partition(";")[0].split(", ")) == len(r.layers)
        assert row.endswith(".")


def test_the_alternative_text_names_layers_that_are_constant():
    rows = alt_text(tell([record("sigmoid", "xavier", width=100, samples=200)]), "activation")
    assert "sigmoid with Xavier: std by layer 0.21, 0.13, 0.11, 0.13, 0.13; " in rows
    assert rows.endswith("; units constant over the inputs in layers 4 and 5.")
    single = alt_text(tell([record("tanh", "he", width=1, samples=1, depth=2)]), "activation")
    assert "std by layer undefined, undefined; keeps the signal." in single


def test_what_the_panels_are_and_all_names():
    assert histograms_of("activation", "height: density") == (
        "histograms of the activations, height: density"
    )
    made = records(["tanh", "elu"], ["he", "xavier"])
    assert set(labels(tell(made))) == set(chain("tanh", "ELU", "He", "Xavier"))
