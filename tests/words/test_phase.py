"""What is said of phase diagrams, of numbers that are known."""

from random import Random

import numpy as np
import pytest
from charts.phases import a_phase

from actviz.layers.activations import ACTIVATIONS
from actviz.words.en.table import EN
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
        "Without a bias signals die out below weight std: tanh 0.10, ReLU 0.14; "
        "grow without end above: ReLU 0.14"
    )
    assert below_title(a_phase("sigmoid", quantity="scale")) == (
        "At every weight and bias std here signals come to rest"
    )
    biased = a_phase("tanh", "relu", quantity="scale", biases=(0.5, 1.0))
    assert below_title(biased) == (
        "With a bias std of 0.5 signals grow without end above weight std: ReLU 0.14"
    )
    assert told in alt_text(a_phase(quantity="scale"))
    assert below_title(a_phase(quantity="scale"), short=True) == (
        "Without a bias signals die out below std: tanh 0.10, ReLU 0.14; "
        "without end above: ReLU 0.14"
    )
    assert below_title(a_phase()) == edges(a_phase())


def test_where_chi_is_1_elsewhere_a_signal_grows_between_two_weight_stds():
    """SELU's grow from sqrt(2 / n) over its scale of 1.0507 on, and chi is 1 before that."""
    told = below_title(a_phase("selu", quantity="scale", stds=tuple(np.linspace(0.05, 0.2, 151))))
    assert told == (
        "Without a bias signals die out below weight std: SELU 0.069; "
        "grow without end above: SELU 0.13"
    )


def test_a_signal_dies_out_and_grows_at_one_bias_and_does_not_do_both_at_one_weight_std():
    """GELU's jumps from the one to the other at 0.147, and with biases it grows from 0.140 on."""
    close = tuple(np.linspace(0.1, 0.2, 51))
    told = below_title(a_phase("gelu", quantity="scale", stds=close))
    assert told == (
        "Without a bias signals die out below weight std: GELU 0.15; "
        "grow without end above: GELU 0.15"
    )
    below = tuple(np.linspace(0.1, 0.145, 46))
    assert below_title(a_phase("gelu", quantity="scale", stds=below)) == (
        "Without a bias signals die out below weight std: GELU 0.14; "
        "grow without end above: GELU 0.14 with more"
    )


def test_what_grows_at_every_weight_std_is_not_said_to_rest():
    above = a_phase("relu", quantity="scale", stds=(0.2, 0.3, 0.4))
    assert (
        below_title(above) == "Without a bias signals grow without end above weight std: ReLU 0.20"
    )
    under = a_phase("relu", quantity="scale", stds=(0.01, 0.02, 0.03))
    assert below_title(under) == "Without a bias signals die out below weight std: ReLU 0.030"


def test_a_line_that_is_not_there():
    record = a_phase("tanh", stds=(0.01, 0.02, 0.03))
    assert edges(record) == "χ = 1 at weight std: tanh nowhere"
    assert finding(record) == "Nowhere here do gradients keep their size"


