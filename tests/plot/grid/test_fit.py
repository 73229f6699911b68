"""Fitting a grid: which arrangement wins, and that it says what it leaves out."""

import pytest
from drawn import FOUR, THREE, TWELVE, records

from actviz import ACTIVATIONS
from actviz.errors import SpecError
from actviz.plot.grid.content import Content
from actviz.plot.grid.fit import best_plan, label_width
from actviz.plot.grid.foot import grid_keys
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import SIZES, get_size
from actviz.words.keys import explained
from actviz.words.sheet import Heading
from actviz.words.stacks import finding
from actviz.words.told import tell

ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]


def plan(asked, size="slide", **options):
    return plan_of(tell(asked), size, **options)


def plan_of(told, size, **options):
    signal = options.pop("signal", "activation")
    content = Content(signals=(signal,), **options)
    return best_plan(told, get_size(size), heading=Heading(finding(told)), content=content)


def shape(made):
    layout = made.layout
    return len(layout.rows), made.grid.blocks, len(layout.columns), layout.numbers


@pytest.mark.parametrize(
    ("asked", "size", "wanted"),
    [
        # (rows, blocks, columns, where the numbers are)
        (lambda: records(THREE, FOUR), "slide", (4, 3, 5, "above")),
        (lambda: records(["tanh"], ["he"]), "slide", (1, 1, 5, "above")),
        (lambda: records(["tanh"], FOUR), "column", (4, 1, 5, "above")),
        # Twenty layers of one stack are folded, and none is left out.
        (lambda: records(["relu"], ["he"], depth=20), "slide", (2, 1, 10, "above")),
        # Seven activations stand in two bands of four rows, or, if rows have words, in one of two.
        (
            lambda: records(ALL[:7], ["he", "xavier"], width=100, samples=200),
            "slide",
            (2, 7, 3, "above"),
        ),
    ],
)
def test_what_wins(asked, size, wanted):
    assert shape(plan(asked(), size)) == wanted


@pytest.mark.wide
@pytest.mark.parametrize("depth", [3, 5, 10, 20])
@pytest.mark.parametrize("rows", [1, 4, 8, 12])
def test_three_to_twenty_layers_and_one_to_twelve_rows_fit_a_slide(rows, depth):
    made = plan(records(["relu"], TWELVE[:rows], depth=depth))
    stacks = {made.row(row).stack for row in range(len(made.layout.rows))}
    assert len(stacks) == rows
    shown = {layer for row in range(len(made.layout.rows)) for layer in made.layers_of(row)}
    assert {0, depth - 1} <= shown
    assert len(shown) == depth or rows * depth > 100
    assert ("only layers" in " ".join(made.sheet.foot.lines)) == (len(shown) < depth)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, ""),
        (
            {"values": "count", "share_y": "column"},
            "height: count in each bin, one scale per column",
        ),
        ({"log_y": True, "share_y": "all"}, "height: log density, one scale"),
        ({"share_y": "none"}, "height: density, one scale per panel"),
    ],
)
def test_the_foot_says_what_heights_are_where_they_are_not_as_always(options, text):
    made = plan(records(["tanh"], ["he"]), **options)
    foot = " ".join(made.sheet.foot.lines)
    assert foot.startswith(text)
    assert ("height" in foot) == bool(text)
    assert "Histograms of the activations, height: " in explained(grid_keys(made, cut=False))
    subtitle = " ".join(made.sheet.subtitle.lines)
    assert subtitle == "5 layers of 30 units · 60 × 30 Gaussian inputs of std 1 · seed 0"


def test_row_labels_have_at_most_a_quarter_of_the_page():
    for size in (*SIZES.values(), get_size("2x20")):
        made = plan(records(THREE, FOUR), size.name)
        width, word = label_width(made.grid, size), text_width("layer", size.text)
        assert word <= width <= max(0.25 * size.width, word)
        assert made.layout.strips[0][0].left >= size.margin + width


@pytest.mark.parametrize("size", ["1.5x1.5", "60x2"])
def test_no_plan_for_a_page_without_room(size):
    with pytest.raises(SpecError, match="no room for a panel"):
        plan(records(THREE, FOUR), size)
