"""What a range does to pictures of gradients: nothing; and files of 0.1.0, whose ranges it does."""

from pathlib import Path

import numpy as np
import pytest
from drawn import record, written

from actviz import load, plot_grid, plot_overlay, plot_ridge, plot_textbook
from actviz.cli import run
from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, FORWARD

VIEWS = {"grid": plot_grid, "overlay": plot_overlay, "ridge": plot_ridge}
#: Made by 0.1.0: sigmoid, Xavier, 2 layers of 6 units, 12 samples, 9 bins from 0.05 to 0.95. Every
#: gradient is between -0.4 and 0.4.
OLD = Path(__file__).parents[1] / "data" / "v010" / "record-range.json"
ENDS = (0.05, 0.95)

each_view = pytest.mark.parametrize("view", VIEWS)


def said(figure):
    return [item.text for item in written(figure)]


def shapes(figure):
    """Return all that is drawn with corners: bars, outlines and ridges."""
    found = []
    for ax in figure.axes:
        found += [np.nan_to_num(patch.get_data().values) for patch in ax.patches]
        for collection in ax.collections:
            found += [path.vertices for path in collection.get_paths()]
    return found


@pytest.mark.wide
@each_view
@pytest.mark.parametrize("signal", BACKWARD)
def test_a_range_leaves_the_gradients_beside_it_as_they_are(view, signal):
    plain = record("sigmoid", "xavier", gradients=True)
    ranged = record("sigmoid", "xavier", gradients=True, range=ENDS)
    for layer, other in zip(plain.layers, ranged.layers, strict=True):
        assert layer[signal].histogram == other[signal].histogram
        assert layer[signal].histogram.kind == "magnitudes"
    made, again = (VIEWS[view]([one], signal=signal) for one in (plain, ranged))
    assert said(made) == said(again)
    for shape, other in zip(shapes(made), shapes(again), strict=True):
        np.testing.assert_array_equal(shape, other)


@pytest.mark.parametrize("signal", FORWARD)
def test_it_is_the_range_of_the_others(signal):
    item = record("sigmoid", "xavier", gradients=True, range=ENDS).layers[0][signal]
    assert item.histogram.edges[[0, -1]].tolist() == [*ENDS]
    assert item.histogram.kind == "values"


@each_view
def test_gradients_that_010_counted_over_a_range_are_drawn_as_the_values_they_are(view):
    old = load(OLD)
    item = old.layers[0]["gradient"]
    assert (item.histogram.kind, item.of_magnitudes) == ("values", False)
    assert item.histogram.counts.tolist() == [11, *[0] * 8]
    made = VIEWS[view]([old], signal="gradient")
    texts = said(made)
    assert {"0.05", "0.95"} <= set(texts)
    assert not any(word in text for text in texts for word in ("10⁻", "log axis", "logarithmic"))
    # 61 of 72 gradients of layer 1 lie below the axis: as many as are no bar.
    assert any("◂85%" in text or "–85%" in text or "◂84" in text for text in texts)


@each_view
@pytest.mark.parametrize("bins", [1, 2, 30])
def test_a_range_with_few_values_and_bins_has_a_picture(view, bins):
    few = {"width": 2, "samples": 2, "depth": 2, "bins": bins}
    made = VIEWS[view](
        [record("sigmoid", "xavier", gradients=True, range=ENDS, **few)], signal="gradient"
    )
    assert any(text.startswith("10⁻") for text in said(made))


@each_view
def test_magnitudes_and_values_are_not_drawn_on_one_page(view):
    old, new = load(OLD), record("tanh", "xavier", gradients=True)
    with pytest.raises(SpecError, match=r"gradient of tanh .*magnitude.* of sigmoid .* sign"):
        VIEWS[view]([old, new], signal="gradient")


def test_the_look_of_the_books_shows_no_gradients():
    with pytest.raises(SpecError, match="signal must be preactivation or activation"):
        plot_textbook([load(OLD)], signal="gradient")


@pytest.mark.parametrize("name", VIEWS)
def test_the_command_that_drew_a_false_axis(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["--width", "5", "--samples", "9", "--depth", "2", "--signal", "gradient"]
    command = ["plot", "-a", "sigmoid", "-i", "xavier", "--range", "0.05,0.95", *small]
    assert run([*command, "--view", name, "-o", "a.svg"]) == 0