@pytest.mark.wide
@pytest.mark.parametrize(
    ("names", "quantity", "title"),
    [
        ((), "gradient", "Gradients vanish in order and explode in chaos"),
        (("relu",), "gradient", "Gradients keep their size only where χ = 1"),
        (("softplus", "selu"), "gradient", "Gradients keep their size only where χ = 1"),
        (("gelu", "leaky_relu"), "gradient", "Gradients keep their size only where χ = 1"),
        (("selu", "hard_tanh"), "gradient", "Gradients vanish in order and explode in chaos"),
        ((), "cosine", "With biases, inputs stay apart only in chaos"),
        (("relu",), "cosine", "Deep layers take any two inputs for one"),
        (("gelu",), "cosine", "With biases, deep layers take two inputs for one"),
        (("identity",), "cosine", "With biases, inputs stay apart only beyond χ = 1"),
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


def test_all_of_chaos_says_nothing_of_only():
    record = a_phase("tanh", quantity="cosine", stds=(0.3, 0.5, 1.0))
    assert finding(record) == "Two inputs stay apart at every scale here"
    record = a_phase("tanh", quantity="cosine", stds=(0.2, 0.3, 0.5))
    assert finding(record) == "Two inputs can stay apart, at some scales here"
    record = a_phase("tanh", quantity="cosine", stds=(0.01, 0.02, 0.05))
    assert finding(record) == "With biases, deep layers take two inputs for one"


def test_a_signal_that_comes_to_rest_nowhere_is_not_said_to_rest():
    for stds, biases, title in (
        ((0.1, 0.2), (0.0,), "Deep signals die out or grow without end"),
        ((0.1, 0.2), (0.5, 1.0), "Deep signals come to rest or grow without end"),
        ((0.2, 0.3), (0.0, 1.0), "Deep signals grow without end at every scale here"),
        ((0.01, 0.02), (0.0,), "Deep signals die out at every scale here"),
    ):
        assert finding(a_phase("relu", quantity="scale", stds=stds, biases=biases)) == title


#: What each title claims: of planes' values, χ and q*, each (planes, biases, stds), and of which
#: bias stds there are some.
CLAIMS = {
    "Gradients vanish in order and explode in chaos": lambda v, chi, q, b: (
        (v < 0.99).any() & ((v > 1.01) & np.isfinite(q)).any()
    ),
    "Gradients keep their size only where χ = 1": lambda v, chi, q, b: (
        ((chi[..., :-1] - 1) * (chi[..., 1:] - 1) <= 0) | (abs(v[..., 1:] - 1) < 0.01)
    ).any(),
    "Nowhere here do gradients keep their size": lambda v, chi, q, b: (abs(v - 1) > 0.003).all(),
    "With biases, inputs stay apart only in chaos": lambda v, chi, q, b: (
        (v[:, b] < 0.9).any()
        & (v[:, b][(chi[:, b] <= 1) | np.isinf(q[:, b])] >= 0.9).all()
        & (chi[:, b] <= 1).any()
    ),
    "With biases, inputs stay apart only beyond χ = 1": lambda v, chi, q, b: (
        (v[:, b][chi[:, b] > 1] < 0.9).any()
        & (v[:, b][chi[:, b] <= 1] >= 0.9).all()
        & (chi[:, b] <= 1).any()
    ),
    "Two inputs can stay apart, at some scales here": lambda v, chi, q, b: (
        (v < 0.9).any() & (v >= 0.9).any()
    ),
    "Two inputs stay apart at every scale here": lambda v, chi, q, b: (v < 0.9).all(),
    "Without a bias, two inputs can stay apart": lambda v, chi, q, b: (
        (v < 0.9).any() & (not b.any())
    ),
    "Deep layers take any two inputs for one": lambda v, chi, q, b: (v >= 0.9).all(),
    "With biases, deep layers take two inputs for one": lambda v, chi, q, b: (
        (v[:, b] >= 0.9).all() & (v[:, ~b] < 0.9).any()
    ),
    "Deep layers forget how large their input was": lambda v, chi, q, b: np.isfinite(v).all(),
    "Deep signals rest, die out or grow without end": lambda v, chi, q, b: (
        (v == 0).any() & np.isinf(v).any() & ((v > 0) & np.isfinite(v)).any()
    ),
    "Deep signals come to rest or grow without end": lambda v, chi, q, b: (
        (v > 0).all() & np.isinf(v).any() & np.isfinite(v).any()
    ),
    "Deep signals die out or grow without end": lambda v, chi, q, b: (
        ((v == 0) | np.isinf(v)).all() & (v == 0).any() & np.isinf(v).any()
    ),
    "Deep signals die out at every scale here": lambda v, chi, q, b: (v == 0).all(),
    "Deep signals grow without end at every scale here": lambda v, chi, q, b: np.isinf(v).all(),
}


def some_planes(random, count):
    """Yield diagrams of one to three activations, over all scales or a few, with biases or none."""
    names = sorted({row.name for row in ACTIVATIONS.values()})
    for _ in range(count):
        low, high = sorted(random.sample((0.005, 0.02, 0.05, 0.12, 0.145, 0.2, 0.3, 1.0, 3.0), 2))
        yield a_phase(
            *random.sample(names, random.choice((1, 1, 2, 3))),
            quantity=random.choice(("gradient", "cosine", "cosine", "scale")),
            stds=tuple(np.geomspace(low, high, random.choice((2, 5, 24)))),
            biases=random.choice(((0.0,), (0.5,), (0.0, 0.5, 1.0), (0.0, 0.02), (0.25, 1.0))),
        )


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(24))
def test_no_title_claims_what_the_rows_deny(seed):
    for record in some_planes(Random(seed), 3):
        shape = (len(record.planes), len(record.spec.biases), len(record.spec.stds))
        columns = (record.spec.quantity, "chi", "q_star")
        rows = [[row[name] for row in record.to_rows()] for name in columns]
        # What is none is beyond the floats.
        v, chi, q = (
            np.array([np.inf if x is None else x for x in row]).reshape(shape) for row in rows
        )
        title = finding(record)
        told = f"{title}: {record!r} {record.spec.biases}"
        assert CLAIMS[title](v, chi, q, np.array(record.spec.biases) > 0), told


def test_every_title_has_its_claim():
    titles = {said for key, said in EN.items() if key.startswith("phase.title.")}
    assert titles == set(CLAIMS)
    assert max(map(len, titles)) <= 55


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
