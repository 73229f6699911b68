"""Overlay and ridge: a shape for each layer, as high as its density, from faint to strong."""

import numpy as np
import pytest
from drawn import FOUR, THREE, curves_in, heights_in, record, records, written
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb

from actviz import plot_overlay, plot_ridge
from actviz.plot.facets.curves import CAP
from actviz.plot.facets.layers import plot_printed
from actviz.plot.paper.style import THEMES, get_theme, shades


def luminance(color):
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
@pytest.mark.parametrize("values", ["density", "count"])
@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_an_overlay_s_heights_are_proportional_to_the_histogram_s(name, values, signal):
    stack = record(name, "xavier")
    (ax,) = plot_overlay([stack], signal=signal, values=values, share_y="row").axes
    heights = heights_in(ax)
    assert len(heights) == len(stack.layers) == 5
    expected = []
    for layer in stack.layers:
        histogram = layer[signal].histogram
        counts = histogram.counts.astype(float)
        # Values that are exactly 0 are no part of a curve: a note says how many there are.
        counts[np.searchsorted(histogram.edges, 0.0, side="right") - 1] -= layer[signal].zeros
        expected.append(counts if values == "count" else counts / np.diff(histogram.edges))
    expected = np.array(expected)
    np.testing.assert_allclose(heights / heights.max(), expected / expected.max(), atol=1e-12)


def test_a_stack_that_stops_has_curves_for_the_layers_before_only():
    stack = record("relu", "std=1", depth=8, dtype="float32", input_std=1e35)
    (ax,) = plot_overlay([stack]).axes
    assert 1 <= len(heights_in(ax)) == len(stack.layers) < 8


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_said_of_the_shades_is_true_in_every_theme(theme):
    texts = " ".join(
        item.text for item in written(plot_overlay([record("tanh", "he")], theme=theme))
    )
    assert "faint to strong by depth" in texts
    assert "light to dark" not in texts  # in the dark theme it is the reverse


@pytest.mark.wide
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("depth", [5, 100])
def test_shades_go_from_near_the_page_to_near_the_ink(theme, depth):
    look = get_theme(theme)
    away = np.sign(luminance(look.ink) - luminance(look.page))
    assert away == (1 if theme == "dark" else -1)
    for name in THREE:
        stack = record(name, "he", depth=depth, width=6, samples=8)
        (ax,) = plot_overlay([stack], theme=theme).axes
        light = [luminance(color[:3]) for color in curves_in(ax).get_colors()]
        assert len(light) == depth
        steps = np.diff(light) * away
        assert (steps > 0).all() if depth < 20 else (steps >= 0).all()


@pytest.mark.parametrize("theme", THEMES)
def test_the_first_shade_is_told_from_the_page_and_the_last_from_the_first(theme):
    look = get_theme(theme)

    def contrast(a, b):
        low, high = sorted([luminance(a), luminance(b)])
        return (high + 0.05) / (low + 0.05)

    for hue in look.hues:
        first, *_, last = shades(look, hue, 5)
        assert contrast(first, look.page) > 1.3
        assert contrast(last, first) > 2.0


def test_the_same_record_may_be_shown_twice():
    stack = record("tanh", "he")
    first, second = plot_overlay([stack, stack]).axes
    np.testing.assert_array_equal(heights_in(first), heights_in(second))


STOPS = {"depth": 8, "dtype": "float32", "input_std": 1e35}


def ridges_in(ax):
    (collection,) = [c for c in ax.collections if isinstance(c, PolyCollection)]
    return collection


@pytest.mark.parametrize("values", ["density", "count"])
def test_a_ridge_s_heights_are_proportional_to_the_histogram_s(values):
    stack = record("tanh", "xavier")
    (ax,) = plot_ridge([stack], values=values).axes
    counts = np.array([layer["activation"].histogram.counts for layer in stack.layers], float)
    assert len(ridges_in(ax).get_paths()) == 5
    found = []
    for path in ridges_in(ax).get_paths():
        y = path.vertices[: 2 * counts.shape[1] + 2, 1]
        found.append(y[1:-1:2] - y[0])
    found = np.array(found)
    np.testing.assert_allclose(found / found.max(), counts / counts.max(), atol=1e-9)


