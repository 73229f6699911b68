"""What is said of phase diagrams, of numbers that are known."""

import pytest
from charts.phases import a_phase

from actviz.words.phase import alt_text, edges, finding, foot


def test_the_subtitle_names_the_initializers_that_stand_on_the_lines():
    told = edges(a_phase())
    assert told == (
        "χ = 1 at weight std (→ as biases grow): "
        "sigmoid 1.0 (std = 1), tanh 0.10 → 0.19 (Xavier), ReLU 0.14 (He)"
    )
    assert edges(a_phase("relu")) == "χ = 1 at weight std: ReLU 0.14 (He)"
    assert edges(a_phase("sigmoid", width=20)) == "χ = 1 at weight std: sigmoid 2.3"


def test_a_line_that_is_not_there():
    record = a_phase("tanh", stds=(0.01, 0.02, 0.03))
    assert edges(record) == "χ = 1 at weight std: tanh nowhere"
    assert finding(record) == "Nowhere here do gradients keep their size"


@pytest.mark.parametrize(
    ("names", "quantity", "title"),
    [
        ((), "gradient", "Gradients keep their size on one line only"),
        ((), "cosine", "With biases, inputs stay apart only beyond χ = 1"),
        (("relu",), "cosine", "Deep layers take any two inputs for one"),
        ((), "scale", "Deep signals rest, die out or grow without end"),
        (("tanh", "sigmoid"), "scale", "Deep layers forget how large their input was"),
    ],
)
def test_titles_are_findings_of_a_line(names, quantity, title):
    found = finding(a_phase(*names, quantity=quantity))
    assert found == title
    assert len(found) <= 55


def test_without_a_bias_an_odd_function_keeps_two_inputs_apart():
    """tanh keeps every angle there, on both sides of χ = 1."""
    for name, title in (
        ("tanh", "Without a bias, two inputs can stay apart"),
        ("relu", "Deep layers take any two inputs for one"),
    ):
        assert finding(a_phase(name, quantity="cosine", biases=(0.0,))) == title


def test_the_foot_explains_what_is_drawn_and_nothing_else():
    plain = ("Colours: mean field, deep in a stack.", "Heavy: χ = 1.")
    assert foot(a_phase(), {"critical"}) == plain
    told = foot(a_phase(dots=True, seeds=(0, 1, 2)), {"critical", "reach"})
    assert told == (
        plain[0],
        "Dots: simulated, 20 layers, median of 3 seeds.",
        plain[1],
        "Dashed: 6 ξ of the gradient, so many layers.",
    )


def test_a_stack_without_a_number_is_owned_up_to():
    assert foot(a_phase(dots=True, lost=True), ())[-1] == "Without a dot: no number there."


def test_the_alternative_text_says_how_far_the_dots_are_off():
    told = alt_text(a_phase(dots=True))
    assert "15 simulated stacks of each activation as dots: half of them differ" in told
    assert "at most 1 %, nine in ten by at most 2 %." in told
    assert "dots" not in alt_text(a_phase())
