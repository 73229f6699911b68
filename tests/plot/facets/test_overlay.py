"""Overlay: a curve for each layer, as high as its density, from light to dark by depth."""

import numpy as np
import pytest
from drawn import THREE, curves_in, heights_in, record
from matplotlib.colors import to_rgb

from actviz import plot_overlay
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
