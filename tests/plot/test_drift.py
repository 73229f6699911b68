"""The picture of a drift, as data: both histograms, the marks, what is left out."""

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

import actviz
from actviz.plot.drift import plot_drift
from actviz.plot.paper.style import THEMES


def texts(figure):
    return [item.get_text() for item in figure.texts]


SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=20, samples=50)


def test_expected_and_obtained_lie_on_top_of_each_other():
    expected = actviz.simulate(SPEC)
    obtained = actviz.simulate(dataclasses.replace(SPEC, init="lecun"))
    figure = plot_drift(expected, obtained, title="relu-he: drifted", drifted=[2, 3])
    assert len(figure.axes) == 3
    for ax, layer, other in zip(figure.axes, expected.layers, obtained.layers, strict=True):
        filled, line = (patch for patch in ax.patches if isinstance(patch, StepPatch))
        assert (filled.get_fill(), line.get_fill()) == (True, False)
        for patch, item in ((filled, layer["activation"]), (line, other["activation"])):
            width = np.diff(item.histogram.edges)
            want = item.counts_without_zeros() / item.stats.count / width
            np.testing.assert_allclose(patch.get_data().values, want)
    said = texts(figure)
    assert any(text.startswith("layer 2   std ") for text in said)
    assert "relu-he: drifted" in said


def test_of_many_layers_the_first_that_drifted_is_shown():
    deep = actviz.simulate(dataclasses.replace(SPEC, depth=40))
    figure = plot_drift(deep, deep, title="deep", drifted=[6])
    assert len(figure.axes) <= 12
    assert any(text.startswith("layer 6 ") for text in texts(figure))
    assert any(f"{len(figure.axes)} of 40 layers." in text for text in texts(figure))


def test_the_axis_holds_both_and_begins_at_0():
    expected = actviz.simulate(SPEC, range=(-1.0, 0.5))
    obtained = actviz.simulate(SPEC, range=(-0.5, 2.0))
    ax = plot_drift(expected, obtained, title="moved").axes[0]
    assert ax.get_xlim() == (-1.0, 2.0)
    assert ax.get_ylim()[0] == 0.0
    assert [side for side, spine in ax.spines.items() if spine.get_visible()] == ["bottom"]


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_what_was_expected_is_grey_and_what_was_obtained_has_a_colour(theme):
    record = actviz.simulate(SPEC)
    filled, line = plot_drift(record, record, title="same", theme=theme).axes[0].patches
    assert to_hex(filled.get_facecolor()) == to_hex(theme.line)
    assert to_hex(line.get_edgecolor()) == to_hex(theme.hues[1])
