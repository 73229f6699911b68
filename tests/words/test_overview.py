"""The words of an overview: a title of one line, whatever is kept."""

from itertools import product

import pytest

from actviz import simulate
from actviz.diagnosis.findings import State
from actviz.lookup import Table
from actviz.words.en.table import EN
from actviz.words.overview import (
    TITLE,
    Verdict,
    alt_text_of,
    explanations,
    keys_that_fit,
    second_of,
    short_chance,
    short_word,
    subtitle_of,
    title_of,
    verdict_of,
)
from actviz.words.say import text
from actviz.words.told import tell

LONG = "variance_scaling(scale=3.0, mode=fan_avg, distribution=normal)"
FULL, PALE, LOST = (Verdict(state=State(state), word=state) for state in ("full", "pale", "lost"))


def _told(activations, inits):
    small = {"width": 5, "samples": 5, "depth": 2}
    return tell([simulate(activation=a, init=i, **small) for a in activations for i in inits])


def _title(activations, inits, states):
    return title_of(_told(activations, inits), states)


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ([LOST, FULL, LOST, FULL], "Only He keeps tanh’s and ReLU’s signal"),
        ([FULL, FULL, LOST, FULL], "Xavier and He keep tanh’s signal, only He ReLU’s"),
        ([FULL, FULL, FULL, FULL], "Xavier and He keep tanh’s and ReLU’s signal"),
        ([FULL, LOST, PALE, LOST], "Only Xavier keeps tanh’s signal"),
        ([LOST, PALE, LOST, LOST], "No initializer here keeps tanh and ReLU healthy"),
    ],
)
def test_who_keeps_what(states, says):
    assert _title(("tanh", "relu"), ("xavier", "he"), states) == says


@pytest.mark.parametrize(
    "inits",
    [("he",), ("he", "xavier", LONG)],
)
def test_a_title_is_one_line_whatever_is_kept(inits):
    activations = ("sigmoid", "leaky_relu", "hard_tanh")
    told = _told(activations, inits)
    for states in (
        product((FULL, LOST), repeat=len(told))
        if len(inits) == 1
        else [
            [FULL] * 9,
            [LOST] * 9,
            [FULL, LOST, FULL] * 3,
            [FULL, LOST, LOST, LOST, FULL, LOST, LOST, LOST, FULL],
        ]
    ):
        assert 0 < len(title_of(told, states)) <= TITLE


def _subtitle(activations, inits, states, **more):
    told = _told(activations, inits)
    fields = {"signal": "activation", "layers": (1, 2), "page": 1, "pages": 1}
    fields["second"] = second_of(told, states)
    return subtitle_of(told, **fields | more)[0]


def test_the_second_finding_is_the_subtitles():
    states = [Verdict(state=State("pale"), word="saturates ×2"), LOST, FULL, FULL]
    said = _subtitle(("sigmoid", "tanh"), ("std=1", "he"), states)
    assert said == (
        "Activations of 5 units in layers 1 to 2, from left to right · "
        "sigmoid at best saturates (std = 1)"
    )
    said = _subtitle(("sigmoid", "tanh"), ("std=1", "he"), [LOST, LOST, FULL, FULL])
    assert said.endswith(" · none keeps sigmoid’s")
    hidden = _subtitle(("sigmoid", "tanh"), ("std=1", "he"), states, second="", pages=2)
    assert "sigmoid" not in hidden
    assert hidden.endswith("page 1 of 2")


def test_a_word_on_gradients_has_a_brief_form():
    stacks = tell(
        [
            simulate(activation="tanh", init=i, gradients=True, seed=0, samples=200)
            for i in ("std=1", "he")
        ]
    )
    bad, good = map(verdict_of, stacks)
    assert (bad.word, bad.brief) == ("gradient explodes", "grad explodes")
    assert (good.word, good.brief) == ("keeps", "")


def test_short_forms():
    assert short_word("declines ×0.71") == "declines"
    assert short_word("inputs alike") == "inputs alike"
    assert short_chance("trains 96 %") == "96 %"
    assert short_chance("") == ""


