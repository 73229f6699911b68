"""Which stack of a view of units stands where: blocks, bands, folds, and the layers between."""

import pytest
from drawn import record

from actviz.plot.units.arrange import LAYERS_SHOWN, dot_arrangements
from actviz.words.told import tell
from actviz.words.units import see


def seen(activations, inits, depth=5):
    fields = {
        "depth": depth,
        "width": 8,
        "samples": 8,
        "unit_sample": (8, 8),
        "statistics": "moments",
    }
    return see(tell([record(a, i, **fields) for a in activations for i in inits]))


def test_what_is_preferred_has_all_layers_and_all_activations_side_by_side():
    first, *others = dot_arrangements(seen(["tanh", "relu"], ["he", "xavier"]))
    assert (first.blocks, first.layers) == (2, (0, 1, 2, 3, 4))
    assert [row.label for row in first.rows] == ["He", "Xavier"]
    assert [(row.first, row.last) for row in first.rows] == [(True, False), (False, True)]
    for row in first.rows:
        assert [cell.told.spec.activation.name for cell in row.cells] == ["tanh", "relu"]
        assert {cell.told.label for cell in row.cells} == {row.label}
    assert [(one.columns, one.blocks) for one in (first, *others)] == [
        (columns, blocks) for columns in (5, 4, 3) for blocks in (2, 1)
    ]  # of several rows none is folded


def test_activations_without_a_place_follow_in_a_band_below():
    stacks = seen(["tanh", "relu", "sigmoid"], ["he"])
    (two,) = (one for one in dot_arrangements(stacks) if one.blocks == 2 and one.columns == 5)
    names = [[cell and cell.told.spec.activation.name for cell in row.cells] for row in two.rows]
    assert names == [["tanh", "relu"], ["sigmoid", None]]
    assert all(row.first and row.last for row in two.rows)


def test_an_initializer_that_a_band_lacks_has_no_row_in_it():
    stacks = [*seen(["tanh"], ["he"]), *seen(["relu"], ["xavier"])]
    (one,) = (one for one in dot_arrangements(stacks) if one.blocks == 1 and one.columns == 5)
    assert [row.label for row in one.rows] == ["He", "Xavier"]
    (two,) = (one for one in dot_arrangements(stacks) if one.blocks == 2 and one.columns == 5)
    assert [[cell is not None for cell in row.cells] for row in two.rows] == [
        [True, False],
        [False, True],
    ]


def test_layers_that_are_left_out_lie_evenly_between_the_first_and_the_last():
    found = {
        one.columns: one.layers
        for one in dot_arrangements(seen(["tanh"], ["he"], depth=31))
        if len(one.rows) == 1
    }
    assert found[LAYERS_SHOWN] == (0, 3, 7, 10, 13, 17, 20, 23, 27, 30)
    assert found[3] == (0, 15, 30)
    assert min(found) == 3


@pytest.mark.parametrize(
    ("depth", "lines"), [(3, []), (4, [(2, 2)]), (5, [(3, 2)]), (10, [(5, 5), (4, 4, 2)])]
)
@pytest.mark.parametrize("activations", [["tanh"], ["tanh", "relu"]])
def test_a_single_row_may_have_its_layers_on_several_lines(depth, lines, activations):
    made = [
        one
        for one in dot_arrangements(seen(activations, ["he"], depth))
        if one.blocks == len(activations) and one.layers == tuple(range(depth))
    ]
    (whole, *folded) = made
    assert [tuple(len(row.layers) for row in one.rows) for one in made] == [(depth,), *lines]
    for one in folded:
        assert [row.label for row in one.rows] == ["He"] + [""] * (len(one.rows) - 1)
        assert [row.first for row in one.rows] == [True] + [False] * (len(one.rows) - 1)
        assert all(row.last for row in one.rows)
        assert {row.cells for row in one.rows} == {whole.rows[0].cells}


def test_a_single_layer_is_shown():
    (one,) = dot_arrangements(seen(["tanh"], ["he"], depth=1))
    assert (one.layers, one.columns) == ((0,), 1)
