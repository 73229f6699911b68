"""The plan of a figure: which layer stands at which place, and what its rows are of."""

from dataclasses import replace

from drawn import FOUR, THREE, record, records

from actviz.plot.grid.content import Content
from actviz.plot.grid.fit import best_plan
from actviz.plot.paper.style import get_size
from actviz.words.sheet import Heading
from actviz.words.stacks import finding
from actviz.words.told import tell


def plan(asked, *signals):
    told, content = tell(asked), Content(signals=signals or ("activation",))
    return best_plan(told, get_size("slide"), heading=Heading(finding(told)), content=content)


def test_every_shown_layer_has_its_record():
    made = plan(records(THREE, FOUR))
    assert len(made.layers) == 60
    for (block, row, column), layer in made.layers.items():
        owner = made.row(row).stacks[block]
        assert layer is owner.layers[made.layers_of(row)[column]]


def test_layers_after_the_last_one_have_no_panel():
    stopped = record("relu", "std=1", depth=8, dtype="float32", input_std=1e35)
    whole = record("relu", "he", depth=8, dtype="float32", input_std=1e35)
    made = plan([stopped, whole])
    assert len(made.layers) == len(stopped.layers) + 8
    assert len(stopped.layers) < 8


def test_a_row_is_of_one_signal_and_a_plan_of_all_that_are_shown():
    made = plan([record("tanh", "he", gradients=True)], "activation", "gradient")
    assert made.signals == ["activation", "gradient"]
    assert {layer.layer for layer in made.layers.values()} == {1, 2, 3, 4, 5}
    below = {place for place in made.layers if made.row(place[1]).signal == "gradient"}
    assert len(below) == 5


def test_layers_that_are_alike_are_outlined_and_no_gradient_of_theirs():
    asked = record("sigmoid", "std=0.01", gradients=True)
    made = plan([asked], "activation", "gradient")
    (told,) = tell([asked])
    found = {
        (made.row(row).signal, made.layers[block, row, column].layer)
        for block, row, column in made.outlined
    }
    assert found == {("activation", layer) for layer in told.alike}
    assert found


def test_words_beside_a_row_are_those_that_have_room():
    (asked,) = tell([record("tanh", "he", gradients=True)])
    made = plan([asked.record], "activation")
    for form, words in enumerate(asked.captions):
        assert replace(made, captions=form).caption(0, 0) == words
    assert replace(made, captions=None).caption(0, 0) == ""


def test_more_that_is_shown_is_better():
    made = plan(records(["relu"], FOUR))
    fewer = replace(made.layout, columns=made.layout.columns[:2])
    assert replace(made, layout=fewer).merit < made.merit
    crammed = replace(made.layout, fits=False)
    assert replace(made, layout=crammed).merit < replace(made, layout=fewer).merit