def test_no_title_says_that_a_kept_signal_is_not_kept():
    deep = [
        simulate(activation="relu", init=i, width=20, samples=20, depth=3) for i in ("he", "xavier")
    ]
    assert title_of(tell(deep), [PALE, LOST]) == "No initializer here keeps ReLU healthy"
    assert title_of(tell([deep[0]] * 2), [LOST, LOST]) == "No initializer here keeps ReLU healthy"
    assert title_of(tell([deep[0]] * 3), [LOST, FULL, LOST]) == "1 of 3 stacks is healthy"


def test_a_title_of_one_stack_says_what_is_kept_or_alike():
    fields = {"width": 100, "samples": 300, "gradients": True}
    for activation, init, says in (
        ("tanh", "xavier", "Under Xavier, tanh keeps the signal"),
        ("sigmoid", "xavier", "Under Xavier, sigmoid makes all inputs alike"),
        ("relu", "xavier", "Under Xavier, ReLU’s signal declines ×0.7"),
    ):
        told = tell([simulate(activation=activation, init=init, **fields)])
        assert title_of(told, [verdict_of(told[0])]).startswith(says)


def test_the_key_of_a_slope_names_its_dot_only_where_no_other_key_is_shorter_for_it():
    kinds = ["full", "slope", "chance"]
    whole = keys_that_fit(kinds, lambda text: True)
    assert "dot: last layer" in whole
    shorter = keys_that_fit(kinds, lambda text: len(text) < len(whole))
    assert shorter == whole.replace("; dot: last layer", "")


def test_several_widths_are_said_in_fewer_signs_where_there_is_less_room():
    told = tell([simulate(activation="relu", init="he", width=(100, 50, 20), samples=50)])
    fields = {"signal": "activation", "layers": (1, 2, 3), "page": 1, "pages": 1}
    forms = subtitle_of(told, second="", **fields)
    layers = "in layers 1 to 3, from left to right"
    assert [form for n, form in enumerate(forms) if form not in forms[:n]] == [
        f"Activations of 100, 50 and 20 units {layers}",
        f"Activations of 100–50–20 units {layers}",
        f"Activations {layers}",
    ]


@pytest.mark.parametrize("width", [100, (100, 50, 20)])
def test_a_factor_beyond_widths_is_said_in_full_where_there_is_room(width):
    (told,) = tell([simulate(activation="relu", init="xavier", width=width, gradients=True)])
    several = isinstance(width, tuple)
    assert told.gradient.endswith(" beyond widths") == several
    said = " ".join(explanations([told], ["full"], times=4.0))
    assert ("beyond widths" in said) == several
    alt = alt_text_of(
        [told], [FULL], title="", signal="activation", times=4.0, by_row=True, hidden=False
    )
    assert ("a layer beyond what widths do" in alt) == several


def test_one_layer_of_several_is_said_as_one():
    told = _told(("tanh",), ("he",))
    fields = {"signal": "activation", "layers": (2,), "page": 1, "pages": 1}
    assert subtitle_of(told, second="", **fields)[0] == "Activations of 5 units in layer 2 of 2"


def test_what_is_said_in_another_form_is_made_of_fields_and_not_of_a_finished_text(monkeypatch):
    """A table of another language may have any words, be they those of a label or of a number."""
    table = dict(EN) | {"gradient.apart": " a", "word.gradient_declines": "×"}
    monkeypatch.setattr(text, "__defaults__", (Table(table),))
    spec = {"activation": "sigmoid", "init": "xavier", "width": (100, 50, 20), "samples": 50}
    (told,) = tell([simulate(**spec, gradients=True)])
    factor = told.gradient.removesuffix(" a layer a")
    assert told.gradient_in_full == f"{factor} a layer beyond what widths do"
    verdict = verdict_of(told)
    assert told.word == f"× {factor}"
    assert verdict.brief == f"grad declines {factor}"
    hidden, shown = (
        alt_text_of(
            [told], [verdict], title="", signal="activation", times=4.0, by_row=True, hidden=hidden
        )
        for hidden in (True, False)
    )
    assert "Xavier: std by layer " in hidden
    assert f"; gradient {factor} a layer beyond what widths do." in shown
