"""What is said of phase diagrams, of numbers that are known."""

import numpy as np
import pytest
from charts.phases import a_phase

from actviz.words.phase import alt_text, below_title, brief_foot, edges, finding, foot


def test_the_subtitle_names_the_initializers_that_stand_on_the_lines():
    told = edges(a_phase())
    assert told == (
        "χ = 1 at weight std (→ as biases grow): "
        "sigmoid 1.0, tanh 0.10 (Xavier) → 0.19, ReLU 0.14 (He)"
    )
    assert edges(a_phase("relu")) == "χ = 1 at weight std: ReLU 0.14 (He)"
    assert edges(a_phase("sigmoid", width=20)) == "χ = 1 at weight std: sigmoid 2.3"


def test_an_initializer_is_named_where_the_number_is_its_own():
    """GELU's edge is at 0.147 without a bias, and He's std is 0.141."""
    told = edges(a_phase("relu", "leaky_relu", "gelu"))
    assert told.endswith(": ReLU 0.14 (He), leaky ReLU 0.14 (He), GELU 0.15")


def test_of_a_signal_s_size_the_subtitle_says_where_it_does_not_rest():
    told = below_title(a_phase(quantity="scale"))
    assert told == (
        "Without a bias it dies out below weight std: tanh 0.10, ReLU 0.14; "
        "without end above: ReLU 0.14"
    )
    assert below_title(a_phase("sigmoid", quantity="scale")) == (
        "At every weight and bias std here it comes to rest"
    )
    biased = a_phase("tanh", "relu", quantity="scale", biases=(0.5, 1.0))
    assert below_title(biased) == (
        "With a bias std of 0.5 it grows without end above weight std: ReLU 0.14"
    )
    assert told in alt_text(a_phase(quantity="scale"))
    assert below_title(a_phase()) == edges(a_phase())


def test_where_chi_is_1_elsewhere_a_signal_grows_between_two_weight_stds():
    """SELU's grow from sqrt(2 / n) over its scale of 1.0507 on, and chi is 1 before that."""
    told = below_title(a_phase("selu", quantity="scale", stds=tuple(np.linspace(0.05, 0.2, 151))))
    assert told == (
        "Without a bias it dies out below weight std: SELU 0.069; without end above: SELU 0.13"
    )


def test_a_signal_dies_out_and_grows_at_one_bias_and_does_not_do_both_at_one_weight_std():
    """GELU's jumps from the one to the other at 0.147, and with biases it grows from 0.140 on."""
    close = tuple(np.linspace(0.1, 0.2, 51))
    told = below_title(a_phase("gelu", quantity="scale", stds=close))
    assert told == (
        "Without a bias it dies out below weight std: GELU 0.15; without end above: GELU 0.15"
    )
    below = tuple(np.linspace(0.1, 0.145, 46))
    assert below_title(a_phase("gelu", quantity="scale", stds=below)) == (
        "Without a bias it dies out below weight std: GELU 0.14; "
        "without end above: GELU 0.14 with more"
    )


def test_what_grows_at_every_weight_std_is_not_said_to_rest():
    above = a_phase("relu", quantity="scale", stds=(0.2, 0.3, 0.4))
    assert below_title(above) == "Without a bias it grows without end above weight std: ReLU 0.20"
    under = a_phase("relu", quantity="scale", stds=(0.01, 0.02, 0.03))
    assert below_title(under) == "Without a bias it dies out below weight std: ReLU 0.030"


def test_a_line_that_is_not_there():
    record = a_phase("tanh", stds=(0.01, 0.02, 0.03))
    assert edges(record) == "χ = 1 at weight std: tanh nowhere"
    assert finding(record) == "Nowhere here do gradients keep their size"


@pytest.mark.wide
@pytest.mark.parametrize(
    ("names", "quantity", "title"),
    [
        ((), "gradient", "Gradients vanish in order and explode in chaos"),
        (("relu",), "gradient", "Gradients keep their size on one line only"),
        (("softplus", "selu"), "gradient", "Gradients keep their size on one line only"),
        (("gelu", "leaky_relu"), "gradient", "Gradients keep their size on one line only"),
        (("selu", "hard_tanh"), "gradient", "Gradients vanish in order and explode in chaos"),
        ((), "cosine", "With biases, inputs stay apart only in chaos"),
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
    plain = ("Colours: mean field, of infinite width and depth.", "Heavy: χ = 1.")
    assert foot(a_phase(), {"critical"}) == plain
    told = foot(a_phase(dots=True, seeds=(0, 1, 2)), {"critical", "reach"})
    assert told == (
        plain[0],
        "Dots: simulated, 20 layers, median of 3 seeds.",
        plain[1],
        "Dashed: mean field’s depth limit, 6 ξ, at 3 and 10 layers.",
    )


def test_the_brief_foot_explains_what_nothing_else_does():
    record = a_phase(quantity="scale", dots=True)
    told = brief_foot(record, {"critical", "reach", "level"})
    assert [each for each in told if each] == [
        "Dots: simulated.",
        "Dashed: depth limit, 6 ξ, at 3 and 10 layers.",
        "Thin: 0.1, 1 and 10.",
    ]


def test_a_stack_without_a_number_is_owned_up_to():
    assert foot(a_phase(dots=True, lost=True), ())[-1] == "Without a dot: no number there."


def test_the_alternative_text_says_how_far_the_dots_are_off():
    told = alt_text(a_phase(dots=True))
    assert "15 simulated stacks of each activation as dots: half of them differ" in told
    assert "at most 1 %, nine in ten by at most 2 %." in told
    assert "dots" not in alt_text(a_phase())


def test_in_short_the_line_shows_which_way_it_leans():
    whole, note = below_title(a_phase()), " (→ as biases grow)"
    assert note in whole
    assert below_title(a_phase(), short=True) == whole.replace(note, "")