def tops(ax):
    return np.array([np.ptp(path.vertices[:, 1]) for path in ridges_in(ax).get_paths()])


def test_on_a_shared_scale_a_ridge_is_cut_at_the_cap():
    spike, healthy = stacks = records(["tanh"], ["std=0.01", "xavier"])
    cut, whole = plot_ridge(stacks).axes
    peak = max(layer["activation"].histogram.density().max() for layer in healthy.layers)
    assert peak < CAP * 0.5  # even: 0.5 over (-1, 1)
    assert tops(whole).max() / tops(cut).max() == pytest.approx(peak / (CAP * 0.5))
    assert len(set(tops(cut).round(9))) < len(spike.layers)  # several are as high as is allowed
    own = plot_ridge(stacks, share_y="row").axes
    assert tops(own[0]).max() == pytest.approx(tops(own[1]).max())
    every = plot_ridge(stacks, share_y="none").axes
    assert np.ptp([*tops(every[0]), *tops(every[1])]) == pytest.approx(0.0, abs=1e-9)


def test_the_foot_says_which_layers_are_drawn_only_where_some_may_not_be():
    deep = plot_ridge(records(["relu"], ["he"], depth=100, width=6, samples=8), size="half-slide")
    said = " ".join(item.text for item in written(deep))
    assert "not all layers are drawn" in said
    flat = " ".join(item.text for item in written(plot_ridge([record("tanh", "he")])))
    assert "not all layers" not in flat


def test_a_stopped_stack_has_fewer_ridges_than_layers():
    stack = record("relu", "std=1", **STOPS)
    (ax,) = plot_ridge([stack]).axes
    assert len(ridges_in(ax).get_paths()) == len(stack.layers) < 8


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("print", -1), ("dark", 1)])
def test_ridges_go_from_near_the_page_to_near_the_ink(theme, sign):
    (ax,) = plot_ridge([record("tanh", "xavier", width=60)], theme=theme).axes
    faces, edges = ridges_in(ax).get_facecolor(), ridges_in(ax).get_edgecolor()
    page = get_theme(theme).page
    colors = [e if to_hex(f) == page else f for f, e in zip(faces, edges, strict=True)]
    light = [float(np.array(to_rgb(color)) @ [0.2126, 0.7152, 0.0722]) for color in colors]
    assert (np.diff(light) * sign > 0).all()


def test_relu_with_std_1_is_no_empty_panel():
    """Half of its values are 0, and most of the others lie beyond the axis."""
    stack = record("relu", "std=1")
    made = plot_ridge([stack])
    (ax,) = made.axes
    baselines, stems = (c for c in ax.collections if isinstance(c, LineCollection))
    assert len(baselines.get_segments()) == len(stack.layers) == 5
    shares = [layer["activation"].zeros / (60 * 30) for layer in stack.layers]
    assert all(0.3 < share < 0.7 for share in shares)
    step = -np.diff([segment[0, 1] for segment in baselines.get_segments()])[0]
    heights = [np.ptp(segment[:, 1]) for segment in stems.get_segments()]
    np.testing.assert_allclose(np.array(heights) / shares, heights[0] / shares[0])
    assert min(heights) > 0.3 * step
    assert "stem: share exactly 0" in " ".join(item.text for item in written(made))


def test_without_a_zero_there_is_no_stem_and_no_key_of_one():
    made = plot_ridge([record("tanh", "he")])
    stems = [c for c in made.axes[0].collections if isinstance(c, LineCollection)][1]
    assert stems.get_segments() == []
    assert "stem" not in " ".join(item.text for item in written(made))


