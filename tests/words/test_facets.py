"""The words around facets: a title of one line, and a second finding."""

from functools import cache
from itertools import product

import pytest

from actviz import simulate
from actviz.layers.signals import SIGNALS
from actviz.words.facets import heading_of, subtitles_of
from actviz.words.overview import TITLE, title_of, verdict_of
from actviz.words.sheet import headings_of
from actviz.words.told import tell

SMALL = {"width": 12, "samples": 20, "gradients": True}
FOUR = ("std=1", "std=0.01", "xavier", "he")


@cache
def record(activation, init, **fields):
    return simulate(activation=activation, init=init, **SMALL | fields)


def told(activations, inits, **fields):
    return tell([record(a, i, **fields) for a in activations for i in inits])


@pytest.mark.parametrize("signal", ["activation", "gradient", "weight_gradient"])
@pytest.mark.parametrize("activations", [("relu",), ("leaky_relu",), ("sigmoid", "tanh", "relu")])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_title_has_one_line_and_the_rest_is_the_second_finding(signal, activations, count):
    stacks = told(activations, FOUR[:count])
    for gradients in (False, True):
        found = heading_of(stacks, signal, gradients=gradients)
        assert 0 < len(found.title) <= TITLE
        assert found.second != found.title


def test_a_title_of_gradients_is_as_full_as_a_line_holds():
    few, many = told(["tanh"], ["std=0.01", "xavier"], width=100), told(["relu"], FOUR, width=100)
    one = heading_of(few, "gradient", gradients=False)
    assert (one.title, one.second) == ("Gradients of tanh vanish under std = 0.01", "")
    two = heading_of(many, "gradient", gradients=False)
    assert two.title == "Gradients of ReLU keep their scale in 1 of 4"
    assert two.second == (
        "gradients explode under std = 1, vanish under std = 0.01, decline under Xavier"
    )


def test_what_the_title_says_but_for_the_name_is_not_said_again():
    found = heading_of(told(["sigmoid"], FOUR, width=100), "gradient", gradients=False)
    assert found.title == "Gradients vanish under std = 0.01, Xavier and He"
    assert found.second == ""


def test_no_title_says_of_the_gradient_what_a_picture_does_not_show():
    stacks = told(["relu"], FOUR, width=100)
    plain = heading_of(stacks, "activation", gradients=False)
    assert (plain.title, plain.second) == ("Only He keeps ReLU’s signal", "Xavier: declines ×0.71")
    both = heading_of(stacks, "activation", gradients=True)
    assert both.title == plain.title
    assert both.second.startswith("gradients explode under std = 1")


@pytest.mark.parametrize(("gradients", "seed"), [*product((False, True), (0, 1))])
def test_a_subtitle_begins_with_what_is_shown_or_with_gradients(gradients, seed):
    stacks = told(["relu"], FOUR, width=100, seed=seed)
    heading = heading_of(stacks, "activation", gradients=gradients)
    forms = subtitles_of(stacks, heading, "all on one axis", "density", gradients=gradients)
    assert forms[0] == max(forms, key=len)
    assert forms[-1] == min(forms, key=len)
    begins = "Gradients explode" if gradients else "All on one axis · Xavier: declines"
    assert forms[0].startswith(begins)
    done = f"5 layers of 100 units · 20 × 100 Gaussian inputs of std 1 · seed {seed}"
    assert forms[0].endswith(f"density · {done}")
    assert all(heading.second.lower() in form.lower() for form in forms)


def test_an_activation_s_name_keeps_its_case():
    stacks = told(["tanh"], ["he"])
    heading = heading_of(stacks, "activation", gradients=False)
    assert subtitles_of(stacks, heading, "tanh at best", gradients=False)[-1] == "tanh at best"


@pytest.mark.parametrize("activation", ["tanh", "relu", "hard_tanh"])
@pytest.mark.parametrize("init", [*FOUR, "orthogonal", "zeros", "lecun(gain=0.123)"])
def test_a_title_begins_with_a_capital_and_with_no_activation(activation, init):
    """They are spelt as the field spells them, which is not always with one."""
    for stacks in (told([activation], [init]), told([activation], dict.fromkeys((init, "he")))):
        titles = [heading_of(stacks, each, gradients=False).title for each in SIGNALS]
        titles += [each.title for each in headings_of(stacks, "activation", gradients=True)]
        titles.append(
            title_of(stacks, [verdict_of(one) for one in stacks], fits=lambda text: False)
        )
        for title in titles:
            assert not title[0].islower(), title
            assert not title.startswith(stacks[0].spec.activation.label), title
