"""draw_overlay: curves as steps, a stem of zeros, and the peak that was cut."""

import numpy as np
import pytest
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


def drawn(curves, **options):
    theme = get_theme("light")
    colors = shades(theme, theme.hues[0], len(curves))
    return draw_overlay(inches(), curves, colors=colors, points=12, theme=theme, **options)


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


def test_what_has_no_values_has_no_line_along_the_axis():
    artists = drawn([curve([0.0, 1.0, 0.0])])
    below, above = artists.curves.get_clip_box().intervaly / artists.curves.figure.dpi
    width = artists.curves.get_linewidths()[-1] / 72
    assert below > width / 2  # half of it lies above the axis
    assert above > artists.curves.get_segments()[0][:, 1].max() + width


@pytest.mark.parametrize(("place", "beside"), [(0.0, True), (0.5, False)])
def test_zeros_are_a_stem_with_a_dot_for_each_layer_that_has_some(place, beside):
    curves = [curve([1.0, 0.5]), curve([1.0, 0.2]), curve([0.5, 0.5])]
    artists = drawn(curves, zeros=(place, [0.5, 0.75, 0.0]))
    full = artists.curves.get_segments()[0][:, 1].max()
    (x, foot), (_, top) = artists.stem.get_xydata()
    assert (foot, top) == (0.0, pytest.approx(0.75 * full))
    assert x < 0.0 if beside else x == 2.0
    places = artists.dots.get_offsets()
    np.testing.assert_allclose(places, [(x, 0.5 * full), (x, 0.75 * full)])
    np.testing.assert_array_equal(artists.dots.get_facecolors(), artists.curves.get_colors()[:2])
    none = drawn(curves, zeros=(place, [0.0] * 3))
    assert none.stem is none.dots is None


def test_a_peak_is_never_cut_to_its_own_height():
    (text,) = drawn([curve([0.0, 1.0], peak=1.02)]).peaks
    assert text.get_text() == "▴ ×1.02"


def test_without_a_mark_the_highest_curve_fills_the_panel():
    curves = [curve([0.5, 1.0], peak=3.0)]
    artists = drawn(curves, marked=False)
    assert artists.peaks == []
    assert artists.curves.get_segments()[0][:, 1].max() == 2.0


def test_the_cut_peak_is_the_highest_and_stands_over_its_bin():
    spiked = [curve([0.0, 1.0, 0.0, 0.0], peak=peak) for peak in (2.5, 31.4, 7.0)]
    (text,) = drawn(spiked).peaks
    assert text.get_text() == "▴ ×31"
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