def test_every_ridge_of_the_default_has_its_std_and_none_is_said_twice():
    stacks = records(["sigmoid", "tanh", "relu"], FOUR)
    made = plot_ridge(stacks)
    for ax in made.axes:
        low, high = ax.get_xlim()
        right = [item for item in ax.texts if item.get_position()[0] > high]
        left = [item for item in ax.texts if item.get_position()[0] < low]
        # Where five have no room, the first, the middle and the last are named and have theirs.
        assert [item.get_text() for item in left] in (["1", "2", "3", "4", "5"], ["1", "3", "5"])
        assert [round(item.get_position()[1], 6) for item in right] == [
            round(item.get_position()[1], 6) for item in left
        ]
    assert not any(item.text.startswith("std ") and "→" in item.text for item in written(made))


@pytest.mark.parametrize("signal", ["gradient", "activation_gradient", "weight_gradient"])
def test_gradients_are_ridges_and_not_a_dozen_steps_on_one_axis(signal):
    stack = record("tanh", "he", depth=12, gradients=True)
    made = plot_overlay([stack], signal=signal)
    (ax,) = made.axes
    (shapes,) = [c for c in ax.collections if isinstance(c, PolyCollection)]
    bases = [path.vertices[0, 1] for path in shapes.get_paths()]
    assert len(bases) == 12
    assert len(set(bases)) == 12
    said = " ".join(item.text for item in written(made))
    assert "one below the other" in said
    assert "on one axis" not in said


def test_marks_of_panels_that_do_not_fit_are_not_explained():
    stacks = records(["sigmoid", "relu"], FOUR)
    whole, half = (plot_ridge(stacks, size=size) for size in ("slide", "3.4x2"))
    said, less = (" ".join(item.text for item in written(made)) for made in (whole, half))
    assert len(half.axes) <= 4  # of sigmoid alone, which is never 0 and never beyond its axis
    for mark in ("stem: ", "share beyond the axis"):
        assert mark in said
        assert mark not in less


@pytest.mark.parametrize("plot", [plot_overlay, plot_ridge])
def test_the_title_above_gradients_is_of_gradients(plot):
    stacks = records(["tanh"], ["std=0.01", "xavier"], gradients=True, width=100)
    made = plot(stacks, signal="gradient")
    assert made.title == "Gradients of tanh vanish under std = 0.01"
    assert made.description.startswith("Gradients of tanh vanish under std = 0.01.")
    assert "gradient" not in plot(stacks).title


def test_a_paper_s_overlay_has_gradients_on_one_axis():
    stack = record("tanh", "he", gradients=True)
    (ax,) = plot_printed([stack], signal="gradient").axes
    assert len(heights_in(ax)) == len(stack.layers)
    assert not [c for c in ax.collections if isinstance(c, PolyCollection)]


@pytest.mark.wide
@pytest.mark.parametrize("size", ["slide", "stage", "half-slide", "column"])
def test_the_default_s_ridges_show_all_stacks_on_every_size(size):
    figure = plot_ridge(records(THREE, FOUR), size=size)
    assert len(figure.axes) == 12
    arrows = [item.text for item in written(figure) if " → " in item.text]
    # Where there is no room for a std at each ridge, the first and the last stand above.
    assert bool(arrows) == (size in ("half-slide", "stage"))


@pytest.mark.wide
@pytest.mark.parametrize("size", ["slide", "stage", "half-slide", "column"])
def test_the_default_s_overlay_shows_all_stacks_with_their_shades_on_every_size(size):
    figure = plot_overlay(records(THREE, FOUR), size=size)
    assert len(figure.axes) == 12
    texts = [item.text for item in written(figure)]
    assert "5" in texts
    assert {"1", "layer 1"} & set(texts)
    keys = [item for item in figure.artists if isinstance(item, LineCollection)]
    assert [len(key.get_segments()) for key in keys] == [5, 5, 5]
    drawn = [curves_in(ax).get_colors() for ax in figure.axes]
    for key, own in zip(keys, drawn[::4], strict=True):
        np.testing.assert_array_equal(key.get_colors(), own)


def test_shades_of_several_hues_are_told_without_one():
    figure = plot_overlay(records(THREE, ["he"]))
    (key,) = [item for item in figure.artists if isinstance(item, LineCollection)]
    assert all(max(color[:3]) - min(color[:3]) < 0.1 for color in key.get_colors())
