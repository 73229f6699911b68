"""The foot of a grid: how to read it, and what it leaves out."""

from functools import cache

import pytest
from drawn import FOUR, THREE, TWELVE, record, records, texts_of, written

from actviz import ACTIVATIONS, plot_grid
from actviz.format import plain
from actviz.plot.grid.content import Content
from actviz.plot.grid.fit import best_plan
from actviz.plot.grid.foot import grid_keys
from actviz.plot.marks.shares import LEAST_SHARE
from actviz.plot.paper.style import NARROW, SIZES, get_size
from actviz.words.keys import explained
from actviz.words.sheet import Heading
from actviz.words.stacks import finding
from actviz.words.told import tell

WIDE = {"width": 100, "samples": 200}


def test_relu_s_atom_is_a_mark_at_its_predicted_height():
    with_line = plot_grid([record("relu", "he", **WIDE)], size="20x11.25")
    without = plot_grid([record("relu", "he", **WIDE)], size="20x11.25", theory=False)
    assert len(with_line.axes[0].lines) == len(without.axes[0].lines) + 2
    assert any("line: mean field" in text for text in texts_of(with_line))
    assert not any("line: mean field" in text for text in texts_of(without))


ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]


def plan_of(told, size, **options):
    signal = options.pop("signal", "activation")
    content = Content(signals=(signal,), **options)
    return best_plan(told, get_size(size), heading=Heading(finding(told)), content=content)


FULL = {
    "default": lambda: records(THREE, FOUR),
    "deep": lambda: records(["relu"], TWELVE, depth=20),
    "all": lambda: records(ALL, FOUR),
    "sixty": lambda: records(["tanh"], ["he"], depth=60),
}

SHAPES = (*SIZES, "10x5.6", "3x4", "2x20", "20x11.25")


@cache
def told_of(name):
    return tell(FULL[name]())


#: Paper that everybody sees: the widest and the narrowest; other shapes whoever has the time.
PLACES = [
    *(
        (size, "activation")
        if size in ("slide", "column", "2x20")
        else pytest.param(size, "activation", marks=pytest.mark.heavy)
        for size in SHAPES
    ),
    *((size, "preactivation") for size in ("slide", "column", "2x20")),
]


@pytest.mark.wide
@pytest.mark.parametrize(("size", "signal"), PLACES)
@pytest.mark.parametrize("name", FULL)
def test_the_foot_says_what_is_left_out_and_has_the_room_it_needs(name, signal, size):
    made = plan_of(told_of(name), size, signal=signal)
    foot, layout = " ".join(made.sheet.foot.lines), made.layout
    said = explained(grid_keys(made, cut=False))
    assert ("Only layer" in said) == (len(layout.columns) < made.grid.columns)
    assert ("rows fit" in said) == (len(layout.rows) < len(made.grid.rows))
    assert ("Of the means nothing is written" in said) == (layout.numbers == "std")
    assert ("The stds and means have no room" in said) == (layout.numbers == "none")
    items = [layer[signal] for layer in made.layers.values()]
    beyond = max(1 - item.histogram.shares().sum() for item in items)
    assert ("lie beyond its axis" in said) == (not layout.notes and beyond >= LEAST_SHARE)
    # What is left out is said first: on a page that has a line for it, it is said there.
    missing = [one.short for one in grid_keys(made, cut=False) if one.short][:1]
    # The stage has no foot: there it is in the explanation alone.
    footless = size == "stage" or made.size.width < 3
    assert not missing or footless or plain(foot).startswith(missing[0][:9])
    assert size != "stage" or not foot
    assert len(made.sheet.foot.lines) <= (1 if made.size.width > NARROW else 4)
    assert "…" not in foot
    lowest = min(box.bottom for strips in layout.strips for box in strips) - 1.2 * layout.line
    assert lowest >= 0.9 * layout.margin + made.sheet.foot.height
    highest = max(box.top for strips in layout.strips for box in strips) + layout.above
    head = layout.margin + made.sheet.title.height + made.sheet.subtitle.height
    assert highest <= layout.height - head


def test_collapsed_layers_are_outlined_and_the_others_filled():
    made = plot_grid([record("sigmoid", "xavier", width=100, samples=200)])
    filled, outlined = (
        [patch for patch in made.axes[0].patches if patch.get_fill() == wanted]
        for wanted in (True, False)
    )
    bars = [len(patch[0].get_data().values) for patch in (filled, outlined)]
    assert bars == [3 * 30 + 2, 2 * 30 + 1]  # layers 1 to 3, and 4 and 5, a gap between two
    assert any("outlined: inputs alike" in text for text in texts_of(made))


@pytest.mark.parametrize("pool", ["all", "unit"])
def test_marks_are_explained_where_they_are_drawn(pool):
    """A histogram about the units' means may be no higher than its scale."""
    wide = {"width": 100, "samples": 200, "unit_histograms": True}
    for init in ("std=1", "xavier"):
        made = plot_grid([record("tanh", init, depth=1, **wide)], pool=pool)
        texts = texts_of(made)
        drawn = any(text.startswith("▴ ×") for text in texts)
        assert drawn == any("▴ times the scale" in text for text in texts)
        assert drawn == any("The number at ▴" in text for text in made.explanation)


def test_a_default_has_one_line_above_and_one_below_and_leaves_nothing_out():
    made = best_plan(
        tell(records(THREE, FOUR, gradients=True, width=100)),
        get_size("slide"),
        heading=Heading("A finding", "A second one"),
        content=Content(courses=True),
    )
    assert len(made.sheet.subtitle.lines) == len(made.sheet.foot.lines) == 1
    said = explained(grid_keys(made, cut=False))
    assert "room" not in said
    assert "nothing is written" not in said


@pytest.mark.parametrize("options", [{"depth": 60}, {"gradients": True}])
def test_a_stage_has_no_foot_and_large_type(options):
    """Even where layers or gradients have no room."""
    asked = records(["relu"], ["he", "std=1"], **options)
    made = plot_grid(asked, size="stage")
    assert plan_of(tell(asked), "stage").sheet.foot.lines == ()
    assert min(item.points for item in written(made)) >= 18
    assert "room" not in " ".join(texts_of(made))


def test_gradients_that_nobody_asked_for_by_name_are_missed_in_explanations_alone():
    asked = records(["relu"], FOUR, gradients=True, width=100, samples=200)
    made = plot_grid(asked)
    assert not any("room" in text for text in texts_of(made))
    assert any("--signal gradient" in text for text in made.explanation)
