"""Which record stands where: every record once, every layer once, in the order they came in."""

from itertools import product

import pytest
from drawn import FOUR, THREE, record, records

from actviz.plot.grid.arrange import arrangements, banded, folded, stacked
from actviz.words.told import tell

ASKED = {
    "three by four": lambda: records(THREE, FOUR),
    "one": lambda: records(["tanh"], ["he"]),
    "one activation": lambda: records(["relu"], FOUR),
    "one initializer": lambda: records(["sigmoid", "tanh", "relu", "elu", "gelu"], ["he"]),
    "twenty layers": lambda: records(["relu"], ["he", "xavier"], depth=20),
    "not every pair": lambda: [record("tanh", "he"), record("relu", "xavier"), record("elu", "he")],
    "seeds": lambda: [record("tanh", i, seed=s) for i in ("he", "xavier") for s in (0, 1)],
    "depths": lambda: [record("tanh", "he", depth=depth) for depth in (9, 3)],
}


@pytest.mark.parametrize("name", ASKED)
def test_every_arrangement_shows_every_layer_of_every_record_once(name):
    asked = ASKED[name]()
    wanted = {(id(r), layer) for r in asked for layer in range(len(r.layers))}
    for grid in arrangements(tell(asked)):
        shown = [
            (id(told.record), layer)
            for row in grid.rows
            for told in row.stacks
            if told is not None
            for layer in row.layers
            if layer < len(told.layers)
        ]
        assert sorted(shown) == sorted(wanted)
        assert all(len(row.stacks) == grid.blocks for row in grid.rows)
        assert grid.columns == max(len(row.layers) for row in grid.rows)


@pytest.mark.parametrize("name", ASKED)
def test_a_row_is_of_one_label_and_a_block_of_one_activation(name):
    asked = ASKED[name]()
    for grid in arrangements(tell(asked)):
        of_band = {}
        for row in grid.rows:
            assert row.label or not row.headed
            for block, r in enumerate(row.stacks):
                if r is None:
                    continue
                assert row.label == "" or row.label.startswith(r.spec.init.label)
                if not grid.stacked and len(grid.rows) == len({x.stack for x in grid.rows}):
                    of_band.setdefault((row.group, block), set()).add(r.spec.activation.name)
        assert all(len(activations) == 1 for activations in of_band.values())


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        # (rows, blocks) of the arrangements, the one to prefer first.
        ("three by four", [(4, 3), (8, 2), (12, 1)]),
        ("one", [(1, 1)]),
        ("one activation", [(4, 1)]),
        ("one initializer", [(1, 5), (2, 4), (2, 3), (3, 2), (5, 1)]),
        ("twenty layers", [(2, 1), (4, 1), (6, 1), (8, 1)]),
    ],
)
def test_the_order_of_preference(name, shapes):
    assert [(len(g.rows), g.blocks) for g in arrangements(tell(ASKED[name]()))] == shapes


def test_bands_name_what_a_row_of_theirs_is():
    grid = banded(tell(records(THREE, FOUR)), 2)
    assert [row.label for row in grid.rows] == ["std = 1", "std = 0.01", "Xavier", "He"] * 2
    assert [row.group for row in grid.rows] == [0] * 4 + [1] * 4
    assert [row.stack for row in grid.rows] == list(range(8))
    heads = [(row.headed, row.numbered) for row in grid.rows]
    assert heads == ([(True, True)] + [(False, False)] * 3) * 2
    activations = [[r and r.spec.activation.name for r in row.stacks] for row in grid.rows]
    assert activations == [["sigmoid", "tanh"]] * 4 + [["relu", None]] * 4


def test_stacked_rows_go_activation_by_activation_whatever_the_order():
    asked = [record(a, i) for i, a in product(["he", "xavier"], ["tanh", "relu"])]
    grid = stacked(tell(asked))
    rows = [(row.stacks[0].spec.activation.name, row.label, row.group) for row in grid.rows]
    assert rows == [
        ("tanh", "He", 0),
        ("tanh", "Xavier", 0),
        ("relu", "He", 1),
        ("relu", "Xavier", 1),
    ]
    assert grid.stacked
    assert not any(row.headed for row in grid.rows)
    assert [row.numbered for row in grid.rows] == [True, False, False, False]


@pytest.mark.parametrize(("lines", "lengths"), [(2, [10, 10]), (3, [7, 7, 6]), (4, [5, 5, 5, 5])])
def test_folding_breaks_a_row_into_lines(lines, lengths):
    grid = folded(banded(tell(ASKED["twenty layers"]()), 1), lines)
    assert [len(row.layers) for row in grid.rows] == lengths * 2
    assert [layer for row in grid.rows[:lines] for layer in row.layers] == list(range(20))
    assert [row.label for row in grid.rows] == [
        text for name in ("He", "Xavier") for text in (name, *[""] * (lines - 1))
    ]
    assert [row.stack for row in grid.rows] == [0] * lines + [1] * lines  # one scale for a stack
    assert [row.group for row in grid.rows] == list(range(2 * lines))  # and each line its ticks
    assert all(row.numbered for row in grid.rows)
    assert [row.headed for row in grid.rows] == [True] + [False] * (2 * lines - 1)


def test_rows_that_differ_in_more_than_the_initializer_say_so():
    (grid, *_) = arrangements(tell(ASKED["seeds"]()))
    labels = [row.label for row in grid.rows]
    assert labels == ["He, seed 0", "He, seed 1", "Xavier, seed 0", "Xavier, seed 1"]


def test_every_stack_has_a_row_for_each_signal():
    asked = records(["tanh"], FOUR, depth=4)
    for grid in arrangements(tell(asked), ("activation", "gradient")):
        assert [row.signal for row in grid.rows] == ["activation", "gradient"] * (
            len(grid.rows) // 2
        )
        assert [row.below for row in grid.rows] == [False, True] * (len(grid.rows) // 2)
        for above, below in zip(grid.rows[::2], grid.rows[1::2], strict=True):
            assert (above.stack, above.layers) == (below.stack, below.layers)
            assert below.label == ""
            assert (below.numbered, below.headed) == (False, False)
            assert above.group != below.group  # each signal has an axis of its own
