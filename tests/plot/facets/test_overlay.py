"""Overlay: a curve for each layer, as high as its density, from faint to strong by depth."""

import numpy as np
import pytest
from drawn import FOUR, THREE, record, records, written
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure

from actviz import plot_overlay
from actviz.plot.facets.curves import CAP, curves_of, stack_curves
from actviz.plot.heights import Heights, even_level, half_a_count, heights_of
from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.style import THEMES, get_theme, shades
from actviz.words.told import tell

OPTIONS = {"signal": "activation", "share_y": "all", "values": "density", "log_y": False}


def curves(stacks, **options):
    return stack_curves(tell(stacks), Heights(**OPTIONS | options))[0]


def curves_in(ax):
    (collection,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    return collection


def heights_in(ax):
    """Return the height of every bin of every layer of a facet, in inches."""
    return np.array([segment[1:-1:2, 1] for segment in curves_in(ax).get_segments()])


def luminance(color):
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def inches(width=4.0, height=2.0):
    ax = Figure(figsize=(width, height)).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    return ax


def curve(heights, **fields):
    heights = np.asarray(heights, dtype=float)
    given = {"peak": None, "highest": int(heights.argmax()), "collapsed": False} | fields
    return Curve(heights=heights, **given)


def drawn(curves, ax=None, theme="light"):
    theme = get_theme(theme)
    colors = shades(theme, theme.hues[0], len(curves))
    return draw_overlay(ax or inches(), curves, colors=colors, points=12, theme=theme)


# --- what is drawn of a curve -------------------------------------------------------------------


def test_a_curve_is_drawn_as_steps_from_the_axis_to_the_axis():
    artists = drawn([curve([0.25, 1.0, 0.0, 0.5])])
    (segment,) = artists.curves.get_segments()
    x, y = segment.T
    np.testing.assert_allclose(x, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    full = y.max()
    assert 0.6 * 2.0 <= full <= 2.0
    np.testing.assert_allclose(y / full, [0, 0.25, 0.25, 1, 1, 0, 0, 0.5, 0.5, 0])
    assert not artists.peaks
    np.testing.assert_allclose(artists.baseline.get_xydata(), [[0, 0], [4, 0]])


def test_numbers_of_layers_stand_above_their_curves_and_inside():
    bins = np.arange(40)
    humps = [curve(np.exp(-(((bins - middle) / 4.0) ** 2))) for middle in (6, 20, 34)]
    artists = drawn(humps)
    found = {text.get_text(): text.get_position() for text in artists.labels}
    assert list(found) == ["layer 3", "layer 1", "2"]  # the most important first
    for text, middle in (("layer 1", 6), ("2", 20), ("layer 3", 34)):
        x, y = found[text]
        assert abs(x - (middle + 0.5) / 10) < 0.4
        assert 0.0 < y < 2.0


def named(artists):
    return [text.get_text() for text in artists.labels]


def test_of_layers_that_lie_on_each_other_the_first_and_the_last_are_named_with_their_lines():
    artists = drawn([curve([0.2, 0.9, 0.2])] * 5)
    assert named(artists) == ["layer 5", "layer 1"]
    drawn_in = [tuple(color) for color in artists.curves.get_colors()]
    assert [to_rgba(line.get_color()) for line in artists.keys] == [drawn_in[-1], drawn_in[0]]
    for line, text in zip(artists.keys, artists.labels, strict=True):
        assert max(line.get_xdata()) < text.get_position()[0]
        assert line.get_ydata()[0] == pytest.approx(text.get_position()[1], abs=12 / 72)


def test_a_layer_that_is_named_at_its_curve_has_no_key_line():
    bins = np.arange(40)
    humps = [curve(np.exp(-(((bins - middle) / 4.0) ** 2))) for middle in (6, 34)]
    assert drawn(humps).keys == []


@pytest.mark.parametrize("size", [(0.85, 0.5), (1.2, 0.6), (4.0, 2.0), (9.0, 5.0)])
@pytest.mark.parametrize("count", [1, 2, 5, 50])
@pytest.mark.parametrize("peak", [None, 31.4])
def test_the_first_and_the_last_layer_are_named_whatever_the_size(size, count, peak):
    for heights in ([0.2, 1.0, 0.2], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]):
        found = named(drawn([curve(heights, peak=peak)] * count, inches(*size)))
        assert {text.removeprefix("layer ") for text in found} >= {"1", str(count)}


def test_the_cut_peak_is_the_highest_and_stands_over_its_bin():
    spiked = [curve([0.0, 1.0, 0.0, 0.0], peak=peak) for peak in (2.5, 31.4, 7.0)]
    (text,) = drawn(spiked).peaks
    assert text.get_text() == "▴31"
    assert text.get_position()[0] == pytest.approx(1.5)
    at_the_edge = drawn([curve([1.0] + [0.0] * 99, peak=9.0)]).peaks[0]
    assert at_the_edge.get_position()[0] > 0.1  # half of its width, and not half of a bin


@pytest.mark.parametrize("count", [1, 2, 13, 100])
def test_there_is_a_curve_for_every_layer_and_the_last_is_the_boldest(count):
    rng = np.random.default_rng(0)
    artists = drawn([curve(rng.uniform(size=20)) for _ in range(count)])
    assert len(artists.curves.get_segments()) == count
    widths = artists.curves.get_linewidths()
    assert len(widths) == count
    assert all(width < widths[-1] for width in widths[:-1])
    assert len({tuple(color) for color in artists.curves.get_colors()}) == count
    assert len(artists.labels) <= count


# --- heights ------------------------------------------------------------------------------------


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


def test_on_a_shared_scale_a_curve_ends_at_the_cap_and_others_keep_theirs():
    spike, healthy = stacks = records(["tanh"], ["std=0.01", "xavier"])
    spikes, curves = (heights_in(ax) for ax in plot_overlay(stacks).axes)
    even = 1.0 / 2.0  # a density spread over (-1, 1)
    densities = np.array([layer["activation"].histogram.density() for layer in spike.layers])
    assert densities.max() > CAP * even
    scale = spikes.max() / (CAP * even)
    np.testing.assert_allclose(spikes, np.minimum(densities, CAP * even) * scale, rtol=1e-9)
    others = np.array([layer["activation"].histogram.density() for layer in healthy.layers])
    assert others.max() < CAP * even
    np.testing.assert_allclose(curves, others * scale, rtol=1e-9)


def test_a_cut_is_said_and_its_height_written_where_it_happens_only():
    cut, whole = (
        [item.text for item in written(plot_overlay(records(["tanh"], [init])))]
        for init in ("std=0.01", "xavier")
    )
    peak = max(
        layer["activation"].histogram.density().max() for layer in record("tanh", "std=0.01").layers
    )
    assert any(text.startswith("▴") and float(text[1:]) == float(f"{peak:.2g}") for text in cut)
    assert f"{CAP:g} times an even spread" in " ".join(cut)
    assert not any("▴" in text or "even spread" in text for text in whole)


@pytest.mark.parametrize("share_y", ["row", "column", "none"])
def test_other_scales_reach_the_top_and_cut_nothing(share_y):
    stacks = records(["tanh"], ["std=0.01", "xavier"])
    found = curves(stacks, share_y=share_y)
    assert all(curve.peak is None for stack in found for curve in stack)
    tops = np.array([[curve.heights.max() for curve in stack] for stack in found])
    assert tops.max() == pytest.approx(1.0)
    raw = np.array(
        [[heights_of(layer["activation"], "density").max() for layer in s.layers] for s in stacks]
    )
    level = even_level(stacks[0].layers[0]["activation"], "density")
    shared = {"row": 1, "column": 0, "none": ()}[share_y]
    highest = raw.max(axis=shared, keepdims=True)
    np.testing.assert_allclose(tops, raw / np.maximum(level, highest))


def test_facets_of_an_activation_share_a_scale_and_those_of_two_do_not():
    stacks = records(["tanh", "relu"], ["xavier", "he"])
    together = curves(stacks)
    apart = curves(stacks[:2]) + curves(stacks[2:])
    for one, other in zip(together, apart, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a.heights, b.heights)
    # tanh's two stacks: one scale, as all of their densities are below the cap.
    pairs = [
        (curve.heights, layer["activation"].histogram.density())
        for stack, curves in zip(stacks[:2], together[:2], strict=True)
        for layer, curve in zip(stack.layers, curves, strict=True)
    ]
    highest = max(density.max() for _, density in pairs)
    assert highest < CAP * 0.5  # an even spread over (-1, 1)
    for heights, density in pairs:
        np.testing.assert_allclose(heights, density / highest)


def test_logarithmic_heights_begin_at_half_a_count():
    stack = record("tanh", "xavier")
    layers = {(0, 0, index): layer for index, layer in enumerate(stack.layers)}
    found, _ = curves_of(layers, Heights(**OPTIONS | {"log_y": True}))
    raw = {p: heights_of(layer["activation"], "density") for p, layer in layers.items()}
    least = half_a_count(stack.layers[0]["activation"], "density")
    top = max(row.max() for row in raw.values())
    for place, row in raw.items():
        seen = row > 0
        expected = np.log(row[seen] / least) / np.log(top / least)
        np.testing.assert_allclose(found[place].heights[seen], expected)
        assert (found[place].heights[~seen] == 0.0).all()


def test_heights_are_from_0_to_1_and_finite_whatever_the_stack():
    odd = [
        *records(["relu", "tanh"], ["zeros", "ones", "constant=1"]),
        record("relu", "std=1", depth=8, dtype="float32", input_std=1e35),
        record("relu", "std=100", depth=3, dtype="float32", input_std=1e37),
        record("tanh", "he", width=1, samples=1, depth=3),
    ]
    for stack in odd:
        for log_y in (False, True):
            (found,) = curves([stack], log_y=log_y)
            assert len(found) == len(stack.layers)
            for curve in found:
                assert np.isfinite(curve.heights).all()
                assert (curve.heights >= 0.0).all()
                assert (curve.heights <= 1.0).all()


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


def test_a_stack_that_stops_has_curves_for_the_layers_before_only():
    stack = record("relu", "std=1", depth=8, dtype="float32", input_std=1e35)
    (ax,) = plot_overlay([stack]).axes
    assert 1 <= len(heights_in(ax)) == len(stack.layers) < 8


# --- colours ------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_said_of_the_shades_is_true_in_every_theme(theme):
    texts = " ".join(
        item.text for item in written(plot_overlay([record("tanh", "he")], theme=theme))
    )
    assert "faint to strong by depth" in texts
    assert "light to dark" not in texts  # in the dark theme it is the reverse


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


def test_a_colour_means_an_activation():
    made = plot_overlay(records(["tanh", "relu"], FOUR[:2]))
    last = [tuple(curves_in(ax).get_colors()[-1]) for ax in made.axes]
    assert last[0] == last[1] != last[2] == last[3]


def test_the_same_record_may_be_shown_twice():
    stack = record("tanh", "he")
    first, second = plot_overlay([stack, stack]).axes
    np.testing.assert_array_equal(heights_in(first), heights_in(second))
