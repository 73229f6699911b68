"""draw_overlay: curves as steps, numbers above them, and the peak that was cut."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from actviz.plot.marks.steps import Curve, draw_overlay
from actviz.plot.paper.style import get_theme, shades


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
