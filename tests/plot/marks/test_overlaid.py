"""draw_drift: what was expected and what was obtained, each as the density that it is."""

import numpy as np
import pytest
from drawn import record
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz.plot.marks.overlaid import draw_drift
from actviz.plot.paper.style import THEMES, get_theme


def drawn(pair, theme="light"):
    ax = Figure().add_axes((0, 0, 1, 1))
    return ax, draw_drift(ax, pair, signal="activation", theme=get_theme(theme))


def test_areas_are_the_shares_that_are_inside_and_not_0():
    pair = record("relu", "he").layers[1], record("relu", "std=1").layers[1]
    _, patches = drawn(pair)
    for patch, layer in zip(patches, pair, strict=True):
        item = layer["activation"]
        values, edges, _ = patch.get_data()
        np.testing.assert_array_equal(edges, item.histogram.edges)
        inside = item.histogram.counts.sum() - item.zeros
        assert (values * np.diff(edges)).sum() == pytest.approx(inside / item.stats.count)
        assert 0 < inside < item.stats.count


def test_the_axis_holds_both_and_begins_at_0():
    pair = (
        record("tanh", "he", range=(-1.0, 0.5)).layers[0],
        record("tanh", "he", range=(-0.5, 2.0)).layers[0],
    )
    ax, _ = drawn(pair)
    assert ax.get_xlim() == (-1.0, 2.0)
    assert ax.get_ylim()[0] == 0.0
    assert [side for side, spine in ax.spines.items() if spine.get_visible()] == ["bottom"]


@pytest.mark.parametrize("theme", THEMES)
def test_what_was_expected_is_filled_and_what_was_obtained_a_line(theme):
    layer = record("tanh", "he").layers[0]
    _, (expected, obtained) = drawn((layer, layer), theme)
    assert (expected.get_fill(), obtained.get_fill()) == (True, False)
    assert to_hex(expected.get_facecolor()) == to_hex(THEMES[theme].line)
    assert to_hex(obtained.get_edgecolor()) == to_hex(THEMES[theme].hues[1])
