"""draw_depth: mean ± std and quantiles of a stack, in inches, are the Record's numbers."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, record, series
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz import plot_depth
from actviz.plot.marks.fan import draw_depth
from actviz.plot.paper.style import THEMES, get_theme

WIDTH, HEIGHT = 4.0, 2.0

QUANTILES = ((0, 6), (1, 5), (2, 4))

STOPS = {"depth": 8, "dtype": "float32", "input_std": 1e35}


def drawn(stack, *, signal="activation", low=-1.0, high=1.0, theme="light"):
    ax = Figure(figsize=(WIDTH, HEIGHT)).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(0, HEIGHT)
    theme = get_theme(theme)
    look = {"color": theme.hues[1], "points": 12, "theme": theme}
    return draw_depth(ax, stack, signal=signal, low=low, high=high, **look)


def bands_of(artists, count):
    """Return lower and upper edge of each band, from the widest to the narrowest."""
    edges = []
    for path in artists.bands.get_paths():
        y = path.vertices[: 2 * count, 1]
        edges.append((y[:count], y[count:][::-1]))
    return edges


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-4.0, 4.0), (-0.5, 7.5)])
def test_lines_and_bands_are_the_record_s_numbers_in_inches(signal, low, high):
    stack = record("tanh", "xavier")
    artists = drawn(stack, signal=signal, low=low, high=high)
    stats = [layer[signal].stats for layer in stack.layers]

    def y(values):
        return np.clip((np.array(values) - low) / (high - low), -1, 2) * HEIGHT

    np.testing.assert_allclose(artists.mean.get_xdata(), [0, 1, 2, 3, 4])
    np.testing.assert_allclose(artists.mean.get_ydata(), y([s.mean for s in stats]))
    below, above = np.split(np.asarray(artists.spread.get_ydata()), [5])
    np.testing.assert_allclose(below, y([s.mean - s.std for s in stats]))
    assert np.isnan(above[0])  # the pen is lifted
    np.testing.assert_allclose(above[1:], y([s.mean + s.std for s in stats]))
    for (lower, upper), (a, b) in zip(bands_of(artists, 5), QUANTILES, strict=True):
        np.testing.assert_allclose(lower, y([s.quantiles[a] for s in stats]))
        np.testing.assert_allclose(upper, y([s.quantiles[b] for s in stats]))


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("init", FOUR)
def test_bands_are_nested_and_the_narrowest_is_the_strongest(name, init):
    artists = drawn(record(name, init), low=-4.0, high=4.0)
    bands = bands_of(artists, 5)
    assert len(bands) == 3
    for (outer_low, outer_high), (low, high) in pairwise(bands):
        assert (outer_low <= low).all()
        assert (low <= high).all()
        assert (high <= outer_high).all()
    colors = artists.bands.get_facecolor()[:, :3]
    away = np.abs(colors - 1.0).sum(axis=1)  # from the white page
    assert (np.diff(away) > 0).all()


def test_the_middle_of_the_quantiles_lies_in_the_narrowest_band():
    stack = record("relu", "he")
    lower, upper = bands_of(drawn(stack, low=-4.0, high=4.0), 5)[-1]
    medians = np.array([layer["activation"].stats.quantiles[3] for layer in stack.layers])
    y = (medians + 4.0) / 8.0 * HEIGHT
    assert (lower <= y + 1e-9).all()
    assert (y <= upper + 1e-9).all()


def test_one_layer_is_a_short_stretch_in_the_middle():
    stack = record("tanh", "he", depth=1)
    artists = drawn(stack)
    x, y = artists.mean.get_data()
    assert len(x) == len(y) == 2
    assert sum(x) == pytest.approx(WIDTH)
    assert 0 < x[0] < x[1] < WIDTH
    mean = stack.layers[0]["activation"].stats.mean
    assert y.tolist() == pytest.approx([(mean + 1.0) / 2.0 * HEIGHT] * 2)


def test_where_a_stack_stops_its_lines_stop():
    stack = record("relu", "std=1", **STOPS)
    count = len(stack.layers)
    assert 1 < count < 8
    artists = drawn(stack, low=-1e38, high=1e38)
    np.testing.assert_allclose(artists.mean.get_xdata(), np.arange(count) * WIDTH / 7)
    assert np.isfinite(artists.mean.get_ydata()).all()


def test_a_stack_that_stops_in_its_first_layer_is_seen():
    stack = record("relu", "std=1", depth=5, dtype="float32", input_std=1e38)
    assert len(stack.layers) == 1
    artists = drawn(stack, low=-1e38, high=1e38)
    assert np.ptp(artists.mean.get_xdata()) > 0 or artists.mean.get_marker() not in ("", "None")


def test_a_layer_without_a_finite_value_is_left_out():
    stack = record("relu", "std=100", depth=5, dtype="float32", input_std=1e38)
    assert [layer["preactivation"].stats.count for layer in stack.layers] == [0]
    artists = drawn(stack, signal="preactivation", low=-4.0, high=4.0)
    assert len(artists.mean.get_xdata()) == 0
    for signal in ("activation", "preactivation"):
        assert plot_depth([stack], signal=signal).records


def test_what_lies_far_beyond_the_axis_is_drawn_near_it():
    stack = record("relu", "std=1", depth=20)
    assert series(stack)[-1] > 1e10
    artists = drawn(stack, low=-4.0, high=4.0)
    for values in (artists.mean.get_ydata(), *np.concatenate(bands_of(artists, 20))):
        assert np.abs(values).max() <= 2 * HEIGHT


@pytest.mark.parametrize("theme", THEMES)
def test_bands_have_the_stack_s_hue_and_lines_the_ink(theme):
    look = get_theme(theme)
    artists = drawn(record("tanh", "he"), theme=theme)
    assert to_hex(artists.mean.get_color()) == to_hex(artists.spread.get_color()) == look.ink
    assert artists.spread.get_linewidth() < artists.mean.get_linewidth() / 2
    strongest = artists.bands.get_facecolor()[-1]
    assert to_hex(strongest) not in (look.page, look.ink)
