"""What stands in the rows of one activation or one stack, as numbers."""

import numpy as np
import pytest
from drawn import record, records

from actviz.plot.overview.bars import beyond
from actviz.plot.overview.content import Content
from actviz.plot.overview.rows import overview_rows, slope_of
from actviz.words.overview import verdict_of
from actviz.words.told import tell

BACK = {"gradients": True}
HISTOGRAMS = {"gradients": True, "statistics": {"activation": "all", "gradient": "all"}}


def rows(stacks, layers=range(5), **content):
    told = tell(stacks)
    return overview_rows(told, [verdict_of(one) for one in told], Content(**content), list(layers))


def test_every_stack_has_a_row_with_the_numbers_that_were_asked_for():
    stacks = records(["tanh"], ["he", "xavier"], **BACK)
    for numbers, names in (
        ("none", []),
        ("std", ["std"]),
        ("all", ["mean", "std"]),
    ):
        made = rows(stacks, numbers=numbers)
        assert [row.label for row in made] == ["He", "Xavier"]
        assert [[field for field, _ in row.numbers] for row in made] == [names] * 2
    for row, stack in zip(rows(stacks, numbers="all"), stacks, strict=True):
        for (_, found), field in zip(row.numbers, ("mean", "std"), strict=True):
            assert found == tuple(
                getattr(layer["activation"].stats, field) for layer in stack.layers
            )


def test_the_highest_bar_of_a_row_fills_it_whatever_the_layer():
    (row, *_) = rows([record("tanh", "std=0.1")])
    tops = [panel.bars.max() for panel in row.panels]
    assert max(tops) == pytest.approx(1.0)
    # One scale for all layers: none is drawn higher than it is.
    assert min(tops) < 0.99


def test_one_stack_shows_its_gradients_if_their_histograms_were_kept():
    kept = rows([record("tanh", "he", **BACK)], numbers="std")
    assert [row.verdict is None for row in kept] == [False, True]
    alone, below = kept
    assert len(alone.numbers) == 3
    stds = tuple(x["gradient"].stats.std for x in record("tanh", "he", **BACK).layers)
    assert below.numbers[0][1] == stds
    assert below.factor == tell([record("tanh", "he", **BACK)])[0].gradient
    assert len(rows(records(["tanh"], ["he", "xavier"], **BACK))) == 2
    assert len(rows([record("tanh", "he")])) == 1


def test_layers_after_the_last_one_have_no_panel():
    stopped = record("relu", "std=1", depth=8, dtype="float32", input_std=1e35)
    (row,) = rows([stopped], range(8), numbers="std")
    assert [panel is not None for panel in row.panels] == [
        number < len(stopped.layers) for number in range(8)
    ]
    assert row.numbers[0][1][-1] is None


def test_a_panel_says_how_much_of_its_values_is_beyond_it():
    found, kept = rows(records(["relu"], ["std=1", "he"], range=(0.0, 4.0)))
    for row, init in ((found, "std=1"), (kept, "he")):
        layers = record("relu", init, range=(0.0, 4.0)).layers
        shares = [beyond(layer["activation"]) for layer in layers]
        assert [bool(panel.note) for panel in row.panels] == [share >= 0.01 for share in shares]
        assert [panel.tone == "alarm" for panel in row.panels] == [s >= 0.05 for s in shares]
    assert 0.3 < beyond(record("relu", "std=1").layers[-1]["activation"]) < 0.5
    assert found.panels[-1].tone == "alarm"


def test_a_slope_is_in_decades_above_the_last_layer():
    (told,) = tell([record("sigmoid", "xavier", **BACK)])
    stds = [layer["gradient"].stats.std for layer in told.layers]
    np.testing.assert_allclose(slope_of(told), np.log10(stds) - np.log10(stds[-1]))
    assert slope_of(told)[-1] == 0.0
    (zero,) = tell([record("relu", "zeros", **BACK)])
    (none,) = tell([record("tanh", "he")])
    assert slope_of(zero) == slope_of(none) == ()
